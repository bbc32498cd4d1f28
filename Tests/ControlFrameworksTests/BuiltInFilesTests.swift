import BuiltIns
import Glibc
import TestSupport
import Testing

/// The embedded index against the folders beside the package's manifest. A failure here is mended by `Sources/CBuiltIns/regenerate.sh`.
@Suite struct BuiltInFilesTests {
    private static let root = #filePath.split(separator: "/").dropLast(3).map { "/\($0)" }.joined()

    /// As `regenerate.sh` lists them: no hidden files, no empty ones, no README.md.
    private static func filesOnDisk() throws -> [String: [UInt8]] {
        let package = ExistingFolder(root)
        var found: [String: [UInt8]] = [:]
        for top in ["Frameworks", "Templates"] {
            for (path, bytes) in try package.snapshot(top) {
                let name = path.split(separator: "/").last ?? ""
                if !name.hasPrefix("."), name != "README.md", !bytes.isEmpty { found[path] = bytes }
            }
        }
        return found
    }

    @Test func theIndexNamesExactlyTheFilesOnDisk() throws {
        let onDisk = try Self.filesOnDisk().keys.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
        #expect(!onDisk.isEmpty)
        #expect(BuiltInFiles.paths == onDisk)
    }

    @Test func everyEmbeddedFileHasTheBytesOnDisk() throws {
        for (path, bytes) in try Self.filesOnDisk() { #expect(BuiltInFiles.bytes(of: path) == bytes, "\(path)") }
    }

    @Test func filesAreFoundBelowAFolderOnly() {
        let files = BuiltInFiles.files(under: "Frameworks/eu-ai-act")
        #expect(!files.isEmpty)
        #expect(files.allSatisfy { $0.path.hasPrefix("Frameworks/eu-ai-act/") })
        #expect(BuiltInFiles.files(under: "Frameworks/eu-ai-act/").map(\.path) == files.map(\.path))
        #expect(BuiltInFiles.files(under: "Frameworks/eu-ai").isEmpty)
        #expect(BuiltInFiles.bytes(of: "Frameworks/nothing.yaml") == nil)
    }
}
