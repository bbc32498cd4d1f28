import Diagnostics
import DurableStorage
import TestSupport
import Testing

@testable import TransparencyLog

/// Damage to each kind of file of a log of 600 entries: two full bundles and tiles, one of each incomplete, and a tile of level 1.
@Suite struct DamageTests {
    enum Change: CaseIterable {
        case missing, shortened, cutByOne, lengthened, firstBit, lastBit, emptied

        func apply(to bytes: [UInt8]) -> [UInt8]? {
            var bytes = bytes
            switch self {
            case .missing: return nil
            case .shortened: return Array(bytes.prefix(bytes.count / 2))
            case .cutByOne: return Array(bytes.dropLast())
            case .lengthened: return bytes + [0]
            // In a bundle this is the last bit of the first length.
            case .firstBit: bytes[1] ^= 1
            case .lastBit: bytes[bytes.count - 1] ^= 1
            case .emptied: return []
            }
            return bytes
        }
    }

    static let size = 600
    static let tiles = ["tile/0/000", "tile/0/001", "tile/0/002.p/88", "tile/1/000.p/2"]
    static let bundles = ["tile/entries/000", "tile/entries/001", "tile/entries/002.p/88"]

    private func made() throws -> TestLog {
        let test = try TestLog()
        try test.append(0..<Self.size)
        return test
    }

    private func apply(_ change: Change, to path: String, of test: TestLog) throws {
        guard let bytes = change.apply(to: try test.folder.read("log/\(path)")) else { return try test.folder.remove("log/\(path)") }
        try test.folder.write(bytes, to: "log/\(path)")
    }

    @Test(arguments: tiles, Change.allCases)
    func `A damaged tile is named, and made again from the entries`(path: String, change: Change) throws {
        let test = try made()
        let before = try test.folder.snapshot()
        try apply(change, to: path, of: test)
        #expect(try test.damage { try test.fresh.check() } == path)
        try test.fresh.rebuildTiles()
        #expect(try test.folder.snapshot() == before)
        try test.fresh.check()
    }

    @Test(arguments: bundles, Change.allCases)
    func `A damaged bundle is named, and no tiles are made from it`(path: String, change: Change) throws {
        let test = try made()
        try apply(change, to: path, of: test)
        let before = try test.folder.snapshot()
        #expect(try test.damage { try test.fresh.check() } == path)
        #expect(throws: StorageFault.self) { try test.fresh.rebuildTiles() }
        #expect(try test.folder.snapshot() == before)
    }

    @Test(arguments: [Change.missing, .shortened, .cutByOne, .lengthened, .emptied])
    func `A damaged checkpoint is named`(change: Change) throws {
        let test = try made()
        try apply(change, to: "checkpoint", of: test)
        #expect(try test.damage { try test.fresh.check() } == "checkpoint")
        #expect(try test.damage { try test.append(600..<601) } == "checkpoint")
    }

    @Test func `Every single-bit flip in the size and the root of the checkpoint names the checkpoint`() throws {
        let test = try made()
        let bytes = try test.folder.read("log/checkpoint")
        for bit in (TestLog.origin.utf8.count * 8)..<(bytes.count * 8) {
            var changed = bytes
            changed[bit / 8] ^= 1 << (bit % 8)
            try test.folder.write(changed, to: "log/checkpoint")
            #expect(try test.damage { try test.fresh.check() } == "checkpoint", "bit \(bit)")
        }
    }

    @Test(arguments: bundles)
    func `An entry altered with its tile does not get past the checkpoint`(path: String) throws {
        let test = try made()
        let number = path.hasPrefix("tile/entries/002") ? 2 : path == "tile/entries/001" ? 1 : 0
        var entries = try test.fresh.store.entries(number: number, count: number == 2 ? 88 : 256)
        entries[7] = Array("another entry".utf8)
        try test.folder.write(TileStore.bytes(of: entries), to: "log/\(path)")
        try test.folder.write(TileStore.bytes(of: entries.map(MerkleHash.leaf)), to: "log/\(path.replacing("entries", with: "0"))")
        let place = try test.damage { try test.fresh.check() }
        // Level 1 knows better where its tile is full; the last tile has only the checkpoint above it.
        #expect(place == (number == 2 ? "checkpoint" : "tile/1/000.p/2"))
        #expect(throws: StorageFault.self) { try test.fresh.rebuildTiles() }
    }

    @Test func `An append to a damaged edge is refused and writes nothing`() throws {
        for path in ["tile/entries/002.p/88", "tile/0/002.p/88", "tile/1/000.p/2"] {
            for change in Change.allCases {
                let test = try made()
                try apply(change, to: path, of: test)
                let before = try test.folder.snapshot()
                #expect(throws: StorageFault.self, "\(path) \(change)") { try test.append(600..<601) }
                #expect(try test.folder.snapshot() == before)
            }
        }
    }

    @Test(
        arguments: ["tile/0/000.p/10", "tile/entries/000.p/10", "tile/1/000.p/1"], [Change.shortened, .cutByOne, .lengthened, .firstBit, .lastBit, .emptied])
    func `A file of an earlier head that is no beginning of its successor is named and made again`(path: String, change: Change) throws {
        let test = try TestLog()
        for range in [0..<10, 10..<100] { try test.append(range) }
        if path.hasPrefix("tile/1") { for range in [100..<256, 256..<513] { try test.append(range) } }
        let before = try test.folder.snapshot()
        try #require(before["log/\(path)"] != nil)
        try apply(change, to: path, of: test)
        #expect(try test.damage { try test.fresh.check() } == path)
        try test.fresh.rebuildTiles()
        #expect(try test.folder.snapshot() == before)
    }

    @Test func `What was read before is read again from the disk`() throws {
        let test = try made()
        let log = test.fresh
        try log.check()
        try apply(.lastBit, to: "tile/0/001", of: test)
        #expect(try test.damage { try log.check() } == "tile/0/001")
    }

    @Test(arguments: ["checkpoint", "tile/0/001", "tile/entries/001"])
    func `A link in the place of a file is not followed`(path: String) throws {
        let test = try made()
        let bytes = try test.folder.read("log/\(path)")
        try test.folder.write(bytes, to: "elsewhere")
        try test.folder.remove("log/\(path)")
        try test.folder.link("log/\(path)", to: test.folder.place("elsewhere"))
        #expect(try test.damage { try test.fresh.check() } == path)
    }

    @Test func `A checkpoint of the most entries ends in a fault, not in a trap`() throws {
        let test = try made()
        try test.folder.write("\(TestLog.origin)\n\(Checkpoint.maximumSize)\n\(MerkleHash.leaf([]).base64)\n", to: "log/checkpoint")
        #expect(try test.damage { try test.fresh.check() } == "checkpoint")
        #expect(throws: StorageFault.self) { try test.append(0..<1) }
        #expect(throws: StorageFault.self) { try test.fresh.rebuildTiles() }
        #expect(throws: StorageFault.self) { try test.fresh.inclusionProof(of: 1 << 47, in: Checkpoint.maximumSize) }
        #expect(throws: StorageFault.self) { try test.fresh.consistencyProof(from: 1, to: Checkpoint.maximumSize) }
        #expect(throws: StorageFault.self) { try test.fresh.root(at: Checkpoint.maximumSize, in: Checkpoint.maximumSize) }
    }
}

@Suite struct RewrittenPastTests {
    /// Whether a log shows that it begins with what an earlier checkpoint was the head of.
    private func continues(_ test: TestLog, _ earlier: Checkpoint) throws -> Bool {
        guard let head = try test.fresh.head()?.checkpoint, head.origin.utf8.elementsEqual(earlier.origin.utf8), earlier.size <= head.size else {
            return false
        }
        let proof = try test.fresh.consistencyProof(from: earlier.size, to: head.size)
        return MerkleProof.holdsConsistency(from: earlier.size, to: head.size, proof: proof, oldRoot: earlier.root, newRoot: head.root)
    }

    @Test func `A log that only grew continues every earlier checkpoint`() throws {
        let test = try TestLog()
        for size in [0, 1, 255, 256, 300, 700] {
            let earlier = try test.fresh.head()?.checkpoint ?? Checkpoint(origin: TestLog.origin, size: 0, root: .empty)
            try test.append(earlier.size..<size)
            #expect(try continues(test, earlier))
        }
    }

    @Test func `An older checkpoint put back does not continue the newer one`() throws {
        let test = try TestLog()
        try test.append(0..<300)
        let old = try test.folder.read("log/checkpoint")
        let newer = try test.append(300..<400)
        try test.folder.write(old, to: "log/checkpoint")
        // By itself it is a good log: only who kept the newer checkpoint can tell.
        #expect(try test.fresh.check()?.size == 300)
        #expect(try !continues(test, newer))
        try test.append(500..<700)
        try test.fresh.check()
        #expect(try !continues(test, newer))
    }

    @Test(arguments: [0, 150, 299])
    func `A log in which one entry was rewritten does not continue`(changed: Int) throws {
        let earlier = try TestLog().append(0..<300)
        let rewritten = try TestLog()
        let entries = (0..<700).map { $0 == changed ? Array("changed".utf8) : testEntry($0) }
        try rewritten.fresh.append(entries, origin: TestLog.origin, publish: TestLog.bare)
        try rewritten.fresh.check()
        #expect(try !continues(rewritten, earlier))
    }

    @Test func `A log that was cut and went on otherwise does not continue`() throws {
        let earlier = try TestLog().append(0..<300)
        let cut = try TestLog()
        try cut.append(0..<299)
        try cut.append(400..<800)
        #expect(try !continues(cut, earlier))
    }

    @Test func `The same entries under another name are another log`() throws {
        let earlier = try TestLog().append(0..<300)
        let other = try TestLog()
        try other.fresh.append((0..<700).map(testEntry), origin: "log.example.org/other", publish: TestLog.bare)
        #expect(try !continues(other, earlier))
    }
}
