import ControlFrameworks
public import EvidenceModel
import Workspaces

/// An attestation that names a control or one above it, and what it is worth there.
public struct ControlAttestation: Sendable {
    public var record: RecordedAttestation
    public var standing: Standing

    public enum Standing: String, CaseIterable, Sendable {
        /// Accepted, signed, of the whole period, and by somebody who did not make the evidence.
        case counts
        case declined
        /// A later record or a new issue of the statement took its place.
        case superseded
        /// Its period does not contain the reporting period.
        case otherPeriod = "another period"
        /// Without a signature that a key of the workspace made.
        case unsigned
        /// Its person made evidence that the control rests on, or approved their own.
        case selfApproved = "self-approved"
    }
}

/// Decides a control that a person has the last word on, once its requirements are met.
struct AttestationRule {
    let input: AssessmentInput
    /// Those of the system and framework that were recorded by as-of, and whether each still stands.
    private let known: [(record: RecordedAttestation, isCurrent: Bool)]

    init(input: AssessmentInput) {
        self.input = input
        known = input.attestations.filter { Self.belongs($0, to: input) }.known(at: input.asOf)
    }

    private static func belongs(_ record: RecordedAttestation, to input: AssessmentInput) -> Bool {
        record.system.utf8.elementsEqual(input.system.id.utf8) && record.framework.utf8.elementsEqual(input.framework.id.utf8)
    }

    /// What follows for the control, with the shortfalls that keep it from being met.
    struct Outcome {
        var verdict: Verdict
        var shortfalls: [Shortfall] = []
    }

    /// The attestations that name a control or one above it, in the order of the ledger, and what each is worth.
    func attestations(of control: Control, _ requirements: [RequirementAssessment]) -> [ControlAttestation] {
        known.compactMap { record, isCurrent in
            guard input.framework.isNamed(control, by: record.controls) else { return nil }
            return ControlAttestation(record: record, standing: isCurrent ? standing(of: record, requirements) : .superseded)
        }
    }

    private func standing(of record: RecordedAttestation, _ requirements: [RequirementAssessment]) -> ControlAttestation.Standing {
        guard record.period.from <= input.period.from, input.period.to <= record.period.to else { return .otherPeriod }
        guard record.signature.isValid else { return .unsigned }
        if record.decision == .declined { return .declined }
        return selfMade(record, requirements) == nil ? .counts : .selfApproved
    }

    /// The first item that the person made, or that was approved by who made it.
    private func selfMade(_ record: RecordedAttestation, _ requirements: [RequirementAssessment]) -> EvidenceItem? {
        let person = personKey(record.person)
        return requirements.flatMap(\.considered).first { item in
            guard let producer = item.producer.map(personKey) else { return false }
            return producer == person || item.approver.map(personKey) == producer
        }
    }

    /// - Parameter attestations: those of the control.
    func decide(_ control: Control, _ requirements: [RequirementAssessment], _ attestations: [ControlAttestation]) -> Outcome {
        let counting = attestations.filter { $0.standing == .counts }.map(\.record)
        if let declined = attestations.first(where: { $0.standing == .declined })?.record {
            guard let accepted = counting.first else { return Outcome(verdict: .notMet, shortfalls: [.declined(declined)]) }
            return Outcome(verdict: .conflict, shortfalls: [.declined(declined), .disagreement(accepted, declined)])
        }
        if !counting.isEmpty { return Outcome(verdict: .met) }
        if let own = attestations.first(where: { $0.standing == .selfApproved })?.record, let item = selfMade(own, requirements) {
            return Outcome(verdict: .partlyMet, shortfalls: [.selfAttested(own, item)])
        }
        if let unsigned = attestations.first(where: { $0.standing == .unsigned })?.record {
            return Outcome(verdict: .notAssessed, shortfalls: [.unsigned(unsigned)])
        }
        return Outcome(verdict: .notAssessed, shortfalls: [.awaitsPerson(control, beside: beside(control, attestations))])
    }

    /// Why an attestation that is there says nothing yet, so that nobody looks for it in vain.
    private func beside(_ control: Control, _ attestations: [ControlAttestation]) -> String? {
        guard control.decidedBy == .person else { return nil }
        if let other = attestations.last(where: { $0.standing == .otherPeriod || $0.standing == .superseded }) {
            let why =
                other.standing == .superseded ? "was issued anew since" : "is of \(other.record.period.words), not of all of \(input.period.words)"
            return "entry \(other.record.entry), attestation '\(other.record.id)', \(why)"
        }
        let later = input.attestations.first { record in
            record.at > input.asOf && Self.belongs(record, to: input) && input.framework.isNamed(control, by: record.controls)
        }
        return later.map { "entry \($0.entry), attestation '\($0.id)', was recorded at \($0.at.text), after \(input.asOf.text)" }
    }
}

extension Framework {
    /// True when the numbers name a control or one above it.
    func isNamed(_ control: Control, by numbers: [String]) -> Bool {
        let named = Set(numbers.map { ControlID($0) })
        var next: ControlID? = control.id
        for _ in 0..<64 {
            guard let id = next else { return false }
            if named.contains(id) { return true }
            next = self.control(id)?.parent
        }
        return false
    }
}

extension Shortfall {
    fileprivate static func declined(_ record: RecordedAttestation) -> Self {
        Shortfall(
            .declined, "\(who(record)) declined to state it: \(record.reason ?? "no reason given")",
            remedy: "Mend what keeps \(record.person) from stating it, and ask again.")
    }

    fileprivate static func disagreement(_ accepted: RecordedAttestation, _ declined: RecordedAttestation) -> Self {
        Shortfall(
            .contradicted, "\(who(accepted)) accepted the statement, and \(who(declined)) declined it",
            remedy: "Settle between \(accepted.person) and \(declined.person) what holds, and have one of them state it again.")
    }

    fileprivate static func selfAttested(_ record: RecordedAttestation, _ item: EvidenceItem) -> Self {
        let isOwn = item.producer.map(personKey) == personKey(record.person)
        let found = isOwn ? "which \(record.person) produced" : "which \(item.producer ?? "somebody") produced and approved alone"
        return Shortfall(
            .selfApproved, "\(who(record)) accepted the statement over '\(item.path)', \(found); expected different people",
            remedy: isOwn
                ? "Have somebody other than the producer of '\(item.path)' state it."
                : "Have somebody other than its producer approve '\(item.path)'.")
    }

    fileprivate static func unsigned(_ record: RecordedAttestation) -> Self {
        let found =
            switch record.signature {
            case .unknownKey: "by a key that is not in keys/"
            case .wrong: "with a signature that does not belong to its words"
            case .absent, .valid: "without a signature"
            }
        return Shortfall(
            .unsigned, "\(who(record)) \(record.decision.rawValue) the statement \(found)",
            remedy: "Have \(record.person) sign it with a key whose public half is in keys/.")
    }

    fileprivate static func awaitsPerson(_ control: Control, beside: String?) -> Self {
        let decider = control.decidedBy == .authority ? "an authority" : "an accountable person"
        return Shortfall(
            .awaitsPerson, "the evidence is there; \(decider) decides" + (beside.map { "; \($0)" } ?? ""), remedy: "Obtain the decision of \(decider).")
    }

    private static func who(_ record: RecordedAttestation) -> String {
        "\(record.person) (\(record.role), \(record.at.text), entry \(record.entry))"
    }
}
