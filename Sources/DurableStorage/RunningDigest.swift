import Crypto
public import StructuredText

/// SHA-256 as this project writes it: `sha256:` and 64 hexadecimal digits.
public struct RunningDigest {
    private var hash = SHA256()
    public init() {}

    public mutating func update(_ bytes: UnsafeRawBufferPointer) { hash.update(bufferPointer: bytes) }
    public mutating func update(_ bytes: [UInt8]) { hash.update(data: bytes) }
    public func finish() -> String { "sha256:" + BinaryText.hex(hash.finalize()) }

    public static func of(_ bytes: [UInt8]) -> String {
        var digest = RunningDigest()
        digest.update(bytes)
        return digest.finish()
    }

    /// The digest of all that a stream holds, in flat memory.
    /// - Throws: what the stream throws.
    public static func of(_ stream: any ByteStream) throws -> String {
        var digest = RunningDigest()
        try forEachPiece(of: stream) { digest.update($0) }
        return digest.finish()
    }
}
