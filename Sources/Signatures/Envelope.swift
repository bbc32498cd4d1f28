public import Diagnostics
import StructuredText

/// A statement and the signatures over it: a DSSE 1.0 envelope in canonical JSON, so that it has one spelling only.
///
/// Nothing signs the envelope around its payload. What a reader could overlook there is refused: other fields, other Base64, a key twice, another order.
public struct Envelope: Hashable, Sendable {
    /// One signature over the payload.
    public struct Signature: Hashable, Sendable {
        /// The key by its `PublicKey.keyID`: a hint that proves nothing.
        public var keyID: String
        public var bytes: [UInt8]
        /// DER certificates, the signer's first and without the root, as in RFC 7515, section 4.1.6; empty when the key speaks for itself.
        public var certificates: [[UInt8]]

        public init(keyID: String, bytes: [UInt8], certificates: [[UInt8]] = []) {
            self.keyID = keyID
            self.bytes = bytes
            self.certificates = certificates
        }
    }

    /// Envelopes over this size are refused (bytes).
    public static let maximumBytes = 4 << 20
    static let maximumValues = 4_000
    /// The longest signature (bytes): that of the largest RSA key. Nothing covers what stands under an unknown key, so that it has no room for more.
    static let maximumSignature = 1_024
    static let maximumSignatures = 64
    static let maximumCertificates = 8

    public let payloadType: String
    public let payload: [UInt8]
    /// In the order of the key ids, each once.
    public private(set) var signatures: [Signature] = []

    public init(payload: [UInt8], payloadType: String = Statement.payloadType) {
        self.payload = payload
        self.payloadType = payloadType
    }

    /// What is signed: `DSSEv1`, then type and body, each after its length in bytes.
    public static func pae(type: String, body: [UInt8]) -> [UInt8] {
        Array("DSSEv1 \(type.utf8.count) \(type) \(body.count) ".utf8) + body
    }

    /// The bytes that each signature of this envelope covers.
    public var signedBytes: [UInt8] { Self.pae(type: payloadType, body: payload) }

    /// Adds a signature at its place in the order.
    /// - Throws: a `Diagnostic` when the key has signed already, or the signature would make an envelope that is not read again.
    public mutating func add(_ signature: Signature) throws(Diagnostic) {
        let id = Array(signature.keyID.utf8)
        guard isSHA256(signature.keyID), (1...Self.maximumSignature).contains(signature.bytes.count) else { throw .badSignature(nil, "no key id or signature") }
        guard signature.certificates.count <= Self.maximumCertificates else { throw .badSignature(nil, "\(signature.certificates.count) certificates") }
        guard signatures.count < Self.maximumSignatures else { throw .tooManySignatures(nil) }
        let at = signatures.firstIndex { !Array($0.keyID.utf8).lexicographicallyPrecedes(id) } ?? signatures.count
        if at < signatures.count, signatures[at].keyID.utf8.elementsEqual(id) { throw .signedTwice(signature.keyID) }
        signatures.insert(signature, at: at)
    }

    /// Signs the payload with a key.
    /// - Parameter certificates: those of the key, the signer's first and without the root.
    /// - Throws: a `Diagnostic` when the key has signed already; what the key throws.
    public mutating func sign(with key: SigningKey, certificates: [[UInt8]] = []) throws {
        try add(Signature(keyID: key.publicKey.keyID, bytes: try key.sign(signedBytes), certificates: certificates))
    }

    /// Whether a signature is the key's over this payload, under the key's own id.
    public func isValid(_ signature: Signature, by key: PublicKey) -> Bool {
        guard key.keyID.utf8.elementsEqual(signature.keyID.utf8), key.isValid(signature: signature.bytes, for: signedBytes) else { return false }
        // Nothing covers the envelope's own bytes: of the two signatures that verify alike only one counts.
        return key.algorithm != .ecdsaP256 || LowSignature.isLow(signature.bytes)
    }

    /// The statement of the payload. Verify first: only bytes that a trusted key signed are worth reading.
    /// - Throws: a `Diagnostic` when the type is another, or the payload is no statement.
    public func statement(path: String) throws(Diagnostic) -> Statement {
        guard payloadType.utf8.elementsEqual(Statement.payloadType.utf8) else { throw .otherType(path, payloadType) }
        return try Statement.parse(payload, path: path)
    }

    /// The canonical bytes, without a line end.
    public var bytes: [UInt8] {
        let list = signatures.map { signature in
            Value.object([
                ("keyid", .string(signature.keyID)), ("sig", .string(BinaryText.base64(signature.bytes))),
                ("x5c", signature.certificates.isEmpty ? nil : .list(signature.certificates.map { .string(BinaryText.base64($0)) })),
            ])
        }
        return CanonicalJSON.bytes(
            .object([("payload", .string(BinaryText.base64(payload))), ("payloadType", .string(payloadType)), ("signatures", .list(list))]))
    }

    /// Reads the canonical bytes and refuses every other spelling of the same envelope.
    /// - Throws: a `Diagnostic` with the place of the fault.
    public static func parse(_ bytes: [UInt8], path: String) throws(Diagnostic) -> Envelope {
        // Beside its two texts an envelope has few values; each costs memory when it is read.
        guard bytes.count <= maximumBytes, jsonValueCount(in: bytes) <= maximumValues else { throw .tooLarge(path) }
        let reader = StrictJSON(path: path, subject: "envelope")
        let root = try CanonicalJSON.parse(bytes, path: path)
        let fields = try reader.fields(root, required: ["payload", "payloadType", "signatures"])
        let type = try reader.string(fields[1])
        guard (1...256).contains(type.utf8.count), type.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw reader.fault(fields[1], "unknown-type", "a payload type that is no media type", "printable ASCII without blanks")
        }
        var envelope = Envelope(payload: try reader.base64(fields[0]), payloadType: type)
        let list = try reader.list(fields[2], 0...maximumSignatures)
        for node in list {
            let signature = try Self.signature(node, reader)
            if let last = envelope.signatures.last {
                let order = (Array(last.keyID.utf8), Array(signature.keyID.utf8))
                if order.0 == order.1 { throw reader.fault(node, "key-twice", "a second signature by the key \(signature.keyID)", "each key once") }
                guard order.0.lexicographicallyPrecedes(order.1) else {
                    throw reader.fault(node, "not-in-order", "a key id that is smaller than the one before", "signatures in the order of their key ids")
                }
            }
            envelope.signatures.append(signature)
        }
        return envelope
    }

    private static func signature(_ node: JSONNode, _ reader: StrictJSON) throws(Diagnostic) -> Signature {
        let hasCertificates = node["x5c"] != nil
        let fields = try reader.fields(node, required: hasCertificates ? ["keyid", "sig", "x5c"] : ["keyid", "sig"])
        let keyID = try reader.sha256(fields[0])
        var signature = Signature(keyID: keyID, bytes: try reader.base64(fields[1]))
        guard !signature.bytes.isEmpty else { throw reader.fault(fields[1], "empty-signature", "an empty signature", "its bytes in Base64") }
        guard signature.bytes.count <= maximumSignature else {
            throw reader.fault(fields[1], "long-signature", "a signature of \(signature.bytes.count) bytes", "at most \(maximumSignature)")
        }
        if hasCertificates {
            for item in try reader.list(fields[2], 1...maximumCertificates) { signature.certificates.append(try reader.base64(item)) }
        }
        return signature
    }
}

/// Whether a text is a SHA-256 digest as it is written here: 64 lower-case hexadecimal digits.
func isSHA256(_ text: String) -> Bool { text.utf8.count == 64 && BinaryText.bytes(hex: text) != nil }

extension Diagnostic {
    fileprivate static func badSignature(_ location: TextLocation?, _ found: String) -> Self {
        Diagnostic(
            id: "envelope.bad-signature", severity: .error, location: location,
            message: "found \(found); expected a key id, a signature and at most \(Envelope.maximumCertificates) certificates",
            hint: "give the certificates of the chain alone, without the root")
    }

    fileprivate static func tooManySignatures(_ location: TextLocation?) -> Self {
        Diagnostic(
            id: "envelope.too-many-signatures", severity: .error, location: location,
            message: "the envelope holds \(Envelope.maximumSignatures) signatures already, which is the most that are read",
            hint: "sign a new envelope")
    }

    fileprivate static func signedTwice(_ keyID: String) -> Self {
        Diagnostic(
            id: "envelope.signed-twice", severity: .error, message: "the key \(keyID) has signed this already; expected each key once",
            hint: "sign with the key of another person")
    }

    fileprivate static func otherType(_ path: String, _ type: String) -> Self {
        Diagnostic(
            id: "envelope.other-type", severity: .error, location: TextLocation(path: path),
            message: "the payload is of the type '\(type)'; expected '\(Statement.payloadType)'", hint: "give the envelope that signs the bundle")
    }

    fileprivate static func tooLarge(_ path: String) -> Self {
        Diagnostic(
            id: "envelope.too-large", severity: .error, location: TextLocation(path: path),
            message: "the envelope is larger than \(Envelope.maximumBytes >> 20) MiB, or has more than \(Envelope.maximumValues) values",
            hint: "restore the file as it was issued")
    }
}
