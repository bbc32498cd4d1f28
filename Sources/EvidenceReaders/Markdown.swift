/// What single lines of Markdown are, by their bytes.
enum Markdown {
    static func isBlank(_ line: ArraySlice<UInt8>) -> Bool { line.allSatisfy { $0 == 0x20 || $0 == 0x09 } }

    /// The line without its indentation; `nil` from four columns on, which is code.
    private static func dedented(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        let rest = line.drop { $0 == 0x20 }
        return rest.startIndex - line.startIndex < 4 && rest.first != 0x09 ? rest : nil
    }

    /// An ATX heading: one to six `#`, then a blank or the end; `#` marks at the end do not belong to the title.
    static func heading(_ line: ArraySlice<UInt8>) -> (level: Int, title: String)? {
        guard let rest = dedented(line) else { return nil }
        let body = rest.drop { $0 == 0x23 }
        let level = body.startIndex - rest.startIndex
        guard (1...6).contains(level), body.first.map({ $0 == 0x20 || $0 == 0x09 }) ?? true else { return nil }
        var title = trimmed(body)
        let bare = title.reversed().drop { $0 == 0x23 }
        if bare.isEmpty {
            title = []
        } else if bare.count < title.count, let last = bare.first, last == 0x20 || last == 0x09 {
            title = trimmed(title.prefix(bare.count))
        }
        return (level, String(decoding: title, as: UTF8.self))
    }

    /// The level that a line of `=` or `-` gives to the paragraph above it.
    static func underline(_ line: ArraySlice<UInt8>) -> Int? {
        guard let rest = dedented(line).map(trimmed), let mark = rest.first, mark == 0x3D || mark == 0x2D, rest.allSatisfy({ $0 == mark })
        else { return nil }
        return mark == 0x3D ? 1 : 2
    }

    /// A thematic break.
    static func isRule(_ line: ArraySlice<UInt8>) -> Bool {
        guard let rest = dedented(line), let mark = rest.first, mark == 0x2A || mark == 0x2D || mark == 0x5F else { return false }
        return rest.allSatisfy { $0 == mark || $0 == 0x20 || $0 == 0x09 } && rest.count { $0 == mark } >= 3
    }

    /// Whether a line may be a heading by the line below it: short, and no list item, quotation or table row.
    static func mayBeTitle(_ line: ArraySlice<UInt8>) -> Bool {
        guard let rest = dedented(line), let first = rest.first, rest.count <= 120 else { return false }
        if first == 0x7C || first == 0x3E { return false }
        if first == 0x2D || first == 0x2A || first == 0x2B, rest.dropFirst().first == 0x20 { return false }
        let afterDigits = rest.drop { $0 >= 0x30 && $0 <= 0x39 }
        return afterDigits.startIndex == rest.startIndex || (afterDigits.first != 0x2E && afterDigits.first != 0x29)
    }

    static func opensFence(_ line: ArraySlice<UInt8>) -> (marker: UInt8, count: Int)? {
        guard let rest = dedented(line), let marker = rest.first, marker == 0x60 || marker == 0x7E else { return nil }
        let info = rest.drop { $0 == marker }
        let count = info.startIndex - rest.startIndex
        return count >= 3 && !(marker == 0x60 && info.contains(0x60)) ? (marker, count) : nil
    }

    static func closesFence(_ line: ArraySlice<UInt8>, marker: UInt8, count: Int) -> Bool {
        guard let rest = dedented(line).map(trimmed) else { return false }
        return rest.count >= count && rest.allSatisfy { $0 == marker }
    }

    /// The line without its comments, and whether the last one is still open at the line's end. Code spans are left alone.
    static func withoutComments(_ line: ArraySlice<UInt8>) -> (line: ArraySlice<UInt8>, isOpen: Bool) {
        guard find("<!--", in: line, from: line.startIndex) != nil else { return (line, false) }
        var out: [UInt8] = []
        var closing = CodeSpans(line)
        var at = line.startIndex
        while at < line.endIndex {
            if line[at] == 0x60 {
                let end = closing.end(ofSpanAt: at)
                out += line[at..<end]
                at = end
            } else if line[at] == 0x3C, line[at...].starts(with: "<!--".utf8) {
                guard let end = find("-->", in: line, from: at + 4) else { return (out[...], true) }
                at = end + 3
            } else {
                out.append(line[at])
                at += 1
            }
        }
        return (out[...], false)
    }

    /// The line without its tags, and whether a tag is still open at its end.
    static func withoutTags(_ line: ArraySlice<UInt8>, inTag: Bool) -> (line: ArraySlice<UInt8>, inTag: Bool) {
        var out: [UInt8] = []
        var inTag = inTag
        var at = line.startIndex
        while at < line.endIndex {
            let byte = line[at]
            at += 1
            if inTag {
                inTag = byte != 0x3E
            } else if byte == 0x3C, at < line.endIndex, isLetter(line[at]) || line[at] == 0x2F || line[at] == 0x21 {
                inTag = true
            } else {
                out.append(byte)
            }
        }
        return (trimmed(out[...]), inTag)
    }

    /// The tag's name when the line begins a block whose content is no Markdown (CommonMark, HTML block 1).
    static func rawTag(of line: ArraySlice<UInt8>) -> String? {
        guard let name = tagName(line, closing: false) else { return nil }
        return ["script", "style", "pre", "textarea"].contains(name) ? name : nil
    }

    /// Whether the line begins a block of HTML that ends at a blank line (CommonMark, HTML block 6).
    static func opensHTMLBlock(_ line: ArraySlice<UInt8>) -> Bool { tagName(line, closing: true).map(blockTags.contains) ?? false }

    static func hasTemplateExpression(_ line: ArraySlice<UInt8>) -> Bool {
        if let open = find("{{", in: line, from: line.startIndex), find("}}", in: line, from: open) != nil { return true }
        return find("{%", in: line, from: line.startIndex) != nil
    }

    /// Where an ASCII text stands next, letters in either case.
    static func find(_ text: String, in line: ArraySlice<UInt8>, from start: Int) -> Int? {
        let wanted = Array(text.utf8)
        guard let first = wanted.first, start + wanted.count <= line.endIndex else { return nil }
        var at = start
        while at + wanted.count <= line.endIndex {
            if lowered(line[at]) == first, zip(line[at...], wanted).allSatisfy({ lowered($0) == $1 }) { return at }
            at += 1
        }
        return nil
    }

    /// Which of the tags opens next, and where.
    static func findFirst(of tags: [String], opening line: ArraySlice<UInt8>, from start: Int) -> (tag: String, at: Int)? {
        var at = start
        while let open = find("<s", in: line, from: at) {
            for tag in tags where find("<\(tag)", in: line[..<min(line.endIndex, open + tag.utf8.count + 1)], from: open) != nil { return (tag, open) }
            at = open + 2
        }
        return nil
    }

    private static func tagName(_ line: ArraySlice<UInt8>, closing: Bool) -> String? {
        guard var rest = dedented(line), rest.first == 0x3C else { return nil }
        rest.removeFirst()
        if closing, rest.first == 0x2F { rest.removeFirst() }
        let name = rest.prefix(12).prefix { isLetter($0) || ($0 >= 0x30 && $0 <= 0x39) }
        let next = rest.dropFirst(name.count).first
        guard !name.isEmpty, next.map({ [0x20, 0x09, 0x3E, 0x2F].contains($0) }) ?? true else { return nil }
        return String(decoding: name.map(lowered), as: UTF8.self)
    }

    private static func trimmed(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var view = line.drop { $0 == 0x20 || $0 == 0x09 }
        while let last = view.last, last == 0x20 || last == 0x09 { view.removeLast() }
        return view
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }
    private static func lowered(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }

    private static let blockTags: Set<String> = [
        "address", "article", "aside", "base", "body", "center", "dd", "details", "dialog", "div", "dl", "dt", "figcaption", "figure", "footer", "form",
        "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hr", "html", "iframe", "li", "link", "main", "menu", "nav", "ol", "p", "section",
        "summary", "table", "tbody", "td", "tfoot", "th", "thead", "title", "tr", "ul",
    ]
}

/// Finds the end of code spans in one line, each length of run at most once in vain.
private struct CodeSpans {
    private let line: ArraySlice<UInt8>
    /// In longer lines code spans are not looked for.
    private static let longest = 1 << 16
    /// Run lengths that are known not to stand again further on.
    private var absent: Set<Int> = []

    init(_ line: ArraySlice<UInt8>) { self.line = line }

    /// The index after the span that begins here, or after the backticks when no equal run closes them.
    mutating func end(ofSpanAt start: Int) -> Int {
        let open = runEnd(start)
        let count = open - start
        guard line.count <= Self.longest else { return open }
        if absent.contains(count) { return open }
        var at = open
        while at < line.endIndex {
            guard line[at] == 0x60 else {
                at += 1
                continue
            }
            let end = runEnd(at)
            if end - at == count { return end }
            at = end
        }
        absent.insert(count)
        return open
    }

    private func runEnd(_ start: Int) -> Int {
        var at = start
        while at < line.endIndex, line[at] == 0x60 { at += 1 }
        return at
    }
}
