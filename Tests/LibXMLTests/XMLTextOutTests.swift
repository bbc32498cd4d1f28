import Testing

@testable import LibXML

@Suite struct XMLTextOutTests {
    private func text(_ body: (inout XMLTextOut) -> Void) throws -> String {
        var out = XMLTextOut()
        body(&out)
        return String(decoding: try out.finish(), as: UTF8.self)
    }

    @Test func writesIndentedUTF8() throws {
        let written = try text { out in
            out.instruction("xml-stylesheet", "href='a.css'")
            out.start("p:a", [("xmlns:p", "urn:p"), ("k", "é\"<>&\n\t")])
            out.element("b", text: "1 < 2 & 3 > 2 – ☃")
            out.start("c")
            out.element("d")
            out.end()
            out.end()
        }
        #expect(
            written == """
                <?xml version="1.0" encoding="UTF-8"?>
                <?xml-stylesheet href='a.css'?>
                <p:a xmlns:p="urn:p" k="é&quot;&lt;&gt;&amp;&#10;&#9;">
                  <b>1 &lt; 2 &amp; 3 &gt; 2 – ☃</b>
                  <c>
                    <d/>
                  </c>
                </p:a>

                """)
    }

    @Test func replacesCharactersThatXMLCannotHold() throws {
        let hostile = "a\u{0}b\u{1B}[31mc\u{FFFE}d\u{FFFF}e\r\n\tf\u{85}\u{2028}]]>"
        let written = try text { $0.element("a", [("k", hostile)], text: hostile) }
        let root = try #require(XMLTree.parse(written, path: "a.xml").tree).root
        let expected = "a\u{FFFD}b\u{FFFD}[31mc\u{FFFD}d\u{FFFD}e\r\n\tf\u{85}\u{2028}]]>"
        #expect(root.text == expected)
        #expect(root.attribute("k") == expected)
    }

    @Test func writesTheSameBytesEachTime() throws {
        let first = try text { out in
            out.start("a", [("z", "1"), ("b", "2")])
            out.text("x")
            out.end()
        }
        for _ in 0..<20 {
            let again = try text { out in
                out.start("a", [("z", "1"), ("b", "2")])
                out.text("x")
                out.end()
            }
            #expect(again == first)
        }
    }

    @Test(arguments: ["a b", "", "1a", "a<", "a:b:c", "a\u{0}"])
    func throwsForANameThatIsNone(name: String) {
        #expect(throws: XMLWriteFault(message: "element name '\(name)' is no XML name")) { _ = try text { $0.element(name) } }
        #expect(throws: XMLWriteFault.self) { _ = try text { $0.element("a", [(name, "")]) } }
    }

    @Test func throwsForWhatIsNoDocument() {
        #expect(throws: XMLWriteFault(message: "the document has no root element")) { _ = try text { _ in } }
        #expect(throws: XMLWriteFault(message: "2 elements are not closed")) {
            _ = try text { out in
                out.start("a")
                out.start("b")
            }
        }
        #expect(throws: XMLWriteFault(message: "'b' is a second root element")) {
            _ = try text { out in
                out.element("a")
                out.element("b")
            }
        }
        #expect(throws: XMLWriteFault(message: "an element ends that was not started")) { _ = try text { $0.end() } }
        #expect(throws: XMLWriteFault(message: "element 'a' has attribute 'k' twice")) {
            _ = try text { $0.element("a", [("k", "1"), ("k", "2")]) }
        }
        #expect(throws: XMLWriteFault(message: "text stands outside the root element")) { _ = try text { $0.text("x") } }
    }

    @Test func refusesToFinishTwice() throws {
        var out = XMLTextOut()
        out.element("a")
        _ = try out.finish()
        do {
            _ = try out.finish()
            Testing.Issue.record("finished twice")
        } catch {
            #expect(error.message == "the document was finished already")
        }
    }

    @Test func writesWhatItsOwnParserReads() throws {
        let written = try text { out in
            for _ in 0..<XMLTextOut.maximumDepth { out.start("a") }
            for _ in 0..<XMLTextOut.maximumDepth { out.end() }
        }
        #expect(XMLTree.parse(written, path: "a.xml").tree != nil)
    }
}
