import Diagnostics
import EvidenceModel
import ReportModel
import StructuredText
import Workspaces

/// What could not be read, in each of the formats: a list of gaps that leaves it out would look complete.
extension GapListing {
    /// A file that was not read, or a record or workspace file that was read with an error.
    struct Fault {
        var system: String
        var problem: ReadingProblem
        var path: String
        var line: Int?

        init(_ system: String, _ problem: ReadingProblem, path: String) {
            self.system = system
            self.problem = problem
            // A place is PATH, PATH:LINE or PATH:LINE:COLUMN.
            var parts = problem.place.split(separator: ":", omittingEmptySubsequences: false)
            var numbers: [Int] = []
            while parts.count > 1, numbers.count < 2, let last = parts.last, let number = Int(last) {
                numbers.insert(number, at: 0)
                parts.removeLast()
            }
            line = numbers.first
            self.path = problem.place.isEmpty ? path : parts.joined(separator: ":")
        }

        var place: String { problem.place.isEmpty ? path : problem.place }
        var text: String { "\(problem.message) [\(problem.id)]" + (problem.hint.map { "; \($0)" } ?? "") }
    }

    /// Those of each report: files not read, then records, then the workspace's own files, which all reports share.
    var faults: [Fault] {
        let own = reports.flatMap { report in
            report.unread.map { Fault(report.system.id, $0.problem, path: $0.path) }
                + report.items.flatMap { item in
                    item.problems.filter { $0.severity == Diagnostic.Severity.error.rawValue }.map { Fault(report.system.id, $0, path: item.path) }
                }
        }
        return own + (reports.first?.incomplete ?? []).map { Fault("", $0, path: $0.place) }
    }

    var faultText: String {
        let faults = faults
        guard !faults.isEmpty else { return "" }
        return "Incomplete: these could not be read, or were read with errors.\n"
            + faults.map { Diagnostic.printable("  \($0.place): \($0.text)") + "\n" }.joined()
    }

    /// Those that `unread` in the JSON listing does not hold.
    var problemsValue: Value {
        let unread = Set(reports.flatMap { report in report.unread.map { "\(report.system.id)\u{0}\($0.problem.place)\u{0}\($0.problem.id)" } })
        return .list(
            faults.filter { !unread.contains("\($0.system)\u{0}\($0.problem.place)\u{0}\($0.problem.id)") }.map { fault in
                .object([
                    ("system", fault.system.isEmpty ? .null : .string(fault.system)), ("path", .string(fault.path)),
                    ("severity", .string(fault.problem.severity)), ("id", .string(fault.problem.id)), ("place", .string(fault.problem.place)),
                    ("message", .string(fault.problem.message)), ("hint", .text(fault.problem.hint)),
                ])
            })
    }

    /// SARIF's place for what the tool itself could not do (section 3.20).
    var invocationValue: Value {
        let notifications = faults.map { fault -> Value in
            .object([
                ("level", "error"), ("descriptor", .object([("id", .string(fault.problem.id))])), ("message", .object([("text", .string(fault.text))])),
                (
                    "locations",
                    [
                        .object([
                            (
                                "physicalLocation",
                                .object([
                                    ("artifactLocation", .object([("uri", .string(uri(fault.path)))])),
                                    ("region", .object([("startLine", .int(max(1, fault.line ?? 1)))])),
                                ])
                            )
                        ])
                    ]
                ),
            ])
        }
        return .object([("executionSuccessful", .bool(faults.isEmpty)), ("toolExecutionNotifications", .list(notifications))])
    }
}
