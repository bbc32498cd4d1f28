public import Diagnostics
import SwiftASN1
import X509

/// The certificates that come with a signature: the signer's first, then who issued each, without the root (RFC 7515, section 4.1.6).
public struct CertificateChain: Hashable, Sendable {
    /// A longer one is refused.
    public static let maximumCount = 8

    /// The DER of each, the signer's first.
    public let der: [[UInt8]]
    /// The signer's key: ECDSA P-256 or RSA.
    public let leafKey: PublicKey
    let certificates: [StrictCertificate]
    private let leaf: StrictCertificate

    /// - Parameter path: the file that they come from, for what is reported.
    /// - Throws: when one is no certificate in strict DER, did not issue the one before it, is a root, or when the signer's key is of another algorithm.
    public init(der: [[UInt8]], path: String) throws(Diagnostic) {
        guard der.count <= Self.maximumCount else { throw .wrongCount(der.count, path) }
        var certificates: [StrictCertificate] = []
        for (index, bytes) in der.enumerated() {
            let certificate = try Self.certificate(bytes, number: index + 1, path: path)
            if let previous = certificates.last, !previous.isIssued(by: certificate) { throw .unneeded(certificate, index + 1, path) }
            guard !certificate.isSelfIssued else { throw .rootIncluded(certificate, index + 1, path) }
            guard !certificates.contains(certificate) else { throw .unneeded(certificate, index + 1, path) }
            certificates.append(certificate)
        }
        guard let leaf = certificates.first else { throw .wrongCount(0, path) }
        self.der = der
        self.leaf = leaf
        self.certificates = certificates
        leafKey = try Self.key(of: leaf, path: path)
    }

    /// The signer's name as RFC 4514 spells it, the most specific part first: `CN=Compliance Officer,O=Example`.
    public var subject: String { leaf.subject }
    /// Lower-case hexadecimal SHA-256 of the signer's certificate.
    public var leafFingerprint: String { leaf.fingerprint }
    /// Lower-case hexadecimal SHA-256 of every certificate, the signer's first. One that is signed with ECDSA has several: anybody can write its signature in a
    /// second way that verifies alike, and whoever revokes the certificate knows only the first.
    public var fingerprints: [String] { certificates.flatMap(\.fingerprints) }
    /// The serial number of the signer's certificate, in lower-case hexadecimal digits.
    public var leafSerial: String { leaf.serial }

    /// The SHA-256 of a certificate in lower-case hexadecimal, as `CertificateResult.good` names the root.
    /// - Throws: when the bytes are no certificate in strict DER.
    public static func fingerprint(of der: [UInt8], path: String) throws(Diagnostic) -> String {
        try certificate(der, number: 1, path: path).fingerprint
    }

    /// Whether the chain leads to one of the roots at that moment, and the signer's key may sign.
    ///
    /// Nothing is asked of the network; revocation is judged by whoever knows the trust file.
    /// - Parameters:
    ///   - roots: the DER of trusted root certificates.
    ///   - seconds: the moment to judge from, since 1970.
    public func validate(roots: [[UInt8]], at seconds: Int) async -> CertificateResult {
        var trusted: [StrictCertificate] = []
        for root in roots {
            guard let root = try? StrictCertificate(der: root) else { return .bad("a trusted root is no certificate in strict DER") }
            trusted.append(root)
        }
        let search = ChainSearch(leaf: leaf, others: Array(certificates.dropFirst()), roots: trusted)
        switch await search.outcome(at: seconds) {
        case .unknownIssuer: return .unknownIssuer(subject: subject)
        case .expired(let late): return .expired(subject: late.subject, at: late.notAfter)
        case .notYetValid(let early): return .notYetValid(subject: early.subject, until: early.notBefore)
        case .bad(let reason): return .bad(reason)
        case .valid(let chain): return judged(chain)
        }
    }

    private func judged(_ chain: [StrictCertificate]) -> CertificateResult {
        guard let root = chain.last, chain.count > 1 else { return .bad("the signer's certificate is itself a trusted root") }
        // Exactly what is needed: all but the root, or all when what is trusted is the last of them.
        guard Array(chain.dropLast()) == certificates || chain == certificates else {
            return .bad("certificates stand beside it that its chain does not need")
        }
        if let reason = leaf.signingRefusal { return .wrongKeyUsage(reason) }
        return .good(
            CertificateIdentity(subject: leaf.subject, fingerprint: leaf.fingerprint, serial: leaf.serial, rootFingerprint: root.fingerprint))
    }

    private static func certificate(_ bytes: [UInt8], number: Int, path: String) throws(Diagnostic) -> StrictCertificate {
        do {
            return try StrictCertificate(der: bytes)
        } catch {
            throw .malformed((error as? DERFault)?.message ?? "it is no certificate that is understood", number, path)
        }
    }

    private static func key(of leaf: StrictCertificate, path: String) throws(Diagnostic) -> PublicKey {
        guard let key = try? PublicKey(certificateKey: leaf.certificate.publicKey), key.algorithm != .ed25519 else {
            throw .otherKey(leaf, path)
        }
        return key
    }
}

/// Whose certificate it is, and which root vouches for it.
public struct CertificateIdentity: Hashable, Sendable {
    /// As RFC 4514 spells it, the most specific part first.
    public var subject: String
    /// Lower-case hexadecimal SHA-256 of the certificate.
    public var fingerprint: String
    /// Lower-case hexadecimal digits.
    public var serial: String
    /// Lower-case hexadecimal SHA-256 of the root's certificate.
    public var rootFingerprint: String

    public init(subject: String, fingerprint: String, serial: String, rootFingerprint: String) {
        self.subject = subject
        self.fingerprint = fingerprint
        self.serial = serial
        self.rootFingerprint = rootFingerprint
    }
}

/// What a certificate chain is worth at a moment.
public enum CertificateResult: Hashable, Sendable {
    case good(CertificateIdentity)
    /// This certificate of the chain ended before the moment, at that second since 1970.
    case expired(subject: String, at: Int)
    /// This certificate of the chain begins after the moment, at that second since 1970.
    case notYetValid(subject: String, until: Int)
    /// No trusted root issued it.
    case unknownIssuer(subject: String)
    /// The signer's key is for something else; the reason, in one clause.
    case wrongKeyUsage(String)
    /// The chain breaks another rule; the reason, in one clause.
    case bad(String)
}

extension Diagnostic {
    fileprivate static func wrongCount(_ count: Int, _ path: String) -> Self {
        Diagnostic(
            id: "certificate.chain-length", severity: .error, location: TextLocation(path: path),
            message: "found \(count) certificates; expected 1 to \(CertificateChain.maximumCount), the signer's first",
            hint: "give the signer's certificate and those between it and the root")
    }

    fileprivate static func malformed(_ reason: String, _ number: Int, _ path: String) -> Self {
        Diagnostic(
            id: "certificate.malformed", severity: .error, location: TextLocation(path: path),
            message: "certificate \(number) is not readable: \(reason); expected an X.509 certificate in DER",
            hint: "take the certificate from its issuer again")
    }

    fileprivate static func unneeded(_ certificate: StrictCertificate, _ number: Int, _ path: String) -> Self {
        Diagnostic(
            id: "certificate.not-needed", severity: .error, location: TextLocation(path: path),
            message: "certificate \(number), '\(certificate.subject)', did not issue the one before it; expected the signer's first, then each issuer once",
            hint: "put the certificates in order and leave out all others")
    }

    fileprivate static func rootIncluded(_ certificate: StrictCertificate, _ number: Int, _ path: String) -> Self {
        Diagnostic(
            id: "certificate.root-included", severity: .error, location: TextLocation(path: path),
            message: "certificate \(number), '\(certificate.subject)', is issued by itself; expected a chain without its root",
            hint: "leave the root out; whoever verifies has it from elsewhere")
    }

    fileprivate static func otherKey(_ leaf: StrictCertificate, _ path: String) -> Self {
        Diagnostic(
            id: "certificate.other-key", severity: .error, location: TextLocation(path: path),
            message: "the key of '\(leaf.subject)' is \(leaf.certificate.publicKey); expected ECDSA P-256 or RSA with at least 2048 bits",
            hint: "ask the issuer for a certificate with such a key")
    }
}
