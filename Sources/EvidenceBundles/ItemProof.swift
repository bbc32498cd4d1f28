public import BagArchives
import Diagnostics
import DurableStorage
public import EvidenceLocker
public import EvidenceModel
public import Redaction
public import TransparencyLog

/// One item for an outsider: its artefact, its entry of the ledger and the proof of it, and nothing of any other entry.
///
/// Of a sealed item the artefact is its view, with the proof of its segments and the register of what is hidden.
public struct ItemProof {
    public let artefact: ArchiveMember
    public let entry: ArchiveMember
    public let proof: ArchiveMember
    /// `nil` for an item that is not sealed.
    public private(set) var segments: ArchiveMember?
    public private(set) var register: ArchiveMember?
    /// How many places are hidden.
    public private(set) var hidden = 0
    /// The head of the ledger that the proof leads to.
    public let head: Checkpoint

    /// In the order in which they are written.
    public var files: [ArchiveMember] { [artefact, entry, proof] + [segments, register].compactMap { $0 } }

    /// - Parameters:
    ///   - rules: what is hidden of a sealed item.
    ///   - key: for pseudonyms, one recipient's.
    ///   - scratch: a folder for the view; the artefact is read from it.
    /// - Throws: a `StorageFault` when the artefact is gone or was altered, a `Diagnostic` when the rules do not fit.
    public init(of item: EvidenceItem, locker: Locker, rules: RedactionRules?, key: PseudonymKey?, scratch: String) throws {
        guard let number = item.entry, let head = try locker.log.head() else { throw Diagnostic.notRecorded(item.path) }
        guard !item.isRetired, let place = locker.place(of: item.digest) else { throw Diagnostic.noBytes(item.path, isRetired: item.isRetired) }
        try locker.verify(item)
        let size = head.checkpoint.size
        let digits = BundleLayout.number(number)
        self.head = head.checkpoint
        entry = ArchiveMember(name: "entry-\(digits).json", bytes: try locker.log.entry(at: number, in: size))
        let inclusion = LogProof(index: number, hashes: try locker.log.inclusionProof(of: number, in: size), checkpoint: head.note)
        proof = ArchiveMember(name: "entry-\(digits).tlog-proof", bytes: inclusion.bytes)
        let evidence = BundleLayout.evidence(number, path: item.path)
        let name = String(evidence.split(separator: "/").last ?? "record")
        guard item.blinded != nil else {
            artefact = ArchiveMember(name: name, size: item.size) { try FileStream(path: place) }
            return
        }
        let rules = rules ?? RedactionRules(rules: [])
        let made = try SealedMembers(locker: locker, size: size, scratch: scratch, key: key).members(of: item, number: number, rules: rules, place: place)
        let segmentsName = BundleLayout.redaction(number)
        guard let view = made.members.first(where: { isSame($0.name, evidence) }), let lines = made.members.first(where: { isSame($0.name, segmentsName) }),
            let hiding = made.hidden.first(where: { $0.entry.entry == number })
        else { throw Diagnostic.noBytes(item.path, isRetired: false) }
        artefact = ArchiveMember(name: name, size: view.size, open: view.open)
        segments = ArchiveMember(name: "segments-\(digits).jsonl", size: lines.size, open: lines.open)
        var register = RedactionRegister()
        try register.add(hiding.entry, source: hiding.rules)
        self.register = ArchiveMember(name: "register.json", bytes: register.bytes)
        hidden = register.count
    }
}

extension Diagnostic {
    fileprivate static func notRecorded(_ path: String) -> Self {
        Diagnostic(
            id: "prove.not-recorded", severity: .error, location: TextLocation(path: path), message: "the item has no entry in the ledger; expected one",
            hint: "run 'dossier collect'")
    }

    fileprivate static func noBytes(_ path: String, isRetired: Bool) -> Self {
        let why = isRetired ? "its bytes were deleted at the end of their retention" : "its bytes are not in the locker"
        return Diagnostic(
            id: "prove.no-bytes", severity: .error, location: TextLocation(path: path), message: "the record cannot be handed out: \(why)",
            hint: isRetired ? "hand out the entry of its retirement with a bundle" : "restore the locker from a copy")
    }
}
