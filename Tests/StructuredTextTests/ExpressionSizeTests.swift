import StructuredText
import Testing

@Suite struct ExpressionSizeTests {
    @Test(arguments: [
        "a", "", "^[A-Z]{2}[0-9]{4,6}$", "(a|b)+c?", "[]{9999}]x", "[^]{9]+", "[[:alpha:]{]{3}", "\\{9999\\}", "a{,5}", "(([0-9]{3} ?){3}|x){10}", ")", "a{2",
        "\\",
        "[0-9]+-[0-9]+-[0-9]+-[0-9]+-[0-9]+-[0-9]+-[0-9]+-[0-9]+-[0-9]+-[0-9]+-[0-9]+-[0-9]+-[0-9]+-[0-9]+-[0-9]+-[0-9]+",
    ])
    func anExpressionOfBoundedCostIsUsed(text: String) {
        #expect(expressionFault(text) == nil)
    }

    @Test(arguments: [
        ("a\0", "NUL"), (String(repeating: "a", count: 1001), "longer"), ("(a)\\1", "back reference"), ("((((a{1,200}){1,200}){1,200}){1,200})", "repetitions"),
        (String(repeating: "(", count: 20) + "a" + String(repeating: "+)", count: 20), "repetitions"), ("(a{101}){101}", "repetitions"),
        ("a{99999999999999999999}", "repetitions"), ("(((((((((((((a{9}){9}){9}){9}){9}){9}){9}){9}){9}){9}){9}){9}){9})", "repetitions"),
        ("[[:alpha:]]{99999}", "repetitions"), ("\\({99999}", "repetitions"), ("(a|b{5000}){3}", "repetitions"),
    ])
    func whatWouldCostMoreIsRefusedBeforeItIsCompiled(text: String, word: String) throws {
        #expect(try #require(expressionFault(text)).contains(word))
    }

    @Test(arguments: [("[]", 2), ("[{},\"a,[{\\\"]\",1]", 5), ("\"\\\\\",", 2), ("", 1), ("{\"a\":[1,2],\"b\":3}", 5)])
    func valuesAreCountedOutsideOfStrings(text: String, count: Int) {
        #expect(jsonValueCount(in: Array(text.utf8)) == count)
    }
}
