import BagArchives
import Diagnostics
import EvidenceBundles
import EvidenceModel
import StructuredText
import TestSupport
import Testing

struct RebuildTests {
    private func rebuilt(_ bundle: ExampleBundle, producer: String = ExampleBundle.producer) async throws -> VerificationCheck {
        var options = try bundle.options()
        options.rebuild = true
        options.producer = producer
        return try #require(try await bundle.verified(options).checks.first { $0.id == .rebuild })
    }

    @Test func thePackFollowsFromTheEvidenceByteForByte() async throws {
        let check = try await rebuilt(try Example.bundle())
        #expect(check.outcome == .passed, "\(check)")
    }

    @Test func aPackThatSaysMoreThanTheEvidenceIsSeen() async throws {
        let check = try await rebuilt(try Example.lyingBundle())
        #expect(check.outcome == .failed)
        #expect(check.file == "\(ExampleBundle.id)/data/pack/report.json")
        #expect(check.diagnostics.first?.location?.line != nil)
    }

    /// What a stranger wrote is not rendered: it can be made to take any time.
    @Test func nothingIsRebuiltThatNobodyWhoIsTrustedSigned() async throws {
        var options = VerifierOptions(trust: nil, now: ExampleBundle.now, producer: ExampleBundle.producer)
        options.rebuild = true
        let unknown = try #require(try await Example.bundle().verified(options).checks.last)
        #expect(unknown.id == .rebuild && unknown.outcome == .notChecked && unknown.detail.contains("trusted"))
        let altered = try await rebuilt(try Example.bundle().altered(.statement, Tampering.flipLast(Tampering.drift)))
        #expect(altered.outcome == .notChecked)
    }

    @Test func anotherVersionOfTheProgramDoesNotClaimADifference() async throws {
        let check = try await rebuilt(try Example.bundle(), producer: "dossier 9")
        #expect(check.outcome == .notChecked)
        #expect(check.isAsked)
    }

    @Test func whatCannotBeRebuiltMakesTheResultIncomplete() async throws {
        let bundle = try Example.bundle()
        var options = try bundle.options()
        options.rebuild = true
        options.producer = "dossier 9"
        #expect(try await bundle.verified(options).verdict == .incomplete)
    }
}
