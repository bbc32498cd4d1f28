import Crypto
import Foundation

/// ECDSA signatures with the smaller of the two values of s that verify alike (BIP 146 names the rule `LOW_S`): a signature that nothing else covers then has one
/// spelling only, so that nobody can exchange it for another that is as good.
enum LowSignature {
    /// The order of the curve P-256, halved (SEC 2, section 2.4.2).
    private static let half: [UInt8] = [
        0x7F, 0xFF, 0xFF, 0xFF, 0x80, 0x00, 0x00, 0x00, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xDE, 0x73, 0x7D, 0x56, 0xD3, 0x8B, 0xCF, 0x42, 0x79, 0xDC, 0xE5, 0x61, 0x7E, 0x31, 0x92, 0xA8,
    ]
    private static let order: [UInt8] = [
        0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xBC, 0xE6, 0xFA, 0xAD, 0xA7, 0x17, 0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63, 0x25, 0x51,
    ]

    /// Whether a DER signature has the smaller s.
    static func isLow(_ der: [UInt8]) -> Bool {
        guard let signature = try? P256.Signing.ECDSASignature(derRepresentation: der) else { return false }
        let s = Array(signature.rawRepresentation.suffix(32))
        return s.count == 32 && !half.lexicographicallyPrecedes(s)
    }

    /// The same signature with the smaller s.
    static func of(_ signature: P256.Signing.ECDSASignature) -> P256.Signing.ECDSASignature {
        let raw = Array(signature.rawRepresentation)
        let s = Array(raw.suffix(32))
        guard raw.count == 64, half.lexicographicallyPrecedes(s) else { return signature }
        var difference = [UInt8](repeating: 0, count: 32)
        var borrow = 0
        for index in (0..<32).reversed() {
            var value = Int(order[index]) - Int(s[index]) - borrow
            borrow = value < 0 ? 1 : 0
            if value < 0 { value += 256 }
            difference[index] = UInt8(value)
        }
        return (try? P256.Signing.ECDSASignature(rawRepresentation: Data(raw.prefix(32) + difference))) ?? signature
    }
}
