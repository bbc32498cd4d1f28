public import StructuredText

/// What rules hide in one item: which texts, so that facts that repeat them can be withheld, and how often each rule hits.
public struct HiddenTexts: Sendable {
    /// The hidden texts as a reader of the record would see them, each once, in byte order; no more than `limit`.
    public private(set) var texts: [String] = []
    /// How many segments each rule hides, in the order of the rules' ids.
    public private(set) var counts: [(rule: RedactionRule, count: Int)] = []
    /// True when there are more texts than are kept: then no fact of the item can be shown to be safe.
    public private(set) var isCutOff = false

    /// Texts that are kept.
    public static let limit = 100_000
    /// Longer texts are compared by their beginning, in bytes.
    private static let longest = 4096

    /// Reads the stream once.
    /// - Throws: what the stream throws.
    public init(of stream: any ByteStream, segmentation: Segmentation, rules: RedactionRules) throws {
        let substitution = Substitution(rules, format: segmentation.format, key: PseudonymKey([UInt8](repeating: 0, count: 32)))
        var found: Set<[UInt8]> = []
        var hits: [String: Int] = [:]
        var index = 0
        var current: [UInt8] = []
        try segmentation.forEachSegment(of: stream) { segment in
            if segment.isFirst { current.removeAll(keepingCapacity: true) }
            if current.count < Self.longest { current += segment.bytes.prefix(Self.longest - current.count) }
            guard segment.isLast else { return }
            defer { index += 1 }
            guard let hiding = substitution.hiding(of: segment, index: index) else { return }
            hits[hiding.rule, default: 0] += 1
            if found.count < Self.limit { found.insert(current) } else { isCutOff = true }
        }
        texts = found.compactMap(Self.shown).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        counts = hits.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.compactMap { hit in rules.rule(hit.key).map { ($0, hit.value) } }
    }

    /// The text of a JSON string or a quoted CSV field; anything else as it is. Texts of one or two bytes hide nothing that a fact could repeat by more than chance.
    private static func shown(_ bytes: [UInt8]) -> String? {
        var text = String(decoding: bytes, as: UTF8.self)
        if bytes.first == UInt8(ascii: "\""), bytes.last == UInt8(ascii: "\""), bytes.count >= 2 {
            text = JSONParser.parse(bytes, path: "").node?.string ?? String(decoding: bytes.dropFirst().dropLast(), as: UTF8.self).replacing("\"\"", with: "\"")
        }
        text = text.trimmingBlanks()
        return text.utf8.count > 2 ? text : nil
    }
}
