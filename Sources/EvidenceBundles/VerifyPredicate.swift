import Diagnostics
import Signatures
import StructuredText
import TransparencyLog

/// What a bundle's statement says, field by field. Fields that are not known here are ignored, as the predicate's definition says.
struct BundlePredicate {
    struct Omission: Hashable {
        var name: String
        var reason: String
    }

    struct UsedFramework: Hashable {
        var id: String
        var edition: String
        /// 64 lower-case hexadecimal digits.
        var sha256: String
    }

    var bundle: String
    var system: String
    /// The label of the period, such as `2026-Q3`.
    var period: String
    var asOf: String
    var checkpoint: Checkpoint
    var previousCheckpoint: Checkpoint?
    /// `complete`, `partial` or `failed`.
    var completeness: String
    var omissions: [Omission]
    var frameworks: [UsedFramework]
    var policySHA256: String
    /// How many segments are hidden, and the digest of the register.
    var hidden: Int
    var registerSHA256: String
    /// How many controls have each verdict, one row for each framework that is counted.
    var counts: [Value]
    /// The number of the entry that records the pack's issue.
    var packEntry: Int?

    /// - Throws: a `Diagnostic` that names the first field that is missing or of another kind.
    init(_ value: Value, path: String) throws(Diagnostic) {
        let reader = PredicateReader(path: path)
        bundle = try reader.text(value, "bundle")
        system = try reader.text(value, "system")
        asOf = try reader.text(value, "asOf")
        period = try reader.text(value, "period")
        checkpoint = try reader.checkpoint(value, "checkpoint")
        previousCheckpoint = value["previousCheckpoint"] == nil ? nil : try reader.checkpoint(value, "previousCheckpoint")
        completeness = try reader.text(value, "completeness")
        guard ["complete", "partial", "failed"].contains(completeness) else {
            throw reader.fault("completeness", "'complete', 'partial' or 'failed'")
        }
        omissions = try reader.omissions(value["omissions"])
        var frameworks: [UsedFramework] = []
        for item in try reader.list(value, "frameworks") {
            frameworks.append(
                UsedFramework(id: try reader.text(item, "id"), edition: try reader.text(item, "edition"), sha256: try reader.digest(item, "sha256")))
        }
        self.frameworks = frameworks
        policySHA256 = try reader.digest(value, "policySha256")
        guard let redactions = value["redactions"], let hidden = redactions["count"]?.int, hidden >= 0 else {
            throw reader.fault("redactions", "an object with 'count' and 'registerSha256'")
        }
        self.hidden = hidden
        registerSHA256 = try reader.digest(redactions, "registerSha256")
        counts = value["counts"] == nil ? [] : try reader.list(value, "counts")
        packEntry = value["packEntry"]?.int
        if value["packEntry"] != nil, packEntry == nil { throw reader.fault("packEntry", "a number") }
        if let tool = value["tool"], tool.string == nil { throw reader.fault("tool", "a text") }
    }
}

/// Takes the fields of a predicate, each of its kind.
struct PredicateReader {
    let path: String

    func text(_ value: Value, _ name: String) throws(Diagnostic) -> String {
        guard let text = value[name]?.string, !text.isEmpty else { throw fault(name, "a text") }
        return text
    }

    func list(_ value: Value, _ name: String) throws(Diagnostic) -> [Value] {
        guard let list = value[name]?.list else { throw fault(name, "a list") }
        return list
    }

    func digest(_ value: Value, _ name: String) throws(Diagnostic) -> String {
        guard let text = value[name]?.string, text.utf8.count == 64, BinaryText.bytes(hex: text) != nil else {
            throw fault(name, "64 lower-case hexadecimal digits")
        }
        return text
    }

    func checkpoint(_ value: Value, _ name: String) throws(Diagnostic) -> Checkpoint {
        guard let origin = value[name]?["origin"]?.string, let size = value[name]?["size"]?.int, size >= 0,
            let root = value[name]?["root"]?.string.flatMap({ MerkleHash(hex: $0) })
        else { throw fault(name, "an object with 'origin', 'root' in hexadecimal digits and 'size'") }
        return Checkpoint(origin: origin, size: size, root: root)
    }

    func omissions(_ value: Value?) throws(Diagnostic) -> [BundlePredicate.Omission] {
        guard let list = value?.list else { throw fault("omissions", "a list") }
        var omissions: [BundlePredicate.Omission] = []
        for item in list { omissions.append(.init(name: try text(item, "name"), reason: try text(item, "reason"))) }
        return omissions
    }

    func fault(_ field: String, _ expected: String) -> Diagnostic {
        .bundleFault("statement-field", path, "the field '\(field)' of the statement is missing or of another kind; expected \(expected)")
    }
}
