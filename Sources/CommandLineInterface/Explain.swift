import ArgumentParser
import ControlFrameworks
import Diagnostics
import EvidenceModel
import GapAnalysis
import ReportModel
import StructuredText
import Workspaces

/// Shows how a verdict came about.
struct Explain: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show the rule, the inputs, the ages and limits behind one control's verdict, and what would change it.",
        discussion: "Example: dossier explain --framework eu-ai-act 'Annex IV(2)(g)' --system credit-scoring")

    @OptionGroup var workspaceOptions: WorkspaceOptions
    @OptionGroup var selection: SelectionOptions
    @Argument(help: "The control's official number, such as 'MEASURE 2.11'; case and blanks do not matter.")
    var control: String
    @Option(help: "text or json.")
    var format: PlainFormat = .text

    func run() throws {
        let session = try AssessmentSession(workspaceOptions, selection)
        let id = ControlID(control)
        var values: [Value] = []
        var known: [String] = []
        for system in session.systems {
            for framework in session.frameworks(of: system, selection) {
                known += framework.controls.map(\.id.text)
                guard framework.control(id) != nil else { continue }
                let assessment = session.assess(system, framework)
                guard let assessed = assessment.control(id) else { continue }
                let detail = session.report(system, [assessment]).detail(assessed, in: assessment)
                values.append(.map([Value.Member("system", .string(system.id))] + (detail.members ?? [])))
                if format == .text { Console.result(ControlExplanation(system: system, assessment: assessment, control: assessed).text) }
            }
        }
        guard !values.isEmpty else {
            Console.report([.unknownControl(control, session.frameworkIDs, known)])
            throw ExitCode(ExitStatus.missingInput.rawValue)
        }
        if format == .json { Console.result(Value.object([("schema", "dossier/explain/1"), ("controls", .list(values))]).prettyJSON) }
    }
}

extension Diagnostic {
    fileprivate static func unknownControl(_ id: String, _ frameworks: [String], _ known: [String]) -> Self {
        Diagnostic(
            id: "framework.unknown-control", severity: .error,
            message: "no control '\(id)' in \(frameworks.joined(separator: ", "))\(suggestion(for: id, among: known))",
            hint: "'dossier frameworks show \(frameworks.first ?? "ID")' lists the numbers")
    }
}
