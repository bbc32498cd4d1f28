import SwiftASN1

/// What is sent to a timestamping authority (RFC 3161, section 2.4.1): a SHA-256 digest, and the wish for the authority's certificate in the reply.
///
/// It is sent by HTTP POST as `application/timestamp-query`; the reply comes as `application/timestamp-reply`.
public struct TimestampRequest: Hashable, Sendable {
    /// SHA-256 of the bytes that are to be dated.
    public let digest: [UInt8]
    /// A number that the reply must repeat, big-endian and without leading zeros; `nil` for none.
    public let nonce: [UInt8]?
    /// The request's bytes.
    public let der: [UInt8]

    /// The longest nonce that is taken, in bytes.
    public static let maximumNonceBytes = 32

    /// - Returns: `nil` when the digest has not 32 bytes, or the nonce none or more than `maximumNonceBytes`.
    public init?(digest: [UInt8], nonce: [UInt8]? = nil) {
        guard digest.count == 32 else { return nil }
        if let nonce { guard (1...Self.maximumNonceBytes).contains(nonce.count) else { return nil } }
        self.digest = digest
        self.nonce = nonce.map { bytes in
            let digits = Array(bytes.drop { $0 == 0 })
            return digits.isEmpty ? [0] : digits
        }
        guard let der = try? Self.encoded(digest: digest, nonce: self.nonce) else { return nil }
        self.der = der
    }

    /// Reads a request that was kept, so that the reply's nonce can be compared.
    /// - Returns: `nil` for anything but the bytes that this type writes.
    public init?(der: [UInt8]) {
        guard der.count <= 256, let parts = try? Self.parts(of: der) else { return nil }
        self.init(digest: parts.digest, nonce: parts.nonce)
        guard self.der == der else { return nil }
    }

    private static func parts(of der: [UInt8]) throws -> (digest: [UInt8], nonce: [UInt8]?) {
        var fields = try DERFields(try StrictDER.parse(der))
        _ = try fields.next()
        var imprint = try DERFields(try fields.next())
        _ = try imprint.next()
        let digest = Array(try ASN1OctetString(derEncoded: try imprint.next()).bytes)
        return (digest, try fields.next(if: .integer).map(StrictDER.magnitude))
    }

    private static func encoded(digest: [UInt8], nonce: [UInt8]?) throws -> [UInt8] {
        var out = DER.Serializer()
        try out.appendConstructedNode(identifier: .sequence) { out in
            try out.serialize(1)
            try out.appendConstructedNode(identifier: .sequence) { out in
                try out.appendConstructedNode(identifier: .sequence) { out in
                    try out.serialize(ASN1ObjectIdentifier.sha256)
                    try out.serialize(ASN1Null())
                }
                try out.serialize(ASN1OctetString(contentBytes: digest[...]))
            }
            if let nonce { try out.serialize(nonce[...]) }
            try out.serialize(true)
        }
        return out.serializedBytes
    }
}
