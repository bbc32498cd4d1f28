public import Diagnostics
import DurableStorage
import Glibc
import StructuredText

/// A bundle that was unpacked to a folder.
///
/// The walk follows no link. Files are opened part by part from the folder's own descriptor, and must still be the files that the walk saw.
public final class FolderSource: MemberSource {
    public let path: String
    public let base: String
    public let members: [ArchiveMember]
    public let faults: [Diagnostic]

    /// Walks the folder; what no bundle may hold is found in `faults`, and not among the members.
    /// - Throws: a `StorageFault` when a folder cannot be read, a `Diagnostic` when there are too many files.
    public init(path: String) throws {
        let root = try OpenFile.folder(path)
        var walk = FolderWalk()
        try walk.visit(root, FolderWalk.Place(anchor: root, rest: "", name: ""), depth: 1)
        self.path = path
        base = Self.lastPart(path)
        members = walk.members.sorted { ByteOrder.precedes($0.name, $1.name) }
        faults = walk.faults.sorted { ByteOrder.precedes($0.location?.path ?? "", $1.location?.path ?? "") }
    }

    /// The folder's own name, for `.` and links too.
    private static func lastPart(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return "" }
        defer { free(resolved) }
        let bytes = Array(String(cString: resolved).utf8)
        return String(decoding: bytes[(bytes.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0)...], as: UTF8.self)
    }
}

private struct FolderWalk {
    /// How many folders stay open for the reading of their files; those beyond are opened again, part by part, from the nearest one that is.
    static let mostOpenFolders = 256

    /// The longest file (bytes, 8 TiB): sums over all files of a folder stay far below the largest `Int`.
    static let longestFile = 1 << 43

    /// A folder as its files are opened from.
    struct Place {
        /// A folder that stays open: this one, or one above it.
        var anchor: OpenFile
        /// The way from there, ending in `/` unless it is empty.
        var rest: String
        /// The way from the bundle's folder, ending in `/` unless it is empty.
        var name: String
    }

    var members: [ArchiveMember] = []
    var faults: [Diagnostic] = []
    private var register = NameRegister()
    private var seen = 0
    private var openFolders = 1

    mutating func visit(_ folder: OpenFile, _ place: Place, depth: Int) throws {
        let names = try Self.names(in: folder, limit: PlainZipReader.mostMembers - seen)
        seen += names.count
        if names.isEmpty { faults.append(.emptyFolder(folder.path)) }
        for bytes in names {
            let part = String(decoding: bytes, as: UTF8.self)
            if let fault = MemberName.partFault(bytes) {
                faults.append(.name("\(folder.path)/\(part)", fault))
            } else {
                try visitEntry(folder, part, place, depth: depth)
            }
        }
    }

    private mutating func visitEntry(_ folder: OpenFile, _ part: String, _ place: Place, depth: Int) throws {
        let path = "\(folder.path)/\(part)"
        let name = place.name + part
        var status = stat()
        guard fstatat(folder.descriptor, part, &status, AT_SYMLINK_NOFOLLOW) == 0 else { throw StorageFault.system("cannot read", path, errno) }
        switch status.st_mode & S_IFMT {
        case S_IFDIR:
            guard depth < MemberName.mostParts else { return faults.append(.name(path, "has more than \(MemberName.mostParts) parts")) }
            let inner = try folder.inner(part, folder: true)
            var next = Place(anchor: place.anchor, rest: place.rest + part + "/", name: name + "/")
            if openFolders < Self.mostOpenFolders {
                openFolders += 1
                (next.anchor, next.rest) = (inner, "")
            }
            try visit(inner, next, depth: depth + 1)
        case S_IFREG:
            if let fault = MemberName.fault(name.utf8) ?? register.add(Array(name.utf8)) { return faults.append(.name(path, fault)) }
            guard (0...Self.longestFile).contains(Int(status.st_size)) else { return faults.append(.length(path, Int(status.st_size))) }
            members.append(Self.member(name, from: place.anchor, place.rest + part, status))
        default: faults.append(.kind(path, status.st_mode & S_IFMT))
        }
    }

    private static func member(_ name: String, from anchor: OpenFile, _ rest: String, _ status: stat) -> ArchiveMember {
        let (size, device, number) = (Int(status.st_size), status.st_dev, status.st_ino)
        return ArchiveMember(name: name, size: size) {
            let file = try open(anchor, rest)
            let now = try file.status()
            guard now.st_mode & S_IFMT == S_IFREG, now.st_dev == device, now.st_ino == number, Int(now.st_size) == size else {
                throw Diagnostic.swapped(file.path)
            }
            // One byte more is asked for than there should be, so that a file that grows meanwhile shows.
            return RangeStream(file, from: 0, count: size + 1)
        }
    }

    private static func open(_ anchor: OpenFile, _ name: String) throws -> OpenFile {
        var folder = anchor
        var rest = Substring(name)
        while let slash = rest.utf8.firstIndex(of: UInt8(ascii: "/")) {
            folder = try folder.inner(String(rest[..<slash]), folder: true)
            rest = rest[rest.utf8.index(after: slash)...]
        }
        return try folder.inner(String(rest), folder: false)
    }

    /// The names in a folder in byte order, without `.` and `..`.
    private static func names(in folder: OpenFile, limit: Int) throws -> [[UInt8]] {
        let copy = openat(folder.descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard copy >= 0, let handle = fdopendir(copy) else {
            let code = errno
            if copy >= 0 { close(copy) }
            throw StorageFault.system("cannot read the folder", folder.path, code)
        }
        defer { closedir(handle) }
        var names: [[UInt8]] = []
        while true {
            errno = 0
            guard let entry = readdir(handle) else { break }
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            if name.elementsEqual(".".utf8) || name.elementsEqual("..".utf8) { continue }
            guard names.count < limit else { throw Diagnostic.tooMany(folder.path) }
            names.append(name)
        }
        guard errno == 0 else { throw StorageFault.system("cannot read the folder", folder.path, errno) }
        return names.sorted { $0.lexicographicallyPrecedes($1) }
    }
}

extension Diagnostic {
    private static func folder(_ id: String, _ path: String, _ message: String, _ hint: String) -> Self {
        Diagnostic(id: "bundle.\(id)", severity: .error, location: TextLocation(path: path), message: message, hint: hint)
    }

    fileprivate static func emptyFolder(_ path: String) -> Self {
        folder("empty-folder", path, "this folder is empty; expected files only, and the folders they stand in", "unpack the bundle again")
    }

    fileprivate static func name(_ path: String, _ fault: String) -> Self {
        folder("member-name", path, "the name \(fault)", "unpack the bundle again to a folder of its own")
    }

    fileprivate static func length(_ path: String, _ found: Int) -> Self {
        folder("file-too-long", path, "the file has \(found) bytes; expected at most \(FolderWalk.longestFile)", "unpack the bundle again")
    }

    fileprivate static func kind(_ path: String, _ kind: mode_t) -> Self {
        let word =
            switch kind {
            case S_IFLNK: "symbolic link"
            case S_IFIFO: "named pipe"
            case S_IFSOCK: "socket"
            case S_IFBLK, S_IFCHR: "device"
            default: "special file"
            }
        return folder("not-a-file", path, "this is a \(word); expected a regular file", "unpack the bundle again to a folder of its own")
    }

    fileprivate static func swapped(_ path: String) -> Self {
        folder("file-swapped", path, "this is no longer the file that was listed", "verify again while nothing else writes to the folder")
    }

    fileprivate static func tooMany(_ path: String) -> Self {
        folder("too-many-members", path, "the bundle has more than \(PlainZipReader.mostMembers) files and folders", "name the bundle's own folder")
    }
}
