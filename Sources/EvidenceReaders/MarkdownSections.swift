import StructuredText

/// A heading of a Markdown text and what stands below it, up to the next heading of any level.
struct MarkdownSection: Sendable {
    /// 1 to 6; 0 for what stands before the first heading.
    var level: Int
    /// The heading's text as written, without its marks.
    var title: String
    /// The heading's line in the file, from 1.
    var line: Int
    /// The lines below it. Comments are taken out, and HTML blocks leave only the text between their tags.
    var lines: [String] = []
    /// True when a script, a style or other raw HTML stood here: then a section without text is not an empty one.
    var hasMarkup = false
    /// True when a line outside code holds a template expression such as `{{ model_id }}`.
    var hasTemplateExpression = false

    /// The text without blank lines at either end.
    var text: String { lines.joined(separator: "\n").trimmingBlanks() }
}

/// Cuts a Markdown text at its headings (CommonMark 0.31, sections 4.2 to 4.6), skipping what a reader of the page would not see as headings.
///
/// Fenced code, comments and HTML blocks hold no headings. Unlike CommonMark, only a paragraph of one short line becomes a heading by the line of
/// `===` or `---` below it, because a rule below a long paragraph is nearly always meant as a rule.
struct MarkdownSections {
    private(set) var sections: [MarkdownSection] = []
    private var current: MarkdownSection
    private var state = State.text
    /// The line of a one-line paragraph that may yet become a heading.
    private var paragraph: Int?

    private enum State {
        case text
        case fence(marker: UInt8, count: Int, line: Int)
        case comment(line: Int)
        case raw(tag: String)
        /// A block of HTML, until a blank line; the flag says whether a tag is open at the line's end.
        case html(inTag: Bool)
    }

    /// What was opened and never closed, with its line: everything after it is hidden from the reader.
    private(set) var unclosed: (what: String, line: Int)?

    /// - Parameter firstLine: the line number of the first byte.
    init(_ bytes: ArraySlice<UInt8>, firstLine: Int = 1) {
        current = MarkdownSection(level: 0, title: "", line: firstLine)
        var number = firstLine
        for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
            take(line.last == 0x0D ? line.dropLast() : line, number)
            number += 1
        }
        sections.append(current)
        switch state {
        case .fence(_, _, let line): unclosed = ("code fence", line)
        case .comment(let line): unclosed = ("comment", line)
        default: break
        }
    }

    private mutating func take(_ line: ArraySlice<UInt8>, _ number: Int) {
        switch state {
        case .fence(let marker, let count, _):
            append(line)
            if Markdown.closesFence(line, marker: marker, count: count) { state = .text }
        case .raw(let tag):
            leaveRaw(tag, line)
        case .comment:
            guard let end = Markdown.find("-->", in: line, from: line.startIndex) else { return }
            state = .text
            takeText(line[(end + 3)...], number)
        case .html, .text:
            takeText(line, number)
        }
    }

    private mutating func takeText(_ raw: ArraySlice<UInt8>, _ number: Int) {
        if case .text = state, let fence = Markdown.opensFence(raw) {
            append(raw)
            paragraph = nil
            state = .fence(marker: fence.marker, count: fence.count, line: number)
            return
        }
        let (line, isOpen) = Markdown.withoutComments(raw)
        defer { if isOpen { state = .comment(line: number) } }
        if Markdown.isBlank(line) {
            paragraph = nil
            if case .html = state { state = .text }
            if Markdown.isBlank(raw) { append(line) }
        } else if let tag = Markdown.rawTag(of: line) {
            paragraph = nil
            leaveRaw(tag, line)
        } else if case .html(let inTag) = state {
            takeHTML(line, inTag: inTag)
        } else if Markdown.opensHTMLBlock(line) {
            paragraph = nil
            takeHTML(line, inTag: false)
        } else {
            takeProse(line, number)
        }
    }

    private mutating func takeProse(_ line: ArraySlice<UInt8>, _ number: Int) {
        if let heading = Markdown.heading(line) {
            begin(MarkdownSection(level: heading.level, title: heading.title, line: number))
        } else if let level = Markdown.underline(line), let start = paragraph, let title = current.lines.last {
            current.lines.removeLast()
            begin(MarkdownSection(level: level, title: title.trimmingBlanks(), line: start))
        } else if Markdown.isRule(line) {
            paragraph = nil
        } else {
            let afterBlank = current.lines.last.map { $0.trimmingBlanks().isEmpty } ?? true
            paragraph = afterBlank && Markdown.mayBeTitle(line) ? number : nil
            if Markdown.hasTemplateExpression(line) { current.hasTemplateExpression = true }
            append(line)
        }
    }

    private mutating func begin(_ section: MarkdownSection) {
        sections.append(current)
        current = section
        current.hasTemplateExpression = section.title.contains("{{")
        paragraph = nil
    }

    private mutating func takeHTML(_ line: ArraySlice<UInt8>, inTag: Bool) {
        let (text, open) = Markdown.withoutTags(line, inTag: inTag)
        state = .html(inTag: open)
        current.hasMarkup = true
        if !Markdown.isBlank(text) { append(text) }
    }

    /// Drops a line of raw HTML; another script or style may begin where one ends.
    private mutating func leaveRaw(_ tag: String, _ line: ArraySlice<UInt8>) {
        current.hasMarkup = true
        var tag = tag
        var at = line.startIndex
        while true {
            guard let end = Markdown.find("</\(tag)", in: line, from: at) else {
                state = .raw(tag: tag)
                return
            }
            guard let next = Markdown.findFirst(of: ["script", "style"], opening: line, from: end) else {
                state = .text
                return
            }
            (tag, at) = next
        }
    }

    private mutating func append(_ line: some Collection<UInt8>) { current.lines.append(String(decoding: line, as: UTF8.self)) }
}
