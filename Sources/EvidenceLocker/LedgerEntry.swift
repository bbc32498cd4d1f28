public import Diagnostics
public import EvidenceModel
public import StructuredText

/// One entry of the ledger: what happened, when, and a nonce, so that its hash gives nothing away to who sees it as a sibling in a proof.
///
/// Its bytes are canonical JSON: `{"at":…,"<type>":{…},"nonce":…,"type":…,"v":1}`, at most 16 KiB.
public struct LedgerEntry: Sendable {
    /// What an entry can tell.
    public enum EntryType: String, CaseIterable, Sendable {
        /// An artefact was collected.
        case item
        /// A file could not be read.
        case unread
        /// A file that could not be read is gone; or an exception, an attestation or a hold no longer holds.
        case withdrawal
        /// A gap was accepted for a time.
        case exception
        /// A named person stated something.
        case attestation
        /// A register of redactions was issued.
        case redaction
        /// A pack was issued.
        case pack
        /// Bytes were deleted at the end of their retention.
        case retirement
        /// Evidence is kept beyond its retention by order of somebody.
        case hold
        /// A collection began or ended.
        case run
    }

    public var at: Instant
    public var type: EntryType
    /// What the entry tells, under the name of its type.
    public var body: Value
    /// 16 bytes.
    public var nonce: [UInt8]
    /// True when nonces and salts came from a demonstration seed: nothing in such a ledger is confidential.
    public var isDemonstration: Bool

    public init(at: Instant, type: EntryType, body: Value, nonce: [UInt8], isDemonstration: Bool = false) {
        self.at = at
        self.type = type
        self.body = body
        self.nonce = nonce
        self.isDemonstration = isDemonstration
    }

    /// The canonical bytes, which the ledger's leaf hash is over.
    public var bytes: [UInt8] {
        CanonicalJSON.bytes(
            .object([
                ("at", .string(at.timestamp)), (type.rawValue, body), ("demonstration", isDemonstration ? true : nil),
                ("nonce", .string(BinaryText.hex(nonce))), ("type", .string(type.rawValue)), ("v", 1),
            ]))
    }

    /// Reads an entry strictly.
    /// - Throws: a `Diagnostic` when the bytes are no entry that this version knows, or not in canonical form.
    public static func parse(_ bytes: [UInt8], path: String) throws(Diagnostic) -> (entry: LedgerEntry, body: JSONNode) {
        let node = try CanonicalJSON.parse(bytes, path: path)
        guard node["v"]?.int == 1, let type = node["type"]?.string.flatMap(EntryType.init), let at = node["at"]?.string.flatMap({ Instant($0) }),
            let nonce = node["nonce"]?.string.flatMap({ BinaryText.bytes(hex: $0) }), nonce.count == 16, let body = node[type.rawValue],
            let members = node.members, members.allSatisfy({ ["at", "demonstration", "nonce", "type", "v", type.rawValue].contains($0.key) })
        else { throw .noEntry(path) }
        let entry = LedgerEntry(
            at: at, type: type, body: try CanonicalJSON.value(of: body, path: path), nonce: nonce, isDemonstration: node["demonstration"]?.bool ?? false)
        return (entry, body)
    }
}

extension Diagnostic {
    fileprivate static func noEntry(_ path: String) -> Self {
        Diagnostic(
            id: "ledger.no-entry", severity: .error, location: TextLocation(path: path), message: "this is no ledger entry that this version knows",
            hint: "use the version of dossier that wrote it, or restore it as it was")
    }
}
