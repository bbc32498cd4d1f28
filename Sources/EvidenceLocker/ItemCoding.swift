import EvidenceModel
import StructuredText

/// Items, unread files and readings as JSON, both ways.
enum ItemCoding {
    // MARK: Writing

    /// The item's record as a ledger entry holds it: everything but the facts, which stand in the reading object.
    static func record(_ item: EvidenceItem, reading: String) -> Value {
        .object([
            ("digest", .string(item.digest)), ("system", .string(item.system)), ("path", .string(item.path)), ("kind", .string(item.kind)),
            ("format", .string(item.format)), ("size", .int(item.size)), ("observed-from", .text(item.observed?.from.timestampOrDay)),
            ("observed-to", .text(item.observed?.to.timestampOrDay)), ("observed-basis", .text(item.observedBasis)), ("producer", .text(item.producer)),
            ("reviewer", .text(item.reviewer)), ("approver", .text(item.approver)), ("collected-by", .string(item.collectedBy)),
            ("collected-at", .string(item.collectedAt.timestamp)), ("method", .string(item.method.rawValue)),
            (
                "sample",
                item.sample.map { sample in
                    .object([
                        ("population", sample.population.map { .int($0) }), ("size", sample.size.map { .int($0) }), ("selection", .text(sample.selection)),
                    ])
                }
            ),
            ("classification", .string(item.classification.rawValue)), ("supersedes", .text(item.supersedes)), ("basis", .text(item.basis)),
            ("reading", .string(reading)),
        ])
    }

    static func reading(_ item: EvidenceItem) -> Value {
        .object([("schema", "dossier/reading/1"), ("facts", .list(item.facts.map(fact))), ("problems", .list(item.problems.map(problem)))])
    }

    static func problem(_ problem: ReadingProblem) -> Value {
        .object([
            ("id", .string(problem.id)), ("severity", .string(problem.severity)), ("place", .string(problem.place)), ("message", .string(problem.message)),
            ("hint", .text(problem.hint)),
        ])
    }

    static func unread(_ file: UnreadFile) -> Value {
        .object([
            ("system", .string(file.system)), ("path", .string(file.path)), ("kind", .text(file.kind)), ("problem", problem(file.problem)),
        ])
    }

    private static func fact(_ fact: Fact) -> Value {
        .object([
            ("name", .string(fact.name.text)), ("type", .string(fact.value.typeName)), ("value", typed(fact.value)), ("unit", .text(fact.unit)),
            ("at", .string(fact.locator.code)),
        ])
    }

    private static func typed(_ value: FactValue) -> Value {
        guard case .table(let rows) = value else { return value.value }
        return .list(
            rows.map { row in
                .object([
                    ("at", .string(row.locator.code)),
                    ("cells", .list(row.cells.map { .list([.string($0.column.text), .string($0.value.typeName), $0.value.value]) })),
                ])
            })
    }

    // MARK: Reading

    static func item(_ node: JSONNode, facts: [Fact], problems: [ReadingProblem]) -> EvidenceItem? {
        guard let digest = node["digest"]?.string, let system = node["system"]?.string, let path = node["path"]?.string, let kind = node["kind"]?.string,
            let format = node["format"]?.string, let size = node["size"]?.int, let collectedBy = node["collected-by"]?.string,
            let collectedAt = node["collected-at"]?.string.flatMap({ Instant($0) }),
            let method = node["method"]?.string.flatMap({ CollectionMethod(rawValue: $0) }),
            let classification = node["classification"]?.string.flatMap({ Classification(rawValue: $0) })
        else { return nil }
        var observed: Period?
        if let from = node["observed-from"]?.string.flatMap({ Instant($0) }), let to = node["observed-to"]?.string.flatMap({ Instant($0) }) {
            observed = Period(from: from, to: to)
        }
        let sample = node["sample"].map { Sample(population: $0["population"]?.int, size: $0["size"]?.int, selection: $0["selection"]?.string) }
        return EvidenceItem(
            digest: digest, system: system, path: path, kind: kind, format: format, size: size, observed: observed,
            observedBasis: node["observed-basis"]?.string, producer: node["producer"]?.string, reviewer: node["reviewer"]?.string,
            approver: node["approver"]?.string, collectedBy: collectedBy, collectedAt: collectedAt, method: method, sample: sample,
            classification: classification, supersedes: node["supersedes"]?.string, basis: node["basis"]?.string, facts: facts, problems: problems)
    }

    static func unread(_ node: JSONNode) -> UnreadFile? {
        guard let system = node["system"]?.string, let path = node["path"]?.string, let problem = node["problem"].flatMap(problem) else { return nil }
        return UnreadFile(system: system, path: path, kind: node["kind"]?.string, problem: problem)
    }

    static func problem(_ node: JSONNode) -> ReadingProblem? {
        guard let id = node["id"]?.string, let severity = node["severity"]?.string, let place = node["place"]?.string,
            let message = node["message"]?.string
        else { return nil }
        return ReadingProblem(id: id, severity: severity, place: place, message: message, hint: node["hint"]?.string)
    }

    static func facts(_ node: JSONNode) -> [Fact]? {
        guard let items = node["facts"]?.array else { return nil }
        var facts: [Fact] = []
        for item in items {
            guard let name = item["name"]?.string, let type = item["type"]?.string, let stored = item["value"],
                let locator = item["at"]?.string.flatMap({ Locator(code: $0) }), let value = value(stored, type)
            else { return nil }
            facts.append(Fact(FactName(name), value, unit: item["unit"]?.string, at: locator))
        }
        return facts
    }

    private static func value(_ node: JSONNode, _ type: String) -> FactValue? {
        switch type {
        case "number": return node.double.map { .number($0) }
        case "text": return node.string.map { .text($0) }
        case "flag": return node.bool.map { .flag($0) }
        case "date": return node.string.flatMap { Instant($0) }.map { .date($0) }
        case "duration": return node.string.flatMap { CalendarDuration($0) }.map { .duration($0) }
        case "list": return node.array.map { .list($0.compactMap(\.string)) }
        case "table":
            guard let rows = node.array else { return nil }
            var table: [FactRow] = []
            for row in rows {
                guard let locator = row["at"]?.string.flatMap({ Locator(code: $0) }), let cells = row["cells"]?.array else { return nil }
                var values: [FactRow.Cell] = []
                for cell in cells {
                    guard let parts = cell.array, parts.count == 3, let column = parts[0].string, let type = parts[1].string, type != "table",
                        let value = value(parts[2], type)
                    else { return nil }
                    values.append(.init(FactName(column), value))
                }
                table.append(FactRow(values, locator: locator))
            }
            return .table(table)
        default: return nil
        }
    }
}

extension Instant {
    fileprivate var timestampOrDay: String { text }
}
