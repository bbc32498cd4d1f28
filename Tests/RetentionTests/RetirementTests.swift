import ControlFrameworks
import EvidenceLocker
import EvidenceModel
import GapAnalysis
import Glibc
import StructuredText
import TestSupport
import Testing
import TransparencyLog
import Workspaces

@testable import Retention

/// What retirement leaves behind: no bytes, a record, and proofs that still hold.
@Suite struct RetirementTests {
    static let origin = "locker.example.org/credit"

    static func author() throws -> LedgerAuthor {
        let seed = [UInt8](repeating: 7, count: 32)
        return LedgerAuthor(origin: origin, signer: try NoteSigner(name: origin, seed: seed), seed: seed)
    }

    static func open(_ folder: TemporaryFolder) throws -> Locker { try Locker(writing: folder.place("locker"), as: author()) }

    @discardableResult
    static func add(
        _ locker: Locker, _ path: String, _ text: String, observed: String = "2026-01-01/2026-03-31", kind: String = "audit-log",
        class level: Classification = .internal
    ) throws -> EvidenceItem {
        let stored = try locker.store(MemoryStream(Array(text.utf8)))
        var item = EvidenceItem(
            digest: stored.digest, system: "credit", path: path, kind: kind, format: "declared", size: stored.size, observed: Period(observed),
            collectedBy: "test", collectedAt: try #require(Instant("2026-04-02")), classification: level,
            facts: [Fact("events", .number(Double(text.utf8.count)), at: .whole)])
        item = try locker.append(item)
        return item
    }

    /// Retires all that is due at a day, as the program does.
    @discardableResult
    static func retire(_ locker: Locker, at day: String, holds: [LegalHold] = []) throws -> [Int] {
        let instant = try #require(Instant(day))
        let rules = try RetentionRulesTests.rules()
        let system = try RetentionDecisionTests.system()
        return try locker.history().compactMap { item in
            let decision = rules.decide(item, isCurrent: true, system: system, holds: holds, at: instant)
            return try decision.retirement(reason: "end of retention", by: "Claire").map { try locker.retire(item, $0, at: instant) }
        }
    }

    static func files(_ folder: TemporaryFolder) throws -> Set<String> {
        Set(try folder.snapshot("locker").keys.filter { $0.hasPrefix("locker/objects/") || $0.hasPrefix("locker/sealed/") })
    }

    @Test func theBytesAreGoneAndTheRecordStays() throws {
        let folder = try TemporaryFolder()
        let locker = try Self.open(folder)
        try Self.add(locker, "evidence/a.log", "one")
        try locker.flush()
        #expect(try Self.files(folder).count == 2)
        #expect(try Self.retire(locker, at: "2026-10-01") == [1])
        #expect(try Self.files(folder).isEmpty)
        let record = try #require(locker.contents.records(of: .retirement).first)
        let body = record.entry.body
        #expect(body["rule"]?.string == "eu-ai-act-19-1" && body["source"]?.string == "Regulation (EU) 2024/1689, Article 19(1)")
        #expect(body["by"]?.string == "Claire" && body["entry"]?.int == 0 && body["path"]?.string == "evidence/a.log")
        #expect(record.entry.at == Instant("2026-10-01") && body["due"]?.string == "2026-09-30T00:00:00Z")
    }

    @Test func theLockerStillOpensAndIsSigned() throws {
        let folder = try TemporaryFolder()
        do {
            let locker = try Self.open(folder)
            try Self.add(locker, "evidence/a.log", "one")
            try Self.add(locker, "evidence/b.log", "two", observed: "2026-07-01/2026-09-30")
            try Self.retire(locker, at: "2026-10-01")
        }
        let locker = try Locker(reading: folder.place("locker"))
        #expect(locker.contents.isSigned && locker.contents.entries == 3)
        #expect(locker.contents.items.map(\.isRetired) == [true, false])
        #expect(locker.contents.items.map(\.facts.count) == [0, 1])
        for item in locker.contents.items { try locker.verify(item) }
        #expect(try Locker(writing: folder.place("locker"), as: Self.author()).history().map(\.isRetired) == [true, false])
    }

    @Test func proofsOfTheRetiredEntryStillHold() throws {
        let folder = try TemporaryFolder()
        let locker = try Self.open(folder)
        for name in ["a", "b", "c", "d", "e"] { try Self.add(locker, "evidence/\(name).log", name, class: .personal) }
        try locker.flush()
        let head = try #require(try locker.log.head())
        let bytes = try locker.log.entry(at: 2, in: head.checkpoint.size)
        let proof = LogProof(index: 2, hashes: try locker.log.inclusionProof(of: 2, in: head.checkpoint.size), checkpoint: head.note)
        #expect(try Self.retire(locker, at: "2026-10-01").count == 5)
        // The proof that was given out before, and one that is made after.
        #expect(proof.holds(entry: bytes, in: head.checkpoint))
        let later = try #require(try locker.log.head())
        #expect(later.checkpoint.size == 10)
        #expect(try locker.log.entry(at: 2, in: later.checkpoint.size) == bytes)
        let again = LogProof(index: 2, hashes: try locker.log.inclusionProof(of: 2, in: later.checkpoint.size), checkpoint: later.note)
        #expect(again.holds(entry: bytes, in: later.checkpoint))
        #expect(
            MerkleProof.holdsConsistency(
                from: head.checkpoint.size, to: later.checkpoint.size,
                proof: try locker.log.consistencyProof(from: head.checkpoint.size, to: later.checkpoint.size),
                oldRoot: head.checkpoint.root, newRoot: later.checkpoint.root))
    }

    @Test func theSeedOfASealedItemIsGone() throws {
        let folder = try TemporaryFolder()
        let locker = try Self.open(folder)
        let item = try Self.add(locker, "evidence/a.log", "name: Ada", class: .personal)
        #expect(item.blinded != nil && !folder.names("locker/sealed").isEmpty)
        try Self.retire(locker, at: "2026-10-01")
        #expect(try Self.files(folder).isEmpty)
        let found = try #require(try Locker(reading: folder.place("locker")).contents.items.first)
        #expect(found.isRetired && found.publicDigest == item.publicDigest && !found.digest.hasPrefix("sha256:"))
    }

    @Test(arguments: [Classification.internal, .personal])
    func bytesThatAnotherItemNeedsStay(level: Classification) throws {
        let folder = try TemporaryFolder()
        let locker = try Self.open(folder)
        try Self.add(locker, "evidence/a.log", "same", class: level)
        let kept = try Self.add(locker, "evidence/b.log", "same", observed: "2026-07-01/2026-09-30", class: level)
        #expect(try Self.retire(locker, at: "2026-10-01").count == 1)
        let reopened = try Self.reopened(locker, folder)
        let found = try #require(reopened.contents.item(system: "credit", path: "evidence/b.log"))
        #expect(!found.isRetired && found.digest == kept.digest)
        try reopened.verify(found)
        #expect(try readPrefix(of: reopened.stream(of: found.digest), limit: .max) == Array("same".utf8))
    }

    private static func reopened(_ locker: Locker, _ folder: TemporaryFolder) throws -> Locker {
        try locker.flush()
        return try Locker(reading: folder.place("locker"))
    }

    @Test func supersededVersionsAreRetiredOnTheirOwn() throws {
        let folder = try TemporaryFolder()
        let locker = try Self.open(folder)
        try Self.add(locker, "evidence/a.log", "old")
        try Self.add(locker, "evidence/a.log", "new", observed: "2026-07-01/2026-09-30")
        #expect(try Self.retire(locker, at: "2026-10-01") == [2])
        #expect(try locker.history().map(\.isRetired) == [true, false])
        let current = try #require(try Self.reopened(locker, folder).contents.items.first)
        #expect(!current.isRetired && current.facts.count == 1)
    }

    /// The record is durable, and the program was killed before it deleted anything.
    @Test(arguments: [Classification.internal, .personal])
    func aDeletionThatWasCutShortIsFinishedAtTheNextOpening(level: Classification) throws {
        let folder = try TemporaryFolder()
        do {
            let locker = try Self.open(folder)
            let item = try Self.add(locker, "evidence/a.log", "one", class: level)
            let decision = try RetentionRulesTests.rules().decide(
                item, isCurrent: true, system: RetentionDecisionTests.system(), holds: [], at: try #require(Instant("2026-10-01")))
            let body = try #require(decision.retirement(reason: "r", by: "b"))
            try locker.record(.retirement, .object(body + [("entry", .int(0)), ("path", .string(item.path))]), at: try #require(Instant("2026-10-01")))
        }
        #expect(try !Self.files(folder).isEmpty)
        #expect(try Locker(reading: folder.place("locker")).contents.items.map(\.isRetired) == [true])
        _ = try Self.open(folder)
        #expect(try Self.files(folder).isEmpty)
        // A third time there is nothing left to do.
        #expect(try Self.open(folder).contents.items.map(\.isRetired) == [true])
    }

    /// Killed between the deletion of two files: whichever is left is found by what is left.
    @Test func aDeletionThatWasCutInTheMiddleIsFinished() throws {
        let folder = try TemporaryFolder()
        do {
            let locker = try Self.open(folder)
            let item = try Self.add(locker, "evidence/a.log", "one", class: .personal)
            try locker.record(.retirement, .object([("entry", .int(0))]), at: try #require(Instant("2026-10-01")))
            try folder.remove("locker/objects/sha256/\(item.digest.dropFirst(7).prefix(2))/\(item.digest.dropFirst(9))")
        }
        #expect(try Self.files(folder).count == 2)
        _ = try Self.open(folder)
        #expect(try Self.files(folder).isEmpty)
    }

    @Test func aHeldItemStays() throws {
        let folder = try TemporaryFolder()
        let locker = try Self.open(folder)
        try Self.add(locker, "evidence/a.log", "one")
        let noon = try #require(Instant("2026-09-01"))
        let hold = LegalHold(at: noon, reason: "claim", by: "Daniel", scope: .init(kind: "audit-log"))
        let entry = try locker.record(.hold, hold.body, at: noon)
        let found = try locker.contents.records(of: .hold).map { try LegalHold(entry: $0.index, at: $0.entry.at, body: $0.entry.body) }
        #expect(found.map(\.entry) == [entry])
        #expect(try Self.retire(locker, at: "2026-10-01", holds: found).isEmpty)
        try locker.withdraw(entry: entry, reason: "settled", at: noon)
        #expect(locker.contents.records(of: .hold).isEmpty)
        #expect(try Self.retire(locker, at: "2026-10-01").count == 1)
    }

    @Test func nothingIsRetiredTwice() throws {
        let folder = try TemporaryFolder()
        let locker = try Self.open(folder)
        try Self.add(locker, "evidence/a.log", "one")
        #expect(try Self.retire(locker, at: "2026-10-01").count == 1)
        #expect(try Self.retire(locker, at: "2026-10-02").isEmpty)
        #expect(locker.contents.records(of: .retirement).count == 1)
    }

    // MARK: Gap analysis

    @Test func aRetiredItemIsNoEvidenceAndSaysByWhichRule() throws {
        let header = "framework: demo\ntitle: Demo\nedition: '1'\n"
        let controls = """
            controls:
              - { id: "1", title: T, asks: A, cite: C, examples: { met: {}, not-met: {} }, needs: [ { evidence: audit-log, why: w } ] }
            """
        let library = FrameworkLibrary(workspace: [
            DefinitionFile(path: "frameworks/demo/framework.yaml", bytes: Array(header.utf8)),
            DefinitionFile(path: "frameworks/demo/controls.yaml", bytes: Array(controls.utf8)),
        ])
        var item = try RetentionDecisionTests.item("audit-log")
        func verdict(_ retirements: [Int: String]) throws -> ControlAssessment {
            let input = AssessmentInput(
                system: try RetentionDecisionTests.system(), framework: try library.framework(named: "demo"), vocabulary: library.vocabulary,
                period: try #require(Period("2026-Q1")), asOf: try #require(Instant("2026-10-01")), items: [item], unread: [], exceptions: [],
                retirements: retirements)
            return try #require(Assessment(input).controls.first)
        }
        #expect(try verdict([:]).verdict == .met)
        item.isRetired = true
        let control = try verdict([3: "its bytes were deleted on 2026-10-01 under rule eu-ai-act-19-1"])
        #expect(control.verdict == .notMet)
        let requirement = try #require(control.requirements.first)
        #expect(requirement.considered.isEmpty)
        #expect(requirement.setAside.map(\.why) == ["its bytes were deleted on 2026-10-01 under rule eu-ai-act-19-1"])
        #expect(try verdict([:]).requirements.first?.setAside.map(\.why) == ["its bytes were deleted at the end of their retention"])
    }
}
