import ControlFrameworks
import EvidenceCollection
import EvidenceLocker
import EvidenceModel
import Foundation
import GapAnalysis
import Testing
import Workspaces

/// The sample workspace, collected once into a temporary folder and assessed.
private enum Lakehead {
    static let source = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Evidence/lakehead")

    struct Assessed: Sendable {
        var assessments: [Assessment]
        var unread: [UnreadFile]
    }

    static let assessed: Result<Assessed, any Error> = Result {
        let root = FileManager.default.temporaryDirectory.appending(path: "lakehead-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: root) }
        try FileManager.default.copyItem(at: source, to: root)
        let path = try #require(WorkspaceFiles.resolved(root.path))
        let workspace = try Workspace.load(path)
        let library = FrameworkLibrary()
        let locker = try Locker(writing: "\(path)/locker")
        let collected = try #require(Instant("2026-10-05T09:00:00Z"))
        let collector = Collector(workspace: workspace, vocabulary: library.vocabulary, locker: locker, tool: "test", now: collected)
        for system in workspace.systems { _ = try collector.collect(system) }
        let period = try #require(Period("2026-Q3"))
        let contents = locker.contents
        let assessments = try workspace.systems.flatMap { system in
            try ["nist-ai-rmf", "eu-ai-act"].map { id in
                Assessment(
                    AssessmentInput(
                        system: system, framework: try library.framework(named: id), vocabulary: library.vocabulary, period: period, asOf: period.to,
                        items: contents.items.filter { $0.system == system.id }, unread: contents.unread.filter { $0.system == system.id },
                        exceptions: workspace.exceptions))
            }
        }
        return Assessed(assessments: assessments, unread: contents.unread)
    }
}

/// A row of a table in the sample's README, its cells without blanks.
private func rows(cells: Int, where keep: ([String]) -> Bool) throws -> [[String]] {
    let text = try String(contentsOf: Lakehead.source.appending(path: "README.md"), encoding: .utf8)
    return text.split(separator: "\n").filter { $0.hasPrefix("| ") }.map { line in
        line.dropFirst().dropLast().split(separator: "|", omittingEmptySubsequences: false).map { $0.trimmingCharacters(in: .whitespaces) }
    }.filter { $0.count == cells && keep($0) }
}

/// What the README says of one control.
private struct Told: Hashable, CustomStringConvertible {
    var system: String
    var framework: String
    var control: String
    var verdict: String
    var reasons: String
    var description: String { "\(system) \(framework) \(control): \(verdict) [\(reasons)]" }
}

@Suite struct PlantedShortfallTests {
    private let systems: Set<String> = ["credit-scoring", "support-assistant"]

    /// Every control of the sample that is neither met nor not applicable, as it came out.
    private func shown() throws -> Set<Told> {
        let assessed = try Lakehead.assessed.get()
        return Set(
            assessed.assessments.flatMap { assessment in
                assessment.controls.filter { !$0.isGroup && $0.verdict != .met && $0.verdict != .notApplicable }.map {
                    Told(
                        system: assessment.system.id, framework: assessment.framework.id, control: $0.control.id.text, verdict: $0.verdict.rawValue,
                        reasons: $0.reasons.map(\.rawValue).joined(separator: ", "))
                }
            })
    }

    @Test func thePlantedShortfallsAppearWhereTheTableSays() throws {
        let shown = try shown()
        let planted = try rows(cells: 8) { Int($0[0]) != nil }
        #expect(planted.count >= 16)
        for row in planted {
            let told = Told(system: row[3], framework: row[2], control: row[4], verdict: row[5], reasons: row[6])
            #expect(shown.contains(told), "\(told)")
        }
    }

    @Test func nothingElseFallsShortButWhatTheReadmeLists() throws {
        var listed: Set<String> = []
        for row in try rows(cells: 8, where: { Int($0[0]) != nil }) { listed.insert("\(row[3]) \(row[2]) \(row[4])") }
        for row in try rows(cells: 4, where: { systems.contains($0[0]) }) {
            for control in row[3].split(separator: ", ") { listed.insert("\(row[0]) \(row[1]) \(control)") }
        }
        for row in try rows(cells: 3, where: { systems.contains($0[0]) }) {
            for control in row[2].split(separator: ", ") { listed.insert("\(row[0]) \(row[1]) \(control)") }
        }
        let found = Set(try shown().map { "\($0.system) \($0.framework) \($0.control)" })
        #expect(found.subtracting(listed).sorted() == [])
        #expect(listed.subtracting(found).sorted() == [])
    }

    @Test func oneFileCannotBeReadAndIsListedWithItsReason() throws {
        let unread = try Lakehead.assessed.get().unread
        #expect(unread.map(\.path) == ["evidence/support-assistant/logs/cloudtrail-2026-09.json.gz"])
        #expect(unread.map(\.problem.id) == ["gzip.truncated"])
    }

    @Test func theSampleStaysUnderThreeMegabytes() throws {
        let files = try #require(FileManager.default.enumerator(at: Lakehead.source, includingPropertiesForKeys: [.fileSizeKey]))
        var total = 0
        for case let file as URL in files { total += try file.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0 }
        #expect(total > 500_000)
        #expect(total < 3_000_000)
    }
}
