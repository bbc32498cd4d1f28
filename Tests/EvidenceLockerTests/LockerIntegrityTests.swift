import Diagnostics
import DurableStorage
import EvidenceModel
import Glibc
import StructuredText
import TestSupport
import Testing

@testable import EvidenceLocker

@Suite struct LockerIntegrityTests {
    private static let ledger = "l/ledger/entries.jsonl"
    private static let index = "l/index/current.json"

    /// A locker with three items and an unread file, without an index unless asked for.
    private func filled(index: Bool = false) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        let locker = try Locker(writing: folder.place("l"))
        for name in ["a", "b", "c"] {
            try locker.append(try LockerTests.item(locker, name, text: "artefact \(name)", facts: [Fact("events", .number(1), at: .line(1))]))
        }
        try locker.append(LockerTests.unread("d"), at: LockerTests.noon)
        if index { try locker.writeIndex() }
        return folder
    }

    private func opening(_ folder: TemporaryFolder) -> StorageFault? {
        do {
            _ = try Locker(reading: folder.place("l"))
            return nil
        } catch {
            return error as? StorageFault
        }
    }

    private func lines(_ folder: TemporaryFolder) throws -> [String] { try folder.text(Self.ledger).split(separator: "\n").map(String.init) }

    private func write(_ lines: [String], _ folder: TemporaryFolder) throws { try folder.write(lines.map { $0 + "\n" }.joined(), to: Self.ledger) }

    @Test(arguments: [false, true]) func aChangedLineIsSeen(index: Bool) throws {
        let folder = try filled(index: index)
        var all = try lines(folder)
        all[1] = all[1].replacingFirst("\"kind\":\"audit-log\"", with: "\"kind\":\"model-card\"")
        try write(all, folder)
        let fault = try #require(opening(folder))
        #expect(fault.kind == .integrity)
        #expect(fault.diagnostic.location == TextLocation(path: folder.place(Self.ledger), line: 3))
    }

    @Test func anyChangedByteOfAnEarlierLineIsSeen() throws {
        let folder = try filled()
        let bytes = try folder.read(Self.ledger)
        let firstLine = try #require(bytes.firstIndex(of: 0x0A))
        for index in 0...firstLine {
            var changed = bytes
            changed[index] ^= 1
            try folder.write(changed, to: Self.ledger)
            if opening(folder)?.kind != .integrity { Issue.record("byte \(index) was changed and not seen") }
        }
    }

    @Test(arguments: 0..<3) func aRemovedLineIsSeen(number: Int) throws {
        let folder = try filled()
        var all = try lines(folder)
        all.remove(at: number)
        try write(all, folder)
        let fault = try #require(opening(folder))
        #expect(fault.kind == .integrity)
        #expect(fault.diagnostic.location == TextLocation(path: folder.place(Self.ledger), line: number + 1))
    }

    @Test(arguments: 0...4) func anAddedLineIsSeen(place: Int) throws {
        let folder = try filled()
        var all = try lines(folder)
        all.insert(all[0], at: place)
        try write(all, folder)
        // A line that repeats the first one follows nothing, at whatever place.
        let fault = try #require(opening(folder))
        #expect(fault.kind == .integrity)
        #expect(fault.diagnostic.location?.path == folder.place(Self.ledger))
        #expect(fault.diagnostic.location?.line == max(2, place + 1))
    }

    @Test func linesInAnotherOrderAreSeen() throws {
        let folder = try filled()
        var all = try lines(folder)
        all.swapAt(1, 2)
        try write(all, folder)
        #expect(opening(folder)?.kind == .integrity)
    }

    @Test(arguments: ["x", "{}", "[]", "{\"entry\":5}", ""]) func aLineThatIsNoEntryIsSeen(line: String) throws {
        let folder = try filled()
        try write(try lines(folder) + [line], folder)
        let fault = try #require(opening(folder))
        #expect(fault.kind == .integrity)
        #expect(fault.diagnostic.location == TextLocation(path: folder.place(Self.ledger), line: 5))
    }

    /// The path of the reading of the first item, and that of its artefact.
    private func objects(_ folder: TemporaryFolder) throws -> (reading: String, artefact: String) {
        let node = try #require(JSONParser.parse(Array(try lines(folder)[0].utf8), path: "l").node?["record"])
        func path(_ key: String) throws -> String {
            let hex = try #require(node[key]?.string).dropFirst(7)
            return "l/objects/sha256/\(hex.prefix(2))/\(hex.dropFirst(2))"
        }
        return (try path("reading"), try path("digest"))
    }

    @Test(arguments: [false, true]) func aDamagedReadingIsSeenAndNamed(index: Bool) throws {
        let folder = try filled(index: index)
        let path = try objects(folder).reading
        var bytes = try folder.read(path)
        bytes[bytes.count / 2] ^= 1
        try folder.write(bytes, to: path)
        let fault = try #require(opening(folder))
        #expect(fault.kind == .integrity)
        #expect(fault.diagnostic.location?.path == folder.place(path))
    }

    @Test(arguments: [false, true]) func aMissingReadingIsSeenAndNamed(index: Bool) throws {
        let folder = try filled(index: index)
        let path = try objects(folder).reading
        try folder.remove(path)
        let fault = try #require(opening(folder))
        #expect(fault.kind == .integrity)
        #expect(fault.diagnostic.location?.path == folder.place(path))
    }

    @Test(arguments: [false, true]) func aMissingArtefactIsSeenAndNamed(index: Bool) throws {
        let folder = try filled(index: index)
        let path = try objects(folder).artefact
        try folder.remove(path)
        let fault = try #require(opening(folder))
        #expect(fault.kind == .integrity)
        #expect(fault.diagnostic.location?.path == folder.place(path))
        #expect(fault.diagnostic.message.contains("'a'"))
    }

    @Test func anArtefactOfAnotherSizeIsSeenAndNamed() throws {
        let folder = try filled()
        let path = try objects(folder).artefact
        try folder.write("cut", to: path)
        let fault = try #require(opening(folder))
        #expect(fault.kind == .integrity)
        #expect(fault.diagnostic.location?.path == folder.place(path))
    }

    @Test func aReadingThatIsALinkIsNotFollowed() throws {
        let folder = try filled()
        let path = try objects(folder).reading
        let bytes = try folder.read(path)
        try folder.write(bytes, to: "copy")
        try folder.remove(path)
        try folder.link(path, to: folder.place("copy"))
        #expect(opening(folder) != nil)
    }

    // MARK: Crashes

    @Test func aKillAtAnyByteOfTheLastEntryLeavesALockerThatOpens() throws {
        let folder = try TemporaryFolder()
        try {
            let locker = try Locker(writing: folder.place("l"))
            for name in ["a", "b"] { try locker.append(try LockerTests.item(locker, name)) }
        }()
        let before = try folder.read(Self.ledger)
        try {
            let locker = try Locker(writing: folder.place("l"))
            try locker.append(try LockerTests.item(locker, "c"))
        }()
        let whole = try folder.read(Self.ledger)
        for count in before.count...whole.count {
            try folder.write(Array(whole.prefix(count)), to: Self.ledger)
            let expected = count == whole.count ? ["a", "b", "c"] : ["a", "b"]
            let read = try Locker(reading: folder.place("l")).contents.items.map(\.path)
            let written = try Locker(writing: folder.place("l")).contents.items.map(\.path)
            if read != expected || written != expected { Issue.record("cut at \(count): \(read), \(written)") }
            if count < whole.count, try folder.read(Self.ledger) != before { Issue.record("the torn line was not cut at \(count)") }
        }
    }

    @Test func whatFollowsATornLineIsAppendedToTheWholeOnes() throws {
        let folder = try filled()
        let whole = try folder.read(Self.ledger)
        try folder.write(whole + Array("{\"entry\":5,\"prev".utf8), to: Self.ledger)
        try {
            let locker = try Locker(writing: folder.place("l"))
            try locker.append(try LockerTests.item(locker, "e"))
        }()
        #expect(try Locker(reading: folder.place("l")).contents.items.map(\.path) == ["a", "b", "c", "e"])
        #expect(try folder.read(Self.ledger).starts(with: whole))
    }

    @Test func aLedgerOfOneTornLineIsEmpty() throws {
        let folder = try TemporaryFolder()
        try folder.write("{\"entry\":1", to: Self.ledger)
        #expect(try Locker(reading: folder.place("l")).contents.entries == 0)
        #expect(try Locker(writing: folder.place("l")).contents.entries == 0)
        #expect(try folder.read(Self.ledger) == [])
    }

    @Test func objectsThatNoEntryNamesDoNoHarm() throws {
        let folder = try filled()
        try folder.write("left by a crash", to: "l/objects/incoming.1")
        try folder.write("orphan", to: "l/objects/sha256/ab/cd")
        #expect(try Locker(writing: folder.place("l")).contents.items.count == 3)
    }

    // MARK: Index

    private func contents(_ folder: TemporaryFolder) throws -> LockerContents { try Locker(reading: folder.place("l")).contents }

    private func expectSame(_ a: LockerContents, _ b: LockerContents) {
        #expect(a.items == b.items)
        #expect(a.unread == b.unread)
        #expect(a.entries == b.entries && a.head == b.head && a.newest == b.newest)
    }

    @Test func theIndexGivesTheSameContentsAsTheLedger() throws {
        let folder = try filled()
        let without = try contents(folder)
        try { try Locker(writing: folder.place("l")).writeIndex() }()
        #expect(!(try folder.read(Self.index)).isEmpty)
        expectSame(try contents(folder), without)
    }

    @Test func aStaleIndexCountsForNothing() throws {
        let folder = try filled(index: true)
        try {
            let locker = try Locker(writing: folder.place("l"))
            try locker.append(try LockerTests.item(locker, "e"))
            try locker.append(try LockerTests.item(locker, "a", text: "changed"))
        }()
        let stale = try contents(folder)
        #expect(stale.items.map(\.path) == ["a", "b", "c", "e"])
        try folder.remove(Self.index)
        expectSame(stale, try contents(folder))
    }

    @Test func aForeignIndexCountsForNothing() throws {
        let folder = try filled()
        let without = try contents(folder)
        let other = try TemporaryFolder()
        try {
            let locker = try Locker(writing: other.place("l"))
            try locker.append(try LockerTests.item(locker, "z"))
            try locker.writeIndex()
        }()
        try folder.write(try other.read(Self.index), to: Self.index)
        expectSame(try contents(folder), without)
    }

    @Test(arguments: ["", "{", "[]", "{\"ledger\":null}", "\u{0}"]) func adamagedIndexCountsForNothing(text: String) throws {
        let folder = try filled()
        let without = try contents(folder)
        try folder.write(text, to: Self.index)
        expectSame(try contents(folder), without)
    }

    @Test func anIndexThatIsAPipeIsNotWaitedFor() throws {
        let folder = try filled()
        let without = try contents(folder)
        try folder.makePipe(Self.index)
        expectSame(try contents(folder), without)
    }

    @Test func anIndexThatPointsIntoALineOrLeavesOneOutHidesNothing() throws {
        let folder = try filled(index: true)
        let without = try contents(folder)
        let text = try folder.text(Self.index)
        let node = try #require(JSONParser.parse(Array(text.utf8), path: "i").node)
        let offsets = try #require(node["current"]?.array).compactMap(\.int)
        for wrong in [Array(offsets.dropLast()), [], offsets.map { $0 + 1 }, offsets + offsets, [offsets[0], offsets[0], offsets[1], offsets[2]]] {
            let forged = Value.object([
                ("schema", "dossier/index/1"), ("ledger", .text(node["ledger"]?.string)), ("entries", node["entries"]?.int.map { .int($0) }),
                ("head", .text(node["head"]?.string)), ("newest", .text(node["newest"]?.string)), ("current", .list(wrong.map { .int($0) })),
            ])
            try folder.write(forged.prettyJSON, to: Self.index)
            do {
                expectSame(try contents(folder), without)
            } catch let fault as StorageFault {
                #expect(fault.kind == .integrity)
            }
        }
    }

    // MARK: Writers

    @Test func aSecondWriterIsRefusedWhileTheFirstHoldsTheLock() throws {
        let folder = try TemporaryFolder()
        try {
            let first = try Locker(writing: folder.place("l"))
            let fault = #expect(throws: StorageFault.self) { try Locker(writing: folder.place("l")) }
            #expect(fault?.kind == .busy)
            #expect(fault?.diagnostic.location?.path == folder.place("l/lock"))
            // Reading needs no lock.
            #expect(try Locker(reading: folder.place("l")).contents.entries == 0)
            try first.append(try LockerTests.item(first, "a"))
        }()
        #expect(try Locker(writing: folder.place("l")).contents.items.count == 1)
    }

    @Test func aFolderThatCannotBeMadeIsAnInputOutputFault() throws {
        let folder = try TemporaryFolder()
        try folder.write("a file", to: "l")
        let fault = #expect(throws: StorageFault.self) { try Locker(writing: folder.place("l")) }
        #expect(fault?.kind == .inputOutput)
    }
}

@Suite struct FileStreamTests {
    @Test func readsARegularFileOnly() throws {
        let folder = try TemporaryFolder()
        try folder.write("text", to: "a")
        try folder.link("b", to: folder.place("a"))
        try folder.makePipe("c")
        try folder.makeFolder("d")
        #expect(try readPrefix(of: FileStream(path: folder.place("a")), limit: .max) == Array("text".utf8))
        for name in ["b", "c", "d", "nothing"] {
            let fault = #expect(throws: StorageFault.self) { try FileStream(path: folder.place(name)) }
            #expect(fault?.kind == .inputOutput, "\(name)")
        }
    }
}

@Suite struct DurableFileTests {
    @Test func replacesAFileAndLeavesNothingBeside() throws {
        let folder = try TemporaryFolder()
        try DurableFile.write(Array("old".utf8), to: folder.place("a"))
        try DurableFile.write(Array("new".utf8), to: folder.place("a"))
        #expect(try folder.text("a") == "new")
        #expect(folder.names() == ["a"])
    }

    @Test func saysWhichFileCouldNotBeWritten() throws {
        let folder = try TemporaryFolder()
        let fault = #expect(throws: StorageFault.self) { try DurableFile.write([1], to: folder.place("no/a")) }
        #expect(fault?.kind == .inputOutput)
        try folder.makeFolder("b")
        #expect(throws: StorageFault.self) { try DurableFile.write([1], to: folder.place("b")) }
        #expect(folder.names() == ["b"])
    }

    @Test func makesFoldersAllTheWay() throws {
        let folder = try TemporaryFolder()
        try DurableFile.makeFolder(folder.place("a/b/c"))
        try DurableFile.makeFolder(folder.place("a/b/c"))
        #expect(folder.names("a/b") == ["c"])
        try folder.write("x", to: "f")
        #expect(throws: StorageFault.self) { try DurableFile.makeFolder(folder.place("f/g")) }
    }
}

extension String {
    fileprivate func replacingFirst(_ old: String, with new: String) -> String {
        guard let range = firstRange(of: old) else { return self }
        return replacingCharacters(range, new)
    }

    private func replacingCharacters(_ range: Range<String.Index>, _ new: String) -> String { self[..<range.lowerBound] + new + self[range.upperBound...] }
}
