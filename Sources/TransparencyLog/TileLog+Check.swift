import Diagnostics
import DurableStorage

extension TileLog {
    /// A tile that does not hold what the entries give, and what is wrong with it.
    private struct Damage {
        var path: TilePath
        var fault: StorageFault?
    }

    /// Reads the whole log from the disk and computes every hash again, in flat memory.
    /// - Returns: the head that was checked, or `nil` when there is no log.
    /// - Throws: a `StorageFault` that names the first file that is damaged or missing.
    @discardableResult
    public func check() throws -> Checkpoint? {
        store.forget()
        guard let checkpoint = try head()?.checkpoint else { return nil }
        try checkSize(checkpoint.size)
        // The tiles first: when they give the root, whatever does not fit them is a damaged bundle.
        let tilesHold = (try? rootOfLeafTiles(checkpoint.size)) == checkpoint.root
        var frontier = MerkleFrontier()
        var assembly = TileAssembly()
        var damage: Damage?
        var leftover: StorageFault?
        func compare(_ level: Int, _ number: Int, _ hashes: [MerkleHash]) throws {
            if damage == nil { damage = try self.damage(of: hashes, level, number) }
            if leftover == nil { leftover = try self.leftover(of: TilePath(level: level, number: number, count: hashes.count), hashes, TileStore.bytes) }
        }
        try forEachBundle(from: 0, to: checkpoint.size) { number, entries in
            for entry in entries {
                let leaf = MerkleHash.leaf(entry)
                frontier.append(leaf)
                try assembly.append(leaf, complete: compare)
            }
            if leftover == nil { leftover = try self.leftover(of: TilePath(level: nil, number: number, count: entries.count), entries, TileStore.bytes) }
        }
        try assembly.forEachIncomplete(compare)
        if let damage { throw fault(damage, tilesHold: tilesHold, entriesHold: frontier.root == checkpoint.root) }
        guard frontier.root == checkpoint.root else {
            throw StorageFault.altered(
                store.checkpointPath, "entries and tiles agree, and do not give the root of the checkpoint: it is of another log, or all of them were changed")
        }
        if let leftover { throw leftover }
        return checkpoint
    }

    /// Whether the last files are there: when both are not, it is the checkpoint that is wrong.
    private func checkSize(_ size: Int) throws {
        guard size > 0 else { return }
        let number = (size - 1) / TilePath.width
        let count = size - number * TilePath.width
        let bundle = TilePath(level: nil, number: number, count: count)
        let tile = TilePath(level: 0, number: number, count: count)
        for path in [bundle, tile] where store.exists(path) || store.exists(path.with(count: TilePath.width)) { return }
        throw StorageFault.altered(
            store.checkpointPath,
            "the checkpoint is of \(size) entries, and neither '\(bundle.text)' nor '\(tile.text)' is there: it was changed, or the log was cut")
    }

    private func rootOfLeafTiles(_ size: Int) throws -> MerkleHash {
        var frontier = MerkleFrontier()
        var number = 0
        while frontier.size < size {
            for hash in try store.hashes(level: 0, number: number, count: min(TilePath.width, size - frontier.size)) { frontier.append(hash) }
            number += 1
        }
        return frontier.root
    }

    /// Compares the hashes that entries give with their tile.
    private func damage(of computed: [MerkleHash], _ level: Int, _ number: Int) throws -> Damage? {
        let path = TilePath(level: level, number: number, count: computed.count)
        do {
            return try store.hashes(level: level, number: number, count: computed.count) == computed ? nil : Damage(path: path)
        } catch let fault as StorageFault {
            return Damage(path: path, fault: fault)
        }
    }

    /// What a damaged tile means: when the tiles give the root it is the bundle that was changed, else the tile.
    private func fault(_ damage: Damage, tilesHold: Bool, entriesHold: Bool) -> StorageFault {
        let place = store.place(damage.path)
        if tilesHold, damage.path.level == 0 {
            let bundle = TilePath(level: nil, number: damage.path.number, count: damage.path.count)
            return StorageFault.altered(store.place(bundle), "an entry of the bundle does not give the hash that its tile records")
        }
        let found = damage.fault.map { fault in
            fault.kind == .integrity ? fault.diagnostic.message : "the tile cannot be read (\(fault.diagnostic.message))"
        }
        let complaint = found ?? "the tile does not hold the hashes of its entries"
        let remedy =
            entriesHold || damage.path.level != 0
            ? "'dossier locker rebuild' makes it again from the entries" : "neither tiles nor entries give the root of the checkpoint"
        return StorageFault.altered(damage.fault?.diagnostic.location?.path ?? place, "\(complaint); \(remedy)")
    }

    /// Compares the incomplete files that earlier heads left with the beginning of the one that followed them.
    private func leftover<Element>(of path: TilePath, _ contents: [Element], _ bytes: (ArraySlice<Element>) -> [UInt8]) throws -> StorageFault? {
        // Longer ones are of an append that never ended.
        for count in store.widths(path) where count < path.count {
            let earlier = path.with(count: count)
            if try store.contents(earlier) == bytes(contents.prefix(count)) { continue }
            return StorageFault.altered(
                store.place(earlier), "the file of an earlier head does not hold what '\(path.text)' begins with; 'dossier locker rebuild' makes it again")
        }
        return nil
    }
}
