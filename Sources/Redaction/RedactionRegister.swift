public import Diagnostics
import StructuredText

/// What is hidden in a bundle: of each entry which segments, by which rule, and why. The signed statement names its digest, so that nobody can hide more.
public struct RedactionRegister: Hashable, Sendable {
    public static let schema = "dossier/redactions/1"
    /// A larger register is not read (bytes).
    public static let maximumBytes = 16 << 20
    /// A register of more rules is not read.
    public static let maximumRules = 1000
    /// A register of more JSON values is not read: each costs memory.
    static let maximumValues = 700_000
    /// More segments no item has: a tebibyte has no more bytes. All sums over a register that is read stay far below the largest `Int`.
    static let maximumSegments = 1 << 40
    /// No ledger has entries of a higher number.
    static let maximumEntry = 1 << 48

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
        let place = place(of: entry.entry)
        if place < entries.count, entries[place].entry == entry.entry { throw .repeatedEntry(entry.entry) }
        for hidden in entry.hidden {
            guard let rule = source.rule(hidden.rule) else { throw .unknownRule(hidden.rule) }
            let used = Rule(id: rule.id, action: rule.action, reason: rule.reason, basis: rule.basis)
            if let known = self.rule(used.id) {
                guard known == used else { throw .twoRulesOfOneID(used.id) }
            } else {
                rules.insert(used, at: rulePlace(of: used.id))
            }
        }
        entries.insert(entry, at: place)
    }

    /// What is hidden of one item, by the number of its entry; `nil` when the register does not list it.
    public func entry(_ number: Int) -> Entry? {
        let place = place(of: number)
        return place < entries.count && entries[place].entry == number ? entries[place] : nil
    }

    /// A rule by its id.
    public func rule(_ id: String) -> Rule? {
        let place = rulePlace(of: id)
        return place < rules.count && rules[place].id.utf8.elementsEqual(id.utf8) ? rules[place] : nil
    }

    /// Where an entry of that number stands or would stand.
    private func place(of number: Int) -> Int { firstPlace(below: entries.count) { entries[$0].entry >= number } }

    /// Where a rule of that id stands or would stand.
    private func rulePlace(of id: String) -> Int { firstPlace(below: rules.count) { !isBefore(rules[$0].id, id) } }

    /// How many segments a rule hides in all.
    public func total(of rule: String) -> Int {
        let place = rulePlace(of: rule)
        return place < rules.count && rules[place].id.utf8.elementsEqual(rule.utf8) ? totals[place] : 0
    }

    /// How many segments each rule hides in all, in the order of the rules.
    public var totals: [Int] {
        var totals = [Int](repeating: 0, count: rules.count)
        for entry in entries {
            for hidden in entry.hidden {
                let place = rulePlace(of: hidden.rule)
                if place < rules.count, rules[place].id.utf8.elementsEqual(hidden.rule.utf8) { totals[place] += hidden.segments.count }
            }
        }
        return totals
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
            ("totals", .list(zip(rules, totals).map { .object([("count", .int($1)), ("rule", .string($0.id))]) })),
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
    /// - Throws: a `Diagnostic` when it is too large, not canonical, names a rule that it does not describe, lists a segment twice, or counts wrongly.
    public init(_ bytes: [UInt8], path: String) throws(Diagnostic) {
        guard bytes.count <= Self.maximumBytes else { throw .malformed(path, "more than \(Self.maximumBytes >> 20) MiB") }
        guard jsonValueCount(in: bytes) <= Self.maximumValues else { throw .malformed(path, "more than \(Self.maximumValues) values") }
        let node = try CanonicalJSON.parse(bytes, path: path)
        for item in node["rules"]?.array ?? [] {
            guard rules.count < Self.maximumRules else { throw .malformed(path, "more than \(Self.maximumRules) rules") }
            guard let id = item["id"]?.string, let action = item["action"]?.string.flatMap({ RedactionAction(rawValue: $0) }),
                let reason = item["reason"]?.string
            else { throw .malformed(path, "a rule without id, action or reason") }
            guard rules.last.map({ isBefore($0.id, id) }) ?? true else { throw .malformed(path, "rules that are not in the order of their ids") }
            rules.append(Rule(id: id, action: action, reason: reason, basis: item["basis"]?.string))
        }
        for item in node["entries"]?.array ?? [] {
            let entry = try Self.entry(item, path: path)
            guard entries.last.map({ $0.entry < entry.entry }) ?? true else { throw .malformed(path, "entries that are not in the order of the ledger") }
            for hidden in entry.hidden where rule(hidden.rule) == nil {
                throw .malformed(path, "the rule '\(hidden.rule)', which is not described")
            }
            entries.append(entry)
        }
        if let unused = totals.firstIndex(of: 0) { throw .malformed(path, "the rule '\(rules[unused].id)', which hides nothing") }
        // Counts, totals, the schema and further members are compared by writing it again.
        guard self.bytes == bytes else { throw .malformed(path, "other counts or members than its lists give") }
    }

    private static func entry(_ node: JSONNode, path: String) throws(Diagnostic) -> Entry {
        guard let index = node["entry"]?.int, (0...maximumEntry).contains(index), let segments = node["segments"]?.int,
            (0...maximumSegments).contains(segments), let list = node["hidden"]?.array
        else {
            throw .malformed(path, "an entry without 'entry', 'hidden' or 'segments', or with an impossible number of them")
        }
        var entry = Entry(entry: index, segments: segments)
        for item in list {
            guard let rule = item["rule"]?.string, let ranges = item["segments"]?.string.flatMap({ IndexRanges($0, limit: segments) }) else {
                throw .malformed(path, "a list of segments of entry \(index) that is not in ascending ranges below \(segments)")
            }
            guard entry.hidden.last.map({ isBefore($0.rule, rule) }) ?? true else {
                throw .malformed(path, "rules of entry \(index) that are not in the order of their ids")
            }
            entry.hidden.append(Hidden(rule: rule, segments: ranges))
        }
        let all = entry.ranges
        guard zip(all, all.dropFirst()).allSatisfy({ $0.range.upperBound < $1.range.lowerBound }) else {
            throw .malformed(path, "a segment of entry \(index) that two rules hide")
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
            let (now, then) = (entry(index), earlier.entry(index))
            let shared = IndexRanges.overlap(now?.ranges.map(\.range) ?? [], then?.ranges.map(\.range) ?? [])
            let change = Change(entry: index, hiddenNow: (now?.count ?? 0) - shared, shownNow: (then?.count ?? 0) - shared)
            if change.hiddenNow > 0 || change.shownNow > 0 { changes.append(change) }
        }
        return changes
    }
}

extension RedactionRegister.Entry {
    /// All that is hidden, in the order of the segments, each range with the place of its rule in `hidden`.
    fileprivate var ranges: [(range: ClosedRange<Int>, rule: Int)] {
        var all: [(range: ClosedRange<Int>, rule: Int)] = []
        all.reserveCapacity(hidden.reduce(0) { $0 + $1.segments.ranges.count })
        for (at, part) in hidden.enumerated() { all += part.segments.ranges.map { ($0, at) } }
        if hidden.count > 1 { all.sort { $0.range.lowerBound < $1.range.lowerBound } }
        return all
    }
}

/// Says of each segment in turn by which rule it is hidden.
struct HiddenCursor {
    private let rules: [String]
    private let ranges: [(range: ClosedRange<Int>, rule: Int)]
    private var position = 0

    init(_ entry: RedactionRegister.Entry) {
        rules = entry.hidden.map(\.rule)
        ranges = entry.ranges
    }

    /// The rule that hides a segment; the segments are asked for in ascending order.
    mutating func rule(of index: Int) -> String? {
        while position < ranges.count, ranges[position].range.upperBound < index { position += 1 }
        return position < ranges.count && ranges[position].range.contains(index) ? rules[ranges[position].rule] : nil
    }
}

/// The first number below the end for which something holds that holds for all behind it too; the end when it holds for none.
private func firstPlace(below end: Int, where holds: (Int) -> Bool) -> Int {
    var (low, high) = (0, end)
    while low < high {
        let middle = (low + high) / 2
        if holds(middle) { high = middle } else { low = middle + 1 }
    }
    return low
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
