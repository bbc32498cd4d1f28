public import Diagnostics
public import StructuredText
import TransparencyLog

/// An item with some of its segments hidden, and the proof that the others are those that were committed to.
public struct RedactedView: Sendable {
    private let entry: Int
    private let summary: CommitmentSummary
    private let seed: ItemSeed
    private let segmentation: Segmentation
    private let rules: RedactionRules
    private let key: PseudonymKey?

    /// - Parameters:
    ///   - entry: the index of the item's entry in the ledger.
    ///   - summary: what that entry commits to.
    ///   - segmentation: how the item was cut when it was collected.
    ///   - rules: what to hide now.
    ///   - key: the recipient's; needed when a rule makes pseudonyms.
    /// - Throws: a `Diagnostic` when the rules ask for more than was cut, or a key is missing.
    public init(
        entry: Int, summary: CommitmentSummary, seed: ItemSeed, segmentation: Segmentation, rules: RedactionRules, key: PseudonymKey? = nil
    ) throws(Diagnostic) {
        guard segmentation.serves(rules) else { throw .cutTooCoarse(entry) }
        if key == nil, let rule = rules.rules.first(where: { $0.action == .pseudonym }) { throw .noPseudonymKey(rule) }
        self.entry = entry
        self.summary = summary
        self.seed = seed
        self.segmentation = segmentation
        self.rules = rules
        self.key = key
    }

    /// Writes the view and the proof's lines while it reads the original once.
    /// - Returns: what is hidden, for the register.
    /// - Throws: a `Diagnostic` when the original is not what was committed to: then what was written is of no use. Also what the stream and the sinks throw.
    public func write(
        original: any ByteStream, path: String, view: (UnsafeRawBufferPointer) throws -> Void, proof: (UnsafeRawBufferPointer) throws -> Void
    ) throws -> RedactionRegister.Entry {
        let substitution = Substitution(rules, format: segmentation.format, key: key)
        var leaves = LeafSequence(SeedDerivation(seed))
        var tree = MerkleFrontier()
        var hidden = RedactionRegister.Entry(entry: entry, segments: summary.segments)
        var lines: [UInt8] = []
        ProofLine.header(entry: entry, summary).write(to: &lines)
        var isHidden = false
        try segmentation.forEachSegment(of: original) { segment in
            let hiding = segment.isFirst || segment.isLast ? substitution.hiding(of: segment, index: leaves.count) : nil
            if segment.isFirst { isHidden = hiding != nil }
            if !isHidden { try view(UnsafeRawBufferPointer(segment.bytes)) }
            guard let done = leaves.take(segment) else { return }
            tree.append(done.leaf)
            if isHidden, let hiding {
                try hiding.put.withUnsafeBytes(view)
                hidden.add(done.index, rule: hiding.rule)
                ProofLine.hide(index: done.index, leaf: done.leaf, put: hiding.put, rule: hiding.rule).write(to: &lines)
            } else {
                ProofLine.show(index: done.index, kind: segment.kind, label: segment.label, salt: done.salt, length: done.length).write(to: &lines)
            }
            if lines.count > 1 << 16 {
                try lines.withUnsafeBytes(proof)
                lines.removeAll(keepingCapacity: true)
            }
        }
        try lines.withUnsafeBytes(proof)
        guard tree.root == summary.root, leaves.count == summary.segments else { throw Diagnostic.otherOriginal(path, entry) }
        return hidden
    }

    /// The same for bytes in memory.
    public func make(original: [UInt8], path: String) throws -> (view: [UInt8], proof: [UInt8], hidden: RedactionRegister.Entry) {
        var view: [UInt8] = []
        var proof: [UInt8] = []
        let hidden = try write(original: MemoryStream(original), path: path, view: { view += $0 }, proof: { proof += $0 })
        return (view, proof, hidden)
    }
}

extension Diagnostic {
    fileprivate static func cutTooCoarse(_ entry: Int) -> Self {
        Diagnostic(
            id: "redaction.cut-too-coarse", severity: .error, location: nil,
            message:
                "the rules hide fields that were not cut out when entry \(entry) was collected; expected rules about fields that the source's rules named then",
            hint: "collect the item again with these rules, or leave it out of the bundle")
    }

    fileprivate static func noPseudonymKey(_ rule: RedactionRule) -> Self {
        Diagnostic(
            id: "redaction.no-pseudonym-key", severity: .error, location: nil,
            message: "rule '\(rule.id)' makes pseudonyms, and no key was given; expected 32 bytes for this recipient", hint: "make a key for the recipient")
    }

    fileprivate static func otherOriginal(_ path: String, _ entry: Int) -> Self {
        Diagnostic(
            id: "redaction.root-differs", severity: .error, location: TextLocation(path: path),
            message: "the bytes, seed or cut differ from what entry \(entry) commits to", hint: "restore the locker from a copy")
    }
}
