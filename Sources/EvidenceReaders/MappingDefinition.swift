public import Diagnostics
public import EvidenceModel
import LibXML
public import StructuredText

/// Where in a file of no known format the facts of an evidence kind stand, as somebody declared it.
///
/// ```yaml
/// mapping:
///   format: json                                # json, csv or xml
///   facts:
///     psi-max: /summary/psi                     # a JSON pointer, a column (its first row) or an XPath expression, as the format asks
///     rows: { column: id, aggregate: count }    # first, last, count, sum, min or max of many values
///     model: { value: credit-scoring/7 }        # a constant
///   tables:
///     features:
///       rows: /features/*                       # what the rows are; left out for csv
///       columns: { name: /name, psi: /psi }     # seen from the row
///   namespaces: { p: "urn:example" }            # prefixes of XPath expressions
///   delimiter: ";"                              # of csv, where it cannot be told
/// ```
public struct MappingDefinition: Sendable {
    public enum Format: String, CaseIterable, Sendable { case json, csv, xml }

    /// How one value comes from many.
    enum Aggregate: String, CaseIterable, Sendable { case first, last, count, sum, min, max }

    /// A fact or column and where its value stands.
    struct Rule: Sendable {
        enum Source: Sendable {
            /// A pointer, column name or expression.
            case place(String)
            case constant(FactValue)
        }

        var definition: FactDefinition
        /// The fact's name, or table and column with a dot between them.
        var title: String
        var source: Source
        var aggregate: Aggregate?
        /// Where the mapping says so.
        var location: TextLocation
    }

    struct TableRule: Sendable {
        var definition: TableDefinition
        /// A pointer or expression that selects the rows; `nil` for csv, whose rows all count.
        var rows: String?
        /// In the order of the vocabulary.
        var columns: [Rule]
        var location: TextLocation
    }

    public var format: Format
    var facts: [Rule]
    var tables: [TableRule]
    /// Namespace URI by prefix.
    var namespaces: [String: String]
    var delimiter: UInt8?

    /// Decodes a mapping to the facts of a kind.
    /// - Returns: `nil` when anything is wrong; all faults are listed, each with its place.
    public static func decode(_ node: YAMLNode, kind: EvidenceKind) -> (definition: MappingDefinition?, diagnostics: [Diagnostic]) {
        let decoder = MappingDecoder(kind: kind)
        let definition = decoder.decode(node)
        let diagnostics = decoder.reader.diagnostics
        return (diagnostics.isEmpty ? definition : nil, diagnostics)
    }
}

/// Decodes and checks one mapping.
private final class MappingDecoder {
    typealias Rule = MappingDefinition.Rule

    let reader = YAMLMapReader(subject: "mapping")
    private let kind: EvidenceKind
    private var format = MappingDefinition.Format.json
    private var namespaces: [String: String] = [:]

    init(kind: EvidenceKind) { self.kind = kind }

    func decode(_ node: YAMLNode) -> MappingDefinition? {
        let keys = ["format", "facts", "tables", "namespaces", "delimiter"]
        guard let map = reader.map(node, keys: keys, what: "a mapping") else { return nil }
        guard map["format"] != nil else {
            reader.report(
                "missing-key", node.location, "'format' is missing", hint: "add 'format: json', 'format: csv' or 'format: xml'")
            return nil
        }
        guard let format = reader.choice(map["format"], "format", as: MappingDefinition.Format.self) else { return nil }
        self.format = format
        decodeNamespaces(map["namespaces"])
        let delimiter = decodeDelimiter(map["delimiter"])
        let facts = members(map["facts"], "facts").compactMap(fact)
        let tables = members(map["tables"], "tables").compactMap(table)
        if facts.isEmpty, tables.isEmpty, reader.diagnostics.isEmpty {
            reader.report("no-facts", node.location, "the mapping names no fact", hint: "add 'facts:' or 'tables:'")
        }
        return MappingDefinition(format: format, facts: facts, tables: tables, namespaces: namespaces, delimiter: delimiter)
    }

    private func members(_ node: YAMLNode?, _ key: String) -> [YAMLNode.Member] {
        guard let node else { return [] }
        guard let members = node.members else {
            reader.report(
                "not-a-map", node.location, "'\(key)' is \(node.kindName); expected a map", hint: "write 'name: place' lines here"
            )
            return []
        }
        return members
    }

    private func decodeNamespaces(_ node: YAMLNode?) {
        guard let node else { return }
        if format != .xml {
            reader.report(
                "wrong-key", node.location, "'namespaces' means nothing for \(format)", hint: "remove it, or write 'format: xml'")
        }
        for member in members(node, "namespaces") {
            guard isXMLName(member.key), !member.key.contains(":") else {
                reader.report(
                    "bad-prefix", member.keyLocation, "'\(member.key)' is no prefix",
                    hint: "use letters and digits, beginning with a letter")
                continue
            }
            namespaces[member.key] = reader.optionalText(member.value, member.key)
        }
    }

    private func decodeDelimiter(_ node: YAMLNode?) -> UInt8? {
        guard let node else { return nil }
        if format != .csv {
            reader.report(
                "wrong-key", node.location, "'delimiter' means nothing for \(format)", hint: "remove it, or write 'format: csv'")
        }
        let named = node.text == "tab" ? "\t" : node.text ?? ""
        guard let byte = named.utf8.first, named.utf8.count == 1, byte != UInt8(ascii: "\""), byte != 0x0A, byte != 0x0D else {
            reader.report(
                "bad-delimiter", node.location, "the delimiter is '\(node.text ?? node.kindName)'; expected one character",
                hint: "write ',', ';', '|' or 'tab', in quotes")
            return nil
        }
        return byte
    }

    private func fact(_ member: YAMLNode.Member) -> Rule? {
        let name = FactName(member.key)
        if let definition = kind.fact(name) { return rule(member.value, definition, title: member.key, in: nil) }
        if kind.table(name) != nil {
            reader.report(
                "is-a-table", member.keyLocation, "'\(member.key)' is a table of kind '\(kind.name)'",
                hint: "move it under 'tables:'")
        } else {
            let known = kind.facts.map(\.name.text)
            reader.report(
                "unknown-fact", member.keyLocation,
                "kind '\(kind.name)' has no fact '\(member.key)'\(suggestion(for: member.key, among: known))",
                hint: "use a fact that the kind's vocabulary names")
        }
        return nil
    }

    private func table(_ member: YAMLNode.Member) -> MappingDefinition.TableRule? {
        guard let definition = kind.table(FactName(member.key)) else {
            let known = kind.tables.map(\.name.text)
            reader.report(
                "unknown-table", member.keyLocation,
                "kind '\(kind.name)' has no table '\(member.key)'\(suggestion(for: member.key, among: known))",
                hint: known.isEmpty ? "remove it; this kind has no tables" : "use one of: \(known.joined(separator: ", "))")
            return nil
        }
        let keys = format == .csv ? ["columns"] : ["rows", "columns"]
        guard let map = reader.map(member.value, keys: keys, what: "table '\(member.key)'") else { return nil }
        var rows: String?
        if format != .csv {
            guard let text = map["rows"].map({ place($0) }) ?? reader.text(nil, "rows", in: member.value) else { return nil }
            rows = text
        }
        guard let columnsNode = map["columns"] else {
            reader.report("missing-key", member.value.location, "'columns' is missing", hint: "add 'columns: { NAME: place }'")
            return nil
        }
        let written = members(columnsNode, "columns")
        for column in written where definition.column(FactName(column.key)) == nil {
            let known = definition.columns.map(\.name.text)
            reader.report(
                "unknown-column", column.keyLocation,
                "table '\(member.key)' has no column '\(column.key)'\(suggestion(for: column.key, among: known))",
                hint: "use one of: \(known.joined(separator: ", "))")
        }
        let columns = definition.columns.compactMap { column in
            written.first { $0.key == column.name.text }.flatMap {
                rule($0.value, column, title: "\(member.key).\(column.name)", in: definition)
            }
        }
        return MappingDefinition.TableRule(definition: definition, rows: rows, columns: columns, location: member.keyLocation)
    }

    /// One rule: a place written alone, or a map that says more.
    private func rule(_ node: YAMLNode, _ definition: FactDefinition, title: String, in table: TableDefinition?) -> Rule? {
        var rule = Rule(definition: definition, title: title, source: .place(""), location: node.location)
        if node.text != nil {
            guard let text = place(node) else { return nil }
            rule.source = .place(text)
            return rule
        }
        let key = placeKey
        let keys = table == nil ? [key, "value", "aggregate"] : [key, "value"]
        guard let map = reader.map(node, keys: keys, what: "the place of '\(title)'") else { return nil }
        switch (map[key], map["value"]) {
        case (let placeNode?, nil):
            guard let text = place(placeNode) else { return nil }
            rule.source = .place(text)
        case (nil, let value?):
            guard let constant = constant(value, definition, title) else { return nil }
            rule.source = .constant(constant)
        default:
            reader.report("no-place", node.location, "'\(title)' needs either '\(key)' or 'value'", hint: "write one of the two")
            return nil
        }
        if let aggregate = map["aggregate"] {
            rule.aggregate = self.aggregate(aggregate, definition, title)
            if map["value"] != nil {
                reader.report("wrong-key", aggregate.location, "'aggregate' means nothing for a constant", hint: "remove it")
            }
        }
        return rule
    }

    private var placeKey: String {
        switch format {
        case .json: "pointer"
        case .csv: "column"
        case .xml: "xpath"
        }
    }

    private func place(_ node: YAMLNode) -> String? {
        guard let text = node.text, !text.isEmpty || format == .json else {
            reader.report(
                "not-a-place", node.location, "found \(node.kindName); expected a \(placeKey)",
                hint: "write the \(placeKey) as one text")
            return nil
        }
        switch format {
        case .csv: return text
        case .xml:
            guard let fault = XPathEvaluator.syntaxFault(in: text) else { return text }
            reader.report(
                "bad-xpath", node.location, "'\(text.prefix(80))' cannot be used: \(fault.message)",
                hint: "write an XPath 1.0 expression")
            return nil
        case .json:
            if text.isEmpty || text.hasPrefix("/"), !text.replacingEscapes.contains("~") { return text }
            reader.report(
                "bad-pointer", node.location, "'\(text.prefix(80))' is no JSON pointer; expected one such as /metrics/0/value",
                hint: "begin with '/', and write '~' in a key as ~0 and '/' as ~1; '*' stands for each element")
            return nil
        }
    }

    private func constant(_ node: YAMLNode, _ definition: FactDefinition, _ title: String) -> FactValue? {
        if definition.type == .list, let items = node.list {
            return .list(reader.texts(YAMLNode(kind: .list(items), location: node.location), title))
        }
        guard let text = reader.optionalText(node, "value") else { return nil }
        if definition.type == .list { return .list([text]) }
        switch FactConversion.value(text, as: definition) {
        case .success(let value): return value
        case .failure(let refusal):
            reader.report(
                "wrong-type", node.location, "'\(title)' is '\(text.prefix(60))'; expected \(refusal.expected)",
                hint: "correct the value")
            return nil
        }
    }

    private func aggregate(_ node: YAMLNode, _ definition: FactDefinition, _ title: String) -> MappingDefinition.Aggregate? {
        guard let aggregate = reader.choice(node, "aggregate", as: MappingDefinition.Aggregate.self) else { return nil }
        let fits =
            switch aggregate {
            case .first, .last: true
            case .count, .sum: definition.type == .number
            case .min, .max: definition.type == .number || definition.type == .date
            }
        if !fits {
            reader.report(
                "wrong-aggregate", node.location,
                "'\(title)' is a \(definition.type.rawValue); '\(aggregate.rawValue)' does not give one",
                hint: "use first or last, or map another fact")
        }
        return fits ? aggregate : nil
    }
}

extension String {
    /// The text without the two escapes of JSON pointers (RFC 6901, 3).
    fileprivate var replacingEscapes: String { split(separator: "~0").joined().split(separator: "~1").joined() }
}
