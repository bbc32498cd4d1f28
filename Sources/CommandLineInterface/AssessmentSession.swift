import ArgumentParser
import ControlFrameworks
import Diagnostics
import EvidenceLocker
import EvidenceModel
import GapAnalysis
import ReportModel
import StructuredText
import Workspaces

/// Loads what `gaps`, `explain` and `pack` have in common: workspace, frameworks and locker.
struct AssessmentSession {
    let workspace: Workspace
    let library: FrameworkLibrary
    let contents: LockerContents
    let systems: [AISystem]
    let frameworkIDs: [String]
    let period: Period
    let asOf: Instant
    private let frameworks: [String: Framework]

    init(_ workspaceOptions: WorkspaceOptions, _ selection: SelectionOptions) throws {
        workspace = try workspaceOptions.load()
        systems = try selection.systems(in: workspace)
        period = try selection.period(in: workspace)
        let given = try selection.asOfInstant()
        let chosen = try selection.frameworks(for: systems)
        let root = workspace.files.root
        let overrides = workspace
        do {
            library = FrameworkLibrary(workspace: try overrides.overrides(in: "frameworks").map { DefinitionFile(path: $0.path, bytes: $0.bytes) })
            contents = try Locker(reading: "\(root)/locker").contents
            var frameworks: [String: Framework] = [:]
            for id in chosen { frameworks[id.lowercased()] = try library.framework(named: id) }
            self.frameworks = frameworks
        } catch {
            throw ExitCode(Console.status(of: error).rawValue)
        }
        if chosen.isEmpty { throw ValidationError("no framework is given; use --framework, or list 'frameworks' in the system file") }
        frameworkIDs = chosen
        let end = period.to
        asOf = given ?? contents.newest.map { min($0, end) } ?? end
    }

    /// The frameworks of one system: those of the command line, or those that its file lists.
    func frameworks(of system: AISystem, _ selection: SelectionOptions) -> [Framework] {
        let ids = selection.framework.isEmpty ? system.frameworks : frameworkIDs
        return ids.compactMap { frameworks[$0.lowercased()] }
    }

    func assess(_ system: AISystem, _ framework: Framework) -> Assessment {
        Assessment(
            AssessmentInput(
                system: system, framework: framework, vocabulary: library.vocabulary, period: period, asOf: asOf,
                items: contents.items.filter { $0.system == system.id }, unread: contents.unread.filter { $0.system == system.id },
                exceptions: workspace.exceptions))
    }

    func report(_ system: AISystem, _ assessments: [Assessment], previous: PreviousReport? = nil) -> Report {
        Report(
            organisation: workspace.organisation, system: system, period: period, asOf: asOf, signers: workspace.signers, assessments: assessments,
            contents: contents, exceptions: workspace.exceptions,
            incomplete: workspace.diagnostics.map {
                ReadingProblem(
                    id: $0.id, severity: $0.severity.rawValue, place: $0.location?.description ?? "", message: $0.message, hint: $0.hint)
            }, producer: DossierCommand.producer, previous: previous)
    }

    /// Tells what could not be read, on standard error.
    func tellWhatIsIncomplete(_ systems: [AISystem]) {
        Console.report(workspace.diagnostics)
        for file in contents.unread where systems.contains(where: { $0.id == file.system }) {
            Console.note(
                Diagnostic.printable("\(file.problem.place.isEmpty ? file.path : file.problem.place): error: \(file.problem.message) [\(file.problem.id)]")
                    + (file.problem.hint.map { "\n  hint: \(Diagnostic.printable($0))" } ?? ""))
        }
    }
}

/// From which verdict on a gap fails the run.
enum FailOn: String, CaseIterable, ExpressibleByArgument {
    /// Any control that is applicable and neither met nor excepted, those not assessed included.
    case notAssessed = "not-assessed"
    case partlyMet = "partly-met"
    case notMet = "not-met"
    case conflict
    case never

    func fails(_ verdict: Verdict) -> Bool {
        switch self {
        case .never: false
        case .conflict: verdict == .conflict
        case .notMet: verdict == .conflict || verdict == .notMet
        case .partlyMet: verdict.isGap
        case .notAssessed: verdict.isGap || verdict == .notAssessed
        }
    }
}
