import BagArchives
import Crypto
import Diagnostics
import DurableStorage
import EvidenceLocker
import Signatures
public import StructuredText
import TransparencyLog

/// Verifies one record by itself: that these bytes are what an entry of a ledger records.
public struct ItemVerifier: Sendable {
    private let options: VerifierOptions

    public init(_ options: VerifierOptions) { self.options = options }

    /// A file that is given, and its bytes.
    public struct Given: Sendable {
        public var path: String
        public var bytes: [UInt8]

        public init(path: String, bytes: [UInt8]) {
            self.path = path
            self.bytes = bytes
        }
    }

    /// - Parameters:
    ///   - record: the record's bytes, read once.
    ///   - path: what the user calls it.
    ///   - entry: the ledger entry's exact bytes.
    ///   - proof: `c2sp.org/tlog-proof@v1`.
    public func verify(record: any ByteStream, path: String, entry: Given, proof: Given) -> VerificationReport {
        var report = VerificationReport(subject: .item, path: path, isTrusted: options.trust != nil)
        let (item, itemFault) = Self.item(entry)
        let (read, head, proofFault) = Self.head(proof)
        report.checks.append(check(item, itemFault, record: record, path: path, &report))
        var faults = [itemFault, proofFault].compactMap { $0 }
        if let read, let head, !read.holds(entry: entry.bytes, in: head) { faults.append(.notInLedger(entry.path, read.index, head)) }
        report.checks.append(
            VerificationCheck(
                .entries, findings: faults, good: "the entry is number \(read?.index ?? 0) of \(head?.size ?? 0) in the ledger '\(head?.origin ?? "")'"))
        report.id = item?["path"]?.string
        if let read, let head { signature(read.checkpoint, head, proof.path, &report) }
        return report
    }

    private static func item(_ entry: Given) -> (JSONNode?, Diagnostic?) {
        do throws(Diagnostic) {
            let parsed = try LedgerEntry.parse(entry.bytes, path: entry.path)
            return parsed.entry.type == .item ? (parsed.body, nil) : (nil, .noItem(entry.path, parsed.entry.type.rawValue))
        } catch {
            return (nil, error)
        }
    }

    private static func head(_ proof: Given) -> (LogProof?, Checkpoint?, Diagnostic?) {
        do throws(Diagnostic) {
            let read = try LogProof.parse(proof.bytes, path: proof.path)
            return (read, try TileLog.checkpoint(of: read.checkpoint, path: proof.path), nil)
        } catch {
            return (nil, nil, error)
        }
    }

    private func check(_ item: JSONNode?, _ fault: Diagnostic?, record: any ByteStream, path: String, _ report: inout VerificationReport) -> VerificationCheck {
        guard let item, fault == nil else { return VerificationCheck(.items, .notChecked, "the entry cannot be read") }
        guard item["blinded"] == nil else {
            return VerificationCheck(.items, .notChecked, "the record is sealed: it proves inside a bundle, with the proof of its segments, or with its seed")
        }
        do {
            var size = 0
            let digest = try Self.digest(record, &size)
            (report.files, report.bytes) = (1, size)
            let recorded = item["sha256"]?.string
            let isRecorded = isSame(digest, recorded) && item["size"]?.int == size
            return VerificationCheck(
                .items, findings: isRecorded ? [] : [.otherBytes(path, digest, size, recorded, item["size"]?.int)],
                good: "\(size) bytes with the digest of the entry")
        } catch {
            return VerificationCheck(.items, findings: [.cause(of: error, at: path)], good: "")
        }
    }

    private static func digest(_ stream: any ByteStream, _ size: inout Int) throws -> String {
        var hash = SHA256()
        try forEachPiece(of: stream) { piece in
            hash.update(bufferPointer: piece)
            size += piece.count
        }
        return BinaryText.hex(hash.finalize())
    }

    /// Of the policy only what is about the ledger's head can be asked of one record.
    private func signature(_ note: [UInt8], _ head: Checkpoint, _ path: String, _ report: inout VerificationReport) {
        let outcome = HeadSignatures(note: note, head: head, path: path, options: options)
        report.signatures = outcome.results
        report.checks.append(outcome.check)
    }
}

/// Who signed a ledger's head that stands by itself.
struct HeadSignatures {
    let check: VerificationCheck
    let results: [SignatureJudge.Result]

    init(note: [UInt8], head: Checkpoint, path: String, options: VerifierOptions) {
        guard let trust = options.trust else {
            check = VerificationCheck(
                .signatures, .notChecked, "whose signatures stand under the head cannot be said without a trust file (--trust)", isAboutTrust: true)
            results = []
            return
        }
        var gathered = GatheredSignatures(trust: trust, now: options.now)
        if note != Array(head.text.utf8) {
            gathered.add(note: note, keys: trust.logs(of: head.origin), role: "log", path: path)
            gathered.add(note: note, keys: trust.witnesses, role: "witness", path: path)
        }
        // A ledger is signed by its log at least, whatever the policy says of bundles and packs.
        let demands = trust.file.policy.required.filter { $0.over == .checkpoint } + [.init(over: .checkpoint, role: "log")]
        var file = trust.file
        file.policy = SigningPolicy(required: demands)
        let judgement = SignatureJudge(trust: file, now: options.now).judge(gathered.facts)
        results = judgement.results
        let bad = judgement.results.filter { $0.outcome != .good }
        let findings = gathered.findings + bad.map { .headNotGood(path, $0) }
        check = VerificationCheck(
            .signatures, findings.isEmpty ? .passed : .failed, "\(results.count - bad.count) of \(results.count) demanded over the ledger's head are good",
            diagnostics: findings, isAboutTrust: gathered.findings.isEmpty)
    }
}

extension Diagnostic {
    fileprivate static func noItem(_ path: String, _ type: String) -> Self {
        bundleFault("not-an-item", path, "the entry is of the type '\(type)'; expected 'item'", hint: "give the entry of the record")
    }

    fileprivate static func notInLedger(_ path: String, _ index: Int, _ head: Checkpoint) -> Self {
        bundleFault(
            "not-included", path, "the entry does not stand at place \(index) of the ledger with the root \(head.root.hex)",
            hint: "ask for the entry and its proof again")
    }

    fileprivate static func otherBytes(_ path: String, _ found: String, _ size: Int, _ recorded: String?, _ expected: Int?) -> Self {
        bundleFault(
            "not-as-recorded", path,
            "the file has \(size) bytes and the SHA-256 \(found); "
                + "the entry records \(expected.map { "\($0)" } ?? "no number of") bytes and \(recorded ?? "none")",
            hint: "ask for the record as it was collected")
    }

    fileprivate static func headNotGood(_ path: String, _ result: SignatureJudge.Result) -> Self {
        bundleFault(
            "signature-\(result.outcome.rawValue)", path, "demanded as \(result.requirement.role): \(result.sentence)",
            hint: "sign the ledger with its key, or correct the trust file")
    }
}
