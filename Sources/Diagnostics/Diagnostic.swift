/// A place in a text, counted from 1, so that editors and terminals can jump there.
public struct TextLocation: Hashable, Codable, Sendable {
    /// The file, as the user would name it: relative to the workspace where there is one.
    public var path: String
    /// The line, from 1; `nil` when the whole file is meant.
    public var line: Int?
    /// The column in bytes, from 1.
    public var column: Int?

    public init(path: String, line: Int? = nil, column: Int? = nil) {
        self.path = path
        self.line = line
        self.column = column
    }
}

extension TextLocation: CustomStringConvertible {
    public var description: String {
        guard let line else { return path }
        guard let column else { return "\(path):\(line)" }
        return "\(path):\(line):\(column)"
    }
}

/// One thing a person should know about an input: where it is, what is wrong, and what to do next.
public struct Diagnostic: Error, Hashable, Codable, Sendable {
    /// How much it weighs: an `error` costs the file or record, a `warning` asks for a look, a `note` explains.
    public enum Severity: String, Codable, Sendable, Comparable {
        case note, warning, error

        private var rank: Int {
            switch self {
            case .note: 0
            case .warning: 1
            case .error: 2
            }
        }

        public static func < (a: Self, b: Self) -> Bool { a.rank < b.rank }
    }

    /// A stable name to search for, silence and link to, such as `model-card.empty-section`.
    public var id: String
    public var severity: Severity
    /// Where it is; `nil` when no file is concerned.
    public var location: TextLocation?
    /// What is wrong, in one clause without a full stop; values from the input are quoted.
    public var message: String
    /// What to do about it, starting with a verb.
    public var hint: String?

    public init(
        id: String, severity: Severity, location: TextLocation? = nil, message: String, hint: String? = nil
    ) {
        self.id = id
        self.severity = severity
        self.location = location
        self.message = message
        self.hint = hint
    }
}

extension Diagnostic: CustomStringConvertible {
    /// `card.md:14:1: warning: … [model-card.empty-section]`, with the hint on a line of its own.
    public var description: String {
        let place = location.map { "\($0): " } ?? ""
        let text = Self.printable("\(place)\(severity.rawValue): \(message) [\(id)]")
        guard let hint else { return text }
        return text + "\n  hint: " + Self.printable(hint)
    }

    /// Text from inputs must not steer a terminal: control characters and bidirectional overrides are spelt out.
    public static func printable(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x0A, 0x09: out += " "
            case 0..<0x20, 0x7F..<0xA0, 0x061C, 0x200E...0x200F, 0x202A...0x202E, 0x2066...0x2069:
                out += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}

/// Several diagnostics thrown together, when an input cannot be used at all.
public struct DiagnosticList: Error, Sendable {
    public var diagnostics: [Diagnostic]
    public init(_ diagnostics: [Diagnostic]) { self.diagnostics = diagnostics }
}
