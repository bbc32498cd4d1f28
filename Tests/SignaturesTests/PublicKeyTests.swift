import Diagnostics
import StructuredText
import TestSupport
import Testing

@testable import Signatures

/// The officer's key of the published examples: a seed of the bytes 40 to 5f.
let officerSeed = Array(UInt8(0x40)...0x5F)

func diagnosticID(_ body: () throws -> Void) -> String? {
    do { try body() } catch {
        if let diagnostic = error as? Diagnostic { return diagnostic.id }
        return (error as? DiagnosticList)?.diagnostics.first?.id ?? "\(type(of: error))"
    }
    return nil
}

@Suite struct PublicKeyTests {
    @Test func keyIDIsTheDigestOfTheSubjectPublicKeyInfo() throws {
        let key = try SigningKey.ed25519(seed: officerSeed).publicKey
        #expect(BinaryText.hex(key.der) == "302a300506032b6570032100" + "2543b92ff1095511476adc8369db6ddc933665a11978dda1404ee1066ca9559d")
        #expect(key.keyID == "788de5096f8b530eef97a4015cffb7cfeb260c23795b846bf8112682a93b1101")
    }

    @Test(arguments: KeyAlgorithm.allCases) func everyKindSignsAndReadsBack(_ algorithm: KeyAlgorithm) throws {
        let key = try SigningKey.generate(algorithm)
        let message = Array("one two three".utf8)
        let signature = try key.sign(message)
        let fromPEM = try PublicKey(pem: key.publicKey.pem)
        #expect(fromPEM == key.publicKey)
        #expect(fromPEM.algorithm == algorithm)
        #expect(fromPEM.isValid(signature: signature, for: message))
        #expect(!fromPEM.isValid(signature: signature, for: message + [0]))
        #expect(!fromPEM.isValid(signature: signature + [0], for: message))
        #expect(!fromPEM.isValid(signature: [], for: message))
        for at in 0..<signature.count {
            var changed = signature
            changed[at] ^= 1
            #expect(!fromPEM.isValid(signature: changed, for: message), "byte \(at)")
        }
    }

    @Test func aSignatureOfAnotherKeyIsRefused() throws {
        let message = Array("text".utf8)
        let signature = try SigningKey.generate(.ed25519).sign(message)
        #expect(try !SigningKey.generate(.ed25519).publicKey.isValid(signature: signature, for: message))
        #expect(try !SigningKey.generate(.ecdsaP256).publicKey.isValid(signature: signature, for: message))
    }

    @Test func everyCutAndChangedKeyIsRefusedOrAnother() throws {
        for algorithm in [KeyAlgorithm.ed25519, .ecdsaP256] {
            let der = try SigningKey.generate(algorithm).publicKey.der
            for count in 0..<der.count { #expect(throws: Diagnostic.self) { try PublicKey(der: Array(der[..<count])) } }
            #expect(throws: Diagnostic.self) { try PublicKey(der: der + [0]) }
            for at in 0..<der.count {
                var changed = der
                changed[at] ^= 0x01
                if let key = try? PublicKey(der: changed) { #expect(key.der == changed) }
            }
        }
    }

    @Test(arguments: [
        ("", "key.not-pem"), ("text", "key.not-pem"),
        ("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", "key.not-a-public-key"),
        ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "key.not-pem"),
        (String(repeating: "x", count: 70_000), "key.not-pem"),
    ])
    func textThatIsNoKeyIsRefused(_ pem: String, _ id: String) {
        #expect(diagnosticID { _ = try PublicKey(pem: pem) } == id)
    }

    @Test func twoBlocksOfPEMAreRefused() throws {
        let pem = try SigningKey.generate(.ed25519).publicKey.pem
        #expect(diagnosticID { _ = try PublicKey(pem: pem + pem) } == "key.not-pem")
    }

    @Test(.enabled(if: OpenSSLProgram.isInstalled, "openssl is not installed"))
    func keysOfOtherKindsAreRefused() throws {
        let folder = try TemporaryFolder()
        for (options, id) in [
            (["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"], "key.unusable"),
            (["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"], "key.not-a-public-key"), (["-algorithm", "X25519"], "key.not-a-public-key"),
        ] {
            #expect(try OpenSSLProgram.run(["genpkey"] + options + ["-out", "k"], in: folder))
            #expect(try OpenSSLProgram.run(["pkey", "-in", "k", "-pubout", "-out", "p"], in: folder))
            #expect(diagnosticID { _ = try PublicKey(pem: try folder.text("p")) } == id, "\(options)")
        }
    }
}
