import FoundationEssentials
import SwiftASN1
@_spi(DisableValidityCheck) @_spi(FixedExpiryValidationTime) import X509

/// What came of looking for a chain from a certificate to a trusted root.
enum ChainOutcome {
    /// From the leaf to the root, both included.
    case valid([StrictCertificate])
    /// The chain would be good, were it not for the end of this certificate.
    case expired(StrictCertificate)
    case notYetValid(StrictCertificate)
    case unknownIssuer
    case bad(String)
}

/// Looks for a chain by the rules of RFC 5280, section 6, without network: revocation is for the trust file to say.
struct ChainSearch {
    var leaf: StrictCertificate
    /// Certificates that came with the leaf.
    var others: [StrictCertificate]
    var roots: [StrictCertificate]

    /// - Parameter seconds: the moment to judge from, since 1970; brought into the years 1970 to 9999 that certificates can name.
    func outcome(at seconds: Int) async -> ChainOutcome {
        if let reason = criticalRefusal { return .bad(reason) }
        let moment = Date(timeIntervalSince1970: Double(min(max(seconds, 0), 253_402_300_799)))
        if let chain = await chain(RFC5280Policy(fixedExpiryValidationTime: moment)).chain { return .valid(chain) }
        let (chain, reached) = await chain(.withValidityCheckDisabled())
        guard let chain else {
            return reached
                ? .bad("its chain breaks the rules of RFC 5280 (certificate authority, path length, name constraints, key usage or SHA-1)")
                : .unknownIssuer
        }
        if let late = chain.first(where: { seconds > $0.notAfter }) { return .expired(late) }
        if let early = chain.first(where: { seconds < $0.notBefore }) { return .notYetValid(early) }
        return .bad("the dates of its chain cannot be read")
    }

    /// The chain, or whether at least its end is a root that signed what is below it.
    private func chain(_ policy: RFC5280Policy) async -> (chain: [StrictCertificate]?, reached: Bool) {
        var verifier = Verifier(rootCertificates: CertificateStore(roots.map(\.certificate))) {
            policy
            IssuerPolicy()
        }
        switch await verifier.validate(leaf: leaf.certificate, intermediates: CertificateStore(others.map(\.certificate))) {
        case .couldNotValidate(let failures): return (nil, !failures.isEmpty)
        case .validCertificate(let found):
            let known = [leaf] + others + roots
            let chain = found.compactMap { part in known.first { $0.certificate == part } }
            return (chain.count == found.count ? chain : nil, true)
        }
    }

    /// The verifier leaves out a certificate with a critical extension that it does not know, without saying so.
    private var criticalRefusal: String? {
        let handled = IssuerPolicy().verifyingCriticalExtensions + RFC5280Policy().verifyingCriticalExtensions
        for one in [leaf] + others {
            if let other = one.certificate.extensions.first(where: { $0.critical && !handled.contains($0.oid) }) {
                return "the certificate '\(one.subject)' demands an extension that is not known here (\(other.oid))"
            }
        }
        return nil
    }
}

/// What RFC 5280 asks of issuers and the verifier of swift-certificates leaves out; and no SHA-1.
private struct IssuerPolicy: VerifierPolicy {
    /// Extended key usage is judged by whoever asked for the chain; certificate policies limit nothing when any policy is accepted.
    let verifyingCriticalExtensions: [ASN1ObjectIdentifier] = [.X509ExtensionID.extendedKeyUsage, [2, 5, 29, 32]]

    mutating func chainMeetsPolicyRequirements(chain: UnverifiedCertificateChain) async -> PolicyEvaluationResult {
        for issuer in chain.dropFirst() where issuer.extensions[oid: .X509ExtensionID.keyUsage] != nil {
            guard let usage = try? issuer.extensions.keyUsage, usage.keyCertSign else {
                return .failsToMeetPolicy(reason: "an issuer's key may not sign certificates")
            }
        }
        // The root's own signature proves nothing and may be old.
        guard !chain.dropLast().contains(where: { $0.signatureAlgorithm == .sha1WithRSAEncryption }) else {
            return .failsToMeetPolicy(reason: "a certificate is signed with SHA-1")
        }
        return .meetsPolicy
    }
}
