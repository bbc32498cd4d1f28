import Diagnostics
import StructuredText

/// Which columns of a table of predictions hold the decision, the label, the time and the protected attributes, and how they are read.
struct PredictionColumns {
    struct Column {
        var name: String
        var index: Int
    }

    /// What is read as yes or no, with how.
    struct Judged {
        var column: Column
        var outcome: PredictionOutcome
        /// True for a score without a threshold, which is a decision only while it holds nothing but 0 and 1.
        var isBareScore = false
    }

    let width: Int
    let decision: Judged
    let label: Judged?
    let time: Column?
    /// The attributes to compare, each over one column or over several as an intersection.
    let attributes: [(name: String, columns: [Int])]

    /// Mapping keys that this format knows.
    static let keys = ["decision", "label", "score", "threshold", "favourable", "positive-label", "time"]

    /// Resolves a header, with an error for each thing that must be said first, and the mapping that says it.
    static func resolve(_ header: [String], _ options: ReadingOptions, path: String) -> (columns: Self?, diagnostics: [Diagnostic]) {
        var finder = ColumnFinder(names: header.map { $0.trimmingBlanks() }, mapping: options.mapping, path: path)
        for key in options.mapping.keys.sorted() where !keys.contains(key) { finder.tally.add(.unknownKey(path, key)) }
        let decision = finder.decision()
        let label = finder.label(decision: decision)
        let time = options.mapping["time"].flatMap { finder.column(named: $0, role: "time") }
        let taken = [decision?.column.index, label?.column.index].compactMap { $0 }
        let attributes = finder.attributes(options.attributes, except: taken)
        let diagnostics = finder.tally.diagnostics(path: path)
        guard let decision, !attributes.isEmpty, !finder.hasFailed else { return (nil, diagnostics) }
        return (Self(width: header.count, decision: decision, label: label, time: time, attributes: attributes), diagnostics)
    }

    /// How surely a header is one of predictions about people.
    static func recognition(_ header: [String]) -> Recognition {
        let plain = Set(header.map(ColumnFinder.plain))
        let hasLabel = !plain.isDisjoint(with: ColumnFinder.labels)
        let hasDecision = !plain.isDisjoint(with: ColumnFinder.decisions)
        let hasScore = !plain.isDisjoint(with: ColumnFinder.scores)
        guard plain.contains(where: ColumnFinder.isAttribute), hasDecision || hasScore else { return .no }
        return hasLabel ? .likely : hasDecision ? .weak : .no
    }
}

/// Finds columns by mapping or by name (reference: evidence formats 3.1); a column is never picked among several that fit.
private struct ColumnFinder {
    static let labels: Set<String> = ["ytrue", "y", "label", "labelvalue", "target", "actual", "groundtruth", "twoyearrecid"]
    static let decisions: Set<String> = ["ypred", "pred", "prediction", "predicted", "decision", "outcome"]
    static let scores: Set<String> = ["yprob", "score", "proba", "probability"]
    private static let people: Set<String> = [
        "sex", "gender", "race", "ethnicity", "ethnicgroup", "age", "agegroup", "agecat", "agecategory", "ageband", "agebucket", "agerange",
        "nationality", "foreignworker", "disability", "disabled", "religion", "marital", "maritalstatus",
    ]

    let names: [String]
    let mapping: [String: String]
    let path: String
    var tally = DiagnosticTally()
    /// True once something was wrong that makes the whole comparison a guess.
    var hasFailed = false

    init(names: [String], mapping: [String: String], path: String) {
        self.names = names
        self.mapping = mapping
        self.path = path
    }

    static func plain(_ name: String) -> String { name.lowercased().filter { $0 != "_" && $0 != "-" && !$0.isWhitespace } }
    static func isAttribute(_ plain: String) -> Bool { people.contains(plain) }

    private mutating func fail(_ diagnostic: Diagnostic) {
        tally.add(diagnostic)
        hasFailed = true
    }

    /// The column that a person named: as written, or else the only one that differs in case, blanks and `_` alone.
    mutating func column(named wanted: String, role: String) -> PredictionColumns.Column? {
        let wanted = wanted.trimmingBlanks()
        var found = names.indices.filter { names[$0] == wanted }
        if found.isEmpty { found = names.indices.filter { Self.plain(names[$0]) == Self.plain(wanted) } }
        guard let first = found.first else {
            fail(.unknownColumn(path, wanted, role: role, names))
            return nil
        }
        if found.count > 1 { fail(.repeatedColumn(path, names[first], count: found.count)) }
        return PredictionColumns.Column(name: names[first], index: first)
    }

    /// The only column whose name is one of those; several are an error that says which mapping decides.
    private mutating func column(among known: Set<String>, role: String) -> PredictionColumns.Column? {
        let found = names.indices.filter { known.contains(Self.plain(names[$0])) }
        if found.count > 1 { fail(.ambiguousColumns(path, found.map { names[$0] }, role: role)) }
        return found.first.map { PredictionColumns.Column(name: names[$0], index: $0) }
    }

    mutating func decision() -> PredictionColumns.Judged? {
        if mapping["decision"] != nil, mapping["threshold"] != nil { fail(.twoDecisions(path)) }
        if let named = mapping["decision"] {
            return column(named: named, role: "decision").map { PredictionColumns.Judged(column: $0, outcome: outcome("favourable")) }
        }
        if mapping["score"] == nil, mapping["threshold"] == nil, let column = column(among: Self.decisions, role: "decision") {
            return PredictionColumns.Judged(column: column, outcome: outcome("favourable"))
        }
        let score =
            if let named = mapping["score"] { column(named: named, role: "score") } else { column(among: Self.scores, role: "score") }
        guard let score else {
            if mapping["score"] == nil { fail(.noDecision(path, names)) }
            return nil
        }
        guard let threshold = mapping["threshold"] else {
            return PredictionColumns.Judged(column: score, outcome: outcome("favourable"), isBareScore: true)
        }
        return PredictionColumns.Judged(column: score, outcome: scoreOutcome(threshold))
    }

    /// The label; words of a decision tell nothing about which label is positive, so a reversed decision needs the label's own mapping.
    mutating func label(decision: PredictionColumns.Judged?) -> PredictionColumns.Judged? {
        let found = if let named = mapping["label"] { column(named: named, role: "label") } else { column(among: Self.labels, role: "label") }
        guard let found else { return nil }
        if let decision, decision.column.index == found.index { fail(.sameColumn(path, found.name)) }
        if mapping["positive-label"] == nil {
            switch decision?.outcome {
            case .binary(yes: false), .score(_, above: false): fail(.unsaidLabel(path, found.name, decision: decision?.column.name ?? ""))
            default: break
            }
        }
        return PredictionColumns.Judged(column: found, outcome: outcome("positive-label"))
    }

    /// The value that a mapping names as the yes; 1 or true when it names none.
    private func outcome(_ key: String) -> PredictionOutcome {
        guard let value = mapping[key]?.trimmingBlanks() else { return .binary(yes: true) }
        return PredictionOutcome.binary(value).map { .binary(yes: $0) } ?? .word(value)
    }

    private mutating func scoreOutcome(_ threshold: String) -> PredictionOutcome {
        let number = PredictionOutcome.number(threshold.trimmingBlanks())
        if number == nil { fail(.badThreshold(path, threshold)) }
        let favourable = mapping["favourable"]?.trimmingBlanks() ?? "1"
        let above = PredictionOutcome.binary(favourable)
        if above == nil { fail(.badSide(path, favourable)) }
        return .score(threshold: number ?? 0, above: above ?? true)
    }

    /// The attributes asked for, or every column that is plainly one.
    mutating func attributes(_ asked: [String], except taken: [Int]) -> [(name: String, columns: [Int])] {
        var wanted = asked
        if asked.isEmpty {
            wanted = names.indices.filter { Self.isAttribute(Self.plain(names[$0])) && !taken.contains($0) }.map { names[$0] }
            if wanted.isEmpty { fail(.noAttribute(path, names)) }
        }
        var found: [(name: String, columns: [Int])] = []
        for text in wanted {
            let known = hasFailed
            // A column's own name may hold a star.
            let parts = names.contains(text) ? [text] : text.split(separator: "*").map { $0.trimmingBlanks() }
            let columns = parts.compactMap { column(named: $0, role: "attribute") }
            // An attribute that is not there costs itself, not the others.
            let isMissing = columns.count < parts.count || parts.isEmpty
            if isMissing, !known { hasFailed = false }
            let name = columns.map(\.name).joined(separator: "*")
            if let own = columns.first(where: { taken.contains($0.index) }) {
                tally.add(.attributeIsOutcome(path, own.name))
            } else if !isMissing, !found.contains(where: { $0.name == name }) {
                found.append((name, columns.map(\.index)))
            }
        }
        return found
    }
}

private func listed(_ names: [String]) -> String { names.prefix(30).map { "'\($0.prefix(80))'" }.joined(separator: ", ") }

extension Diagnostic {
    private static func header(_ path: String, _ id: String, _ message: String, hint: String, severity: Severity = .error) -> Self {
        Diagnostic(
            id: "predictions-csv.\(id)", severity: severity, location: TextLocation(path: path, line: 1, column: 1), message: message, hint: hint)
    }

    fileprivate static func unknownKey(_ path: String, _ key: String) -> Self {
        header(
            path, "unknown-mapping",
            "the mapping has '\(key)', which this format does not know\(suggestion(for: key, among: PredictionColumns.keys))",
            hint: "use \(PredictionColumns.keys.joined(separator: ", "))", severity: .warning)
    }

    fileprivate static func unknownColumn(_ path: String, _ name: String, role: String, _ known: [String]) -> Self {
        header(
            path, "unknown-column", "no column '\(name)' for the \(role)\(suggestion(for: name, among: known)); the file has \(listed(known))",
            hint: "correct \(role == "attribute" ? "the source's 'attributes'" : "'mapping: { \(role): COLUMN }'")")
    }

    fileprivate static func repeatedColumn(_ path: String, _ name: String, count: Int) -> Self {
        header(path, "repeated-column", "column '\(name)' stands \(count) times in the header; expected once", hint: "rename or remove all but one")
    }

    fileprivate static func ambiguousColumns(_ path: String, _ names: [String], role: String) -> Self {
        header(
            path, "ambiguous-columns", "columns \(listed(names)) may each be the \(role); expected one",
            hint: "add 'mapping: { \(role): \(names.first ?? "COLUMN") }', or another of them, to the source")
    }

    fileprivate static func noDecision(_ path: String, _ names: [String]) -> Self {
        header(
            path, "no-decision", "no column is plainly the decision or a score, among \(listed(names))",
            hint: "add 'mapping: { decision: COLUMN }', or 'mapping: { score: COLUMN, threshold: NUMBER }', to the source")
    }

    fileprivate static func twoDecisions(_ path: String) -> Self {
        header(
            path, "two-decisions", "the mapping names both a decision column and a threshold; expected one way to decide",
            hint: "remove 'decision' or 'threshold' from the source's mapping")
    }

    fileprivate static func sameColumn(_ path: String, _ name: String) -> Self {
        header(
            path, "same-column", "column '\(name)' is both the decision and the label; expected two columns",
            hint: "correct 'decision' or 'label' in the source's mapping")
    }

    fileprivate static func unsaidLabel(_ path: String, _ name: String, decision: String) -> Self {
        header(
            path, "unsaid-label", "0 is the favourable side of '\(decision)', which does not say which value of '\(name)' is the positive label",
            hint: "add 'positive-label: 0' or 'positive-label: 1' to the source's mapping")
    }

    fileprivate static func badThreshold(_ path: String, _ text: String) -> Self {
        header(
            path, "bad-threshold", "the threshold is '\(text)'; expected a number such as 0.5", hint: "correct 'threshold' in the source's mapping")
    }

    fileprivate static func badSide(_ path: String, _ text: String) -> Self {
        header(
            path, "bad-favourable", "'favourable' is '\(text)'; with a threshold, expected 1 (at or above it) or 0 (below it)",
            hint: "correct 'favourable' in the source's mapping")
    }

    fileprivate static func noAttribute(_ path: String, _ names: [String]) -> Self {
        header(
            path, "no-attribute", "no column is plainly a protected attribute, among \(listed(names))",
            hint: "add 'attributes: [COLUMN]' to the source; 'a*b' compares an intersection")
    }

    fileprivate static func attributeIsOutcome(_ path: String, _ name: String) -> Self {
        header(
            path, "attribute-is-outcome", "'\(name)' is asked for as an attribute, but is the decision or the label",
            hint: "remove it from the source's 'attributes', or correct the mapping")
    }
}
