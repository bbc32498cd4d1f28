import Crypto
import StructuredText
import TestSupport
import Testing

@testable import Signatures

@Suite struct TimestampRequestTests {
    private static let digest = Array(SHA256.hash(data: Array("hello evidence\n".utf8)))
    private static let imprint = "3031300d060960864801650304020105000420fe482b5e524c67728f4f2b4f430cd10d9a25659641f995ae537b282ccd181e0b"

    @Test(arguments: [
        (nil, "3039020101\(imprint)0101ff"), ("484ecba97098bfdd", "3043020101\(imprint)0208484ecba97098bfdd0101ff"),
        ("c84ecba97098bfdd", "3044020101\(imprint)020900c84ecba97098bfdd0101ff"), ("00000007", "303c020101\(imprint)0201070101ff"),
        ("00", "303c020101\(imprint)0201000101ff"),
    ])
    func hasTheBytesOfTheSpecification(nonce: String?, expected: String) throws {
        let request = try #require(TimestampRequest(digest: Self.digest, nonce: nonce.flatMap { BinaryText.bytes(hex: $0) }))
        #expect(BinaryText.hex(request.der) == expected)
        #expect(TimestampRequest(der: request.der) == request)
    }

    @Test func takesOnlySHA256AndANonceOfReasonableLength() {
        #expect(TimestampRequest(digest: [1, 2, 3]) == nil)
        #expect(TimestampRequest(digest: Self.digest, nonce: []) == nil)
        #expect(TimestampRequest(digest: Self.digest, nonce: Array(repeating: 1, count: 33)) == nil)
    }

    @Test func readsOnlyWhatItWrites() throws {
        let good = try #require(TimestampRequest(digest: Self.digest, nonce: [9])).der
        for index in good.indices {
            var other = good
            other[index] ^= 1 << UInt8(index % 8)
            let read = TimestampRequest(der: other)
            #expect(read == nil || read?.digest != Self.digest || read?.nonce != [9])
            #expect(TimestampRequest(der: Array(good[..<index])) == nil)
        }
        #expect(TimestampRequest(der: good + [0]) == nil)
        #expect(TimestampRequest(der: Array(repeating: 0x30, count: 100_000)) == nil)
    }

    @Test(.enabled(if: ForeignTool.openssl.isInstalled, ForeignTool.openssl.whyNot))
    func isTheRequestThatOpensslMakes() throws {
        let folder = try TemporaryFolder()
        try folder.write("hello evidence\n", to: "data")
        let made = try ForeignTool.shell("openssl ts -query -data data -sha256 -cert -no_nonce -out req.tsq", in: folder.path)
        #expect(made.code == 0, "\(made.text)")
        #expect(try folder.read("req.tsq") == TimestampRequest(digest: Self.digest)?.der)
    }
}
