import EvidenceModel
import Glibc
import StructuredText

/// Reads the ledger, verifies its chain, and loads the readings of what is current.
struct LedgerReader {
    let ledgerPath: String
    let indexPath: String
    let objects: ObjectStore

    /// One current line of the ledger.
    private struct Line {
        var offset: Int
        var bytes: [UInt8]
    }

    func read() throws -> LockerContents {
        guard access(ledgerPath, F_OK) == 0 else { return LockerContents() }
        let bytes = try readPrefix(of: try FileStream(path: ledgerPath), limit: .max)
        if let fast = try fromIndex(bytes) { return fast }
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

    /// Takes the short way when the index was made of exactly this ledger; otherwise the index counts for nothing.
    private func fromIndex(_ ledger: [UInt8]) throws -> LockerContents? {
        guard access(indexPath, F_OK) == 0, let raw = try? readPrefix(of: FileStream(path: indexPath), limit: 64 << 20),
            let node = JSONParser.parse(raw, path: indexPath).node, node["ledger"]?.string == RunningDigest.of(ledger),
            let offsets = node["current"]?.array?.map(\.int), let entries = node["entries"]?.int, let head = node["head"]?.string
        else { return nil }
        var lines: [Line] = []
        for offset in offsets {
            guard let offset, ledger.indices.contains(offset), let end = ledger[offset...].firstIndex(of: 0x0A) else { return nil }
            lines.append(Line(offset: offset, bytes: Array(ledger[offset..<end])))
        }
        var contents = try load(lines)
        contents.entries = entries
        contents.head = head
        contents.newest = node["newest"]?.string.flatMap { Instant($0) }
        contents.sort()
        return contents
    }

    private func scan(_ ledger: [UInt8]) throws -> (entries: Int, head: String, newest: Instant?, current: [Line]) {
        var entries = 0
        var head = RunningDigest.of([])
        var newest: Instant?
        var current: [String: Line] = [:]
        var at = 0
        while at < ledger.count {
            // A last line without its newline was never acknowledged.
            guard let end = ledger[at...].firstIndex(of: 0x0A) else { break }
            let line = Array(ledger[at..<end])
            entries += 1
            guard let node = JSONParser.parse(line, path: ledgerPath, firstLine: entries).node, let record = node["record"],
                let type = node["type"]?.string
            else { throw LockerFault.altered(ledgerPath, line: entries, "the line is no ledger entry") }
            guard node["previous"]?.string == head, node["entry"]?.int == entries else {
                throw LockerFault.altered(ledgerPath, line: entries, "the entry does not follow the one before it: a line was changed, added or removed")
            }
            head = RunningDigest.of(line)
            let place = type == "item" ? record : record["file"]
            guard let system = place?["system"]?.string, let path = place?["path"]?.string else {
                throw LockerFault.altered(ledgerPath, line: entries, "the entry names no system and path")
            }
            if let collected = record["collected-at"]?.string.flatMap({ Instant($0) }) { newest = max(newest ?? collected, collected) }
            let key = "\(system)\u{0}\(path)"
            if type == "item" || type == "withdrawn" { current["unread\u{0}\(key)"] = nil }
            if type != "withdrawn" { current["\(type)\u{0}\(key)"] = Line(offset: at, bytes: line) }
            at = end + 1
        }
        return (entries, head, newest, current.values.sorted { $0.offset < $1.offset })
    }

    private func load(_ lines: [Line]) throws -> LockerContents {
        var contents = LockerContents()
        for line in lines {
            guard let node = JSONParser.parse(line.bytes, path: ledgerPath).node, let record = node["record"] else {
                throw LockerFault.altered(ledgerPath, "a current line is no ledger entry")
            }
            if node["type"]?.string == "item" {
                contents.items.append(try item(record))
            } else if let file = record["file"].flatMap(ItemCoding.unread) {
                contents.unread.append(file)
            }
        }
        return contents
    }

    private func item(_ record: JSONNode) throws -> EvidenceItem {
        guard let reading = record["reading"]?.string else { throw LockerFault.altered(ledgerPath, "an item has no reading") }
        let bytes = try objects.bytes(of: reading)
        guard let node = JSONParser.parse(bytes, path: reading).node, let facts = ItemCoding.facts(node),
            let item = ItemCoding.item(record, facts: facts, problems: (node["problems"]?.array ?? []).compactMap(ItemCoding.problem))
        else { throw LockerFault.altered(reading, "the reading is not in a form that this version knows") }
        guard let size = objects.size(of: item.digest) else {
            throw LockerFault.altered(item.digest, "the artefact of '\(item.path)' is not in the locker")
        }
        guard size == item.size else {
            throw LockerFault.altered(objects.path(of: item.digest) ?? item.digest, "the artefact of '\(item.path)' has \(size) bytes; expected \(item.size)")
        }
        return item
    }
}
