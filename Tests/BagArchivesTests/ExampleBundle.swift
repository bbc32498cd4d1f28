import StructuredText
import TestSupport

@testable import BagArchives

/// A small bundle whose every byte is known: three ledger entries, two payload files, one signature. Its ZIP has 4575 bytes.
enum ExampleBundle {
    static let id = "acme-2026-Q3"
    static let envelopeName = "signatures/bundle.dsse.json"
    static let signatures = SignatureNames(required: [envelopeName])

    static let payload = [
        ArchiveMember(name: "data/pack/pack.json", bytes: Array(#"{"controls":1,"met":0,"period":"2026-Q3"}"#.utf8)),
        ArchiveMember(name: "data/evidence/drift-2026-06.json", bytes: Array("{\"psi\":\"0.31\"}\n".utf8)),
    ]

    static let tags = [
        ArchiveMember(name: "policy.json", bytes: Array(#"{"required":[{"over":"bundle","role":"officer","threshold":1}],"v":1}"#.utf8)),
        ArchiveMember(name: "ledger/checkpoint", bytes: Array(checkpoint.utf8)),
        ArchiveMember(name: "ledger/tile/0/000.p/3", bytes: leaves.flatMap { BinaryText.bytes(hex: $0) ?? [] }),
        ArchiveMember(
            name: "ledger/tile/entries/000.p/3",
            bytes: entries.flatMap { entry in [UInt8(entry.utf8.count >> 8), UInt8(entry.utf8.count & 255)] + Array(entry.utf8) }),
    ]

    static let envelope: [UInt8] = {
        let payload = BinaryText.base64(Array(statement.utf8))
        return Array(
            (#"{"payload":""# + payload + #"","payloadType":"application/vnd.in-toto+json","signatures":[{"keyid":""# + keyID + #"","sig":""# + sig + #""}]}"#)
                .utf8)
    }()

    /// Writes the bundle and gives its bytes.
    static func write(to folder: TemporaryFolder, cores: Int = 2) throws -> [UInt8] {
        let writer = try BagWriter(id: id, payload: payload, tags: tags)
        _ = try writer.write(to: folder.place("example.zip"), cores: cores) { _ in [ArchiveMember(name: envelopeName, bytes: envelope)] }
        return try folder.read("example.zip")
    }

    private static let checkpoint = """
        locker.example.org/acme
        3
        Z/s300kCDFYUKo7VjBxrnxiuregGuIsy3xmlvb/XGVY=

        — locker.example.org/acme 2Z5Djs4vrbVriFLBTd8cbcPGrJwK5sQyx4ATIwEtrf2cs7MoZWCuLpgk3+d5j1Z8gB55tPlwTcQoTclD08dNiDTHKA4=

        """

    private static let leaves = [
        "f8699fbe62daf82d320b28820ad47b25c51f8c92dfbc140123e1f90cf2052f36", "2b4262970d77ea37b8ecfcfdca4f7f411106b5389540d81660a58701b7052f95",
        "a08e3f9b589f021d5747341c6ccfa29e83e9c8a345ed89bb5738dec7a91dd131",
    ]

    private static let entries = [
        #"{"at":"2026-07-02T08:00:00Z","item":{"class":"internal","kind":"drift-report","sha256":"#
            + #""f4eab126b08a3127cdee762278b83c412d66583acfd8a3b914b6ee8a25f0cac5"},"nonce":"000102030405060708090a0b0c0d0e0f","type":"item","v":1}"#,
        #"{"at":"2026-07-02T08:00:01Z","item":{"blinded":"bcc7ca483673f8bcb039785a2767c041467027333c244dc1536b599a83f76053","class":"personal","#
            + #""commit":{"root":"8866408a6b79ee76a6661c4cc2b542773e1ce2d7363b9bd7e71d81e126ff9bea","scheme":"dossier/seg1","segments":5},"kind":"consent"},"#
            + #""nonce":"101112131415161718191a1b1c1d1e1f","type":"item","v":1}"#,
        #"{"at":"2026-10-01T09:00:00Z","nonce":"202122232425262728292a2b2c2d2e2f","#
            + #""text-sha256":"e3da6e8096da2b5c29d11195617873fbddc0a134a5c669142636f8aa7df0e2a8","type":"attestation","v":1,"who":"officer"}"#,
    ]

    private static let statement =
        #"{"_type":"https://in-toto.io/Statement/v1","predicate":{"bundle":"acme-2026-Q3","checkpoint":{"origin":"locker.example.org/acme","#
        + #""root":"67fb37d349020c56142a8ed58c1c6b9f18aeade806b88b32df19a5bdbfd71956","size":3},"completeness":"complete","#
        + #""policySha256":"33d3e6454ba10fa46ab6004e65338f86a36fe3e67ec19c5ba101703d1a66b143"},"#
        + #""predicateType":"https://dossier.example/attestation/evidence-bundle/v1","#
        + #""subject":[{"digest":{"sha256":"0abd3cdd06c9de619e644e211ed8c2e057cc3a27bbb6cf9d27c614847feed010"},"name":"tagmanifest-sha256.txt"}]}"#
    private static let keyID = "788de5096f8b530eef97a4015cffb7cfeb260c23795b846bf8112682a93b1101"
    private static let sig = "zm1HWuWDoNPgMK58ZKtruTtVAb76AmwFooGX0r6CB6QliQnKpHMGl+P9fbaFFr7OlWQJQy6Ey4Ip/UEQ0HZoCA=="
}
