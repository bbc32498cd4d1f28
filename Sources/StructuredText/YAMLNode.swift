public import Diagnostics
import Yams

/// A YAML value with its place. Scalars keep their text: nothing turns `no` into false or `4.10` into 4.1.
public struct YAMLNode: Sendable {
    public indirect enum Kind: Sendable {
        /// The text, and whether it stood without quotes.
        case scalar(String, plain: Bool)
        case list([YAMLNode])
        case map([Member])
    }

    public struct Member: Sendable {
        public var key: String
        public var keyLocation: TextLocation
        public var value: YAMLNode
    }

    public var kind: Kind
    public var location: TextLocation

    public init(kind: Kind, location: TextLocation) {
        self.kind = kind
        self.location = location
    }

    public subscript(key: String) -> YAMLNode? { members?.first { $0.key == key }?.value }

    public var members: [Member]? {
        if case .map(let members) = kind { return members }
        return nil
    }

    public var list: [YAMLNode]? {
        if case .list(let items) = kind { return items }
        return nil
    }

    public var text: String? {
        if case .scalar(let text, _) = kind { return text }
        return nil
    }

    /// True for an absent value: `~`, `null` or nothing after the colon.
    public var isNull: Bool {
        if case .scalar(let text, true) = kind { return text.isEmpty || text == "~" || text == "null" }
        return false
    }

    /// What kind of value it is, for messages.
    public var kindName: String {
        switch kind {
        case .scalar: "a single value"
        case .list: "a list"
        case .map: "a map"
        }
    }
}

extension YAMLNode {
    /// Files larger than this are refused (8 MiB), and so are documents that unfold to more nodes than the budget.
    public static let maximumBytes = 8 << 20
    static let nodeBudget = 400_000
    static let maximumDepth = 128

    /// The document's root.
    /// - Throws: a `Diagnostic` with the place of the fault. An empty document gives `nil`.
    /// - Parameter firstLine: the line number of the text's first line, for front matter inside a larger file.
    public static func parse(_ bytes: [UInt8], path: String, firstLine: Int = 1) throws(Diagnostic) -> YAMLNode? {
        guard bytes.count <= maximumBytes else { throw .tooLarge(path) }
        if let bad = bytes.withUnsafeBufferPointer({ firstInvalidUTF8(in: $0) }) {
            let place = position(of: bad, in: bytes, firstLine: firstLine)
            throw .invalidUTF8(TextLocation(path: path, line: place.line, column: place.column), byte: bytes[bad])
        }
        if let bad = bytes.firstIndex(of: 0) {
            let place = position(of: bad, in: bytes, firstLine: firstLine)
            throw .nulInYAML(TextLocation(path: path, line: place.line, column: place.column))
        }
        let node: Node?
        do {
            // No tag is resolved: scalars stay text, and no regular expression runs over them.
            node = try Yams.compose(yaml: String(decoding: bytes, as: UTF8.self), .basic)
        } catch let error as YamlError {
            throw .malformedYAML(error, path: path, firstLine: firstLine)
        } catch {
            throw .unreadableYAML(path, "\(error)")
        }
        guard let node else { return nil }
        var budget = nodeBudget
        return try convert(node, path: path, shift: firstLine - 1, depth: 0, budget: &budget)
    }

    private static func convert(
        _ node: Node, path: String, shift: Int, depth: Int, budget: inout Int
    ) throws(Diagnostic) -> YAMLNode {
        let location = TextLocation(path: path, line: node.mark.map { $0.line + shift }, column: node.mark?.column)
        budget -= 1
        guard budget >= 0 else { throw .aliasBomb(location) }
        guard depth < maximumDepth else { throw .yamlTooDeep(location) }
        switch node {
        case .scalar(let scalar):
            return YAMLNode(kind: .scalar(scalar.string, plain: scalar.style == .plain || scalar.style == .any), location: location)
        case .sequence(let sequence):
            var items: [YAMLNode] = []
            for item in sequence { items.append(try convert(item, path: path, shift: shift, depth: depth + 1, budget: &budget)) }
            return YAMLNode(kind: .list(items), location: location)
        case .mapping(let mapping):
            var members: [Member] = []
            for (key, value) in mapping {
                let place = TextLocation(path: path, line: key.mark.map { $0.line + shift }, column: key.mark?.column)
                guard let name = key.scalar?.string else { throw .keyIsNotText(place) }
                let converted = try convert(value, path: path, shift: shift, depth: depth + 1, budget: &budget)
                members.append(Member(key: name, keyLocation: place, value: converted))
            }
            return YAMLNode(kind: .map(members), location: location)
        default:
            throw .keyIsNotText(location)
        }
    }
}

extension Diagnostic {
    fileprivate static func malformedYAML(_ error: YamlError, path: String, firstLine: Int) -> Self {
        let shift = firstLine - 1
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _), .composer(_, let problem, let mark, _):
            return Diagnostic(
                id: "yaml.malformed", severity: .error,
                location: TextLocation(path: path, line: mark.line + shift, column: mark.column),
                message: "the text is no YAML here: \(problem)", hint: "check the indentation and quotes on this line and the one before")
        case .duplicatedKeysInMapping(let duplicates, let context):
            let keys = duplicates.sorted()
            return Diagnostic(
                id: "yaml.duplicate-key", severity: .error,
                location: TextLocation(path: path, line: context.mark.line + shift, column: context.mark.column),
                message: "key \(keys.map { "'\($0)'" }.joined(separator: ", ")) stands twice in one map", hint: "keep one of them")
        default:
            return .unreadableYAML(path, "\(error)".split(separator: "\n").first.map(String.init) ?? "")
        }
    }

    fileprivate static func unreadableYAML(_ path: String, _ why: String) -> Self {
        Diagnostic(
            id: "yaml.malformed", severity: .error, location: TextLocation(path: path, line: 1, column: 1),
            message: "the text is no YAML: \(why)", hint: "check the file in an editor that shows YAML")
    }

    fileprivate static func aliasBomb(_ location: TextLocation) -> Self {
        Diagnostic(
            id: "yaml.too-many-values", severity: .error, location: location,
            message: "aliases unfold to more than \(YAMLNode.nodeBudget) values", hint: "write the values out, or split the file")
    }

    fileprivate static func yamlTooDeep(_ location: TextLocation) -> Self {
        Diagnostic(
            id: "yaml.too-deep", severity: .error, location: location, message: "values nest deeper than \(YAMLNode.maximumDepth) levels",
            hint: "check where the file comes from")
    }

    fileprivate static func keyIsNotText(_ location: TextLocation) -> Self {
        Diagnostic(
            id: "yaml.key-is-not-text", severity: .error, location: location, message: "found a key that is not plain text",
            hint: "write the key as a word, and quote texts that hold braces")
    }

    fileprivate static func nulInYAML(_ location: TextLocation) -> Self {
        Diagnostic(
            id: "text.nul-byte", severity: .error, location: location, message: "found a NUL byte; expected text",
            hint: "check whether the file is binary or encoded as UTF-16")
    }

    fileprivate static func tooLarge(_ path: String) -> Self {
        Diagnostic(
            id: "yaml.too-large", severity: .error, location: TextLocation(path: path),
            message: "the file is larger than \(YAMLNode.maximumBytes >> 20) MiB", hint: "split it")
    }
}
