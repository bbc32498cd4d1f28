import ControlFrameworks
import Diagnostics
import DurableStorage
import EvidenceCollection
import EvidenceLocker
import EvidenceModel
import StructuredText
import TestSupport
import Testing
import Workspaces

/// A workspace in a temporary folder with one system whose sources are given.
struct CollectionBench {
    static let vocabulary = FrameworkLibrary().vocabulary
    static let log = "{\"timestamp\":\"2026-07-01T00:00:00Z\",\"actor\":\"ada\",\"action\":\"login\",\"status\":\"ok\"}\n"
    let folder: TemporaryFolder

    init(sources: String, files: [String: String] = [:]) throws {
        folder = try TemporaryFolder()
        try folder.write("organisation: Lakehead\ntime-zone: America/Toronto\n", to: "dossier.yaml")
        try folder.write("name: Credit\npurpose: Scores applicants.\nsources:\n\(sources)", to: "systems/credit.yaml")
        for (path, text) in files { try folder.write(text, to: path) }
    }

    /// Runs one collection, as the command does.
    /// - Parameter isKilled: stops before the end of the run is recorded, as a kill would.
    @discardableResult
    func collect(at seconds: Int64 = 1_790_769_600, isKilled: Bool = false) throws -> Collector.Outcome {
        let workspace = try Workspace.load(folder.path)
        #expect(workspace.diagnostics == [])
        let system = try #require(workspace.system("credit"))
        // What follows from this text makes the same bytes each time.
        let author = LedgerAuthor(origin: "dossier.local/locker", signer: nil, random: .demonstration("bench"))
        let locker = try Locker(writing: folder.place("locker"), as: author)
        let collector = Collector(
            workspace: workspace, vocabulary: Self.vocabulary, locker: locker, tool: "dossier test", now: Instant(seconds: seconds))
        var outcome = try collector.collect(system)
        outcome.diagnostics += try collector.recordExceptions(of: [system])
        if isKilled {
            try locker.flush()
            return outcome
        }
        try collector.finish()
        try locker.writeIndex()
        return outcome
    }

    /// What a later run finds in the locker.
    func contents() throws -> LockerContents { try Locker(reading: folder.place("locker")).contents }

    func item(_ path: String) throws -> EvidenceItem { try #require(try contents().item(system: "credit", path: path)) }

    func errors(_ outcome: Collector.Outcome) -> [String] { outcome.diagnostics.filter { $0.severity == .error }.map(\.id) }
}

@Suite struct CollectorTests {
    private static let logs = "  - { path: evidence/logs, kind: audit-log, method: export, producer: platform }\n"

    private func bench(_ files: [String: String] = [:]) throws -> CollectionBench {
        var all = [
            "evidence/logs/a.jsonl": CollectionBench.log + CollectionBench.log,
            "evidence/logs/b.jsonl": CollectionBench.log + CollectionBench.log + CollectionBench.log,
        ]
        for (path, text) in files { all[path] = text }
        return try CollectionBench(sources: Self.logs, files: all)
    }

    @Test func storesEveryFileOfASourceWithItsFacts() throws {
        let bench = try bench()
        let outcome = try bench.collect()
        #expect(outcome.added.map(\.path) == ["evidence/logs/a.jsonl", "evidence/logs/b.jsonl"])
        #expect(bench.errors(outcome) == [] && outcome.unread.isEmpty && outcome.unchanged == 0)
        let item = try bench.item("evidence/logs/b.jsonl")
        #expect(item.kind == "audit-log" && item.format == "generic-log-jsonl")
        #expect(item.method == .export && item.producer == "platform")
        #expect(item.fact("events")?.value == .number(3))
        #expect(item.collectedBy == "dossier test" && item.collectedAt.seconds == 1_790_769_600)
        #expect(item.digest == RunningDigest.of(try bench.folder.read("evidence/logs/b.jsonl")))
        let stored = try Locker(reading: bench.folder.place("locker")).stream(of: item.digest)
        #expect(try readPrefix(of: stored, limit: .max) == bench.folder.read("evidence/logs/b.jsonl"))
    }

    @Test func collectingTwiceChangesNothing() throws {
        let bench = try bench([
            "evidence/logs/c.txt": "no reader knows this", "evidence/logs/d.log.evidence.yaml": "kind: audit-log\n",
            "evidence/logs/e.bin": "x", "evidence/logs/e.bin.evidence.yaml": "kind: audit-log\nfacts: { events: many }\n",
        ])
        let first = try bench.collect()
        let before = try bench.folder.snapshot()
        let second = try bench.collect(at: 1_790_800_000)
        #expect(try bench.folder.snapshot() == before)
        #expect(second.added.isEmpty && second.superseding.isEmpty && second.unchanged == first.added.count)
        #expect(second.unread == first.unread)
        // What is wrong is said again each time.
        #expect(bench.errors(second).sorted() == bench.errors(first).sorted())
        #expect(bench.errors(second).count == 3)
    }

    @Test func aChangedSourceSupersedesAndKeepsTheOldBytes() throws {
        let bench = try bench()
        try bench.collect()
        let old = try bench.item("evidence/logs/a.jsonl")
        try bench.folder.write(CollectionBench.log, to: "evidence/logs/a.jsonl")
        try bench.folder.write(CollectionBench.log + CollectionBench.log + CollectionBench.log + CollectionBench.log, to: "evidence/logs/a.jsonl")
        let outcome = try bench.collect(at: 1_790_800_000)
        #expect(outcome.superseding.map(\.path) == ["evidence/logs/a.jsonl"])
        #expect(outcome.added.isEmpty && outcome.unchanged == 1)
        let new = try bench.item("evidence/logs/a.jsonl")
        #expect(new.supersedes == old.digest && new.digest != old.digest)
        #expect(new.fact("events")?.value == .number(4))
        #expect(try bench.contents().items.count == 2)
        #expect(try Locker(reading: bench.folder.place("locker")).holds(old.digest, size: old.size))
    }

    @Test func aFileThatIsGoneKeepsItsEvidence() throws {
        let bench = try bench()
        try bench.collect()
        try bench.folder.remove("evidence/logs/a.jsonl")
        let outcome = try bench.collect()
        #expect(outcome.diagnostics.map(\.id) == ["collection.source-gone"])
        #expect(try bench.contents().items.count == 2)
    }

    @Test func theOrderOfFilesOnDiskMakesNoDifference() throws {
        let names = ["b", "a", "Z", "é", "10", "9"]
        var ledgers: [[String: [UInt8]]] = []
        for order in [names, names.reversed()] {
            let bench = try CollectionBench(sources: Self.logs)
            for name in order { try bench.folder.write(CollectionBench.log + CollectionBench.log, to: "evidence/logs/\(name).jsonl") }
            try bench.collect()
            ledgers.append(try bench.folder.snapshot("locker/ledger"))
        }
        #expect(ledgers[0].count >= 3)
        #expect(ledgers[0] == ledgers[1])
    }

    @Test func filesWhoseNamesOnlyLookAlikeAreBothCollected() throws {
        let bench = try bench()
        for name in ["caf\u{E9}", "cafe\u{301}"] { try bench.folder.write(CollectionBench.log + CollectionBench.log, to: "evidence/logs/\(name).jsonl") }
        #expect(try bench.collect().added.count == 4)
        #expect(try bench.collect().unchanged == 4)
        #expect(try bench.contents().items.count == 4)
    }

    @Test func theFirstSourceThatNamesAFileSaysHowItIsRead() throws {
        let bench = try CollectionBench(
            sources: "  - { path: evidence/a.jsonl, producer: first }\n  - { path: evidence, producer: second }\n",
            files: ["evidence/a.jsonl": CollectionBench.log + CollectionBench.log, "evidence/b.jsonl": CollectionBench.log + CollectionBench.log])
        #expect(try bench.collect().added.map(\.producer) == ["first", "second"])
    }

    @Test func aStarStandsForAnyPartOfOneName() throws {
        let line = CollectionBench.log + CollectionBench.log
        let bench = try CollectionBench(
            sources: "  - { path: evidence/*/log-*.jsonl }\n",
            files: ["evidence/x/log-1.jsonl": line, "evidence/y/log-2.jsonl": line, "evidence/y/other.jsonl": line, "evidence/y/z/log-3.jsonl": line])
        #expect(try bench.collect().added.map(\.path) == ["evidence/x/log-1.jsonl", "evidence/y/log-2.jsonl"])
    }

    @Test func aChangedSourceDeclarationReadsTheFileAgain() throws {
        let bench = try bench()
        try bench.collect()
        let system = try bench.folder.text("systems/credit.yaml")
        try bench.folder.write(
            system.split(separator: "\n").map { $0.hasPrefix("  - {") ? "  - { path: evidence/logs, producer: somebody }" : String($0) }.joined(
                separator: "\n"), to: "systems/credit.yaml")
        #expect(try bench.collect().superseding.map(\.producer) == ["somebody", "somebody"])
        #expect(try bench.collect().unchanged == 2)
    }
}

@Suite struct DeclarationTests {
    private func bench(_ declaration: String, artefact: String = "%PDF-1.4 a policy", sources: String = "  - { path: evidence }\n") throws -> CollectionBench {
        try CollectionBench(sources: sources, files: ["evidence/policy.pdf": artefact, "evidence/policy.pdf.evidence.yaml": declaration])
    }

    @Test func statesTheFactsOfAFileThatNoReaderKnows() throws {
        let bench = try bench(
            """
            kind: policy-document
            title: AI policy
            version: 4.10
            observed: 2026-Q3
            producer: Legal
            reviewer: Ada
            approver: Bob
            approved-on: 2026-06-01
            method: hand-made
            classification: confidential
            sample: { population: 40, size: 4, selection: random }
            facts:
              topics: [ drift, "bias, and fairness" ]
              scope: All systems.
            """)
        let outcome = try bench.collect()
        #expect(outcome.diagnostics == [])
        let item = try bench.item("evidence/policy.pdf")
        #expect(item.kind == "policy-document" && item.format == "declared")
        #expect(item.producer == "Legal" && item.reviewer == "Ada" && item.approver == "Bob")
        #expect(item.method == .handMade && item.classification == .confidential)
        #expect(item.sample == Sample(population: 40, size: 4, selection: "random"))
        #expect(item.observedBasis == "declaration")
        // Quarters are those of the workspace's time zone.
        #expect(item.observed?.from.text == "2026-07-01T04:00:00Z" && item.observed?.to.text == "2026-10-01T04:00:00Z")
        #expect(item.fact("topics")?.value == .list(["drift", "bias, and fairness"]))
        #expect(item.fact("scope") == Fact("scope", .text("All systems."), at: .declaration(line: 14)))
        #expect(item.fact("version")?.value == .text("4.10"))
        #expect(item.fact("approved-on")?.value == .date(Instant(seconds: 1_780_272_000)))
        #expect(item.fact("approver")?.value == .text("Bob"))
    }

    @Test func whatTheDeclarationSaysComesBeforeWhatTheSourceSays() throws {
        let bench = try bench(
            "kind: policy-document\nproducer: Legal\nobserved: 2026-Q3\n",
            sources: "  - { path: evidence, kind: model-card, producer: source, reviewer: Rita, observed: 2026-Q2, classification: personal }\n")
        try bench.collect()
        let item = try bench.item("evidence/policy.pdf")
        #expect(item.kind == "policy-document" && item.producer == "Legal" && item.reviewer == "Rita" && item.classification == .personal)
        #expect(item.observed?.from.text == "2026-07-01T04:00:00Z")
    }

    @Test func theSourcesKindIsEnough() throws {
        let bench = try bench("facts: { scope: All. }\n", sources: "  - { path: evidence, kind: policy-document }\n")
        #expect(try bench.collect().diagnostics == [])
        #expect(try bench.item("evidence/policy.pdf").fact("scope")?.value == .text("All."))
    }

    @Test(arguments: [
        ("kind: policy-document\nproducr: x\n", "evidence/policy.pdf.evidence.yaml:2:1 declaration.unknown-key"),
        ("kind: policy-document\nfacts: { scpe: x }\n", "evidence/policy.pdf.evidence.yaml:2:10 facts.unknown"),
        ("kind: policy-document\nobserved: 2026-02-30\n", "evidence/policy.pdf.evidence.yaml:2:11 declaration.not-a-period"),
        ("kind: policy-document\nmethod: magic\n", "evidence/policy.pdf.evidence.yaml:2:9 declaration.unknown-word"),
        ("kind: policy-document\nroles: [ x ]\n", "evidence/policy.pdf.evidence.yaml:2:8 declaration.not-a-map"),
        ("kind: polcy-document\n", "evidence/policy.pdf.evidence.yaml:1:7 declaration.unknown-kind"),
        ("kind: policy-document\nkind: x\n", "evidence/policy.pdf.evidence.yaml:1:1 yaml.duplicate-key"),
        ("kind: [\n", "evidence/policy.pdf.evidence.yaml:2:1 yaml.malformed"),
        ("kind: \0\n", "evidence/policy.pdf.evidence.yaml:1:7 text.nul-byte"),
        ("facts: { scope: x }\n", "evidence/policy.pdf.evidence.yaml:1:1 declaration.missing-key"),
    ])
    func saysWhereADeclarationIsWrong(declaration: String, line: String) throws {
        let outcome = try bench(declaration).collect()
        let lines = outcome.diagnostics.map { "\($0.location.map(String.init(describing:)) ?? "") \($0.id)" }
        #expect(lines.contains(line), "\(lines)")
    }

    @Test func anUnknownKindGetsTheNearestName() throws {
        let outcome = try bench("kind: polcy-document\n").collect()
        #expect(outcome.diagnostics.first?.message == "no evidence kind 'polcy-document'; did you mean 'policy-document'?")
        #expect(outcome.unread.map(\.path) == ["evidence/policy.pdf"])
    }

    @Test func aChangedDeclarationSupersedes() throws {
        let bench = try bench("kind: policy-document\nfacts: { scope: Some. }\n")
        try bench.collect()
        try bench.folder.write("kind: policy-document\nfacts: { scope: All. }\n", to: "evidence/policy.pdf.evidence.yaml")
        #expect(try bench.collect().superseding.count == 1)
        #expect(try bench.item("evidence/policy.pdf").fact("scope")?.value == .text("All."))
        #expect(try bench.contents().items.count == 1)
    }

    @Test func theArtefactsOwnFactCountsAndTheDifferenceIsTold() throws {
        let bench = try CollectionBench(
            sources: "  - { path: evidence }\n",
            files: [
                "evidence/a.jsonl": CollectionBench.log + CollectionBench.log,
                "evidence/a.jsonl.evidence.yaml": "kind: audit-log\nformat: generic-log-jsonl\nfacts: { events: 900, retention: P10Y }\n",
            ])
        let outcome = try bench.collect()
        #expect(outcome.diagnostics.map(\.id).contains("collection.declared-otherwise"))
        let item = try bench.item("evidence/a.jsonl")
        #expect(item.fact("events")?.value == .number(2))
        #expect(item.fact("retention")?.value == .duration(CalendarDuration(months: 120)))
    }

    @Test func aDeclarationIsNoEvidenceItself() throws {
        let bench = try bench("kind: policy-document\n")
        #expect(try bench.collect().added.map(\.path) == ["evidence/policy.pdf"])
    }

    @Test func aDeclarationThatLeadsOutsideIsNotRead() throws {
        let outside = try TemporaryFolder()
        try outside.write("kind: policy-document\n", to: "d.yaml")
        let bench = try CollectionBench(sources: "  - { path: evidence, kind: policy-document }\n", files: ["evidence/policy.pdf": "x"])
        try bench.folder.link("evidence/policy.pdf.evidence.yaml", to: outside.place("d.yaml"))
        let outcome = try bench.collect()
        #expect(outcome.unread.map(\.path).contains("evidence/policy.pdf"))
        #expect(outcome.added.isEmpty)
    }
}
