import Diagnostics
import Glibc
public import StructuredText

/// Content-addressed files: `objects/sha256/ab/cdef…`, written once and never changed.
struct ObjectStore: Sendable {
    /// The locker's folder.
    let root: String

    func path(of digest: String) -> String? {
        guard digest.hasPrefix("sha256:"), digest.utf8.count == 71, digest.dropFirst(7).allSatisfy({ $0.isHexDigit }) else { return nil }
        let hex = digest.dropFirst(7)
        return "\(root)/objects/sha256/\(hex.prefix(2))/\(hex.dropFirst(2))"
    }

    /// Copies a stream into the store. Atomic: the object is there whole, or not at all.
    func put(_ stream: any ByteStream) throws -> (digest: String, size: Int) {
        let temporary = "\(root)/objects/incoming.\(getpid())"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw LockerFault.system("cannot create the object", temporary, errno) }
        var kept = false
        defer {
            close(descriptor)
            if !kept { unlink(temporary) }
        }
        var digest = RunningDigest()
        var size = 0
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
        defer { buffer.deallocate() }
        while true {
            let count = try stream.read(into: buffer)
            if count == 0 { break }
            let piece = UnsafeRawBufferPointer(rebasing: buffer[..<count])
            digest.update(piece)
            try writeAll(descriptor, piece, temporary)
            size += count
        }
        let name = digest.finish()
        guard let final = path(of: name) else { throw LockerFault.system("cannot name the object", temporary, EINVAL) }
        if access(final, F_OK) == 0 { return (name, size) }
        guard fsync(descriptor) == 0 else { throw LockerFault.system("cannot write the object", temporary, errno) }
        let folder = String(final.prefix(upTo: final.lastIndex(of: "/") ?? final.endIndex))
        if mkdir(folder, 0o755) != 0, errno != EEXIST { throw LockerFault.system("cannot create the folder", folder, errno) }
        guard rename(temporary, final) == 0 else { throw LockerFault.system("cannot store the object", final, errno) }
        kept = true
        syncFolder(folder)
        return (name, size)
    }

    /// The size of a stored object, or nothing when it is not there.
    func size(of digest: String) -> Int? {
        guard let path = path(of: digest) else { return nil }
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return Int(status.st_size)
    }

    func stream(_ digest: String) throws -> any ByteStream {
        guard let path = path(of: digest) else { throw LockerFault.altered(digest, "'\(digest)' is no digest") }
        return try FileStream(path: path)
    }

    /// All bytes of a small object, checked against its digest.
    func bytes(of digest: String) throws -> [UInt8] {
        guard size(of: digest) != nil else { throw LockerFault.altered(path(of: digest) ?? digest, "the object is not in the locker") }
        let bytes = try readPrefix(of: try stream(digest), limit: .max)
        guard RunningDigest.of(bytes) == digest else { throw LockerFault.altered(path(of: digest) ?? digest, "the object's bytes do not give its digest") }
        return bytes
    }
}

/// Writes a whole buffer, however the system cuts it.
func writeAll(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer, _ path: String) throws {
    var at = 0
    while at < bytes.count {
        let count = write(descriptor, bytes.baseAddress.map { $0 + at }, bytes.count - at)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { throw LockerFault.system("cannot write", path, errno) }
        at += count
    }
}

/// Makes a rename in a folder durable.
func syncFolder(_ path: String) {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
}

/// The bytes of a regular file.
public final class FileStream: ByteStream {
    private let descriptor: Int32
    private let path: String

    /// Opens a regular file without following a link at its end, and without waiting on a pipe.
    /// - Throws: a `LockerFault` when it cannot be opened, or is no regular file.
    public init(path: String) throws {
        descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        self.path = path
        guard descriptor >= 0 else { throw LockerFault.system("cannot open the file", path, errno) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw LockerFault.notRegular(path)
        }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    public func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        while true {
            let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw LockerFault.system("cannot read the file", path, errno) }
            return count
        }
    }
}
