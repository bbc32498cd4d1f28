import Diagnostics
import Redaction
import StructuredText
import Testing

@Suite struct SegmentationTests {
    private func json(_ pointers: String...) throws -> RedactionRules {
        RedactionRules(rules: try pointers.enumerated().map { Fixture.rule("R\($0.offset)", try Fixture.pointer($0.element)) })
    }

    private static let email = Fixture.rule("E", pattern: .kind(.email))

    @Test func cutsLinesOfJSONOneByOneAndNamesTheirNumber() throws {
        let text = "{\"a\":1,\"u\":{\"m\":\"x\"}}\r\n\n{\"u\":{\"m\":null}}"
        #expect(
            try Fixture.segments(text, .jsonLines, json("/u/m")) == [
                #"G  {"a":1,"u":{"m":"#, #"V /0/u/m "x""#, "G  }}\r\n", "G  \n", #"G  {"u":{"m":"#, "V /2/u/m null", "G  }}",
            ])
    }

    @Test(arguments: ["{\"a\":1", "{\"a\":01}", "{'a':1}", "{\"a\":1}}", "[1,]", "{\"a\":\"\u{1}\"}", "nul", "\"\\x\"", "{\"a\" 1}", "[\"\\ud8\"]", "NaN"])
    func leavesALineThatIsNoJSONWhole(line: String) throws {
        #expect(try Fixture.segments("{}\n\(line)\n", .jsonLines, json("/a")) == ["G  {}\n", "L /1 \(line)\n"])
    }

    @Test func leavesADocumentThatIsNoJSONWhole() throws {
        #expect(try Fixture.segments("{\"a\":1,", .json, json("/a")) == ["B  {\"a\":1,"])
    }

    @Test func refusesToFollowNestingWithoutEnd() throws {
        let deep = String(repeating: "[", count: 100_000)
        #expect(try Fixture.segments(deep, .json, json("/a")) == ["B  \(deep)"])
    }

    @Test func takesAStarForEveryMemberAndItem() throws {
        #expect(
            try Fixture.segments(#"[{"e":"a"},{"e":"b","f":1}]"#, .json, json("/*/e")) == [
                #"G  [{"e":"#, #"V /0/e "a""#, #"G  },{"e":"#, #"V /1/e "b""#, #"G  ,"f":1}]"#,
            ])
    }

    @Test func comparesNamesAfterTheirEscapesAndByBytes() throws {
        #expect(
            try Fixture.segments(#"{"\u0061~/b":1,"é":2}"#, .json, json("/a~0~1b", "/e\u{301}")) == [
                #"G  {"\u0061~/b":"#, "V /a~0~1b 1", #"G  ,"é":2}"#,
            ])
    }

    @Test func cutsEveryScalarInsideANamedObject() throws {
        #expect(
            try Fixture.segments(#"{"u":{"n":"x","t":[1,true]},"k":0}"#, .json, json("/u")) == [
                #"G  {"u":{"n":"#, #"V /u/n "x""#, #"G  ,"t":["#, "V /u/t/0 1", "G  ,", "V /u/t/1 true", #"G  ]},"k":0}"#,
            ])
    }

    @Test func cutsADroppedMemberOfAStarWithItsName() throws {
        let rules = RedactionRules(rules: [Fixture.rule("R", try Fixture.pointer("/users/*"), .drop)])
        #expect(
            try Fixture.segments(#"{"users":{"alice":{"age":3},"bob":1}}"#, .json, rules) == [
                #"G  {"users":{"#, #"V /users/alice "alice":{"age":3}"#, "G  ,", #"V /users/bob "bob":1"#, "G  }}",
            ])
    }

    @Test func cutsWhatTheListOfFieldsToShowDoesNotName() throws {
        let rules = RedactionRules(allow: [try Fixture.pointer("/id"), try Fixture.pointer("/u/role")], rules: [])
        #expect(
            try Fixture.segments(#"{"id":1,"u":{"role":"a","name":"b"},"x":{"secret":2}}"#, .json, rules) == [
                #"G  {"id":1,"u":{"role":"a","name":"#, #"V /u/name "b""#, #"G  },"x":"#, #"V /x {"secret":2}"#, "G  }",
            ])
    }

    @Test func cutsTextsButNeitherDigestsNorNumbersForAPatternAnywhere() throws {
        let digest = String(repeating: "a1", count: 32)
        #expect(
            try Fixture.segments("{\"h\":\"\(digest)\",\"n\":4111111111111111,\"t\":\"x\"}", .json, RedactionRules(rules: [Self.email])) == [
                "G  {\"h\":\"\(digest)\",\"n\":4111111111111111,\"t\":", #"V /t "x""#, "G  }",
            ])
    }

    @Test func cutsColumnsOfCSVByNameAndIndex() throws {
        let rules = RedactionRules(rules: [Fixture.rule("A", .column("mail")), Fixture.rule("B", .columnIndex(2))])
        #expect(
            try Fixture.segments("id,mail,note\n1,a@b.ca,\"x, \"\"y\"\"\nz\"\r\n2,,\n", .csv, rules) == [
                "G  id,mail,note\n", "G  1,", "V /1/1 a@b.ca", "G  ,", "V /1/2 \"x, \"\"y\"\"\nz\"", "G  \r\n", "G  2,", "V /2/1 ", "G  ,", "V /2/2 ", "G  \n",
            ])
    }

    @Test func leavesARowOfAnotherWidthOrWithAStrayQuoteWhole() throws {
        let rules = RedactionRules(rules: [Fixture.rule("A", .column("b"))])
        #expect(
            try Fixture.segments("a,b\n1,2,3\n\"x\"y,2\n\"open\n", .csv, rules) == [
                "G  a,b\n", "L /1 1,2,3\n", "L /2 \"x\"y,2\n", "L /3 \"open\n",
            ])
    }

    @Test func cutsTextsAndAttributesOfXMLByTheirPath() throws {
        let rules = RedactionRules(rules: [Fixture.rule("A", try Fixture.xpath("//name/text()")), Fixture.rule("B", try Fixture.xpath("/r/p/@id"))])
        let text = "<?xml version=\"1.0\"?>\n<r xmlns:n=\"u\"><p id='7'><n:name>Ann &amp; Co</n:name></p><p id=\"8\"/><name/></r>\n"
        #expect(
            try Fixture.segments(text, .xml, rules) == [
                "G  <?xml version=\"1.0\"?>\n<r xmlns:n=\"u\"><p id='", "V /r[1]/p[1]/@id 7", "G  '><n:name>", "V /r[1]/p[1]/n:name[1]/text()[1] Ann &amp; Co",
                "G  </n:name></p><p id=\"", "V /r[1]/p[2]/@id 8", "G  \"/><name/></r>\n",
            ])
    }

    @Test(arguments: [
        "<!DOCTYPE r><r/>", "<r><a></r>", "<r>&x;</r>", "<r", "<r/><r/>", "x<r/>", "<r a=1/>", "<r a='<'/>", "<?xml version='1.0' encoding='latin1'?><r/>",
        "<r>&#0;</r>", "<r><![CDATA[</r>", "",
    ])
    func leavesXMLThatItCannotFollowInLines(text: String) throws {
        let rules = RedactionRules(rules: [Fixture.rule("A", try Fixture.xpath("//name"))])
        #expect(try Fixture.segments(text, .xml, rules) == (text.isEmpty ? [] : ["L /0 \(text)"]))
    }

    @Test func cutsTextByLinesAndOtherFilesNotAtAll() throws {
        let rules = RedactionRules(rules: [Self.email])
        #expect(try Fixture.segments("a\r\n\nb", .text, rules) == ["L /0 a\r\n", "L /1 \n", "L /2 b"])
        #expect(try Fixture.segments("a\nb", .other, rules) == ["B  a\nb"])
    }

    @Test(arguments: Segmentation.Format.allCases)
    func coversAnyBytesExactly(format: Segmentation.Format) throws {
        let rules = RedactionRules(rules: [
            Fixture.rule("A", try Fixture.pointer("/a")), Fixture.rule("B", .column("a")), Fixture.rule("C", try Fixture.xpath("//a")), Self.email,
        ])
        let pieces = ["{", "}", "\"", "a", ":", ",", "1", "[", "]", "\n", "\r", "<a>", "</a>", "<a b='", "'", "&amp;", "\\", " ", "\u{0}", "é", "@x.ca"]
        var state: UInt64 = 42
        for round in 0..<400 {
            var text = ""
            for _ in 0..<(round % 40) {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                text += pieces[Int(state >> 33) % pieces.count]
            }
            var joined: [UInt8] = []
            try Segmentation(format: format, rules: rules).forEachSegment(of: MemoryStream(Array(text.utf8))) { joined += $0.bytes }
            #expect(joined == Array(text.utf8))
        }
    }

    @Test func readsBackTheDescriptionOfACut() throws {
        let rules = RedactionRules(
            allow: [try Fixture.pointer("/a b/*")], rules: [Self.email, Fixture.rule("R", try Fixture.pointer("/u/~0x"), .drop)])
        let cut = Segmentation(format: .jsonLines, rules: rules)
        let node = try CanonicalJSON.parse(CanonicalJSON.bytes(cut.value), path: "cut.json")
        #expect(try Segmentation(node, path: "cut.json") == cut)
    }

    @Test(arguments: ["{}", "[]", #"{"applicable":true,"cuts":[{"field":"xpath //a","whole":false}],"format":"json","header":true,"texts":false}"#])
    func refusesADescriptionThatItWouldNotWrite(text: String) throws {
        let node = try CanonicalJSON.parse(Array(text.utf8), path: "cut.json")
        #expect(throws: Diagnostic.self) { try Segmentation(node, path: "cut.json") }
    }
}
