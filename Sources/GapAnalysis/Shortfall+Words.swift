import ControlFrameworks
import EvidenceModel
import StructuredText

/// The words of each shortfall, beside its reason, so that a rule and its words are read together.
extension Shortfall {
    static func missing(_ kinds: String, setAside: RequirementAssessment.SetAside?) -> Self {
        let beside = setAside.map { "; '\($0.item.path)' does not count: \($0.why)" } ?? ""
        return Shortfall(.missing, "no \(kinds) was collected\(beside)", remedy: "Provide \(article(kinds)) \(kinds).")
    }

    private static func article(_ noun: String) -> String { noun.first.map { "aeiou".contains($0) } == true ? "an" : "a" }

    static func stale(_ kinds: String, _ newest: RequirementAssessment.SetAside?, _ requirement: Requirement, _ input: AssessmentInput) -> Self {
        let what = newest.map { "the newest, '\($0.item.path)', does not count: \($0.why)" } ?? "none is recent enough"
        let wanted = requirement.within.map { "no older than \($0.words) at \(input.asOf.text)" } ?? "observed in \(input.period.words)"
        return Shortfall(.stale, "\(kinds) is out of date: \(what); expected one \(wanted)", remedy: "Provide a newer \(kinds), \(wanted).")
    }

    static func unreadable(_ kinds: String, _ file: UnreadFile, count: Int) -> Self {
        let more = count > 1 ? " and \(count - 1) more" : ""
        return Shortfall(
            .unreadable, "'\(file.path)'\(more), which may hold the \(kinds), could not be read: \(file.problem.message)",
            remedy: "Mend or replace '\(file.path)', and collect again.")
    }

    static func unresolved(_ what: String) -> Self {
        Shortfall(.unresolved, "the system file does not say \(what)", remedy: "State \(what) in the system file.")
    }

    static func silent(_ rule: String, _ findings: [Finding], _ check: Check) -> Self {
        let shown = findings.first.map { ": \($0.found), \($0.place)" } ?? ""
        let reason = check.failureReason.flatMap(Reason.init) ?? .missing
        return Shortfall(reason, "expected that \(rule)\(shown)", remedy: "Provide evidence in which \(rule).")
    }

    static func failed(_ rule: String, _ finding: Finding, count: Int, of total: Int, _ check: Check) -> Self {
        let items = total > 1 ? " (\(count) of \(total) items)" : ""
        let reason = check.failureReason.flatMap(Reason.init) ?? .checkFailed
        return Shortfall(
            reason, "expected that \(rule); found \(finding.found), \(finding.place)\(items)",
            remedy: "Correct what '\(finding.item.path)' shows, or provide newer evidence in which \(rule).")
    }

    static func contradicted(_ rule: String, bad: Finding, good: Finding, overlapping: Bool) -> Self {
        let how = overlapping ? "for the same time" : "at another time"
        return Shortfall(
            .contradicted, "'\(good.item.path)' shows that \(rule), and '\(bad.item.path)' shows the opposite \(how)",
            remedy: "Say which of the two holds: withdraw or supersede the other, or explain it in an exception.")
    }

    static func noLimit(_ check: Check, _ finding: Finding) -> Self {
        let names = check.tests.compactMap { test -> String? in
            switch test {
            case .meetsLimit(let name): name
            case .containsDeclaredAttributes: "protected-attributes"
            default: nil
            }
        }
        let name = names.first ?? "?"
        return Shortfall(
            .noLimitDeclared, "no limit '\(name)' is declared; \(finding.found), \(finding.place) was held against nothing",
            remedy: "Declare '\(name)' in the system file, with who approved it, when and why.")
    }

    static func noSampleLimit(_ name: String) -> Self {
        Shortfall(
            .noLimitDeclared, "no limit '\(name)' is declared, so the size of the sample was held against nothing",
            remedy: "Declare '\(name)' in the system file, with who approved it, when and why.")
    }

    static func smallSample(_ item: EvidenceItem, least: Double) -> Self {
        let size = item.sample?.size.map { "\($0)" } ?? "not stated"
        return Shortfall(
            .sampleTooSmall, "the sample of '\(item.path)' is \(size); expected at least \(jsonNumber(least))",
            remedy: "Repeat the work on a sample of at least \(jsonNumber(least)).")
    }

    static func selfApproved(_ item: EvidenceItem) -> Self {
        let who = item.approver.map { "approved by \($0)" } ?? "approved by nobody named"
        return Shortfall(
            .selfApproved, "'\(item.path)' was produced by \(item.producer ?? "nobody named") and \(who); expected different people",
            remedy: "Have somebody other than its producer and reviewer approve '\(item.path)'.")
    }

    static func tooFew(_ count: Int, _ requirement: Requirement) -> Self {
        let kinds = requirement.kinds.joined(separator: " or ")
        return Shortfall(
            .missing, "\(count) \(kinds) of the period; expected at least \(requirement.atLeast)",
            remedy: "Provide \(requirement.atLeast - count) more \(kinds) of the period.")
    }

    /// `nil` when nothing that is longer than allowed is uncovered.
    static func holes(_ coverage: Coverage, _ requirement: Requirement) -> Self? {
        guard !coverage.holes.isEmpty || coverage.share == 0 else { return nil }
        let listed = coverage.holes.prefix(5).map { "\($0.from.text) to \($0.to.text) (\(CalendarDuration(between: $0.from, and: $0.to).words))" }
        let more = coverage.holes.count > 5 ? " and \(coverage.holes.count - 5) more" : ""
        let allowed = requirement.allowedHole.map { "holes up to \($0.words) are allowed" } ?? "no whole day may be missing"
        let share = jsonNumber((coverage.share * 1000).rounded() / 10)
        return Shortfall(
            .periodHole, "\(share) % of the period is covered; uncovered: \(listed.joined(separator: ", "))\(more); \(allowed)",
            remedy: "Provide records for \(listed.joined(separator: ", "))\(more).")
    }
}
