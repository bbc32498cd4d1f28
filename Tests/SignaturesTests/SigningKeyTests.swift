import Diagnostics
import StructuredText
import TestSupport
import Testing

@testable import Signatures

@Suite struct SigningKeyTests {
    @Test func nothingThatPrintsTheKeyShowsTheSecret() throws {
        let key = try SigningKey.ed25519(seed: officerSeed)
        var dumped = ""
        dump(key, to: &dumped)
        for text in ["\(key)", String(reflecting: key), dumped] {
            #expect(!text.contains("404142"))
            #expect(!text.contains("64"), "a byte of the seed in decimal: \(text)")
            #expect(text.contains("788de5096f8b530e"))
        }
    }

    @Test func theSeedGivesTheKeyAgain() throws {
        let key = try SigningKey.generate(.ed25519)
        #expect(try SigningKey.ed25519(seed: try #require(key.seed)).publicKey == key.publicKey)
        #expect(try SigningKey.generate(.ecdsaP256).seed == nil)
        #expect(diagnosticID { _ = try SigningKey.ed25519(seed: [1, 2, 3]) } == "key.seed-length")
    }

    @Test(arguments: KeyAlgorithm.allCases) func anEncryptedKeyOpensWithItsPassphraseAlone(_ algorithm: KeyAlgorithm) throws {
        let key = try SigningKey.generate(algorithm)
        let pem = try key.encryptedPEM(passphrase: Array("correct horse".utf8))
        #expect(pem.hasPrefix("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"))
        #expect(try SigningKey(pem: pem, passphrase: Array("correct horse".utf8)).publicKey == key.publicKey)
        #expect(diagnosticID { _ = try SigningKey(pem: pem, passphrase: Array("correct hors".utf8)) } == "key.wrong-passphrase")
        #expect(diagnosticID { _ = try SigningKey(pem: pem) } == "key.passphrase-missing")
        #expect(diagnosticID { _ = try SigningKey(pem: pem, passphrase: []) } == "key.passphrase-missing")
        #expect(diagnosticID { _ = try key.encryptedPEM(passphrase: []) } == "key.passphrase-missing")
    }

    @Test func theSameKeyIsNeverEncryptedTheSameWayTwice() throws {
        let key = try SigningKey.ed25519(seed: officerSeed)
        let cost = EncryptedKey.Cost(cost: 16, blockSize: 1, parallelism: 1)
        #expect(try key.encryptedPEM(passphrase: [1], cost: cost) != key.encryptedPEM(passphrase: [1], cost: cost))
    }

    @Test(arguments: [
        EncryptedKey.Derivation.scrypt(salt: [1], cost: 1 << 30, blockSize: 8, parallelism: 1),
        .scrypt(salt: [1], cost: 1 << 17, blockSize: 1 << 20, parallelism: 1), .scrypt(salt: [1], cost: 1 << 10, blockSize: 8, parallelism: 1 << 30),
        .scrypt(salt: [1], cost: 1000, blockSize: 8, parallelism: 1), .scrypt(salt: [], cost: 1024, blockSize: 8, parallelism: 1),
        .scrypt(salt: [1], cost: 0, blockSize: 0, parallelism: 0), .scrypt(salt: [1], cost: -8, blockSize: -8, parallelism: -8),
        .scrypt(salt: [1], cost: Int.max, blockSize: Int.max, parallelism: Int.max),
    ])
    func aCostOutOfBoundsIsRefusedBeforeItIsPaid(_ derivation: EncryptedKey.Derivation) throws {
        let der = try EncryptedKey.bytes(of: EncryptedKey.Parts(derivation: derivation, vector: [UInt8](repeating: 0, count: 16), encrypted: [1]))
        #expect(diagnosticID { _ = try EncryptedKey.read(der, passphrase: [1], location: nil) } == "key.cost-out-of-bounds")
    }

    @Test func damagedEncryptedKeysAreRefusedAndNeverTrap() throws {
        let small = EncryptedKey.Derivation.scrypt(salt: [1, 2, 3], cost: 16, blockSize: 1, parallelism: 1)
        let parts = EncryptedKey.Parts(derivation: small, vector: [UInt8](repeating: 7, count: 16), encrypted: [UInt8](repeating: 9, count: 48))
        let der = try EncryptedKey.bytes(of: parts)
        for at in 0..<der.count {
            #expect(throws: Diagnostic.self) { try EncryptedKey.read(Array(der[..<at]), passphrase: [1], location: nil) }
            for bit in 0..<8 {
                var changed = der
                changed[at] ^= 1 << UInt8(bit)
                #expect(throws: Diagnostic.self) { try EncryptedKey.read(changed, passphrase: [1], location: nil) }
            }
        }
    }

    @Test(.enabled(if: OpenSSLProgram.isInstalled, "openssl is not installed"), arguments: KeyAlgorithm.allCases)
    func opensslReadsOurKeyAndVerifiesOurSignature(_ algorithm: KeyAlgorithm) throws {
        let folder = try TemporaryFolder()
        let key = try SigningKey.generate(algorithm)
        try folder.write(try key.encryptedPEM(passphrase: Array("x".utf8)), to: "k")
        try folder.write(key.publicKey.pem, to: "p")
        let message = Array("what was signed".utf8)
        try folder.write(message, to: "m")
        try folder.write(try key.sign(message), to: "s")
        #expect(try OpenSSLProgram.run(["pkey", "-in", "k", "-passin", "pass:x", "-pubout", "-out", "p2"], in: folder))
        #expect(try folder.text("p2") == folder.text("p"))
        #expect(try !OpenSSLProgram.run(["pkey", "-in", "k", "-passin", "pass:y", "-noout"], in: folder))
        let digest = algorithm == .ed25519 ? [] : ["-digest", "sha256"]
        let verify = ["pkeyutl", "-verify", "-pubin", "-inkey", "p", "-rawin", "-in", "m", "-sigfile", "s"] + digest
        #expect(try OpenSSLProgram.run(verify, in: folder))
        try folder.write(message + [0], to: "m")
        #expect(try !OpenSSLProgram.run(verify, in: folder))
    }

    @Test(
        .enabled(if: OpenSSLProgram.isInstalled, "openssl is not installed"),
        arguments: [["-algorithm", "ED25519"], ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"], ["-algorithm", "RSA"]])
    func keysOfOpenSSLAreRead(_ options: [String]) throws {
        let folder = try TemporaryFolder()
        #expect(try OpenSSLProgram.run(["genpkey"] + options + ["-out", "clear"], in: folder))
        #expect(try OpenSSLProgram.run(["pkey", "-in", "clear", "-pubout", "-out", "p"], in: folder))
        let expected = try PublicKey(pem: try folder.text("p"))
        #expect(try SigningKey(pem: try folder.text("clear")).publicKey == expected)
        for encryption in [["-scrypt"], ["-v2", "aes-256-cbc"], ["-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA256", "-iter", "10000"]] {
            #expect(try OpenSSLProgram.run(["pkcs8", "-topk8", "-in", "clear", "-out", "k", "-passout", "pass:x"] + encryption, in: folder))
            #expect(try SigningKey(pem: try folder.text("k"), passphrase: Array("x".utf8)).publicKey == expected, "\(encryption)")
        }
    }

    @Test(
        .enabled(if: OpenSSLProgram.isInstalled, "openssl is not installed"),
        arguments: [
            (["-v2", "aes-128-cbc"], "key.other-encryption"), (["-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA1"], "key.other-encryption"),
            (["-v2", "aes-256-cbc", "-iter", "10000001"], "key.cost-out-of-bounds"), (["-nocrypt"], "key.unusable"),
        ])
    func otherEncryptionIsNamed(_ options: [String], _ id: String) throws {
        let folder = try TemporaryFolder()
        let kind = options == ["-nocrypt"] ? "X25519" : "ED25519"
        #expect(try OpenSSLProgram.run(["genpkey", "-algorithm", kind, "-out", "clear"], in: folder))
        #expect(try OpenSSLProgram.run(["pkcs8", "-topk8", "-in", "clear", "-out", "k", "-passout", "pass:x"] + options, in: folder))
        #expect(diagnosticID { _ = try SigningKey(pem: try folder.text("k"), passphrase: Array("x".utf8)) } == id)
    }
}
