import Diagnostics
import EvidenceModel
import Retention
import StructuredText

/// What `retire` prints: all that is due, held and deleted, and counts of what is kept and why.
struct RetentionListing {
    var asOf: Instant
    var isApplied: Bool
    var decisions: [RetentionDecision] = []
    /// What was deleted now, with the number of the entry that records it.
    var retired: [(decision: RetentionDecision, entry: Int)] = []
    /// Sources of what was deleted now that still stand in the workspace, by path: nothing outside the locker is deleted.
    var sources: [String] = []

    private var due: [RetentionDecision] { decisions.filter(\.isToRetire) }
    /// Held, whether due or not; what was deleted before can no longer be held.
    private var held: [RetentionDecision] { decisions.filter { !$0.holds.isEmpty && $0.standing != .retired } }

    func tell(_ format: PlainFormat) {
        switch format {
        case .text: Console.result(text)
        case .json: Console.result(value.prettyJSON)
        }
    }

    // MARK: Text

    private var text: String {
        var lines: [String] = []
        if isApplied {
            for (decision, entry) in retired { lines += ["retired, entry \(entry): \(Self.head(decision))"] + Self.rules(decision) }
        } else {
            for decision in due { lines += ["due: \(Self.head(decision))"] + Self.rules(decision) }
        }
        for decision in held {
            lines.append("held: \(Self.head(decision))")
            lines += decision.holds.map { "    \(Self.hold($0))" }
        }
        lines += keptLines + openLines
        let none = decisions.filter { $0.standing == .noRule }.count
        if none > 0 { lines.append("no rule: \(none) item\(none == 1 ? "" : "s") kept") }
        let counts = [
            isApplied ? "\(retired.count) retired now" : "\(due.count) due", "\(held.count) held",
            "\(decisions.filter { if case .kept = $0.standing { $0.holds.isEmpty } else { false } }.count) kept",
            "\(decisions.filter { if case .open = $0.standing { true } else { false } }.count) without a known end", "\(none) without a rule",
            "\(decisions.filter { $0.standing == .retired }.count) retired before",
        ]
        lines.append("\(decisions.count) items at \(asOf.text): \(counts.joined(separator: ", "))")
        for path in sources { lines.append("source still there: \(path)") }
        if !sources.isEmpty { lines.append("nothing outside the locker was deleted; delete these sources too, or the next collection may bring them back") }
        if !isApplied, !due.isEmpty { lines.append("nothing was deleted; 'dossier retire --apply --reason TEXT --by PERSON' deletes what is due") }
        return lines.map(Diagnostic.printable).joined(separator: "\n")
    }

    private static func head(_ decision: RetentionDecision) -> String {
        let item = decision.item
        let observed = item.observed.map { "observed \($0.from.text) to \($0.to.text)" } ?? "observed at an unknown time"
        return "\(item.system)  \(item.path)  \(item.kind), \(observed), entry \(item.entry ?? 0)\(decision.isCurrent ? "" : ", superseded")"
    }

    private static func rules(_ decision: RetentionDecision) -> [String] {
        decision.rules.map { applied in
            let end = applied.until.map { "due since \($0.text)" } ?? applied.open ?? ""
            return "    \(applied.rule.id): \(applied.rule.authority.text); \(applied.rule.words); \(end)"
        }
    }

    static func hold(_ hold: LegalHold) -> String {
        let end = hold.until.map { "until \($0.text)" } ?? "until released"
        return "hold \(hold.entry ?? 0) on \(hold.scope.words), by \(hold.by) on \(hold.at.day), \(end): \(hold.reason)"
    }

    /// One line for each rule that keeps items, with the first day on which one of them is due.
    private var keptLines: [String] {
        var byRule: [(rule: RetentionRule, count: Int, first: Instant)] = []
        for decision in decisions {
            guard case .kept(let until) = decision.standing, let rule = decision.deciding?.rule else { continue }
            if let place = byRule.firstIndex(where: { $0.rule.id == rule.id }) {
                byRule[place].count += 1
                byRule[place].first = min(byRule[place].first, until)
            } else {
                byRule.append((rule, 1, until))
            }
        }
        return byRule.sorted { $0.rule.id < $1.rule.id }.map { rule, count, first in
            "kept: \(count) item\(count == 1 ? "" : "s") by \(rule.id) (\(rule.authority.text); \(rule.words)), the first until \(first.text)"
        }
    }

    private var openLines: [String] {
        var byReason: [(reason: String, count: Int)] = []
        for decision in decisions {
            guard case .open(let reasons) = decision.standing else { continue }
            for reason in reasons {
                if let place = byReason.firstIndex(where: { $0.reason == reason }) { byReason[place].count += 1 } else { byReason.append((reason, 1)) }
            }
        }
        return byReason.sorted { $0.reason < $1.reason }.map { "end unknown: \($0.count) item\($0.count == 1 ? "" : "s") kept; \($0.reason)" }
    }

    // MARK: JSON

    private var value: Value {
        .object([
            ("schema", "dossier/retire/1"), ("as-of", .string(asOf.timestamp)), ("applied", .bool(isApplied)), ("items", .int(decisions.count)),
            ("retired", .list(retired.map { Self.value($0.decision, retirement: $0.entry) })), ("due", .list(isApplied ? [] : due.map { Self.value($0) })),
            ("held", .list(held.map { Self.value($0) })), ("kept", .list(of { if case .kept = $0 { true } else { false } })),
            ("end-unknown", .list(of { if case .open = $0 { true } else { false } })), ("no-rule", .list(of { $0 == .noRule })),
            ("retired-before", .list(of { $0 == .retired })), ("sources-still-there", .list(sources.map { .string($0) })),
        ])
    }

    private func of(_ isWanted: (RetentionDecision.Standing) -> Bool) -> [Value] { decisions.filter { isWanted($0.standing) }.map { Self.value($0) } }

    private static func value(_ decision: RetentionDecision, retirement: Int? = nil) -> Value {
        let item = decision.item
        var until: Instant?
        switch decision.standing {
        case .kept(let instant), .due(let instant): until = instant
        case .retired, .noRule, .open: break
        }
        return .object([
            ("system", .string(item.system)), ("path", .string(item.path)), ("kind", .string(item.kind)), ("entry", item.entry.map { .int($0) }),
            ("digest", .string(item.publicDigest)), ("current", .bool(decision.isCurrent)), ("observed-from", .text(item.observed?.from.timestamp)),
            ("observed-to", .text(item.observed?.to.timestamp)), ("collected-at", .string(item.collectedAt.timestamp)),
            ("until", .text(until?.timestamp)), ("retirement-entry", retirement.map { .int($0) }),
            (
                "rules",
                .list(
                    decision.rules.map { applied in
                        .object([
                            ("rule", .string(applied.rule.id)), ("cite", applied.rule.authority.isLaw ? .string(applied.rule.authority.text) : nil),
                            ("source", applied.rule.authority.isLaw ? nil : .string(applied.rule.authority.text)), ("keep", .text(applied.rule.keep?.text)),
                            ("from", .string(applied.rule.from.rawValue)),
                            (
                                "lengthened",
                                applied.rule.longer.isEmpty
                                    ? nil : .list(applied.rule.longer.map { .object([("keep", .string($0.keep.text)), ("source", .string($0.source))]) })
                            ), ("until", .text(applied.until?.timestamp)), ("end-unknown", .text(applied.open)),
                        ])
                    })
            ), ("holds", .list(decision.holds.map(HoldValue.value))),
        ])
    }
}
