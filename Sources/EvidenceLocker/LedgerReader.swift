import Diagnostics
import DurableStorage
import EvidenceModel
import Glibc
import Redaction
import StructuredText
import TransparencyLog

/// Reads the ledger, compares its root with the checkpoint, and loads the readings of what is current.
struct LedgerReader {
    let log: TileLog
    let objects: ObjectStore
    let sealed: SealedStore
    let ledgerPath: String
    /// The key that must have signed the head.
    var verifier: NoteKey?

    /// A current entry.
    private struct Current {
        var index: Int
        var at: Instant
        var body: JSONNode
    }

    private struct Scan {
        var contents = LockerContents()
        var items: [[UInt8]: Current] = [:]
        var unread: [[UInt8]: Current] = [:]
        var retired: Set<Int> = []
    }

    /// What is current. The index is not asked: nothing signs it, and one that leaves out a line would hide evidence.
    func read() throws -> LockerContents {
        guard let head = try log.head() else { return LockerContents() }
        try checkSignature(of: head.note, head.checkpoint)
        var scan = Scan()
        var frontier = MerkleFrontier()
        do {
            try log.forEachEntry(from: 0, to: head.checkpoint.size) { index, bytes in
                frontier.append(MerkleHash.leaf(bytes))
                try take(index, bytes, &scan)
            }
        } catch let fault as StorageFault where fault.kind == .integrity {
            throw damage(fault)
        }
        guard frontier.root == head.checkpoint.root else {
            throw damage(
                .altered("\(ledgerPath)/checkpoint", "the entries do not give the root of the checkpoint: one was changed, added or removed"))
        }
        var contents = scan.contents
        contents.entries = head.checkpoint.size
        contents.head = head.checkpoint.root.hex
        contents.origin = head.checkpoint.origin
        contents.isSigned = head.note != Array(head.checkpoint.text.utf8)
        for current in scan.items.values.sorted(by: { $0.index < $1.index }) {
            contents.items.append(try item(current, isRetired: scan.retired.contains(current.index)))
        }
        for current in scan.unread.values.sorted(by: { $0.index < $1.index }) {
            if let file = current.body["file"].flatMap(ItemCoding.unread) {
                contents.unread.append(file)
                contents.unreadEntries.append(current.index)
            }
        }
        contents.sort()
        return contents
    }

    /// The fault that names the damaged file, where the log's hashes tell which it is.
    private func damage(_ fault: StorageFault) -> StorageFault {
        do {
            try log.check()
        } catch let found as StorageFault {
            return found
        } catch {
            return fault
        }
        return fault
    }

    /// A ledger that has a key is signed with it: without that, whoever can write could make a ledger of their own.
    private func checkSignature(of note: [UInt8], _ checkpoint: Checkpoint) throws {
        guard let verifier else { return }
        let path = "\(ledgerPath)/checkpoint"
        if note == Array(checkpoint.text.utf8) { throw StorageFault.unsignedHead(path, verifier.name) }
        guard checkpoint.origin.utf8.elementsEqual(verifier.name.utf8) else { throw StorageFault.otherOrigin(path, checkpoint.origin, verifier.name) }
        let results: [SignedNote.Result]
        do {
            results = try SignedNote(parsing: note, path: path).verify(with: [verifier], path: path)
        } catch {
            throw StorageFault(kind: .integrity, diagnostic: error)
        }
        guard case .good = results.first else { throw StorageFault.unsignedHead(path, verifier.name) }
    }

    private func take(_ index: Int, _ bytes: [UInt8], _ scan: inout Scan) throws {
        let parsed: (entry: LedgerEntry, body: JSONNode)
        do {
            parsed = try LedgerEntry.parse(bytes, path: "\(ledgerPath)#\(index)")
        } catch {
            throw StorageFault(kind: .integrity, diagnostic: error)
        }
        let (entry, body) = parsed
        let current = Current(index: index, at: entry.at, body: body)
        if entry.isDemonstration { scan.contents.isDemonstration = true }
        switch entry.type {
        case .item, .unread:
            let place = entry.type == .item ? body : body["file"]
            guard let system = place?["system"]?.string, let path = place?["path"]?.string else {
                throw StorageFault.altered(ledgerPath, "entry \(index) names no system and path")
            }
            let key = LockerContents.key(system, path)
            if entry.type == .item {
                scan.items[key] = current
                scan.unread[key] = nil
            } else {
                scan.unread[key] = current
            }
            scan.contents.newest = max(scan.contents.newest ?? entry.at, entry.at)
        case .withdrawal:
            if let system = body["file"]?["system"]?.string, let path = body["file"]?["path"]?.string {
                scan.unread[LockerContents.key(system, path)] = nil
                scan.contents.newest = max(scan.contents.newest ?? entry.at, entry.at)
            }
            scan.contents.records.append(.init(index: index, entry: entry))
        case .run:
            scan.contents.mark(entry.body)
        case .retirement:
            if let number = body["entry"]?.int { scan.retired.insert(number) }
            scan.contents.records.append(.init(index: index, entry: entry))
        case .exception, .attestation, .redaction, .pack, .hold:
            scan.contents.records.append(.init(index: index, entry: entry))
        }
    }

    private func item(_ current: Current, isRetired: Bool) throws -> EvidenceItem {
        let place = "\(ledgerPath)#\(current.index)"
        guard var item = ItemCoding.item(current.body, at: current.at) else { throw StorageFault.altered(place, "the entry of an item lacks what an item has") }
        item.entry = current.index
        item.isRetired = isRetired
        if isRetired { return item }
        let bytes: [UInt8]
        if let blinded = item.blinded {
            let record = try sealed.record(blinded)
            bytes = try objects.bytes(of: record.reading)
            guard current.body["reading"]?["blinded"]?.string == BlindedDigest.of(bytes, blind: record.readingBlind) else {
                throw StorageFault.altered(
                    objects.path(of: record.reading) ?? place, "the reading of '\(item.path)' does not give the digest that the ledger records")
            }
            item.digest = record.digest
            item.size = record.size
            item.basis = record.basis
            item.withheld = record.withheld
            item.withheldFacts = record.withheldFacts
            guard current.body["handling"]?.string == record.handling else {
                throw StorageFault.altered(sealed.path(of: blinded) ?? place, "the private record of '\(item.path)' is not the one that the ledger records")
            }
            item.redactions = record.redactions
        } else {
            guard let digest = current.body["reading"]?["sha256"]?.string else { throw StorageFault.altered(place, "an item has no reading") }
            bytes = try objects.bytes(of: "sha256:\(digest)")
        }
        guard let reading = ItemCoding.reading(bytes, path: place) else {
            throw StorageFault.altered(place, "the reading of '\(item.path)' is not in a form that this version knows")
        }
        item.facts = reading.facts
        item.problems = reading.problems
        try check(item)
        return item
    }

    private func check(_ item: EvidenceItem) throws {
        let path = objects.path(of: item.digest) ?? item.digest
        guard let size = objects.size(of: item.digest) else { throw StorageFault.altered(path, "the artefact of '\(item.path)' is not in the locker") }
        guard size == item.size else {
            throw StorageFault.altered(path, "the artefact of '\(item.path)' has \(size) bytes; expected \(item.size)")
        }
    }
}

extension StorageFault {
    fileprivate static func unsignedHead(_ path: String, _ name: String) -> Self {
        StorageFault(
            kind: .integrity,
            diagnostic: Diagnostic(
                id: "ledger.unsigned-head", severity: .error, location: TextLocation(path: path),
                message: "the ledger '\(name)' has a key, and its head carries no signature of it: it was removed or replaced",
                hint:
                    "restore the checkpoint from a copy, and compare it with that of the last issued pack; if 'dossier keys new' was interrupted, run it again"
            ))
    }
}
