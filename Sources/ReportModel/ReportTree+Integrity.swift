import EvidenceLocker
import EvidenceModel
import StructuredText

extension Report {
    /// What an auditor needs to check the pack: the ledger's head, what was hidden and by which rule, what was deleted, and how to go about it.
    var integrity: Value {
        .object([
            ("ledger-name", .text(ledgerName)), ("ledger-entries", .int(ledgerEntries)), ("ledger-head", .string(ledgerHead)),
            ("ledger-signed", .bool(isLedgerSigned)), ("previous-head", .text(previous?.ledgerHead)), ("signed", .bool(isIssued)),
            ("demonstration", .bool(isDemonstration)), ("redactions", .list(redactions)), ("retirements", .list(retirements.map(retirement))),
            ("how-to-verify", .list(howToVerify.map { .string($0) })),
        ])
    }

    private var redactions: [Value] {
        items.flatMap { item in
            item.redactions.map { row in
                Value.object([
                    ("path", .string(item.path)), ("rule", .string(row.rule)), ("action", .string(row.action)), ("reason", .string(row.reason)),
                    ("count", .int(row.count)),
                ])
            }
        }
    }

    private func retirement(_ record: LockerContents.RecordedEntry) -> Value {
        let body = record.entry.body
        return .object([
            ("path", body["path"] ?? ""), ("kind", body["kind"] ?? ""), ("rule", body["rule"] ?? ""), ("source", body["source"] ?? ""),
            ("at", .string(record.entry.at.timestamp)),
        ])
    }

    private var howToVerify: [String] {
        var steps = [
            "The digest of an artefact is the SHA-256 of its bytes: 'sha256sum FILE' prints it. A digest that begins with 'blinded:' is that of a sealed record; "
                + "it cannot be computed from the record alone, so that nobody can guess the record from it.",
            "The ledger head is the root of a Merkle tree (RFC 6962) over all entries of the ledger; its checkpoint carries the same root.",
        ]
        steps.append(
            isLedgerSigned
                ? "The checkpoint is a signed note (C2SP): its verifier key must come from outside this pack."
                : "The checkpoint carries no signature: it shows an accident, not a deliberate change.")
        steps.append(
            isIssued
                ? "This pack was issued with a signature over the digests of its files, in pack.dsse.json beside it; 'dossier verify' on the bundle checks it."
                : "This pack carries no signature.")
        if isDemonstration { steps.append("The ledger was made with a demonstration seed that anybody can read: nothing in it is confidential.") }
        return steps
    }

    /// The tree without the texts that would tell what redaction rules hide; where one stood, the page says so.
    func withholding(_ tree: Value) -> Value {
        let hidden = Set(items.flatMap(\.withheld))
        return hidden.isEmpty ? tree : tree.withholding(hidden.sorted { $0.utf8.count > $1.utf8.count })
    }
}

extension EvidenceItem {
    /// The item with a word in place of each fact that would tell what a redaction rule hides.
    var showingNothingWithheld: EvidenceItem {
        if withheldFacts.isEmpty { return self }
        var item = self
        item.facts = facts.map { fact in
            guard withheldFacts.contains(where: { $0.utf8.elementsEqual(fact.name.text.utf8) }) else { return fact }
            var fact = fact
            fact.value = .text("[withheld]")
            fact.unit = nil
            return fact
        }
        return item
    }
}

extension Value {
    /// Keys whose values are words of ours, identifiers or moments, and never texts of evidence.
    private static let structural: Set<String> = [
        "schema", "producer", "verdict", "was", "is", "id", "parent", "anchor", "ref", "digest", "supersedes", "observed-from", "observed-to", "observed-basis",
        "collected-at", "collected-by", "from", "to", "as-of", "released", "method", "classification", "kind", "kinds", "format", "force", "status", "state",
        "label", "framework", "frameworks", "reasons", "reason-code", "cite", "edition", "title", "path", "outcome", "decided-by", "how-to-verify",
        "ledger-name",
        "ledger-head", "previous-head", "retirements", "redactions", "counts", "asks", "in-force-since", "binds-from", "first-binding-date",
    ]

    /// True for a text and for a list of texts: sections of the report may have the name of a field.
    private var isOfTexts: Bool { string != nil || (list?.allSatisfy { $0.string != nil } ?? false) }

    fileprivate func withholding(_ hidden: [String]) -> Value {
        switch self {
        case .string(let text):
            var out = text
            for word in hidden where out.utf8.count >= word.utf8.count { out = out.replacing(word, with: "[withheld]") }
            return .string(out)
        case .list(let items): return .list(items.map { $0.withholding(hidden) })
        case .map(let members):
            return .map(members.map { Self.structural.contains($0.key) && $0.value.isOfTexts ? $0 : Member($0.key, $0.value.withholding(hidden)) })
        case .null, .bool, .int, .number: return self
        }
    }
}
