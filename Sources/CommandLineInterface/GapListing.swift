import ArgumentParser
import ControlFrameworks
import Diagnostics
import EvidenceModel
import GapAnalysis
import ReportModel
import StructuredText
import Workspaces

/// The formats of `gaps`.
enum GapFormat: String, CaseIterable, ExpressibleByArgument { case text, json, markdown, github, sarif, junit }

/// What `gaps` prints, in each of its formats.
struct GapListing {
    let reports: [Report]

    /// A control that is no group, with where it belongs.
    struct Entry {
        var report: Report
        var assessment: Assessment
        var control: ControlAssessment

        var isOpen: Bool { control.verdict.isGap || control.verdict == .notAssessed }
        var shortfalls: [Shortfall] { control.allShortfalls }

        /// One line for a control without a shortfall of its own.
        var explanation: String { control.applicability ?? control.control.asks }

        /// The file to look at: the first item that was found wanting, or the system's own file.
        var place: (path: String, line: Int?) {
            let findings = control.requirements.flatMap(\.findings)
            if let finding = findings.first(where: { $0.outcome == .failed }) ?? findings.first(where: { $0.outcome == .silent }) {
                let line = finding.place.dropFirst(finding.item.path.count).split(separator: ":").last.flatMap { Int($0) }
                return (finding.item.path, line)
            }
            return ("systems/\(report.system.id).yaml", report.system.location.line)
        }
    }

    var entries: [Entry] {
        reports.flatMap { report in
            report.assessments.flatMap { assessment in
                assessment.controls.filter { !$0.isGroup && !$0.control.isDeleted }.map { Entry(report: report, assessment: assessment, control: $0) }
            }
        }
    }

    func text(_ format: GapFormat) -> String {
        switch format {
        case .text: plain
        case .json: json.prettyJSON
        case .markdown: markdown
        case .github: github
        case .sarif: sarif.prettyJSON
        case .junit: junit
        }
    }

    // MARK: Text

    private var plain: String {
        var out = ""
        for report in reports {
            for assessment in report.assessments {
                out +=
                    Console.bold(
                        Diagnostic.printable("\(report.system.name), \(assessment.framework.id), \(report.period.label), as of \(report.asOf.text)")) + "\n"
                out += Self.counts("in force", assessment.inForce) + Self.counts("readiness", assessment.readiness)
                if !assessment.isEvaluated { out += "  Nothing was evaluated: no control was held against any evidence.\n" }
                for entry in entries where entry.report.system.id == report.system.id && entry.assessment.framework.id == assessment.framework.id {
                    out += line(entry)
                }
                out += "\n"
            }
        }
        return out + faultText
    }

    private static func counts(_ name: String, _ counts: VerdictCounts) -> String {
        guard counts.controls > 0 else { return "" }
        let parts = Verdict.allCases.compactMap { counts[$0] > 0 ? "\(counts[$0]) \($0.rawValue)" : nil }
        return "  \(name): \(counts.controls) controls, \(counts.applicable) applicable, \(counts.evaluated) evaluated: \(parts.joined(separator: ", "))\n"
    }

    private func line(_ entry: Entry) -> String {
        let control = entry.control
        guard entry.isOpen || control.verdict == .excepted else { return "" }
        let readiness = control.binding.isInForce ? "" : " (readiness)"
        let reasons = control.reasons.isEmpty ? "" : " [\(control.reasons.map(\.rawValue).joined(separator: ", "))]"
        var out = Diagnostic.printable("  \(control.control.id)  \(control.verdict.rawValue)\(readiness)\(reasons)  \(control.control.title)") + "\n"
        if let exception = control.exception {
            out += Diagnostic.printable("    excepted until \(exception.to.text) by \(exception.id): \(exception.reason)") + "\n"
        }
        for shortfall in entry.shortfalls {
            out +=
                Diagnostic.printable("    \(shortfall.reason.rawValue): \(shortfall.text)") + "\n" + Diagnostic.printable("    next: \(shortfall.remedy)")
                + "\n"
        }
        if entry.shortfalls.isEmpty { out += Diagnostic.printable("    \(entry.explanation)") + "\n" }
        return out
    }

    // MARK: JSON

    private var json: Value {
        let assessments = reports.flatMap(\.assessments)
        return .object([
            ("schema", "dossier/gaps/1"),
            (
                "period",
                reports.first.map { report in
                    .object([("label", .string(report.period.label)), ("from", .string(report.period.from.text)), ("to", .string(report.period.to.text))])
                }
            ),
            ("as-of", reports.first.map { .string($0.asOf.text) }), ("evaluated", .bool(reports.contains(where: \.isEvaluated))),
            ("incomplete", .bool(reports.contains(where: \.isIncomplete))),
            (
                "counts",
                .object([
                    ("in-force", assessments.map(\.inForce).total), ("readiness", assessments.map(\.readiness).total),
                ])
            ),
            (
                "assessments",
                .list(
                    reports.flatMap { report in
                        report.assessments.map { assessment in
                            .object([
                                ("system", .string(report.system.id)), ("framework", .string(assessment.framework.id)),
                                ("edition", .string(assessment.framework.edition)), ("digest", .string(assessment.framework.digest)),
                                (
                                    "counts",
                                    .object([
                                        ("in-force", [assessment.inForce].total), ("readiness", [assessment.readiness].total),
                                    ])
                                ),
                            ])
                        }
                    })
            ),
            (
                "controls",
                .list(
                    reports.flatMap { report in
                        report.assessments.flatMap { assessment in assessment.controls.map { control(report, assessment, $0) } }
                    })
            ),
            ("problems", problemsValue),
            (
                "unread",
                .list(
                    reports.flatMap { report in
                        report.unread.map {
                            .object([
                                ("system", .string($0.system)), ("path", .string($0.path)), ("kind", .text($0.kind)), ("id", .string($0.problem.id)),
                                ("place", .string($0.problem.place)), ("message", .string($0.problem.message)), ("hint", .text($0.problem.hint)),
                            ])
                        }
                    })
            ),
        ])
    }

    /// The control in full; `evidence` holds the items themselves, so that the listing stands alone.
    private func control(_ report: Report, _ assessment: Assessment, _ control: ControlAssessment) -> Value {
        let detail = report.detail(control, in: assessment)
        let considered = Set(control.requirements.flatMap { $0.considered.map(\.path) })
        let items = report.items.filter { considered.contains($0.path) }.map { item -> Value in
            .object([
                ("path", .string(item.path)), ("digest", .string(item.publicDigest)), ("kind", .string(item.kind)), ("format", .string(item.format)),
                ("observed-from", .text(item.observed?.from.text)), ("observed-to", .text(item.observed?.to.text)),
            ])
        }
        let members = (detail.members ?? []).map { $0.key == "evidence" ? Value.Member("evidence", .list(items)) : $0 }
        return .map([Value.Member("system", .string(report.system.id))] + members)
    }
}
