import BagArchives
import Diagnostics
import EvidenceBundles
import Signatures
import StructuredText
import TestSupport
import Testing
import TransparencyLog

struct BundleTrustTests {
    @Test func withoutATrustFileNothingIsGood() async throws {
        let bundle = try Example.bundle()
        let report = try await bundle.verified(VerifierOptions(trust: nil, now: ExampleBundle.now))
        #expect(report.verdict == .notTrusted)
        #expect(report.checks.first { $0.id == .signatures }?.outcome == .notChecked)
        #expect(report.checks.first { $0.id == .items }?.outcome == .passed)
    }

    @Test func alterationIsToldApartFromTrustThatIsMissing() async throws {
        let bundle = try Example.bundle().altered(.nothing, Tampering.flipLast(Tampering.drift))
        #expect(try await bundle.verified(VerifierOptions(trust: nil, now: ExampleBundle.now)).verdict == .altered)
    }

    @Test func anEnvelopeThatNobodySignedIsNotSigned() async throws {
        let bundle = try Example.bundle().altered { files in
            let path = BundleLayout.envelope
            files[path] = Envelope(payload: try Envelope.parse(files[path] ?? [], path: path).payload).bytes
        }
        let report = try await bundle.verified()
        #expect(report.verdict == .notSigned, "\(report.text)")
        #expect(report.signatures.filter { $0.requirement.over == .bundle }.map(\.outcome) == [.absent, .absent])
    }

    @Test func oneOfTwoSignaturesStrippedIsNotSigned() async throws {
        let bundle = try Example.bundle()
        let stripped = try bundle.altered { files in
            let path = BundleLayout.envelope
            let old = try Envelope.parse(files[path] ?? [], path: path)
            var envelope = Envelope(payload: old.payload)
            for signature in old.signatures where signature.keyID == bundle.keys.officer.publicKey.keyID { try envelope.add(signature) }
            files[path] = envelope.bytes
        }
        let report = try await stripped.verified()
        #expect(report.verdict == .notSigned)
        #expect(report.signatures.first { $0.requirement.role == "model-owner" && $0.requirement.over == .bundle }?.outcome == .absent)
    }

    @Test func aStrangersSignatureCountsForNobody() async throws {
        let stranger = try SigningKey.ed25519(seed: Array(0x80..<0xA0))
        let bundle = try Example.bundle().altered { files in
            let path = BundleLayout.envelope
            var envelope = Envelope(payload: try Envelope.parse(files[path] ?? [], path: path).payload)
            try envelope.sign(with: stranger)
            files[path] = envelope.bytes
        }
        let report = try await bundle.verified()
        #expect(report.verdict == .notSigned)
        #expect(report.signatures.first { $0.requirement.over == .bundle }?.outcome == .unknownKey)
    }

    @Test func aWrongSignatureIsDamageEvenWhereNothingDemandsIt() async throws {
        let bundle = try Example.bundle()
        let damaged = try bundle.altered { files in
            let path = BundleLayout.envelope
            let old = try Envelope.parse(files[path] ?? [], path: path)
            var envelope = Envelope(payload: old.payload)
            for var signature in old.signatures {
                if signature.keyID == bundle.keys.officer.publicKey.keyID { signature.bytes[0] ^= 1 }
                try envelope.add(signature)
            }
            files[path] = envelope.bytes
        }
        let trust = try bundle.trust(demands: [.init(over: .checkpoint, role: "log")])
        // The bundle's own policy demands the officer's signature: the word is that it is wrong.
        let report = try await damaged.verified(try bundle.options(trusting: trust))
        #expect(report.verdict == .altered, "\(report.text)")
        #expect(report.signatures.first { $0.requirement.over == .bundle }?.outcome == .wrong)
    }

    @Test func theBundlesPolicyCanOnlyDemandMore() async throws {
        let bundle = try Example.bundle()
        let trust = try bundle.trust(demands: [.init(over: .checkpoint, role: "log")])
        let report = try await bundle.verified(try bundle.options(trusting: trust))
        #expect(report.signatures.map(\.requirement.over) == [.bundle, .checkpoint])
        let weak = try bundle.altered(.statement) { $0[BundleLayout.policy] = SigningPolicy().bytes }
        #expect(try await weak.verified().signatures.count == 5)
    }

    @Test func anotherBundleThanTheExpectedOneIsRefused() async throws {
        let bundle = try Example.bundle()
        let report = try await bundle.verified(try bundle.options(trusting: try bundle.trust(bundle: "northgate-credit-2026-q2")))
        #expect(report.checks.first { $0.id == .identity }?.outcome == .failed)
    }

    @Test func aRevokedKeyIsRefused() async throws {
        let bundle = try Example.bundle()
        var file = try bundle.trust().file
        file.signers[0].revoked = ExampleBundle.now - 1
        let report = try await bundle.verified(try bundle.options(trusting: try VerifierTrust(file)))
        #expect(report.signatures.first { $0.requirement.over == .bundle }?.outcome == .revoked)
        #expect(report.verdict == .notSigned)
    }

    @Test func aCheckpointOfAnotherLogIsRefused() async throws {
        let bundle = try Example.bundle()
        var file = try bundle.trust().file
        file.logs = [.init(text: try unwrapped(try NoteSigner(name: "locker.example.org/other", seed: Array(0..<32)).verifierKey).text)]
        let report = try await bundle.verified(try bundle.options(trusting: try VerifierTrust(file)))
        #expect(report.checks.first { $0.id == .checkpoint }?.outcome == .failed)
    }

    @Test func aTrustFileWithALogsKeyOfTheWrongKindIsRefused() throws {
        let bundle = try Example.bundle()
        var file = try bundle.trust().file
        file.logs = [.init(text: try unwrapped(bundle.keys.log.witnessKey).text)]
        #expect(throws: DiagnosticList.self) { try VerifierTrust(file) }
    }

    // MARK: replay

    @Test(arguments: ["checkpoint", "bundle", "period", "system"])
    func aStatementAboutSomethingElseIsRefused(_ field: String) async throws {
        var bundle = try Example.bundle()
        try bundle.sign { predicate in
            if field == "checkpoint" {
                predicate[field] = .object([("origin", .string(ExampleBundle.origin)), ("root", .string(String(repeating: "0", count: 64))), ("size", 3)])
            } else {
                predicate[field] = "another"
            }
        }
        let report = try await bundle.verified()
        #expect(report.verdict == .altered, "\(report.text)")
        let failed: [VerificationCheck.ID] =
            field == "checkpoint" ? [.checkpoint, .pack] : field == "bundle" ? [.identity] : field == "period" ? [.pack] : [.items, .pack]
        #expect(report.checks.filter { $0.outcome == .failed }.map(\.id) == failed)
    }

    @Test func theSignaturesOfAnotherBundleAreRefused() async throws {
        let bundle = try Example.bundle()
        var other = bundle
        try other.sign { $0["bundle"] = "northgate-credit-2026-q2" }
        let mixed = try bundle.altered { $0[BundleLayout.envelope] = other.files[BundleLayout.envelope] }
        #expect(try await mixed.verified().checks.first { $0.outcome == .failed }?.id == .identity)
    }

    // MARK: the past

    @Test func theEarlierCheckpointProvesThatNothingBeforeItWasChanged() async throws {
        let bundle = try Example.bundle()
        var options = try bundle.options()
        options.since = .init(bytes: bundle.earlier, path: "earlier")
        let check = try await bundle.verified(options).checks.first { $0.id == .since }
        #expect(check?.outcome == .passed)
        #expect(check?.detail == "nothing before entry 2 was changed or cut")
    }

    @Test func aRewrittenPastIsSeen() async throws {
        let bundle = try Example.bundle()
        let other = Checkpoint(origin: ExampleBundle.origin, size: 2, root: .leaf([1]))
        var options = try bundle.options()
        options.since = .init(bytes: try bundle.keys.log.sign(other.text).bytes, path: "earlier")
        let check = try await bundle.verified(options).checks.first { $0.id == .since }
        #expect(check?.diagnostics.map(\.id) == ["verify.past-changed"])
    }

    @Test func aLedgerShorterThanTheEarlierOneWasCut() async throws {
        let bundle = try Example.bundle()
        let later = Checkpoint(origin: ExampleBundle.origin, size: 900, root: .leaf([1]))
        var options = try bundle.options()
        options.since = .init(bytes: try bundle.keys.log.sign(later.text).bytes, path: "earlier")
        let check = try await bundle.verified(options).checks.first { $0.id == .since }
        #expect(check?.diagnostics.map(\.id) == ["verify.log-cut"])
    }

    @Test func anEarlierCheckpointThatNobodySignedProvesNothing() async throws {
        let bundle = try Example.bundle()
        var options = try bundle.options()
        let text = try TileLog.checkpoint(of: bundle.earlier, path: "earlier").text
        options.since = .init(bytes: try NoteSigner(name: ExampleBundle.origin, seed: Array(7..<39)).sign(text).bytes, path: "earlier")
        #expect(try await bundle.verified(options).verdict == .altered)
    }

    @Test func aMissingProofOfThePastIsAFailureWhenItWasAskedFor() async throws {
        let bundle = try Example.bundle()
        var stripped = try bundle.altered(.manifests, Tampering.remove(BundleLayout.since))
        try stripped.sign { $0["previousCheckpoint"] = nil }
        var options = try bundle.options()
        #expect(try await stripped.verified(options).verdict == .good)
        options.since = .init(bytes: bundle.earlier, path: "earlier")
        #expect(try await stripped.verified(options).checks.first { $0.id == .since }?.diagnostics.map(\.id) == ["verify.since-missing"])
    }
}
