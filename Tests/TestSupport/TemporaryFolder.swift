import Glibc

/// A folder that lives as long as the test that made it. Its path is absolute and without links.
public final class TemporaryFolder: Sendable {
    public let path: String
    private var folder: ExistingFolder { ExistingFolder(path) }

    /// What went wrong with a file of a test: the place is in the text.
    public struct Failure: Error, CustomStringConvertible {
        public var description: String
        init(_ what: String, _ path: String) { description = "\(what) '\(path)': \(String(cString: strerror(errno)))" }
    }

    public init() throws {
        let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(base)/dossier-test-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template), let resolved = realpath(made, nil) else { throw Failure("cannot make a folder in", base) }
        path = String(cString: resolved)
        free(resolved)
    }

    deinit { clear("") }

    private func clear(_ relative: String) {
        for name in names(relative) {
            let inner = relative.isEmpty ? name : "\(relative)/\(name)"
            var status = stat()
            if lstat(place(inner), &status) == 0, status.st_mode & S_IFMT == S_IFDIR { clear(inner) } else { unlink(place(inner)) }
        }
        rmdir(relative.isEmpty ? path : place(relative))
    }

    /// The absolute path of something inside.
    public func place(_ relative: String) -> String { "\(path)/\(relative)" }

    /// Makes a folder and those above it.
    public func makeFolder(_ relative: String) throws {
        var made = path
        for part in relative.split(separator: "/") {
            made += "/\(part)"
            if mkdir(made, 0o755) != 0, errno != EEXIST { throw Failure("cannot make the folder", made) }
        }
    }

    /// Writes a file, and the folders that it needs.
    public func write(_ bytes: [UInt8], to relative: String) throws {
        // By bytes: a name may begin with a combining mark, which would make one character with the slash.
        if let slash = relative.utf8.lastIndex(of: UInt8(ascii: "/")) { try makeFolder(String(relative[..<slash])) }
        guard let file = fopen(place(relative), "w") else { throw Failure("cannot write", relative) }
        defer { fclose(file) }
        guard fwrite(bytes, 1, bytes.count, file) == bytes.count else { throw Failure("cannot write", relative) }
    }

    public func write(_ text: String, to relative: String) throws { try write(Array(text.utf8), to: relative) }

    public func read(_ relative: String) throws -> [UInt8] { try folder.read(relative) }

    public func text(_ relative: String) throws -> String { String(decoding: try read(relative), as: UTF8.self) }

    public func remove(_ relative: String) throws {
        guard Glibc.remove(place(relative)) == 0 else { throw Failure("cannot remove", relative) }
    }

    /// Makes a symbolic link.
    public func link(_ relative: String, to target: String) throws {
        guard symlink(target, place(relative)) == 0 else { throw Failure("cannot link", relative) }
    }

    /// Makes a named pipe, which blocks whoever opens it without care.
    public func makePipe(_ relative: String) throws {
        guard mkfifo(place(relative), 0o644) == 0 else { throw Failure("cannot make the pipe", relative) }
    }

    /// Every file below a folder with its bytes, by path: two equal answers mean that nothing changed.
    public func snapshot(_ relative: String = "") throws -> [String: [UInt8]] { try folder.snapshot(relative) }

    /// The names in a folder, in order.
    public func names(_ relative: String = "") -> [String] { folder.names(relative) }
}

/// A folder that is there already, such as the package's own.
public struct ExistingFolder: Sendable {
    public let path: String
    public init(_ path: String) { self.path = path }

    private func place(_ relative: String) -> String { "\(path)/\(relative)" }

    public func read(_ relative: String) throws -> [UInt8] {
        guard let file = fopen(place(relative), "r") else { throw TemporaryFolder.Failure("cannot read", relative) }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            if count == 0 { return bytes }
            bytes += buffer.prefix(count)
        }
    }

    /// Every file below a folder with its bytes, by path: two equal answers mean that nothing changed.
    public func snapshot(_ relative: String = "") throws -> [String: [UInt8]] {
        var found: [String: [UInt8]] = [:]
        for name in names(relative) {
            let inner = relative.isEmpty ? name : "\(relative)/\(name)"
            var status = stat()
            guard lstat(place(inner), &status) == 0 else { continue }
            switch status.st_mode & S_IFMT {
            case S_IFDIR: found.merge(try snapshot(inner)) { first, _ in first }
            case S_IFREG: found[inner] = try read(inner)
            default: found[inner] = []
            }
        }
        return found
    }

    /// The names in a folder, in order.
    public func names(_ relative: String = "") -> [String] {
        guard let folder = opendir(place(relative)) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }
}
