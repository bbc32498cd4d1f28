import Crypto
import StructuredText

/// A hash of the Merkle tree: SHA-256, 32 bytes (RFC 6962, section 2.1).
public struct MerkleHash: Hashable, Sendable {
    /// 32 bytes.
    public let bytes: [UInt8]

    /// - Returns: `nil` unless there are 32 bytes.
    public init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == 32 else { return nil }
        self.bytes = Array(bytes)
    }

    fileprivate init(digest: SHA256.Digest) { bytes = Array(digest) }

    /// 64 lower-case hexadecimal digits.
    public init?(hex: String) {
        guard let bytes = BinaryText.bytes(hex: hex) else { return nil }
        self.init(bytes)
    }

    /// Base64 with padding that gives the same text when it is encoded again.
    public init?(base64: String) {
        guard let bytes = BinaryText.bytes(base64: base64) else { return nil }
        self.init(bytes)
    }

    public var hex: String { BinaryText.hex(bytes) }
    public var base64: String { BinaryText.base64(bytes) }

    /// The hash of an entry: SHA-256(00 ‖ entry). The prefix keeps a node from posing as a leaf.
    public static func leaf(_ entry: [UInt8]) -> MerkleHash {
        var hash = SHA256()
        hash.update(data: [0])
        hash.update(data: entry)
        return MerkleHash(digest: hash.finalize())
    }

    /// The hash of two subtrees: SHA-256(01 ‖ left ‖ right).
    public static func node(_ left: MerkleHash, _ right: MerkleHash) -> MerkleHash { node(left.bytes, right.bytes) }

    static func node(_ left: [UInt8], _ right: [UInt8]) -> MerkleHash {
        var hash = SHA256()
        hash.update(data: [1])
        hash.update(data: left)
        hash.update(data: right)
        return MerkleHash(digest: hash.finalize())
    }

    /// The root of the tree without leaves: SHA-256 of nothing.
    public static let empty = MerkleHash(digest: SHA256.hash(data: [UInt8]()))
}

extension MerkleHash: CustomStringConvertible {
    public var description: String { hex }
}
