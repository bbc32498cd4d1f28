import Attestations
import Diagnostics
import EvidenceModel
import Testing

@Suite struct AttestationFilesTests {
    @Test func readsAStatement() throws {
        let statement = try AttestationWorkspace().only()
        #expect(statement.id == "scope-q3")
        #expect(statement.controls == ["4.10", "4.1"])
        #expect(statement.period.label == "2026-Q3")
        #expect(statement.text == "I have read the register.\nIt is complete; \"nothing\" was left out, é.")
        // printf 'I have read the register.\nIt is complete; "nothing" was left out, é.' | sha256sum
        #expect(statement.textSHA256 == "faf1311e645b28d7edadf90656c1a2b85f3bf28542eff95373298b2a3d525f53")
    }

    @Test(arguments: [
        ("system: s", "system: t", "attestations/scope-q3.yaml:2:9 attestation.unknown-system: no system 't'"),
        ("framework: demo", "framework: dem", "attestations/scope-q3.yaml:3:12 framework.unknown: no framework 'dem'; did you mean 'demo'?"),
        ("\"4.10\"", "\"4.100\"", "attestations/scope-q3.yaml:4:13 attestation.unknown-control: 'demo' has no control '4.100'; did you mean '4.10'?"),
        ("\"4.10\", ", "\"4.1\", ", "attestations/scope-q3.yaml:4:20 attestation.control-twice: control '4.1' is named twice"),
        ("[ \"4.10\", \"4.1\" ]", "[ ]", "attestations/scope-q3.yaml:4:11 attestation.no-controls: 'controls' is empty; expected numbers"),
        ("controls: [ \"4.10\", \"4.1\" ]\n", "", "attestations/scope-q3.yaml:1:1 attestation.missing-key: 'controls' is missing"),
        ("2026-Q3", "2026-Q5", "attestations/scope-q3.yaml:5:9 attestation.not-a-period: 'period' is '2026-Q5', not a period"),
        ("person: Claire Roy\n", "", "attestations/scope-q3.yaml:1:1 attestation.missing-key: 'person' is missing"),
        ("person:", "persn:", "attestations/scope-q3.yaml:6:1 attestation.unknown-key: an attestation has no key 'persn'; did you mean 'person'?"),
        (
            "attestation: scope-q3", "attestation: scope-q4",
            "attestations/scope-q3.yaml:1:14 attestation.other-id: the id is 'scope-q4' in the file 'scope-q3.yaml'"
        ),
        ("attestation: scope-q3", "attestation: ../x", "attestations/scope-q3.yaml:1:14 attestation.bad-id: found the id '../x'"),
        ("complete", "com\u{202E}plete", "attestations/scope-q3.yaml:8:7 attestation.hidden-character: the text holds the character U+202E"),
        ("complete", "com\u{200B}plete", "attestations/scope-q3.yaml:8:7 attestation.hidden-character: the text holds the character U+200B"),
        ("Claire Roy", "\"Claire\\nRoy\"", "attestations/scope-q3.yaml:6:9 attestation.not-a-name: 'person' is longer than 200 bytes, or not on one line"),
    ])
    func saysWhatIsWrongAndWhere(part: String, replacement: String, expected: String) throws {
        let text = AttestationWorkspace.statement.replacing(part, with: replacement)
        #expect(text != AttestationWorkspace.statement)
        let files = try AttestationWorkspace(["scope-q3": text]).files()
        #expect(files.statements.isEmpty)
        let lines = files.diagnostics.map { "\($0.location?.description ?? "") \($0.id): \($0.message)" }
        #expect(lines.contains { $0.hasPrefix(expected) }, "\(lines)")
    }

    @Test(arguments: [(8192, true), (8193, false)])
    func theTextIsAtMostEightKiB(count: Int, isTaken: Bool) throws {
        let text = String(AttestationWorkspace.statement.prefix { $0 != "|" }) + String(repeating: "x", count: count)
        let files = try AttestationWorkspace(["scope-q3": text]).files()
        #expect(files.statements.isEmpty != isTaken)
        #expect(files.diagnostics.map(\.id) == (isTaken ? [] : ["attestation.text-too-long"]))
    }

    @Test func oneFaultyFileCostsThatFileAlone() throws {
        let files = try AttestationWorkspace(["scope-q3": AttestationWorkspace.statement, "other": "", "third": "[", "fourth": "- a"]).files()
        #expect(files.statements.map(\.id) == ["scope-q3"])
        #expect(files.diagnostics.map(\.id).sorted() == ["attestation.empty-file", "attestation.not-a-map", "yaml.malformed"])
    }

    @Test func anUnknownIDGetsTheNearestAndAFaultyFileItsFault() throws {
        let files = try AttestationWorkspace(["scope-q3": AttestationWorkspace.statement, "third": "["]).files()
        #expect { try files.statement("scope-q4") } throws: { "\($0)".contains("no attestation 'scope-q4'; did you mean 'scope-q3'?") }
        #expect { try files.statement("third") } throws: { ($0 as? Diagnostic)?.id == "yaml.malformed" }
    }
}
