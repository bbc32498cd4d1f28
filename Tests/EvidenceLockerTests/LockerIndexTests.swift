import Diagnostics
import DurableStorage
import EvidenceModel
import StructuredText
import TestSupport
import Testing

@testable import EvidenceLocker

/// The index is derived and never trusted; what is lost of it and of the tiles is made again.
@Suite struct LockerIndexTests {
    private static let index = "l/index/current.json"

    private func contents(_ ledger: LedgerFiles) throws -> LockerContents { try Locker(reading: ledger.folder.place("l")).contents }

    private func expectSame(_ a: LockerContents, _ b: LockerContents, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(a.items == b.items, sourceLocation: sourceLocation)
        #expect(a.unread == b.unread, sourceLocation: sourceLocation)
        #expect(a.entries == b.entries && a.head == b.head && a.newest == b.newest, sourceLocation: sourceLocation)
    }

    @Test func theIndexGivesTheSameContentsAsTheLedger() throws {
        let ledger = try LockerIntegrityTests.filled()
        let without = try contents(ledger)
        try Locker(writing: ledger.folder.place("l")).writeIndex()
        #expect(!(try ledger.folder.read(Self.index)).isEmpty)
        expectSame(try contents(ledger), without)
    }

    @Test func aStaleIndexCountsForNothing() throws {
        let ledger = try LockerIntegrityTests.filled(index: true)
        try {
            let locker = try Locker(writing: ledger.folder.place("l"))
            try locker.append(try LockerTests.item(locker, "e"))
            try locker.append(try LockerTests.item(locker, "a", text: "changed"))
            try locker.flush()
        }()
        let stale = try contents(ledger)
        #expect(stale.items.map(\.path) == ["a", "b", "c", "e"])
        try ledger.folder.remove(Self.index)
        expectSame(stale, try contents(ledger))
    }

    @Test func aForeignIndexCountsForNothing() throws {
        let ledger = try LockerIntegrityTests.filled()
        let without = try contents(ledger)
        let other = try TemporaryFolder()
        try {
            let locker = try Locker(writing: other.place("l"))
            try locker.append(try LockerTests.item(locker, "z"))
            try locker.writeIndex()
        }()
        try ledger.folder.write(try other.read(Self.index), to: Self.index)
        expectSame(try contents(ledger), without)
    }

    @Test(arguments: ["", "{", "[]", "{\"ledger\":null}", "\u{0}", "{\"schema\":\"dossier/index/2\",\"entries\":4,\"current\":[]}"])
    func aDamagedOrForgedIndexCountsForNothing(text: String) throws {
        let ledger = try LockerIntegrityTests.filled()
        let without = try contents(ledger)
        try ledger.folder.write(text, to: Self.index)
        expectSame(try contents(ledger), without)
    }

    @Test func anIndexThatIsAPipeIsNotWaitedFor() throws {
        let ledger = try LockerIntegrityTests.filled()
        let without = try contents(ledger)
        try ledger.folder.makePipe(Self.index)
        expectSame(try contents(ledger), without)
    }

    // MARK: Rebuilding

    @Test(arguments: [false, true]) func rebuildMakesIndexAndTilesAgainByteForByte(signed: Bool) throws {
        let author = signed ? try TestAuthor.signed() : .unsigned
        let ledger = try LockerIntegrityTests.filled(index: true, author: author)
        let before = try ledger.folder.snapshot("l")
        try ledger.folder.remove(Self.index)
        try ledger.folder.remove(try ledger.tile())
        // No key is needed: no entry and no checkpoint changes.
        let contents = try Locker.rebuild(ledger.folder.place("l"), verifier: signed ? try TestAuthor.verifier() : nil)
        #expect(contents.items.count == 3)
        #expect(try ledger.folder.snapshot("l") == before)
    }

    @Test func appendingWithoutTilesNamesTheTileAndTheRemedy() throws {
        let ledger = try LockerIntegrityTests.filled()
        let tile = try ledger.tile()
        try ledger.folder.remove(tile)
        try {
            let locker = try Locker(writing: ledger.folder.place("l"))
            try locker.append(try LockerTests.item(locker, "e"))
            let fault = #expect(throws: StorageFault.self) { try locker.flush() }
            #expect(fault?.kind == .integrity && fault?.diagnostic.location?.path == ledger.folder.place(tile))
            #expect(fault?.diagnostic.hint?.contains("dossier locker rebuild") == true)
        }()
        _ = try Locker.rebuild(ledger.folder.place("l"))
        try {
            let locker = try Locker(writing: ledger.folder.place("l"))
            try locker.append(try LockerTests.item(locker, "e"))
            try locker.flush()
        }()
        #expect(try contents(ledger).items.map(\.path) == ["a", "b", "c", "e"])
    }

    @Test func aDamagedTileHidesNothingAndIsMadeAgain() throws {
        let ledger = try LockerIntegrityTests.filled()
        let tile = try ledger.tile()
        let bytes = try ledger.folder.read(tile)
        try ledger.folder.write([UInt8](repeating: 0, count: bytes.count), to: tile)
        #expect(try contents(ledger).items.count == 3)
        _ = try Locker.rebuild(ledger.folder.place("l"))
        #expect(try ledger.folder.read(tile) == bytes)
    }

    @Test func rebuildMakesNothingFromDamagedEntries() throws {
        let ledger = try LockerIntegrityTests.filled()
        try ledger.write(try ledger.entries().reversed())
        let before = try ledger.folder.snapshot("l/ledger")
        let fault = #expect(throws: StorageFault.self) { try Locker.rebuild(ledger.folder.place("l")) }
        #expect(fault?.kind == .integrity)
        #expect(try ledger.folder.snapshot("l/ledger") == before)
    }

    @Test func rebuildMakesNothingOfALedgerWhoseSignatureIsGone() throws {
        let ledger = try LockerIntegrityTests.filled()
        let fault = #expect(throws: StorageFault.self) { try Locker.rebuild(ledger.folder.place("l"), verifier: try TestAuthor.verifier()) }
        #expect(fault?.diagnostic.id == "ledger.unsigned-head")
    }
}
