import Diagnostics
import EvidenceModel
import StructuredText
import Testing

@testable import EvidenceReaders

@Suite struct MappedReaderTests {
    /// A kind with a fact of each type and one table.
    static let kind: EvidenceKind = {
        func fact(_ name: FactName, _ type: FactDefinition.FactType, _ unit: String? = nil) -> FactDefinition {
            FactDefinition(name: name, type: type, unit: unit, about: "")
        }
        let facts = [
            fact("psi-max", .number, "ratio"), fact("rows", .number, "rows"), fact("model", .text), fact("passed", .flag),
            fact("on", .date),
            fact("lasts", .duration), fact("groups", .list),
        ]
        let columns = [fact("name", .text), fact("psi", .number), fact("on", .date), fact("tags", .list)]
        return EvidenceKind(
            name: "drift", title: "", about: "", judged: .every, facts: facts,
            tables: [TableDefinition(name: "features", about: "", columns: columns)])
    }()

    private func decode(_ mapping: String) throws -> (definition: MappingDefinition?, diagnostics: [Diagnostic]) {
        let node = try #require(try YAMLNode.parse(Array(mapping.utf8), path: "m.yaml"))
        return MappingDefinition.decode(node, kind: Self.kind)
    }

    private func read(_ text: String, _ mapping: String, path: String = "a") throws -> Reading {
        let decoded = try decode(mapping)
        let definition = try #require(decoded.definition, "\(decoded.diagnostics)")
        return MappedReader(definition: definition, kind: Self.kind).read(EvidenceSource(path: path, text: text))
    }

    @Test func readsJSONThroughPointers() throws {
        let text = """
            {"psi": 0.31, "n": "12", "a/b": {"m": "credit"}, "ok": true, "when": "2026-09-30T12:00:00Z", "span": "P3M", "g": ["x", 2, null],
             "features": [{"name": "age", "psi": 0.31}, {"name": "sex", "psi": null, "on": "2026-01-01"}]}
            """
        let reading = try read(
            text,
            """
            format: json
            facts: { psi-max: /psi, rows: { pointer: /n }, model: /a~1b/m, passed: /ok, on: /when, lasts: /span, groups: /g }
            tables: { features: { rows: /features, columns: { psi: /psi, name: /name, on: /on, tags: { value: [ p, q ] } } } }
            """)
        #expect(reading.diagnostics.isEmpty)
        #expect(
            reading.facts.map(\.value.text) == ["0.31", "12", "credit", "yes", "2026-09-30T12:00:00Z", "P3M", "x, 2", "2 rows"])
        #expect(reading.fact("psi-max") == Fact("psi-max", .number(0.31), unit: "ratio", at: .pointer("/psi")))
        #expect(reading.fact("model")?.locator == .pointer("/a~1b/m"))
        let rows = try #require(reading.table("features"))
        #expect(rows.map(\.locator) == [.pointer("/features/0"), .pointer("/features/1")])
        #expect(rows.map { $0.cells.map(\.column.text) } == [["name", "psi", "tags"], ["name", "on", "tags"]])
    }

    @Test func takesOneOfManyValuesInJSON() throws {
        let reading = try read(
            #"{"f": {"age": {"psi": 0.1}, "sex": {"psi": 0.4}, "zip": {"psi": 0.2}}}"#,
            "{format: json, facts: {psi-max: {pointer: /f/*/psi, aggregate: max}, rows: {pointer: /f/*, aggregate: count}}}")
        #expect(reading.fact("psi-max") == Fact("psi-max", .number(0.4), unit: "ratio", at: .pointer("/f/sex/psi")))
        #expect(reading.number("rows") == 3)
        let several = try read(#"{"f": [1, 2]}"#, "{format: json, facts: {psi-max: /f/*}}")
        #expect(several.diagnostics.map(\.id) == ["mapped.several", "mapped.nothing"])
    }

    @Test func readsCSVByColumnsAndAggregates() throws {
        let text = "name;psi;on;ok\nage;0.1;2026-01-02;yes\n\"s;x\";;2026-01-01;no\nzip;0.3;2026-01-03;no\n"
        let reading = try read(
            text,
            """
            format: csv
            facts:
              model: name
              passed: { column: ok, aggregate: last }
              psi-max: { column: psi, aggregate: max }
              rows: { column: psi, aggregate: count }
              on: { column: on, aggregate: min }
            tables:
              features: { columns: { name: name, psi: psi } }
            """)
        #expect(reading.diagnostics.isEmpty)
        #expect(reading.fact("model") == Fact("model", .text("age"), at: .cell(row: 2, column: "name")))
        #expect(reading.fact("passed") == Fact("passed", .flag(false), at: .cell(row: 4, column: "ok")))
        #expect(reading.fact("psi-max") == Fact("psi-max", .number(0.3), unit: "ratio", at: .cell(row: 4, column: "psi")))
        #expect(reading.fact("rows") == Fact("rows", .number(2), unit: "rows", at: .cell(row: 1, column: "psi")))
        #expect(reading.fact("on")?.value.text == "2026-01-01")
        let rows = try #require(reading.table("features"))
        #expect(rows.map { $0["name"]?.text } == ["age", "s;x", "zip"])
        #expect(rows.map { $0["psi"]?.text } == ["0.1", nil, "0.3"])
        #expect(rows.map(\.locator).last == .cell(row: 4, column: "name"))
    }

    @Test func sumsAColumnAndNeverMakesAMissingValueZero() throws {
        let mapping = "{format: csv, facts: {psi-max: {column: a, aggregate: sum}, rows: {column: b, aggregate: sum}}}"
        let reading = try read("a,b\n1.5,\n2,\n", mapping)
        #expect(reading.number("psi-max") == 3.5)
        #expect(reading.fact("rows") == nil)
        #expect(reading.diagnostics.map(\.id) == ["mapped.absent"])
    }

    @Test func statesNoSumOverAValueThatIsNoNumber() throws {
        let reading = try read("a,b\n1,x\ntwo,y\n", "{format: csv, facts: {psi-max: {column: a, aggregate: sum}, model: b}}")
        #expect(reading.fact("psi-max") == nil)
        #expect(reading.fact("model")?.value == .text("x"))
        #expect(reading.diagnostics.map(\.id) == ["mapped.wrong-type"])
        #expect(reading.diagnostics.first?.location == TextLocation(path: "a", line: 3))
        #expect(reading.diagnostics.first?.message == "'psi-max' is 'two'; expected a number such as 0.82")
    }

    @Test func leavesOutARaggedRowAndWhatItWouldMakeWrong() throws {
        let reading = try read(
            "a,b\n1,x\n2\n3,z\n",
            "{format: csv, facts: {rows: {column: a, aggregate: count}, model: b}, tables: {features: {columns: {name: b}}}}")
        #expect(reading.fact("rows") == nil)
        #expect(reading.fact("model")?.value == .text("x"))
        #expect(reading.table("features")?.count == 2)
        #expect(reading.diagnostics.map(\.id) == ["mapped.ragged-row"])
    }

    @Test func readsXMLThroughXPath() throws {
        let text = """
            <r xmlns="urn:r" when="2026-09-30"><psi>0.2</psi>
            <f n="age"><v>0.1</v></f>
            <f n="sex"><v>0.3</v></f></r>
            """
        let reading = try read(
            text,
            """
            format: xml
            namespaces: { p: "urn:r" }
            facts:
              psi-max: { xpath: "/p:r/p:f/p:v", aggregate: max }
              rows: count(/p:r/p:f)
              on: /p:r/@when
              groups: /p:r/p:f/@n
              passed: /p:r/p:psi < 0.25
              model: concat('m-', /p:r/p:f[1]/@n)
            tables:
              features: { rows: "/p:r/p:f", columns: { name: "@n", psi: "p:v" } }
            """)
        #expect(reading.diagnostics.isEmpty)
        #expect(reading.facts.map(\.value.text) == ["0.3", "2", "2026-09-30", "age, sex", "yes", "m-age", "2 rows"])
        #expect(reading.fact("psi-max")?.locator == .xpath("(/p:r/p:f/p:v)[2]"))
        #expect(reading.fact("on")?.locator == .xpath("/*/@when"))
        #expect(reading.table("features")?.map(\.locator) == [.xpath("(/p:r/p:f)[1]"), .xpath("(/p:r/p:f)[2]")])
    }

    @Test func saysWhereAnXMLValueIsOfTheWrongType() throws {
        let reading = try read("<r>\n<v>high</v></r>", "{format: xml, facts: {psi-max: /r/v}}")
        #expect(reading.diagnostics.map(\.id) == ["mapped.wrong-type", "mapped.nothing"])
        #expect(reading.diagnostics.first?.location == TextLocation(path: "a", line: 2))
    }

    @Test func reportsAPrefixThatIsNotDeclaredWhereTheMappingUsesIt() throws {
        let reading = try read("<r/>", "format: xml\nfacts:\n  psi-max: /q:r")
        #expect(reading.diagnostics.first?.id == "mapped.bad-xpath")
        #expect(reading.diagnostics.first?.location == TextLocation(path: "m.yaml", line: 3, column: 12))
    }

    @Test func statesConstantsEvenWhereTheFileSaysNothing() throws {
        let reading = try read("{}", "{format: json, facts: {model: {value: m}, on: {value: 2026-09-30}}}")
        #expect(reading.usable)
        #expect(reading.facts.map(\.value.text) == ["m", "2026-09-30"])
        #expect(reading.facts.map(\.locator) == [.declaration(line: 1), .declaration(line: 1)])
    }

    @Test func isNoEvidenceWhenNothingAskedForIsThere() throws {
        let reading = try read("{\"x\": 1}", "{format: json, facts: {psi-max: /psi, model: {value: m}}}")
        #expect(!reading.usable)
        #expect(reading.diagnostics.map(\.id) == ["mapped.absent", "mapped.nothing"])
    }

    @Test(arguments: [
        (#""2026-02-30""#, "mapped.wrong-type"), (#""soon""#, "mapped.wrong-type"), ("true", "mapped.wrong-type"),
        ("[1]", "mapped.not-a-value"),
        (#""2026-09-30T12:00:00""#, "mapped.zone-assumed"), ("1759233600000", "mapped.epoch"), (#""""#, "mapped.absent"),
        ("null", "mapped.absent"),
        ("12", "mapped.wrong-type"),
    ])
    func tellsWhatIsOddAboutADate(value: String, id: String) throws {
        #expect(try read("{\"d\": \(value)}", "{format: json, facts: {on: /d}}").diagnostics.first?.id == id)
    }

    @Test(arguments: [#""NaN""#, #""0x1F""#, #""1e999""#, #""1,200""#, #""inf""#, "true", "{}"])
    func refusesWhatIsNoNumber(value: String) throws {
        let reading = try read("{\"p\": \(value), \"m\": \"x\"}", "{format: json, facts: {psi-max: /p, model: /m}}")
        #expect(reading.fact("psi-max") == nil)
        #expect(reading.diagnostics.map(\.severity) == [.error])
        #expect(reading.diagnostics.first?.location == TextLocation(path: "a", line: 1, column: 7))
    }

    @Test(arguments: [
        ("json", "{\"a\": "), ("json", String(repeating: "[", count: 100_000)), ("json", ""), ("csv", ""), ("csv", "a,b\n\"open"),
        ("csv", "a\n\u{0}"),
        ("xml", "<a>"), ("xml", "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>"), ("xml", ""),
        ("xml", String(repeating: "<a>", count: 100_000)),
    ])
    func refusesAFileThatIsBroken(format: String, text: String) throws {
        let reading = try read(text, "{format: \(format), facts: {model: /a}}")
        #expect(!reading.usable)
        #expect(reading.diagnostics.contains { $0.severity == .error })
    }

    @Test func namesTheNearestColumn() throws {
        let reading = try read("model_name,x\nm,1\n", "{format: csv, facts: {model: modelname, psi-max: x}}")
        #expect(reading.diagnostics.first?.message == "there is no column 'modelname' for 'model'; did you mean 'model_name'?")
        #expect(reading.number("psi-max") == 1)
    }

    @Test func keepsTablesWithinBounds() throws {
        let text = "name\n" + String(repeating: "x\n", count: MappedOutcome.maximumRows + 5)
        let reading = try read(
            text, "{format: csv, facts: {rows: {column: name, aggregate: count}}, tables: {features: {columns: {name: name}}}}")
        #expect(reading.table("features")?.count == MappedOutcome.maximumRows)
        #expect(reading.number("rows") == Double(MappedOutcome.maximumRows + 5))
        #expect(reading.diagnostics.map(\.id) == ["mapped.too-many-rows"])
    }

    @Test(arguments: [
        ("format: jsn\nfacts: { model: /a }", 1, 9, "'format' is 'jsn'; did you mean 'json'?"),
        ("facts: { model: /a }", 1, 1, "'format' is missing"),
        ("format: json\nfact: { model: /a }", 2, 1, "a mapping has no key 'fact'; did you mean 'facts'?"),
        ("format: json\nfacts:\n  modle: /a", 3, 3, "kind 'drift' has no fact 'modle'; did you mean 'model'?"),
        ("format: json\nfacts:\n  features: /a", 3, 3, "'features' is a table of kind 'drift'"),
        ("format: json\nfacts:\n  model: a", 3, 10, "'a' is no JSON pointer; expected one such as /metrics/0/value"),
        ("format: json\nfacts:\n  model: /a~2", 3, 10, "'/a~2' is no JSON pointer; expected one such as /metrics/0/value"),
        ("format: json\nfacts:\n  model: { column: a }", 3, 12, "the place of 'model' has no key 'column'"),
        ("format: json\nfacts:\n  model: [ /a ]", 3, 10, "the place of 'model' is a list; expected a map"),
        ("format: json\nfacts:\n  model: { pointer: /a, value: b }", 3, 10, "'model' needs either 'pointer' or 'value'"),
        (
            "format: json\nfacts:\n  on: { value: 2026-02-30 }", 3, 16,
            "'on' is '2026-02-30'; expected a date that exists, such as 2026-09-30"
        ),
        ("format: csv\nfacts:\n  model: { column: a, aggregate: sum }", 3, 34, "'model' is a text; 'sum' does not give one"),
        ("format: csv\nfacts:\n  rows: { column: a, aggregate: avg }", 3, 33, "'aggregate' is 'avg'"),
        ("format: xml\nfacts:\n  model: \"/a[\"", 3, 10, "'/a[' cannot be used: it is no XPath expression"),
        (
            "format: json\ntables:\n  feature: { rows: /a, columns: { name: /n } }", 3, 3,
            "kind 'drift' has no table 'feature'; did you mean 'features'?"
        ),
        (
            "format: json\ntables:\n  features: { rows: /a, columns: { nam: /n } }", 3, 36,
            "table 'features' has no column 'nam'; did you mean 'name'?"
        ),
        ("format: json\ntables:\n  features: { columns: { name: /n } }", 3, 13, "'rows' is missing"),
        ("format: csv\ntables:\n  features: { rows: a, columns: { name: n } }", 3, 15, "table 'features' has no key 'rows'"),
        ("format: json\nnamespaces: { p: urn }\nfacts: { model: /a }", 2, 13, "'namespaces' means nothing for json"),
        ("format: csv\ndelimiter: \"::\"\nfacts: { model: a }", 2, 12, "the delimiter is '::'; expected one character"),
        ("format: json", 1, 1, "the mapping names no fact"), ("[]", 1, 1, "a mapping is a list; expected a map"),
    ])
    func saysWhereAMappingIsWrong(mapping: String, line: Int, column: Int, message: String) throws {
        let decoded = try decode(mapping)
        #expect(decoded.definition == nil)
        let diagnostic = try #require(decoded.diagnostics.first)
        #expect(diagnostic.message == message)
        #expect(diagnostic.location == TextLocation(path: "m.yaml", line: line, column: column))
        #expect(diagnostic.severity == .error)
    }
}
