import Diagnostics
import TestSupport
import Testing

@testable import BagArchives

/// ZIPs that other programs read each in their own way: every one is refused, and the message names the member and the field.
@Suite struct ZipRefusalTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var what: String
        var bytes: [UInt8]
        /// What the message must say.
        var says: String
        var testDescription: String { what }
    }

    @Test func takesThePlainForm() throws {
        #expect(try RawZip("b/a", "b/c/d").refusal() == nil)
    }

    @Test(arguments: headers + names + places + shapes) func refuses(row: Case) throws {
        let diagnostic = try #require(try RawZip.refusal(of: row.bytes), "the reader took it")
        #expect(diagnostic.message.contains(row.says), "\(diagnostic)")
        #expect(diagnostic.id.hasPrefix("bundle."))
        #expect(diagnostic.location?.path.hasSuffix("b.zip") == true)
    }

    /// A good ZIP whose second member was changed.
    private static func second(_ what: String, _ says: String, _ change: (inout RawZip.Member) -> Void) -> Case {
        var zip = RawZip("b/a", "b/m", "b/z")
        change(&zip.members[1])
        return Case(what: what, bytes: zip.bytes, says: says)
    }

    private static func whole(_ what: String, _ says: String, _ change: (inout RawZip) -> Void) -> Case {
        var zip = RawZip("b/a", "b/z")
        change(&zip)
        return Case(what: what, bytes: zip.bytes, says: says)
    }

    static let headers = [
        second("the local name is another one", "'b/m', local header") { $0.localName = Array("b/n".utf8) },
        second("the local name is longer", "length of the name is 0x4; expected 0x3") { $0.localName = Array("b/mm".utf8) },
        second("Unicode path extra field", "length of the extra field is 0xa; expected 0x0") { $0.extra = [0x75, 0x70, 6, 0, 1, 0, 0, 0, 0, 0x65] },
        second("an extra field in the local header alone", "local header") { $0.localExtra = [0xfe, 0xca, 0, 0] },
        second("a zip64 field that is not needed", "length of the extra field") { $0.extra = [1, 0, 8, 0, 1, 0, 0, 0, 0, 0, 0, 0] },
        second("encrypted", "flags is 0x1 (encrypted); expected 0x0") { $0.flags = 1 },
        second("data descriptor", "flags is 0x8 (data descriptor); expected 0x0") { $0.flags = 8 },
        second("UTF-8 flag without need", "flags is 0x800; expected 0x0") { $0.flags = 0x800 },
        second("Deflate, a bomb or not", "compression method is 0x8 (Deflate); expected 0x0") {
            $0.method = 8
            $0.size = 20 << 20
        },
        second("Zstandard", "compression method is 0x5d (Zstandard); expected 0x0") { $0.method = 93 },
        second("a time", "time is 0x6000; expected 0x0") { $0.time = 0x6000 },
        second("wrong local CRC", "local header") { $0.localCRC = 1 },
        second("wrong local length", "local header") { $0.localSize = 100 },
        second("a length that is not the stored one", "compressed size is 0x1; expected 0x64") { $0.size = 100 },
        second("a zip64 length without its field", "'b/m'") { $0.size = 0xFFFF_FFFF },
        second("symbolic link by mode", "external attributes is 0xa1ff0000 (symbolic link); expected 0x81a40000") { $0.attributes = 0xa1ff_0000 },
        second("device by mode", "external attributes is 0x21a40000") { $0.attributes = 0x21a4_0000 },
        second("pipe by mode", "external attributes is 0x11a40000") { $0.attributes = 0x11a4_0000 },
        second("executable", "external attributes") { $0.attributes = 0x81ed_0000 },
        second("a member's comment", "length of the comment is 0x2; expected 0x0") { $0.comment = [1, 2] },
    ]

    static let names: [Case] =
        [
            ("../x", "'.' or '..'"), ("b/../x", "'.' or '..'"), ("/b/x", "begins with '/'"), ("b/./x", "'.' or '..'"), ("b//x", "empty part"),
            ("b/..\\x", "0x5c"), ("C:\\x", "0x3a"), ("\\\\?\\x", "0x5c"), ("b/x/", "ends in '/'"), ("b/x.", "ends in '.'"), ("b/x ", "0x20"),
            ("b/nul", "Windows device"), ("b/Aux.txt", "Windows device"), ("b/lpt9.tar.gz", "Windows device"), ("b/.DS_Store", "begins with '.'"),
            ("b/~x", "0x7e"), ("~root/x", "0x7e"), ("b/%41", "0x25"), ("b/x\0y", "0x00"), ("b/\u{202E}gpj.x", "0xe2"), ("b/caf\u{E9}", "0xc3"),
            ("b/cafe\u{301}", "0xcc"), ("b/-x", "begins with '-'"), ("b/*x", "0x2a"), ("b/a\nb", "0x0a"), ("", "is empty"), ("alone", "does not stand in"),
            ("c/x", "folder 'b'"), ("b/" + String(repeating: "x", count: 101), "101 bytes"),
            (String(repeating: "b/", count: 20) + "x", "21 parts"),
        ].map { name, says in Case(what: "the name \(name.debugDescription)", bytes: nameZip(name), says: says) } + [
            Case(what: "the same name twice", bytes: RawZip("b/a", "b/a").bytes, says: "'b/a' is there twice"),
            Case(what: "two cases", bytes: RawZip("b/A", "b/a").bytes, says: "upper and lower case"),
            Case(what: "folders in two cases", bytes: RawZip("b/D/a", "b/d/b").bytes, says: "upper and lower case"),
            Case(what: "a file that is a folder", bytes: RawZip("b/a", "b/a/b").bytes, says: "needs a folder where a file stands"),
            Case(what: "a file that is a folder, apart", bytes: RawZip("b/a", "b/a-b", "b/a/b").bytes, says: "needs a folder"),
            Case(what: "out of order", bytes: RawZip("b/c", "b/a").bytes, says: "expected the byte order"),
            Case(what: "a folder's entry with data", bytes: RawZip("b/a", "b/d/").bytes, says: "folder's entry"),
        ]

    /// The name among good ones, in byte order.
    private static func nameZip(_ name: String) -> [UInt8] {
        let names = ["b/0", name].sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        return RawZip(names.map { RawZip.Member($0) }).bytes
    }

    static let places = [
        second("a member that the directory does not list", "offset of the local header is 0x44; expected 0x22") { $0.isHidden = true },
        second("a record whose local header is another member's", "'b/m', local header") { $0.hasNoLocal = true },
        second("two records for one local header", "offset of the local header is 0x0; expected 0x22") { $0.offset = 0 },
        second("an offset far outside", "offset of the local header is 0xfffffff0") { $0.offset = 0xFFFF_FFF0 },
        second("bytes between two members", "'b/m'") { $0.gap = [1, 2, 3] },
        whole("bytes before the first member", "'b/a', directory") { $0.members[0].gap = Array("#!/bin/sh\n".utf8) },
        whole("bytes before the directory", "expected nothing between them") { $0.beforeDirectory = [0] },
        whole("a hidden last member", "expected nothing between them") { $0.members[1].isHidden = true },
        whole("bytes between the directory and the end record", "does not end at byte") { $0.beforeEnd = [0, 0] },
        whole("a comment", "no end record") { $0.comment = Array("hello".utf8) },
        whole("an end record inside the comment", "does not end at byte") { $0.comment = RawZip("b/x").bytes },
        whole("a count that is too small", "directory has more") { $0.count = 1 },
        whole("a count that is too large", "counts 3 files, the directory has at most 2") { $0.count = 3 },
        whole("65,534 entries that are not there", "counts 65534 files") { $0.count = 65_534 },
        whole("the zip64 count without its record", "zip64 record is absent") { $0.count = 0xFFFF },
        whole("a directory that begins elsewhere", "does not end at byte") { $0.directoryOffset = 3 },
        whole("a directory as long as the file can say", "does not end at byte") { $0.directorySize = 0xFFFF_FFF0 },
    ]

    static let shapes: [Case] = {
        let good = RawZip("b/a", "b/z").bytes
        let long = ZipEnd(count: 1 << 40, directorySize: 1 << 61, directoryOffset: 1 << 61).bytes
        let summed = patched(patched(patched(long, at: 37, [0]), at: 47, [0x7F]), at: 55, [0x7F])
        let negative = Array(long.prefix(40)) + Array(repeating: 0xFF, count: 16) + Array(long.suffix(42))
        return [
            Case(what: "an empty file", bytes: [], says: "it has 0 bytes"),
            Case(what: "words", bytes: Array(repeating: 0x41, count: 100), says: "does not begin and end as one"),
            Case(what: "no members", bytes: RawZip([]).bytes, says: "it holds no files"),
            Case(what: "cut short by a byte", bytes: good.dropLast(), says: "no end record"),
            Case(what: "cut in half", bytes: Array(good.prefix(40)), says: "no end record"),
            Case(what: "a byte behind the end", bytes: good + [0], says: "no end record"),
            Case(what: "two archives behind each other", bytes: good + good, says: "does not end at byte"),
            Case(what: "zip64 count of a trillion", bytes: long, says: "declares 1099511627776 files"),
            Case(what: "zip64 numbers whose sum overflows", bytes: summed, says: "does not end at byte"),
            Case(what: "zip64 numbers beyond 63 bits", bytes: negative, says: "zip64 record"),
            Case(
                what: "a name longer than the directory", bytes: patched(good, at: good.count - 22 - 49 + 28, [0xFF, 0xFF]), says: "longer than the directory"),
            Case(what: "an extra field longer than the directory", bytes: patched(good, at: good.count - 22 - 49 + 30, [0xFF, 0xFF]), says: "longer than"),
        ]
    }()

    private static func patched(_ bytes: [UInt8], at: Int, _ with: [UInt8]) -> [UInt8] {
        Array(bytes[..<at]) + with + Array(bytes[(at + with.count)...])
    }

    @Test func aZipInAZipIsOnlyBytes() throws {
        let inner = RawZip("c/x", "c/y").bytes
        let folder = try TemporaryFolder()
        try folder.write(RawZip([RawZip.Member("b/a"), RawZip.Member(name: Array("b/z.zip".utf8), bytes: inner)]).bytes, to: "b.zip")
        let reader = try PlainZipReader(path: folder.place("b.zip"))
        #expect(reader.members.map(\.name) == ["a", "z.zip"])
        #expect(try reader.members.last?.bytes(limit: 1000) == inner)
    }

    @Test func refusesALengthThatLeavesTheFile() throws {
        // Both headers agree on a length that the file does not have.
        for size in [2, 1000, 0xFFFF_FFFE] {
            let entry = ZipEntry(name: Array("b/a".utf8), crc: 0, size: size, offset: 0)
            let directory = entry.centralHeader
            let end = ZipEnd(count: 1, directorySize: directory.count, directoryOffset: entry.localLength + 1)
            let diagnostic = try #require(try RawZip.refusal(of: entry.localHeader + [1] + directory + end.bytes))
            #expect(diagnostic.message.contains("declares \(size) bytes"), "\(diagnostic)")
        }
        let entry = ZipEntry(name: Array("b/a".utf8), crc: 0, size: 1 << 62, offset: 0)
        let end = ZipEnd(count: 1, directorySize: entry.centralHeader.count, directoryOffset: entry.localLength + 1)
        #expect(try RawZip.refusal(of: entry.localHeader + [1] + entry.centralHeader + end.bytes) != nil)
    }

    @Test func noHeaderNumberTakesMemoryOrTraps() throws {
        // Every byte of all records set to values that lie the most.
        let bytes = RawZip("b/a", "b/z").bytes
        var refused = 0
        for at in bytes.indices {
            for value: UInt8 in [0, 0x7F, 0x80, 0xFF] where bytes[at] != value {
                var changed = bytes
                changed[at] = value
                // The two bytes of data themselves are for the digests to see.
                if try RawZip.refusal(of: changed) == nil { #expect(at == 33 || at == 67) } else { refused += 1 }
            }
        }
        #expect(refused > 600)
    }

    @Test func doesNotOpenAPipeOrAFolder() throws {
        let folder = try TemporaryFolder()
        try folder.makePipe("p.zip")
        #expect(throws: (any Error).self) { try PlainZipReader(path: folder.place("p.zip")) }
        #expect(throws: (any Error).self) { try PlainZipReader(path: folder.path) }
        #expect(throws: (any Error).self) { try PlainZipReader(path: folder.place("absent.zip")) }
    }
}
