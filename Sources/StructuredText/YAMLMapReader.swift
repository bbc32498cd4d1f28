public import Diagnostics

/// Walks a YAML map strictly: what is asked for is typed, what is left over is an error with the nearest known key.
///
/// Faults are gathered, so that a file's author sees all of them at once.
public final class YAMLMapReader {
    public private(set) var diagnostics: [Diagnostic] = []
    /// The prefix of the ids of this reader's diagnostics, such as `framework`.
    private let subject: String

    public init(subject: String) { self.subject = subject }

    public func report(_ id: String, _ location: TextLocation?, _ message: String, hint: String) {
        diagnostics.append(Diagnostic(id: "\(subject).\(id)", severity: .error, location: location, message: message, hint: hint))
    }

    public func append(_ more: [Diagnostic]) { diagnostics += more }

    /// The map's members, with every key checked against the known ones.
    public func map(_ node: YAMLNode, keys known: [String], what: String) -> [String: YAMLNode]? {
        guard let members = node.members else {
            report("not-a-map", node.location, "\(what) is \(node.kindName); expected a map", hint: "write 'key: value' lines here")
            return nil
        }
        var found: [String: YAMLNode] = [:]
        for member in members {
            guard known.contains(member.key) else {
                report(
                    "unknown-key", member.keyLocation, "\(what) has no key '\(member.key)'\(suggestion(for: member.key, among: known))",
                    hint: "use one of: \(known.joined(separator: ", "))")
                continue
            }
            if !member.value.isNull { found[member.key] = member.value }
        }
        return found
    }

    /// A text, or a report that there is none.
    public func text(_ node: YAMLNode?, _ key: String, in owner: YAMLNode) -> String? {
        guard let node else {
            report("missing-key", owner.location, "'\(key)' is missing", hint: "add '\(key): …'")
            return nil
        }
        return optionalText(node, key)
    }

    public func optionalText(_ node: YAMLNode?, _ key: String) -> String? {
        guard let node else { return nil }
        guard let text = node.text else {
            report("not-a-text", node.location, "'\(key)' is \(node.kindName); expected a text", hint: "write '\(key): text'")
            return nil
        }
        let trimmed = text.trimmingBlanks()
        if trimmed.isEmpty {
            report("empty-text", node.location, "'\(key)' is empty; expected a text", hint: "write '\(key): text', or leave the key out")
            return nil
        }
        return trimmed
    }

    /// A list of texts; a single text counts as a list of one.
    public func texts(_ node: YAMLNode?, _ key: String) -> [String] {
        guard let node else { return [] }
        if let text = node.text { return [text] }
        return list(node, key).compactMap { optionalText($0, key) }
    }

    public func flag(_ node: YAMLNode?, _ key: String) -> Bool? {
        guard let node else { return nil }
        switch node.text?.lowercased() {
        case "true", "yes": return true
        case "false", "no": return false
        default:
            report("not-a-flag", node.location, "'\(key)' is '\(node.text ?? node.kindName)'; expected true or false", hint: "write true or false")
            return nil
        }
    }

    public func integer(_ node: YAMLNode?, _ key: String) -> Int? {
        guard let node else { return nil }
        guard let text = node.text, let number = Int(text) else {
            report(
                "not-a-number", node.location, "'\(key)' is '\(node.text ?? node.kindName)'; expected a whole number", hint: "write a number such as 3")
            return nil
        }
        return number
    }

    /// The members of a map whose keys are the author's own, or a report that it is none.
    public func members(_ node: YAMLNode?, _ key: String) -> [YAMLNode.Member] {
        guard let node else { return [] }
        guard let members = node.members else {
            report("not-a-map", node.location, "'\(key)' is \(node.kindName); expected a map", hint: "write 'name: value' lines here")
            return []
        }
        return members
    }

    /// The items of a list, or a report that it is none.
    public func list(_ node: YAMLNode?, _ key: String) -> [YAMLNode] {
        guard let node else { return [] }
        guard let items = node.list else {
            report("not-a-list", node.location, "'\(key)' is \(node.kindName); expected a list", hint: "write '- …' lines here")
            return []
        }
        return items
    }

    /// One of a few words.
    public func choice<T: RawRepresentable<String> & CaseIterable>(_ node: YAMLNode?, _ key: String, as type: T.Type) -> T? {
        guard let node else { return nil }
        let known = T.allCases.map(\.rawValue)
        guard let text = node.text, let value = T(rawValue: text) else {
            let written = node.text ?? node.kindName
            report(
                "unknown-word", node.location, "'\(key)' is '\(written)'\(suggestion(for: written, among: known))",
                hint: "use one of: \(known.joined(separator: ", "))")
            return nil
        }
        return value
    }
}

extension StringProtocol {
    /// Without blanks and line breaks at either end.
    public func trimmingBlanks() -> String {
        var view = String(self).unicodeScalars[...]
        while let first = view.first, first.properties.isWhitespace { view.removeFirst() }
        while let last = view.last, last.properties.isWhitespace { view.removeLast() }
        return String(String.UnicodeScalarView(view))
    }
}
