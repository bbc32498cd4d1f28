import ArgumentParser
import ControlFrameworks
import Diagnostics
import EvidenceLocker
import EvidenceModel
import Retention
import StructuredText
import Workspaces

/// Shows which evidence has reached the end of its retention, and deletes it when told to.
struct Retire: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the evidence that no rule keeps any longer, and with --apply delete its bytes.",
        discussion: """
            Example: dossier retire --as-of 2036-01-01; dossier retire --apply --reason "end of retention" --by "Claire Beaudoin"

            Nothing is deleted without --apply. The ledger keeps a record of what was deleted, when, by which rule and for what reason, and proofs of the \
            deleted items still verify. What a hold covers stays (see 'dossier hold'), and so does what no rule is about.
            """)

    @OptionGroup var workspaceOptions: WorkspaceOptions
    @OptionGroup var keyOptions: KeyOptions
    @Option(help: "The system's id; all systems when left out. May be given several times.")
    var system: [String] = []
    @Option(help: "Only the item of this path, its superseded versions included. May be given several times.")
    var item: [String] = []
    @Option(help: "The moment that stands for now, such as 2036-01-01; the recorded time when left out.")
    var asOf: String?
    @OptionGroup var time: RecordedTime
    @Flag(help: "Delete what is due.")
    var apply = false
    @Option(help: "Why it is deleted; the ledger keeps it. Needed with --apply.")
    var reason: String?
    @Option(help: "Who orders it; the ledger keeps the name. Needed with --apply.")
    var by: String?
    @Option(help: "text or json.")
    var format: PlainFormat = .text

    func validate() throws {
        guard apply else {
            if reason != nil || by != nil { throw ValidationError("--reason and --by are for --apply; without it nothing is deleted") }
            return
        }
        try HoldText.check(reason, "--reason")
        try HoldText.check(by, "--by")
    }

    func run() throws {
        let now = try time.instant()
        let instant = try asOfInstant(now)
        let workspace = try workspaceOptions.load()
        var selection = SelectionOptions()
        selection.system = system
        selection.framework = []
        let systems = try selection.systems(in: workspace)
        Console.report(workspace.diagnostics)
        var listing = RetentionListing(asOf: instant, isApplied: apply)
        do {
            let rules = try RetentionRules.load(workspace, vocabulary: try Self.vocabulary(of: workspace))
            let access = LockerAccess(workspace, keyOptions)
            for client in workspace.clients(of: systems) {
                // A writer makes the locker's folders: where there is none, there is nothing to retire.
                guard workspace.files.exists(Workspace.lockerPath(of: client)) else { continue }
                let locker = try apply ? access.writing(client) : access.reading(client)
                let decisions = try decide(locker, rules, workspace, instant)
                for decision in decisions {
                    listing.decisions.append(decision)
                    if apply, let reason, let by, let body = decision.retirement(reason: reason, by: by) {
                        Console.progress("retiring \(decision.item.path)")
                        listing.retired.append((decision, try locker.retire(decision.item, body, at: now)))
                        if decision.isCurrent, workspace.files.exists(decision.item.path) { listing.sources.append(decision.item.path) }
                    }
                }
                if apply { try locker.writeIndex() }
            }
            Console.endProgress()
        } catch {
            Console.endProgress()
            // What was deleted before the fault stays deleted, and is told.
            if !listing.retired.isEmpty { listing.tell(format) }
            throw ExitCode(Console.status(of: error).rawValue)
        }
        try finish(listing, workspace)
    }

    private func finish(_ listing: RetentionListing, _ workspace: Workspace) throws {
        let found = Set(listing.decisions.map { Array($0.item.path.utf8) })
        let missing = item.filter { !found.contains(Array($0.utf8)) }
        if !missing.isEmpty {
            Console.report(missing.map { .noSuchItem($0, listing.decisions.map(\.item.path)) })
            throw ExitCode(ExitStatus.missingInput.rawValue)
        }
        listing.tell(format)
        try (workspace.diagnostics.contains { $0.severity == .error } ? ExitStatus.incomplete : .success).finish()
    }

    /// What is said of each item of the systems that are asked for. An item of a system without a usable file is listed too, and kept.
    private func decide(_ locker: Locker, _ rules: RetentionRules, _ workspace: Workspace, _ instant: Instant) throws -> [RetentionDecision] {
        let holds = try locker.contents.holds()
        let current = Set(locker.contents.items.compactMap(\.entry))
        let items = try locker.history().filter { found in
            (system.isEmpty || system.contains { $0.utf8.elementsEqual(found.system.utf8) })
                && (item.isEmpty || item.contains { $0.utf8.elementsEqual(found.path.utf8) })
        }
        let decisions = items.map { found in
            rules.decide(
                found, isCurrent: found.entry.map(current.contains) ?? false,
                system: workspace.systems.first { $0.id.utf8.elementsEqual(found.system.utf8) }, holds: holds, at: instant)
        }
        return decisions.sorted { a, b in
            let (left, right) = (Array("\(a.item.system)\u{0}\(a.item.path)".utf8), Array("\(b.item.system)\u{0}\(b.item.path)".utf8))
            return left == right ? (a.item.entry ?? 0) < (b.item.entry ?? 0) : left.lexicographicallyPrecedes(right)
        }
    }

    private func asOfInstant(_ now: Instant) throws -> Instant {
        guard let asOf else { return now }
        guard let instant = Instant(asOf) else {
            throw ValidationError("'\(asOf)' is not a date or time that exists; expected 2036-01-01 or 2036-01-01T12:00:00Z")
        }
        if apply, instant > now {
            throw ValidationError("--as-of \(asOf) lies after the recorded time \(now.timestamp); what is due then may not be deleted yet")
        }
        return instant
    }

    /// The evidence kinds, which the rules name.
    static func vocabulary(of workspace: Workspace) throws -> EvidenceVocabulary {
        let library = FrameworkLibrary(workspace: try workspace.overrides(in: "frameworks").map { DefinitionFile(path: $0.path, bytes: $0.bytes) })
        guard library.diagnostics.isEmpty else { throw DiagnosticList(library.diagnostics) }
        return library.vocabulary
    }
}

extension LockerContents {
    /// The holds that were not released.
    /// - Throws: a `Diagnostic` when one of them cannot be read.
    func holds() throws(Diagnostic) -> [LegalHold] {
        var holds: [LegalHold] = []
        for record in records(of: .hold) { holds.append(try LegalHold(entry: record.index, at: record.entry.at, body: record.entry.body)) }
        return holds
    }

    /// Why retired items are no evidence any more, by the numbers of their entries.
    var retirements: [Int: String] {
        let words = records(of: .retirement).compactMap { record -> (Int, String)? in
            let body = record.entry.body
            guard let entry = body["entry"]?.int else { return nil }
            let rule = body["rule"]?.string.map { " under rule \($0)" } ?? ""
            let source = body["source"]?.string.map { " (\($0))" } ?? ""
            return (entry, "its bytes were deleted on \(record.entry.at.day)\(rule)\(source), as entry \(record.index) of the ledger records")
        }
        return Dictionary(words) { first, _ in first }
    }
}

extension Diagnostic {
    /// No item of that path was ever collected.
    static func noSuchItem(_ path: String, _ known: [String]) -> Self {
        Diagnostic(
            id: "retention.no-such-item", severity: .error, location: TextLocation(path: path),
            message: "no item of this path was collected\(suggestion(for: path, among: Set(known)))",
            hint: "give the path as 'dossier retire' lists it, relative to the workspace")
    }
}
