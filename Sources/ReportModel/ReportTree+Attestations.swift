import EvidenceModel
import GapAnalysis
import StructuredText

extension Report {
    /// What persons have stated about the system, with what is known of each signature; superseded records are kept, and say so.
    var attestationRecords: [Value] {
        attestations.known(at: asOf).map { record, isCurrent in
            let signature =
                switch record.signature {
                case .valid: "valid"
                case .unknownKey: "unknown key"
                case .wrong: "wrong"
                case .absent: "none"
                }
            return .object([
                ("id", .string(record.id)), ("entry", .int(record.entry)), ("state", .string(isCurrent ? record.decision.rawValue : "superseded")),
                ("person", .string(record.person)), ("role", .string(record.role)), ("framework", .string(record.framework)),
                ("controls", .list(record.controls.map { .string($0) })), ("from", .string(record.period.from.text)),
                ("to", .string(record.period.to.text)), ("decision", .string(record.decision.rawValue)), ("reason", .text(record.reason)),
                ("text", .string(record.text)), ("text-sha256", .string(record.textSHA256)), ("at", .string(record.at.timestamp)),
                ("decided-on", .text(record.decidedOn?.text)), ("via", .string(record.route.rawValue)), ("recorded-by", .text(record.recordedBy)),
                ("signature", .string(signature)), ("key", .text(record.key)), ("supersedes", record.supersedes.map { .int($0) }),
            ])
        }
    }

    /// An attestation at a control, in short: who, when, where in the ledger, and what it is worth there.
    func attestation(_ attestation: ControlAttestation) -> Value {
        let record = attestation.record
        return .object([
            ("id", .string(record.id)), ("entry", .int(record.entry)), ("person", .string(record.person)), ("role", .string(record.role)),
            ("decision", .string(record.decision.rawValue)), ("reason", .text(record.reason)), ("at", .string(record.at.timestamp)),
            ("standing", .string(attestation.standing.rawValue)),
        ])
    }
}
