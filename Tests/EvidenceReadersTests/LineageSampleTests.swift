import Diagnostics
import EvidenceModel
import Glibc
import Testing

@testable import EvidenceReaders

/// The shared samples, with the figures that Tests/Independent/lineage.py works out for them.
@Suite struct LineageSampleTests {
    struct Expected: Sendable, CustomTestStringConvertible {
        var file: String
        var runs: Int
        var datasets: Int
        var edges: Int
        var roots: Int
        var first: String
        var last: String
        var testDescription: String { file }
    }

    static let samples = [
        Expected(
            file: "openlineage/dbt_ol_events.jsonl", runs: 5, datasets: 2, edges: 5, roots: 0,
            first: "2026-11-21T02:07:25.046894Z",
            last: "2026-11-21T02:07:31.597343Z"),
        Expected(
            file: "openlineage/example_full_event.json", runs: 1, datasets: 1, edges: 2, roots: 0,
            first: "2020-12-28T19:51:01.641Z",
            last: "2020-12-28T19:51:01.641Z"),
        Expected(
            file: "openlineage/ml_pipeline.jsonl", runs: 6, datasets: 5, edges: 8, roots: 2, first: "2025-03-31T22:25:00Z",
            last: "2025-04-01T01:05:10Z"),
        Expected(
            file: "prov/credit_model.json", runs: 2, datasets: 4, edges: 4, roots: 2, first: "2025-03-31T22:25:00Z",
            last: "2025-04-01T01:04:00Z"),
        Expected(
            file: "prov/credit_model.xml", runs: 2, datasets: 4, edges: 4, roots: 2, first: "2025-03-31T22:25:00Z",
            last: "2025-04-01T01:04:00Z"),
        Expected(
            file: "prov/cwltool_greprevgrep.cwlprov.json", runs: 4, datasets: 16, edges: 11, roots: 5,
            first: "2023-02-21T17:55:01.820062Z",
            last: "2023-02-21T17:55:02.370462Z"),
        Expected(
            file: "prov/pc1.xml", runs: 15, datasets: 33, edges: 60, roots: 13, first: "2012-10-26T08:58:08.407Z",
            last: "2012-10-26T08:58:08.407Z"),
        Expected(
            file: "prov/prov_primer_complete_example.xml", runs: 4, datasets: 12, edges: 7, roots: 4,
            first: "2012-03-02T10:30:00Z", last: "2012-04-01T15:21:00Z"),
    ]

    /// `DOSSIER_SHARED`, or the folder `shared` beside the package.
    static let shared: String = {
        if let path = getenv("DOSSIER_SHARED") { return String(cString: path) }
        return #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" } + "/../shared"
    }()

    static let isThere = access(shared + "/samples/openlineage", R_OK) == 0

    @Test(.enabled(if: isThere, "the shared samples are not there; set DOSSIER_SHARED to their folder"), arguments: samples)
    func agreesWithTheIndependentScript(sample: Expected) throws {
        let source = EvidenceSource(path: sample.file, bytes: contents(of: Self.shared + "/samples/" + sample.file))
        let readers: [any EvidenceReader] = [OpenLineageReader(), ProvJSONReader(), ProvXMLReader()]
        let recognised = readers.filter { $0.recognizes(source) >= .likely }
        let reader = try #require(recognised.first)
        #expect(recognised.count == 1)
        let reading = reader.read(source, ReadingOptions())
        #expect(!reading.diagnostics.contains { $0.severity == .error })
        #expect(reading.number("runs") == Double(sample.runs))
        #expect(reading.number("dataset-count") == Double(sample.datasets))
        #expect(reading.number("edges") == Double(sample.edges))
        #expect(reading.list("root-datasets")?.count == sample.roots)
        #expect(reading.observed?.from == Instant(sample.first))
        #expect(reading.observed?.to == Instant(sample.last))
        #expect(reading.number("malformed-records") == 0)
    }

    private func contents(of path: String) -> [UInt8] {
        guard let file = fopen(path, "rb") else { return [] }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
        return bytes
    }
}
