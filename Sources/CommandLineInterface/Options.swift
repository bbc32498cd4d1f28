import ArgumentParser
import ControlFrameworks
import Diagnostics
import EvidenceModel
import Workspaces

/// Where the workspace is.
struct WorkspaceOptions: ParsableArguments {
    @Option(help: "The workspace's folder; the nearest parent with dossier.yaml when left out.", completion: .directory)
    var workspace: String?

    /// Finds and loads the workspace.
    func load() throws -> Workspace {
        let start = workspace ?? "."
        guard let root = WorkspaceFiles.resolved(start) else {
            Console.report([.noSuchFolder(start)])
            throw ExitCode(ExitStatus.missingInput.rawValue)
        }
        let found = workspace == nil ? Workspace.find(from: root) : WorkspaceFiles(root: root).exists(Workspace.marker) ? root : nil
        guard let found else {
            Console.report([.noWorkspace(start)])
            throw ExitCode(ExitStatus.missingInput.rawValue)
        }
        do {
            return try Workspace.load(found)
        } catch {
            throw ExitCode(Console.status(of: error).rawValue)
        }
    }
}

/// Which systems, frameworks and time a command is about.
struct SelectionOptions: ParsableArguments {
    @Option(help: "The system's id; all systems when left out. May be given several times.")
    var system: [String] = []
    @Option(help: "The framework, such as 'eu-ai-act'; those of the system file when left out. May be given several times.")
    var framework: [String] = []
    @Option(help: "The reporting period: 2026-Q3, 2026-09 or 2026-07-01/2026-10-01; the workspace's default when left out.")
    var period: String?
    @Option(help: "The moment that stands for now, such as 2026-10-01; the period's end, or the newest entry when that is earlier, when left out.")
    var asOf: String?

    func systems(in workspace: Workspace) throws -> [AISystem] {
        let broken = workspace.diagnostics
        if system.isEmpty {
            if workspace.systems.isEmpty {
                Console.report(broken + [.noSystems])
                throw ExitCode((broken.isEmpty ? ExitStatus.missingInput : .badInput).rawValue)
            }
            return workspace.systems
        }
        return try system.map { id in
            if let system = workspace.system(id) { return system }
            // A system file with a fault is left out when the workspace is read: its fault is the answer.
            let own = broken.filter { $0.location?.path == "systems/\(id).yaml" }
            Console.report(own.isEmpty ? [.unknownSystem(id, workspace.systems.map(\.id))] : own)
            throw ExitCode((own.isEmpty ? ExitStatus.missingInput : .badInput).rawValue)
        }
    }

    func frameworks(for systems: [AISystem]) throws -> [String] {
        let ids = framework.isEmpty ? systems.flatMap(\.frameworks) : framework.flatMap { $0.split(separator: ",").map(String.init) }
        var seen: Set<String> = []
        return ids.filter { seen.insert($0.lowercased()).inserted }
    }

    func period(in workspace: Workspace) throws -> Period {
        guard let text = period ?? workspace.defaults.period else {
            throw ValidationError("no period is given; use --period 2026-Q3, or set 'defaults: { period: 2026-Q3 }' in dossier.yaml")
        }
        guard let period = Period(text, timeZone: workspace.timeZone) else {
            throw ValidationError("'\(text)' is not a period; expected 2026-Q3, 2026-09 or 2026-07-01/2026-10-01 (end not included)")
        }
        return period
    }

    func asOfInstant() throws -> Instant? {
        guard let asOf else { return nil }
        guard let instant = Instant(asOf) else {
            throw ValidationError("'\(asOf)' is not a date or time that exists; expected 2026-10-01 or 2026-10-01T12:00:00Z")
        }
        return instant
    }
}

extension Diagnostic {
    fileprivate static func noSuchFolder(_ path: String) -> Self {
        Diagnostic(
            id: "workspace.missing", severity: .error, location: TextLocation(path: path), message: "there is no such folder",
            hint: "check the path given with --workspace")
    }

    fileprivate static func noWorkspace(_ path: String) -> Self {
        Diagnostic(
            id: "workspace.missing", severity: .error, location: TextLocation(path: path), message: "no dossier.yaml here or in a folder above",
            hint: "run 'dossier init', or name the workspace with --workspace")
    }

    fileprivate static var noSystems: Self {
        Diagnostic(
            id: "workspace.no-systems", severity: .error, location: TextLocation(path: "systems"), message: "the workspace has no usable system file",
            hint: "write systems/ID.yaml; 'dossier init' makes an example")
    }

    fileprivate static func unknownSystem(_ id: String, _ known: [String]) -> Self {
        Diagnostic(
            id: "workspace.unknown-system", severity: .error, location: TextLocation(path: "systems"),
            message: "no system '\(id)'\(suggestion(for: id, among: known))", hint: "use one of: \(known.joined(separator: ", "))")
    }
}
