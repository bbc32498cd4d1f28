import DurableStorage

extension TileLog {
    /// Writes every tile that is damaged or missing anew from the entries, and what earlier heads left of tiles and bundles.
    /// - Throws: a `StorageFault` when the entries do not give the checkpoint's root: then a bundle is damaged, and nothing is written.
    public func rebuildTiles() throws {
        store.forget()
        guard let checkpoint = try head()?.checkpoint else { return }
        var frontier = MerkleFrontier()
        try forEachEntry(from: 0, to: checkpoint.size) { frontier.append(MerkleHash.leaf($1)) }
        guard frontier.root == checkpoint.root else {
            throw StorageFault.altered(store.checkpointPath, "the entries do not give the root of the checkpoint, so no tiles can be made from them")
        }
        var assembly = TileAssembly()
        func mend(_ level: Int, _ number: Int, _ hashes: [MerkleHash]) throws {
            try self.mend(TilePath(level: level, number: number, count: hashes.count), hashes, TileStore.bytes)
        }
        try forEachBundle(from: 0, to: checkpoint.size) { number, entries in
            try self.mend(TilePath(level: nil, number: number, count: entries.count), entries, TileStore.bytes)
            for entry in entries { try assembly.append(MerkleHash.leaf(entry), complete: mend) }
        }
        try assembly.forEachIncomplete(mend)
    }

    private func mend<Element>(_ path: TilePath, _ contents: [Element], _ bytes: (ArraySlice<Element>) -> [UInt8]) throws {
        for count in store.widths(path).filter({ $0 < path.count }) + [path.count] {
            let path = path.with(count: count)
            let expected = bytes(contents.prefix(count))
            if (try? store.contents(path)) != expected { try store.write(expected, path) }
        }
    }
}
