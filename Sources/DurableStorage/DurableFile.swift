public import Glibc

/// Writes small files whole or not at all.
public enum DurableFile {
    /// Replaces a file atomically: the old one or the new one is there, never half of either.
    ///
    /// A device or a pipe, such as `/dev/stdout`, is written to: putting a file in its place would take it from everyone else.
    /// - Parameter mode: the permissions of a file that is made anew.
    /// - Throws: a `StorageFault` when the disk is full, read-only or broken.
    public static func write(_ bytes: [UInt8], to path: String, mode: mode_t = 0o644) throws {
        guard !path.isEmpty else { throw StorageFault.system("cannot create the file", "(no path)", ENOENT) }
        var status = stat()
        if stat(path, &status) == 0 {
            let kind = status.st_mode & S_IFMT
            if kind == S_IFDIR { throw StorageFault.system("cannot create the file", path, EISDIR) }
            if kind != S_IFREG { return try writeThrough(bytes, to: path) }
        }
        let temporary = "\(path).\(getpid()).new"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw StorageFault.system("cannot create the file", path, errno) }
        do {
            defer { close(descriptor) }
            try bytes.withUnsafeBytes { try writeAll(descriptor, $0, path) }
            guard fsync(descriptor) == 0 else { throw StorageFault.system("cannot write the file", path, errno) }
        } catch {
            unlink(temporary)
            throw error
        }
        guard rename(temporary, path) == 0 else {
            let code = errno
            unlink(temporary)
            throw StorageFault.system("cannot put the file in place", path, code)
        }
        syncFolder(path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? ".")
    }

    private static func writeThrough(_ bytes: [UInt8], to path: String) throws {
        let descriptor = open(path, O_WRONLY | O_NOCTTY | O_CLOEXEC)
        guard descriptor >= 0 else { throw StorageFault.system("cannot create the file", path, errno) }
        defer { close(descriptor) }
        try bytes.withUnsafeBytes { try writeAll(descriptor, $0, path) }
    }

    /// Makes a folder and those above it.
    public static func makeFolder(_ path: String) throws {
        var made = path.hasPrefix("/") ? "" : "."
        for part in path.split(separator: "/") {
            made += "/\(part)"
            if mkdir(made, 0o755) != 0, errno != EEXIST { throw StorageFault.system("cannot create the folder", made, errno) }
        }
    }
}

/// Writes a whole buffer, however the system cuts it.
public func writeAll(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer, _ path: String) throws {
    var at = 0
    while at < bytes.count {
        let count = write(descriptor, bytes.baseAddress.map { $0 + at }, bytes.count - at)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { throw StorageFault.system("cannot write", path, errno) }
        at += count
    }
}

/// Makes a rename in a folder durable.
public func syncFolder(_ path: String) {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
}
