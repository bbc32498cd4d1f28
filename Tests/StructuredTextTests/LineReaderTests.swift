import StructuredText
import Testing

@Suite struct LineReaderTests {
    /// Hands out its bytes in pieces of a size, as pipes do.
    private final class Dribble: ByteStream {
        private let inner: MemoryStream
        private let size: Int
        init(_ bytes: [UInt8], size: Int) {
            inner = MemoryStream(bytes)
            self.size = size
        }
        func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
            inner.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer.prefix(size)))
        }
    }

    private struct Broken: Error {}

    private func lines(_ stream: any ByteStream, chunkSize: Int = 1 << 20) throws -> [String?] {
        var lines: [String?] = []
        try LineReader(stream, chunkSize: chunkSize).forEachLine { line, number in
            lines.append(line.map { String(decoding: $0, as: UTF8.self) })
            #expect(number == lines.count)
            return true
        }
        return lines
    }

    @Test(
        arguments: [
            ("a\nb\n", ["a", "b"]), ("a\nb", ["a", "b"]), ("a\r\nb\r\n", ["a", "b"]), ("a\r\nb\r", ["a", "b"]), ("\n\n", ["", ""]), ("", []), ("\r\n", [""]),
            ("a\rb\n", ["a\rb"]), ("a\r\r\n", ["a\r"]), ("a\0b\n", ["a\0b"]),
        ] as [(String, [String])])
    func cutsAtNewlines(text: String, expected: [String]) throws {
        #expect(try lines(MemoryStream(Array(text.utf8))) == expected)
    }

    @Test(arguments: [1, 2, 3, 7, 64], [1, 2, 5, 1000])
    func givesTheSameLinesHoweverTheBytesCome(chunkSize: Int, piece: Int) throws {
        let expected = (0..<40).map { String(repeating: "x", count: $0 * 3) }
        let bytes = Array((expected.joined(separator: "\n") + "\n").utf8)
        #expect(try lines(Dribble(bytes, size: piece), chunkSize: chunkSize) == expected)
    }

    @Test(arguments: [1 << 16, 1 << 20])
    func skipsATenMegabyteLineAndReadsOn(chunkSize: Int) throws {
        let bytes = Array("a\n".utf8) + [UInt8](repeating: 0x78, count: 10 << 20) + Array("\nb\nc".utf8)
        #expect(try lines(MemoryStream(bytes), chunkSize: chunkSize) == ["a", nil, "b", "c"])
    }

    @Test func skipsATenMegabyteLineWithoutAnEnd() throws {
        #expect(try lines(MemoryStream([UInt8](repeating: 0x78, count: 10 << 20))) == [nil])
    }

    @Test func readsALineJustShorterThanTheLimit() throws {
        let count = LineReader.maximumLine - 1
        let found = try lines(MemoryStream([UInt8](repeating: 0x78, count: count) + [0x0A, 0x62]))
        #expect(found.map { $0?.utf8.count } == [count, 1])
    }

    @Test func stopsWhenAsked() throws {
        var seen: [Int] = []
        try LineReader(MemoryStream(Array("a\nb\nc\n".utf8))).forEachLine { _, number in
            seen.append(number)
            return number < 2
        }
        #expect(seen == [1, 2])
    }

    @Test func handsOutTheLinesBeforeAFault() {
        final class Failing: ByteStream {
            var first = true
            func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
                guard first else { throw Broken() }
                first = false
                buffer.copyBytes(from: Array("a\nb\nc".utf8))
                return 5
            }
        }
        var seen: [Int] = []
        #expect(throws: Broken.self) {
            try LineReader(Failing()).forEachLine { _, number in
                seen.append(number)
                return true
            }
        }
        #expect(seen == [1, 2])
    }
}
