import Crypto
import CryptoExtras
public import Diagnostics
import StructuredText
import SwiftASN1
import X509

/// The kinds of keys that sign and verify here.
public enum KeyAlgorithm: String, Hashable, Sendable, CaseIterable {
    /// Pure Ed25519 (RFC 8032).
    case ed25519
    /// ECDSA on the curve P-256 with SHA-256; a signature is the DER of its two numbers (RFC 3279, section 2.2.3).
    case ecdsaP256 = "ecdsa-p256"
    /// RSA of 2048 bits or more, PKCS #1 v1.5 with SHA-256 (RFC 8017, section 8.2).
    case rsa
}

/// A key that verifies signatures. Two keys are equal when their SubjectPublicKeyInfo has the same bytes.
public struct PublicKey: Hashable, Sendable {
    /// Larger RSA keys are refused: they cost more time than any signer needs.
    static let largestModulus = 8192
    /// No PEM text of one key or certificate is longer than this (bytes).
    static let maximumPEMBytes = 64 << 10

    public let algorithm: KeyAlgorithm
    /// The DER of the SubjectPublicKeyInfo (RFC 5280, section 4.1.2.7).
    public let der: [UInt8]
    /// SHA-256 of `der` in hexadecimal digits: what an envelope names as `keyid`.
    public let keyID: String
    /// The same key as the certificates of this module know it.
    let certificateKey: Certificate.PublicKey

    /// Reads a SubjectPublicKeyInfo, in the one spelling that DER allows.
    /// - Throws: a `Diagnostic` when the bytes are no such key, or one of another kind or size.
    public init(der: [UInt8], location: TextLocation? = nil) throws(Diagnostic) {
        let key: Certificate.PublicKey
        do { key = try Certificate.PublicKey(derEncoded: der) } catch { throw .notPublicKey(location) }
        try self.init(certificateKey: key, location: location)
        guard self.der == der else { throw .notPublicKey(location) }
    }

    /// Reads one `PUBLIC KEY` block of PEM (RFC 7468, section 13).
    /// - Throws: a `Diagnostic` when the text is no such block, or its key is of another kind or size.
    public init(pem: String, location: TextLocation? = nil) throws(Diagnostic) {
        guard let document = Self.document(pem) else { throw .notPEM(location, "no single PEM block") }
        guard document.discriminator.utf8.elementsEqual("PUBLIC KEY".utf8) else {
            throw .notPEM(location, "a PEM block '\(document.discriminator)'")
        }
        try self.init(der: document.derBytes, location: location)
    }

    /// The key of a certificate.
    /// - Throws: a `Diagnostic` when it is of a kind or size that is not used here.
    init(certificateKey key: Certificate.PublicKey, location: TextLocation? = nil) throws(Diagnostic) {
        if Curve25519.Signing.PublicKey(key) != nil {
            algorithm = .ed25519
        } else if P256.Signing.PublicKey(key) != nil {
            algorithm = .ecdsaP256
        } else if let rsa = _RSA.Signing.PublicKey(key) {
            guard (2048...Self.largestModulus).contains(rsa.keySizeInBits) else {
                throw .unusableKey(location, "an RSA key of \(rsa.keySizeInBits) bits")
            }
            algorithm = .rsa
        } else {
            throw .unusableKey(location, "a key on another curve")
        }
        var serializer = DER.Serializer()
        do { try serializer.serialize(key) } catch { throw .notPublicKey(location) }
        der = serializer.serializedBytes
        keyID = BinaryText.hex(SHA256.hash(data: der))
        certificateKey = key
    }

    /// The key as a `PUBLIC KEY` block, with a line end after its last line.
    public var pem: String { PEMDocument(type: "PUBLIC KEY", derBytes: der).pemString + "\n" }

    /// Whether the holder of the private key signed exactly these bytes.
    ///
    /// An ECDSA signature must be DER that re-encodes to itself, so that it has one spelling only.
    public func isValid(signature: [UInt8], for bytes: [UInt8]) -> Bool {
        switch algorithm {
        case .ed25519:
            guard signature.count == 64, let key = Curve25519.Signing.PublicKey(certificateKey) else { return false }
            return key.isValidSignature(signature, for: bytes)
        case .ecdsaP256:
            guard let key = P256.Signing.PublicKey(certificateKey),
                let parsed = try? P256.Signing.ECDSASignature(derRepresentation: signature),
                parsed.derRepresentation.elementsEqual(signature)
            else { return false }
            return key.isValidSignature(parsed, for: bytes)
        case .rsa:
            guard let key = _RSA.Signing.PublicKey(certificateKey), signature.count == (key.keySizeInBits + 7) / 8 else { return false }
            let parsed = _RSA.Signing.RSASignature(rawRepresentation: signature)
            return key.isValidSignature(parsed, for: SHA256.hash(data: bytes), padding: .insecurePKCS1v1_5)
        }
    }

    public static func == (a: Self, b: Self) -> Bool { a.der == b.der }
    public func hash(into hasher: inout Hasher) { hasher.combine(der) }

    /// The only PEM block of a text; `nil` when there is none, more than one, or the text is too long for a key.
    static func document(_ pem: String) -> PEMDocument? {
        guard pem.utf8.count <= maximumPEMBytes else { return nil }
        return try? PEMDocument(pemString: pem)
    }
}

extension PublicKey: CustomStringConvertible {
    public var description: String { "\(algorithm.rawValue) \(keyID)" }
}

extension Diagnostic {
    fileprivate static func notPublicKey(_ location: TextLocation?) -> Self {
        Diagnostic(
            id: "key.not-a-public-key", severity: .error, location: location,
            message: "found bytes that are no public key; expected the DER of a SubjectPublicKeyInfo with an Ed25519, P-256 or RSA key",
            hint: "export the key again, such as with 'openssl pkey -in KEY -pubout'")
    }

    fileprivate static func unusableKey(_ location: TextLocation?, _ found: String) -> Self {
        Diagnostic(
            id: "key.unusable", severity: .error, location: location,
            message: "found \(found); expected Ed25519, ECDSA P-256, or RSA of 2048 to \(PublicKey.largestModulus) bits",
            hint: "use a key of one of these kinds")
    }

    fileprivate static func notPEM(_ location: TextLocation?, _ found: String) -> Self {
        Diagnostic(
            id: "key.not-pem", severity: .error, location: location, message: "found \(found); expected one block '-----BEGIN PUBLIC KEY-----'",
            hint: "paste the public key as 'openssl pkey -pubout' prints it")
    }
}
