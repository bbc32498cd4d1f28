import Diagnostics
import EvidenceModel
import StructuredText

/// The counts over the rows read so far.
struct PredictionsComparison {
    /// A group's name longer than this is no name, and would fill the memory (bytes).
    static let maximumName = 200
    /// Groups smaller than this are flagged (rows; reference: evidence formats 3.1).
    static let smallGroup = 30
    /// Distinct values kept for messages.
    static let maximumWords = 10

    let columns: PredictionColumns
    let path: String
    var tally = DiagnosticTally()
    private var counters: [AttributeCounts]
    private var overall = GroupCounts()
    private var dropped = 0
    private var decisionValues = SeenValues()
    private var labelValues = SeenValues()
    private var observed: (first: Instant, last: Instant)?
    private var zoneAssumedAt: Int?

    /// What a judged column held: whether it had any value, the yes, and a few of the others.
    struct SeenValues {
        var hasAny = false
        var hasYes = false
        var others: [String] = []
    }

    init(_ columns: PredictionColumns, path: String) {
        self.columns = columns
        self.path = path
        counters = columns.attributes.map { AttributeCounts(name: $0.name, columns: $0.columns) }
    }

    /// Counts one row, or says why not.
    /// - Throws: a `Diagnostic` when the row shows that a mapping is needed before any row can be judged.
    mutating func add(_ row: CSVRow) throws {
        guard row.fields.count == columns.width else {
            return drop(.wrongWidth(path, row, expected: columns.width))
        }
        let cells = row.fields.map(trimmed)
        guard let selected = try judge(columns.decision, cells, row.line, key: "favourable", seen: \.decisionValues) else { return }
        var positive: Bool?
        if let label = columns.label, cells.indices.contains(label.column.index), !PredictionOutcome.isMissing(cells[label.column.index]) {
            positive = try judge(label, cells, row.line, key: "positive-label", seen: \.labelValues)
            guard positive != nil else { return }
        }
        var groups: [[String]] = []
        for counter in counters {
            var group: [String] = []
            for index in counter.columns where cells.indices.contains(index) {
                let cell = cells[index]
                guard !PredictionOutcome.isMissing(cell) else { return drop(.missing(path, row.line, column: counter.name)) }
                guard cell.utf8.count <= Self.maximumName else { return drop(.longName(path, row.line, column: counter.name)) }
                group.append(cell)
            }
            groups.append(group)
        }
        for (index, group) in zip(counters.indices, groups) { counters[index].add(group, selected: selected, positive: positive) }
        overall.add(selected: selected, positive: positive)
        note(cells, row.line)
    }

    private mutating func drop(_ diagnostic: Diagnostic) {
        tally.add(diagnostic)
        dropped += 1
    }

    /// Yes or no; `nil` when the row was dropped.
    private mutating func judge(
        _ judged: PredictionColumns.Judged, _ cells: [String], _ line: Int, key: String, seen: WritableKeyPath<Self, SeenValues>
    ) throws -> Bool? {
        guard cells.indices.contains(judged.column.index) else { return nil }
        let cell = cells[judged.column.index]
        switch judged.outcome.answer(cell) {
        case .yes:
            self[keyPath: seen].hasAny = true
            self[keyPath: seen].hasYes = true
            return true
        case .no:
            self[keyPath: seen].hasAny = true
            if case .word = judged.outcome, self[keyPath: seen].others.count < Self.maximumWords, !self[keyPath: seen].others.contains(cell) {
                self[keyPath: seen].others.append(String(cell.prefix(80)))
            }
            return false
        case .missing: drop(.missing(path, line, column: judged.column.name))
        case .unreadable:
            if case .binary = judged.outcome {
                // A number other than 0 and 1 changes what the whole column is; a word does so only in its first value.
                let isNumber = PredictionOutcome.number(cell) != nil
                if isNumber, judged.isBareScore { throw Diagnostic.needsThreshold(path, line, judged.column.name, cell) }
                if isNumber || !self[keyPath: seen].hasAny, !judged.isBareScore {
                    throw Diagnostic.needsValue(path, line, judged.column.name, cell, key: key, isNumber: isNumber)
                }
            }
            drop(.unreadable(path, line, column: judged.column.name, cell, judged.outcome))
        }
        return nil
    }

    /// Widens the observed period by the row's time.
    private mutating func note(_ cells: [String], _ line: Int) {
        guard let column = columns.time, cells.indices.contains(column.index) else { return }
        let cell = cells[column.index]
        let parsed = Instant.parse(cell)
        guard let time = parsed?.instant ?? Int64(cell).flatMap(Instant.init(epoch:)), time.civil.year <= 2100 else {
            return tally.add(.badTime(path, line, column: column.name, cell))
        }
        if parsed?.zoneAssumed == true, zoneAssumedAt == nil { zoneAssumedAt = line }
        observed = (min(observed?.first ?? time, time), max(observed?.last ?? time, time))
    }

    // MARK: - What came out

    /// - Throws: a `Diagnostic` when the value that the mapping names as the yes never came up.
    consuming func reading() throws -> Reading {
        try checkWords(columns.decision, decisionValues, key: "favourable")
        if let label = columns.label { try checkWords(label, labelValues, key: "positive-label") }
        if columns.decision.isBareScore, overall.count > 0 { tally.add(.scoreIsDecision(path, columns.decision.column.name)) }
        if overall.count == 0 { tally.add(.noRows(path)) }
        let unlabelled = overall.count - overall.labelled
        if columns.label != nil, unlabelled > 0 { tally.add(.unlabelled(path, unlabelled, of: overall.count)) }
        if let line = zoneAssumedAt { tally.add(.zoneAssumed(path, line)) }
        for counter in counters where counter.isOverfull { tally.add(.tooManyGroups(path, counter.name)) }
        let comparisons = counters.filter { !$0.isOverfull }.map(GroupComparison.init)
        for comparison in comparisons { flag(comparison) }
        var facts: [Fact] = []
        if !comparisons.isEmpty {
            let favourable = columns.decision.outcome.words(column: columns.decision.column.name)
            facts = fairnessFacts(comparisons, overall: overall, favourable: favourable, dropped: dropped)
        }
        return Reading(
            facts: facts, diagnostics: tally.diagnostics(path: path), observed: observed.map { Period(from: $0.first, to: $0.last) },
            sample: Sample(size: overall.count), usable: !comparisons.isEmpty)
    }

    private mutating func checkWords(_ judged: PredictionColumns.Judged, _ seen: SeenValues, key: String) throws {
        guard case .word(let word) = judged.outcome, seen.hasAny else { return }
        guard seen.hasYes else { throw Diagnostic.neverFound(path, judged.column.name, word, seen.others, key: key) }
        if seen.others.count > 1 { tally.add(.severalOthers(path, judged.column.name, word, seen.others)) }
    }

    /// Warns about groups too small to tell, rates that nobody can know, and attributes with nothing to compare.
    private mutating func flag(_ comparison: GroupComparison) {
        if comparison.groups.count == 1 { tally.add(.oneGroup(path, comparison.attribute)) }
        for group in comparison.groups {
            if group.counts.count < Self.smallGroup { tally.add(.smallGroup(path, comparison.attribute, group, least: Self.smallGroup)) }
            guard overall.labelled > 0 else { continue }
            if group.counts.truePositiveRate == nil { tally.add(.undefinedRate(path, comparison.attribute, group.name, label: "positive")) }
            if group.counts.falsePositiveRate == nil { tally.add(.undefinedRate(path, comparison.attribute, group.name, label: "negative")) }
        }
    }
}

/// Without blanks at either end; most cells have none, and looking is cheaper than copying.
private func trimmed(_ cell: String) -> String {
    func isPlain(_ byte: UInt8?) -> Bool { byte.map { $0 > 0x20 && $0 < 0x7F } ?? true }
    return isPlain(cell.utf8.first) && isPlain(cell.utf8.last) ? cell : cell.trimmingBlanks()
}

private func shown(_ cell: String) -> String { "'\(cell.prefix(80))'" }

extension Diagnostic {
    private static func rows(
        _ path: String, _ line: Int?, _ id: String, _ message: String, hint: String, severity: Severity = .error
    ) -> Self {
        Diagnostic(
            id: "predictions-csv.\(id)", severity: severity, location: TextLocation(path: path, line: line, column: line == nil ? nil : 1),
            message: message, hint: hint)
    }

    fileprivate static func wrongWidth(_ path: String, _ row: CSVRow, expected: Int) -> Self {
        rows(
            path, row.line, "wrong-width", "the row has \(row.fields.count) fields; expected \(expected), as in the header",
            hint: "quote fields that hold the delimiter")
    }

    fileprivate static func missing(_ path: String, _ line: Int, column: String) -> Self {
        rows(
            path, line, "missing-value", "the row has no value for '\(column)' and is left out; expected one",
            hint: "fill it in; for an attribute, name a group for people who did not say", severity: .warning)
    }

    fileprivate static func longName(_ path: String, _ line: Int, column: String) -> Self {
        rows(
            path, line, "long-group-name", "the group in '\(column)' has more than 200 bytes; expected a short name",
            hint: "check that the column is a protected attribute")
    }

    fileprivate static func unreadable(_ path: String, _ line: Int, column: String, _ cell: String, _ outcome: PredictionOutcome) -> Self {
        let expected = if case .score = outcome { "a number" } else { "0 or 1, or true or false" }
        return rows(
            path, line, "unreadable-value", "'\(column)' is \(shown(cell)); expected \(expected)", hint: "correct the value; the row is left out")
    }

    fileprivate static func needsThreshold(_ path: String, _ line: Int, _ column: String, _ cell: String) -> Self {
        rows(
            path, line, "needs-threshold", "'\(column)' is a score (\(shown(cell))), and nothing says from which score on the decision is favourable",
            hint: "add 'threshold: NUMBER' to the source's mapping, and 'favourable: 0' where scores below it are the good ones")
    }

    fileprivate static func needsValue(_ path: String, _ line: Int, _ column: String, _ cell: String, key: String, isNumber: Bool) -> Self {
        let score = isNumber && key == "favourable" ? "; for a score, add 'score: \(column)' and 'threshold: NUMBER' instead" : ""
        let role = key == "favourable" ? "decision is favourable" : "label is positive"
        return rows(
            path, line, "needs-\(key)", "'\(column)' is \(shown(cell)), and nothing says which \(role); expected 0 or 1, or true or false",
            hint: "add '\(key): VALUE' to the source's mapping\(score)")
    }

    fileprivate static func neverFound(_ path: String, _ column: String, _ word: String, _ found: [String], key: String) -> Self {
        rows(
            path, nil, "value-never-found",
            "no row has \(shown(word)) in '\(column)'\(suggestion(for: word, among: found)); found \(found.map(shown).joined(separator: ", "))",
            hint: "correct '\(key)' in the source's mapping")
    }

    fileprivate static func severalOthers(_ path: String, _ column: String, _ word: String, _ others: [String]) -> Self {
        rows(
            path, nil, "several-values",
            "'\(column)' holds \(others.map(shown).joined(separator: ", ")) beside \(shown(word)); each of them counts as the opposite",
            hint: "check for misspelt values and for cases that are still open", severity: .warning)
    }

    fileprivate static func badTime(_ path: String, _ line: Int, column: String, _ cell: String) -> Self {
        rows(
            path, line, "bad-time", "'\(column)' is \(shown(cell)); expected a date that exists, such as 2026-09-30, up to 2100",
            hint: "correct it; the row is compared, but does not count for the observed period", severity: .warning)
    }

    fileprivate static func zoneAssumed(_ path: String, _ line: Int) -> Self {
        rows(path, line, "zone-assumed", "times have no zone; UTC is assumed", hint: "write times with 'Z' or an offset", severity: .warning)
    }

    fileprivate static func scoreIsDecision(_ path: String, _ column: String) -> Self {
        rows(
            path, nil, "score-is-decision", "'\(column)' holds nothing but 0 and 1 and was taken for the decision",
            hint: "add 'threshold: NUMBER' to the source's mapping if it is a score", severity: .note)
    }

    fileprivate static func noRows(_ path: String) -> Self {
        rows(path, nil, "no-rows", "no row could be compared; expected one for each decision", hint: "check the export", severity: .warning)
    }

    fileprivate static func unlabelled(_ path: String, _ count: Int, of all: Int) -> Self {
        rows(
            path, nil, "unlabelled", "\(count) of \(all) rows have a decision but no label; they count for selection rates only",
            hint: "say in the assessment what error rates over the labelled rows mean", severity: .warning)
    }

    fileprivate static func tooManyGroups(_ path: String, _ attribute: String) -> Self {
        rows(
            path, nil, "too-many-groups", "'\(attribute)' has more than \(AttributeCounts.maximumGroups) groups and was not compared",
            hint: "compare a column of groups, such as age bands rather than birth dates")
    }

    fileprivate static func oneGroup(_ path: String, _ attribute: String) -> Self {
        rows(
            path, nil, "one-group", "'\(attribute)' has one group, so that nothing can be compared; expected two or more",
            hint: "check that the export was not filtered", severity: .warning)
    }

    fileprivate static func smallGroup(_ path: String, _ attribute: String, _ group: GroupComparison.Group, least: Int) -> Self {
        let size = group.counts.count == 1 ? "1 row" : "\(group.counts.count) rows"
        return rows(
            path, nil, "small-group",
            "group \(shown(group.name)) of '\(attribute)' has \(size); rates under \(least) rows tell little",
            hint: "collect more rows, or say in the assessment how certain the rates are", severity: .warning)
    }

    fileprivate static func undefinedRate(_ path: String, _ attribute: String, _ group: String, label: String) -> Self {
        let rate = label == "positive" ? "true positive rate" : "false positive rate"
        return rows(
            path, nil, "undefined-rate", "group \(shown(group)) of '\(attribute)' has no \(label) label, so its \(rate) is unknown",
            hint: "collect labelled rows for the group, or say why there are none", severity: .warning)
    }
}
