import Diagnostics
import Redaction
import StructuredText
import Testing

@Suite struct RedactionRulesTests {
    private func read(_ yaml: String) throws -> (rules: RedactionRules?, diagnostics: [Diagnostic]) {
        RedactionRules.read(try #require(try YAMLNode.parse(Array(yaml.utf8), path: "dossier.yaml")))
    }

    @Test func readsEveryWayToNameAFieldAndAPattern() throws {
        let (rules, diagnostics) = try read(
            """
            header: no
            allow: { pointers: [/id], columns: [time, 3, "4"], xpaths: [//id] }
            rules:
              - { id: R1, pointer: /user/mail, action: mask, keep-last: 2, reason: names a person, basis: "PIPEDA, Principle 4.7" }
              - { id: R2, column: 1, pattern: health-card, action: pseudonym, reason: health }
              - { id: R3, xpath: //p/@n, regex: "[a-z]+", action: drop, reason: names }
            """)
        #expect(diagnostics.isEmpty)
        let found = try #require(rules)
        #expect(found.allow == [try Fixture.pointer("/id"), .column("time"), .columnIndex(3), .column("4"), try Fixture.xpath("//id")])
        #expect(!found.hasHeader)
        #expect(
            found.rules == [
                RedactionRule(
                    id: "R1", field: try Fixture.pointer("/user/mail"), action: .mask, keepLast: 2, reason: "names a person", basis: "PIPEDA, Principle 4.7"),
                RedactionRule(id: "R2", field: .columnIndex(1), pattern: .kind(.healthCard), action: .pseudonym, reason: "health"),
                RedactionRule(id: "R3", field: try Fixture.xpath("//p/@n"), pattern: .expression("[a-z]+"), action: .drop, reason: "names"),
            ])
    }

    @Test(arguments: [
        ("{}", "no-rules"), ("{rule: []}", "unknown-key"), ("{rules: [{id: A, pointer: /a, action: mask}]}", "missing-key"),
        ("{rules: [{id: A, action: mask, reason: r}]}", "rule-without-target"), ("{rules: [{id: A, pointer: a, action: mask, reason: r}]}", "pointer"),
        ("{rules: [{id: A, pointer: /a~2, action: mask, reason: r}]}", "pointer"), ("{rules: [{id: A, pointer: /a, action: hide, reason: r}]}", "unknown-word"),
        ("{rules: [{id: A, pattern: emial, action: mask, reason: r}]}", "unknown-word"), ("{rules: [{id: A, regex: '(', action: mask, reason: r}]}", "regex"),
        ("{rules: [{id: A, regex: '(a)\\1', action: mask, reason: r}]}", "regex"),
        ("{rules: [{id: A, regex: '((a{99}){99}){99}', action: mask, reason: r}]}", "regex"),
        ("{rules: [{id: A, xpath: '//a[1]', action: mask, reason: r}]}", "xpath"), ("{rules: [{id: A, xpath: '//n:a', action: mask, reason: r}]}", "xpath"),
        ("{rules: [{id: A, column: -1, action: mask, reason: r}]}", "column"), ("{rules: [{id: unreadable, column: a, action: mask, reason: r}]}", "rule-id"),
        ("{rules: [{id: 'a b', column: a, action: mask, reason: r}]}", "rule-id"),
        ("{rules: [{id: A, column: a, keep-last: 3, action: drop, reason: r}]}", "keep-last"),
        ("{rules: [{id: A, column: a, keep-last: 30, action: mask, reason: r}]}", "keep-last"),
        ("{rules: [{id: A, column: a, xpath: //b, action: mask, reason: r}]}", "several-fields"),
        ("{rules: [{id: A, pattern: sin, regex: b, action: mask, reason: r}]}", "several-patterns"),
        ("{rules: [{id: A, column: a, action: mask, reason: r}, {id: A, column: b, action: mask, reason: r}]}", "repeated-id"),
        ("{rules: {id: A}}", "not-a-list"), ("[a]", "not-a-map"),
    ])
    func saysWhatIsWrongAndWhere(yaml: String, id: String) throws {
        let (rules, diagnostics) = try read(yaml)
        #expect(rules == nil)
        let diagnostic = try #require(diagnostics.first { $0.id == "redaction.\(id)" }, "\(diagnostics)")
        #expect(diagnostic.location?.path == "dossier.yaml")
        #expect(diagnostic.location?.line == 1)
    }

    @Test func findsWhatAnExpressionMatchesWithoutBacktracking() throws {
        let hostile = String(repeating: "a", count: 5_000) + "!"
        let rules = RedactionRules(rules: [Fixture.rule("X", pattern: .expression("(a+)+$"))])
        let item = try RedactedItem("{\"t\":\"\(hostile)\"}", .json, rules)
        #expect(item.text == "{\"t\":\"\(hostile)\"}")
    }
}
