import Diagnostics
import Glibc
import StructuredText

/// One record of a CSV log, cut into fields where it lies in memory.
final class CSVRecord {
    private struct Field {
        var start: Int
        var end: Int
        /// True when a doubled quote stands in it.
        var doubled: Bool
        /// Where its text without doubled quotes stands in the arena, once it was asked for.
        var resolved: Range<Int>?
    }

    private var fields: [Field] = []
    private var text = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
    private var arena = UnsafeMutableBufferPointer<UInt8>(start: nil, count: 0)
    private var arenaUsed = 0

    deinit { arena.deallocate() }

    var count: Int { fields.count }

    /// Cuts a whole record at its delimiters (RFC 4180). False when text follows a closing quote or a quote stays open.
    func cut(_ text: UnsafeBufferPointer<UInt8>, delimiter: UInt8) -> Bool {
        self.text = text
        fields.removeAll(keepingCapacity: true)
        arenaUsed = 0
        var at = 0
        while true {
            if at < text.count, text[at] == UInt8(ascii: "\"") {
                guard let end = quoted(from: at, delimiter) else { return false }
                at = end
            } else {
                let start = at
                if let base = text.baseAddress, at < text.count, let hit = memchr(base + at, Int32(delimiter), text.count - at) {
                    at = UnsafeRawPointer(hit) - UnsafeRawPointer(base)
                } else {
                    at = text.count
                }
                fields.append(Field(start: start, end: at, doubled: false))
            }
            if at >= text.count { return true }
            at += 1
        }
    }

    /// A field in quotes; gives where the delimiter behind it stands, or the record's end.
    private func quoted(from quote: Int, _ delimiter: UInt8) -> Int? {
        var at = quote + 1
        var doubled = false
        while let base = text.baseAddress, at < text.count, let hit = memchr(base + at, 0x22, text.count - at) {
            let end = UnsafeRawPointer(hit) - UnsafeRawPointer(base)
            if end + 1 < text.count, text[end + 1] == UInt8(ascii: "\"") {
                doubled = true
                at = end + 2
                continue
            }
            guard end + 1 == text.count || text[end + 1] == delimiter else { return nil }
            fields.append(Field(start: quote + 1, end: end, doubled: doubled))
            return end + 1
        }
        return nil
    }

    /// The bytes of a field, doubled quotes resolved; valid until the next record is cut. Nothing beyond the last field.
    subscript(index: Int) -> UnsafeBufferPointer<UInt8>? {
        guard fields.indices.contains(index) else { return nil }
        let field = fields[index]
        guard field.doubled else { return UnsafeBufferPointer(rebasing: text[field.start..<field.end]) }
        if let range = field.resolved { return UnsafeBufferPointer(rebasing: arena[range]) }
        return resolve(index, field)
    }

    private func resolve(_ index: Int, _ field: Field) -> UnsafeBufferPointer<UInt8>? {
        // All fields together are no longer than the record, so the arena grows before the first is handed out, and never after.
        if arena.count < text.count {
            arena.deallocate()
            arena = .allocate(capacity: text.count)
        }
        let start = arenaUsed
        var skip = false
        for byte in text[field.start..<field.end] where arenaUsed < arena.count {
            skip = byte == UInt8(ascii: "\"") && !skip
            if byte == UInt8(ascii: "\""), !skip { continue }
            arena[arenaUsed] = byte
            arenaUsed += 1
        }
        fields[index].resolved = start..<arenaUsed
        return UnsafeBufferPointer(rebasing: arena[start..<arenaUsed])
    }

    /// The field's text, with blanks at its ends left out.
    func string(_ index: Int) -> String? { self[index].map { trimmedBlanks(String(decoding: $0, as: UTF8.self)) } }
}

/// Hands out the records of a CSV log one by one, in flat memory; a field in quotes may go over several lines.
///
/// A bad record costs that record: reading goes on with the next line. A field that is open after a thousand lines is taken for a stray quote.
final class CSVLogRecords {
    static let maximumLines = 1_000

    /// A record, or why it is none.
    enum Found {
        case record(CSVRecord)
        case fault(Diagnostic)
    }

    private let source: EvidenceSource
    private let delimiter: UInt8
    private let record = CSVRecord()
    private var pending: [UInt8] = []
    private var pendingLine = 0
    private var pendingLines = 0
    private var isOpen = false

    init(_ source: EvidenceSource) {
        self.source = source
        delimiter = CSVReader.delimiter(of: source.head)
    }

    /// The names in the first line, as far as it lies in the head.
    static func header(of source: EvidenceSource) -> [String] {
        guard let line = source.headLines(1).first, let first = line.first, first != UInt8(ascii: "{"), first != UInt8(ascii: "[") else { return [] }
        let record = CSVRecord()
        return line.withUnsafeBufferPointer { line in
            let stop = line.last == 0x0D ? line.count - 1 : line.count
            guard record.cut(UnsafeBufferPointer(rebasing: line[..<stop]), delimiter: CSVReader.delimiter(of: source.head)) else { return [] }
            return (0..<record.count).map { record.string($0) ?? "" }
        }
    }

    /// Calls `body` for each record with the line on which it begins, until it returns false. Blank lines are passed over.
    /// - Throws: what the stream throws.
    func forEachRecord(_ body: (Found, _ line: Int) -> Bool) throws {
        var more = true
        try LineReader(try source.stream()).forEachLine { line, number in
            var line = line
            if number == 1, let first = line, first.starts(with: [0xEF, 0xBB, 0xBF]) { line = UnsafeBufferPointer(rebasing: first[3...]) }
            more = take(line, number, body)
            return more
        }
        if more, isOpen { _ = body(.fault(.openQuote(source.path, pendingLine)), pendingLine) }
    }

    private func take(_ line: UnsafeBufferPointer<UInt8>?, _ number: Int, _ body: (Found, Int) -> Bool) -> Bool {
        guard let line else {
            isOpen = false
            return body(.fault(.lineTooLong(source.path, number)), number)
        }
        if !isOpen, line.isEmpty { return true }
        let wasOpen = isOpen
        if !wasOpen {
            // Most records are whole; only one that cannot be cut may go on below.
            let found = found(line, number)
            guard case .fault = found, hasQuote(line) else { return body(found, number) }
            isOpen = endsInQuotes(line, false)
            if !isOpen { return body(found, number) }
        } else {
            isOpen = endsInQuotes(line, true)
        }
        if !wasOpen {
            pending.removeAll(keepingCapacity: true)
            (pendingLine, pendingLines) = (number, 0)
        } else {
            pending.append(0x0A)
        }
        pending.append(contentsOf: line)
        pendingLines += 1
        if isOpen {
            guard pendingLines >= Self.maximumLines || pending.count > LineReader.maximumLine else { return true }
            isOpen = false
            return body(.fault(.openQuote(source.path, pendingLine)), pendingLine)
        }
        return pending.withUnsafeBufferPointer { body(found($0, pendingLine), pendingLine) }
    }

    private func found(_ text: UnsafeBufferPointer<UInt8>, _ line: Int) -> Found {
        if let base = text.baseAddress, memchr(base, 0, text.count) != nil { return .fault(.nulByte(source.path, line)) }
        if let bad = firstInvalidUTF8(in: text) {
            return .fault(.invalidUTF8(TextLocation(path: source.path, line: line, column: bad + 1), byte: text[bad]))
        }
        return record.cut(text, delimiter: delimiter) ? .record(record) : .fault(.strayQuote(source.path, line))
    }

    private func hasQuote(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let base = line.baseAddress else { return false }
        return memchr(base, 0x22, line.count) != nil
    }

    /// Whether a field in quotes is open at the line's end.
    private func endsInQuotes(_ line: UnsafeBufferPointer<UInt8>, _ startsInQuotes: Bool) -> Bool {
        var quoted = startsInQuotes
        var atStart = !startsInQuotes
        var at = 0
        while at < line.count {
            let byte = line[at]
            if quoted {
                if byte == UInt8(ascii: "\"") {
                    if at + 1 < line.count, line[at + 1] == UInt8(ascii: "\"") { at += 1 } else { quoted = false }
                }
            } else if byte == UInt8(ascii: "\""), atStart {
                quoted = true
            }
            atStart = !quoted && byte == delimiter
            at += 1
        }
        return quoted
    }
}

extension Diagnostic {
    fileprivate static func openQuote(_ path: String, _ line: Int) -> Self {
        Diagnostic(
            id: "csv.open-quote", severity: .error, location: TextLocation(path: path, line: line),
            message: "a quoted field that begins in this record does not end within \(CSVLogRecords.maximumLines) lines; the record was left out",
            hint: "close the quote, or double a quote that belongs to the text")
    }

    fileprivate static func strayQuote(_ path: String, _ line: Int) -> Self {
        Diagnostic(
            id: "csv.stray-quote", severity: .error, location: TextLocation(path: path, line: line),
            message: "text follows a closing quote; expected a delimiter or the line's end",
            hint: "double a quote that belongs to the text")
    }

    fileprivate static func nulByte(_ path: String, _ line: Int) -> Self {
        Diagnostic(
            id: "text.nul-byte", severity: .error, location: TextLocation(path: path, line: line), message: "found a NUL byte; expected text",
            hint: "check whether the file is binary or encoded as UTF-16")
    }

    fileprivate static func lineTooLong(_ path: String, _ line: Int) -> Self {
        Diagnostic(
            id: "csv.row-too-long", severity: .error, location: TextLocation(path: path, line: line),
            message: "the line is longer than \(LineReader.maximumLine >> 20) MiB; expected rows of a table",
            hint: "check for a missing newline")
    }
}
