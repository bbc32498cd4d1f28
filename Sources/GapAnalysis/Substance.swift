import EvidenceModel
import Glibc

/// Tells text that says something from text that only fills its place.
///
/// Presence is not adequacy: placeholders (`TODO`, `lorem ipsum`, `N/A`, template prompts) count as absent.
public enum Substance {
    private static let whole: Set<String> = [
        "todo", "tbd", "tba", "tbc", "n/a", "na", "none", "null", "nil", "-", "--", "---", "?", "??", "xxx", "fixme", "placeholder", "unknown", "empty",
        "to be done", "to be defined", "to be determined", "to be completed", "to be added", "coming soon", "pending", "not available", "not applicable",
        "more information needed", "[more information needed]", "test", "asdf", "insert text here", "your text here", "description", "...", "…",
    ]
    private static let parts = [
        "lorem ipsum", "[more information needed]", "more information needed", "{{", "}}", "<insert", "[insert", "<your", "[your", "<todo", "[todo",
        "todo:", "tbd:", "fixme:", "replace this text", "write your text here", "fill in",
    ]

    /// True when the text is a placeholder or empty.
    public static func isPlaceholder(_ text: String) -> Bool {
        let plain = plainBytes(text)
        if plain.isEmpty { return true }
        // The words that are placeholders as a whole are short; bare means without punctuation at either end.
        if plain.count <= 40 {
            let short = String(decoding: plain, as: UTF8.self)
            let bare = short.trimmingPunctuation()
            if bare.isEmpty || whole.contains(short) || whole.contains(bare) { return true }
        } else if !text.contains(where: { $0.isLetter || $0.isNumber }) {
            return true
        }
        let terminated = plain.map { CChar(bitPattern: $0) } + [0]
        return parts.contains { strstr(terminated, $0) != nil }
    }

    /// The text's bytes with ASCII letters in lower case and each stretch of blanks as one blank, none at the ends.
    private static func plainBytes(_ text: String) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(text.utf8.count)
        var blank = false
        for byte in text.utf8 {
            if byte == 0x20 || (0x09...0x0D).contains(byte) || byte == 0 {
                blank = !out.isEmpty
                continue
            }
            if blank {
                out.append(0x20)
                blank = false
            }
            out.append((0x41...0x5A).contains(byte) ? byte | 0x20 : byte)
        }
        return out
    }

    /// Words with at least one letter or digit.
    public static func words(in text: String) -> Int {
        text.split { $0.isWhitespace }.count { word in word.contains { $0.isLetter || $0.isNumber } }
    }
}

extension String {
    fileprivate func trimmingPunctuation() -> String {
        var view = self[...]
        while let first = view.first, !first.isLetter, !first.isNumber { view.removeFirst() }
        while let last = view.last, !last.isLetter, !last.isNumber { view.removeLast() }
        return String(view)
    }
}
