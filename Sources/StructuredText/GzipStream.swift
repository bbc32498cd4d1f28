import CZlib
import Diagnostics

/// Decompresses gzip (RFC 1952), several members included, as its bytes are asked for.
public final class GzipStream: ByteStream {
    /// A stream that grows more than this many times is taken for an attack.
    static let maximumRatio = 1_000

    private let source: any ByteStream
    private let path: String
    private var state = z_stream()
    private let input = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
    private var ended = false
    private var memberEnded = false
    private var bytesIn = 0
    private var bytesOut = 0

    public init(_ source: any ByteStream, path: String) {
        self.source = source
        self.path = path
        // 16 + MAX_WBITS: gzip only, as zlib.h says under inflateInit2.
        _ = inflateInit2_(&state, 16 + MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    }

    deinit {
        inflateEnd(&state)
        input.deallocate()
    }

    public func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        guard !ended, let out = buffer.baseAddress, buffer.count > 0 else { return 0 }
        state.next_out = out.assumingMemoryBound(to: UInt8.self)
        state.avail_out = UInt32(clamping: buffer.count)
        let room = Int(state.avail_out)
        while state.avail_out == room {
            if state.avail_in == 0, try !refill() { return 0 }
            if memberEnded {
                inflateReset(&state)
                memberEnded = false
            }
            let code = inflate(&state, Z_NO_FLUSH)
            switch code {
            case Z_STREAM_END: memberEnded = true
            case Z_OK, Z_BUF_ERROR: break
            default:
                ended = true
                throw Diagnostic.damagedGzip(path, at: bytesIn - Int(state.avail_in))
            }
        }
        let count = room - Int(state.avail_out)
        bytesOut += count
        if bytesOut > (16 << 20) + bytesIn * Self.maximumRatio {
            ended = true
            throw Diagnostic.gzipBomb(path, ratio: Self.maximumRatio)
        }
        return count
    }

    /// Fetches more compressed bytes; false at the proper end, an error when the file was cut off.
    private func refill() throws -> Bool {
        let count = try source.read(into: input)
        bytesIn += count
        state.next_in = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
        state.avail_in = UInt32(count)
        if count > 0 { return true }
        ended = true
        if memberEnded { return false }
        throw Diagnostic.cutOffGzip(path)
    }
}

extension Diagnostic {
    fileprivate static func damagedGzip(_ path: String, at offset: Int) -> Self {
        Diagnostic(
            id: "gzip.damaged", severity: .error, location: TextLocation(path: path),
            message: "the compressed data is damaged near byte \(offset); what follows could not be read",
            hint: "take the file from its source again; 'gzip -t' shows the same fault")
    }

    fileprivate static func cutOffGzip(_ path: String) -> Self {
        Diagnostic(
            id: "gzip.truncated", severity: .error, location: TextLocation(path: path),
            message: "the compressed data ends early; expected a gzip trailer", hint: "take the whole file from its source")
    }

    fileprivate static func gzipBomb(_ path: String, ratio: Int) -> Self {
        Diagnostic(
            id: "gzip.expands-too-much", severity: .error, location: TextLocation(path: path),
            message: "the file grows more than \(ratio) times when decompressed", hint: "check where it comes from")
    }
}
