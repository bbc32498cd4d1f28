public import Diagnostics
public import EvidenceModel
import StructuredText

extension EvidenceVocabulary {
    /// The kind's name that holds what every item may state.
    public static let commonName = "common"

    /// Loads the kinds of a set of files, `Frameworks/evidence-kinds/*.yaml`. The facts of `common` belong to every kind.
    public static func load(_ files: [DefinitionFile]) -> (vocabulary: EvidenceVocabulary, diagnostics: [Diagnostic]) {
        let reader = YAMLMapReader(subject: "kind")
        var kinds: [EvidenceKind] = []
        for file in files {
            do throws(Diagnostic) {
                guard let root = try YAMLNode.parse(file.bytes, path: file.path) else { continue }
                if let kind = decode(root, reader) { kinds.append(kind) }
            } catch {
                reader.append([error])
            }
        }
        let common = kinds.first { $0.name == commonName }?.facts ?? []
        kinds = kinds.map { kind in
            var kind = kind
            if kind.name != commonName { kind.facts += common.filter { fact in !kind.facts.contains { $0.name == fact.name } } }
            return kind
        }
        return (EvidenceVocabulary(kinds.filter { $0.name != commonName }), reader.diagnostics)
    }

    private static func decode(_ node: YAMLNode, _ reader: YAMLMapReader) -> EvidenceKind? {
        guard let map = reader.map(node, keys: ["kind", "title", "about", "judged", "facts", "tables"], what: "an evidence kind"),
            let name = reader.text(map["kind"], "kind", in: node), let title = reader.text(map["title"], "title", in: node),
            let about = reader.text(map["about"], "about", in: node)
        else { return nil }
        let judged = reader.choice(map["judged"], "judged", as: EvidenceKind.Judging.self) ?? .together
        let tables = reader.members(map["tables"], "tables").compactMap { member -> TableDefinition? in
            guard let table = reader.map(member.value, keys: ["about", "columns"], what: "table '\(member.key)'") else { return nil }
            guard let columns = table["columns"] else {
                reader.report("missing-key", member.value.location, "'columns' is missing", hint: "add 'columns: …'")
                return nil
            }
            return TableDefinition(
                name: FactName(member.key), about: reader.optionalText(table["about"], "about") ?? "", columns: definitions(columns, reader))
        }
        return EvidenceKind(
            name: name, title: title, about: about, judged: judged, facts: map["facts"].map { definitions($0, reader) } ?? [], tables: tables)
    }

    private static func definitions(_ node: YAMLNode, _ reader: YAMLMapReader) -> [FactDefinition] {
        reader.members(node, "facts").compactMap { member in
            guard let map = reader.map(member.value, keys: ["type", "unit", "about"], what: "fact '\(member.key)'"),
                reader.text(map["type"], "type", in: member.value) != nil,
                let type = reader.choice(map["type"], "type", as: FactDefinition.FactType.self)
            else { return nil }
            return FactDefinition(
                name: FactName(member.key), type: type, unit: reader.optionalText(map["unit"], "unit"),
                about: reader.optionalText(map["about"], "about") ?? "")
        }
    }
}

/// A definition file's bytes under the path that messages name.
public struct DefinitionFile: Sendable {
    public var path: String
    public var bytes: [UInt8]
    public init(path: String, bytes: [UInt8]) {
        self.path = path
        self.bytes = bytes
    }
}
