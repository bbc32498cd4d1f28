public import ControlFrameworks
import EvidenceModel
public import Workspaces

/// Reads a check back as a sentence.
public enum CheckSentence {
    /// - Parameter system: whose declared limits are named with their values.
    public static func sentence(_ check: Check, system: AISystem?) -> String {
        let tests = check.tests.map { words($0, system) }.joined(separator: " and ")
        let rows = check.conditions.isEmpty ? "" : " where \(conditions(check.conditions))"
        let fact = check.fact.map(\.text) ?? "row"
        switch check.scope {
        case .scalar: return "\(fact) \(tests)"
        case .each(let table): return "in every row of \(table)\(rows), \(fact) \(tests)" + (check.noRowsHold ? " (no row is fine)" : "")
        case .any(let table): return "in some row of \(table)\(rows), \(fact) \(tests)"
        case .none(let table): return check.fact == nil ? "no row of \(table)\(rows)" : "in no row of \(table)\(rows), \(fact) \(tests)"
        case .count(let table): return "the number of rows of \(table)\(rows) \(tests)"
        }
    }

    static func conditions(_ conditions: [Check.RowCondition]) -> String {
        conditions.map { condition in "\(condition.column) \(condition.tests.map { words($0, nil) }.joined(separator: " and "))" }.joined(separator: " and ")
    }

    private static func words(_ test: Check.Test, _ system: AISystem?) -> String {
        switch test {
        case .present(nil): "is stated"
        case .present(.some(let count)): "is stated in at least \(count) words"
        case .absent: "is not stated"
        case .isFlag(let flag): "is \(flag ? "yes" : "no")"
        case .atLeast(let bound): "is at least \(bound.text)"
        case .atMost(let bound): "is at most \(bound.text)"
        case .oneOf(let words): "is \(words.joined(separator: " or "))"
        case .matches(let pattern): "matches \(pattern)"
        case .contains(let words): "names \(words.joined(separator: ", "))"
        case .containsDeclaredAttributes:
            "names every attribute that the system declares as protected"
                + (system.map { $0.protectedAttributes.isEmpty ? "" : " (\($0.protectedAttributes.joined(separator: ", ")))" } ?? "")
        case .before(let moment): "is before \(moment.words)"
        case .after(let moment): "is on or after \(moment.words)"
        case .withinOf(let duration, let moment): "is within \(duration.words) of \(moment.words)"
        case .recent(let duration): "is no older than \(duration.words) at as-of"
        case .lasts(let duration, let moment): "is at least \(duration.words) after \(moment.words)"
        case .meetsLimit(let name): "meets the declared limit \(name)" + (system.map { " (\(limit(name, $0)))" } ?? "")
        case .differsFrom(let name): "differs from \(name)"
        case .listedIn(let kind, let table, let column): "is listed in \(column) of \(table) of a \(kind)"
        }
    }

    /// `at most 0.2, approved by R. Osei on 2026-01-12`, or that none is declared.
    public static func limit(_ name: String, _ system: AISystem) -> String {
        guard let limit = system.limit(named: name) else { return "none declared" }
        let bounds = [limit.atLeast.map { "at least \(text($0))" }, limit.atMost.map { "at most \(text($0))" }].compactMap { $0 }
        let approval = limit.approvedBy.map { ", approved by \($0)" + (limit.approvedOn.map { " on \($0.text)" } ?? "") } ?? ", no approver named"
        return bounds.joined(separator: " and ") + approval
    }

    private static func text(_ bound: DeclaredLimit.Bound) -> String {
        switch bound {
        case .number(let number): Check.Bound.number(number).text
        case .duration(let duration): duration.words
        }
    }
}
