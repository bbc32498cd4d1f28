import TestSupport
import Testing

/// What is told of personal data before a bundle leaves the house.
@Suite struct PersonalDataTests {
    private static func line(_ user: String) -> String { #"{"ts":"2026-07-01T00:00:00Z","user":"\#(user)","event":"score","status":"success"}"# + "\n" }

    @Test func compressedRecordsAreLookedInto() throws {
        let sample = try IssuedSample(export: false)
        let outcome = try sample.run(
            """
            printf '%s\\n' '\(Self.line("bo@example.com"))' | gzip -n > evidence/credit/zipped-audit.jsonl.gz
            dossier collect >&2; dossier pack --period 2026-Q3 --issue --key claire >&2; dossier export --system credit --period 2026-Q3 --key claire -o b.zip
            """)
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.errors.contains("evidence/credit/zipped-audit.jsonl.gz:1:"), "\(outcome.errors)")
        #expect(outcome.errors.contains("personal data: 1 email, the first '***@***.com'"))
    }

    @Test func declaredFieldsCountUnlessTheyAreRedacted() throws {
        let source = IssuedSample.source + "    personal-fields: { pointers: [/user, /status] }\n"
        let sample = try IssuedSample(source: source, export: false)
        let outcome = try sample.export()
        #expect(outcome.code == 0 && outcome.errors.contains("\(IssuedSample.log):1:"), "\(outcome.errors)")
        #expect(outcome.errors.contains("personal data: 2 declared, the first '7 bytes'"), "\(outcome.errors)")
    }

    @Test func manyRecordsAreToldInFewLinesAndInOrder() throws {
        let files = (10..<23).map { (path: "evidence/credit/n\($0)-audit.jsonl", bytes: Array(Self.line("u\($0)@example.com").utf8)) }
        let sample = try IssuedSample(files: files, export: false)
        let outcome = try sample.export()
        let told = outcome.errors.split(separator: "\n").filter { $0.contains("[export.personal-data]") }
        #expect(told.count == 11, "\(outcome.errors)")
        #expect(told.first?.hasPrefix("evidence/credit/n10-audit.jsonl:1:") == true && told.dropFirst(9).first?.hasPrefix("evidence/credit/n19-") == true)
        #expect(told.last?.contains("3 more records look so; in all 13 records: 13 email") == true)
    }

    @Test func aPolicyThatBlocksSaysFirstThatNothingWasWritten() throws {
        let files = [(path: "evidence/credit/mail-audit.jsonl", bytes: Array(Self.line("bo@example.com").utf8))]
        let sample = try IssuedSample(extra: "signing: { required: [], personal-data: block }\n", files: files, export: false)
        let before = try sample.folder.snapshot()
        let outcome = try sample.export()
        #expect(outcome.code == 65, "\(outcome.errors)")
        #expect(outcome.errors.hasPrefix("error: nothing was written: 1 record looks as if personal data stood in the open"), "\(outcome.errors)")
        #expect(try sample.folder.snapshot() == before)
    }

    @Test func aDeclaredFieldThatIsNoneIsToldWithItsPlace() throws {
        let workspace = try SampleWorkspace()
        try workspace.folder.write(SampleWorkspace.system + "    personal-fields: { pointers: [user], fields: [a] }\n", to: "systems/credit.yaml")
        let outcome = try workspace.dossier("collect", "--system", "credit")
        #expect(outcome.code == 65 && outcome.errors.contains("systems/credit.yaml:9:"), "\(outcome.errors)")
    }

    @Test func aRuleThatHitsNothingIsToldAtEveryCollection() throws {
        let workspace = try SampleWorkspace()
        let rules = IssuedSample.source.replacing("/user", with: "/usr").replacing("evidence/people", with: "evidence/credit/audit.jsonl")
        try workspace.folder.write(SampleWorkspace.system.replacing("sources:\n", with: "sources:\n" + rules), to: "systems/credit.yaml")
        for _ in 0..<2 {
            let outcome = try workspace.dossier("collect")
            #expect(outcome.code == 0)
            #expect(
                outcome.errors.contains("evidence/credit/audit.jsonl: warning: the rule 'no-user' names the pointer /usr, which is nowhere in the record"),
                "\(outcome.errors)")
            #expect(outcome.errors.contains("did you mean '/user'? [redaction.rule-hits-nothing]"))
        }
        _ = try workspace.dossier("pack", "--period", "2026-Q3")
        #expect(try workspace.folder.text("packs/credit/2026-Q3/report.json").contains("redaction.rule-hits-nothing"))
    }
}
