import ArgumentParser
import Diagnostics
import DurableStorage
import EvidenceLocker
import Glibc

/// Puts results on disk; a place that cannot be made ends the program with 73, a broken disk with 74.
enum OutputPlace {
    /// - Parameter mode: the permissions of a file that is made anew.
    static func write(_ bytes: [UInt8], to path: String, mode: mode_t = 0o644) throws {
        try making(path) { try DurableFile.write(bytes, to: path, mode: mode) }
    }

    /// Makes the folders above a file, and then the file; what goes wrong with either has been told when this throws.
    static func making(_ path: String, _ write: () throws -> Void) throws {
        do {
            if let slash = path.lastIndex(of: "/"), slash != path.startIndex { try DurableFile.makeFolder(String(path[..<slash])) }
        } catch {
            _ = Console.status(of: error)
            throw ExitCode(ExitStatus.cannotCreate.rawValue)
        }
        do {
            try write()
        } catch let fault as StorageFault {
            _ = Console.status(of: fault)
            let isCreation = fault.diagnostic.message.hasPrefix("cannot create")
            throw ExitCode((isCreation ? ExitStatus.cannotCreate : .inputOutput).rawValue)
        } catch {
            throw ExitCode(Console.status(of: error).rawValue)
        }
    }
}
