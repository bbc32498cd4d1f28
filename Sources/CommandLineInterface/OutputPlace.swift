import ArgumentParser
import Diagnostics
import DurableStorage
import EvidenceLocker

/// Puts results on disk; a place that cannot be made ends the program with 73, a broken disk with 74.
enum OutputPlace {
    static func write(_ bytes: [UInt8], to path: String) throws {
        do {
            if let slash = path.lastIndex(of: "/"), slash != path.startIndex { try DurableFile.makeFolder(String(path[..<slash])) }
        } catch {
            _ = Console.status(of: error)
            throw ExitCode(ExitStatus.cannotCreate.rawValue)
        }
        do {
            try DurableFile.write(bytes, to: path)
        } catch {
            _ = Console.status(of: error)
            let isCreation = (error as? StorageFault)?.diagnostic.message.hasPrefix("cannot create") ?? false
            throw ExitCode((isCreation ? ExitStatus.cannotCreate : .inputOutput).rawValue)
        }
    }
}
