import Diagnostics
import Glibc
import TestSupport
import Testing

@testable import BagArchives

@Suite struct BagExtractionTests {
    private func checked(_ folder: TemporaryFolder) throws -> CheckedBag {
        _ = try ExampleBundle.write(to: folder)
        return try #require(BagCheck(try PlainZipReader(path: folder.place("example.zip")), signatures: ExampleBundle.signatures, cores: 2).bag)
    }

    @Test func unpacksToAFolderThatChecksAlike() throws {
        let folder = try TemporaryFolder()
        let bag = try checked(folder)
        let place = try BagExtraction.extract(bag, into: folder.place("out/deep"), cores: 2)
        #expect(place == folder.place("out/deep/acme-2026-Q3"))
        let check = BagCheck(try FolderSource(path: place), signatures: ExampleBundle.signatures, cores: 2)
        #expect(check.findings == [])
        #expect(check.digests == bag.digests)
        #expect(folder.names("out/deep") == ["acme-2026-Q3"])
    }

    @Test func overwritesNothing() throws {
        let folder = try TemporaryFolder()
        let bag = try checked(folder)
        try folder.write("mine", to: "a/acme-2026-Q3/bagit.txt")
        try folder.makeFolder("elsewhere")
        try folder.makeFolder("b")
        try folder.link("b/acme-2026-Q3", to: folder.place("elsewhere"))
        let before = try folder.snapshot()
        for parent in ["a", "b"] {
            let error = #expect(throws: Diagnostic.self) { try BagExtraction.extract(bag, into: folder.place(parent), cores: 2) }
            #expect(error?.id == "bundle.folder-exists")
        }
        #expect(try folder.snapshot() == before)
    }

    @Test func leavesNothingWhenTheBundleWasAlteredSince() throws {
        let folder = try TemporaryFolder()
        let bag = try checked(folder)
        // The same file, altered in place: the open handle sees it.
        var bytes = try folder.read("example.zip")
        let at = try #require(bytes.indices.first { bytes[$0...].starts(with: Array("{\"psi\"".utf8)) })
        bytes[at] ^= 1
        try folder.write(bytes, to: "example.zip")
        let error = #expect(throws: Diagnostic.self) { try BagExtraction.extract(bag, into: folder.place("out"), cores: 2) }
        #expect(error?.id == "bundle.altered-since")
        #expect(folder.names("out").isEmpty)
        #expect(throws: Diagnostic.self) { try bag.bytes(of: "data/evidence/drift-2026-06.json", limit: 100) }
    }

    @Test func readsOnFromTheHandleWhenTheFileIsReplaced() throws {
        let folder = try TemporaryFolder()
        let bag = try checked(folder)
        try folder.remove("example.zip")
        try folder.write("another file", to: "example.zip")
        let place = try BagExtraction.extract(bag, into: folder.place("out"), cores: 1)
        #expect(BagCheck(try FolderSource(path: place), signatures: ExampleBundle.signatures, cores: 1).findings == [])
    }
}
