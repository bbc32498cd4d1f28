import Diagnostics
import EvidenceModel

/// What a column of a log without a known format is for.
enum LogRole: String, CaseIterable {
    case time, actor, action, outcome, id, source, input, verifier, version

    /// The usual names of such a column (evidence formats, section 5.12), in lower case, without `_`, `-` and blanks. Roles without are found by mapping only.
    var names: Set<String> {
        switch self {
        case .time: ["timestamp", "time", "ts", "@timestamp", "date", "datetime", "eventtime", "createdat"]
        case .actor: ["actor", "user", "username", "userid", "principal", "caller", "who"]
        case .action: ["action", "event", "eventname", "operation", "verb", "type"]
        case .outcome: ["status", "result", "outcome", "success"]
        case .id: ["eventid", "recordid", "uuid"]
        case .source, .input, .verifier, .version: []
        }
    }

    /// Without these a log cannot be read, unless a mapping says that it has none.
    var isNeeded: Bool { self == .time || self == .actor || self == .action }
}

/// Which columns of a log mean what: those that the mapping names, otherwise those of which exactly one has a usual name.
struct GenericLogColumns {
    /// Names of columns, or JSON pointers, by role.
    private(set) var names: [LogRole: String] = [:]
    /// Why the log cannot be read.
    private(set) var faults: [Diagnostic] = []
    private(set) var remarks: [Diagnostic] = []

    /// - Parameter columns: what the log has.
    init(columns: [String], mapping: [String: String], path: String) {
        let isMapped = LogRole.allCases.contains { mapping[$0.rawValue] != nil }
        for role in LogRole.allCases {
            if let name = mapping[role.rawValue] {
                names[role] = name
                if !name.hasPrefix("/"), !columns.contains(name) { faults.append(.noSuchColumn(path, role, name, columns)) }
                continue
            }
            let fitting = columns.filter { role.names.contains(Self.squeezed($0)) }
            if fitting.count == 1 {
                names[role] = fitting.first
            } else if fitting.count > 1, role.isNeeded {
                faults.append(.severalColumns(path, role, fitting, .error))
            } else if fitting.count > 1 {
                remarks.append(.severalColumns(path, role, fitting, .warning))
            } else if role == .time || (role.isNeeded && !isMapped) {
                faults.append(.noColumn(path, role, columns))
            }
        }
    }

    private static func squeezed(_ name: String) -> String { name.lowercased().filter { $0 != "_" && $0 != "-" && $0 != " " } }

    var scope: AuditLogSummary.Scope {
        var scope: AuditLogSummary.Scope = []
        if names[.actor] != nil { scope.insert(.actors) }
        if names[.action] != nil { scope.insert(.actions) }
        if names[.outcome] != nil { scope.insert(.outcomes) }
        if names[.id] != nil { scope.insert(.ids) }
        if names[.source] != nil { scope.insert(.sources) }
        return scope
    }
}

extension Diagnostic {
    fileprivate static func noSuchColumn(_ path: String, _ role: LogRole, _ name: String, _ columns: [String]) -> Self {
        Diagnostic(
            id: "generic-log.no-such-column", severity: .error, location: TextLocation(path: path, line: 1),
            message: "the mapping says that the \(role.rawValue) stands in '\(name)', and there is no such column\(suggestion(for: name, among: columns))",
            hint: "correct the mapping; the columns are \(listed(columns))")
    }

    fileprivate static func severalColumns(_ path: String, _ role: LogRole, _ columns: [String], _ severity: Severity) -> Self {
        Diagnostic(
            id: "generic-log.several-columns", severity: severity, location: TextLocation(path: path, line: 1),
            message: "\(listed(columns)) may each be the \(role.rawValue); expected one such column",
            hint: "name the right one in the mapping, as in '\(role.rawValue): \(columns.first ?? "")'")
    }

    fileprivate static func noColumn(_ path: String, _ role: LogRole, _ columns: [String]) -> Self {
        Diagnostic(
            id: "generic-log.no-column", severity: .error, location: TextLocation(path: path, line: 1),
            message: "no column is known to hold the \(role.rawValue), among \(listed(columns))",
            hint: "name it in the mapping, as in '\(role.rawValue): COLUMN'; with a mapping, only the time is needed")
    }

    private static func listed(_ columns: [String]) -> String {
        let names = columns.prefix(20).map { "'\($0.prefix(60))'" }.joined(separator: ", ")
        return columns.isEmpty ? "no columns" : columns.count > 20 ? names + ", …" : names
    }
}
