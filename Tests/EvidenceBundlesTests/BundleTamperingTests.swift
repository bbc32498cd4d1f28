import BagArchives
import EvidenceBundles
import Signatures
import StructuredText
import TestSupport
import Testing
import TransparencyLog

/// An alteration, how much is made anew to hide it, and the first check that must fail, with the file that it must name.
struct Tampering: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var covering: ExampleBundle.Covering
    var check: VerificationCheck.ID
    var file: String
    var edit: @Sendable (inout [String: [UInt8]]) throws -> Void

    init(
        _ name: String, _ covering: ExampleBundle.Covering, _ check: VerificationCheck.ID, _ file: String,
        _ edit: @escaping @Sendable (inout [String: [UInt8]]) throws -> Void
    ) {
        testDescription = name
        self.covering = covering
        self.check = check
        self.file = file
        self.edit = edit
    }

    static let drift = "data/evidence/e000001.json"
    static let view = "data/evidence/e000002.txt"
    static let drifts = "data/readings/e000001.jsonl"
    static let entry = "ledger/entries/000001.json"
    static let proof = "ledger/proofs/000001.tlog-proof"
    static let viewProof = "data/redactions/e000002.jsonl"
    static let readingProof = "data/redactions/r000002.jsonl"

    static func replace(_ name: String, _ old: String, _ new: String) -> @Sendable (inout [String: [UInt8]]) throws -> Void {
        { files in
            let text = String(decoding: try unwrapped(files[name]), as: UTF8.self)
            guard text.contains(old) else { throw Absent() }
            files[name] = Array(text.replacing(old, with: new).utf8)
        }
    }

    static func flipLast(_ name: String) -> @Sendable (inout [String: [UInt8]]) throws -> Void {
        { files in
            var bytes = try unwrapped(files[name])
            bytes[bytes.count - 1] ^= 1
            files[name] = bytes
        }
    }

    static func swap(_ a: String, _ b: String) -> @Sendable (inout [String: [UInt8]]) throws -> Void {
        { files in (files[a], files[b]) = (files[b], files[a]) }
    }

    static func remove(_ name: String) -> @Sendable (inout [String: [UInt8]]) throws -> Void { { $0[name] = nil } }

    static func add(_ name: String) -> @Sendable (inout [String: [UInt8]]) throws -> Void { { $0[name] = Array("x\n".utf8) } }

    /// What the bag alone shows: nothing is made anew.
    static let alone: [Tampering] = [
        .init("a payload file altered", .nothing, .bag, drift, flipLast(drift)),
        .init("a payload file removed", .nothing, .bag, BagFiles.info, remove(drift)),
        .init("a payload file added", .nothing, .bag, BagFiles.info, add("data/evidence/e000009.txt")),
        .init("a tag file altered", .nothing, .bag, BundleLayout.policy, flipLast(BundleLayout.policy)),
        .init("a top-level file added", .nothing, .bag, "extra.txt", add("extra.txt")),
        .init("a signature file added", .nothing, .bag, "signatures/extra.sig", add("signatures/extra.sig")),
        .init("the envelope removed", .nothing, .bag, BundleLayout.envelope, remove(BundleLayout.envelope)),
        .init("the tag manifest removed", .nothing, .bag, BagFiles.tagManifest, remove(BagFiles.tagManifest)),
    ]

    /// The manifests are written anew, so that the bag is good and the statement is not about it.
    static let listed: [Tampering] = [
        .init("an altered file listed anew", .manifests, .statement, BagFiles.tagManifest, flipLast(drift)),
        .init("an added file listed", .manifests, .statement, BagFiles.tagManifest, add("data/evidence/e000009.txt")),
        .init("the policy weakened and listed", .manifests, .statement, BagFiles.tagManifest) {
            $0[BundleLayout.policy] = SigningPolicy().bytes
        },
    ]

    /// Everything is signed anew by the true signers: what contradicts itself must show all the same.
    static let signed: [Tampering] = [
        .init("evidence altered", .statement, .items, drift, flipLast(drift)),
        .init("two records swapped", .statement, .items, "data/evidence/e000000.md", swap("data/evidence/e000000.md", drift)),
        .init("a reading altered", .statement, .items, drifts, replace(drifts, "title", "titel")),
        .init("evidence that no item names", .statement, .items, "data/evidence/e000009.txt", add("data/evidence/e000009.txt")),
        .init("evidence removed", .statement, .items, drift, remove(drift)),
        .init("an entry altered", .statement, .entries, entry, replace(entry, "drift-report", "drift-resort")),
        .init("an entry removed, its proof left", .statement, .entries, proof, remove(entry)),
        .init("a proof removed", .statement, .entries, proof, remove(proof)),
        .init("a proof of another entry", .statement, .entries, "ledger/proofs/000000.tlog-proof", swap("ledger/proofs/000000.tlog-proof", proof)),
        .init("a shown part of a redacted record altered", .statement, .items, view, replace(view, "refusal", "approval")),
        .init("a hidden part shown as something else", .statement, .items, view, replace(view, "***", "*!*")),
        .init("a redaction's proof cut", .statement, .items, viewProof) { files in files[viewProof]?.removeLast(20) },
        .init("the proofs of a record and of its reading swapped", .statement, .items, viewProof, swap(viewProof, readingProof)),
        .init("the list of items out of form", .statement, .items, BundleLayout.items, replace(BundleLayout.items, "\"whole\"", "\"entire\"")),
        .init("the completeness changed", .statement, .items, BundleLayout.items, replace(BundleLayout.items, "\"complete\"", "\"partial\"")),
        .init("a pack file altered", .statement, .pack, "data/pack/report.md", flipLast("data/pack/report.md")),
        .init("a pack file added", .statement, .pack, "data/pack/more.md", add("data/pack/more.md")),
        .init("a definition altered", .statement, .frameworks, "frameworks/demo", replace("frameworks/demo/framework.yaml", "Drift", "Draft")),
        .init("a definition that nothing used", .statement, .frameworks, "frameworks/other", add("frameworks/other/framework.yaml")),
        .init("the past's proof altered", .statement, .since, "ledger/since", replace("ledger/since", "old 2", "old 1")),
    ]
}

struct BundleTamperingTests {
    @Test func theGoodBundleIsGood() async throws {
        let bundle = try Example.bundle()
        let report = try await bundle.verified()
        #expect(report.verdict == .good, "\(report.text)")
        #expect(report.signatures.map(\.outcome) == Array(repeating: .good, count: 5))
        #expect(report.checks.allSatisfy { $0.outcome == .passed }, "\(report.text)")
    }

    @Test(arguments: Tampering.alone + Tampering.listed + Tampering.signed)
    func anAlterationIsSeenAndItsFileNamed(_ tampering: Tampering) async throws {
        let bundle = try Example.bundle().altered(tampering.covering, tampering.edit)
        let report = try await bundle.verified()
        #expect(report.verdict == .altered, "\(report.text)")
        let failed = try #require(report.checks.first { $0.outcome == .failed }, "\(report.text)")
        #expect(failed.id == tampering.check, "\(report.text)")
        #expect(report.firstWrongFile == "\(ExampleBundle.id)/\(tampering.file)", "\(report.text)")
    }

    @Test func theXMLSignatureOfAnAlteredReportIsWrong() async throws {
        let bundle = try Example.bundle().altered(.statement, Tampering.replace("data/pack/report.xml", "Northgate", "Southgate"))
        let report = try await bundle.verified()
        #expect(report.signatures.first { $0.requirement.over == .packXML }?.outcome == .wrong, "\(report.text)")
        #expect(report.verdict == .altered)
    }

    @Test func aBundleUnderAnotherFolderNameIsRefused() async throws {
        let bundle = try Example.bundle()
        var source = MemorySource(files: bundle.files)
        source.base = "another"
        let report = await BundleVerifier(try bundle.options()).verify(source)
        #expect(report.checks.first { $0.id == .identity }?.outcome == .failed)
        #expect(report.verdict == .altered)
    }

    @Test func allChecksAreListedEvenAfterAFailure() async throws {
        let report = try await Example.bundle().altered(.nothing, Tampering.remove(BundleLayout.envelope)).verified()
        let expected: [VerificationCheck.ID] = [
            .container, .bag, .identity, .statement, .policy, .signatures, .checkpoint, .entries, .items, .redactions, .pack, .frameworks, .since,
        ]
        #expect(report.checks.map(\.id) == expected)
    }

    /// Each member in turn loses its last byte; no file may be beyond the checks.
    @Test func noMemberIsBeyondTheChecks() async throws {
        let bundle = try Example.bundle()
        for name in bundle.files.keys.sorted() {
            let report = try await bundle.altered { $0[name]?.removeLast() }.verified()
            #expect(report.verdict == .altered, "\(name)")
        }
    }

    /// A bit in each of many places of the ZIP: in headers, names, contents and the directory.
    @Test func noFlippedBitOfTheFileGoesUnseen() async throws {
        let folder = try TemporaryFolder()
        let bytes = try Example.zip()
        let verifier = BundleVerifier(try Example.bundle().options())
        let step = bytes.count / 150
        for place in Array(stride(from: 0, to: bytes.count, by: step)) + [bytes.count - 1] {
            var flipped = bytes
            flipped[place] ^= 1 << UInt8(place % 8)
            try folder.write(flipped, to: "flipped.zip")
            #expect(try await verifier.verify(path: folder.place("flipped.zip")).verdict == .altered, "byte \(place)")
        }
    }

    @Test func aZIPAndItsUnpackedFolderAreBothGood() async throws {
        let folder = try TemporaryFolder()
        try folder.write(try Example.zip(), to: "whatever.zip")
        for (name, bytes) in try Example.bundle().files { try folder.write(bytes, to: "\(ExampleBundle.id)/\(name)") }
        let verifier = BundleVerifier(try Example.bundle().options())
        for name in ["whatever.zip", ExampleBundle.id] { #expect(try await verifier.verify(path: folder.place(name)).verdict == .good) }
        try folder.link("\(ExampleBundle.id)/data/link", to: "/etc/passwd")
        #expect(try await verifier.verify(path: folder.place(ExampleBundle.id)).checks.first?.outcome == .failed)
    }
}
