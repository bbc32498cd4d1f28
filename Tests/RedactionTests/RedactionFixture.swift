import Diagnostics
import Redaction
import StructuredText
import TransparencyLog

/// What the tests redact, and with what.
enum Fixture {
    /// The seed 00…1f of the vectors.
    static var seed: ItemSeed {
        get throws { try require(ItemSeed(Array(0..<32))) }
    }

    static var key: PseudonymKey {
        get throws { try require(PseudonymKey([UInt8](repeating: 7, count: 32))) }
    }

    struct Missing: Error {}

    static func require<T>(_ value: T?) throws -> T {
        guard let value else { throw Missing() }
        return value
    }

    static func pointer(_ text: String) throws -> RedactionField { .pointer(try require(PointerPattern(text))) }

    static func xpath(_ text: String) throws -> RedactionField { .xpath(try require(XMLPathPattern(text))) }

    static func rule(
        _ id: String, _ field: RedactionField? = nil, pattern: RedactionPattern? = nil, _ action: RedactionAction = .mask, keepLast: Int = 0
    ) -> RedactionRule {
        RedactionRule(id: id, field: field, pattern: pattern, action: action, keepLast: keepLast, reason: "it names a person")
    }

    /// Kind, label and bytes of each segment, such as `V /id 7`; the pieces of one are put together.
    static func segments(_ text: String, _ format: Segmentation.Format, _ rules: RedactionRules) throws -> [String] {
        var found: [String] = []
        var held: [UInt8] = []
        try Segmentation(format: format, rules: rules).forEachSegment(of: MemoryStream(Array(text.utf8))) { segment in
            held += segment.bytes
            guard segment.isLast else { return }
            found.append("\(segment.kind.letter) \(segment.label) \(String(decoding: held, as: UTF8.self))")
            held = []
        }
        return found
    }
}

/// An item that went the whole way: committed to, redacted, registered.
struct RedactedItem {
    var original: [UInt8]
    var segmentation: Segmentation
    var commitment: Commitment
    var view: [UInt8]
    var proof: [UInt8]
    var register = RedactionRegister()
    let entry = 12

    init(_ text: String, _ format: Segmentation.Format, _ rules: RedactionRules, key: PseudonymKey? = nil) throws {
        try self.init(Array(text.utf8), format, rules, key: key)
    }

    init(_ bytes: [UInt8], _ format: Segmentation.Format, _ rules: RedactionRules, key: PseudonymKey? = nil) throws {
        original = bytes
        segmentation = Segmentation(format: format, rules: rules)
        commitment = try Commitment(of: MemoryStream(bytes), seed: Fixture.seed, segmentation: segmentation)
        let maker = try RedactedView(
            entry: entry, summary: commitment.summary, seed: Fixture.seed, segmentation: segmentation, rules: rules, key: key)
        let made = try maker.make(original: bytes, path: "log.json")
        (view, proof) = (made.view, made.proof)
        try register.add(made.hidden, source: rules)
    }

    var text: String { String(decoding: view, as: UTF8.self) }

    var proofLines: [String] { String(decoding: proof, as: UTF8.self).split(separator: "\n").map(String.init) }

    func verify() throws(Diagnostic) {
        try RedactionProof.verify(
            view: view, viewPath: "view", proof: proof, proofPath: "proof", entry: entry, summary: commitment.summary, register: register,
            format: segmentation.format)
    }

    /// The id of what verifying reports; `nil` when it holds.
    var fault: String? {
        do {
            try verify()
            return nil
        } catch {
            return error.id
        }
    }
}
