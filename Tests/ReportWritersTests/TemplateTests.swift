import Diagnostics
import StructuredText
import Testing

@testable import ReportWriters

@Suite struct TemplateTests {
    private static let shape: TemplateShape = [
        "title": .text, "note?": .text, "anchor": .name, "chart": .markup, "count": .number, "open": .flag, "producer": .text,
        "items": .rows(["name": .text, "producer?": .text, "holes": .list(.text)]), "cover": ["name": .text, "note?": .text],
    ]
    private static let tree: Value = .object([
        ("title", "A <b>"), ("anchor", "e-1"), ("chart", "<svg/>"), ("count", 0), ("open", false), ("producer", "dossier"),
        ("items", [.object([("name", "one"), ("holes", [])]), .object([("name", "two"), ("producer", "P"), ("holes", ["h1", "h2"])])]),
        ("cover", .object([("name", "C|")])),
    ])

    private func render(_ text: String, kind: String = "html", partials: [(path: String, bytes: [UInt8])] = []) throws -> String {
        let main = "templates/\(kind == "html" ? "html" : "markdown")/pack.\(kind).mustache"
        let library = try TemplateLibrary(shipped: [(path: main, bytes: Array(text.utf8))], overrides: partials)
        return String(decoding: try library.render(String(main.dropFirst("templates/".count)), Self.shape, Self.tree), as: UTF8.self)
    }

    @Test(arguments: [
        ("{{title}}", "A &lt;b&gt;"), ("{{cover.name}}", "C|"), ("{{#note}}{{note}}{{/note}}{{^note}}none{{/note}}", "none"), ("{{count}}", "0"),
        ("{{#count}}there{{/count}}", "there"), ("{{#open}}yes{{/open}}{{^open}}no{{/open}}", "no"), ("{{{chart}}}", "<svg/>"),
        ("<a href=\"#{{anchor}}\">x</a>", "<a href=\"#e-1\">x</a>"), ("a{{! a }} comment }}b", "a comment }}b"),
        ("{{#items}}{{name}}:{{#holes?}}({{#holes}}{{.}} {{/holes}}){{/holes?}} {{/items}}", "one: two:(h1 h2 ) "),
        ("x\n  {{#items}}\n- {{name}}\n  {{/items}}\ny", "x\n- one\n- two\ny"),
        ("{{#cover}}{{name}} of {{title}}{{/cover}}", "C| of A &lt;b&gt;"),
    ])
    func renders(text: String, expected: String) throws {
        #expect(try render(text) == expected)
    }

    /// Twenty-three lists of two inside each other go round eight million times, and print nothing.
    @Test(.timeLimit(.minutes(2))) func listsInsideEachOtherComeToAnEnd() throws {
        let text = String(repeating: "{{#items}}", count: 23) + String(repeating: "{{/items}}", count: 23)
        let fault = #expect(throws: Diagnostic.self) { try render(text) }
        #expect(fault?.id == "template.output-too-large")
    }

    @Test func anAbsentValueIsNotTakenFromFurtherOut() throws {
        #expect(try render("{{#items}}[{{#producer}}{{producer}}{{/producer}}]{{/items}}") == "[][P]")
    }

    @Test(arguments: [
        ("a\n {{titel}}", "html/pack.html.mustache:2:2: error: nothing is called 'titel' here; did you mean 'title'? [template.unknown-name]"),
        ("{{cover.nam}}", "1:1: error: nothing is called 'cover.nam' here; did you mean 'cover.name'?"),
        ("{{#items}}{{#nope}}{{/nope}}{{/items}}", "1:11: error: nothing is called 'nope' here"), ("{{note}}", "'note' can be absent"),
        ("{{#cover}}{{note}}{{/cover}}", "'note' can be absent"), ("{{{title}}}", "never written unescaped"), ("{{&title}}", "begin with '&'"),
        ("{{chart}}", "generated markup"), ("{{items}}", "'items' is a list"), ("{{#title}}", "1:1: error: the section 'title' is not closed"),
        ("{{/title}}", "no section 'title' is open"), ("{{#title}}{{#open}}{{/title}}{{/open}}", "'title' is closed, but the section 'open' of line 1"),
        ("{{>nope}}", "there is no template 'html/nope.html.mustache'"), ("{{title", "the tag does not end"), ("{{a b}}", "'a b' is no name"),
        ("{{title?}}", "is no name"), ("{{#title?}}{{/title?}}", "this is no list"), ("<a href=\"{{title}}\">", "cannot be escaped at this place"),
        ("<a href=\"#{{title}}\"></a>", "cannot stand in a link"), ("<p class={{anchor}}>", "put the attribute's value into quotes"),
        ("<script>{{title}}</script>", "nothing may be filled into a script"), ("<p onclick=\"{{anchor}}\">", "attribute 'onclick'"),
        ("<p style=\"{{anchor}}\">", "attribute 'style'"), ("<{{anchor}}>", "cannot be escaped"), ("<!-- {{title}} -->", "comment"),
        ("<p class=\"{{#open}}\">{{/open}}", "begins and ends at different places"), ("<p class=\"", "the file ends inside"),
        ("<p {{title}}>", "quoted attribute"), ("<script>{{#open}}{{/open}}</script>", "move the section out"),
    ])
    func saysWhatIsWrongAndWhere(text: String, expected: String) {
        #expect { try render(text) } throws: { "\($0)".contains(expected) }
    }

    @Test(arguments: [("`{{title}}`", "code span"), ("[x]({{title}})", "may only lead to a place in the page"), ("{{{chart}}}", "generated markup")])
    func refusesPlacesInMarkdownThatCannotBeEscaped(text: String, expected: String) {
        #expect { try render(text, kind: "md") } throws: { "\($0)".contains(expected) }
    }

    @Test func aPartialThatNamesItselfIsAnError() {
        let partial = (path: "templates/html/loop.html.mustache", bytes: Array("{{>loop}}{{>loop}}".utf8))
        #expect { try render("{{>loop}}", partials: [partial]) } throws: { "\($0)".contains("partials name one another deeper than") }
    }

    @Test func partialsThatGrowWithoutEndAreAnError() {
        let partials = (0..<8).map { index in
            (path: "templates/html/p\(index).html.mustache", bytes: Array(String(repeating: "{{>p\(index + 1)}}", count: 50).utf8))
        }
        #expect { try render("{{>p0}}", partials: partials + [(path: "templates/html/p8.html.mustache", bytes: Array("x".utf8))]) } throws: {
            "\($0)".contains("grow without end")
        }
    }

    @Test func sectionsThatNestTooDeepAreAnError() {
        #expect { try render(String(repeating: "{{#open}}", count: 15_000)) } throws: { "\($0)".contains("nested deeper than") }
    }

    @Test func anOverrideThatNothingUsesIsAnError() {
        #expect { try render("x", partials: [(path: "templates/html/pakc.html.mustache", bytes: [])]) } throws: {
            "\($0)".contains("did you mean 'html/pack.html.mustache'?")
        }
    }

    @Test func filesThatAreNoTemplateAreRefused() {
        for bytes in [[0xFF, 0xFE], [UInt8](repeating: 97, count: (1 << 20) + 1)] {
            #expect(throws: Diagnostic.self) { try TemplateLibrary(overrides: [(path: "templates/html/pack.html.mustache", bytes: bytes)]) }
        }
    }
}
