import Crypto
import Diagnostics
import DurableStorage
import Glibc
import StructuredText

/// Unpacks a checked bundle to a folder: all of it or nothing, and never over something that is there.
public enum BagExtraction {
    /// Makes the bundle's folder inside `parent`, file by file through descriptors, so that no link can lead out of it.
    ///
    /// Every byte is hashed again on its way: what lands in the folder is what was checked.
    /// - Returns: the path of the new folder.
    /// - Throws: a `Diagnostic` when the folder is there already, or the bundle was altered since it was checked; a `StorageFault`.
    public static func extract(_ bag: CheckedBag, into parent: String, cores: Int) throws -> String {
        try DurableFile.makeFolder(parent)
        let above = try OpenFile.folder(parent)
        let base = bag.source.base
        let place = "\(parent)/\(base)"
        // The empty folder holds the name: only one who makes it may go on, and putting the full one in its place fails when it is no longer empty.
        guard mkdirat(above.descriptor, base, 0o755) == 0 else {
            if errno == EEXIST { throw Diagnostic.exists(place) }
            throw StorageFault.system("cannot create the folder", place, errno)
        }
        let temporary = ".\(base).\(getpid()).new"
        guard mkdirat(above.descriptor, temporary, 0o755) == 0 else {
            let code = errno
            unlinkat(above.descriptor, base, AT_REMOVEDIR)
            throw StorageFault.system("cannot create the folder", "\(parent)/\(temporary)", code)
        }
        let root = try above.inner(temporary, folder: true)
        var folders: [String] = []
        do {
            try makeFolders(bag.source.members, in: root, &folders)
            try ParallelWork.run(order: ParallelWork.order(sizes: bag.source.members.map(\.size)), cores: cores) { index, buffer in
                try copy(bag.source.members[index], bag, to: root, buffer)
            }
            // One call for all files: one for each would take longer than the copying.
            sync()
            guard renameat(above.descriptor, temporary, above.descriptor, base) == 0 else {
                if errno == ENOTEMPTY || errno == EEXIST { throw Diagnostic.exists(place) }
                throw StorageFault.system("cannot put the folder in place", place, errno)
            }
        } catch {
            for member in bag.source.members { unlinkat(root.descriptor, member.name, 0) }
            for folder in folders.reversed() { unlinkat(root.descriptor, folder, AT_REMOVEDIR) }
            unlinkat(above.descriptor, temporary, AT_REMOVEDIR)
            unlinkat(above.descriptor, base, AT_REMOVEDIR)
            throw error
        }
        fsync(above.descriptor)
        return place
    }

    /// Makes every folder that a member stands in; outer ones come first.
    private static func makeFolders(_ members: [ArchiveMember], in root: OpenFile, _ made: inout [String]) throws {
        var known: Set<[UInt8]> = []
        for member in members {
            let name = Array(member.name.utf8)
            for end in name.indices where name[end] == UInt8(ascii: "/") {
                guard known.insert(Array(name[..<end])).inserted else { continue }
                let folder = String(decoding: name[..<end], as: UTF8.self)
                guard mkdirat(root.descriptor, folder, 0o755) == 0 else {
                    throw StorageFault.system("cannot create the folder", "\(root.path)/\(folder)", errno)
                }
                made.append(folder)
            }
        }
    }

    private static func copy(_ member: ArchiveMember, _ bag: CheckedBag, to root: OpenFile, _ buffer: UnsafeMutableRawBufferPointer) throws {
        let parts = member.name.split(separator: "/")
        var folder = root
        for part in parts.dropLast() { folder = try folder.inner(String(part), folder: true) }
        let descriptor = openat(folder.descriptor, String(parts.last ?? ""), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw StorageFault.system("cannot create the file", "\(root.path)/\(member.name)", errno) }
        let file = OpenFile(descriptor: descriptor, path: "\(root.path)/\(member.name)")
        let stream = try member.open()
        var sha = SHA256()
        var total = 0
        while true {
            let count = try stream.read(into: buffer)
            if count == 0 { break }
            guard total + count <= member.size else { throw Diagnostic.altered(member.name) }
            let piece = UnsafeRawBufferPointer(rebasing: buffer[..<count])
            sha.update(bufferPointer: piece)
            try file.write(piece, at: total)
            total += count
        }
        guard bag.digest(of: member.name) == ContentDigest(sha.finalize()) else { throw Diagnostic.altered(member.name) }
    }
}

extension Diagnostic {
    fileprivate static func exists(_ path: String) -> Self {
        Diagnostic(
            id: "bundle.folder-exists", severity: .error, location: TextLocation(path: path),
            message: "there is something of this name already; nothing was unpacked",
            hint: "name another folder, or move that one away")
    }

    fileprivate static func altered(_ name: String) -> Self {
        Diagnostic(
            id: "bundle.altered-since", severity: .error, location: TextLocation(path: name),
            message: "the file was altered after it was checked; nothing was unpacked",
            hint: "verify again while nothing else writes to the bundle")
    }
}
