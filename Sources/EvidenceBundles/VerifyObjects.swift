import Diagnostics
import DurableStorage
import Glibc
import StructuredText
import Synchronization

/// All objects of a locker, each hashed and compared with its name.
struct StoredObjects {
    let root: String
    /// The length of each good object, by its digest.
    private(set) var sizes: [String: Int] = [:]
    /// Bad ones, in the byte order of their paths.
    private(set) var faults: [Diagnostic] = []

    func path(_ digest: String) -> String {
        let hex = digest.dropFirst(7)
        return "\(root)/objects/sha256/\(hex.prefix(2))/\(hex.dropFirst(2))"
    }

    /// Whether the object is there and bad: then it is told already.
    func isFaulty(_ digest: String) -> Bool {
        let place = path(digest)
        return faults.contains { isSame($0.location?.path, place) }
    }

    /// Hashes every object, so many at a time as there are cores, in flat memory.
    static func hashed(_ root: String, cores: Int) async -> StoredObjects {
        var objects = StoredObjects(root: root)
        objects.faults = links(root)
        let list = names(root)
        let next = Counter()
        await withTaskGroup(of: [(Int, Result<Int, Diagnostic>)].self) { group in
            for _ in 0..<max(1, min(cores, list.count)) {
                group.addTask {
                    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
                    defer { buffer.deallocate() }
                    var done: [(Int, Result<Int, Diagnostic>)] = []
                    while let at = next.take(below: list.count) { done.append((at, hash(list[at], buffer))) }
                    return done
                }
            }
            var results: [Int: Result<Int, Diagnostic>] = [:]
            for await part in group { for (at, result) in part { results[at] = result } }
            for (at, object) in list.enumerated() {
                switch results[at] {
                case .success(let size)?: objects.sizes[object.digest] = size
                case .failure(let fault)?: objects.faults.append(fault)
                case nil: continue
                }
            }
        }
        return objects
    }

    private struct Object: Sendable {
        var path: String
        var digest: String
    }

    private static func hash(_ object: Object, _ buffer: UnsafeMutableRawBufferPointer) -> Result<Int, Diagnostic> {
        do {
            let stream = try FileStream(path: object.path)
            var digest = RunningDigest()
            var size = 0
            while true {
                let count = try stream.read(into: buffer)
                if count == 0 { break }
                digest.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
                size += count
            }
            let found = digest.finish()
            return isSame(found, object.digest) ? .success(size) : .failure(.otherBytes(object.path, found))
        } catch {
            return .failure(.cause(of: error, at: object.path))
        }
    }

    /// The objects in byte order; what is no object's name, such as a file of a run that was cut short, is nobody's evidence.
    private static func names(_ root: String) -> [Object] {
        let store = "\(root)/objects/sha256"
        return list(store).filter { $0.utf8.count == 2 }.flatMap { folder in
            list("\(store)/\(folder)").compactMap { name in
                let hex = folder + name
                guard hex.utf8.count == 64, BinaryText.bytes(hex: hex) != nil else { return nil }
                return Object(path: "\(store)/\(folder)/\(name)", digest: "sha256:\(hex)")
            }
        }
    }

    /// Links in the place of the folders of ledger and objects: what they lead to is no part of the locker, and a copy of it would not hold it.
    ///
    /// A link in the place of an object is not opened at all.
    private static func links(_ root: String) -> [Diagnostic] {
        let store = "\(root)/objects/sha256"
        let folders = ["\(root)/ledger", "\(root)/objects", store] + list(store).map { "\(store)/\($0)" }
        return folders.filter(isLink).map { .link($0) }
    }

    private static func isLink(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
    }

    private static func list(_ path: String) -> [String] {
        ((try? StoredFolder.names(in: path)) ?? []).filter { !$0.hasPrefix(".") }
    }

    /// Hands out numbers from 0 to several threads.
    private final class Counter: Sendable {
        private let value = Mutex(0)

        func take(below end: Int) -> Int? {
            value.withLock { value in
                guard value < end else { return nil }
                value += 1
                return value - 1
            }
        }
    }
}

extension Diagnostic {
    fileprivate static func link(_ path: String) -> Self {
        bundleFault("link", path, "this is a symbolic link; expected the folder itself", hint: "put the folder there, or restore the locker from a copy")
    }

    fileprivate static func otherBytes(_ path: String, _ found: String) -> Self {
        bundleFault("object-altered", path, "the object's bytes give \(found), which is not its name", hint: "restore the locker from a copy")
    }
}
