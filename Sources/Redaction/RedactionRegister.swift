public import Diagnostics
import StructuredText

/// What is hidden in a bundle: of each entry which segments, by which rule, and why. The signed statement names its digest, so that nobody can hide more.
public struct RedactionRegister: Hashable, Sendable {
    public static let schema = "dossier/redactions/1"

    /// One rule that hid something.
    public struct Rule: Hashable, Sendable {
        public var id: String
        public var action: RedactionAction
        public var reason: String
        public var basis: String?
    }

    /// The segments that one rule hid in one item.
    public struct Hidden: Hashable, Sendable {
        public var rule: String
        public var segments: IndexRanges
    }

    /// What is hidden of one item.
    public struct Entry: Hashable, Sendable {
        /// The index of its entry in the ledger.
        public var entry: Int
        /// How many segments the item has.
        public var segments: Int
        /// In the order of the rules' ids.
        public internal(set) var hidden: [Hidden] = []

        public init(entry: Int, segments: Int) {
            self.entry = entry
            self.segments = segments
        }

        /// How many segments are hidden.
        public var count: Int { hidden.reduce(0) { $0 + $1.segments.count } }

        /// Adds a segment; they come in ascending order.
        mutating func add(_ index: Int, rule: String) {
            if let at = hidden.firstIndex(where: { $0.rule.utf8.elementsEqual(rule.utf8) }) {
                hidden[at].segments.append(index)
                return
            }
            var segments = IndexRanges()
            segments.append(index)
            let at = hidden.firstIndex { isBefore(rule, $0.rule) } ?? hidden.count
            hidden.insert(Hidden(rule: rule, segments: segments), at: at)
        }
    }

    /// In the order of their ids.
    public private(set) var rules: [Rule] = []
    /// In the order of the ledger.
    public private(set) var entries: [Entry] = []

    public init() {}

    /// Adds what a view hides.
    /// - Parameter source: the rules that the view was made with.
    /// - Throws: a `Diagnostic` when another source has a rule of the same id that says something else, or the entry is listed already.
    public mutating func add(_ entry: Entry, source: RedactionRules) throws(Diagnostic) {
        guard !entries.contains(where: { $0.entry == entry.entry }) else { throw .repeatedEntry(entry.entry) }
        for hidden in entry.hidden {
            guard let rule = source.rule(hidden.rule) else { throw .unknownRule(hidden.rule) }
            let used = Rule(id: rule.id, action: rule.action, reason: rule.reason, basis: rule.basis)
            if let known = rules.first(where: { $0.id.utf8.elementsEqual(used.id.utf8) }) {
                guard known == used else { throw .twoRulesOfOneID(used.id) }
            } else {
                rules.insert(used, at: rules.firstIndex { isBefore(used.id, $0.id) } ?? rules.count)
            }
        }
        entries.insert(entry, at: entries.firstIndex { $0.entry > entry.entry } ?? entries.count)
    }

    /// How many segments a rule hides in all.
    public func total(of rule: String) -> Int {
        entries.reduce(0) { sum, entry in
            sum + entry.hidden.reduce(0) { $0 + ($1.rule.utf8.elementsEqual(rule.utf8) ? $1.segments.count : 0) }
        }
    }

    /// How many segments are hidden in all.
    public var count: Int { entries.reduce(0) { $0 + $1.count } }

    /// Canonical JSON without a line end.
    public var bytes: [UInt8] { CanonicalJSON.bytes(value) }

    private var value: Value {
        .object([
            ("entries", .list(entries.map(Self.value))),
            (
                "rules",
                .list(
                    rules.map {
                        .object([
                            ("action", .string($0.action.rawValue)), ("basis", .text($0.basis)), ("id", .string($0.id)), ("reason", .string($0.reason)),
                        ])
                    })
            ),
            ("schema", .string(Self.schema)),
            ("totals", .list(rules.map { .object([("count", .int(total(of: $0.id))), ("rule", .string($0.id))]) })),
        ])
    }

    private static func value(_ entry: Entry) -> Value {
        let hidden = entry.hidden.map {
            Value.object([("count", .int($0.segments.count)), ("rule", .string($0.rule)), ("segments", .string($0.segments.text))])
        }
        return .object([("entry", .int(entry.entry)), ("hidden", .list(hidden)), ("segments", .int(entry.segments))])
    }
}

extension RedactionRegister {
    /// Reads a register; it has one spelling only.
    /// - Throws: a `Diagnostic` when it is not canonical, names a rule that it does not describe, lists a segment twice, or counts wrongly.
    public init(_ bytes: [UInt8], path: String) throws(Diagnostic) {
        let node = try CanonicalJSON.parse(bytes, path: path)
        for item in node["rules"]?.array ?? [] {
            guard let id = item["id"]?.string, let action = item["action"]?.string.flatMap({ RedactionAction(rawValue: $0) }),
                let reason = item["reason"]?.string
            else { throw .malformed(path, "a rule without id, action or reason") }
            guard rules.last.map({ isBefore($0.id, id) }) ?? true else { throw .malformed(path, "rules that are not in the order of their ids") }
            rules.append(Rule(id: id, action: action, reason: reason, basis: item["basis"]?.string))
        }
        for item in node["entries"]?.array ?? [] {
            let entry = try Self.entry(item, path: path)
            guard entries.last.map({ $0.entry < entry.entry }) ?? true else { throw .malformed(path, "entries that are not in the order of the ledger") }
            for hidden in entry.hidden where !rules.contains(where: { $0.id.utf8.elementsEqual(hidden.rule.utf8) }) {
                throw .malformed(path, "the rule '\(hidden.rule)', which is not described")
            }
            entries.append(entry)
        }
        if let unused = rules.first(where: { total(of: $0.id) == 0 }) { throw .malformed(path, "the rule '\(unused.id)', which hides nothing") }
        // Counts, totals, the schema and further members are compared by writing it again.
        guard self.bytes == bytes else { throw .malformed(path, "other counts or members than its lists give") }
    }

    private static func entry(_ node: JSONNode, path: String) throws(Diagnostic) -> Entry {
        guard let index = node["entry"]?.int, index >= 0, let segments = node["segments"]?.int, segments >= 0, let list = node["hidden"]?.array else {
            throw .malformed(path, "an entry without 'entry', 'hidden' or 'segments'")
        }
        var entry = Entry(entry: index, segments: segments)
        for item in list {
            guard let rule = item["rule"]?.string, let ranges = item["segments"]?.string.flatMap({ IndexRanges($0, limit: segments) }) else {
                throw .malformed(path, "a list of segments of entry \(index) that is not in ascending ranges below \(segments)")
            }
            guard entry.hidden.last.map({ isBefore($0.rule, rule) }) ?? true else {
                throw .malformed(path, "rules of entry \(index) that are not in the order of their ids")
            }
            guard entry.hidden.allSatisfy({ $0.segments.overlap(with: ranges) == 0 }) else {
                throw .malformed(path, "a segment of entry \(index) that two rules hide")
            }
            entry.hidden.append(Hidden(rule: rule, segments: ranges))
        }
        return entry
    }

    /// What one entry hides more or less than in another register.
    public struct Change: Hashable, Sendable {
        public var entry: Int
        /// Segments that were shown and are hidden now.
        public var hiddenNow: Int
        /// Segments that were hidden and are shown now.
        public var shownNow: Int
    }

    /// The entries of both registers whose hidden segments differ, in order. An entry that only one of them lists counts against an empty list.
    public func changes(since earlier: RedactionRegister) -> [Change] {
        let indexes = (entries.map(\.entry) + earlier.entries.map(\.entry)).sorted()
        var changes: [Change] = []
        for (at, index) in indexes.enumerated() where at == 0 || indexes[at - 1] != index {
            let now = entries.first { $0.entry == index }?.hidden ?? []
            let then = earlier.entries.first { $0.entry == index }?.hidden ?? []
            let shared = now.reduce(0) { sum, a in sum + then.reduce(0) { $0 + a.segments.overlap(with: $1.segments) } }
            let change = Change(
                entry: index, hiddenNow: now.reduce(0) { $0 + $1.segments.count } - shared, shownNow: then.reduce(0) { $0 + $1.segments.count } - shared)
            if change.hiddenNow > 0 || change.shownNow > 0 { changes.append(change) }
        }
        return changes
    }
}

/// Says of each segment in turn by which rule it is hidden.
struct HiddenCursor {
    private let hidden: [RedactionRegister.Hidden]
    private var positions: [Int]

    init(_ entry: RedactionRegister.Entry) {
        hidden = entry.hidden
        positions = [Int](repeating: 0, count: entry.hidden.count)
    }

    /// The rule that hides a segment; the segments are asked for in ascending order.
    mutating func rule(of index: Int) -> String? {
        var found: String?
        for at in hidden.indices {
            let ranges = hidden[at].segments.ranges
            while positions[at] < ranges.count, ranges[positions[at]].upperBound < index { positions[at] += 1 }
            if positions[at] < ranges.count, ranges[positions[at]].contains(index) { found = hidden[at].rule }
        }
        return found
    }
}

/// By bytes.
private func isBefore(_ a: String, _ b: String) -> Bool { a.utf8.lexicographicallyPrecedes(b.utf8) }

extension Diagnostic {
    fileprivate static func repeatedEntry(_ entry: Int) -> Self {
        Diagnostic(
            id: "redaction.repeated-entry", severity: .error, location: nil, message: "the register lists entry \(entry) already",
            hint: "make one view of each entry")
    }

    fileprivate static func unknownRule(_ id: String) -> Self {
        Diagnostic(
            id: "redaction.unknown-rule", severity: .error, location: nil, message: "the rule '\(id)' is not among the source's rules",
            hint: "register a view with the rules that it was made with")
    }

    fileprivate static func twoRulesOfOneID(_ id: String) -> Self {
        Diagnostic(
            id: "redaction.two-rules", severity: .error, location: nil, message: "two sources have a rule '\(id)', and they differ in action, reason or basis",
            hint: "give the rules different ids")
    }

    fileprivate static func malformed(_ path: String, _ found: String) -> Self {
        Diagnostic(
            id: "redaction.register", severity: .error, location: TextLocation(path: path),
            message: "the register of what is hidden has \(found); expected a register as this program writes it", hint: "restore the register as it was issued"
        )
    }
}
