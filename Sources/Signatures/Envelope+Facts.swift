import Crypto
public import Diagnostics
import StructuredText

extension Envelope {
    /// Checks each signature against the keys and authorities of a trust file, for `SignatureJudge` to say what it is worth.
    /// - Parameters:
    ///   - provenTime: when the envelope was there for certain, such as the time of a token over its bytes (seconds since 1970).
    ///   - now: seconds since 1970.
    /// - Throws: a `Diagnostic` when the certificates beside a signature are none, or not those of its key.
    public func facts(
        over target: SigningPolicy.Target, trust: TrustFile, now: Int, provenTime: Int? = nil, path: String
    ) async throws(Diagnostic) -> [SignatureFact] {
        let roots = trust.authorities.map(\.certificate)
        var facts: [SignatureFact] = []
        for signature in signatures {
            var fact = SignatureFact(over: target, source: .key(signature.keyID), isValid: false, provenTime: provenTime)
            if signature.certificates.isEmpty {
                let key = trust.signers.first { $0.key.keyID.utf8.elementsEqual(signature.keyID.utf8) }?.key
                fact.isValid = key.map { isValid(signature, by: $0) } ?? false
            } else {
                let chain = try CertificateChain(der: signature.certificates, path: path)
                guard chain.leafKey.keyID.utf8.elementsEqual(signature.keyID.utf8) else { throw .otherLeaf(path, signature.keyID, chain.subject) }
                let result = await chain.validate(roots: roots, at: fact.judgedAt(now: now))
                fact.source = .certificate(keyID: signature.keyID, SignatureFact.CertificateFinding(result, of: chain, trust: trust))
                fact.isValid = isValid(signature, by: chain.leafKey)
            }
            facts.append(fact)
        }
        return facts
    }
}

extension SignatureFact.CertificateFinding {
    /// What a chain turned out to be worth, with the entry of the trust file that vouches for it.
    public init(_ result: CertificateResult, of chain: CertificateChain, trust: TrustFile) {
        let state: State =
            switch result {
            case .good(let identity):
                trust.authorities.firstIndex { BinaryText.hex(SHA256.hash(data: $0.certificate)).utf8.elementsEqual(identity.rootFingerprint.utf8) }
                    .map { .good(authority: $0) } ?? .unknownIssuer
            case .expired: .expired
            case .notYetValid: .notYetValid
            case .unknownIssuer: .unknownIssuer
            case .wrongKeyUsage(let reason), .bad(let reason): .unusable(reason)
            }
        self.init(state: state, subject: chain.subject, fingerprints: chain.fingerprints)
    }
}

extension Diagnostic {
    fileprivate static func otherLeaf(_ path: String, _ keyID: String, _ subject: String) -> Self {
        Diagnostic(
            id: "envelope.other-certificate", severity: .error, location: TextLocation(path: path),
            message: "the signature by the key \(keyID) stands beside a certificate of '\(subject)' for another key; expected that key's certificate",
            hint: "restore the file as it was issued")
    }
}
