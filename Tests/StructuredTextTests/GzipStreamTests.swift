import CZlib
import Diagnostics
import StructuredText
import Testing

@Suite struct GzipStreamTests {
    /// One gzip member with these bytes in it.
    private func gzip(_ bytes: [UInt8]) -> [UInt8] {
        var state = z_stream()
        guard deflateInit2_(&state, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else { return [] }
        defer { deflateEnd(&state) }
        var input = bytes
        var out = [UInt8](repeating: 0, count: Int(deflateBound(&state, UInt(bytes.count))))
        let count = input.withUnsafeMutableBufferPointer { source in
            out.withUnsafeMutableBufferPointer { target in
                state.next_in = source.baseAddress
                state.avail_in = UInt32(source.count)
                state.next_out = target.baseAddress
                state.avail_out = UInt32(target.count)
                _ = deflate(&state, Z_FINISH)
                return target.count - Int(state.avail_out)
            }
        }
        return Array(out.prefix(count))
    }

    private func read(_ bytes: [UInt8]) throws -> [UInt8] {
        try readPrefix(of: GzipStream(MemoryStream(bytes), path: "a.gz"), limit: .max)
    }

    private func fault(_ bytes: [UInt8]) -> String? {
        do {
            _ = try read(bytes)
            return nil
        } catch {
            return (error as? Diagnostic)?.id ?? "\(error)"
        }
    }

    private let text = Array(String(repeating: "the quick brown fox\n", count: 20_000).utf8)

    @Test func givesBackWhatWasCompressed() throws {
        #expect(try read(gzip(text)) == text)
        #expect(try read(gzip([])) == [])
    }

    @Test func readsAConstantThatAnotherProgramMade() throws {
        // Python: gzip.compress(b"hello\n", mtime=0)
        let bytes: [UInt8] = [
            0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xCB, 0x48, 0xCD, 0xC9, 0xC9, 0xE7, 0x02, 0x00, 0x20, 0x30, 0x3A, 0x36, 0x06, 0x00,
            0x00, 0x00,
        ]
        #expect(try read(bytes) == Array("hello\n".utf8))
    }

    @Test func readsSeveralMembersAsOne() throws {
        let members = gzip(text) + gzip([]) + gzip(Array("end".utf8))
        #expect(try read(members) == text + Array("end".utf8))
    }

    @Test func aFileCutShortAnywhereIsAnError() {
        let whole = gzip(Array("some text that compresses to a few dozen bytes, some text".utf8))
        for count in 0..<whole.count { #expect(fault(Array(whole.prefix(count))) == "gzip.truncated", "at \(count)") }
        #expect(fault(whole) == nil)
    }

    @Test func aSecondMemberCutShortIsAnError() {
        let whole = gzip(text)
        #expect(fault(whole + whole.dropLast(3)) == "gzip.truncated")
        #expect(fault(whole + [0x1F]) == "gzip.truncated")
    }

    @Test func aChangedByteInTheCheckSumIsAnError() {
        var bytes = gzip(text)
        bytes[bytes.count - 6] ^= 1
        #expect(fault(bytes) == "gzip.damaged")
    }

    @Test func damageAnywhereIsAnErrorOrChangesNothing() {
        let text = Array("some text that compresses to a few dozen bytes, some text".utf8)
        let whole = gzip(text)
        for index in 10..<whole.count {
            var bytes = whole
            bytes[index] ^= 0x40
            // The last byte of the data is filled up with bits that mean nothing.
            if fault(bytes) == nil { #expect((try? read(bytes)) == text, "at \(index)") }
        }
    }

    @Test func whatFollowsTheLastMemberIsAnError() {
        #expect(fault(gzip(text) + Array("junk".utf8)) == "gzip.damaged")
    }

    @Test func textThatIsNotGzipIsAnError() {
        #expect(fault(Array("plain text".utf8)) == "gzip.damaged")
    }

    @Test func staysAtItsEndAfterAFault() throws {
        let stream = GzipStream(MemoryStream(Array("plain text".utf8)), path: "a.gz")
        #expect(throws: Diagnostic.self) { try readPrefix(of: stream, limit: 10) }
        #expect(try readPrefix(of: stream, limit: 10) == [])
    }

    @Test func aBombStopsBeforeItFillsTheMemory() throws {
        let member = gzip([UInt8](repeating: 0, count: 64 << 20))
        let stream = GzipStream(MemoryStream([[UInt8]](repeating: member, count: 32).flatMap { $0 }), path: "a.gz")
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
        defer { buffer.deallocate() }
        let fault = #expect(throws: Diagnostic.self) { while try stream.read(into: buffer) > 0 {} }
        #expect(fault?.id == "gzip.expands-too-much")
    }
}
