import Diagnostics
import DurableStorage
import StructuredText
import TestSupport
import Testing

@testable import TransparencyLog

@Suite struct TileLogTests {
    @Test func `The example log has the published bytes in every file`() throws {
        let test = try TestLog()
        let signer = try Vectors.signer()
        try test.fresh.append(Vectors.entries, origin: Vectors.origin) { try signer.sign($0.text).bytes }
        let files = try test.folder.snapshot("log")
        #expect(files.keys.sorted() == ["log/checkpoint", "log/tile/0/000.p/3", "log/tile/entries/000.p/3"])
        #expect(files["log/checkpoint"] == Vectors.checkpoint)
        let bundle = try #require(files["log/tile/entries/000.p/3"])
        #expect(bundle.count == 756)
        #expect(RunningDigest.of(bundle) == "sha256:1c6a44c96428e2e1d9078450d6783c15913d14c20ede1589bf695e8b9fc4c2d9")
        #expect(files["log/tile/0/000.p/3"].map { BinaryText.hex($0) } == Vectors.leafHashes.joined())
        #expect(RunningDigest.of(Vectors.checkpoint) == "sha256:8825a2dde7b0ff9d14b033d104568fbf3381773514a231c510cd9ab212cd6e8c")
    }

    @Test func `The example proof comes from the example log`() throws {
        let test = try TestLog()
        let signer = try Vectors.signer()
        try test.fresh.append(Vectors.entries, origin: Vectors.origin) { try signer.sign($0.text).bytes }
        let head = try #require(try test.fresh.head())
        let proof = LogProof(index: 1, hashes: try test.fresh.inclusionProof(of: 1, in: 3), checkpoint: head.note)
        #expect(proof.bytes == Vectors.proof)
        #expect(head.checkpoint.root.hex == Vectors.root)
    }

    @Test func `Where there is no log there is no head`() throws {
        let test = try TestLog()
        #expect(try test.fresh.head() == nil)
        #expect(try test.fresh.check() == nil)
        try test.fresh.rebuildTiles()
        #expect(test.folder.names().isEmpty)
    }

    @Test func `An empty log has a checkpoint and nothing else`() throws {
        let test = try TestLog()
        let checkpoint = try test.append(0..<0)
        #expect(checkpoint == Checkpoint(origin: TestLog.origin, size: 0, root: .empty))
        #expect(try test.folder.snapshot("log").keys.sorted() == ["log/checkpoint"])
        #expect(try test.fresh.check() == checkpoint)
    }

    /// The files of each size, without the checkpoint: those that are complete by their number, the others by name.
    static let sizes: [(size: Int, batch: Int, full: [String: Int], partial: [String])] = [
        (1, 1, [:], ["tile/0/000.p/1", "tile/entries/000.p/1"]),
        (255, 37, [:], ["tile/0/000.p/255", "tile/entries/000.p/255"]),
        (256, 83, ["0": 1, "entries": 1], ["tile/1/000.p/1"]),
        (257, 101, ["0": 1, "entries": 1], ["tile/0/001.p/1", "tile/1/000.p/1", "tile/entries/001.p/1"]),
        (65_536, 4099, ["0": 256, "1": 1, "entries": 256], ["tile/2/000.p/1"]),
        (65_537, 5003, ["0": 256, "1": 1, "entries": 256], ["tile/0/256.p/1", "tile/2/000.p/1", "tile/entries/256.p/1"]),
        (70_000, 6007, ["0": 273, "1": 1, "entries": 273], ["tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1", "tile/entries/273.p/112"]),
    ]

    @Test(arguments: sizes)
    func `A log that grew in odd batches has the root, the files and the proofs of its size`(size: Int, batch: Int, full: [String: Int], partial: [String])
        throws
    {
        let test = try TestLog()
        let log = test.fresh
        var frontier = MerkleFrontier()
        for start in stride(from: 0, to: size, by: batch) {
            let range = start..<min(start + batch, size)
            for index in range { frontier.append(.leaf(testEntry(index))) }
            #expect(try test.append(range, to: log).root == frontier.root)
        }
        #expect(try test.fresh.check() == Checkpoint(origin: TestLog.origin, size: size, root: frontier.root))
        let paths = try test.folder.snapshot("log").keys.map { String($0.dropFirst(4)) }.filter { $0 != "checkpoint" }.sorted()
        #expect(paths.filter { $0.contains(".p/") } == partial)
        var counts: [String: Int] = [:]
        for path in paths where !path.contains(".p/") { counts[String(path.split(separator: "/")[1]), default: 0] += 1 }
        #expect(counts == full)
        try checkProofs(test, size, frontier.root)
    }

    private func checkProofs(_ test: TestLog, _ size: Int, _ root: MerkleHash) throws {
        let indexes = Set([0, 1, 5, 254, 255, 256, 257, 511, 512, 65_279, 65_280, 65_535, 65_536, size / 2, size - 2, size - 1])
        for index in indexes where (0..<size).contains(index) {
            let log = test.fresh
            let entry = try log.entry(at: index, in: size)
            #expect(entry == testEntry(index))
            let proof = try log.inclusionProof(of: index, in: size)
            #expect(MerkleProof.holdsInclusion(leaf: .leaf(entry), index: index, size: size, proof: proof, root: root), "\(index) of \(size)")
        }
        var frontier = MerkleFrontier()
        let olds = Set([1, 2, 255, 256, 257, 300, 65_535, 65_536, 65_537, size - 1, size])
        for old in 1...size {
            frontier.append(.leaf(testEntry(old - 1)))
            guard olds.contains(old) else { continue }
            let log = test.fresh
            #expect(try log.root(at: old, in: size) == frontier.root)
            let proof = try log.consistencyProof(from: old, to: size)
            #expect(MerkleProof.holdsConsistency(from: old, to: size, proof: proof, oldRoot: frontier.root, newRoot: root), "\(old) to \(size)")
        }
    }

    @Test func `A proof reads at most two tiles of each level`() throws {
        let test = try TestLog()
        try test.append(0..<70_000)
        // Only the tiles on the way of entry 300 and of the last one are left.
        let kept = ["tile/0/001", "tile/0/273.p/112", "tile/1/000", "tile/1/001.p/17", "tile/2/000.p/1"]
        for path in try test.folder.snapshot("log/tile").keys where !kept.contains(String(path.dropFirst(4))) { try test.folder.remove(path) }
        let head = try #require(try test.fresh.head()).checkpoint
        let proof = try test.fresh.inclusionProof(of: 300, in: 70_000)
        #expect(MerkleProof.holdsInclusion(leaf: .leaf(testEntry(300)), index: 300, size: 70_000, proof: proof, root: head.root))
    }

    @Test func `Entries are passed in order, from anywhere to anywhere`() throws {
        let test = try TestLog()
        try test.append(0..<600)
        for (first, end) in [(0, 600), (0, 0), (0, 256), (255, 257), (256, 512), (300, 301), (599, 600), (600, 600), (-5, 2), (10, 3), (0, 520)] {
            var seen: [Int] = []
            try test.fresh.forEachEntry(from: first, to: end) { index, entry in
                seen.append(index)
                #expect(entry == testEntry(index))
            }
            #expect(seen == (max(0, first) < end ? Array(max(0, first)..<end) : []), "\(first)..<\(end)")
        }
    }

    @Test func `An entry that is not there is no entry`() throws {
        let test = try TestLog()
        try test.append(0..<3)
        for index in [-1, 3, Int.max] { #expect(throws: StorageFault.self) { try test.fresh.entry(at: index, in: 3) } }
        for size in [-1, 4] { #expect(throws: StorageFault.self) { try test.fresh.root(at: size, in: 3) } }
    }

    @Test func `An entry of 16 KiB is appended, and a longer one refused without a trace`() throws {
        let test = try TestLog()
        let longest = [UInt8](repeating: 0x61, count: TileLog.maximumEntry)
        try test.fresh.append([longest], origin: TestLog.origin, publish: TestLog.bare)
        let before = try test.folder.snapshot()
        let fault = #expect(throws: StorageFault.self) {
            try test.fresh.append([[1], longest + [0x61]], origin: TestLog.origin, publish: TestLog.bare)
        }
        #expect(fault?.diagnostic.id == "ledger.entry-too-long")
        #expect(try test.folder.snapshot() == before)
        #expect(try test.fresh.entry(at: 0, in: 1) == longest)
    }

    @Test func `Many single appends of one object leave what one append leaves`() throws {
        let one = try TestLog()
        try one.append(0..<520)
        let many = try TestLog()
        let log = many.fresh
        for index in 0..<520 { try many.append(index..<(index + 1), to: log) }
        #expect(try many.folder.snapshot() == one.folder.snapshot())
    }

    @Test func `An append of nothing keeps every file`() throws {
        let test = try TestLog()
        let log = test.fresh
        try test.append(0..<300, to: log)
        let before = try test.folder.snapshot()
        try test.append(300..<300, to: log)
        try test.append(300..<300)
        #expect(try test.folder.snapshot() == before)
    }

    @Test func `Incomplete files of every head that another process published stay until the full one is there`() throws {
        let test = try TestLog()
        for index in 0..<255 { try test.append(index..<(index + 1)) }
        #expect(test.folder.names("log/tile/0/000.p").count == 255)
        #expect(test.folder.names("log/tile/entries/000.p").count == 255)
        try test.fresh.check()
        try test.append(255..<256)
        #expect(test.folder.names("log/tile/0") == ["000"])
        #expect(test.folder.names("log/tile/entries") == ["000"])
        try test.fresh.check()
    }

    @Test func `A longer file stands in for an incomplete one that is gone`() throws {
        let test = try TestLog()
        try test.append(0..<10)
        let old = try test.folder.read("log/checkpoint")
        try test.append(10..<300)
        try test.folder.write(old, to: "log/checkpoint")
        #expect(try test.fresh.inclusionProof(of: 3, in: 10).count == 4)
        #expect(try test.fresh.check()?.size == 10)
        #expect(try test.append(10..<300).root == NaiveTree((0..<300).map(testEntry)).root(0, 300))
        try test.fresh.check()
    }

    @Test func `A signed log keeps its name, and an unsigned one may still get one`() throws {
        let test = try TestLog()
        let signer = try Vectors.signer()
        try test.append(0..<3)
        try test.fresh.republish(origin: Vectors.origin) { try signer.sign($0.text).bytes }
        #expect(try test.fresh.check()?.origin == Vectors.origin)
        for move in [
            { try test.append(3..<4) },
            { try test.fresh.republish(origin: "locker.example.org/other", publish: TestLog.bare) },
        ] as [() throws -> Void] {
            let fault = #expect(throws: StorageFault.self) { try move() }
            #expect(fault?.diagnostic.id == "ledger.other-origin")
            #expect(fault?.kind == .integrity)
        }
        #expect(try test.fresh.head()?.checkpoint.size == 3)
    }
}
