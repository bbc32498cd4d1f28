extension Value {
    /// One line without blanks, keys sorted by their bytes: the same value always gives the same bytes.
    public var canonicalJSON: String {
        var out = ""
        write(into: &out, indent: nil, sorted: true, level: 0)
        return out
    }

    /// Indented by two blanks, members in the order given, with a newline at the end.
    public var prettyJSON: String {
        var out = ""
        write(into: &out, indent: 2, sorted: false, level: 0)
        return out + "\n"
    }

    private func write(into out: inout String, indent: Int?, sorted: Bool, level: Int) {
        switch self {
        case .null: out += "null"
        case .bool(let flag): out += flag ? "true" : "false"
        case .int(let number): out += String(number)
        case .number(let number): out += jsonNumber(number)
        case .string(let text): quoteJSON(text, into: &out, forTerminals: indent != nil)
        case .list(let items):
            separated(items, "[", "]", into: &out, indent: indent, level: level) { item, out in
                item.write(into: &out, indent: indent, sorted: sorted, level: level + 1)
            }
        case .map(let members):
            let ordered = sorted ? members.sorted { Array($0.key.utf8).lexicographicallyPrecedes(Array($1.key.utf8)) } : members
            separated(ordered, "{", "}", into: &out, indent: indent, level: level) { member, out in
                quoteJSON(member.key, into: &out, forTerminals: indent != nil)
                out += indent == nil ? ":" : ": "
                member.value.write(into: &out, indent: indent, sorted: sorted, level: level + 1)
            }
        }
    }

    private func separated<T>(
        _ items: [T], _ open: String, _ close: String, into out: inout String, indent: Int?, level: Int,
        _ one: (T, inout String) -> Void
    ) {
        out += open
        for (index, item) in items.enumerated() {
            if index > 0 { out += "," }
            if let indent { out += "\n" + String(repeating: " ", count: indent * (level + 1)) }
            one(item, &out)
        }
        if let indent, !items.isEmpty { out += "\n" + String(repeating: " ", count: indent * level) }
        out += close
    }
}

/// The shortest text that reads back as the same number; integers without a point.
public func jsonNumber(_ number: Double) -> String {
    guard number.isFinite else { return "null" }
    if number == number.rounded(), abs(number) < 1e15 { return String(Int(number)) }
    return number.description
}

/// A JSON string with everything escaped that RFC 8259 asks for.
/// - Parameter forTerminals: escapes as well what could steer the terminal that shows it: C1 controls and bidirectional overrides.
public func quoteJSON(_ text: String, into out: inout String, forTerminals: Bool = false) {
    out += "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": out += "\\\""
        case "\\": out += "\\\\"
        case "\n": out += "\\n"
        case "\r": out += "\\r"
        case "\t": out += "\\t"
        case "\u{8}": out += "\\b"
        case "\u{c}": out += "\\f"
        default:
            if scalar.value < 0x20 || (forTerminals && steersTerminals(scalar)) {
                let hex = String(scalar.value, radix: 16)
                out += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            } else {
                out.unicodeScalars.append(scalar)
            }
        }
    }
    out += "\""
}

private func steersTerminals(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x7F..<0xA0, 0x061C, 0x200E...0x200F, 0x202A...0x202E, 0x2066...0x2069: true
    default: false
    }
}
