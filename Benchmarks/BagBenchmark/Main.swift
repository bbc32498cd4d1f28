import BagArchives
import Diagnostics
import DurableStorage
import Glibc

/// Times the writing and the checking of a bundle: `write FOLDER ZIP`, `check FOLDER-OR-ZIP`, `extract ZIP PARENT`, each followed by the number of cores.
@main struct BagBenchmark {
    static func main() {
        let arguments = CommandLine.arguments
        do {
            switch arguments.dropFirst().first {
            case "write" where arguments.count == 5: try write(arguments[2], arguments[3], Int(arguments[4]) ?? 2)
            case "check" where arguments.count == 4: try check(arguments[2], Int(arguments[3]) ?? 2)
            case "extract" where arguments.count == 5: try extract(arguments[2], arguments[3], Int(arguments[4]) ?? 2)
            default:
                print("usage: BagBenchmark write FOLDER ZIP CORES | check FOLDER-OR-ZIP CORES | extract ZIP PARENT CORES")
                exit(64)
            }
        } catch {
            print(error)
            exit(1)
        }
    }

    /// Makes a bundle of all files below a folder.
    private static func write(_ folder: String, _ zip: String, _ cores: Int) throws {
        let source = try FolderSource(path: folder)
        let payload = source.members.map { ArchiveMember(name: "data/\($0.name)", size: $0.size, open: $0.open) }
        let seal = try BagWriter(id: "benchmark", payload: payload, tags: []).write(to: zip, cores: cores) { _ in [] }
        print("\(seal.info.payloadFiles) files, \(seal.info.payloadBytes) bytes, tag manifest \(seal.tagManifestDigest.hex)")
    }

    private static func open(_ path: String) throws -> any MemberSource {
        var status = stat()
        let isFolder = stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
        return try isFolder ? FolderSource(path: path) : PlainZipReader(path: path)
    }

    private static func check(_ path: String, _ cores: Int) throws {
        let check = BagCheck(try open(path), signatures: SignatureNames(required: []), cores: cores)
        print("\(check.files) files, \(check.bytes) bytes, \(check.findings.count) findings")
        for finding in check.findings.prefix(5) { print(finding) }
    }

    private static func extract(_ path: String, _ parent: String, _ cores: Int) throws {
        let check = BagCheck(try open(path), signatures: SignatureNames(required: []), cores: cores)
        guard let bag = check.bag else { throw DiagnosticList(check.findings) }
        print(try BagExtraction.extract(bag, into: parent, cores: cores))
    }
}
