import DurableStorage
import TestSupport
import Testing

@testable import TransparencyLog

@Suite struct CrashTests {
    private struct Crash: Error {}

    /// Appends, and stops after a number of file operations.
    /// - Returns: whether it stopped.
    private func crash(_ test: TestLog, after count: Int, _ entries: [[UInt8]]) throws -> Bool {
        let log = test.fresh
        var left = count
        log.store.afterOperation = { _ in
            left -= 1
            if left < 0 { throw Crash() }
        }
        do {
            try log.append(entries, origin: TestLog.origin, publish: TestLog.bare)
            return false
        } catch is Crash {
            return true
        }
    }

    /// Entries that the append that crashed wanted to write, and that never come again.
    private func lost(_ count: Int) -> [[UInt8]] { (0..<count).map { Array("lost \($0)".utf8) } }

    /// The sizes before, after the append that crashes, and after the one that follows.
    static let appends: [(old: Int, new: Int, next: Int)] = [
        (0, 3, 5), (200, 300, 400), (200, 300, 201), (250, 256, 258), (255, 256, 256), (255, 257, 512), (256, 300, 257), (200, 1100, 300), (511, 513, 600),
        (65_530, 65_545, 65_540),
    ]

    @Test(arguments: appends)
    func `A log is old or new after a crash at any operation, and goes on as if nothing had been`(old: Int, new: Int, next: Int) throws {
        let start = try TestLog()
        if old > 0 { try start.append(0..<old) }
        let before = try start.folder.snapshot()
        let newRoot = rootOf((0..<old).map(testEntry) + lost(new - old))
        let nextRoot = rootOf((0..<max(old, next)).map(testEntry))
        var operation = 0
        while true {
            let test = try TestLog()
            for path in before.keys.sorted() { try test.folder.write(before[path] ?? [], to: path) }
            guard try crash(test, after: operation, lost(new - old)) else { break }
            let head = try #require(try checked(test), "operation \(operation)")
            #expect([old, new].contains(head.size))
            if head.size == new, new != old { #expect(head.root == newRoot) }
            guard head.size == old else {
                // The checkpoint had moved: only tidying was left.
                operation += 1
                continue
            }
            #expect(try test.append(old..<max(old, next)).root == nextRoot, "operation \(operation)")
            #expect(try checked(test)?.root == nextRoot, "operation \(operation)")
            // Readers from elsewhere may take any file: none is left of what was lost in what was written since.
            try expectNothingLost(test, from: old, size: max(old, next))
            operation += 1
        }
        #expect(operation >= 3)
    }

    /// The head, after a check of the whole log where that does not take long, else of its right edge.
    private func checked(_ test: TestLog) throws -> Checkpoint? {
        guard let head = try test.fresh.head()?.checkpoint, head.size > 10_000 else { return try test.fresh.check() }
        return try RightEdge(size: head.size, store: test.fresh.store).root == head.root ? head : nil
    }

    private func rootOf(_ entries: [[UInt8]]) -> MerkleHash {
        var frontier = MerkleFrontier()
        for entry in entries { frontier.append(.leaf(entry)) }
        return frontier.root
    }

    private func expectNothingLost(_ test: TestLog, from old: Int, size: Int) throws {
        for path in try test.folder.snapshot("log/tile/entries").keys {
            guard let tile = TilePath(String(path.dropFirst(4))), ((old / TilePath.width)...(size / TilePath.width)).contains(tile.number) else { continue }
            let entries = try test.fresh.store.entries(number: tile.number, count: tile.count)
            if tile.number * TilePath.width + tile.count > size || entries.contains(where: { $0.starts(with: Array("lost".utf8)) }) {
                Issue.record("\(path) is left of the append that crashed")
            }
        }
    }

    @Test func `Every crash of a series leaves the root of a log that never crashed`() throws {
        let test = try TestLog()
        var entries: [[UInt8]] = []
        var crashes = 0
        for round in 0..<40 {
            if try crash(test, after: round % 5, lost(40)) { crashes += 1 }
            // The checkpoint moves with the last write: then what it is of is part of the log.
            if try test.fresh.head()?.checkpoint.size == entries.count + 40 { entries += lost(40) }
            let more = (0..<(17 + round)).map(testEntry)
            entries += more
            #expect(try test.fresh.append(more, origin: TestLog.origin, publish: TestLog.bare).root == rootOf(entries))
        }
        #expect(crashes > 10)
        #expect(try test.fresh.check()?.root == rootOf(entries))
    }

    @Test func `A log whose last incomplete files are gone, and longer ones stand in for them, survives a crash as well`() throws {
        let start = try TestLog()
        try start.append(0..<10)
        let old = try start.folder.read("log/checkpoint")
        try start.append(10..<300)
        try start.folder.write(old, to: "log/checkpoint")
        let before = try start.folder.snapshot()
        try #require(before["log/tile/0/000.p/10"] == nil)
        var operation = 0
        while true {
            let test = try TestLog()
            for path in before.keys.sorted() { try test.folder.write(before[path] ?? [], to: path) }
            guard try crash(test, after: operation, lost(5)) else { break }
            #expect(try test.fresh.check() != nil, "operation \(operation)")
            operation += 1
        }
        #expect(operation > 5)
    }

    @Test func `A file that was being written when a process ended goes with the next append that fills its tile`() throws {
        let test = try TestLog()
        try test.append(0..<10)
        try test.folder.write("half a tile", to: "log/tile/0/000.p/12.4711.new")
        try test.fresh.check()
        try test.append(10..<300)
        #expect(test.folder.names("log/tile/0") == ["000", "001.p"])
        try test.fresh.check()
    }

    @Test func `A publisher that fails leaves the log as it was`() throws {
        let test = try TestLog()
        try test.append(0..<300)
        let log = test.fresh
        #expect(throws: Crash.self) { try log.append(lost(300), origin: TestLog.origin) { _ in throw Crash() } }
        #expect(try test.fresh.check()?.size == 300)
        #expect(try test.append(300..<700, to: log).root == rootOf((0..<700).map(testEntry)))
        try test.fresh.check()
    }
}
