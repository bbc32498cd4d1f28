import ArgumentParser
import ControlFrameworks
import Diagnostics
import EvidenceModel
import GapAnalysis
import ReportModel
import StructuredText
import Workspaces

/// Compares evidence with frameworks and lists what is missing.
struct Gaps: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say control by control what the evidence shows, and what is missing.",
        discussion: """
            Example: dossier gaps --system credit-scoring --framework eu-ai-act --period 2026-Q3 --fail-on not-met

            Controls that do not bind yet at as-of are listed and counted apart, as readiness.
            """)

    @OptionGroup var workspaceOptions: WorkspaceOptions
    @OptionGroup var selection: SelectionOptions
    @Option(help: "Exit with 1 from this verdict on: not-assessed, partly-met, not-met, conflict or never.")
    var failOn: FailOn = .notMet
    @Flag(help: "Let only controls that bind already fail the run.")
    var inForceOnly = false
    @Option(help: "text, json, markdown, github, sarif or junit.")
    var format: GapFormat = .text
    @Option(name: .shortAndLong, help: "Write to this file instead of standard output.", completion: .file())
    var output: String?

    func validate() throws {
        if output?.isEmpty == true { throw ValidationError("--output is empty; expected a file") }
    }

    func run() throws {
        let session = try AssessmentSession(workspaceOptions, selection)
        session.tellWhatIsIncomplete(session.systems)
        var reports: [Report] = []
        for system in session.systems {
            let assessments = session.frameworks(of: system, selection).map { session.assess(system, $0) }
            if !assessments.isEmpty { reports.append(session.report(system, assessments)) }
        }
        let listing = GapListing(reports: reports)
        let text = listing.text(format)
        if let output { try OutputPlace.write([UInt8](text.utf8), to: output) } else { Console.result(text) }
        try ExitStatus.worst(session.integrity + [status(reports)]).finish()
    }

    private func status(_ reports: [Report]) -> ExitStatus {
        var statuses: [ExitStatus] = []
        if reports.contains(where: \.isIncomplete) { statuses.append(.incomplete) }
        if !reports.contains(where: \.isEvaluated) { statuses.append(.nothingEvaluated) }
        let open = reports.flatMap(\.assessments).flatMap(\.controls).contains { control in
            !control.isGroup && (control.binding.isInForce || !inForceOnly) && failOn.fails(control.verdict)
        }
        if open { statuses.append(.gaps) }
        return ExitStatus.worst(statuses)
    }
}
