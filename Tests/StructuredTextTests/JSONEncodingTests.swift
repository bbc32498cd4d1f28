import StructuredText
import Testing

@Suite struct JSONEncodingTests {
    private let value = Value.object([
        ("b", 1), ("a", [true, .null, "x\"\\\n\u{1}é😀"]), ("n", .number(0.1)), ("whole", .number(3)), ("none", nil), ("empty", .map([])), ("list", []),
    ])

    @Test func canonicalTextHasNoBlanksAndSortedKeys() {
        #expect(
            value.canonicalJSON
                == #"{"a":[true,null,"x\"\\\n\u0001é😀"],"b":1,"empty":{},"list":[],"n":0.1,"whole":3}"#)
    }

    @Test func canonicalKeysAreInTheOrderOfTheirBytes() {
        let keys = ["b", "a", "B", "é", "e\u{301}", "z", "aa", "", "😀", "\u{FFFD}"]
        let shuffled = Value.map(keys.map { .init($0, .null) })
        let reversed = Value.map(keys.reversed().map { .init($0, .null) })
        #expect(Array(shuffled.canonicalJSON.utf8) == Array(reversed.canonicalJSON.utf8))
        #expect(
            shuffled.canonicalJSON
                == "{\"\":null,\"B\":null,\"a\":null,\"aa\":null,\"b\":null,\"e\u{301}\":null,\"z\":null,\"é\":null,\"\u{FFFD}\":null,\"😀\":null}")
    }

    @Test func prettyTextKeepsTheOrderAndEndsWithANewline() {
        #expect(Value.object([("b", [1, 2]), ("a", .map([]))]).prettyJSON == "{\n  \"b\": [\n    1,\n    2\n  ],\n  \"a\": {}\n}\n")
    }

    @Test(arguments: [true, false])
    func readsBackAsTheSameValue(canonical: Bool) throws {
        let text = canonical ? value.canonicalJSON : value.prettyJSON
        let result = JSONParser.parse(Array(text.utf8), path: "a")
        let node = try #require(result.node)
        #expect(result.diagnostics.isEmpty)
        #expect(node["a"]?.array?[2].string == "x\"\\\n\u{1}é😀")
        #expect(node["n"]?.double == 0.1)
        #expect(node["whole"]?.int == 3)
        #expect(node["none"] == nil)
        #expect(node["empty"]?.members?.isEmpty == true)
    }

    @Test(arguments: [
        0, -0.0, 1, -1.5, 0.1, 1e15, 1e21, 123_456_789.123, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 999_999_999_999_999, 0.30000000000000004,
    ])
    func numbersReadBackAsTheSameNumber(number: Double) {
        #expect(JSONParser.parse(Array(jsonNumber(number).utf8), path: "a").node?.double == number)
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity])
    func aNumberThatIsNoneBecomesNull(number: Double) {
        #expect(jsonNumber(number) == "null")
    }

    @Test func everyControlCharacterIsEscaped() throws {
        let text = String(String.UnicodeScalarView((0..<0x20).compactMap { Unicode.Scalar($0) }))
        let json = Value.string(text).canonicalJSON
        #expect(json.utf8.allSatisfy { $0 >= 0x20 })
        #expect(JSONParser.parse(Array(json.utf8), path: "a").node?.string.map { Array($0.utf8) } == Array(text.utf8))
    }
}
