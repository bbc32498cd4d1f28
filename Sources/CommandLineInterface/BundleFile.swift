import ArgumentParser
import Diagnostics
import DurableStorage
import EvidenceBundles
import EvidenceLocker
import EvidenceModel
import Glibc
import StructuredText

/// How commands that work on files from outside of a workspace read them, and end when they cannot.
enum BundleFile {
    /// So many findings are told of a damaged bundle; 'dossier verify' tells all.
    private static let mostFindings = 10

    /// Opens a bundle and checks it whole; a damaged one ends the program with 3.
    static func open(_ path: String) async throws -> SignedBundle {
        try mustExist(path)
        let now = Int(try Collect.recordedTime(nil).seconds)
        return try await SignedBundle.open(path, now: now, cores: 2)
    }

    /// The bytes of a small file.
    static func bytes(_ path: String, limit: Int) throws -> [UInt8] {
        try mustExist(path)
        let bytes = try readPrefix(of: FileStream(path: path), limit: limit + 1)
        guard bytes.count <= limit else { throw Diagnostic.tooLarge(path, limit) }
        return bytes
    }

    static func trust(_ path: String) throws -> VerifierTrust { try VerifierTrust(parsing: try bytes(path, limit: 1 << 22), path: path) }

    /// - Throws: the exit code 66 when there is nothing at the path.
    static func mustExist(_ path: String) throws {
        guard access(path, F_OK) == 0 else {
            Console.report([.missing(path)])
            throw ExitCode(ExitStatus.missingInput.rawValue)
        }
    }

    /// Runs a command, and ends the program with the status that stands for what went wrong.
    ///
    /// - Parameter altered: ids of faults that mean that something is not what it was.
    static func ending(altered: [String] = [], _ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let code as ExitCode {
            throw code
        } catch let error as ValidationError {
            throw error
        } catch let damage as DamagedBundle {
            Console.report(Array(damage.findings.prefix(mostFindings)))
            if damage.findings.count > mostFindings { Console.note("and \(damage.findings.count - mostFindings) more; 'dossier verify' tells all") }
            throw ExitCode(ExitStatus.integrity.rawValue)
        } catch let fault as Diagnostic where altered.contains(where: { fault.id.hasPrefix($0) }) {
            Console.report([fault])
            throw ExitCode(ExitStatus.integrity.rawValue)
        } catch {
            throw ExitCode(Console.status(of: error).rawValue)
        }
    }
}

extension Diagnostic {
    fileprivate static func missing(_ path: String) -> Self {
        Diagnostic(id: "dossier.no-such-file", severity: .error, location: TextLocation(path: path), message: "there is no such file", hint: "check the path")
    }

    fileprivate static func tooLarge(_ path: String, _ limit: Int) -> Self {
        Diagnostic(
            id: "dossier.file-too-large", severity: .error, location: TextLocation(path: path), message: "the file has more than \(limit) bytes",
            hint: "check that it is the file that is meant")
    }
}
