import ArgumentParser
import Diagnostics
import EvidenceLocker
import Foundation
import Glibc
import StructuredText
import Workspaces

/// Looks after lockers.
struct LockerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "locker", abstract: "Look after the workspace's lockers.", discussion: "Example: dossier locker rebuild",
        subcommands: [Rebuild.self])

    /// Makes again what follows from entries and objects.
    struct Rebuild: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make each locker's index and the hash tiles of its ledger again from its entries and objects.",
            discussion: """
                Example: dossier locker rebuild

                No entry, object or checkpoint is changed, so that no key is needed, and packs stay the same byte for byte. Entries and objects themselves can only come back \
                from a copy.
                """)

        @OptionGroup var workspaceOptions: WorkspaceOptions
        @Option(help: "The client whose locker it is; every locker that is there when left out.")
        var client: String?
        @Option(help: "text or json.")
        var format: PlainFormat = .text

        func run() throws {
            let workspace = try workspaceOptions.load()
            Console.report(workspace.diagnostics)
            let access = LockerAccess(workspace, try KeyOptions.parse([]))
            var clients = workspace.clients(of: workspace.systems).filter { Glibc.access("\(access.path(of: $0))/ledger", F_OK) == 0 }
            if let client { clients = clients.filter { $0.map { $0.utf8.elementsEqual(client.utf8) } ?? false } }
            guard !clients.isEmpty else {
                Console.report([.noLocker(client.map { Workspace.lockerPath(of: $0) } ?? Workspace.lockerPath(of: nil))])
                throw ExitCode(ExitStatus.missingInput.rawValue)
            }
            var rows: [Value] = []
            var status = ExitStatus.success
            for client in clients {
                do {
                    let contents = try Locker.rebuild(access.path(of: client), verifier: try access.expectedKey(of: client))
                    let path = Workspace.lockerPath(of: client)
                    if format == .text { Console.result("\(path): \(contents.entries) entries, \(contents.items.count) items, root \(contents.head)") }
                    rows.append(
                        .object([
                            ("locker", .string(path)), ("entries", .int(contents.entries)), ("items", .int(contents.items.count)),
                            ("root", .string(contents.head)),
                        ]))
                } catch {
                    // One damaged locker does not keep the others from being mended.
                    let found = Console.status(of: error)
                    if status != .integrity { status = found }
                }
            }
            if format == .json { Console.result(Value.object([("schema", "dossier/locker-rebuild/1"), ("lockers", .list(rows))]).prettyJSON) }
            try status.finish()
        }
    }
}

extension Diagnostic {
    fileprivate static func noLocker(_ path: String) -> Self {
        Diagnostic(
            id: "locker.missing", severity: .error, location: TextLocation(path: path), message: "there is no locker here",
            hint: "run 'dossier collect' first, or check the client's id")
    }
}
