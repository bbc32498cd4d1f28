import Crypto
import CryptoExtras
import Diagnostics
import SwiftASN1

/// Private keys in the clear as PKCS #8 writes them (RFC 5958); only ever in memory.
enum PrivateKeyInfo {
    private static let ed25519: ASN1ObjectIdentifier = [1, 3, 101, 112]
    private static let ecPublicKey: ASN1ObjectIdentifier = [1, 2, 840, 10_045, 2, 1]
    private static let rsaEncryption: ASN1ObjectIdentifier = [1, 2, 840, 113_549, 1, 1, 1]

    /// The key in the DER of a PrivateKeyInfo or OneAsymmetricKey.
    /// - Throws: a `Diagnostic` when the bytes are no such key, or one of another kind.
    static func read(_ der: [UInt8], location: TextLocation?) throws(Diagnostic) -> SigningKey {
        let parts: (algorithm: ASN1ObjectIdentifier, key: [UInt8])
        do { parts = try self.parts(of: der) } catch { throw .malformedKey(location) }
        let secret: SigningKey.Secret
        do {
            switch parts.algorithm {
            case ed25519:
                let seed = try ASN1OctetString(derEncoded: parts.key)
                secret = .ed25519(try Curve25519.Signing.PrivateKey(rawRepresentation: Array(seed.bytes)))
            case ecPublicKey: secret = .ecdsaP256(try P256.Signing.PrivateKey(derRepresentation: der))
            case rsaEncryption: secret = .rsa(try _RSA.Signing.PrivateKey(derRepresentation: parts.key))
            default: throw Diagnostic.otherAlgorithm(location, "\(parts.algorithm)")
            }
        } catch let diagnostic as Diagnostic {
            throw diagnostic
        } catch {
            throw .malformedKey(location)
        }
        return try SigningKey(secret, location: location)
    }

    /// Version, algorithm and key; attributes and the public key that may follow are not needed.
    private static func parts(of der: [UInt8]) throws -> (algorithm: ASN1ObjectIdentifier, key: [UInt8]) {
        try DER.sequence(try DER.parse(der), identifier: .sequence) { nodes in
            guard (0...1).contains(try Int(derEncoded: &nodes)) else { throw ASN1Error.invalidASN1Object(reason: "version") }
            guard let algorithm = nodes.next() else { throw ASN1Error.invalidASN1Object(reason: "algorithm") }
            let identifier = try DER.sequence(algorithm, identifier: .sequence) { inner in
                let identifier = try ASN1ObjectIdentifier(derEncoded: &inner)
                _ = inner.next()
                return identifier
            }
            let key = try ASN1OctetString(derEncoded: &nodes)
            while nodes.next() != nil {}
            return (identifier, Array(key.bytes))
        }
    }

    /// The DER of the key. The caller encrypts it before it goes anywhere.
    static func bytes(of key: SigningKey) throws -> [UInt8] {
        switch key.secret {
        case .ed25519(let key):
            var serializer = DER.Serializer()
            try serializer.appendConstructedNode(identifier: .sequence) { coder in
                try coder.serialize(0)
                try coder.appendConstructedNode(identifier: .sequence) { try $0.serialize(ed25519) }
                var inner = DER.Serializer()
                try inner.serialize(ASN1OctetString(contentBytes: Array(key.rawRepresentation)[...]))
                try coder.serialize(ASN1OctetString(contentBytes: inner.serializedBytes[...]))
            }
            return serializer.serializedBytes
        case .ecdsaP256(let key): return Array(key.derRepresentation)
        case .rsa(let key): return Array(key.pkcs8DERRepresentation)
        }
    }
}

extension Diagnostic {
    fileprivate static func malformedKey(_ location: TextLocation?) -> Self {
        Diagnostic(
            id: "key.malformed", severity: .error, location: location,
            message: "found bytes that are no usable private key; expected PKCS #8 with an Ed25519, P-256 or RSA key (2048 bits or more)",
            hint: "export the key again, or make a new one with 'dossier key new'")
    }

    fileprivate static func otherAlgorithm(_ location: TextLocation?, _ identifier: String) -> Self {
        Diagnostic(
            id: "key.unusable", severity: .error, location: location,
            message: "found a private key of the kind \(identifier); expected Ed25519, ECDSA P-256 or RSA", hint: "use a key of one of these kinds")
    }
}
