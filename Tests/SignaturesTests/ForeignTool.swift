import Foundation
import TestSupport
import Testing

/// A program of the system that knows the same formats, to compare with.
enum ForeignTool: String {
    case openssl, xmlsec1

    /// Whether it is installed; tests that need it are skipped with a message when not.
    var isInstalled: Bool {
        ["/usr/bin", "/usr/local/bin", "/bin"].contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(rawValue)") }
    }

    var whyNot: Comment { "'\(rawValue)' is not installed" }

    struct Outcome {
        var code: Int32
        /// Standard output and standard error together.
        var text: String
    }

    /// Runs lines of shell, which stop at the first failure.
    static func shell(_ script: String, in folder: String) throws -> Outcome {
        let scratch = try TemporaryFolder()
        try scratch.write("", to: "out")
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-e", "-c", script]
        process.currentDirectoryURL = URL(filePath: folder)
        process.standardInput = FileHandle.nullDevice
        let out = FileHandle(forWritingAtPath: scratch.place("out"))
        process.standardOutput = out
        process.standardError = out
        try process.run()
        process.waitUntilExit()
        try? out?.close()
        return Outcome(code: process.terminationStatus, text: try scratch.text("out"))
    }
}
