public import Diagnostics
public import StructuredText
public import TransparencyLog

/// One hidden segment made known later, with what proves that it is the one that was committed to.
public struct RevealedSegment: Hashable, Sendable {
    public static let schema = "dossier/reveal/1"
    /// Longer segments are not revealed one by one (16 MiB).
    public static let maximumBytes = 16 << 20

    /// The index of the item's entry in the ledger.
    public var entry: Int
    /// The segment's index in the item.
    public var index: Int
    public var kind: SegmentKind
    public var label: String
    /// 16 bytes.
    public var salt: [UInt8]
    public var bytes: [UInt8]
    /// The hashes that lead from the leaf to the root (RFC 6962, section 2.1.1).
    public var path: [MerkleHash]

    /// Takes a segment out of the original, which is read once, in flat memory.
    /// - Throws: a `Diagnostic` when there is no such segment, when it is too long, or when the original is not what was committed to; also what the
    ///   stream throws.
    public init(
        of index: Int, entry: Int, original: any ByteStream, originalPath: String, seed: ItemSeed, segmentation: Segmentation, summary: CommitmentSummary
    ) throws {
        guard index >= 0, index < summary.segments else { throw Diagnostic.noSuchSegment(originalPath, index, summary.segments) }
        var leaves = LeafSequence(SeedDerivation(seed))
        var siblings = SiblingTrees(of: index, in: summary.segments)
        var bytes: [UInt8] = []
        var found: (kind: SegmentKind, label: String, leaf: MerkleHash, salt: [UInt8])?
        try segmentation.forEachSegment(of: original) { segment in
            if leaves.count == index {
                bytes += segment.bytes
                guard bytes.count <= Self.maximumBytes else { throw Diagnostic.tooLong(originalPath, index) }
            }
            guard let done = leaves.take(segment) else { return }
            siblings.append(done.leaf, at: done.index)
            if done.index == index { found = (segment.kind, segment.label, done.leaf, done.salt) }
        }
        guard let found, leaves.count == summary.segments else { throw Diagnostic.otherOriginal(originalPath, entry) }
        (self.entry, self.index, kind, label, salt) = (entry, index, found.kind, found.label, found.salt)
        self.bytes = bytes
        path = siblings.path
        try check(entry: entry, index: index, summary: summary, path: originalPath)
    }

    /// Checks that this is the segment of that index of that entry.
    /// - Throws: a `Diagnostic` when it is another entry's or segment's, or not what was committed to.
    public func check(entry: Int, index: Int, summary: CommitmentSummary, path file: String) throws(Diagnostic) {
        guard self.entry == entry, self.index == index else { throw .otherPlace(file, self.entry, self.index, entry, index) }
        var leaf = SegmentLeaf(kind, label: label, salt: salt)
        bytes.withUnsafeBytes { leaf.update($0) }
        guard MerkleProof.holdsInclusion(leaf: leaf.finish(), index: index, size: summary.segments, proof: path, root: summary.root) else {
            throw .notCommitted(file, entry, index)
        }
    }

    /// Canonical JSON without a line end.
    public var fileBytes: [UInt8] {
        CanonicalJSON.bytes(
            .object([
                ("bytes", .string(BinaryText.base64(bytes))), ("entry", .int(entry)), ("index", .int(index)), ("kind", .string(kind.letter)),
                ("label", .string(label)), ("path", .list(path.map { .string($0.hex) })), ("salt", .string(BinaryText.hex(salt))),
                ("schema", .string(Self.schema)),
            ]))
    }

    /// Reads a file; it has one spelling only.
    public init(file: [UInt8], path: String) throws(Diagnostic) {
        let node = try CanonicalJSON.parse(file, path: path)
        let hashes = node["path"]?.array?.map { $0.string.flatMap { MerkleHash(hex: $0) } }
        guard let entry = node["entry"]?.int, entry >= 0, let index = node["index"]?.int, index >= 0,
            let kind = node["kind"]?.string.flatMap({ SegmentKind(letter: $0) }), let label = node["label"]?.string,
            let salt = node["salt"]?.string.flatMap({ BinaryText.bytes(hex: $0) }), salt.count == 16,
            let bytes = node["bytes"]?.string.flatMap({ BinaryText.bytes(base64: $0) }), let hashes, hashes.allSatisfy({ $0 != nil })
        else { throw .malformedReveal(path) }
        (self.entry, self.index, self.kind, self.label, self.salt, self.bytes) = (entry, index, kind, label, salt, bytes)
        self.path = hashes.compactMap { $0 }
        guard fileBytes == file else { throw .malformedReveal(path) }
    }
}

/// The seed of an item made known: from then on every segment of it can be read back by whoever has the bytes, and every guess tested.
public struct RevealedSeed: Sendable {
    public static let schema = "dossier/reveal-all/1"

    public var entry: Int
    public var seed: ItemSeed

    public init(entry: Int, seed: ItemSeed) {
        self.entry = entry
        self.seed = seed
    }

    /// Canonical JSON without a line end.
    public var fileBytes: [UInt8] {
        CanonicalJSON.bytes(.object([("entry", .int(entry)), ("schema", .string(Self.schema)), ("seed", .string(BinaryText.hex(seed.bytes)))]))
    }

    /// Reads a file; it has one spelling only.
    public init(file: [UInt8], path: String) throws(Diagnostic) {
        let node = try CanonicalJSON.parse(file, path: path)
        guard let entry = node["entry"]?.int, entry >= 0, let seed = node["seed"]?.string.flatMap({ BinaryText.bytes(hex: $0) }).flatMap({ ItemSeed($0) })
        else { throw .malformedReveal(path) }
        self.init(entry: entry, seed: seed)
        guard fileBytes == file else { throw .malformedReveal(path) }
    }

    /// Checks that the whole original is what the entry's blinded digest names.
    /// - Throws: a `Diagnostic` when it is not, or the seed is another entry's; and what the stream throws.
    public func check(entry: Int, blinded: String, original: any ByteStream, originalPath: String) throws {
        guard self.entry == entry else { throw Diagnostic.otherSeed(originalPath, self.entry, entry) }
        guard try Commitment.blinded(of: original, seed: seed).utf8.elementsEqual(blinded.utf8) else { throw Diagnostic.otherOriginal(originalPath, entry) }
    }
}

/// The roots of the trees beside the way from one leaf to the root, each grown as its leaves come (RFC 6962, section 2.1.1).
private struct SiblingTrees {
    /// Ranges of leaves, the leaf's own sibling first.
    private var ranges: [Range<Int>] = []
    private var trees: [MerkleFrontier]

    init(of index: Int, in size: Int) {
        var (low, high) = (0, size)
        while high - low > 1 {
            var half = 1
            while half * 2 < high - low { half *= 2 }
            if index < low + half {
                ranges.append((low + half)..<high)
                high = low + half
            } else {
                ranges.append(low..<(low + half))
                low += half
            }
        }
        ranges.reverse()
        trees = ranges.map { _ in MerkleFrontier() }
    }

    mutating func append(_ leaf: MerkleHash, at index: Int) {
        if let at = ranges.firstIndex(where: { $0.contains(index) }) { trees[at].append(leaf) }
    }

    var path: [MerkleHash] { trees.map(\.root) }
}

extension Diagnostic {
    fileprivate static func noSuchSegment(_ path: String, _ index: Int, _ count: Int) -> Self {
        Diagnostic(
            id: "redaction.no-such-segment", severity: .error, location: TextLocation(path: path),
            message: "there is no segment \(index); expected 0 to \(count - 1)", hint: "take the index from the proof's 'hide' line")
    }

    fileprivate static func tooLong(_ path: String, _ index: Int) -> Self {
        Diagnostic(
            id: "redaction.segment-too-long", severity: .error, location: TextLocation(path: path),
            message: "segment \(index) is longer than \(RevealedSegment.maximumBytes >> 20) MiB", hint: "reveal the whole item by its seed")
    }

    fileprivate static func otherOriginal(_ path: String, _ entry: Int) -> Self {
        Diagnostic(
            id: "redaction.root-differs", severity: .error, location: TextLocation(path: path),
            message: "the bytes, seed or cut differ from what entry \(entry) commits to", hint: "ask for the original as it was collected")
    }

    fileprivate static func otherPlace(_ path: String, _ entry: Int, _ index: Int, _ wantedEntry: Int, _ wantedIndex: Int) -> Self {
        Diagnostic(
            id: "redaction.other-segment", severity: .error, location: TextLocation(path: path),
            message: "the file reveals segment \(index) of entry \(entry); expected segment \(wantedIndex) of entry \(wantedEntry)",
            hint: "ask for the segment that the view hides")
    }

    fileprivate static func notCommitted(_ path: String, _ entry: Int, _ index: Int) -> Self {
        Diagnostic(
            id: "redaction.not-committed", severity: .error, location: TextLocation(path: path),
            message: "the revealed bytes are not those that segment \(index) of entry \(entry) was committed to",
            hint: "do not rely on them; ask for the segment again")
    }

    fileprivate static func malformedReveal(_ path: String) -> Self {
        Diagnostic(
            id: "redaction.reveal", severity: .error, location: TextLocation(path: path),
            message: "the file does not reveal anything in the form that this program writes", hint: "ask for the file as it was made")
    }

    fileprivate static func otherSeed(_ path: String, _ found: Int, _ expected: Int) -> Self {
        Diagnostic(
            id: "redaction.other-entry", severity: .error, location: TextLocation(path: path),
            message: "the seed is that of entry \(found); expected entry \(expected)", hint: "ask for the seed of the item at hand")
    }
}
