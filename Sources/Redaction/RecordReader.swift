import Glibc
import StructuredText

/// Cuts a stream into lines or rows, each with its end, in flat memory.
///
/// Unlike `LineReader` it keeps every byte. A record longer than the limit comes in pieces.
struct RecordReader {
    /// The longest record that is handed out whole (8 MiB).
    static let maximumRecord = 8 << 20

    struct Piece {
        var bytes: UnsafeBufferPointer<UInt8>
        var isFirst: Bool
        var isLast: Bool
    }

    /// Where the fields of a row stand, relative to its start.
    struct Row {
        var fields: [Range<Int>] = []
        /// True when text follows a closing quote, or a quote never ends.
        var isMalformed = false
    }

    private let stream: any ByteStream

    init(_ stream: any ByteStream) { self.stream = stream }

    /// Calls `body` with each line, its end included, and its number from 0.
    func forEachLine(_ body: (Piece, Int) throws -> Void) throws {
        var number = 0
        try forEachRecord { record, from in
            guard from < record.count, let base = record.baseAddress, let hit = memchr(base + from, 0x0A, record.count - from) else { return nil }
            return UnsafeRawPointer(hit) - UnsafeRawPointer(base) + 1
        } body: { piece in
            try body(piece, number)
            if piece.isLast { number += 1 }
        }
    }

    /// Calls `body` with each row (RFC 4180), its fields and its number from 0.
    func forEachRow(delimiter: UInt8, _ body: (Piece, Row, Int) throws -> Void) throws {
        var number = 0
        var scanner = RowScanner(delimiter: delimiter)
        try forEachRecord { record, from in
            scanner.end(in: record, from: from)
        } body: { piece in
            let row = piece.isLast ? scanner.finish(piece.bytes) : Row()
            try body(piece, row, number)
            guard piece.isLast else { return scanner.forgetFields() }
            number += 1
            scanner = RowScanner(delimiter: delimiter)
        }
    }

    private func forEachRecord(
        end: (_ record: UnsafeBufferPointer<UInt8>, _ from: Int) -> Int?, body: (Piece) throws -> Void
    ) throws {
        var buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
        defer { buffer.deallocate() }
        var start = 0
        var filled = 0
        var scanned = 0
        var isFirst = true
        func record(_ to: Int) -> UnsafeBufferPointer<UInt8> {
            UnsafeBufferPointer(rebasing: UnsafeRawBufferPointer(buffer).bindMemory(to: UInt8.self)[start..<to])
        }
        while true {
            while let length = end(record(filled), scanned) {
                try body(Piece(bytes: record(start + length), isFirst: isFirst, isLast: true))
                (start, scanned, isFirst) = (start + length, 0, true)
            }
            scanned = filled - start
            if scanned >= Self.maximumRecord {
                try body(Piece(bytes: record(filled), isFirst: isFirst, isLast: false))
                (start, scanned, isFirst) = (filled, 0, false)
            }
            if start > 0, let base = buffer.baseAddress {
                memmove(base, base + start, filled - start)
                (filled, start) = (filled - start, 0)
            }
            if filled == buffer.count {
                let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: buffer.count * 2, alignment: 16)
                larger.copyMemory(from: UnsafeRawBufferPointer(buffer))
                buffer.deallocate()
                buffer = larger
            }
            let count = try stream.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
            if count == 0 { break }
            filled += count
        }
        if filled > 0 || !isFirst { try body(Piece(bytes: record(filled), isFirst: isFirst, isLast: true)) }
    }
}

/// Finds the end of a row and the fields in it, byte by byte, across buffers.
private struct RowScanner {
    private enum State { case fieldStart, plain, quoted, quoteInQuoted }

    private let delimiter: UInt8
    private var state = State.fieldStart
    private var row = RecordReader.Row()
    private var fieldStart = 0
    /// Where the line's end begins.
    private var textEnd: Int?

    init(delimiter: UInt8) { self.delimiter = delimiter }

    /// Fields of a row that comes in pieces are not of use.
    mutating func forgetFields() { row.fields.removeAll() }

    mutating func end(in record: UnsafeBufferPointer<UInt8>, from: Int) -> Int? {
        var at = from
        while at < record.count {
            let byte = record[at]
            if state == .quoted {
                if byte == UInt8(ascii: "\"") { state = .quoteInQuoted }
            } else if byte == 0x0A {
                textEnd = at > 0 && record[at - 1] == 0x0D ? at - 1 : at
                return at + 1
            } else if byte == delimiter {
                row.fields.append(fieldStart..<at)
                fieldStart = at + 1
                state = .fieldStart
            } else if byte == UInt8(ascii: "\"") {
                if state == .fieldStart || state == .quoteInQuoted { state = .quoted }
            } else if state == .quoteInQuoted {
                if byte != 0x0D {
                    row.isMalformed = true
                    state = .plain
                }
            } else {
                state = .plain
            }
            at += 1
        }
        return nil
    }

    /// The row that ends with these bytes.
    mutating func finish(_ record: UnsafeBufferPointer<UInt8>) -> RecordReader.Row {
        if state == .quoted { row.isMalformed = true }
        let end = textEnd ?? record.count
        row.fields.append(min(fieldStart, end)..<end)
        return row
    }
}
