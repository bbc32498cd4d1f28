/// Escapes text for Markdown (CommonMark 0.31 with GitHub's tables and autolinks) so that it stays text wherever it is put: in a paragraph, a
/// list item, a heading or a table cell, at the start of a line or inside one.
///
/// Line ends become blanks, because a line of its own could open any block. Characters that mean something everywhere get a backslash or an
/// entity; those that mean something only where a block begins get one at the text's start. Backslashes do not stop GitHub from making links
/// of `a@b.c` and of names after `@`, so an empty comment stands after such an `@`: it shows nothing, and parts what would be joined.
enum MarkdownEscaping {
    static func escape(_ text: String, into out: inout [UInt8]) {
        let scalars = Array(text.unicodeScalars)
        var index = blockStart(scalars, into: &out)
        var afterBlank = false
        while index < scalars.count {
            let scalar = scalars[index]
            let next = index + 1 < scalars.count ? scalars[index + 1] : nil
            index += 1
            if scalar == " " || scalar == "\t" || scalar == "\n" || scalar == "\r" {
                if !afterBlank { out.append(UInt8(ascii: " ")) }
                afterBlank = true
                continue
            }
            afterBlank = false
            append(scalar, next: next, isAfterWWW: scalar == "." && endsWithWWW(scalars, index - 1), into: &out)
        }
    }

    /// The escaped text.
    static func escaped(_ text: String) -> String {
        var out: [UInt8] = []
        escape(text, into: &out)
        return String(decoding: out, as: UTF8.self)
    }

    private static func append(_ scalar: Unicode.Scalar, next: Unicode.Scalar?, isAfterWWW: Bool, into out: inout [UInt8]) {
        switch scalar {
        case "\\", "`", "*", "_", "[", "]", "{", "}", "#", "|", "~", "$":
            out += [UInt8(ascii: "\\"), UInt8(truncatingIfNeeded: scalar.value)]
        case "&": out += "&amp;".utf8
        case "<": out += "&lt;".utf8
        case ">": out += "&gt;".utf8
        case "!" where next == "[": out += "\\!".utf8
        case ":" where next == "/": out += "\\:".utf8
        case "." where isAfterWWW: out += "\\.".utf8
        case "@" where next.map { $0.properties.isAlphabetic || $0.properties.numericType != nil } ?? false: out += "@<!-- -->".utf8
        default:
            if HiddenCharacters.contains(scalar) {
                escape(HiddenCharacters.spelt(scalar), into: &out)
            } else {
                out.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            }
        }
    }

    /// Writes what could begin a block: a list's `-`, `+`, `1.` or `1)`, the `=` under a heading, the `:` of a table's rule.
    /// - Returns: how many scalars were written or dropped.
    private static func blockStart(_ scalars: [Unicode.Scalar], into out: inout [UInt8]) -> Int {
        var index = 0
        while index < scalars.count, [" ", "\t", "\n", "\r"].contains(scalars[index]) { index += 1 }
        guard index < scalars.count else { return index }
        if ["-", "+", "=", ":"].contains(scalars[index]) {
            out += [UInt8(ascii: "\\"), UInt8(truncatingIfNeeded: scalars[index].value)]
            return index + 1
        }
        var end = index
        while end < scalars.count, end - index < 10, ("0"..."9").contains(scalars[end]) { end += 1 }
        guard end > index, end < scalars.count, scalars[end] == "." || scalars[end] == ")" else { return index }
        for scalar in scalars[index..<end] { out.append(UInt8(truncatingIfNeeded: scalar.value)) }
        out += [UInt8(ascii: "\\"), UInt8(truncatingIfNeeded: scalars[end].value)]
        return end + 1
    }

    private static func endsWithWWW(_ scalars: [Unicode.Scalar], _ dot: Int) -> Bool {
        dot >= 3 && scalars[(dot - 3)..<dot].allSatisfy { $0 == "w" || $0 == "W" }
    }
}
