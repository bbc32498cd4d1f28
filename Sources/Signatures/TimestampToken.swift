import Crypto
import SwiftASN1
import X509

/// The parts of a timestamp token: a CMS SignedData (RFC 5652) with one signer, over a TSTInfo (RFC 3161, section 2.4.2).
struct TimestampToken: Sendable {
    /// The TSTInfo as it was signed.
    var content: [UInt8]
    var stamp: StampInfo
    var certificates: [StrictCertificate]
    /// The DER of the signer's issuer name, and its serial number.
    var issuer: [UInt8]
    var serial: [UInt8]
    var digestAlgorithm: DigestAlgorithm
    var attributes: SignedAttributes
    var signatureAlgorithm: Certificate.SignatureAlgorithm
    var signature: [UInt8]

    /// More certificates than this are refused.
    static let maximumCertificates = 8

    /// - Throws: `DERFault` or an error of SwiftASN1.
    init(_ contentInfo: ASN1Node) throws {
        var outer = try DERFields(contentInfo)
        try expect(try outer.next(), .signedData, "a signed message")
        var data = try DERFields(try DERFields.only(try outer.next(), .context(0)))
        try outer.end()
        guard try Int(derEncoded: try data.next()) == 3 else { throw DERFault("its version is not 3") }
        let digests = try DERFields.all(try data.next(), .set)
        content = try Self.content(try data.next())
        stamp = try StampInfo(der: content)
        certificates = try Self.certificates(data.next(if: .context(0)))
        guard data.next(if: .context(1)) == nil else { throw DERFault("it carries revocation lists, which no signature covers") }
        var signer = try DERFields(try DERFields.only(try data.next(), .set))
        try data.end()

        guard try Int(derEncoded: try signer.next()) == 1 else { throw DERFault("its signer is not named by issuer and serial number") }
        var name = try DERFields(try signer.next())
        issuer = Array(try name.next().encodedBytes)
        serial = try StrictDER.magnitude(try name.next())
        try name.end()
        let digest = try signer.next()
        digestAlgorithm = try DigestAlgorithm(digest)
        guard digests.count == 1, digests.allSatisfy({ $0.encodedBytes.elementsEqual(digest.encodedBytes) }) else {
            throw DERFault("its list of digest algorithms is not the signer's one")
        }
        guard let attributes = signer.next(if: .context(0)) else { throw DERFault("it has no signed attributes") }
        self.attributes = try SignedAttributes(attributes)
        signatureAlgorithm = try Self.signatureAlgorithm(try signer.next(), digestAlgorithm)
        signature = Array(try ASN1OctetString(derEncoded: try signer.next()).bytes)
        guard signer.next(if: .context(1)) == nil else { throw DERFault("it carries unsigned attributes") }
        try signer.end()
    }

    private static func content(_ node: ASN1Node) throws -> [UInt8] {
        var fields = try DERFields(node)
        try expect(try fields.next(), .timestampInfo, "a timestamp")
        let content = try ASN1OctetString(derEncoded: try DERFields.only(try fields.next(), .context(0)))
        try fields.end()
        return Array(content.bytes)
    }

    private static func certificates(_ node: ASN1Node?) throws -> [StrictCertificate] {
        guard let node else { return [] }
        let nodes = try DERFields.all(node, .context(0))
        guard nodes.count <= maximumCertificates else {
            throw DERFault("it carries \(nodes.count) certificates; expected at most \(maximumCertificates)")
        }
        return try nodes.map { try StrictCertificate(der: Array($0.encodedBytes)) }
    }

    /// RSA (PKCS #1 v1.5) or ECDSA, with the digest that the attributes were digested with.
    private static func signatureAlgorithm(_ node: ASN1Node, _ digest: DigestAlgorithm) throws -> Certificate.SignatureAlgorithm {
        var fields = try DERFields(node)
        let name = try ASN1ObjectIdentifier(derEncoded: try fields.next())
        let parameters = fields.rest()
        let isNull = parameters.count == 1 && parameters.allSatisfy { $0.encodedBytes.elementsEqual([0x05, 0x00]) }
        switch (digest, name) {
        case (_, .AlgorithmIdentifier.rsaEncryption) where isNull: return digest.withRSA
        case (.sha256, .AlgorithmIdentifier.sha256WithRSAEncryption) where isNull: return digest.withRSA
        case (.sha384, .AlgorithmIdentifier.sha384WithRSAEncryption) where isNull: return digest.withRSA
        case (.sha512, .AlgorithmIdentifier.sha512WithRSAEncryption) where isNull: return digest.withRSA
        case (.sha256, [1, 2, 840, 10045, 4, 3, 2]) where parameters.isEmpty: return .ecdsaWithSHA256
        case (.sha384, [1, 2, 840, 10045, 4, 3, 3]) where parameters.isEmpty: return .ecdsaWithSHA384
        case (.sha512, [1, 2, 840, 10045, 4, 3, 4]) where parameters.isEmpty: return .ecdsaWithSHA512
        default: throw DERFault("its signature algorithm \(name) with \(digest) is not RSA or ECDSA with SHA-256, SHA-384 or SHA-512")
        }
    }
}

/// A digest algorithm that a timestamp may use.
enum DigestAlgorithm: String, Sendable {
    case sha256, sha384, sha512

    /// An AlgorithmIdentifier whose parameters are absent or NULL; both are in use (RFC 5754, section 2).
    init(_ node: ASN1Node) throws {
        var fields = try DERFields(node)
        let name = try ASN1ObjectIdentifier(derEncoded: try fields.next())
        if let null = fields.next(if: .null) { _ = try ASN1Null(derEncoded: null) }
        try fields.end()
        switch name {
        case .sha256: self = .sha256
        case [2, 16, 840, 1, 101, 3, 4, 2, 2]: self = .sha384
        case [2, 16, 840, 1, 101, 3, 4, 2, 3]: self = .sha512
        default: throw DERFault("its digest algorithm \(name) is not SHA-256, SHA-384 or SHA-512")
        }
    }

    func digest(of bytes: [UInt8]) -> [UInt8] {
        switch self {
        case .sha256: Array(SHA256.hash(data: bytes))
        case .sha384: Array(SHA384.hash(data: bytes))
        case .sha512: Array(SHA512.hash(data: bytes))
        }
    }

    fileprivate var withRSA: Certificate.SignatureAlgorithm {
        switch self {
        case .sha256: .sha256WithRSAEncryption
        case .sha384: .sha384WithRSAEncryption
        case .sha512: .sha512WithRSAEncryption
        }
    }
}

/// The attributes that the authority's signature covers.
struct SignedAttributes: Sendable {
    /// What is signed: the attributes as a SET, whatever tag they have in the message (RFC 5652, section 5.4).
    var signedBytes: [UInt8]
    var messageDigest: [UInt8]
    /// The digests that the signer's certificate must have; at least one (RFC 3161, section 2.4.1, and RFC 5816).
    var certificateDigests: [CertificateDigest]

    enum CertificateDigest: Sendable {
        case sha1([UInt8])
        case other(DigestAlgorithm, [UInt8])

        func fits(_ certificate: StrictCertificate) -> Bool {
            switch self {
            case .sha1(let digest): Insecure.SHA1.hash(data: certificate.der).elementsEqual(digest)
            case .other(let algorithm, let digest): algorithm.digest(of: certificate.der) == digest
            }
        }
    }

    init(_ node: ASN1Node) throws {
        var set = DER.Serializer()
        set.appendConstructedNode(identifier: .set) { set in
            if case .constructed(let inner) = node.content { for attribute in inner { StrictDER.write(attribute, to: &set) } }
        }
        signedBytes = set.serializedBytes
        var types = 0
        var digests: [[UInt8]] = []
        certificateDigests = []
        for attribute in try DERFields.all(node, .context(0)) {
            var fields = try DERFields(attribute)
            let name = try ASN1ObjectIdentifier(derEncoded: try fields.next())
            let values = try fields.next()
            try fields.end()
            switch name {
            case [1, 2, 840, 113549, 1, 9, 3]:
                try expect(try DERFields.only(values, .set), .timestampInfo, "a timestamp")
                types += 1
            case [1, 2, 840, 113549, 1, 9, 4]:
                digests.append(Array(try ASN1OctetString(derEncoded: try DERFields.only(values, .set)).bytes))
            case [1, 2, 840, 113549, 1, 9, 16, 2, 12]:
                certificateDigests.append(.sha1(try Self.firstIdentifier(try DERFields.only(values, .set)) { _ in () }.digest))
            case [1, 2, 840, 113549, 1, 9, 16, 2, 47]:
                let (algorithm, digest) = try Self.firstIdentifier(try DERFields.only(values, .set)) {
                    try $0.next(if: .sequence).map(DigestAlgorithm.init) ?? .sha256
                }
                certificateDigests.append(.other(algorithm, digest))
            default: continue
            }
        }
        guard types == 1 else { throw DERFault("its signed attributes name the content type \(types) times; expected once") }
        guard let digest = digests.first, digests.count == 1 else {
            throw DERFault("its signed attributes hold \(digests.count) message digests; expected one")
        }
        guard !certificateDigests.isEmpty else { throw DERFault("its signed attributes do not name the signer's certificate") }
        messageDigest = digest
    }

    /// The digest of the first certificate in a SigningCertificate or SigningCertificateV2: the signer's.
    private static func firstIdentifier<Algorithm>(
        _ value: ASN1Node, _ algorithm: (inout DERFields) throws -> Algorithm
    ) throws -> (algorithm: Algorithm, digest: [UInt8]) {
        var signing = try DERFields(value)
        var identifiers = try DERFields(try signing.next())
        var identifier = try DERFields(try identifiers.next())
        let found = try algorithm(&identifier)
        return (found, Array(try ASN1OctetString(derEncoded: try identifier.next()).bytes))
    }
}

private func expect(_ node: ASN1Node, _ name: ASN1ObjectIdentifier, _ meaning: String) throws {
    let found = try ASN1ObjectIdentifier(derEncoded: node)
    guard found == name else { throw DERFault("it holds \(found); expected \(meaning) (\(name))") }
}

extension ASN1ObjectIdentifier {
    static let sha256: Self = [2, 16, 840, 1, 101, 3, 4, 2, 1]
    fileprivate static let signedData: Self = [1, 2, 840, 113549, 1, 7, 2]
    fileprivate static let timestampInfo: Self = [1, 2, 840, 113549, 1, 9, 16, 1, 4]
}
