import DurableStorage

/// The part of a log that appending changes: the last, incomplete tile of each level and the last bundle of entries.
struct RightEdge {
    private(set) var size: Int
    private let store: TileStore
    /// The hashes of the incomplete tile of each level, none to 255.
    private var levels: [[MerkleHash]] = []
    private var entries: [[UInt8]] = []
    /// The levels whose incomplete tile is not on disk as it is here.
    private var changed: Set<Int> = []
    private var isBundleChanged = false

    /// Reads the edge of a log.
    /// - Throws: a `StorageFault` when a file is missing or damaged, or the last entries do not give their hashes: they would be written anew.
    init(size: Int, store: TileStore) throws {
        self.size = size
        self.store = store
        var count = size
        while count > 0 {
            let rest = count % TilePath.width
            levels.append(rest == 0 ? [] : try store.hashes(level: levels.count, number: count / TilePath.width, count: rest))
            count /= TilePath.width
        }
        guard size % TilePath.width > 0 else { return }
        entries = try store.entries(number: size / TilePath.width, count: size % TilePath.width)
        guard entries.map(MerkleHash.leaf) == levels.first else {
            let bundle = TilePath(level: nil, number: size / TilePath.width, count: entries.count)
            throw StorageFault.altered(store.place(bundle), "the entries of the bundle do not give the hashes of their tile")
        }
    }

    mutating func append(_ entry: [UInt8]) throws {
        entries.append(entry)
        isBundleChanged = true
        if entries.count == TilePath.width {
            try store.write(entries, number: size / TilePath.width)
            entries = []
            isBundleChanged = false
        }
        size += 1
        var hash = MerkleHash.leaf(entry)
        var level = 0
        var count = size
        while true {
            if level == levels.count { levels.append([]) }
            levels[level].append(hash)
            changed.insert(level)
            guard levels[level].count == TilePath.width else { return }
            try store.write(levels[level], level: level, number: count / TilePath.width - 1)
            hash = MerkleProof.root(ofFull: levels[level])
            levels[level] = []
            changed.remove(level)
            count /= TilePath.width
            level += 1
        }
    }

    /// Writes the incomplete tiles and the incomplete bundle that changed, or that a longer file stands in for.
    /// - Returns: what was written.
    mutating func writePartial() throws -> [TilePath] {
        var written: [TilePath] = []
        for path in TilePath.edge(of: size) {
            if let level = path.level {
                guard levels.indices.contains(level), changed.contains(level) || !store.exists(path) else { continue }
                try store.write(levels[level], level: level, number: path.number)
            } else {
                guard isBundleChanged || !store.exists(path) else { continue }
                try store.write(entries, number: path.number)
            }
            written.append(path)
        }
        changed = []
        isBundleChanged = false
        return written
    }

    /// The root over all entries: the hashes of each level, the lowest at the right.
    var root: MerkleHash {
        var right: MerkleHash?
        for hashes in levels {
            var frontier = MerkleFrontier()
            for hash in hashes { frontier.append(hash) }
            right = frontier.root(with: right) ?? right
        }
        return right ?? .empty
    }
}
