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
        if hasAlias(bytes) { try refuseAliasesInKeys(bytes, path: path, firstLine: firstLine) }
        guard let node = try compose(bytes, path: path, firstLine: firstLine) else { return nil }
        var budget = nodeBudget
        return try convert(node, path: path, shift: firstLine - 1, depth: 0, budget: &budget)
    }

    private static func compose(_ bytes: [UInt8], path: String, firstLine: Int) throws(Diagnostic) -> Node? {
        do {
            // No tag is resolved: scalars stay text, and no regular expression runs over them.
            return try Yams.compose(yaml: String(decoding: bytes, as: UTF8.self), .basic)
        } catch let error as YamlError {
            throw .malformedYAML(error, path: path, firstLine: firstLine)
        } catch {
            throw .unreadableYAML(path, "\(error)")
        }
    }

    /// True when some `*name` follows the `&name` of the same text, in whatever place: seldom wrong, and never wrong about none.
    private static func hasAlias(_ bytes: [UInt8]) -> Bool {
        var anchors: Set<ArraySlice<UInt8>> = []
        for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "&") || byte == UInt8(ascii: "*") {
            let name = bytes[(index + 1)...].prefix(while: isNameByte)
            if byte == UInt8(ascii: "&") { anchors.insert(name) } else if anchors.contains(name) { return true }
        }
        return false
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"),
            UInt8(ascii: "-"):
            true
        default: false
        }
    }

    /// Yams hashes the keys of each map, and the hash of a key that aliases unfold in takes time without end. So the text is first read with a plain
    /// character in place of each asterisk: it has the same shape, and no aliases.
    private static func refuseAliasesInKeys(_ bytes: [UInt8], path: String, firstLine: Int) throws(Diagnostic) {
        let plain = bytes.map { $0 == UInt8(ascii: "*") ? UInt8(ascii: "^") : $0 }
        guard let root = try compose(plain, path: path, firstLine: firstLine) else { return }
        var waiting = [root]
        while let node = waiting.popLast() {
            if let sequence = node.sequence { waiting += sequence }
            for (key, value) in node.mapping ?? [:] {
                guard let scalar = key.scalar, scalar.style != .plain || !scalar.string.hasPrefix("^") else {
                    throw .keyIsNotText(TextLocation(path: path, line: key.mark.map { $0.line + firstLine - 1 }, column: key.mark?.column))
                }
                waiting.append(value)
            }
        }
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
        case .scanner(_, let problem, let mark, _) where problem.hasPrefix("Maximum nesting level"),
            .parser(_, let problem, let mark, _) where problem.hasPrefix("Maximum nesting level"):
            return .yamlTooDeep(TextLocation(path: path, line: mark.line + shift, column: mark.column))
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
