import Testing

@testable import EvidenceReaders

@Suite struct MarkdownSectionsTests {
    private func titles(_ text: String) -> [String] {
        MarkdownSections(ArraySlice(text.utf8)).sections.filter { $0.level > 0 }.map { "\($0.level) \($0.title) :\($0.line)" }
    }

    @Test(arguments: [
        ("# One\n\n## Two ##\n", ["1 One :1", "2 Two :3"]),
        ("   ### Three\n    # code\n", ["3 Three :1"]),
        ("#No\n####### seven\n#\n", ["1  :3"]),
        ("# C#\n", ["1 C# :1"]),
        ("One\n===\n\nTwo\n---\n", ["1 One :1", "2 Two :4"]),
        ("- item\n---\n\n| a |\n---\n\n---\n", []),
        ("A paragraph\nof two lines\n---\n", []),
        ("# One\r\n\r\nTwo\r\n---\r\n", ["1 One :1", "2 Two :3"]),
    ])
    func findsHeadings(text: String, expected: [String]) {
        #expect(titles(text) == expected)
    }

    @Test(arguments: [
        "```\n# a\n```\n# Real\n", "~~~ sh\n# a\n```\n# b\n~~~~\n# Real\n", "````\n```\n# a\n````\n# Real\n", "<!-- # a\n# b\n-->\n# Real\n",
        "text <!-- c\n# a\n--> more\n\n# Real", "<style>\n\n# a\n</style>\n# Real\n", "<style>a</style><script>\n# a\n</script>\n# Real\n",
        "<div>\n# a\n</div>\n\n# Real\n", "> # a\n\n# Real\n",
    ])
    func findsNoHeadingsInCodeCommentsAndHTML(text: String) {
        #expect(titles(text).map { $0.split(separator: ":").first ?? "" } == ["1 Real "])
    }

    @Test func keepsTheTextBetweenTagsOfAnHTMLBlock() {
        let sections = MarkdownSections(ArraySlice("# A\n<div\n class=\"x\">\n<b>Kept</b> text\n</div>\n".utf8)).sections
        #expect(sections.last?.text == "Kept text")
    }

    @Test func takesCommentsOutButNotThoseInCodeSpans() {
        let sections = MarkdownSections(ArraySlice("# A\none <!-- two --> three `<!--` four\n".utf8)).sections
        #expect(sections.last?.text == "one  three `<!--` four")
    }

    @Test(arguments: [("# A\n<!-- open\n# B\n", "comment", 2), ("# A\n\n```\n# B\n", "code fence", 3)])
    func saysWhatIsNeverClosed(text: String, what: String, line: Int) {
        let unclosed = MarkdownSections(ArraySlice(text.utf8)).unclosed
        #expect(unclosed?.what == what)
        #expect(unclosed?.line == line)
    }

    @Test(arguments: ["`", "<!--", "<!-- -->", "<script></script>", "<div>", "#", "-", "{{", "``` "])
    func readsLongLinesInLinearTime(unit: String) {
        let line = String(repeating: unit, count: 200_000 / unit.utf8.count)
        let clock = ContinuousClock()
        let time = clock.measure { _ = MarkdownSections(ArraySlice("<!-- -->\(line)\n\(line)\n".utf8)) }
        #expect(time < .seconds(10))
    }
}
