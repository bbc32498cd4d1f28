import Crypto
import StructuredText

/// `SHA-256("dossier/seg1/file" ‖ 00 ‖ blind ‖ file)`: a digest that says nothing to who does not know the blind.
public struct BlindedDigest {
    private var hash = SHA256()

    public init(blind: [UInt8]) { hash.update(data: SchemeTag.file + blind) }

    public mutating func update(_ bytes: UnsafeRawBufferPointer) { hash.update(bufferPointer: bytes) }

    /// In hexadecimal digits.
    public func finish() -> String { BinaryText.hex(hash.finalize()) }

    /// The blinded digest of bytes that are in memory.
    public static func of(_ bytes: [UInt8], blind: [UInt8]) -> String {
        var digest = BlindedDigest(blind: blind)
        bytes.withUnsafeBytes { digest.update($0) }
        return digest.finish()
    }
}
