import Attestations
import ControlFrameworks
import Diagnostics
import EvidenceModel
import StructuredText

/// What the `attest` commands print about statements and what was recorded of them.
struct AttestationListing {
    let library: FrameworkLibrary
    /// Each with what the ledger of its system's client holds.
    let statements: [(statement: RequestedAttestation, register: AttestationRegister)]
    /// Records whose statement is no longer in the workspace.
    var orphans: [RecordedAttestation] = []

    /// The state of a statement as it reads now: open, accepted or declined.
    static func state(_ statement: RequestedAttestation, _ register: AttestationRegister) -> String {
        register.answer(to: statement)?.decision.rawValue ?? "open"
    }

    private static func records(_ statement: RequestedAttestation, _ register: AttestationRegister) -> [RecordedAttestation] {
        register.records.filter { $0.id.utf8.elementsEqual(statement.id.utf8) && $0.system.utf8.elementsEqual(statement.system.utf8) }
    }

    private static func isCurrent(_ record: RecordedAttestation, _ register: AttestationRegister) -> Bool {
        !record.isReissued && !register.records.contains { $0.entry > record.entry && $0.isOfSameStatement(as: record) }
    }

    // MARK: Text

    /// One line for each statement, and one below it for each record.
    var list: String {
        var lines: [String] = []
        for (statement, register) in statements {
            let latest = register.latest(of: statement)
            let isIssuedAnew = latest != nil && register.answer(to: statement) == nil
            lines.append(
                "\(statement.id)  \(Self.state(statement, register))\(isIssuedAnew ? " (issued anew)" : "")  \(statement.person) (\(statement.role))  "
                    + "\(statement.system)  \(statement.framework) \(statement.controls.joined(separator: ", "))  \(statement.period.label)")
            lines += Self.records(statement, register).map { "  " + Self.line($0, isCurrent: Self.isCurrent($0, register)) }
        }
        lines += orphans.map { "\($0.id)  not in attestations/: " + Self.line($0, isCurrent: true) }
        if lines.isEmpty { lines = ["there are no attestations; write attestations/ID.yaml"] }
        return lines.map(Diagnostic.printable).joined(separator: "\n") + "\n"
    }

    /// A record in a line.
    static func line(_ record: RecordedAttestation, isCurrent: Bool) -> String {
        let reason = record.reason.map { ": \($0)" } ?? ""
        let recorder = record.recordedBy.map { ", recorded by \($0)" } ?? ""
        return "entry \(record.entry)  \(isCurrent ? record.decision.rawValue : "superseded (\(record.decision.rawValue))")  \(record.person) at "
            + "\(record.at.timestamp) by \(record.route.rawValue)\(recorder), \(signature(record))\(reason)"
    }

    private static func signature(_ record: RecordedAttestation) -> String {
        switch record.signature {
        case .valid(let name): "signed with the key '\(name)'"
        case .unknownKey: "signed with a key that is not in keys/"
        case .wrong: "with a signature that does not belong to its words"
        case .absent: "not signed"
        }
    }

    /// All that a person sees before answering: what is asked, over what, and the exact words with their digest.
    var shown: String {
        var out = ""
        for (statement, register) in statements {
            let lines =
                [
                    "Attestation \(statement.id)", "  person: \(statement.person)", "  role: \(statement.role)", "  system: \(statement.system)",
                    "  period: \(statement.period.label): \(statement.period.words) (end not included)", "  framework: \(statement.framework)",
                    "  controls:",
                ] + controls(of: statement).flatMap { ["    \($0.id)  \($0.title)", "      asks: \($0.asks)"] }
                + ["  state: \(Self.state(statement, register))"]
                + Self.records(statement, register).map { "    " + Self.line($0, isCurrent: Self.isCurrent($0, register)) }
            out += lines.map(Diagnostic.printable).joined(separator: "\n") + "\n\n"
            // The words stand as they are: what steers a terminal was refused when they were read.
            out += statement.text + "\n\n"
            out += "SHA-256 of the text: \(statement.textSHA256)\n"
            let seen = statement.textSHA256.prefix(RequestedAttestation.seenDigits)
            out += "To answer: dossier attest sign \(statement.id) --key KEYID --seen \(seen) --accept    (or --decline REASON)\n"
        }
        return out
    }

    /// The controls that are named and those below them, in the framework's order.
    private func controls(of statement: RequestedAttestation) -> [Control] {
        guard let framework = library.load(statement.framework).framework else { return [] }
        var named = Set(statement.controls.map { ControlID($0) })
        // Parents come before their children in a definition; a second round catches those that do not.
        for _ in 0..<2 {
            for control in framework.controls where control.parent.map({ named.contains($0) }) ?? false { named.insert(control.id) }
        }
        return framework.controls.filter { named.contains($0.id) && !$0.isDeleted }
    }

    // MARK: JSON

    var json: Value {
        .object([
            ("schema", "dossier/attest/1"),
            (
                "attestations",
                .list(
                    statements.map { statement, register in
                        .object([
                            ("id", .string(statement.id)), ("state", .string(Self.state(statement, register))), ("system", .string(statement.system)),
                            ("framework", .string(statement.framework)),
                            (
                                "controls",
                                .list(
                                    controls(of: statement).map {
                                        .object([("id", .string($0.id.text)), ("title", .string($0.title)), ("asks", .string($0.asks))])
                                    })
                            ),
                            (
                                "period",
                                .object([
                                    ("label", .string(statement.period.label)), ("from", .string(statement.period.from.text)),
                                    ("to", .string(statement.period.to.text)),
                                ])
                            ),
                            ("person", .string(statement.person)), ("role", .string(statement.role)), ("text", .string(statement.text)),
                            ("text-sha256", .string(statement.textSHA256)),
                            ("records", .list(Self.records(statement, register).map { Self.value($0, isCurrent: Self.isCurrent($0, register)) })),
                        ])
                    })
            ),
            ("without-statement", .list(orphans.map { Self.value($0, isCurrent: true) })),
        ])
    }

    private static func value(_ record: RecordedAttestation, isCurrent: Bool) -> Value {
        .object([
            ("id", .string(record.id)), ("entry", .int(record.entry)), ("state", .string(isCurrent ? record.decision.rawValue : "superseded")),
            ("decision", .string(record.decision.rawValue)), ("reason", .text(record.reason)), ("person", .string(record.person)),
            ("role", .string(record.role)), ("at", .string(record.at.timestamp)), ("via", .string(record.route.rawValue)),
            ("recorded-by", .text(record.recordedBy)), ("text-sha256", .string(record.textSHA256)), ("key", .text(record.key)),
            ("signed", .bool(record.signature.isValid)), ("supersedes", record.supersedes.map { .int($0) }),
        ])
    }
}
