import Diagnostics
import Testing

@testable import Signatures

@Suite(.enabled(if: ForeignTool.openssl.isInstalled, ForeignTool.openssl.whyNot))
struct CertificateChainTests {
    let authority: TestAuthority

    init() throws { authority = try TestAuthority.shared.get() }

    private func chain(_ names: [String]) throws -> CertificateChain {
        try CertificateChain(der: try names.map(authority.der), path: "bundle.dsse.json")
    }

    private func refusal(_ der: [[UInt8]]) -> String? {
        do {
            _ = try CertificateChain(der: der, path: "x")
            return nil
        } catch { return error.id }
    }

    private func word(_ result: CertificateResult) -> String {
        switch result {
        case .good: "good"
        case .expired: "expired"
        case .notYetValid: "not-yet-valid"
        case .unknownIssuer: "unknown-issuer"
        case .wrongKeyUsage: "wrong-key-usage"
        case .bad: "bad"
        }
    }

    @Test(arguments: [
        (["signer"], ["ca"], 0, "good"), (["rsa"], ["ca"], 0, "good"), (["deep", "inter"], ["ca"], 0, "good"),
        (["signer"], ["other", "ca"], 0, "good"), (["deep", "inter"], ["inter"], 0, "good"), (["deep"], ["inter"], 0, "good"),
        (["short"], ["ca"], 30, "expired"), (["signer"], ["ca"], 5000, "expired"), (["signer"], ["ca"], -10, "not-yet-valid"),
        (["signer"], ["other"], 0, "unknown-issuer"), (["signer"], [], 0, "unknown-issuer"), (["deep"], ["ca"], 0, "unknown-issuer"),
        (["short"], ["other"], 30, "unknown-issuer"), (["undersigner", "signer"], ["ca"], 0, "bad"), (["strange"], ["ca"], 0, "bad"),
        (["undernosign", "nosign"], ["ca"], 0, "bad"), (["signer", "cross"], ["other"], 0, "good"),
    ])
    func givesTheResultThatOpensslGives(names: [String], roots: [String], days: Int, expected: String) async throws {
        let moment = try authority.now() + days * 86_400
        let result = try await chain(names).validate(roots: try roots.map(authority.der), at: moment)
        #expect(word(result) == expected)

        let files = names.dropFirst().map { "-untrusted \($0).pem" } + roots.map { "-trusted \($0).pem" }
        let openssl = try authority.shell(
            "openssl verify -no-CApath -no-CAstore -partial_chain -attime \(moment) \(files.joined(separator: " ")) \(names[0]).pem")
        #expect((openssl.code == 0) == (expected == "good"), "\(openssl.text)")
    }

    @Test(arguments: ["cipher", "tsa"])
    func refusesAKeyThatIsForSomethingElse(name: String) async throws {
        let result = try await chain([name]).validate(roots: [try authority.der("ca")], at: try authority.now())
        #expect(word(result) == "wrong-key-usage")
    }

    @Test func namesTheSignerAsOpensslDoes() async throws {
        let chain = try chain(["deep", "inter"])
        let openssl = try authority.shell(
            "openssl x509 -in deep.pem -noout -subject -nameopt RFC2253; openssl x509 -in deep.pem -noout -fingerprint -sha256 -serial")
        #expect(openssl.text.contains("subject=\(chain.subject)\n"))
        #expect(openssl.text.lowercased().filter { $0 != ":" }.contains("fingerprint=\(chain.leafFingerprint)\n"))
        #expect(openssl.text.lowercased().contains("serial=\(chain.leafSerial)\n"))
        guard case .good(let identity) = await chain.validate(roots: [try authority.der("ca")], at: try authority.now()) else {
            Issue.record("the chain is not good")
            return
        }
        #expect(identity.fingerprint == chain.leafFingerprint && identity.subject == "CN=Deep Signer,O=Example Test")
        #expect(identity.rootFingerprint == (try CertificateChain.fingerprint(of: try authority.der("ca"), path: "ca.pem")))
    }

    @Test func holdsTheKeyOfTheFirstCertificate() throws {
        #expect(try chain(["deep", "inter"]).leafKey == (try authority.key("deep").publicKey))
        #expect(try chain(["rsa"]).leafKey.algorithm == .rsa)
    }

    @Test(arguments: [
        ([], "certificate.chain-length"), (Array(repeating: "signer", count: 9), "certificate.chain-length"),
        (["signer", "ca"], "certificate.root-included"), (["ca"], "certificate.root-included"), (["inter", "deep"], "certificate.not-needed"),
        (["signer", "inter"], "certificate.not-needed"), (["deep", "inter", "inter"], "certificate.not-needed"),
        (["signer", "signer"], "certificate.not-needed"), (["ed"], "certificate.other-key"), (["p384"], "certificate.other-key"),
        (["weak"], "certificate.malformed"),
    ])
    func refusesAListThatIsNoChain(names: [String], id: String) throws {
        #expect(refusal(try names.map(authority.der)) == id)
    }

    @Test func refusesACertificateThatTheChainToThisRootDoesNotNeed() async throws {
        // The root's own key, certified by another root: needed to reach that one, but not this one.
        let result = try await chain(["signer", "cross"]).validate(roots: [try authority.der("ca")], at: try authority.now())
        #expect(result == .bad("certificates stand beside it that its chain does not need"))
    }

    @Test func refusesOtherSpellingsOfACertificate() throws {
        let good = try authority.der("signer")
        var longLength = good
        longLength.replaceSubrange(1..<4, with: [0x83, 0x00] + good[2..<4])
        for bytes in [good + [0], Array(good.dropLast()), longLength, [], [0x30, 0x80, 0, 0], Array(repeating: 0x30, count: 70_000)] {
            #expect(refusal([bytes]) == "certificate.malformed")
        }
    }

    @Test func saysThatATrustedRootIsUnreadable() async throws {
        let result = try await chain(["signer"]).validate(roots: [[1, 2, 3]], at: try authority.now())
        #expect(word(result) == "bad")
    }

    @Test func isNeverGoodAfterAChangedBit() async throws {
        let good = try authority.der("signer")
        let roots = [try authority.der("ca")]
        let now = try authority.now()
        for index in good.indices {
            var flipped = good
            flipped[index] ^= 1 << UInt8(index % 8)
            guard let chain = try? CertificateChain(der: [flipped], path: "x") else { continue }
            if case .good = await chain.validate(roots: roots, at: now) { Issue.record("byte \(index) can be changed") }
        }
    }

    @Test func survivesEveryCutOfACertificate() throws {
        let good = try authority.der("rsa")
        for count in 0..<good.count { #expect(refusal([Array(good[..<count])]) == "certificate.malformed") }
    }

    @Test(arguments: [Int.min, -1, 0, 253_402_300_800, Int.max])
    func takesAnyMoment(seconds: Int) async throws {
        let result = try await chain(["signer"]).validate(roots: [try authority.der("ca")], at: seconds)
        #expect(word(result) == (seconds <= 0 ? "not-yet-valid" : "expired"))
    }
}
