public import Diagnostics
import Glibc

/// Why what is stored could not do what was asked; each kind ends the program with an exit code of its own.
public struct StorageFault: Error, Sendable {
    public enum Kind: Sendable {
        /// Something was altered, or is gone.
        case integrity
        /// The disk is full, read-only or broken.
        case inputOutput
        /// Another collector holds the lock.
        case busy
        /// A key is needed and was not given, or may not be used.
        case key
    }

    public var kind: Kind
    public var diagnostic: Diagnostic

    public init(kind: Kind, diagnostic: Diagnostic) {
        self.kind = kind
        self.diagnostic = diagnostic
    }
}

extension StorageFault {
    public static func system(_ what: String, _ path: String, _ code: Int32) -> Self {
        let hint = code == ENOSPC ? "make room on the disk and run the command again; nothing stored was lost" : "check the path and its permissions"
        return StorageFault(
            kind: .inputOutput,
            diagnostic: Diagnostic(
                id: "locker.input-output", severity: .error, location: TextLocation(path: path), message: "\(what): \(String(cString: strerror(code)))",
                hint: hint))
    }

    public static func notRegular(_ path: String) -> Self {
        StorageFault(
            kind: .inputOutput,
            diagnostic: Diagnostic(
                id: "locker.not-a-file", severity: .error, location: TextLocation(path: path),
                message: "this is a folder, pipe or device, and was not opened; expected a regular file", hint: "name a file"))
    }

    public static func altered(_ path: String, line: Int? = nil, _ message: String) -> Self {
        StorageFault(
            kind: .integrity,
            diagnostic: Diagnostic(
                id: "locker.altered", severity: .error, location: TextLocation(path: path, line: line), message: message,
                hint: "restore the locker from a copy; do not edit its files"))
    }

    public static func busy(_ path: String) -> Self {
        StorageFault(
            kind: .busy,
            diagnostic: Diagnostic(
                id: "locker.busy", severity: .error, location: TextLocation(path: path), message: "another collector is writing to this locker",
                hint: "wait until it is done, and run the command again"))
    }
}
