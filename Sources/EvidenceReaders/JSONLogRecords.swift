import Diagnostics
import Glibc
import StructuredText

/// Hands out the records of a log in JSON, one by one: JSON lines, or a file with one list of records.
///
/// Lines are read as a stream, whatever the file's size. A file that is no lines (`{"Records": […]}`, `[…]`, or objects over several lines) is held in
/// memory as a whole. Paths 0 up to `containers` lead to lists of records, on a line as well as in a whole file.
final class JSONLogRecords {
    private let source: EvidenceSource
    private let paths: [[String]]
    private let containers: Int
    private let outer: JSONFieldScanner
    private let inner: JSONFieldScanner
    /// Wants nothing, and so refuses only what is no JSON.
    private let plain = JSONFieldScanner([])

    init(_ source: EvidenceSource, paths: [[String]], containers: Int) {
        self.source = source
        self.paths = paths
        self.containers = containers
        outer = JSONFieldScanner(paths)
        inner = JSONFieldScanner(paths)
    }

    /// What is done with one record, whose values the scanner holds; `place` as in `AuditLogSummary.add`.
    typealias Body = (_ record: JSONFieldScanner, _ place: Int, _ line: Int, _ summary: inout AuditLogSummary) -> Void

    /// The first records within the head, at most `limit`; what lies behind the head counts as absent.
    func forEachRecordInHead(_ limit: Int, _ body: (JSONFieldScanner) -> Void) {
        source.head.withUnsafeBufferPointer { head in
            var left = limit
            if isLines {
                for line in source.headLines(limit) {
                    line.withUnsafeBufferPointer { line in
                        if case .end = outer.scan(line) { headRecord(line, &left, body) }
                    }
                }
            } else {
                let start = head.firstIndex { !isBlank($0) } ?? 0
                if start < head.count, head[start] == UInt8(ascii: "[") {
                    headElements(head, JSONField(kind: .array, start: start, end: 0), &left, body)
                } else {
                    _ = outer.scan(head, from: start)
                    headRecord(head, &left, body)
                }
            }
        }
    }

    private func headRecord(_ text: UnsafeBufferPointer<UInt8>, _ left: inout Int, _ body: (JSONFieldScanner) -> Void) {
        for index in 0..<containers where outer.field(index).kind == .array { return headElements(text, outer.field(index), &left, body) }
        body(outer)
    }

    private func headElements(
        _ text: UnsafeBufferPointer<UInt8>, _ list: JSONField, _ left: inout Int, _ body: (JSONFieldScanner) -> Void
    ) {
        var at = list.start + 1
        while left > 0 {
            at = skip(text, at, UInt8(ascii: ","))
            guard at < text.count, text[at] == UInt8(ascii: "{") else { return }
            left -= 1
            let result = inner.scan(text, from: at)
            body(inner)
            guard case .end(let end) = result else { return }
            at = end
        }
    }

    /// True when the file is one list of records under a name, and the list is empty.
    var isEmptyList: Bool {
        source.head.withUnsafeBufferPointer { head in
            guard case .end = outer.scan(head) else { return false }
            return (0..<containers).contains { index in
                outer.bytes(index).map { $0.first == UInt8(ascii: "[") && skip($0, 1, 0) == $0.count - 1 } ?? false
            }
        }
    }

    /// True when each line is a value of its own; told from the head. One line with a list of records is a whole file, several are lines.
    var isLines: Bool {
        let lines = source.headLines(20)
        guard let first = lines.first else { return true }
        let (complete, list) = look(first)
        if source.firstByte == UInt8(ascii: "[") || list && (!complete || lines.count == 1) { return false }
        if complete || lines.count == 1 { return true }
        // The first line is faulty, or the text goes on below. An object that begins and ends on a later line tells which.
        return lines.dropFirst().contains { $0.first == UInt8(ascii: "{") && look($0).complete }
    }

    /// Whether a line is one whole object, and whether it begins a list of records.
    private func look(_ line: [UInt8]) -> (complete: Bool, list: Bool) {
        line.withUnsafeBufferPointer { line in
            let result = outer.scan(line)
            guard case .end(let end) = result else { return (false, hasList) }
            let start = skip(line, 0, 0)
            return (skip(line, end, 0) == line.count && start < line.count && line[start] == UInt8(ascii: "{"), hasList)
        }
    }

    private var hasList: Bool { (0..<containers).contains { outer.field($0).kind == .array } }

    /// Adds all records to the summary. What cannot be read is told through it.
    /// - Returns: false when the file could not be opened or held.
    func read(into summary: inout AuditLogSummary, _ body: Body) -> Bool {
        do {
            if isLines { try readLines(&summary, body) } else { try readWhole(&summary, body) }
            return true
        } catch {
            let begun = summary.events > 0
            summary.malformed([.reading(error, path: source.path)])
            return begun
        }
    }

    private func readLines(_ summary: inout AuditLogSummary, _ body: Body) throws {
        try LineReader(try source.stream()).forEachLine { line, number in
            guard let line else {
                summary.malformed([.lineTooLong(source.path, number)])
                return true
            }
            var start = 0
            if number == 1, line.count >= 3, line[0] == 0xEF, line[1] == 0xBB, line[2] == 0xBF { start = 3 }
            start = skip(line, start, 0)
            if start == line.count { return true }
            guard case .end(let end) = outer.scan(line, from: start), skip(line, end, 0) == line.count else {
                summary.malformed(reasons(line, number))
                return true
            }
            record(line, number, number, &summary, body)
            return true
        }
    }

    /// The value that `outer` holds: a record, or a list of them.
    private func record(
        _ text: UnsafeBufferPointer<UInt8>, _ place: Int, _ line: Int, _ summary: inout AuditLogSummary, _ body: Body
    ) {
        for index in 0..<containers where outer.field(index).kind == .array {
            elements(text, outer.field(index), line, &summary) { scanner, _, line, summary in body(scanner, place, line, &summary) }
            return
        }
        guard let first = text.first(where: { !isBlank($0) && $0 < 0x80 }), first == UInt8(ascii: "{") else {
            return summary.malformed([.notAnObject(TextLocation(path: source.path, line: line))])
        }
        body(outer, place, line, &summary)
    }

    private func readWhole(_ summary: inout AuditLogSummary, _ body: Body) throws {
        let bytes = try source.wholeBytes()
        bytes.withUnsafeBufferPointer { text in
            var at = text.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
            var line = 1
            while true {
                let next = skip(text, at, 0)
                line += newlines(text, at, next)
                at = next
                guard at < text.count else { return }
                let result = outer.scan(text, from: at)
                var list: JSONField?
                if text[at] == UInt8(ascii: "[") {
                    list = JSONField(kind: .array, start: at, end: 0)
                    summary.numbering = .pointers("/")
                }
                for index in 0..<containers where list == nil && outer.field(index).kind == .array {
                    list = outer.field(index)
                    summary.numbering = .pointers("/\(paths[index].joined(separator: "/"))/")
                }
                if let list {
                    elements(text, list, line + newlines(text, at, list.start), &summary, body)
                } else if case .end = result {
                    record(UnsafeBufferPointer(rebasing: text[at...]), line, line, &summary, body)
                }
                switch result {
                case .end(let end):
                    line += newlines(text, at, end)
                    at = end
                case .fault(let fault, let place):
                    // A cut within a text, with a newline behind it, is a cut all the same.
                    let isCut = fault == .malformed && skip(text, place, 0) == text.count
                    summary.malformed([.fault(isCut ? .endsEarly : fault, location(text, place))])
                    return
                }
            }
        }
    }

    /// The elements of a list, until its end or the first that cannot be read (which the outer scan has told already).
    private func elements(
        _ text: UnsafeBufferPointer<UInt8>, _ list: JSONField, _ firstLine: Int, _ summary: inout AuditLogSummary, _ body: Body
    ) {
        var at = list.start + 1
        var counted = list.start
        var line = firstLine
        var index = 0
        while true {
            at = skip(text, at, UInt8(ascii: ","))
            guard at < text.count, text[at] != UInt8(ascii: "]") else { return }
            line += newlines(text, counted, at)
            counted = at
            let result = inner.scan(text, from: at)
            guard let end = end(of: result, text, at) else { return }
            if case .fault(let fault, let place) = result {
                summary.malformed([.fault(fault, TextLocation(path: source.path, line: line + newlines(text, at, place)))])
            } else if text[at] == UInt8(ascii: "{") {
                body(inner, index, line, &summary)
            } else {
                summary.malformed([.notAnObject(TextLocation(path: source.path, line: line))])
            }
            at = end
            index += 1
        }
    }

    /// Where an element ends, also one that was refused for a key that stands twice; nothing when the text itself is broken.
    private func end(of result: JSONFieldScanner.Result, _ text: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int? {
        if case .end(let end) = result { return end }
        if case .end(let end) = plain.scan(text, from: start) { return end }
        return nil
    }

    /// Why a line is no record, in the words of the exact parser.
    private func reasons(_ line: UnsafeBufferPointer<UInt8>, _ number: Int) -> [Diagnostic] {
        let told = JSONParser.parse(line, path: source.path, firstLine: number).diagnostics
        return told.isEmpty ? [.fault(.malformed, TextLocation(path: source.path, line: number))] : Array(told.prefix(1))
    }

    private func location(_ text: UnsafeBufferPointer<UInt8>, _ offset: Int) -> TextLocation {
        let place = position(of: offset, in: text)
        return TextLocation(path: source.path, line: place.line, column: place.column)
    }

    private func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }

    /// The offset of the first byte that is neither blank nor `also`.
    private func skip(_ text: UnsafeBufferPointer<UInt8>, _ from: Int, _ also: UInt8) -> Int {
        var at = from
        while at < text.count, isBlank(text[at]) || (also != 0 && text[at] == also) { at += 1 }
        return at
    }

    private func newlines(_ text: UnsafeBufferPointer<UInt8>, _ from: Int, _ to: Int) -> Int {
        var count = 0
        var at = from
        while at < to, let base = text.baseAddress, let hit = memchr(base + at, 0x0A, to - at) {
            count += 1
            at = UnsafeRawPointer(hit) - UnsafeRawPointer(base) + 1
        }
        return count
    }
}

extension Diagnostic {
    fileprivate static func lineTooLong(_ path: String, _ line: Int) -> Self {
        Diagnostic(
            id: "json-lines.line-too-long", severity: .error, location: TextLocation(path: path, line: line),
            message: "the line is longer than \(LineReader.maximumLine >> 20) MiB; expected one record a line",
            hint: "write one record on each line, or check for a missing newline")
    }

    fileprivate static func notAnObject(_ location: TextLocation) -> Self {
        Diagnostic(
            id: "json-lines.not-an-object", severity: .error, location: location,
            message: "found a value that is no object; expected a record in braces", hint: "export the log again")
    }

    fileprivate static func fault(_ fault: JSONFieldScanner.Fault, _ location: TextLocation) -> Self {
        let (id, message) =
            switch fault {
            case .malformed: ("json.malformed", "the text is no JSON here")
            case .endsEarly: ("json.malformed", "the text ends inside a value; what follows is missing")
            case .tooDeep: ("json.too-deep", "values nest deeper than \(JSONParser.maximumDepth) levels")
            case .duplicateKey: ("json.duplicate-key", "a key stands twice in one object, and programs differ on which counts")
            case .invalidUTF8: ("text.invalid-utf8", "a byte is not valid UTF-8; expected UTF-8 text")
            }
        return Diagnostic(
            id: id, severity: .error, location: location, message: message,
            hint: "export the file again; if it was cut off, take the whole file from its source")
    }
}
