import Diagnostics
import EvidenceModel
import StructuredText

extension MappedReader {
    /// One pass over the rows, in memory that grows with the tables asked for only.
    func readCSV(_ source: EvidenceSource, _ outcome: inout MappedOutcome) throws {
        var pass: CSVPass?
        var number = 0
        let delimiter = definition.delimiter ?? CSVReader.delimiter(of: source.head)
        try CSVReader(try source.stream(), path: source.path, delimiter: delimiter).forEachRow { row in
            number += 1
            if pass == nil {
                pass = CSVPass(self, header: row, &outcome)
            } else {
                pass?.take(row, number, &outcome)
            }
            return true
        }
        guard pass != nil else { throw Diagnostic.noHeader(source.path) }
        pass?.finish(definition, &outcome)
    }
}

/// The state of reading one CSV file through a mapping.
private struct CSVPass {
    typealias Rule = MappingDefinition.Rule

    /// A rule that is held against every row, or the first only.
    private struct FactColumn {
        var rule: Rule
        var name: String
        var index: Int
        var aggregate: MappedAggregate
        var firstRowOnly: Bool
    }

    private struct Table {
        var rule: MappingDefinition.TableRule
        /// Column positions; `nil` for constants.
        var columns: [(rule: Rule, index: Int?)]
        var rows: [FactRow] = []
    }

    private let width: Int
    private var facts: [FactColumn] = []
    private var tables: [Table] = []
    private var isDamaged = false

    init(_ reader: MappedReader, header: CSVRow, _ outcome: inout MappedOutcome) {
        let names = header.fields.map { $0.trimmingBlanks() }
        width = names.count
        func index(_ name: String, _ rule: Rule) -> Int? {
            let found = names.indices.filter { names[$0].utf8.elementsEqual(name.utf8) }
            if found.count == 1 { return found.first }
            let location = TextLocation(path: outcome.path, line: header.line, column: 1)
            outcome.tally.add(found.isEmpty ? .noColumn(location, rule, name, names) : .columnTwice(location, rule, name))
            return nil
        }
        for (rule, name) in reader.placed {
            guard let index = index(name, rule) else { continue }
            facts.append(
                FactColumn(
                    rule: rule, name: name, index: index, aggregate: MappedAggregate(rule.aggregate ?? .first),
                    firstRowOnly: rule.aggregate == nil))
        }
        for table in reader.definition.tables {
            let columns = table.columns.compactMap { rule -> (Rule, Int?)? in
                guard case .place(let name) = rule.source else { return (rule, nil) }
                return index(name, rule).map { (rule, $0) }
            }
            tables.append(Table(rule: table, columns: columns))
        }
    }

    mutating func take(_ row: CSVRow, _ number: Int, _ outcome: inout MappedOutcome) {
        let location = TextLocation(path: outcome.path, line: row.line)
        guard row.fields.count == width else {
            isDamaged = true
            outcome.tally.add(.raggedRow(location, row.fields.count, width))
            return
        }
        for position in facts.indices where number == 2 || !facts[position].firstRowOnly {
            take(row, number, position, location, &outcome)
        }
        for position in tables.indices {
            guard tables[position].rows.count < MappedOutcome.maximumRows else {
                outcome.tooManyRows(tables[position].rule)
                continue
            }
            let cells = tables[position].columns.compactMap { rule, index -> FactRow.Cell? in
                if case .constant(let value) = rule.source { return .init(rule.definition.name, value) }
                guard let index, row.fields.indices.contains(index) else { return nil }
                return outcome.value(row.fields[index], rule, at: location).map { .init(rule.definition.name, $0) }
            }
            let column = tables[position].columns.compactMap(\.index).first.map { index in
                row.fields.indices.contains(index) ? index : 0
            }
            tables[position].rows.append(
                FactRow(cells, locator: .cell(row: number, column: name(of: column, in: tables[position]))))
        }
    }

    private func name(of index: Int?, in table: Table) -> String {
        for case (let rule, index) in table.columns { if case .place(let name) = rule.source { return name } }
        return ""
    }

    private mutating func take(
        _ row: CSVRow, _ number: Int, _ position: Int, _ location: TextLocation, _ outcome: inout MappedOutcome
    ) {
        let column = facts[position]
        let text = row.fields.indices.contains(column.index) ? row.fields[column.index] : ""
        guard text.contains(where: { !$0.isWhitespace }) else { return }
        let locator = Locator.cell(row: number, column: column.name)
        if column.aggregate.how == .count {
            facts[position].aggregate.take(.number(1), at: locator)
        } else if let value = outcome.value(text, column.rule, at: location) {
            facts[position].aggregate.take(value, at: locator)
        } else {
            facts[position].aggregate.isDamaged = true
        }
    }

    mutating func finish(_ definition: MappingDefinition, _ outcome: inout MappedOutcome) {
        for fact in facts {
            // Rows that could not be read may hold anything.
            if isDamaged, !fact.firstRowOnly, fact.aggregate.how != .first { continue }
            if let (value, locator) = fact.aggregate.value(whole: .cell(row: 1, column: fact.name)) {
                outcome.state(fact.rule, value, at: locator)
            } else if !fact.aggregate.isDamaged {
                outcome.absent(fact.rule, fact.name)
            }
        }
        for table in tables { outcome.state(table.rule, table.rows) }
    }
}

extension Diagnostic {
    fileprivate static func noHeader(_ path: String) -> Self {
        Diagnostic(
            id: "mapped.no-header", severity: .error, location: TextLocation(path: path, line: 1, column: 1),
            message: "the file is empty; expected a row of column names", hint: "export the file again, with its header")
    }

    fileprivate static func noColumn(_ location: TextLocation, _ rule: MappingDefinition.Rule, _ name: String, _ known: [String])
        -> Self
    {
        Diagnostic(
            id: "mapped.no-column", severity: .error, location: location,
            message:
                "there is no column '\(name.prefix(60))' for '\(rule.title)'\(suggestion(for: name, among: known.prefix(200)))",
            hint: "correct the column at \(rule.location), or export the file with it")
    }

    fileprivate static func columnTwice(_ location: TextLocation, _ rule: MappingDefinition.Rule, _ name: String) -> Self {
        Diagnostic(
            id: "mapped.column-twice", severity: .error, location: location,
            message: "column '\(name.prefix(60))' stands twice, so '\(rule.title)' is not stated",
            hint: "give each column a name of its own")
    }

    fileprivate static func raggedRow(_ location: TextLocation, _ found: Int, _ expected: Int) -> Self {
        Diagnostic(
            id: "mapped.ragged-row", severity: .error, location: location,
            message:
                "the row has \(found) fields; expected \(expected), as in the header; it was left out, and sums, counts and the like are not stated",
            hint: "put fields that hold the delimiter into quotes")
    }
}
