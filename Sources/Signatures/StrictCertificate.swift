import Crypto
import FoundationEssentials
import StructuredText
import SwiftASN1
import X509

/// An X.509 certificate (RFC 5280) with the one spelling that its signature and DER allow.
struct StrictCertificate: Hashable, Sendable {
    /// Larger ones are refused; real ones have one or two kilobytes.
    static let maximumBytes = 64 << 10

    let certificate: Certificate
    let der: [UInt8]
    /// The same certificate with the other signature of ECDSA that verifies alike, one for each curve whose order the signature allows; empty for other algorithms.
    private let twins: [[UInt8]]

    /// - Throws: `DERFault` or an error of SwiftASN1.
    init(der: [UInt8]) throws {
        guard der.count <= Self.maximumBytes else { throw DERFault("it has \(der.count) bytes; expected at most \(Self.maximumBytes)") }
        var fields = try DERFields(try StrictDER.parse(der))
        let body = try fields.next()
        let algorithm = try fields.next()
        let signature = try ASN1BitString(derEncoded: try fields.next())
        try fields.end()
        // These two stand outside of what the issuer signed.
        guard signature.paddingBits == 0 else { throw DERFault("its signature is not a whole number of bytes") }
        var inner = try DERFields(body)
        _ = inner.next(if: .context(0))
        _ = try inner.next()
        guard try inner.next().encodedBytes.elementsEqual(algorithm.encodedBytes) else {
            throw DERFault("it names two signature algorithms")
        }
        certificate = try Certificate(derEncoded: der)
        self.der = der
        twins = try Self.isECDSA(algorithm) ? Self.twins(body, algorithm, Array(signature.bytes)) : []
    }

    /// ecdsa-with-SHA224 to ecdsa-with-SHA512 (RFC 5758, section 3.2).
    private static func isECDSA(_ algorithm: ASN1Node) throws -> Bool {
        var fields = try DERFields(algorithm)
        return try ASN1ObjectIdentifier(derEncoded: try fields.next()).oidComponents.starts(with: [1, 2, 840, 10045, 4])
    }

    private static func twins(_ body: ASN1Node, _ algorithm: ASN1Node, _ signature: [UInt8]) throws -> [[UInt8]] {
        try LowSignature.twins(of: signature).map { twin in
            var serializer = DER.Serializer()
            try serializer.appendConstructedNode(identifier: .sequence) { serializer in
                StrictDER.write(body, to: &serializer)
                StrictDER.write(algorithm, to: &serializer)
                try ASN1BitString(bytes: ArraySlice(twin)).serialize(into: &serializer)
            }
            return serializer.serializedBytes
        }
    }

    /// Lower-case hexadecimal SHA-256 of the DER, as `openssl x509 -fingerprint -sha256` prints without colons.
    var fingerprint: String { BinaryText.hex(SHA256.hash(data: der)) }

    /// The same of every spelling of this certificate that verifies alike, this one first.
    var fingerprints: [String] { ([der] + twins).map { BinaryText.hex(SHA256.hash(data: $0)) } }

    /// The serial number in lower-case hexadecimal digits, two for each byte.
    var serial: String {
        let digits = Array(certificate.serialNumber.bytes.drop { $0 == 0 })
        return BinaryText.hex(digits.isEmpty ? [0] : digits)
    }

    /// The subject as RFC 4514 spells it, the most specific part first: `CN=Compliance Officer,O=Example`.
    var subject: String { certificate.subject.description }

    /// Seconds since 1970.
    var notBefore: Int { Int(certificate.notValidBefore.timeIntervalSince1970) }
    var notAfter: Int { Int(certificate.notValidAfter.timeIntervalSince1970) }

    /// True when subject and issuer are one, as in a root.
    var isSelfIssued: Bool { certificate.subject == certificate.issuer }

    /// True when the name fits and the other's key made this one's signature.
    func isIssued(by other: StrictCertificate) -> Bool {
        certificate.issuer == other.certificate.subject
            && other.certificate.publicKey.isValidSignature(certificate.signature, for: certificate)
    }

    /// What its key may be used for, as far as a signer of documents is concerned; the reason when it may not.
    var signingRefusal: String? {
        guard let usage = try? certificate.extensions.keyUsage else {
            if certificate.extensions[oid: .X509ExtensionID.keyUsage] == nil { return purposeRefusal }
            return "the key usage of its certificate cannot be read"
        }
        return usage.digitalSignature ? purposeRefusal : "its certificate does not allow digital signatures (key usage)"
    }

    /// A certificate that serves only servers, timestamps or status answers speaks for a machine, not for a person.
    private var purposeRefusal: String? {
        guard certificate.extensions[oid: .X509ExtensionID.extendedKeyUsage] != nil else { return nil }
        guard let purposes = try? certificate.extensions.extendedKeyUsage else {
            return "the extended key usage of its certificate cannot be read"
        }
        let machines: [ExtendedKeyUsage.Usage] = [.serverAuth, .timeStamping, .ocspSigning]
        return purposes.allSatisfy(machines.contains)
            ? "its certificate is for servers, timestamps or status answers only (extended key usage)" : nil
    }
}
