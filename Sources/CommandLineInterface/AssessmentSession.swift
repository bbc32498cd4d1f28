import ArgumentParser
import Attestations
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
    /// With what its systems' frameworks lack among its diagnostics.
    let workspace: Workspace
    let library: FrameworkLibrary
    /// What is current in the lockers of the systems' clients.
    private let lockers: [String?: Locker]
    let systems: [AISystem]
    let frameworkIDs: [String]
    let period: Period
    let asOf: Instant
    private let frameworks: [String: Framework]
    /// What persons have stated, by the clients of their systems.
    private let attestations: [String?: [RecordedAttestation]]

    init(_ workspaceOptions: WorkspaceOptions, _ selection: SelectionOptions) throws {
        var workspace = try workspaceOptions.load()
        systems = try selection.systems(in: workspace)
        period = try selection.period(in: workspace)
        let given = try selection.asOfInstant()
        let chosen = try selection.frameworks(for: systems)
        do {
            library = FrameworkLibrary(workspace: try workspace.overrides(in: "frameworks").map { DefinitionFile(path: $0.path, bytes: $0.bytes) })
            let access = LockerAccess(workspace, try KeyOptions.parse([]))
            lockers = try Dictionary(workspace.clients(of: systems).map { ($0, try access.reading($0)) }, uniquingKeysWith: { $1 })
            frameworks = try Self.load(chosen, library, selection, systems, &workspace)
            attestations = Self.attestations(lockers, library, &workspace)
        } catch let code as ExitCode {
            throw code
        } catch {
            throw ExitCode(Console.status(of: error).rawValue)
        }
        self.workspace = workspace
        if chosen.isEmpty { throw ValidationError("no framework is given; use --framework, or list 'frameworks' in the system file") }
        frameworkIDs = chosen
        let end = period.to
        asOf = given ?? (lockers.values.compactMap(\.contents.newest) + attestations.values.flatMap { $0.map(\.at) }).max().map { min($0, end) } ?? end
    }

    /// What is current in the locker of a system's client.
    func contents(of system: AISystem) -> LockerContents { lockers[system.client]?.contents ?? LockerContents() }

    /// 3 when the signature under an attestation is wrong: that is no gap but damage.
    var integrity: [ExitStatus] { workspace.diagnostics.contains { $0.id == "attestation.wrong-signature" } ? [.integrity] : [] }

    /// The locker of a system's client, open for reading.
    func locker(of system: AISystem) -> Locker? { lockers[system.client] }

    /// A framework of the command line must be there; one that a system's file lists costs that system's report on it, and makes the run incomplete.
    private static func load(
        _ ids: [String], _ library: FrameworkLibrary, _ selection: SelectionOptions, _ systems: [AISystem], _ workspace: inout Workspace
    ) throws -> [String: Framework] {
        var frameworks: [String: Framework] = [:]
        for id in ids {
            do throws(DiagnosticList) {
                frameworks[id.lowercased()] = try library.framework(named: id)
            } catch {
                if !selection.framework.isEmpty {
                    guard library.ids.contains(id.lowercased()) else {
                        Console.report(error.diagnostics)
                        throw ExitCode(ExitStatus.missingInput.rawValue)
                    }
                    throw error
                }
                let owners = systems.filter { $0.frameworks.contains { $0.lowercased() == id.lowercased() } }
                for diagnostic in error.diagnostics {
                    let listed = Set(owners.compactMap(\.frameworksLocation)).sorted { $0.description < $1.description }
                    for place in diagnostic.location.map({ [$0] }) ?? listed {
                        var copy = diagnostic
                        copy.location = place
                        workspace.diagnostics.append(copy)
                    }
                }
            }
        }
        guard !frameworks.isEmpty || ids.isEmpty else { throw DiagnosticList(workspace.diagnostics) }
        return frameworks
    }

    /// The frameworks of one system: those of the command line, or those that its file lists.
    func frameworks(of system: AISystem, _ selection: SelectionOptions) -> [Framework] {
        let ids = selection.framework.isEmpty ? system.frameworks : frameworkIDs
        return ids.compactMap { frameworks[$0.lowercased()] }
    }

    func assess(_ system: AISystem, _ framework: Framework) -> Assessment {
        let contents = contents(of: system)
        return Assessment(
            AssessmentInput(
                system: system, framework: framework, vocabulary: library.vocabulary, period: period, asOf: asOf,
                items: contents.items.filter { $0.system == system.id }, unread: contents.unread.filter { $0.system == system.id },
                exceptions: workspace.exceptions, attestations: attestations[system.client] ?? [], retirements: contents.retirements))
    }

    /// Reads what the lockers hold of attestations. A faulty statement or record makes the reports incomplete.
    private static func attestations(
        _ lockers: [String?: Locker], _ library: FrameworkLibrary, _ workspace: inout Workspace
    ) -> [String?: [RecordedAttestation]] {
        let files = AttestationFiles(workspace: workspace, library: library)
        let keys = AttestationKeys(files: workspace.files)
        workspace.diagnostics += files.diagnostics
        var found: [String?: [RecordedAttestation]] = [:]
        for client in workspace.clients(of: workspace.systems) {
            guard let locker = lockers[client] else { continue }
            let register = AttestationRegister(locker.contents, of: client, statements: files.statements, keys: keys)
            workspace.diagnostics += register.diagnostics
            found[client] = register.records
        }
        return found
    }

    func report(_ system: AISystem, _ assessments: [Assessment], previous: PreviousReport? = nil) -> Report {
        let contents = contents(of: system)
        return Report(
            organisation: workspace.organisation, system: system, period: period, asOf: asOf, signers: workspace.signers, assessments: assessments,
            contents: contents, exceptions: workspace.exceptions, attestations: attestations[system.client] ?? [],
            incomplete: (workspace.diagnostics + (contents.isInterrupted(system.id) ? [.interrupted(system)] : [])).map {
                ReadingProblem(
                    id: $0.id, severity: $0.severity.rawValue, place: $0.location?.description ?? "", message: $0.message, hint: $0.hint)
            }, producer: DossierCommand.producer, previous: previous)
    }

    /// Ends the program with 3 when the bytes of a system's evidence are no longer those that were collected.
    func verifyEvidence(of systems: [AISystem]) throws {
        do {
            for system in systems {
                guard let locker = locker(of: system) else { continue }
                for item in locker.contents.items where item.system == system.id {
                    Console.progress("verifying \(item.path)")
                    try locker.verify(item)
                }
            }
            Console.endProgress()
        } catch {
            Console.endProgress()
            throw ExitCode(Console.status(of: error).rawValue)
        }
    }

    /// Tells what could not be read, on standard error.
    func tellWhatIsIncomplete(_ systems: [AISystem]) {
        Console.report(workspace.diagnostics)
        for system in systems where contents(of: system).isInterrupted(system.id) { Console.report([.interrupted(system)]) }
        for file in systems.flatMap({ system in contents(of: system).unread.filter { $0.system == system.id } }) {
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

extension Diagnostic {
    /// A collection was killed before its end: what it would have found is not known.
    static func interrupted(_ system: AISystem) -> Self {
        Diagnostic(
            id: "collection.interrupted", severity: .error, location: TextLocation(path: Workspace.lockerPath(of: system.client)),
            message: "the last collection began and did not end; what it would have found is missing", hint: "run 'dossier collect' again")
    }
}
