import Foundation
import TestSupport

/// The `openssl` program, where it is installed: a judge that shares no code with ours.
enum OpenSSLProgram {
    static let path: String? = ["/usr/bin/openssl", "/usr/local/bin/openssl"].first { FileManager.default.isExecutableFile(atPath: $0) }
    static var isInstalled: Bool { path != nil }

    /// Runs it in a folder; true when it ends with 0.
    static func run(_ arguments: [String], in folder: TemporaryFolder) throws -> Bool {
        let process = Process()
        process.executableURL = URL(filePath: path ?? "/usr/bin/openssl")
        process.arguments = arguments
        process.currentDirectoryURL = URL(filePath: folder.path)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}
