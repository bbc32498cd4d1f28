import Crypto
import Diagnostics
import Foundation
import StructuredText
import SwiftASN1
import Testing
import X509

@testable import Signatures

@Suite struct TrustFileTests {
    private static let officer = """
        -----BEGIN PUBLIC KEY-----
              MCowBQYDK2VwAyEAJUO5L/EJVRFHatyDadtt3JM2ZaEZeN2hQE7hBmypVZ0=
              -----END PUBLIC KEY-----
        """
    private static let policy = "policy: { required: [ { over: bundle, role: compliance-officer } ] }\n"
    private static let signer = """
        signers:
          - person: Claire Beaudoin
            role: compliance-officer
            key: |
              \(officer)

        """

    private func parse(_ text: String) throws(DiagnosticList) -> TrustFile { try TrustFile.parse(Array(text.utf8), path: "trust.yaml") }

    private func faults(_ text: String) -> [Diagnostic] {
        do {
            _ = try parse(text)
            return []
        } catch { return error.diagnostics }
    }

    /// A root certificate as PEM, indented for YAML.
    private static func root() throws -> (der: [UInt8], pem: String) {
        let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
        let name = try DistinguishedName { CommonName("Example Root") }
        let certificate = try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: key.publicKey, notValidBefore: Date(timeIntervalSince1970: 0),
            notValidAfter: Date(timeIntervalSince1970: 4_000_000_000), issuer: name, subject: name,
            extensions: try Certificate.Extensions { Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil)) }, issuerPrivateKey: key)
        let document = try certificate.serializeAsPEM()
        return (document.derBytes, document.pemString.split(separator: "\n").map { "      \($0)\n" }.joined())
    }

    /// A key without a value would otherwise count as left out: nothing revoked, no end, any bundle.
    @Test(arguments: ["revoked", "from", "until"])
    func aSignersKeyWithoutAValueIsAnError(key: String) {
        #expect(faults("trust: 1\n\(Self.signer)    \(key):\n\(Self.policy)").map(\.id) == ["trust.empty-key"])
    }

    @Test(arguments: [
        "bundle:\npolicy: { required: [ { over: bundle, role: officer } ] }", "policy: { four-eyes: , required: [ { over: bundle, role: officer } ] }",
        "policy: { required: [ { over: bundle, role: officer, threshold: } ] }", "policy: { required: [ { over: bundle, role: officer } ] }\nsigners: ~",
    ])
    func noKeyIsWithoutAValue(text: String) {
        #expect(faults("trust: 1\n\(text)\n").map(\.id) == ["trust.empty-key"])
    }

    @Test func aWholeFileIsRead() throws {
        let root = try Self.root()
        let file = try parse(
            """
            trust: 1
            bundle: acme-2026-q3
            logs:
              - { key: locker.example.org/acme+d99e438e+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4 }
            \(Self.signer)    from: 2026-01-01
                until: 2026-12-31
                revoked: 2026-09-30T12:00:00Z
            authorities:
              - certificate: |
            \(root.pem)    roles: [compliance-officer, model-owner]
                persons: { "CN=C. Beaudoin,O=Acme": Claire Beaudoin }
                revoked: [ { certificate: \(String(repeating: "ab", count: 32)), from: 2026-05-01 } ]
            timestamp-authorities:
              - certificate: |
            \(root.pem)
            witnesses:
              - { key: witness.example.org/w1+f3c080b6+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X }
            policy: { four-eyes: true, required: [ { over: bundle, role: compliance-officer, threshold: 1 } ] }
            """)
        #expect(file.bundle == "acme-2026-q3")
        #expect(file.logs.map(\.text) == ["locker.example.org/acme+d99e438e+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"])
        #expect(file.logs[0].location?.line == 4)
        let signer = try #require(file.signers.first)
        #expect(signer.person == "Claire Beaudoin" && signer.role == "compliance-officer")
        #expect(signer.key.keyID == "788de5096f8b530eef97a4015cffb7cfeb260c23795b846bf8112682a93b1101")
        #expect(signer.from == 1_767_225_600)
        // A day is meant to its end: the first second of 2027.
        #expect(signer.until == 1_798_761_600)
        #expect(signer.revoked == 1_790_769_600)
        #expect(file.authorities.map(\.certificate) == [root.der])
        #expect(file.authorities[0].roles == ["compliance-officer", "model-owner"])
        #expect(file.authorities[0].persons == [.init(subject: "CN=C. Beaudoin,O=Acme", name: "Claire Beaudoin")])
        #expect(file.authorities[0].revoked == [.init(certificate: String(repeating: "ab", count: 32), from: 1_777_593_600)])
        #expect(file.timestampAuthorities == [root.der])
        #expect(file.witnesses.count == 1)
        #expect(file.policy == SigningPolicy(required: [.init(over: .bundle, role: "compliance-officer", threshold: 1)], fourEyes: true))
    }

    @Test(arguments: [
        ("", "trust.empty", 1, 1), ("trust: 2\n" + policy, "trust.other-version", 1, 8), (policy, "trust.missing-key", 1, 1),
        ("trust: 1\n", "trust.no-policy", 1, 1), ("trust: 1\npolicy: { required: [] }\n", "trust.no-policy", 2, 9),
        ("trust: 1\nsigner: []\n" + policy, "trust.unknown-key", 2, 1),
        ("trust: 1\nlogs: [ { key: \"a+b+c\" } ]\n" + policy, "trust.not-a-verifier-key", 2, 16),
        ("trust: 1\nlogs: [ { key: \"a+00000000+\" } ]\n" + policy, "trust.not-a-verifier-key", 2, 16),
        ("trust: 1\nlogs: [ { key: \"a b+00000000+AQE=\" } ]\n" + policy, "trust.not-a-verifier-key", 2, 16),
        ("trust: 1\nsigners: [ { person: A, role: b, key: c } ]\n" + policy, "key.not-pem", 2, 39),
        ("trust: 1\nsigners: [ { person: A, key: c } ]\n" + policy, "trust.missing-key", 2, 12),
        ("trust: 1\nsigners: [ { person: A, role: log, key: c } ]\n" + policy, "trust.role-of-a-service", 2, 31),
        ("trust: 1\nsigners: {}\n" + policy, "trust.not-a-list", 2, 10),
        ("trust: 1\nauthorities: [ { certificate: c, roles: [a] } ]\n" + policy, "trust.not-a-certificate", 2, 31),
        ("trust: 1\ntimestamp-authorities: [ { certificate: c } ]\n" + policy, "trust.not-a-certificate", 2, 41),
        ("trust: 1\ntrust: 1\n" + policy, "yaml.duplicate-key", 1, 1), ("trust: [\n", "yaml.malformed", 2, 1),
    ])
    func aFaultHasAPlace(_ text: String, _ id: String, _ line: Int, _ column: Int) {
        let first = faults(text).first
        #expect(first?.id == id, "\(text)")
        #expect(first?.location == TextLocation(path: "trust.yaml", line: line, column: column), "\(text)")
    }

    @Test(arguments: [
        "2026-02-30", "2026-13-01", "26-01-01", "2026-01-01T00:00:00", "2026-01-01T24:00:00Z", "2026-01-01 00:00:00Z", "0000-01-01", "+026-01-01", "yesterday",
    ])
    func daysThatDoNotExistAreRefused(_ day: String) {
        let found = faults("trust: 1\n\(Self.signer)    from: \"\(day)\"\n\(Self.policy)")
        #expect(found.map(\.id) == ["trust.not-a-date"])
        #expect(found.first?.location?.line == 9)
    }

    @Test func allFaultsAreSaidAtOnce() {
        let found = faults("trust: 1\nbundel: x\nlogs: [ { key: a } ]\nwitnesses: 3\npolicy: { required: [ { over: x, role: a } ] }\n")
        #expect(found.map(\.id) == ["trust.unknown-key", "trust.not-a-verifier-key", "trust.not-a-list", "trust.unknown-word"])
    }

    @Test func aKeyOfTwoPersonsIsRefusedAndOneOfTwoRolesIsNot() throws {
        let second = Self.signer.replacing("signers:\n", with: "")
        #expect(
            faults("trust: 1\n" + Self.signer + second.replacing("Claire Beaudoin", with: "Omar Haddad") + Self.policy).map(\.id) == [
                "trust.key-of-two-persons"
            ])
        let file = try parse("trust: 1\n" + Self.signer + second.replacing("compliance-officer", with: "model-owner") + Self.policy)
        #expect(file.signers.map(\.role) == ["compliance-officer", "model-owner"])
    }

    @Test func aLifeThatEndsBeforeItBeginsIsRefused() {
        let found = faults("trust: 1\n\(Self.signer)    from: 2026-02-01\n    until: 2026-01-31\n\(Self.policy)")
        #expect(found.map(\.id) == ["trust.ends-before-it-begins"])
    }

    @Test func aRootStandsInOneAuthority() throws {
        let root = try Self.root()
        let entry = "  - certificate: |\n\(root.pem)    roles: [a]\n"
        #expect(faults("trust: 1\nauthorities:\n" + entry + entry + Self.policy).map(\.id) == ["trust.root-twice"])
        #expect(faults("trust: 1\nauthorities:\n" + entry + Self.policy).isEmpty)
    }

    @Test(arguments: [
        ("1970-01-01", 0), ("1970-01-01T00:00:01Z", 1), ("2000-02-29", 951_782_400), ("2026-09-30T23:59:59Z", 1_790_812_799), ("0001-01-01", -62_135_596_800),
        ("1969-12-31T23:59:59Z", -1), ("9999-12-31T23:59:59Z", 253_402_300_799),
    ])
    func timesAreReadAndWritten(_ text: String, _ seconds: Int) {
        #expect(UTCTime.parse(text)?.seconds == seconds)
        #expect(UTCTime.text(seconds) == (text.utf8.count == 10 ? text + "T00:00:00Z" : text))
    }

    @Test func timesBeyondTheCalendarDoNotTrap() {
        #expect(!UTCTime.text(Int.max).isEmpty)
        #expect(!UTCTime.text(Int.min).isEmpty)
    }
}
