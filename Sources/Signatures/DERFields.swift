import SwiftASN1

/// Why bytes were not taken as DER: what was found, in one clause.
struct DERFault: Error {
    var message: String
    init(_ message: String) { self.message = message }
}

/// The values inside one constructed DER value, taken in order; one that is left over is an error.
struct DERFields {
    private var nodes: ASN1NodeCollection.Iterator
    private var following: ASN1Node?

    init(_ node: ASN1Node, _ identifier: ASN1Identifier = .sequence) throws {
        guard node.identifier == identifier, case .constructed(let inner) = node.content else {
            throw DERFault("found \(node.identifier); expected \(identifier)")
        }
        nodes = inner.makeIterator()
        following = nodes.next()
    }

    mutating func next() throws -> ASN1Node {
        guard let node = following else { throw DERFault("a value is missing") }
        following = nodes.next()
        return node
    }

    /// The next value if it has that tag; else it stays the next.
    mutating func next(if identifier: ASN1Identifier) -> ASN1Node? {
        guard let node = following, node.identifier == identifier else { return nil }
        following = nodes.next()
        return node
    }

    /// All that are left.
    mutating func rest() -> [ASN1Node] {
        var found: [ASN1Node] = []
        while let node = following {
            found.append(node)
            following = nodes.next()
        }
        return found
    }

    func end() throws {
        if let following { throw DERFault("found \(following.identifier) after the last value") }
    }

    /// The one value inside.
    static func only(_ node: ASN1Node, _ identifier: ASN1Identifier = .sequence) throws -> ASN1Node {
        var fields = try DERFields(node, identifier)
        let inner = try fields.next()
        try fields.end()
        return inner
    }

    static func all(_ node: ASN1Node, _ identifier: ASN1Identifier = .sequence) throws -> [ASN1Node] {
        var fields = try DERFields(node, identifier)
        return fields.rest()
    }
}

/// DER (X.690) with one spelling for each value.
enum StrictDER {
    /// The value that the bytes spell, if writing it again gives the same bytes. Nesting is bounded by SwiftASN1.
    static func parse(_ bytes: [UInt8]) throws -> ASN1Node {
        let node = try DER.parse(bytes)
        var again = DER.Serializer()
        write(node, to: &again)
        guard again.serializedBytes == bytes else { throw DERFault("it is not DER that gives the same bytes when it is written again") }
        return node
    }

    static func write(_ node: ASN1Node, to serializer: inout DER.Serializer) {
        switch node.content {
        case .constructed(let inner):
            serializer.appendConstructedNode(identifier: node.identifier) { serializer in
                for child in inner { write(child, to: &serializer) }
            }
        case .primitive(let bytes): serializer.appendPrimitiveNode(identifier: node.identifier) { $0.append(contentsOf: bytes) }
        }
    }

    /// The bytes of one value.
    static func bytes(_ value: some DERSerializable) throws -> [UInt8] {
        var serializer = DER.Serializer()
        try serializer.serialize(value)
        return serializer.serializedBytes
    }

    /// The magnitude of an integer that is not negative, without leading zeros; zero is one byte.
    static func magnitude(_ node: ASN1Node) throws -> [UInt8] {
        let bytes = Array(try ArraySlice<UInt8>(derEncoded: node))
        let digits = Array(bytes.drop { $0 == 0 })
        return digits.isEmpty ? [0] : digits
    }
}

extension ASN1Identifier {
    static func context(_ number: UInt) -> ASN1Identifier { ASN1Identifier(tagWithNumber: number, tagClass: .contextSpecific) }
}
