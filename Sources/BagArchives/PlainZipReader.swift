public import Diagnostics
import DurableStorage
import Glibc

/// A bundle in one file: a ZIP in the plain form, which is the only spelling of its list of names and bytes.
///
/// All headers are rebuilt from names, lengths, CRCs and places, and compared byte for byte, so that nothing hides in a field, a gap or a comment, and every
/// program that reads ZIPs finds the same files. The file is opened once; members are read from that handle.
public final class PlainZipReader: MemberSource {
    /// The most members, which bounds memory; the directory is read in pieces.
    public static let mostMembers = 100_000

    public let path: String
    public let base: String
    public let members: [ArchiveMember]
    /// None: a ZIP with any fault is not opened.
    public var faults: [Diagnostic] { [] }

    /// Opens the file, and checks its form but not the members' bytes.
    /// - Throws: a `Diagnostic` that names the first member and field that is not of the plain form; a `StorageFault` when the file cannot be read.
    public convenience init(path: String) throws { try self.init(file: OpenFile.file(path)) }

    init(file: OpenFile) throws {
        let size = Int(try file.status().st_size)
        var form = ZipFormCheck(file: file, size: size)
        try form.run()
        path = file.path
        base = form.base
        members = form.members
    }
}

/// One pass over the directory, from the end record on.
private struct ZipFormCheck {
    let file: OpenFile
    let size: Int
    var base = ""
    var members: [ArchiveMember] = []
    private var register = NameRegister()
    private var last: [UInt8] = []
    /// Where the next local header must begin.
    private var next = 0

    init(file: OpenFile, size: Int) {
        self.file = file
        self.size = size
    }

    mutating func run() throws {
        let end = try readEnd()
        var directory = DirectoryReader(file: file, at: end.directoryOffset, end: end.directoryOffset + end.directorySize)
        members.reserveCapacity(end.count)
        while directory.at < directory.end {
            guard members.count < end.count else { throw Diagnostic.count(file.path, members.count, "more") }
            let entry = try readCentral(&directory, limit: end.directoryOffset)
            try compareLocal(entry)
            add(entry)
        }
        guard members.count == end.count else { throw Diagnostic.count(file.path, end.count, "\(members.count)") }
        guard next == end.directoryOffset else { throw Diagnostic.gap(file.path, next, end.directoryOffset) }
        guard !members.isEmpty else { throw Diagnostic.notZip(file.path, "it holds no files") }
    }

    /// The end record, and the zip64 record before it, from the file's last bytes.
    private func readEnd() throws -> ZipEnd {
        guard size >= 22 else { throw Diagnostic.notZip(file.path, "it has \(size) bytes") }
        let tail = try file.bytes(at: max(0, size - 98), count: min(size, 98))
        let record = Array(tail.suffix(22))
        guard record.count == 22, record.starts(with: [0x50, 0x4b, 5, 6]) else {
            let start = try file.bytes(at: 0, count: 4)
            throw start == [0x50, 0x4b, 3, 4] ? Diagnostic.noEnd(file.path, size) : Diagnostic.notZip(file.path, "it does not begin and end as one")
        }
        func field(_ at: Int, _ width: Int) -> Int { LittleEndian.read(record, at: at, width) ?? 0 }
        var end = ZipEnd(count: field(10, 2), directorySize: field(12, 4), directoryOffset: field(16, 4))
        if end.isLong {
            guard tail.count == 98, tail.starts(with: [0x50, 0x4b, 6, 6]), let count = LittleEndian.read(tail, at: 32, 8),
                let directorySize = LittleEndian.read(tail, at: 40, 8), let offset = LittleEndian.read(tail, at: 48, 8)
            else { throw Diagnostic.end(file.path, size - record.count, "the zip64 record is absent or damaged") }
            end = ZipEnd(count: count, directorySize: directorySize, directoryOffset: offset)
        }
        guard end.count <= PlainZipReader.mostMembers else { throw Diagnostic.tooMany(file.path, end.count) }
        let length = end.isLong ? 98 : 22
        let (sum, overflow) = end.directoryOffset.addingReportingOverflow(end.directorySize)
        guard !overflow, sum == size - length else { throw Diagnostic.directoryPlace(file.path, size - length, end) }
        // Every record has at least 46 bytes and a name: a count that cannot be true costs no memory.
        guard end.count <= end.directorySize / 47 else { throw Diagnostic.count(file.path, end.count, "at most \(end.directorySize / 47)") }
        let expected = end.bytes
        if let at = zip(tail.suffix(length), expected).enumerated().first(where: { $0.element.0 != $0.element.1 })?.offset {
            throw Diagnostic.end(file.path, size - length + at, "found another byte than the plain form has there")
        }
        return end
    }

    /// The next record of the directory, compared with the only one that its name, CRC and length allow at this place.
    private mutating func readCentral(_ directory: inout DirectoryReader, limit: Int) throws -> ZipEntry {
        let place = directory.at
        guard let fixed = try directory.take(46), fixed.starts(with: [0x50, 0x4b, 1, 2]) else {
            throw Diagnostic.end(file.path, place, "the directory does not go on with a member's record")
        }
        func field(_ at: Int, _ width: Int) -> Int { LittleEndian.read(fixed, at: at, width) ?? 0 }
        guard let name = try directory.take(field(28, 2)), let rest = try directory.take(field(30, 2) + field(32, 2)) else {
            throw Diagnostic.end(file.path, place, "a member's record is longer than the directory")
        }
        try checkName(name, place)
        let short = field(24, 4)
        let length = short == ZipEntry.escape ? LittleEndian.read(rest, at: 4, 8) ?? -1 : short
        // No memory is taken for a length before it was compared with the room there is; the bound keeps sums within `Int`.
        let entry = ZipEntry(name: name, crc: UInt32(truncatingIfNeeded: field(16, 4)), size: max(0, min(length, 1 << 61)), offset: next)
        let spelling = String(decoding: name, as: UTF8.self)
        if let difference = ZipLayout.central.firstDifference(fixed + name + rest, entry.centralHeader) {
            throw Diagnostic.field(file.path, spelling, "directory", place, difference)
        }
        guard length == entry.size, entry.end <= limit else { throw Diagnostic.memberLength(file.path, spelling, length, limit - next) }
        return entry
    }

    private mutating func checkName(_ name: [UInt8], _ place: Int) throws {
        let spelling = String(decoding: name, as: UTF8.self)
        if let fault = MemberName.fault(name) { throw Diagnostic.name(file.path, spelling, place, fault) }
        if name == last { throw Diagnostic.name(file.path, spelling, place, "is there twice") }
        guard last.lexicographicallyPrecedes(name) else { throw Diagnostic.order(file.path, spelling, String(decoding: last, as: UTF8.self)) }
        if let clash = register.add(name) { throw Diagnostic.name(file.path, spelling, place, clash) }
        guard let slash = name.firstIndex(of: UInt8(ascii: "/")) else { throw Diagnostic.base(file.path, spelling, base) }
        let folder = String(decoding: name[..<slash], as: UTF8.self)
        if last.isEmpty { base = folder }
        guard folder.utf8.elementsEqual(base.utf8) else { throw Diagnostic.base(file.path, spelling, base) }
        last = name
    }

    private func compareLocal(_ entry: ZipEntry) throws {
        let expected = entry.localHeader
        let found = try file.bytes(at: entry.offset, count: expected.count)
        if let difference = ZipLayout.local.firstDifference(found, expected) {
            throw Diagnostic.field(file.path, String(decoding: entry.name, as: UTF8.self), "local header", entry.offset, difference)
        }
    }

    private mutating func add(_ entry: ZipEntry) {
        let start = entry.offset + entry.localLength
        let (file, size) = (file, entry.size)
        members.append(
            ArchiveMember(name: String(decoding: entry.name.dropFirst(base.utf8.count + 1), as: UTF8.self), size: size, declaredCRC: entry.crc) {
                RangeStream(file, from: start, count: size)
            })
        next = entry.end
    }
}

/// Reads the directory front to back through one small window.
private struct DirectoryReader {
    let file: OpenFile
    private(set) var at: Int
    let end: Int
    private var window: [UInt8] = []
    private var used = 0

    init(file: OpenFile, at: Int, end: Int) {
        self.file = file
        self.at = at
        self.end = end
    }

    /// The next bytes; `nil` when the directory has not so many. At most 2 * 65,535 are asked for.
    mutating func take(_ count: Int) throws -> [UInt8]? {
        guard count <= end - at else { return nil }
        if window.count - used < count {
            window = try file.bytes(at: at, count: min(end - at, max(count, 1 << 18)))
            used = 0
        }
        guard window.count - used >= count else { return nil }
        defer {
            used += count
            at += count
        }
        return Array(window[used..<(used + count)])
    }
}

extension Diagnostic {
    private static func zip(_ id: String, _ path: String, _ message: String, _ hint: String = "ask for the bundle as it was issued") -> Self {
        Diagnostic(id: "bundle.\(id)", severity: .error, location: TextLocation(path: path), message: message, hint: hint)
    }

    fileprivate static func notZip(_ path: String, _ why: String) -> Self {
        zip(
            "not-a-zip", path, "this is no bundle: \(why); expected a ZIP with files in it",
            "name the bundle's .zip file, or the folder that it was unpacked to")
    }

    fileprivate static func noEnd(_ path: String, _ size: Int) -> Self {
        zip(
            "cut-short", path, "the last 22 of \(size) bytes are no end record: the file was cut short, or something was added behind it",
            "fetch the bundle again, and compare its length")
    }

    fileprivate static func end(_ path: String, _ at: Int, _ what: String) -> Self { zip("zip-form", path, "at byte \(at): \(what)") }

    fileprivate static func count(_ path: String, _ declared: Int, _ found: String) -> Self {
        zip("zip-count", path, "the end record counts \(declared) files, the directory has \(found)")
    }

    fileprivate static func tooMany(_ path: String, _ count: Int) -> Self {
        zip("too-many-members", path, "the bundle declares \(count) files; expected at most \(PlainZipReader.mostMembers)", "issue several smaller bundles")
    }

    fileprivate static func directoryPlace(_ path: String, _ expected: Int, _ end: ZipEnd) -> Self {
        zip(
            "zip-form", path,
            "the directory of \(end.directorySize) bytes at byte \(end.directoryOffset) does not end at byte \(expected), where the end record begins")
    }

    fileprivate static func gap(_ path: String, _ found: Int, _ expected: Int) -> Self {
        zip("zip-gap", path, "the last file ends at byte \(found) and the directory begins at byte \(expected); expected nothing between them")
    }

    fileprivate static func name(_ path: String, _ name: String, _ at: Int, _ fault: String) -> Self {
        zip("member-name", path, "at byte \(at): the name '\(name)' \(fault)")
    }

    fileprivate static func order(_ path: String, _ name: String, _ last: String) -> Self {
        zip("member-order", path, "the file '\(name)' stands behind '\(last)'; expected the byte order of names")
    }

    fileprivate static func base(_ path: String, _ name: String, _ base: String) -> Self {
        zip("base-folder", path, "the file '\(name)' does not stand in \(base.isEmpty ? "a folder" : "the folder '\(base)'"); expected all files in one folder")
    }

    fileprivate static func memberLength(_ path: String, _ name: String, _ found: Int, _ room: Int) -> Self {
        zip("zip-length", path, "the file '\(name)' declares \(found < 0 ? "an impossible length" : "\(found) bytes"), but \(max(0, room)) are left for it")
    }

    fileprivate static func field(
        _ path: String, _ name: String, _ record: String, _ place: Int, _ difference: (field: String, at: Int, found: String, expected: String)
    ) -> Self {
        zip(
            "zip-form", path,
            "the file '\(name)', \(record), at byte \(place + difference.at): \(difference.field) is \(difference.found); expected \(difference.expected)",
            "ask for the bundle as it was issued; a ZIP that another program packed is refused, its unpacked folder is not")
    }
}
