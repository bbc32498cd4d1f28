/// One signature as it was found and checked, before anything is said of what it is worth.
public struct SignatureFact: Hashable, Sendable {
    /// Who made it.
    public enum Source: Hashable, Sendable {
        /// A person's key, or a service's that is listed among the signers, by `PublicKey.keyID`.
        case key(String)
        /// A key with a certificate chain.
        case certificate(keyID: String, CertificateFinding)
        /// A log, witness or timestamp authority: its role, its name, and whether the trust file lists it.
        case service(role: String, name: String, isTrusted: Bool)
    }

    /// True for a log, a witness and a timestamp authority.
    public var isOfService: Bool {
        if case .service = source { return true }
        return false
    }

    /// What is known of the chain of a signer's certificate, at the time that `SignatureFact.judgedAt` gives for the same signature.
    public struct CertificateFinding: Hashable, Sendable {
        public enum State: Hashable, Sendable {
            /// The chain ends at `TrustFile.authorities[authority]`.
            case good(authority: Int)
            case expired
            case notYetValid
            case unknownIssuer
            /// Broken, or not meant for signatures; the reason in words.
            case unusable(String)
        }

        public var state: State
        /// The subject of the signer's certificate, as RFC 4514 writes it.
        public var subject: String
        /// SHA-256 in hexadecimal digits of every certificate that came with the signature, the signer's first, each in every spelling that verifies alike: a
        /// revocation that names any of them ends all.
        public var fingerprints: [String]

        public init(state: State, subject: String, fingerprints: [String]) {
            self.state = state
            self.subject = subject
            self.fingerprints = fingerprints
        }
    }

    public var over: SigningPolicy.Target
    public var source: Source
    /// Whether the signature is that key's over those bytes. For a key that the trust file does not list it says nothing.
    public var isValid: Bool
    /// When the signature was there for certain (seconds since 1970): the time of a token over it, or of a witness who signed after it.
    ///
    /// `nil` without such a proof; the signer's own word is none.
    public var provenTime: Int?

    public init(over: SigningPolicy.Target, source: Source, isValid: Bool, provenTime: Int? = nil) {
        self.over = over
        self.source = source
        self.isValid = isValid
        self.provenTime = provenTime
    }

    /// The moment at which keys and certificates must be in force: the proven one, else now.
    public func judgedAt(now: Int) -> Int { provenTime.map { min($0, now) } ?? now }

    /// What tells two signers apart, and names them in messages.
    var identity: String {
        switch source {
        case .key(let keyID), .certificate(let keyID, _): keyID
        case .service(_, let name, _): name
        }
    }
}

/// Whether two names are one person's. Names that look the same count as the same, so that a second spelling makes no second person.
func samePerson(_ a: String, _ b: String) -> Bool { personKey(a) == personKey(b) }

/// The name that stands for all spellings of a person's name. Equality of `String` is canonical equivalence, which is wanted here.
func personKey(_ name: String) -> String {
    name.lowercased().unicodeScalars.split { $0.properties.isWhitespace }.map { String($0) }.joined(separator: " ")
}
