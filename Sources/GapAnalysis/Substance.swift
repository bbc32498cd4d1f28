import EvidenceModel

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
        let plain = text.lowercased().split { $0.isWhitespace }.joined(separator: " ")
        let bare = plain.trimmingPunctuation()
        if bare.isEmpty || whole.contains(plain) || whole.contains(bare) { return true }
        return parts.contains { plain.contains($0) }
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
