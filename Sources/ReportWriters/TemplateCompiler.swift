import Diagnostics

/// A template whose names are resolved and whose partials are put in: ready to be rendered.
struct CompiledTemplate: Sendable {
    let kind: TemplateKind
    let steps: [Step]

    indirect enum Step: Sendable {
        case text([UInt8])
        case value(Lookup, Printing)
        case section(Lookup, inverted: Bool, onlyAsks: Bool, [Step])
    }

    enum Printing: Sendable { case escaped, names, markup }

    /// Where a value is found: so many scopes out, then down these keys.
    struct Lookup: Sendable {
        var scopesOut: Int
        var keys: [String]
        var name: Template.Name
    }
}

/// Checks a template against a shape, and resolves every name in it and in its partials.
struct TemplateCompiler {
    let templates: [String: Template]
    private var steps = 0

    /// Partials name partials no deeper.
    static let maximumPartialDepth = 12
    /// Sections nest no deeper, partials included; this bounds the renderer's recursion.
    static let maximumScopes = 64
    /// More steps are refused: partials that name several partials grow fast.
    static let maximumSteps = 200_000

    init(templates: [String: Template]) { self.templates = templates }

    private struct Scope {
        var shape: TemplateShape
        /// Names the place in the shape, such as `$.controls[]`.
        var path: String
    }

    /// What is known where a tag stands.
    private struct Place {
        var template: Template
        var scopes: [Scope]
        /// Paths of optional values that an enclosing section has asked for.
        var present: Set<String> = []
        var partialDepth = 0
        var nesting = 0
    }

    private struct Resolution {
        var lookup: CompiledTemplate.Lookup
        var shape: TemplateShape
        var path: String
        /// The optional value on the way that nobody asked for.
        var unasked: String?
        var onlyAsks = false
    }

    /// - Throws: the `Diagnostic` of the first name that the shape does not know, or that is used as what it is not.
    mutating func compile(_ template: Template, _ shape: TemplateShape) throws(Diagnostic) -> CompiledTemplate {
        let place = Place(template: template, scopes: [Scope(shape: shape, path: "$")])
        return CompiledTemplate(kind: template.kind, steps: try compile(template.nodes, place))
    }

    private mutating func compile(_ nodes: [Template.Node], _ place: Place) throws(Diagnostic) -> [CompiledTemplate.Step] {
        var result: [CompiledTemplate.Step] = []
        for node in nodes {
            steps += 1
            switch node {
            case .text(let bytes): result.append(.text(bytes))
            case .value(let name, let raw, let admission): result.append(try value(name, raw: raw, admission, place))
            case .section(let name, let inverted, let body): result.append(try section(name, inverted: inverted, body, place))
            case .partial(let name): result += try partial(name, place)
            }
        }
        return result
    }

    private func value(
        _ name: Template.Name, raw: Bool, _ admission: HTMLContext.Admission, _ place: Place
    ) throws(Diagnostic) -> CompiledTemplate.Step {
        let found = try resolve(name, place)
        if let unasked = found.unasked { throw .mayBeAbsent(name, unasked) }
        if case .markup = found.shape {
            guard raw, place.template.kind == .html, admission == .anything else { throw .markupNeedsRaw(name) }
            return .value(found.lookup, .markup)
        }
        if raw { throw .rawEvidence(name) }
        guard found.shape.isPrintable else { throw .notPrintable(name, found.shape) }
        if admission == .names {
            switch found.shape {
            case .name, .number: return .value(found.lookup, .names)
            default: throw .notAName(name)
            }
        }
        return .value(found.lookup, .escaped)
    }

    private mutating func section(
        _ name: Template.Name, inverted: Bool, _ body: [Template.Node], _ place: Place
    ) throws(Diagnostic) -> CompiledTemplate.Step {
        let found = try resolve(name, place)
        guard place.nesting < Self.maximumScopes else { throw .tooDeep(name) }
        if let unasked = found.unasked, unasked != found.path { throw .mayBeAbsent(name, unasked) }
        var inner = place
        inner.nesting += 1
        if !inverted, !found.onlyAsks {
            inner.present.insert(found.path)
            switch found.shape {
            case .list(let element): inner.scopes.append(Scope(shape: element, path: found.path + "[]"))
            default: inner.scopes.append(Scope(shape: found.shape, path: found.path))
            }
        }
        let steps = try compile(body, inner)
        return .section(found.lookup, inverted: inverted, onlyAsks: found.onlyAsks, steps)
    }

    private mutating func partial(_ name: Template.Name, _ place: Place) throws(Diagnostic) -> [CompiledTemplate.Step] {
        let path = TemplateLibrary.path(ofPartial: name.text, beside: place.template)
        guard let template = templates[path] else { throw .noPartial(name, path, templates.keys.sorted(), place.template) }
        guard place.partialDepth < Self.maximumPartialDepth, steps < Self.maximumSteps else { throw .partialsTooDeep(name) }
        var inner = place
        inner.template = template
        inner.partialDepth += 1
        return try compile(template.nodes, inner)
    }

    private func resolve(_ name: Template.Name, _ place: Place) throws(Diagnostic) -> Resolution {
        if name.text == "." {
            guard let scope = place.scopes.last else { throw .unknown(name, []) }
            return Resolution(lookup: .init(scopesOut: 0, keys: [], name: name), shape: scope.shape, path: scope.path)
        }
        let onlyAsks = name.text.hasSuffix("?")
        let keys = (onlyAsks ? String(name.text.dropLast()) : name.text).split(separator: ".").map(String.init)
        guard let first = keys.first, let index = place.scopes.lastIndex(where: { $0.shape.field(first) != nil }) else {
            throw .unknown(name, place.scopes.flatMap(\.shape.keys))
        }
        var shape = place.scopes[index].shape
        var path = place.scopes[index].path
        var unasked: String?
        for key in keys {
            guard let field = shape.field(key) else { throw .unknown(name, prefixed(shape.keys, keys, key)) }
            path += "." + key
            shape = field.shape
            if field.isOptional, !place.present.contains(path), unasked == nil { unasked = path }
        }
        if onlyAsks {
            guard case .list = shape else { throw .asksNoList(name) }
        }
        return Resolution(
            lookup: .init(scopesOut: place.scopes.count - 1 - index, keys: keys, name: name), shape: shape, path: path, unasked: unasked,
            onlyAsks: onlyAsks)
    }

    /// Known names at a point of a dotted name, written out from its start.
    private func prefixed(_ known: [String], _ keys: [String], _ key: String) -> [String] {
        let before = keys.prefix { $0 != key }.joined(separator: ".")
        return known.map { before.isEmpty ? $0 : "\(before).\($0)" }
    }
}

extension Diagnostic {
    fileprivate static func unknown(_ name: Template.Name, _ known: [String]) -> Self {
        let near = Set(known).sorted()
        let list = near.isEmpty ? "nothing has a name here" : "known here: " + near.prefix(40).joined(separator: ", ")
        return Diagnostic(
            id: "template.unknown-name", severity: .error, location: name.location,
            message: "nothing is called '\(name.text)' here\(suggestion(for: name.text, among: near))", hint: "use a name that the pack has; \(list)")
    }

    fileprivate static func mayBeAbsent(_ name: Template.Name, _ path: String) -> Self {
        let short = path.split(separator: ".").last.map(String.init) ?? name.text
        return Diagnostic(
            id: "template.may-be-absent", severity: .error, location: name.location,
            message: "'\(name.text)' can be absent, because '\(short)' is not always there", hint: "put it into {{#\(short)}}…{{/\(short)}}")
    }

    fileprivate static func markupNeedsRaw(_ name: Template.Name) -> Self {
        Diagnostic(
            id: "template.markup", severity: .error, location: name.location,
            message: "'\(name.text)' is generated markup; it can only stand between elements of an HTML template, as {{{\(name.text)}}}",
            hint: "write {{{\(name.text)}}} between elements")
    }

    fileprivate static func rawEvidence(_ name: Template.Name) -> Self {
        Diagnostic(
            id: "template.raw", severity: .error, location: name.location,
            message: "'\(name.text)' may hold text from evidence, which is never written unescaped", hint: "write {{\(name.text)}}")
    }

    fileprivate static func notPrintable(_ name: Template.Name, _ shape: TemplateShape) -> Self {
        var what = "a group of values"
        if case .list = shape { what = "a list" }
        return Diagnostic(
            id: "template.not-printable", severity: .error, location: name.location, message: "'\(name.text)' is \(what), not a text",
            hint: "go into it with {{#\(name.text)}}…{{/\(name.text)}}")
    }

    fileprivate static func notAName(_ name: Template.Name) -> Self {
        Diagnostic(
            id: "template.not-a-name", severity: .error, location: name.location,
            message: "'\(name.text)' may hold text from evidence, which cannot stand in a link, an id or a class",
            hint: "use an anchor, such as {{anchor}} or {{ref}}, or write it as text")
    }

    fileprivate static func noPartial(_ name: Template.Name, _ path: String, _ known: [String], _ template: Template) -> Self {
        let folder = template.path.split(separator: "/").dropLast().joined(separator: "/") + "/"
        let suffix = ".\(template.kind.rawValue).mustache"
        let names = known.filter { $0.hasPrefix(folder) && $0.hasSuffix(suffix) }.map { String($0.dropFirst(folder.count).dropLast(suffix.count)) }
        return Diagnostic(
            id: "template.no-partial", severity: .error, location: name.location,
            message: "there is no template '\(path)'\(suggestion(for: name.text, among: names))", hint: "add the file, or correct the name")
    }

    fileprivate static func partialsTooDeep(_ name: Template.Name) -> Self {
        Diagnostic(
            id: "template.partials-too-deep", severity: .error, location: name.location,
            message: "partials name one another deeper than \(TemplateCompiler.maximumPartialDepth) files, or grow without end",
            hint: "remove the circle: a partial cannot name itself")
    }

    fileprivate static func asksNoList(_ name: Template.Name) -> Self {
        Diagnostic(
            id: "template.asks-no-list", severity: .error, location: name.location,
            message: "'\(name.text)' asks whether a list has entries, but this is no list",
            hint: "write it without the question mark")
    }

    fileprivate static func tooDeep(_ name: Template.Name) -> Self {
        Diagnostic(
            id: "template.too-deep", severity: .error, location: name.location,
            message: "the section '\(name.text)' is nested deeper than \(TemplateCompiler.maximumScopes) sections, partials included",
            hint: "write it flatter")
    }
}
