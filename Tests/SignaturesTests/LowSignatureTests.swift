import Crypto
import Foundation
import StructuredText
import Testing

@testable import Signatures

@Suite struct LowSignatureTests {
    @Test func everySignatureOfOursHasTheSmallerS() throws {
        let key = try SigningKey.generate(.ecdsaP256)
        for round in 0..<40 { #expect(LowSignature.isLow(try key.sign(Array("text \(round)".utf8)))) }
    }

    @Test func theOtherSpellingVerifiesAndDoesNotCountInAnEnvelope() throws {
        let key = try SigningKey.generate(.ecdsaP256)
        var envelope = Envelope(payload: Array("{}".utf8))
        try envelope.sign(with: key)
        let good = try #require(envelope.signatures.first)
        #expect(envelope.isValid(good, by: key.publicKey))
        let other = Envelope.Signature(keyID: good.keyID, bytes: try Self.otherSpelling(good.bytes))
        #expect(key.publicKey.isValid(signature: other.bytes, for: envelope.signedBytes))
        #expect(!envelope.isValid(other, by: key.publicKey))
    }

    @Test func amongTheTwinsIsTheOtherSpelling() throws {
        for round in 0..<20 {
            let signature = try SigningKey.generate(.ecdsaP256).sign(Array("text \(round)".utf8))
            #expect(try LowSignature.twins(of: signature).contains(try Self.otherSpelling(signature)))
        }
    }

    @Test(
        arguments: [[], [0x30, 0], [0x30, 6, 2, 1, 1, 2, 1, 1, 0], [0x30, 8, 2, 2, 0, 1, 2, 2, 0, 1], [0x30, 9, 2, 1, 1, 2, 1, 1, 2, 1, 1], [4, 1, 1]]
            as [[UInt8]])
    func noOtherBytesHaveTwins(bytes: [UInt8]) {
        #expect(throws: (any Error).self) { try LowSignature.twins(of: bytes) }
    }

    /// r and n - s, computed digit by digit in the test's own way.
    private static func otherSpelling(_ der: [UInt8]) throws -> [UInt8] {
        let raw = Array(try P256.Signing.ECDSASignature(derRepresentation: der).rawRepresentation)
        let order = try #require(BinaryText.bytes(hex: "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"))
        var carry = 0
        var out = [UInt8](repeating: 0, count: 32)
        for index in stride(from: 31, through: 0, by: -1) {
            let value = Int(order[index]) - Int(raw[32 + index]) + carry
            out[index] = UInt8(truncatingIfNeeded: value)
            carry = value < 0 ? -1 : 0
        }
        return Array(try P256.Signing.ECDSASignature(rawRepresentation: Data(raw.prefix(32) + out)).derRepresentation)
    }
}
