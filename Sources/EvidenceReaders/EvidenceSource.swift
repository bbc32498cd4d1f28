import Diagnostics
public import StructuredText

/// An artefact as a reader sees it: a path, its first bytes, and a stream of all of them, decompressed where it is gzip.
public struct EvidenceSource: Sendable {
    /// The path as the user would name it.
    public let path: String
    /// The first 64 KiB, decompressed, without a byte order mark.
    public let head: [UInt8]
    /// True when the artefact is gzip.
    public let isCompressed: Bool
    private let openRaw: @Sendable () throws -> any ByteStream

    static let headSize = 1 << 16
    /// Artefacts that must be held in memory as a whole are refused above this (256 MiB).
    public static let maximumWhole = 256 << 20

    /// - Parameter open: gives a new stream over the artefact's bytes each time it is called.
    /// - Throws: a `Diagnostic` when the first bytes cannot be read.
    public init(path: String, open: @escaping @Sendable () throws -> any ByteStream) throws {
        self.path = path
        openRaw = open
        let raw = try readPrefix(of: try open(), limit: Self.headSize)
        isCompressed = raw.starts(with: [0x1F, 0x8B])
        var head = raw
        if isCompressed { head = (try? readPrefix(of: GzipStream(try open(), path: path), limit: Self.headSize)) ?? [] }
        if head.starts(with: [0xEF, 0xBB, 0xBF]) { head.removeFirst(3) }
        self.head = head
    }

    /// A source over bytes in memory.
    public init(path: String, bytes: [UInt8]) {
        self.path = path
        openRaw = { MemoryStream(bytes) }
        isCompressed = bytes.starts(with: [0x1F, 0x8B])
        var head = Array(bytes.prefix(Self.headSize))
        if isCompressed { head = (try? readPrefix(of: GzipStream(MemoryStream(bytes), path: path), limit: Self.headSize)) ?? [] }
        if head.starts(with: [0xEF, 0xBB, 0xBF]) { head.removeFirst(3) }
        self.head = head
    }

    public init(path: String, text: String) { self.init(path: path, bytes: Array(text.utf8)) }

    /// A new stream over the decompressed bytes.
    public func stream() throws -> any ByteStream {
        let raw = try openRaw()
        return isCompressed ? GzipStream(raw, path: path) : raw
    }

    /// All decompressed bytes, a byte order mark included.
    /// - Throws: a `Diagnostic` when there are more than `maximumWhole`, or when the bytes cannot be read.
    public func wholeBytes() throws -> [UInt8] {
        let bytes = try readPrefix(of: try stream(), limit: Self.maximumWhole + 1)
        guard bytes.count <= Self.maximumWhole else { throw Diagnostic.tooLarge(path) }
        return bytes
    }

    /// The first byte that is not a blank.
    public var firstByte: UInt8? { head.first { $0 != 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D } }

    /// The head as text, with whatever is not UTF-8 replaced; for recognising only.
    public var headText: String { String(decoding: head, as: UTF8.self) }

    /// The first non-blank lines of the head that are complete, at most `count`.
    public func headLines(_ count: Int) -> [[UInt8]] {
        var lines = head.split(separator: 0x0A, omittingEmptySubsequences: true)
        if head.count == Self.headSize, lines.count > 1 { lines.removeLast() }
        return lines.prefix(count).map(Array.init)
    }

    /// The file's name without folders, lower-case.
    public var fileName: String { (path.split(separator: "/").last.map(String.init) ?? path).lowercased() }
}

extension Diagnostic {
    fileprivate static func tooLarge(_ path: String) -> Self {
        Diagnostic(
            id: "source.too-large", severity: .error, location: TextLocation(path: path),
            message: "the file is larger than \(EvidenceSource.maximumWhole >> 20) MiB, the most that this format can hold",
            hint: "split it; logs in JSON lines or CSV may be of any size")
    }

    /// An error that was thrown while a source was read, as a diagnostic.
    static func reading(_ error: any Error, path: String) -> Self {
        if let diagnostic = error as? Diagnostic { return diagnostic }
        return Diagnostic(
            id: "source.unreadable", severity: .error, location: TextLocation(path: path), message: "the file could not be read: \(error)",
            hint: "check that it is a regular file that you may read")
    }
}
