import StructuredText
import Testing

@testable import Signatures

/// Four keys and who holds them; times are small numbers, so that a table can be read.
private enum People {
    static func key(_ number: UInt8) throws -> PublicKey { try SigningKey.ed25519(seed: [UInt8](repeating: number, count: 32)).publicKey }

    static func signer(_ person: String, _ role: String, _ number: UInt8, from: Int? = nil, until: Int? = nil, revoked: Int? = nil) throws -> TrustFile.Signer {
        TrustFile.Signer(person: person, role: role, key: try key(number), from: from, until: until, revoked: revoked)
    }

    static func fact(_ number: UInt8, valid: Bool = true, at time: Int? = nil, over: SigningPolicy.Target = .bundle) throws -> SignatureFact {
        SignatureFact(over: over, source: .key(try key(number).keyID), isValid: valid, provenTime: time)
    }

    static func certified(
        _ state: SignatureFact.CertificateFinding.State, subject: String = "CN=Claire,O=Acme", valid: Bool = true, at time: Int? = nil
    ) throws -> SignatureFact {
        let finding = SignatureFact.CertificateFinding(state: state, subject: subject, fingerprints: [String(repeating: "ab", count: 32)])
        return SignatureFact(over: .bundle, source: .certificate(keyID: try key(9).keyID, finding), isValid: valid, provenTime: time)
    }

    static func demand(_ role: String, _ threshold: Int = 1, over: SigningPolicy.Target = .bundle) -> SigningPolicy.Requirement {
        SigningPolicy.Requirement(over: over, role: role, threshold: threshold)
    }
}

@Suite struct SignatureJudgeTests {
    private typealias Outcome = SignatureJudge.Outcome

    private func outcomes(
        _ facts: [SignatureFact], signers: [TrustFile.Signer] = [], authorities: [TrustFile.Authority] = [],
        demands: [SigningPolicy.Requirement] = [People.demand("officer")], fourEyes: Bool = false, now: Int = 100
    ) -> [SignatureJudge.Outcome] {
        judgement(facts, signers: signers, authorities: authorities, demands: demands, fourEyes: fourEyes, now: now).results.map(\.outcome)
    }

    private func judgement(
        _ facts: [SignatureFact], signers: [TrustFile.Signer] = [], authorities: [TrustFile.Authority] = [],
        demands: [SigningPolicy.Requirement] = [People.demand("officer")], fourEyes: Bool = false, now: Int = 100
    ) -> SignatureJudge.Judgement {
        let trust = TrustFile(signers: signers, authorities: authorities, policy: SigningPolicy(required: demands, fourEyes: fourEyes))
        return SignatureJudge(trust: trust, now: now).judge(facts)
    }

    @Test func eachWordHasItsCase() throws {
        let claire = [try People.signer("Claire", "officer", 1, from: 10, until: 50, revoked: nil)]
        let revoked = [try People.signer("Claire", "officer", 1, revoked: 60)]
        let table: [(String, [SignatureFact], [TrustFile.Signer], Outcome)] = [
            ("in force at the proven time", [try People.fact(1, at: 40)], claire, .good), ("stripped", [], claire, .absent),
            ("over something else", [try People.fact(1, at: 40, over: .pack)], claire, .absent),
            ("a key that nobody listed", [try People.fact(2, at: 40)], claire, .unknownKey),
            ("a key that nobody listed, wrong as well", [try People.fact(2, valid: false, at: 40)], claire, .unknownKey),
            ("altered", [try People.fact(1, valid: false, at: 40)], claire, .wrong),
            ("no proof of an earlier time", [try People.fact(1)], claire, .keyExpired),
            ("the second in which the life ends", [try People.fact(1, at: 50)], claire, .keyExpired),
            ("the last second", [try People.fact(1, at: 49)], claire, .good), ("the first second", [try People.fact(1, at: 10)], claire, .good),
            ("before the first second", [try People.fact(1, at: 9)], claire, .keyExpired),
            ("revoked by now", [try People.fact(1)], revoked, .revoked), ("proven before it was revoked", [try People.fact(1, at: 59)], revoked, .good),
            ("proven when it was revoked", [try People.fact(1, at: 60)], revoked, .revoked),
            ("a time beyond now proves nothing", [try People.fact(1, at: 1000)], claire, .keyExpired),
            ("another role", [try People.fact(3)], claire + [try People.signer("Omar", "owner", 3)], .roleNotHeld),
        ]
        for (name, facts, signers, expected) in table {
            let judgement = judgement(facts, signers: signers)
            #expect(judgement.results.map(\.outcome) == [expected], "\(name)")
            #expect(judgement.isSatisfied == (expected == .good), "\(name)")
            #expect(judgement.results.allSatisfy { !$0.sentence.isEmpty && !$0.sentence.hasSuffix(".") }, "\(name)")
        }
    }

    @Test func certificatesAreJudgedByTheirAuthority() throws {
        let any = [TrustFile.Authority(certificate: [1], roles: ["officer"])]
        let named = [TrustFile.Authority(certificate: [1], roles: ["officer"], persons: [.init(subject: "CN=Claire,O=Acme", name: "Claire")])]
        let revoked = [
            TrustFile.Authority(certificate: [1], roles: ["officer"], revoked: [.init(certificate: String(repeating: "ab", count: 32), from: 60)])
        ]
        let owner = [TrustFile.Authority(certificate: [1], roles: ["owner"])]
        let table: [(String, SignatureFact, [TrustFile.Authority], Outcome)] = [
            ("any subject", try People.certified(.good(authority: 0)), any, .good),
            ("the named subject", try People.certified(.good(authority: 0)), named, .good),
            ("another subject", try People.certified(.good(authority: 0), subject: "CN=Eve,O=Acme"), named, .roleNotHeld),
            ("another role", try People.certified(.good(authority: 0)), owner, .roleNotHeld),
            ("altered", try People.certified(.good(authority: 0), valid: false), any, .wrong),
            ("expired", try People.certified(.expired), any, .certificateExpired),
            ("not yet valid", try People.certified(.notYetValid), any, .certificateExpired),
            ("other root", try People.certified(.unknownIssuer), any, .unknownKey),
            ("broken", try People.certified(.unusable("not for signatures")), any, .wrong),
            ("revoked", try People.certified(.good(authority: 0)), revoked, .revoked),
            ("proven before it was revoked", try People.certified(.good(authority: 0), at: 59), revoked, .good),
            ("an authority that is not there", try People.certified(.good(authority: 7)), any, .unknownKey),
        ]
        for (name, fact, authorities, expected) in table { #expect(outcomes([fact], authorities: authorities) == [expected], "\(name)") }
    }

    @Test func aListedKeyCountsWhenItsCertificateHasExpired() throws {
        #expect(outcomes([try People.certified(.expired)], signers: [try People.signer("Claire", "officer", 9)]) == [.good])
    }

    @Test func theThresholdCountsKeysAndPersonsAndNotSignatures() throws {
        let claire = try People.signer("Claire", "officer", 1)
        let claireAgain = try People.signer("Claire", "officer", 2)
        let omar = try People.signer("Omar", "officer", 3)
        let two = [People.demand("officer", 2)]
        #expect(outcomes([try People.fact(1), try People.fact(3)], signers: [claire, omar], demands: two) == [.good])
        #expect(outcomes([try People.fact(1), try People.fact(1)], signers: [claire, omar], demands: two) == [.absent], "one key twice")
        #expect(outcomes([try People.fact(1), try People.fact(2)], signers: [claire, claireAgain], demands: two) == [.absent], "two keys of one person")
        let alias = try People.signer("Omar", "officer", 1)
        #expect(outcomes([try People.fact(1), try People.fact(1)], signers: [claire, alias], demands: two) == [.absent], "one key under two names")
        for spelling in ["CLAIRE", " Claire ", "claire"] {
            let other = try People.signer(spelling, "officer", 3)
            #expect(outcomes([try People.fact(1), try People.fact(3)], signers: [claire, other], demands: two) == [.absent], "'\(spelling)'")
        }
        let accents = [try People.signer("Zo\u{e9}", "officer", 1), try People.signer("Zoe\u{301}", "officer", 3)]
        #expect(outcomes([try People.fact(1), try People.fact(3)], signers: accents, demands: two) == [.absent], "two normal forms of one name")
        let result = judgement([try People.fact(1), try People.fact(2)], signers: [claire, claireAgain], demands: two).results.first
        #expect(result?.sentence == "bundle: found 1 of 2 signatures as officer; expected different keys of different persons")
    }

    @Test func oneWrongSignatureDoesNotHideAGoodOneAndIsStillSaid() throws {
        let signers = [try People.signer("Claire", "officer", 1), try People.signer("Omar", "officer", 2)]
        let judgement = judgement([try People.fact(1), try People.fact(2, valid: false)], signers: signers)
        #expect(judgement.isSatisfied)
        #expect(judgement.strays.map(\.outcome) == [.wrong])
    }

    @Test func aSignatureThatNobodyDemandedIsSaid() throws {
        let signers = [try People.signer("Claire", "officer", 1), try People.signer("Omar", "owner", 2)]
        let judgement = judgement([try People.fact(1), try People.fact(2), try People.fact(5)], signers: signers)
        #expect(judgement.strays.map(\.outcome) == [.good, .unknownKey])
    }

    @Test func anotherRolesSignatureDoesNotStandInForAStrippedOne() throws {
        let signers = [try People.signer("Claire", "officer", 1), try People.signer("Omar", "owner", 2)]
        let demands = [People.demand("officer"), People.demand("owner")]
        #expect(outcomes([try People.fact(1)], signers: signers, demands: demands) == [.good, .absent])
        #expect(outcomes([try People.fact(1), try People.fact(2)], signers: signers, demands: demands) == [.good, .good])
        #expect(outcomes([try People.fact(1), try People.fact(2, valid: false)], signers: signers, demands: demands) == [.good, .wrong])
    }

    @Test func onePersonInTwoRolesIsSelfApproved() throws {
        let signers = [try People.signer("Claire", "officer", 1), try People.signer("Claire", "owner", 2), try People.signer("Claire", "owner", 1)]
        let demands = [People.demand("officer"), People.demand("owner")]
        let both = [try People.fact(1), try People.fact(2)]
        #expect(outcomes(both, signers: signers, demands: demands) == [.good, .good], "allowed without four eyes")
        #expect(outcomes(both, signers: signers, demands: demands, fourEyes: true) == [.good, .selfApproved], "two keys")
        #expect(outcomes([try People.fact(1)], signers: signers, demands: demands, fourEyes: true) == [.good, .selfApproved], "one key")
        let other = [People.demand("officer"), People.demand("owner", over: .packXML)]
        let spread = [try People.fact(1), try People.fact(2, over: .packXML)]
        #expect(outcomes(spread, signers: signers, demands: other, fourEyes: true) == [.good, .selfApproved], "over two things")
    }

    @Test func fourEyesFindTheArrangementThatIsAllowed() throws {
        // Claire holds both roles, Omar only the first one: Claire must be taken for the second.
        let signers = [try People.signer("Claire", "officer", 1), try People.signer("Claire", "owner", 1), try People.signer("Omar", "officer", 2)]
        let demands = [People.demand("officer"), People.demand("owner")]
        #expect(outcomes([try People.fact(1), try People.fact(2)], signers: signers, demands: demands, fourEyes: true) == [.good, .good])
        #expect(outcomes([try People.fact(1), try People.fact(2)], signers: signers, demands: [demands[0]], fourEyes: true) == [.good])
    }

    @Test func manyPersonsInManyRolesAreJudgedInTime() throws {
        let roles = (0..<8).map { "role-\($0)" }
        var signers: [TrustFile.Signer] = []
        for number in UInt8(0)..<20 { for role in roles { signers.append(try People.signer("Person \(number)", role, number)) } }
        let facts = try (UInt8(0)..<20).map { try People.fact($0) }
        let clock = ContinuousClock()
        var judged: [Outcome] = []
        let time = clock.measure { judged = outcomes(facts, signers: signers, demands: roles.map { People.demand($0, 3) }, fourEyes: true) }
        // Twenty persons cannot fill twenty-four places.
        #expect(judged.contains(.selfApproved))
        #expect(time < .seconds(20))
    }

    @Test func servicesHoldTheirOwnRoleAlone() throws {
        func service(_ role: String, trusted: Bool = true, valid: Bool = true, name: String = "a") -> SignatureFact {
            SignatureFact(over: .checkpoint, source: .service(role: role, name: name, isTrusted: trusted), isValid: valid)
        }
        let log = [People.demand("log", over: .checkpoint)]
        #expect(outcomes([service("log")], demands: log) == [.good])
        #expect(outcomes([service("log", trusted: false)], demands: log) == [.unknownKey])
        #expect(outcomes([service("log", valid: false)], demands: log) == [.wrong])
        #expect(outcomes([service("witness")], demands: log) == [.absent])
        #expect(outcomes([], demands: log) == [.absent])
        let witnesses = [People.demand("witness", 2, over: .checkpoint)]
        #expect(outcomes([service("witness"), service("witness")], demands: witnesses) == [.absent])
        #expect(outcomes([service("witness"), service("witness", name: "b")], demands: witnesses) == [.good])
        // A person cannot be made a log by the trust file, nor a log a person.
        #expect(outcomes([try People.fact(1, over: .checkpoint)], signers: [try People.signer("Claire", "log", 1)], demands: log) == [.absent])
        #expect(outcomes([service("officer")], demands: [People.demand("officer", over: .checkpoint)]) == [.absent])
    }

    @Test func thePolicyInsideCanOnlyDemandMore() throws {
        let trust = TrustFile(
            signers: [try People.signer("Claire", "officer", 1)], policy: SigningPolicy(required: [People.demand("officer")], fourEyes: true))
        let judge = SignatureJudge(trust: trust, policy: SigningPolicy(required: [People.demand("owner")]), now: 0)
        #expect(judge.judge([try People.fact(1)]).results.map(\.outcome) == [.good, .absent])
        #expect(SignatureJudge(trust: trust, policy: SigningPolicy(), now: 0).judge([]).results.map(\.outcome) == [.absent])
    }

    @Test func aPolicyThatDemandsNothingIsNotSatisfied() throws {
        #expect(!judgement([try People.fact(1)], signers: [try People.signer("Claire", "officer", 1)], demands: []).isSatisfied)
    }

    @Test func sentencesNameThePersonAndTheTime() throws {
        let signers = [try People.signer("Claire", "officer", 1, until: 50)]
        #expect(
            judgement([try People.fact(1)], signers: signers).results.first?.sentence
                == "bundle: the key of Claire was not in force at 1970-01-01T00:01:40Z (now; no timestamp or witness proves an earlier time)")
        #expect(judgement([try People.fact(1, at: 5)], signers: signers).results.first?.sentence == "bundle: signed as officer by Claire")
    }
}
