import TestSupport
import Testing

/// A second person's signature, on a machine without the locker.
@Suite struct SignTests {
    private func away() throws -> IssuedSample.Away { try IssuedSample.shared.get().away() }

    @Test func withoutSeenItShowsWhatWouldBeSignedAndSignsNothing() throws {
        let away = try away()
        let before = try away.folder.snapshot()
        let outcome = try away.run("dossier sign b.zip --key daniel --keys keys")
        #expect(outcome.code == 64 && outcome.errors.contains("[sign.not-seen]"), "\(outcome.errors)")
        for line in [
            "bundle      credit-2026-q3", "system      credit", "period      2026-Q3", "complete    partial", "ledger      locker.example.org/acme, ",
            " applicable (", "left out    ", "redacted    ", "signed by   'claire' of the key folder, a good signature", "digest      ",
        ] {
            #expect(outcome.text.contains(line), "\(line) is not in \(outcome.text)")
        }
        #expect(try away.folder.snapshot() == before)
    }

    @Test func aSecondPersonsSignatureSatisfiesFourEyes() throws {
        let away = try away()
        _ = try away.run("dossier keys trust --file trust.yaml --key keys/daniel.pem --person Daniel --role approver --over bundle --four-eyes")
        #expect(try away.run("dossier verify b.zip --trust trust.yaml").code == 3)
        let seen = try away.seen()
        let signed = try away.run("dossier sign b.zip --key daniel --keys keys --seen \(seen) -o signed.zip")
        #expect(signed.code == 0 && signed.text.contains("signed.zip: signed by 'daniel', 2 signatures in all"), "\(signed.errors)")
        let verified = try away.run("dossier verify signed.zip --trust trust.yaml")
        #expect(verified.code == 0, "\(verified.text)")
        // The statement is the same: the same digits say so.
        #expect(try away.seen("signed.zip") == seen)
    }

    @Test func aBundleIsReplacedWhereNoOtherFileIsNamed() throws {
        let away = try away()
        let seen = try away.seen()
        #expect(try away.run("dossier sign b.zip --key daniel --keys keys --seen \(seen)").code == 0)
        #expect(try away.run("dossier sign b.zip --key ledger --keys keys").text.contains("'daniel' of the key folder, a good signature"))
        #expect(away.folder.names() == ["b.zip", "keys", "trust.yaml"])
    }

    @Test func digitsOfAnotherBundleAreRefused() throws {
        let away = try away()
        let before = try away.folder.snapshot()
        let outcome = try away.run("dossier sign b.zip --key daniel --keys keys --seen 000000000000 -o signed.zip")
        #expect(outcome.code == 3 && outcome.errors.contains("[sign.other-bundle]"), "\(outcome.errors)")
        #expect(try away.folder.snapshot() == before)
    }

    @Test(arguments: ["0123456789a", "0123456789AB", "0123456789xy", String(repeating: "0", count: 65)]) func seenIsHexadecimalDigits(text: String) throws {
        #expect(try DossierProgram.run(["sign", "b.zip", "--key", "daniel", "--seen", text], in: "/").code == 64)
    }

    @Test func aKeySignsOnce() throws {
        let away = try away()
        let outcome = try away.run("dossier sign b.zip --key claire --keys keys --seen \(try away.seen()) -o signed.zip")
        #expect(outcome.code == 65 && outcome.errors.contains("[envelope.signed-twice]"), "\(outcome.errors)")
        #expect(!away.folder.names().contains("signed.zip"))
    }

    @Test func aDamagedBundleIsNotSigned() throws {
        let away = try away()
        var bytes = try away.folder.read("b.zip")
        let text = Array("Scores credit applications".utf8)
        let at = try #require(bytes.indices.first { bytes[$0...].starts(with: text) })
        bytes[at] ^= 1
        try away.folder.write(bytes, to: "b.zip")
        let outcome = try away.run("dossier sign b.zip --key daniel --keys keys --seen 000000000000 -o signed.zip")
        #expect(outcome.code == 3 && outcome.errors.contains("[bundle.member-altered]"), "\(outcome.errors)")
        #expect(outcome.text.isEmpty && !away.folder.names().contains("signed.zip"))
    }

    @Test(arguments: [
        ("dossier sign none.zip --key daniel --keys keys", 66), ("dossier sign trust.yaml --key daniel --keys keys", 3),
        ("dossier sign b.zip --key daniel", 65),
    ])
    func whatIsMissingIsSaid(script: String, code: Int32) throws {
        let outcome = try away().run(script)
        #expect(outcome.code == code && outcome.errors.contains("hint: "), "\(outcome.errors)")
    }

    @Test func aKeyThatIsNotThereIsSaid() throws {
        let away = try away()
        let outcome = try away.run("dossier sign b.zip --key nobody --keys keys --seen \(try away.seen())")
        #expect(outcome.code == 65 && outcome.errors.contains("[key.no-private-key]"), "\(outcome.errors)")
    }
}
