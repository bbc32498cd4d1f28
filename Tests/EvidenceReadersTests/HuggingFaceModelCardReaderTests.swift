import Diagnostics
import EvidenceModel
import StructuredText
import Testing

@testable import EvidenceReaders

@Suite struct HuggingFaceModelCardReaderTests {
    private func read(_ text: String, path: String = "README.md") -> Reading {
        HuggingFaceModelCardReader().read(EvidenceSource(path: path, text: text), ReadingOptions())
    }

    private func recognition(_ text: String, path: String = "README.md") -> Recognition {
        HuggingFaceModelCardReader().recognizes(EvidenceSource(path: path, text: text))
    }

    @Test(arguments: [
        ("---\npipeline_tag: x\n---\n", Recognition.certain), ("---\nmodel-index: []\n---\n", .certain), ("---\nlicense: mit\n---\n", .weak),
        ("---\nlicense: mit\nlanguage: en\ntags: [a]\n---\n", .likely), ("# Model card for X\n", .likely),
        ("## Intended use\n\nx\n\n## Limitations\n\ny\n", .likely), ("## Limitations\n", .weak), ("# Readme\n\n## Usage\n\n## License\n", .no),
        ("---\nlicense: mit\ntask_categories: [x]\n---\n## Intended use\n## Limitations\n", .no), ("# Dataset card for X\n## Uses\n## Limitations\n", .no),
        ("---\ntitle: Blog\n---\n# Post\n", .no), ("", .no),
    ])
    func recognizesCards(text: String, expected: Recognition) {
        #expect(recognition(text) == expected)
    }

    @Test func claimsNoOtherFileType() {
        #expect(recognition("{\"model_details\": {}}", path: "card.json") == .no)
    }

    @Test func givesASectionThatIsNotKnownToTheOneAboveIt() {
        let reading = read("## Limitations\n\nNone at night.\n\n### At sea\n\nNo signal.\n\n## Other\n\nElsewhere.\n")
        #expect(reading.statedText("limitations") == "None at night.\n\nNo signal.")
        #expect(reading.statedPlace("limitations") == ":1")
    }

    @Test func leavesPromptsOutWhereSomethingWasWritten() {
        let reading = read("## Uses\n\n### Direct use\n\n[More Information Needed]\n\n### Downstream use\n\nSorting mail.\n")
        #expect(reading.statedText("intended-use") == "Sorting mail.")
        #expect(reading.statedPlace("intended-use") == ":7")
        #expect(reading.statedList("placeholder-sections") == ["Direct use"])
    }

    @Test(arguments: ["[More Information Needed]", "More information needed", "TBD", "**BibTeX:**\n\n[More Information Needed]"])
    func givesPromptsAsTheyStandWhereNothingWasWritten(text: String) {
        let reading = read("## Limitations\n\n\(text)\n\n## Uses\n\nSorting mail.\n")
        #expect(reading.statedText("limitations") == text)
        #expect(reading.statedList("placeholder-sections") == ["Limitations"])
    }

    @Test func warnsAboutAHeadingWithoutText() {
        let reading = read("## Uses\n\nMail.\n\n## Limitations\n\n<!-- say more -->\n")
        #expect(reading.statedText("limitations") == nil)
        #expect(reading.diagnosticIDs == ["hf-model-card.empty-section"])
        #expect(reading.diagnostics.first?.location?.line == 5)
    }

    @Test func letsFrontMatterCountBeforeTheText() {
        let reading = read("---\nlicense: mit\n---\n# Model card for X\n\n- **License:** apache-2.0\n- **Developed by:** Team A\n")
        #expect(reading.statedList("license") == ["mit"])
        #expect(reading.statedList("owners") == ["Team A"])
        #expect(reading.statedText("model-name") == "X")
    }

    @Test func takesLabelledLinesAloneForNoDescription() {
        #expect(read("## Model details\n\n- **License:** mit\n\n## Limitations\n\nFog.\n").statedText("description") == nil)
        let template = read("## Model details\n\n- **License:** mit\n- **Owner:** [More Information Needed]\n\n## Limitations\n\nFog.\n")
        #expect(template.statedText("description") == "- **Owner:** [More Information Needed]")
        #expect(template.statedList("license") == ["mit"])
    }

    @Test func knowsHeadingsWithMarksNumbersAndTags() {
        let reading = read("## 2. **Out-of-Scope Use** [optional] <a id=x></a>\n\nDiagnosis.\n")
        #expect(reading.statedText("out-of-scope-use") == "Diagnosis.")
    }

    @Test func keepsTheTextOfPlainScalars() {
        let reading = read("---\nlanguage: no\nmodel_version: 1.10\nlicense: mit\n---\n")
        #expect(reading.statedList("languages") == ["no"])
        #expect(reading.statedText("model-version") == "1.10")
        #expect(reading.statedPlace("model-version") == ":3")
    }

    @Test(arguments: [
        ("0.91", "0.91", 0), ("91.2", "0.912", 1), ("\"87 %\"", "0.87", 0), ("\"0.9 ± 0.1\"", "0.9", 0), (".nan", "-", 1), ("1e999", "-", 1), ("0x1F", "-", 1),
        ("high", "-", 1), ("{a: 1}", "-", 1), ("", "-", 1), ("912", "-", 1), ("0", "0", 0), ("-1", "-1", 0),
    ])
    func readsFiguresAndNeverGuesses(written: String, value: String, warnings: Int) {
        let reading = read(
            "---\nmodel-index:\n- name: m\n  results:\n  - dataset: {name: d}\n    metrics:\n    - {type: accuracy, value: \(written)}\n---\n")
        let rows = reading.statedRows("metrics")
        #expect(rows.count == 1)
        #expect(rows.first?["value"]?.text ?? "-" == value)
        #expect(reading.diagnostics.count == warnings)
    }

    @Test func listsTwentyDiagnosticsOfOneKindAndCountsTheRest() {
        let metrics = String(repeating: "    - {type: bleu, value: x}\n", count: 50)
        let reading = read("---\nmodel-index:\n- name: m\n  results:\n  - dataset: {name: d}\n    metrics:\n\(metrics)---\n")
        #expect(reading.statedRows("metrics").count == 50)
        #expect(reading.diagnostics.count == 21)
    }

    @Test func takesTheDateOfTheCardAsItsDay() {
        let reading = read("---\ndate: 2026-05-04\nlicense: mit\n---\n")
        #expect(reading.stated("card-date") == Instant("2026-05-04").map { .date($0) })
        #expect(reading.observed?.label == "2026-05-04")
    }

    @Test func readsTheTextOfACardWhoseFrontMatterIsBroken() {
        let reading = read("---\nlicense: mit\nlicense: gpl\n---\n## Limitations\n\nFog.\n")
        #expect(reading.diagnosticIDs == ["yaml.duplicate-key"])
        #expect(reading.statedText("limitations") == "Fog.")
        #expect(reading.statedList("license") == nil)
    }

    @Test(arguments: [
        ("---\nlicense: mit\n", "hf-model-card.open-front-matter"), ("---\ntask_ids: [x]\n---\n", "hf-model-card.dataset-card"),
        ("---\n{{ card_data }}\n---\n# X\n", "hf-model-card.template"), ("## Uses\n\n{{ a }}\n\n## Limitations\n\n{{ b }}\n", "hf-model-card.template"),
        ("", "hf-model-card.states-nothing"), ("# Only a title\n", "hf-model-card.states-nothing"), ("## Uses\n\0\n", "text.nul-byte"),
    ])
    func refusesWhatIsNoCard(text: String, id: String) {
        let reading = read(text)
        #expect(!reading.usable)
        #expect(reading.facts.isEmpty)
        #expect(reading.diagnosticIDs == [id])
    }

    @Test func readsPromptTemplatesInCodeAsText() {
        let reading = read("## Intended use\n\nChat.\n\n```\n{{ .System }}\n```\n\n## Limitations\n\nEnglish.\n")
        #expect(reading.usable)
        #expect(reading.statedText("limitations") == "English.")
    }

    @Test func namesThePlaceOfInvalidUTF8() {
        let bytes = Array("## Uses\n\nab".utf8) + [0xFF]
        let reading = HuggingFaceModelCardReader().read(EvidenceSource(path: "a.md", bytes: bytes), ReadingOptions())
        #expect(!reading.usable)
        #expect(reading.diagnostics.first.map { "\($0)".hasPrefix("a.md:3:3: error: byte 0xff") } == true)
    }

    @Test func cutsATextOfTenMegabytesAndSaysSo() {
        let reading = read("## Limitations\n\n\(String(repeating: "x", count: 10 << 20))\n")
        #expect(reading.diagnosticIDs == ["hf-model-card.long-text"])
        #expect((reading.statedText("limitations")?.utf8.count ?? 0) < 40_000)
    }

    @Test func refusesFrontMatterThatNestsTooDeep() {
        let reading = read("---\nlicense: \(String(repeating: "[", count: 100_000))\n---\n## Limitations\n\nFog.\n")
        #expect(reading.diagnostics.contains { $0.severity == .error })
        #expect(reading.statedText("limitations") == "Fog.")
    }

    @Test func readsManySections() {
        #expect(read(String(repeating: "# Limitations\n\nx\n\n", count: 5_000)).usable)
    }
}
