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
        if pointer.isEmpty { return self }
        guard pointer.hasPrefix("/") else { return nil }
        var node = self
        for part in pointer.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            let key = unescapePointer(part)
            if let items = node.array {
                guard let index = Int(key), items.indices.contains(index) else { return nil }
                node = items[index]
            } else if let next = node[key] {
                node = next
            } else {
                return nil
            }
        }
        return node
    }

    /// Every value that a pointer with `*` parts leads to, each with its exact pointer, in document order.
    public func all(pointer: String) -> [(pointer: String, node: JSONNode)] {
        var found: [(pointer: String, node: JSONNode)] = [("", self)]
        guard !pointer.isEmpty else { return found }
        guard pointer.hasPrefix("/") else { return [] }
        for part in pointer.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            var next: [(pointer: String, node: JSONNode)] = []
            for (path, node) in found {
                if part == "*" {
                    switch node.kind {
                    case .array(let items): for (i, item) in items.enumerated() { next.append(("\(path)/\(i)", item)) }
                    case .object(let members): for m in members { next.append(("\(path)/\(escapePointer(m.key))", m.value)) }
                    default: break
                    }
                } else if let child = node.at(pointer: "/" + part) {
                    next.append(("\(path)/\(part)", child))
                }
            }
            found = next
        }
        return found
    }
}

/// One part of an RFC 6901 pointer, escaped.
public func escapePointer(_ key: String) -> String {
    guard key.contains(where: { $0 == "~" || $0 == "/" }) else { return key }
    return key.flatMap { $0 == "~" ? "~0" : $0 == "/" ? "~1" : String($0) }.map(String.init).joined()
}

private func unescapePointer(_ part: Substring) -> String {
    guard part.contains("~") else { return String(part) }
    var out = ""
    var rest = part[...]
    while let character = rest.popFirst() {
        if character == "~", rest.first == "1" {
            out += "/"
            rest.removeFirst()
        } else if character == "~", rest.first == "0" {
            out += "~"
            rest.removeFirst()
        } else {
            out.append(character)
        }
    }
    return out
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
