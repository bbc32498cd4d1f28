import Redaction
import StructuredText
import Testing

@Suite struct SegmentListingTests {
    private func unmatched(_ text: String, _ format: Segmentation.Format, _ rules: [RedactionRule]) throws -> [String] {
        let found = try UnmatchedFields(of: { MemoryStream(Array(text.utf8)) }, format: format, rules: RedactionRules(rules: rules))
        return found.rules.map { "\($0.rule.id) \($0.nearest ?? "-")" }
    }

    private static let csv = "name,born,emial\nanna,1980,a@example.com\n"

    @Test(arguments: [("column name", []), ("column email", ["r emial"]), ("column brn", ["r born"]), ("column-index 2", []), ("column-index 3", ["r -"])])
    func columnsThatAreNowhereAreFound(field: String, expected: [String]) throws {
        #expect(try unmatched(Self.csv, .csv, [Fixture.rule("r", RedactionField(text: field))]) == expected)
    }

    @Test(arguments: [
        ("/user/email", []), ("/user", []), ("/user/*", []), ("/usr/email", ["r /user/email"]), ("/user/agee", ["r /user/age"]), ("/list/*/x", []),
        ("/list/*/y~1z", []), ("/nothing-like-it-at-all", ["r -"]),
    ]) func pointersThatAreNowhereAreFound(pointer: String, expected: [String]) throws {
        let text = #"{"user":{"email":"a","age":7},"list":[{"x":null},{"y/z":true}]}"#
        #expect(try unmatched(text, .json, [Fixture.rule("r", try Fixture.pointer(pointer))]) == expected)
        #expect(try unmatched(text + "\n{}\n", .jsonLines, [Fixture.rule("r", try Fixture.pointer(pointer))]) == expected)
    }

    @Test(arguments: [("//name", []), ("/a/b/@id", []), ("/a/b/@di", ["r /a/b/@id"]), ("/a/c/name", ["r /a/b/name"])])
    func pathsThatAreNowhereAreFound(path: String, expected: [String]) throws {
        #expect(try unmatched(#"<a><b id="1"><name>x</name></b></a>"#, .xml, [Fixture.rule("r", try Fixture.xpath(path))]) == expected)
    }

    @Test func aPatternThatMatchesNothingIsNoMistake() throws {
        let rule = Fixture.rule("r", .column("name"), pattern: .kind(.email))
        #expect(try unmatched(Self.csv, .csv, [rule]).isEmpty)
    }

    @Test func rulesOfOtherFormatsAndEmptyFilesTellNothing() throws {
        let rules = [Fixture.rule("r", try Fixture.pointer("/x")), Fixture.rule("s", .column("x"))]
        #expect(try unmatched(Self.csv, .csv, rules) == ["s -"])
        for format in Segmentation.Format.allCases { #expect(try unmatched("", format, rules).isEmpty) }
        #expect(try unmatched("name,born\n", .csv, rules).isEmpty)
    }

    @Test func aNameThatARuleHidesIsNotSuggested() throws {
        let rules = [Fixture.rule("r", try Fixture.pointer("/people/ana"), .drop), Fixture.rule("s", try Fixture.pointer("/people/anna"), .drop)]
        #expect(try unmatched(#"{"people":{"anna":1}}"#, .json, rules) == ["r -"])
    }

    @Test func segmentsAreListedWithTheRuleThatHidesThem() throws {
        let rules = RedactionRules(rules: [Fixture.rule("r", .column("emial"))])
        var found: [ListedSegment] = []
        try Segmentation(format: .csv, rules: rules).forEachListed(of: MemoryStream(Array(Self.csv.utf8)), hiddenBy: rules) { found.append($0) }
        #expect(found.compactMap { $0.rule == nil ? nil : "\($0.index) \($0.label) \($0.length)" } == ["2 /1/2 13"], "\(found)")
        #expect(found.reduce(0) { $0 + $1.length } == Self.csv.utf8.count)
    }

    @Test func declaredFieldsThatHoldSubstitutesDoNotCount() throws {
        let text = "name\n***\n***na\npsn:0123456789abcdef\npsn:short\nanna\n\n"
        let scan = try PersonalDataScan.scan(MemoryStream(Array(text.utf8)), path: "a.csv", format: .csv, declared: [.column("name")])
        #expect(scan.totals.map { "\($0.kind) \($0.count)" } == ["declared 2"])
    }
}
