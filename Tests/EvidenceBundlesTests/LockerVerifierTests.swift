import Diagnostics
import EvidenceBundles
import EvidenceLocker
import EvidenceModel
import Glibc
import Signatures
import StructuredText
import TestSupport
import Testing
import TransparencyLog

/// A small locker in a folder of its own.
struct LockerExample {
    static let origin = "locker.example.org/small"
    let folder: TemporaryFolder
    let signer: NoteSigner

    init(signed: Bool = true) throws {
        folder = try TemporaryFolder()
        signer = try NoteSigner(name: Self.origin, seed: Array(0..<32))
        let locker = try Locker(
            writing: folder.path, as: LedgerAuthor(origin: Self.origin, signer: signed ? signer : nil, seed: Array(0..<32), random: .demonstration("locker")))
        for (path, text, classification) in [
            ("a.txt", "first\n", Classification.internal), ("a.txt", "second\n", .internal), ("b.txt", "secret\n", .personal),
        ] {
            let stored = try locker.store(MemoryStream(Array(text.utf8)))
            try locker.append(
                EvidenceItem(
                    digest: stored.digest, system: "s", path: path, kind: "board-report", format: "declared", size: stored.size, collectedBy: "test",
                    collectedAt: Instant(seconds: 1_791_200_000), classification: classification))
        }
        try locker.flush()
    }

    func options(since: [UInt8]? = nil, trusting: Bool = true) throws -> VerifierOptions {
        let trust = try VerifierTrust(
            TrustFile(logs: [.init(text: try unwrapped(signer.verifierKey).text)], policy: SigningPolicy(required: [.init(over: .bundle, role: "officer")])))
        return VerifierOptions(trust: trusting ? trust : nil, since: since.map { .init(bytes: $0, path: "earlier") }, now: ExampleBundle.now, cores: 2)
    }

    func verified(_ options: VerifierOptions? = nil, origin: String = Self.origin) async throws -> VerificationReport {
        try await LockerVerifier(try options ?? self.options()).verify(folder.path, origin: origin)
    }

    /// The place of the object with that content.
    func object(_ text: String) throws -> String {
        let found = try folder.snapshot("objects").first { $0.value == Array(text.utf8) }
        return try unwrapped(found?.key)
    }
}

struct LockerVerifierTests {
    @Test func aGoodLockerIsGood() async throws {
        let report = try await LockerExample().verified()
        #expect(report.verdict == .good, "\(report.text)")
        #expect(report.checks.map(\.id) == [.ledger, .signatures, .checkpoint, .objects, .items, .since])
    }

    /// What a link leads to can be changed after the locker was verified, and a copy of the locker would not hold it.
    @Test(arguments: ["ledger", "objects", "objects/sha256"])
    func aFolderBehindALinkIsNoPartOfTheLocker(name: String) async throws {
        let example = try LockerExample()
        let elsewhere = try TemporaryFolder()
        try #require(rename(example.folder.place(name), elsewhere.place("kept")) == 0)
        try example.folder.link(name, to: elsewhere.place("kept"))
        let report = try await example.verified()
        #expect(report.verdict == .altered)
        let link = report.checks.flatMap(\.diagnostics).first { $0.id == "verify.link" }
        #expect(link?.location?.path == "\(example.folder.path)/\(name)", "\(report.text)")
    }

    @Test func withoutATrustFileItIsNotTrusted() async throws {
        let example = try LockerExample()
        #expect(try await example.verified(try example.options(trusting: false)).verdict == .notTrusted)
    }

    @Test func aHeadThatNobodySignedIsNotSigned() async throws {
        let report = try await LockerExample(signed: false).verified()
        #expect(report.verdict == .notSigned, "\(report.text)")
    }

    @Test func aLedgerOfAnotherNameIsRefused() async throws {
        #expect(try await LockerExample().verified(origin: "locker.example.org/other").checks.first { $0.id == .checkpoint }?.outcome == .failed)
    }

    /// Current, superseded and sealed ones.
    @Test(arguments: ["first\n", "second\n", "secret\n"])
    func anAlteredRecordIsNamed(_ text: String) async throws {
        let example = try LockerExample()
        let path = try example.object(text)
        try example.folder.write("altered", to: path)
        let report = try await example.verified()
        #expect(report.verdict == .altered)
        #expect(report.checks.contains { $0.outcome == .failed && $0.file == example.folder.place(path) }, "\(report.text)")
    }

    @Test(arguments: ["first\n", "second\n"])
    func aMissingRecordIsNamed(_ text: String) async throws {
        let example = try LockerExample()
        let path = try example.object(text)
        try example.folder.remove(path)
        let report = try await example.verified()
        #expect(report.checks.contains { $0.outcome == .failed && $0.file == example.folder.place(path) }, "\(report.text)")
    }

    @Test func anAlteredEntryIsNamed() async throws {
        let example = try LockerExample()
        let bundle = try unwrapped(try example.folder.snapshot("ledger/tile/entries").keys.first)
        var bytes = try example.folder.read(bundle)
        bytes[40] ^= 1
        try example.folder.write(bytes, to: bundle)
        let report = try await example.verified()
        #expect(report.checks.first?.outcome == .failed)
        #expect(report.firstWrongFile == example.folder.place(bundle), "\(report.text)")
    }

    @Test func aRewrittenPastIsSeen() async throws {
        let example = try LockerExample()
        let other = Checkpoint(origin: LockerExample.origin, size: 2, root: .leaf([9]))
        let report = try await example.verified(try example.options(since: try example.signer.sign(other.text).bytes))
        #expect(report.checks.first { $0.id == .since }?.diagnostics.map(\.id) == ["verify.past-changed"])
    }

    @Test func aFolderWithoutALedgerIsMissing() async throws {
        let folder = try TemporaryFolder()
        await #expect(throws: (any Error).self) { try await LockerVerifier(VerifierOptions(trust: nil, now: 0)).verify(folder.path) }
    }
}

struct ItemVerifierTests {
    private func verified(
        _ record: String = Tampering.drift, entry: [UInt8]? = nil, proof: [UInt8]? = nil, trusting: Bool = true, edit: ([UInt8]) -> [UInt8] = { $0 }
    ) throws -> VerificationReport {
        let bundle = try Example.bundle()
        let number = record == Tampering.drift ? "000001" : "000003"
        let options = try bundle.options()
        return ItemVerifier(trusting ? options : VerifierOptions(trust: nil, now: 0)).verify(
            record: MemoryStream(edit(bundle.files[record] ?? [])), path: "record",
            entry: .init(path: "entry.json", bytes: entry ?? bundle.files["ledger/entries/\(number).json"] ?? []),
            proof: .init(path: "proof", bytes: proof ?? bundle.files["ledger/proofs/\(number).tlog-proof"] ?? []))
    }

    @Test func aRecordWithEntryAndProofIsGood() throws {
        let report = try verified()
        #expect(report.verdict == .good, "\(report.text)")
        #expect(report.id == "evidence/drift.json")
    }

    @Test func anAlteredRecordIsRefused() throws {
        let report = try verified(edit: { $0 + [0x20] })
        #expect(report.firstWrongFile == "record")
    }

    @Test func anotherEntrysProofIsRefused() throws {
        let proof = try Example.bundle().files["ledger/proofs/000000.tlog-proof"]
        #expect(try verified(proof: proof).verdict == .altered)
    }

    @Test func anEntryOfAnotherTypeIsRefused() throws {
        let files = try Example.bundle().files
        #expect(try verified(entry: files["ledger/entries/000004.json"], proof: files["ledger/proofs/000004.tlog-proof"]).verdict == .altered)
    }

    @Test func withoutATrustFileItIsNotTrusted() throws { #expect(try verified(trusting: false).verdict == .notTrusted) }

    @Test func aSealedRecordCannotBeCheckedByItself() throws {
        #expect(try verified("data/evidence/e000003.txt").verdict == .incomplete)
    }
}
