import Diagnostics
import EvidenceModel
import EvidenceReaders
import Foundation
import StructuredText

/// What stands in the declaration beside an artefact: `policy.pdf.evidence.yaml` for `policy.pdf`.
struct EvidenceDeclaration: Sendable {
    /// What the names of declarations end in.
    static let suffix = ".evidence.yaml"

    var kind: String?
    var format: String?
    /// Where the format stands, for messages about it.
    var formatLocation: TextLocation?
    var observed: Period?
    var producer: String?
    var reviewer: String?
    var approver: String?
    var method: CollectionMethod?
    var classification: Classification?
    var sample: Sample?
    var roles: [String: String] = [:]
    var attributes: [String] = []
    /// Facts declared, those about the item itself included.
    var facts: [Fact] = []
    var mapping: MappingDefinition?
    var diagnostics: [Diagnostic] = []

    static let keys = [
        "kind", "format", "title", "version", "observed", "producer", "reviewer", "approver", "approved-on", "method", "classification", "sample",
        "roles", "attributes", "facts", "mapping",
    ]

    /// Decodes a declaration.
    /// - Parameter sourceKind: the kind that the source says, where the declaration does not.
    init(_ bytes: [UInt8], path: String, vocabulary: EvidenceVocabulary, sourceKind: String?, timeZone: TimeZone?) {
        let reader = YAMLMapReader(subject: "declaration")
        defer { diagnostics = reader.diagnostics + diagnostics }
        let root: YAMLNode?
        do throws(Diagnostic) {
            root = try YAMLNode.parse(bytes, path: path)
        } catch {
            reader.append([error])
            return
        }
        guard let root, let map = reader.map(root, keys: Self.keys, what: "a declaration") else { return }
        kind = reader.optionalText(map["kind"], "kind") ?? sourceKind
        if let kind, vocabulary[kind] == nil {
            reader.report(
                "unknown-kind", map["kind"]?.location ?? root.location, "no evidence kind '\(kind)'\(suggestion(for: kind, among: vocabulary.names))",
                hint: "use one of the kinds in Frameworks/evidence-kinds")
            self.kind = nil
        }
        format = reader.optionalText(map["format"], "format")
        formatLocation = map["format"]?.location
        producer = reader.optionalText(map["producer"], "producer")
        reviewer = reader.optionalText(map["reviewer"], "reviewer")
        approver = reader.optionalText(map["approver"], "approver")
        method = reader.choice(map["method"], "method", as: CollectionMethod.self)
        classification = reader.choice(map["classification"], "classification", as: Classification.self)
        attributes = reader.texts(map["attributes"], "attributes")
        for member in reader.members(map["roles"], "roles") { roles[member.key] = reader.optionalText(member.value, member.key) }
        if let node = map["observed"], let text = reader.optionalText(node, "observed") {
            observed = Period(text, timeZone: timeZone)
            if observed == nil {
                reader.report(
                    "not-a-period", node.location, "'observed' is '\(text)', not a period or day that exists",
                    hint: "write 2026-Q3, 2026-09-14 or 2026-07-01/2026-10-01 (end not included)")
            }
        }
        if let node = map["sample"], let values = reader.map(node, keys: ["population", "size", "selection"], what: "'sample'") {
            sample = Sample(
                population: reader.integer(values["population"], "population"), size: reader.integer(values["size"], "size"),
                selection: reader.optionalText(values["selection"], "selection"))
        }
        declareFacts(map, root, reader, path: path, vocabulary: vocabulary)
    }

    private mutating func declareFacts(
        _ map: [String: YAMLNode], _ root: YAMLNode, _ reader: YAMLMapReader, path: String, vocabulary: EvidenceVocabulary
    ) {
        guard let kind, let definition = vocabulary[kind] else {
            // An unknown kind was told already.
            if map["kind"] == nil, map["facts"] != nil || map["mapping"] != nil {
                reader.report("missing-key", root.location, "facts are declared without a kind", hint: "add 'kind: KIND'")
            }
            return
        }
        let own = ["title", "version", "producer", "reviewer", "approver", "approved-on"]
        let members = (root.members ?? []).filter { own.contains($0.key) }
        for node in [YAMLNode(kind: .map(members), location: root.location), map["facts"]].compactMap({ $0 }) {
            let declared = FactDeclaration.facts(from: node, kind: definition, path: path)
            facts += declared.facts
            diagnostics += declared.diagnostics
        }
        if let node = map["mapping"] {
            let decoded = MappingDefinition.decode(node, kind: definition)
            mapping = decoded.definition
            diagnostics += decoded.diagnostics
        }
    }
}
