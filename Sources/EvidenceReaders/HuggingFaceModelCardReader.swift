import Diagnostics
import EvidenceModel
import StructuredText

/// Reads model cards as the Hugging Face Hub, transformers and skops write them: YAML front matter, then Markdown.
///
/// Front matter: `modelcard.md` of huggingface/hub-docs. Where front matter and text state the same thing, front matter counts. Dataset cards, and
/// templates that nobody filled in, are no model cards.
struct HuggingFaceModelCardReader: EvidenceReader {
    let format = "hf-model-card"
    let kind = "model-card"

    /// Larger files are refused (16 MiB).
    static let maximumBytes = 16 << 20

    func recognizes(_ source: EvidenceSource) -> Recognition {
        guard source.fileName.hasSuffix(".md") || source.fileName.hasSuffix(".markdown") || source.head.starts(with: "---".utf8) else { return .no }
        let parts = FrontMatter.split(source.head)
        let keys = FrontMatter.topKeys(parts.yaml)
        guard !FrontMatter.isDatasetCard(keys) else { return .no }
        let titles = MarkdownSections(parts.body, firstLine: parts.bodyLine).sections.map(\.title)
        let lower = titles.map { $0.lowercased() }
        if lower.contains(where: { $0.hasPrefix("dataset card") }) { return .no }
        if !keys.isDisjoint(with: FrontMatter.certainKeys) { return .certain }
        let headings = Set(titles.filter(ModelCardHeadings.isCharacteristic).map(ModelCardText.normalized)).count
        if lower.contains(where: { $0.hasPrefix("model card") }) || headings >= 2 { return .likely }
        if !keys.isDisjoint(with: FrontMatter.likelyKeys) { return headings > 0 || keys.count > 2 ? .likely : .weak }
        return headings > 0 ? .weak : .no
    }

    func read(_ source: EvidenceSource, _ options: ReadingOptions) -> Reading {
        let bytes: [UInt8]
        do { bytes = try source.wholeBytes() } catch { return .unreadable([.reading(error, path: source.path)]) }
        if let refusal = refusal(of: bytes, path: source.path) { return .unreadable([refusal]) }
        let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
        let parts = FrontMatter.split(text)
        if parts.isOpen { return .unreadable([.openFrontMatter(source.path)]) }
        if FrontMatter.isDatasetCard(FrontMatter.topKeys(parts.yaml)) { return .unreadable([.datasetCard(source.path)]) }

        let markdown = MarkdownSections(parts.body, firstLine: parts.bodyLine)
        if isTemplate(markdown.sections, yaml: parts.yaml) { return .unreadable([.template(source.path)]) }

        var tally = DiagnosticTally()
        var front = ModelCardFrontMatter(path: source.path)
        var isBroken = false
        do {
            if !parts.yaml.isEmpty, let root = try YAMLNode.parse(Array(parts.yaml), path: source.path, firstLine: 2) { front.read(root) }
        } catch {
            tally.add(error)
            isBroken = true
        }
        tally.add(front.diagnostics)
        let body = ModelCardBody(markdown.sections, path: source.path)
        tally.add(body.diagnostics)
        if let open = markdown.unclosed { tally.add(.unclosed(open.what, line: open.line, path: source.path)) }

        var facts = merged(front, body)
        // Without its front matter, a page is a card by its sections only: prose before them might be anything.
        if isBroken, facts.allSatisfy({ $0.name == "description" || $0.name == "model-name" }) { facts = [] }
        if facts.isEmpty, !isBroken { tally.add(.statesNothing(source.path)) }
        return Reading(facts: facts, diagnostics: tally.diagnostics(path: source.path), observed: front.day, usable: !facts.isEmpty)
    }

    private func refusal(of bytes: [UInt8], path: String) -> Diagnostic? {
        guard bytes.count <= Self.maximumBytes else { return .tooLarge(path) }
        if let bad = bytes.withUnsafeBufferPointer({ firstInvalidUTF8(in: $0) }) {
            let place = position(of: bad, in: bytes)
            return .invalidUTF8(TextLocation(path: path, line: place.line, column: place.column), byte: bytes[bad])
        }
        guard let bad = bytes.firstIndex(of: 0) else { return nil }
        let place = position(of: bad, in: bytes)
        return .nulByte(TextLocation(path: path, line: place.line, column: place.column))
    }

    /// A Jinja template: expressions in most sections that hold text, or in the place of the front matter.
    private func isTemplate(_ sections: [MarkdownSection], yaml: ArraySlice<UInt8>) -> Bool {
        let lines = yaml.split(separator: 0x0A).map { $0.drop { $0 == 0x20 } }
        if lines.contains(where: { $0.starts(with: "{{".utf8) || $0.starts(with: "{%".utf8) }) { return true }
        let written = sections.count { $0.hasTemplateExpression || !$0.text.isEmpty }
        let jinja = sections.count(where: \.hasTemplateExpression)
        return jinja * 2 > written
    }

    private func merged(_ front: ModelCardFrontMatter, _ body: ModelCardBody) -> [Fact] {
        let stated = Set(front.facts.map(\.name))
        var facts = front.facts + body.facts.filter { !stated.contains($0.name) }
        if !stated.contains("model-name") {
            if let name = front.indexName {
                facts.append(Fact("model-name", .text(name.text), at: .line(name.line)))
            } else if let title = body.title, !title.text.isEmpty {
                facts.append(Fact("model-name", .text(title.text), at: .line(title.line)))
            }
        }
        if !body.placeholders.isEmpty, let first = body.placeholders.first {
            facts.append(Fact("placeholder-sections", .list(body.placeholders.map(\.title).unique()), at: .line(first.line)))
        }
        let onlyName = facts.allSatisfy { $0.name == "model-name" || $0.name == "placeholder-sections" }
        return onlyName ? [] : facts.sorted { $0.name < $1.name }
    }
}

extension Diagnostic {
    fileprivate static func tooLarge(_ path: String) -> Self {
        Diagnostic(
            id: "hf-model-card.too-large", severity: .error, location: TextLocation(path: path),
            message: "the card is larger than \(HuggingFaceModelCardReader.maximumBytes >> 20) MiB; expected a page of text",
            hint: "move embedded pictures and logs out of the card")
    }

    fileprivate static func nulByte(_ location: TextLocation) -> Self {
        Diagnostic(
            id: "text.nul-byte", severity: .error, location: location, message: "found a NUL byte; expected text",
            hint: "check whether the file is binary or encoded as UTF-16")
    }

    fileprivate static func openFrontMatter(_ path: String) -> Self {
        Diagnostic(
            id: "hf-model-card.open-front-matter", severity: .error, location: TextLocation(path: path, line: 1, column: 1),
            message: "front matter begins here and has no end; expected a line '---' after it",
            hint: "close the front matter, or take the whole file from its source when it was cut off")
    }

    fileprivate static func datasetCard(_ path: String) -> Self {
        Diagnostic(
            id: "hf-model-card.dataset-card", severity: .error, location: TextLocation(path: path, line: 1, column: 1),
            message: "the front matter is that of a dataset card; expected a model card", hint: "declare the file as a dataset card")
    }

    fileprivate static func template(_ path: String) -> Self {
        Diagnostic(
            id: "hf-model-card.template", severity: .error, location: TextLocation(path: path, line: 1, column: 1),
            message: "most sections hold template expressions such as '{{ … }}'; expected a card that was filled in",
            hint: "render the template with the model's values, and collect the result")
    }

    fileprivate static func unclosed(_ what: String, line: Int, path: String) -> Self {
        Diagnostic(
            id: "hf-model-card.unclosed", severity: .warning, location: TextLocation(path: path, line: line, column: 1),
            message: "a \(what) begins here and has no end, so no heading below it counts", hint: "close it where it should end")
    }

    fileprivate static func statesNothing(_ path: String) -> Self {
        Diagnostic(
            id: "hf-model-card.states-nothing", severity: .error, location: TextLocation(path: path, line: 1, column: 1),
            message: "no front matter key and no section states anything that a model card states; expected sections such as 'Intended use'",
            hint: "write the card with the headings of the Hugging Face model card template")
    }
}
