import Diagnostics
import StructuredText

/// Takes canonical JSON apart field by field; whatever is missing, left over or of another kind is refused with its place.
struct StrictJSON {
    let path: String
    /// The prefix of the diagnostics' ids, such as `envelope`.
    let subject: String

    /// The values of an object that has exactly these members, in the order asked for.
    func fields(_ node: JSONNode, required names: [String]) throws(Diagnostic) -> [JSONNode] {
        guard let members = node.members else { throw fault(node, "not-an-object", node.kindName, "an object") }
        for member in members where !names.contains(where: { $0.utf8.elementsEqual(member.key.utf8) }) {
            throw fault(member.value, "unknown-field", "the field '\(member.key)'", "only \(names.map { "'\($0)'" }.joined(separator: ", "))")
        }
        var values: [JSONNode] = []
        for name in names {
            let found = members.filter { $0.key.utf8.elementsEqual(name.utf8) }
            guard let only = found.first, found.count == 1 else { throw fault(node, "missing-field", "no field '\(name)'", "it once") }
            values.append(only.value)
        }
        return values
    }

    func string(_ node: JSONNode) throws(Diagnostic) -> String {
        guard let text = node.string else { throw fault(node, "not-a-text", node.kindName, "a text") }
        return text
    }

    func base64(_ node: JSONNode) throws(Diagnostic) -> [UInt8] {
        guard let bytes = BinaryText.bytes(base64: try string(node)) else {
            throw fault(node, "not-base64", "a text that is no Base64 of this spelling", "padded Base64 in the standard alphabet")
        }
        return bytes
    }

    func sha256(_ node: JSONNode) throws(Diagnostic) -> String {
        let text = try string(node)
        guard isSHA256(text) else { throw fault(node, "not-a-digest", "'\(text.prefix(80))'", "64 lower-case hexadecimal digits") }
        return text
    }

    func list(_ node: JSONNode, _ count: ClosedRange<Int>) throws(Diagnostic) -> [JSONNode] {
        guard let items = node.array else { throw fault(node, "not-a-list", node.kindName, "a list") }
        guard count.contains(items.count) else {
            throw fault(node, "wrong-count", "a list of \(items.count)", "\(count.lowerBound) to \(count.upperBound) items")
        }
        return items
    }

    func fault(_ node: JSONNode, _ id: String, _ found: String, _ expected: String) -> Diagnostic {
        // Canonical JSON is one line.
        Diagnostic(
            id: "\(subject).\(id)", severity: .error, location: TextLocation(path: path, line: 1, column: node.offset + 1),
            message: "found \(found); expected \(expected)", hint: "restore the file as it was issued")
    }
}
