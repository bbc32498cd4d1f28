import Crypto
import Diagnostics
import StructuredText
import TestSupport
import Testing

@testable import Signatures

/// The published example: a statement over a tag manifest, signed by the officer.
private enum Example {
    static func statement() throws -> Statement {
        try Statement(
            subjects: [
                Statement.Subject(name: "tagmanifest-sha256.txt", sha256: "0abd3cdd06c9de619e644e211ed8c2e057cc3a27bbb6cf9d27c614847feed010")
            ],
            predicateType: "https://dossier.example/attestation/evidence-bundle/v1",
            predicate: .object([
                ("bundle", "acme-2026-Q3"),
                (
                    "checkpoint",
                    .object([
                        ("origin", "locker.example.org/acme"), ("root", "67fb37d349020c56142a8ed58c1c6b9f18aeade806b88b32df19a5bdbfd71956"),
                        ("size", 3),
                    ])
                ),
                ("completeness", "complete"), ("policySha256", "33d3e6454ba10fa46ab6004e65338f86a36fe3e67ec19c5ba101703d1a66b143"),
            ]))
    }

    static func envelope() throws -> Envelope {
        var envelope = Envelope(payload: try statement().bytes)
        try envelope.sign(with: try SigningKey.ed25519(seed: officerSeed))
        return envelope
    }
}

private func sha256(_ bytes: [UInt8]) -> String { BinaryText.hex(SHA256.hash(data: bytes)) }

@Suite struct EnvelopeTests {
    @Test func whatIsSignedIsAsTheSpecificationSays() {
        let bytes = Envelope.pae(type: "http://example.com/HelloWorld", body: Array("hello world".utf8))
        #expect(String(decoding: bytes, as: UTF8.self) == "DSSEv1 29 http://example.com/HelloWorld 11 hello world")
        #expect(Envelope.pae(type: "é", body: []) == Array("DSSEv1 2 é 0 ".utf8))
    }

    @Test func thePublishedExampleIsMadeByteForByte() throws {
        let envelope = try Example.envelope()
        #expect(envelope.payload.count == 528)
        #expect(sha256(envelope.payload) == "c45e54db70a97d004a355ab88fd810c8f6189181034502526423d48b2d936fc3")
        #expect(sha256(envelope.signedBytes) == "49ca77a0f219e3db8555ddebe26c01a6c5f59659f08a0eb56b64f8c57de463b5")
        #expect(envelope.signatures.map(\.keyID) == ["788de5096f8b530eef97a4015cffb7cfeb260c23795b846bf8112682a93b1101"])
        let signature = "zm1HWuWDoNPgMK58ZKtruTtVAb76AmwFooGX0r6CB6QliQnKpHMGl+P9fbaFFr7OlWQJQy6Ey4Ip/UEQ0HZoCA=="
        #expect(envelope.signatures.map { BinaryText.base64($0.bytes) } == [signature])
        #expect(envelope.bytes.count == 952)
        #expect(sha256(envelope.bytes) == "d0fe2234220abb2d0922ef2ad82b6f04baa1eb1fbd81cd102a3b7926ec5a891d")
    }

    @Test func whatIsWrittenIsReadAgain() throws {
        let envelope = try Example.envelope()
        let read = try Envelope.parse(envelope.bytes, path: "e.json")
        #expect(read == envelope)
        let key = try SigningKey.ed25519(seed: officerSeed).publicKey
        #expect(read.isValid(read.signatures[0], by: key))
        #expect(try read.statement(path: "e.json") == Example.statement())
    }

    @Test func everySingleBitFlipIsRefused() throws {
        let bytes = try Example.envelope().bytes
        let key = try SigningKey.ed25519(seed: officerSeed).publicKey
        var refused = 0
        for at in bytes.indices {
            for bit in 0..<8 {
                var changed = bytes
                changed[at] ^= 1 << UInt8(bit)
                guard let envelope = try? Envelope.parse(changed, path: "e"), envelope.signatures.contains(where: { envelope.isValid($0, by: key) }) else {
                    refused += 1
                    continue
                }
            }
        }
        #expect(refused == bytes.count * 8)
    }

    @Test func signaturesStandInTheOrderOfTheirKeys() throws {
        var envelope = try Example.envelope()
        for _ in 0..<8 { try envelope.sign(with: try SigningKey.generate(.ed25519)) }
        let ids = envelope.signatures.map(\.keyID)
        #expect(ids == ids.sorted())
        #expect(ids.count == 9)
        #expect(try Envelope.parse(envelope.bytes, path: "e") == envelope)
    }

    @Test func aKeySignsOnce() throws {
        var envelope = try Example.envelope()
        #expect(diagnosticID { try envelope.sign(with: try SigningKey.ed25519(seed: officerSeed)) } == "envelope.signed-twice")
    }

    @Test func certificatesStandBesideTheirSignature() throws {
        var envelope = Envelope(payload: [1, 2, 3])
        try envelope.sign(with: try SigningKey.ed25519(seed: officerSeed), certificates: [[48, 0], [48, 1]])
        let read = try Envelope.parse(envelope.bytes, path: "e")
        #expect(read.signatures[0].certificates == [[48, 0], [48, 1]])
        #expect(String(decoding: envelope.bytes, as: UTF8.self).hasSuffix(#""x5c":["MAA=","MAE="]}]}"#))
    }

    private static let id = String(repeating: "a", count: 64)
    private static let later = String(repeating: "b", count: 64)

    /// Spellings that other readers might take for the same envelope, and what is said of them.
    private static let refusals: [(String, String)] = [
        ("", "json.malformed"), ("[]", "envelope.not-an-object"), (#"{"payload":"AA==","payloadType":"a/b"}"#, "envelope.missing-field"),
        (#"{"payload":"AA==","payloadType":"a/b","signatures":[] }"#, "json.not-canonical"),
        (#"{"payload":"AA==","payloadType":"a/b","signatures":[]}"# + "\n", "json.not-canonical"),
        (#"{"payloadType":"a/b","payload":"AA==","signatures":[]}"#, "json.not-canonical"),
        (#"{"extra":1,"payload":"AA==","payloadType":"a/b","signatures":[]}"#, "envelope.unknown-field"),
        (#"{"payload":"AA==","payload":"AA==","payloadType":"a/b","signatures":[]}"#, "json.duplicate-key"),
        (#"{"payload":"AA","payloadType":"a/b","signatures":[]}"#, "envelope.not-base64"),
        (#"{"payload":"AB==","payloadType":"a/b","signatures":[]}"#, "envelope.not-base64"),
        (#"{"payload":"_-8=","payloadType":"a/b","signatures":[]}"#, "envelope.not-base64"),
        (#"{"payload":" AA==","payloadType":"a/b","signatures":[]}"#, "envelope.not-base64"),
        (#"{"payload":1,"payloadType":"a/b","signatures":[]}"#, "envelope.not-a-text"),
        (#"{"payload":"AA==","payloadType":"","signatures":[]}"#, "envelope.unknown-type"),
        (#"{"payload":"AA==","payloadType":"a/b","signatures":{}}"#, "envelope.not-a-list"),
        (envelope(#"{"keyid":"AA","sig":"AA=="}"#), "envelope.not-a-digest"),
        (envelope(#"{"keyid":"\#(id.uppercased())","sig":"AA=="}"#), "envelope.not-a-digest"),
        (envelope(#"{"keyid":"\#(id)"}"#), "envelope.missing-field"), (envelope(#"{"keyid":"\#(id)","sig":""}"#), "envelope.empty-signature"),
        (envelope(#"{"keyid":"\#(id)","sig":"AB=="}"#), "envelope.not-base64"),
        (envelope(#"{"keyid":"\#(id)","sig":"AA==","x5c":[]}"#), "envelope.wrong-count"),
        (envelope(#"{"keyid":"\#(id)","sig":"AA==","x5c":["AB=="]}"#), "envelope.not-base64"),
        (envelope(#"{"cert":"","keyid":"\#(id)","sig":"AA=="}"#), "envelope.unknown-field"),
        (envelope(#"{"keyid":"\#(id)","sig":"AA=="},{"keyid":"\#(id)","sig":"AA=="}"#), "envelope.key-twice"),
        (envelope(#"{"keyid":"\#(later)","sig":"AA=="},{"keyid":"\#(id)","sig":"AA=="}"#), "envelope.not-in-order"),
        (envelope(Array(repeating: #"{"keyid":"\#(id)","sig":"AA=="}"#, count: 65).joined(separator: ",")), "envelope.wrong-count"),
    ]

    private static func envelope(_ signatures: String) -> String { #"{"payload":"AA==","payloadType":"a/b","signatures":[\#(signatures)]}"# }

    @Test(arguments: refusals) func otherSpellingsAreRefused(_ text: String, _ id: String) {
        #expect(diagnosticID { _ = try Envelope.parse(Array(text.utf8), path: "e") } == id, "\(text)")
    }

    @Test func thePlaceOfAFaultIsNamed() {
        let text = Self.envelope(#"{"keyid":"AA","sig":"AA=="}"#)
        do {
            _ = try Envelope.parse(Array(text.utf8), path: "bundle.dsse.json")
            Issue.record("read")
        } catch {
            #expect(error.location?.description == "bundle.dsse.json:1:62")
            #expect(error.hint != nil)
        }
    }

    @Test func anotherTypeIsRefusedHoweverWellItIsSigned() throws {
        var envelope = Envelope(payload: try Example.statement().bytes, payloadType: "application/vnd.in-toto+JSON")
        try envelope.sign(with: try SigningKey.ed25519(seed: officerSeed))
        let read = try Envelope.parse(envelope.bytes, path: "e")
        #expect(read.isValid(read.signatures[0], by: try SigningKey.ed25519(seed: officerSeed).publicKey))
        #expect(diagnosticID { _ = try read.statement(path: "e") } == "envelope.other-type")
    }

    @Test func aSignatureUnderTheIDOfAnotherKeyIsNotValid() throws {
        let key = try SigningKey.ed25519(seed: officerSeed)
        var envelope = Envelope(payload: [1])
        try envelope.add(Envelope.Signature(keyID: Self.id, bytes: try key.sign(envelope.signedBytes)))
        #expect(!envelope.isValid(envelope.signatures[0], by: key.publicKey))
    }

    @Test(.enabled(if: OpenSSLProgram.isInstalled, "openssl is not installed"), arguments: KeyAlgorithm.allCases)
    func opensslVerifiesAnEnvelopeByHand(_ algorithm: KeyAlgorithm) throws {
        let folder = try TemporaryFolder()
        let key = try SigningKey.generate(algorithm)
        var envelope = Envelope(payload: try Example.statement().bytes)
        try envelope.sign(with: key)
        try folder.write(key.publicKey.pem, to: "officer.pem")
        try folder.write(Array("DSSEv1 28 application/vnd.in-toto+json 528 ".utf8) + envelope.payload, to: "pae")
        try folder.write(envelope.signatures[0].bytes, to: "sig")
        let digest = algorithm == .ed25519 ? [] : ["-digest", "sha256"]
        #expect(
            try OpenSSLProgram.run(["pkeyutl", "-verify", "-pubin", "-inkey", "officer.pem", "-rawin", "-in", "pae", "-sigfile", "sig"] + digest, in: folder))
    }
}

@Suite struct StatementTests {
    private static let digest = String(repeating: "0", count: 64)

    private static func text(
        type: String = Statement.type, subject: String = #"{"digest":{"sha256":"\#(digest)"},"name":"a"}"#, predicate: String = "{}", extra: String = ""
    ) -> String { #"{"_type":"\#(type)","predicate":\#(predicate),"predicateType":"https://a/v1","subject":[\#(subject)]\#(extra)}"# }

    private static let refusals: [(String, String)] = [
        (text(type: "https://in-toto.io/Statement/v0.1"), "statement.other-type"), (text(subject: ""), "statement.wrong-count"),
        (text(extra: #","x":1"#), "statement.unknown-field"), (text(predicate: "[]"), "statement.not-an-object"),
        (text(predicate: "null"), "json.not-canonical"), (text(predicate: #"{"a":0.5}"#), "json.not-canonical"),
        (text(predicate: #"{"a":1,"a":1}"#), "json.duplicate-key"),
        (text(subject: #"{"digest":{"sha512":"\#(digest)"},"name":"a"}"#), "statement.unknown-field"),
        (text(subject: #"{"digest":{"sha256":"\#(digest)","sha512":"00"},"name":"a"}"#), "statement.unknown-field"),
        (text(subject: #"{"digest":{"sha256":"00"},"name":"a"}"#), "statement.not-a-digest"),
        (text(subject: #"{"digest":{"sha256":"\#(digest)"},"name":""}"#), "statement.name-twice"),
        (text(subject: Array(repeating: #"{"digest":{"sha256":"\#(digest)"},"name":"a"}"#, count: 2).joined(separator: ",")), "statement.name-twice"),
        (text() + "\n", "json.not-canonical"), (" " + text(), "json.not-canonical"),
    ]

    @Test(arguments: refusals) func otherStatementsAreRefused(_ text: String, _ id: String) {
        #expect(diagnosticID { _ = try Statement.parse(Array(text.utf8), path: "s") } == id, "\(text)")
    }

    @Test func namesThatDifferOnlyInNormalFormAreTwo() throws {
        let subject = #"{"digest":{"sha256":"\#(Self.digest)"},"name":"caf\#u{e9}"},{"digest":{"sha256":"\#(Self.digest)"},"name":"cafe\#u{301}"}"#
        let statement = try Statement.parse(Array(Self.text(subject: subject).utf8), path: "s")
        #expect(statement.subjects.count == 2)
        #expect(statement.sha256(of: "cafe\u{301}") == Self.digest)
        #expect(statement.sha256(of: "cafe") == nil)
    }

    @Test func fieldsOfThePredicateThatWeDoNotKnowAreKept() throws {
        let text = Self.text(predicate: #"{"bundle":"a","laterField":[1,true]}"#)
        #expect(try Statement.parse(Array(text.utf8), path: "s").bytes == Array(text.utf8))
    }

    @Test func aStatementThatWouldNotBeReadIsNotMade() {
        let one = Statement.Subject(name: "a", sha256: Self.digest)
        for (subjects, predicate) in [
            ([], Value.map([])), ([one, one], .map([])), ([one], .list([])), ([Statement.Subject(name: "a", sha256: "zz")], .map([])),
        ] {
            #expect(diagnosticID { _ = try Statement(subjects: subjects, predicateType: "https://a/v1", predicate: predicate) } == "statement.bad-content")
        }
    }
}
