import LibXML
import Testing

@Suite struct XMLCanonicalFormTests {
    private func tree(_ text: String) throws -> XMLTree { try #require(XMLTree.parse(text, path: "x.xml").tree) }

    private func form(_ text: String) throws -> String {
        String(decoding: try #require(try tree(text).canonicalForm()), as: UTF8.self)
    }

    @Test(arguments: [
        ("<?xml version='1.0'?>\n<a  z='1' b=\"2\"/>\n", "<a b=\"2\" z=\"1\"></a>"), ("<a><!-- c --><b/></a>", "<a><b></b></a>"),
        ("<a><![CDATA[1 < 2 & 3]]></a>", "<a>1 &lt; 2 &amp; 3</a>"), ("<a>\r\n\t</a>", "<a>\n\t</a>"),
        ("<a b='&#9;&#10;&quot;'/>", "<a b=\"&#x9;&#xA;&quot;\"></a>"),
        ("<?p x?><a/>", "<?p x?>\n<a></a>"), ("<a xmlns:n='urn:n'><n:b/></a>", "<a><n:b xmlns:n=\"urn:n\"></n:b></a>"),
        ("<a xmlns='urn:1'><b xmlns=''/></a>", "<a xmlns=\"urn:1\"><b xmlns=\"\"></b></a>"), ("<a>é&#233;</a>", "<a>éé</a>"),
    ])
    func followsTheRulesOfExclusiveCanonicalization(text: String, expected: String) throws {
        #expect(try form(text) == expected)
    }

    @Test func leavesOutOneElementWithAllInsideIt() throws {
        let tree = try tree("<a xmlns:n='urn:n'>1<n:b n:c='2'><d/></n:b>3</a>")
        let element = try #require(tree.root.firstChild("b", in: "urn:n"))
        #expect(tree.canonicalForm(without: element) == Array("<a>13</a>".utf8))
    }

    @Test func givesOneElementWithTheNamespacesThatItUses() throws {
        let tree = try tree("<a xmlns='urn:1' xmlns:n='urn:n' xmlns:m='urn:m' xml:lang='en'>1<n:b m:c='2'><d/></n:b>3</a>")
        let element = try #require(tree.root.firstChild("b", in: "urn:n"))
        #expect(
            element.canonicalForm.map { String(decoding: $0, as: UTF8.self) }
                == "<n:b xmlns:m=\"urn:m\" xmlns:n=\"urn:n\" m:c=\"2\"><d xmlns=\"urn:1\"></d></n:b>")
    }

    @Test func hasNoFormForARelativeNamespace() throws {
        #expect(try tree("<a xmlns='relative'/>").canonicalForm() == nil)
    }

    /// One long namespace that each of many elements must repeat: three megabytes that would become two thousand.
    @Test(.timeLimit(.minutes(1))) func makesNoFormThatIsManyTimesTheDocument() throws {
        let text = "<r xmlns:p='urn:\(String(repeating: "a", count: 1 << 20))'>" + String(repeating: "<p:a/>", count: 2_000) + "</r>"
        let tree = try tree(text)
        #expect(tree.canonicalForm() == nil)
        var most = 0
        #expect(!tree.writeCanonicalForm { most += $0.count })
        #expect(most <= XMLTree.maximumCanonicalForm)
    }

    @Test func givesTheSameInPieces() throws {
        let tree = try tree("<a>" + String(repeating: "<b x='1'>text</b>", count: 5_000) + "</a>")
        var pieces: [UInt8] = []
        #expect(tree.writeCanonicalForm { pieces += $0 })
        #expect(pieces == tree.canonicalForm())
    }

    @Test func isTheSameFromManyTasks() async throws {
        let tree = try tree("<a>" + String(repeating: "<b x='1' xmlns:n='urn:n'><n:c/></b>", count: 500) + "</a>")
        let expected = tree.canonicalForm()
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 { group.addTask { (0..<20).allSatisfy { _ in tree.canonicalForm() == expected } } }
            for await same in group { #expect(same) }
        }
    }
}
