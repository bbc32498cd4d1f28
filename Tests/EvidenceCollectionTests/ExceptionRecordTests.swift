import Diagnostics
import EvidenceCollection
import EvidenceLocker
import EvidenceModel
import StructuredText
import TestSupport
import Testing

/// Accepted gaps are in the ledger: when they came in, when they changed and when they ended.
@Suite struct ExceptionRecordTests {
    private static func exception(_ id: String, reason: String = "The register moves to another tool.") -> String {
        """
        exception: \(id)
        system: credit
        framework: house
        controls: [H 1]
        reason: \(reason)
        measure: Weekly manual review.
        owner: Jo Tan
        approver: Ana Ruiz
        from: 2026-07-01
        to: 2027-01-01

        """
    }

    private func bench() throws -> CollectionBench {
        let bench = try CollectionBench(
            sources: "  - { path: evidence, kind: audit-log }\n", files: ["evidence/a.jsonl": CollectionBench.log + CollectionBench.log])
        try bench.folder.write(Self.exception("E-1"), to: "exceptions/one.yaml")
        try bench.folder.write(Self.exception("E-2"), to: "exceptions/two.yaml")
        return bench
    }

    private func current(_ bench: CollectionBench) throws -> [String] {
        try bench.contents().records(of: .exception).map { "\($0.entry.body["id"]?.string ?? ""): \($0.entry.body["reason"]?.string ?? "")" }.sorted()
    }

    private func withdrawals(_ bench: CollectionBench) throws -> [String] {
        try bench.contents().records.filter { $0.entry.type == .withdrawal }.compactMap { $0.entry.body["reason"]?.string }
    }

    @Test func eachIsRecordedOnce() throws {
        let bench = try bench()
        try bench.collect()
        let entries = try bench.contents().entries
        #expect(try current(bench).map { $0.prefix(3) } == ["E-1", "E-2"])
        try bench.collect()
        #expect(try bench.contents().entries == entries)
    }

    @Test func aChangedOneSupersedesTheEarlier() throws {
        let bench = try bench()
        try bench.collect()
        try bench.folder.write(Self.exception("E-1", reason: "The new tool is late."), to: "exceptions/one.yaml")
        try bench.collect()
        #expect(try current(bench) == ["E-1: The new tool is late.", "E-2: The register moves to another tool."])
        #expect(try withdrawals(bench) == ["superseded"])
        let entries = try bench.contents().entries
        try bench.collect()
        #expect(try bench.contents().entries == entries)
    }

    @Test func oneThatIsRemovedIsWithdrawnOnce() throws {
        let bench = try bench()
        try bench.collect()
        try bench.folder.remove("exceptions/two.yaml")
        try bench.collect()
        try bench.collect()
        #expect(try current(bench) == ["E-1: The register moves to another tool."])
        #expect(try withdrawals(bench) == ["removed from the workspace"])
        // What it was stays in the ledger.
        #expect(try bench.contents().records.contains { $0.entry.body["id"]?.string == "E-2" })
    }

    @Test func aRunThatWasKilledBetweenNewAndOldLeavesOneInTheEnd() throws {
        let bench = try bench()
        try bench.collect()
        try {
            let author = LedgerAuthor(origin: "dossier.local/locker", signer: nil)
            let locker = try Locker(writing: bench.folder.place("locker"), as: author)
            let old = try #require(locker.contents.records(of: .exception).first)
            try locker.record(.exception, old.entry.body, at: old.entry.at)
        }()
        #expect(try current(bench).count == 3)
        try bench.collect()
        #expect(try current(bench).map { $0.prefix(3) } == ["E-1", "E-2"])
    }

    @Test func oneThatIsTooLongForTheLedgerIsToldAndCostsNothingElse() throws {
        let bench = try bench()
        try bench.folder.write(Self.exception("E-1", reason: String(repeating: "x", count: 20_000)), to: "exceptions/one.yaml")
        let outcome = try bench.collect()
        let told = try #require(outcome.diagnostics.first { $0.id == Diagnostic.entryTooLongID })
        #expect(told.severity == .error && told.location?.path == "exceptions/one.yaml" && told.hint != nil)
        #expect(try current(bench).map { $0.prefix(3) } == ["E-2"])
        #expect(try bench.contents().items.count == 1)
    }
}

/// What a run leaves in the ledger beside what it collected.
@Suite struct RunMarkTests {
    private func bench() throws -> CollectionBench {
        try CollectionBench(sources: "  - { path: evidence, kind: audit-log }\n", files: ["evidence/a.jsonl": CollectionBench.log + CollectionBench.log])
    }

    @Test func aRunThatIsCutShortShowsUntilTheNextOneEnds() throws {
        let bench = try bench()
        try bench.collect(isKilled: true)
        #expect(try bench.contents().interrupted == ["credit"])
        #expect(try bench.contents().items.count == 1)
        let outcome = try bench.collect()
        #expect(outcome.unchanged == 1)
        #expect(try bench.contents().interrupted == [])
    }

    @Test func aRunThatFindsNothingNewLeavesNoTrace() throws {
        let bench = try bench()
        try bench.collect()
        let before = try bench.folder.snapshot("locker")
        try bench.collect(at: 1_800_000_000)
        #expect(try bench.folder.snapshot("locker") == before)
    }

    @Test func aClockThatWentBackwardsIsToldOnceAndTheOrderStays() throws {
        let bench = try bench()
        try bench.collect(at: 1_790_769_600)
        try bench.folder.write(CollectionBench.log + CollectionBench.log, to: "evidence/b.jsonl")
        let outcome = try bench.collect(at: 1_790_000_000)
        #expect(outcome.diagnostics.map(\.id) == ["ledger.clock-backwards"])
        #expect(outcome.diagnostics.map(\.severity) == [.warning])
        let contents = try bench.contents()
        #expect(contents.items.map(\.collectedAt.seconds) == [1_790_769_600, 1_790_000_000])
        #expect(contents.items.map { $0.entry ?? -1 } == [1, 4])
        #expect(contents.newest?.seconds == 1_790_769_600)
        // A run without new entries records no time, so there is nothing to tell.
        #expect(try bench.collect(at: 1_780_000_000).diagnostics == [])
    }

    @Test func anItemThatIsTooLongForTheLedgerIsUnreadAndCostsNothingElse() throws {
        let bench = try bench()
        try bench.folder.write("%PDF", to: "evidence/b.pdf")
        try bench.folder.write("kind: policy-document\nproducer: \(String(repeating: "x", count: 20_000))\n", to: "evidence/b.pdf.evidence.yaml")
        let outcome = try bench.collect()
        #expect(outcome.unread.map(\.path) == ["evidence/b.pdf"])
        #expect(outcome.unread.map(\.problem.id) == [Diagnostic.entryTooLongID])
        #expect(try bench.contents().items.map(\.path) == ["evidence/a.jsonl"])
        #expect(try bench.contents().unread == outcome.unread)
        try bench.folder.write("kind: policy-document\nproducer: Legal\n", to: "evidence/b.pdf.evidence.yaml")
        #expect(try bench.collect().added.map(\.path) == ["evidence/b.pdf"])
        #expect(try bench.contents().unread.isEmpty)
    }
}
