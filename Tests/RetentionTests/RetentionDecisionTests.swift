import Diagnostics
import EvidenceModel
import StructuredText
import Testing
import Workspaces

@testable import Retention

/// What is due when, by which rule, and what keeps it.
@Suite struct RetentionDecisionTests {
    /// A high-risk credit system of a provider and deployer in the EU, unless told otherwise.
    static func system(
        roles: [String] = ["provider", "deployer"], risk: String? = "high", placed: String? = "2025-11-17", jurisdictions: [String] = ["EU"],
        traits: [String: Bool] = [:]
    ) throws -> AISystem {
        let place = TextLocation(path: "systems/credit.yaml", line: 1, column: 1)
        var all = ["notified-body": false, "personal-data": false, "decides-about-people": false, "medical-device": false]
        all.merge(traits) { $1 }
        var system = AISystem.blank(
            id: "credit", released: Instant(seconds: 0), protectedAttributes: [], limits: [], traits: all, roles: roles, location: place)
        system.risk = risk.map { ["eu-ai-act": $0] } ?? [:]
        system.placedOnMarket = try placed.map { try #require(Instant($0)) }
        system.jurisdictions = jurisdictions
        return system
    }

    static func item(_ kind: String, observed: String? = "2026-01-01/2026-03-31", collected: String = "2026-04-02") throws -> EvidenceItem {
        var item = EvidenceItem(
            digest: "sha256:0", system: "credit", path: "evidence/\(kind).json", kind: kind, format: "declared", size: 1,
            observed: observed.flatMap { Period($0) },
            collectedBy: "test", collectedAt: try #require(Instant(collected)))
        item.entry = 3
        return item
    }

    static func decide(
        _ item: EvidenceItem, _ system: AISystem?, at instant: String, own: String? = nil, files: [String] = [], holds: [LegalHold] = []
    ) throws -> RetentionDecision {
        try RetentionRulesTests.rules(files: files, own: own).decide(
            item, isCurrent: true, system: system, holds: holds, at: try #require(Instant(instant)))
    }

    @Test func aLogIsDueSixCalendarMonthsAfterItsEnd() throws {
        let log = try Self.item("audit-log")
        let end = try #require(Instant("2026-09-30"))
        let before = try Self.decide(log, Self.system(), at: "2026-09-29T23:59:59Z")
        #expect(before.standing == .kept(until: end) && !before.isToRetire)
        let after = try Self.decide(log, Self.system(), at: "2026-09-30")
        #expect(after.standing == .due(since: end) && after.isToRetire)
        #expect(after.rules.map(\.rule.id) == ["eu-ai-act-19-1", "eu-ai-act-26-6"])
    }

    /// A day that the month lacks becomes its last.
    @Test(arguments: [
        ("2025-08-01/2025-08-31", "2026-02-28"), ("2027-08-01/2027-08-31", "2028-02-29"), ("2026-01-01/2026-08-30T12:00:00Z", "2027-02-28T12:00:00Z"),
        ("2026-12-31/2027-01-01", "2027-07-01"),
    ])
    func monthsAreCalendarMonths(observed: String, due: String) throws {
        let decision = try Self.decide(Self.item("audit-log", observed: observed), Self.system(), at: "2030-01-01")
        #expect(decision.standing == .due(since: try #require(Instant(due))))
    }

    @Test func documentationIsKeptTenYearsFromPlacingOnTheMarket() throws {
        let document = try Self.item("technical-documentation")
        let end = try #require(Instant("2035-11-17"))
        #expect(try Self.decide(document, Self.system(), at: "2035-11-16").standing == .kept(until: end))
        #expect(try Self.decide(document, Self.system(), at: "2035-11-17").standing == .due(since: end))
    }

    @Test func whatWasNotPlacedOnTheMarketIsNotDue() throws {
        let decision = try Self.decide(Self.item("technical-documentation"), Self.system(placed: nil), at: "2090-01-01")
        #expect(decision.standing == .open(["eu-ai-act-18-1-a: the system file does not say when it was placed on the market"]))
        #expect(decision.retirement(reason: "r", by: "b") == nil)
    }

    @Test func whatDoesNotSayWhenItWasTrueIsNotDue() throws {
        let decision = try Self.decide(Self.item("audit-log", observed: nil), Self.system(roles: ["deployer"]), at: "2090-01-01")
        #expect(decision.standing == .open(["eu-ai-act-26-6: the item does not say when it was true"]))
    }

    @Test func whatNoRuleIsAboutIsKept() throws {
        #expect(try Self.decide(Self.item("cost-report"), Self.system(), at: "2090-01-01").standing == .noRule)
        #expect(try Self.decide(Self.item("audit-log"), Self.system(risk: "limited"), at: "2090-01-01").standing == .noRule)
    }

    @Test func silenceOfTheSystemFileKeeps() throws {
        let decision = try Self.decide(Self.item("audit-log"), Self.system(roles: ["provider"], risk: nil), at: "2090-01-01")
        guard case .open(let reasons) = decision.standing else {
            Issue.record("\(decision.standing)")
            return
        }
        #expect(reasons.first == "eu-ai-act-19-1: the system file does not say 'risk'")
    }

    @Test func anItemOfAnUnknownSystemIsKept() throws {
        let decision = try Self.decide(Self.item("audit-log"), nil, at: "2090-01-01")
        #expect(!decision.isToRetire && decision.rules.allSatisfy { $0.until == nil && $0.open != nil })
        #expect(decision.rules.count == 3)
    }

    @Test func aLawWithoutANumberKeepsUntilTheOrganisationStatesOne() throws {
        let system = try Self.system(jurisdictions: ["EU", "CA"], traits: ["personal-data": true, "decides-about-people": true])
        let log = try Self.item("audit-log")
        let open = try Self.decide(log, system, at: "2090-01-01")
        guard case .open(let reasons) = open.standing else {
            Issue.record("\(open.standing)")
            return
        }
        #expect(reasons.count == 1 && reasons[0].hasPrefix("pipeda-4.5.2: kept until the person concerned"))
        let stated = try Self.decide(log, system, at: "2090-01-01", own: "rules:\n  - { rule: pipeda-4.5.2, keep: P2Y, source: Privacy policy 7 }")
        #expect(stated.standing == .due(since: try #require(Instant("2028-03-31"))))
        #expect(stated.deciding?.rule.id == "pipeda-4.5.2")
    }

    @Test func theLongestRuleWinsAndAllAreNamed() throws {
        let own = "rules:\n  - { rule: policy-4, kinds: [audit-log], keep: P3Y, from: collected, source: Records policy 4 }"
        let decision = try Self.decide(Self.item("audit-log"), Self.system(), at: "2029-04-02", own: own)
        #expect(decision.standing == .due(since: try #require(Instant("2029-04-02"))))
        let body = Value.object(try #require(decision.retirement(reason: "end of retention", by: "Claire")))
        #expect(body["rule"]?.string == "policy-4" && body["source"]?.string == "Records policy 4")
        #expect(body["due"]?.string == "2029-04-02T00:00:00Z" && body["reason"]?.string == "end of retention" && body["by"]?.string == "Claire")
        #expect(body["other-rules"]?.list?.compactMap { $0["rule"]?.string } == ["eu-ai-act-19-1", "eu-ai-act-26-6"])
        #expect(body["other-rules"]?.list?.first?["source"]?.string == "Regulation (EU) 2024/1689, Article 19(1)")
    }

    @Test func aShorterRuleOfTheOrganisationTakesNothingFromALaw() throws {
        let own = "rules:\n  - { rule: policy-4, kinds: all, keep: P1D, from: collected, source: Records policy 4 }"
        #expect(
            try Self.decide(Self.item("audit-log"), Self.system(), at: "2026-09-29", own: own).standing == .kept(until: try #require(Instant("2026-09-30"))))
    }

    /// 183 days are more than six months counted from January, and less counted from July.
    @Test func aLengtheningInDaysNeverEndsBeforeTheLawsMonths() throws {
        let own = "rules:\n  - { rule: eu-ai-act-26-6, keep: P183D, source: s }"
        let decision = try Self.decide(
            Self.item("audit-log", observed: "2026-06-01/2026-07-01"), Self.system(roles: ["deployer"]), at: "2030-01-01", own: own)
        #expect(decision.standing == .due(since: try #require(Instant("2027-01-01"))))
    }

    @Test func aBreachRecordIsKept24MonthsFromItsCollection() throws {
        let system = try Self.system(roles: ["deployer"], jurisdictions: ["CA"], traits: ["personal-data": true])
        #expect(try Self.decide(Self.item("incident-record"), system, at: "2028-04-01").standing == .kept(until: try #require(Instant("2028-04-02"))))
    }

    @Test func theMoreOpenOfTwoRulesKeeps() throws {
        let system = try Self.system(roles: ["provider"], jurisdictions: ["US", "CA"], traits: ["personal-data": true, "medical-device": true])
        let decision = try Self.decide(Self.item("incident-record"), system, at: "2090-01-01")
        #expect(decision.rules.map(\.rule.id) == ["pipeda-breach-records", "us-21-cfr-806.20"])
        guard case .open(let reasons) = decision.standing else {
            Issue.record("\(decision.standing)")
            return
        }
        #expect(reasons.count == 1 && reasons[0].contains("expected life of the device"))
    }

    @Test func whatWasRetiredIsNotDueAgain() throws {
        var item = try Self.item("audit-log")
        item.isRetired = true
        let decision = try Self.decide(item, Self.system(), at: "2090-01-01")
        #expect(decision.standing == .retired && !decision.isToRetire)
    }

    // MARK: Holds

    private static func hold(_ scope: LegalHold.Scope, until: String? = nil) -> LegalHold {
        LegalHold(entry: 7, at: Instant(seconds: 0), reason: "claim 114", by: "Daniel", scope: scope, until: until.flatMap { Instant($0) })
    }

    @Test(arguments: [
        (LegalHold.Scope(), true), (.init(system: "credit"), true), (.init(system: "Credit"), false), (.init(kind: "audit-log"), true),
        (.init(kind: "lineage"), false), (.init(path: "evidence/audit-log.json"), true), (.init(path: "evidence/audit-log.jso"), false),
        (.init(system: "credit", kind: "audit-log", path: "evidence/audit-log.json"), true), (.init(system: "triage", kind: "audit-log"), false),
    ])
    func whatIsHeldIsNotRetired(scope: LegalHold.Scope, isHeld: Bool) throws {
        let decision = try Self.decide(Self.item("audit-log"), Self.system(), at: "2030-01-01", holds: [Self.hold(scope)])
        #expect(decision.isToRetire == !isHeld && decision.holds.count == (isHeld ? 1 : 0))
        #expect((decision.retirement(reason: "r", by: "b") == nil) == isHeld)
        #expect(decision.standing == .due(since: try #require(Instant("2026-09-30"))))
    }

    /// The same letter, spelt in two ways, is two file names.
    @Test func aHoldComparesPathsByTheirBytes() throws {
        var item = try Self.item("audit-log")
        item.path = "evidence/e\u{301}.json"
        #expect(!Self.hold(.init(path: "evidence/\u{E9}.json")).covers(item))
        #expect(Self.hold(.init(path: "evidence/e\u{301}.json")).covers(item))
    }

    @Test func aHoldEndsOnItsDay() throws {
        let hold = Self.hold(.init(), until: "2030-01-01")
        #expect(try Self.decide(Self.item("audit-log"), Self.system(), at: "2029-12-31T23:59:59Z", holds: [hold]).isToRetire == false)
        #expect(try Self.decide(Self.item("audit-log"), Self.system(), at: "2030-01-01", holds: [hold]).isToRetire)
    }

    @Test(arguments: [LegalHold.Scope(), .init(system: "credit"), .init(kind: "audit-log", path: "a")])
    func aHoldReadsBackAsItWasWritten(scope: LegalHold.Scope) throws {
        let hold = Self.hold(scope, until: "2030-01-01")
        #expect(try LegalHold(entry: 7, at: hold.at, body: hold.body) == hold)
    }

    /// A hold that cannot be read must not be passed over.
    @Test(arguments: [
        Value.object([]), .object([("reason", "r"), ("by", "b")]), .object([("reason", "r"), ("by", "b"), ("scope", .object([]))]),
        .object([("reason", "r"), ("by", "b"), ("scope", "all")]), .object([("reason", "r"), ("by", "b"), ("scope", .object([("all", false)]))]),
        .object([("reason", "r"), ("by", "b"), ("scope", .object([("kinds", "audit-log")]))]),
        .object([("reason", "r"), ("by", "b"), ("scope", .object([("all", true), ("kind", "audit-log")]))]),
        .object([("reason", "r"), ("by", "b"), ("scope", .object([("all", true)])), ("until", "soon")]),
        .object([("reason", "r"), ("by", "b"), ("scope", .object([("all", true)])), ("until", 3)]),
    ])
    func aHoldThatCannotBeReadIsAnError(body: Value) {
        #expect(throws: Diagnostic.self) { try LegalHold(entry: 7, at: Instant(seconds: 0), body: body) }
    }
}
