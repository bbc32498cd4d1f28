import ControlFrameworks
import EvidenceModel
import GapAnalysis
import StructuredText

/// A framework as text and as JSON.
enum FrameworkText {
    static func header(_ framework: Framework) -> Value {
        .object([
            ("id", .string(framework.id)), ("title", .string(framework.title)), ("edition", .string(framework.edition)),
            ("jurisdiction", .text(framework.jurisdiction)), ("coverage", .string(framework.coverage.rawValue)),
            ("coverage-note", .text(framework.coverageNote)),
            ("digest", .string(framework.digest)), ("from-workspace", .bool(framework.isFromWorkspace)), ("assessed-controls", .int(framework.assessed.count)),
            (
                "sources",
                .list(
                    framework.sources.map {
                        .object([("id", .string($0.id)), ("title", .string($0.title)), ("cite", .string($0.cite)), ("url", .text($0.url))])
                    })
            ),
            ("traits", .list(framework.traits.map { .object([("name", .string($0.name)), ("about", .string($0.about))]) })),
        ])
    }

    static func value(_ control: Control, in framework: Framework) -> Value {
        .object([
            ("id", .string(control.id.text)), ("parent", control.parent.map { .string($0.text) } ?? .null), ("title", .string(control.title)),
            ("asks", .string(control.asks)), ("cite", .string(control.cite)), ("force", .string(control.force.rawValue)),
            ("in-force", .list(inForce(control, framework))), ("decided-by", .string(control.decidedBy.rawValue)), ("applies", .text(control.applies?.words)),
            ("deleted", .bool(control.isDeleted)), ("note", .text(control.note)), ("group", .bool(control.requirements.isEmpty && !control.isDeleted)),
            ("needs", .list(control.requirements.map(need))),
            (
                "crosswalk",
                .list(
                    control.crosswalk.map {
                        .object([("framework", .string($0.framework)), ("control", .string($0.control.text)), ("relation", .string($0.relation))])
                    })
            ),
        ])
    }

    /// Dates with their conditions; an empty list says that the control binds without a date.
    private static func inForce(_ control: Control, _ framework: Framework) -> [Value] {
        guard let schedule = framework.schedules.first(where: { $0.id == control.schedule }) else { return [] }
        return schedule.dates.map { entry in
            .object([("when", .text(entry.condition?.words)), ("from", .string(entry.from.text)), ("cite", .string(entry.cite))])
        }
    }

    private static func need(_ requirement: Requirement) -> Value {
        .object([
            ("evidence", .list(requirement.kinds.map { .string($0) })), ("why", .string(requirement.why)), ("within", .text(requirement.within?.text)),
            ("covers", .text(requirement.coversPeriod ? "period" : nil)), ("allowed-hole", .text(requirement.allowedHole?.text)),
            ("at-least", requirement.atLeast > 1 ? .int(requirement.atLeast) : nil), ("four-eyes", requirement.fourEyes ? true : nil),
            ("judged", .string(requirement.judged.rawValue)), ("applies", .text(requirement.applies?.words)),
            ("expect", .list(requirement.checks.map { .string(CheckSentence.sentence($0, system: nil)) })),
        ])
    }

    static func text(_ framework: Framework, _ controls: [Control]) -> String {
        var lines = ["\(framework.id)  \(framework.title)", "  \(framework.edition); \(framework.coverage.rawValue); \(framework.digest)", ""]
        for control in controls {
            lines.append("\(control.id)  \(control.title)\(control.isDeleted ? "  (deleted)" : "")")
            lines.append("    \(control.asks)")
            lines.append("    \(control.cite); \(control.force.rawValue); decided by \(control.decidedBy.rawValue)")
            if let applies = control.applies { lines.append("    applies when \(applies.words)") }
            for requirement in control.requirements {
                lines.append("    - \(requirement.kinds.joined(separator: " or ")): \(requirement.why)")
                for check in requirement.checks { lines.append("        \(CheckSentence.sentence(check, system: nil))") }
            }
        }
        return lines.joined(separator: "\n")
    }
}
