import Foundation
import TestSupport

/// The built program, run as a user runs it.
enum DossierProgram {
    /// How a run ended. A run that had to be stopped because it did not end by itself has the code `nil`.
    struct Outcome {
        var code: Int32?
        var output: [UInt8]
        var errors: String

        var text: String { String(decoding: output, as: UTF8.self) }
    }

    struct NotBuilt: Error, CustomStringConvertible {
        var description: String { "the program 'dossier' was not found beside the tests or in .build/debug; run 'swift build'" }
    }

    /// The repository's folder.
    static let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The executable that `swift test` built beside the tests, or the last one that `swift build` made.
    static func path() throws -> String {
        let environment = ProcessInfo.processInfo.environment
        let beside = [Bundle.main.executableURL, ProcessInfo.processInfo.arguments.first.map { URL(filePath: $0) }, Bundle.main.bundleURL]
        let candidates =
            [environment["DOSSIER_PROGRAM"].map { URL(filePath: $0) }]
            + beside.map { $0?.deletingLastPathComponent().appending(path: "dossier") }
            + [package.appending(path: ".build/debug/dossier")]
        for candidate in candidates.compactMap({ $0 }) where FileManager.default.isExecutableFile(atPath: candidate.path()) {
            var isFolder: ObjCBool = false
            if FileManager.default.fileExists(atPath: candidate.path(), isDirectory: &isFolder), !isFolder.boolValue { return candidate.path() }
        }
        throw NotBuilt()
    }

    /// The moment that new entries record in all tests: 2026-10-05T09:00:00Z.
    static let collectedAt = "1791190800"

    /// Runs the program in a folder.
    /// - Parameter seconds: how long it may take before it is stopped.
    static func run(_ arguments: [String], in folder: String, output: String? = nil, seconds: Double = 120) throws -> Outcome {
        try run(path(), arguments, in: folder, output: output, seconds: seconds)
    }

    /// Runs a line of shell, in which `dossier` is the program.
    static func shell(_ script: String, in folder: String, seconds: Double = 300) throws -> Outcome {
        try run("/bin/sh", ["-c", script], in: folder, output: nil, seconds: seconds)
    }

    private static func run(_ executable: String, _ arguments: [String], in folder: String, output: String?, seconds: Double) throws -> Outcome {
        let scratch = try TemporaryFolder()
        try scratch.write("", to: "out")
        try scratch.write("", to: "err")
        let process = Process()
        process.executableURL = URL(filePath: executable)
        process.arguments = arguments
        process.currentDirectoryURL = URL(filePath: folder)
        let programs = URL(filePath: try path()).deletingLastPathComponent().path()
        process.environment = [
            "PATH": "\(programs):/usr/bin:/bin", "SOURCE_DATE_EPOCH": collectedAt, "LC_ALL": "C.UTF-8", "HOME": folder,
        ]
        process.standardInput = FileHandle.nullDevice
        let out = FileHandle(forWritingAtPath: output ?? scratch.place("out"))
        let err = FileHandle(forWritingAtPath: scratch.place("err"))
        process.standardOutput = out
        process.standardError = err
        try process.run()
        let end = Date().addingTimeInterval(seconds)
        while process.isRunning, Date() < end { usleep(5_000) }
        let hangs = process.isRunning
        if hangs { kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
        try? out?.close()
        try? err?.close()
        return Outcome(code: hangs ? nil : process.terminationStatus, output: try scratch.read("out"), errors: try scratch.text("err"))
    }
}
