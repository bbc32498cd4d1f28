public import Diagnostics
import DurableStorage
import StructuredText

/// A log on disk in the layout of C2SP tlog-tiles: `checkpoint`, `tile/<level>/<number>`, `tile/entries/<number>`.
///
/// Appending writes only the right edge, and moves the checkpoint last: a crash at any moment leaves the log of the old or of the new checkpoint.
/// Locking is the caller's.
public final class TileLog {
    /// The largest entry that is appended, in bytes.
    public static let maximumEntry = 16 << 10

    public let folder: String
    let store: TileStore
    /// Partial tiles that this object wrote: nobody was given their size yet, so the next append may replace them.
    private var mine: [TilePath] = []

    public init(folder: String) {
        self.folder = folder
        store = TileStore(folder: folder)
    }

    /// The head, with the checkpoint file's bytes: a signed note, or the bare text while no key signs. `nil` when there is no log yet.
    /// - Throws: a `StorageFault` when the checkpoint cannot be read or is gone.
    public func head() throws -> (checkpoint: Checkpoint, note: [UInt8])? {
        guard let bytes = try store.checkpoint() else { return nil }
        do throws(Diagnostic) {
            return (try Self.checkpoint(of: bytes, path: store.checkpointPath), bytes)
        } catch {
            throw StorageFault(kind: .integrity, diagnostic: error)
        }
    }

    /// The checkpoint of a file that is a signed note, or the bare text of an unsigned head. No signature is checked.
    public static func checkpoint(of bytes: [UInt8], path: String) throws(Diagnostic) -> Checkpoint {
        try Checkpoint(parsing: isBare(bytes) ? bytes : Array(try SignedNote(parsing: bytes, path: path).text.utf8), path: path)
    }

    private static func isBare(_ bytes: [UInt8]) -> Bool { bytes.count { $0 == 0x0A } == 3 }

    /// A signed log keeps its name; one that nobody signed yet may still get its own.
    private func headToMove(origin: String) throws -> Checkpoint? {
        guard let head = try head() else { return nil }
        guard Self.isBare(head.note) || head.checkpoint.origin.utf8.elementsEqual(origin.utf8) else {
            throw StorageFault.otherOrigin(store.checkpointPath, head.checkpoint.origin, origin)
        }
        return head.checkpoint
    }

    // MARK: Appending

    /// Appends entries and moves the checkpoint.
    /// - Parameters:
    ///   - origin: the log's name.
    ///   - publish: the bytes of the checkpoint file for a head.
    /// - Throws: a `StorageFault` when an entry is too long or the disk fails; the log is then what it was.
    @discardableResult
    public func append(_ entries: [[UInt8]], origin: String, publish: (Checkpoint) throws -> [UInt8]) throws -> Checkpoint {
        for entry in entries where entry.count > Self.maximumEntry { throw StorageFault.entryTooLong(store.checkpointPath, entry.count) }
        let old = try headToMove(origin: origin)
        if old == nil {
            // So that tiles without a checkpoint always mean that somebody took it away.
            try store.writeCheckpoint(try publish(Checkpoint(origin: origin, size: 0, root: .empty)))
        }
        var edge = try RightEdge(size: old?.size ?? 0, store: store)
        if let old, edge.root != old.root { throw StorageFault.altered(store.checkpointPath, "the tiles do not give the root of the checkpoint") }
        // What a longer file stands in for is written first: that file may go below.
        var written = try edge.writePartial()
        for entry in entries { try edge.append(entry) }
        written += try edge.writePartial()
        try removeUnfinished(from: old?.size ?? 0, to: edge.size)
        let checkpoint = Checkpoint(origin: origin, size: edge.size, root: edge.root)
        try store.writeCheckpoint(try publish(checkpoint))
        try removeReplaced(from: old?.size ?? 0, to: edge.size, written)
        return checkpoint
    }

    /// Removes what an append that never ended left in the tiles and bundles that this one wrote: it may have had other entries.
    private func removeUnfinished(from old: Int, to new: Int) throws {
        try Self.forEachLevel(from: old, to: new) { level, old, new in
            for number in (old / TilePath.width)...(new / TilePath.width) {
                let path = TilePath(level: level, number: number)
                let isLast = number == new / TilePath.width
                if isLast { try store.removeFull(path) }
                try store.removePartial(path) { count in
                    (number == old / TilePath.width && count <= old % TilePath.width) || (isLast && count == new % TilePath.width)
                }
            }
        }
    }

    /// Removes incomplete tiles and bundles that nobody needs any more: those whose full one is there now, and those that nobody but this object saw.
    private func removeReplaced(from old: Int, to new: Int, _ written: [TilePath]) throws {
        try Self.forEachLevel(from: old, to: new) { level, old, new in
            if old / TilePath.width < new / TilePath.width { try store.removePartial(TilePath(level: level, number: old / TilePath.width)) { _ in false } }
        }
        let edge = TilePath.edge(of: new)
        let seen = mine + written
        for path in mine where !edge.contains(path) {
            try store.removePartial(path) { $0 != path.count }
        }
        mine = edge.filter(seen.contains)
    }

    /// Passes how many entries and how many hashes of each level there were and are.
    private static func forEachLevel(from old: Int, to new: Int, _ body: (_ level: Int?, _ old: Int, _ new: Int) throws -> Void) rethrows {
        try body(nil, old, new)
        var (old, new, level) = (old, new, 0)
        while new > 0 {
            try body(level, old, new)
            old /= TilePath.width
            new /= TilePath.width
            level += 1
        }
    }

    /// Publishes the present head anew, as when it gets another signature; makes an empty log where there is none.
    public func republish(origin: String, publish: (Checkpoint) throws -> [UInt8]) throws {
        let head = try headToMove(origin: origin) ?? Checkpoint(origin: origin, size: 0, root: .empty)
        try store.writeCheckpoint(try publish(Checkpoint(origin: origin, size: head.size, root: head.root)))
    }

    // MARK: Reading

    /// Passes entries with their index, bundle by bundle.
    public func forEachEntry(from first: Int, to end: Int, _ body: (Int, [UInt8]) throws -> Void) throws {
        let first = max(0, first)
        try forEachBundle(from: first / TilePath.width, to: end) { number, entries in
            let start = number * TilePath.width
            for (place, entry) in entries.enumerated().dropFirst(max(0, first - start)) { try body(start + place, entry) }
        }
    }

    /// Passes the bundles from a number on, each with its entries; the last one only up to the end.
    func forEachBundle(from first: Int, to end: Int, _ body: (_ number: Int, _ entries: [[UInt8]]) throws -> Void) throws {
        var number = first
        while number * TilePath.width < end {
            try body(number, try store.entries(number: number, count: min(TilePath.width, end - number * TilePath.width)))
            number += 1
        }
    }

    /// One entry's bytes.
    /// - Parameter size: the log's size, which says how wide the last bundle is.
    public func entry(at index: Int, in size: Int) throws -> [UInt8] {
        guard index >= 0, index < size else { throw StorageFault.altered(folder, "the log has \(size) entries, and no entry \(index)") }
        let number = index / TilePath.width
        let entries = try store.entries(number: number, count: min(TilePath.width, size - number * TilePath.width))
        guard entries.indices.contains(index % TilePath.width) else { throw StorageFault.altered(folder, "there is no entry \(index)") }
        return entries[index % TilePath.width]
    }

    /// The proof that an entry is in the log of a size, from few tiles.
    public func inclusionProof(of index: Int, in size: Int) throws -> [MerkleHash] {
        try MerkleProof.inclusion(of: index, in: size) { try subtree($0, in: size) }
    }

    /// The proof that the log of one size begins with the log of another.
    public func consistencyProof(from old: Int, to new: Int) throws -> [MerkleHash] {
        try MerkleProof.consistency(from: old, to: new) { try subtree($0, in: new) }
    }

    /// The root that the log had at an earlier size.
    public func root(at size: Int, in current: Int) throws -> MerkleHash {
        guard size >= 0, size <= current else { throw StorageFault.altered(folder, "the log has \(current) entries; expected at least \(size)") }
        return try subtree(0..<size, in: current)
    }

    private func subtree(_ range: Range<Int>, in size: Int) throws -> MerkleHash {
        try MerkleProof.root(of: range) { try full($0, in: size) }
    }

    /// The root of a full subtree: a hash of a tile, or hashes of one tile together.
    private func full(_ range: Range<Int>, in size: Int) throws -> MerkleHash {
        var level = 0
        var unit = 1
        while unit * TilePath.width <= range.count {
            unit *= TilePath.width
            level += 1
        }
        let first = range.lowerBound / unit
        let number = first / TilePath.width
        let count = min(TilePath.width, size / unit - number * TilePath.width)
        let hashes = try store.hashes(level: level, number: number, count: count)
        let slots = first % TilePath.width..<(first % TilePath.width + range.count / unit)
        guard slots.upperBound <= hashes.count else { throw StorageFault.altered(folder, "a tile of level \(level) is too short for \(size) entries") }
        return MerkleProof.root(ofFull: Array(hashes[slots]))
    }
}

extension StorageFault {
    fileprivate static func otherOrigin(_ path: String, _ found: String, _ expected: String) -> Self {
        StorageFault(
            kind: .integrity,
            diagnostic: Diagnostic(
                id: "ledger.other-origin", severity: .error, location: TextLocation(path: path),
                message: "the checkpoint is of the log '\(found)'; expected '\(expected)'", hint: "name the log as its checkpoint does; a log keeps its name"))
    }

    fileprivate static func entryTooLong(_ path: String, _ count: Int) -> Self {
        StorageFault(
            kind: .inputOutput,
            diagnostic: Diagnostic(
                id: "ledger.entry-too-long", severity: .error, location: TextLocation(path: path),
                message: "an entry has \(count) bytes; expected at most \(TileLog.maximumEntry)",
                hint: "shorten its texts; long ones belong in a file of their own"))
    }
}
