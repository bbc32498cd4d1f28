/// The two output kinds of templates, each with its one escaping function.
enum TemplateKind: String, Sendable {
    case html
    case markdown = "md"

    /// By the file's name: `pack.html.mustache`, `pack.md.mustache`.
    init?(path: String) {
        guard path.hasSuffix(".mustache") else { return nil }
        let stem = path.dropLast(".mustache".count)
        if stem.hasSuffix(".html") { self = .html } else if stem.hasSuffix(".md") { self = .markdown } else { return nil }
    }

    func escape(_ text: String, into out: inout [UInt8]) {
        switch self {
        case .html: HTMLEscaping.escape(text, into: &out)
        case .markdown: MarkdownEscaping.escape(text, into: &out)
        }
    }
}

/// Characters that must not reach a page as they are: controls, and those that hide text or turn its direction round.
enum HiddenCharacters {
    /// True for what HTML or XML forbids and for what steers a reader's eye unseen: controls (but tab and line ends), bidirectional
    /// marks, embeddings and isolates, line and paragraph separators, zero-width blanks, noncharacters and tag characters.
    static func contains(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D: false
        case 0..<0x20, 0x7F..<0xA0, 0xAD, 0x061C, 0x180E, 0x200B, 0x200E...0x200F, 0x2028...0x202E, 0x2060...0x2069, 0xFEFF, 0xFDD0...0xFDEF,
            0xFFF9...0xFFFB, 0xE0000...0xE007F:
            true
        default: scalar.value & 0xFFFE == 0xFFFE
        }
    }

    /// `[U+202E]`.
    static func spelt(_ scalar: Unicode.Scalar) -> String {
        let hex = String(scalar.value, radix: 16, uppercase: true)
        return "[U+" + String(repeating: "0", count: max(0, 4 - hex.count)) + hex + "]"
    }
}

/// Escapes text for HTML, in element content and in quoted attribute values alike.
enum HTMLEscaping {
    static func escape(_ text: String, into out: inout [UInt8]) {
        if isPlain(text) {
            out.append(contentsOf: text.utf8)
            return
        }
        var afterReturn = false
        for scalar in text.unicodeScalars {
            defer { afterReturn = scalar == "\r" }
            switch scalar {
            case "&": out.append(contentsOf: "&amp;".utf8)
            case "<": out.append(contentsOf: "&lt;".utf8)
            case ">": out.append(contentsOf: "&gt;".utf8)
            case "\"": out.append(contentsOf: "&quot;".utf8)
            case "'": out.append(contentsOf: "&#39;".utf8)
            case "\r": out.append(UInt8(ascii: "\n"))
            case "\n" where afterReturn: continue
            default:
                if HiddenCharacters.contains(scalar) {
                    out.append(contentsOf: HiddenCharacters.spelt(scalar).utf8)
                } else {
                    out.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
                }
            }
        }
    }

    /// The escaped text.
    static func escaped(_ text: String) -> String {
        var out: [UInt8] = []
        escape(text, into: &out)
        return String(decoding: out, as: UTF8.self)
    }

    /// True for printable ASCII without anything to escape: most of a report.
    private static func isPlain(_ text: String) -> Bool {
        text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), UInt8(ascii: "'"): false
            default: (0x20..<0x7F).contains(byte) || byte == 0x0A
            }
        }
    }
}
