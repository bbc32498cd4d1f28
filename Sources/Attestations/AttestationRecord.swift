public import Diagnostics
public import EvidenceModel
public import Signatures
public import StructuredText

/// An attestation as one ledger entry tells it: the values, and the signature over them.
///
/// The signature is that of a DSSE envelope whose payload is an in-toto statement: the subject is the attestation's id with the SHA-256 of its text, the
/// predicate is the entry's body without `signature`. So the envelope can be made again from the entry, and nothing is kept twice.
public struct AttestationRecord: Sendable {
    /// The type of the predicate.
    public static let predicateType = "https://dossier.example/attestation/statement/v1"
    /// A ledger entry has at most 16 KiB; what surrounds the body takes less than one.
    static let maximumBody = 15 << 10

    /// The values; their signature's state is not known yet.
    public var attestation: RecordedAttestation
    /// The raw signature.
    public var signature: [UInt8]?

    public init(_ attestation: RecordedAttestation, signature: [UInt8]? = nil) {
        self.attestation = attestation
        self.signature = signature
    }

    /// Signs the values with a key, whose id becomes one of them.
    /// - Throws: a `Diagnostic` when they are too long for a ledger entry; what the key throws.
    public static func signed(_ attestation: RecordedAttestation, by key: SigningKey) throws -> AttestationRecord {
        var record = AttestationRecord(attestation)
        record.attestation.key = key.publicKey.keyID
        var envelope = Envelope(payload: try record.statement().bytes)
        try envelope.sign(with: key)
        record.signature = envelope.signatures.first?.bytes
        let count = CanonicalJSON.bytes(record.body).count
        guard count <= maximumBody else { throw Diagnostic.tooLong(attestation.id, count) }
        return record
    }

    /// The statement that is signed.
    public func statement() throws(Diagnostic) -> Statement {
        try Statement(
            subjects: [.init(name: attestation.id, sha256: attestation.textSHA256)], predicateType: Self.predicateType, predicate: .object(values))
    }

    /// The DSSE envelope of the record, such as for a bundle; `nil` when nothing is signed.
    public func envelope() throws(Diagnostic) -> Envelope? {
        guard let signature, let key = attestation.key else { return nil }
        var envelope = Envelope(payload: try statement().bytes)
        try envelope.add(.init(keyID: key, bytes: signature))
        return envelope
    }

    /// The body of the ledger entry.
    public var body: Value { .object(values + [("signature", signature.map { .string(BinaryText.base64($0)) })]) }

    private var values: [(String, Value?)] {
        let period = attestation.period
        return [
            ("at", .string(attestation.at.timestamp)), ("controls", .list(attestation.controls.map { .string($0) })),
            ("decided-on", .text(attestation.decidedOn?.text)), ("decision", .string(attestation.decision.rawValue)),
            ("framework", .string(attestation.framework)), ("id", .string(attestation.id)), ("key", .text(attestation.key)),
            (
                "period",
                .object([("from", .string(period.from.timestamp)), ("label", .string(period.label)), ("to", .string(period.to.timestamp))])
            ),
            ("person", .string(attestation.person)), ("reason", .text(attestation.reason)), ("recorded-by", .text(attestation.recordedBy)),
            ("role", .string(attestation.role)), ("supersedes", attestation.supersedes.map { .int($0) }), ("system", .string(attestation.system)),
            ("text", .string(attestation.text)), ("text-sha256", .string(attestation.textSHA256)), ("via", .string(attestation.route.rawValue)),
        ]
    }

    static let names = [
        "at", "controls", "decided-on", "decision", "framework", "id", "key", "period", "person", "reason", "recorded-by", "role", "signature",
        "supersedes", "system", "text", "text-sha256", "via",
    ]
}

extension AttestationRecord {
    /// Reads the body of a ledger entry strictly.
    /// - Throws: a `Diagnostic` when a value is missing, of another kind, or unknown.
    public init(body: Value, entry: Int, path: String) throws(Diagnostic) {
        let reader = BodyReader(body: body, entry: entry, path: path)
        guard let members = body.members else { throw reader.fault("the body") }
        for member in members where !Self.names.contains(where: { isSame($0, member.key) }) { throw reader.fault("'\(member.key)'") }
        guard let from = body["period"]?["from"]?.string.flatMap({ Instant($0) }), let to = body["period"]?["to"]?.string.flatMap({ Instant($0) }),
            let label = body["period"]?["label"]?.string, from < to, body["period"]?.members?.count == 3
        else { throw reader.fault("'period'") }
        guard let controls = body["controls"]?.list?.compactMap(\.string), !controls.isEmpty, controls.count == body["controls"]?.list?.count else {
            throw reader.fault("'controls'")
        }
        guard let decision = RecordedAttestation.Decision(rawValue: try reader.text("decision")) else { throw reader.fault("'decision'") }
        guard let route = RecordedAttestation.Route(rawValue: try reader.text("via")) else { throw reader.fault("'via'") }
        guard let at = Instant(try reader.text("at")) else { throw reader.fault("'at'") }
        var decidedOn: Instant?
        if let text = try reader.optionalText("decided-on") {
            decidedOn = Instant(text)
            if decidedOn == nil { throw reader.fault("'decided-on'") }
        }
        if let value = body["supersedes"], value.int == nil { throw reader.fault("'supersedes'") }
        attestation = RecordedAttestation(
            id: try reader.text("id"), system: try reader.text("system"), framework: try reader.text("framework"), controls: controls,
            period: Period(from: from, to: to, label: label), person: try reader.text("person"), role: try reader.text("role"), decision: decision,
            reason: try reader.optionalText("reason"), decidedOn: decidedOn, text: try reader.text("text"), textSHA256: try reader.text("text-sha256"),
            route: route, recordedBy: try reader.optionalText("recorded-by"), supersedes: body["supersedes"]?.int, key: try reader.optionalText("key"),
            at: at, entry: entry)
        guard let text = try reader.optionalText("signature") else { return }
        guard let bytes = BinaryText.bytes(base64: text) else { throw reader.fault("'signature'") }
        signature = bytes
    }

    /// What its signature is worth: the key must be one of the workspace's, the words must give their hash, and the time must be the entry's.
    public func signatureState(keys: AttestationKeys, entryAt: Instant) -> RecordedAttestation.SignatureState {
        guard isSame(RequestedAttestation.sha256(of: attestation.text), attestation.textSHA256), attestation.at == entryAt else { return .wrong }
        guard let signature, let keyID = attestation.key else { return .absent }
        guard let key = keys.key(keyID) else { return .unknownKey }
        guard let payload = try? statement().bytes else { return .wrong }
        let envelope = Envelope(payload: payload)
        return envelope.isValid(.init(keyID: keyID, bytes: signature), by: key.key) ? .valid(keyName: key.name) : .wrong
    }
}

/// Takes texts out of the body of an entry.
private struct BodyReader {
    let body: Value
    let entry: Int
    let path: String

    func text(_ name: String) throws(Diagnostic) -> String {
        guard let text = body[name]?.string, !text.isEmpty else { throw fault("'\(name)'") }
        return text
    }

    func optionalText(_ name: String) throws(Diagnostic) -> String? { body[name] == nil ? nil : try text(name) }

    func fault(_ what: String) -> Diagnostic { .unreadableRecord(path, entry, what) }
}

extension Diagnostic {
    fileprivate static func unreadableRecord(_ path: String, _ entry: Int, _ what: String) -> Self {
        Diagnostic(
            id: "attestation.unreadable-record", severity: .error, location: TextLocation(path: path),
            message: "entry \(entry) is an attestation in which \(what) is missing, unknown or of another kind; it counts for nothing",
            hint: "use the version of dossier that wrote it, or withdraw the entry")
    }

    fileprivate static func tooLong(_ id: String, _ count: Int) -> Self {
        Diagnostic(
            id: "attestation.too-long", severity: .error, location: TextLocation(path: "attestations/\(id).yaml"),
            message: "the record of '\(id)' has \(count) bytes; expected at most \(AttestationRecord.maximumBody) in one ledger entry",
            hint: "shorten the text or the reason, or name the control above the controls")
    }
}
