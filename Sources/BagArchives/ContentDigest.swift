import CZlib
import Crypto
import StructuredText

/// The SHA-256 of a member's bytes.
public struct ContentDigest: Hashable, Sendable {
    private let words: (UInt64, UInt64, UInt64, UInt64)

    /// - Parameter bytes: 32 of them, else `nil`.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        func word(_ at: Int) -> UInt64 { bytes[at..<(at + 8)].reduce(0) { $0 << 8 | UInt64($1) } }
        words = (word(0), word(8), word(16), word(24))
    }

    /// - Parameter hex: 64 lower-case hexadecimal digits, else `nil`.
    public init?(hex: String) {
        guard let bytes = BinaryText.bytes(hex: hex) else { return nil }
        self.init(bytes)
    }

    /// The digest of bytes in memory.
    public static func of(_ bytes: [UInt8]) -> ContentDigest { ContentDigest(SHA256.hash(data: bytes)) }

    init(_ digest: SHA256.Digest) {
        words = digest.withUnsafeBytes { bytes in
            func word(_ at: Int) -> UInt64 { UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self)) }
            return (word(0), word(8), word(16), word(24))
        }
    }

    public var bytes: [UInt8] {
        [words.0, words.1, words.2, words.3].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * $0)) } }
    }

    /// 64 lower-case hexadecimal digits.
    public var hex: String { BinaryText.hex(bytes) }

    public static func == (a: Self, b: Self) -> Bool { a.words == b.words }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.3)
    }
}

/// A name with the digest of its bytes.
public struct MemberDigest: Hashable, Sendable {
    /// The path inside the bundle's folder.
    public let name: String
    public let digest: ContentDigest
    /// The length in bytes.
    public let size: Int

    public init(name: String, digest: ContentDigest, size: Int) {
        self.name = name
        self.digest = digest
        self.size = size
    }
}

/// CRC-32 as ZIP uses it.
struct RunningCRC {
    private(set) var value: UInt32 = 0

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress else { return }
        value = UInt32(truncatingIfNeeded: crc32_z(UInt(value), start.assumingMemoryBound(to: UInt8.self), bytes.count))
    }
}
