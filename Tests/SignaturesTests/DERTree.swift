import SwiftASN1

/// DER that can be taken apart, changed, and written again, to make hostile inputs.
indirect enum DERTree {
    case leaf(ASN1Identifier, [UInt8])
    case branch(ASN1Identifier, [DERTree])

    init(_ bytes: [UInt8]) throws { self.init(try DER.parse(bytes)) }

    private init(_ node: ASN1Node) {
        switch node.content {
        case .primitive(let bytes): self = .leaf(node.identifier, Array(bytes))
        case .constructed(let inner): self = .branch(node.identifier, inner.map { DERTree($0) })
        }
    }

    static func sequence(_ inner: [DERTree]) -> DERTree { .branch(.sequence, inner) }
    static func set(_ inner: [DERTree]) -> DERTree { .branch(.set, inner) }
    static func context(_ number: UInt, _ inner: [DERTree]) -> DERTree {
        .branch(ASN1Identifier(tagWithNumber: number, tagClass: .contextSpecific), inner)
    }
    static func integer(_ bytes: UInt8...) -> DERTree { .leaf(.integer, bytes) }
    static func octets(_ bytes: [UInt8]) -> DERTree { .leaf(.octetString, bytes) }
    static func name(_ identifier: ASN1ObjectIdentifier) throws -> DERTree {
        var serializer = DER.Serializer()
        try serializer.serialize(identifier)
        return try DERTree(serializer.serializedBytes)
    }
    static func text(_ identifier: ASN1Identifier, _ text: String) -> DERTree { .leaf(identifier, Array(text.utf8)) }

    /// The value at a path of indices; changing it changes this one.
    subscript(_ path: Int...) -> DERTree {
        get { value(at: path[...]) }
        set { self = replacing(path[...], with: newValue) }
    }

    var inner: [DERTree] {
        get { if case .branch(_, let inner) = self { inner } else { [] } }
        set { if case .branch(let identifier, _) = self { self = .branch(identifier, newValue) } }
    }

    private func value(at path: ArraySlice<Int>) -> DERTree {
        guard let index = path.first else { return self }
        return inner[index].value(at: path.dropFirst())
    }

    private func replacing(_ path: ArraySlice<Int>, with value: DERTree) -> DERTree {
        guard let index = path.first else { return value }
        var copy = self
        copy.inner[index] = inner[index].replacing(path.dropFirst(), with: value)
        return copy
    }

    var bytes: [UInt8] {
        var serializer = DER.Serializer()
        write(to: &serializer)
        return serializer.serializedBytes
    }

    private func write(to serializer: inout DER.Serializer) {
        switch self {
        case .leaf(let identifier, let bytes): serializer.appendPrimitiveNode(identifier: identifier) { $0 += bytes }
        case .branch(let identifier, let inner):
            serializer.appendConstructedNode(identifier: identifier) { for one in inner { one.write(to: &$0) } }
        }
    }
}
