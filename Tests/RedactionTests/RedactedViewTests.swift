import Diagnostics
import Redaction
import StructuredText
import Testing

@Suite struct RedactedViewTests {
    private static func view(_ text: String, _ format: Segmentation.Format, _ rules: [RedactionRule], allow: [RedactionField]? = nil) throws -> String {
        let item = try RedactedItem(text, format, RedactionRules(allow: allow, rules: rules), key: Fixture.key)
        try item.verify()
        return item.text
    }

    private static let mail = Fixture.rule("E", pattern: .kind(.email))

    @Test func masksKeepsTheLastDropsAndMakesPseudonyms() throws {
        let text = #"{"a":"secret","b":"4510012","c":{"x":1},"d":"ann"}"#
        let view = try Self.view(
            text, .json,
            [
                Fixture.rule("A", try Fixture.pointer("/a")), Fixture.rule("B", try Fixture.pointer("/b"), keepLast: 2),
                Fixture.rule("C", try Fixture.pointer("/c"), .drop), Fixture.rule("D", try Fixture.pointer("/d"), .pseudonym),
            ])
        #expect(view == #"{"a":"***","b":"***12","c":null,"d":"psn:8b5b8168029267d8"}"#)
    }

    @Test func keepsNothingOfShortValues() throws {
        #expect(try Self.view(#"{"a":"1234"}"#, .json, [Fixture.rule("A", try Fixture.pointer("/a"), keepLast: 2)]) == #"{"a":"***"}"#)
    }

    @Test func masksOnlyWhatMatchesInATextAndKeepsItsSpelling() throws {
        #expect(try Self.view(#"{"t":"write to ann@example.ca \"soon\""}"#, .json, [Self.mail]) == #"{"t":"write to *** \"soon\""}"#)
        #expect(try Self.view("id,t\n1,\"hi, ann@example.ca\"\n", .csv, [Self.mail]) == "id,t\n1,\"hi, ***\"\n")
        #expect(try Self.view("<r t=\"&lt;ann@example.ca&gt;\">x</r>", .xml, [Self.mail]) == "<r t=\"&lt;***&gt;\">x</r>")
        #expect(try Self.view("by ann@example.ca\r\nok\n", .text, [Self.mail]) == "by ***\r\nok\n")
    }

    @Test func seesThroughEscapes() throws {
        #expect(try Self.view(#"{"t":"ann\u0040example.ca"}"#, .json, [Self.mail]) == #"{"t":"***"}"#)
        #expect(try Self.view("<r>ann&#64;example.ca</r>", .xml, [Self.mail]) == "<r>***</r>")
    }

    @Test func appliesEveryRuleToOneText() throws {
        let rules = [Self.mail, Fixture.rule("S", pattern: .kind(.sin)), Fixture.rule("X", pattern: .expression("case-[0-9]+"))]
        #expect(try Self.view("ann@example.ca, SIN 130-692-544, case-77\n", .text, rules) == "***, SIN ***, ***\n")
    }

    @Test func touchesNeitherDigestsNorWholeNumbersUnlessTheirFieldIsNamed() throws {
        let digest = String(repeating: "12345678", count: 8)
        let any = Fixture.rule("X", pattern: .expression("[0-9]+"))
        #expect(try Self.view("{\"d\":\"\(digest)\",\"n\":42,\"t\":\"a7\"}", .json, [any]) == "{\"d\":\"\(digest)\",\"n\":42,\"t\":\"a***\"}")
        #expect(try Self.view("sha256:\(digest) a7\n", .text, [any]) == "sha***:\(digest) a***\n")
        let named = Fixture.rule("N", try Fixture.pointer("/n"), pattern: .expression("[0-9]+"))
        #expect(try Self.view("{\"n\":42}", .json, [named]) == "{\"n\":\"***\"}")
    }

    @Test func hidesWhatIsNotOnTheListOfFieldsToShow() throws {
        let allow = [try Fixture.pointer("/id")]
        #expect(try Self.view(#"{"id":1,"x":{"y":2}}"# + "\n", .jsonLines, [], allow: allow) == #"{"id":1,"x":"***"}"# + "\n")
        #expect(try Self.view("id,x\n1,2\n", .csv, [], allow: [.column("id")]) == "id,x\n1,***\n")
        #expect(
            try Self.view("<r><id>1</id><x y='2'>3</x><!--n--></r>", .xml, [], allow: [Fixture.xpath("/r/id")])
                == "<r><id>1</id><x y='***'>***</x><!--***--></r>")
    }

    /// A rule that cannot be applied must not mean that everything is shown.
    @Test(arguments: [
        (Segmentation.Format.jsonLines, "{\"a\":\"x\"\n", "***\n"), (.json, "{\"a\":", "***"), (.text, "a: x\n", "***\n"), (.other, "\u{0}\u{1}", "***"),
        (.csv, "a\nx\n", "***\n***\n"), (.xml, "<a>x</a>", "***"),
    ])
    func hidesWholeWhatNoRuleCanBeAppliedTo(format: Segmentation.Format, text: String, view: String) throws {
        #expect(try Self.view(text, format, [Fixture.rule("A", try Fixture.pointer("/a"))]) == view)
    }

    /// UTF-16 would pass every pattern.
    @Test func hidesALineOfTextThatHoldsZeroBytes() throws {
        let text = "a@b.ca\n".utf16.map { String(UnicodeScalar(UInt8($0))) + "\u{0}" }.joined()
        #expect(try Self.view(text, .text, [Self.mail]).contains("b") == false)
    }

    @Test func hidesLinesOfATextThatWasCollectedWithoutRules() throws {
        let text = Array("a@b.ca\nok\n".utf8)
        let cut = Segmentation(format: .text, rules: RedactionRules(rules: []))
        let summary = try Commitment(of: MemoryStream(text), seed: Fixture.seed, segmentation: cut).summary
        let maker = try RedactedView(entry: 1, summary: summary, seed: Fixture.seed, segmentation: cut, rules: RedactionRules(rules: [Self.mail]))
        #expect(String(decoding: try maker.make(original: text, path: "x").view, as: UTF8.self) == "***\nok\n")
    }

    @Test func seesThroughEscapesInWhatWasCutAsOne() throws {
        let text = Array(#"{"u":{"m":"ann\u0040example.ca"}}"#.utf8)
        let drop = Fixture.rule("D", try Fixture.pointer("/u"), .drop)
        let cut = Segmentation(format: .json, rules: RedactionRules(rules: [drop, Self.mail]))
        let summary = try Commitment(of: MemoryStream(text), seed: Fixture.seed, segmentation: cut).summary
        let maker = try RedactedView(entry: 1, summary: summary, seed: Fixture.seed, segmentation: cut, rules: RedactionRules(rules: [Self.mail]))
        #expect(String(decoding: try maker.make(original: text, path: "x").view, as: UTF8.self) == #"{"u":"***"}"#)
    }

    @Test func showsEverythingWithoutRules() throws {
        for format in Segmentation.Format.allCases {
            #expect(try Self.view("{\"a\":1}\nb,c\n", format, []) == "{\"a\":1}\nb,c\n")
        }
    }

    @Test func hidesATextThatIsTooLongToSearch() throws {
        let long = String(repeating: "a", count: 70_000)
        #expect(try Self.view("{\"t\":\"\(long)\"}", .json, [Fixture.rule("X", pattern: .expression("zz"))]) == #"{"t":"***"}"#)
    }

    @Test func givesEachRecipientOtherPseudonyms() throws {
        let rules = RedactionRules(rules: [Fixture.rule("D", try Fixture.pointer("/d"), .pseudonym)])
        let one = try RedactedItem(#"{"d":"ann"}"#, .json, rules, key: PseudonymKey([UInt8](repeating: 1, count: 32)))
        let other = try RedactedItem(#"{"d":"ann"}"#, .json, rules, key: PseudonymKey([UInt8](repeating: 2, count: 32)))
        #expect(one.view != other.view)
    }

    @Test func refusesRulesThatNeedAFinerCut() throws {
        let cut = Segmentation(format: .json, rules: RedactionRules(rules: [Fixture.rule("A", try Fixture.pointer("/a"))]))
        let summary = try Commitment(of: MemoryStream(Array("{}".utf8)), seed: Fixture.seed, segmentation: cut).summary
        for rules in [RedactionRules(rules: [Fixture.rule("B", try Fixture.pointer("/b"))]), RedactionRules(rules: [Self.mail])] {
            let fault = #expect(throws: Diagnostic.self) {
                try RedactedView(entry: 1, summary: summary, seed: Fixture.seed, segmentation: cut, rules: rules)
            }
            #expect(fault?.id == "redaction.cut-too-coarse")
        }
    }

    @Test func refusesAnOriginalThatWasChanged() throws {
        let rules = RedactionRules(rules: [Fixture.rule("A", try Fixture.pointer("/a"))])
        let item = try RedactedItem(#"{"a":1}"#, .json, rules)
        let maker = try RedactedView(entry: 12, summary: item.commitment.summary, seed: Fixture.seed, segmentation: item.segmentation, rules: rules)
        let fault = #expect(throws: Diagnostic.self) { try maker.make(original: Array(#"{"a":2}"#.utf8), path: "x") }
        #expect(fault?.id == "redaction.root-differs")
    }

    @Test func refusesPseudonymsWithoutAKey() throws {
        let rules = RedactionRules(rules: [Fixture.rule("D", try Fixture.pointer("/d"), .pseudonym)])
        let fault = #expect(throws: Diagnostic.self) { try RedactedItem("{}", .json, rules) }
        #expect(fault?.id == "redaction.no-pseudonym-key")
    }
}
