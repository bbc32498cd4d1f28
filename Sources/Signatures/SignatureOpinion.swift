/// One signature in the light of a trust file: what it is worth in each role.
struct SignatureOpinion {
    let fact: SignatureFact
    private let trust: TrustFile
    /// The moment at which keys and certificates must be in force.
    private let time: Int
    /// What the trust file says of the very key; it goes before what a certificate says.
    private let entries: [TrustFile.Signer]

    init(_ fact: SignatureFact, trust: TrustFile, now: Int) {
        self.fact = fact
        self.trust = trust
        time = fact.judgedAt(now: now)
        switch fact.source {
        case .key(let keyID), .certificate(let keyID, _): entries = trust.signers.filter { $0.key.keyID.utf8.elementsEqual(keyID.utf8) }
        case .service: entries = []
        }
    }

    var isService: Bool {
        if case .service = fact.source { return true }
        return false
    }

    /// Whether the trust file gives the signer this role, now or at another time.
    func holds(_ role: String) -> Bool {
        guard SigningPolicy.services.contains(role) == isService else { return false }
        switch fact.source {
        case .service(let own, _, _): return own.utf8.elementsEqual(role.utf8)
        case .key, .certificate:
            if entries.contains(where: { $0.role.utf8.elementsEqual(role.utf8) }) { return true }
            return authority.map { $0.roles.contains { $0.utf8.elementsEqual(role.utf8) } } ?? false
        }
    }

    /// Who signed, in a role; `nil` when the trust file names nobody.
    func person(_ role: String) -> String? {
        switch fact.source {
        case .service(_, let name, _): return name
        case .key: return entry(role)?.person ?? entries.first?.person
        case .certificate:
            if let entry = entry(role) ?? entries.first { return entry.person }
            return subjectPerson
        }
    }

    /// The worth of the signature in a role.
    func outcome(_ role: String) -> SignatureJudge.Outcome {
        switch fact.source {
        case .service(_, _, let isTrusted):
            guard holds(role) else { return .roleNotHeld }
            guard isTrusted else { return .unknownKey }
            return fact.isValid ? .good : .wrong
        case .key: return keyOutcome(role)
        case .certificate(_, let finding):
            if fact.isValid, isRevoked(finding) { return .revoked }
            if entries.isEmpty { return certificateOutcome(finding, role) }
            // Nothing covers the envelope but these signatures: what stands beside the one of a listed key must be vouched for, or anybody could put it there.
            switch finding.state {
            case .good, .expired, .notYetValid: return keyOutcome(role)
            case .unknownIssuer, .unusable: return .wrong
            }
        }
    }

    /// The worth in whatever role the signer holds: for signatures that nobody demanded.
    var overall: SignatureJudge.Outcome {
        if case .service(let own, _, _) = fact.source { return outcome(own) }
        let roles = entries.map(\.role) + (authority?.roles ?? [])
        let outcomes = roles.map { outcome($0) }
        return outcomes.first { $0 == .good } ?? outcomes.first ?? outcome("")
    }

    // MARK: - Keys of the trust file

    /// The entry for a role, first one that is in force.
    private func entry(_ role: String) -> TrustFile.Signer? {
        let held = entries.filter { $0.role.utf8.elementsEqual(role.utf8) }
        return held.first { isInForce($0) } ?? held.first
    }

    private func isInForce(_ signer: TrustFile.Signer) -> Bool { (signer.from ?? Int.min) <= time && time < (signer.until ?? Int.max) }

    private func keyOutcome(_ role: String) -> SignatureJudge.Outcome {
        guard !entries.isEmpty else { return .unknownKey }
        guard fact.isValid else { return .wrong }
        // A key that fell into other hands is lost for every role at once.
        if entries.contains(where: { $0.revoked.map { $0 <= time } ?? false }) { return .revoked }
        guard holds(role), let entry = entry(role) else { return .roleNotHeld }
        return isInForce(entry) ? .good : .keyExpired
    }

    // MARK: - Certificates

    private var authority: TrustFile.Authority? {
        guard case .certificate(_, let finding) = fact.source, case .good(let index) = finding.state, trust.authorities.indices.contains(index) else {
            return nil
        }
        return trust.authorities[index]
    }

    /// The person whom the authority's entry names for the subject, or the subject itself when it names nobody at all.
    private var subjectPerson: String? {
        guard case .certificate(_, let finding) = fact.source, let authority else { return nil }
        if authority.persons.isEmpty { return finding.subject }
        return authority.persons.first { $0.subject.utf8.elementsEqual(finding.subject.utf8) }?.name
    }

    private func certificateOutcome(_ finding: SignatureFact.CertificateFinding, _ role: String) -> SignatureJudge.Outcome {
        guard finding.state != .unknownIssuer else { return .unknownKey }
        guard fact.isValid else { return .wrong }
        switch finding.state {
        case .unknownIssuer: return .unknownKey
        case .expired, .notYetValid: return .certificateExpired
        case .unusable: return .wrong
        case .good:
            guard authority != nil else { return .unknownKey }
            guard subjectPerson != nil, holds(role) else { return .roleNotHeld }
            return .good
        }
    }

    /// Whether the signer's certificate, or one between it and the root, was revoked.
    private func isRevoked(_ finding: SignatureFact.CertificateFinding) -> Bool {
        trust.authorities.contains { authority in
            authority.revoked.contains { one in
                one.from <= time && finding.fingerprints.contains { $0.utf8.elementsEqual(one.certificate.utf8) }
            }
        }
    }

    // MARK: - Words

    /// Why a signature ended so, without a full stop.
    func sentence(_ outcome: SignatureJudge.Outcome, role: String?) -> String {
        let moment = UTCTime.text(time) + (fact.provenTime == nil ? " (now; no timestamp or witness proves an earlier time)" : " (proven)")
        switch outcome {
        case .good: return "\(signer(role)) signed; nothing demands it"
        case .absent: return "found no signature"
        case .unknownKey: return "the key \(fact.identity) is not in the trust file"
        case .wrong:
            if case .certificate(_, let finding) = fact.source {
                if case .unusable(let why) = finding.state { return "the certificate of \(signer(role)): \(why)" }
                if case .unknownIssuer = finding.state, !entries.isEmpty {
                    return "no authority of the trust file vouches for the certificate '\(finding.subject)' beside the signature of \(signer(role)), "
                        + "whose key is listed; expected none there"
                }
            }
            return "the signature of \(signer(role)) is wrong for these bytes"
        case .keyExpired: return "the key of \(signer(role)) was not in force at \(moment)"
        case .certificateExpired: return "the certificate of \(signer(role)) was not in force at \(moment)"
        case .revoked: return "the key or certificate of \(signer(role)) was revoked before \(moment)"
        case .roleNotHeld: return "\(signer(role)) signed, and does not hold the role \(role ?? "that is demanded")"
        case .selfApproved: return "\(signer(role)) signed in two roles"
        }
    }

    private func signer(_ role: String?) -> String {
        if let person = person(role ?? "") { return person }
        if case .certificate(_, let finding) = fact.source { return finding.subject }
        return "the key \(fact.identity)"
    }
}
