import ArgumentParser
import Diagnostics
import EvidenceLocker
import EvidenceModel
import Retention
import StructuredText
import Workspaces

/// Orders to keep evidence, however old it is.
struct Hold: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Keep evidence beyond its retention by order of somebody, and release it again.",
        discussion: """
            Example: dossier hold add --system credit-scoring --reason "claim 2026/114" --by "Daniel Fortier"; dossier hold list; dossier hold release 412 …

            A hold is an entry of the ledger, and so is its release: both stay on record. What a hold covers is never retired.
            """,
        subcommands: [HoldAdd.self, HoldList.self, HoldRelease.self])
}

/// Records a hold.
struct HoldAdd: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Hold the evidence of a system, of a kind, of a path, or all of it; what is given together must agree.",
        discussion: "Example: dossier hold add --kind audit-log --reason \"claim 2026/114\" --by \"Daniel Fortier\" --until 2028-01-01")

    @OptionGroup var workspaceOptions: WorkspaceOptions
    @OptionGroup var keyOptions: KeyOptions
    @Option(help: "Why; the ledger keeps it.")
    var reason: String
    @Option(help: "Who orders it; the ledger keeps the name.")
    var by: String
    @Option(help: "The system's id.")
    var system: String?
    @Option(help: "The evidence kind.")
    var kind: String?
    @Option(help: "The path of an item; its superseded versions are held with it.")
    var item: String?
    @Flag(help: "Hold everything.")
    var all = false
    @Option(help: "The first moment at which it no longer holds, such as 2028-01-01; until it is released when left out.")
    var until: String?
    @OptionGroup var time: RecordedTime
    @Option(help: "text or json.")
    var format: PlainFormat = .text

    func validate() throws {
        try HoldText.check(reason, "--reason")
        try HoldText.check(by, "--by")
        let isNarrowed = system != nil || kind != nil || item != nil
        if all == isNarrowed { throw ValidationError("give --system, --kind or --item to say what is held, or --all") }
    }

    func run() throws {
        let now = try time.instant()
        var end: Instant?
        if let until {
            guard let instant = Instant(until) else { throw ValidationError("'\(until)' is not a date or time that exists; expected 2028-01-01") }
            guard instant > now else {
                throw ValidationError("--until \(until) lies before the recorded time \(now.timestamp); such a hold would keep nothing")
            }
            end = instant
        }
        let workspace = try workspaceOptions.load()
        var selection = SelectionOptions()
        selection.system = system.map { [$0] } ?? []
        selection.framework = []
        let systems = try selection.systems(in: workspace)
        let hold = LegalHold(at: now, reason: reason, by: by, scope: .init(system: system, kind: kind, path: item), until: end)
        var made: [HeldLedger] = []
        do {
            try checkKind(workspace)
            // All are looked at before any is written to: a hold stands in every ledger that it is about, or in none.
            let covering = try clients(of: systems, hold, workspace)
            for client in covering {
                let locker = try LockerAccess(workspace, keyOptions).writing(client)
                var recorded = hold
                recorded.entry = try locker.record(.hold, hold.body, at: now)
                made.append(HeldLedger(client: client, hold: recorded))
            }
        } catch let code as ExitCode {
            throw code
        } catch {
            HoldValue.tell(made, format)
            throw ExitCode(Console.status(of: error).rawValue)
        }
        HoldValue.tell(made, format)
    }

    /// The clients whose ledgers the hold is recorded in. One for an item that none has would keep nothing, and be a slip of the keyboard.
    private func clients(of systems: [AISystem], _ hold: LegalHold, _ workspace: Workspace) throws -> [String?] {
        let clients = workspace.clients(of: systems)
        guard let item else { return clients }
        var known: [String] = []
        var covering: [String?] = []
        for client in clients {
            let items = try Locker(reading: "\(workspace.files.root)/\(Workspace.lockerPath(of: client))").history()
            known += items.map(\.path)
            if items.contains(where: hold.covers) { covering.append(client) }
        }
        guard covering.isEmpty else { return covering }
        Console.report([.noSuchItem(item, known)])
        throw ExitCode(ExitStatus.missingInput.rawValue)
    }

    private func checkKind(_ workspace: Workspace) throws {
        guard let kind else { return }
        let known = try Retire.vocabulary(of: workspace).names
        if !known.contains(kind) { throw DiagnosticList([.unknownKind(kind, known)]) }
    }
}

/// Lists the holds.
struct HoldList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the holds that were not released.", discussion: "Example: dossier hold list --format json")

    @OptionGroup var workspaceOptions: WorkspaceOptions
    @Option(help: "text or json.")
    var format: PlainFormat = .text

    func run() throws {
        let workspace = try workspaceOptions.load()
        var found: [HeldLedger] = []
        do {
            for client in workspace.clients(of: workspace.systems) {
                let locker = try Locker(reading: "\(workspace.files.root)/\(Workspace.lockerPath(of: client))")
                found += try locker.contents.holds().map { HeldLedger(client: client, hold: $0) }
            }
        } catch {
            throw ExitCode(Console.status(of: error).rawValue)
        }
        HoldValue.tell(found, format)
    }
}

/// Releases a hold.
struct HoldRelease: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release", abstract: "Release a hold; its entry and the release stay in the ledger.",
        discussion: "Example: dossier hold release 412 --reason \"claim settled\" --by \"Daniel Fortier\"")

    @Argument(help: "The number of the hold's entry, as 'dossier hold list' shows it.")
    var entry: Int
    @OptionGroup var workspaceOptions: WorkspaceOptions
    @OptionGroup var keyOptions: KeyOptions
    @Option(help: "Why; the ledger keeps it.")
    var reason: String
    @Option(help: "Who orders it; the ledger keeps the name.")
    var by: String
    @Option(help: "The client in whose ledger it stands; the ledger of no client when left out.")
    var client: String?
    @OptionGroup var time: RecordedTime

    func validate() throws {
        try HoldText.check(reason, "--reason")
        try HoldText.check(by, "--by")
    }

    func run() throws {
        let now = try time.instant()
        let workspace = try workspaceOptions.load()
        let known = workspace.clients(of: workspace.systems)
        guard known.contains(client) else {
            Console.report([.unknownClient(client, known)])
            throw ExitCode(ExitStatus.missingInput.rawValue)
        }
        do {
            let locker = try LockerAccess(workspace, keyOptions).writing(client)
            let holds = locker.contents.records(of: .hold)
            guard holds.contains(where: { $0.index == entry }) else {
                Console.report([.noHold(entry, holds.map(\.index))])
                throw ExitCode(ExitStatus.missingInput.rawValue)
            }
            let release = try locker.record(.withdrawal, .object([("entry", .int(entry)), ("reason", .string(reason)), ("by", .string(by))]), at: now)
            Console.result("hold \(entry) released, entry \(release)")
        } catch let code as ExitCode {
            throw code
        } catch {
            throw ExitCode(Console.status(of: error).rawValue)
        }
    }
}

/// A hold with the client in whose ledger it stands.
struct HeldLedger {
    var client: String?
    var hold: LegalHold
}

/// Holds as text and JSON.
enum HoldValue {
    static func value(_ hold: LegalHold) -> Value {
        .object([
            ("entry", hold.entry.map { .int($0) }), ("at", .string(hold.at.timestamp)), ("reason", .string(hold.reason)), ("by", .string(hold.by)),
            ("system", .text(hold.scope.system)), ("kind", .text(hold.scope.kind)), ("item", .text(hold.scope.path)),
            ("until", .text(hold.until?.timestamp)),
        ])
    }

    static func tell(_ holds: [HeldLedger], _ format: PlainFormat) {
        switch format {
        case .text:
            let lines = holds.map { Diagnostic.printable(($0.client.map { "\($0): " } ?? "") + RetentionListing.hold($0.hold)) }
            Console.result(lines.isEmpty ? "no holds" : lines.joined(separator: "\n"))
        case .json:
            let rows = holds.map { Value.object([("client", .text($0.client)), ("hold", value($0.hold))]) }
            Console.result(Value.object([("schema", "dossier/holds/1"), ("holds", .list(rows))]).prettyJSON)
        }
    }
}

/// Checks what a person states for the ledger.
enum HoldText {
    /// An entry has at most 16 KiB.
    private static let maximumBytes = 4096

    static func check(_ text: String?, _ option: String) throws {
        guard let text, !text.trimmingBlanks().isEmpty else { throw ValidationError("\(option) is missing or empty; the ledger keeps it") }
        if text.utf8.count > maximumBytes { throw ValidationError("\(option) has more than \(maximumBytes) bytes; expected a sentence") }
    }
}

extension Diagnostic {
    fileprivate static func unknownKind(_ kind: String, _ known: [String]) -> Self {
        Diagnostic(
            id: "retention.unknown-kind", severity: .error, message: "no evidence kind '\(kind)'\(suggestion(for: kind, among: known))",
            hint: "use one of: \(known.joined(separator: ", "))")
    }

    fileprivate static func unknownClient(_ client: String?, _ known: [String?]) -> Self {
        let what = client.map { "no system has the client '\($0)'" } ?? "every system has a client, each with a ledger of its own"
        return Diagnostic(
            id: "retention.unknown-client", severity: .error, message: what,
            hint: "name one with --client: \(known.compactMap { $0 }.joined(separator: ", "))")
    }

    fileprivate static func noHold(_ entry: Int, _ known: [Int]) -> Self {
        let listed = known.isEmpty ? "there is none" : "the holds are \(known.map { "\($0)" }.joined(separator: ", "))"
        return Diagnostic(
            id: "retention.no-such-hold", severity: .error, message: "entry \(entry) is no hold that is still in place; \(listed)",
            hint: "look it up with 'dossier hold list'")
    }
}
