import ControlFrameworks
import Diagnostics
import EvidenceModel
import GapAnalysis
import Workspaces

/// A verdict's story as text.
struct ControlExplanation {
    let system: AISystem
    let assessment: Assessment
    let control: ControlAssessment

    var text: String {
        var lines = [
            "\(control.control.id)  \(control.control.title)  [\(assessment.framework.id), \(system.name)]", "  asks: \(control.control.asks)",
            "  cite: \(control.control.cite)", "  decided by: \(control.control.decidedBy.rawValue)", "  binds: \(binding)",
            "  verdict: \(control.verdict.rawValue)" + (control.reasons.isEmpty ? "" : " [\(control.reasons.map(\.rawValue).joined(separator: ", "))]"),
        ]
        if let why = control.applicability { lines.append("  applies: \(why)") }
        if let exception = control.exception {
            lines.append(
                "  exception: \(exception.id), \(exception.from.text) to \(exception.to.text), approved by \(exception.approver): \(exception.reason); meanwhile: \(exception.measure)"
            )
            lines.append("  without it: \(control.withoutException?.rawValue ?? "")")
        }
        for expired in control.expiredExceptions { lines.append("  exception \(expired.id) ended on \(expired.to.text)") }
        if control.isGroup { lines += children }
        for attestation in control.attestations { lines += story(attestation) }
        for shortfall in control.shortfalls { lines.append("  \(shortfall.reason.rawValue): \(shortfall.text)") }
        for requirement in control.requirements { lines += story(requirement) }
        lines += changes
        return lines.map(Diagnostic.printable).joined(separator: "\n") + "\n"
    }

    private var binding: String {
        switch control.binding {
        case .inForce(let since, let cite): since.map { "since \($0.text)\(cite.map { " (\($0))" } ?? "")" } ?? "yes (\(control.control.force.rawValue))"
        case .readiness(let from, let cite):
            from.map { "from \($0.text) on\(cite.map { " (\($0))" } ?? ""); counted as readiness" } ?? "the system file does not say; counted as readiness"
        }
    }

    private var children: [String] {
        assessment.controls.filter { $0.control.parent == control.control.id }.map { "  \($0.control.id)  \($0.verdict.rawValue)  \($0.control.title)" }
    }

    private func story(_ attestation: ControlAttestation) -> [String] {
        let record = attestation.record
        let reason = record.reason.map { ": \($0)" } ?? ""
        return [
            "  attestation: \(record.id), entry \(record.entry): \(record.person) (\(record.role)) \(record.decision.rawValue) it at \(record.at.timestamp)\(reason)"
                + " (\(attestation.standing.rawValue))"
        ]
    }

    private func story(_ assessed: RequirementAssessment) -> [String] {
        let requirement = assessed.requirement
        var lines = ["", "  requirement \(requirement.number): \(assessed.verdict.rawValue)", "    why: \(requirement.why)"]
        lines.append("    accepts: \(requirement.kinds.joined(separator: " or ")), judged \(requirement.judged.rawValue)")
        if let within = requirement.within { lines.append("    no older than \(within.words) at \(assessment.asOf.text)") }
        if requirement.coversPeriod {
            lines.append("    must cover \(assessment.period.words)" + (requirement.allowedHole.map { ", holes up to \($0.words) allowed" } ?? ""))
        }
        for check in requirement.checks { lines.append("    rule: \(CheckSentence.sentence(check, system: system))") }
        if let why = assessed.applicability { lines.append("    applies: \(why)") }
        for item in assessed.considered {
            let observed = item.observed.map { "observed \($0.words)" } ?? "observed: not stated"
            lines.append("    evidence: \(item.path)  \(item.publicDigest)  \(observed)" + (item.producer.map { ", by \($0)" } ?? ""))
        }
        for aside in assessed.setAside { lines.append("    set aside: \(aside.item.path): \(aside.why)") }
        for finding in assessed.findings {
            lines.append("    \(finding.outcome.rawValue): \(finding.found), \(finding.place)" + (finding.limit.map { " (limit \($0))" } ?? ""))
        }
        for shortfall in assessed.shortfalls { lines.append("    \(shortfall.reason.rawValue): \(shortfall.text)") }
        return lines
    }

    private var changes: [String] {
        var remedies: [String] = []
        for remedy in control.allShortfalls.map(\.remedy) where !remedies.contains(remedy) { remedies.append(remedy) }
        if control.verdict == .met { remedies.append("Nothing is missing. Older, failing or contradicting evidence would change the verdict.") }
        return remedies.isEmpty ? [] : ["", "  what would change the verdict:"] + remedies.map { "    - \($0)" }
    }
}
