import Diagnostics
import Glibc
public import StructuredText

/// The bytes of a regular file.
public final class FileStream: ByteStream {
    private let descriptor: Int32
    private let path: String

    /// Opens a regular file without following a link at its end, and without waiting on a pipe.
    /// - Throws: a `StorageFault` when it cannot be opened, or is no regular file.
    public init(path: String) throws {
        descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        self.path = path
        guard descriptor >= 0 else { throw StorageFault.system("cannot open the file", path, errno) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw StorageFault.notRegular(path)
        }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    public func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        while true {
            let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw StorageFault.system("cannot read the file", path, errno) }
            return count
        }
    }
}
