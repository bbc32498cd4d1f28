import BuiltIns
public import Diagnostics
import StructuredText

/// The templates that packs are rendered with: those that ship, and over them those of the workspace's `templates/`.
public struct TemplateLibrary: Sendable {
    /// By path below `Templates/`, such as `html/pack.html.mustache`.
    private let templates: [String: Template]

    /// - Parameter overrides: files of the workspace, with paths such as `templates/html/pack.html.mustache`; one with the path of a shipped
    ///   template stands in its place, others are partials for these.
    /// - Throws: the `Diagnostic` of the first template that cannot be read, or of an override that nothing uses.
    public init(overrides: [(path: String, bytes: [UInt8])] = []) throws(Diagnostic) {
        let shipped = BuiltInFiles.files(under: "Templates").filter { $0.path.hasSuffix(".mustache") }
        try self.init(shipped: shipped.map { ($0.path, $0.bytes) }, overrides: overrides)
    }

    init(shipped files: [(path: String, bytes: [UInt8])], overrides: [(path: String, bytes: [UInt8])] = []) throws(Diagnostic) {
        var templates: [String: Template] = [:]
        for file in files { templates[Self.key(file.path)] = try Template(path: file.path, bytes: file.bytes) }
        let shipped = templates.keys.sorted()
        var added: [(key: String, path: String)] = []
        for file in overrides where !Self.isAside(file.path) {
            let key = Self.key(file.path)
            if templates[key] == nil { added.append((key, file.path)) }
            templates[key] = try Template(path: file.path, bytes: file.bytes)
        }
        let used = Set(templates.values.flatMap { template in template.partials.map { Self.path(ofPartial: $0.text, beside: template) } })
        for (key, path) in added where !used.contains(key) { throw .unused(path, key, shipped) }
        self.templates = templates
    }

    /// Notes beside templates, which are nobody's template.
    private static func isAside(_ path: String) -> Bool { path.hasSuffix("/README.md") || path.hasSuffix("/README") }

    /// The path below the templates folder.
    private static func key(_ path: String) -> String {
        path.split(separator: "/", maxSplits: 1).last.map(String.init) ?? path
    }

    /// Where `{{>name}}` is looked for: beside the template that asks.
    static func path(ofPartial name: String, beside template: Template) -> String {
        let folder = key(template.path).split(separator: "/").dropLast().joined(separator: "/")
        return (folder.isEmpty ? "" : folder + "/") + "\(name).\(template.kind.rawValue).mustache"
    }

    /// The template of that path below `Templates/`, checked against a shape and ready to be rendered.
    /// - Throws: the `Diagnostic` of the first tag that is wrong.
    func compiled(_ path: String, for shape: TemplateShape) throws(Diagnostic) -> CompiledTemplate {
        guard let template = templates[path] else { throw .missing(path) }
        var compiler = TemplateCompiler(templates: templates)
        return try compiler.compile(template, shape)
    }

    /// The page that the template makes of a tree of that shape.
    func render(_ path: String, _ shape: TemplateShape, _ tree: Value) throws(Diagnostic) -> [UInt8] {
        try TemplateRenderer.render(try compiled(path, for: shape), tree)
    }
}

extension Diagnostic {
    fileprivate static func missing(_ path: String) -> Self {
        Diagnostic(
            id: "template.missing", severity: .error, location: TextLocation(path: "Templates/\(path)"), message: "the template is not in the program",
            hint: "run Sources/CBuiltIns/regenerate.sh and build again")
    }

    fileprivate static func unused(_ path: String, _ key: String, _ shipped: [String]) -> Self {
        Diagnostic(
            id: "template.unused", severity: .error, location: TextLocation(path: path),
            message: "no template has this path, and none names it as a partial\(suggestion(for: key, among: shipped))",
            hint: "give it the path of the template that it shall replace: \(shipped.joined(separator: ", "))")
    }
}
