import Diagnostics
import EvidenceModel
import Testing

@testable import EvidenceReaders

@Suite struct OpenLineageReaderTests {
    private let reader = OpenLineageReader()

    /// One event as a line.
    private func event(
        _ type: String, _ time: String, run: String = "r1", job: String = "j", inputs: [String] = [], outputs: [String] = []
    ) -> String {
        func list(_ names: [String]) -> String {
            "[" + names.map { #"{"namespace":"s","name":"\#($0)"}"# }.joined(separator: ",") + "]"
        }
        return
            #"{"eventType":"\#(type)","eventTime":"\#(time)","run":{"runId":"\#(run)"},"job":{"namespace":"n","name":"\#(job)"},"#
            + #""inputs":\#(list(inputs)),"outputs":\#(list(outputs)),"producer":"p","schemaURL":"https://openlineage.io/spec/2-0-2/OpenLineage.json"}"#
    }

    private func read(_ text: String, _ options: ReadingOptions = ReadingOptions()) -> Reading {
        reader.read(EvidenceSource(path: "a.jsonl", text: text), options)
    }

    @Test func countsRunsJobsDataSetsAndEdges() {
        let reading = read(
            [
                event("START", "2026-01-01T00:00:00Z", inputs: ["a"]),
                event("COMPLETE", "2026-01-01T00:10:00Z", inputs: ["a"], outputs: ["b"]),
                event("START", "2026-01-02T00:00:00Z", run: "r2", inputs: ["a"]),
                event("FAIL", "2026-01-02T00:10:00Z", run: "r2"),
                event("START", "2026-01-03T00:00:00Z", run: "r3", job: "k", inputs: ["b"]),
            ].joined(separator: "\n"))
        #expect(reading.diagnostics.isEmpty)
        #expect(reading.number("runs") == 3)
        #expect(reading.number("jobs") == 2)
        #expect(reading.number("dataset-count") == 2)
        #expect(reading.number("edges") == 3)
        #expect(reading.number("failed-runs") == 1)
        #expect(reading.number("unfinished-runs") == 1)
        #expect(reading.number("malformed-records") == 0)
        #expect(reading.list("root-datasets") == ["s/a"])
        #expect(reading.observed?.from.text == "2026-01-01")
        #expect(reading.observed?.to.text == "2026-01-03")
        #expect(reading.producer == "p")
    }

    @Test func givesEachRunItsStateStartAndEnd() throws {
        let reading = read(
            [
                event("START", "2026-01-01T02:00:00+02:00"), event("COMPLETE", "2026-01-01T00:10:00Z"),
                event("ABORT", "2026-01-02T00:00:00Z", run: "r2"),
                event("RUNNING", "2026-01-03T00:00:00Z", run: "r3"), event("OTHER", "2026-01-04T00:00:00Z", run: "r4"),
            ].joined(separator: "\n"))
        let rows = try #require(reading.table("runs-recorded"))
        // r4 has no time of its own: OTHER says nothing about start or end.
        #expect(rows.map { $0["run"]?.text } == ["r1", "r2", "r3", "r4"])
        #expect(rows.map { $0["state"]?.text } == ["COMPLETE", "ABORT", "RUNNING", "OTHER"])
        #expect(rows.map { $0["started"]?.text } == ["2026-01-01", nil, "2026-01-03", nil])
        #expect(rows.map(\.locator) == [.line(1), .line(3), .line(4), .line(5)])
    }

    @Test func readsAnObjectAListAndLinesAlike() {
        let one = event("COMPLETE", "2026-01-01T00:00:00Z", inputs: ["a"], outputs: ["b"])
        let spread = one.split(separator: ",").joined(separator: ",\n")
        for (text, locator) in [
            (one, Locator.pointer("")), (spread, .pointer("")), ("[\(one)]", .pointer("/0")), (one + "\n" + one + "\n", .line(1)),
        ] {
            let reading = read(text)
            #expect(reading.number("runs") == 1)
            #expect(reading.number("edges") == 2)
            #expect(reading.table("runs-recorded")?.first?.locator == locator)
        }
    }

    @Test func findsTheTrainingPathAroundAFailedRun() {
        let text = [
            event("COMPLETE", "2026-01-01T00:00:00Z", run: "1", job: "prepare", inputs: ["raw"], outputs: ["features"]),
            event("FAIL", "2026-01-01T01:00:00Z", run: "2", job: "shortcut", inputs: ["raw"], outputs: ["model/7"]),
            event("COMPLETE", "2026-01-01T02:00:00Z", run: "3", job: "train", inputs: ["features"], outputs: ["model/7"]),
        ].joined(separator: "\n")
        let reading = read(text, ReadingOptions(externalDatasets: ["s/r*"], releasedModel: "model/7"))
        #expect(reading.list("training-path") == ["s/raw", "n/prepare", "s/features", "n/train", "s/model/7"])
        #expect(reading.fact("training-path-found")?.value == .flag(true))
        #expect(reading.fact("released-model")?.value == .text("s/model/7"))
        #expect(reading.number("undeclared-input-count") == 0)
        #expect(reading.table("datasets")?.first { $0["name"]?.text == "s/model/7" }?["produced-by"]?.text == "n/train")
    }

    @Test func saysThatNoPathLeadsToTheModelOnlyWhenTheRecordSaysHowItWasMade() {
        let text = event("COMPLETE", "2026-01-01T00:00:00Z", inputs: ["raw"], outputs: ["features"])
        let other = read(text, ReadingOptions(releasedModel: "model/7"))
        #expect(other.fact("training-path-found") == nil)
        #expect(other.diagnostics.map(\.id) == ["lineage.model-not-named"])
        let onlyRead = read(text, ReadingOptions(releasedModel: "raw"))
        #expect(onlyRead.fact("training-path-found") == nil)
        #expect(onlyRead.diagnostics.map(\.id) == ["lineage.model-not-made"])
        let broken = read(text, ReadingOptions(releasedModel: "features", trainingDatasets: ["applications"]))
        #expect(broken.fact("training-path-found")?.value == .flag(false))
    }

    @Test(arguments: [
        (
            #"{"eventTime":"2026-02-30T00:00:00Z","run":{"runId":"x"},"job":{"namespace":"n","name":"j"}}"#,
            "openlineage.bad-time", 14
        ),
        (
            #"{"eventTime":"{{RUN_START_TIME}}","run":{"runId":"x"},"job":{"namespace":"n","name":"j"}}"#,
            "openlineage.placeholder", 14
        ),
        (
            #"{"eventTime":"2026-01-01T00:00:00Z","run":{"runId":"${json-unit.any-string}"},"job":{"namespace":"n","name":"j"}}"#,
            "openlineage.placeholder", 52
        ),
        (#"{"eventTime":"2026-01-01T00:00:00Z","run":{},"job":{"namespace":"n","name":"j"}}"#, "openlineage.missing", 43),
        (#"{"eventTime":"2026-01-01T00:00:00Z","run":{"runId":"x"},"job":{"namespace":"n"}}"#, "openlineage.missing", 63),
        (#"{"eventTime":"2026-01-01T00:00:00Z","run":{"runId":"x"}}"#, "openlineage.missing", 1),
        (#"{"eventTime":17,"run":{"runId":"x"},"job":{"namespace":"n","name":"j"}}"#, "openlineage.missing", 14),
        (
            #"{"eventType":"DONE","eventTime":"2026-01-01T00:00:00Z","run":{"runId":"x"},"job":{"namespace":"n","name":"j"}}"#,
            "openlineage.unknown-type", 14
        ),
        (
            #"{"eventTime":"2026-01-01T00:00:00Z","run":{"runId":"x"},"job":{"namespace":"n","name":"j"},"inputs":{}}"#,
            "openlineage.missing", 101
        ),
        ("[1]", "openlineage.not-an-event", 1), (#"{"eventTime":"#, "json.malformed", 14),
        ("{\"a\":\"\u{0}\"}", "json.malformed", 7),
    ])
    func reportsABrokenEventAtItsPlaceAndKeepsTheOthers(line: String, id: String, column: Int) throws {
        let good = event("COMPLETE", "2026-01-01T00:00:00Z")
        let reading = read([good, line, good].joined(separator: "\n"))
        #expect(reading.number("malformed-records") == 1)
        #expect(reading.number("runs") == 1)
        let diagnostic = try #require(reading.diagnostics.first)
        #expect(diagnostic.id == id)
        #expect(diagnostic.severity == .error)
        #expect(diagnostic.location == TextLocation(path: "a.jsonl", line: 2, column: column))
    }

    @Test func isNoEvidenceWhenEveryEventIsBroken() {
        let template = #"{"eventTime":"{{TIME}}","run":{"runId":"{{ID}}"},"job":{"namespace":"n","name":"j"}}"#
        #expect(!read(template + "\n" + template).usable)
    }

    @Test func survivesHostileLines() {
        let good = event("COMPLETE", "2026-01-01T00:00:00Z")
        let deep = String(repeating: "[", count: 100_000)
        let long = "{\"a\":\"" + String(repeating: "x", count: 10 << 20) + "\"}"
        let twice =
            #"{"eventTime":"2026-01-01T00:00:00Z","eventTime":"2026-01-02T00:00:00Z","job":{"namespace":"n","name":"j"},"run":{"runId":"t"}}"#
        let reading = read([good, deep, long, twice, #"{"eventTime":NaN,"x":1e999}"#].joined(separator: "\n"))
        #expect(reading.usable)
        #expect(reading.number("runs") == 2)
        #expect(reading.number("malformed-records") == 3)
        let ids = Set(reading.diagnostics.map(\.id))
        #expect(
            ids.isSuperset(of: [
                "json.too-deep", "openlineage.event-too-long", "json.duplicate-key", "json.not-a-number", "json.number-too-large",
            ]))
    }

    @Test func reportsBytesThatAreNotUTF8() {
        let bytes = Array((event("COMPLETE", "2026-01-01T00:00:00Z") + "\n{\"a\":\"").utf8) + [0xFF] + Array("\"}\n".utf8)
        let reading = reader.read(EvidenceSource(path: "a.jsonl", bytes: bytes), ReadingOptions())
        #expect(reading.diagnostics.map(\.id) == ["text.invalid-utf8"])
        #expect(reading.number("malformed-records") == 1)
    }

    @Test func listsTwentyFaultsOfAKindAndHowManyMore() {
        let lines = [event("COMPLETE", "2026-01-01T00:00:00Z")] + Array(repeating: "{}", count: 30)
        let reading = read(lines.joined(separator: "\n"))
        #expect(reading.diagnostics.count == 21)
        #expect(reading.diagnostics.last?.message == "10 more of the kind 'openlineage.missing' are not listed")
        #expect(reading.number("malformed-records") == 30)
    }

    @Test func warnsOnceOfTimesWithoutZone() {
        let reading = read(
            [event("START", "2026-01-01T00:00:00"), event("COMPLETE", "2026-01-01T01:00:00")].joined(separator: "\n"))
        #expect(reading.diagnostics.map(\.id) == ["openlineage.zone-assumed"])
        #expect(reading.diagnostics.first?.message.hasPrefix("2 times without zone") == true)
    }

    @Test func readsJobAndDataSetEventsAndNulls() {
        let reading = read(
            """
            {"eventTime":"2026-01-01T00:00:00Z","job":{"namespace":"n","name":"j"},"inputs":[{"namespace":"s","name":"a"}],"outputs":null}
            {"eventTime":"2026-01-02T00:00:00Z","dataset":{"namespace":"s","name":"b","facets":{"ownership":{"owners":[{"name":"team:x"}]}}}}
            """)
        #expect(reading.diagnostics.isEmpty)
        #expect(reading.number("runs") == 0)
        #expect(reading.number("jobs") == 1)
        #expect(reading.number("dataset-count") == 2)
        #expect(reading.number("edges") == 1)
        #expect(reading.list("agents") == ["team:x"])
    }

    @Test func saysThatAListWithoutEventsIsEmpty() {
        let reading = read("[]")
        #expect(reading.usable)
        #expect(reading.number("runs") == 0)
        #expect(reading.diagnostics.map(\.id) == ["lineage.empty"])
    }

    @Test func doesNotDependOnTheOrderOfEvents() {
        let events = [
            event("START", "2026-01-01T00:00:00Z", run: "1", job: "a", inputs: ["x", "y"]),
            event("COMPLETE", "2026-01-01T01:00:00Z", run: "1", job: "a", outputs: ["m"]),
            event("COMPLETE", "2026-01-01T02:00:00Z", run: "2", job: "b", inputs: ["y", "x"], outputs: ["m"]),
        ]
        let options = ReadingOptions(releasedModel: "m")
        let there = read(events.joined(separator: "\n"), options)
        let back = read(events.reversed().joined(separator: "\n"), options)
        #expect(there.list("training-path") == ["s/x", "n/a", "s/m"])
        for name in ["training-path", "root-datasets", "edges", "runs", "failed-runs"] {
            #expect(there.fact(FactName(name))?.value == back.fact(FactName(name))?.value)
        }
    }

    @Test(arguments: [
        (#"{"eventTime":"x","run":{},"job":{},"producer":"p","schemaURL":"https://openlineage.io/spec"}"#, Recognition.certain),
        (#"[{"eventTime":"x","run":{},"job":{},"producer":"p","schemaURL":"http://test"}]"#, .likely),
        (#"{"eventTime":"x","eventSource":"s3","eventName":"Get"}"#, .no), (#"{"run":{},"job":{}}"#, .no), ("<a/>", .no),
        ("", .no), ("[[[[", .no),
    ])
    func recognizesItsEvents(text: String, sureness: Recognition) {
        #expect(reader.recognizes(EvidenceSource(path: "a.json", text: text)) == sureness)
    }
}
