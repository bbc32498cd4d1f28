import Diagnostics
import DurableStorage
import EvidenceModel
import StructuredText
import TestSupport
import Testing
import TransparencyLog

@testable import EvidenceLocker

/// What was altered in a ledger or its objects is seen when the locker is opened, and named.
@Suite struct LockerIntegrityTests {
    /// A locker with three items and an unread file, without an index unless asked for.
    static func filled(index: Bool = false, author: LedgerAuthor = .unsigned) throws -> LedgerFiles {
        let folder = try TemporaryFolder()
        let locker = try Locker(writing: folder.place("l"), as: author)
        for name in ["a", "b", "c"] {
            try locker.append(try LockerTests.item(locker, name, text: "artefact \(name)", facts: [Fact("events", .number(1), at: .line(1))]))
        }
        try locker.append(LockerTests.unread("d"), at: LockerTests.noon)
        if index { try locker.writeIndex() } else { try locker.flush() }
        return LedgerFiles(folder)
    }

    private func expect(_ fault: StorageFault?, at path: String, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(fault?.kind == .integrity, sourceLocation: sourceLocation)
        #expect(fault?.diagnostic.location?.path == path, sourceLocation: sourceLocation)
    }

    // MARK: Entries

    @Test(arguments: [(false, 0), (false, 1), (false, 3), (true, 0), (true, 3)]) func aChangedEntryIsSeenAndItsBundleNamed(index: Bool, entry: Int) throws {
        let ledger = try Self.filled(index: index)
        var entries = try ledger.entries()
        entries[entry] = Array(String(decoding: entries[entry], as: UTF8.self).replacing("\"v\":1", with: "\"v\":1 ").utf8)
        try ledger.write(entries)
        expect(ledger.opening(), at: ledger.folder.place(try ledger.bundle()))
    }

    @Test(arguments: [false, true]) func aChangedLastEntryThatReadsWellIsSeen(signed: Bool) throws {
        let ledger = try Self.filled(author: signed ? try TestAuthor.signed() : .unsigned)
        var entries = try ledger.entries()
        let last = String(decoding: entries[3], as: UTF8.self)
        #expect(last.contains("\"path\":\"d\""))
        entries[3] = Array(last.replacing("\"path\":\"d\"", with: "\"path\":\"e\"").utf8)
        try ledger.write(entries)
        let verifier = signed ? try TestAuthor.verifier() : nil
        expect(ledger.opening(verifier: verifier), at: ledger.folder.place(try ledger.bundle()))
    }

    @Test(arguments: [false, true]) func anyChangedByteOfTheLedgerIsSeen(signed: Bool) throws {
        let ledger = try Self.filled(author: signed ? try TestAuthor.signed() : .unsigned)
        let verifier = signed ? try TestAuthor.verifier() : nil
        for path in [try ledger.bundle(), ledger.checkpoint] {
            let bytes = try ledger.folder.read(path)
            // Nobody vouches for the name of a ledger that nobody signs.
            let first = signed || path != ledger.checkpoint ? 0 : try #require(bytes.firstIndex(of: 0x0A))
            for index in first..<bytes.count {
                var changed = bytes
                changed[index] ^= 1
                try ledger.folder.write(changed, to: path)
                if ledger.opening(verifier: verifier)?.kind != .integrity { Issue.record("byte \(index) of '\(path)' was changed and not seen") }
            }
            try ledger.folder.write(bytes, to: path)
        }
        #expect(ledger.opening(verifier: verifier) == nil)
    }

    @Test(arguments: 0..<4) func aRemovedEntryIsSeen(number: Int) throws {
        let ledger = try Self.filled()
        var entries = try ledger.entries()
        entries.remove(at: number)
        try ledger.write(entries)
        expect(ledger.opening(), at: ledger.folder.place(try ledger.bundle()))
    }

    @Test(arguments: 0...4) func anAddedEntryIsSeen(place: Int) throws {
        let ledger = try Self.filled()
        var entries = try ledger.entries()
        entries.insert(entries[0], at: place)
        try ledger.write(entries)
        expect(ledger.opening(), at: ledger.folder.place(try ledger.bundle()))
    }

    @Test func entriesInAnotherOrderAreSeen() throws {
        let ledger = try Self.filled()
        var entries = try ledger.entries()
        entries.swapAt(1, 2)
        try ledger.write(entries)
        expect(ledger.opening(), at: ledger.folder.place(try ledger.bundle()))
    }

    @Test(arguments: ["x", "{}", "[]", "{\"entry\":5}", ""]) func bytesThatAreNoEntryAreSeen(text: String) throws {
        let ledger = try Self.filled()
        try ledger.write(Array(try ledger.entries().dropLast()) + [Array(text.utf8)])
        expect(ledger.opening(), at: ledger.folder.place(try ledger.bundle()))
    }

    @Test(arguments: ["x", "{}", "{\"v\":2}"]) func anEntryOfAnotherVersionIsSeenEvenWhenTheLogHolds(text: String) throws {
        let ledger = try Self.filled()
        try ledger.forge(try ledger.entries() + [Array(text.utf8)], origin: "dossier.local/locker")
        #expect(ledger.opening()?.kind == .integrity)
    }

    @Test func aCutBundleIsSeen() throws {
        let ledger = try Self.filled()
        let path = try ledger.bundle()
        let bytes = try ledger.folder.read(path)
        for count in 0..<bytes.count {
            try ledger.folder.write(Array(bytes.prefix(count)), to: path)
            if ledger.opening()?.diagnostic.location?.path != ledger.folder.place(path) { Issue.record("the bundle was cut at \(count)") }
        }
    }

    @Test(arguments: ["bundle", "checkpoint"]) func aMissingFileOfTheLedgerIsSeen(which: String) throws {
        let ledger = try Self.filled()
        let path = which == "bundle" ? try ledger.bundle() : ledger.checkpoint
        try ledger.folder.remove(path)
        expect(ledger.opening(), at: ledger.folder.place(path))
    }

    // MARK: Signed heads

    @Test func aSignedLedgerOpensWithItsKeyOnly() throws {
        let ledger = try Self.filled(author: try TestAuthor.signed())
        #expect(ledger.opening(verifier: try TestAuthor.verifier()) == nil)
        let other = try TestAuthor.verifier(seed: [UInt8](repeating: 9, count: 32))
        #expect(ledger.opening(verifier: other)?.diagnostic.id == "ledger.unsigned-head")
    }

    @Test(arguments: [3, 4, 5]) func anUnsignedLedgerInPlaceOfASignedOneIsSeen(count: Int) throws {
        let ledger = try Self.filled(author: try TestAuthor.signed())
        let entries = try ledger.entries()
        try ledger.forge(Array((entries + [entries[0]]).prefix(count)), origin: TestAuthor.origin)
        #expect(ledger.opening(verifier: try TestAuthor.verifier())?.diagnostic.id == "ledger.unsigned-head")
        let fault = #expect(throws: StorageFault.self) { try Locker(writing: ledger.folder.place("l"), as: try TestAuthor.signed()) }
        #expect(fault?.kind == .integrity && fault?.diagnostic.id == "ledger.unsigned-head")
    }

    @Test func anUnsignedLedgerIsTakenOverOnlyWhenItIsToBeSigned() throws {
        let ledger = try Self.filled()
        #expect(throws: StorageFault.self) { try Locker(writing: ledger.folder.place("l"), as: try TestAuthor.signed()) }
        try Locker(writing: ledger.folder.place("l"), as: try TestAuthor.signed(), isToBeSigned: true).signHead()
        #expect(ledger.opening(verifier: try TestAuthor.verifier()) == nil)
        #expect(try ledger.head().size == 4 && ledger.head().origin == TestAuthor.origin)
    }

    @Test func aSignedLedgerRefusesAWriterWithoutTheKey() throws {
        let ledger = try Self.filled(author: try TestAuthor.signed())
        let fault = #expect(throws: StorageFault.self) { try Locker(writing: ledger.folder.place("l")) }
        #expect(fault?.kind == .key && fault?.diagnostic.id == "ledger.needs-key")
    }

    @Test func aSignedLedgerRefusesAnotherName() throws {
        let ledger = try Self.filled(author: try TestAuthor.signed())
        let fault = #expect(throws: StorageFault.self) { try Locker(writing: ledger.folder.place("l"), as: try TestAuthor.signed(origin: "other.example/x")) }
        #expect(fault?.kind == .integrity && fault?.diagnostic.id == "ledger.other-origin")
        #expect(ledger.opening(verifier: try TestAuthor.verifier(origin: "other.example/x"))?.kind == .integrity)
    }

    // MARK: Objects

    /// The paths of the first item's reading and artefact.
    private func objects(_ ledger: LedgerFiles) throws -> (reading: String, artefact: String) {
        let item = try #require(try ledger.node(0)["item"])
        func path(_ digest: String?) throws -> String {
            let hex = try #require(digest)
            return "l/objects/sha256/\(hex.prefix(2))/\(hex.dropFirst(2))"
        }
        return (try path(item["reading"]?["sha256"]?.string), try path(item["sha256"]?.string))
    }

    @Test(arguments: [false, true]) func aDamagedReadingIsSeenAndNamed(index: Bool) throws {
        let ledger = try Self.filled(index: index)
        let path = try objects(ledger).reading
        var bytes = try ledger.folder.read(path)
        bytes[bytes.count / 2] ^= 1
        try ledger.folder.write(bytes, to: path)
        expect(ledger.opening(), at: ledger.folder.place(path))
    }

    @Test(arguments: [false, true]) func aMissingReadingIsSeenAndNamed(index: Bool) throws {
        let ledger = try Self.filled(index: index)
        let path = try objects(ledger).reading
        try ledger.folder.remove(path)
        expect(ledger.opening(), at: ledger.folder.place(path))
    }

    @Test(arguments: [false, true]) func aMissingArtefactIsSeenAndNamed(index: Bool) throws {
        let ledger = try Self.filled(index: index)
        let path = try objects(ledger).artefact
        try ledger.folder.remove(path)
        let fault = ledger.opening()
        expect(fault, at: ledger.folder.place(path))
        #expect(fault?.diagnostic.message.contains("'a'") == true)
    }

    @Test func anArtefactOfAnotherSizeIsSeenAndNamed() throws {
        let ledger = try Self.filled()
        let path = try objects(ledger).artefact
        try ledger.folder.write("cut", to: path)
        expect(ledger.opening(), at: ledger.folder.place(path))
    }

    @Test func aChangedArtefactOfTheSameSizeIsSeenByVerify() throws {
        let ledger = try Self.filled()
        let path = try objects(ledger).artefact
        var bytes = try ledger.folder.read(path)
        bytes[0] ^= 1
        try ledger.folder.write(bytes, to: path)
        let locker = try Locker(reading: ledger.folder.place("l"))
        var faults: [String] = []
        for item in locker.contents.items {
            do {
                try locker.verify(item)
            } catch let fault as StorageFault {
                faults.append(fault.diagnostic.location?.path ?? "")
            }
        }
        #expect(faults == [ledger.folder.place(path)])
    }

    @Test func aReadingThatIsALinkIsNotFollowed() throws {
        let ledger = try Self.filled()
        let path = try objects(ledger).reading
        let bytes = try ledger.folder.read(path)
        try ledger.folder.write(bytes, to: "copy")
        try ledger.folder.remove(path)
        try ledger.folder.link(path, to: ledger.folder.place("copy"))
        #expect(ledger.opening() != nil)
    }

    @Test func objectsThatNoEntryNamesDoNoHarm() throws {
        let ledger = try Self.filled()
        try ledger.folder.write("left by a crash", to: "l/objects/incoming.1")
        try ledger.folder.write("orphan", to: "l/objects/sha256/ab/cd")
        #expect(try Locker(writing: ledger.folder.place("l")).contents.items.count == 3)
        #expect(ledger.folder.names("l/objects") == ["sha256"])
    }
}
