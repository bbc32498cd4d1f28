public import Diagnostics
public import EvidenceLocker
public import Redaction
import StructuredText
public import TransparencyLog

/// An entry of a ledger that is proven by itself: by its place in the tree, and by the signature of a ledger that is trusted.
public struct ProvenEntry: Sendable {
    /// The entry's number in the ledger, from 0.
    public let number: Int
    public let entry: LedgerEntry
    /// The head of the ledger in which it stands.
    public let head: Checkpoint
    private let path: String

    /// - Parameters:
    ///   - bytes: the entry's exact bytes.
    ///   - proof: `c2sp.org/tlog-proof@v1`, with the signed checkpoint.
    /// - Throws: a `Diagnostic` when the entry or the proof is malformed, they do not fit, or no trusted key of the ledger signed the checkpoint.
    public init(_ bytes: [UInt8], path: String, proof: [UInt8], proofPath: String, trust: VerifierTrust) throws(Diagnostic) {
        entry = try LedgerEntry.parse(bytes, path: path).entry
        let read = try LogProof.parse(proof, path: proofPath)
        head = try TileLog.checkpoint(of: read.checkpoint, path: proofPath)
        guard read.holds(entry: bytes, in: head) else { throw .notProven(path, read.index, head) }
        let keys = trust.logs(of: head.origin)
        guard !keys.isEmpty else { throw .unknownLedger(proofPath, head.origin, trust.logs.map(\.name)) }
        guard try Self.isSigned(read.checkpoint, by: keys, proofPath) else { throw .headNotSigned(proofPath, head.origin) }
        number = read.index
        self.path = path
    }

    private static func isSigned(_ checkpoint: [UInt8], by keys: [NoteKey], _ path: String) throws(Diagnostic) -> Bool {
        guard let note = try? SignedNote(parsing: checkpoint, path: path) else { return false }
        return try note.verify(with: keys, path: path).contains { $0 == .good(time: nil) }
    }

    /// What the entry of a sealed item commits to.
    /// - Throws: a `Diagnostic` when it is the entry of something else.
    public func commitment() throws(Diagnostic) -> (summary: CommitmentSummary, blinded: String) {
        guard entry.type == .item, let commit = entry.body["commit"], let blinded = entry.body["blinded"]?.string else { throw .notSealed(path, number) }
        guard let node = JSONParser.parse(CanonicalJSON.bytes(commit), path: path).node else { throw .notSealed(path, number) }
        return (try CommitmentSummary(node, path: path), blinded)
    }

    /// How the item's record was cut into segments, as far as the entry tells.
    public var recordFormat: Segmentation.Format? {
        itemPath.map { Segmentation.Format.recorded(path: $0, reader: entry.body["format"]?.string ?? "") }
    }

    /// The item's path as it was collected.
    public var itemPath: String? { entry.type == .item ? entry.body["path"]?.string : nil }
}

extension Diagnostic {
    fileprivate static func notProven(_ path: String, _ number: Int, _ head: Checkpoint) -> Self {
        bundleFault(
            "not-included", path, "the entry does not stand at place \(number) of the ledger '\(head.origin)' with the root \(head.root.hex)",
            hint: "give the entry and the proof that belong together")
    }

    fileprivate static func unknownLedger(_ path: String, _ found: String, _ known: [String]) -> Self {
        bundleFault(
            "unknown-log", path, "the ledger is '\(found)'; the trust file has \(known.isEmpty ? "none" : known.map { "'\($0)'" }.joined(separator: ", "))",
            hint: "get the ledger's verifier key from its owner by another way, and add it with 'dossier keys trust --log'")
    }

    fileprivate static func headNotSigned(_ path: String, _ origin: String) -> Self {
        bundleFault(
            "head-not-signed", path, "the checkpoint in the proof bears no signature of a trusted key of '\(origin)'",
            hint: "ask for the proof with the signed checkpoint")
    }

    fileprivate static func notSealed(_ path: String, _ number: Int) -> Self {
        Diagnostic(
            id: "item.not-sealed", severity: .error, location: TextLocation(path: path),
            message: "entry \(number) is not that of a sealed record; expected one that commits to its segments",
            hint: "give the entry of the sealed record")
    }
}
