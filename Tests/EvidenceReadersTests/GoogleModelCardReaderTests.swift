import Diagnostics
import EvidenceModel
import StructuredText
import Testing

@testable import EvidenceReaders

@Suite struct GoogleModelCardReaderTests {
    private func read(_ text: String) -> Reading {
        GoogleModelCardReader().read(EvidenceSource(path: "card.json", text: text), ReadingOptions())
    }

    @Test(arguments: [
        ("{\"model_details\": {}, \"considerations\": {}}", Recognition.certain), ("{\"model_details\": {\"overview\": \"x\"}}", .likely),
        ("{\"model_details\": {}}", .weak), ("{\"bomFormat\": \"CycloneDX\"}", .no), ("model_details considerations", .no), ("", .no),
    ])
    func recognizesCards(text: String, expected: Recognition) {
        #expect(GoogleModelCardReader().recognizes(EvidenceSource(path: "card.json", text: text)) == expected)
    }

    @Test func readsConsiderationsOfBothSchemasAlike() {
        let old = read("{\"model_details\": {}, \"considerations\": {\"users\": [\"A.\", \"B.\"]}}")
        let new = read("{\"model_details\": {}, \"considerations\": {\"users\": [{\"description\": \"A.\"}, {\"description\": \"B.\"}]}}")
        #expect(old.statedText("users") == "A.\nB.")
        #expect(new.statedText("users") == "A.\nB.")
        #expect(new.statedPlace("users") == "#/considerations/users/0/description")
    }

    @Test(
        arguments: [
            ("2020-08-28", "2020-08-28"), ("2020/02/02", "2020-02-02"), ("08/28/2020", "2020-08-28"), ("28/08/2020", "2020-08-28"),
            ("05/05/2020", "2020-05-05"),
            ("05/06/2020", nil), ("02/30/2020", nil), ("99999999999999999999/1/1", nil), ("+1/02/2020", nil), ("spring", nil), ("//", nil),
        ] as [(String, String?)])
    func readsOnlyDatesThatCanMeanOneDay(text: String, day: String?) {
        #expect(ModelCardDate.parse(text)?.day == day)
    }

    @Test func warnsAboutADateThatMayMeanTwoDays() {
        let reading = read("{\"model_details\": {\"name\": \"x\", \"version\": {\"date\": \"05/06/2026\"}}}")
        #expect(reading.diagnosticIDs == ["google-model-card.unreadable-date"])
        #expect(reading.observed == nil)
        #expect(reading.stated("card-date") == nil)
    }

    @Test func keepsNoPictures() {
        let picture = String(repeating: "iVBORw0KGgo", count: 1_000)
        let reading = read(
            """
            {"model_details": {"name": "x"}, "model_parameters": {"data": [{"name": "Training", "graphics": {"collection": [{"image": "\(picture)"}]}}]},
             "quantitative_analysis": {"graphics": {"collection": [{"name": "a", "image": "\(picture)"}]}}}
            """)
        #expect(reading.statedText("training-data") == "Training")
        #expect(!reading.facts.contains { $0.value.text.contains("iVBOR") })
    }

    @Test func leavesAMissingValueOut() {
        let reading = read("{\"model_details\": {}, \"quantitative_analysis\": {\"performance_metrics\": [{\"type\": \"accuracy\", \"value\": null}]}}")
        #expect(reading.statedRows("metrics").first?["value"] == nil)
        #expect(reading.diagnosticIDs == ["google-model-card.metric-without-value"])
    }

    @Test func namesDataSetsAndWhatIsSensitiveInThem() {
        let reading = read(
            """
            {"model_details": {}, "model_parameters": {"data": [
              {"name": "Loans", "description": "used for training", "sensitive": {"sensitive_data": ["age", "sex"]}}, {"name": "Holdout"}, {"name": "Tides"}]}}
            """)
        #expect(reading.statedList("datasets") == ["Loans", "Holdout", "Tides"])
        #expect(reading.statedText("training-data") == "Loans; used for training")
        #expect(reading.statedText("evaluation-data") == "Holdout")
        #expect(reading.statedList("sensitive-data") == ["age", "sex"])
    }

    @Test func recordsSectionsThatHoldOnlyPlaceholders() {
        let reading = read("{\"model_details\": {\"name\": \"x\", \"overview\": \"TODO\"}}")
        #expect(reading.statedText("description") == "TODO")
        #expect(reading.statedList("placeholder-sections") == ["description"])
    }

    @Test(arguments: ["{\"model_details\": {\"name\": \"x", "[]", "{}", "{\"model_details\": []}", "{\"model_details\": {}}", "nul\0", ""])
    func refusesWhatIsNoCard(text: String) {
        let reading = read(text)
        #expect(!reading.usable)
        #expect(reading.facts.isEmpty)
        #expect(reading.diagnostics.contains { $0.severity == .error })
    }

    @Test func survivesDeepAndHugeInput() {
        #expect(!read("{\"model_details\": \(String(repeating: "[", count: 100_000))").usable)
        let metrics = Array(repeating: "{\"type\": \"accuracy\", \"value\": \"high\"}", count: 50_000).joined(separator: ",")
        let reading = read("{\"model_details\": {}, \"quantitative_analysis\": {\"performance_metrics\": [\(metrics)]}}")
        #expect(reading.statedRows("metrics").count == 50_000)
        #expect(reading.diagnostics.count == 21)
    }
}
