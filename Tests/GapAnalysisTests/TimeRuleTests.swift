import EvidenceModel
import GapAnalysis
import Testing

@Suite struct TimeRuleTests {
    private func policy(_ observed: String?, path: String = "p.md") -> EvidenceItem {
        AssessmentFixture.item("policy-document", [("scope", .text("All AI systems of the organisation"))], observed: observed, path: path)
    }

    private let fresh = "- evidence: policy-document\n  why: w\n  within: P1Y\n  expect:\n    - { fact: scope, is: present }"

    @Test(arguments: [
        ("2025-09-30/2025-10-01", Verdict.met, nil as Reason?), ("2025-01-01/2025-09-30", .notMet, .stale), ("2026-01-01/2027-01-01", .met, nil),
        ("2026-11-01/2027-01-01", .notMet, .missing),
    ])
    func measuresFreshnessFromAsOfOnTheObservedEnd(observed: String, verdict: Verdict, reason: Reason?) throws {
        let control = try AssessmentFixture(needs: fresh, items: [policy(observed)]).assess()
        #expect(control.verdict == verdict)
        #expect(control.reasons == (reason.map { [$0] } ?? []))
    }

    @Test func anItemThatDoesNotSayWhenItWasTrueIsNotFresh() throws {
        let control = try AssessmentFixture(needs: fresh, items: [policy(nil)]).assess()
        #expect(control.verdict == .notMet)
        #expect(control.requirements.first?.setAside.first?.why == "it does not say when it was true")
    }

    private func log(_ observed: String, holes: [(String, String)] = [], path: String = "a.jsonl") -> EvidenceItem {
        let rows = holes.map { AssessmentFixture.row([("from", AssessmentFixture.date($0.0)), ("to", AssessmentFixture.date($0.1))]) }
        return AssessmentFixture.item("audit-log", [("events", .number(5)), ("holes", .table(rows))], observed: observed, path: path)
    }

    private let covers = "- evidence: audit-log\n  why: w\n  covers: period\n  allowed-hole: P1D"

    @Test func theUnionOfObservedPeriodsCoversThePeriod() throws {
        let control = try AssessmentFixture(
            needs: covers, items: [log("2026-07-01/2026-08-15", path: "a"), log("2026-08-16/2026-10-01", path: "b")]
        ).assess()
        #expect(control.verdict == .met)
        #expect(control.requirements.first?.coverage?.holes.isEmpty == true)
    }

    @Test func aHoleLongerThanAllowedIsListedWithItsDatesAndTheShareCovered() throws {
        let control = try AssessmentFixture(
            needs: covers, items: [log("2026-07-01/2026-08-15", path: "a"), log("2026-08-22/2026-10-01", path: "b")]
        ).assess()
        #expect(control.verdict == .partlyMet)
        #expect(control.reasons == [.periodHole])
        let shortfall = try #require(control.requirements.first?.shortfalls.first)
        #expect(shortfall.text == "92.4 % of the period is covered; uncovered: 2026-08-15 to 2026-08-22 (7 days); holes up to 1 day are allowed")
    }

    @Test func aWeekWithoutEventsInsideALogIsAHole() throws {
        let control = try AssessmentFixture(
            needs: covers, items: [log("2026-07-01/2026-10-01", holes: [("2026-08-10", "2026-08-17"), ("2026-09-05", "2026-09-06")])]
        ).assess()
        #expect(control.requirements.first?.coverage?.holes.map(\.words) == ["2026-08-10 to 2026-08-17"])
    }

    @Test func coverageIsAskedForUntilAsOfOnly() throws {
        let fixture = AssessmentFixture(needs: covers, items: [log("2026-07-01/2026-08-15")], asOf: "2026-08-15")
        #expect(try fixture.assess().verdict == .met)
    }

    @Test func oneBadRunIsNotHiddenByOneGoodRun() throws {
        let needs = "- evidence: drift-report\n  why: w\n  expect:\n    - { fact: psi-max, at-most: 0.2 }"
        let good = AssessmentFixture.item("drift-report", [("psi-max", .number(0.1))], observed: "2026-09", path: "good.json")
        let earlier = AssessmentFixture.item("drift-report", [("psi-max", .number(0.9))], observed: "2026-08", path: "bad.json")
        let sequential = try AssessmentFixture(needs: needs, items: [good, earlier]).assess()
        #expect(sequential.verdict == .partlyMet)
        #expect(sequential.reasons == [.checkFailed, .contradicted])
        let same = AssessmentFixture.item("drift-report", [("psi-max", .number(0.9))], observed: "2026-09", path: "bad.json")
        #expect(try AssessmentFixture(needs: needs, items: [good, same]).assess().verdict == .conflict)
    }

    @Test func aRunBeforeThePeriodCountsWhenThePeriodHasNone() throws {
        let needs = "- evidence: drift-report\n  why: w\n  expect:\n    - { fact: psi-max, at-most: 0.2 }"
        let old = AssessmentFixture.item("drift-report", [("psi-max", .number(0.9))], observed: "2026-03", path: "march.json")
        let older = AssessmentFixture.item("drift-report", [("psi-max", .number(0.1))], observed: "2026-02", path: "february.json")
        let control = try AssessmentFixture(needs: needs, items: [older, old]).assess()
        #expect(control.verdict == .notMet)
        #expect(control.requirements.first?.considered.map(\.path) == ["march.json"])
    }

    @Test func tooFewItemsInThePeriodFallShort() throws {
        let needs = "- evidence: drift-report\n  why: w\n  at-least: 3\n  expect:\n    - { fact: psi-max, at-most: 0.2 }"
        let items = ["2026-07", "2026-08"].map { AssessmentFixture.item("drift-report", [("psi-max", .number(0.1))], observed: $0, path: $0) }
        let control = try AssessmentFixture(needs: needs, items: items).assess()
        #expect(control.verdict == .partlyMet)
        #expect(control.reasons == [.missing])
    }
}
