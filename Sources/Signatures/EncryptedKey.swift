import Crypto
import CryptoExtras
import Diagnostics
import SwiftASN1

/// Private keys under a passphrase: EncryptedPrivateKeyInfo with PBES2 (RFC 5958, section 3; RFC 8018, section 6.2).
///
/// Written with scrypt (RFC 7914) and AES-256-CBC; read also with PBKDF2 and HMAC-SHA-256, the usual choice of OpenSSL.
enum EncryptedKey {
    private static let pbes2: ASN1ObjectIdentifier = [1, 2, 840, 113_549, 1, 5, 13]
    private static let pbkdf2: ASN1ObjectIdentifier = [1, 2, 840, 113_549, 1, 5, 12]
    private static let hmacSHA256: ASN1ObjectIdentifier = [1, 2, 840, 113_549, 2, 9]
    private static let scrypt: ASN1ObjectIdentifier = [1, 3, 6, 1, 4, 1, 11_591, 4, 11]
    private static let aes256CBC: ASN1ObjectIdentifier = [2, 16, 840, 1, 101, 3, 4, 1, 42]

    /// How a passphrase becomes a key. A file names its cost, so the cost has bounds.
    enum Derivation: Equatable {
        case scrypt(salt: [UInt8], cost: Int, blockSize: Int, parallelism: Int)
        case pbkdf2(salt: [UInt8], rounds: Int)

        /// Within the bounds: at most 128 MiB of memory, four times that in work, or ten million rounds; no empty salt.
        var isBounded: Bool {
            switch self {
            case .scrypt(let salt, let cost, let blockSize, let parallelism):
                (1...1024).contains(salt.count) && (2...1 << 20).contains(cost) && cost & (cost - 1) == 0 && (1...32).contains(blockSize)
                    && (1...16).contains(parallelism) && cost * blockSize <= 1 << 20 && cost * blockSize * parallelism <= 1 << 22
            case .pbkdf2(let salt, let rounds): (1...1024).contains(salt.count) && (1...10_000_000).contains(rounds)
            }
        }

        /// The 32 bytes of an AES-256 key.
        func key(_ passphrase: [UInt8]) throws -> SymmetricKey {
            switch self {
            case .scrypt(let salt, let cost, let blockSize, let parallelism):
                try KDF.Scrypt.deriveKey(
                    from: passphrase, salt: salt, outputByteCount: 32, rounds: cost, blockSize: blockSize, parallelism: parallelism)
            case .pbkdf2(let salt, let rounds):
                try KDF.Insecure.PBKDF2.deriveKey(from: passphrase, salt: salt, using: .sha256, outputByteCount: 32, unsafeUncheckedRounds: rounds)
            }
        }
    }

    struct Parts {
        var derivation: Derivation
        var vector: [UInt8]
        var encrypted: [UInt8]
    }

    /// What scrypt costs for a new key.
    struct Cost: Hashable, Sendable {
        var cost: Int
        var blockSize: Int
        var parallelism: Int

        /// 16 MiB and five passes. OpenSSL reads no scrypt key that needs more than 32 MiB in all, so memory is traded for passes.
        static let standard = Cost(cost: 1 << 14, blockSize: 8, parallelism: 5)
    }

    /// - Parameter passphrase: not empty.
    /// - Throws: a `Diagnostic` when the bytes are no such key, their cost is out of bounds, or the passphrase is wrong.
    static func read(_ der: [UInt8], passphrase: [UInt8], location: TextLocation?) throws(Diagnostic) -> SigningKey {
        let parts: Parts
        do { parts = try self.parts(of: der) } catch { throw .otherEncryption(location) }
        guard parts.derivation.isBounded else { throw .costOutOfBounds(location) }
        let key: SymmetricKey
        do { key = try parts.derivation.key(passphrase) } catch { throw .costOutOfBounds(location) }
        let clear: [UInt8]
        do {
            clear = Array(try AES._CBC.decrypt(parts.encrypted, using: key, iv: AES._CBC.IV(ivBytes: parts.vector)))
        } catch { throw .wrongPassphrase(location) }
        // One wrong passphrase in 256 leaves a padding that looks right: bytes that are no DER at all say the same.
        guard (try? DER.parse(clear)) != nil else { throw .wrongPassphrase(location) }
        return try PrivateKeyInfo.read(clear, location: location)
    }

    /// - Parameter passphrase: not empty.
    static func write(_ key: SigningKey, passphrase: [UInt8], cost: Cost) throws(Diagnostic) -> [UInt8] {
        do {
            let salt = (0..<16).map { _ in UInt8.random(in: 0...255) }
            let derivation = Derivation.scrypt(salt: salt, cost: cost.cost, blockSize: cost.blockSize, parallelism: cost.parallelism)
            let vector = (0..<16).map { _ in UInt8.random(in: 0...255) }
            let clear = try PrivateKeyInfo.bytes(of: key)
            let encrypted = try AES._CBC.encrypt(clear, using: try derivation.key(passphrase), iv: AES._CBC.IV(ivBytes: vector))
            return try bytes(of: Parts(derivation: derivation, vector: vector, encrypted: Array(encrypted)))
        } catch { throw .notEncrypted() }
    }
}

// MARK: - The DER of PBES2

extension EncryptedKey {
    private static func unexpected(_ what: String) -> any Error { ASN1Error.invalidASN1Object(reason: what) }

    private static func parts(of der: [UInt8]) throws -> Parts {
        try DER.sequence(try DER.parse(der), identifier: .sequence) { nodes in
            guard let algorithm = nodes.next() else { throw unexpected("algorithm") }
            let scheme = try DER.sequence(algorithm, identifier: .sequence) { inner in
                guard try ASN1ObjectIdentifier(derEncoded: &inner) == pbes2, let parameters = inner.next() else { throw unexpected("scheme") }
                return try DER.sequence(parameters, identifier: .sequence) { both in
                    guard let derivation = both.next(), let cipher = both.next() else { throw unexpected("parameters") }
                    return (try self.derivation(derivation), try self.vector(cipher))
                }
            }
            return Parts(derivation: scheme.0, vector: scheme.1, encrypted: Array(try ASN1OctetString(derEncoded: &nodes).bytes))
        }
    }

    private static func vector(_ node: ASN1Node) throws -> [UInt8] {
        try DER.sequence(node, identifier: .sequence) { nodes in
            guard try ASN1ObjectIdentifier(derEncoded: &nodes) == aes256CBC else { throw unexpected("cipher") }
            return Array(try ASN1OctetString(derEncoded: &nodes).bytes)
        }
    }

    private static func derivation(_ node: ASN1Node) throws -> Derivation {
        try DER.sequence(node, identifier: .sequence) { nodes in
            let function = try ASN1ObjectIdentifier(derEncoded: &nodes)
            guard let parameters = nodes.next() else { throw unexpected("derivation") }
            return try DER.sequence(parameters, identifier: .sequence) { inner in
                let salt = Array(try ASN1OctetString(derEncoded: &inner).bytes)
                let first = try Int(derEncoded: &inner)
                switch function {
                case scrypt:
                    let blockSize = try Int(derEncoded: &inner)
                    let parallelism = try Int(derEncoded: &inner)
                    if let length = inner.next(), try Int(derEncoded: length) != 32 { throw unexpected("key length") }
                    return .scrypt(salt: salt, cost: first, blockSize: blockSize, parallelism: parallelism)
                case pbkdf2:
                    guard var next = inner.next() else { throw unexpected("HMAC-SHA-1") }
                    if next.identifier == .integer {
                        guard try Int(derEncoded: next) == 32, let after = inner.next() else { throw unexpected("key length") }
                        next = after
                    }
                    try requireHMACSHA256(next)
                    return .pbkdf2(salt: salt, rounds: first)
                default: throw unexpected("derivation")
                }
            }
        }
    }

    private static func requireHMACSHA256(_ node: ASN1Node) throws {
        try DER.sequence(node, identifier: .sequence) { nodes in
            guard try ASN1ObjectIdentifier(derEncoded: &nodes) == hmacSHA256 else { throw unexpected("function") }
            _ = nodes.next()
        }
    }

    /// The DER of parts whose derivation is scrypt.
    static func bytes(of parts: Parts) throws -> [UInt8] {
        guard case .scrypt(let salt, let cost, let blockSize, let parallelism) = parts.derivation else { throw unexpected("derivation") }
        var serializer = DER.Serializer()
        try serializer.appendConstructedNode(identifier: .sequence) { outer in
            try outer.appendConstructedNode(identifier: .sequence) { scheme in
                try scheme.serialize(pbes2)
                try scheme.appendConstructedNode(identifier: .sequence) { both in
                    try both.appendConstructedNode(identifier: .sequence) { derivation in
                        try derivation.serialize(scrypt)
                        try derivation.appendConstructedNode(identifier: .sequence) { parameters in
                            try parameters.serialize(ASN1OctetString(contentBytes: salt[...]))
                            for number in [cost, blockSize, parallelism] { try parameters.serialize(number) }
                        }
                    }
                    try both.appendConstructedNode(identifier: .sequence) { cipher in
                        try cipher.serialize(aes256CBC)
                        try cipher.serialize(ASN1OctetString(contentBytes: parts.vector[...]))
                    }
                }
            }
            try outer.serialize(ASN1OctetString(contentBytes: parts.encrypted[...]))
        }
        return serializer.serializedBytes
    }
}

extension Diagnostic {
    fileprivate static func otherEncryption(_ location: TextLocation?) -> Self {
        Diagnostic(
            id: "key.other-encryption", severity: .error, location: location,
            message: "the private key is encrypted in another way; expected PBES2 with scrypt or PBKDF2-HMAC-SHA-256, and AES-256-CBC",
            hint: "convert the key with 'openssl pkcs8 -topk8 -v2 aes-256-cbc -scrypt'")
    }

    fileprivate static func costOutOfBounds(_ location: TextLocation?) -> Self {
        Diagnostic(
            id: "key.cost-out-of-bounds", severity: .error, location: location,
            message: "the file asks for more time or memory to derive its key than is allowed; expected at most 128 MiB, or ten million rounds",
            hint: "check where the key comes from, or convert it with 'openssl pkcs8 -topk8 -v2 aes-256-cbc -scrypt'")
    }

    fileprivate static func wrongPassphrase(_ location: TextLocation?) -> Self {
        Diagnostic(
            id: "key.wrong-passphrase", severity: .error, location: location, message: "the passphrase does not open this private key",
            hint: "check the passphrase, also for a line end or a blank at its end")
    }

    fileprivate static func notEncrypted() -> Self {
        Diagnostic(
            id: "key.not-encrypted", severity: .error, message: "the private key could not be encrypted; nothing was written",
            hint: "free some memory and run the command again")
    }
}
