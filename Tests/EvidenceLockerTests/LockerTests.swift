import Diagnostics
import DurableStorage
import EvidenceModel
import StructuredText
import TestSupport
import Testing

@testable import EvidenceLocker

@Suite struct LockerTests {
    static let noon = Instant(seconds: 1_790_769_600)

    /// Every kind of value and locator, with text that steers terminals and parsers.
    static let facts: [Fact] = [
        Fact("events", .number(12), unit: "events", at: .whole), Fact("share", .number(0.1), unit: "ratio", at: .line(14)),
        Fact("summary", .text("<b>\u{1B}[31m\"\\\n\u{2028}é😀"), at: .pointer("/a~1b/0")), Fact("signed", .flag(false), at: .xpath("/a[1]/b")),
        Fact("first-event", .date(Instant(seconds: 1_790_769_600, nanoseconds: 5)), at: .cell(row: 2, column: "a:b")),
        Fact("retention", .duration(CalendarDuration(months: 120, days: 3)), at: .declaration(line: 4)), Fact("sources", .list(["a", "", "a, b"]), at: .whole),
        Fact(
            "actions",
            .table([
                FactRow([.init("name", .text("x")), .init("count", .number(3)), .init("ok", .flag(true))], locator: .line(1)),
                FactRow([.init("when", .date(Instant(seconds: 0))), .init("tags", .list(["t"]))], locator: .cell(row: 3, column: "\u{301}")),
                FactRow([FactRow.Cell](), locator: .whole),
            ]), at: .whole),
    ]

    static func item(_ locker: Locker, _ path: String, text: String = "bytes", system: String = "credit", facts: [Fact] = []) throws -> EvidenceItem {
        let stored = try locker.store(MemoryStream(Array(text.utf8)))
        return EvidenceItem(
            digest: stored.digest, system: system, path: path, kind: "audit-log", format: "declared", size: stored.size, collectedBy: "dossier test",
            collectedAt: noon, facts: facts)
    }

    static func unread(_ path: String, system: String = "credit") -> UnreadFile {
        UnreadFile(
            system: system, path: path, kind: nil,
            problem: ReadingProblem(
                id: "collection.unrecognised", severity: "error", place: path, message: "no reader recognises this file", hint: "declare it"))
    }

    @Test func givesBackWhatWasStored() throws {
        let folder = try TemporaryFolder()
        var item = try { () -> EvidenceItem in
            let locker = try Locker(writing: folder.place("locker"))
            return try Self.item(locker, "evidence/a.log", text: "the log", facts: Self.facts)
        }()
        item.observed = Period("2026-Q3")
        item.observedBasis = "artefact"
        item.producer = "platform"
        item.reviewer = "Ada"
        item.approver = "Bob"
        item.method = .export
        item.sample = Sample(population: 100, size: 5, selection: "random")
        item.classification = .personal
        item.supersedes = "sha256:" + String(repeating: "0", count: 64)
        item.basis = "b"
        item.problems = [ReadingProblem(id: "x.y", severity: "warning", place: "a:1:2", message: "m", hint: nil)]
        item = try {
            let locker = try Locker(writing: folder.place("locker"))
            let kept = try locker.append(item)
            try locker.flush()
            return kept
        }()
        #expect(item.entry == 0 && item.blinded?.utf8.count == 64)
        let found = try #require(try Locker(reading: folder.place("locker")).contents.items.first)
        #expect(found.observed?.from == item.observed?.from && found.observed?.to == item.observed?.to)
        item.observed = found.observed
        #expect(found == item)
    }

    @Test func givesBackTheBytes() throws {
        let folder = try TemporaryFolder()
        let locker = try Locker(writing: folder.place("locker"))
        let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let stored = try locker.store(MemoryStream(bytes))
        #expect(stored.digest == RunningDigest.of(bytes) && stored.size == bytes.count)
        #expect(locker.holds(stored.digest, size: bytes.count))
        #expect(!locker.holds(stored.digest, size: 1))
        #expect(try readPrefix(of: locker.stream(of: stored.digest), limit: .max) == bytes)
        #expect(folder.names("locker/objects").filter { $0.hasPrefix("incoming") } == [])
    }

    @Test func theSameBytesAreStoredOnce() throws {
        let folder = try TemporaryFolder()
        let locker = try Locker(writing: folder.place("locker"))
        #expect(try locker.store(MemoryStream([1, 2])) == locker.store(MemoryStream([1, 2])))
        #expect(try folder.snapshot("locker/objects").count == 1)
    }

    @Test func hashesAsTheStandardSays() {
        #expect(RunningDigest.of(Array("abc".utf8)) == "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(RunningDigest.of([]) == "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    }

    @Test func aFolderThatIsNotThereIsAnEmptyLocker() throws {
        let folder = try TemporaryFolder()
        let contents = try Locker(reading: folder.place("nothing")).contents
        #expect(contents.items.isEmpty && contents.unread.isEmpty && contents.entries == 0)
        #expect(folder.names() == [])
    }

    @Test func theOrderOfCollectionMakesNoDifference() throws {
        let folder = try TemporaryFolder()
        let paths = ["b", "a", "é", "Z", "a/b", "10", "9"]
        for (name, order) in [("one", paths), ("two", paths.reversed())] {
            let locker = try Locker(writing: folder.place(name))
            for path in order {
                try locker.append(try Self.item(locker, path, text: path))
                try locker.append(Self.unread("\(path).bad"), at: Self.noon)
            }
            try locker.flush()
        }
        let one = try Locker(reading: folder.place("one")).contents
        let two = try Locker(reading: folder.place("two")).contents
        // But for the numbers of their entries.
        let items = [one, two].map { contents in
            contents.items.map { item in
                var item = item
                item.entry = nil
                return item
            }
        }
        #expect(items[0] == items[1] && one.unread == two.unread)
        #expect(one.items.map(\.path) == one.items.map(\.path).sorted())
    }

    @Test func aNewItemReplacesTheOneOfItsPathOnly() throws {
        let folder = try TemporaryFolder()
        try {
            let locker = try Locker(writing: folder.place("l"))
            try locker.append(try Self.item(locker, "a", text: "1"))
            try locker.append(try Self.item(locker, "a", text: "1", system: "other"))
            try locker.append(try Self.item(locker, "a", text: "2"))
            #expect(locker.contents.items.count == 2)
            try locker.flush()
        }()
        let contents = try Locker(reading: folder.place("l")).contents
        #expect(contents.items.map(\.system) == ["credit", "other"])
        #expect(contents.item(system: "credit", path: "a")?.digest == RunningDigest.of(Array("2".utf8)))
        #expect(contents.entries == 3)
    }

    @Test func anItemClearsTheUnreadFileOfItsPath() throws {
        let folder = try TemporaryFolder()
        let locker = try Locker(writing: folder.place("l"))
        try locker.append(Self.unread("a"), at: Self.noon)
        try locker.append(Self.unread("b"), at: Self.noon)
        try locker.append(try Self.item(locker, "a"))
        #expect(locker.contents.unread.map(\.path) == ["b"])
        try locker.flush()
        #expect(try Locker(reading: folder.place("l")).contents.unread == [Self.unread("b")])
    }

    @Test func anUnreadFileLeavesTheEarlierItem() throws {
        let folder = try TemporaryFolder()
        let locker = try Locker(writing: folder.place("l"))
        try locker.append(try Self.item(locker, "a"))
        try locker.append(Self.unread("a"), at: Self.noon)
        try locker.flush()
        let contents = try Locker(reading: folder.place("l")).contents
        #expect(contents.items.map(\.path) == ["a"] && contents.unread.map(\.path) == ["a"])
    }

    @Test func knowsWhenItsNewestEntryWasCollected() throws {
        let folder = try TemporaryFolder()
        let locker = try Locker(writing: folder.place("l"))
        try locker.append(try Self.item(locker, "a"))
        try locker.append(Self.unread("b"), at: Instant(seconds: 5))
        #expect(locker.contents.newest == Self.noon)
        try locker.flush()
        #expect(try Locker(reading: folder.place("l")).contents.newest == Self.noon)
    }

    @Test func pathsThatOnlyLookAlikeAreTwoItems() throws {
        let folder = try TemporaryFolder()
        let locker = try Locker(writing: folder.place("l"))
        try locker.append(try Self.item(locker, "caf\u{E9}", text: "1"))
        try locker.append(try Self.item(locker, "cafe\u{301}", text: "2"))
        #expect(locker.contents.items.count == 2)
        try locker.flush()
        #expect(try Locker(reading: folder.place("l")).contents.items.count == 2)
    }

    @Test(
        arguments: [
            .number(.nan), .number(.infinity), .number(-.infinity), .date(Instant(seconds: -99_999_999_999)), .date(Instant(seconds: 999_999_999_999)),
            .duration(CalendarDuration(seconds: .max)), .duration(CalendarDuration(days: -1)),
        ] as [FactValue])
    func aValueThatCannotBeWrittenCostsItselfAndNotTheLocker(value: FactValue) throws {
        let folder = try TemporaryFolder()
        let locker = try Locker(writing: folder.place("l"))
        let table = FactValue.table([FactRow([.init("x", value), .init("y", .flag(true))], locator: .whole)])
        try locker.append(
            try Self.item(locker, "a", facts: [Fact("bad", value, at: .whole), Fact("good", .flag(true), at: .whole), Fact("t", table, at: .whole)]))
        try locker.flush()
        let item = try #require(try Locker(reading: folder.place("l")).contents.items.first)
        #expect(item.facts.map(\.name) == ["good", "t"])
        #expect(item.facts.last?.value == .table([FactRow([.init("y", .flag(true))], locator: .whole)]))
        #expect(item.problems.map(\.id) == ["locker.value-out-of-range"])
        #expect(locker.contents.items == [item])
    }
}
