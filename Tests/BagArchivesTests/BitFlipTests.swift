import Diagnostics
import TestSupport
import Testing

@testable import BagArchives

/// Every single bit of a small bundle matters.
@Suite struct BitFlipTests {
    @Test func everyFlippedBitOfTheExampleIsRefused() throws {
        let folder = try TemporaryFolder()
        let bytes = try ExampleBundle.write(to: folder)
        #expect(bytes.count == 4575)
        try folder.write(bytes, to: "flip.zip")
        var byForm = 0
        var byCheck = 0
        var taken: [String] = []
        for at in bytes.indices {
            for bit in 0..<8 {
                try folder.patch("flip.zip", at: at, to: bytes[at] ^ (1 << bit))
                do {
                    let zip = try PlainZipReader(path: folder.place("flip.zip"))
                    let check = BagCheck(zip, signatures: ExampleBundle.signatures, cores: 1)
                    if check.bag == nil, !check.findings.isEmpty { byCheck += 1 } else { taken.append("byte \(at) bit \(bit)") }
                } catch is Diagnostic { byForm += 1 }
            }
            try folder.patch("flip.zip", at: at, to: bytes[at])
        }
        print("bit flips: \(byForm) refused by the ZIP's form, \(byCheck) by the check, \(taken.count) taken")
        #expect(taken.isEmpty)
        #expect(byForm + byCheck == 36_600)
    }

    /// In a folder no CRC helps: what no manifest covers is the signature itself, which is for its verifier.
    @Test func everyFlippedBitOfTheUnpackedExampleIsRefusedOutsideTheSignature() throws {
        let folder = try TemporaryFolder()
        _ = try ExampleBundle.write(to: folder)
        let members = try PlainZipReader(path: folder.place("example.zip")).members
        for member in members { try folder.write(member.bytes(limit: 1000), to: "acme-2026-Q3/\(member.name)") }
        let place = folder.place("acme-2026-Q3")
        #expect(BagCheck(try FolderSource(path: place), signatures: ExampleBundle.signatures, cores: 1).findings == [])
        var refused = 0
        var taken = 0
        for member in members where member.name != ExampleBundle.envelopeName {
            let bytes = try member.bytes(limit: 1000)
            for at in bytes.indices {
                for bit in 0..<8 {
                    try folder.patch("acme-2026-Q3/\(member.name)", at: at, to: bytes[at] ^ (1 << bit))
                    let check = BagCheck(try FolderSource(path: place), signatures: ExampleBundle.signatures, cores: 1)
                    if check.bag == nil, !check.findings.isEmpty { refused += 1 } else { taken += 1 }
                }
                try folder.patch("acme-2026-Q3/\(member.name)", at: at, to: bytes[at])
            }
        }
        // The tag manifest is covered by the statement's subject: a flip that leaves it a good list is for the signature's verifier.
        print("bit flips of the folder: \(refused) refused, \(taken) taken")
        #expect(taken == 0)
        #expect(refused == 2047 * 8)
    }
}
