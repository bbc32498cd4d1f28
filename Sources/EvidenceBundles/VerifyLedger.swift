import BagArchives
import Diagnostics
import EvidenceLocker
import StructuredText
import TransparencyLog

extension BundleExamination {
    // MARK: the head

    /// Reads the head, and holds it against the statement and the logs that are trusted.
    mutating func readCheckpoint() -> VerificationCheck {
        let place = path(BundleLayout.checkpoint)
        var findings: [Diagnostic] = []
        do throws(Diagnostic) {
            checkpointBytes = try members.bytes(BundleLayout.checkpoint, limit: 1 << 20)
            let checkpoint = try TileLog.checkpoint(of: checkpointBytes, path: place)
            self.checkpoint = checkpoint
            if let predicate, checkpoint != predicate.checkpoint { findings.append(.otherHead(place, checkpoint, predicate.checkpoint)) }
            if let trust = options.trust, !trust.logs.isEmpty, trust.logs(of: checkpoint.origin).isEmpty {
                findings.append(.unknownLog(place, checkpoint.origin, trust.logs.map(\.name)))
            }
        } catch {
            findings.append(error)
        }
        guard let checkpoint, findings.isEmpty else { return VerificationCheck(.checkpoint, findings: findings, good: "") }
        return VerificationCheck(.checkpoint, .passed, "'\(checkpoint.origin)' with \(checkpoint.size) entries, as the statement says")
    }

    // MARK: entries

    private static let entryFolder = "ledger/entries/"
    private static let proofFolder = "ledger/proofs/"

    /// Reads every entry, and walks its proof to the head.
    mutating func readEntries() -> VerificationCheck {
        var findings: [Diagnostic] = []
        let size = members.source.members.reduce(0) { $0 + ($1.name.utf8.starts(with: Self.entryFolder.utf8) ? $1.size : 0) }
        guard size <= BundleLimits.entries else { return VerificationCheck(.entries, findings: [.tooManyEntries(path(Self.entryFolder), size)], good: "") }
        for name in members.names(under: Self.entryFolder) {
            guard let number = Self.number(name, BundleLayout.entry) else {
                findings.append(.strangeName(path(name)))
                continue
            }
            do throws(Diagnostic) {
                let bytes = try members.bytes(name, limit: TileLog.maximumEntry)
                let parsed = try LedgerEntry.parse(bytes, path: path(name))
                entries.append(Entry(number: number, type: parsed.entry.type, bytes: bytes))
                try checkProof(number, bytes)
            } catch {
                findings.append(error)
            }
        }
        for name in members.names(under: Self.proofFolder) {
            guard let number = Self.number(name, BundleLayout.proof) else {
                findings.append(.strangeName(path(name)))
                continue
            }
            if members.member(BundleLayout.entry(number)) == nil { findings.append(.proofWithoutEntry(path(name), number)) }
        }
        entries.sort { $0.number < $1.number }
        if entries.isEmpty, findings.isEmpty { findings.append(.noEntries(path(Self.entryFolder))) }
        return VerificationCheck(.entries, findings: findings, good: "\(entries.count) entries, each with its proof")
    }

    private func checkProof(_ number: Int, _ entry: [UInt8]) throws(Diagnostic) {
        let name = BundleLayout.proof(number)
        let proof = try LogProof.parse(try members.bytes(name, limit: 1 << 20), path: path(name))
        guard proof.index == number else { throw .otherIndex(path(name), proof.index, number) }
        guard proof.checkpoint == checkpointBytes else { throw .otherProofHead(path(name)) }
        guard let checkpoint else { throw .noHead(path(name)) }
        guard proof.holds(entry: entry, in: checkpoint) else { throw .notIncluded(path(BundleLayout.entry(number)), number, checkpoint) }
    }

    /// The number in a name, when the name is the one that the number gives.
    private static func number(_ name: String, _ spelling: (Int) -> String) -> Int? {
        let last = name.split(separator: "/").last ?? ""
        guard let number = Int(last.prefix { $0 != "." }), number >= 0, isSame(spelling(number), name) else { return nil }
        return number
    }

    // MARK: the past

    /// Whether the ledger begins with what an earlier checkpoint was the head of.
    func sinceCheck() -> VerificationCheck {
        if let since = options.since { return sinceCheck(since) }
        guard let claimed = predicate?.previousCheckpoint else {
            if members.member(BundleLayout.since) != nil {
                return VerificationCheck(.since, findings: [.unclaimedProof(path(BundleLayout.since))], good: "")
            }
            return VerificationCheck(.since, .notChecked, "no earlier checkpoint was given (--since), and the statement names none", isAsked: false)
        }
        do throws(Diagnostic) {
            try holdConsistency(from: claimed)
        } catch {
            return VerificationCheck(.since, findings: [error], good: "")
        }
        return VerificationCheck(
            .since, .passed,
            "the ledger begins with the \(claimed.size) entries of the checkpoint that the statement names; give your own copy with --since to rely on it")
    }

    private func sinceCheck(_ since: VerifierOptions.Since) -> VerificationCheck {
        do throws(Diagnostic) {
            let old = try EarlierCheckpoint(since, trust: options.trust)
            try holdConsistency(from: old.checkpoint)
            let good = "nothing before entry \(old.checkpoint.size) was changed or cut"
            if options.trust == nil {
                return VerificationCheck(.since, .notChecked, "\(good), if the earlier checkpoint is genuine: no trust file says whose signature it needs")
            }
            return VerificationCheck(.since, .passed, good)
        } catch {
            return VerificationCheck(.since, findings: [error], good: "")
        }
    }

    private func holdConsistency(from old: Checkpoint) throws(Diagnostic) {
        let head = path(BundleLayout.checkpoint)
        guard let checkpoint else { throw .noHead(head) }
        guard isSame(old.origin, checkpoint.origin) else { throw .sinceOtherLog(head, checkpoint.origin, old.origin) }
        guard old.size <= checkpoint.size else { throw .logCut(head, checkpoint.size, old.size) }
        let place = path(BundleLayout.since)
        var hashes: [MerkleHash] = []
        if members.member(BundleLayout.since) != nil {
            let file = try ConsistencyFile.parse(try members.bytes(BundleLayout.since, limit: 1 << 20), path: place)
            guard file.checkpoint == checkpointBytes else { throw .otherProofHead(place) }
            if file.old == old.size {
                hashes = file.hashes
            } else if old.size != checkpoint.size {
                throw .otherSince(place, file.old, old.size)
            }
        } else if old.size != checkpoint.size, old.size > 0 {
            throw .noSince(place, old.size)
        }
        guard MerkleProof.holdsConsistency(from: old.size, to: checkpoint.size, proof: hashes, oldRoot: old.root, newRoot: checkpoint.root) else {
            throw .pastChanged(head, old.size)
        }
    }
}

/// A checkpoint that the user kept from an earlier bundle.
struct EarlierCheckpoint {
    let checkpoint: Checkpoint

    /// - Throws: a `Diagnostic` when it is none, or when somebody is trusted and no trusted log signed it.
    init(_ since: VerifierOptions.Since, trust: VerifierTrust?) throws(Diagnostic) {
        checkpoint = try TileLog.checkpoint(of: since.bytes, path: since.path)
        guard let trust else { return }
        let note = try SignedNote(parsing: since.bytes, path: since.path)
        let results = try note.verify(with: trust.logs(of: checkpoint.origin), path: since.path)
        guard results.contains(where: { $0 == .good(time: nil) }) else { throw .sinceNotSigned(since.path, checkpoint.origin) }
    }
}

extension Diagnostic {
    fileprivate static func otherHead(_ path: String, _ found: Checkpoint, _ signed: Checkpoint) -> Self {
        bundleFault(
            "other-checkpoint", path,
            "the head is of '\(found.origin)' with \(found.size) entries and root \(found.root.hex); the signed statement has "
                + "'\(signed.origin)' with \(signed.size) and \(signed.root.hex)")
    }

    fileprivate static func unknownLog(_ path: String, _ found: String, _ known: [String]) -> Self {
        bundleFault(
            "unknown-log", path, "the ledger is '\(found)'; the trust file has \(known.map { "'\($0)'" }.joined(separator: ", "))",
            hint: "ask for the bundle of the ledger that you trust, or add this ledger's key to the trust file if you trust it too")
    }

    fileprivate static func tooManyEntries(_ path: String, _ size: Int) -> Self {
        bundleFault(
            "too-many-entries", path, "the entries have \(size) bytes in all; expected at most \(BundleLimits.entries >> 20) MiB",
            hint: "ask for several smaller bundles")
    }

    fileprivate static func strangeName(_ path: String) -> Self {
        bundleFault("strange-name", path, "the name is not one that entries or proofs have; expected a number of six digits")
    }

    fileprivate static func proofWithoutEntry(_ path: String, _ number: Int) -> Self {
        bundleFault("proof-without-entry", path, "the bundle does not hold entry \(number), which this proves; expected both")
    }

    fileprivate static func noEntries(_ path: String) -> Self {
        bundleFault("no-entries", path, "the bundle holds no entry of the ledger; expected one or more")
    }

    fileprivate static func otherIndex(_ path: String, _ found: Int, _ expected: Int) -> Self {
        bundleFault("other-index", path, "the proof is of entry \(found); expected \(expected)")
    }

    fileprivate static func otherProofHead(_ path: String) -> Self {
        bundleFault("other-proof-head", path, "the checkpoint in the proof is not that of 'ledger/checkpoint'; expected the same bytes")
    }

    fileprivate static func noHead(_ path: String) -> Self {
        bundleFault("no-head", path, "the ledger's head cannot be read, so that this proves nothing")
    }

    fileprivate static func notIncluded(_ path: String, _ number: Int, _ head: Checkpoint) -> Self {
        bundleFault("not-included", path, "the entry does not stand at place \(number) of the ledger with the root \(head.root.hex)")
    }

    fileprivate static func unclaimedProof(_ path: String) -> Self {
        bundleFault("unclaimed-proof", path, "the file proves the past of a checkpoint that the statement does not name")
    }

    static func sinceOtherLog(_ path: String, _ found: String, _ old: String) -> Self {
        bundleFault(
            "since-other-log", path, "the head is of the ledger '\(found)'; the earlier checkpoint is of '\(old)'",
            hint: "give the checkpoint of the same ledger")
    }

    static func logCut(_ path: String, _ found: Int, _ old: Int) -> Self {
        bundleFault("log-cut", path, "the ledger has \(found) entries; the earlier checkpoint had \(old): it was cut", hint: "ask what was removed, and why")
    }

    fileprivate static func otherSince(_ path: String, _ found: Int, _ old: Int) -> Self {
        bundleFault(
            "since-other-size", path, "the file proves the past from \(found) entries on; your earlier checkpoint has \(old)",
            hint: "ask for a bundle made with --since and your checkpoint")
    }

    fileprivate static func noSince(_ path: String, _ old: Int) -> Self {
        bundleFault(
            "since-missing", path, "the bundle does not prove that the ledger begins with the \(old) entries of the earlier checkpoint; expected this file",
            hint: "ask for a bundle made with --since and your checkpoint")
    }

    static func pastChanged(_ path: String, _ old: Int) -> Self {
        bundleFault(
            "past-changed", path, "the ledger does not begin with the \(old) entries of the earlier checkpoint: one of them was changed, cut or added",
            hint: "compare the two bundles entry by entry, and ask for the reason")
    }

    fileprivate static func sinceNotSigned(_ path: String, _ origin: String) -> Self {
        bundleFault(
            "since-not-signed", path, "the earlier checkpoint bears no signature of a trusted key of '\(origin)'",
            hint: "give the checkpoint as it stood in the earlier bundle")
    }
}
