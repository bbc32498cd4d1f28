import EvidenceModel
import GapAnalysis
import Testing

/// One row for each form of check: what holds and what does not.
@Suite struct CheckRuleTests {
    struct Rule: CustomTestStringConvertible, Sendable {
        var check: String
        var kind = "drift-report"
        var facts: [(FactName, FactValue)]
        var expected: Verdict
        var reason: Reason?
        var testDescription: String { "\(check) \(facts.map { "\($0)=\($1.text)" }) is \(expected.rawValue)" }
    }

    static let scalar: [Rule] = [
        Rule(check: "{ fact: psi-max, at-most: 0.2 }", facts: [("psi-max", .number(0.2))], expected: .met),
        Rule(check: "{ fact: psi-max, at-most: 0.2 }", facts: [("psi-max", .number(0.21))], expected: .notMet, reason: .checkFailed),
        Rule(check: "{ fact: psi-max, at-least: 0.1, at-most: 0.2 }", facts: [("psi-max", .number(0.05))], expected: .notMet, reason: .checkFailed),
        Rule(check: "{ fact: psi-max, at-most: 0.2 }", facts: [], expected: .notMet, reason: .missing),
        Rule(check: "{ fact: psi-max, equals: 0 }", facts: [("psi-max", .number(0))], expected: .met),
        Rule(check: "{ fact: action-taken, is: present }", facts: [("action-taken", .text("Retrained on June data"))], expected: .met),
        Rule(check: "{ fact: action-taken, is: present }", facts: [("action-taken", .text("TODO"))], expected: .notMet, reason: .missing),
        Rule(check: "{ fact: action-taken, is: present }", facts: [("action-taken", .text("[More Information Needed]"))], expected: .notMet),
        Rule(check: "{ fact: action-taken, is: present }", facts: [("action-taken", .text("Lorem ipsum dolor sit amet"))], expected: .notMet),
        Rule(check: "{ fact: action-taken, is: present, words-at-least: 4 }", facts: [("action-taken", .text("Retrained on - June"))], expected: .notMet),
        Rule(check: "{ fact: action-taken, is: present, words-at-least: 4 }", facts: [("action-taken", .text("Retrained on June data"))], expected: .met),
        Rule(check: "{ fact: action-taken, is: absent }", facts: [], expected: .met),
        Rule(check: "{ fact: action-taken, one-of: [none, RETRAINED] }", facts: [("action-taken", .text("retrained"))], expected: .met),
        Rule(check: "{ fact: action-taken, matches: '^v[0-9]+$' }", facts: [("action-taken", .text("v12"))], expected: .met),
        Rule(check: "{ fact: action-taken, matches: '^v[0-9]+$' }", facts: [("action-taken", .text("12"))], expected: .notMet, reason: .checkFailed),
        Rule(check: "{ fact: psi-max, meets: declared-limit }", facts: [("psi-max", .number(0.15))], expected: .met),
        Rule(check: "{ fact: psi-max, meets: declared-limit }", facts: [("psi-max", .number(0.5))], expected: .notMet, reason: .checkFailed),
        Rule(check: "{ fact: share-drifted, meets: declared-limit }", facts: [("share-drifted", .number(0.5))], expected: .notMet, reason: .noLimitDeclared),
    ]

    static let dates: [Rule] = [
        Rule(check: "{ fact: approved-on, before: as-of }", facts: [("approved-on", AssessmentFixture.date("2026-09-30"))], expected: .met),
        Rule(check: "{ fact: approved-on, before: period-start }", facts: [("approved-on", AssessmentFixture.date("2026-07-01"))], expected: .notMet),
        Rule(check: "{ fact: approved-on, after: '2026-07-01' }", facts: [("approved-on", AssessmentFixture.date("2026-07-01"))], expected: .met),
        Rule(check: "{ fact: approved-on, before: release }", facts: [("approved-on", AssessmentFixture.date("2026-06-14"))], expected: .met),
        Rule(check: "{ fact: approved-on, within: P3M }", facts: [("approved-on", AssessmentFixture.date("2026-07-01"))], expected: .met),
        Rule(check: "{ fact: approved-on, within: P3M }", facts: [("approved-on", AssessmentFixture.date("2026-06-30"))], expected: .notMet),
        Rule(check: "{ fact: approved-on, within: PT3M }", facts: [("approved-on", AssessmentFixture.date("2026-09-30T23:58:00Z"))], expected: .met),
        Rule(
            check: "{ fact: approved-on, within: P15D, of: effective-from }",
            facts: [("approved-on", AssessmentFixture.date("2026-08-16")), ("effective-from", AssessmentFixture.date("2026-08-01"))], expected: .met),
        Rule(
            check: "{ fact: approved-on, within: P15D, of: effective-from }",
            facts: [("approved-on", AssessmentFixture.date("2026-08-17")), ("effective-from", AssessmentFixture.date("2026-08-01"))], expected: .notMet),
        Rule(
            check: "{ fact: next-review, lasts: P10Y, of: effective-from }",
            facts: [("next-review", AssessmentFixture.date("2036-07-31")), ("effective-from", AssessmentFixture.date("2026-08-01"))], expected: .notMet),
        Rule(
            check: "{ fact: approver, differs-from: producer }", facts: [("approver", .text("A. B.")), ("producer", .text("a. b."))], expected: .notMet),
    ]

    static func features(_ scores: [(String, Double)]) -> [(FactName, FactValue)] {
        [("features", .table(scores.map { AssessmentFixture.row([("name", .text($0)), ("score", .number($1))]) }))]
    }

    static let tables: [Rule] = [
        Rule(check: "{ each: features, fact: score, at-most: 0.2 }", facts: features([("age", 0.1), ("sex", 0.2)]), expected: .met),
        Rule(check: "{ each: features, fact: score, at-most: 0.2 }", facts: features([("age", 0.1), ("sex", 0.31)]), expected: .notMet, reason: .checkFailed),
        Rule(check: "{ each: features, where: { name: age }, fact: score, at-most: 0.2 }", facts: features([("age", 0.1), ("sex", 0.31)]), expected: .met),
        Rule(check: "{ each: features, fact: score, at-most: 0.2 }", facts: features([]), expected: .notMet, reason: .missing),
        Rule(check: "{ each: features, fact: score, at-most: 0.2, if-none: holds }", facts: features([]), expected: .met),
        Rule(check: "{ any: features, fact: score, at-least: 0.3 }", facts: features([("age", 0.1), ("sex", 0.31)]), expected: .met),
        Rule(check: "{ any: features, fact: score, at-least: 0.4 }", facts: features([("age", 0.1)]), expected: .notMet, reason: .missing),
        Rule(check: "{ none: features, where: { name: [sex, race] } }", facts: features([("age", 0.1)]), expected: .met),
        Rule(check: "{ none: features, where: { score: { at-least: 0.3 } } }", facts: features([("sex", 0.31)]), expected: .notMet, reason: .checkFailed),
        Rule(check: "{ count: features, at-least: 2 }", facts: features([("age", 0.1), ("sex", 0.31)]), expected: .met),
        Rule(check: "{ count: features, at-least: 2 }", facts: features([("age", 0.1)]), expected: .notMet, reason: .checkFailed),
        Rule(check: "{ each: features, fact: method, is: present }", facts: features([("age", 0.1)]), expected: .notMet),
        Rule(
            check: "{ each: features, fact: score, at-most: 0.2, else: outside-authority }", facts: features([("sex", 0.31)]), expected: .notMet,
            reason: .outsideAuthority),
    ]

    @Test(arguments: scalar + dates + tables)
    func givesTheVerdictOfItsRule(rule: Rule) throws {
        let fixture = AssessmentFixture(
            needs: "- evidence: \(rule.kind)\n  why: w\n  expect:\n    - \(rule.check)", items: [AssessmentFixture.item(rule.kind, rule.facts)],
            limits: [AssessmentFixture.limit("drift-report.psi-max", atMost: 0.2)])
        let control = try fixture.assess()
        #expect(control.verdict == rule.expected)
        if let reason = rule.reason { #expect(control.reasons.contains(reason)) }
    }

    @Test func saysWhatWasFoundWhereAndAgainstWhichLimit() throws {
        let fixture = AssessmentFixture(
            needs: "- evidence: drift-report\n  why: w\n  expect:\n    - { fact: psi-max, meets: declared-limit }",
            items: [AssessmentFixture.item("drift-report", [("psi-max", .number(0.31))], path: "drift/2026-08.json")],
            limits: [AssessmentFixture.limit("drift-report.psi-max", atMost: 0.2)])
        let shortfall = try #require(try fixture.assess().requirements.first?.shortfalls.first)
        #expect(
            shortfall.text
                == "expected that psi-max meets the declared limit drift-report.psi-max (at most 0.2, approved by R. Osei on 2026-01-12); found psi-max 0.31, drift/2026-08.json#/psi-max"
        )
    }

    @Test func findsAChangeOutsideTheAuthorisedModifications() throws {
        let plan = AssessmentFixture.item(
            "submission-record", [("modifications", .table([AssessmentFixture.row([("id", .text("M-1"))])]))], path: "plan.json")
        func changes(_ modification: String) -> EvidenceItem {
            AssessmentFixture.item(
                "change-record", [("register", .table([AssessmentFixture.row([("id", .text("C-1")), ("modification", .text(modification))])]))])
        }
        let needs = """
            - evidence: change-record
              why: w
              expect:
                - { each: register, fact: modification, listed-in: { evidence: submission-record, table: modifications, column: id }, else: outside-authority }
            """
        #expect(try AssessmentFixture(needs: needs, items: [plan, changes("m-1")]).assess().verdict == .met)
        let outside = try AssessmentFixture(needs: needs, items: [plan, changes("M-9")]).assess()
        #expect(outside.verdict == .notMet)
        #expect(outside.reasons == [.outsideAuthority])
    }
}
