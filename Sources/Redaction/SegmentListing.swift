import Diagnostics
public import StructuredText

/// A segment of an item as its owner sees it: where it is, and whether rules hide it.
public struct ListedSegment: Hashable, Sendable {
    public var index: Int
    public var kind: SegmentKind
    /// Empty for what stands between values, and for a whole file.
    public var label: String
    /// In bytes.
    public var length: Int
    /// The rule that hides it; `nil` when it is shown.
    public var rule: String?
}

extension Segmentation {
    /// Lists the segments of the original in order, in flat memory.
    /// - Parameter rules: what is hidden.
    /// - Throws: what the stream or `body` throws.
    public func forEachListed(of stream: any ByteStream, hiddenBy rules: RedactionRules, _ body: (ListedSegment) throws -> Void) throws {
        // What stands in the place of a hidden segment is not shown here: any key does.
        let substitution = Substitution(rules, format: format, key: PseudonymKey([UInt8](repeating: 0, count: 32)))
        var index = 0
        var length = 0
        var rule: String?
        try forEachSegment(of: stream) { segment in
            if segment.isFirst {
                length = 0
                rule = substitution.hiding(of: segment, index: index)?.rule
            }
            length += segment.bytes.count
            guard segment.isLast else { return }
            try body(ListedSegment(index: index, kind: segment.kind, label: segment.label, length: length, rule: rule))
            index += 1
        }
    }
}

/// The fields of an item that could be named by rules, and the rules that name none of them.
public struct UnmatchedFields: Sendable {
    /// Rules about a field of this format that is nowhere in the item, with what its owner may have meant.
    public private(set) var rules: [(rule: RedactionRule, nearest: String?)] = []

    /// Names of fields that are kept to look for the nearest one.
    private static let mostNames = 2_000

    /// Reads the stream once, and a second time when a rule names nothing.
    ///
    /// An item without any text in it names nothing wrong: its fields are not known.
    /// - Throws: what the streams throw.
    public init(of open: () throws -> any ByteStream, format: Segmentation.Format, rules: RedactionRules) throws {
        let named = rules.rules.filter { rule in rule.field.map { $0.way == format.way } ?? false }
        if named.isEmpty { return }
        let segmentation = Segmentation(format: format, rules: RedactionRules(rules: named, hasHeader: rules.hasHeader))
        var left = named
        try segmentation.forEachSegment(of: try open()) { segment in
            if left.isEmpty || segment.place == .none { return }
            left.removeAll { rule in rule.field?.covers(segment.place) ?? false }
        }
        if left.isEmpty { return }
        let known = try Self.fields(of: try open(), format: format, hasHeader: rules.hasHeader, beside: named)
        guard let known else { return }
        for rule in left {
            let written = rule.field.map(Self.written) ?? ""
            self.rules.append((rule, nearestName(to: written, among: known)))
        }
    }

    private static func written(_ field: RedactionField) -> String {
        switch field {
        case .pointer(let pattern): pattern.text
        case .column(let name): name
        case .columnIndex(let index): String(index)
        case .xpath(let pattern): pattern.text
        }
    }

    /// How the item's own fields would be named in a rule, in byte order; without those that a rule names, which may be secret by their names.
    /// - Returns: `nil` when there is no field at all.
    private static func fields(
        of stream: any ByteStream, format: Segmentation.Format, hasHeader: Bool, beside named: [RedactionRule]
    ) throws -> [String]? {
        var isEmpty = true
        var found: Set<[UInt8]> = []
        do {
            try Segmentation(format: format, rules: everything(in: format, hasHeader: hasHeader)).forEachSegment(of: stream) { segment in
                if segment.place != .none { isEmpty = false }
                if named.contains(where: { $0.field?.covers(segment.place) ?? false }) { return }
                if let name = Self.name(of: segment.place) { found.insert(name) }
                if found.count >= mostNames { throw Enough() }
            }
        } catch is Enough {}
        return isEmpty ? nil : found.sorted { $0.lexicographicallyPrecedes($1) }.compactMap { String(validating: $0, as: UTF8.self) }
    }

    /// Rules that cut out every value of a format.
    private static func everything(in format: Segmentation.Format, hasHeader: Bool) -> RedactionRules {
        let field: RedactionField?
        switch format {
        case .json, .jsonLines: field = PointerPattern("/*").map { .pointer($0) }
        case .xml: field = XMLPathPattern("//*").map { .xpath($0) }
        // No column has this number: all are outside of the list of those to show.
        case .csv: return RedactionRules(allow: [.columnIndex(Int.max)], rules: [], hasHeader: hasHeader)
        case .text, .other: field = nil
        }
        return RedactionRules(rules: [RedactionRule(id: "all", field: field, action: .mask, reason: "")], hasHeader: hasHeader)
    }

    private struct Enough: Error {}

    private static func name(of place: SegmentPlace) -> [UInt8]? {
        switch place {
        case .none: nil
        case .pointer(let steps): steps.flatMap { [UInt8(ascii: "/")] + escaped($0) }
        case .column(let index, let name): name ?? Array(String(index).utf8)
        case .xml(let elements, let leaf):
            elements.flatMap { [UInt8(ascii: "/")] + $0 }
                + { if case .attribute(let name) = leaf { Array("/@".utf8) + name } else { [] } }()
        }
    }

    private static func escaped(_ step: [UInt8]) -> [UInt8] {
        step.flatMap { byte -> [UInt8] in
            switch byte {
            case UInt8(ascii: "~"): Array("~0".utf8)
            case UInt8(ascii: "/"): Array("~1".utf8)
            default: [byte]
            }
        }
    }
}
