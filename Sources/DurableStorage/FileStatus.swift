import Glibc

/// Whose a file is, and who else may use it.
public struct FileStatus: Hashable, Sendable {
    /// The number of the user who owns it.
    public var owner: UInt32
    /// The permission bits, such as `0o600`.
    public var permissions: UInt32
    public var isRegular: Bool

    /// The status of an open file or folder, which nobody can swap for another meanwhile.
    /// - Throws: a `StorageFault` when the system does not tell.
    public init(descriptor: Int32, path: String) throws {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw StorageFault.system("cannot look at", path, errno) }
        owner = status.st_uid
        permissions = status.st_mode & 0o7777
        isRegular = status.st_mode & S_IFMT == S_IFREG
    }

    /// Whether anything stands at a path, be it a link that leads nowhere.
    public static func isTaken(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }
}
