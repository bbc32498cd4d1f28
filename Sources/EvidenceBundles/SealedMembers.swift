import BagArchives
import Diagnostics
import DurableStorage
import EvidenceLocker
import EvidenceModel
import Glibc
import Redaction
import StructuredText
import TransparencyLog

/// The members of a sealed item: what of it is shown, and the proof that this is what the ledger commits to.
///
/// Where nothing is hidden the proof is there all the same: without it a sealed record would not prove at all.
struct SealedMembers {
    let locker: Locker
    /// The ledger's size.
    let size: Int
    let scratch: String
    let key: PseudonymKey?

    struct Made {
        var members: [ArchiveMember]
        var hidden: [(entry: RedactionRegister.Entry, rules: RedactionRules)]
        var isRedacted: Bool
    }

    func members(of item: EvidenceItem, number: Int, rules: RedactionRules, place: String) throws -> Made {
        let path = "\(locker.log.folder)#\(number)"
        let body = try LedgerEntry.parse(try locker.log.entry(at: number, in: size), path: path).body
        guard let commit = body["commit"], let readingCommit = body["reading"]?["commit"] else {
            throw StorageFault.altered(path, "the entry of a sealed item has no commitment")
        }
        let opening = try locker.opening(of: item)
        let artefact = try RedactedView(
            entry: number, summary: CommitmentSummary(commit, path: path), seed: opening.seed, segmentation: opening.segmentation, rules: rules, key: key)
        let (members, hidden) = try write(
            artefact, FileStream(path: place), item.path, BundleLayout.evidence(number, path: item.path), BundleLayout.redaction(number))
        let original = try locker.reading(of: item)
        let head = String(decoding: original.prefix { $0 != 0x0A }, as: UTF8.self)
        let problems = item.withheld.contains { text in
            var quoted = ""
            quoteJSON(text, into: &quoted)
            return head.contains(quoted.dropFirst().dropLast())
        }
        let isOpen = item.withheldFacts.isEmpty && !problems
        let readingRules = isOpen ? RedactionRules(rules: []) : RedactionRules.withheld(facts: item.withheldFacts, problems: problems)
        // The reading has a register entry of its own: its number is that of the entry, counted from the end.
        let reading = try RedactedView(
            entry: BundleLayout.readingEntry(number), summary: CommitmentSummary(readingCommit, path: path), seed: opening.readingSeed, segmentation: .reading,
            rules: readingRules)
        let (readingMembers, readingHidden) = try write(
            reading, MemoryStream(original), item.path, BundleLayout.reading(number), BundleLayout.readingRedaction(number))
        return Made(
            members: members + readingMembers, hidden: [(hidden, rules), (readingHidden, readingRules)], isRedacted: hidden.count + readingHidden.count > 0)
    }

    /// Writes view and proof to files: neither need fit into memory.
    private func write(
        _ view: RedactedView, _ stream: any ByteStream, _ path: String, _ viewName: String, _ proofName: String
    ) throws -> ([ArchiveMember], RedactionRegister.Entry) {
        let viewFile = try ScratchFile("\(scratch)/\(viewName.replacing("/", with: "_"))")
        let proofFile = try ScratchFile("\(scratch)/\(proofName.replacing("/", with: "_"))")
        let hidden = try view.write(original: stream, path: path, view: viewFile.write, proof: proofFile.write)
        return (
            [.file(viewName, place: viewFile.path, size: viewFile.size), .file(proofName, place: proofFile.path, size: proofFile.size)], hidden
        )
    }
}

extension BundleLayout {
    /// The number under which the register lists what is hidden of an entry's reading: beyond all entries, so that artefact and reading never meet.
    public static func readingEntry(_ number: Int) -> Int { number + (1 << 40) }
}

/// A file that is only written, from its beginning.
private final class ScratchFile {
    let path: String
    private(set) var size = 0
    private let descriptor: Int32

    init(_ path: String) throws {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw StorageFault.system("cannot create the file", path, errno) }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    func write(_ bytes: UnsafeRawBufferPointer) throws {
        try writeAll(descriptor, bytes, path)
        size += bytes.count
    }
}
