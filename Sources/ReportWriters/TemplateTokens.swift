import Diagnostics

/// Cuts a template into text and tags.
struct TemplateTokens {
    private let path: String
    private let bytes: [UInt8]
    private var tokens: [Token] = []
    private var index = 0
    private var line = 1
    private var lineStart = 0

    /// A stretch of text, or a tag with the name in it.
    struct Token {
        enum Sigil {
            case text(ArraySlice<UInt8>)
            case value(raw: Bool)
            case open(inverted: Bool)
            case close, partial
        }

        var sigil: Sigil
        var name: Template.Name
    }

    /// More tags in one file are refused.
    static let maximumTags = 20_000
    /// Longer names are refused; comments may be as long as they like.
    static let maximumName = 100

    init(path: String, bytes: [UInt8]) {
        self.path = path
        self.bytes = bytes
    }

    /// - Throws: the `Diagnostic` of the first tag that cannot be read.
    consuming func all() throws(Diagnostic) -> [Token] {
        while let start = find([0x7B, 0x7B], from: index) {
            let textStart = index
            advance(to: start)
            let place = location
            guard tokens.count < Self.maximumTags * 2 else { throw .tooManyTags(place) }
            let (sigil, inner, end) = try tag(at: start, place)
            let alone = sigil.isStructural ? aloneOnItsLine(start, end) : nil
            addText(bytes[textStart..<max(textStart, alone?.from ?? start)])
            if let sigil { tokens.append(Token(sigil: sigil, name: Template.Name(text: try name(inner, sigil, place), location: place))) }
            advance(to: alone?.to ?? end)
        }
        addText(bytes[index...])
        return tokens
    }

    private mutating func addText(_ text: ArraySlice<UInt8>) {
        if !text.isEmpty { tokens.append(Token(sigil: .text(text), name: Template.Name(text: "", location: location))) }
    }

    private var location: TextLocation { TextLocation(path: path, line: line, column: index - lineStart + 1) }

    private mutating func advance(to end: Int) {
        while index < end {
            if bytes[index] == 0x0A {
                line += 1
                lineStart = index + 1
            }
            index += 1
        }
    }

    private func find(_ pattern: [UInt8], from: Int) -> Int? {
        var at = from
        while at + pattern.count <= bytes.count {
            if bytes[at] == pattern[0], bytes[at..<(at + pattern.count)].elementsEqual(pattern) { return at }
            at += 1
        }
        return nil
    }

    /// The tag that begins at `start`: what it does (nothing for a comment), what stands in it, and where it ends.
    private func tag(at start: Int, _ place: TextLocation) throws(Diagnostic) -> (Token.Sigil?, ArraySlice<UInt8>, Int) {
        let isRaw = start + 2 < bytes.count && bytes[start + 2] == 0x7B
        let inside = start + (isRaw ? 3 : 2)
        guard let close = find(isRaw ? [0x7D, 0x7D, 0x7D] : [0x7D, 0x7D], from: inside) else { throw .notEnded(place) }
        let end = close + (isRaw ? 3 : 2)
        let inner = bytes[inside..<close]
        guard !isRaw else { return (.value(raw: true), inner, end) }
        switch inner.first {
        case UInt8(ascii: "!"): return (nil, inner, end)
        case UInt8(ascii: "#"): return (.open(inverted: false), inner.dropFirst(), end)
        case UInt8(ascii: "^"): return (.open(inverted: true), inner.dropFirst(), end)
        case UInt8(ascii: "/"): return (.close, inner.dropFirst(), end)
        case UInt8(ascii: ">"): return (.partial, inner.dropFirst(), end)
        case UInt8(ascii: "&"), UInt8(ascii: "="), UInt8(ascii: "<"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "*"):
            throw .unsupported(place, String(decoding: inner.prefix(1), as: UTF8.self))
        default: return (.value(raw: false), inner, end)
        }
    }

    private func name(_ inner: ArraySlice<UInt8>, _ sigil: Token.Sigil, _ place: TextLocation) throws(Diagnostic) -> String {
        let text = String(decoding: inner.prefix(Self.maximumName + 1), as: UTF8.self).split(separator: " ", omittingEmptySubsequences: true)
        guard text.count == 1, let name = text.first, name.utf8.count <= Self.maximumName else { throw .badName(place, text.joined(separator: " ")) }
        if name == "." { return "." }
        var stem = name
        if case .value = sigil {} else if stem.hasSuffix("?") { stem = stem.dropLast() }
        guard stem.split(separator: ".", omittingEmptySubsequences: false).allSatisfy({ !$0.isEmpty && isName(String($0)) }) else {
            throw .badName(place, String(name))
        }
        return String(name)
    }

    /// The whole line, where nothing but blanks stands beside the tag on it; it then leaves no line behind.
    private func aloneOnItsLine(_ start: Int, _ end: Int) -> (from: Int, to: Int)? {
        var from = start
        while from > 0, bytes[from - 1] == 0x20 || bytes[from - 1] == 0x09 { from -= 1 }
        guard from == 0 || bytes[from - 1] == 0x0A else { return nil }
        var to = end
        while to < bytes.count, bytes[to] == 0x20 || bytes[to] == 0x09 || bytes[to] == 0x0D { to += 1 }
        guard to == bytes.count || bytes[to] == 0x0A else { return nil }
        return (from, min(to + 1, bytes.count))
    }
}

extension TemplateTokens.Token.Sigil? {
    /// True for tags that print nothing themselves.
    fileprivate var isStructural: Bool {
        if case .some(.value) = self { return false }
        return true
    }
}

extension Diagnostic {
    fileprivate static func notEnded(_ place: TextLocation) -> Self {
        Diagnostic(
            id: "template.tag-not-ended", severity: .error, location: place, message: "the tag does not end", hint: "write }} (or }}}) where it ends")
    }

    fileprivate static func tooManyTags(_ place: TextLocation) -> Self {
        Diagnostic(
            id: "template.too-many-tags", severity: .error, location: place,
            message: "the template has more than \(TemplateTokens.maximumTags) tags", hint: "split it into partials")
    }

    fileprivate static func unsupported(_ place: TextLocation, _ sigil: String) -> Self {
        Diagnostic(
            id: "template.unsupported-tag", severity: .error, location: place,
            message: "tags that begin with '\(sigil)' are not supported; expected {{name}}, {{#name}}, {{^name}}, {{/name}}, {{>name}} or {{!comment}}",
            hint: sigil == "&" ? "write {{name}}, which is escaped" : "write the tag in one of these forms")
    }

    fileprivate static func badName(_ place: TextLocation, _ text: String) -> Self {
        Diagnostic(
            id: "template.bad-name", severity: .error, location: place,
            message: "'\(text.prefix(60))' is no name; expected letters, digits and hyphens, with points between them, or '.'",
            hint: "write one name, such as {{cover.title}}")
    }
}
