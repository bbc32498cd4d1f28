import Crypto
import CryptoExtras
public import Diagnostics
import SwiftASN1
import X509

/// A key that signs. Whatever prints it shows its public half alone.
public struct SigningKey: Sendable {
    enum Secret: Sendable {
        case ed25519(Curve25519.Signing.PrivateKey)
        case ecdsaP256(P256.Signing.PrivateKey)
        case rsa(_RSA.Signing.PrivateKey)
    }

    /// New RSA keys have so many bits.
    static let newModulus = 3072

    let secret: Secret
    public let publicKey: PublicKey

    init(_ secret: Secret, location: TextLocation? = nil) throws(Diagnostic) {
        self.secret = secret
        publicKey =
            switch secret {
            case .ed25519(let key): try PublicKey(certificateKey: Certificate.PublicKey(key.publicKey), location: location)
            case .ecdsaP256(let key): try PublicKey(certificateKey: Certificate.PublicKey(key.publicKey), location: location)
            case .rsa(let key): try PublicKey(certificateKey: Certificate.PublicKey(key.publicKey), location: location)
            }
    }

    /// A new key from the system's random numbers.
    /// - Throws: a `Diagnostic` when the system cannot make one.
    public static func generate(_ algorithm: KeyAlgorithm) throws(Diagnostic) -> SigningKey {
        switch algorithm {
        case .ed25519: return try SigningKey(.ed25519(Curve25519.Signing.PrivateKey()))
        case .ecdsaP256: return try SigningKey(.ecdsaP256(P256.Signing.PrivateKey()))
        case .rsa:
            let key: _RSA.Signing.PrivateKey
            do { key = try _RSA.Signing.PrivateKey(keySize: _RSA.Signing.KeySize(bitCount: newModulus)) } catch { throw .notGenerated() }
            return try SigningKey(.rsa(key))
        }
    }

    /// The Ed25519 key of a seed of 32 bytes (RFC 8032, section 5.1.5).
    /// - Throws: a `Diagnostic` when the seed has another length.
    public static func ed25519(seed: [UInt8]) throws(Diagnostic) -> SigningKey {
        let key: Curve25519.Signing.PrivateKey
        do { key = try Curve25519.Signing.PrivateKey(rawRepresentation: seed) } catch { throw .seedLength(seed.count) }
        return try SigningKey(.ed25519(key))
    }

    /// Reads one PEM block: `PRIVATE KEY`, or `ENCRYPTED PRIVATE KEY` with its passphrase (RFC 7468, sections 10 and 11).
    /// - Throws: a `Diagnostic` when the text is no such block, the passphrase is missing or wrong, or the key is of another kind.
    public init(pem: String, passphrase: [UInt8]? = nil, location: TextLocation? = nil) throws(Diagnostic) {
        guard let document = PublicKey.document(pem) else { throw .notPrivatePEM(location, "no single PEM block") }
        switch document.discriminator {
        case "PRIVATE KEY": self = try PrivateKeyInfo.read(document.derBytes, location: location)
        case "ENCRYPTED PRIVATE KEY":
            guard let passphrase, !passphrase.isEmpty else { throw .passphraseMissing(location) }
            self = try EncryptedKey.read(document.derBytes, passphrase: passphrase, location: location)
        default: throw .notPrivatePEM(location, "a PEM block '\(document.discriminator)'")
        }
    }

    /// Whether a PEM text says that it holds an encrypted key.
    static func isEncrypted(pem: String) -> Bool { PublicKey.document(pem)?.discriminator == "ENCRYPTED PRIVATE KEY" }

    /// The key as an `ENCRYPTED PRIVATE KEY` block, which `openssl pkey` reads with the passphrase. There is no way to write it in the clear.
    /// - Throws: a `Diagnostic` when the passphrase is empty, or the system has no memory for the derivation.
    public func encryptedPEM(passphrase: [UInt8]) throws(Diagnostic) -> String { try encryptedPEM(passphrase: passphrase, cost: .standard) }

    func encryptedPEM(passphrase: [UInt8], cost: EncryptedKey.Cost) throws(Diagnostic) -> String {
        guard !passphrase.isEmpty else { throw .passphraseMissing(nil) }
        let der = try EncryptedKey.write(self, passphrase: passphrase, cost: cost)
        return PEMDocument(type: "ENCRYPTED PRIVATE KEY", derBytes: der).pemString + "\n"
    }

    /// The signature over these bytes, in the form that `PublicKey.isValid` reads.
    /// - Throws: what the cryptographic library reports; with keys made by this type nothing is expected.
    public func sign(_ bytes: [UInt8]) throws -> [UInt8] {
        switch secret {
        case .ed25519(let key): Array(try key.signature(for: bytes))
        case .ecdsaP256(let key): Array(LowSignature.of(try key.signature(for: bytes)).derRepresentation)
        case .rsa(let key): Array(try key.signature(for: SHA256.hash(data: bytes), padding: .insecurePKCS1v1_5).rawRepresentation)
        }
    }

    /// The seed of an Ed25519 key (32 bytes), from which a ledger's signer is made; `nil` for other kinds. Never write it anywhere.
    public var seed: [UInt8]? {
        guard case .ed25519(let key) = secret else { return nil }
        return Array(key.rawRepresentation)
    }

    /// The same key as the certificates of this module know it.
    var certificateKey: Certificate.PrivateKey {
        switch secret {
        case .ed25519(let key): Certificate.PrivateKey(key)
        case .ecdsaP256(let key): Certificate.PrivateKey(key)
        case .rsa(let key): Certificate.PrivateKey(key)
        }
    }
}

extension SigningKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "private key of \(publicKey)" }
    public var debugDescription: String { description }
    /// Without children, so that `dump` and failing tests cannot print the secret.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}

extension Diagnostic {
    fileprivate static func notGenerated() -> Self {
        Diagnostic(
            id: "key.not-generated", severity: .error, message: "the system could not make a new key; expected random numbers and memory",
            hint: "free some memory and run the command again")
    }

    fileprivate static func seedLength(_ count: Int) -> Self {
        Diagnostic(
            id: "key.seed-length", severity: .error, message: "found a seed of \(count) bytes; expected 32", hint: "give the 32 bytes of an Ed25519 seed")
    }

    fileprivate static func notPrivatePEM(_ location: TextLocation?, _ found: String) -> Self {
        Diagnostic(
            id: "key.not-a-private-key", severity: .error, location: location,
            message: "found \(found); expected one block 'ENCRYPTED PRIVATE KEY' or 'PRIVATE KEY'",
            hint: "convert the key with 'openssl pkcs8 -topk8 -v2 aes-256-cbc -scrypt'")
    }

    fileprivate static func passphraseMissing(_ location: TextLocation?) -> Self {
        Diagnostic(
            id: "key.passphrase-missing", severity: .error, location: location, message: "the private key is encrypted and no passphrase was given",
            hint: "set DOSSIER_PASSPHRASE, or give a file descriptor to read the passphrase from")
    }
}
