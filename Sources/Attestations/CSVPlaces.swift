import Diagnostics

/// Where the fields of a CSV file begin; looked up only when there is something to say about one.
struct CSVPlaces {
    private let bytes: [UInt8]
    private let delimiter: UInt8
    private let path: String

    init(_ bytes: [UInt8], delimiter: UInt8, path: String) {
        self.bytes = bytes
        self.delimiter = delimiter
        self.path = path
    }

    /// The place of a field, from 0, in the row that begins on a line; that of the last field where there are fewer.
    func place(_ rowLine: Int, _ field: Int) -> TextLocation {
        var walk = Walk()
        for byte in bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...] {
            if walk.ends(with: byte, delimiter), walk.rowLine == rowLine, walk.field == field || byte == 0x0A { break }
            walk.take(byte, delimiter)
        }
        let isThere = walk.rowLine == rowLine
        return TextLocation(path: path, line: isThere ? walk.line : rowLine, column: isThere ? walk.column : 1)
    }

    /// The field under way, and where it began.
    private struct Walk {
        var rowLine = 1
        var field = 0
        var line = 1
        var column = 1
        private var now = (line: 1, column: 1)
        private var isStart = true
        private var isQuotedField = false
        private var isInside = false

        /// True when a byte ends the field, or with it the row.
        func ends(with byte: UInt8, _ delimiter: UInt8) -> Bool { !isInside && (byte == delimiter || byte == 0x0A) }

        mutating func take(_ byte: UInt8, _ delimiter: UInt8) {
            let hasEnded = ends(with: byte, delimiter)
            if isStart { isQuotedField = byte == UInt8(ascii: "\"") }
            // A doubled quote closes the field and opens it again.
            if isQuotedField, byte == UInt8(ascii: "\"") { isInside.toggle() }
            now = byte == 0x0A ? (now.line + 1, 1) : (now.line, now.column + 1)
            isStart = hasEnded
            guard hasEnded else { return }
            (line, column) = now
            field += 1
            if byte == 0x0A { (rowLine, field) = (now.line, 0) }
        }
    }
}
