import EvidenceModel
import GapAnalysis
import Testing

@Suite struct AttestationRuleTests {
    private static let need = "- evidence: policy-document\n  why: w\n  expect:\n    - { fact: scope, is: present }"

    private static func policy(_ producer: String? = nil, approver: String? = nil) -> EvidenceItem {
        AssessmentFixture.item("policy-document", [("scope", .text("All AI systems"))], producer: producer, approver: approver)
    }

    /// An accepted, signed attestation of the quarter over the fixture's control.
    private static func attestation(_ change: (inout RecordedAttestation) throws -> Void = { _ in }) throws -> RecordedAttestation {
        var record = RecordedAttestation(
            id: "scope-q3", system: "s", framework: "demo", controls: ["4.10"], period: try #require(Period("2026-Q3")), person: "Claire Roy",
            role: "Head of Model Risk", decision: .accepted, text: "I have read it.", textSHA256: String(repeating: "a", count: 64),
            key: String(repeating: "b", count: 64), at: try #require(Instant("2026-09-30")), entry: 7)
        record.signature = .valid(keyName: "claire")
        try change(&record)
        return record
    }

    private static func control(
        _ attestations: [RecordedAttestation], items: [EvidenceItem]? = nil, decidedBy: String = "person", asOf: String = "2026-10-01"
    ) throws -> ControlAssessment {
        try AssessmentFixture(
            needs: need, controlExtras: "decided-by: \(decidedBy)", items: items ?? [policy()], attestations: attestations, asOf: asOf
        ).assess()
    }

    @Test func anAcceptedSignedAttestationMeetsWhatAPersonDecides() throws {
        let control = try Self.control([try Self.attestation()])
        #expect(control.verdict == .met)
        #expect(control.reasons.isEmpty)
        #expect(control.attestations.map(\.standing) == [.counts])
        #expect(control.attestations.first?.record.entry == 7)
    }

    /// One change to an attestation that counts, and what follows.
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var verdict: Verdict
        var reasons: [Reason]
        var change: @Sendable (inout RecordedAttestation) throws -> Void

        init(_ name: String, _ verdict: Verdict, _ reasons: [Reason], _ change: @escaping @Sendable (inout RecordedAttestation) throws -> Void) {
            testDescription = name
            self.verdict = verdict
            self.reasons = reasons
            self.change = change
        }
    }

    private static let cases = [
        Case("declined", .notMet, [.declined]) {
            $0.decision = .declined
            $0.reason = "the stop button was not tested"
        },
        Case("not signed", .notAssessed, [.unsigned]) { $0.signature = .absent },
        Case("signed by a key that nobody knows", .notAssessed, [.unsigned]) { $0.signature = .unknownKey },
        Case("signed over other words", .notAssessed, [.unsigned]) { $0.signature = .wrong },
        Case("an unsigned refusal", .notAssessed, [.unsigned]) {
            $0.decision = .declined
            $0.signature = .absent
        },
        Case("a shorter period", .notAssessed, [.awaitsPerson]) { $0.period = try #require(Period("2026-09")) },
        Case("a longer period", .met, []) { $0.period = try #require(Period("2026-H2")) },
        Case("a period that ends a second early", .notAssessed, [.awaitsPerson]) { $0.period.to.seconds -= 1 },
        Case("recorded at as-of", .met, []) { $0.at = try #require(Instant("2026-10-01")) },
        Case("recorded after as-of", .notAssessed, [.awaitsPerson]) { $0.at.seconds += 86_401 },
        Case("another system", .notAssessed, [.awaitsPerson]) { $0.system = "t" },
        Case("another framework", .notAssessed, [.awaitsPerson]) { $0.framework = "other" },
        Case("another control", .notAssessed, [.awaitsPerson]) { $0.controls = ["4.1"] },
        Case("its control among others", .met, []) { $0.controls = ["4.1", "4.10"] },
        Case("issued anew since", .notAssessed, [.awaitsPerson]) { $0.isReissued = true },
    ]

    @Test(arguments: cases) func followsFromTheAttestation(example: Case) throws {
        let control = try Self.control([try Self.attestation(example.change)])
        #expect(control.verdict == example.verdict)
        #expect(control.reasons == example.reasons)
        #expect(control.shortfalls.map(\.reason) == example.reasons)
    }

    @Test func aRefusalIsGivenInThePersonsOwnWords() throws {
        let record = try Self.attestation {
            $0.decision = .declined
            $0.reason = "the stop button was not tested"
        }
        let shortfall = try #require(try Self.control([record]).shortfalls.first)
        #expect(shortfall.text == "Claire Roy (Head of Model Risk, 2026-09-30, entry 7) declined to state it: the stop button was not tested")
    }

    @Test func theGapSaysWhyAnAttestationThatIsThereDoesNotCount() throws {
        let late = try Self.attestation { $0.at = try #require(Instant("2026-10-05")) }
        #expect(
            try Self.control([late]).shortfalls.first?.text.hasSuffix("entry 7, attestation 'scope-q3', was recorded at 2026-10-05, after 2026-10-01") == true)
        let month = try Self.attestation { $0.period = try #require(Period("2026-09")) }
        #expect(try Self.control([month]).shortfalls.first?.text.contains("is of 2026-09-01 to 2026-10-01, not of all of 2026-07-01 to 2026-10-01") == true)
    }

    @Test(arguments: [("Claire Roy", "J. Kim"), (" claire  ROY", "J. Kim"), ("J. Kim", "j. kim")])
    func whoMadeTheEvidenceDoesNotAttestToIt(producer: String, approver: String) throws {
        let control = try Self.control([try Self.attestation()], items: [Self.policy(producer, approver: approver)])
        #expect(control.verdict == .partlyMet)
        #expect(control.reasons == [.selfApproved])
        #expect(control.attestations.map(\.standing) == [.selfApproved])
    }

    @Test func somebodyElseMayAttestWhereTheProducerHasToo() throws {
        let other = try Self.attestation {
            $0.id = "scope-q3-second"
            $0.person = "Sam Osei"
            $0.entry = 8
        }
        let control = try Self.control([try Self.attestation(), other], items: [Self.policy("Claire Roy", approver: "J. Kim")])
        #expect(control.verdict == .met)
        #expect(control.attestations.map(\.standing) == [.selfApproved, .counts])
    }

    @Test func theLaterAnswerToTheSameStatementStandsAndTheEarlierIsKept() throws {
        let later = try Self.attestation {
            $0.decision = .declined
            $0.reason = "r"
            $0.entry = 9
            $0.supersedes = 7
        }
        let control = try Self.control([later, try Self.attestation()])
        #expect(control.verdict == .notMet)
        #expect(control.attestations.map(\.standing) == [.superseded, .declined])
    }

    @Test func anAnswerThatCameAfterAsOfReplacesNothingYet() throws {
        let later = try Self.attestation {
            $0.decision = .declined
            $0.reason = "r"
            $0.entry = 9
            $0.at = try #require(Instant("2026-10-05"))
        }
        #expect(try Self.control([try Self.attestation(), later]).verdict == .met)
        #expect(try Self.control([try Self.attestation(), later], asOf: "2026-10-06").verdict == .notMet)
    }

    @Test func theNextPeriodsAnswerLeavesThisOne() throws {
        let next = try Self.attestation {
            $0.period = try #require(Period("2026-Q4"))
            $0.entry = 9
        }
        #expect(try Self.control([try Self.attestation(), next]).attestations.map(\.standing) == [.counts, .otherPeriod])
    }

    @Test func twoPersonsWhoDisagreeAreAConflict() throws {
        let other = try Self.attestation {
            $0.id = "scope-q3-second"
            $0.person = "Sam Osei"
            $0.decision = .declined
            $0.reason = "r"
            $0.entry = 8
        }
        let control = try Self.control([try Self.attestation(), other])
        #expect(control.verdict == .conflict)
        #expect(control.reasons == [.declined, .contradicted])
    }

    @Test func noAttestationStandsInForEvidence() throws {
        let control = try Self.control([try Self.attestation()], items: [])
        #expect(control.verdict == .notMet)
        #expect(control.reasons == [.missing])
        #expect(control.attestations.count == 1)
    }

    @Test(arguments: [("evidence", Verdict.met, [Reason]()), ("authority", .notAssessed, [.awaitsPerson])])
    func onlyWhatAPersonDecidesIsDecidedByOne(decider: String, verdict: Verdict, reasons: [Reason]) throws {
        let declined = try Self.attestation {
            $0.decision = .declined
            $0.reason = "r"
        }
        for record in [try Self.attestation(), declined] {
            let control = try Self.control([record], decidedBy: decider)
            #expect(control.verdict == verdict)
            #expect(control.reasons == reasons)
            #expect(control.attestations.count == 1)
        }
    }

    /// Producer, reviewer and approver, with nothing for nobody named; and whether they are different people.
    @Test(arguments: [
        (["A", "B", "C"], true), (["A", "", "C"], true), (["A", "B", "B"], false), (["A", "A", "C"], false), (["A", "B", " a"], false),
        (["Ann  Lee", "B", "ann lee"], false), (["", "B", "C"], false), (["A", "B", ""], false),
    ])
    func producerReviewerAndApproverDiffer(people: [String], differ: Bool) throws {
        let named = people.map { $0.isEmpty ? nil : $0 }
        let item = AssessmentFixture.item(
            "policy-document", [("scope", .text("All AI systems"))], producer: named[0], reviewer: named[1], approver: named[2])
        let control = try AssessmentFixture(needs: Self.need + "\n  four-eyes: true", items: [item]).assess()
        #expect(control.verdict == (differ ? .met : .partlyMet))
        #expect(control.reasons == (differ ? [] : [.selfApproved]))
    }
}
