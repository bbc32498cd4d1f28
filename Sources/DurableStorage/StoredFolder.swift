import Glibc

/// The names in a folder of ours.
public enum StoredFolder {
    /// In byte order, hidden ones included; none when there is no such folder.
    /// - Throws: a `StorageFault` when the folder cannot be read.
    public static func names(in path: String) throws -> [String] {
        guard let folder = opendir(path) else {
            if errno == ENOENT { return [] }
            throw StorageFault.system("cannot read the folder", path, errno)
        }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            names.append(withUnsafePointer(to: &entry.pointee.d_name) { $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) } })
        }
        return names.filter { $0 != "." && $0 != ".." }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}
