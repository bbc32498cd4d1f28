import Diagnostics
import StructuredText
import Synchronization
import TestSupport
import Testing

@testable import BagArchives

@Suite struct BagWriterTests {
    @Test func theSealHasWhatASignatureCovers() throws {
        let folder = try TemporaryFolder()
        let writer = try BagWriter(id: ExampleBundle.id, payload: ExampleBundle.payload, tags: ExampleBundle.tags)
        let seal = try writer.write(to: folder.place("e.zip"), cores: 2) { seal in
            #expect(seal.tagManifestDigest.hex == "0abd3cdd06c9de619e644e211ed8c2e057cc3a27bbb6cf9d27c614847feed010")
            #expect(seal.digest(of: "policy.json")?.hex == "33d3e6454ba10fa46ab6004e65338f86a36fe3e67ec19c5ba101703d1a66b143")
            return []
        }
        #expect(seal.info == BagInfo(identifier: "acme-2026-Q3", payloadBytes: 56, payloadFiles: 2))
        #expect(seal.tagManifest.count == 585)
        #expect(seal.listed.map(\.name).first == "bag-info.txt")
        #expect(seal.listed.count == 9)
    }

    @Test func tagFilesBehindTheTagManifestAreListedToo() throws {
        let folder = try TemporaryFolder()
        let tags = ["templates/html/pack.html", "HOW-TO-VERIFY.md", "policy.json", "zz"].map { ArchiveMember(name: $0, bytes: Array($0.utf8)) }
        let writer = try BagWriter(id: "b", payload: [ArchiveMember(name: "data/x", bytes: [1])], tags: tags)
        _ = try writer.write(to: folder.place("b.zip"), cores: 2) { _ in [ArchiveMember(name: "signatures/s", bytes: [2])] }
        let check = BagCheck(try PlainZipReader(path: folder.place("b.zip")), signatures: SignatureNames(required: ["signatures/s"]), cores: 2)
        #expect(check.findings == [])
        #expect(check.files == 10)
    }

    @Test(arguments: [
        "data/y", "bagit.txt", "bag-info.txt", "manifest-sha256.txt", "manifest-md5.txt", "Fetch.txt", "fetch.txt", "signatures/x", "TagManifest-sha256.txt",
    ])
    func refusesTagFilesThatTheBagItselfHas(name: String) {
        #expect(throws: Diagnostic.self) {
            try BagWriter(id: "b", payload: [ArchiveMember(name: "data/x", bytes: [1])], tags: [ArchiveMember(name: name, bytes: [])])
        }
    }

    @Test func refusesPayloadElsewhereAndNone() {
        #expect(throws: Diagnostic.self) { try BagWriter(id: "b", payload: [], tags: []) }
        #expect(throws: Diagnostic.self) { try BagWriter(id: "b", payload: [ArchiveMember(name: "datax", bytes: [])], tags: []) }
    }

    @Test func refusesSignaturesElsewhereAndLeavesNothing() throws {
        let folder = try TemporaryFolder()
        let writer = try BagWriter(id: "b", payload: [ArchiveMember(name: "data/x", bytes: [1])], tags: [])
        #expect(throws: Diagnostic.self) {
            try writer.write(to: folder.place("b.zip"), cores: 1) { _ in [ArchiveMember(name: "data/z", bytes: [])] }
        }
        #expect(folder.names().isEmpty)
    }

    @Test func refusesAFileThatChangesBetweenItsTwoReadings() throws {
        let folder = try TemporaryFolder()
        let counter = Counter()
        let policy = ArchiveMember(name: "policy.json", size: 1) { MemoryStream([counter.next()]) }
        let writer = try BagWriter(id: "b", payload: [ArchiveMember(name: "data/x", bytes: [1])], tags: [policy])
        let error = #expect(throws: Diagnostic.self) { try writer.write(to: folder.place("b.zip"), cores: 1) { _ in [] } }
        #expect(error?.id == "bundle.source-changed")
        #expect(folder.names().isEmpty)
    }

    private final class Counter: Sendable {
        private let value = Mutex<UInt8>(0)
        func next() -> UInt8 {
            value.withLock {
                $0 += 1
                return $0
            }
        }
    }
}
