import Crypto
import TransparencyLog

/// The 32 random bytes from which all salts of one item are derived; whoever holds them can read back everything that was hidden.
public struct ItemSeed: Sendable {
    public let bytes: [UInt8]

    /// - Returns: `nil` unless there are exactly 32 bytes.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    private init(random: Void) {
        var generator = SystemRandomNumberGenerator()
        bytes = (0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }

    /// A seed from the system's random numbers.
    public static func random() -> ItemSeed { ItemSeed(random: ()) }
}

extension ItemSeed {
    /// What stands before the bytes in a blinded digest: `HMAC-SHA-256(seed, "dossier/seg1/blind")`, 32 bytes.
    public var blind: [UInt8] { SeedDerivation(self).blind }
}

extension ItemSeed: CustomStringConvertible {
    /// Never shows the bytes.
    public var description: String { "a seed" }
}

/// The names that enter the hashes of the scheme `dossier/seg1`.
enum SchemeTag {
    static let scheme = "dossier/seg1"
    static let salt = Array("dossier/seg1/salt".utf8)
    static let blind = Array("dossier/seg1/blind".utf8)
    /// With the zero bytes before and after it.
    static let leaf = [0x00] + Array("dossier/seg1/leaf".utf8) + [0x00]
    static let file = Array("dossier/seg1/file".utf8) + [0x00]
    static let pseudonym = Array("dossier/seg1/pseudonym".utf8) + [0x00]
}

/// What is derived from a seed.
struct SeedDerivation {
    private let key: SymmetricKey
    /// Keyed, with the tag taken in already.
    private let salted: HMAC<SHA256>

    init(_ seed: ItemSeed) {
        key = SymmetricKey(data: seed.bytes)
        var salted = HMAC<SHA256>(key: key)
        salted.update(data: SchemeTag.salt)
        self.salted = salted
    }

    /// 16 bytes for the segment of that index.
    func salt(_ index: Int) -> [UInt8] {
        var mac = salted
        withUnsafeBytes(of: UInt64(index).bigEndian) { mac.update(data: $0) }
        return Array(mac.finalize().prefix(16))
    }

    var blind: [UInt8] {
        var mac = HMAC<SHA256>(key: key)
        mac.update(data: SchemeTag.blind)
        return Array(mac.finalize())
    }
}

/// The hash of one segment, which may come in pieces.
struct SegmentLeaf {
    private var hash = SHA256()

    init(_ kind: SegmentKind, label: String, salt: [UInt8]) {
        var head = SchemeTag.leaf
        head.append(kind.rawValue)
        head += salt
        var label = label
        label.withUTF8 { text in
            withUnsafeBytes(of: UInt32(truncatingIfNeeded: text.count).bigEndian) { head += $0 }
            head += text
        }
        hash.update(data: head)
    }

    mutating func update(_ bytes: UnsafeRawBufferPointer) { hash.update(bufferPointer: bytes) }

    /// A SHA-256 has the 32 bytes of a tree hash, so that the alternative is never taken.
    func finish() -> MerkleHash { MerkleHash(Array(hash.finalize())) ?? .empty }
}
