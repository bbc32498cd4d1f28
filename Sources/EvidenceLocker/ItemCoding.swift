import EvidenceModel
import StructuredText

/// Items, unread files and readings as JSON, both ways.
enum ItemCoding {
    // MARK: Writing

    /// What an entry says of an item: all but the facts, which stand in the reading.
    ///
    /// - Parameter proof: the digests, plain or blinded, and the commitments.
    static func record(_ item: EvidenceItem, proof: [(String, Value?)]) -> Value {
        .object(
            [
                ("system", .string(item.system)), ("path", .string(item.path)), ("kind", .string(item.kind)),
                ("format", .string(item.format)), ("observed-from", .text(item.observed?.from.text)),
                ("observed-to", .text(item.observed?.to.text)), ("observed-basis", .text(item.observedBasis)), ("producer", .text(item.producer)),
                ("reviewer", .text(item.reviewer)), ("approver", .text(item.approver)), ("collected-by", .string(item.collectedBy)),
                ("method", .string(item.method.rawValue)),
                (
                    "sample",
                    item.sample.map { sample in
                        .object([
                            ("population", sample.population.map { .int($0) }), ("size", sample.size.map { .int($0) }),
                            ("selection", .text(sample.selection)),
                        ])
                    }
                ),
                ("class", .string(item.classification.rawValue)), ("supersedes", .text(item.supersedes)), ("facts", .int(item.facts.count)),
            ] + proof)
    }

    /// The reading: a line of its own for problems, and one for each fact, so that a single fact can be withheld and the others still prove.
    static func reading(_ item: EvidenceItem) -> [UInt8] {
        let head = Value.object([("schema", "dossier/reading/2"), ("problems", .list(item.problems.map(problem)))])
        return Array(([head] + item.facts.map(fact)).map { $0.canonicalJSON + "\n" }.joined().utf8)
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

    /// The item of an entry, as far as the entry tells; facts, digest and size of a sealed item are for the caller to fill in.
    static func item(_ node: JSONNode, at collectedAt: Instant) -> EvidenceItem? {
        guard let system = node["system"]?.string, let path = node["path"]?.string, let kind = node["kind"]?.string,
            let format = node["format"]?.string, let collectedBy = node["collected-by"]?.string,
            let method = node["method"]?.string.flatMap({ CollectionMethod(rawValue: $0) }),
            let classification = node["class"]?.string.flatMap({ Classification(rawValue: $0) })
        else { return nil }
        var observed: Period?
        if let from = node["observed-from"]?.string.flatMap({ Instant($0) }), let to = node["observed-to"]?.string.flatMap({ Instant($0) }) {
            observed = Period(from: from, to: to)
        }
        let sample = node["sample"].map { Sample(population: $0["population"]?.int, size: $0["size"]?.int, selection: $0["selection"]?.string) }
        let blinded = node["blinded"]?.string
        guard let digest = node["sha256"]?.string.map({ "sha256:\($0)" }) ?? blinded.map({ "blinded:\($0)" }) else { return nil }
        var item = EvidenceItem(
            digest: digest, system: system, path: path, kind: kind, format: format, size: node["size"]?.int ?? 0, observed: observed,
            observedBasis: node["observed-basis"]?.string, producer: node["producer"]?.string, reviewer: node["reviewer"]?.string,
            approver: node["approver"]?.string, collectedBy: collectedBy, collectedAt: collectedAt, method: method, sample: sample,
            classification: classification, supersedes: node["supersedes"]?.string, basis: node["basis"]?.string)
        item.blinded = blinded
        return item
    }

    /// The facts and problems of a reading; `nil` when it is not in a form that this version knows.
    static func reading(_ bytes: [UInt8], path: String) -> (facts: [Fact], problems: [ReadingProblem])? {
        var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        guard lines.popLast()?.isEmpty == true, let first = lines.first, let head = JSONParser.parse(Array(first), path: path).node,
            head["schema"]?.string == "dossier/reading/2"
        else { return nil }
        var facts: [Fact] = []
        for line in lines.dropFirst() {
            guard let node = JSONParser.parse(Array(line), path: path).node, let fact = fact(node) else { return nil }
            facts.append(fact)
        }
        return (facts, (head["problems"]?.array ?? []).compactMap(problem))
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

    private static func fact(_ item: JSONNode) -> Fact? {
        guard let name = item["name"]?.string, let type = item["type"]?.string, let stored = item["value"],
            let locator = item["at"]?.string.flatMap({ Locator(code: $0) }), let value = value(stored, type)
        else { return nil }
        return Fact(FactName(name), value, unit: item["unit"]?.string, at: locator)
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
