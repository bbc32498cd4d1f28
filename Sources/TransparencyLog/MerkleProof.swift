/// Proofs of RFC 6962, sections 2.1.1 and 2.1.2, made and checked.
public enum MerkleProof {
    /// The largest power of two below a count of two or more.
    static func split(_ count: Int) -> Int {
        var size = 1
        while size < count - size { size *= 2 }
        return size
    }

    /// The root of a range of leaves.
    /// - Parameter full: knows the roots of full ranges, whose size is a power of two and that begin at a multiple of it.
    static func root(of range: Range<Int>, full: (Range<Int>) throws -> MerkleHash) rethrows -> MerkleHash {
        if range.isEmpty { return .empty }
        // From the right, where the small subtrees are; at most one for each bit of the count.
        var pieces: [Range<Int>] = []
        var low = range.lowerBound
        while low < range.upperBound {
            var size = 1
            while low.isMultiple(of: size * 2), low + size * 2 <= range.upperBound { size *= 2 }
            pieces.append(low..<(low + size))
            low += size
        }
        guard let last = pieces.popLast() else { return .empty }
        var hash = try full(last)
        while let piece = pieces.popLast() { hash = .node(try full(piece), hash) }
        return hash
    }

    /// The root of hashes whose count is a power of two.
    static func root(ofFull hashes: [MerkleHash]) -> MerkleHash {
        var layer = hashes
        while layer.count > 1 { layer = stride(from: 0, to: layer.count - 1, by: 2).map { .node(layer[$0], layer[$0 + 1]) } }
        return layer.first ?? .empty
    }

    /// The inclusion proof of a leaf, its sibling first.
    ///
    /// - Parameters:
    ///   - index: from 0, below `size`; nothing is returned otherwise.
    ///   - subtree: the root of a range of leaves.
    public static func inclusion(of index: Int, in size: Int, subtree: (Range<Int>) throws -> MerkleHash) rethrows -> [MerkleHash] {
        guard index >= 0, index < size else { return [] }
        var proof: [MerkleHash] = []
        var range = 0..<size
        while range.count > 1 {
            let middle = range.lowerBound + split(range.count)
            let left = range.lowerBound..<middle
            let right = middle..<range.upperBound
            proof.append(try subtree(index < middle ? right : left))
            range = index < middle ? left : right
        }
        return proof.reversed()
    }

    /// Whether a proof shows that the leaf is at that place of the tree with that root. A proof that is too long or too short shows nothing.
    public static func holdsInclusion(leaf: MerkleHash, index: Int, size: Int, proof: [MerkleHash], root: MerkleHash) -> Bool {
        guard index >= 0, index < size else { return false }
        var place = index
        var last = size - 1
        var hash = leaf
        for sibling in proof {
            if last == 0 { return false }
            if place % 2 == 1 || place == last {
                hash = .node(sibling, hash)
                while place % 2 == 0, place != 0 {
                    place /= 2
                    last /= 2
                }
            } else {
                hash = .node(hash, sibling)
            }
            place /= 2
            last /= 2
        }
        return last == 0 && hash == root
    }

    /// The consistency proof from the tree of `old` leaves to that of `new`; empty unless 0 < old < new.
    public static func consistency(from old: Int, to new: Int, subtree: (Range<Int>) throws -> MerkleHash) rethrows -> [MerkleHash] {
        guard old > 0, old < new else { return [] }
        var proof: [MerkleHash] = []
        var range = 0..<new
        var isWhole = true
        while range.upperBound != old {
            let middle = range.lowerBound + split(range.count)
            let left = range.lowerBound..<middle
            let right = middle..<range.upperBound
            if old <= middle {
                proof.append(try subtree(right))
                range = left
            } else {
                proof.append(try subtree(left))
                range = right
                isWhole = false
            }
        }
        if !isWhole { proof.append(try subtree(range)) }
        return proof.reversed()
    }

    /// Whether a proof shows that the tree of `new` leaves begins with the tree of `old` leaves.
    ///
    /// For equal sizes the roots are equal and the proof is empty.
    /// From nothing there is nothing to prove: the old root is that of nothing, the proof is empty.
    public static func holdsConsistency(from old: Int, to new: Int, proof: [MerkleHash], oldRoot: MerkleHash, newRoot: MerkleHash) -> Bool {
        guard old >= 0, old <= new else { return false }
        if old == new { return proof.isEmpty && oldRoot == newRoot && (old > 0 || oldRoot == .empty) }
        if old == 0 { return proof.isEmpty && oldRoot == .empty }
        var hashes = proof[...]
        if proof.isEmpty { return false }
        if old & (old - 1) == 0 { hashes = ([oldRoot] + proof)[...] }
        guard let first = hashes.popFirst() else { return false }
        var place = old - 1
        var last = new - 1
        while place % 2 == 1 {
            place /= 2
            last /= 2
        }
        var before = first
        var after = first
        for hash in hashes {
            if last == 0 { return false }
            if place % 2 == 1 || place == last {
                before = .node(hash, before)
                after = .node(hash, after)
                while place % 2 == 0, place != 0 {
                    place /= 2
                    last /= 2
                }
            } else {
                after = .node(after, hash)
            }
            place /= 2
            last /= 2
        }
        return last == 0 && before == oldRoot && after == newRoot
    }
}

/// A tree that is only ever appended to, in memory of the logarithm of its size: the roots of its full subtrees, the largest first.
public struct MerkleFrontier: Sendable {
    public private(set) var size = 0
    private var subtrees: [MerkleHash] = []

    public init() {}

    public mutating func append(_ leaf: MerkleHash) {
        var hash = leaf
        var rest = size
        while rest % 2 == 1, let left = subtrees.popLast() {
            hash = .node(left, hash)
            rest /= 2
        }
        subtrees.append(hash)
        size += 1
    }

    public var root: MerkleHash { root(with: nil) ?? .empty }

    /// The root with an incomplete subtree at the right of all.
    func root(with right: MerkleHash?) -> MerkleHash? {
        var hash = right
        for left in subtrees.reversed() { hash = hash.map { .node(left, $0) } ?? left }
        return hash
    }
}
