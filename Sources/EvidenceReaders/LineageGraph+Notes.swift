import Diagnostics
import EvidenceModel

/// True for what a template left open: `{{ any(result) }}`, `${json-unit.any-string}`.
func isPlaceholder(_ text: String) -> Bool {
    (text.contains("{{") && text.contains("}}")) || (text.contains("${") && text.contains("}"))
}

extension LineageGraph {
    /// From the first to the last time in the record.
    var observed: Period? {
        guard let first, let last else { return nil }
        return Period(from: first, to: last)
    }
}

/// What a reader of the facts should know about any lineage record.
func lineageNotes(_ graph: LineageGraph, _ options: ReadingOptions, path: String, isEmpty: Bool) -> [Diagnostic] {
    var notes = sortedByBytes(graph.overflow).map { Diagnostic.tooMany(path, $0) }
    if isEmpty { notes.append(.noEvents(path)) }
    guard let model = options.releasedModel, !isEmpty else { return notes }
    let found = graph.released(options)
    if found.isEmpty {
        notes.append(.modelNotNamed(path, model))
    } else if found.count > 1 {
        notes.append(.modelNamedTwice(path, model, found.prefix(3).map { graph.datasets[$0].name.display }))
    }
    if !found.isEmpty, !graph.tellsHowMade(found) { notes.append(.modelNotMade(path, model)) }
    if !options.trainingDatasets.isEmpty {
        for wanted in options.trainingDatasets where !graph.datasets.contains(where: { $0.name.matches(wanted) }) {
            notes.append(.trainingDataNotNamed(path, wanted))
        }
    }
    return notes
}

extension Diagnostic {
    static func lineageZoneAssumed(_ id: String, _ location: TextLocation, _ count: Int) -> Self {
        Diagnostic(
            id: id, severity: .warning, location: location,
            message: "\(count) time\(count == 1 ? "" : "s") without zone, the first here; UTC was assumed",
            hint: "write times with a zone, such as Z or +02:00")
    }

    fileprivate static func tooMany(_ path: String, _ things: String) -> Self {
        let limit = things == "reads and writes" ? LineageGraph.maximumEdges : LineageGraph.maximumNames
        return Diagnostic(
            id: "lineage.too-many", severity: .warning, location: TextLocation(path: path),
            message: "the record names more than \(limit) \(things); those after are not counted",
            hint: "split the record by period")
    }

    fileprivate static func noEvents(_ path: String) -> Self {
        Diagnostic(
            id: "lineage.empty", severity: .warning, location: TextLocation(path: path),
            message: "the record is well-formed, but holds no event",
            hint: "check that the pipelines emit lineage in this period")
    }

    fileprivate static func modelNotNamed(_ path: String, _ model: String) -> Self {
        Diagnostic(
            id: "lineage.model-not-named", severity: .note, location: TextLocation(path: path),
            message:
                "the record does not name the released model '\(model.prefix(120))', so it says nothing about its training path",
            hint: "write 'released-model' in the system file as the record writes it, or add the record of its training")
    }

    fileprivate static func modelNotMade(_ path: String, _ model: String) -> Self {
        Diagnostic(
            id: "lineage.model-not-made", severity: .note, location: TextLocation(path: path),
            message: "the record reads the released model '\(model.prefix(120))', but does not say how it was made",
            hint: "add the record of its training, if that is not among the evidence yet")
    }

    fileprivate static func modelNamedTwice(_ path: String, _ model: String, _ found: [String]) -> Self {
        Diagnostic(
            id: "lineage.model-ambiguous", severity: .warning, location: TextLocation(path: path),
            message: "released model '\(model.prefix(120))' is the name of several data sets: \(found.joined(separator: ", "))",
            hint: "write 'released-model' in the system file with its namespace")
    }

    fileprivate static func trainingDataNotNamed(_ path: String, _ wanted: String) -> Self {
        Diagnostic(
            id: "lineage.training-data-not-named", severity: .note, location: TextLocation(path: path),
            message: "the record does not name the training data set '\(wanted.prefix(120))'",
            hint: "write 'training-datasets' in the system file as the record writes them")
    }
}
