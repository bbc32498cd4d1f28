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
    fileprivate func withholding(_ hidden: [String]) -> Value {
        switch self {
        case .string(let text):
            var out = text
            for word in hidden where out.utf8.count >= word.utf8.count { out = out.replacing(word, with: "[withheld]") }
            return .string(out)
        case .list(let items): return .list(items.map { $0.withholding(hidden) })
        case .map(let members): return .map(members.map { Member($0.key, $0.value.withholding(hidden)) })
        case .null, .bool, .int, .number: return self
        }
    }
}
