import ControlFrameworks
import Diagnostics
import EvidenceModel
import GapAnalysis
import Testing
import Workspaces

@Suite struct VerdictTests {
    private let policyNeed = "- evidence: policy-document\n  why: w\n  expect:\n    - { fact: scope, is: present }"
    private let policy = AssessmentFixture.item("policy-document", [("scope", .text("All AI systems"))])

    @Test func whatCouldNotBeReadIsNeverShownAsMissing() throws {
        let problem = ReadingProblem(id: "gzip.truncated", severity: "error", place: "p.gz", message: "cut off", hint: nil)
        let unread = UnreadFile(system: "s", path: "p.gz", kind: "policy-document", problem: problem)
        let control = try AssessmentFixture(needs: policyNeed, unread: [unread]).assess()
        #expect(control.verdict == .notAssessed)
        #expect(control.reasons == [.unreadable])
        #expect(try AssessmentFixture(needs: policyNeed).assess().verdict == .notMet)
    }

    @Test(arguments: [(true, Verdict.met), (false, .notApplicable)])
    func appliesByTrait(value: Bool, verdict: Verdict) throws {
        let fixture = AssessmentFixture(
            needs: policyNeed, controlExtras: "applies: { traits: { personal-data: true } }",
            headerExtras: "traits: [{ name: personal-data, about: a }]", items: [policy], traits: ["personal-data": value])
        let control = try fixture.assess()
        #expect(control.verdict == verdict)
        if verdict == .notApplicable { #expect(control.applicability == "it applies when personal-data; here personal-data is no") }
    }

    @Test func isUnresolvedWhenTheSystemFileDoesNotSay() throws {
        let fixture = AssessmentFixture(
            needs: policyNeed, controlExtras: "applies: { traits: { personal-data: true } }",
            headerExtras: "traits: [{ name: personal-data, about: a }]", items: [policy])
        let control = try fixture.assess()
        #expect(control.verdict == .notAssessed)
        #expect(control.reasons == [.unresolved])
        #expect(control.applicability?.contains("does not say trait 'personal-data'") == true)
    }

    @Test func aNoIsCertainEvenWhenAnotherConditionIsUnresolved() throws {
        let fixture = AssessmentFixture(
            needs: policyNeed, controlExtras: "applies: { role: provider, traits: { personal-data: true } }",
            headerExtras: "traits: [{ name: personal-data, about: a }]", items: [policy], roles: ["deployer"])
        #expect(try fixture.assess().verdict == .notApplicable)
    }

    @Test func aPersonHasTheLastWordWhereTheFrameworkSaysSo() throws {
        let fixture = AssessmentFixture(needs: policyNeed, controlExtras: "decided-by: person", items: [policy])
        let control = try fixture.assess()
        #expect(control.verdict == .notAssessed)
        #expect(control.reasons == [.awaitsPerson])
        #expect(control.requirements.map(\.verdict) == [.met])
    }

    @Test func severalDocumentsJointlyStateWhatIsAsked() throws {
        let needs = "- evidence: policy-document\n  why: w\n  expect:\n    - { fact: scope, is: present }\n    - { fact: roles, is: present }"
        let other = AssessmentFixture.item("policy-document", [("roles", .text("The board decides"))], path: "roles.md")
        #expect(try AssessmentFixture(needs: needs, items: [policy, other]).assess().verdict == .met)
        #expect(try AssessmentFixture(needs: needs, items: [policy]).assess().verdict == .partlyMet)
    }

    @Test func fourEyesAskForDifferentPeople() throws {
        let needs = policyNeed + "\n  four-eyes: true"
        func item(_ producer: String?, _ reviewer: String?, _ approver: String?) -> EvidenceItem {
            AssessmentFixture.item("policy-document", [("scope", .text("All AI systems"))], producer: producer, reviewer: reviewer, approver: approver)
        }
        #expect(try AssessmentFixture(needs: needs, items: [item("A", "B", "C")]).assess().verdict == .met)
        for people in [("A", "B", "a"), ("A", "C", "C")] {
            let control = try AssessmentFixture(needs: needs, items: [item(people.0, people.1, people.2)]).assess()
            #expect(control.verdict == .partlyMet)
            #expect(control.reasons == [.selfApproved])
        }
        #expect(try AssessmentFixture(needs: needs, items: [item("A", "B", nil)]).assess().reasons == [.selfApproved])
    }

    @Test(arguments: [(4999, Verdict.notMet, [Reason.sampleTooSmall]), (5000, .met, [])])
    func aSampleMeetsItsDeclaredSize(size: Int, verdict: Verdict, reasons: [Reason]) throws {
        let needs = "- evidence: bias-assessment\n  why: w\n  sample-at-least: declared-limit\n  expect:\n    - { fact: population, at-least: 1 }"
        let item = AssessmentFixture.item("bias-assessment", [("population", .number(5000))], sample: size)
        let control = try AssessmentFixture(
            needs: needs, items: [item], limits: [AssessmentFixture.limit("bias-assessment.sample-size", atLeast: 5000)]
        ).assess()
        #expect(control.reasons == reasons)
        #expect(verdict == .met ? control.verdict == .met : control.verdict != .met)
    }

    @Test func methodsThatAreNotAcceptedAreSetAsideWithTheReason() throws {
        let item = AssessmentFixture.item("policy-document", [("scope", .text("All AI systems"))], method: .screenshot)
        let control = try AssessmentFixture(needs: policyNeed + "\n  method: [export, api, file]", items: [item]).assess()
        #expect(control.verdict == .notMet)
        #expect(control.requirements.first?.setAside.first?.why == "collected by screenshot; expected export or api or file")
    }

    private func exception(_ from: String, _ to: String) throws -> GapException {
        GapException(
            id: "EX-1", system: "s", framework: "demo", controls: ["4.10"], reason: "r", measure: "m", owner: "A", approver: "B",
            from: try #require(Instant(from)), to: try #require(Instant(to)), location: TextLocation(path: "exceptions/e.yaml"))
    }

    @Test func anActiveExceptionShowsAndKeepsWhatItCovers() throws {
        let control = try AssessmentFixture(needs: policyNeed, exceptions: [try exception("2026-07-01", "2026-12-01")]).assess()
        #expect(control.verdict == .excepted)
        #expect(control.withoutException == .notMet)
        #expect(control.reasons == [.missing])
    }

    @Test(arguments: [("2026-01-01", "2026-10-01"), ("2026-01-01", "2026-09-15")])
    func whenAnExceptionEndsTheVerdictReturns(from: String, to: String) throws {
        let control = try AssessmentFixture(needs: policyNeed, exceptions: [try exception(from, to)]).assess()
        #expect(control.verdict == .notMet)
        #expect(control.reasons == [.missing, .exceptionExpired])
    }

    @Test func aMetControlNeedsNoException() throws {
        let control = try AssessmentFixture(needs: policyNeed, items: [policy], exceptions: [try exception("2026-07-01", "2026-12-01")]).assess()
        #expect(control.verdict == .met)
        #expect(control.exception == nil)
    }

    private let schedule = "in-force: [{ id: later, dates: [{ from: 2027-12-02, cite: Article 113 }] }]"

    @Test(arguments: [("2027-12-01", 0, 1), ("2027-12-02", 1, 0)])
    func whatDoesNotBindYetIsCountedApart(asOf: String, inForce: Int, readiness: Int) throws {
        let fixture = AssessmentFixture(
            needs: policyNeed, controlExtras: "in-force: later", headerExtras: schedule, items: [policy], asOf: asOf)
        let assessment = try fixture.assessment()
        #expect(assessment.inForce.controls == inForce)
        #expect(assessment.readiness.controls == readiness)
        #expect(assessment.controls.first?.verdict == .met)
    }

    @Test func nothingIsEvaluatedWithoutEvidence() throws {
        #expect(try AssessmentFixture(needs: policyNeed).assessment().isEvaluated == false)
        #expect(try AssessmentFixture(needs: policyNeed, items: [policy]).assessment().isEvaluated)
    }

    @Test func theOrderOfItemsChangesNothing() throws {
        let needs = "- evidence: drift-report\n  why: w\n  expect:\n    - { fact: psi-max, at-most: 0.2 }"
        let items = (1...9).map { AssessmentFixture.item("drift-report", [("psi-max", .number(Double($0) / 20))], observed: "2026-08", path: "d\($0)") }
        let straight = try AssessmentFixture(needs: needs, items: items).assess()
        let reversed = try AssessmentFixture(needs: needs, items: items.reversed()).assess()
        #expect(straight.requirements.flatMap(\.shortfalls) == reversed.requirements.flatMap(\.shortfalls))
        #expect(straight.requirements.flatMap(\.findings).map(\.place) == reversed.requirements.flatMap(\.findings).map(\.place))
    }
}
