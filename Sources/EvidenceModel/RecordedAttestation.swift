/// What a named person stated over named controls and a period, as the ledger holds it.
public struct RecordedAttestation: Hashable, Sendable {
    public enum Decision: String, CaseIterable, Sendable { case accepted, declined }

    /// How the record reached the ledger.
    public enum Route: String, CaseIterable, Sendable {
        /// The person signed it with a key of their own.
        case command
        /// An officer collected it in a table, and signed what was collected.
        case csv
    }

    /// What was found out about its signature.
    public enum SignatureState: Hashable, Sendable {
        /// By a key of the workspace, under this name.
        case valid(keyName: String)
        /// Signed by a key that the workspace does not hold.
        case unknownKey
        /// It does not belong to these words, or the record's own parts contradict each other.
        case wrong
        case absent

        public var isValid: Bool {
            if case .valid = self { return true }
            return false
        }
    }

    /// The statement's id, which stays the same when it is issued again.
    public var id: String
    public var system: String
    public var framework: String
    /// Official numbers; a number covers the controls below it.
    public var controls: [String]
    public var period: Period
    public var person: String
    public var role: String
    public var decision: Decision
    /// Why it was declined.
    public var reason: String?
    /// When the person decided, where a table says so.
    public var decidedOn: Instant?
    /// The words that the person saw.
    public var text: String
    /// SHA-256 of the words, in hexadecimal digits.
    public var textSHA256: String
    public var route: Route
    /// The name of the key of whoever recorded it for the person.
    public var recordedBy: String?
    /// The number of the ledger entry that this one replaces.
    public var supersedes: Int?
    /// SHA-256 of the signing key's SubjectPublicKeyInfo, in hexadecimal digits.
    public var key: String?
    public var signature: SignatureState = .absent
    public var at: Instant
    /// The number of its ledger entry, from 0.
    public var entry: Int
    /// True when the workspace's statement of this id and period has other words now than those that were signed.
    public var isReissued = false

    public init(
        id: String, system: String, framework: String, controls: [String], period: Period, person: String, role: String, decision: Decision,
        reason: String? = nil, decidedOn: Instant? = nil, text: String, textSHA256: String, route: Route = .command, recordedBy: String? = nil,
        supersedes: Int? = nil, key: String? = nil, at: Instant, entry: Int
    ) {
        self.id = id
        self.system = system
        self.framework = framework
        self.controls = controls
        self.period = period
        self.person = person
        self.role = role
        self.decision = decision
        self.reason = reason
        self.decidedOn = decidedOn
        self.text = text
        self.textSHA256 = textSHA256
        self.route = route
        self.recordedBy = recordedBy
        self.supersedes = supersedes
        self.key = key
        self.at = at
        self.entry = entry
    }

    /// True when both are of the same statement: its id, its system and its period. The next period's statement replaces nothing.
    public func isOfSameStatement(as other: RecordedAttestation) -> Bool {
        id.utf8.elementsEqual(other.id.utf8) && system.utf8.elementsEqual(other.system.utf8) && period.from == other.period.from
            && period.to == other.period.to
    }
}

extension [RecordedAttestation] {
    /// Those that were recorded by then, in the order of the ledger, and whether each still stands: not replaced by a later one, nor issued anew.
    public func known(at asOf: Instant) -> [(record: RecordedAttestation, isCurrent: Bool)] {
        let recorded = filter { $0.at <= asOf }.sorted { $0.entry < $1.entry }
        return recorded.map { record in
            let isReplaced = recorded.contains { $0.entry > record.entry && $0.isOfSameStatement(as: record) }
            return (record, !isReplaced && !record.isReissued)
        }
    }
}

/// What two spellings of a person's name share: its letters without regard to case and blanks. Accents count alike however they are encoded, so that
/// nobody becomes a second person by another spelling.
public func personKey(_ name: String) -> String { name.lowercased().split { $0.isWhitespace }.joined(separator: " ") }
