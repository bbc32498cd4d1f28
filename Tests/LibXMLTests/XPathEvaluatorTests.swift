import Testing

@testable import LibXML

@Suite struct XPathEvaluatorTests {
    private func evaluator(_ text: String, _ namespaces: [String: String] = [:]) throws -> XPathEvaluator {
        XPathEvaluator(try #require(XMLTree.parse(text, path: "a.xml").tree), namespaces: namespaces)
    }

    @Test func usesTheCallersPrefixesAndNotTheDocuments() throws {
        let evaluator = try evaluator("<x:a xmlns:x='urn:a'>\n<x:b k='v'>t</x:b></x:a>", ["y": "urn:a"])
        let nodes = try evaluator.select("/y:a/y:b/@k")
        #expect(nodes.map(\.text) == ["v"])
        #expect(nodes.map(\.line) == [2])
        #expect(nodes.map(\.xpath) == ["/x:a/x:b/@k"])
        #expect(throws: XPathFault(expression: "/x:a", message: "it uses a prefix that is not declared")) {
            try evaluator.select("/x:a")
        }
    }

    @Test func givesNodesInDocumentOrder() throws {
        let evaluator = try evaluator("<a><b>1</b><c>2</c><b>3</b></a>")
        #expect(try evaluator.select("//c | //b").map(\.text) == ["1", "2", "3"])
        #expect(try evaluator.select("/a/b[2]").map(\.xpath) == ["/a/b[2]"])
        #expect(try evaluator.select("(//b)[2]/preceding-sibling::*").map(\.text) == ["1", "2"])
    }

    @Test func evaluatesFromAnElement() throws {
        let evaluator = try evaluator("<a><b><c>1</c></b><b><c>2</c></b></a>")
        let second = try #require(try evaluator.select("/a/b")[1].element)
        #expect(try evaluator.select("c", at: second).map(\.text) == ["2"])
    }

    @Test func givesTextsNumbersAndFlags() throws {
        let evaluator = try evaluator("<a><b>1</b><b>2</b></a>")
        guard case .number(3) = try evaluator.evaluate("sum(/a/b)") else {
            Testing.Issue.record("no number")
            return
        }
        guard case .text("12") = try evaluator.evaluate("concat(/a/b[1], /a/b[2])") else {
            Testing.Issue.record("no text")
            return
        }
        guard case .flag(true) = try evaluator.evaluate("count(/a/b) = 2") else {
            Testing.Issue.record("no flag")
            return
        }
        #expect(throws: XPathFault.self) { try evaluator.select("count(/a/b)") }
    }

    @Test(arguments: [
        ("/a[", "it is no XPath expression"), ("/a['x]", "a text in it has no closing quote"),
        ("nope()", "it calls a function that does not exist"),
        ("document('/etc/passwd')", "it calls a function that does not exist"),
        ("$x", "it uses a variable, and there are none"),
        ("count(1, 2)", "a function in it is given arguments that it does not take"),
        ("", "it is no XPath expression"), ("/a\u{0}b", "it holds a NUL character"),
    ])
    func saysWhyAnExpressionCannotBeEvaluated(expression: String, why: String) throws {
        let evaluator = try evaluator("<a/>")
        #expect(throws: XPathFault(expression: expression, message: why)) { _ = try evaluator.evaluate(expression) }
        // The next evaluation is not troubled by it.
        #expect(try evaluator.select("/a").count == 1)
    }

    @Test func checksTheSyntaxWithoutADocument() {
        #expect(XPathEvaluator.syntaxFault(in: "/a/b:c[@d = 'e']") == nil)
        #expect(XPathEvaluator.syntaxFault(in: "/a/[b]")?.message == "it is no XPath expression")
    }

    @Test func refusesExpressionsThatNestDeepOrRunLong() throws {
        let evaluator = try evaluator("<a>" + String(repeating: "<b/>", count: 3_000) + "</a>")
        let deep = String(repeating: "(", count: 2_000) + "1" + String(repeating: ")", count: 2_000)
        #expect(throws: XPathFault.self) { _ = try evaluator.evaluate(deep) }
        #expect(
            throws: XPathFault(expression: "//b[count(//b[count(//b) > 1]) > 1]", message: "it took more than 20000000 steps")
        ) {
            _ = try evaluator.evaluate("//b[count(//b[count(//b) > 1]) > 1]")
        }
        #expect(throws: XPathFault.self) { _ = try evaluator.evaluate(String(repeating: "1+", count: 5_000) + "1") }
    }

    @Test func skipsNamespaceNodes() throws {
        #expect(try evaluator("<a xmlns:x='urn:x'/>").select("/a/namespace::*").isEmpty)
    }
}
