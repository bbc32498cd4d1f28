import Diagnostics

/// One row of a CSV file and the line on which it begins.
public struct CSVRow: Sendable {
    public var fields: [String]
    public var line: Int
}

/// Reads CSV (RFC 4180) row by row: quotes, doubled quotes, line breaks inside quotes, LF or CRLF.
public struct CSVReader {
    /// A row longer than this is refused (8 MiB).
    static let maximumRow = 8 << 20

    private let stream: any ByteStream
    private let path: String
    private let delimiter: UInt8

    public init(_ stream: any ByteStream, path: String, delimiter: UInt8 = UInt8(ascii: ",")) {
        self.stream = stream
        self.path = path
        self.delimiter = delimiter
    }

    /// The delimiter that splits the first line best, among comma, semicolon, tab and bar, counted outside quotes.
    public static func delimiter(of head: [UInt8]) -> UInt8 {
        let candidates: [UInt8] = [UInt8(ascii: ","), UInt8(ascii: ";"), 0x09, UInt8(ascii: "|")]
        var counts = [Int](repeating: 0, count: candidates.count)
        var quoted = false
        for byte in head {
            if byte == UInt8(ascii: "\"") { quoted.toggle() }
            if byte == 0x0A, !quoted { break }
            if !quoted, let index = candidates.firstIndex(of: byte) { counts[index] += 1 }
        }
        guard let most = counts.max(), most > 0, let index = counts.firstIndex(of: most) else { return candidates[0] }
        return candidates[index]
    }

    /// Calls `body` for each row until it returns false.
    /// - Throws: a `Diagnostic` where the text is no CSV (a quote that never ends, a NUL byte, invalid UTF-8, a row without end).
    public func forEachRow(_ body: (CSVRow) throws -> Bool) throws {
        var machine = Machine(delimiter: delimiter, path: path)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
        defer { buffer.deallocate() }
        var first = true
        while true {
            let count = try stream.read(into: buffer)
            if count == 0 { break }
            var from = 0
            if first, count >= 3, buffer[0] == 0xEF, buffer[1] == 0xBB, buffer[2] == 0xBF { from = 3 }
            first = false
            for index in from..<max(from, count) {
                if let row = try machine.take(buffer[index]), try !body(row) { return }
            }
        }
        if let row = try machine.finish() { _ = try body(row) }
    }

    private struct Machine {
        enum State { case fieldStart, plain, quoted, quoteInQuoted }

        let delimiter: UInt8
        let path: String
        var state = State.fieldStart
        var field: [UInt8] = []
        var fields: [String] = []
        var line = 1
        var column = 0
        var rowLine = 1
        var rowBytes = 0
        /// Where the field's text begins, its quote left out.
        var fieldLine = 1
        var fieldColumn = 1
        var isQuoted = false

        mutating func take(_ byte: UInt8) throws -> CSVRow? {
            column += 1
            rowBytes += 1
            guard rowBytes <= CSVReader.maximumRow else { throw Diagnostic.rowTooLong(here(rowLine, 1)) }
            guard byte != 0 else { throw Diagnostic.nulInCSV(here(line, column)) }
            if state == .fieldStart { beginField(quoted: byte == UInt8(ascii: "\"")) }
            switch state {
            case .fieldStart, .plain:
                if byte == UInt8(ascii: "\""), state == .fieldStart {
                    state = .quoted
                } else if byte == delimiter {
                    try endField()
                } else if byte == 0x0A {
                    return try endRow()
                } else {
                    field.append(byte)
                    state = .plain
                }
            case .quoted:
                if byte == UInt8(ascii: "\"") { state = .quoteInQuoted } else { field.append(byte) }
                if byte == 0x0A { newline() }
            case .quoteInQuoted:
                if byte == UInt8(ascii: "\"") {
                    field.append(byte)
                    state = .quoted
                } else if byte == delimiter {
                    try endField()
                } else if byte == 0x0A {
                    return try endRow()
                } else if byte != 0x0D {
                    throw Diagnostic.strayQuote(here(line, column))
                }
            }
            return nil
        }

        mutating func finish() throws -> CSVRow? {
            if state == .quoted { throw Diagnostic.openQuote(here(rowLine, 1)) }
            if fields.isEmpty, field.isEmpty, state != .quoteInQuoted { return nil }
            return try endRow()
        }

        private mutating func newline() {
            line += 1
            column = 0
        }

        private mutating func beginField(quoted: Bool) {
            fieldLine = line
            fieldColumn = quoted ? column + 1 : column
            isQuoted = quoted
        }

        /// Where a byte of the field stands in the file; a quote inside quotes takes two columns.
        private func place(of index: Int) -> TextLocation {
            var place = (line: fieldLine, column: fieldColumn)
            for byte in field.prefix(index) {
                if byte == 0x0A {
                    place = (place.line + 1, 1)
                } else {
                    place.column += isQuoted && byte == UInt8(ascii: "\"") ? 2 : 1
                }
            }
            return here(place.line, place.column)
        }

        private mutating func endField() throws {
            if let bad = field.withUnsafeBufferPointer({ firstInvalidUTF8(in: $0) }) {
                throw Diagnostic.invalidUTF8(place(of: bad), byte: field[bad])
            }
            fields.append(String(decoding: field, as: UTF8.self))
            field.removeAll(keepingCapacity: true)
            state = .fieldStart
        }

        private mutating func endRow() throws -> CSVRow? {
            if field.last == 0x0D, state == .plain { field.removeLast() }
            let blank = fields.isEmpty && field.isEmpty && state != .quoteInQuoted
            try endField()
            let row = CSVRow(fields: fields, line: rowLine)
            fields.removeAll(keepingCapacity: true)
            newline()
            rowLine = line
            rowBytes = 0
            return blank ? nil : row
        }

        private func here(_ line: Int, _ column: Int) -> TextLocation { TextLocation(path: path, line: line, column: column) }
    }
}

extension Diagnostic {
    fileprivate static func rowTooLong(_ location: TextLocation) -> Self {
        Diagnostic(
            id: "csv.row-too-long", severity: .error, location: location, message: "the row is longer than 8 MiB; expected rows of a table",
            hint: "check for a quote that never ends")
    }

    fileprivate static func openQuote(_ location: TextLocation) -> Self {
        Diagnostic(
            id: "csv.open-quote", severity: .error, location: location, message: "a quoted field that begins in this row never ends",
            hint: "close the quote, or double a quote that belongs to the text")
    }

    fileprivate static func strayQuote(_ location: TextLocation) -> Self {
        Diagnostic(
            id: "csv.stray-quote", severity: .error, location: location, message: "text follows a closing quote; expected a delimiter or the line's end",
            hint: "double a quote that belongs to the text")
    }

    fileprivate static func nulInCSV(_ location: TextLocation) -> Self {
        Diagnostic(
            id: "text.nul-byte", severity: .error, location: location, message: "found a NUL byte; expected text",
            hint: "check whether the file is binary or encoded as UTF-16")
    }
}
