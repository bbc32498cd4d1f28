public import EvidenceModel
import GapAnalysis
public import StructuredText
public import Workspaces

/// What the rules and holds say about one item at one moment.
public struct RetentionDecision: Sendable {
    public var item: EvidenceItem
    /// False when a newer item took its place.
    public var isCurrent: Bool
    /// Every rule that is about the item, in the order of the rules.
    public var rules: [AppliedRule]
    /// The holds that cover it and have not ended.
    public var holds: [LegalHold]
    public var standing: Standing

    /// A rule with the end that it gives.
    public struct AppliedRule: Sendable {
        public var rule: RetentionRule
        /// The first moment at which it no longer keeps the item; `nil` when that cannot be told.
        public var until: Instant?
        /// Why it cannot be told.
        public var open: String?
    }

    public enum Standing: Hashable, Sendable {
        /// Its bytes were deleted before.
        case retired
        /// No rule is about it: it is kept.
        case noRule
        /// When a rule ends cannot be told, for these reasons: it is kept.
        case open([String])
        case kept(until: Instant)
        case due(since: Instant)
    }

    /// True when it may be deleted now.
    public var isToRetire: Bool {
        if case .due = standing { return holds.isEmpty }
        return false
    }

    /// The rule that keeps it longest; where several end together, the first.
    public var deciding: AppliedRule? {
        var longest: AppliedRule?
        for rule in rules {
            guard let until = rule.until else { continue }
            if let so = longest?.until, so >= until { continue }
            longest = rule
        }
        return longest
    }

    /// What the entry of its retirement says; `nil` unless it is due.
    ///
    /// - Parameters:
    ///   - reason: why it is deleted and not kept on.
    ///   - person: who ordered it.
    public func retirement(reason: String, by person: String) -> [(String, Value?)]? {
        guard case .due(let since) = standing, holds.isEmpty, let deciding else { return nil }
        let others = rules.filter { $0.rule.id != deciding.rule.id }
        return [
            ("rule", .string(deciding.rule.id)), ("source", .string(deciding.rule.sources.joined(separator: "; "))), ("reason", .string(reason)),
            ("by", .string(person)), ("due", .string(since.timestamp)),
            (
                "other-rules",
                others.isEmpty
                    ? nil
                    : .list(
                        others.map {
                            .object([
                                ("rule", .string($0.rule.id)), ("source", .string($0.rule.sources.joined(separator: "; "))),
                                ("until", .text($0.until?.timestamp)),
                            ])
                        })
            ),
        ]
    }
}

extension RetentionRules {
    /// What these rules say about an item. Pure: the same input gives the same decision.
    ///
    /// - Parameters:
    ///   - system: the item's system; `nil` when the workspace has no usable file for it.
    ///   - instant: what stands for now.
    public func decide(_ item: EvidenceItem, isCurrent: Bool, system: AISystem?, holds: [LegalHold], at instant: Instant) -> RetentionDecision {
        let applied = rules.filter { $0.covers(kind: item.kind) }.compactMap { apply($0, item, system) }
        let held = holds.filter { $0.isActive(at: instant) && $0.covers(item) }
        return RetentionDecision(
            item: item, isCurrent: isCurrent, rules: applied, holds: held, standing: standing(item, applied, instant))
    }

    private func standing(_ item: EvidenceItem, _ applied: [RetentionDecision.AppliedRule], _ instant: Instant) -> RetentionDecision.Standing {
        if item.isRetired { return .retired }
        let open = applied.compactMap(\.open)
        if !open.isEmpty { return .open(open) }
        guard let until = applied.compactMap(\.until).max() else { return .noRule }
        return until <= instant ? .due(since: until) : .kept(until: until)
    }

    /// `nil` when the rule does not apply to the item's system. What the system file leaves open keeps the item: a law is not answered by silence.
    private func apply(_ rule: RetentionRule, _ item: EvidenceItem, _ system: AISystem?) -> RetentionDecision.AppliedRule? {
        if rule.applies != nil || rule.from == .placedOnMarket, system == nil {
            return .init(rule: rule, open: "\(rule.id): the workspace has no usable file of system '\(item.system)'")
        }
        if let condition = rule.applies, let system {
            switch Applicability(system: system, frameworkID: rule.framework ?? "*").answer(condition) {
            case .no: return nil
            case .unresolved(let what): return .init(rule: rule, open: "\(rule.id): the system file does not say \(what)")
            case .yes: break
            }
        }
        let anchor: Instant
        switch rule.from {
        case .placedOnMarket:
            guard let placed = system?.placedOnMarket else {
                return .init(rule: rule, open: "\(rule.id): the system file does not say when it was placed on the market")
            }
            anchor = placed
        case .observedEnd:
            guard let end = item.observed?.to else { return .init(rule: rule, open: "\(rule.id): the item does not say when it was true") }
            anchor = end
        case .collected: anchor = item.collectedAt
        }
        if let end = rule.openEnd, rule.longer.isEmpty {
            return .init(rule: rule, open: "\(rule.id): kept until \(end); state your own period for it under 'retention' in dossier.yaml")
        }
        let ends = ([rule.keep].compactMap { $0 } + rule.longer.map(\.keep)).map { anchor + $0 }
        return .init(rule: rule, until: ends.max())
    }
}
