import Glibc

/// The keys that lead to wanted values, as a tree that is walked while text is scanned.
final class JSONPathTrie {
    private struct Node {
        var field = -1
        var firstEdge = 0
        var edgeCount = 0
        /// One bit for each length of a key below, so that most keys are told apart by their length alone.
        var lengths: UInt64 = 0
    }

    private struct Edge {
        var start: Int
        var length: Int
        var node: Int
    }

    let nodeCount: Int
    private let nodes: UnsafeMutablePointer<Node>
    private let edges: UnsafeMutablePointer<Edge>
    private let keys: UnsafeMutablePointer<UInt8>

    /// A path that stands twice leads to its last number.
    init(_ paths: [[String]]) {
        var built = [(field: -1, children: [(key: [UInt8], node: Int)]())]
        for (index, path) in paths.enumerated() {
            var at = 0
            for part in path {
                let key = Array(part.utf8)
                if let next = built[at].children.first(where: { $0.key == key }) {
                    at = next.node
                } else {
                    built.append((-1, []))
                    built[at].children.append((key, built.count - 1))
                    at = built.count - 1
                }
            }
            built[at].field = index
        }
        nodeCount = built.count
        nodes = .allocate(capacity: built.count)
        edges = .allocate(capacity: max(1, built.count))
        let bytes = built.flatMap { $0.children.flatMap(\.key) }
        keys = .allocate(capacity: max(1, bytes.count))
        var edge = 0
        var key = 0
        for (index, node) in built.enumerated() {
            var flat = Node(field: node.field, firstEdge: edge, edgeCount: node.children.count)
            for child in node.children {
                (edges + edge).initialize(to: Edge(start: key, length: child.key.count, node: child.node))
                for byte in child.key {
                    (keys + key).initialize(to: byte)
                    key += 1
                }
                flat.lengths |= 1 << UInt64(child.key.count & 63)
                edge += 1
            }
            (nodes + index).initialize(to: flat)
        }
    }

    deinit {
        nodes.deallocate()
        edges.deallocate()
        keys.deallocate()
    }

    /// The number of the wanted value at a node, or -1.
    @inline(__always)
    func field(of node: Int) -> Int { nodes[node].field }

    /// The node below `node` that a key leads to, or -1.
    @inline(__always)
    func child(of node: Int, _ key: UnsafeBufferPointer<UInt8>) -> Int {
        let length = key.count
        guard nodes[node].lengths & (1 << UInt64(length & 63)) != 0, let base = key.baseAddress else { return -1 }
        let first = nodes[node].firstEdge
        for index in first..<(first + nodes[node].edgeCount) where edges[index].length == length {
            if memcmp(keys + edges[index].start, base, length) == 0 { return edges[index].node }
        }
        return -1
    }
}

/// The value of a hexadecimal digit.
func hexValue(_ byte: UInt8) -> UInt32? {
    switch byte {
    case 0x30...0x39: UInt32(byte - 0x30)
    case 0x41...0x46: UInt32(byte - 0x37)
    case 0x61...0x66: UInt32(byte - 0x57)
    default: nil
    }
}

/// Writes a JSON text without its escapes; half of a surrogate pair becomes U+FFFD. Gives the number of bytes.
///
/// The text was checked already. The result is never longer than the text, and nothing is written beyond `out`.
func resolveJSONEscapes(_ text: UnsafeBufferPointer<UInt8>, into out: UnsafeMutableBufferPointer<UInt8>) -> Int {
    var at = 0
    var used = 0
    func unit(_ from: Int) -> UInt32? {
        guard from + 6 <= text.count, text[from] == UInt8(ascii: "\\"), text[from + 1] == UInt8(ascii: "u") else { return nil }
        var value: UInt32 = 0
        for i in (from + 2)..<(from + 6) {
            guard let digit = hexValue(text[i]) else { return nil }
            value = value << 4 | digit
        }
        return value
    }
    func put(_ byte: UInt8) {
        guard used < out.count else { return }
        out[used] = byte
        used += 1
    }
    while at < text.count {
        guard text[at] == UInt8(ascii: "\\"), at + 1 < text.count else {
            put(text[at])
            at += 1
            continue
        }
        switch text[at + 1] {
        case UInt8(ascii: "u"):
            var scalar = unit(at) ?? 0xFFFD
            at += 6
            if (0xD800..<0xDC00).contains(scalar), let second = unit(at), (0xDC00..<0xE000).contains(second) {
                scalar = 0x10000 + (scalar - 0xD800) << 10 + (second - 0xDC00)
                at += 6
            }
            for byte in String(Character(Unicode.Scalar(scalar) ?? "\u{FFFD}")).utf8 { put(byte) }
        case let letter:
            switch letter {
            case UInt8(ascii: "b"): put(0x08)
            case UInt8(ascii: "f"): put(0x0C)
            case UInt8(ascii: "n"): put(0x0A)
            case UInt8(ascii: "r"): put(0x0D)
            case UInt8(ascii: "t"): put(0x09)
            default: put(letter)
            }
            at += 2
        }
    }
    return used
}
