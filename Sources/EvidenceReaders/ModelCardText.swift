import StructuredText

/// Tells what an author wrote in a model card from what the template left there.
enum ModelCardText {
    /// What the author wrote, without the lines that only hold a template's prompt; `nil` when nothing is left.
    static func substance(of text: String) -> String? {
        var kept: [Substring] = []
        var says = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            // No template prints so long a line, and searching it would only cost time.
            if line.utf8.count > 10_000 {
                kept.append(line)
                says = true
                continue
            }
            let plain = line.lowercased().trimmingBlanks()
            if prompts.contains(where: plain.contains) || (plain.contains("{{") && plain.contains("}}")) { continue }
            kept.append(line)
            let bare = plain.trimmingMarks()
            if bare.isEmpty || isLabel(plain) || boilerplate.contains(where: bare.hasPrefix) { continue }
            says = true
        }
        guard says else { return nil }
        let whole = kept.joined(separator: "\n").trimmingBlanks()
        if whole.utf8.count > 100 { return whole }
        return fillers.contains(whole.lowercased().trimmingMarks()) ? nil : whole
    }

    /// `**BibTeX:**`: a label whose value stands below it, or nowhere.
    private static func isLabel(_ line: String) -> Bool {
        let bare = line.filter { $0 != "*" && $0 != "_" }.trimmingBlanks()
        return bare.hasSuffix(":") && bare.utf8.count <= 80
    }

    /// The values behind labels such as `- **Developed by:** Example Bank`, with the label in plain lower case.
    static func labelled(_ lines: [String]) -> [(label: String, value: String)] {
        lines.compactMap { line in
            guard line.utf8.count <= 1_000 else { return nil }
            let plain = line.trimmingBlanks()
            guard plain.contains("**"), let colon = plain.firstIndex(of: ":") else { return nil }
            var value = plain[plain.index(after: colon)...]
            while let first = value.first, first == "*" || first == " " { value.removeFirst() }
            let text = value.trimmingBlanks()
            guard !text.isEmpty, substance(of: text) != nil else { return nil }
            return (normalized(String(plain[..<colon])), text)
        }
    }

    /// A heading in plain lower-case words: no marks, numbers before it, or `[optional]`.
    static func normalized(_ title: String) -> String {
        let bare = Markdown.withoutTags(Array(title.utf8.prefix(1_000))[...], inTag: false).line
        let title = String(decoding: bare, as: UTF8.self).lowercased().split(separator: "[optional]").joined()
        var out = ""
        for character in title {
            if character == "&" {
                out += " and "
            } else if character.isLetter || character.isNumber {
                out.append(character)
            } else if character != "'" && character != "’" {
                out.append(" ")
            }
        }
        var words = out.split(separator: " ")
        while words.count > 1, let first = words.first, first.allSatisfy(\.isNumber) { words.removeFirst() }
        return words.joined(separator: " ")
    }

    /// The items of a list, or the lines of a text, without their marks.
    static func items(_ text: String) -> [String] {
        text.split(separator: "\n").compactMap { line in
            var item = line.trimmingBlanks()
            if item.hasPrefix("- ") || item.hasPrefix("* ") || item.hasPrefix("+ ") { item = String(item.dropFirst(2)).trimmingBlanks() }
            let bare = item.lowercased().trimmingMarks()
            return bare.isEmpty || boilerplate.contains(where: bare.hasPrefix) ? nil : item
        }
    }

    private static let prompts = ["more information needed", "[insert", "<insert", "[todo", "<todo", "todo:", "lorem ipsum"]
    private static let fillers: Set<String> = [
        "todo", "tbd", "tba", "tbc", "n/a", "na", "none", "null", "xxx", "fixme", "placeholder", "to be done", "to be determined", "coming soon", "pending",
        "not available",
    ]
    /// Sentences that the template of huggingface_hub and skops print whether or not anyone wrote something.
    private static let boilerplate = [
        "use the code below to get started with the model", "carbon emissions can be estimated using the [machine learning impact calculator]",
        "users (both direct and downstream) should be made aware of the risks, biases and limitations of the model",
        "this model card is written by following authors", "you can contact the model card authors through following channels",
        "this model card aims to be a base template for new models",
    ]
}

extension String {
    /// Without what is neither letter nor digit at either end.
    fileprivate func trimmingMarks() -> String {
        var view = self[...]
        while let first = view.first, !first.isLetter, !first.isNumber { view.removeFirst() }
        while let last = view.last, !last.isLetter, !last.isNumber { view.removeLast() }
        return String(view)
    }
}
