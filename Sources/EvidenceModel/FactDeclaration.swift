public import Diagnostics
public import StructuredText

/// Reads facts that are written down as YAML, beside an artefact or in a framework's example.
public enum FactDeclaration {
    /// The facts of a map from fact name to value. A table fact is a list of maps.
    ///
    /// Each fact's locator is the line of the declaration.
    public static func facts(from node: YAMLNode, kind: EvidenceKind, path: String) -> (facts: [Fact], diagnostics: [Diagnostic]) {
        guard let members = node.members else {
            return ([], [.factsAreNoMap(node)])
        }
        var facts: [Fact] = []
        var diagnostics: [Diagnostic] = []
        for member in members where !member.value.isNull {
            let name = FactName(member.key)
            let locator = Locator.declaration(line: member.keyLocation.line ?? 1)
            if let table = kind.table(name) {
                let rows = rows(member.value, table, &diagnostics)
                facts.append(Fact(name, .table(rows), at: locator))
            } else if let definition = kind.fact(name) {
                if let value = value(member.value, definition, &diagnostics) {
                    facts.append(Fact(name, value, unit: definition.unit, at: locator))
                }
            } else {
                diagnostics.append(.unknownFact(member, in: "kind '\(kind.name)'", known: (kind.facts.map(\.name) + kind.tables.map(\.name)).map(\.text)))
            }
        }
        return (facts, diagnostics)
    }

    private static func rows(_ node: YAMLNode, _ table: TableDefinition, _ diagnostics: inout [Diagnostic]) -> [FactRow] {
        guard let items = node.list else {
            diagnostics.append(.tableIsNoList(node, table.name))
            return []
        }
        return items.compactMap { item in
            guard let members = item.members else {
                diagnostics.append(.rowIsNoMap(item, table.name))
                return nil
            }
            var cells: [FactRow.Cell] = []
            for member in members where !member.value.isNull {
                guard let column = table.column(FactName(member.key)) else {
                    diagnostics.append(.unknownFact(member, in: "table '\(table.name)'", known: table.columns.map(\.name.text)))
                    continue
                }
                if let value = value(member.value, column, &diagnostics) { cells.append(.init(column.name, value)) }
            }
            return FactRow(cells, locator: .declaration(line: item.location.line ?? 1))
        }
    }

    private static func value(_ node: YAMLNode, _ definition: FactDefinition, _ diagnostics: inout [Diagnostic]) -> FactValue? {
        if let items = node.list {
            guard definition.type == .list else {
                diagnostics.append(.wrongType(node, definition, expected: "one value"))
                return nil
            }
            for item in items where item.text == nil { diagnostics.append(.wrongType(item, definition, expected: "a text")) }
            return .list(items.filter { !$0.isNull }.compactMap(\.text))
        }
        guard let text = node.text else {
            diagnostics.append(.wrongType(node, definition, expected: "a single value"))
            return nil
        }
        // A list written as one text is a list of one: commas belong to the text.
        if definition.type == .list { return .list([text.trimmingBlanks()]) }
        switch FactConversion.value(text, as: definition) {
        case .success(let value): return value
        case .failure(let refusal):
            diagnostics.append(.wrongType(node, definition, expected: refusal.expected))
            return nil
        }
    }
}

extension Diagnostic {
    fileprivate static func factsAreNoMap(_ node: YAMLNode) -> Self {
        Diagnostic(
            id: "facts.not-a-map", severity: .error, location: node.location, message: "facts are \(node.kindName); expected a map of fact names",
            hint: "write 'fact-name: value' lines")
    }

    fileprivate static func unknownFact(_ member: YAMLNode.Member, in owner: String, known: [String]) -> Self {
        Diagnostic(
            id: "facts.unknown", severity: .error, location: member.keyLocation,
            message: "\(owner) has no fact '\(member.key)'\(suggestion(for: member.key, among: known))", hint: "the vocabulary is in Frameworks/evidence-kinds")
    }

    fileprivate static func tableIsNoList(_ node: YAMLNode, _ table: FactName) -> Self {
        Diagnostic(
            id: "facts.not-a-table", severity: .error, location: node.location, message: "table '\(table)' is \(node.kindName); expected a list of rows",
            hint: "write '- column: value' lines")
    }

    fileprivate static func rowIsNoMap(_ node: YAMLNode, _ table: FactName) -> Self {
        Diagnostic(
            id: "facts.not-a-row", severity: .error, location: node.location, message: "a row of '\(table)' is \(node.kindName); expected a map",
            hint: "write 'column: value' lines")
    }

    fileprivate static func wrongType(_ node: YAMLNode, _ definition: FactDefinition, expected: String) -> Self {
        Diagnostic(
            id: "facts.wrong-type", severity: .error, location: node.location,
            message: "'\(definition.name)' is '\((node.text ?? node.kindName).prefix(60))'; expected \(expected)", hint: "correct the value, or leave it out")
    }
}
