import Diagnostics
import DurableStorage
import Glibc
import StructuredText

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
        guard descriptor >= 0 else { throw StorageFault.system("cannot create the object", temporary, errno) }
        var kept = false
        defer {
            close(descriptor)
            if !kept { unlink(temporary) }
        }
        var digest = RunningDigest()
        var size = 0
        try forEachPiece(of: stream) { piece in
            digest.update(piece)
            try writeAll(descriptor, piece, temporary)
            size += piece.count
        }
        let name = digest.finish()
        guard let final = path(of: name) else { throw StorageFault.system("cannot name the object", temporary, EINVAL) }
        if access(final, F_OK) == 0 { return (name, size) }
        guard fsync(descriptor) == 0 else { throw StorageFault.system("cannot write the object", temporary, errno) }
        let folder = String(final.prefix(upTo: final.lastIndex(of: "/") ?? final.endIndex))
        if mkdir(folder, 0o755) != 0, errno != EEXIST { throw StorageFault.system("cannot create the folder", folder, errno) }
        guard rename(temporary, final) == 0 else { throw StorageFault.system("cannot store the object", final, errno) }
        kept = true
        syncFolder(folder)
        return (name, size)
    }

    /// Removes what a killed writer left half-written. Only for who holds the lock.
    func removeLeftovers() {
        let names = (try? StoredFolder.names(in: "\(root)/objects")) ?? []
        for name in names where name.hasPrefix("incoming.") { unlink("\(root)/objects/\(name)") }
    }

    /// Deletes an object's bytes, durably.
    func remove(_ digest: String) throws {
        guard let path = path(of: digest) else { return }
        if unlink(path) != 0, errno != ENOENT { throw StorageFault.system("cannot delete", path, errno) }
        if let slash = path.lastIndex(of: "/") { syncFolder(String(path[..<slash])) }
    }

    /// The size of a stored object, or nothing when it is not there.
    func size(of digest: String) -> Int? {
        guard let path = path(of: digest) else { return nil }
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return Int(status.st_size)
    }

    func stream(_ digest: String) throws -> any ByteStream {
        guard let path = path(of: digest) else { throw StorageFault.altered(digest, "'\(digest)' is no digest") }
        return try FileStream(path: path)
    }

    /// All bytes of a small object, checked against its digest.
    func bytes(of digest: String) throws -> [UInt8] {
        guard size(of: digest) != nil else { throw StorageFault.altered(path(of: digest) ?? digest, "the object is not in the locker") }
        let bytes = try readPrefix(of: try stream(digest), limit: .max)
        guard RunningDigest.of(bytes) == digest else { throw StorageFault.altered(path(of: digest) ?? digest, "the object's bytes do not give its digest") }
        return bytes
    }
}
