import Diagnostics
import EvidenceModel
import StructuredText

extension MappedReader {
    func readJSON(_ source: EvidenceSource, _ outcome: inout MappedOutcome) throws {
        let bytes = try source.wholeBytes()
        let (node, diagnostics) = JSONParser.parse(bytes, path: source.path)
        guard let node else { throw diagnostics.first ?? Diagnostic.noJSON(source.path) }
        outcome.tally.add(diagnostics)
        let places = LineStarts(bytes)
        let locate: (JSONNode) -> TextLocation = { places.location(of: $0.offset, path: source.path) }
        for (rule, pointer) in placed {
            if let (value, locator) = value(of: rule, pointer, in: node, under: "", &outcome, locate) {
                outcome.state(rule, value, at: locator)
            }
        }
        for table in definition.tables {
            var rows: [FactRow] = []
            for (pointer, item) in rowNodes(node, table.rows ?? "") {
                guard rows.count < MappedOutcome.maximumRows else {
                    outcome.tooManyRows(table)
                    break
                }
                rows.append(row(table, item, pointer, &outcome, locate))
            }
            outcome.state(table, rows)
        }
    }

    /// The rows that a pointer selects; a pointer to one list stands for its elements.
    private func rowNodes(_ root: JSONNode, _ pointer: String) -> [(pointer: String, node: JSONNode)] {
        let found = root.all(pointer: pointer)
        guard found.count == 1, let only = found.first, only.node.array != nil else { return found }
        return root.all(pointer: pointer + "/*")
    }

    private func row(
        _ table: MappingDefinition.TableRule, _ node: JSONNode, _ pointer: String, _ outcome: inout MappedOutcome,
        _ locate: (JSONNode) -> TextLocation
    ) -> FactRow {
        let cells = table.columns.compactMap { rule -> FactRow.Cell? in
            switch rule.source {
            case .constant(let value): return .init(rule.definition.name, value)
            case .place(let place):
                guard let (value, _) = value(of: rule, place, in: node, under: pointer, &outcome, locate, isRow: true) else {
                    return nil
                }
                return .init(rule.definition.name, value)
            }
        }
        return FactRow(cells, locator: .pointer(pointer))
    }

    /// The value that a rule finds; told as absent unless in a row, where values may be missing.
    private func value(
        of rule: MappingDefinition.Rule, _ pointer: String, in node: JSONNode, under above: String,
        _ outcome: inout MappedOutcome,
        _ locate: (JSONNode) -> TextLocation, isRow: Bool = false
    ) -> (FactValue, Locator)? {
        let found = node.all(pointer: pointer).filter { !$0.node.isNull }
        if found.isEmpty, rule.aggregate != .count {
            if !isRow { outcome.absent(rule, pointer) }
            return nil
        }
        if rule.definition.type == .list, rule.aggregate == nil {
            return list(of: rule, found, above + pointer, &outcome, locate)
        }
        if let how = rule.aggregate { return aggregate(how, found, rule, above + pointer, &outcome, locate) }
        guard found.count == 1, let (exact, only) = found.first else {
            outcome.tally.add(.several(locate(node), rule, found.count))
            return nil
        }
        guard let value = scalar(only, rule, &outcome, locate) else {
            if !isRow, only.string?.contains(where: { !$0.isWhitespace }) == false { outcome.absent(rule, pointer) }
            return nil
        }
        return (value, .pointer(above + exact))
    }

    private func scalar(
        _ node: JSONNode, _ rule: MappingDefinition.Rule, _ outcome: inout MappedOutcome, _ locate: (JSONNode) -> TextLocation
    ) -> FactValue? {
        guard let text = node.scalarText else {
            outcome.tally.add(.notAScalar(locate(node), rule, node.kindName))
            return nil
        }
        return outcome.value(text, rule, at: locate(node))
    }

    private func list(
        of rule: MappingDefinition.Rule, _ found: [(pointer: String, node: JSONNode)], _ pointer: String,
        _ outcome: inout MappedOutcome,
        _ locate: (JSONNode) -> TextLocation
    ) -> (FactValue, Locator)? {
        var items: [String] = []
        for node in found.flatMap({ $0.node.array ?? [$0.node] }) where !node.isNull {
            guard let text = node.scalarText else {
                outcome.tally.add(.notAScalar(locate(node), rule, node.kindName))
                return nil
            }
            items.append(text)
        }
        return (.list(items), .pointer(pointer))
    }

    private func aggregate(
        _ how: MappingDefinition.Aggregate, _ found: [(pointer: String, node: JSONNode)], _ rule: MappingDefinition.Rule,
        _ pointer: String,
        _ outcome: inout MappedOutcome, _ locate: (JSONNode) -> TextLocation
    ) -> (FactValue, Locator)? {
        var aggregate = MappedAggregate(how)
        for (exact, node) in found {
            if how == .count {
                aggregate.take(.number(1), at: .pointer(exact))
            } else if let value = scalar(node, rule, &outcome, locate) {
                aggregate.take(value, at: .pointer(exact))
            } else if node.string?.contains(where: { !$0.isWhitespace }) != false {
                aggregate.isDamaged = true
            }
        }
        return aggregate.value(whole: .pointer(pointer))
    }
}

extension Diagnostic {
    fileprivate static func noJSON(_ path: String) -> Self {
        Diagnostic(
            id: "mapped.no-json", severity: .error, location: TextLocation(path: path, line: 1, column: 1),
            message: "found no JSON value",
            hint: "export the file again")
    }

    fileprivate static func notAScalar(_ location: TextLocation, _ rule: MappingDefinition.Rule, _ found: String) -> Self {
        Diagnostic(
            id: "mapped.not-a-value", severity: .error, location: location,
            message: "'\(rule.title)' is \(found); expected a \(rule.definition.type.rawValue)",
            hint: "let the pointer at \(rule.location) lead to a single value")
    }

    fileprivate static func several(_ location: TextLocation, _ rule: MappingDefinition.Rule, _ count: Int) -> Self {
        .severalMapped(location, rule, count)
    }

    static func severalMapped(_ location: TextLocation, _ rule: MappingDefinition.Rule, _ count: Int) -> Self {
        Diagnostic(
            id: "mapped.several", severity: .error, location: location,
            message: "'\(rule.title)' has \(count) values; expected one",
            hint: "add 'aggregate: first' or another at \(rule.location), or select one value")
    }
}
