import DurableStorage
import StructuredText
import TestSupport
import Testing

@testable import BagArchives

@Suite struct PlainZipTests {
    @Test(arguments: [1, 2, 5]) func writesTheExampleBundleByteForByte(cores: Int) throws {
        let folder = try TemporaryFolder()
        let bytes = try ExampleBundle.write(to: folder, cores: cores)
        #expect(bytes.count == 4575)
        #expect(ContentDigest.of(bytes).hex == "9081f4c7f4a4334b6ac537a20239d6726423a0adacaf4dfedf4557fb97cebd3d")
        #expect(BinaryText.hex(bytes.prefix(30)) == "504b0304140000000000000021006f370c52350000003500000019000000")
        #expect(BinaryText.hex(bytes.suffix(22)) == "504b0506000000000b000b0061030000680e00000000")
        #expect(folder.names() == ["example.zip"], "no temporary file is left")
    }

    @Test func readsWhatItWrote() throws {
        let folder = try TemporaryFolder()
        _ = try ExampleBundle.write(to: folder)
        let zip = try PlainZipReader(path: folder.place("example.zip"))
        #expect(zip.base == "acme-2026-Q3")
        #expect(
            zip.members.map(\.name) == [
                "bag-info.txt", "bagit.txt", "data/evidence/drift-2026-06.json", "data/pack/pack.json", "ledger/checkpoint", "ledger/tile/0/000.p/3",
                "ledger/tile/entries/000.p/3", "manifest-sha256.txt", "policy.json", "signatures/bundle.dsse.json", "tagmanifest-sha256.txt",
            ])
        #expect(zip.members.map(\.size) == [53, 54, 15, 41, 193, 96, 756, 185, 69, 952, 585])
        #expect(try zip.member("bagit.txt")?.bytes(limit: 54) == BagFiles.declarationBytes)
        #expect(zip.member("bagit") == nil)
    }

    @Test func randomMembersComeBackAsTheyWere() throws {
        var random = Seeded(state: 20_261_001)
        for round in 0..<30 {
            let folder = try TemporaryFolder()
            let members = (0..<Int.random(in: 1...40, using: &random)).map { number in
                // Around the size of the buffers, too.
                let size = round == 0 && number < 4 ? (1 << 20) - 60 + number * 20 : Int.random(in: 0...5000, using: &random)
                let bytes = (0..<size).map { _ in UInt8.random(in: 0...255, using: &random) }
                return ("\(["a", "b/c", "b/C-d", "e/f/g"].randomElement(using: &random) ?? "a")-\(number)/n\(number % 3)_\(number).bin", bytes)
            }.sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }
            let writer = try PlainZipWriter(path: folder.place("r.zip"), base: "base", cores: 2)
            let half = members.count / 2
            let first = try writer.append(members[..<half].map { ArchiveMember(name: $0.0, bytes: $0.1) })
            let second = try writer.append(members[half...].map { ArchiveMember(name: $0.0, bytes: $0.1) })
            try writer.finish()
            let reader = try PlainZipReader(path: folder.place("r.zip"))
            #expect(reader.members.map(\.name) == members.map(\.0))
            for (member, (_, bytes)) in zip(reader.members, members) {
                #expect(try member.bytes(limit: 1 << 21) == bytes)
            }
            #expect((first + second).map(\.digest) == members.map { ContentDigest.of($0.1) })
        }
    }

    @Test func writesTheSameBytesOnOneAndOnManyCores() throws {
        let folder = try TemporaryFolder()
        let members = (0..<50).map { ArchiveMember(name: "m\(100 + $0)", bytes: Array(repeating: UInt8($0), count: $0 * 1000)) }
        for cores in [1, 2, 8] {
            let writer = try PlainZipWriter(path: folder.place("\(cores).zip"), base: "b", cores: cores)
            _ = try writer.append(members)
            try writer.finish()
        }
        #expect(try folder.read("1.zip") == folder.read("2.zip"))
        #expect(try folder.read("1.zip") == folder.read("8.zip"))
    }

    @Test(arguments: [
        ["b", "a"], ["a", "a"], ["a", "a/b"], ["A/x", "a/y"], ["A", "a"], ["../x"], ["x/../y"], ["/x"], ["x//y"], [".hidden"], ["nul.txt"], ["con"],
        ["x/com1"], ["x."], ["x "], ["x\\y"], ["é"], ["e\u{301}"], ["x\0y"], ["~root"], ["-rf"], ["C:x"], ["x\u{202E}y"], [""], ["x/"],
        ["a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a"],
    ]) func refusesToWriteNamesThatNoBundleMayHold(names: [String]) throws {
        let folder = try TemporaryFolder()
        let writer = try PlainZipWriter(path: folder.place("n.zip"), base: "b", cores: 1)
        #expect(throws: (any Error).self) { try writer.append(names.map { ArchiveMember(name: $0, bytes: [1]) }) }
    }

    @Test func refusesAMemberThatGivesFewerOrMoreBytesThanItDeclares() throws {
        for (declared, given) in [(5, 4), (5, 6), (0, 1), (1, 0), (3 << 20, (3 << 20) + 1), (3 << 20, 1 << 20)] {
            let folder = try TemporaryFolder()
            do {
                let writer = try PlainZipWriter(path: folder.place("l.zip"), base: "b", cores: 1)
                let member = ArchiveMember(name: "a", size: declared) { MemoryStream(Array(repeating: 7, count: given)) }
                #expect(throws: (any Error).self, "\(declared) declared, \(given) given") { try writer.append([member]) }
            }
            #expect(folder.names().isEmpty, "nothing is left behind")
        }
    }

    @Test func leavesAnOlderFileAloneUntilItIsDone() throws {
        let folder = try TemporaryFolder()
        try folder.write("old", to: "x.zip")
        do {
            let writer = try PlainZipWriter(path: folder.place("x.zip"), base: "b", cores: 1)
            _ = try writer.append([ArchiveMember(name: "a", bytes: [1])])
        }
        #expect(try folder.text("x.zip") == "old")
        #expect(folder.names() == ["x.zip"])
        #expect(throws: StorageFault.self) { try PlainZipWriter(path: folder.path, base: "b", cores: 1) }
    }

    @Test func usesZip64OnlyForWhatOverflows() {
        func entry(size: Int, offset: Int) -> ZipEntry { ZipEntry(name: [0x61], crc: 0x0102_0304, size: size, offset: offset) }
        let largest = entry(size: 0xFFFF_FFFE, offset: 0xFFFF_FFFE)
        #expect(largest.localHeader.count == 31 && largest.centralHeader.count == 47)
        let long = entry(size: 0xFFFF_FFFF, offset: 0x1_0000_0000)
        #expect(
            BinaryText.hex(long.localHeader) == "504b03042d00000000000000210004030201ffffffffffffffff0100140061" + "01001000ffffffff00000000ffffffff00000000")
        #expect(
            BinaryText.hex(long.centralHeader) == "504b01022d032d00000000000000210004030201ffffffffffffffff01001c00000000000000" + "0000a481ffffffff61"
                + "01001800ffffffff00000000ffffffff000000000000000001000000")
        let far = entry(size: 5, offset: 0xFFFF_FFFF)
        #expect(BinaryText.hex(far.localHeader) == "504b030414000000000000002100040302010500000005000000" + "0100000061")
        #expect(
            BinaryText.hex(far.centralHeader) == "504b01022d032d0000000000000021000403020105000000050000000100" + "0c000000000000000000a481ffffffff61"
                + "01000800ffffffff00000000")
        #expect(ZipEnd(count: 0xFFFE, directorySize: 0xFFFF_FFFE, directoryOffset: 0xFFFF_FFFE).bytes.count == 22)
        let end = ZipEnd(count: 0xFFFF, directorySize: 10, directoryOffset: 20)
        #expect(
            BinaryText.hex(end.bytes) == "504b06062c000000000000002d032d000000000000000000ffff000000000000ffff0000000000000a00000000000000" + "1400000000000000"
                + "504b0607000000001e0000000000000001000000" + "504b050600000000ffffffff0a000000140000000000")
    }

    @Test func readsMembersBehindFourGibibytes() throws {
        // The long member is a hole in a sparse file: its bytes are not read here.
        let folder = try TemporaryFolder()
        let long = ZipEntry(name: Array("b/a".utf8), crc: 0, size: 5 << 30, offset: 0)
        let short = ZipEntry(name: Array("b/b".utf8), crc: 0xe8b7_be43, size: 1, offset: long.end)
        let directory = long.centralHeader + short.centralHeader
        let end = ZipEnd(count: 2, directorySize: directory.count, directoryOffset: short.end)
        try folder.write(long.localHeader, to: "z.zip")
        try folder.extend("z.zip", to: long.end, with: short.localHeader + [0x61] + directory + end.bytes)
        let zip = try PlainZipReader(path: folder.place("z.zip"))
        #expect(zip.members.map(\.size) == [5 << 30, 1])
        #expect(try zip.members[1].bytes(limit: 1) == [0x61])
        #expect(throws: (any Error).self) { try zip.members[0].bytes(limit: 1 << 20) }
    }

    @Test func writesAndReadsMoreMembersThanTheShortCountHolds() throws {
        let folder = try TemporaryFolder()
        let members = (0..<65_600).map { ArchiveMember(name: "m\(100_000 + $0)", bytes: []) }
        let writer = try PlainZipWriter(path: folder.place("many.zip"), base: "b", cores: 2)
        _ = try writer.append(members)
        try writer.finish()
        #expect(try folder.read("many.zip").suffix(98).starts(with: [0x50, 0x4b, 6, 6]))
        #expect(try PlainZipReader(path: folder.place("many.zip")).members.count == 65_600)
    }
}
