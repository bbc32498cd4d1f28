import Diagnostics
import Testing

@testable import LibXML

@Suite struct XMLTreeTests {
    private func parse(_ text: String) -> (tree: XMLTree?, diagnostics: [Diagnostic]) { XMLTree.parse(text, path: "a.xml") }

    @Test func readsNamesNamespacesAttributesAndText() throws {
        let text = "<p:a xmlns:p='urn:p' xmlns='urn:d' k='1' p:k='2'>\n<b>x<c>y</c>z</b><!-- no --><b/></p:a>"
        let root = try #require(parse(text).tree).root
        #expect(root.isNamed("a", in: "urn:p"))
        #expect(root.prefix == "p")
        #expect(root.attributes.map(\.name) == ["k", "k"])
        #expect(root.attribute("k") == "1")
        #expect(root.attribute("k", in: "urn:p") == "2")
        #expect(root.children("b", in: "urn:d").map(\.text) == ["xyz", ""])
        #expect(root.children("b", in: nil).isEmpty)
        #expect(root.descendants.map(\.name) == ["b", "c", "b"])
        #expect(root.children.map(\.line) == [2, 2])
        #expect(root.firstChild("b", in: "urn:d")?.parent == root)
    }

    @Test func keepsEntitiesThatXMLItselfDefines() throws {
        #expect(try #require(parse("<a>&lt;&#xE9;<![CDATA[<b>]]></a>").tree).root.text == "<é<b>")
    }

    @Test func countsLinesPast65535() throws {
        let tree = try #require(parse("<a>" + String(repeating: "\n", count: 70_000) + "<b>x</b></a>").tree)
        #expect(tree.root.firstChild("b", in: nil)?.line == 70_001)
    }

    @Test(arguments: [
        "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>\n<a>&x;</a>",
        "<!DOCTYPE a SYSTEM 'http://127.0.0.1:1/a.dtd'><a/>",
        "<!DOCTYPE a><a/>",
        "<!DOCTYPE a [<!ENTITY % p SYSTEM 'file:///etc/passwd'>%p;]><a/>",
    ])
    func refusesADocumentTypeDeclarationWhereItBegins(text: String) throws {
        let before = refusedExternalLoads
        let result = parse(text)
        #expect(result.tree == nil)
        #expect(result.diagnostics.map(\.id) == ["xml.document-type"])
        #expect(try #require(result.diagnostics.first?.location).line == 1)
        #expect(refusedExternalLoads == before)
    }

    @Test func refusesABillionLaughsBeforeUnfoldingAny() {
        var text = "<!DOCTYPE a [<!ENTITY l0 'lol'>"
        for level in 1...12 { text += "<!ENTITY l\(level) '" + String(repeating: "&l\(level - 1);", count: 10) + "'>" }
        let result = parse(text + "]><a>&l12;</a>")
        #expect(result.tree == nil)
        #expect(result.diagnostics.map(\.id) == ["xml.document-type"])
    }

    @Test func refusesAnUndeclaredEntity() {
        #expect(parse("<a>&x;</a>").diagnostics.map(\.id) == ["xml.malformed"])
    }

    @Test func refusesDeepNesting() {
        for levels in [300, 100_000] {
            let result = parse(String(repeating: "<a>", count: levels) + String(repeating: "</a>", count: levels))
            #expect(result.tree == nil)
            #expect(result.diagnostics.first?.id == "xml.too-deep")
        }
    }

    @Test func readsTwoHundredLevels() throws {
        let tree = try #require(parse(String(repeating: "<a>", count: 200) + "x" + String(repeating: "</a>", count: 200)).tree)
        #expect(tree.root.descendants.map(\.name).count == 199)
        #expect(tree.root.text == "x")
    }

    @Test func refusesAHugeAttribute() {
        let result = parse("<a k='" + String(repeating: "x", count: 11 << 20) + "'/>")
        #expect(result.tree == nil)
        #expect(result.diagnostics.first?.id == "xml.value-too-large")
    }

    @Test func refusesMoreMarkupThanMemoryShouldHold() {
        let result = parse("<a>" + String(repeating: "<b/>", count: XMLTree.maximumMarkup) + "</a>")
        #expect(result.diagnostics.map(\.id) == ["xml.too-large"])
    }

    @Test(arguments: [
        ("<a %/>", 1_001, false), ("<a %/>", 1_000, true), ("<a>%</a>", 1_001, true), ("<a>%<b/></a>", 1_001, true), ("<a><!-- ' --><b %/></a>", 1_001, false),
        ("<a><![CDATA[%]]></a>", 1_001, true), ("<a k='>' %/>", 1_001, false), ("<a><b %/><b %/></a>", 600, true),
    ])
    func refusesATagOfTooManyAttributes(form: String, count: Int, isGood: Bool) {
        let attributes = (0..<count).map { "a\($0) = '>'" }.joined(separator: " ")
        let result = parse(form.replacing("%", with: attributes))
        #expect((result.tree != nil) == isGood)
        if !isGood { #expect(result.diagnostics.map(\.id) == ["xml.too-many-attributes"]) }
    }

    @Test(arguments: [
        ("<a>\n <b>\n</a>", 3, "Opening and ending tag mismatch"), ("", 1, "Document is empty"), ("<a", 1, "Couldn't find end"),
        ("<a/><b/>", 1, "Extra content"), ("<a><p:b/></a>", 1, "Namespace prefix p"),
        ("<a k='1' k='2'/>", 1, "Attribute k redefined"),
        ("<a>\u{1}</a>", 1, "PCDATA invalid Char value 1"), ("plain text", 1, "Start tag expected"),
        ("<?xml version='1.0'?>", 1, ""),
    ])
    func saysWhereTheTextIsNoXML(text: String, line: Int, words: String) throws {
        let result = parse(text)
        #expect(result.tree == nil)
        let diagnostic = try #require(result.diagnostics.first)
        #expect(diagnostic.id == "xml.malformed")
        #expect(diagnostic.location?.line == line)
        #expect(diagnostic.message.contains(words), "\(diagnostic)")
    }

    @Test func givesTheColumnOfAFault() {
        #expect(parse("<a>\n <b>\n</c>").diagnostics.first?.location == TextLocation(path: "a.xml", line: 3, column: 5))
    }

    @Test func refusesBytesThatAreNotUTF8() {
        let result = XMLTree.parse(Array("<a>".utf8) + [0xFF, 0xC3] + Array("</a>".utf8), path: "a.xml")
        #expect(result.tree == nil)
        #expect(result.diagnostics.first?.id == "xml.malformed")
    }

    @Test func refusesANULByteWithItsPlace() {
        let result = XMLTree.parse(Array("<a/>\n\u{0}<b/>".utf8), path: "a.xml")
        #expect(result.diagnostics.map(\.id) == ["text.nul-byte"])
        #expect(result.diagnostics.first?.location == TextLocation(path: "a.xml", line: 2, column: 1))
    }

    @Test func readsUTF16WithAByteOrderMark() throws {
        var bytes: [UInt8] = [0xFF, 0xFE]
        for unit in "<a>é</a>".utf16 { bytes += [UInt8(unit & 0xFF), UInt8(unit >> 8)] }
        #expect(try #require(XMLTree.parse(bytes, path: "a.xml").tree).root.text == "é")
    }

    @Test func survivesBeingCutAnywhere() {
        let text = Array(
            "<?xml version='1.0' encoding='UTF-8'?><a xmlns='urn:a' k='é'><!-- c --><b>x &amp; y</b><![CDATA[z]]></a>".utf8)
        for end in 0..<text.count { #expect(XMLTree.parse(Array(text[..<end]), path: "a.xml").tree == nil) }
        #expect(XMLTree.parse(text, path: "a.xml").tree != nil)
    }

    @Test func outlivesTheTreeVariableThroughAnElement() throws {
        var kept: [XMLElement] = []
        for index in 0..<100 { kept.append(try #require(parse("<a><b>\(index)</b></a>").tree).root) }
        #expect(kept.map(\.text) == (0..<100).map(String.init))
    }

    @Test func isReadByManyTasksAtOnce() async throws {
        let tree = try #require(parse("<a>" + (0..<500).map { "<b k='\($0)'>\($0)</b>" }.joined() + "</a>").tree)
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<16 {
                group.addTask {
                    let numbers = try? XPathEvaluator(tree).select("/a/b[@k mod 2 = 0]")
                    return numbers?.count == 250 && tree.root.children.reduce(0) { $0 + (Int($1.text) ?? 0) } == 124_750
                }
            }
            for await right in group { #expect(right) }
        }
    }
}

@Suite struct XMLRootTests {
    @Test(arguments: [
        ("<?xml version='1.0'?>\n<!-- c -->\n<p:a xmlns:p='urn:p'><b>", "a", "urn:p"),
        ("<a xmlns='urn:d' k='1'><c/><<<", "a", "urn:d"),
        ("<!DOCTYPE a [<!ENTITY x 'y'>]><a>", "a", nil), ("<a><b></a>", "a", nil),
    ])
    func namesTheRootOfABeginning(text: String, name: String, namespace: String?) {
        #expect(XMLRoot.of(head: Array(text.utf8)) == XMLRoot(name: name, namespace: namespace))
    }

    @Test(arguments: ["", "<a", "{}", "text", "<!-- only a comment -->", "\u{0}\u{1}"])
    func namesNothingWhereThereIsNoRoot(text: String) {
        #expect(XMLRoot.of(head: Array(text.utf8)) == nil)
    }
}
