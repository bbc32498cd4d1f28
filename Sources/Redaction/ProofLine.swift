import StructuredText
import TransparencyLog

/// One line of a proof: canonical JSON, so that it has one spelling only.
enum ProofLine {
    /// Longer lines are refused (4 MiB): a label has at most 64 KiB, and a substitute of a longer text is short.
    static let maximumLength = 4 << 20

    case header(entry: Int, CommitmentSummary)
    /// The length is in bytes.
    case show(index: Int, kind: SegmentKind, label: String, salt: [UInt8], length: Int)
    /// `put` is what stands in the view, in UTF-8.
    case hide(index: Int, leaf: MerkleHash, put: [UInt8], rule: String)

    /// With the line's end.
    var bytes: [UInt8] { CanonicalJSON.bytes(value) + [0x0A] }

    private var value: Value {
        switch self {
        case .header(let entry, let summary):
            .object([
                ("entry", .int(entry)), ("root", .string(summary.root.hex)), ("scheme", .string(CommitmentSummary.scheme)),
                ("segments", .int(summary.segments)),
            ])
        case .show(let index, let kind, let label, let salt, let length):
            .object([
                ("kind", .string(kind.letter)), ("label", .string(label)), ("length", .int(length)), ("salt", .string(BinaryText.hex(salt))),
                ("show", .int(index)),
            ])
        case .hide(let index, let leaf, let put, let rule):
            .object([
                ("hide", .int(index)), ("leaf", .string(leaf.hex)), ("put", .string(String(decoding: put, as: UTF8.self))), ("rule", .string(rule)),
            ])
        }
    }

    /// Reads a line without its end; `nil` when it is not exactly what this program would write.
    init?(_ line: [UInt8]) {
        guard let node = JSONParser.parse(line, path: "").node, let members = node.members else { return nil }
        func int(_ key: String) -> Int? {
            guard case .number(let literal)? = node[key]?.kind else { return nil }
            return Int(literal)
        }
        func hash(_ key: String) -> MerkleHash? { node[key]?.string.flatMap { MerkleHash(hex: $0) } }
        if let index = int("show") {
            guard let kind = node["kind"]?.string.flatMap({ SegmentKind(letter: $0) }), let label = node["label"]?.string, let length = int("length"),
                length >= 0, let salt = node["salt"]?.string.flatMap({ BinaryText.bytes(hex: $0) }), salt.count == 16
            else { return nil }
            self = .show(index: index, kind: kind, label: label, salt: salt, length: length)
        } else if let index = int("hide") {
            guard let leaf = hash("leaf"), let put = node["put"]?.string, let rule = node["rule"]?.string else { return nil }
            self = .hide(index: index, leaf: leaf, put: Array(put.utf8), rule: rule)
        } else {
            guard members.count == 4, let entry = int("entry"), let root = hash("root"), let segments = int("segments") else { return nil }
            self = .header(entry: entry, CommitmentSummary(root: root, segments: segments))
        }
        // Another spelling, a further member or another scheme does not write back to the same bytes.
        guard CanonicalJSON.bytes(value) == line else { return nil }
    }
}
