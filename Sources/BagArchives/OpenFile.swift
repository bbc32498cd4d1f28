import Diagnostics
import DurableStorage
import Glibc
import StructuredText

/// A file or folder that stays open, so that what was checked is what is read later, whatever happens to its name.
final class OpenFile: Sendable {
    let descriptor: Int32
    /// What the user calls it.
    let path: String

    /// Takes over an open descriptor.
    init(descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit { close(descriptor) }

    /// Opens a regular file for reading, without waiting on a pipe.
    /// - Throws: a `StorageFault` when it cannot be opened, or is no regular file.
    static func file(_ path: String) throws -> OpenFile {
        let descriptor = Glibc.open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
        guard descriptor >= 0 else { throw StorageFault.system("cannot open the file", path, errno) }
        let file = OpenFile(descriptor: descriptor, path: path)
        guard try file.status().st_mode & S_IFMT == S_IFREG else { throw StorageFault.notRegular(path) }
        return file
    }

    /// Opens a folder that the user named; a link there is followed, as the user's own.
    static func folder(_ path: String) throws -> OpenFile {
        let descriptor = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw StorageFault.system("cannot open the folder", path, errno) }
        return OpenFile(descriptor: descriptor, path: path)
    }

    /// Opens what stands in this folder under a name of one part, never through a link.
    func inner(_ name: String, folder: Bool) throws -> OpenFile {
        let flags = folder ? O_DIRECTORY : O_NONBLOCK | O_NOCTTY
        let opened = openat(descriptor, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | flags)
        guard opened >= 0 else { throw StorageFault.system("cannot open", "\(path)/\(name)", errno) }
        return OpenFile(descriptor: opened, path: "\(path)/\(name)")
    }

    func status() throws -> stat {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw StorageFault.system("cannot read", path, errno) }
        return status
    }

    /// Fills the buffer from a place in the file; fewer bytes come at the file's end only.
    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        var filled = 0
        while filled < buffer.count {
            let count = pread(descriptor, buffer.baseAddress.map { $0 + filled }, buffer.count - filled, offset + filled)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw StorageFault.system("cannot read", path, errno) }
            if count == 0 { break }
            filled += count
        }
        return filled
    }

    /// The bytes at a place, fewer at the file's end only; the caller bounds the count.
    func bytes(at offset: Int, count: Int) throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            filled = try read(at: offset, into: UnsafeMutableRawBufferPointer(buffer))
        }
    }

    /// Writes all bytes at a place.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws {
        var done = 0
        while done < bytes.count {
            let count = pwrite(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done, offset + done)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw StorageFault.system("cannot write", path, errno) }
            done += count
        }
    }
}

/// A range of an open file as a stream.
final class RangeStream: ByteStream {
    private let file: OpenFile
    private var at: Int
    private var end: Int

    init(_ file: OpenFile, from: Int, count: Int) {
        self.file = file
        at = from
        end = from + count
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let wanted = min(buffer.count, end - at)
        guard wanted > 0 else { return 0 }
        let count = try file.read(at: at, into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted]))
        at += count
        // Fewer bytes come at the file's end only: it is not asked again.
        if count < wanted { end = at }
        return count
    }
}
