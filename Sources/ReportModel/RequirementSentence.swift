import ControlFrameworks
import EvidenceModel

/// Reads a requirement's conditions on time, number and people back as a sentence.
enum RequirementSentence {
    static func sentence(_ requirement: Requirement) -> String {
        var parts = ["\(requirement.kinds.joined(separator: " or "))"]
        if requirement.atLeast > 1 { parts.append("at least \(requirement.atLeast) of them in the period") }
        if let within = requirement.within { parts.append("no older than \(within.words) at as-of") }
        if requirement.coversPeriod {
            parts.append("covering the period" + (requirement.allowedHole.map { " but for holes up to \($0.words)" } ?? ""))
        }
        if !requirement.producedBy.isEmpty { parts.append("produced by \(requirement.producedBy.joined(separator: " or "))") }
        if !requirement.methods.isEmpty { parts.append("collected by \(requirement.methods.map(\.rawValue).joined(separator: " or "))") }
        switch requirement.sampleAtLeast {
        case .number(let number): parts.append("on a sample of at least \(number)")
        case .declaredLimit(let name): parts.append("on a sample that meets the declared limit \(name)")
        case nil: break
        }
        if requirement.fourEyes { parts.append("with different producer, reviewer and approver") }
        if !requirement.checks.isEmpty { parts.append(requirement.judged == .every ? "every one of which shows" : "which together show") }
        return parts.joined(separator: ", ")
    }
}
