import Diagnostics

/// A parsed template: its text and tags in order, each tag with its place. Names are resolved when it is compiled against a shape.
///
/// The language is a strict subset of Mustache with two rules of its own:
/// - `{{x}}` prints, escaped for the file's kind; `{{a.b}}` goes into a map; `{{.}}` is the entry of the list that is gone through.
/// - `{{#x}}…{{/x}}` stands for each entry of a list, or once for a value that is there, is not empty and is not `false`;
///   `{{^x}}…{{/x}}` for the opposite. A number is there even when it is 0.
/// - `{{#x?}}…{{/x?}}` stands once where the list `x` has an entry.
/// - `{{>name}}` puts the file `name` of the same folder and kind there; `{{!…}}` is a comment. Such tags, alone on a line, leave no line.
/// - `{{{x}}}` is for markup that the program generated, and an error for everything else. There is no `{{&x}}`, no `{{=…=}}` and no lambda.
///
/// It is an engine of our own because the one that we would have used, swift-mustache 2.1, prints nothing for a misspelt name and for a
/// missing partial, overflows the stack when a partial names itself, and cannot forbid raw tags. In a pack, an empty place says
/// that there is no evidence, so none of these may be silent. Here every name is checked before anything is printed, with file, line,
/// column and the nearest known name, and a template cannot write evidence into a link, a script or a style (`HTMLContext`).
struct Template: Sendable {
    let path: String
    let kind: TemplateKind
    let nodes: [Node]

    /// Text, or a tag with what stands in it.
    indirect enum Node: Sendable {
        case text([UInt8])
        case value(Name, raw: Bool, HTMLContext.Admission)
        case section(Name, inverted: Bool, [Node])
        case partial(Name)
    }

    /// A name as written, with its place.
    struct Name: Sendable {
        var text: String
        var location: TextLocation
    }

    /// Larger template files are refused (1 MiB).
    static let maximumBytes = 1 << 20
    /// Sections nest no deeper, in one file.
    static let maximumNesting = 24

    /// - Throws: the `Diagnostic` of the first tag that is wrong.
    init(path: String, bytes: [UInt8]) throws(Diagnostic) {
        guard let kind = TemplateKind(path: path) else { throw .unknownKind(path) }
        guard bytes.count <= Self.maximumBytes else { throw .tooLarge(path, bytes.count) }
        guard String(validating: bytes, as: UTF8.self) != nil else { throw .notUTF8(path) }
        self.path = path
        self.kind = kind
        var builder = TreeBuilder(kind: kind)
        for token in try TemplateTokens(path: path, bytes: bytes).all() { try builder.add(token) }
        nodes = try builder.finish(path)
    }

    /// The names of the partials that it asks for.
    var partials: [Name] {
        var found: [Name] = []
        var open = nodes
        while let node = open.popLast() {
            switch node {
            case .partial(let name): found.append(name)
            case .section(_, _, let body): open += body
            case .text, .value: continue
            }
        }
        return found
    }
}

/// Puts tokens together to a tree, and keeps account of the place in the page.
private struct TreeBuilder {
    let kind: TemplateKind
    private var context = HTMLContext()
    private var line = MarkdownContext()
    private var open: [(name: Template.Name, inverted: Bool, context: HTMLContext, before: [Template.Node])] = []
    private var nodes: [Template.Node] = []

    init(kind: TemplateKind) { self.kind = kind }

    mutating func add(_ token: TemplateTokens.Token) throws(Diagnostic) {
        switch token.sigil {
        case .text(let bytes):
            nodes.append(.text(Array(bytes)))
            if kind == .html { context.feed(bytes) } else { line.feed(bytes) }
        case .value(let raw):
            let admission = kind == .html ? context.admits : line.admits
            if case .nothing(let hint) = admission { throw .notHere(token.name, hint) }
            nodes.append(.value(token.name, raw: raw, admission))
            context.fill()
        case .open(let inverted):
            guard open.count < Template.maximumNesting else { throw .tooDeep(token.name) }
            guard kind == .markdown || context.takesSections else { throw .notHere(token.name, "move the section out of the comment, script or style") }
            open.append((token.name, inverted, context, nodes))
            nodes = []
        case .close:
            guard let section = open.popLast() else { throw .closesNothing(token.name) }
            guard section.name.text == token.name.text else { throw .closesAnother(token.name, section.name) }
            guard kind == .markdown || section.context == context else { throw .cutsMarkup(section.name) }
            nodes = section.before + [.section(section.name, inverted: section.inverted, nodes)]
        case .partial:
            guard kind == .markdown || context.state == .text else { throw .notHere(token.name, "put the partial between elements") }
            nodes.append(.partial(token.name))
        }
    }

    func finish(_ path: String) throws(Diagnostic) -> [Template.Node] {
        if let section = open.last { throw .notClosed(section.name) }
        guard kind == .markdown || context.state == .text else { throw .endsInMarkup(path) }
        return nodes
    }
}

/// Where on its line a tag of a Markdown template stands: backslashes do not count in a code span, and a link's goal takes no evidence.
private struct MarkdownContext {
    private var line: [UInt8] = []

    mutating func feed(_ bytes: ArraySlice<UInt8>) {
        if let end = bytes.lastIndex(of: 0x0A) { line = Array(bytes[(end + 1)...]) } else { line += bytes }
    }

    var admits: HTMLContext.Admission {
        if line.count(where: { $0 == UInt8(ascii: "`") }) % 2 == 1 { return .nothing("take it out of the code span, where nothing can be escaped") }
        guard let open = line.lastIndex(of: UInt8(ascii: "(")), open > 0, line[open - 1] == UInt8(ascii: "]"),
            !line[open...].contains(UInt8(ascii: ")"))
        else { return .anything }
        return line[open...].starts(with: "(#".utf8) ? .names : .nothing("a link may only lead to a place in the page: write (#{{…}})")
    }
}

extension HTMLContext {
    var takesSections: Bool {
        switch state {
        case .text, .insideTag, .quoted: true
        default: false
        }
    }
}

extension Diagnostic {
    fileprivate static func unknownKind(_ path: String) -> Self {
        Diagnostic(
            id: "template.unknown-kind", severity: .error, location: TextLocation(path: path),
            message: "the name does not say what kind of template this is; expected one that ends with .html.mustache or .md.mustache",
            hint: "rename the file, or move it out of the templates folder")
    }

    fileprivate static func tooLarge(_ path: String, _ size: Int) -> Self {
        Diagnostic(
            id: "template.too-large", severity: .error, location: TextLocation(path: path),
            message: "the template has \(size) bytes; expected at most \(Template.maximumBytes)", hint: "split it into partials")
    }

    fileprivate static func notUTF8(_ path: String) -> Self {
        Diagnostic(
            id: "template.not-utf8", severity: .error, location: TextLocation(path: path), message: "the template is not UTF-8",
            hint: "save it as UTF-8")
    }

    fileprivate static func notHere(_ name: Template.Name, _ hint: String) -> Self {
        Diagnostic(
            id: "template.not-here", severity: .error, location: name.location, message: "the tag '\(name.text)' cannot be escaped at this place",
            hint: hint)
    }

    fileprivate static func tooDeep(_ name: Template.Name) -> Self {
        Diagnostic(
            id: "template.too-deep", severity: .error, location: name.location,
            message: "the section '\(name.text)' is nested deeper than \(Template.maximumNesting) sections", hint: "move a part into a partial")
    }

    fileprivate static func closesNothing(_ name: Template.Name) -> Self {
        Diagnostic(
            id: "template.closes-nothing", severity: .error, location: name.location, message: "no section '\(name.text)' is open here",
            hint: "remove the tag, or open the section with {{#\(name.text)}}")
    }

    fileprivate static func closesAnother(_ name: Template.Name, _ open: Template.Name) -> Self {
        let line = open.location.line.map { " of line \($0)" } ?? ""
        return Diagnostic(
            id: "template.closes-another", severity: .error, location: name.location,
            message: "'\(name.text)' is closed, but the section '\(open.text)'\(line) is open", hint: "write {{/\(open.text)}} first")
    }

    fileprivate static func cutsMarkup(_ name: Template.Name) -> Self {
        Diagnostic(
            id: "template.cuts-markup", severity: .error, location: name.location,
            message: "the section '\(name.text)' begins and ends at different places of the markup, such as inside and outside of an attribute",
            hint: "let the section hold whole elements, whole attributes or parts of one attribute's value")
    }

    fileprivate static func notClosed(_ name: Template.Name) -> Self {
        Diagnostic(
            id: "template.not-closed", severity: .error, location: name.location, message: "the section '\(name.text)' is not closed",
            hint: "write {{/\(name.text)}} where it ends")
    }

    fileprivate static func endsInMarkup(_ path: String) -> Self {
        Diagnostic(
            id: "template.ends-in-markup", severity: .error, location: TextLocation(path: path),
            message: "the file ends inside an element's tag, a comment, a script or a style", hint: "close it in the file that opens it")
    }
}
