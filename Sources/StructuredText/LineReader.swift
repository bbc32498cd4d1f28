import Glibc

/// Cuts a stream into lines, each with its number, in flat memory.
///
/// A line that is longer than the limit is handed out as `nil`, and reading goes on after it. A carriage return before the newline is dropped.
public struct LineReader {
    /// Lines longer than this are not read (8 MiB).
    public static let maximumLine = 8 << 20

    private let stream: any ByteStream
    private let chunkSize: Int

    public init(_ stream: any ByteStream, chunkSize: Int = 1 << 20) {
        self.stream = stream
        self.chunkSize = chunkSize
    }

    /// Calls `body` for each line until it returns false. The buffer is valid during the call only.
    /// - Throws: what the stream throws; lines before the fault were handed out.
    public func forEachLine(_ body: (_ line: UnsafeBufferPointer<UInt8>?, _ number: Int) throws -> Bool) throws {
        var buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: chunkSize * 2, alignment: 16)
        defer { buffer.deallocate() }
        var filled = 0
        var number = 0
        var skipping = false
        while true {
            if filled == buffer.count, !skipping {
                if buffer.count >= Self.maximumLine {
                    skipping = true
                    filled = 0
                } else {
                    let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: buffer.count * 2, alignment: 16)
                    larger.copyMemory(from: UnsafeRawBufferPointer(buffer))
                    buffer.deallocate()
                    buffer = larger
                }
            }
            let count = try stream.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
            if count == 0 { break }
            let end = filled + count
            let bytes = UnsafeBufferPointer(start: buffer.baseAddress?.assumingMemoryBound(to: UInt8.self), count: end)
            var start = 0
            var scan = filled
            while let newline = nextNewline(in: bytes, from: scan) {
                number += 1
                let line = skipping ? nil : trimmed(bytes, start, newline)
                skipping = false
                if try !body(line, number) { return }
                start = newline + 1
                scan = start
            }
            if skipping {
                filled = 0
            } else {
                filled = end - start
                if start > 0, filled > 0, let base = buffer.baseAddress { base.copyMemory(from: base + start, byteCount: filled) }
            }
        }
        if filled > 0 || skipping {
            let bytes = UnsafeBufferPointer(start: buffer.baseAddress?.assumingMemoryBound(to: UInt8.self), count: filled)
            _ = try body(skipping ? nil : trimmed(bytes, 0, filled), number + 1)
        }
    }

    private func trimmed(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) -> UnsafeBufferPointer<UInt8> {
        let stop = end > start && bytes[end - 1] == 0x0D ? end - 1 : end
        return UnsafeBufferPointer(rebasing: bytes[start..<stop])
    }

    private func nextNewline(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        guard start < bytes.count, let base = bytes.baseAddress, let hit = memchr(base + start, 0x0A, bytes.count - start) else { return nil }
        return UnsafeRawPointer(hit) - UnsafeRawPointer(base)
    }
}
