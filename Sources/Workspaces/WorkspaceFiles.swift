public import Diagnostics
import Glibc

/// Reads the workspace's own small files. Links are not followed out of the workspace, and only regular files are opened.
public struct WorkspaceFiles: Sendable {
    /// The workspace's folder, absolute and without links.
    public let root: String
    /// Definition files larger than this are refused (8 MiB).
    static let maximumBytes = 8 << 20

    public init(root: String) { self.root = root }

    /// The absolute path without links, or nothing when there is no such file or folder.
    public static func resolved(_ path: String) -> String? {
        guard let pointer = realpath(path, nil) else { return nil }
        defer { free(pointer) }
        return String(cString: pointer)
    }

    /// True when an absolute path without links is the root or below it. By bytes: as texts, two folders may be the same and are not.
    public func isInside(_ absolute: String) -> Bool {
        absolute.utf8.elementsEqual(root.utf8) || absolute.utf8.starts(with: (root == "/" ? "/" : root + "/").utf8)
    }

    public func exists(_ relative: String) -> Bool { access("\(root)/\(relative)", F_OK) == 0 }

    /// The bytes of a file, given relative to the root.
    /// - Throws: a `Diagnostic` that says why not.
    public func read(_ relative: String) throws(Diagnostic) -> [UInt8] {
        guard let full = Self.resolved("\(root)/\(relative)") else { throw .missingFile(relative, errno) }
        guard isInside(full) else { throw .outside(relative) }
        let descriptor = open(full, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw .missingFile(relative, errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { throw .notAFile(relative) }
        guard status.st_size <= Self.maximumBytes else { throw .tooLarge(relative) }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size) + 1)
        var filled = 0
        while filled < bytes.count {
            let count = bytes.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress.map { $0 + filled }, $0.count - filled) }
            if count < 0 { throw .missingFile(relative, errno) }
            if count == 0 { break }
            filled += count
        }
        return Array(bytes.prefix(filled))
    }

    /// The names in a folder, in byte order, without hidden ones; empty when there is no such folder.
    public func names(in relative: String) -> [String] {
        guard let folder = opendir(relative.isEmpty ? root : "\(root)/\(relative)") else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
    }
}

extension Diagnostic {
    fileprivate static func missingFile(_ path: String, _ code: Int32) -> Self {
        Diagnostic(
            id: "workspace.unreadable", severity: .error, location: TextLocation(path: path),
            message: "the file could not be opened: \(String(cString: strerror(code)))", hint: "check the path and its permissions")
    }

    fileprivate static func outside(_ path: String) -> Self {
        Diagnostic(
            id: "workspace.link-outside", severity: .error, location: TextLocation(path: path), message: "the path leads out of the workspace",
            hint: "copy the file into the workspace")
    }

    fileprivate static func notAFile(_ path: String) -> Self {
        Diagnostic(
            id: "workspace.not-a-file", severity: .error, location: TextLocation(path: path), message: "this is no regular file",
            hint: "put a plain file there")
    }

    fileprivate static func tooLarge(_ path: String) -> Self {
        Diagnostic(
            id: "workspace.too-large", severity: .error, location: TextLocation(path: path),
            message: "the file is larger than \(WorkspaceFiles.maximumBytes >> 20) MiB; expected a definition", hint: "check what the file is")
    }
}
