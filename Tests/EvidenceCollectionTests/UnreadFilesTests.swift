import Diagnostics
import EvidenceCollection
import EvidenceLocker
import EvidenceModel
import Glibc
import TestSupport
import Testing

/// Nothing is silent: what could not be read is recorded with its reason, until it can.
@Suite struct UnreadFilesTests {
    private static let source = "  - { path: evidence, kind: audit-log }\n"
    private static let good = ["evidence/a.jsonl": CollectionBench.log + CollectionBench.log]

    private func bench(_ files: [String: String] = [:], sources: String = source) throws -> CollectionBench {
        try CollectionBench(sources: sources, files: Self.good.merging(files) { $1 })
    }

    /// Collects, and expects the file to be the one that is recorded as unread, in the outcome and in the locker.
    private func expectUnread(_ bench: CollectionBench, _ path: String, _ id: String) throws {
        let outcome = try bench.collect()
        #expect(outcome.unread.map(\.path) == [path])
        #expect(outcome.unread.map(\.problem.id) == [id])
        #expect(outcome.unread.allSatisfy { $0.kind == "audit-log" && $0.problem.severity == "error" && $0.problem.hint != nil })
        #expect(bench.errors(outcome) == [id])
        #expect(try bench.contents().unread == outcome.unread)
        #expect(try bench.contents().items.map(\.path) == ["evidence/a.jsonl"])
        let entries = try bench.contents().entries
        try bench.collect()
        #expect(try bench.contents().entries == entries)
    }

    @Test func aLinkOutside() throws {
        let outside = try TemporaryFolder()
        try outside.write(CollectionBench.log, to: "secret.jsonl")
        let bench = try bench()
        try bench.folder.link("evidence/b.jsonl", to: outside.place("secret.jsonl"))
        try expectUnread(bench, "evidence/b.jsonl", "collection.link-outside")
    }

    @Test func aLinkToAFolderOutside() throws {
        let outside = try TemporaryFolder()
        try outside.write(CollectionBench.log, to: "secret.jsonl")
        let bench = try bench()
        try bench.folder.link("evidence/b", to: outside.path)
        try expectUnread(bench, "evidence/b", "collection.link-outside")
    }

    @Test(arguments: ["shared/secret.jsonl", "shared/*", "*ared/secret.jsonl", "sh*/s*.jsonl"])
    func aSourceWhosePathLeadsThroughALinkOutside(path: String) throws {
        let outside = try TemporaryFolder()
        try outside.write(CollectionBench.log + CollectionBench.log, to: "secret.jsonl")
        let bench = try bench(sources: Self.source + "  - { path: \"\(path)\", kind: audit-log }\n")
        try bench.folder.link("shared", to: outside.path)
        try expectUnread(bench, "shared/secret.jsonl", "collection.link-outside")
    }

    @Test func aSourceWhosePathLeadsOutsideToANameThatBeginsWithAnAccent() throws {
        let outside = try TemporaryFolder()
        try outside.write(CollectionBench.log + CollectionBench.log, to: "\u{301}secret.jsonl")
        let bench = try bench(sources: Self.source + "  - { path: \"shared/*\", kind: audit-log }\n")
        try bench.folder.link("shared", to: outside.path)
        try expectUnread(bench, "shared/\u{301}secret.jsonl", "collection.link-outside")
    }

    @Test func aNameThatBeginsWithAnAccentIsCollected() throws {
        let bench = try bench(["other/\u{301}c.jsonl": CollectionBench.log + CollectionBench.log])
        try bench.folder.link("evidence/b.jsonl", to: "../other/\u{301}c.jsonl")
        #expect(try bench.collect().added.map(\.path) == ["evidence/a.jsonl", "evidence/b.jsonl"])
    }

    @Test func aLinkInsideIsFollowedToAFileAndNotToAFolder() throws {
        let bench = try bench(["other/c.jsonl": CollectionBench.log + CollectionBench.log])
        try bench.folder.link("evidence/b", to: "../other")
        try expectUnread(bench, "evidence/b", "collection.linked-folder")
        try bench.folder.remove("evidence/b")
        try bench.folder.link("evidence/b.jsonl", to: "../other/c.jsonl")
        #expect(try bench.collect().added.map(\.path) == ["evidence/b.jsonl"])
    }

    @Test func aBrokenLink() throws {
        let bench = try bench()
        try bench.folder.link("evidence/b", to: "nothing")
        try expectUnread(bench, "evidence/b", "collection.broken-link")
    }

    @Test func aLinkToItself() throws {
        let bench = try bench()
        try bench.folder.link("evidence/b", to: "b")
        try expectUnread(bench, "evidence/b", "collection.broken-link")
    }

    @Test func aPipe() throws {
        let bench = try bench()
        try bench.folder.makePipe("evidence/b.jsonl")
        try expectUnread(bench, "evidence/b.jsonl", "collection.not-a-file")
    }

    @Test(arguments: ["some words", "\u{0}\u{1}\u{2}", "<xml/>"]) func anUnknownFormat(text: String) throws {
        try expectUnread(try bench(["evidence/b.txt": text]), "evidence/b.txt", "collection.unrecognised")
    }

    @Test func anEmptyFile() throws {
        try expectUnread(try bench(["evidence/b.jsonl": ""]), "evidence/b.jsonl", "collection.empty-file")
    }

    @Test func aFormatThatThereIsNot() throws {
        let bench = try CollectionBench(
            sources: "  - { path: evidence/b.txt, kind: audit-log, format: aws-cloudtral }\n  - { path: evidence, kind: audit-log }\n",
            files: Self.good.merging(["evidence/b.txt": "x"]) { $1 })
        try expectUnread(bench, "evidence/b.txt", "collection.unknown-format")
        #expect(try bench.contents().unread.first?.problem.message == "no format 'aws-cloudtral'; did you mean 'aws-cloudtrail'?")
    }

    @Test func aDeclarationBesideNothing() throws {
        try expectUnread(try bench(["evidence/b.pdf.evidence.yaml": "kind: audit-log\n"]), "evidence/b.pdf.evidence.yaml", "collection.orphan-declaration")
    }

    @Test func aSourceThatLeadsToNothing() throws {
        let bench = try bench(sources: Self.source + "  - { path: evidence-of-june, kind: audit-log }\n")
        try expectUnread(bench, "evidence-of-june", "collection.source-empty")
        #expect(try bench.contents().unread.first?.problem.place == "systems/credit.yaml:5:5")
    }

    @Test func aNameThatIsNotUTF8() throws {
        let bench = try bench()
        let name = Array(bench.folder.place("evidence/b").utf8CString.dropLast()) + [CChar(bitPattern: 0xFF), 0]
        let file = try #require(fopen(name, "w"))
        fclose(file)
        let outcome = try bench.collect()
        unlink(name)
        #expect(outcome.unread.map(\.problem.id) == ["collection.name-not-utf8"])
    }

    @Test(.enabled(if: geteuid() != 0, "root may read everything")) func aFolderThatMayNotBeRead() throws {
        let bench = try bench(["evidence/closed/b.jsonl": CollectionBench.log])
        chmod(bench.folder.place("evidence/closed"), 0)
        defer { chmod(bench.folder.place("evidence/closed"), 0o755) }
        #expect(try bench.collect().unread.map(\.problem.id) == ["collection.closed-folder"])
    }

    @Test func foldersDeeperThanTheLimit() throws {
        let deep = (0..<40).map { "d\($0)" }.joined(separator: "/")
        let outcome = try bench(["evidence/\(deep)/b.jsonl": CollectionBench.log]).collect()
        #expect(outcome.unread.map(\.problem.id) == ["collection.too-deep"])
    }

    // MARK: What was put right

    @Test func aFileThatBecomesReadableClearsItsEntry() throws {
        let bench = try bench(["evidence/b.jsonl": "no log"])
        #expect(try bench.collect().unread.count == 1)
        try bench.folder.write(CollectionBench.log + CollectionBench.log, to: "evidence/b.jsonl")
        #expect(try bench.collect().added.map(\.path) == ["evidence/b.jsonl"])
        #expect(try bench.contents().unread.isEmpty)
    }

    @Test func aFileThatBreaksKeepsItsEvidenceAndClearsWhenItIsPutBack() throws {
        let bench = try bench()
        try bench.collect()
        let bytes = try bench.folder.read("evidence/a.jsonl")
        try bench.folder.remove("evidence/a.jsonl")
        try bench.folder.makePipe("evidence/a.jsonl")
        #expect(try bench.collect().unread.map(\.path) == ["evidence/a.jsonl"])
        #expect(try bench.contents().items.count == 1)
        #expect(try bench.contents().unread.count == 1)
        try bench.folder.remove("evidence/a.jsonl")
        try bench.folder.write(bytes, to: "evidence/a.jsonl")
        #expect(try bench.collect().unread.isEmpty)
        #expect(try bench.contents().unread.isEmpty)
        #expect(try bench.contents().items.count == 1)
    }

    @Test func aDeclarationThatGetsItsArtefactClears() throws {
        let bench = try bench(["evidence/b.pdf.evidence.yaml": "kind: audit-log\nfacts: { events: 3 }\n"])
        try bench.collect()
        try bench.folder.write("%PDF", to: "evidence/b.pdf")
        #expect(try bench.collect().added.map(\.path) == ["evidence/b.pdf"])
        #expect(try bench.contents().unread.isEmpty)
    }

    @Test func aFileThatIsRemovedClearsAndIsTold() throws {
        let bench = try bench(["evidence/b.txt": "words"])
        try bench.collect()
        try bench.folder.remove("evidence/b.txt")
        let outcome = try bench.collect()
        #expect(outcome.diagnostics.map(\.id) == ["collection.unread-gone"])
        #expect(outcome.diagnostics.map(\.severity) == [.note])
        #expect(try bench.contents().unread.isEmpty)
        #expect(try bench.collect().diagnostics.isEmpty)
    }

    @Test func aSourceThatIsFilledClears() throws {
        let bench = try bench(sources: Self.source + "  - { path: later, kind: audit-log }\n")
        try bench.collect()
        try bench.folder.write(CollectionBench.log + CollectionBench.log, to: "later/x.jsonl")
        #expect(try bench.collect().added.map(\.path) == ["later/x.jsonl"])
        #expect(try bench.contents().unread.isEmpty)
    }

    @Test func anotherReasonReplacesTheFirst() throws {
        let bench = try bench(["evidence/b.txt": "words"])
        try bench.collect()
        try bench.folder.remove("evidence/b.txt")
        try bench.folder.makePipe("evidence/b.txt")
        try bench.collect()
        #expect(try bench.contents().unread.map(\.problem.id) == ["collection.not-a-file"])
    }
}
