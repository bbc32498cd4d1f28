import Crypto
import Foundation
import SwiftASN1

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
        guard let difference = difference(order, s) else { return signature }
        return (try? P256.Signing.ECDSASignature(rawRepresentation: Data(raw.prefix(32) + difference))) ?? signature
    }

    /// The DER signatures that verify as well as this one, on each curve that it can be of; the curve itself is named by the signer's key alone.
    /// - Throws: a `DERFault` or an error of SwiftASN1 when the bytes are not the strict DER of two numbers.
    static func twins(of der: [UInt8]) throws -> [[UInt8]] {
        var fields = try DERFields(try StrictDER.parse(der))
        let r = try fields.next()
        let s = try StrictDER.magnitude(try fields.next())
        try fields.end()
        return orders.compactMap { order in
            guard s.count <= order.count, let other = difference(order, [UInt8](repeating: 0, count: order.count - s.count) + s) else { return nil }
            let digits = Array(other.drop { $0 == 0 })
            guard let first = digits.first else { return nil }
            var serializer = DER.Serializer()
            serializer.appendConstructedNode(identifier: .sequence) { serializer in
                StrictDER.write(r, to: &serializer)
                serializer.appendPrimitiveNode(identifier: .integer) { $0 += (first < 0x80 ? [] : [0]) + digits }
            }
            return serializer.serializedBytes
        }
    }

    /// The orders of the curves P-256, P-384 and P-521 (SEC 2, sections 2.4.2, 2.5.1 and 2.6.1).
    private static let orders: [[UInt8]] = [
        order,
        [UInt8](repeating: 0xFF, count: 24) + [
            0xC7, 0x63, 0x4D, 0x81, 0xF4, 0x37, 0x2D, 0xDF, 0x58, 0x1A, 0x0D, 0xB2, 0x48, 0xB0, 0xA7, 0x7A, 0xEC, 0xEC, 0x19, 0x6A, 0xCC, 0xC5, 0x29, 0x73,
        ],
        [0x01] + [UInt8](repeating: 0xFF, count: 32) + [
            0xFA, 0x51, 0x86, 0x87, 0x83, 0xBF, 0x2F, 0x96, 0x6B, 0x7F, 0xCC, 0x01, 0x48, 0xF7, 0x09, 0xA5, 0xD0, 0x3B, 0xB5, 0xC9, 0xB8, 0x89, 0x9C, 0x47,
            0xAE, 0xBB, 0x6F, 0xB7, 0x1E, 0x91, 0x38, 0x64, 0x09,
        ],
    ]

    /// Of two numbers of equal length, big end first; `nil` when it would be negative.
    private static func difference(_ a: [UInt8], _ b: [UInt8]) -> [UInt8]? {
        guard a.count == b.count else { return nil }
        var difference = [UInt8](repeating: 0, count: a.count)
        var borrow = 0
        for index in a.indices.reversed() {
            let value = Int(a[index]) - Int(b[index]) - borrow
            borrow = value < 0 ? 1 : 0
            difference[index] = UInt8(truncatingIfNeeded: value)
        }
        return borrow == 0 ? difference : nil
    }
}
