import Diagnostics
import EvidenceModel
import StructuredText

/// Reads logs in JSON lines that have no format of their own: a mapping says which key or pointer is the time, the actor, the action and so on, and without
/// one a log is read only when exactly one key fits each of these three.
struct GenericJSONLogReader: EvidenceReader {
    let format = "generic-log-jsonl"
    let kind = "audit-log"

    func recognizes(_ source: EvidenceSource) -> Recognition {
        guard source.firstByte == UInt8(ascii: "{"), JSONLogRecords(source, paths: [], containers: 0).isLines else { return .no }
        return GenericLogColumns(columns: Self.keys(of: source), mapping: [:], path: source.path).faults.isEmpty ? .weak : .no
    }

    /// The keys of the first records, in the order in which they first stand there.
    private static func keys(of source: EvidenceSource) -> [String] {
        var keys: [String] = []
        var known: Set<String> = []
        for line in source.headLines(20) {
            for member in JSONParser.parse(line, path: source.path).node?.members ?? [] where known.insert(member.key).inserted {
                keys.append(member.key)
            }
        }
        return keys
    }

    func read(_ source: EvidenceSource, _ options: ReadingOptions) -> Reading {
        let columns = GenericLogColumns(columns: Self.keys(of: source), mapping: options.mapping, path: source.path)
        guard columns.faults.isEmpty || source.head.isEmpty else { return .unreadable(columns.faults) }
        let interpreter = GenericLogInterpreter(options, columns, path: source.path)
        var summary = interpreter.summary
        let roles = LogRole.allCases.filter { columns.names[$0] != nil }
        let paths = roles.map { Self.path(columns.names[$0] ?? "") }
        let numbers = Dictionary(zip(roles, roles.indices), uniquingKeysWith: { first, _ in first })
        let places = LogRole.allCases.map { numbers[$0] ?? paths.count }
        let records = JSONLogRecords(source, paths: paths, containers: 0)
        let opened = records.read(into: &summary) { record, place, line, summary in
            interpreter.add({ record.scalar(places[$0]) }, place: place, line: line, to: &summary)
        }
        guard opened else { return .unreadable(summary.diagnostics.diagnostics(path: source.path)) }
        return summary.reading()
    }

    /// A key, or the parts of an RFC 6901 pointer.
    private static func path(_ name: String) -> [String] {
        guard name.hasPrefix("/") else { return [name] }
        return name.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map { part in
            var key = ""
            var escape = false
            for character in part {
                if escape {
                    key.append(character == "0" ? "~" : character == "1" ? "/" : character)
                    escape = false
                } else if character == "~" {
                    escape = true
                } else {
                    key.append(character)
                }
            }
            return key
        }
    }
}

/// Reads logs in CSV that have no format of their own, by the same rules as those in JSON lines.
struct GenericCSVLogReader: EvidenceReader {
    let format = "generic-log-csv"
    let kind = "audit-log"

    func recognizes(_ source: EvidenceSource) -> Recognition {
        let header = CSVLogRecords.header(of: source)
        guard header.count >= 3 else { return .no }
        return GenericLogColumns(columns: header, mapping: [:], path: source.path).faults.isEmpty ? .weak : .no
    }

    func read(_ source: EvidenceSource, _ options: ReadingOptions) -> Reading {
        let header = CSVLogRecords.header(of: source)
        let columns = GenericLogColumns(columns: header, mapping: options.mapping, path: source.path)
        guard columns.faults.isEmpty else { return .unreadable(columns.faults) }
        let interpreter = GenericLogInterpreter(options, columns, path: source.path)
        var summary = interpreter.summary
        let places = LogRole.allCases.map { role in columns.names[role].flatMap { header.firstIndex(of: $0) } ?? header.count }
        var isHeader = true
        do {
            try CSVLogRecords(source).forEachRecord { found, line in
                if isHeader {
                    isHeader = false
                    return true
                }
                switch found {
                case .fault(let diagnostic): summary.malformed([diagnostic])
                case .record(let record) where record.count != header.count:
                    summary.malformed([.wrongFieldCount(source.path, line, record.count, header.count)])
                case .record(let record):
                    interpreter.add({ record[places[$0]] }, place: line, line: line, to: &summary)
                }
                return true
            }
        } catch {
            let begun = summary.events > 0
            summary.malformed([.reading(error, path: source.path)])
            if !begun { return .unreadable(summary.diagnostics.diagnostics(path: source.path)) }
        }
        return summary.reading()
    }
}

/// Turns records whose columns are known into events.
private final class GenericLogInterpreter {
    let summary: AuditLogSummary
    private let values: GenericLogValues

    init(_ options: ReadingOptions, _ columns: GenericLogColumns, path: String) {
        values = GenericLogValues(mapping: options.mapping)
        var scope = columns.scope
        if values.knowsPrivileges, columns.names[.action] != nil { scope.insert(.privileges) }
        var summary = AuditLogSummary(path: path, scope: scope)
        for remark in columns.remarks { summary.diagnostics.add(remark) }
        self.summary = summary
    }

    /// - Parameter value: the value of a role, by its place in `LogRole.allCases`.
    func add(_ value: (Int) -> UnsafeBufferPointer<UInt8>?, place: Int, line: Int, to summary: inout AuditLogSummary) {
        func stated(_ index: Int) -> UnsafeBufferPointer<UInt8>? {
            guard let bytes = value(index).map(withoutBlanks), !bytes.isEmpty, !isNothing(bytes) else { return nil }
            return bytes
        }
        if let id = stated(4), !summary.isNew(id: id) {
            summary.duplicates += 1
            return
        }
        var event = AuditLogEvent()
        event.time = EventTime.read(stated(0), &summary)
        event.actor = stated(1)
        event.action = stated(2)
        event.outcome = stated(3).map { values.outcome($0) }
        event.source = stated(5)
        event.namesInput = stated(6) != nil
        event.namesVerifier = stated(7) != nil
        event.namesVersion = stated(8) != nil
        if let action = event.action {
            let meaning = values.action(action)
            event.isPrivileged = meaning.isPrivileged
            event.isModelUse = meaning.isModelUse || event.namesInput
        }
        summary.add(event, place: place, line: line)
    }

    private func withoutBlanks(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        var from = 0
        var to = bytes.count
        while from < to, bytes[from] <= 0x20 { from += 1 }
        while to > from, bytes[to - 1] <= 0x20 { to -= 1 }
        return from == 0 && to == bytes.count ? bytes : UnsafeBufferPointer(rebasing: bytes[from..<to])
    }

    /// What programs write where they have nothing to say.
    private func isNothing(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        switch bytes.count {
        case 1: bytes[0] == UInt8(ascii: "-")
        case 3: bytes.elementsEqual("N/A".utf8) || bytes.elementsEqual("n/a".utf8) || bytes.elementsEqual("NaN".utf8)
        case 4: bytes.elementsEqual("null".utf8) || bytes.elementsEqual("None".utf8) || bytes.elementsEqual("NULL".utf8)
        default: false
        }
    }
}

extension Diagnostic {
    fileprivate static func wrongFieldCount(_ path: String, _ line: Int, _ found: Int, _ expected: Int) -> Self {
        Diagnostic(
            id: "csv.wrong-field-count", severity: .error, location: TextLocation(path: path, line: line),
            message: "the row has \(found) field\(found == 1 ? "" : "s"); expected \(expected), as in the header",
            hint: "quote fields that hold the delimiter or a line break")
    }
}
