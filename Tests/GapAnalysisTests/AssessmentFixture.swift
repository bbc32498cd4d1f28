import ControlFrameworks
import Diagnostics
import EvidenceModel
import GapAnalysis
import Testing
import Workspaces

/// Builds an assessment from a framework written in a test, so that a rule and its words stand together.
struct AssessmentFixture {
    var needs: String
    var controlExtras = ""
    var headerExtras = ""
    var items: [EvidenceItem] = []
    var unread: [UnreadFile] = []
    var exceptions: [GapException] = []
    var attestations: [RecordedAttestation] = []
    var limits: [DeclaredLimit] = []
    var traits: [String: Bool] = [:]
    var roles: [String] = []
    var asOf = "2026-10-01"
    var periodText = "2026-Q3"

    func assess() throws -> ControlAssessment {
        let control = try #require(try assessment().controls.first)
        return control
    }

    func assessment() throws -> Assessment {
        let header = "framework: demo\ntitle: Demo\nedition: '1'\n\(headerExtras)"
        let controls = """
            controls:
              - id: "4.10"
                title: T
                asks: A
                cite: C
                examples: { met: {}, not-met: {} }
            \(indented(controlExtras, 4))
                needs:
            \(indented(needs, 6))
            """
        let library = FrameworkLibrary(workspace: [
            DefinitionFile(path: "frameworks/demo/framework.yaml", bytes: Array(header.utf8)),
            DefinitionFile(path: "frameworks/demo/controls.yaml", bytes: Array(controls.utf8)),
        ])
        let framework = try library.framework(named: "demo")
        let place = TextLocation(path: "systems/s.yaml", line: 1, column: 1)
        let released = try #require(Instant("2026-06-15"))
        let system = AISystem.blank(
            id: "s", released: released, protectedAttributes: ["sex", "age"], limits: limits, traits: traits, roles: roles, location: place)
        let period = try #require(Period(periodText))
        let instant = try #require(Instant(asOf))
        return Assessment(
            AssessmentInput(
                system: system, framework: framework, vocabulary: library.vocabulary, period: period, asOf: instant, items: items, unread: unread,
                exceptions: exceptions, attestations: attestations))
    }

    private func indented(_ text: String, _ count: Int) -> String {
        text.split(separator: "\n").map { String(repeating: " ", count: count) + $0 }.joined(separator: "\n")
    }

    /// An item with facts; observed over the whole quarter unless a period is given.
    static func item(
        _ kind: String, _ facts: [(FactName, FactValue)], observed: String? = "2026-07-01/2026-10-01", path: String? = nil, producer: String? = nil,
        reviewer: String? = nil, approver: String? = nil, method: CollectionMethod = .file, sample: Int? = nil
    ) -> EvidenceItem {
        EvidenceItem(
            digest: "sha256:0", system: "s", path: path ?? "\(kind).json", kind: kind, format: "declared", size: 1,
            observed: observed.flatMap { Period($0) }, producer: producer, reviewer: reviewer, approver: approver, collectedBy: "test",
            collectedAt: Instant(seconds: 0), method: method, sample: sample.map { Sample(size: $0) },
            facts: facts.map { Fact($0, $1, at: .pointer("/\($0)")) })
    }

    static func row(_ cells: [(FactName, FactValue)]) -> FactRow { FactRow(cells.map { .init($0, $1) }, locator: .line(2)) }

    static func limit(_ name: String, atLeast: Double? = nil, atMost: Double? = nil) -> DeclaredLimit {
        DeclaredLimit(
            name: name, atLeast: atLeast.map { .number($0) }, atMost: atMost.map { .number($0) }, approvedBy: "R. Osei",
            approvedOn: Instant("2026-01-12"), location: TextLocation(path: "systems/s.yaml"))
    }

    static func date(_ text: String) -> FactValue { Instant(text).map { .date($0) } ?? .text(text) }
}
