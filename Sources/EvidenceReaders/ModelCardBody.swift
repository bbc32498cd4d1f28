import Diagnostics
import EvidenceModel
import StructuredText

/// The facts that the sections of a Markdown model card state.
///
/// A section answers for the facts that its heading names; a section whose heading is not known belongs to the one above it. Where some sections of a
/// fact were written and others still hold the template's prompts, the prompts are left out; where nothing was written, the prompts are given as they
/// stand, so that the gap analysis can say that the section holds only those.
struct ModelCardBody {
    private(set) var facts: [Fact] = []
    /// Titles of sections that hold a template's prompts, or nothing.
    private(set) var placeholders: [(title: String, line: Int)] = []
    /// The first heading of level 1 that names no fact, without `Model card for`.
    private(set) var title: (text: String, line: Int)?
    private(set) var diagnostics: [Diagnostic] = []

    /// Longer texts are cut (bytes).
    static let longestText = 32 << 10

    private struct Part {
        var line: Int
        var written: String
        var substance: String?
    }
    private var parts: [FactName: [Part]] = [:]
    private var labelled: [FactName: (values: [String], line: Int)] = [:]

    init(_ sections: [MarkdownSection], path: String) {
        var owners: [(level: Int, names: [FactName])] = []
        for (index, section) in sections.enumerated() {
            while let last = owners.last, last.level >= section.level { owners.removeLast() }
            var names = owners.last?.names ?? []
            let known = meaning(of: section, inherited: names)
            if let known {
                names = known
                owners.append((section.level, names))
            } else if section.level <= 1 {
                if section.level == 1, title == nil { title = (Self.name(section.title), section.line) }
                names = section.level == 0 || title?.line == section.line ? ["description"] : []
                owners.append((section.level, []))
            }
            let isLeaf = index + 1 >= sections.count || sections[index + 1].level <= section.level
            let isTitle = title?.line == section.line
            if !isTitle, isLeaf || !section.text.isEmpty { notePlaceholder(section, warns: known?.isEmpty == false, path: path) }
            take(section, names: names)
        }
        compose(path: path)
    }

    /// `nil` when the heading is not known.
    private func meaning(of section: MarkdownSection, inherited: [FactName]) -> [FactName]? {
        guard section.level > 0 else { return nil }
        if ModelCardText.normalized(section.title) == "metrics" { return inherited == ["evaluation-summary"] ? [] : ["evaluation-summary"] }
        switch ModelCardHeadings.meaning(of: section.title) {
        case .facts(let names): return names
        case .nothing: return []
        case nil: return nil
        }
    }

    private static func name(_ title: String) -> String {
        let lower = title.lowercased()
        for start in ["model card for ", "model card: ", "model card - ", "model card – "] where lower.hasPrefix(start) {
            return String(title.dropFirst(start.count)).trimmingBlanks()
        }
        return title
    }

    private mutating func notePlaceholder(_ section: MarkdownSection, warns: Bool, path: String) {
        let text = section.text
        guard section.level > 0, !section.title.isEmpty, ModelCardText.substance(of: text) == nil, !(text.isEmpty && section.hasMarkup) else { return }
        placeholders.append((section.title, section.line))
        if text.isEmpty, warns { diagnostics.append(.emptySection(section, path: path)) }
    }

    private mutating func take(_ section: MarkdownSection, names: [FactName]) {
        let text = section.text
        let substance = ModelCardText.substance(of: text)
        for name in names where !text.isEmpty {
            // `License: mit` describes no model: a description that holds only such lines is none.
            let other = name == "description" ? section.lines.filter { !Self.isKnownLabel($0) }.joined(separator: "\n").trimmingBlanks() : text
            if !other.isEmpty {
                let says = name != "description" || ModelCardText.substance(of: other) != nil
                parts[name, default: []].append(Part(line: section.line, written: says ? text : other, substance: says ? substance : nil))
            }
        }
        for (label, value) in ModelCardText.labelled(section.lines) {
            guard let name = ModelCardHeadings.labels[label] else { continue }
            labelled[name, default: ([], section.line)].values.append(value)
        }
    }

    private static func isKnownLabel(_ line: String) -> Bool {
        ModelCardText.labelled([line]).contains { ModelCardHeadings.labels[$0.label] != nil }
    }

    private mutating func compose(path: String) {
        for name in parts.keys.sorted() {
            let all = parts[name] ?? []
            let written = all.filter { $0.substance != nil }
            guard let first = written.first ?? all.first else { continue }
            var text = (written.isEmpty ? all.map(\.written) : written.compactMap(\.substance)).joined(separator: "\n\n")
            if text.utf8.count > Self.longestText {
                text = String(decoding: text.utf8.prefix(Self.longestText), as: UTF8.self) + " …"
                diagnostics.append(.cutText(name, line: first.line, path: path))
            }
            if name == "owners" {
                let owners = ModelCardText.items(text) + (written.isEmpty ? [] : labelled[name]?.values ?? [])
                facts.append(Fact(name, .list(written.isEmpty ? [text] : owners.unique()), at: .line(first.line)))
            } else {
                facts.append(Fact(name, .text(text), at: .line(first.line)))
            }
        }
        for name in labelled.keys.sorted() where parts[name] == nil || (name == "owners" && (parts[name] ?? []).allSatisfy { $0.substance == nil }) {
            guard let found = labelled[name], let first = found.values.first else { continue }
            facts.removeAll { $0.name == name }
            facts.append(Fact(name, name == "model-version" ? .text(first) : .list(found.values.unique()), at: .line(found.line)))
        }
    }
}

extension [String] {
    /// Each text once, in the order in which it came first.
    func unique() -> [String] {
        var seen: Set<String> = []
        return filter { seen.insert($0).inserted }
    }
}

extension Diagnostic {
    fileprivate static func emptySection(_ section: MarkdownSection, path: String) -> Self {
        Diagnostic(
            id: "hf-model-card.empty-section", severity: .warning, location: TextLocation(path: path, line: section.line, column: 1),
            message: "section '\(section.title.prefix(80))' has a heading but no text; expected what it announces",
            hint: "write the section, or remove its heading so that the gap shows in the report")
    }

    fileprivate static func cutText(_ name: FactName, line: Int, path: String) -> Self {
        Diagnostic(
            id: "hf-model-card.long-text", severity: .warning, location: TextLocation(path: path, line: line, column: 1),
            message: "the text on '\(name)' is longer than \(ModelCardBody.longestText >> 10) KiB; only its beginning was kept",
            hint: "read the whole text in the file; move logs and tables out of the card")
    }
}
