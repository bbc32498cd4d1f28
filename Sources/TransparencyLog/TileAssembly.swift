/// Puts leaves together to tiles, in order and in memory of one tile for each level.
struct TileAssembly {
    /// The incomplete tile of each level, none to 255 hashes, and how many tiles came before it.
    private var levels: [(hashes: [MerkleHash], number: Int)] = []

    /// Appends a leaf.
    /// - Parameter complete: is given each tile that the leaf completes, the lowest first.
    mutating func append(_ leaf: MerkleHash, complete: (_ level: Int, _ number: Int, _ hashes: [MerkleHash]) throws -> Void) rethrows {
        var hash = leaf
        var level = 0
        while true {
            if level == levels.count { levels.append(([], 0)) }
            levels[level].hashes.append(hash)
            guard levels[level].hashes.count == TilePath.width else { return }
            try complete(level, levels[level].number, levels[level].hashes)
            hash = MerkleProof.root(ofFull: levels[level].hashes)
            levels[level].hashes.removeAll(keepingCapacity: true)
            levels[level].number += 1
            level += 1
        }
    }

    /// Passes the tiles that stayed incomplete, the lowest first.
    func forEachIncomplete(_ body: (_ level: Int, _ number: Int, _ hashes: [MerkleHash]) throws -> Void) rethrows {
        for (level, tile) in levels.enumerated() where !tile.hashes.isEmpty { try body(level, tile.number, tile.hashes) }
    }
}
