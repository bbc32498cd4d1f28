import ControlFrameworks
import Diagnostics
import EvidenceLocker
import EvidenceModel
import Foundation
import GapAnalysis

@testable import ReportModel
@testable import Workspaces

/// Reports made in memory, with text that would do harm if a writer let it through.
enum SampleReport {
    static let hostile =
        "<script>alert(1)</script> [x](javascript:alert(2)) | a | `b` \u{202E}gnp\u{202C} \u{0} \"onmouseover='x' &amp; # h\n\n## Heading\n- x www.evil.example x@evil.example"

    /// One system under a small framework of our own, and under the shipped ones that are named.
    /// - Parameter bulk: so many more controls, and half as many more items.
    static func report(frameworks: [String] = [], evaluated: Bool = true, bulk: Int = 0) throws -> Report {
        let library = FrameworkLibrary(workspace: [
            DefinitionFile(path: "frameworks/test-law/framework.yaml", bytes: Array(header.utf8)),
            DefinitionFile(path: "frameworks/test-law/controls.yaml", bytes: Array((controls + bulkControls(bulk)).utf8)),
        ])
        let system = try system()
        let items = evaluated ? items(bulk: bulk) : []
        let unread = [
            UnreadFile(
                system: system.id, path: "evidence/broken.json", kind: "drift-report",
                problem: ReadingProblem(
                    id: "json.cut-short", severity: "error", place: "evidence/broken.json:3:1", message: "the file ends in a text \(hostile)",
                    hint: "export it again"))
        ]
        guard let period = Period("2026-Q3"), let asOf = Instant("2026-10-01") else { throw DiagnosticList([]) }
        let exceptions = try exceptions()
        let attestations = evaluated ? try attestations() : []
        let assessments = try (["test-law"] + frameworks).map { name in
            Assessment(
                AssessmentInput(
                    system: system, framework: try library.framework(named: name), vocabulary: library.vocabulary, period: period, asOf: asOf,
                    items: items, unread: evaluated ? unread : [], exceptions: exceptions, attestations: attestations))
        }
        var report = Report(
            organisation: "Meridian <Scoring> SL", system: system, period: period, asOf: asOf,
            signers: [Workspace.Signer(name: "Ana Ruiz", role: "Compliance officer")], assessments: assessments, contents: LockerContents(),
            exceptions: exceptions, attestations: attestations, incomplete: [], producer: "dossier 1.0",
            previous: PreviousReport(period: "2026-Q2", ledgerHead: "sha256:" + String(repeating: "ab", count: 32), verdicts: ["test-law": ["1.1": "not met"]]))
        report.items = items
        report.unread = evaluated ? unread : []
        return report
    }

    private static func system() throws -> AISystem {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("dossier-sample-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder.appendingPathComponent("systems"), withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data("organisation: Meridian\n".utf8).write(to: folder.appendingPathComponent("dossier.yaml"))
        try Data(systemFile.utf8).write(to: folder.appendingPathComponent("systems/credit-scoring.yaml"))
        let workspace = try Workspace.load(folder.path)
        guard let system = workspace.system("credit-scoring") else { throw DiagnosticList(workspace.diagnostics) }
        return system
    }

    private static func exceptions() throws -> [GapException] {
        guard let from = Instant("2026-08-01"), let to = Instant("2027-01-01") else { throw DiagnosticList([]) }
        return [
            GapException(
                id: "EX-1 <b>", system: "credit-scoring", framework: "test-law", controls: ["2.2"], reason: hostile, measure: "Weekly manual review",
                owner: "Jo Tan", approver: "Ana Ruiz", from: from, to: to, location: TextLocation(path: "exceptions/ex-1.yaml"))
        ]
    }

    /// A statement that was accepted, and then declined by mail.
    private static func attestations() throws -> [RecordedAttestation] {
        guard let period = Period("2026-Q3"), let accepted = Instant("2026-09-28T10:00:00Z"), let declined = Instant("2026-09-29T10:00:00Z") else {
            throw DiagnosticList([])
        }
        var first = RecordedAttestation(
            id: "oversight-q3", system: "credit-scoring", framework: "test-law", controls: ["2.5"], period: period, person: "Ana Ruiz",
            role: "Compliance officer", decision: .accepted, text: "I have read it. \(hostile)", textSHA256: String(repeating: "a1", count: 32),
            key: String(repeating: "b2", count: 32), at: accepted, entry: 40)
        first.signature = .valid(keyName: "ana")
        var second = first
        second.decision = .declined
        second.reason = hostile
        second.decidedOn = Instant("2026-09-29")
        second.route = .csv
        second.recordedBy = "jo"
        second.supersedes = 40
        second.at = declined
        second.entry = 41
        return [first, second]
    }

    private static func items(bulk: Int) -> [EvidenceItem] {
        var items = [
            item(
                "evidence/card.md", "model-card", "2026-05-02", "2026-05-02",
                [
                    Fact("model-name", .text("Credit score \(hostile)"), at: .line(3)),
                    Fact(
                        "intended-use",
                        .text("Ranks consumer loan applicants in Spain by their probability of default within twelve months, so that an officer can decide."),
                        at: .line(7)),
                    Fact("limitations", .text("TODO"), at: .line(15)), Fact("languages", .list(["es", "en"]), at: .line(20)),
                ]),
            item(
                "evidence/drift/2026-07.json", "drift-report", "2026-07-01", "2026-08-01",
                [Fact("psi-max", .number(0.11), unit: "ratio", at: .pointer("/psi/max"))]),
            item(
                "evidence/drift/2026-09.json", "drift-report", "2026-09-03", "2026-10-01",
                [Fact("psi-max", .number(0.31), unit: "ratio", at: .pointer("/psi/max"))]),
            item(
                "evidence/tech.md", "technical-documentation", "2026-06-30", "2026-06-30",
                [
                    Fact(
                        "intended-purpose",
                        .text(
                            "Ranks consumer loan applicants in Spain by their probability of default within twelve months, so that a credit officer can decide on the application. \(hostile)"
                        ), at: .line(4)),
                    Fact("provider-name", .text("Meridian Scoring SL"), at: .line(8)), Fact("system-version", .text("3.2.0"), at: .line(9)),
                ]),
        ]
        items += (0..<bulk / 2).map { index in
            item(
                "evidence/bulk/\(index).json", index < 5 ? "drift-report" : "cost-report", "2026-07-01", "2026-10-01",
                [Fact("psi-max", .number(0.1), at: .whole)])
        }
        return items.sorted { ($0.kind, $0.path) < ($1.kind, $1.path) }
    }

    private static func item(_ path: String, _ kind: String, _ from: String, _ to: String, _ facts: [Fact]) -> EvidenceItem {
        let observed = Instant(from).flatMap { from in Instant(to).map { Period(from: from, to: $0) } }
        return EvidenceItem(
            digest: "sha256:" + String(repeating: "0123456789abcdef", count: 4), system: "credit-scoring", path: path, kind: kind, format: "declared",
            size: 2048, observed: observed, observedBasis: "declaration", producer: path.contains("drift") ? nil : "Model Risk \(hostile.prefix(60))",
            collectedBy: "dossier 1.0", collectedAt: Instant(seconds: 1_790_000_000), sample: Sample(population: 12_000, size: 400, selection: "random"),
            facts: facts)
    }

    private static let systemFile = """
        name: Credit "scoring" <v3>
        purpose: Ranks consumer loan applicants by their probability of default.
        roles: [provider]
        risk: high
        annex: III
        jurisdictions: [EU, CA]
        versions: [{ version: 3.2.0, released: 2026-06-30 }]
        ownership: { compliance: Ana Ruiz }
        limits: { drift-report.psi-max: { at-most: 0.2, approved-by: R. Osei, approved-on: 2026-01-12, why: model risk policy } }
        """

    private static let header = """
        framework: test-law
        title: A law for tests
        edition: First edition
        coverage: partial
        coverage-note: Only what the tests need.
        sources: [{ id: T, title: A law for tests, cite: T }]
        in-force: [{ id: later, dates: [{ from: 2027-12-02, cite: Section 9 }] }]
        """

    private static let examples = """
            examples:
              met: { model-card: { model-name: Credit score model } }
              not-met: { model-card: { model-name: TODO } }

        """

    private static func control(_ id: String, _ parent: String?, _ rest: String) -> String {
        "  - id: \"\(id)\"\n" + (parent.map { "    parent: \"\($0)\"\n" } ?? "")
            + "    title: Title of \(id)\n    asks: What \(id) asks.\n    cite: Law, Section \(id)\n" + rest
    }

    private static let controls =
        "controls:\n" + control("1", nil, "")
        + control("1.1", "1", "    needs: [{ evidence: model-card, why: it names the model, expect: [{ fact: model-name, is: present }] }]\n" + examples)
        + control("1.2", "1", "    needs: [{ evidence: model-card, why: it names limits, expect: [{ fact: limitations, is: present }] }]\n" + examples)
        + control("2", nil, "")
        + control(
            "2.1", "2",
            "    needs: [{ evidence: drift-report, why: drift is watched, covers: period, allowed-hole: P1D, expect: [{ fact: psi-max, meets: declared-limit }] }]\n"
                + examples)
        + control("2.2", "2", "    needs: [{ evidence: incident-record, why: incidents are kept }]\n" + examples)
        + control(
            "2.3", "2",
            "    in-force: later\n    needs: [{ evidence: model-card, why: it says the use, expect: [{ fact: intended-use, is: present }] }]\n" + examples)
        + control("2.4", "2", "    applies: { role: importer }\n    needs: [{ evidence: model-card, why: importers check }]\n" + examples)
        + control("2.5", "2", "    decided-by: person\n    needs: [{ evidence: model-card, why: somebody answers for it }]\n" + examples)

    private static func bulkControls(_ count: Int) -> String {
        (0..<count).map {
            control("9.\($0)", "2", "    needs: [{ evidence: drift-report, why: drift, within: P1Y, expect: [{ fact: psi-max, is: present }] }]\n" + examples)
        }.joined()
    }
}
