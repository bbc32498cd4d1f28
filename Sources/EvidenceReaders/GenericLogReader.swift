import Diagnostics
import EvidenceModel
import StructuredText

/// What a generic log's columns mean.
struct LogRoles {
    /// Roles in the order of their values: the first four can be found by name, the rest only by mapping.
    static let names = ["time", "actor", "action", "outcome", "id", "source", "input", "verifier", "version"]
    private static let known: [String: Set<String>] = [
        "time": ["timestamp", "time", "ts", "@timestamp", "date", "datetime", "eventtime", "createdat"],
        "actor": ["actor", "user", "username", "userid", "principal", "caller", "who"],
        "action": ["action", "event", "eventname", "operation", "verb", "type"],
        "outcome": ["status", "result", "outcome", "success"],
    ]

    /// The column of each role, where there is one.
    var columns: [String: String] = [:]
    var success: Set<String>

    private static let defaultSuccess: Set<String> = [
        "success", "succeeded", "ok", "allow", "allowed", "permitted", "true", "pass", "passed", "granted", "complete", "completed", "approved", "0", "200",
        "201", "202", "204",
    ]
    private static let denials: Set<String> = ["denied", "deny", "forbidden", "unauthorized", "refused", "blocked", "401", "403"]

    /// - Parameter columns: the columns that the log has.
    init(_ options: ReadingOptions, among columns: [String], path: String) throws {
        let given = options.mapping
        success = given["success"].map { Set($0.split(separator: ",").map { $0.trimmingBlanks().lowercased() }) } ?? Self.defaultSuccess
        for role in Self.names {
            if let column = given[role] {
                self.columns[role] = column
                continue
            }
            let names = Self.known[role] ?? []
            let fitting = columns.filter { column in names.contains(column.lowercased().filter { $0 != "_" && $0 != "-" && $0 != " " }) }
            if fitting.count == 1 { self.columns[role] = fitting[0] }
            if fitting.count > 1, role == "time" { throw Diagnostic.ambiguousColumns(path, role: role, fitting) }
        }
        guard self.columns["time"] != nil else { throw Diagnostic.noColumn(path, role: "time", columns) }
        guard self.columns["action"] != nil || self.columns["actor"] != nil else { throw Diagnostic.noColumn(path, role: "action", columns) }
    }

    func event(_ value: (String) -> String?) -> AuditEvent {
        let outcome = value("outcome")
        let word = outcome?.trimmingBlanks().lowercased()
        return AuditEvent(
            time: value("time"), actor: value("actor"), action: value("action"), source: value("source"), outcomeText: outcome,
            outcome: word.map { Self.denials.contains($0) ? .denied : success.contains($0) ? .success : .failure },
            isModelUse: columns["input"] != nil && value("input") != nil)
    }
}

/// Counts in how many events a role was filled.
private struct RoleCounts {
    var filled: [String: Int] = [:]

    mutating func note(_ value: (String) -> String?) {
        for role in ["input", "verifier", "version", "actor"] where value(role) != nil { filled[role, default: 0] += 1 }
    }

    /// A flag is stated when its column was mapped: true when every event fills it.
    func facts(_ roles: LogRoles, events: Int) -> [Fact] {
        let flags: [(String, FactName)] = [("input", "logs-inputs-reference"), ("verifier", "logs-human-verifier"), ("version", "logs-version")]
        return flags.compactMap { role, name in
            guard roles.columns[role] != nil, events > 0 else { return nil }
            return Fact(name, .flag(filled[role] == events), at: .whole)
        }
    }
}

/// Reads any log in JSON lines whose columns are mapped in the source's declaration, or are plain from their names.
struct GenericJSONLogReader: EvidenceReader {
    let format = "generic-log-jsonl"
    let kind = "audit-log"

    func recognizes(_ source: EvidenceSource) -> Recognition {
        // The second line may be cut off, too long or otherwise broken: that costs the record, not the file.
        let lines = source.headLines(2)
        let isNamed = [".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz"].contains { source.fileName.hasSuffix($0) }
        guard lines.count == 2 || isNamed, lines.allSatisfy({ $0.first == UInt8(ascii: "{") }), let keys = keys(of: source) else { return .no }
        return (try? LogRoles(ReadingOptions(), among: keys, path: source.path)) == nil ? .no : .weak
    }

    private func keys(of source: EvidenceSource) -> [String]? {
        guard let line = source.headLines(1).first else { return nil }
        return JSONParser.parse(line, path: source.path).node?.members?.map(\.key)
    }

    func read(_ source: EvidenceSource, _ options: ReadingOptions) -> Reading {
        let roles: LogRoles
        do {
            roles = try LogRoles(options, among: keys(of: source) ?? [], path: source.path)
        } catch {
            return .unreadable([.reading(error, path: source.path)])
        }
        // A mapped column may be a pointer, `/user/name`, or a name.
        let names = LogRoles.names.filter { roles.columns[$0] != nil }
        let paths = names.map { name -> [String] in
            let column = roles.columns[name] ?? ""
            return column.hasPrefix("/") ? column.dropFirst().split(separator: "/").map(String.init) : [column]
        }
        var summary = AuditLogSummary()
        var counts = RoleCounts()
        var faultyLine: Int?
        let fault = { (diagnostic: Diagnostic) in
            summary.addFault(diagnostic, isNewRecord: diagnostic.location?.line == nil || diagnostic.location?.line != faultyLine)
            faultyLine = diagnostic.location?.line
        }
        JSONRecords(source: source, paths: paths).forEach(listKey: nil, fault: fault) { record, line in
            let value = { (role: String) in names.firstIndex(of: role).flatMap { record[$0] }.flatMap { $0.isEmpty ? nil : $0 } }
            if let id = value("id"), !summary.isNew(id) { return }
            counts.note(value)
            summary.add(roles.event(value), path: source.path, line: line)
        }
        var reading = summary.reading(path: source.path, tellsPrivilege: false)
        reading.addStating(counts.facts(roles, events: summary.events))
        return reading
    }
}

/// Reads any log in CSV whose columns are mapped in the source's declaration, or are plain from their names.
struct GenericCSVLogReader: EvidenceReader {
    let format = "generic-log-csv"
    let kind = "audit-log"

    func recognizes(_ source: EvidenceSource) -> Recognition {
        guard let header = header(of: source), header.count >= 3 else { return .no }
        return (try? LogRoles(ReadingOptions(), among: header, path: source.path)) == nil ? .no : .weak
    }

    private func header(of source: EvidenceSource) -> [String]? {
        var header: [String]?
        let head = MemoryStream(source.head)
        try? CSVReader(head, path: source.path, delimiter: CSVReader.delimiter(of: source.head)).forEachRow { row in
            header = row.fields
            return false
        }
        return header
    }

    func read(_ source: EvidenceSource, _ options: ReadingOptions) -> Reading {
        var summary = AuditLogSummary()
        var counts = RoleCounts()
        var roles: LogRoles?
        var width = 0
        var indexes: [String: Int] = [:]
        do {
            try CSVReader(try source.stream(), path: source.path, delimiter: CSVReader.delimiter(of: source.head)).forEachRow { row in
                guard let known = roles else {
                    let found = try LogRoles(options, among: row.fields, path: source.path)
                    for (role, column) in found.columns {
                        guard let index = row.fields.firstIndex(of: column) else { throw Diagnostic.unknownColumn(source.path, role: role, column, row.fields) }
                        indexes[role] = index
                    }
                    width = row.fields.count
                    roles = found
                    return true
                }
                guard row.fields.count == width else {
                    summary.addMalformed([.wrongWidth(source.path, row, expected: width)])
                    return true
                }
                let value = { (role: String) -> String? in
                    guard let index = indexes[role], row.fields.indices.contains(index) else { return nil }
                    let text = row.fields[index].trimmingBlanks()
                    return text.isEmpty || text == "-" ? nil : text
                }
                if let id = value("id"), !summary.isNew(id) { return true }
                counts.note(value)
                summary.add(known.event(value), path: source.path, line: row.line)
                return true
            }
        } catch {
            summary.addFault(.reading(error, path: source.path), isNewRecord: roles != nil)
        }
        var reading = summary.reading(path: source.path, tellsPrivilege: false)
        if let roles { reading.addStating(counts.facts(roles, events: summary.events)) }
        return reading
    }
}

extension Reading {
    /// Adds facts whose names are not there yet, and replaces those that are.
    fileprivate mutating func addStating(_ more: [Fact]) {
        facts.removeAll { fact in more.contains { $0.name == fact.name } }
        facts += more
    }
}

extension Diagnostic {
    fileprivate static func ambiguousColumns(_ path: String, role: String, _ fitting: [String]) -> Self {
        Diagnostic(
            id: "log.ambiguous-columns", severity: .error, location: TextLocation(path: path, line: 1, column: 1),
            message: "columns \(fitting.map { "'\($0)'" }.joined(separator: " and ")) may each be the \(role)",
            hint: "add 'mapping: { \(role): COLUMN }' to the source")
    }

    fileprivate static func noColumn(_ path: String, role: String, _ columns: [String]) -> Self {
        Diagnostic(
            id: "log.no-column", severity: .error, location: TextLocation(path: path, line: 1, column: 1),
            message: "no column is plainly the \(role), among: \(columns.prefix(30).joined(separator: ", "))",
            hint: "add 'mapping: { \(role): COLUMN }' to the source")
    }

    fileprivate static func unknownColumn(_ path: String, role: String, _ column: String, _ known: [String]) -> Self {
        Diagnostic(
            id: "log.unknown-column", severity: .error, location: TextLocation(path: path, line: 1, column: 1),
            message: "the mapping says the \(role) is column '\(column)', which the file does not have\(suggestion(for: column, among: known))",
            hint: "correct the source's mapping")
    }

    fileprivate static func wrongWidth(_ path: String, _ row: CSVRow, expected: Int) -> Self {
        Diagnostic(
            id: "log.wrong-width", severity: .error, location: TextLocation(path: path, line: row.line, column: 1),
            message: "the row has \(row.fields.count) fields; expected \(expected), as in the header", hint: "quote fields that hold the delimiter")
    }
}
