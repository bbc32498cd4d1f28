import Diagnostics
import EvidenceModel
import Testing

@testable import EvidenceReaders

@Suite struct LineageGraphTests {
    private func name(_ text: String) -> LineageName { LineageName(namespace: "s", name: text) }

    /// A graph of processes, each with what it reads and writes.
    private func graph(_ steps: [(reads: [String], writes: [String])]) -> LineageGraph {
        var graph = LineageGraph(countsByJob: false)
        for (index, step) in steps.enumerated() {
            guard let run = graph.run(name("run\(index)"), at: .whole) else { continue }
            for text in step.reads { graph.dataset(name(text), at: .whole).map { graph.connect(run, $0, isWrite: false) } }
            for text in step.writes { graph.dataset(name(text), at: .whole).map { graph.connect(run, $0, isWrite: true) } }
        }
        return graph
    }

    private func path(_ graph: LineageGraph, to model: String, from training: [String] = []) -> [String]? {
        let facts = graph.facts(
            ReadingOptions(releasedModel: model, trainingDatasets: training), malformed: 0, statesOutcome: true)
        return Reading(facts: facts).list("training-path")
    }

    @Test func takesTheShortestWay() {
        let graph = graph([(["a"], ["b"]), (["b"], ["c"]), (["c"], ["m"]), (["b"], ["m"])])
        #expect(path(graph, to: "m") == ["s/a", "s/run0", "s/b", "s/run3", "s/m"])
    }

    @Test func takesTheFirstByNameAmongEquallyShortWays() {
        #expect(path(graph([(["z"], ["m"]), (["a"], ["m"])]), to: "m") == ["s/a", "s/run1", "s/m"])
    }

    @Test func beginsAtTheDeclaredTrainingData() {
        let graph = graph([(["a"], ["b"]), (["b"], ["m"]), (["x"], ["m"])])
        #expect(path(graph, to: "m", from: ["b"]) == ["s/b", "s/run1", "s/m"])
        #expect(path(graph, to: "m", from: ["s/a", "nowhere"]) == ["s/a", "s/run0", "s/b", "s/run1", "s/m"])
    }

    @Test func endsInACircle() {
        let graph = graph([(["a", "c"], ["b"]), (["b"], ["c"]), (["c"], ["c"])])
        #expect(path(graph, to: "c") == ["s/a", "s/run0", "s/b", "s/run1", "s/c"])
        #expect(path(graph, to: "a") == nil)
    }

    @Test func followsAWayOfManyThousandSteps() throws {
        let steps = (0..<50_000).map { (reads: ["d\($0)"], writes: ["d\($0 + 1)"]) }
        let found = try #require(path(graph(steps), to: "d50000"))
        #expect(found.count == 100_001)
        #expect(found.first == "s/d0")
    }

    @Test func keepsNamesApartThatJoinToTheSameText() {
        var graph = LineageGraph(countsByJob: true)
        let first = graph.dataset(LineageName(namespace: "a", name: "b/c"), at: .whole)
        let second = graph.dataset(LineageName(namespace: "a/b", name: "c"), at: .whole)
        let composed = graph.dataset(LineageName(namespace: "", name: "caf\u{E9}"), at: .whole)
        let decomposed = graph.dataset(LineageName(namespace: "", name: "cafe\u{301}"), at: .whole)
        #expect(Set([first, second, composed, decomposed]).count == 4)
    }

    @Test func givesEachDataSetItsRole() {
        let facts = graph([(["a"], ["b"]), (["b"], ["c"])]).facts(
            ReadingOptions(externalDatasets: ["s/a"]), malformed: 0, statesOutcome: true)
        let rows = Reading(facts: facts).table("datasets") ?? []
        #expect(rows.map { $0["role"]?.text } == ["root", "intermediate", "leaf"])
        #expect(rows.map { $0["external"] } == [.flag(true), .flag(false), .flag(false)])
        #expect(rows.map { $0["produced-by"]?.text } == [nil, "s/run0", "s/run1"])
    }

    @Test func stopsAtItsBoundsAndSaysSo() {
        var graph = LineageGraph(countsByJob: true)
        for index in 0...LineageGraph.maximumNames { _ = graph.dataset(name("\(index)"), at: .whole) }
        #expect(graph.datasets.count == LineageGraph.maximumNames)
        #expect(lineageNotes(graph, ReadingOptions(), path: "a", isEmpty: false).map(\.id) == ["lineage.too-many"])
    }

    @Test func matchesDeclaredNames() {
        let name = LineageName(namespace: "s3://raw", name: "applications/2025-03")
        for declared in ["s3://raw/applications/2025-03", "applications/2025-03", "s3://raw/*", "*", "applications/*"] {
            #expect(name.matches(declared))
        }
        for declared in ["applications", "s3://raw", "s3://rax*", ""] { #expect(!name.matches(declared)) }
    }
}
