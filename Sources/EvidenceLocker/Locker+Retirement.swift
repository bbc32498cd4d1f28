import DurableStorage
public import EvidenceModel
public import StructuredText
import TransparencyLog

extension Locker {
    /// Every item that was ever collected, superseded ones included, in the order of the ledger; without facts.
    /// - Throws: a `StorageFault` when an entry cannot be read.
    public func history() throws -> [EvidenceItem] {
        try flush()
        var items: [EvidenceItem] = []
        let retired = Set(contents.records(of: .retirement).compactMap { $0.entry.body["entry"]?.int })
        try log.forEachEntry(from: 0, to: contents.entries) { index, bytes in
            guard let parsed = try? LedgerEntry.parse(bytes, path: "\(ledgerPath)#\(index)"), parsed.entry.type == .item,
                var item = ItemCoding.item(parsed.body, at: parsed.entry.at)
            else { return }
            item.entry = index
            item.isRetired = retired.contains(index)
            if !item.isRetired, let blinded = item.blinded, let record = try? sealed.record(blinded) {
                item.digest = record.digest
                item.size = record.size
                item.withheld = record.withheld
                item.withheldFacts = record.withheldFacts
                item.redactions = record.redactions
            }
            items.append(item)
        }
        return items
    }

    /// Deletes an item's bytes, its reading and its seed, and records that in the ledger first.
    ///
    /// The record is durable before anything is deleted; a deletion that a crash cut short is finished when the locker is next opened to write. Bytes that another item
    /// still needs stay. After that no guess at a sealed item can be tested any more, and old proofs still verify: they need the entry only.
    /// - Parameter body: the rule, its legal source and the reason; `entry`, `system`, `path`, `kind` and the digest are added.
    /// - Returns: the number of the retirement's entry.
    @discardableResult
    public func retire(_ item: EvidenceItem, _ body: [(String, Value?)], at instant: Instant) throws -> Int {
        guard let entry = item.entry, !item.isRetired else {
            throw StorageFault.altered(ledgerPath, "'\(item.path)' is not in the ledger, or was retired before")
        }
        let index = try record(
            .retirement,
            .object(
                body + [
                    ("entry", .int(entry)), ("system", .string(item.system)), ("path", .string(item.path)), ("kind", .string(item.kind)),
                    ("digest", .string(item.publicDigest)),
                ]), at: instant)
        contents.markRetired(entry)
        try finishRetirements()
        return index
    }

    /// Deletes what retired items left and no other item needs.
    func finishRetirements() throws {
        let retired = contents.records(of: .retirement)
        if retired.isEmpty { return }
        let numbers = Set(retired.compactMap { $0.entry.body["entry"]?.int })
        var kept: Set<String> = []
        var dropped: [(digests: [String], blinded: String?)] = []
        try log.forEachEntry(from: 0, to: contents.entries) { index, bytes in
            let parsed = try LedgerEntry.parse(bytes, path: "\(ledgerPath)#\(index)")
            guard parsed.entry.type == .item else { return }
            let body = parsed.body
            let blinded = body["blinded"]?.string
            var digests = [body["sha256"]?.string, body["reading"]?["sha256"]?.string].compactMap { $0.map { "sha256:\($0)" } }
            // Of a retired item the record may be gone already; of any other it says what must stay.
            if let blinded, !numbers.contains(index) || sealed.exists(blinded) {
                let record = try sealed.record(blinded)
                digests += [record.digest, record.reading]
            }
            if numbers.contains(index) { dropped.append((digests, blinded)) } else { kept.formUnion(digests) }
        }
        for (digests, blinded) in dropped {
            for digest in digests where !kept.contains(digest) { try objects.remove(digest) }
            if let blinded { try sealed.remove(blinded) }
        }
    }
}
