public import Diagnostics
import StructuredText
import SwiftASN1
import X509

/// The reply of a timestamping authority (RFC 3161, section 2.4.2), of which no byte may change unnoticed.
///
/// It is taken only in the spelling that leaves nothing outside of the authority's signature: granted without remarks, strict DER, no unsigned attributes, no
/// revocation lists. `normalized` brings a reply into that form.
public struct TimestampResponse: Sendable {
    /// Larger replies are refused; real ones have some kilobytes.
    public static let maximumBytes = 256 << 10

    /// The reply's bytes.
    public let der: [UInt8]
    let path: String
    let token: TimestampToken

    /// - Parameter path: the file that it comes from, for what is reported.
    /// - Throws: when the authority refused, or the bytes are not in that spelling.
    public init(der: [UInt8], path: String) throws(Diagnostic) {
        let found: TimestampReply
        do { found = try TimestampReply(der: der) } catch { throw .malformed(error, path) }
        guard found.status == 0, !found.hasRemarks else { throw .rejected(found, path) }
        guard let node = found.token else { throw .malformed(DERFault("it holds no token"), path) }
        do { token = try TimestampToken(node) } catch { throw .malformed(error, path) }
        self.der = der
        self.path = path
    }

    /// The time that the authority states, in seconds since 1970; worth nothing before `verify`.
    public var unverifiedSeconds: Int { token.stamp.seconds }

    /// Checks everything that RFC 3161 asks of a requester: whose signature it is, over what, when, and under which root.
    ///
    /// The chain is judged at the time that the token states, so that a token stays good after its authority's certificate ended.
    /// - Parameters:
    ///   - digest: SHA-256 of the dated bytes.
    ///   - nonce: what the request held; `nil` when the request was not kept.
    ///   - roots: the DER of the trusted roots of timestamping authorities.
    public func verify(overDigest digest: [UInt8], nonce: [UInt8]? = nil, roots: [[UInt8]]) async throws(Diagnostic) -> Timestamp {
        let stamp = token.stamp
        guard stamp.isSHA256, stamp.digest == digest else { throw .otherData(self, digest) }
        if let nonce {
            guard stamp.nonce == Array(nonce.drop { $0 == 0 }) || (stamp.nonce == [0] && nonce.allSatisfy { $0 == 0 }) else {
                throw .otherNonce(self)
            }
        }
        let signer = try signer()
        guard token.isInOrder(from: signer) else { throw .unneededCertificates(self) }
        let chain = try await chain(of: signer, roots: roots)
        guard token.certificates == Array(chain.prefix(token.certificates.count)) else { throw .unneededCertificates(self) }
        return Timestamp(
            seconds: stamp.seconds, serial: BinaryText.hex(stamp.serial), policy: stamp.policy, authority: signer.subject,
            authorityFingerprint: signer.fingerprint, rootFingerprint: chain.last?.fingerprint ?? "")
    }

    /// The certificate whose key made the signature, after checking that it did.
    private func signer() throws(Diagnostic) -> StrictCertificate {
        let named = token.certificates.first { one in
            let name = try? StrictDER.bytes(one.certificate.issuer)
            return name == token.issuer && one.certificate.serialNumber.bytes.drop { $0 == 0 }.elementsEqual(token.serial.drop { $0 == 0 })
        }
        guard let signer = named else { throw .noSigner(self) }
        guard token.attributes.certificateDigests.allSatisfy({ $0.fits(signer) }) else {
            throw .badSignature(self, "its signed attributes name another certificate than the signer's")
        }
        guard token.digestAlgorithm.digest(of: token.content) == token.attributes.messageDigest else {
            throw .badSignature(self, "its statement was altered")
        }
        // Keys of less than 2048 bits were refused with their certificate.
        guard
            signer.certificate.publicKey.isValidSignature(
                token.signature, for: token.attributes.signedBytes, signatureAlgorithm: token.signatureAlgorithm)
        else { throw .badSignature(self, "its signature was not made by '\(signer.subject)'") }
        return signer
    }

    private func chain(of signer: StrictCertificate, roots: [[UInt8]]) async throws(Diagnostic) -> [StrictCertificate] {
        guard signer.isOnlyForTimestamps else { throw .otherPurpose(self, signer) }
        let trusted = roots.compactMap { try? StrictCertificate(der: $0) }
        let search = ChainSearch(leaf: signer, others: token.certificates.filter { $0 != signer }, roots: trusted)
        switch await search.outcome(at: token.stamp.seconds) {
        case .valid(let chain): return chain
        case .expired(let late): throw .outsideValidity(self, late)
        case .notYetValid(let early): throw .outsideValidity(self, early)
        case .unknownIssuer: throw .unknownAuthority(self, signer)
        case .bad(let reason): throw .badChain(self, signer, reason)
        }
    }
}

/// A moment that a timestamping authority vouches for: the bytes existed then.
public struct Timestamp: Hashable, Sendable {
    /// Seconds since 1970; a fraction is cut off.
    public var seconds: Int
    /// The token's serial number in lower-case hexadecimal digits.
    public var serial: String
    /// The authority's policy, an object identifier in dots.
    public var policy: String
    /// The subject of the authority's certificate as RFC 4514 spells it.
    public var authority: String
    /// Lower-case hexadecimal SHA-256 of the authority's certificate.
    public var authorityFingerprint: String
    /// Lower-case hexadecimal SHA-256 of the root's certificate.
    public var rootFingerprint: String
}

extension TimestampToken {
    /// The signer's certificate, then the issuer of each, and at most one root: in this order and no other, because no signature covers the list.
    ///
    /// It also bounds the search for a chain, which many certificates of one name would make long.
    fileprivate func isInOrder(from signer: StrictCertificate) -> Bool {
        certificates.first == signer && !certificates.dropLast().contains(where: \.isSelfIssued)
            && zip(certificates, certificates.dropFirst()).allSatisfy { $0.isIssued(by: $1) }
    }
}

extension StrictCertificate {
    /// The only extended key usage is timestamping, and it is critical (RFC 3161, section 2.3); the key usage, where there is one, allows signatures.
    fileprivate var isOnlyForTimestamps: Bool {
        guard certificate.extensions[oid: .X509ExtensionID.extendedKeyUsage]?.critical == true,
            let purposes = try? certificate.extensions.extendedKeyUsage, purposes.elementsEqual([.timeStamping])
        else { return false }
        guard certificate.extensions[oid: .X509ExtensionID.keyUsage] != nil else { return true }
        guard let usage = try? certificate.extensions.keyUsage else { return false }
        return usage.digitalSignature || usage.nonRepudiation
    }
}

extension Diagnostic {
    private static func timestamp(_ id: String, _ path: String, _ message: String, _ hint: String) -> Self {
        Diagnostic(id: "timestamp.\(id)", severity: .error, location: TextLocation(path: path), message: message, hint: hint)
    }

    fileprivate static func malformed(_ error: any Error, _ path: String) -> Self {
        let reason = (error as? DERFault)?.message ?? "a value in it is not what its place asks for"
        return timestamp(
            "malformed", path, "the reply is no timestamp in its strict spelling: \(reason)",
            "take the reply from the authority again, and store it with the command that checks and normalizes it")
    }

    fileprivate static func rejected(_ reply: TimestampReply, _ path: String) -> Self {
        let reason = reply.status <= 1 ? "the authority granted it with remarks or changes" : "the authority refused"
        return timestamp(
            "rejected", path, "\(reason): status \(reply.status)\(reply.remarks); expected status 0 without remarks",
            "correct what the authority names and request again, or ask another authority")
    }

    fileprivate static func otherData(_ response: TimestampResponse, _ digest: [UInt8]) -> Self {
        timestamp(
            "other-data", response.path,
            "the timestamp is over \(BinaryText.hex(response.token.stamp.digest)); expected SHA-256 \(BinaryText.hex(digest))",
            "check which file the timestamp was made for")
    }

    fileprivate static func otherNonce(_ response: TimestampResponse) -> Self {
        timestamp(
            "other-nonce", response.path, "the timestamp does not repeat the nonce of the request",
            "take the reply to this very request; another may be an old one played again")
    }

    fileprivate static func noSigner(_ response: TimestampResponse) -> Self {
        timestamp(
            "no-signer", response.path, "the reply does not hold the certificate of its signer", "request again and ask for the certificate")
    }

    fileprivate static func badSignature(_ response: TimestampResponse, _ reason: String) -> Self {
        timestamp("bad-signature", response.path, "the timestamp is not what the authority signed: \(reason)", "treat the file as altered")
    }

    fileprivate static func unneededCertificates(_ response: TimestampResponse) -> Self {
        timestamp(
            "certificates-not-needed", response.path,
            "the reply holds certificates that its chain does not need, or not in order; expected the signer's first, then each issuer once",
            "store the reply with the command that normalizes it")
    }

    fileprivate static func otherPurpose(_ response: TimestampResponse, _ signer: StrictCertificate) -> Self {
        timestamp(
            "other-purpose", response.path, "'\(signer.subject)' is not certified for timestamps alone (critical extended key usage timeStamping)",
            "use a timestamping authority whose certificate says so")
    }

    fileprivate static func outsideValidity(_ response: TimestampResponse, _ certificate: StrictCertificate) -> Self {
        timestamp(
            "outside-validity", response.path,
            "the timestamp states \(UTCTime.text(response.token.stamp.seconds)); the certificate '\(certificate.subject)' "
                + "is valid from \(UTCTime.text(certificate.notBefore)) to \(UTCTime.text(certificate.notAfter))",
            "request a timestamp from an authority whose certificate is valid")
    }

    fileprivate static func unknownAuthority(_ response: TimestampResponse, _ signer: StrictCertificate) -> Self {
        timestamp(
            "unknown-authority", response.path, "'\(signer.subject)' is not under any trusted root of timestamping authorities",
            "compare the authority's root with its publisher, and add it to the trust file if you trust it")
    }

    fileprivate static func badChain(_ response: TimestampResponse, _ signer: StrictCertificate, _ reason: String) -> Self {
        timestamp(
            "bad-chain", response.path, "the certificates of '\(signer.subject)' cannot be trusted: \(reason)", "ask the authority for a good chain")
    }
}
