public import Diagnostics
public import EvidenceModel
public import StructuredText

public struct MappingDefinition: Sendable {
    public var format: String
    public static func decode(_ node: YAMLNode, kind: EvidenceKind) -> (definition: MappingDefinition?, diagnostics: [Diagnostic]) { (nil, []) }
}
public struct MappedReader {
    public init(definition: MappingDefinition, kind: EvidenceKind) {}
    public func read(_ source: EvidenceSource) -> Reading { Reading() }
}
