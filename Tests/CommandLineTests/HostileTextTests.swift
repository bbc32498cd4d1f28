import Diagnostics
import LibXML
import StructuredText
import TestSupport
import Testing

/// Text from evidence and from the workspace reaches each output through that output's escaping.
@Suite struct HostileTextTests {
    /// What an author could write to steer a browser, a Markdown page, a terminal, a pipeline or an XML parser.
    private static let hostile =
        "<script>alert(1)</script> [x](javascript:alert(1)) <a href=\"javascript:alert(1)\">y</a> | a | b |\u{202E}evil\u{7}\u{1B}[31mred\u{9B}31m\u{FFFE} ]]> "
        + "&amp; \"q\" 'q' ![i](http://evil.example/x.png) <img src=x onerror=alert(1)> <!-- --> `code` ::error file=x::boo %0A # h"

    /// A YAML text in double quotes, with what YAML cannot hold written as an escape.
    private static var quoted: String {
        var out = "\""
        for scalar in hostile.unicodeScalars {
            switch scalar.value {
            case 0x22, 0x5C: out += "\\\(scalar)"
            case 0x20...0x7E: out.unicodeScalars.append(scalar)
            default:
                let hex = String(scalar.value, radix: 16)
                out += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            }
        }
        return out + "\""
    }

    private static func workspace() throws -> SampleWorkspace {
        let workspace = try SampleWorkspace()
        let folder = workspace.folder
        try folder.write("organisation: \(quoted)\nsigners:\n  - { name: \(quoted), role: \(quoted) }\n", to: "dossier.yaml")
        let system = SampleWorkspace.system.replacing("name: Credit scoring", with: "name: \(quoted)")
            .replacing("purpose: Scores credit applications for the lending desk.", with: "purpose: \(quoted)")
        let limit = "limits:\n  bias-assessment.accuracy: { at-least: 0.1, approved-by: \(quoted), approved-on: 2026-01-10, why: \(quoted) }\n"
        try folder.write(limit + system, to: "systems/credit.yaml")
        try folder.write(
            """
            kind: policy-document
            title: \(quoted)
            observed: 2026-01-15/2027-01-15
            producer: \(quoted)
            approver: \(quoted)
            facts:
              scope: \(quoted)
              legal-requirements: \(quoted)
              review-process: \(quoted)
              owner: \(quoted)

            """, to: "evidence/credit/policy.txt.evidence.yaml")
        try folder.write(SampleWorkspace.card.replacing("Scores credit", with: "\(hostile) Scores credit"), to: "evidence/credit/card.md")
        try folder.write("?", to: "evidence/credit/not <script>read|](javascript:x)\u{202E}\u{1B}[31m")
        try folder.write(
            "exception: E-1\nsystem: credit\nframework: nist-ai-rmf\ncontrols: [GOVERN 1.3]\nreason: \(quoted)\nmeasure: \(quoted)\nowner: \(quoted)\n"
                + "approver: B. Ode\nfrom: 2026-07-01\nto: 2027-01-01\n", to: "exceptions/e.yaml")
        let collected = try workspace.dossier("collect")
        try #require(collected.text.hasPrefix("3 added"), "\(collected.text)\(collected.errors)")
        return workspace
    }

    /// True for what must reach no terminal and no XML document: controls, bidirectional overrides, non-characters.
    private static func steers(_ scalar: Unicode.Scalar, bidirectionalToo: Bool = true) -> Bool {
        switch scalar.value {
        case 0x0A, 0x09: false
        case 0..<0x20, 0x7F..<0xA0, 0xFFFE, 0xFFFF: true
        case 0x202A...0x202E, 0x2066...0x2069: bidirectionalToo
        default: false
        }
    }

    private func expectHarmless(_ text: String, _ what: String) {
        let found = text.unicodeScalars.filter { Self.steers($0) }.map { String($0.value, radix: 16) }
        #expect(found.isEmpty, "\(what) holds \(Set(found).sorted())")
    }

    @Test func theXMLPackIsWellFormedAndValid() throws {
        let workspace = try Self.workspace()
        #expect(try workspace.dossier("pack", "--period", "2026-Q3", "--format", "xml").code == 5)
        let folder = "packs/credit/2026-Q3"
        let schema = XMLSchemaValidator.compile(try workspace.folder.read("\(folder)/pack.xsd"), path: "pack.xsd")
        let validator = try #require(schema.validator, "\(schema.diagnostics)")
        let bytes = try workspace.folder.read("\(folder)/report.xml")
        #expect(validator.validate(bytes, path: "report.xml").isEmpty)
        let tree = try #require(XMLTree.parse(bytes, path: "report.xml").tree)
        #expect(!tree.root.descendants.contains { ["script", "a", "img"].contains($0.name) })
        #expect(tree.root.descendants.contains { $0.text.contains("<script>alert(1)</script>") })
    }

    @Test func theJSONPackHoldsTheTextAsText() throws {
        let workspace = try Self.workspace()
        let report = try workspace.pack().json
        #expect(report.at(pointer: "/cover/organisation")?.string == Self.hostile)
        expectHarmless(try workspace.folder.text("packs/credit/2026-Q3/report.json").replacing("\u{FFFE}", with: ""), "report.json")
    }

    @Test(arguments: ["report.md", "annex-iv.md"]) func aMarkdownPageHoldsNoMarkupOfEvidence(name: String) throws {
        let workspace = try Self.workspace()
        _ = try workspace.dossier("pack", "--period", "2026-Q3", "--framework", "eu-ai-act,nist-ai-rmf")
        let page = try workspace.folder.text("packs/credit/2026-Q3/\(name)")
        expectHarmless(page, name)
        for markup in ["<script", "<img", "<a href", "[x](javascript:", "![i](", "| a | b |", "`code`"] { #expect(!page.contains(markup), "\(markup)") }
        #expect(page.contains("alert(1)"), "the text itself is shown")
    }

    @Test(arguments: ["report.html", "annex-iv.html"]) func anHTMLPageLoadsNothingAndHoldsNoMarkupOfEvidence(name: String) throws {
        let workspace = try Self.workspace()
        _ = try workspace.dossier("pack", "--period", "2026-Q3", "--framework", "eu-ai-act,nist-ai-rmf")
        let page = try workspace.folder.text("packs/credit/2026-Q3/\(name)")
        expectHarmless(page, name)
        #expect(page.contains("alert(1)"), "the text itself is shown")
        #expect(!page.contains("<script>alert") && !page.contains("<img") && !page.contains("@import") && !page.contains("url(http"))
        // Text has its '<' escaped, so that whatever looks like a tag is one.
        for tag in page.split(separator: "<").map({ $0.prefix { $0 != ">" } }) {
            #expect(!tag.contains("javascript:") && !tag.contains(" onerror") && !tag.contains(" onload") && !tag.contains(" onclick"), "\(tag)")
            for attribute in [" href=\"", " src=\""] {
                for target in tag.split(separator: attribute, omittingEmptySubsequences: false).dropFirst() {
                    #expect(target.hasPrefix("#") || target.hasPrefix("data:"), "the page leads outside: \(tag)")
                }
            }
        }
    }

    @Test(arguments: ["text", "markdown", "github", "json", "sarif", "junit"])
    func gapsAreHarmlessInEachFormat(format: String) throws {
        let workspace = try Self.workspace()
        let outcome = try workspace.dossier("gaps", "--period", "2026-Q3", "--format", format)
        #expect(outcome.code == 5)
        expectHarmless(outcome.text.replacing("\u{FFFE}", with: ""), format)
        expectHarmless(outcome.errors.replacing("\u{FFFE}", with: ""), "standard error")
        switch format {
        case "json", "sarif": #expect(JSONParser.parse(outcome.output, path: format).node != nil)
        case "junit":
            let parsed = XMLTree.parse(outcome.output, path: "junit.xml")
            #expect(parsed.tree?.root.name == "testsuites", "\(parsed.diagnostics)")
        case "markdown":
            #expect(!outcome.text.contains("<script") && !outcome.text.contains("[x](") && !outcome.text.contains("![i]"))
        case "github":
            let lines = outcome.text.split(separator: "\n")
            #expect(lines.allSatisfy { $0.hasPrefix("::error file=") || $0.hasPrefix("::warning file=") || $0.hasPrefix("::notice file=") })
            #expect(lines.allSatisfy { !$0.contains("::boo %0A") }, "evidence could write a line break into an annotation")
        default: break
        }
    }

    @Test(arguments: [
        ["explain", "GOVERN 1.1", "--period", "2026-Q3"], ["explain", "GOVERN 1.3", "--period", "2026-Q3", "--format", "json"],
        ["inspect", "evidence/credit/card.md"], ["inspect", "evidence/credit/policy.txt", "--format", "json"], ["collect"], ["collect", "--format", "json"],
    ])
    func whatATerminalShowsIsHarmless(arguments: [String]) throws {
        let workspace = try Self.workspace()
        let outcome = try DossierProgram.run(arguments, in: workspace.folder.path)
        expectHarmless(outcome.text.replacing("\u{FFFE}", with: ""), "standard output")
        expectHarmless(outcome.errors.replacing("\u{FFFE}", with: ""), "standard error")
    }
}
