import DurableStorage
import EvidenceModel
import Glibc
import StructuredText

/// Reads the ledger, verifies its chain, and loads the readings of what is current.
struct LedgerReader {
    let ledgerPath: String
    let objects: ObjectStore

    /// One current line of the ledger.
    private struct Line {
        var offset: Int
        var node: JSONNode
    }

    /// What is current. The index is not asked: nothing signs it, and one that leaves out a line would hide evidence.
    func read() throws -> LockerContents {
        guard access(ledgerPath, F_OK) == 0 else { return LockerContents() }
        let bytes = try readPrefix(of: try FileStream(path: ledgerPath), limit: .max)
        let scan = try scan(bytes)
        var contents = try load(scan.current)
        contents.entries = scan.entries
        contents.head = scan.head
        contents.newest = scan.newest
        contents.sort()
        return contents
    }

    /// The index as JSON: the ledger's length and digest, and where its current lines begin.
    func index() throws -> Value {
        let bytes = access(ledgerPath, F_OK) == 0 ? try readPrefix(of: try FileStream(path: ledgerPath), limit: .max) : []
        let scan = try scan(bytes)
        return .object([
            ("schema", "dossier/index/1"), ("ledger", .string(RunningDigest.of(bytes))), ("entries", .int(scan.entries)), ("head", .string(scan.head)),
            ("newest", .text(scan.newest?.timestamp)), ("current", .list(scan.current.map { .int($0.offset) })),
        ])
    }

    private func scan(_ ledger: [UInt8]) throws -> (entries: Int, head: String, newest: Instant?, current: [Line]) {
        var entries = 0
        var head = RunningDigest.of([])
        var newest: Instant?
        // By bytes: two names that Swift takes for the same text are two files.
        var current: [[UInt8]: Line] = [:]
        var at = 0
        while at < ledger.count {
            // A last line without its newline was never acknowledged.
            guard let end = ledger[at...].firstIndex(of: 0x0A) else { break }
            let line = Array(ledger[at..<end])
            entries += 1
            guard let node = JSONParser.parse(line, path: ledgerPath, firstLine: entries).node, let record = node["record"],
                let type = node["type"]?.string
            else { throw StorageFault.altered(ledgerPath, line: entries, "the line is no ledger entry") }
            guard node["previous"]?.string == head, node["entry"]?.int == entries else {
                throw StorageFault.altered(ledgerPath, line: entries, "the entry does not follow the one before it: a line was changed, added or removed")
            }
            head = RunningDigest.of(line)
            let place = type == "item" ? record : record["file"]
            guard let system = place?["system"]?.string, let path = place?["path"]?.string else {
                throw StorageFault.altered(ledgerPath, line: entries, "the entry names no system and path")
            }
            if let collected = record["collected-at"]?.string.flatMap({ Instant($0) }) { newest = max(newest ?? collected, collected) }
            let key = "\u{0}\(system)\u{0}\(path)"
            if type == "item" || type == "withdrawn" { current[Array("unread\(key)".utf8)] = nil }
            if type != "withdrawn" { current[Array("\(type)\(key)".utf8)] = Line(offset: at, node: node) }
            at = end + 1
        }
        return (entries, head, newest, current.values.sorted { $0.offset < $1.offset })
    }

    private func load(_ lines: [Line]) throws -> LockerContents {
        var contents = LockerContents()
        for line in lines {
            guard let record = line.node["record"] else { throw StorageFault.altered(ledgerPath, "a current line is no ledger entry") }
            if line.node["type"]?.string == "item" {
                contents.items.append(try item(record))
            } else if let file = record["file"].flatMap(ItemCoding.unread) {
                contents.unread.append(file)
            }
        }
        return contents
    }

    private func item(_ record: JSONNode) throws -> EvidenceItem {
        guard let reading = record["reading"]?.string else { throw StorageFault.altered(ledgerPath, "an item has no reading") }
        let bytes = try objects.bytes(of: reading)
        guard let node = JSONParser.parse(bytes, path: reading).node, let facts = ItemCoding.facts(node),
            let item = ItemCoding.item(record, facts: facts, problems: (node["problems"]?.array ?? []).compactMap(ItemCoding.problem))
        else { throw StorageFault.altered(objects.path(of: reading) ?? reading, "the reading is not in a form that this version knows") }
        guard let size = objects.size(of: item.digest) else {
            throw StorageFault.altered(objects.path(of: item.digest) ?? item.digest, "the artefact of '\(item.path)' is not in the locker")
        }
        guard size == item.size else {
            throw StorageFault.altered(objects.path(of: item.digest) ?? item.digest, "the artefact of '\(item.path)' has \(size) bytes; expected \(item.size)")
        }
        return item
    }
}
