public import Diagnostics
import DurableStorage
public import EvidenceLocker
public import EvidenceModel
import EvidenceReaders
import StructuredText
public import Workspaces

/// Reads the sources of a workspace's systems and stores what they hold. It never judges.
public struct Collector {
    let workspace: Workspace
    private let vocabulary: EvidenceVocabulary
    let locker: Locker
    /// The program's name and version, as items record it.
    private let tool: String
    let now: Instant
    /// The ids of the systems that this run collects, in byte order.
    private let systems: [String]
    /// When the newest entry was collected before this run.
    private let newest: Instant?
    /// True once this run has changed the ledger.
    private let run = RunMark()

    /// - Parameter systems: those that this run collects; all when left out.
    public init(workspace: Workspace, vocabulary: EvidenceVocabulary, locker: Locker, tool: String, now: Instant, systems: [AISystem]? = nil) {
        self.workspace = workspace
        self.vocabulary = vocabulary
        self.locker = locker
        self.tool = tool
        self.now = now
        self.systems = (systems ?? workspace.systems).map(\.id).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        newest = locker.contents.newest
    }

    /// Ends the run: a run that began and did not end shows in every output until the next one ends.
    /// - Throws: a `StorageFault` when the locker cannot be written.
    public func finish() throws {
        if run.hasBegun || systems.contains(where: locker.contents.isInterrupted) { try locker.markRun("ended", systems: systems, at: now) }
        try locker.flush()
    }

    /// Called before the first change, so that a run that finds nothing new leaves no trace.
    func begin() throws {
        guard !run.hasBegun else { return }
        run.hasBegun = true
        try locker.markRun("started", systems: systems, at: now)
    }

    /// Whether a run has changed the ledger yet.
    private final class RunMark {
        var hasBegun = false
        /// Whether it was told that the clock went backwards.
        var hasToldClock = false
    }

    /// What a run did.
    public struct Outcome: Sendable {
        public var added: [EvidenceItem] = []
        public var superseding: [EvidenceItem] = []
        public var unchanged = 0
        public var unread: [UnreadFile] = []
        public var diagnostics: [Diagnostic] = []

        public init() {}
    }

    /// Collects one system's sources.
    /// - Throws: a `StorageFault` when the locker cannot be written; what was stored before stays.
    public func collect(_ system: AISystem, progress: (String) -> Void = { _ in }) throws -> Outcome {
        var outcome = Outcome()
        // By bytes: two names that Swift takes for the same text are two files.
        var seen: Set<[UInt8]> = []
        let walk = SourceWalk(files: workspace.files)
        for source in system.sources {
            let (found, diagnostics) = walk.files(of: source)
            // A source that leads nowhere is kept too: what was to be evidence is not there, and every output must say so.
            for diagnostic in diagnostics where seen.insert(Array(source.path.utf8)).inserted {
                try unread(source.path, source, system, [diagnostic], &outcome)
            }
            for entry in found {
                switch entry {
                case .refused(let path, let diagnostic):
                    if seen.insert(Array(path.utf8)).inserted { try unread(path, source, system, [diagnostic], &outcome) }
                case .file(let path):
                    // The first source that names a file says how it is read.
                    guard seen.insert(Array(path.utf8)).inserted else { continue }
                    progress(path)
                    try take(path, source, system, &outcome)
                }
            }
        }
        // What could not be read before and can now, or is no longer there: nobody can mend it any more. The second is told.
        let open = Set(outcome.unread.map { Array($0.path.utf8) })
        for file in locker.contents.unread where file.system == system.id && !open.contains(Array(file.path.utf8)) {
            try begin()
            try locker.withdraw(file, at: now)
            if !seen.contains(Array(file.path.utf8)) { outcome.diagnostics.append(.withdrawn(file)) }
        }
        for item in locker.contents.items where item.system == system.id && !seen.contains(Array(item.path.utf8)) {
            outcome.diagnostics.append(.gone(item))
        }
        if let newest, now < newest, run.hasBegun, !run.hasToldClock {
            run.hasToldClock = true
            outcome.diagnostics.append(.clockBackwards(locker.root, now, newest))
        }
        return outcome
    }

    private func take(_ path: String, _ source: SourceDeclaration, _ system: AISystem, _ outcome: inout Outcome) throws {
        let full = WorkspaceFiles.resolved("\(workspace.files.root)/\(path)") ?? "\(workspace.files.root)/\(path)"
        let known = locker.contents.item(system: system.id, path: path)
        var declaration: (path: String, bytes: [UInt8])?
        let beside = path + EvidenceDeclaration.suffix
        if workspace.files.exists(beside) {
            do throws(Diagnostic) {
                declaration = (beside, try workspace.files.read(beside))
            } catch {
                try unread(path, source, system, [error], &outcome)
                return
            }
        }
        let basis = basis(source, system, declaration?.bytes)
        let stored: (digest: String, size: Int)
        do {
            if let known, known.basis == basis, try RunningDigest.of(FileStream(path: full)) == known.digest {
                stored = (known.digest, known.size)
            } else {
                stored = try locker.store(try FileStream(path: full))
            }
        } catch let fault as StorageFault where fault.diagnostic.location?.path == full {
            try unread(path, source, system, [fault.diagnostic.at(path)], &outcome)
            return
        }
        if let known, known.digest == stored.digest, known.basis == basis {
            outcome.unchanged += 1
            outcome.diagnostics += known.problems.map(Diagnostic.init)
            return
        }
        try read(path, source, system, declaration, stored, basis, supersedes: known, &outcome)
    }

    private func read(
        _ path: String, _ source: SourceDeclaration, _ system: AISystem, _ declaration: (path: String, bytes: [UInt8])?,
        _ stored: (digest: String, size: Int), _ basis: String, supersedes known: EvidenceItem?, _ outcome: inout Outcome
    ) throws {
        // The stored copy is read, not the source: the facts are those of the very bytes that are kept.
        let store = SendableStore(locker: locker)
        let artefact: EvidenceSource
        do {
            artefact = try EvidenceSource(path: path) { try store.locker.stream(of: stored.digest) }
        } catch {
            try unread(path, source, system, [.thrown(error, path)], &outcome)
            return
        }
        let context = ArtefactReading.Context(
            vocabulary: vocabulary, source: source, system: system, timeZone: workspace.timeZone, declaration: declaration)
        let result = ArtefactReading(of: artefact, context)
        guard result.reading.usable, let kind = result.kind, let format = result.format else {
            try unread(path, source, system, result.reading.diagnostics, kind: result.kind, &outcome)
            return
        }
        let read = EvidenceItem(
            digest: stored.digest, system: system.id, path: path, kind: kind, format: format, size: stored.size, observed: result.observed,
            observedBasis: result.observedBasis, producer: result.producer, reviewer: result.reviewer, approver: result.approver, collectedBy: tool,
            collectedAt: now, method: result.method, sample: result.sample, classification: result.classification, supersedes: known?.publicDigest,
            basis: basis, facts: result.reading.facts, problems: result.reading.diagnostics.map(ReadingProblem.init))
        try begin()
        let item: EvidenceItem
        do {
            item = try locker.append(read, rules: source.redaction)
        } catch let diagnostic as Diagnostic where diagnostic.id == Diagnostic.entryTooLongID {
            try unread(path, source, system, [diagnostic], kind: result.kind, &outcome)
            return
        }
        outcome.diagnostics += result.reading.diagnostics + item.problems.dropFirst(read.problems.count).map(Diagnostic.init)
        if known == nil { outcome.added.append(item) } else { outcome.superseding.append(item) }
    }

    private func unread(
        _ path: String, _ source: SourceDeclaration, _ system: AISystem, _ diagnostics: [Diagnostic], kind: String? = nil, _ outcome: inout Outcome
    ) throws {
        let worst = diagnostics.first { $0.severity == .error } ?? .thrown(CollectionFault.noReason, path)
        let file = UnreadFile(
            system: system.id, path: path, kind: kind ?? source.kind, problem: source.isSealed ? ReadingProblem(worst).withoutQuotations : ReadingProblem(worst)
        )
        outcome.unread.append(file)
        outcome.diagnostics += diagnostics.isEmpty ? [worst] : diagnostics
        if !locker.contents.unread.contains(file) {
            try begin()
            try locker.append(file, at: now)
        }
    }

    private enum CollectionFault: Error { case noReason }

    /// Everything but the bytes that decides how an artefact is read.
    private func basis(_ source: SourceDeclaration, _ system: AISystem, _ declaration: [UInt8]?) -> String {
        var parts: [Value] = [.string(tool)]
        parts.append(.string(declaration.map { RunningDigest.of($0) } ?? "none"))
        parts += [source.kind, source.format, source.producer, source.reviewer, source.approver].map { .string($0 ?? "") }
        parts += [
            .string(source.method.rawValue), .string(source.classification.rawValue), .string(source.observed?.words ?? ""),
            .string(source.redaction.map { "\($0)" } ?? ""),
        ]
        parts.append(.string(source.sample.map { "\($0.population ?? -1) \($0.size ?? -1) \($0.selection ?? "")" } ?? ""))
        parts.append(.list(source.mapping.keys.sorted().map { .string("\($0)=\(source.mapping[$0] ?? "")") }))
        parts += [source.attributes, system.externalDatasets, system.trainingDatasets, [system.releasedModel ?? ""]].map { .list($0.map { .string($0) }) }
        return RunningDigest.of(Array(Value.list(parts).canonicalJSON.utf8))
    }
}

/// Lets a reader reopen a stored object; the locker's objects never change.
private struct SendableStore: @unchecked Sendable { let locker: Locker }

extension ReadingProblem {
    init(_ diagnostic: Diagnostic) {
        self.init(
            id: diagnostic.id, severity: diagnostic.severity.rawValue, place: diagnostic.location?.description ?? "", message: diagnostic.message,
            hint: diagnostic.hint)
    }
}

extension Diagnostic {
    /// A problem that was kept with an item, as a diagnostic again.
    fileprivate init(_ problem: ReadingProblem) {
        self.init(
            id: problem.id, severity: Severity(rawValue: problem.severity) ?? .warning,
            location: problem.place.isEmpty ? nil : TextLocation(path: problem.place), message: problem.message, hint: problem.hint)
    }

    fileprivate func at(_ path: String) -> Self {
        var copy = self
        copy.location = TextLocation(path: path)
        return copy
    }

    fileprivate static func clockBackwards(_ root: String, _ now: Instant, _ newest: Instant) -> Self {
        Diagnostic(
            id: "ledger.clock-backwards", severity: .warning, location: TextLocation(path: "\(root)/ledger"),
            message:
                "the new entries are of \(now.timestamp), and the newest one before them is of \(newest.timestamp); their order in the ledger stays that of writing",
            hint: "check the computer's clock, or the time given with --at")
    }

    fileprivate static func thrown(_ error: any Error, _ path: String) -> Self {
        if let diagnostic = error as? Diagnostic { return diagnostic }
        if let fault = error as? StorageFault { return fault.diagnostic.at(path) }
        return Diagnostic(
            id: "collection.unreadable", severity: .error, location: TextLocation(path: path), message: "the file could not be read",
            hint: "check that it is a regular file that you may read")
    }

    fileprivate static func withdrawn(_ file: UnreadFile) -> Self {
        Diagnostic(
            id: "collection.unread-gone", severity: .note, location: TextLocation(path: file.path),
            message: "the file that could not be read is gone, or no source names it any more; it no longer counts as unread",
            hint: "nothing, unless it was removed by mistake")
    }

    fileprivate static func gone(_ item: EvidenceItem) -> Self {
        Diagnostic(
            id: "collection.source-gone", severity: .note, location: TextLocation(path: item.path),
            message: "the file is gone, or no source names it any more; its evidence of \(item.collectedAt.day) is kept",
            hint: "nothing, unless it was removed by mistake")
    }
}

extension SourceDeclaration {
    /// True when what the source holds may not be told in the ledger or a pack.
    fileprivate var isSealed: Bool { redaction != nil || classification == .confidential || classification == .personal }
}

extension ReadingProblem {
    /// The problem without what it quotes from the record: messages quote values between single quotes.
    fileprivate var withoutQuotations: ReadingProblem {
        var copy = self
        let parts = message.split(separator: "'", omittingEmptySubsequences: false)
        copy.message = parts.enumerated().map { $0.offset % 2 == 1 ? "[withheld]" : String($0.element) }.joined(separator: "'")
        return copy
    }
}
