import Crypto
public import Diagnostics
public import StructuredText
public import TransparencyLog

/// What a ledger entry says about the segments of an item, without telling anything about their bytes.
public struct CommitmentSummary: Hashable, Sendable {
    /// The scheme that this program writes and reads.
    public static let scheme = SchemeTag.scheme

    /// The root of the tree over the segments' leaves.
    public var root: MerkleHash
    public var segments: Int

    public init(root: MerkleHash, segments: Int) {
        self.root = root
        self.segments = segments
    }

    /// The member `commit` of an entry.
    public var value: Value {
        .object([("root", .string(root.hex)), ("scheme", .string(Self.scheme)), ("segments", .int(segments))])
    }

    /// Reads the member `commit` of an entry.
    /// - Throws: a `Diagnostic` for another scheme or shape.
    public init(_ node: JSONNode, path: String) throws(Diagnostic) {
        guard let members = node.members, members.count == 3, let scheme = node["scheme"]?.string, scheme.utf8.elementsEqual(Self.scheme.utf8),
            let root = node["root"]?.string.flatMap({ MerkleHash(hex: $0) }), case .number(let literal)? = node["segments"]?.kind,
            let segments = Int(literal), (0...CanonicalJSON.largestInteger).contains(segments), String(segments) == literal
        else { throw .badCommitment(path) }
        self.init(root: root, segments: segments)
    }
}

/// The commitment to one item: made when it is collected, from its bytes and a seed.
public struct Commitment: Hashable, Sendable {
    /// The digest of the bytes behind a secret prefix, in hexadecimal: a plain one would let short fields be guessed.
    public var blinded: String
    public var summary: CommitmentSummary

    /// Reads the stream once.
    /// - Throws: what the stream throws.
    public init(of stream: any ByteStream, seed: ItemSeed, segmentation: Segmentation) throws {
        let derivation = SeedDerivation(seed)
        var file = BlindedDigest(blind: derivation.blind)
        var tree = MerkleFrontier()
        var leaves = LeafSequence(derivation)
        try segmentation.forEachSegment(of: stream) { segment in
            file.update(UnsafeRawBufferPointer(segment.bytes))
            if let leaf = leaves.take(segment)?.leaf { tree.append(leaf) }
        }
        blinded = file.finish()
        summary = CommitmentSummary(root: tree.root, segments: leaves.count)
    }

    /// The blinded digest alone, in one pass that cuts nothing.
    /// - Throws: what the stream throws.
    public static func blinded(of stream: any ByteStream, seed: ItemSeed) throws -> String {
        var digest = BlindedDigest(blind: seed.blind)
        try forEachPiece(of: stream) { digest.update($0) }
        return digest.finish()
    }
}

/// Hashes segments into leaves, one after the other.
struct LeafSequence {
    struct Finished {
        var index: Int
        var salt: [UInt8]
        var leaf: MerkleHash
        /// In bytes.
        var length: Int
    }

    private let derivation: SeedDerivation
    private var salt: [UInt8] = []
    private var current: SegmentLeaf?
    private var length = 0
    /// How many segments are finished.
    private(set) var count = 0

    init(_ derivation: SeedDerivation) { self.derivation = derivation }

    /// Takes a segment or a piece of one; gives its leaf when it is complete.
    mutating func take(_ segment: Segment) -> Finished? {
        if segment.isFirst {
            salt = derivation.salt(count)
            current = SegmentLeaf(segment.kind, label: segment.label, salt: salt)
            length = 0
        }
        current?.update(UnsafeRawBufferPointer(segment.bytes))
        length += segment.bytes.count
        guard segment.isLast, let leaf = current?.finish() else { return nil }
        defer { count += 1 }
        return Finished(index: count, salt: salt, leaf: leaf, length: length)
    }
}

extension Diagnostic {
    fileprivate static func badCommitment(_ path: String) -> Self {
        Diagnostic(
            id: "redaction.commitment", severity: .error, location: TextLocation(path: path),
            message: "'commit' is not a commitment; expected a root, the scheme 'dossier/seg1' and a number of segments",
            hint: "restore the entry as it was issued")
    }
}
