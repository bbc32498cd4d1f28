import ArgumentParser
import ControlFrameworks
import Diagnostics
import EvidenceCollection
import EvidenceLocker
import EvidenceModel
import Glibc
import StructuredText
import Workspaces

/// Reads sources and stores evidence.
struct Collect: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Read the systems' sources and store what they hold in the locker.",
        discussion: """
            Example: dossier collect --system credit-scoring

            Collecting twice changes nothing; a changed source supersedes its earlier item, and keeps it. Whatever cannot be read is recorded with its reason, \
            and the run ends with exit code 5.
            """)

    @OptionGroup var workspaceOptions: WorkspaceOptions
    @OptionGroup var keyOptions: KeyOptions
    @Option(help: "The system's id; all systems when left out. May be given several times.")
    var system: [String] = []
    @Option(help: "The time to record for new entries, such as 2026-10-05T09:00:00Z; SOURCE_DATE_EPOCH or the clock when left out.")
    var at: String?
    @Option(help: "text or json.")
    var format: PlainFormat = .text

    func run() throws {
        let now = try recordedTime()
        let workspace = try workspaceOptions.load()
        var selection = SelectionOptions()
        selection.system = system
        selection.framework = []
        let systems = try selection.systems(in: workspace)
        Console.report(workspace.diagnostics)
        var total = Collector.Outcome()
        do {
            let library = FrameworkLibrary(
                workspace: try workspace.overrides(in: "frameworks").map { DefinitionFile(path: $0.path, bytes: $0.bytes) })
            guard library.diagnostics.isEmpty else { throw DiagnosticList(library.diagnostics) }
            let access = LockerAccess(workspace, keyOptions)
            for client in workspace.clients(of: systems) {
                let locker = try access.writing(client)
                let collector = Collector(
                    workspace: workspace, vocabulary: library.vocabulary, locker: locker, tool: DossierCommand.producer, now: now,
                    systems: systems.filter { $0.client == client })
                for system in systems where system.client == client {
                    let outcome = try collector.collect(system) { Console.progress("\(system.id): \($0)") }
                    Console.endProgress()
                    Console.report(outcome.diagnostics)
                    total.added += outcome.added
                    total.superseding += outcome.superseding
                    total.unchanged += outcome.unchanged
                    total.unread += outcome.unread
                    total.diagnostics += outcome.diagnostics
                }
                let refused = try collector.recordExceptions(of: systems.filter { $0.client == client })
                Console.report(refused)
                total.diagnostics += refused
                try collector.finish()
                try locker.writeIndex()
            }
        } catch {
            Console.endProgress()
            throw ExitCode(Console.status(of: error).rawValue)
        }
        tell(total)
        let failed = (total.diagnostics + workspace.diagnostics).contains { $0.severity == .error }
        try (failed ? ExitStatus.incomplete : .success).finish()
    }

    private func recordedTime() throws -> Instant { try Self.recordedTime(at) }

    /// The time that new entries record: as given, SOURCE_DATE_EPOCH, or the clock.
    static func recordedTime(_ at: String?) throws -> Instant {
        if let at {
            guard let instant = Instant(at) else { throw ValidationError("'\(at)' is not a date or time that exists; expected 2026-10-05T09:00:00Z") }
            return instant
        }
        if let epoch = getenv("SOURCE_DATE_EPOCH").flatMap({ Int64(String(cString: $0)) }) { return Instant(seconds: epoch) }
        return Instant(seconds: Int64(time(nil)))
    }

    private func tell(_ outcome: Collector.Outcome) {
        switch format {
        case .text:
            Console.result(
                "\(outcome.added.count) added, \(outcome.superseding.count) superseding, \(outcome.unchanged) unchanged, \(outcome.unread.count) not read")
        case .json:
            let item = { (item: EvidenceItem) -> Value in
                .object([
                    ("system", .string(item.system)), ("path", .string(item.path)), ("kind", .string(item.kind)), ("format", .string(item.format)),
                    ("digest", .string(item.publicDigest)), ("supersedes", .text(item.supersedes)),
                ])
            }
            let value = Value.object([
                ("schema", "dossier/collect/1"), ("added", .list(outcome.added.map(item))), ("superseding", .list(outcome.superseding.map(item))),
                ("unchanged", .int(outcome.unchanged)),
                (
                    "unread",
                    .list(
                        outcome.unread.map {
                            .object([
                                ("system", .string($0.system)), ("path", .string($0.path)), ("id", .string($0.problem.id)),
                                ("message", .string($0.problem.message)),
                            ])
                        })
                ),
                ("diagnostics", .list(outcome.diagnostics.map(\.value))),
            ])
            Console.result(value.prettyJSON)
        }
    }
}

/// The two formats that every result has.
enum PlainFormat: String, CaseIterable, ExpressibleByArgument { case text, json }
