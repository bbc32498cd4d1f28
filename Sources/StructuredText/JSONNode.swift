/// A value read from JSON text, with the place where it stands.
///
/// Numbers keep their literal, so that a 64-bit id loses nothing.
public struct JSONNode: Sendable {
    public indirect enum Kind: Sendable {
        case null
        case bool(Bool)
        case number(String)
        case string(String)
        case array([JSONNode])
        case object([Member])
    }

    public struct Member: Sendable {
        public var key: String
        public var value: JSONNode
    }

    public var kind: Kind
    /// Byte offset from the start of the text.
    public var offset: Int

    public subscript(key: String) -> JSONNode? {
        guard case .object(let members) = kind else { return nil }
        return members.first { $0.key == key }?.value
    }

    public var string: String? {
        if case .string(let text) = kind { return text }
        return nil
    }

    /// The finite number, or nothing.
    public var double: Double? {
        guard case .number(let literal) = kind, let value = Double(literal), value.isFinite else { return nil }
        return value
    }

    public var int: Int? {
        guard case .number(let literal) = kind else { return nil }
        return Int(literal) ?? double.flatMap { Int(exactly: $0) }
    }

    public var bool: Bool? {
        if case .bool(let flag) = kind { return flag }
        return nil
    }

    public var array: [JSONNode]? {
        if case .array(let items) = kind { return items }
        return nil
    }

    public var members: [Member]? {
        if case .object(let members) = kind { return members }
        return nil
    }

    public var isNull: Bool {
        if case .null = kind { return true }
        return false
    }

    /// The text of a string, number or flag, as a person would write it.
    public var scalarText: String? {
        switch kind {
        case .string(let text): text
        case .number(let literal): literal
        case .bool(let flag): flag ? "true" : "false"
        default: nil
        }
    }

    /// What kind of value it is, for messages.
    public var kindName: String {
        switch kind {
        case .null: "null"
        case .bool: "a flag"
        case .number: "a number"
        case .string: "a text"
        case .array: "a list"
        case .object: "an object"
        }
    }

    /// The value that an RFC 6901 pointer leads to.
    public func at(pointer: String) -> JSONNode? {
        guard let parts = pointerParts(pointer) else { return nil }
        var node = self
        for part in parts {
            guard let next = node.child(part) else { return nil }
            node = next
        }
        return node
    }

    /// The value under one escaped part of a pointer. An index has no sign and no leading zero (RFC 6901, section 4).
    private func child(_ part: String) -> JSONNode? {
        let key = unescapePointer(part)
        switch kind {
        case .array(let items):
            guard let index = Int(key), items.indices.contains(index), String(index) == key else { return nil }
            return items[index]
        case .object(let members): return members.first { $0.key.utf8.elementsEqual(key.utf8) }?.value
        default: return nil
        }
    }

    /// Every value that a pointer with `*` parts leads to, each with its exact pointer, in document order.
    public func all(pointer: String) -> [(pointer: String, node: JSONNode)] {
        var found: [(pointer: String, node: JSONNode)] = [("", self)]
        guard let parts = pointerParts(pointer) else { return [] }
        for part in parts {
            var next: [(pointer: String, node: JSONNode)] = []
            for (path, node) in found {
                if part == "*" {
                    switch node.kind {
                    case .array(let items): for (i, item) in items.enumerated() { next.append(("\(path)/\(i)", item)) }
                    case .object(let members): for m in members { next.append(("\(path)/\(escapePointer(m.key))", m.value)) }
                    default: break
                    }
                } else if let child = node.child(part) {
                    next.append(("\(path)/\(part)", child))
                }
            }
            found = next
        }
        return found
    }
}

/// One part of an RFC 6901 pointer, escaped.
///
/// By bytes, here and below: a key may begin with a combining mark, which would make one character with the slash before it.
public func escapePointer(_ key: String) -> String {
    guard key.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }) else { return key }
    var out: [UInt8] = []
    for byte in key.utf8 {
        switch byte {
        case UInt8(ascii: "~"): out += "~0".utf8
        case UInt8(ascii: "/"): out += "~1".utf8
        default: out.append(byte)
        }
    }
    return String(decoding: out, as: UTF8.self)
}

/// The escaped parts of a pointer; `nil` when it does not begin with a slash.
private func pointerParts(_ pointer: String) -> [String]? {
    guard let first = pointer.utf8.first else { return [] }
    guard first == UInt8(ascii: "/") else { return nil }
    return pointer.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map { String(Substring($0)) }
}

private func unescapePointer(_ part: String) -> String {
    guard part.utf8.contains(UInt8(ascii: "~")) else { return part }
    var out: [UInt8] = []
    var rest = part.utf8[...]
    while let byte = rest.popFirst() {
        if byte == UInt8(ascii: "~"), let next = rest.first, next == UInt8(ascii: "0") || next == UInt8(ascii: "1") {
            out.append(next == UInt8(ascii: "0") ? UInt8(ascii: "~") : UInt8(ascii: "/"))
            rest.removeFirst()
        } else {
            out.append(byte)
        }
    }
    return String(decoding: out, as: UTF8.self)
}

/// The line and column (bytes, both from 1) of an offset.
public func position(of offset: Int, in bytes: some RandomAccessCollection<UInt8>, firstLine: Int = 1) -> (line: Int, column: Int) {
    var line = firstLine
    var column = 1
    for byte in bytes.prefix(max(0, offset)) {
        if byte == 0x0A {
            line += 1
            column = 1
        } else {
            column += 1
        }
    }
    return (line, column)
}
