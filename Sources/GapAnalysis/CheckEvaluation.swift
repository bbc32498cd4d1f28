import ControlFrameworks
import EvidenceModel
import StructuredText

/// What one check says about one item.
struct CheckResult {
    var outcome: Finding.Outcome
    var found: String
    var locator: Locator
    /// The name of the declared limit that was asked for.
    var limitName: String?
}

/// Applies a check to an item: one fact, or the rows of a table.
struct CheckEvaluation {
    let input: AssessmentInput
    let check: Check

    /// What is found in facts that would tell what a redaction hides is judged, and not shown.
    func evaluate(_ item: EvidenceItem) -> CheckResult {
        var result = evaluated(item)
        let names = [check.scope == .scalar ? check.fact : check.scope.table].compactMap { $0?.text }
        if names.contains(where: { name in item.withheldFacts.contains { $0.utf8.elementsEqual(name.utf8) } }) {
            result.found = "\(names.first ?? "fact"): [withheld: it would tell what a redaction rule hides]"
        }
        return result
    }

    private func evaluated(_ item: EvidenceItem) -> CheckResult {
        switch check.scope {
        case .scalar: return scalar(item)
        case .each(let table): return each(table, item)
        case .any(let table): return any(table, item)
        case .none(let table): return none(table, item)
        case .count(let table): return count(table, item)
        }
    }

    private var limitName: String? {
        for case .meetsLimit(let name) in check.tests { return name }
        return nil
    }

    private func scalar(_ item: EvidenceItem) -> CheckResult {
        guard let name = check.fact else { return CheckResult(outcome: .silent, found: "nothing", locator: .whole) }
        let fact = item.fact(name)
        let tester = ValueTest(input: input) { item.fact($0)?.value }
        let outcome = combined(check.tests, on: fact?.value, tester)
        return CheckResult(
            outcome: outcome, found: "\(name) \(describe(fact?.value, unit: fact?.unit))", locator: fact?.locator ?? .whole, limitName: limitName)
    }

    /// All tests must hold; what fails weighs more than what is silent.
    private func combined(_ tests: [Check.Test], on value: FactValue?, _ tester: ValueTest) -> Finding.Outcome {
        var result = Finding.Outcome.passed
        for test in tests {
            switch tester.outcome(of: test, on: value) {
            case .pass: continue
            case .fail: return .failed
            case .noLimit: result = .noLimit
            case .silent: if result == .passed { result = .silent }
            }
        }
        return result
    }

    private func rows(_ table: FactName, _ item: EvidenceItem) -> [FactRow]? {
        guard case .table(let rows)? = item.fact(table)?.value else { return nil }
        return rows.filter { row in
            check.conditions.allSatisfy { condition in
                let tester = ValueTest(input: input) { row[$0] }
                return combined(condition.tests, on: row[condition.column], tester) == .passed
            }
        }
    }

    private func outcome(of row: FactRow) -> Finding.Outcome {
        guard let fact = check.fact else { return .passed }
        return combined(check.tests, on: row[fact], ValueTest(input: input) { row[$0] })
    }

    private func each(_ table: FactName, _ item: EvidenceItem) -> CheckResult {
        guard let rows = rows(table, item) else { return notStated(table, item) }
        if rows.isEmpty {
            return CheckResult(
                outcome: check.noRowsHold ? .passed : .silent, found: "\(table): no row\(selection)", locator: locator(of: table, item), limitName: limitName)
        }
        var worst: (outcome: Finding.Outcome, row: FactRow)?
        var faults = 0
        for row in rows {
            let outcome = outcome(of: row)
            if outcome != .passed { faults += 1 }
            if worst == nil || rank(outcome) > rank(worst?.outcome ?? .passed) { worst = (outcome, row) }
        }
        guard let worst else { return notStated(table, item) }
        if worst.outcome == .passed {
            return CheckResult(outcome: .passed, found: "\(table): \(rows.count) of \(rows.count) rows hold", locator: worst.row.locator, limitName: limitName)
        }
        let more = faults > 1 ? " (and \(faults - 1) more of \(rows.count) rows)" : " (1 of \(rows.count) rows)"
        // A row that does not state what every row must state is a failed row, not a silent document.
        let outcome = worst.outcome == .silent ? Finding.Outcome.failed : worst.outcome
        return CheckResult(outcome: outcome, found: "\(name(of: worst.row, table)) \(cell(worst.row))\(more)", locator: worst.row.locator, limitName: limitName)
    }

    private func rank(_ outcome: Finding.Outcome) -> Int {
        switch outcome {
        case .passed: 0
        case .silent: 1
        case .noLimit: 2
        case .failed: 3
        }
    }

    private func any(_ table: FactName, _ item: EvidenceItem) -> CheckResult {
        guard let rows = rows(table, item) else { return notStated(table, item) }
        var best: (outcome: Finding.Outcome, row: FactRow)?
        for row in rows {
            let outcome = outcome(of: row)
            if outcome == .passed {
                return CheckResult(outcome: .passed, found: "\(name(of: row, table)) \(cell(row))", locator: row.locator, limitName: limitName)
            }
            if best == nil { best = (outcome, row) }
        }
        guard let best else {
            return CheckResult(outcome: .silent, found: "\(table): no row\(selection)", locator: locator(of: table, item), limitName: limitName)
        }
        let outcome = best.outcome == .noLimit ? Finding.Outcome.noLimit : .silent
        return CheckResult(outcome: outcome, found: "\(table): none of \(rows.count) rows holds", locator: best.row.locator, limitName: limitName)
    }

    private func none(_ table: FactName, _ item: EvidenceItem) -> CheckResult {
        guard let rows = rows(table, item) else { return notStated(table, item) }
        let hits = check.fact == nil ? rows : rows.filter { outcome(of: $0) == .passed }
        guard let first = hits.first else {
            return CheckResult(outcome: .passed, found: "\(table): no such row", locator: locator(of: table, item), limitName: limitName)
        }
        let more = hits.count > 1 ? " (and \(hits.count - 1) more)" : ""
        return CheckResult(outcome: .failed, found: "\(name(of: first, table)) \(cell(first))\(more)", locator: first.locator, limitName: limitName)
    }

    private func count(_ table: FactName, _ item: EvidenceItem) -> CheckResult {
        guard let rows = rows(table, item) else { return notStated(table, item) }
        let outcome = combined(check.tests, on: .number(Double(rows.count)), ValueTest(input: input) { _ in nil })
        return CheckResult(
            outcome: outcome, found: "\(table): \(rows.count) row\(rows.count == 1 ? "" : "s")\(selection)", locator: locator(of: table, item),
            limitName: limitName)
    }

    private func notStated(_ table: FactName, _ item: EvidenceItem) -> CheckResult {
        CheckResult(outcome: .silent, found: "\(table) is not stated", locator: .whole, limitName: limitName)
    }

    private func locator(of table: FactName, _ item: EvidenceItem) -> Locator { item.fact(table)?.locator ?? .whole }

    private var selection: String { check.conditions.isEmpty ? "" : " where \(CheckSentence.conditions(check.conditions))" }

    /// `groups[sex, F]`: the table and the row's first two texts.
    private func name(of row: FactRow, _ table: FactName) -> String {
        let labels = row.cells.compactMap { cell -> String? in
            if case .text(let text) = cell.value { return String(text.prefix(60)) }
            return nil
        }
        return "\(table)[\(labels.prefix(2).joined(separator: ", "))]"
    }

    private func cell(_ row: FactRow) -> String {
        guard let fact = check.fact else { return "" }
        return "\(fact) \(describe(row[fact], unit: nil))"
    }

    private func describe(_ value: FactValue?, unit: String?) -> String {
        guard let value else { return "is not stated" }
        if case .text(let text) = value {
            if Substance.isPlaceholder(text) { return "is placeholder text '\(text.prefix(60))'" }
            let words = Substance.words(in: text)
            return "'\(text.prefix(120))\(text.count > 120 ? "…" : "")'" + (words > 12 ? " (\(words) words)" : "")
        }
        let shown = unit.map { $0 == "ratio" ? "" : " \($0)" } ?? ""
        return value.text + shown
    }
}
