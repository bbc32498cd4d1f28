import StructuredText

/// Takes a few values out of a JSON record without building its tree, checking the whole record on the way.
///
/// Whatever is out of the ordinary (an escaped key, a wanted key that stands twice, deep nesting, bytes that are not ASCII and not UTF-8) makes it decline, and
/// the caller takes the exact way through `JSONParser`, so that nobody hides an event from us by spelling it strangely.
struct JSONLineScanner {
    /// A value's place in the record: strings without their quotes.
    struct Slice {
        enum Kind { case string, escapedString, number, word, object, array }
        var kind: Kind
        var start: Int
        var end: Int
    }

    private struct Node {
        var children: [(key: [UInt8], node: Int)] = []
        var slot: Int?
    }

    private var nodes: [Node] = [Node()]
    /// One for each path; absent when the record has no such value, or null.
    private(set) var values: [Slice?]
    private static let maximumDepth = 200

    /// - Parameter paths: keys from the root down, one list for each value.
    init(paths: [[String]]) {
        values = Array(repeating: nil, count: paths.count)
        for (slot, path) in paths.enumerated() {
            var at = 0
            for key in path {
                let bytes = Array(key.utf8)
                if let child = nodes[at].children.first(where: { $0.key == bytes }) {
                    at = child.node
                } else {
                    nodes.append(Node())
                    nodes[at].children.append((bytes, nodes.count - 1))
                    at = nodes.count - 1
                }
            }
            nodes[at].slot = slot
        }
    }

    /// Scans one record; false when the exact way must be taken.
    mutating func scan(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
        for index in values.indices { values[index] = nil }
        var at = 0
        skipBlanks(line, &at)
        guard at < line.count, line[at] == UInt8(ascii: "{"), value(line, &at, node: 0, depth: 0) else { return false }
        skipBlanks(line, &at)
        return at == line.count && firstInvalidUTF8(in: line) == nil
    }

    @inline(__always)
    private func skipBlanks(_ line: UnsafeBufferPointer<UInt8>, _ at: inout Int) {
        while at < line.count, line[at] == 0x20 || line[at] == 0x09 || line[at] == 0x0A || line[at] == 0x0D { at += 1 }
    }

    /// Moves behind a string's closing quote; nil when it has none or holds a control character.
    @inline(__always)
    private func string(_ line: UnsafeBufferPointer<UInt8>, _ at: inout Int) -> (start: Int, end: Int, escaped: Bool)? {
        let start = at + 1
        var i = start
        var escaped = false
        while i < line.count {
            let byte = line[i]
            if byte == UInt8(ascii: "\"") {
                at = i + 1
                return (start, i, escaped)
            }
            if byte == UInt8(ascii: "\\") {
                escaped = true
                i += 2
                continue
            }
            if byte < 0x20 { return nil }
            i += 1
        }
        return nil
    }

    private mutating func value(_ line: UnsafeBufferPointer<UInt8>, _ at: inout Int, node: Int?, depth: Int) -> Bool {
        guard at < line.count, depth < Self.maximumDepth else { return false }
        let start = at
        switch line[at] {
        case UInt8(ascii: "\""):
            guard let text = string(line, &at) else { return false }
            // Escapes inside a value are checked only where the value is wanted; the exact way decodes them.
            return keep(Slice(kind: text.escaped ? .escapedString : .string, start: text.start, end: text.end), node)
        case UInt8(ascii: "{"): return object(line, &at, node: node, depth: depth) && keep(Slice(kind: .object, start: start, end: at), node)
        case UInt8(ascii: "["): return array(line, &at, depth: depth) && keep(Slice(kind: .array, start: start, end: at), node)
        case UInt8(ascii: "t"): return word(line, &at, "true") && keep(Slice(kind: .word, start: start, end: at), node)
        case UInt8(ascii: "f"): return word(line, &at, "false") && keep(Slice(kind: .word, start: start, end: at), node)
        case UInt8(ascii: "n"): return word(line, &at, "null")
        default: return number(line, &at) && keep(Slice(kind: .number, start: start, end: at), node)
        }
    }

    @inline(__always)
    private mutating func keep(_ slice: Slice, _ node: Int?) -> Bool {
        guard let node, let slot = nodes[node].slot else { return true }
        // A wanted key that stands twice is for the exact way to report.
        guard values[slot] == nil else { return false }
        values[slot] = slice
        return true
    }

    private func word(_ line: UnsafeBufferPointer<UInt8>, _ at: inout Int, _ word: StaticString) -> Bool {
        let length = word.utf8CodeUnitCount
        guard at + length <= line.count else { return false }
        for i in 0..<length where line[at + i] != word.utf8Start[i] { return false }
        at += length
        return true
    }

    private func number(_ line: UnsafeBufferPointer<UInt8>, _ at: inout Int) -> Bool {
        func digits() -> Bool {
            let start = at
            while at < line.count, line[at] >= 0x30, line[at] <= 0x39 { at += 1 }
            return at > start
        }
        if line[at] == UInt8(ascii: "-") { at += 1 }
        let first = at
        guard digits(), line[first] != 0x30 || at == first + 1 else { return false }
        if at < line.count, line[at] == UInt8(ascii: ".") {
            at += 1
            guard digits() else { return false }
        }
        // Exponents may leave a double's range: the exact way says so.
        if at < line.count, line[at] | 0x20 == UInt8(ascii: "e") { return false }
        return at - first < 300
    }

    private mutating func object(_ line: UnsafeBufferPointer<UInt8>, _ at: inout Int, node: Int?, depth: Int) -> Bool {
        at += 1
        skipBlanks(line, &at)
        if at < line.count, line[at] == UInt8(ascii: "}") {
            at += 1
            return true
        }
        while true {
            skipBlanks(line, &at)
            guard at < line.count, line[at] == UInt8(ascii: "\""), let key = string(line, &at), !key.escaped else { return false }
            skipBlanks(line, &at)
            guard at < line.count, line[at] == UInt8(ascii: ":") else { return false }
            at += 1
            skipBlanks(line, &at)
            let child = node.flatMap { self.child(of: $0, key: UnsafeBufferPointer(rebasing: line[key.start..<key.end])) }
            guard value(line, &at, node: child, depth: depth + 1) else { return false }
            skipBlanks(line, &at)
            guard at < line.count else { return false }
            if line[at] == UInt8(ascii: ",") {
                at += 1
            } else {
                guard line[at] == UInt8(ascii: "}") else { return false }
                at += 1
                return true
            }
        }
    }

    @inline(__always)
    private func child(of node: Int, key: UnsafeBufferPointer<UInt8>) -> Int? {
        for child in nodes[node].children where child.key.count == key.count && child.key.elementsEqual(key) { return child.node }
        return nil
    }

    private mutating func array(_ line: UnsafeBufferPointer<UInt8>, _ at: inout Int, depth: Int) -> Bool {
        at += 1
        skipBlanks(line, &at)
        if at < line.count, line[at] == UInt8(ascii: "]") {
            at += 1
            return true
        }
        while true {
            skipBlanks(line, &at)
            guard value(line, &at, node: nil, depth: depth + 1) else { return false }
            skipBlanks(line, &at)
            guard at < line.count else { return false }
            if line[at] == UInt8(ascii: ",") {
                at += 1
            } else {
                guard line[at] == UInt8(ascii: "]") else { return false }
                at += 1
                return true
            }
        }
    }
}
