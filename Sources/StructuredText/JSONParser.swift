public import Diagnostics

/// Reads JSON (RFC 8259) with positions, and without mercy for what would read differently elsewhere.
///
/// Depth, duplicate keys, numbers that no double can hold, `NaN`, invalid UTF-8 and NUL bytes are reported as errors. After a duplicate key or an
/// unusable number reading goes on, so that one bad value does not hide the rest; any other fault ends the text.
public struct JSONParser {
    /// Deeper nesting than this is refused.
    public static let maximumDepth = 256
    /// At most so many errors are listed for one text.
    static let maximumDiagnostics = 20

    private let bytes: UnsafeBufferPointer<UInt8>
    private let path: String
    private let firstLine: Int
    private var at = 0
    private var diagnostics: [Diagnostic] = []

    private struct Fault: Error {}

    private init(_ bytes: UnsafeBufferPointer<UInt8>, path: String, firstLine: Int) {
        self.bytes = bytes
        self.path = path
        self.firstLine = firstLine
    }

    /// The value of a whole text, and what is wrong with it; the value is `nil` when the text cannot be read to its end.
    /// - Parameter firstLine: the line number of the text's first line, for a record inside a larger file.
    public static func parse(
        _ text: [UInt8], path: String, firstLine: Int = 1
    ) -> (node: JSONNode?, diagnostics: [Diagnostic]) {
        text.withUnsafeBufferPointer { parse($0, path: path, firstLine: firstLine) }
    }

    public static func parse(
        _ text: UnsafeBufferPointer<UInt8>, path: String, firstLine: Int = 1
    ) -> (node: JSONNode?, diagnostics: [Diagnostic]) {
        var parser = JSONParser(text, path: path, firstLine: firstLine)
        if let bad = firstInvalidUTF8(in: text) {
            return (nil, [.invalidUTF8(parser.location(bad), byte: text[bad])])
        }
        if text.count >= 3, text[0] == 0xEF, text[1] == 0xBB, text[2] == 0xBF { parser.at = 3 }
        do {
            parser.skipBlanks()
            let node = try parser.value(depth: 0)
            parser.skipBlanks()
            if parser.at < text.count { try parser.fail("found \(parser.found) after the end of the value", expected: "nothing more") }
            return (node, parser.diagnostics)
        } catch {
            return (nil, parser.diagnostics)
        }
    }

    private func location(_ offset: Int) -> TextLocation {
        let place = position(of: offset, in: bytes, firstLine: firstLine)
        return TextLocation(path: path, line: place.line, column: place.column)
    }

    private var found: String {
        guard at < bytes.count else { return "the end of the text" }
        let byte = bytes[at]
        if byte == 0 { return "a NUL byte" }
        return byte > 0x20 && byte < 0x7F ? "'\(Character(Unicode.Scalar(byte)))'" : "byte 0x" + String(byte, radix: 16)
    }

    private mutating func fail(_ what: String, expected: String) throws -> Never {
        diagnostics.append(.malformedJSON(location(min(at, bytes.count)), "\(what); expected \(expected)"))
        throw Fault()
    }

    private mutating func note(_ diagnostic: Diagnostic) {
        if diagnostics.count < Self.maximumDiagnostics { diagnostics.append(diagnostic) }
    }

    private mutating func skipBlanks() {
        while at < bytes.count {
            switch bytes[at] {
            case 0x20, 0x09, 0x0A, 0x0D: at += 1
            default: return
            }
        }
    }

    private mutating func value(depth: Int) throws -> JSONNode {
        guard depth < Self.maximumDepth else {
            diagnostics.append(.tooDeep(location(at), limit: Self.maximumDepth))
            throw Fault()
        }
        let start = at
        guard at < bytes.count else { try fail("the text ends early", expected: "a value") }
        switch bytes[at] {
        case UInt8(ascii: "{"): return JSONNode(kind: .object(try object(depth: depth)), offset: start)
        case UInt8(ascii: "["): return JSONNode(kind: .array(try array(depth: depth)), offset: start)
        case UInt8(ascii: "\""): return JSONNode(kind: .string(try string()), offset: start)
        case UInt8(ascii: "t"): return JSONNode(kind: try word("true", .bool(true)), offset: start)
        case UInt8(ascii: "f"): return JSONNode(kind: try word("false", .bool(false)), offset: start)
        case UInt8(ascii: "n"): return JSONNode(kind: try word("null", .null), offset: start)
        default: return JSONNode(kind: try number(), offset: start)
        }
    }

    private mutating func word(_ word: StaticString, _ kind: JSONNode.Kind) throws -> JSONNode.Kind {
        let length = word.utf8CodeUnitCount
        guard at + length <= bytes.count, (0..<length).allSatisfy({ bytes[at + $0] == word.utf8Start[$0] }) else {
            try fail("found \(found)", expected: "a value")
        }
        at += length
        return kind
    }

    private mutating func number() throws -> JSONNode.Kind {
        let start = at
        for literal in ["NaN", "Infinity", "-Infinity"] where bytes[at...].starts(with: literal.utf8) {
            note(.notANumber(location(at), literal))
            at += literal.utf8.count
            return .null
        }
        if at < bytes.count, bytes[at] == UInt8(ascii: "-") { at += 1 }
        let firstDigit = at
        try digits()
        if bytes[firstDigit] == UInt8(ascii: "0"), at > firstDigit + 1 {
            at = firstDigit
            try fail("found a number that starts with 0", expected: "a number without leading zeros")
        }
        if at < bytes.count, bytes[at] == UInt8(ascii: ".") {
            at += 1
            try digits()
        }
        if at < bytes.count, bytes[at] | 0x20 == UInt8(ascii: "e") {
            at += 1
            if at < bytes.count, bytes[at] == UInt8(ascii: "+") || bytes[at] == UInt8(ascii: "-") { at += 1 }
            try digits()
        }
        let literal = String(decoding: bytes[start..<at], as: UTF8.self)
        if at - start > 15, let double = Double(literal), !double.isFinite {
            note(.unrepresentable(location(start), literal))
        } else if literal.contains("e") || literal.contains("E"), let double = Double(literal), !double.isFinite {
            note(.unrepresentable(location(start), literal))
        }
        return .number(literal)
    }

    private mutating func digits() throws {
        let start = at
        while at < bytes.count, bytes[at] >= 0x30, bytes[at] <= 0x39 { at += 1 }
        if at == start { try fail("found \(found)", expected: start == 0 ? "a value" : "a value or a digit") }
    }

    private mutating func array(depth: Int) throws -> [JSONNode] {
        at += 1
        var items: [JSONNode] = []
        skipBlanks()
        if at < bytes.count, bytes[at] == UInt8(ascii: "]") {
            at += 1
            return items
        }
        while true {
            skipBlanks()
            items.append(try value(depth: depth + 1))
            skipBlanks()
            guard at < bytes.count else { try fail("the text ends inside a list", expected: "',' or ']'") }
            if bytes[at] == UInt8(ascii: ",") {
                at += 1
            } else if bytes[at] == UInt8(ascii: "]") {
                at += 1
                return items
            } else {
                try fail("found \(found) in a list", expected: "',' or ']'")
            }
        }
    }

    private mutating func object(depth: Int) throws -> [JSONNode.Member] {
        at += 1
        var members: [JSONNode.Member] = []
        var keys: Set<String> = []
        // Swift takes `é` and `e` with an accent for the same text; JSON compares bytes, and they are two keys.
        var otherKeys: Set<[UInt8]> = []
        skipBlanks()
        if at < bytes.count, bytes[at] == UInt8(ascii: "}") {
            at += 1
            return members
        }
        while true {
            skipBlanks()
            let keyOffset = at
            guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") else { try fail("found \(found) in an object", expected: "a key in quotes") }
            let key = try string()
            skipBlanks()
            guard at < bytes.count, bytes[at] == UInt8(ascii: ":") else { try fail("found \(found) after a key", expected: "':'") }
            at += 1
            skipBlanks()
            let member = try value(depth: depth + 1)
            let isPlain = key.utf8.allSatisfy { $0 < 0x80 }
            if isPlain ? keys.insert(key).inserted : otherKeys.insert(Array(key.utf8)).inserted {
                members.append(.init(key: key, value: member))
            } else {
                note(.duplicateKey(location(keyOffset), key))
            }
            skipBlanks()
            guard at < bytes.count else { try fail("the text ends inside an object", expected: "',' or '}'") }
            if bytes[at] == UInt8(ascii: ",") {
                at += 1
            } else if bytes[at] == UInt8(ascii: "}") {
                at += 1
                return members
            } else {
                try fail("found \(found) in an object", expected: "',' or '}'")
            }
        }
    }

    private mutating func string() throws -> String {
        at += 1
        let start = at
        while at < bytes.count, bytes[at] != UInt8(ascii: "\""), bytes[at] != UInt8(ascii: "\\"), bytes[at] >= 0x20 { at += 1 }
        guard at < bytes.count else { try fail("the text ends inside a string", expected: "'\"'") }
        if bytes[at] == UInt8(ascii: "\"") {
            at += 1
            return String(decoding: bytes[start..<(at - 1)], as: UTF8.self)
        }
        return try escapedString(from: start)
    }

    private mutating func escapedString(from start: Int) throws -> String {
        var out = Array(bytes[start..<at])
        while at < bytes.count {
            let byte = bytes[at]
            if byte == UInt8(ascii: "\"") {
                at += 1
                return String(decoding: out, as: UTF8.self)
            }
            if byte == UInt8(ascii: "\\") {
                at += 1
                try escape(into: &out)
            } else if byte < 0x20 {
                try fail("found \(found) inside a string", expected: "control characters written as \\u00XX")
            } else {
                out.append(byte)
                at += 1
            }
        }
        try fail("the text ends inside a string", expected: "'\"'")
    }

    private mutating func escape(into out: inout [UInt8]) throws {
        guard at < bytes.count else { try fail("the text ends inside a string", expected: "an escape") }
        let byte = bytes[at]
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): out.append(byte)
        case UInt8(ascii: "b"): out.append(0x08)
        case UInt8(ascii: "f"): out.append(0x0C)
        case UInt8(ascii: "n"): out.append(0x0A)
        case UInt8(ascii: "r"): out.append(0x0D)
        case UInt8(ascii: "t"): out.append(0x09)
        case UInt8(ascii: "u"):
            at += 1
            try unicodeEscape(into: &out)
            return
        default: try fail("found the escape '\\' followed by \(found)", expected: "one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX")
        }
        at += 1
    }

    private mutating func unicodeEscape(into out: inout [UInt8]) throws {
        let first = try hexUnit()
        var scalar = UInt32(first)
        if (0xD800..<0xDC00).contains(first), at + 1 < bytes.count, bytes[at] == UInt8(ascii: "\\"), bytes[at + 1] == UInt8(ascii: "u") {
            let back = at
            at += 2
            let second = try hexUnit()
            if (0xDC00..<0xE000).contains(second) {
                scalar = 0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00)
            } else {
                at = back
            }
        }
        let character = Unicode.Scalar(scalar) ?? "\u{FFFD}"
        out.append(contentsOf: Array(String(Character(character)).utf8))
    }

    private mutating func hexUnit() throws -> UInt16 {
        guard at + 4 <= bytes.count, let unit = UInt16(String(decoding: bytes[at..<(at + 4)], as: UTF8.self), radix: 16),
            bytes[at] != UInt8(ascii: "+"), bytes[at] != UInt8(ascii: "-")
        else { try fail("found \(found) after '\\u'", expected: "four hexadecimal digits") }
        at += 4
        return unit
    }
}

/// The offset of the first byte that is not UTF-8, or nothing.
public func firstInvalidUTF8(in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    var i = 0
    let n = bytes.count
    while i < n {
        let b = bytes[i]
        if b < 0x80 {
            i += 1
            continue
        }
        let length = b >= 0xF0 ? 4 : b >= 0xE0 ? 3 : 2
        guard b >= 0xC2, b <= 0xF4, i + length <= n else { return i }
        let second = bytes[i + 1]
        let low: UInt8 = b == 0xE0 ? 0xA0 : b == 0xF0 ? 0x90 : 0x80
        let high: UInt8 = b == 0xED ? 0x9F : b == 0xF4 ? 0x8F : 0xBF
        guard second >= low, second <= high else { return i }
        for k in 2..<max(2, length) where bytes[i + k] & 0xC0 != 0x80 { return i }
        i += length
    }
    return nil
}

extension Diagnostic {
    fileprivate static func malformedJSON(_ location: TextLocation, _ message: String) -> Self {
        Diagnostic(
            id: "json.malformed", severity: .error, location: location, message: message,
            hint: "export the file again; if it was cut off, take the whole file from its source")
    }

    fileprivate static func tooDeep(_ location: TextLocation, limit: Int) -> Self {
        Diagnostic(
            id: "json.too-deep", severity: .error, location: location, message: "values nest deeper than \(limit) levels",
            hint: "check where the file comes from; real records do not nest so deep")
    }

    fileprivate static func duplicateKey(_ location: TextLocation, _ key: String) -> Self {
        Diagnostic(
            id: "json.duplicate-key", severity: .error, location: location,
            message: "key '\(key.prefix(60))' stands twice in one object, and programs differ on which counts; the first was kept",
            hint: "correct the program that writes the file, and export again")
    }

    fileprivate static func notANumber(_ location: TextLocation, _ literal: String) -> Self {
        Diagnostic(
            id: "json.not-a-number", severity: .error, location: location,
            message: "'\(literal)' is not a JSON number; the value was taken as absent",
            hint: "write null where there is no value")
    }

    fileprivate static func unrepresentable(_ location: TextLocation, _ literal: String) -> Self {
        Diagnostic(
            id: "json.number-too-large", severity: .error, location: location,
            message: "number '\(literal.prefix(40))' is too large to be held; the value was taken as absent",
            hint: "check the program that writes the value")
    }

    public static func invalidUTF8(_ location: TextLocation, byte: UInt8) -> Self {
        Diagnostic(
            id: "text.invalid-utf8", severity: .error, location: location,
            message: "byte 0x\(String(byte, radix: 16)) is not valid UTF-8 here; expected UTF-8 text",
            hint: "convert the file to UTF-8, or export it again")
    }
}
