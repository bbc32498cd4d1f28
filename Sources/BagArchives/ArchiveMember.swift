public import Diagnostics
public import StructuredText

/// One file of a bundle: its name, its length, and a way to its bytes.
public struct ArchiveMember: Sendable {
    /// The path inside the bundle's folder, with `/` between its parts, such as `data/evidence/e000012.json`.
    public let name: String
    /// The length in bytes, known before the bytes are read.
    public let size: Int
    /// Opens the bytes from their start; may be called from several threads, and more than once.
    public let open: @Sendable () throws -> any ByteStream
    /// The CRC-32 that a ZIP's headers declare; `nil` outside a ZIP.
    let declaredCRC: UInt32?

    /// - Parameter open: must give exactly `size` bytes; the writers and the check refuse fewer or more.
    public init(name: String, size: Int, open: @escaping @Sendable () throws -> any ByteStream) {
        self.init(name: name, size: size, declaredCRC: nil, open: open)
    }

    /// A member whose bytes are in memory.
    public init(name: String, bytes: [UInt8]) {
        self.init(name: name, size: bytes.count) { MemoryStream(bytes) }
    }

    init(name: String, size: Int, declaredCRC: UInt32?, open: @escaping @Sendable () throws -> any ByteStream) {
        self.name = name
        self.size = size
        self.declaredCRC = declaredCRC
        self.open = open
    }

    /// All bytes of a small member.
    /// - Throws: a `Diagnostic` when it has more than `limit` bytes or not the bytes it declares, and what the stream throws.
    public func bytes(limit: Int) throws -> [UInt8] {
        guard size <= limit else { throw Diagnostic.tooLarge(name, size, limit) }
        let bytes = try readPrefix(of: try open(), limit: size + 1)
        guard bytes.count == size else { throw Diagnostic.lengthChanged(name, found: bytes.count, expected: size) }
        return bytes
    }
}

/// A bundle as one file or as an unpacked folder: the same members, in the same order.
public protocol MemberSource: Sendable {
    /// What the user calls it: the path of the file or the folder.
    var path: String { get }
    /// The one folder that all members stand in, which is the bundle's id.
    var base: String { get }
    /// The members in the byte order of their names.
    var members: [ArchiveMember] { get }
    /// What no bundle may hold, such as links and hidden files, in the byte order of their names; a ZIP with any is not opened at all.
    var faults: [Diagnostic] { get }
}

extension MemberSource {
    /// The member of that name, by bytes.
    public func member(_ name: String) -> ArchiveMember? {
        let members = members
        return ByteOrder.index(of: name, in: members, by: \.name).map { members[$0] }
    }
}

extension Diagnostic {
    fileprivate static func tooLarge(_ name: String, _ size: Int, _ limit: Int) -> Self {
        Diagnostic(
            id: "bundle.member-too-large", severity: .error, location: TextLocation(path: name),
            message: "the file has \(size) bytes; expected at most \(limit)", hint: "ask for the bundle as it was issued")
    }

    static func lengthChanged(_ name: String, found: Int, expected: Int) -> Self {
        Diagnostic(
            id: "bundle.length-changed", severity: .error, location: TextLocation(path: name),
            message: "the file gave \(found > expected ? "more than \(expected)" : "only \(found)") bytes; expected \(expected)",
            hint: "run the command again while nothing else writes to the file")
    }
}
