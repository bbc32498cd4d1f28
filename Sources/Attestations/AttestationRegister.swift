public import Diagnostics
public import EvidenceModel
public import StructuredText

/// All attestations of one ledger, held against the statements as the workspace has them now.
public struct AttestationRegister: Sendable {
    /// An entry of the ledger that was not withdrawn: its number, its time and its body.
    public struct Entry: Sendable {
        public var index: Int
        public var at: Instant
        public var body: Value

        public init(index: Int, at: Instant, body: Value) {
            self.index = index
            self.at = at
            self.body = body
        }
    }

    /// In the order of the ledger.
    public private(set) var records: [RecordedAttestation] = []
    /// Entries that could not be read, and signatures that do not hold.
    public private(set) var diagnostics: [Diagnostic] = []

    /// - Parameter path: the ledger, as diagnostics name it.
    public init(entries: [Entry], statements: [RequestedAttestation], keys: AttestationKeys, path: String) {
        for entry in entries {
            do throws(Diagnostic) {
                let record = try AttestationRecord(body: entry.body, entry: entry.index, path: path)
                var attestation = record.attestation
                attestation.signature = record.signatureState(keys: keys, entryAt: entry.at)
                // The entry's time is what the ledger vouches for.
                attestation.at = entry.at
                attestation.isReissued = statements.contains { $0.isOfSameStatement(as: attestation) && !$0.isStated(by: attestation) }
                if attestation.signature == .wrong { diagnostics.append(.wrongSignature(attestation, path)) }
                records.append(attestation)
            } catch {
                diagnostics.append(error)
            }
        }
    }

    /// The newest record of a statement, in whatever words: what a new one replaces.
    public func latest(of statement: RequestedAttestation) -> RecordedAttestation? { records.last { statement.isOfSameStatement(as: $0) } }

    /// The newest record of a statement when it is of the words as they are now.
    public func answer(to statement: RequestedAttestation) -> RecordedAttestation? {
        latest(of: statement).flatMap { statement.isStated(by: $0) ? $0 : nil }
    }

    /// What a person is about to put on record.
    public struct Answer: Sendable {
        public var decision: RecordedAttestation.Decision
        /// Why it is declined.
        public var reason: String?
        public var decidedOn: Instant?

        public init(_ decision: RecordedAttestation.Decision, reason: String? = nil, decidedOn: Instant? = nil) {
            self.decision = decision
            self.reason = reason
            self.decidedOn = decidedOn
        }
    }

    /// True when the ledger holds this answer already, under a signature that holds.
    public func holds(_ answer: Answer, to statement: RequestedAttestation) -> Bool {
        guard let last = self.answer(to: statement), last.signature.isValid, last.decision == answer.decision else { return false }
        return isSame(last.reason ?? "", answer.reason ?? "")
    }

    /// The record of an answer, which replaces what the ledger holds of the same statement; its entry is not known yet.
    public func record(
        _ answer: Answer, to statement: RequestedAttestation, at: Instant, route: RecordedAttestation.Route, recordedBy: String? = nil
    ) -> RecordedAttestation {
        RecordedAttestation(
            id: statement.id, system: statement.system, framework: statement.framework, controls: statement.controls, period: statement.period,
            person: statement.person, role: statement.role, decision: answer.decision, reason: answer.reason, decidedOn: answer.decidedOn,
            text: statement.text, textSHA256: statement.textSHA256, route: route, recordedBy: recordedBy, supersedes: latest(of: statement)?.entry, at: at,
            entry: 0)
    }
}

extension AttestationRegister {
    /// Checks what a person says at the command line before anything is signed.
    /// - Throws: a `Diagnostic` when the digits are not those of the text as it is now, or a refusal gives no usable reason.
    public static func check(_ answer: Answer, to statement: RequestedAttestation, seen: String) throws(Diagnostic) {
        let expected = String(statement.textSHA256.prefix(RequestedAttestation.seenDigits))
        guard isSame(seen.lowercased(), expected) else { throw .notSeen(statement, seen) }
        try check(answer, location: nil)
    }

    /// A refusal says why, in words that can be stored.
    static func check(_ answer: Answer, location: TextLocation?) throws(Diagnostic) {
        guard let reason = answer.reason else {
            if answer.decision == .declined { throw .noReason(location) }
            return
        }
        guard !reason.trimmingBlanks().isEmpty else { throw .noReason(location) }
        guard reason.utf8.count <= maximumReason, !reason.unicodeScalars.contains(where: isHidden) else { throw .unusableReason(location) }
    }

    /// A reason is never longer (bytes).
    static let maximumReason = 2 << 10

    /// One key speaks for one person: who signs as two would approve their own work unseen.
    /// - Throws: a `Diagnostic` when the key has signed as somebody else.
    public func checkKey(_ keyID: String, isFor person: String) throws(Diagnostic) {
        let other = records.first { record in
            record.route == .command && record.signature.isValid && record.key.map { isSame($0, keyID) } == true
                && personKey(record.person) != personKey(person)
        }
        if let other { throw .keyOfAnother(other, person) }
    }
}

extension Diagnostic {
    fileprivate static func notSeen(_ statement: RequestedAttestation, _ seen: String) -> Self {
        Diagnostic(
            id: "attestation.not-seen", severity: .error, location: statement.location,
            message:
                "'\(seen)' is not how the SHA-256 of the text begins; expected the \(RequestedAttestation.seenDigits) digits that are shown below the text",
            hint: "run 'dossier attest show \(statement.id)', read the text, and give the digits below it")
    }

    fileprivate static func noReason(_ location: TextLocation?) -> Self {
        Diagnostic(
            id: "attestation.no-reason", severity: .error, location: location, message: "the statement is declined without a reason; expected why",
            hint: "say in a sentence why it cannot be stated")
    }

    fileprivate static func unusableReason(_ location: TextLocation?) -> Self {
        Diagnostic(
            id: "attestation.unusable-reason", severity: .error, location: location,
            message: "the reason is longer than \(AttestationRegister.maximumReason) bytes, or holds characters that do not show",
            hint: "write a short reason in plain characters")
    }

    fileprivate static func wrongSignature(_ record: RecordedAttestation, _ path: String) -> Self {
        Diagnostic(
            id: "attestation.wrong-signature", severity: .error, location: TextLocation(path: path),
            message: "the signature of entry \(record.entry), attestation '\(record.id)', does not belong to its words; it counts for nothing",
            hint: "find out who wrote the entry, and have \(record.person) state it again")
    }

    fileprivate static func keyOfAnother(_ record: RecordedAttestation, _ person: String) -> Self {
        Diagnostic(
            id: "attestation.key-of-another", severity: .error,
            message: "the key signed entry \(record.entry) for '\(record.person)', and is asked to sign for '\(person)'; expected each person's own key",
            hint: "make a key for '\(person)', and sign with that")
    }
}
