import ControlFrameworks
import EvidenceModel
import Glibc
import StructuredText
import Workspaces

/// Holds one value against one test.
struct ValueTest {
    let input: AssessmentInput
    /// Where other values of the same row or item are found.
    let sibling: (FactName) -> FactValue?

    enum Outcome: Equatable {
        case pass
        case fail
        /// Nothing is stated that could pass or fail.
        case silent
        /// No limit of that name is declared.
        case noLimit(String)
    }

    func outcome(of test: Check.Test, on value: FactValue?) -> Outcome {
        switch test {
        case .absent: return value == nil || isPlaceholder(value) ? .pass : .fail
        case .present(let words): return presence(value, words)
        case .isFlag(let expected):
            guard case .flag(let flag)? = value else { return .silent }
            return flag == expected ? .pass : .fail
        case .atLeast(let bound): return compare(value, bound) { $0 >= $1 }
        case .atMost(let bound): return compare(value, bound) { $0 <= $1 }
        case .oneOf(let words):
            guard let value, !isPlaceholder(value) else { return .silent }
            return words.contains { equal($0, value) } ? .pass : .fail
        case .matches(let pattern):
            guard let value, !isPlaceholder(value) else { return .silent }
            return matches(value.text, pattern) ? .pass : .fail
        case .contains(let words): return contains(value, words)
        case .containsDeclaredAttributes:
            let declared = input.system.protectedAttributes
            return declared.isEmpty ? .noLimit("protected-attributes") : contains(value, declared)
        case .before(let moment): return compareDates(value, moment) { $0 < $1 }
        case .after(let moment): return compareDates(value, moment) { $0 >= $1 }
        case .withinOf(let duration, let moment): return compareDates(value, moment) { $0 <= $1 + duration }
        case .recent(let duration):
            guard case .date(let date)? = value else { return .silent }
            return date >= input.asOf - duration ? .pass : .fail
        case .lasts(let duration, let moment): return compareDates(value, moment) { $0 >= $1 + duration }
        case .meetsLimit(let name): return meetsLimit(value, name)
        case .differsFrom(let other):
            guard let value, let second = sibling(other), !isPlaceholder(value), !isPlaceholder(second) else { return .silent }
            return value.text.lowercased() == second.text.lowercased() ? .fail : .pass
        case .listedIn(let kind, let table, let column): return listed(value, kind, table, column)
        }
    }

    private func isPlaceholder(_ value: FactValue?) -> Bool {
        switch value {
        case .text(let text)?: Substance.isPlaceholder(text)
        case .list(let items)?: items.allSatisfy { Substance.isPlaceholder($0) }
        default: false
        }
    }

    private func presence(_ value: FactValue?, _ words: Int?) -> Outcome {
        guard let value, !isPlaceholder(value) else { return .silent }
        if case .table(let rows) = value, rows.isEmpty { return .silent }
        guard let words else { return .pass }
        return Substance.words(in: value.text) >= words ? .pass : .silent
    }

    private func compare(_ value: FactValue?, _ bound: Check.Bound, _ holds: (Double, Double) -> Bool) -> Outcome {
        switch (value, bound) {
        case (.number(let number)?, .number(let limit)): holds(number, limit) ? .pass : .fail
        case (.duration(let duration)?, .duration(let limit)):
            holds(Double(duration.comparableSeconds), Double(limit.comparableSeconds)) ? .pass : .fail
        default: .silent
        }
    }

    private func equal(_ word: String, _ value: FactValue) -> Bool {
        switch value {
        case .number(let number): Double(word) == number
        case .flag(let flag): (flag ? ["true", "yes"] : ["false", "no"]).contains(word.lowercased())
        case .list(let items): items.contains { $0.lowercased() == word.lowercased() }
        default: value.text.trimmingBlanks().lowercased() == word.lowercased()
        }
    }

    private func contains(_ value: FactValue?, _ words: [String]) -> Outcome {
        guard case .list(let items)? = value, !items.isEmpty else { return .silent }
        let present = Set(items.map { $0.lowercased() })
        return words.allSatisfy { present.contains($0.lowercased()) } ? .pass : .fail
    }

    private func matches(_ text: String, _ pattern: String) -> Bool {
        var compiled = regex_t()
        guard regcomp(&compiled, pattern, REG_EXTENDED | REG_NOSUB) == 0 else { return false }
        defer { regfree(&compiled) }
        return regexec(&compiled, text, 0, nil, 0) == 0
    }

    func date(of moment: Check.Moment) -> Instant? {
        switch moment {
        case .date(let date): return date
        case .asOf: return input.asOf
        case .periodStart: return input.period.from
        case .periodEnd: return input.period.to
        case .release: return input.system.releaseDate
        case .fact(let name):
            guard case .date(let date)? = sibling(name) else { return nil }
            return date
        }
    }

    private func compareDates(_ value: FactValue?, _ moment: Check.Moment, _ holds: (Instant, Instant) -> Bool) -> Outcome {
        guard case .date(let date)? = value, let other = self.date(of: moment) else { return .silent }
        return holds(date, other) ? .pass : .fail
    }

    private func meetsLimit(_ value: FactValue?, _ name: String) -> Outcome {
        guard let limit = input.system.limit(named: name) else { return .noLimit(name) }
        guard let value else { return .silent }
        let low = limit.atLeast.map { compare(value, bound($0)) { $0 >= $1 } } ?? .pass
        let high = limit.atMost.map { compare(value, bound($0)) { $0 <= $1 } } ?? .pass
        if low == .silent || high == .silent { return .silent }
        return low == .pass && high == .pass ? .pass : .fail
    }

    private func bound(_ bound: DeclaredLimit.Bound) -> Check.Bound {
        switch bound {
        case .number(let number): .number(number)
        case .duration(let duration): .duration(duration)
        }
    }

    /// - Note: authorised values are read from items whose observed period began by as-of.
    private func listed(_ value: FactValue?, _ kind: String, _ table: FactName, _ column: FactName) -> Outcome {
        guard let value, !isPlaceholder(value) else { return .silent }
        for item in input.items where item.kind == kind && (item.observed.map { $0.from <= input.asOf } ?? true) {
            guard case .table(let rows)? = item.fact(table)?.value else { continue }
            if rows.contains(where: { $0[column].map { $0.text.lowercased() == value.text.lowercased() } ?? false }) { return .pass }
        }
        return .fail
    }
}
