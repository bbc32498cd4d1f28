import Foundation
public import StructuredText

/// What rules hide in one item: which texts, so that facts that repeat them can be withheld, and how often each rule hits.
public struct HiddenTexts: Sendable {
    /// The hidden texts as a reader of the record would see them, each once, in byte order; no more than `limit`.
    public private(set) var texts: [String] = []
    /// How many segments each rule hides, in the order of the rules' ids.
    public private(set) var counts: [(rule: RedactionRule, count: Int)] = []
    /// True when not all that is hidden is known here, as with compressed records: then no text of the item can be shown to be safe.
    public private(set) var isCutOff = false

    /// Texts that are kept.
    public static let limit = 100_000
    /// Longer lines are not kept, in bytes of all lines together.
    private static let mostOfLines = 256 << 10

    private var exact: Set<[UInt8]> = []
    private var numbers: Set<Double> = []
    /// Lines that are hidden whole: what a fact took from one of them is hidden too.
    private var lines: [[UInt8]] = []
    private var bytesOfLines = 0
    private let patterns: [RedactionPattern]

    /// Reads the stream once.
    /// - Throws: what the stream throws.
    public init(of stream: any ByteStream, segmentation: Segmentation, rules: RedactionRules) throws {
        let substitution = Substitution(rules, format: segmentation.format, key: PseudonymKey([UInt8](repeating: 0, count: 32)))
        // A rule without a field looks everywhere, so that it counts for facts as well.
        patterns = rules.rules.filter { $0.field == nil }.compactMap(\.pattern)
        var hits: [String: Int] = [:]
        var index = 0
        try segmentation.forEachSegment(of: stream) { segment in
            defer { if segment.isLast { index += 1 } }
            guard segment.isFirst || segment.isLast, let hiding = substitution.hiding(of: segment, index: index) else { return }
            if segment.isLast { hits[hiding.rule, default: 0] += 1 }
            take(segment, rules.rule(hiding.rule))
        }
        texts = exact.map { String(decoding: $0, as: UTF8.self) }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        counts = hits.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.compactMap { hit in rules.rule(hit.key).map { ($0, hit.value) } }
    }

    private mutating func take(_ segment: Segment, _ rule: RedactionRule?) {
        guard segment.isFirst, segment.isLast, segment.kind != .block else {
            isCutOff = true
            return
        }
        let text = SegmentText(segment).bytes
        if segment.kind == .line {
            // A pattern hides a part of the line, and is tried on the facts themselves.
            if let rule, rule.pattern != nil, rule.action != .drop { return }
            bytesOfLines += text.count
            if bytesOfLines > Self.mostOfLines { isCutOff = true } else { lines.append(text) }
            return
        }
        if text.first == UInt8(ascii: "{") || text.first == UInt8(ascii: "["), let node = JSONParser.parse(Array(segment.bytes), path: "").node {
            takeLeaves(of: node, depth: 0)
        } else if segment.form == .jsonMember, let node = JSONParser.parse([UInt8(ascii: "{")] + segment.bytes + [UInt8(ascii: "}")], path: "").node {
            takeLeaves(of: node, depth: 0)
        } else {
            keep(String(decoding: text, as: UTF8.self))
        }
    }

    private mutating func takeLeaves(of node: JSONNode, depth: Int) {
        guard depth < 64 else {
            isCutOff = true
            return
        }
        for item in node.array ?? [] { takeLeaves(of: item, depth: depth + 1) }
        for member in node.members ?? [] {
            keep(member.key)
            takeLeaves(of: member.value, depth: depth + 1)
        }
        if let text = node.scalarText { keep(text) }
    }

    /// Texts of one or two bytes are left out: a fact repeats them by chance.
    private mutating func keep(_ text: String) {
        let text = text.trimmingBlanks()
        guard text.utf8.count > 2 else { return }
        guard exact.count < Self.limit else {
            isCutOff = true
            return
        }
        exact.insert(Array(text.utf8))
        if let number = Double(text) { numbers.insert(number) }
    }

    /// Whether a text that was read from the item repeats something that is hidden.
    public func isTold(by text: String) -> Bool {
        let bytes = Array(text.trimmingBlanks().utf8)
        if bytes.isEmpty { return false }
        if isCutOff || exact.contains(bytes) || numbers.contains(Double(text) ?? .nan) { return true }
        if words(in: bytes).contains(where: { exact.contains($0) }) { return true }
        if texts.count <= 2000, texts.contains(where: { $0.utf8.count > 3 && text.contains($0) }) { return true }
        if bytes.count > 3, lines.contains(where: { contains($0, bytes) }) { return true }
        return patterns.contains { matches($0, bytes) }
    }

    /// Whether a number that was read from the item is one that is hidden.
    public func isTold(by number: Double) -> Bool { numbers.contains(number) }

    /// The hidden texts that a message repeats.
    public func texts(in message: String) -> [String] {
        let bytes = Array(message.utf8)
        let found =
            texts.count <= 2000
            ? texts.filter { message.contains($0) } : words(in: bytes).filter { exact.contains($0) }.map { String(decoding: $0, as: UTF8.self) }
        return found
    }

    private func words(in bytes: [UInt8]) -> [[UInt8]] {
        bytes.split { !($0 > 0x7F || ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39) || "@._-+:/".utf8.contains($0)) }.map(Array.init)
    }

    private func contains(_ line: [UInt8], _ part: [UInt8]) -> Bool {
        guard line.count >= part.count, let first = part.first else { return false }
        var at = 0
        while at <= line.count - part.count {
            if line[at] == first, line[at..<(at + part.count)].elementsEqual(part) { return true }
            at += 1
        }
        return false
    }

    private func matches(_ pattern: RedactionPattern, _ bytes: [UInt8]) -> Bool {
        switch pattern {
        case .kind(let kind): !PersonalDataDetector.matches(kind, in: bytes, isWholeValue: true).isEmpty
        case .expression(let text): TextExpression(text).map { !$0.matches(in: bytes).isEmpty } ?? true
        }
    }
}
