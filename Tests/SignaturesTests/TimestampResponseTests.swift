import Crypto
import Diagnostics
import StructuredText
import SwiftASN1
import TestSupport
import Testing

@testable import Signatures

@Suite(.enabled(if: ForeignTool.openssl.isInstalled, ForeignTool.openssl.whyNot))
struct TimestampResponseTests {
    let authority: TestAuthority
    let digest = Array(SHA256.hash(data: Array("hello evidence\n".utf8)))

    /// Slow without optimization: one bit of each byte is enough for every day.
    private static let everyBit = false

    init() throws { authority = try TestAuthority.shared.get() }

    /// What one of the test authorities answers, in a folder of its own.
    private func reply(
        to request: [UInt8], by signer: String = "tsa", digest: String = "sha256", identifier: String = "sha256", certificates: String? = "ca.pem"
    ) throws -> (bytes: [UInt8], folder: TemporaryFolder) {
        let folder = try TemporaryFolder()
        try folder.write(request, to: "req.tsq")
        let home = authority.folder.path
        try folder.write(
            """
            [tsa]
            serial = \(folder.path)/serial
            crypto_device = builtin
            signer_cert = \(home)/\(signer).pem
            signer_key = \(home)/\(signer).key
            \(certificates.map { "certs = \(home)/\($0)" } ?? "")
            signer_digest = \(digest)
            default_policy = 1.2.3.4.1
            digests = sha256,sha384,sha512
            accuracy = secs:1
            ordering = no
            tsa_name = yes
            ess_cert_id_chain = no
            ess_cert_id_alg = \(identifier)

            """, to: "tsa.cnf")
        try folder.write("01A7\n", to: "serial")
        let made = try ForeignTool.shell("openssl ts -reply -config tsa.cnf -section tsa -queryfile req.tsq -out resp.tsr", in: folder.path)
        try #require(made.code == 0, "\(made.text)")
        return (try folder.read("resp.tsr"), folder)
    }

    private func request(nonce: [UInt8]? = nil) throws -> [UInt8] { try #require(TimestampRequest(digest: digest, nonce: nonce)).der }

    private func outcome(
        _ bytes: [UInt8], nonce: [UInt8]? = nil, over other: [UInt8]? = nil, roots: [String] = ["ca"]
    ) async throws -> String {
        do {
            let response = try TimestampResponse(der: bytes, path: "bundle.tsr")
            _ = try await response.verify(overDigest: other ?? digest, nonce: nonce, roots: try roots.map(authority.der))
            return "good"
        } catch let diagnostic as Diagnostic { return diagnostic.id }
    }

    @Test(arguments: [
        ("tsa", "sha256", "sha256"), ("tsa384", "sha384", "sha256"), ("tsarsa", "sha256", "sha256"), ("tsarsa", "sha512", "sha512"),
        ("tsarsa", "sha384", "sha1"), ("tsa", "sha256", "sha384"),
    ])
    func verifiesWhatOpensslStampsAndVerifies(signer: String, digestName: String, identifier: String) async throws {
        let nonce: [UInt8] = [0xC8, 1, 2, 3]
        let (bytes, folder) = try reply(to: try request(nonce: nonce), by: signer, digest: digestName, identifier: identifier)
        let response = try TimestampResponse(der: bytes, path: "bundle.tsr")
        let stamp = try await response.verify(overDigest: digest, nonce: nonce, roots: [try authority.der("ca")])
        #expect(stamp.serial == "01a8" && stamp.policy == "1.2.3.4.1")
        #expect(stamp.authorityFingerprint == (try CertificateChain.fingerprint(of: try authority.der(signer), path: "x")))
        #expect(stamp.rootFingerprint == (try CertificateChain.fingerprint(of: try authority.der("ca"), path: "x")))
        #expect(stamp.authority.hasSuffix("TSA,O=Example Test"))
        #expect(stamp.seconds >= (try authority.now()) - 86_400)

        let openssl = try ForeignTool.shell(
            "openssl ts -verify -queryfile req.tsq -in resp.tsr -CAfile \(authority.folder.path)/ca.pem", in: folder.path)
        #expect(openssl.text.contains("Verification: OK"))
    }

    @Test func statesTheTimeThatOpensslReads() async throws {
        let (bytes, folder) = try reply(to: try request())
        let stamp = try await TimestampResponse(der: bytes, path: "x").verify(overDigest: digest, roots: [try authority.der("ca")])
        let read = try ForeignTool.shell(
            "date -u -d \"$(openssl ts -reply -in resp.tsr -text 2>/dev/null | sed -n 's/^Time stamp: //p')\" +%s", in: folder.path)
        #expect(read.text == "\(stamp.seconds)\n")
    }

    @Test func verifiesAChainWithAnIntermediate() async throws {
        let bytes = try reply(to: try request(), by: "tsainter", certificates: "chain.pem").bytes
        #expect(try await outcome(bytes) == "good")
        let without = try reply(to: try request(), by: "tsainter", certificates: nil).bytes
        #expect(try await outcome(without) == "timestamp.unknown-authority")
    }

    @Test func refusesAsOpensslDoes() async throws {
        let (bytes, folder) = try reply(to: try request(nonce: [7]))
        try folder.write("other\n", to: "other")
        try folder.write(try request(nonce: [8]), to: "other.tsq")
        let home = authority.folder.path
        func openssl(_ arguments: String) throws -> String { try ForeignTool.shell("openssl ts -verify \(arguments) -in resp.tsr", in: folder.path).text }
        #expect(try await outcome(bytes, nonce: [7]) == "good")
        #expect(try await outcome(bytes, over: Array(SHA256.hash(data: Array("other\n".utf8)))) == "timestamp.other-data")
        #expect(try openssl("-data other -CAfile \(home)/ca.pem").contains("message imprint mismatch"))
        #expect(try await outcome(bytes, nonce: [8]) == "timestamp.other-nonce")
        #expect(try openssl("-queryfile other.tsq -CAfile \(home)/ca.pem").contains("nonce mismatch"))
        #expect(try await outcome(bytes, roots: ["other"]) == "timestamp.unknown-authority")
        #expect(try openssl("-queryfile req.tsq -CAfile \(home)/other.pem").contains("certificate verify error"))
        #expect(try await outcome(bytes, roots: []) == "timestamp.unknown-authority")
    }

    @Test func refusesAReplyWithoutTheNonceThatWasAskedFor() async throws {
        #expect(try await outcome(try reply(to: try request()).bytes, nonce: [7]) == "timestamp.other-nonce")
    }

    @Test func refusesAReplyWithoutTheSignersCertificate() async throws {
        let query = try DERTree(try request())
        let bytes = try reply(to: DERTree.sequence(Array(query.inner.dropLast())).bytes).bytes
        #expect(try await outcome(bytes) == "timestamp.no-signer")
    }

    @Test func saysWhatTheAuthorityRefused() throws {
        let query = try DERTree(try request())
        var policy = query
        policy.inner.insert(try DERTree.name([1, 2, 3, 9]), at: 2)
        let bytes = try reply(to: policy.bytes).bytes
        let diagnostic = try #require(throws: Diagnostic.self) { try TimestampResponse(der: bytes, path: "resp.tsr") }
        #expect(diagnostic.id == "timestamp.rejected")
        #expect(diagnostic.message.contains("status 2, unaccepted policy"))
    }

    @Test func refusesEveryChangedByte() async throws {
        let bytes = try reply(to: try request(nonce: [7])).bytes
        for bit in 0..<bytes.count * 8 where bit / 8 % 8 == bit % 8 || Self.everyBit {
            let index = bit / 8
            var other = bytes
            other[index] ^= 1 << UInt8(bit % 8)
            if try await outcome(other, nonce: [7]) == "good" { Issue.record("byte \(index) can be changed") }
        }
    }

    @Test func survivesEveryCut() async throws {
        let bytes = try reply(to: try request()).bytes
        for count in stride(from: 0, to: bytes.count, by: 3) { #expect(try await outcome(Array(bytes[..<count])) == "timestamp.malformed") }
        for hostile in [[UInt8](), Array(repeating: 0x30, count: 300_000), Array(repeating: 0xA0, count: 1000), bytes + [0]] {
            #expect(try await outcome(hostile) == "timestamp.malformed")
        }
    }

    // MARK: What no signature covers

    @Test func refusesCertificatesThatTheChainDoesNotNeed() async throws {
        let (bytes, folder) = try reply(to: try request(), certificates: "unneeded.pem")
        #expect(try await outcome(bytes) == "timestamp.certificates-not-needed")
        let normal = try TimestampResponse.normalized(bytes, path: "x")
        #expect(try await outcome(normal.der) == "good")
        try folder.write(normal.der, to: "normal.tsr")
        let openssl = try ForeignTool.shell(
            "openssl ts -verify -queryfile req.tsq -in normal.tsr -CAfile \(authority.folder.path)/ca.pem", in: folder.path)
        #expect(openssl.text.contains("Verification: OK"))
    }

    @Test func normalizingLeavesAGoodReplyAsItIs() throws {
        let bytes = try reply(to: try request(), by: "tsainter", certificates: "chain.pem").bytes
        #expect(try TimestampResponse.normalized(bytes, path: "x").der == bytes)
    }

    @Test(arguments: ["status text", "granted with changes", "unsigned attributes", "order of certificates", "revocation lists"])
    func refusesWhatStandsBesideTheSignatureUntilItIsNormalized(what: String) async throws {
        let good = try reply(to: try request(), by: "tsainter", certificates: "chain.pem").bytes
        var tree = try DERTree(good)
        switch what {
        case "status text": tree[0] = .sequence([.integer(0), .sequence([.text(.utf8String, "Operation Okay")])])
        case "granted with changes": tree[0] = .sequence([.integer(1)])
        case "unsigned attributes":
            tree[1, 1, 0, 4, 0].inner.append(.context(1, [.sequence([try .name([1, 2, 3]), .set([.octets([1])])])]))
        case "order of certificates": tree[1, 1, 0, 3].inner.reverse()
        default: tree[1, 1, 0].inner.insert(.context(1, []), at: 4)
        }
        #expect(try await outcome(tree.bytes) != "good")
        let normal = try TimestampResponse.normalized(tree.bytes, path: "x")
        #expect(normal.der == good)
        #expect(try await outcome(normal.der) == "good")
    }

    @Test(arguments: ["two signers", "no signer", "no token", "version", "second digest algorithm", "content type", "no signed attributes"])
    func refusesAnotherStructure(what: String) async throws {
        var tree = try DERTree(try reply(to: try request()).bytes)
        switch what {
        case "two signers": tree[1, 1, 0, 4].inner.append(tree[1, 1, 0, 4, 0])
        case "no signer": tree[1, 1, 0, 4].inner = []
        case "no token": tree.inner.removeLast()
        case "version": tree[1, 1, 0, 0] = .integer(1)
        case "second digest algorithm": tree[1, 1, 0, 1].inner.append(tree[1, 1, 0, 1, 0])
        case "content type": tree[1, 1, 0, 2, 0] = try .name([1, 2, 840, 113549, 1, 7, 1])
        default: tree[1, 1, 0, 4, 0].inner.remove(at: 3)
        }
        #expect(try await outcome(tree.bytes) == "timestamp.malformed")
    }

    // MARK: Tokens that openssl's own authority would not make

    /// A token over a statement of ours, signed with `openssl cms`.
    private func token(
        _ time: String, by signer: String = "tsa", options: String = "-cades", extensions: [DERTree] = []
    ) throws -> [UInt8] {
        let folder = try TemporaryFolder()
        let imprint = DERTree.sequence([.sequence([try .name(.sha256), .leaf(.null, [])]), .octets(digest)])
        let statement = DERTree.sequence(
            [.integer(1), try .name([1, 2, 3, 4, 1]), imprint, .integer(5), .text(.generalizedTime, time)] + extensions)
        try folder.write(statement.bytes, to: "tst")
        let home = authority.folder.path
        let made = try ForeignTool.shell(
            """
            openssl cms -sign -binary -nodetach -nosmimecap -in tst -econtent_type 1.2.840.113549.1.9.16.1.4 \
                -signer \(home)/\(signer).pem -inkey \(home)/\(signer).key -md sha256 \(options) -outform DER -out token
            """, in: folder.path)
        try #require(made.code == 0, "\(made.text)")
        return DERTree.sequence([.sequence([.integer(0)]), try DERTree(try folder.read("token"))]).bytes
    }

    private func year(_ offset: Int) throws -> Int { try 1970 + authority.now() / 31_556_952 + offset }

    @Test func judgesTheChainAtTheStatedTime() async throws {
        #expect(try await outcome(try token("\(try year(2))0101000000Z")) == "good")
        #expect(try await outcome(try token("\(try year(2))0101000000.25Z")) == "good")
        #expect(try await outcome(try token("\(try year(12))0101000000Z")) == "timestamp.outside-validity")
        #expect(try await outcome(try token("20200101000000Z")) == "timestamp.outside-validity")
    }

    @Test(arguments: [
        ("20240229235959Z", 1_709_251_199), ("20000301000000Z", 951_868_800), ("19700101000000Z", 0), ("20991231235959.999Z", 4_102_444_799),
    ])
    func countsSecondsFrom1970(time: String, expected: Int) throws {
        #expect(try TimestampResponse(der: try token(time), path: "x").unverifiedSeconds == expected)
    }

    @Test(arguments: ["tsaloose", "tsatwo", "signer"])
    func refusesASignerThatIsNotForTimestampsAlone(signer: String) async throws {
        #expect(try await outcome(try token("\(try year(1))0101000000Z", by: signer)) == "timestamp.other-purpose")
    }

    @Test func refusesAWeakKey() async throws {
        #expect(try await outcome(try token("\(try year(1))0101000000Z", by: "tsaweak")) == "timestamp.malformed")
    }

    @Test func refusesATokenThatDoesNotNameItsSignersCertificate() async throws {
        #expect(try await outcome(try token("\(try year(1))0101000000Z", options: "")) == "timestamp.malformed")
    }

    @Test(arguments: ["20240101000000", "20240101000000+0100", "240101000000Z", "19690101000000Z", "20241301000000Z", ""])
    func refusesOtherTimes(time: String) async throws {
        #expect(try await outcome(try token(time)) == "timestamp.malformed")
    }

    @Test func refusesAnUnknownCriticalExtension() async throws {
        func extensions(_ critical: UInt8) throws -> DERTree {
            .context(1, [.sequence([try .name([1, 2, 3, 4]), .leaf(.boolean, [critical]), .octets([5, 0])])])
        }
        let time = "\(try year(1))0101000000Z"
        #expect(try await outcome(try token(time, extensions: [try extensions(0xFF)])) == "timestamp.malformed")
        #expect(try await outcome(try token(time, extensions: [.context(1, [.sequence([try .name([1, 2, 3, 4]), .octets([5, 0])])])])) == "good")
    }
}
