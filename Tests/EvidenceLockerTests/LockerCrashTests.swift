import Diagnostics
import DurableStorage
import EvidenceModel
import TestSupport
import Testing

@testable import EvidenceLocker
@testable import TransparencyLog

/// A kill at any moment leaves a locker that opens, and nothing half-written counts.
@Suite struct LockerCrashTests {
    private struct Killed: Error {}

    /// Lockers that were stopped after each file operation of one append, and the paths of their items.
    private func stops(_ body: (Int, TemporaryFolder) throws -> Bool) throws -> Int {
        var number = 0
        while true {
            let folder = try TemporaryFolder()
            let locker = try Locker(writing: folder.place("l"))
            for name in ["a", "b"] { try locker.append(try LockerTests.item(locker, name)) }
            try locker.flush()
            var left = number
            locker.log.store.afterOperation = { _ in
                if left == 0 { throw Killed() }
                left -= 1
            }
            try locker.append(try LockerTests.item(locker, "c"))
            do {
                try locker.flush()
                return number
            } catch is Killed {}
            if try !body(number, folder) { return number }
            number += 1
        }
    }

    @Test func aKillAtAnyFileOperationLeavesTheOldOrTheNewLocker() throws {
        var found: Set<[String]> = []
        let count = try stops { number, folder in
            let paths = try Locker(reading: folder.place("l")).contents.items.map(\.path)
            found.insert(paths)
            if paths != ["a", "b"] && paths != ["a", "b", "c"] { Issue.record("stop \(number): \(paths)") }
            return true
        }
        #expect(count >= 3)
        #expect(found.contains(["a", "b"]) && found.contains(["a", "b", "c"]))
    }

    @Test func whatFollowsAKillIsAppendedToWhatCounts() throws {
        // The writer of the stopped append still holds its lock until it is released with it.
        var folders: [TemporaryFolder] = []
        _ = try stops { _, folder in
            folders.append(folder)
            return true
        }
        for folder in folders {
            try {
                let locker = try Locker(writing: folder.place("l"))
                try locker.append(try LockerTests.item(locker, "d", text: "another entry"))
                try locker.flush()
            }()
            let paths = try Locker(reading: folder.place("l")).contents.items.map(\.path)
            #expect(paths == ["a", "b", "d"] || paths == ["a", "b", "c", "d"])
            #expect(throws: Never.self) { try TileLog(folder: folder.place("l/ledger")).check() }
        }
    }

    @Test func tilesWithoutACheckpointAreNoEmptyLedger() throws {
        let folder = try TemporaryFolder()
        try folder.write("left", to: "l/ledger/tile/entries/000.p/1")
        let fault = #expect(throws: StorageFault.self) { try Locker(reading: folder.place("l")) }
        #expect(fault?.kind == .integrity && fault?.diagnostic.location?.path == folder.place("l/ledger/checkpoint"))
    }

    @Test func aLedgerFolderWithNothingInItIsEmpty() throws {
        let folder = try TemporaryFolder()
        try folder.makeFolder("l/ledger")
        #expect(try Locker(reading: folder.place("l")).contents.entries == 0)
    }

    @Test func whatWasNotFlushedIsNotThereAndDoesNoHarm() throws {
        let folder = try TemporaryFolder()
        try {
            let locker = try Locker(writing: folder.place("l"))
            try locker.append(try LockerTests.item(locker, "a"))
        }()
        #expect(try Locker(reading: folder.place("l")).contents.items.isEmpty)
        try {
            let locker = try Locker(writing: folder.place("l"))
            try locker.append(try LockerTests.item(locker, "a"))
            try locker.flush()
        }()
        #expect(try Locker(reading: folder.place("l")).contents.items.map(\.path) == ["a"])
    }

    // MARK: Runs

    @Test func aRunThatBeganAndDidNotEndShows() throws {
        let folder = try TemporaryFolder()
        try {
            let locker = try Locker(writing: folder.place("l"))
            try locker.markRun("started", systems: ["credit", "other"], at: LockerTests.noon)
            try locker.flush()
        }()
        let contents = try Locker(reading: folder.place("l")).contents
        #expect(contents.isInterrupted && contents.interrupted == ["credit", "other"])
        #expect(contents.isInterrupted("credit") && !contents.isInterrupted("third"))
    }

    @Test func theEndOfOneSystemsRunSaysNothingOfAnothers() throws {
        let folder = try TemporaryFolder()
        let locker = try Locker(writing: folder.place("l"))
        try locker.markRun("started", systems: ["credit", "other"], at: LockerTests.noon)
        try locker.markRun("started", systems: ["credit"], at: LockerTests.noon)
        try locker.markRun("ended", systems: ["credit"], at: LockerTests.noon)
        #expect(locker.contents.interrupted == ["other"])
        #expect(try Locker(reading: folder.place("l")).contents.interrupted == ["other"])
    }

    @Test func aRunOfNoNamedSystemIsOneOfAll() throws {
        let folder = try TemporaryFolder()
        let locker = try Locker(writing: folder.place("l"))
        try locker.markRun("started", at: LockerTests.noon)
        #expect(locker.contents.isInterrupted("anything"))
        try locker.markRun("ended", at: LockerTests.noon)
        #expect(!locker.contents.isInterrupted)
    }

    // MARK: Writers

    @Test func aSecondWriterIsRefusedWhileTheFirstHoldsTheLock() throws {
        let folder = try TemporaryFolder()
        try {
            let first = try Locker(writing: folder.place("l"))
            let fault = #expect(throws: StorageFault.self) { try Locker(writing: folder.place("l")) }
            #expect(fault?.kind == .busy)
            #expect(fault?.diagnostic.location?.path == folder.place("l/lock"))
            #expect((#expect(throws: StorageFault.self) { try Locker.rebuild(folder.place("l")) })?.kind == .busy)
            // Reading needs no lock.
            #expect(try Locker(reading: folder.place("l")).contents.entries == 0)
            try first.append(try LockerTests.item(first, "a"))
            try first.flush()
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
