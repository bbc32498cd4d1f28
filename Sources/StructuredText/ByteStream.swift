/// Bytes that come piece by piece, so that a file of any size is read in flat memory.
public protocol ByteStream: AnyObject {
    /// Fills the buffer from its start and returns how many bytes were written; 0 at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int
}

/// Bytes that are in memory already.
public final class MemoryStream: ByteStream {
    private let bytes: [UInt8]
    private var at = 0

    public init(_ bytes: [UInt8]) { self.bytes = bytes }

    public func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(buffer.count, bytes.count - at)
        guard count > 0 else { return 0 }
        bytes.withUnsafeBytes { source in
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: source[at..<(at + count)]))
        }
        at += count
        return count
    }
}

/// Passes all that a stream holds, piece by piece, in flat memory.
/// - Throws: what the stream and `body` throw.
public func forEachPiece(of stream: any ByteStream, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
    defer { buffer.deallocate() }
    while true {
        let count = try stream.read(into: buffer)
        if count == 0 { return }
        try body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
}

/// The first `limit` bytes of a stream, or all of them when there are fewer.
public func readPrefix(of stream: any ByteStream, limit: Int) throws -> [UInt8] {
    var out: [UInt8] = []
    let chunk = 1 << 16
    while out.count < limit {
        let room = min(chunk, limit - out.count)
        let count = try withUnsafeTemporaryAllocation(byteCount: room, alignment: 8) { buffer in
            let count = try stream.read(into: buffer)
            out.append(contentsOf: buffer.prefix(count))
            return count
        }
        if count == 0 { break }
    }
    return out
}
