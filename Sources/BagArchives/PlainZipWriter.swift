import Crypto
import Diagnostics
import DurableStorage
import Glibc
import StructuredText
import Synchronization

/// Writes a plain ZIP: the one form that a list of names and bytes has, whatever the clock, the time zone or the machine.
///
/// Lengths are known beforehand, so that the place of every member is, too: several cores read, hash and write at once. The file appears under its name when
/// `finish` has made it durable, whole or not at all; without `finish`, nothing is left.
public final class PlainZipWriter {
    private let path: String
    private let base: String
    private let cores: Int
    private let temporary: String
    private let file: OpenFile
    private var entries: [ZipEntry] = []
    private var register = NameRegister()
    private var next = 0
    private var isDone = false

    /// Begins a file beside `path`.
    /// - Parameter base: the folder that all members stand in, one part of a name.
    /// - Throws: a `Diagnostic` for a `base` that is no such name, a `StorageFault` when the file cannot be made.
    public init(path: String, base: String, cores: Int) throws {
        if let fault = MemberName.partFault(base.utf8) { throw Diagnostic.name(base, fault) }
        var status = stat()
        if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG { throw StorageFault.notRegular(path) }
        temporary = "\(path).\(getpid()).new"
        unlink(temporary)
        let descriptor = open(temporary, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw StorageFault.system("cannot create the file", path, errno) }
        file = OpenFile(descriptor: descriptor, path: path)
        self.path = path
        self.base = base
        self.cores = cores
    }

    deinit { if !isDone { unlink(temporary) } }

    /// Writes members, which must come in byte order, also after those of earlier calls.
    /// - Returns: the digest of each.
    /// - Throws: a `Diagnostic` for a name that no bundle may hold, or a member that does not give the bytes it declares; a `StorageFault`; what a stream throws.
    public func append(_ members: [ArchiveMember]) throws -> [MemberDigest] {
        let first = entries.count
        for member in members { try plan(member) }
        let planned = Array(entries[first...])
        let results = WrittenSlots(planned.count)
        let file = file
        try ParallelWork.run(order: ParallelWork.order(sizes: members.map(\.size)), cores: cores) { index, buffer in
            results.set(index, try Self.write(members[index], planned[index], to: file, buffer))
        }
        var digests: [MemberDigest] = []
        for (at, outcome) in results.all().enumerated() {
            guard let outcome else { continue }
            entries[first + at].crc = outcome.crc
            digests.append(MemberDigest(name: members[at].name, digest: outcome.digest, size: members[at].size))
        }
        return digests
    }

    /// Writes the directory, makes the file durable and puts it in its place.
    /// - Throws: a `StorageFault`.
    public func finish() throws {
        let start = next
        var piece: [UInt8] = []
        var at = start
        for entry in entries {
            piece += entry.centralHeader
            if piece.count >= ParallelWork.bufferSize { try flush(&piece, &at) }
        }
        try flush(&piece, &at)
        piece = ZipEnd(count: entries.count, directorySize: at - start, directoryOffset: start).bytes
        try flush(&piece, &at)
        guard fsync(file.descriptor) == 0 else { throw StorageFault.system("cannot write the file", path, errno) }
        guard rename(temporary, path) == 0 else { throw StorageFault.system("cannot put the file in place", path, errno) }
        isDone = true
        let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        syncFolder(slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? ".")
    }

    private func flush(_ piece: inout [UInt8], _ at: inout Int) throws {
        try piece.withUnsafeBytes { try file.write($0, at: at) }
        at += piece.count
        piece.removeAll(keepingCapacity: true)
    }

    /// Gives a member its place.
    private func plan(_ member: ArchiveMember) throws {
        let name = Array("\(base)/\(member.name)".utf8)
        if let fault = MemberName.fault(name) { throw Diagnostic.name(member.name, fault) }
        if let last = entries.last?.name, !last.lexicographicallyPrecedes(name) { throw Diagnostic.order(member.name) }
        if let clash = register.add(name) { throw Diagnostic.name(member.name, clash) }
        guard entries.count < PlainZipReader.mostMembers else { throw Diagnostic.tooMany(path) }
        let entry = ZipEntry(name: name, crc: 0, size: member.size, offset: next)
        entries.append(entry)
        next = entry.end
    }

    /// Reads, hashes and writes one member; its header, which holds the CRC, comes last or, for a small one, with its bytes.
    private static func write(
        _ member: ArchiveMember, _ entry: ZipEntry, to file: OpenFile, _ buffer: UnsafeMutableRawBufferPointer
    ) throws -> WrittenSlots.Outcome {
        let stream = try member.open()
        let room = entry.localLength
        var sha = SHA256()
        var crc = RunningCRC()
        var total = 0
        // The first piece stands behind room for the header.
        var from = room
        var kept = 0
        while true {
            let count = try stream.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[(from + kept)...]))
            total += count
            guard total <= member.size else { break }
            let piece = UnsafeRawBufferPointer(rebasing: buffer[(from + kept)..<(from + kept + count)])
            sha.update(bufferPointer: piece)
            crc.update(piece)
            kept += count
            if count > 0, from + kept < buffer.count { continue }
            if count == 0, from == room { break }
            try file.write(UnsafeRawBufferPointer(rebasing: buffer[from..<(from + kept)]), at: entry.offset + room + total - kept)
            (from, kept) = (0, 0)
            if count == 0 { break }
        }
        guard total == member.size else { throw Diagnostic.lengthChanged(member.name, found: total, expected: member.size) }
        var written = entry
        written.crc = crc.value
        let header = written.localHeader
        if from == room {
            buffer.copyBytes(from: header)
            try file.write(UnsafeRawBufferPointer(rebasing: buffer[..<(room + kept)]), at: entry.offset)
        } else {
            try header.withUnsafeBytes { try file.write($0, at: entry.offset) }
        }
        return WrittenSlots.Outcome(digest: ContentDigest(sha.finalize()), crc: crc.value)
    }
}

/// What the workers found, by the member's place.
private final class WrittenSlots: Sendable {
    struct Outcome: Sendable {
        var digest: ContentDigest
        var crc: UInt32
    }

    private let content: Mutex<[Outcome?]>
    init(_ count: Int) { content = Mutex(Array(repeating: nil, count: count)) }

    func set(_ index: Int, _ outcome: Outcome) { content.withLock { $0[index] = outcome } }
    func all() -> [Outcome?] { content.withLock { $0 } }
}

extension Diagnostic {
    fileprivate static func name(_ name: String, _ fault: String) -> Self {
        Diagnostic(
            id: "bundle.member-name", severity: .error, location: TextLocation(path: name), message: "the name '\(name)' \(fault)",
            hint: "give the file another name in the bundle")
    }

    fileprivate static func order(_ name: String) -> Self {
        Diagnostic(
            id: "bundle.member-order", severity: .error, location: TextLocation(path: name),
            message: "the name '\(name)' is repeated or out of order; expected the byte order of names", hint: "give each file a name of its own")
    }

    fileprivate static func tooMany(_ path: String) -> Self {
        Diagnostic(
            id: "bundle.too-many-members", severity: .error, location: TextLocation(path: path),
            message: "the bundle would have more than \(PlainZipReader.mostMembers) files", hint: "export a shorter period, or fewer systems")
    }
}
