import ControlFrameworks
import Diagnostics
import EvidenceModel
import StructuredText
import Testing

@testable import Retention

/// Which rules there are, and which a workspace may and may not write.
@Suite struct RetentionRulesTests {
    static let vocabulary = FrameworkLibrary().vocabulary

    static func rules(files: [String] = [], own: String? = nil, traits: [String] = []) throws -> RetentionRules {
        let node = try own.flatMap { try YAMLNode.parse(Array($0.utf8), path: "dossier.yaml") }
        return try RetentionRules(
            files: files.enumerated().map { ("frameworks/retention/\($0.offset).yaml", Array($0.element.utf8)) }, own: node, vocabulary: vocabulary,
            traits: traits)
    }

    static func rule(_ id: String, in rules: RetentionRules) throws -> RetentionRule { try #require(rules.rules.first { $0.id == id }) }

    /// The diagnostics of a workspace that cannot be used.
    static func faults(files: [String] = [], own: String? = nil) -> [Diagnostic] {
        do {
            _ = try rules(files: files, own: own)
            return []
        } catch let list as DiagnosticList {
            return list.diagnostics
        } catch {
            return []
        }
    }

    @Test func theShippedRulesAreLawAndCited() throws {
        let rules = try Self.rules().rules
        #expect(rules.count >= 15)
        for rule in rules {
            #expect(rule.authority.isLaw && !rule.authority.text.isEmpty, "\(rule.id)")
            #expect(rule.longer.isEmpty && !rule.kinds.isEmpty)
        }
        #expect(Set(rules.map(\.id)).count == rules.count)
    }

    @Test(arguments: [
        ("eu-ai-act-18-1-a", 120, RetentionRule.Anchor.placedOnMarket), ("eu-ai-act-18-1-b", 120, .placedOnMarket), ("eu-ai-act-18-1-c", 120, .placedOnMarket),
        ("eu-ai-act-18-1-d", 120, .placedOnMarket), ("eu-ai-act-18-1-e", 120, .placedOnMarket), ("eu-ai-act-19-1", 6, .observedEnd),
        ("eu-ai-act-26-6", 6, .observedEnd), ("pipeda-breach-records", 24, .collected),
    ])
    func theShippedPeriodsAreThoseOfTheLaw(id: String, months: Int, from: RetentionRule.Anchor) throws {
        let rule = try Self.rule(id, in: try Self.rules())
        #expect(rule.keep == CalendarDuration(months: months))
        #expect(rule.from == from)
    }

    @Test func theFolderOfRulesIsNoFramework() {
        let own = DefinitionFile(path: "frameworks/retention/own.yaml", bytes: Array("rules: []".utf8))
        #expect(!FrameworkLibrary().ids.contains("retention"))
        #expect(!FrameworkLibrary(workspace: [own]).ids.contains("retention"))
    }

    @Test func theWorkspaceAddsRulesOfItsOwn() throws {
        let rules = try Self.rules(
            files: ["rules:\n  - { rule: bank-1, kinds: [contract], keep: P7Y, from: collected, cite: 'Bank Act, s. 1' }"],
            own: "rules:\n  - { rule: policy-4, kinds: all, keep: P1Y, from: observed-end, source: Records policy 4 }")
        #expect(try Self.rule("bank-1", in: rules).authority == .law("Bank Act, s. 1"))
        let own = try Self.rule("policy-4", in: rules)
        #expect(own.authority == .organisation("Records policy 4"))
        #expect(own.covers(kind: "lineage") && own.covers(kind: "audit-log"))
    }

    @Test func theOrganisationLengthensALaw() throws {
        let rules = try Self.rules(own: "rules:\n  - { rule: eu-ai-act-19-1, keep: P2Y, source: Records policy 4.2 }")
        let rule = try Self.rule("eu-ai-act-19-1", in: rules)
        #expect(rule.keep == CalendarDuration(months: 6))
        #expect(rule.longer.map(\.keep) == [CalendarDuration(months: 24)])
        #expect(rule.sources == ["Regulation (EU) 2024/1689, Article 19(1)", "Records policy 4.2"])
    }

    @Test func theOrganisationDoesNotShortenALaw() throws {
        let faults = Self.faults(own: "rules:\n  - rule: eu-ai-act-19-1\n    keep: P5M\n    source: Records policy 4.2")
        let fault = try #require(faults.first)
        #expect(faults.count == 1 && fault.id == "retention.shorter-than-law")
        #expect(fault.location == TextLocation(path: "dossier.yaml", line: 3, column: 11))
        #expect(fault.message.contains("Article 19(1)") && fault.message.contains("P6M") && fault.message.contains("P5M"))
    }

    @Test func theOrganisationShortensItsOwnRule() throws {
        let rules = try Self.rules(
            files: ["rules:\n  - { rule: policy-4, kinds: [contract], keep: P7Y, from: collected, source: Records policy 4 }"],
            own: "rules:\n  - { rule: policy-4, keep: P3Y, source: 'Records policy 4, 2026' }")
        let rule = try Self.rule("policy-4", in: rules)
        #expect(rule.keep == CalendarDuration(months: 36) && rule.longer.isEmpty)
        #expect(rule.authority == .organisation("Records policy 4, 2026"))
    }

    @Test func aFileOfTheWorkspaceWidensALaw() throws {
        let rules = try Self.rules(
            files: [
                "rules:\n  - { rule: eu-ai-act-26-6, kinds: [audit-log, access-review], keep: P1Y, from: observed-end, source: Policy 1 }"
            ])
        let rule = try Self.rule("eu-ai-act-26-6", in: rules)
        #expect(rule.kinds == ["audit-log", "access-review"] && rule.applies == nil)
        #expect(rule.authority == .law("Regulation (EU) 2024/1689, Article 26(6)") && rule.longer.count == 1)
    }

    @Test(arguments: [
        ("kinds: [lineage], keep: P6M, from: observed-end", "leaves out audit-log"), ("kinds: [audit-log], keep: P6M, from: collected", "counts from"),
        ("kinds: [audit-log], keep: P6M, from: observed-end, applies: { role: msp }", "other conditions"),
    ])
    func aFileOfTheWorkspaceTakesNothingFromALaw(text: String, why: String) throws {
        let faults = Self.faults(files: ["rules:\n  - { rule: eu-ai-act-26-6, \(text), cite: Regulation }"])
        #expect(faults.map(\.id) == ["retention.takes-from-law"])
        let fault = try #require(faults.first)
        #expect(fault.message.contains(why) && fault.location?.line == 2)
    }

    @Test func aFileOfTheWorkspaceDoesNotShortenALaw() {
        let text = "rules:\n  - { rule: eu-ai-act-26-6, kinds: [audit-log], keep: P1M, from: observed-end, cite: Regulation }"
        #expect(Self.faults(files: [text]).map(\.id) == ["retention.shorter-than-law"])
    }

    /// What a person may write wrongly, and what it is called.
    @Test(arguments: [
        ("- { rule: r, kinds: [contract], keep: P1Y, from: collected }", "retention.no-source"),
        ("- { rule: r, kinds: [contract], keep: P1Y, from: collected, cite: c }", "retention.own-rule-cites"),
        ("- { rule: r, kinds: [contrakt], keep: P1Y, from: collected, source: s }", "retention.unknown-kind"),
        ("- { rule: r, kinds: [], keep: P1Y, from: collected, source: s }", "retention.missing-key"),
        ("- { rule: r, kinds: [contract], keep: 1 year, from: collected, source: s }", "retention.not-a-duration"),
        ("- { rule: r, kinds: [contract], keep: PT0S, from: collected, source: s }", "retention.not-a-duration"),
        ("- { rule: r, kinds: [contract], keep: P1001Y, from: collected, source: s }", "retention.not-a-duration"),
        ("- { rule: r, kinds: [contract], keep: P999999999Y, from: collected, source: s }", "retention.not-a-duration"),
        ("- { rule: r, kinds: [contract], keep: P999999999D, from: collected, source: s }", "retention.not-a-duration"),
        ("- { rule: r, kinds: [contract], from: collected, source: s }", "retention.missing-key"),
        ("- { rule: r, kinds: [contract], until: the end, from: collected, source: s }", "retention.open-own-rule"),
        ("- { rule: r, kinds: [contract], keep: P1Y, from: birth, source: s }", "retention.unknown-word"),
        ("- { rule: r, kinds: [contract], keep: P1Y, source: s }", "retention.missing-key"),
        ("- { rule: 'r r', kinds: [contract], keep: P1Y, from: collected, source: s }", "retention.not-an-id"),
        ("- { rule: r, kinds: [contract], keep: P1Y, from: collected, source: s, for: x }", "retention.unknown-key"),
        ("- { rule: r, kinds: [contract], keep: P1Y, from: collected, source: s, applies: { traits: { nope: true } } }", "retention.unknown-trait"),
        ("- { rule: eu-ai-act-19-2, keep: P1Y, source: s }", "retention.unknown-rule"), ("- { rule: eu-ai-act-19-1, keep: P1Y }", "retention.missing-key"),
        ("- { rule: eu-ai-act-19-1, keep: P1Y, source: s, kinds: [lineage] }", "retention.unknown-key"), ("- r", "retention.not-a-map"),
        ("r", "retention.not-a-list"),
    ])
    func aBadRuleIsAnErrorWithItsPlace(text: String, id: String) throws {
        let faults = Self.faults(own: "rules:\n  \(text)")
        #expect(faults.map(\.id).contains(id))
        for fault in faults { #expect(fault.location?.path == "dossier.yaml" && fault.location?.line != nil && fault.hint != nil) }
    }

    @Test func aTraitThatASystemAnswersMayBeAskedFor() throws {
        let own = "rules:\n  - { rule: r, kinds: [contract], keep: P1Y, from: collected, source: s, applies: { traits: { workplace: true } } }"
        #expect(try Self.rules(own: own, traits: ["workplace"]).rules.last?.applies == .trait("workplace", true))
    }

    @Test func aRuleThatStandsTwiceIsAnError() {
        let rule = "  - { rule: r, kinds: [contract], keep: P1Y, from: collected, source: s }\n"
        #expect(Self.faults(own: "rules:\n" + rule + rule).map(\.id) == ["retention.duplicate-id"])
        #expect(Self.faults(files: ["rules:\n" + rule + rule]).map(\.id) == ["retention.duplicate-id"])
    }

    @Test func aFileThatIsNoYAMLCostsTheRun() {
        #expect(Self.faults(files: ["rules: [\n"]).map(\.id) == ["yaml.malformed"])
        #expect(Self.faults(files: ["- a"]).map(\.id) == ["retention.not-a-map"])
    }
}
