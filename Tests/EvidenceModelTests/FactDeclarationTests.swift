import Diagnostics
import EvidenceModel
import StructuredText
import Testing

@Suite struct FactDeclarationTests {
    private let kind: EvidenceKind = {
        func fact(_ name: FactName, _ type: FactDefinition.FactType, _ unit: String? = nil) -> FactDefinition {
            FactDefinition(name: name, type: type, unit: unit, about: "")
        }
        let facts = [
            fact("events", .number, "events"), fact("model", .text), fact("signed", .flag), fact("on", .date),
            fact("lasts", .duration), fact("groups", .list),
        ]
        let columns = [fact("name", .text), fact("value", .number)]
        return EvidenceKind(
            name: "audit-log", title: "", about: "", judged: .every, facts: facts,
            tables: [TableDefinition(name: "metrics", about: "", columns: columns)])
    }()

    private func facts(_ text: String) throws -> (facts: [Fact], diagnostics: [Diagnostic]) {
        let node = try #require(try YAMLNode.parse(Array(text.utf8), path: "d.yaml"))
        return FactDeclaration.facts(from: node, kind: kind, path: "d.yaml")
    }

    @Test func convertsEachValueToTheTypeOfItsFact() throws {
        let result = try facts(
            """
            events: 1200
            model: 4.10
            signed: no
            on: 2026-09-30
            lasts: P6M
            groups: [ a, "b, c" ]
            metrics:
              - { value: 0.9, name: auc }
              - { name: f1 }
            """)
        #expect(result.diagnostics.isEmpty)
        #expect(result.facts.map(\.value.text) == ["1200", "4.10", "no", "2026-09-30", "P6M", "a, b, c", "2 rows"])
        #expect(result.facts.first == Fact("events", .number(1200), unit: "events", at: .declaration(line: 1)))
        guard case .table(let rows)? = result.facts.last?.value else {
            Testing.Issue.record("no table")
            return
        }
        #expect(rows.map { $0["name"]?.text } == ["auc", "f1"])
        #expect(rows.map { $0["value"] } == [.number(0.9), nil])
        #expect(rows.map(\.locator) == [.declaration(line: 8), .declaration(line: 9)])
    }

    @Test func takesATextForAListAsOneItem() throws {
        #expect(try facts("groups: a, b; c").facts.first?.value == .list(["a, b; c"]))
    }

    @Test func statesNothingForNull() throws {
        let result = try facts("events: ~\nmodel:\nmetrics: null")
        #expect(result.facts.isEmpty)
        #expect(result.diagnostics.isEmpty)
    }

    @Test(arguments: [
        ("evnts: 1", 1, 1, "kind 'audit-log' has no fact 'evnts'; did you mean 'events'?"),
        ("metrics: [ { valu: 1 } ]", 1, 14, "table 'metrics' has no fact 'valu'; did you mean 'value'?"),
        ("model: x\nevents: many", 2, 9, "'events' is 'many'; expected a number such as 0.82"),
        ("events: 0x10", 1, 9, "'events' is '0x10'; expected a number such as 0.82"),
        ("events: -0x10", 1, 9, "'events' is '-0x10'; expected a number such as 0.82"),
        ("events: .nan", 1, 9, "'events' is '.nan'; expected a number such as 0.82"),
        ("events: nan", 1, 9, "'events' is 'nan'; expected a number such as 0.82"),
        ("events: 1e999", 1, 9, "'events' is '1e999'; expected a number such as 0.82"),
        ("events: 1,200", 1, 9, "'events' is '1,200'; expected a number such as 0.82"),
        ("events: [1]", 1, 9, "'events' is 'a list'; expected one value"),
        ("events: {a: 1}", 1, 9, "'events' is 'a map'; expected a single value"),
        ("on: 2026-02-30", 1, 5, "'on' is '2026-02-30'; expected a date that exists, such as 2026-09-30"),
        ("on: 30.9.2026", 1, 5, "'on' is '30.9.2026'; expected a date that exists, such as 2026-09-30"),
        ("lasts: 6 months", 1, 8, "'lasts' is '6 months'; expected an ISO 8601 duration such as P6M"),
        ("signed: maybe", 1, 9, "'signed' is 'maybe'; expected true or false"),
        ("groups: [ a, [ b ] ]", 1, 14, "'groups' is 'a list'; expected a text"),
        ("metrics: 3", 1, 10, "table 'metrics' is a single value; expected a list of rows"),
        ("metrics: [ 3 ]", 1, 12, "a row of 'metrics' is a single value; expected a map"),
        ("[ a ]", 1, 1, "facts are a list; expected a map of fact names"),
    ])
    func saysWhatIsWrongAndWhere(text: String, line: Int, column: Int, message: String) throws {
        let diagnostic = try #require(try facts(text).diagnostics.first)
        #expect(diagnostic.message == message)
        #expect(diagnostic.location == TextLocation(path: "d.yaml", line: line, column: column))
        #expect(diagnostic.severity == .error)
    }

    @Test func keepsTheFactsBesideAWrongOne() throws {
        #expect(try facts("events: many\nmodel: m").facts.map(\.name) == ["model"])
    }
}
