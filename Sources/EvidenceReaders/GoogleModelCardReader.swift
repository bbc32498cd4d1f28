import Diagnostics
import EvidenceModel
import StructuredText

/// Reads model cards that Google's Model Card Toolkit writes as JSON, by its schemas 0.0.1 and 0.0.2.
///
/// Cards of real tools leave out keys and write numbers as texts, so both schemas are read alike and tolerantly. Pictures are never kept.
struct GoogleModelCardReader: EvidenceReader {
    let format = "google-model-card"
    let kind = "model-card"

    static let versions = ["0.0.1", "0.0.2"]

    func recognizes(_ source: EvidenceSource) -> Recognition {
        guard source.firstByte == 0x7B else { return .no }
        let text = source.headText
        guard text.contains("\"model_details\"") else { return .no }
        let sections = ["\"quantitative_analysis\"", "\"considerations\"", "\"model_parameters\""]
        if sections.contains(where: text.contains) { return .certain }
        return text.contains("\"overview\"") || text.contains("\"owners\"") ? .likely : .weak
    }

    func read(_ source: EvidenceSource, _ options: ReadingOptions) -> Reading {
        let bytes: [UInt8]
        do { bytes = try source.wholeBytes() } catch { return .unreadable([.reading(error, path: source.path)]) }
        let (root, faults) = JSONParser.parse(bytes, path: source.path)
        guard let root else { return .unreadable(faults) }
        var card = GoogleModelCard(root: root, bytes: bytes, path: source.path)
        guard root["model_details"]?.members != nil else {
            return .unreadable(faults + [.noDetails(source.path, root)])
        }
        card.read()
        if let version = root["schema_version"], !Self.versions.contains(version.string ?? "") {
            card.tally.add(.unknownVersion(card.location(version), version.scalarText ?? version.kindName))
        }
        let isEmpty = card.facts.allSatisfy { $0.name == "placeholder-sections" }
        if isEmpty { card.tally.add(.statesNothing(source.path)) }
        return Reading(
            facts: isEmpty ? [] : card.facts.sorted { $0.name < $1.name }, diagnostics: faults + card.tally.diagnostics(path: source.path),
            observed: card.day, usable: !isEmpty)
    }
}

extension Diagnostic {
    fileprivate static func noDetails(_ path: String, _ root: JSONNode) -> Self {
        Diagnostic(
            id: "google-model-card.no-details", severity: .error, location: TextLocation(path: path, line: 1, column: 1),
            message: "the text is \(root.kindName) without an object 'model_details'; expected one, as the Model Card Toolkit writes",
            hint: "export the card with the toolkit's 'to_json'")
    }

    fileprivate static func unknownVersion(_ location: TextLocation, _ version: String) -> Self {
        Diagnostic(
            id: "google-model-card.unknown-version", severity: .warning, location: location,
            message: "schema version '\(version.prefix(20))' is not known; expected \(GoogleModelCardReader.versions.joined(separator: " or "))",
            hint: "compare the facts with the file; it was read as the last version that is known")
    }

    fileprivate static func statesNothing(_ path: String) -> Self {
        Diagnostic(
            id: "google-model-card.states-nothing", severity: .error, location: TextLocation(path: path, line: 1, column: 1),
            message: "'model_details' and what stands beside it state nothing; expected at least a name or an overview",
            hint: "fill in the card that the toolkit scaffolded")
    }
}
