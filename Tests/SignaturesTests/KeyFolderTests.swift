import Diagnostics
import DurableStorage
import Glibc
import StructuredText
import TestSupport
import Testing

@testable import Signatures

@Suite struct KeyFolderTests {
    private let home: TemporaryFolder
    private var keys: KeyFolder
    private let secret: KeySecret

    init() throws {
        home = try TemporaryFolder()
        keys = KeyFolder(path: home.place("keys"))
        // What a real key costs is tested with the keys themselves.
        keys.cost = EncryptedKey.Cost(cost: 16, blockSize: 1, parallelism: 1)
        secret = try KeySecret.passphrase(Array("correct horse".utf8))
    }

    private func mode(_ relative: String) throws -> UInt32 {
        let descriptor = open(home.place(relative), O_RDONLY)
        defer { close(descriptor) }
        return try FileStatus(descriptor: descriptor, path: relative).permissions
    }

    @Test func aNewKeyIsEncryptedClosedAndIgnoredByVersionControl() throws {
        let key = try keys.create("officer", algorithm: .ed25519, secret: secret)
        #expect(try mode("keys/private") == 0o700)
        #expect(try mode("keys/private/officer.key") == 0o600)
        #expect(try home.text("keys/private/officer.key").hasPrefix("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"))
        #expect(try home.text("keys/officer.pem") == key.publicKey.pem)
        #expect(try home.text("keys/.gitignore") == "private/\n")
        #expect(home.names("keys/private") == ["officer.key"])
        #expect(try keys.open("officer", secret: secret).publicKey == key.publicKey)
    }

    @Test func anExistingKeyIsNotReplaced() throws {
        _ = try keys.create("officer", algorithm: .ed25519, secret: secret)
        let before = try home.snapshot()
        #expect(diagnosticID { _ = try keys.create("officer", algorithm: .ed25519, secret: secret) } == "key.exists")
        #expect(try home.snapshot() == before)
        try home.remove("keys/officer.pem")
        #expect(diagnosticID { _ = try keys.create("officer", algorithm: .ed25519, secret: secret) } == "key.exists")
    }

    @Test func withoutAPassphraseNothingIsWritten() throws {
        let key = try SigningKey.generate(.ed25519)
        #expect(diagnosticID { try keys.add(key, id: "officer", secret: .privateKey(pem: "")) } == "key.needs-passphrase")
        #expect(home.names() == [])
    }

    @Test func aGitignoreThatIsThereKeepsItsLines() throws {
        try home.write("*.bak", to: "keys/.gitignore")
        _ = try keys.create("a", algorithm: .ed25519, secret: secret)
        _ = try keys.create("b", algorithm: .ed25519, secret: secret)
        #expect(try home.text("keys/.gitignore") == "*.bak\nprivate/\n")
    }

    @Test(arguments: ["", "-a", "A", "a/b", "..", "a.b", "é", "a\u{0}", String(repeating: "a", count: 65)])
    func otherIDsAreRefused(_ id: String) {
        #expect(diagnosticID { _ = try keys.publicKey(id) } == "key.bad-id")
        #expect(diagnosticID { _ = try keys.open(id, secret: secret) } == "key.bad-id")
        #expect(diagnosticID { _ = try keys.create(id, algorithm: .ed25519, secret: secret) } == "key.bad-id")
    }

    @Test(arguments: [mode_t(0o640), 0o604, 0o660, 0o622, 0o644]) func aPrivateKeyThatOthersMayUseIsRefused(_ mode: mode_t) throws {
        _ = try keys.create("officer", algorithm: .ed25519, secret: secret)
        #expect(chmod(keys.privatePath("officer"), mode) == 0)
        #expect(diagnosticID { _ = try keys.open("officer", secret: secret) } == "key.open-to-others")
    }

    @Test func aFolderThatOthersWriteIsRefused() throws {
        _ = try keys.create("officer", algorithm: .ed25519, secret: secret)
        #expect(chmod(home.place("keys/private"), 0o777) == 0)
        #expect(diagnosticID { _ = try keys.open("officer", secret: secret) } == "key.open-to-others")
        #expect(diagnosticID { _ = try keys.create("second", algorithm: .ed25519, secret: secret) } == "key.open-to-others")
    }

    @Test func aLinkIsNotFollowed() throws {
        _ = try keys.create("officer", algorithm: .ed25519, secret: secret)
        #expect(rename(keys.privatePath("officer"), home.place("elsewhere")) == 0)
        try home.link("keys/private/officer.key", to: home.place("elsewhere"))
        #expect(diagnosticID { _ = try keys.open("officer", secret: secret) } == "key.is-a-link")
    }

    @Test func aLinkedFolderIsNotFollowed() throws {
        _ = try keys.create("officer", algorithm: .ed25519, secret: secret)
        #expect(rename(home.place("keys/private"), home.place("moved")) == 0)
        try home.link("keys/private", to: home.place("moved"))
        #expect(diagnosticID { _ = try keys.open("officer", secret: secret) } == "key.is-a-link")
        #expect(diagnosticID { _ = try keys.create("second", algorithm: .ed25519, secret: secret) } == "key.is-a-link")
    }

    @Test(.enabled(if: geteuid() == 0, "only root can give files away")) func aKeyOfAnotherUserIsRefused() throws {
        _ = try keys.create("officer", algorithm: .ed25519, secret: secret)
        #expect(chown(keys.privatePath("officer"), 12_345, 12_345) == 0)
        #expect(diagnosticID { _ = try keys.open("officer", secret: secret) } == "key.other-owner")
    }

    @Test func aPipeInPlaceOfAKeyDoesNotBlock() throws {
        _ = try keys.create("officer", algorithm: .ed25519, secret: secret)
        try home.remove("keys/private/officer.key")
        try home.makePipe("keys/private/officer.key")
        #expect(chmod(keys.privatePath("officer"), 0o600) == 0)
        #expect(diagnosticID { _ = try keys.open("officer", secret: secret) } == "StorageFault")
    }

    @Test func aKeyInTheClearIsRefused() throws {
        _ = try keys.create("officer", algorithm: .ed25519, secret: secret)
        let clear = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIEBBQkNERUZHSElKS0xNTk9QUVJTVFVWV1hZWltcXV5f\n-----END PRIVATE KEY-----\n"
        try home.write(clear, to: "keys/private/officer.key")
        #expect(diagnosticID { _ = try keys.open("officer", secret: secret) } == "key.in-the-clear")
        // The same key given by its holder is another matter, but then it must be the one of the public half.
        #expect(diagnosticID { _ = try keys.open("officer", secret: .privateKey(pem: clear)) } == "key.halves-differ")
        try home.write(try SigningKey.ed25519(seed: officerSeed).publicKey.pem, to: "keys/officer.pem")
        #expect(try keys.open("officer", secret: .privateKey(pem: clear)).seed == officerSeed)
    }

    @Test func aMissingPrivateKeyIsNamed() throws {
        _ = try keys.create("officer", algorithm: .ed25519, secret: secret)
        try home.remove("keys/private/officer.key")
        #expect(diagnosticID { _ = try keys.open("officer", secret: secret) } == "key.no-private-key")
    }

    @Test func theWrongPassphraseIsNamedAndNotShown() throws {
        _ = try keys.create("officer", algorithm: .ed25519, secret: secret)
        let wrong = try KeySecret.passphrase(Array("hunter2".utf8))
        do {
            _ = try keys.open("officer", secret: wrong)
            Issue.record("opened with another passphrase")
        } catch {
            #expect((error as? Diagnostic)?.id == "key.wrong-passphrase")
            #expect(!"\(error)".contains("hunter2"))
        }
        #expect(!"\(wrong) \(String(reflecting: wrong))".contains("hunter2"))
    }
}

@Suite struct KeySecretTests {
    @Test func theKeyItselfGoesBeforeThePassphrase() throws {
        #expect(KeySecret.privateKeyVariable("log-2026") == "DOSSIER_KEY_LOG_2026")
        let both = try KeySecret.environment(["DOSSIER_PASSPHRASE": "x", "DOSSIER_KEY_LOG_2026": "pem"], id: "log-2026")
        #expect(both?.privateKey == "pem")
        #expect(both?.passphrase == Array("x".utf8))
        #expect(try KeySecret.environment(["DOSSIER_PASSPHRASE": "x"], id: "log-2026")?.privateKey == nil)
        #expect(try KeySecret.environment(["PATH": "/bin"], id: "log-2026") == nil)
        #expect(diagnosticID { _ = try KeySecret.environment(["DOSSIER_PASSPHRASE": ""], id: "a") } == "key.passphrase-length")
    }

    @Test(arguments: [("secret\n", "secret"), ("secret", "secret"), ("secret\r\n", "secret"), ("se cret \n", "se cret "), ("a\n\n", "a\n")])
    func oneLineEndIsNoPartOfAPassphrase(_ written: String, _ expected: String) throws {
        let folder = try TemporaryFolder()
        try folder.write(written, to: "f")
        let descriptor = open(folder.place("f"), O_RDONLY)
        defer { close(descriptor) }
        #expect(try KeySecret.passphrase(descriptor: descriptor).passphrase == Array(expected.utf8))
    }

    @Test func descriptorsThatCannotBeReadOrNeverEndAreRefused() throws {
        #expect(diagnosticID { _ = try KeySecret.passphrase(descriptor: 9999) } == "key.secret-not-readable")
        let endless = open("/dev/zero", O_RDONLY)
        defer { close(endless) }
        #expect(diagnosticID { _ = try KeySecret.passphrase(descriptor: endless) } == "key.secret-not-readable")
        #expect(diagnosticID { _ = try KeySecret.privateKey(descriptor: endless) } == "key.secret-not-readable")
        let empty = open("/dev/null", O_RDONLY)
        defer { close(empty) }
        #expect(diagnosticID { _ = try KeySecret.passphrase(descriptor: empty) } == "key.passphrase-length")
    }
}
