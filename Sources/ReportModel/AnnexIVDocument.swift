import ControlFrameworks
import EvidenceModel
import GapAnalysis
public import StructuredText
import Workspaces

extension Report {
    /// The technical documentation of Annex IV to Regulation (EU) 2024/1689 as a tree: each point and sub-point in order, and at each what the
    /// evidence states, quoted with its place. Nothing is written in between: where nothing supports a place, it is empty and says what is asked.
    ///
    /// `nil` when the report has no assessment under `eu-ai-act`.
    public var annexIV: Value? {
        guard let assessment = assessments.first(where: { $0.framework.id == AnnexIVDocument.framework }) else { return nil }
        return withholding(AnnexIVDocument(report: self, assessment: assessment).tree)
    }
}

/// Binds each point of Annex IV to the facts that its requirements ask for.
struct AnnexIVDocument {
    let report: Report
    let assessment: Assessment
    private let references: [String: String]

    static let framework = "eu-ai-act"
    /// Rows of a table fact that are printed; the rest is counted.
    static let maximumRows = 100

    init(report: Report, assessment: Assessment) {
        self.report = report
        self.assessment = assessment
        references = report.references
    }

    /// The Annex and its points; `Annex IV`, not `Annex IVa`.
    static func belongs(_ id: ControlID) -> Bool {
        let key = id.key
        guard key.hasPrefix("annexiv") else { return false }
        let rest = key.dropFirst("annexiv".count)
        return rest.isEmpty || rest.hasPrefix("(")
    }

    var tree: Value {
        let controls = assessment.controls.filter { Self.belongs($0.control.id) }
        var counts = Counts()
        var used: Set<String> = []
        let points = controls.map { point($0, controls, &counts, &used) }
        let items = report.items.filter { used.contains($0.path) }
        return .object([
            ("schema", "dossier/annex-iv/1"), ("producer", .string(report.producer)), ("organisation", .string(report.organisation)),
            (
                "system",
                .object([
                    ("id", .string(report.system.id)), ("name", .string(report.system.name)), ("version", .string(report.system.version ?? "not stated")),
                    ("released", .text(report.system.releaseDate?.text)),
                ])
            ),
            ("period", .object([("label", .string(report.period.label)), ("from", .string(report.period.from.text)), ("to", .string(report.period.to.text))])),
            ("as-of", .string(report.asOf.text)), ("status", .string(report.status)),
            (
                "framework",
                .object([
                    ("id", .string(assessment.framework.id)), ("title", .string(assessment.framework.title)),
                    ("edition", .string(assessment.framework.edition)), ("digest", .string(assessment.framework.digest)),
                ])
            ),
            (
                "counts",
                .object([
                    ("points", .int(counts.points)), ("filled", .int(counts.filled)), ("partly", .int(counts.partly)), ("empty", .int(counts.empty)),
                    ("not-applicable", .int(counts.notApplicable)), ("not-assessed", .int(counts.notAssessed)),
                ])
            ),
            ("points", .list(points)), ("sources", .list(items.map(source))),
        ])
    }

    /// Points that are asked by themselves, by how much of what they ask is supported.
    private struct Counts {
        var points = 0
        var filled = 0
        var partly = 0
        var empty = 0
        var notApplicable = 0
        var notAssessed = 0
    }

    private func point(_ control: ControlAssessment, _ all: [ControlAssessment], _ counts: inout Counts, _ used: inout Set<String>) -> Value {
        var places = (asked: 0, supported: 0)
        var requirements: [Value] = []
        for requirement in control.requirements where requirement.verdict != .notApplicable {
            requirements.append(self.requirement(requirement, &places, &used))
        }
        let state = state(control, places, &counts)
        return .object([
            ("id", .string(control.control.id.text)), ("anchor", .string(Report.anchor("point", control.control.id))),
            ("title", .string(control.control.title)), ("asks", .string(control.control.asks)), ("cite", .string(control.control.cite)),
            ("group", .bool(control.isGroup)), ("depth", .int(depth(of: control, in: all))), ("verdict", .string(control.verdict.rawValue)),
            ("state", .string(state)), ("places", .int(places.asked)), ("supported", .int(places.supported)),
            ("applicability", .text(control.applicability)), ("note", .text(control.control.note)), ("owner", .text(report.owner)),
            ("requirements", .list(requirements)),
        ])
    }

    private func state(_ control: ControlAssessment, _ places: (asked: Int, supported: Int), _ counts: inout Counts) -> String {
        if control.isGroup { return "group" }
        counts.points += 1
        if control.verdict == .notApplicable {
            counts.notApplicable += 1
            return "not applicable"
        }
        if control.requirements.isEmpty {
            counts.notAssessed += 1
            return "not assessed"
        }
        if places.supported == 0 {
            counts.empty += 1
            return "empty"
        }
        if places.supported < places.asked {
            counts.partly += 1
            return "partly supported"
        }
        counts.filled += 1
        return "supported"
    }

    private func depth(of control: ControlAssessment, in all: [ControlAssessment]) -> Int {
        var depth = 0
        var next = control.control.parent
        while let id = next, depth < 8, let parent = all.first(where: { $0.control.id == id }) {
            depth += 1
            next = parent.control.parent
        }
        return depth
    }

    private func requirement(_ assessed: RequirementAssessment, _ places: inout (asked: Int, supported: Int), _ used: inout Set<String>) -> Value {
        var facts: [Value] = []
        for place in Place.all(of: assessed.requirement, system: report) {
            let entries = entries(place, assessed.considered)
            places.asked += 1
            if !entries.supports.isEmpty { places.supported += 1 }
            for item in entries.items { used.insert(item) }
            facts.append(
                .object([
                    ("fact", .string(place.name.text)), ("label", .string(place.label)), ("asked", .list(place.asked.map { .string($0) })),
                    ("entries", .list(entries.supports)), ("placeholders", .list(entries.placeholders)),
                ]))
        }
        if assessed.requirement.checks.isEmpty {
            places.asked += 1
            if !assessed.considered.isEmpty { places.supported += 1 }
            for item in assessed.considered { used.insert(item.path) }
        }
        return .object([
            ("number", .int(assessed.requirement.number)), ("kinds", .list(assessed.requirement.kinds.map { .string($0) })),
            ("why", .string(assessed.requirement.why)), ("rule", .string(RequirementSentence.sentence(assessed.requirement))),
            ("verdict", .string(assessed.verdict.rawValue)), ("facts", .list(facts)),
            ("records", .list(assessed.requirement.checks.isEmpty ? assessed.considered.map { cited($0, .whole) } : [])),
            (
                "shortfalls",
                .list(
                    assessed.shortfalls.map { .object([("reason", .string($0.reason.rawValue)), ("text", .string($0.text)), ("remedy", .string($0.remedy))]) })
            ),
        ])
    }

    /// One fact or table that a requirement asks for, with its checks as sentences.
    private struct Place {
        var name: FactName
        var isTable: Bool
        var asked: [String]

        /// `intended-purpose` as `Intended purpose`.
        var label: String {
            let words = name.text.split(separator: "-").joined(separator: " ")
            return words.prefix(1).uppercased() + words.dropFirst()
        }

        static func all(of requirement: Requirement, system report: Report) -> [Place] {
            var places: [Place] = []
            for check in requirement.checks {
                guard let name = check.scope.table ?? check.fact else { continue }
                let sentence = CheckSentence.sentence(check, system: report.system)
                if let index = places.firstIndex(where: { $0.name == name }) {
                    places[index].asked.append(sentence)
                } else {
                    places.append(Place(name: name, isTable: check.scope.table != nil, asked: [sentence]))
                }
            }
            return places
        }
    }

    private func entries(_ place: Place, _ items: [EvidenceItem]) -> (supports: [Value], placeholders: [Value], items: [String]) {
        var supports: [Value] = []
        var placeholders: [Value] = []
        var used: [String] = []
        for item in items {
            for fact in item.showingNothingWithheld.facts where fact.name == place.name {
                if isEmpty(fact.value) {
                    placeholders.append(cited(item, fact.locator, [("text", .string(fact.value.text))]))
                } else {
                    supports.append(cited(item, fact.locator, content(fact)))
                    used.append(item.path)
                }
            }
        }
        return (supports, placeholders, used)
    }

    /// Placeholder text and tables without a row support nothing.
    private func isEmpty(_ value: FactValue) -> Bool {
        switch value {
        case .text(let text): Substance.isPlaceholder(text)
        case .list(let items): items.isEmpty
        case .table(let rows): rows.isEmpty
        case .number, .flag, .date, .duration: false
        }
    }

    private func content(_ fact: Fact) -> [(String, Value?)] {
        switch fact.value {
        case .list(let items): return [("items", .list(items.map { .string($0) }))]
        case .table(let rows): return [("table", table(rows))]
        case .number: return [("value", .string(fact.value.text + (fact.unit.map { " \($0)" } ?? "")))]
        case .flag, .date, .duration: return [("value", .string(fact.value.text))]
        case .text(let text): return [("text", .string(text))]
        }
    }

    private func table(_ rows: [FactRow]) -> Value {
        var columns: [FactName] = []
        for cell in rows.flatMap(\.cells) where !columns.contains(cell.column) { columns.append(cell.column) }
        return .object([
            ("columns", .list(columns.map { .string($0.text) })),
            (
                "rows",
                .list(
                    rows.prefix(Self.maximumRows).map { row in
                        .object([
                            ("cells", .list(columns.map { .string(row[$0].map(\.text) ?? "") })), ("place", .string(row.locator.suffix)),
                        ])
                    })
            ),
            ("total", .int(rows.count)), ("left-out", rows.count > Self.maximumRows ? .int(rows.count - Self.maximumRows) : nil),
        ])
    }

    /// What an item states, with where it stands.
    private func cited(_ item: EvidenceItem, _ locator: Locator, _ content: [(String, Value?)] = []) -> Value {
        .object(
            content + [
                ("ref", .string(references[item.path] ?? "")), ("path", .string(item.path)), ("place", .string(item.path + locator.suffix)),
                ("digest", .string(item.publicDigest)), ("kind", .string(item.kind)), ("observed-to", .text(item.observed?.to.text)),
                ("producer", .text(item.producer)),
            ])
    }

    private func source(_ item: EvidenceItem) -> Value {
        .object([
            ("ref", .string(references[item.path] ?? "")), ("path", .string(item.path)), ("kind", .string(item.kind)), ("digest", .string(item.publicDigest)),
            ("observed-from", .text(item.observed?.from.text)), ("observed-to", .text(item.observed?.to.text)), ("producer", .text(item.producer)),
            ("approver", .text(item.approver)),
        ])
    }
}
