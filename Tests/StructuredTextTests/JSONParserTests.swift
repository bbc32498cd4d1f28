import Diagnostics
import StructuredText
import Testing

@Suite struct JSONParserTests {
    private func parse(_ text: String, firstLine: Int = 1) -> (node: JSONNode?, diagnostics: [Diagnostic]) {
        JSONParser.parse(Array(text.utf8), path: "a.json", firstLine: firstLine)
    }

    private func places(_ result: (node: JSONNode?, diagnostics: [Diagnostic])) -> [String] {
        result.diagnostics.map { "\($0.location.map(String.init(describing:)) ?? "") \($0.id)" }
    }

    @Test func readsEveryKindOfValue() throws {
        let node = try #require(parse(" {\"a\":[1,-2.5e3,true,false,null,\"x\"],\"b\":{}}\r\n").node)
        let items = try #require(node["a"]?.array)
        #expect(items.map(\.kindName) == ["a number", "a number", "a flag", "a flag", "null", "a text"])
        #expect(items[0].int == 1)
        #expect(items[1].double == -2500)
        #expect(items[2].bool == true)
        #expect(items[4].isNull)
        #expect(items[5].string == "x")
        #expect(node["b"]?.members?.isEmpty == true)
        #expect(node["c"] == nil)
    }

    @Test func saysWhereEachValueStands() throws {
        let text = "{\n \"a\": [1,\n  {\"b\": \"x\"}]}"
        let bytes = Array(text.utf8)
        let node = try #require(parse(text).node)
        let place = position(of: try #require(node.at(pointer: "/a/1/b")).offset, in: bytes)
        #expect(place == (3, 9))
        #expect(position(of: node.offset, in: bytes) == (1, 1))
    }

    @Test func keepsA64BitIdToTheLastDigit() throws {
        let node = try #require(parse("[9223372036854775807,18446744073709551615,1.0,1e2]").node)
        #expect(node.array?.map(\.int) == [9_223_372_036_854_775_807, nil, 1, 100])
        #expect(node.array?[1].scalarText == "18446744073709551615")
    }

    @Test(arguments: [
        ("", "1:1"), ("   ", "1:4"), ("{", "1:2"), ("{\"a\"", "1:5"), ("{\"a\":", "1:6"), ("{\"a\":1", "1:7"), ("{\"a\":1,", "1:8"), ("[", "1:2"),
        ("[1", "1:3"), ("[1,", "1:4"), ("\"abc", "1:5"), ("\"ab\\", "1:5"), ("\"\\u00", "1:4"), ("tru", "1:1"), ("-", "1:2"), ("1.", "1:3"), ("1e", "1:3"),
        ("{\n\"a\":\n", "3:1"),
    ])
    func saysWhereATextThatWasCutShortEnds(text: String, place: String) throws {
        let result = parse(text)
        #expect(result.node == nil)
        #expect(places(result) == ["a.json:\(place) json.malformed"])
    }

    @Test(arguments: [
        ("[1,]", "1:4"), ("[1 2]", "1:4"), ("{\"a\":1,}", "1:8"), ("{a:1}", "1:2"), ("{'a':1}", "1:2"), ("{\"a\" 1}", "1:6"), ("[01]", "1:2"), ("[.5]", "1:2"),
        ("[+1]", "1:2"), ("[1.e5]", "1:4"), ("\"a\nb\"", "1:3"), ("\"\\x41\"", "1:3"), ("1 2", "1:3"), ("// c\n1", "1:1"), ("[1]]", "1:4"),
        ("\"\\u+123\"", "1:4"),
        ("\"\\u12G4\"", "1:4"), ("[-]", "1:3"), ("[\"a\0b\"]", "1:4"), ("[1]\0", "1:4"), ("nulL", "1:1"), ("[0x10]", "1:3"),
    ])
    func refusesWhatIsNoJSON(text: String, place: String) {
        let result = parse(text)
        #expect(result.node == nil)
        #expect(places(result) == ["a.json:\(place) json.malformed"])
    }

    @Test func namesANulByte() {
        #expect(parse("[1,\0]").diagnostics.first?.message.contains("a NUL byte") == true)
    }

    @Test(
        arguments: [
            ([0x22, 0x61, 0xFF, 0x22], "1:3"), ([0x22, 0xC3, 0x22], "1:2"), ([0x22, 0xED, 0xA0, 0x80, 0x22], "1:2"), ([0x22, 0xC0, 0xAF, 0x22], "1:2"),
            ([0x22, 0xF5, 0x80, 0x80, 0x80, 0x22], "1:2"), ([0x0A, 0x22, 0xE2, 0x82], "2:2"), ([0xFE, 0xFF, 0x00, 0x7B], "1:1"),
        ] as [([UInt8], String)])
    func refusesWhatIsNotUTF8(bytes: [UInt8], place: String) {
        let result = JSONParser.parse(bytes, path: "a.json")
        #expect(result.node == nil)
        #expect(places(result) == ["a.json:\(place) text.invalid-utf8"])
    }

    @Test func skipsAByteOrderMark() {
        #expect(parse("\u{FEFF}[1]").node?.array?.count == 1)
    }

    @Test(arguments: ["[", "{\"a\":", "[{\"a\":"])
    func refusesAHundredThousandLevels(open: String) {
        let result = parse(String(repeating: open, count: 100_000))
        #expect(result.node == nil)
        #expect(result.diagnostics.map(\.id) == ["json.too-deep"])
    }

    @Test func readsAsDeepAsTheLimitAndNoDeeper() {
        func nested(_ levels: Int) -> String { String(repeating: "[", count: levels) + String(repeating: "]", count: levels) }
        #expect(parse(nested(JSONParser.maximumDepth)).node != nil)
        #expect(parse(nested(JSONParser.maximumDepth + 1)).node == nil)
    }

    @Test func reportsADuplicateKeyAndKeepsTheFirst() throws {
        let result = parse("{\"a\":1,\n \"a\":2,\"b\":3}")
        #expect(result.node?["a"]?.int == 1)
        #expect(result.node?["b"]?.int == 3)
        #expect(result.node?.members?.count == 2)
        #expect(places(result) == ["a.json:2:2 json.duplicate-key"])
    }

    @Test func seesADuplicateKeyThroughItsEscape() {
        #expect(parse("{\"a\":1,\"\\u0061\":2}").diagnostics.map(\.id) == ["json.duplicate-key"])
    }

    @Test func keepsKeysApartThatOnlyLookAlike() {
        let result = parse("{\"\u{E9}\":1,\"e\u{301}\":2}")
        #expect(result.diagnostics.isEmpty)
        #expect(result.node?.members?.map(\.value.int) == [1, 2])
    }

    @Test func listsAtMostTwentyFaultsOfOneText() {
        #expect(parse("{" + String(repeating: "\"a\":1,", count: 500) + "\"b\":2}").diagnostics.count == 20)
    }

    @Test(arguments: ["NaN", "Infinity", "-Infinity"])
    func takesWhatIsNotANumberAsAbsent(literal: String) {
        let result = parse("{\"a\":\(literal),\"b\":1}")
        #expect(result.node?["a"]?.isNull == true)
        #expect(result.node?["a"]?.double == nil)
        #expect(result.node?["b"]?.int == 1)
        #expect(places(result) == ["a.json:1:6 json.not-a-number"])
    }

    @Test(arguments: ["1e999", "-1E+400", "1" + String(repeating: "0", count: 400)])
    func takesANumberThatNoDoubleHoldsAsAbsent(literal: String) {
        let result = parse("[\(literal), 2]")
        #expect(result.node?.array?[0].double == nil)
        #expect(result.node?.array?[0].int == nil)
        #expect(result.node?.array?[1].int == 2)
        #expect(places(result) == ["a.json:1:2 json.number-too-large"])
    }

    @Test(arguments: [
        ("\\\"\\\\\\/\\b\\f\\n\\r\\t", "\"\\/\u{8}\u{C}\n\r\t"), ("\\u00e9", "é"), ("\\uD83D\\uDE00", "😀"), ("\\ud83d", "\u{FFFD}"), ("\\uDE00x", "\u{FFFD}x"),
        ("\\uD83D\\u0041", "\u{FFFD}A"), ("\\uD83D\\uD83D\\uDE00", "\u{FFFD}😀"), ("\\u0000", "\0"), ("a\\tb\\tc", "a\tb\tc"), ("\\uD83Dx", "\u{FFFD}x"),
    ])
    func readsEscapes(escaped: String, text: String) throws {
        let result = parse("\"\(escaped)\"")
        #expect(result.node?.string.map { Array($0.unicodeScalars) } == Array(text.unicodeScalars))
        #expect(result.diagnostics.isEmpty)
    }

    @Test func countsLinesFromTheRecordsOwn() {
        #expect(places(parse("{\n]", firstLine: 40)) == ["a.json:41:1 json.malformed"])
    }

    @Test func readsATenMegabyteString() {
        let long = String(repeating: "x", count: 10 << 20)
        #expect(parse("[\"\(long)\"]").node?.array?.first?.string?.utf8.count == 10 << 20)
    }
}

@Suite struct JSONPointerTests {
    private static let text = "{\"foo\":[\"bar\",\"baz\"],\"\":0,\"a/b\":1,\"c%d\":2,\"m~n\":8,\"~1\":9,\"o\":{\"p\":{\"x\":1},\"q\":{\"x\":2}}}"
    private var node: JSONNode? { JSONParser.parse(Array(Self.text.utf8), path: "a").node }

    @Test(arguments: [("/foo/0", "bar"), ("/", "0"), ("/a~1b", "1"), ("/c%d", "2"), ("/m~0n", "8"), ("/~01", "9"), ("/o/q/x", "2")])
    func leadsToItsValue(pointer: String, value: String) {
        #expect(node?.at(pointer: pointer)?.scalarText == value)
    }

    @Test(arguments: ["/foo/2", "/foo/-", "/foo/-1", "/foo/01", "/foo/+1", "/foo/00", "/foo/-0", "/foo/", "foo", "/foo/bar", "/nothing", "/foo/0/x", "#/foo"])
    func leadsNowhere(pointer: String) {
        #expect(node?.at(pointer: pointer) == nil)
    }

    @Test func theEmptyPointerIsTheWholeText() {
        #expect(node?.at(pointer: "")?.members?.count == 7)
    }

    @Test func aStarGivesEveryValueWithItsOwnPointerInOrder() {
        let found = node?.all(pointer: "/o/*/x")
        #expect(found?.map(\.pointer) == ["/o/p/x", "/o/q/x"])
        #expect(found?.map(\.node.int) == [1, 2])
        #expect(node?.all(pointer: "/foo/*").map(\.pointer) == ["/foo/0", "/foo/1"])
        #expect(node?.all(pointer: "/*/0").map(\.pointer) == ["/foo/0"])
        #expect(node?.all(pointer: "x").isEmpty == true)
    }

    @Test(arguments: ["a/b", "m~n", "~1", "", "~~//", "/", "\u{301}x", "a/\u{301}b", "~\u{301}", "🇨🇦"])
    func anyKeyEscapedLeadsToItsValue(key: String) throws {
        var quoted = ""
        quoteJSON(key, into: &quoted)
        let node = try #require(JSONParser.parse(Array("{\"x\":{\(quoted):7}}".utf8), path: "a").node)
        #expect(node.at(pointer: "/x/" + escapePointer(key))?.int == 7)
        let all = node.all(pointer: "/x/*")
        #expect(all.count == 1)
        #expect(all.first.flatMap { node.at(pointer: $0.pointer)?.int } == 7)
    }
}
