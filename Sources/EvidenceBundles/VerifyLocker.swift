import Diagnostics
import DurableStorage
import EvidenceLocker
import EvidenceModel
import Glibc
import Signatures
import StructuredText
import TransparencyLog

/// Verifies a locker where it stands: the whole ledger, every stored byte, every record against its entry.
public struct LockerVerifier: Sendable {
    private let options: VerifierOptions

    public init(_ options: VerifierOptions) { self.options = options }

    /// - Parameter origin: the name that the workspace gives the ledger; `nil` when any will do.
    /// - Throws: a `StorageFault` when there is no locker at the path.
    public func verify(_ root: String, origin: String? = nil) async throws -> VerificationReport {
        guard FileStatus.isTaken("\(root)/ledger/checkpoint") || FileStatus.isTaken("\(root)/ledger") else {
            throw StorageFault.system("there is no ledger", "\(root)/ledger", ENOENT)
        }
        var report = VerificationReport(subject: .locker, path: root, isTrusted: options.trust != nil)
        let log = TileLog(folder: "\(root)/ledger")
        var findings: [Diagnostic] = []
        var head: (checkpoint: Checkpoint, note: [UInt8])?
        do {
            try log.check()
            head = try log.head()
        } catch {
            findings.append(.cause(of: error, at: root))
            head = try? log.head()
        }
        report.id = head?.checkpoint.origin
        report.checks.append(VerificationCheck(.ledger, findings: findings, good: "\(head?.checkpoint.size ?? 0) entries and all their tiles"))
        if let head {
            let signed = HeadSignatures(note: head.note, head: head.checkpoint, path: "\(root)/ledger/checkpoint", options: options)
            report.signatures = signed.results
            report.checks.append(signed.check)
            report.checks.append(originCheck(head.checkpoint, origin, "\(root)/ledger/checkpoint"))
        } else {
            report.checks.append(VerificationCheck(.signatures, .notChecked, "the ledger has no head yet", isAboutTrust: true))
        }
        let objects = await StoredObjects.hashed(root, cores: options.cores)
        report.files = objects.sizes.count
        report.bytes = objects.sizes.values.reduce(0, +)
        checkRecords(root, objects, &report)
        report.checks.append(sinceCheck(log, head?.checkpoint))
        return report
    }

    private func originCheck(_ head: Checkpoint, _ expected: String?, _ path: String) -> VerificationCheck {
        guard let expected else { return VerificationCheck(.checkpoint, .passed, "the ledger is '\(head.origin)'") }
        return VerificationCheck(
            .checkpoint, findings: isSame(head.origin, expected) ? [] : [.otherOrigin(path, head.origin, expected)], good: "the ledger is '\(head.origin)'")
    }

    // MARK: records

    /// Holds every record that was ever collected, superseded ones too, against its entry.
    private func checkRecords(_ root: String, _ objects: StoredObjects, _ report: inout VerificationReport) {
        var faults: [Diagnostic] = []
        var needed: Set<String> = []
        var count = 0
        var retired = 0
        do {
            // Opening it compares the readings of what is current with their entries, sealed ones by their blinds.
            let locker = try Locker(reading: root)
            for item in try locker.history() {
                count += 1
                if item.isRetired {
                    retired += 1
                    continue
                }
                needed.insert(item.digest)
                do { try check(item.digest, size: item.size, isSealed: item.blinded != nil, objects, root) { try locker.verify(item) } } catch {
                    faults.append(.cause(of: error, at: root))
                }
            }
            needed.formUnion(try readings(locker))
        } catch {
            faults.append(.cause(of: error, at: root))
        }
        var objectFaults = objects.faults
        for digest in needed.sorted() where objects.sizes[digest] == nil && !objects.isFaulty(digest) && digest.hasPrefix("sha256:") {
            objectFaults.append(.objectMissing(objects.path(digest)))
        }
        let spare = faults.isEmpty ? objects.sizes.keys.count { !needed.contains($0) } : 0
        let words = spare == 0 ? "" : "; \(spare) of them belong to no plain entry (readings of sealed records, or left by a run that was cut short)"
        report.checks.append(VerificationCheck(.objects, findings: objectFaults, good: "\(objects.sizes.count) objects of \(report.bytes) bytes\(words)"))
        report.checks.append(
            VerificationCheck(.items, findings: faults, good: "\(count) records, superseded ones included, \(retired) of them retired"))
    }

    /// A plain record's object was hashed with all others; a sealed one is hashed again with its blind.
    private func check(_ digest: String, size: Int, isSealed: Bool, _ objects: StoredObjects, _ root: String, again: () throws -> Void) throws {
        if isSealed { return try again() }
        guard let found = objects.sizes[digest] else { return }
        guard found == size else { throw Diagnostic.otherLength(objects.path(digest), found, size) }
    }

    /// The digests of the readings that entries name.
    private func readings(_ locker: Locker) throws -> [String] {
        var digests: [String] = []
        let retired = Set(locker.contents.records(of: .retirement).compactMap { $0.entry.body["entry"]?.int })
        try locker.log.forEachEntry(from: 0, to: locker.contents.entries) { index, bytes in
            let parsed = try LedgerEntry.parse(bytes, path: "\(locker.log.folder)#\(index)")
            guard parsed.entry.type == .item, !retired.contains(index), let digest = parsed.body["reading"]?["sha256"]?.string else { return }
            digests.append("sha256:\(digest)")
        }
        return digests
    }

    // MARK: the past

    private func sinceCheck(_ log: TileLog, _ head: Checkpoint?) -> VerificationCheck {
        guard let since = options.since else { return VerificationCheck(.since, .notChecked, "no earlier checkpoint was given (--since)", isAsked: false) }
        let path = "\(log.folder)/checkpoint"
        do {
            let old = try EarlierCheckpoint(since, trust: options.trust).checkpoint
            guard let head else { throw Diagnostic.logCut(path, 0, old.size) }
            guard isSame(old.origin, head.origin) else { throw Diagnostic.sinceOtherLog(path, head.origin, old.origin) }
            guard old.size <= head.size else { throw Diagnostic.logCut(path, head.size, old.size) }
            guard try log.root(at: old.size, in: head.size) == old.root else { throw Diagnostic.pastChanged(path, old.size) }
            return VerificationCheck(.since, .passed, "nothing before entry \(old.size) was changed or cut")
        } catch {
            return VerificationCheck(.since, findings: [.cause(of: error, at: path)], good: "")
        }
    }
}

extension Diagnostic {
    fileprivate static func otherOrigin(_ path: String, _ found: String, _ expected: String) -> Self {
        bundleFault(
            "other-origin", path, "the ledger is '\(found)'; the workspace names it '\(expected)'",
            hint: "correct 'ledger:' in dossier.yaml; a ledger keeps its name")
    }

    fileprivate static func objectMissing(_ path: String) -> Self {
        bundleFault("object-missing", path, "an entry of the ledger needs this object, and it is not there", hint: "restore the locker from a copy")
    }

    fileprivate static func otherLength(_ path: String, _ found: Int, _ recorded: Int) -> Self {
        bundleFault("not-as-recorded", path, "the object has \(found) bytes; its entry records \(recorded)", hint: "restore the locker from a copy")
    }
}
