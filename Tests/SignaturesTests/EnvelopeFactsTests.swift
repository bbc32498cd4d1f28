import Diagnostics
import Foundation
import SwiftASN1
import Testing
import X509

@testable import Signatures

/// A root of an organisation, and what it says of one officer.
private struct Organisation {
    let rootKey: SigningKey
    let root: [UInt8]
    let officer: SigningKey
    let certificate: [UInt8]
    /// A certificate of the officer's key by an authority between the root and it, and that authority's own.
    let deep: [[UInt8]]

    init() throws {
        rootKey = try SigningKey.generate(.ecdsaP256)
        officer = try SigningKey.generate(.ecdsaP256)
        let rootName = try DistinguishedName { CommonName("Acme Root") }
        root = try Self.der(
            key: rootKey, name: rootName, issuer: rootName, signer: rootKey, until: 4_000_000_000,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
                Critical(KeyUsage(keyCertSign: true))
            })
        certificate = try Self.der(
            key: officer, name: try DistinguishedName { CommonName("Claire") }, issuer: rootName, signer: rootKey, until: 1_000,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true))
            })
        let middle = try SigningKey.generate(.ecdsaP256)
        let middleName = try DistinguishedName { CommonName("Acme People") }
        deep = [
            try Self.der(
                key: officer, name: try DistinguishedName { CommonName("Claire") }, issuer: middleName, signer: middle, until: 1_000,
                extensions: try Certificate.Extensions {
                    Critical(BasicConstraints.notCertificateAuthority)
                    Critical(KeyUsage(digitalSignature: true))
                }),
            try Self.der(
                key: middle, name: middleName, issuer: rootName, signer: rootKey, until: 1_000,
                extensions: try Certificate.Extensions {
                    Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
                    Critical(KeyUsage(keyCertSign: true))
                }),
        ]
    }

    private static func der(
        key: SigningKey, name: DistinguishedName, issuer: DistinguishedName, signer: SigningKey, until: Double, extensions: Certificate.Extensions
    ) throws -> [UInt8] {
        let certificate = try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: key.publicKey.certificateKey, notValidBefore: Date(timeIntervalSince1970: 0),
            notValidAfter: Date(timeIntervalSince1970: until), issuer: issuer, subject: name, extensions: extensions,
            issuerPrivateKey: signer.certificateKey)
        var serializer = DER.Serializer()
        try serializer.serialize(certificate)
        return serializer.serializedBytes
    }

    func trust(_ roots: [[UInt8]]) -> TrustFile {
        TrustFile(
            authorities: roots.map { TrustFile.Authority(certificate: $0, roles: ["officer"], persons: [.init(subject: "CN=Claire", name: "Claire")]) },
            policy: SigningPolicy(required: [.init(over: .bundle, role: "officer")]))
    }
}

@Suite struct EnvelopeFactsTests {
    private func outcome(_ envelope: Envelope, _ trust: TrustFile, now: Int, provenTime: Int? = nil) async throws -> [SignatureJudge.Outcome] {
        let read = try Envelope.parse(envelope.bytes, path: "e")
        let facts = try await read.facts(over: .bundle, trust: trust, now: now, provenTime: provenTime, path: "e")
        return SignatureJudge(trust: trust, now: now).judge(facts).results.map(\.outcome)
    }

    @Test func eachSignatureIsCheckedAgainstTheTrustFile() async throws {
        let officer = try SigningKey.ed25519(seed: officerSeed)
        var envelope = Envelope(payload: [1, 2, 3])
        try envelope.sign(with: officer)
        try envelope.sign(with: try SigningKey.generate(.ecdsaP256))
        let trust = TrustFile(
            signers: [TrustFile.Signer(person: "Claire", role: "officer", key: officer.publicKey)],
            policy: SigningPolicy(required: [.init(over: .bundle, role: "officer")]))
        let facts = try await envelope.facts(over: .bundle, trust: trust, now: 0, path: "e")
        #expect(facts.filter(\.isValid).count == 1)
        let judgement = SignatureJudge(trust: trust, now: 0).judge(facts)
        #expect(judgement.isSatisfied)
        #expect(judgement.strays.map(\.outcome) == [.unknownKey])
    }

    @Test func aCertificateIsJudgedAtTheProvenTimeElseNow() async throws {
        let organisation = try Organisation()
        var envelope = Envelope(payload: [1, 2, 3])
        try envelope.sign(with: organisation.officer, certificates: [organisation.certificate])
        let trust = organisation.trust([organisation.root])
        #expect(try await outcome(envelope, trust, now: 500) == [.good])
        #expect(try await outcome(envelope, trust, now: 5_000) == [.certificateExpired])
        #expect(try await outcome(envelope, trust, now: 5_000, provenTime: 500) == [.good])
        #expect(try await outcome(envelope, organisation.trust([]), now: 500) == [.unknownKey])
        #expect(try await outcome(envelope, organisation.trust([try Organisation().root]), now: 500) == [.unknownKey])
    }

    /// The certificate's last value is its issuer's signature, which anybody can write in a second way that verifies alike.
    private func otherSpelling(_ certificate: [UInt8]) throws -> [UInt8] {
        var tree = try DERTree(certificate)
        guard case .leaf(let identifier, let bits) = tree[2] else { return [] }
        let twin = try #require(try LowSignature.twins(of: Array(bits.dropFirst())).first)
        tree[2] = .leaf(identifier, [0] + twin)
        return tree.bytes
    }

    @Test func aRevokedCertificateIsRevokedInEverySpelling() async throws {
        let organisation = try Organisation()
        let twin = try otherSpelling(organisation.certificate)
        #expect(twin != organisation.certificate)
        for spelling in [organisation.certificate, twin] {
            var envelope = Envelope(payload: [1])
            try envelope.sign(with: organisation.officer, certificates: [spelling])
            var trust = organisation.trust([organisation.root])
            // Both verify: without a revocation either is good.
            #expect(try await outcome(envelope, trust, now: 500) == [.good])
            for revoked in [organisation.certificate, twin] {
                trust.authorities[0].revoked = [.init(certificate: try CertificateChain.fingerprint(of: revoked, path: "c"), from: 400)]
                #expect(try await outcome(envelope, trust, now: 500) == [.revoked])
            }
        }
    }

    @Test func aRevokedAuthorityBetweenRootAndSignerEndsWhatItIssued() async throws {
        let organisation = try Organisation()
        var envelope = Envelope(payload: [1])
        try envelope.sign(with: organisation.officer, certificates: organisation.deep)
        var trust = organisation.trust([organisation.root])
        #expect(try await outcome(envelope, trust, now: 500) == [.good])
        trust.authorities[0].revoked = [.init(certificate: try CertificateChain.fingerprint(of: organisation.deep[1], path: "c"), from: 400)]
        #expect(try await outcome(envelope, trust, now: 500) == [.revoked])
        #expect(try await outcome(envelope, trust, now: 500, provenTime: 300) == [.good])
    }

    @Test func noCertificateThatNobodyVouchesForStandsBesideTheSignatureOfAListedKey() async throws {
        let organisation = try Organisation()
        let listed = TrustFile.Signer(person: "Claire", role: "officer", key: organisation.officer.publicKey)
        var trust = organisation.trust([organisation.root])
        trust.signers = [listed]
        var stranger = organisation.trust([])
        stranger.signers = [listed]
        var envelope = Envelope(payload: [1])
        try envelope.sign(with: organisation.officer, certificates: [organisation.certificate])
        #expect(try await outcome(envelope, trust, now: 500) == [.good])
        #expect(try await outcome(envelope, stranger, now: 500) == [.wrong])
        var bare = Envelope(payload: [1])
        try bare.sign(with: organisation.officer)
        #expect(try await outcome(bare, stranger, now: 500) == [.good])
        // A bit of the issuer's signature.
        var flipped = organisation.certificate
        flipped[flipped.count - 5] ^= 1
        var altered = Envelope(payload: [1])
        try altered.sign(with: organisation.officer, certificates: [flipped])
        #expect(try await outcome(altered, trust, now: 500) == [.wrong])
        let facts = try await envelope.facts(over: .bundle, trust: stranger, now: 500, path: "e")
        let sentence = try #require(SignatureJudge(trust: stranger, now: 500).judge(facts).results.first?.sentence)
        #expect(sentence.contains("no authority of the trust file vouches for the certificate 'CN=Claire'"))
    }

    @Test func aCertificateOfAnotherKeyIsRefused() async throws {
        let organisation = try Organisation()
        var envelope = Envelope(payload: [1])
        try envelope.sign(with: try SigningKey.generate(.ecdsaP256), certificates: [organisation.certificate])
        let trust = organisation.trust([organisation.root])
        var found: Diagnostic?
        do { _ = try await envelope.facts(over: .bundle, trust: trust, now: 0, path: "e") } catch { found = error }
        #expect(found?.id == "envelope.other-certificate")
    }

    @Test func bytesThatAreNoCertificateAreRefused() async throws {
        var envelope = Envelope(payload: [1])
        try envelope.sign(with: try SigningKey.ed25519(seed: officerSeed), certificates: [[1, 2, 3]])
        let trust = TrustFile(policy: SigningPolicy())
        await #expect(throws: (any Error).self) { try await envelope.facts(over: .bundle, trust: trust, now: 0, path: "e") }
    }
}
