import Diagnostics
import LibXML
import StructuredText

/// How much of a bundle is held in memory at once: whoever sends a bundle decides what is in it, and must not decide how much memory that takes.
///
/// Files that can be long, such as evidence and proofs, are streamed and have no such bound.
enum BundleLimits {
    /// The list of items (bytes and JSON values).
    static let items = 32 << 20
    static let itemValues = 700_000
    /// The pack's reports (bytes).
    static let report = 64 << 20
    /// The JSON values of `report.json`.
    static let reportValues = 1_000_000
    /// The tags and attributes of `report.xml`: each takes some hundred bytes when it is read.
    static let reportMarkup = 800_000
    /// The namespaces that `report.xml` declares: each prefix is looked for among all of them. A pack's own has one, and its signature another.
    static let reportNamespaces = 1_000
    /// All entries of the ledger together (bytes); each has at most 16 KiB.
    static let entries = 64 << 20
    /// The definition of a framework, and other files of a workspace (bytes).
    static let definition = 8 << 20
}

extension BundleMembers {
    /// The bytes of a JSON member that may be read: reading it takes memory for each of its values.
    /// - Throws: a `Diagnostic` as `bytes` does, or when there are too many values.
    func json(_ name: String, limit: Int, values: Int) throws(Diagnostic) -> [UInt8] {
        let bytes = try bytes(name, limit: limit)
        let found = jsonValueCount(in: bytes)
        guard found <= values else { throw .tooManyParts(path(name), found, "values", values) }
        return bytes
    }

    /// The same for an XML member and its tags and attributes.
    func xml(_ name: String) throws(Diagnostic) -> [UInt8] {
        let bytes = try bytes(name, limit: BundleLimits.report)
        let found = XMLTree.markup(in: bytes)
        guard found <= BundleLimits.reportMarkup else { throw .tooManyParts(path(name), found, "tags and attributes", BundleLimits.reportMarkup) }
        let spaces = Self.count(of: Array("xmlns".utf8), in: bytes)
        guard spaces <= BundleLimits.reportNamespaces else { throw .tooManyParts(path(name), spaces, "namespaces", BundleLimits.reportNamespaces) }
        return bytes
    }

    /// How often a word stands in a text; its first byte must not stand in it again.
    private static func count(of word: [UInt8], in bytes: [UInt8]) -> Int {
        var count = 0
        var at = 0
        for byte in bytes {
            at = byte == word[at] ? at + 1 : byte == word[0] ? 1 : 0
            if at == word.count { (count, at) = (count + 1, 0) }
        }
        return count
    }
}

extension Diagnostic {
    fileprivate static func tooManyParts(_ path: String, _ found: Int, _ what: String, _ most: Int) -> Self {
        bundleFault("too-many-parts", path, "the file holds about \(found) \(what); expected at most \(most)", hint: "ask for several smaller bundles")
    }
}
