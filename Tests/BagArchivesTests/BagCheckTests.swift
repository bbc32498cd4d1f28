import Diagnostics
import Glibc
import StructuredText
import TestSupport
import Testing

@testable import BagArchives

/// The example, unpacked, altered in every way that the BagIt conformance suite and worse know.
@Suite struct BagCheckTests {
    private func unpacked() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        _ = try ExampleBundle.write(to: folder)
        for member in try PlainZipReader(path: folder.place("example.zip")).members {
            try folder.write(member.bytes(limit: 1000), to: "acme-2026-Q3/\(member.name)")
        }
        return folder
    }

    private func findings(_ folder: TemporaryFolder, signatures: SignatureNames = ExampleBundle.signatures) throws -> [String] {
        let check = BagCheck(try FolderSource(path: folder.place("acme-2026-Q3")), signatures: signatures, cores: 2)
        #expect((check.bag == nil) == !check.findings.isEmpty)
        return check.findings.map { "\($0.location?.description.components(after: "acme-2026-Q3/") ?? "") \($0.id)" }
    }

    @Test func findsNothingInTheExample() throws {
        let folder = try unpacked()
        let check = BagCheck(try FolderSource(path: folder.place("acme-2026-Q3")), signatures: ExampleBundle.signatures, cores: 2)
        #expect(check.findings == [])
        #expect(check.files == 11)
        #expect(check.bytes == 2999)
        let bag = try #require(check.bag)
        #expect(bag.tagManifestDigest.hex == "0abd3cdd06c9de619e644e211ed8c2e057cc3a27bbb6cf9d27c614847feed010")
        #expect(bag.info == BagInfo(identifier: "acme-2026-Q3", payloadBytes: 56, payloadFiles: 2))
        #expect(bag.digest(of: "manifest-sha256.txt")?.hex == "597c7777e56fc701ce8d76bec8bdf6345707656d9065ee00376bbf0fa0fa246c")
        #expect(try bag.bytes(of: "bagit.txt", limit: 100) == BagFiles.declarationBytes)
        #expect(throws: Diagnostic.self) { try bag.bytes(of: "absent", limit: 100) }
        let zip = BagCheck(try PlainZipReader(path: folder.place("example.zip")), signatures: ExampleBundle.signatures, cores: 2)
        #expect(zip.findings == [])
        #expect(zip.digests == check.digests)
    }

    struct Change: Sendable, CustomTestStringConvertible {
        var what: String
        var file: String
        /// The file's new text; `nil` to remove it.
        var text: (@Sendable (String) -> String)?
        var finds: [String]
        var testDescription: String { what }
    }

    @Test(arguments: changes) func finds(change: Change) throws {
        let folder = try unpacked()
        let place = "acme-2026-Q3/\(change.file)"
        if let text = change.text {
            try folder.write(text((try? folder.text(place)) ?? ""), to: place)
        } else {
            try folder.remove(place)
        }
        #expect(try findings(folder) == change.finds)
    }

    private static func set(_ what: String, _ file: String, _ finds: [String], _ text: @escaping @Sendable (String) -> String) -> Change {
        Change(what: what, file: file, text: text, finds: finds)
    }

    private static let pack = "data/pack/pack.json"
    private static let inManifest = "manifest-sha256.txt bundle.member-altered"
    private static let inBagit = "bagit.txt bundle.member-altered"
    private static let inInfo = "bag-info.txt bundle.member-altered"

    static let changes: [Change] = [
        set("altered payload of the same length", pack, ["\(pack) bundle.member-altered"]) { "X" + $0.dropFirst() },
        set("longer payload", pack, ["bag-info.txt:2 bundle.payload-total", "\(pack) bundle.member-altered"]) { $0 + " " },
        Change(
            what: "missing payload", file: pack, text: nil,
            finds: ["data/pack bundle.empty-folder", "bag-info.txt:2 bundle.payload-total", "\(pack) bundle.member-missing"]),
        set("extra payload", "data/pack/x", ["bag-info.txt:2 bundle.payload-total", "data/pack/x bundle.unlisted"]) { _ in "x" },
        set("an extra top-level file", "README", ["README bundle.unlisted"]) { _ in "x" },
        set("an extra top-level folder", "more/x", ["more/x bundle.unlisted"]) { _ in "x" },
        set("an altered tag file", "ledger/checkpoint", ["ledger/checkpoint bundle.member-altered"]) { $0 + "\n" },
        set("another signature than those that are named", "signatures/more.json", ["signatures/more.json bundle.unlisted"]) { _ in "{}" },
        Change(
            what: "no signature", file: ExampleBundle.envelopeName, text: nil,
            finds: ["signatures bundle.empty-folder", "\(ExampleBundle.envelopeName) bundle.signature-missing"]),
        Change(what: "no bagit.txt", file: "bagit.txt", text: nil, finds: ["bagit.txt bundle.own-file-missing"]),
        Change(what: "no bag-info.txt", file: "bag-info.txt", text: nil, finds: ["bag-info.txt bundle.own-file-missing"]),
        Change(what: "no manifest", file: "manifest-sha256.txt", text: nil, finds: ["manifest-sha256.txt bundle.own-file-missing"]),
        Change(what: "no tag manifest", file: "tagmanifest-sha256.txt", text: nil, finds: ["tagmanifest-sha256.txt bundle.own-file-missing"]),
        set("fetch.txt", "fetch.txt", ["fetch.txt bundle.foreign-file"]) { _ in "http://169.254.169.254/ 1 data/x\n" },
        set("another manifest", "manifest-md5.txt", ["manifest-md5.txt bundle.foreign-file"]) { _ in "" },
        set("another tag manifest", "tagmanifest-sha512.txt", ["tagmanifest-sha512.txt bundle.foreign-file"]) { _ in "" },
        set("byte order mark", "bagit.txt", ["bagit.txt:1:1 bundle.declaration", inBagit]) { "\u{FEFF}" + $0 },
        set("version with a space", "bagit.txt", ["bagit.txt:1:14 bundle.declaration", inBagit]) { $0.replacing("Version:", with: "Version :") },
        set("version .97", "bagit.txt", ["bagit.txt:1:16 bundle.declaration", inBagit]) { $0.replacing("1.0", with: "0.97") },
        set("other encoding", "bagit.txt", ["bagit.txt:2:30 bundle.declaration", inBagit]) { $0.replacing("UTF-8", with: "ISO-8859-1") },
        set("no encoding line", "bagit.txt", ["bagit.txt:2:1 bundle.declaration", inBagit]) { String($0.prefix(19)) },
        set("CRLF in bagit.txt", "bagit.txt", ["bagit.txt:1:19 bundle.declaration", inBagit]) { $0.replacing("1.0\n", with: "1.0\r\n") },
        set("UTF-16", "bagit.txt", ["bagit.txt:1:2 bundle.declaration", inBagit]) { $0.map { "\($0)\0" }.joined() },
        set("another id", "bag-info.txt", ["bag-info.txt:1 bundle.renamed", inInfo]) { $0.replacing("acme", with: "acne") },
        set("another total", "bag-info.txt", ["bag-info.txt:2 bundle.payload-total", inInfo]) { $0.replacing("56.2", with: "57.2") },
        set("a leading zero", "bag-info.txt", ["bag-info.txt:2 bundle.bag-info", inInfo]) { $0.replacing("56.2", with: "056.2") },
        set("a third line", "bag-info.txt", ["bag-info.txt:3 bundle.bag-info", inInfo]) { $0 + "Contact-Name: x\n" },
        set("a continuation line", "bag-info.txt", ["bag-info.txt:2 bundle.bag-info", inInfo]) { $0.replacing("Payload", with: " x\nPayload") },
        set("a total that overflows", "bag-info.txt", ["bag-info.txt:2 bundle.bag-info", inInfo]) {
            $0.replacing("56.2", with: "99999999999999999999.2")
        },
        set("upper-case hex", "manifest-sha256.txt", ["manifest-sha256.txt:1:1 bundle.manifest-form", inManifest]) {
            $0.replacing("f4eab", with: "F4EAB")
        },
        set("one space", "manifest-sha256.txt", ["manifest-sha256.txt:1:66 bundle.manifest-form", inManifest]) { $0.replacing("  data/e", with: " data/e") },
        set("an asterisk", "manifest-sha256.txt", ["manifest-sha256.txt:1:66 bundle.manifest-form", inManifest]) { $0.replacing("  data/e", with: " *data/e") },
        set("CRLF", "manifest-sha256.txt", ["manifest-sha256.txt:1:67 bundle.manifest-form", inManifest]) { $0.replacing("\n", with: "\r\n") },
        set("a comment", "manifest-sha256.txt", ["manifest-sha256.txt:1:1 bundle.manifest-form", inManifest]) { "# x\n" + $0 },
        set("an empty line", "manifest-sha256.txt", ["manifest-sha256.txt:3:1 bundle.manifest-form", inManifest]) { $0 + "\n" },
        set("no last line feed", "manifest-sha256.txt", ["manifest-sha256.txt:2:86 bundle.manifest-form", inManifest]) { String($0.dropLast()) },
        set("a file twice", "manifest-sha256.txt", ["manifest-sha256.txt:3:67 bundle.manifest-form", inManifest]) { $0 + $0.suffix(86) },
        set("lines out of order", "manifest-sha256.txt", ["manifest-sha256.txt:2:67 bundle.manifest-form", inManifest]) {
            String($0.suffix(86) + $0.dropLast(86))
        },
        set(
            "an empty manifest", "manifest-sha256.txt",
            [
                "manifest-sha256.txt bundle.no-payload", "data/evidence/drift-2026-06.json bundle.unlisted", "\(pack) bundle.unlisted", inManifest,
            ]
        ) { _ in "" },
        set("a file that the manifest lost", "manifest-sha256.txt", ["\(pack) bundle.unlisted", inManifest]) { String($0.dropLast(86)) },
        set("a listed file that is not there", "manifest-sha256.txt", [inManifest, "data/zzz bundle.member-missing"]) {
            $0 + String(repeating: "0", count: 64) + "  data/zzz\n"
        },
        set("a tag file in the manifest", "manifest-sha256.txt", ["manifest-sha256.txt:3 bundle.wrongly-listed", inManifest]) {
            $0 + String(repeating: "0", count: 64) + "  policy.json\n"
        },
        set(
            "the tag manifest lists itself", "tagmanifest-sha256.txt",
            ["tagmanifest-sha256.txt:8 bundle.wrongly-listed", "tagmanifest-sha256.txt bundle.member-altered"]
        ) {
            $0 + String(repeating: "0", count: 64) + "  tagmanifest-sha256.txt\n"
        },
        set("a tag file that the tag manifest lost", "tagmanifest-sha256.txt", ["policy.json bundle.unlisted"]) {
            $0.split(separator: "\n").filter { !$0.hasSuffix("policy.json") }.map { $0 + "\n" }.joined()
        },
        set(
            "the manifest that the tag manifest lost", "tagmanifest-sha256.txt",
            [
                "tagmanifest-sha256.txt bundle.not-listed", "manifest-sha256.txt bundle.unlisted",
            ]
        ) { $0.split(separator: "\n").filter { !$0.hasSuffix("manifest-sha256.txt") }.map { $0 + "\n" }.joined() },
        set("a bag in a bag", "data/pack/bagit.txt", ["bag-info.txt:2 bundle.payload-total", "data/pack/bagit.txt bundle.unlisted"]) { _ in "x" },
        set(".DS_Store", "data/.DS_Store", ["data/.DS_Store bundle.member-name"]) { _ in "x" },
        set("a space in a name", "data/a b", ["data/a b bundle.member-name"]) { _ in "x" },
        set("two cases", "Policy.json", ["policy.json bundle.member-name", "Policy.json bundle.unlisted", "policy.json bundle.member-missing"]) { _ in "x" },
    ]

    @Test(arguments: ["../x", "data/../../x", "\\.\\./x", "/abs", "~/x", "~root/x", "C:\\x", "\\\\?\\x", "./data/x", "data/%2e%2e/x", "data/caf\u{E9}"])
    func refusesManifestsWithNamesThatLeaveTheBag(name: String) throws {
        let text = String(repeating: "0", count: 64) + "  " + name + "\n"
        #expect(throws: Diagnostic.self) { try BagManifest.parse(Array(text.utf8), path: "m") }
        let folder = try unpacked()
        try folder.write(text, to: "acme-2026-Q3/manifest-sha256.txt")
        #expect(try findings(folder).first == "manifest-sha256.txt:1:67 bundle.manifest-form")
    }

    @Test func refusesLinksPipesAndEmptyFoldersWithoutWaiting() throws {
        let folder = try unpacked()
        try folder.remove("acme-2026-Q3/policy.json")
        try folder.link("acme-2026-Q3/policy.json", to: "/etc/passwd")
        try folder.makePipe("acme-2026-Q3/data/pipe")
        try folder.makeFolder("acme-2026-Q3/empty")
        try folder.link("acme-2026-Q3/ledger/up", to: "..")
        #expect(
            try findings(folder) == [
                "data/pipe bundle.not-a-file", "empty bundle.empty-folder", "ledger/up bundle.not-a-file", "policy.json bundle.not-a-file",
                "policy.json bundle.member-missing",
            ])
    }

    /// Sums over such lengths would leave what an `Int` holds; only sparse files have them.
    @Test func aFileOfAnImpossibleLengthIsRefused() throws {
        let folder = try unpacked()
        let name = "acme-2026-Q3/data/long.bin"
        try folder.write("", to: name)
        guard truncate(folder.place(name), (1 << 43) + 1) == 0 else {
            print("skipped: this file system has no files of 8 TiB")
            return
        }
        let source = try FolderSource(path: folder.place("acme-2026-Q3"))
        #expect(source.faults.map(\.id) == ["bundle.file-too-long"])
        #expect(source.member("data/long.bin") == nil)
    }

    @Test func aFileThatIsSwappedAfterTheWalkIsNotRead() throws {
        let folder = try unpacked()
        let source = try FolderSource(path: folder.place("acme-2026-Q3"))
        let policy = try folder.read("acme-2026-Q3/policy.json")
        try folder.write(policy, to: "outside")
        try folder.remove("acme-2026-Q3/policy.json")
        try folder.link("acme-2026-Q3/policy.json", to: "../outside")
        let ids = BagCheck(source, signatures: ExampleBundle.signatures, cores: 1).findings.map(\.id)
        #expect(ids == ["locker.input-output"], "the link is not followed, although the bytes behind it are the same")
        try folder.remove("acme-2026-Q3/policy.json")
        try folder.write(policy, to: "acme-2026-Q3/policy.json")
        #expect(throws: Never.self) { try FolderSource(path: folder.place("acme-2026-Q3")) }
    }

    @Test func aFolderOfAnotherNameIsAnotherBundle() throws {
        let folder = try unpacked()
        try folder.link("other", to: "acme-2026-Q3")
        let check = BagCheck(try FolderSource(path: folder.place("other")), signatures: ExampleBundle.signatures, cores: 1)
        #expect(check.findings == [], "a link to the folder has the folder's own name")
        for (name, bytes) in try folder.snapshot("acme-2026-Q3") { try folder.write(bytes, to: "renamed" + name.dropFirst("acme-2026-Q3".count)) }
        let renamed = BagCheck(try FolderSource(path: folder.place("renamed")), signatures: ExampleBundle.signatures, cores: 1)
        #expect(renamed.findings.map(\.id) == ["bundle.renamed"])
    }

    @Test func findingsAreTheSameOnAnyNumberOfCores() throws {
        let folder = try unpacked()
        for name in ["policy.json", "data/pack/pack.json", "ledger/checkpoint"] { try folder.write("x", to: "acme-2026-Q3/\(name)") }
        let one = BagCheck(try FolderSource(path: folder.place("acme-2026-Q3")), signatures: ExampleBundle.signatures, cores: 1)
        #expect(one.findings.count == 4)
        for cores in [2, 3, 16] {
            let many = BagCheck(try FolderSource(path: folder.place("acme-2026-Q3")), signatures: ExampleBundle.signatures, cores: cores)
            #expect(many.findings == one.findings)
        }
    }

    @Test func aWrongCRCInBothHeadersIsFound() throws {
        let folder = try TemporaryFolder()
        var bytes = try ExampleBundle.write(to: folder)
        // The envelope is in no manifest: its CRC alone speaks for it.
        let name = Array("acme-2026-Q3/signatures/bundle.dsse.json".utf8)
        let places = bytes.indices.filter { bytes[$0...].starts(with: name) }
        #expect(places.count == 2)
        bytes[places[0] - 16] ^= 1
        bytes[places[1] - 30] ^= 1
        try folder.write(bytes, to: "crc.zip")
        let check = BagCheck(try PlainZipReader(path: folder.place("crc.zip")), signatures: ExampleBundle.signatures, cores: 2)
        #expect(check.findings.map(\.id) == ["bundle.crc"])
        #expect(check.findings.first?.location?.path == "acme-2026-Q3/signatures/bundle.dsse.json")
    }
}

extension String {
    /// What stands behind the first occurrence of a text; all of it without one.
    fileprivate func components(after text: String) -> String { ranges(of: text).last.map { String(self[$0.upperBound...]) } ?? self }
}
