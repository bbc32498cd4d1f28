import Diagnostics
import DurableStorage
import Glibc
import StructuredText

/// Reads and writes the files of a log, and keeps the tiles that were read last.
final class TileStore {
    let folder: String
    private var cache: [TilePath: [MerkleHash]] = [:]
    /// Folders that are known to be there.
    private var folders: Set<String> = []
    /// For tests that stop after any file operation.
    var afterOperation: ((String) throws -> Void)?

    init(folder: String) { self.folder = folder }

    func place(_ path: TilePath) -> String { "\(folder)/\(path.text)" }

    func exists(_ path: TilePath) -> Bool { access(place(path), F_OK) == 0 }

    /// Forgets what was read, so that the disk is asked again.
    func forget() { cache.removeAll() }

    // MARK: Reading

    /// The hashes of a tile.
    func hashes(level: Int, number: Int, count: Int) throws -> [MerkleHash] {
        let path = TilePath(level: level, number: number, count: count)
        if let known = cache[path] { return known }
        let found = try file(for: path, "the tile is missing")
        let bytes = try contents(found)
        guard bytes.count == found.count * 32 else {
            throw StorageFault.altered(place(found), "the tile has \(bytes.count) bytes; expected \(found.count * 32)")
        }
        let hashes = stride(from: 0, to: count * 32, by: 32).compactMap { MerkleHash(bytes[$0..<($0 + 32)]) }
        if cache.count > 64 { cache.removeAll() }
        cache[path] = hashes
        return hashes
    }

    /// The entries of a bundle.
    func entries(number: Int, count: Int) throws -> [[UInt8]] {
        let path = try file(for: TilePath(level: nil, number: number, count: count), "the bundle of entries is missing")
        let bytes = try contents(path)
        var entries: [[UInt8]] = []
        var at = 0
        while at < bytes.count {
            guard at + 2 <= bytes.count else { throw StorageFault.altered(place(path), "the bundle ends within a length") }
            let length = Int(bytes[at]) << 8 | Int(bytes[at + 1])
            guard at + 2 + length <= bytes.count else { throw StorageFault.altered(place(path), "entry \(entries.count) of the bundle is cut off") }
            entries.append(Array(bytes[(at + 2)..<(at + 2 + length)]))
            at += 2 + length
        }
        guard entries.count == path.count else {
            throw StorageFault.altered(place(path), "the bundle has \(entries.count) entries; expected \(path.count)")
        }
        return Array(entries.prefix(count))
    }

    /// The file that holds a tile: its own, or a longer one of the same number, which begins with it.
    private func file(for path: TilePath, _ complaint: String) throws -> TilePath {
        if exists(path) { return path }
        if path.count < TilePath.width {
            if let count = widths(path).first(where: { $0 > path.count }) { return path.with(count: count) }
            if exists(path.with(count: TilePath.width)) { return path.with(count: TilePath.width) }
        }
        throw StorageFault.altered(place(path), complaint)
    }

    /// A file's bytes, and one more than it may have when it is longer.
    func contents(_ path: TilePath) throws -> [UInt8] {
        let unit = path.level == nil ? Int(UInt16.max) + 2 : 32
        return try readPrefix(of: FileStream(path: place(path)), limit: TilePath.width * unit + 1)
    }

    /// The counts of the incomplete files of a tile's number, in order.
    func widths(_ path: TilePath) -> [Int] {
        names(ofPartial: path).compactMap { name in
            guard let count = Int(name), (1..<TilePath.width).contains(count), String(count).utf8.elementsEqual(name.utf8) else { return nil }
            return count
        }.sorted()
    }

    private func partialFolder(_ path: TilePath) -> String { place(path.with(count: TilePath.width)) + ".p" }

    private func names(ofPartial path: TilePath) -> [String] {
        (try? StoredFolder.names(in: partialFolder(path))) ?? []
    }

    // MARK: Writing

    /// A tile's bytes.
    static func bytes(of hashes: some Sequence<MerkleHash>) -> [UInt8] { hashes.flatMap(\.bytes) }

    /// A bundle's bytes: each entry with its length before it.
    static func bytes(of entries: some Sequence<[UInt8]>) -> [UInt8] {
        var bytes: [UInt8] = []
        for entry in entries {
            bytes.append(UInt8(truncatingIfNeeded: entry.count >> 8))
            bytes.append(UInt8(truncatingIfNeeded: entry.count))
            bytes += entry
        }
        return bytes
    }

    /// Writes a file beside the others and makes it durable; nothing counts before the checkpoint moves.
    func write(_ bytes: [UInt8], _ path: TilePath) throws {
        let file = place(path)
        if let slash = file.lastIndex(of: "/") { try makeFolder(String(file[..<slash])) }
        try DurableFile.write(bytes, to: file)
        cache[path] = nil
        try afterOperation?(file)
    }

    func write(_ hashes: [MerkleHash], level: Int, number: Int) throws {
        try write(Self.bytes(of: hashes), TilePath(level: level, number: number, count: hashes.count))
    }

    func write(_ entries: [[UInt8]], number: Int) throws {
        try write(Self.bytes(of: entries), TilePath(level: nil, number: number, count: entries.count))
    }

    /// Makes a folder and those above it, and makes their names durable: a file is only as durable as the way to it.
    private func makeFolder(_ path: String) throws {
        if folders.contains(path) { return }
        var missing: [String] = []
        var above = path
        while access(above, F_OK) != 0, let slash = above.lastIndex(of: "/"), slash > above.startIndex {
            above = String(above[..<slash])
            missing.append(above)
        }
        try DurableFile.makeFolder(path)
        for folder in missing { syncFolder(folder) }
        // A folder of incomplete tiles is taken away again, so only the others are remembered.
        if !path.utf8.elementsEqual(folder.utf8), !path.hasSuffix(".p"), folders.count < 256 { folders.insert(path) }
    }

    // MARK: Removing

    /// Removes the incomplete files of a tile's number but those that are to be kept, and files that were being written when a process ended.
    func removePartial(_ path: TilePath, keeping kept: (Int) -> Bool) throws {
        var isEmpty = true
        var isChanged = false
        let folder = partialFolder(path)
        for name in names(ofPartial: path).sorted() {
            if let count = Int(name), kept(count) {
                isEmpty = false
                continue
            }
            unlink("\(folder)/\(name)")
            if let count = Int(name) { cache[path.with(count: count)] = nil }
            isChanged = true
            try afterOperation?("\(folder)/\(name)")
        }
        guard isChanged else { return }
        if isEmpty { rmdir(folder) } else { syncFolder(folder) }
        if isEmpty, let slash = folder.lastIndex(of: "/") { syncFolder(String(folder[..<slash])) }
    }

    /// Removes a complete file that a log of the present size does not have.
    func removeFull(_ path: TilePath) throws {
        let file = place(path.with(count: TilePath.width))
        guard unlink(file) == 0 else { return }
        cache[path.with(count: TilePath.width)] = nil
        if let slash = file.lastIndex(of: "/") { syncFolder(String(file[..<slash])) }
        try afterOperation?(file)
    }

    // MARK: The checkpoint

    var checkpointPath: String { "\(folder)/checkpoint" }

    func checkpoint() throws -> [UInt8]? {
        guard access(checkpointPath, F_OK) == 0 else {
            if access("\(folder)/tile", F_OK) == 0 { throw StorageFault.altered(checkpointPath, "the checkpoint is gone, and the tiles are there") }
            return nil
        }
        return try readPrefix(of: FileStream(path: checkpointPath), limit: SignedNote.maximumBytes + 1)
    }

    func writeCheckpoint(_ bytes: [UInt8]) throws {
        try makeFolder(folder)
        try DurableFile.write(bytes, to: checkpointPath)
        try afterOperation?(checkpointPath)
    }
}
