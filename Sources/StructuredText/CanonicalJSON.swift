public import Diagnostics

/// JSON in its canonical form (RFC 8785), narrowed to what cannot be read in two ways: no fractions, no null, ASCII names, integers within 2^53-1.
///
/// Ledger entries, statements and policies are written and read so.
public enum CanonicalJSON {
    /// Integers beyond this are not exact in every reader (RFC 8785, section 3.2.2.3).
    public static let largestInteger = 9_007_199_254_740_991

    /// The canonical bytes, without a line end.
    ///
    /// A value that the form does not know is the programmer's mistake and not the user's: fractions are written as strings by who makes the value.
    public static func bytes(_ value: Value) -> [UInt8] { Array(value.canonicalJSON.utf8) }

    /// Reads canonical bytes, and refuses every other spelling of the same value.
    /// - Throws: a `Diagnostic` with the place of the first difference.
    public static func parse(_ bytes: [UInt8], path: String) throws(Diagnostic) -> JSONNode {
        let result = JSONParser.parse(bytes, path: path)
        guard let node = result.node else { throw result.diagnostics.first ?? .notCanonical(path, 0, "no JSON value") }
        if let diagnostic = result.diagnostics.first { throw diagnostic }
        let value = try value(of: node, path: path, depth: 0)
        let again = Self.bytes(value)
        if again != bytes {
            let at = zip(again, bytes).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? min(again.count, bytes.count)
            throw .notCanonical(path, at, "another spelling of the same value")
        }
        return node
    }

    /// The value of a node, as far as the canonical form knows it.
    public static func value(of node: JSONNode, path: String, depth: Int = 0) throws(Diagnostic) -> Value {
        guard depth < 64 else { throw .notCanonical(path, node.offset, "more than 64 levels") }
        switch node.kind {
        case .null: throw .notCanonical(path, node.offset, "null")
        case .bool(let flag): return .bool(flag)
        case .number(let literal):
            guard let number = Int(literal), abs(number) <= largestInteger, String(number) == literal else {
                throw .notCanonical(path, node.offset, "the number \(literal)")
            }
            return .int(number)
        case .string(let text): return .string(text)
        case .array(let items):
            var values: [Value] = []
            for item in items { values.append(try value(of: item, path: path, depth: depth + 1)) }
            return .list(values)
        case .object(let members):
            var values: [Value.Member] = []
            var names: Set<[UInt8]> = []
            for member in members {
                guard member.key.utf8.allSatisfy({ $0 < 0x80 }), names.insert(Array(member.key.utf8)).inserted else {
                    throw .notCanonical(path, member.value.offset, "the name '\(member.key)', which is repeated or not ASCII")
                }
                values.append(Value.Member(member.key, try value(of: member.value, path: path, depth: depth + 1)))
            }
            return .map(values)
        }
    }
}

extension Diagnostic {
    fileprivate static func notCanonical(_ path: String, _ offset: Int, _ found: String) -> Self {
        Diagnostic(
            id: "json.not-canonical", severity: .error, location: TextLocation(path: path, line: 1, column: offset + 1),
            message: "found \(found); expected canonical JSON (RFC 8785) with whole numbers and ASCII names, once each",
            hint: "restore the file as it was issued")
    }
}
