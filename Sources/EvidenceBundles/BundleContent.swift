public import BagArchives
import ControlFrameworks
import Diagnostics
import DurableStorage
import EvidenceLocker
import EvidenceModel
public import Redaction
public import Signatures
import StructuredText
public import TransparencyLog

/// The members of a bundle but those that the bag itself has, and what its statement says of them.
public struct BundleContent {
    public private(set) var payload: [ArchiveMember] = []
    public private(set) var tags: [ArchiveMember] = []
    public private(set) var omissions: [BundleRequest.Omission]
    public private(set) var register = RedactionRegister()
    public let checkpoint: Checkpoint
    /// Complete, partial or failed: held against what the frameworks demand.
    public var completeness: String { included == 0 ? "failed" : omissions.isEmpty ? "complete" : "partial" }

    private var included = 0
    private let request: BundleRequest
    private let head: [UInt8]

    /// Gathers what the request asks for. A missing object stops it: it never makes a smaller bundle instead.
    /// - Parameter scratch: a folder for views of redacted records; the members read from it, so that it must stay until the bundle is written.
    /// - Throws: a `StorageFault` or a `Diagnostic`.
    public init(_ request: BundleRequest, scratch: String) throws {
        self.request = request
        omissions = request.missing
        guard let head = try request.locker.log.head() else { throw Diagnostic.noLedger(request.locker.root) }
        checkpoint = head.checkpoint
        self.head = head.note
        var rows: [Value] = []
        for item in request.items.sorted(by: { ($0.item.entry ?? 0) < ($1.item.entry ?? 0) }) { rows.append(try add(item, scratch: scratch)) }
        for entry in Set(request.records + [request.pack.entry]).sorted() { try addEntry(entry) }
        payload += request.pack.files
        if let envelope = request.pack.envelope { payload.append(ArchiveMember(name: BundleLayout.packEnvelope, bytes: envelope)) }
        payload += request.workspaceFiles
        payload.append(ArchiveMember(name: BundleLayout.register, bytes: register.bytes))
        payload.append(
            ArchiveMember(
                name: BundleLayout.items,
                bytes: CanonicalJSON.bytes(
                    .object([
                        ("completeness", .string(completeness)), ("items", .list(rows)), ("omissions", .list(omissions.map(\.value))),
                        ("schema", "dossier/items/1"),
                    ]))))
        tags += request.definitions
        tags.append(ArchiveMember(name: BundleLayout.howTo, bytes: request.howTo))
        tags.append(ArchiveMember(name: BundleLayout.policy, bytes: request.policy.bytes))
        tags.append(ArchiveMember(name: BundleLayout.checkpoint, bytes: self.head))
        if let since = request.since { try addConsistency(since) }
    }

    /// The signed statement: its only subject is the tag manifest, which names everything else.
    /// - Throws: a `Diagnostic` when a field cannot be stated.
    public func statement(over seal: BagSeal) throws -> Statement {
        let frameworks = request.frameworks.map {
            Value.object([("edition", .string($0.edition)), ("id", .string($0.id)), ("sha256", .string(String($0.digest.dropFirst(7))))])
        }
        let predicate = Value.object(
            request.statement + [
                ("bundle", .string(request.id)),
                (
                    "checkpoint",
                    .object([("origin", .string(checkpoint.origin)), ("root", .string(checkpoint.root.hex)), ("size", .int(checkpoint.size))])
                ), ("completeness", .string(completeness)), ("frameworks", .list(frameworks)), ("omissions", .list(omissions.map(\.value))),
                ("policySha256", .text(seal.digest(of: BundleLayout.policy)?.hex)), ("previousCheckpoint", try previous.map(Self.value)),
                (
                    "redactions",
                    .object([("count", .int(register.count)), ("registerSha256", .text(seal.digest(of: BundleLayout.register)?.hex))])
                ),
            ])
        return try Statement(
            subjects: [.init(name: BundleLayout.tagManifest, sha256: seal.tagManifestDigest.hex)], predicateType: BundleLayout.bundlePredicate,
            predicate: predicate)
    }

    private var previous: Checkpoint? {
        get throws { try request.since.map { try TileLog.checkpoint(of: $0, path: "--since") } }
    }

    private static func value(_ checkpoint: Checkpoint) -> Value {
        .object([("origin", .string(checkpoint.origin)), ("root", .string(checkpoint.root.hex)), ("size", .int(checkpoint.size))])
    }

    private mutating func addConsistency(_ since: [UInt8]) throws {
        let old = try TileLog.checkpoint(of: since, path: "--since")
        let log = request.locker.log
        guard old.origin.utf8.elementsEqual(checkpoint.origin.utf8) else { throw Diagnostic.otherLog(old.origin, checkpoint.origin) }
        guard old.size <= checkpoint.size, try log.root(at: old.size, in: checkpoint.size) == old.root else {
            throw StorageFault.altered(
                "\(log.folder)/checkpoint", "the ledger does not begin with what the earlier checkpoint is the head of: its past was changed or cut")
        }
        let hashes = try log.consistencyProof(from: old.size, to: checkpoint.size)
        tags.append(ArchiveMember(name: BundleLayout.since, bytes: ConsistencyFile(old: old.size, hashes: hashes, checkpoint: head).bytes))
    }

    /// An entry with its proof: nothing of its neighbours.
    private mutating func addEntry(_ number: Int) throws {
        let log = request.locker.log
        guard !tags.contains(where: { $0.name == BundleLayout.entry(number) }) else { return }
        tags.append(ArchiveMember(name: BundleLayout.entry(number), bytes: try log.entry(at: number, in: checkpoint.size)))
        let proof = LogProof(index: number, hashes: try log.inclusionProof(of: number, in: checkpoint.size), checkpoint: head)
        tags.append(ArchiveMember(name: BundleLayout.proof(number), bytes: proof.bytes))
    }

    private mutating func add(_ wanted: BundleRequest.Item, scratch: String) throws -> Value {
        let item = wanted.item
        guard let number = item.entry else { throw Diagnostic.noLedger(request.locker.root) }
        try addEntry(number)
        if let reason = item.isRetired ? "retired: its bytes were deleted at the end of their retention" : wanted.leftOut {
            omissions.append(.init(name: item.path, reason: reason))
            return .object([("entry", .int(number)), ("path", .string(item.path)), ("reason", .string(reason)), ("state", "omitted")])
        }
        guard let place = request.locker.place(of: item.digest) else {
            throw StorageFault.altered(
                request.locker.root, "the artefact of '\(item.path)' is not in the locker; a bundle without it would not be what it says it is")
        }
        included += 1
        let evidence = BundleLayout.evidence(number, path: item.path)
        let reading = BundleLayout.reading(number)
        var row: [(String, Value?)] = [
            ("entry", .int(number)), ("evidence", .string(evidence)), ("path", .string(item.path)), ("reading", .string(reading)),
        ]
        if item.blinded == nil {
            payload.append(.file(evidence, place: place, size: item.size))
            payload.append(ArchiveMember(name: reading, bytes: try request.locker.reading(of: item)))
            return .object(row + [("state", "whole")])
        }
        let sealed = SealedMembers(locker: request.locker, size: checkpoint.size, scratch: scratch, key: request.pseudonymKey)
        let made = try sealed.members(of: item, number: number, rules: wanted.rules ?? RedactionRules(rules: []), place: place)
        payload += made.members
        for (entry, rules) in made.hidden { try register.add(entry, source: rules) }
        row.append(("redaction", .string(BundleLayout.redaction(number))))
        row.append(("reading-redaction", .string(BundleLayout.readingRedaction(number))))
        return .object(row + [("state", made.isRedacted ? "redacted" : "whole")])
    }
}

extension ArchiveMember {
    /// A member whose bytes stand in a file.
    static func file(_ name: String, place: String, size: Int) -> ArchiveMember {
        ArchiveMember(name: name, size: size) { try FileStream(path: place) }
    }
}

extension Diagnostic {
    fileprivate static func noLedger(_ path: String) -> Self {
        Diagnostic(
            id: "export.no-ledger", severity: .error, location: TextLocation(path: path), message: "there is no ledger; expected collected evidence",
            hint: "run 'dossier collect'")
    }

    fileprivate static func otherLog(_ found: String, _ expected: String) -> Self {
        Diagnostic(
            id: "export.other-log", severity: .error, location: TextLocation(path: "--since"),
            message: "the earlier checkpoint is of the ledger '\(found)'; expected '\(expected)'", hint: "give the checkpoint of the last pack of this system")
    }
}
