import Glibc
import StructuredText
import TestSupport
import Testing

/// Everything read is hostile until proven otherwise: each test is one way in which a file can be bad.
@Suite struct BadInputTests {
    private static let good = SampleWorkspace.line
    private static let declaration = "kind: policy-document\nobserved: 2026-01-15/2027-01-15\nproducer: Model Risk\nfacts:\n"
    private static let scope = "  scope: All of the business lines of the company and more.\n"
    private static let csv = "timestamp,user,event,status\n2026-07-01T00:00:00Z,anna,score,success\n"
    private static let cardHead = "---\nlicense: mit\nlibrary_name: sklearn\n"

    private static func cloudTrail(_ rest: String) -> String {
        #"{"Records":[{"eventVersion":"1.08","eventTime":"2026-07-01T00:00:00Z","eventName":"X","eventSource":"s3.amazonaws.com","#
            + #""awsRegion":"ca-central-1","userIdentity":{"type":"Root"},"eventID":"1","# + rest
    }

    private static func bomb(levels: Int, width: Int) -> String {
        "a0: &a0 x\n" + (1..<levels).map { "a\($0): &a\($0) [" + Array(repeating: "*a\($0 - 1)", count: width).joined(separator: ",") + "]\n" }.joined()
    }

    // MARK: Bytes

    @Test(arguments: [
        BadInput.file("bad.jsonl", .text(good + #"{"ts":"2026-07-02T00:00:00Z","user":"an"#), at: ":2:40", "json.malformed"),
        BadInput.file("bad.json", .text(cloudTrail(#""requestPara"#)), at: ":1", "json.malformed"),
        BadInput.file("bad2.json", .text(#"{"model_details": {"name": "#), at: ":1:28", "json.malformed"),
        BadInput.declared("declaration", .text(declaration + "  topics: [a, b\n"), at: ":6:1", "yaml.malformed"),
    ])
    func truncatedText(input: BadInput) throws { try input.expectTold() }

    @Test(arguments: [
        BadInput.file(
            "bad.jsonl", .bytes(Array(good.utf8) + Array(#"{"ts":"2026-07-02T00:00:00Z","user":"a"#.utf8) + [0xFF] + Array("\"}\n".utf8)), at: ":2:39",
            "text.invalid-utf8"),
        BadInput.file("bad.csv", .bytes(Array((csv + "2026-07-02T00:00:00Z,a").utf8) + [0xFF] + Array(",x,ok\n".utf8)), at: ":3:23", "text.invalid-utf8"),
        BadInput.file("bad.md", .bytes(Array((cardHead + "---\n# A\n\n## Intended use\n\nFor a").utf8) + [0xFF]), at: ":9:6", "text.invalid-utf8"),
        BadInput.declared("declaration", .bytes(Array((declaration + "  scope: ").utf8) + [0xFF, 0x0A]), at: ":5:10", "text.invalid-utf8"),
        BadInput.system("system", .bytes(Array("name: ".utf8) + [0xFF, 0x0A]), at: ":1:7", "text.invalid-utf8"),
    ])
    func invalidUTF8(input: BadInput) throws { try input.expectTold() }

    @Test(arguments: [
        BadInput.file("bad.jsonl", .text(good + "{\"ts\":\"2026-07-02T00:00:00Z\",\"user\":\"a\0\"}\n"), at: ":2:39", "json.malformed"),
        BadInput.file("bad.csv", .text(csv + "2026-07-02T00:00:00Z,a\0,x,ok\n"), at: ":3", "text.nul-byte"),
        BadInput.file("bad.md", .text(cardHead + "---\n# A\n\n## Intended use\n\nFor a\0\n"), at: ":9:6", "text.nul-byte"),
        BadInput.declared("declaration", .text(declaration + "  scope: a\0\n"), at: ":5:11", "text.nul-byte"),
        BadInput.system("system", .text("name: a\0\n"), at: ":1:8", "text.nul-byte"),
    ])
    func nulByte(input: BadInput) throws { try input.expectTold() }

    private static let long = String(repeating: "a", count: 10_000_000)

    @Test(arguments: [
        BadInput.file("bad.jsonl", .text(good + "{\"ts\":\"\(long)\"}\n" + good), at: ":2", "json-lines.line-too-long"),
        BadInput.file("bad.csv", .text(csv + "\(long),a,x,ok\n"), at: ":3", "csv.row-too-long"),
        BadInput.declared("declaration", .text(declaration + "  scope: \(long)\n"), at: "", "workspace.too-large"),
        BadInput.system("system", .text("name: \(long)\n"), at: "", "workspace.too-large"),
    ])
    func lineOfTenMegabytes(input: BadInput) throws { try input.expectTold() }

    // MARK: Structure

    private static let deep = String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)
    private static let deepBlock = String(repeating: "- ", count: 100_000) + "x\n"

    @Test(arguments: [
        BadInput.file("bad.jsonl", .text(good + "{\"ts\":\"2026-07-02T00:00:00Z\",\"user\":\"a\",\"x\":\(deep)}\n"), at: ":2:300", "json.too-deep"),
        BadInput.file("bad.json", .text(deep), at: ":1:257", "json.too-deep"),
        BadInput.file("bad.md", .text(cardHead + "x:\n  " + deepBlock + "---\n# A\n"), at: ":5:1999", "yaml.too-deep"),
        BadInput.declared("declaration, flow", .text(declaration + "  topics: \(deep)\n"), at: ":5:12", "yaml.too-deep"),
        BadInput.declared("declaration, block", .text(declaration + "  topics:\n    " + deepBlock), at: ":6:1999", "yaml.too-deep"),
        BadInput.system("system", .text("name:\n  " + deepBlock), at: ":2:1999", "yaml.too-deep"),
        BadInput.xml(
            "xml", String(repeating: "<x>", count: 100_000) + String(repeating: "</x>", count: 100_000), at: ":1:772", "xml.too-deep"),
    ])
    func hundredThousandLevels(input: BadInput) throws { try input.expectTold() }

    @Test(arguments: [
        BadInput.file(
            "bad.jsonl", .text(good + #"{"ts":"2026-07-02T00:00:00Z","ts":"2026-07-03T00:00:00Z","user":"a"}"# + "\n"), at: ":2:30", "json.duplicate-key"),
        BadInput.file("bad.md", .text("---\nlicense: mit\nlicense: gpl\nlibrary_name: x\n---\n# A\n"), at: ":2:1", "yaml.duplicate-key"),
        BadInput.declared("declaration", .text("title: a\n" + declaration + scope + "title: b\n"), at: ":1:1", "yaml.duplicate-key"),
        BadInput.system("system", .text("name: a\nname: b\npurpose: c\n"), at: ":1:1", "yaml.duplicate-key"),
    ])
    func duplicateKeys(input: BadInput) throws { try input.expectTold() }

    private static let metrics = "kind: performance-report\nobserved: 2026-07-01/2026-10-01\nproducer: P\n"

    @Test(arguments: [
        BadInput.file("bad.jsonl", .text(good + "{\"ts\":NaN,\"user\":\"a\",\"event\":\"s\"}\n"), at: ":2:7", "json.not-a-number"),
        BadInput.file("bad2.jsonl", .text(good + "{\"ts\":1e999,\"user\":\"a\",\"event\":\"s\"}\n"), at: ":2:7", "json.number-too-large"),
        BadInput.declared("declaration, NaN", .text(metrics + "facts:\n  metrics:\n    - { name: auc, value: NaN }\n"), at: ":6:27", "facts.wrong-type"),
        BadInput.declared("declaration, 1e999", .text(metrics + "facts:\n  metrics:\n    - { name: auc, value: 1e999 }\n"), at: ":6:27", "facts.wrong-type"),
        BadInput.system("limit, NaN", .text("name: a\npurpose: b\nlimits:\n  drift-report.psi-max: { at-most: NaN }\n"), at: ":4:36", "workspace.not-a-bound"),
        BadInput.system(
            "limit, 1e999", .text("name: a\npurpose: b\nlimits:\n  drift-report.psi-max: { at-most: 1e999 }\n"), at: ":4:36", "workspace.not-a-bound"),
    ])
    func numbersThatAreNone(input: BadInput) throws { try input.expectTold() }

    @Test(arguments: [
        BadInput.file("bad.jsonl", .text(good + #"{"ts":"2026-02-30T00:00:00Z","user":"a","event":"s"}"# + "\n"), at: ":2", "audit-log.bad-time"),
        BadInput.declared(
            "observed", .text("kind: policy-document\nobserved: 2026-02-30\nproducer: P\nfacts:\n" + scope), at: ":2:11", "declaration.not-a-period"),
        BadInput.declared("approved-on", .text(declaration + scope + "approved-on: 2026-02-30\n"), at: ":6:14", "facts.wrong-type"),
        BadInput.system("released", .text("name: a\npurpose: b\nversions:\n  - { version: 1, released: 2026-02-30 }\n"), at: ":4:29", "workspace.not-a-date"),
    ])
    func datesThatDoNotExist(input: BadInput) throws { try input.expectTold() }

    @Test(arguments: [
        ["gaps", "--period", "2026-02-30/2026-03-10"], ["gaps", "--period", "2026-Q5"], ["gaps", "--period", "2026-Q3", "--as-of", "2026-02-30"],
        ["collect", "--at", "2026-02-30T00:00:00Z"], ["pack", "--period", "2026-13"],
    ])
    func datesThatDoNotExistOnTheCommandLine(arguments: [String]) throws {
        let workspace = try SampleWorkspace()
        let outcome = try DossierProgram.run(arguments, in: workspace.folder.path)
        #expect(outcome.code == 64)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.hasPrefix("Error: '\(arguments.last ?? "")' is not a "), "\(outcome.errors)")
        #expect(outcome.errors.contains("expected 2026-"), "\(outcome.errors)")
    }

    // MARK: Expansion and entities

    @Test(arguments: [
        BadInput.declared("declaration", .text(bomb(levels: 12, width: 10) + declaration + scope), at: ":1:5", "yaml.too-many-values"),
        BadInput.declared("declaration's key", .text(bomb(levels: 30, width: 2) + "? *a29\n: 1\n" + declaration + scope), at: ":31:3", "yaml.key-is-not-text"),
        BadInput.file("bad.md", .text(cardHead + bomb(levels: 12, width: 10) + "---\n# A\n"), at: ":4:5", "yaml.too-many-values"),
        BadInput.system("system", .text(bomb(levels: 12, width: 10) + "name: a\npurpose: b\n"), at: ":1:5", "yaml.too-many-values"),
        BadInput.system("system's key", .text(bomb(levels: 30, width: 2) + "*a29 : b\nname: a\n"), at: ":31:1", "yaml.key-is-not-text"),
    ])
    func aliasBombs(input: BadInput) throws { try input.expectTold() }

    @Test(arguments: [
        BadInput.xml(
            "external entity", "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><x>&e;</x>", at: ":1:34", "xml.document-type"),
        BadInput.xml(
            "external subset", "<?xml version=\"1.0\"?><!DOCTYPE x SYSTEM \"http://127.0.0.1:1/x.dtd\"><x>a</x>", at: ":1:67", "xml.document-type"),
        BadInput.xml(
            "billion laughs",
            "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY l0 \"lol\">"
                + (1..<10).map { "<!ENTITY l\($0) \"" + String(repeating: "&l\($0 - 1);", count: 10) + "\">" }.joined() + "]><x>&l9;</x>", at: ":1:34",
            "xml.document-type"),
        BadInput.xml("truncated", "<?xml version=\"1.0\"?>\n<x><y>", at: ":2:7", "xml.malformed"),
    ])
    func hostileXML(input: BadInput) throws {
        try input.expectTold()
    }

    @Test func anExternalEntityIsInNoOutput() throws {
        let workspace = try SampleWorkspace()
        try workspace.folder.write("the secret outside", to: "outside.txt")
        let text = "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY e SYSTEM \"file://\(workspace.folder.place("outside.txt"))\">]><x>&e;</x>"
        try BadInput.xml("entity", text, at: "", "").write(into: workspace.folder)
        let inspected = try workspace.dossier("inspect", "evidence/credit/bad.xml", "--format", "json")
        #expect(inspected.code == 5)
        #expect(!inspected.text.contains("the secret outside") && !inspected.errors.contains("the secret outside"))
    }

    // MARK: Files that are none

    @Test(arguments: [
        BadInput("record", [(BadInput.record("bad.jsonl"), .pipe)], at: BadInput.record("bad.jsonl"), "collection.not-a-file"),
        BadInput.declared("declaration", .pipe, at: "", "workspace.not-a-file"),
        BadInput.system("system", .pipe, at: "", "workspace.not-a-file"),
    ])
    func namedPipe(input: BadInput) throws { try input.expectTold() }

    @Test func aPipeGivenToInspectIsRefused() throws {
        let workspace = try SampleWorkspace()
        try workspace.folder.makePipe("pipe")
        let outcome = try workspace.dossier("inspect", "pipe", seconds: 20)
        #expect(outcome.code == 5, "\(outcome.errors)")
    }

    @Test(arguments: [
        BadInput("record", [(BadInput.record("bad.jsonl"), .link("/etc/passwd"))], at: BadInput.record("bad.jsonl"), "collection.link-outside"),
        BadInput("folder", [(BadInput.record("bad"), .link("/etc"))], at: BadInput.record("bad"), "collection.link-outside"),
        BadInput("loop", [(BadInput.record("bad"), .link("bad"))], at: BadInput.record("bad"), "collection.broken-link"),
        BadInput("folder above", [(BadInput.record("bad"), .link(".."))], at: BadInput.record("bad"), "collection.linked-folder"),
        BadInput.declared("declaration", .link("/etc/passwd"), at: "", "workspace.link-outside"),
        BadInput.system("system", .link("/etc/passwd"), at: "", "workspace.link-outside"),
    ])
    func linkOutOfTheWorkspace(input: BadInput) throws { try input.expectTold() }

    @Test(.enabled(if: geteuid() != 0, "root reads every file"))
    func unreadableFile() throws {
        let workspace = try SampleWorkspace()
        try workspace.folder.write("x", to: BadInput.record("bad.jsonl"))
        chmod(workspace.folder.place(BadInput.record("bad.jsonl")), 0)
        let outcome = try workspace.dossier("collect")
        #expect(outcome.code == 5)
        #expect(outcome.errors.contains("Permission denied"))
        #expect(outcome.text.hasPrefix("3 added"))
    }

    @Test func aNameThatIsNoUTF8IsToldAndNotSkipped() throws {
        let workspace = try SampleWorkspace()
        let path = (Array(workspace.folder.place(SampleWorkspace.records).utf8) + [0x2F, 0x62, 0xFF, 0x64, 0]).map { CChar(bitPattern: $0) }
        let descriptor = open(path, O_WRONLY | O_CREAT, 0o644)
        guard descriptor >= 0 else { return }  // This file system takes no such name.
        close(descriptor)
        let outcome = try workspace.dossier("collect")
        unlink(path)
        #expect(outcome.code == 5)
        #expect(outcome.errors.contains("[collection.name-not-utf8]"))
    }

    // MARK: Unknown names

    @Test(arguments: [
        BadInput.declared("key", .text(declaration + scope + "reviewr: x\n"), at: ":6:1", "declaration.unknown-key", suggests: "reviewer"),
        BadInput.declared(
            "kind", .text(declaration.replacing("policy-document", with: "policy-documnet") + scope), at: ":1:7", "declaration.unknown-kind",
            suggests: "policy-document"),
        BadInput.declared("fact", .text(declaration + "  scpoe: a b c d e f\n"), at: ":5:3", "facts.unknown", suggests: "scope"),
        BadInput.declared(
            "format", .text(declaration + scope + "format: aws-cloudtrial\n"), at: ":6:9", "collection.unknown-format", suggests: "aws-cloudtrail"),
        BadInput.system("system's key", .text("name: a\npurpse: b\n"), at: ":2:1", "workspace.unknown-key", suggests: "purpose"),
        BadInput(
            "source's kind",
            [
                ("systems/credit.yaml", .text(SampleWorkspace.system + "  - { path: other, kind: policy-documnet }\n")), ("other/a.txt", .text("x")),
            ], at: "systems/credit.yaml:9:5", "collection.unknown-kind", suggests: "policy-document"),
    ])
    func unknownNames(input: BadInput) throws { try input.expectTold() }

    @Test func anUnknownFrameworkOfOneSystemLeavesTheOthers() throws {
        let workspace = try SampleWorkspace()
        try workspace.folder.write("name: a\npurpose: b\nframeworks: [nist-ai-rfm]\nsources: []\n", to: "systems/other.yaml")
        _ = try workspace.dossier("collect")
        let gaps = try workspace.gaps()
        #expect(gaps.outcome.code == 5)
        #expect(
            gaps.outcome.errors.contains("systems/other.yaml:3:13: error: no framework 'nist-ai-rfm'; did you mean 'nist-ai-rmf'? [framework.unknown]"),
            "\(gaps.outcome.errors)")
        #expect(gaps.json["assessments"]?.array?.compactMap { $0["system"]?.string } == ["credit"])
        #expect(gaps.json["problems"]?.array?.first?["id"]?.string == "framework.unknown")
    }

    @Test(
        arguments: [
            (["gaps", "--framework", "nist-ai-rfm"], 66, "did you mean 'nist-ai-rmf'?"), (["gaps", "--system", "credti"], 66, "did you mean 'credit'?"),
            (["explain", "MEASUER 2.11"], 66, "did you mean 'MEASURE 2.11'?"), (["pack", "--format", "htlm"], 64, "did you mean 'html'?"),
            (["gaps", "--fromat", "json"], 64, "Did you mean '--format'?"), (["gasp"], 64, "did you mean 'gaps'?"),
            (["frameworks", "shwo"], 64, "did you mean 'show'?"), (["frameworks", "show", "eu-ai-atc"], 66, "did you mean 'eu-ai-act'?"),
            (["frameworks", "show", "nist-ai-rmf", "MESURE 2.11"], 66, "did you mean 'MEASURE 2.11'?"),
            (["inspect", "evidence/credit/card.md", "--as", "hf-model-crad"], 64, "did you mean 'hf-model-card'?"),
            (["inspect", "evidence/credit/card.md", "--kind", "model-crad"], 64, "did you mean 'model-card'?"),
        ] as [([String], Int32, String)])
    func unknownNamesOnTheCommandLine(arguments: [String], code: Int32, suggestion: String) throws {
        let workspace = try SampleWorkspace()
        let timed = ["gaps", "explain", "pack"].contains(arguments[0]) ? arguments + ["--period", "2026-Q3"] : arguments
        let outcome = try DossierProgram.run(timed, in: workspace.folder.path)
        #expect(outcome.code == code)
        #expect(outcome.errors.contains(suggestion), "\(outcome.errors)")
        #expect(outcome.output.isEmpty)
    }
}
