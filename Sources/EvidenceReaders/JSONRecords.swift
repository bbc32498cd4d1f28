import Diagnostics
import StructuredText

/// Values of one JSON record by the paths that a reader asked for.
struct JSONRecord {
    /// The text of each value, by the order of the paths; objects and lists give an empty text.
    var texts: [String?]

    subscript(index: Int) -> String? { texts[index] }
}

/// Hands out the records of a JSON-lines file, or of the list that a JSON document holds, one after the other in flat memory.
struct JSONRecords {
    let source: EvidenceSource
    /// Keys from a record's root down, one list for each value wanted.
    let paths: [[String]]

    /// A record longer than this is not read (8 MiB).
    static let maximumRecord = LineReader.maximumLine

    /// Calls `body` with each record's values and line, and `fault` with what could not be read.
    /// - Parameter listKey: the key of the list that holds the records, when the document is an object; JSON lines otherwise.
    func forEach(listKey: String?, fault: (Diagnostic) -> Void, _ body: (JSONRecord, Int) -> Void) {
        var scanner = JSONLineScanner(paths: paths)
        let one = { (bytes: UnsafeBufferPointer<UInt8>, line: Int) in
            if let record = self.record(bytes, line, &scanner, fault) { body(record, line) }
        }
        do {
            if let listKey {
                try JSONListCutter(source: source, listKey: listKey).forEach(fault: fault, one)
            } else {
                try lines(fault, one)
            }
        } catch {
            fault(.reading(error, path: source.path))
        }
    }

    private func lines(_ fault: (Diagnostic) -> Void, _ body: (UnsafeBufferPointer<UInt8>, Int) -> Void) throws {
        try LineReader(try source.stream()).forEachLine { line, number in
            guard let line else {
                fault(.recordTooLong(source.path, line: number))
                return true
            }
            var bytes = line
            if number == 1, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = UnsafeBufferPointer(rebasing: bytes[3...]) }
            if bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { return true }
            body(bytes, number)
            return true
        }
    }

    private func record(
        _ bytes: UnsafeBufferPointer<UInt8>, _ line: Int, _ scanner: inout JSONLineScanner, _ fault: (Diagnostic) -> Void
    ) -> JSONRecord? {
        if scanner.scan(bytes) {
            var needsExact = false
            let texts = scanner.values.map { slice -> String? in
                guard let slice else { return nil }
                switch slice.kind {
                case .string, .number, .word: return String(decoding: bytes[slice.start..<slice.end], as: UTF8.self)
                case .escapedString:
                    needsExact = true
                    return nil
                case .object, .array: return ""
                }
            }
            if !needsExact { return JSONRecord(texts: texts) }
        }
        let parsed = JSONParser.parse(bytes, path: source.path, firstLine: line)
        for diagnostic in parsed.diagnostics { fault(diagnostic) }
        guard let node = parsed.node, parsed.diagnostics.isEmpty else { return nil }
        guard node.members != nil else {
            fault(.notAnObject(source.path, line: line, node.kindName))
            return nil
        }
        let texts = paths.map { path -> String? in
            var at: JSONNode? = node
            for key in path { at = at?[key] }
            guard let at, !at.isNull else { return nil }
            return at.scalarText ?? ""
        }
        return JSONRecord(texts: texts)
    }
}

/// Cuts the elements out of a list inside a JSON object (`{"Records":[…]}`) as the bytes go by.
struct JSONListCutter {
    let source: EvidenceSource
    let listKey: String

    func forEach(fault: (Diagnostic) -> Void, _ body: (UnsafeBufferPointer<UInt8>, Int) -> Void) throws {
        var machine = Machine(key: Array(listKey.utf8))
        let stream = try source.stream()
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
        defer { buffer.deallocate() }
        while true {
            let count = try stream.read(into: buffer)
            if count == 0 { break }
            for byte in buffer[..<count] {
                machine.take(byte)
                if machine.isComplete {
                    machine.element.withUnsafeBufferPointer { body($0, machine.elementLine) }
                    machine.reset()
                } else if machine.element.count > JSONRecords.maximumRecord {
                    fault(.recordTooLong(source.path, line: machine.elementLine))
                    return
                }
            }
        }
        if !machine.isClosed { fault(.cutOff(source.path, line: machine.line, column: machine.column, found: machine.foundList, key: listKey)) }
    }

    private struct Machine {
        let key: [UInt8]
        var depth = 0
        var inString = false
        var escaped = false
        var line = 1
        var column = 0
        var foundList = false
        var isClosed = false
        var isComplete = false
        var element: [UInt8] = []
        var elementLine = 1
        private var lastString: [UInt8] = []
        private var pendingKey = false
        private var listDepth = 0

        init(key: [UInt8]) { self.key = key }

        mutating func reset() {
            element.removeAll(keepingCapacity: true)
            isComplete = false
        }

        mutating func take(_ byte: UInt8) {
            column += 1
            if byte == 0x0A {
                line += 1
                column = 0
            }
            let inElement = foundList && !isClosed && depth > listDepth
            if inElement { element.append(byte) }
            if inString {
                if escaped {
                    escaped = false
                } else if byte == UInt8(ascii: "\\") {
                    escaped = true
                } else if byte == UInt8(ascii: "\"") {
                    inString = false
                } else if depth == 1, lastString.count < 64 {
                    lastString.append(byte)
                }
                return
            }
            switch byte {
            case UInt8(ascii: "\""):
                inString = true
                if depth == 1 { lastString.removeAll(keepingCapacity: true) }
            case UInt8(ascii: ":"): pendingKey = depth == 1 && lastString == key
            case UInt8(ascii: "{"), UInt8(ascii: "["): open(byte)
            case UInt8(ascii: "}"), UInt8(ascii: "]"): close()
            default: break
            }
        }

        private mutating func open(_ byte: UInt8) {
            if !foundList, pendingKey, byte == UInt8(ascii: "["), depth == 1 {
                foundList = true
                listDepth = 2
            } else if foundList, !isClosed, depth == listDepth {
                elementLine = line
                element.append(byte)
            }
            pendingKey = false
            depth += 1
        }

        private mutating func close() {
            depth -= 1
            guard foundList, !isClosed else { return }
            if depth == listDepth, !element.isEmpty { isComplete = true }
            if depth < listDepth { isClosed = true }
        }
    }
}

extension Diagnostic {
    fileprivate static func recordTooLong(_ path: String, line: Int) -> Self {
        Diagnostic(
            id: "log.record-too-long", severity: .error, location: TextLocation(path: path, line: line, column: 1),
            message: "the record is longer than \(JSONRecords.maximumRecord >> 20) MiB and was not read; expected one event",
            hint: "check the program that writes the log")
    }

    fileprivate static func notAnObject(_ path: String, line: Int, _ found: String) -> Self {
        Diagnostic(
            id: "log.not-an-object", severity: .error, location: TextLocation(path: path, line: line, column: 1),
            message: "the record is \(found); expected an object", hint: "write one JSON object for each event")
    }

    fileprivate static func cutOff(_ path: String, line: Int, column: Int, found: Bool, key: String) -> Self {
        Diagnostic(
            id: "log.truncated", severity: .error, location: TextLocation(path: path, line: line, column: max(1, column)),
            message: found ? "the file ends inside the list '\(key)'; expected ']'" : "the file has no list '\(key)'",
            hint: "take the whole file from its source")
    }
}
