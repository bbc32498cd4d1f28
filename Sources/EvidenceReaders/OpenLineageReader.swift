import Diagnostics
import EvidenceModel
import StructuredText

/// Reads OpenLineage events (specification 2-0-2): one event, a list of events, or JSON lines, which may be of any size.
///
/// An event that is broken costs itself: it is reported and counted as malformed. So is one that still holds template placeholders such as `{{…}}`.
struct OpenLineageReader: EvidenceReader {
    let format = "openlineage"
    let kind = "lineage"

    func recognizes(_ source: EvidenceSource) -> Recognition {
        guard source.firstByte == UInt8(ascii: "{") || source.firstByte == UInt8(ascii: "[") else { return .no }
        let glance = JSONGlance(source.head)
        let keys = glance.keys
        guard keys.contains("eventTime"), keys.contains("job") || keys.contains("dataset") else { return .no }
        if glance.text("schemaURL")?.contains("openlineage.io") == true { return .certain }
        // Its schema asks for all of these, whatever the address of the schema itself.
        return keys.isSuperset(of: ["producer", "schemaURL"]) ? .likely : .no
    }

    func read(_ source: EvidenceSource, _ options: ReadingOptions) -> Reading {
        var record = OpenLineageRecord(path: source.path)
        do {
            if isWhole(source) { try readWhole(source, &record) } else { try readLines(source, &record) }
        } catch {
            record.tally.add(.reading(error, path: source.path))
        }
        return record.reading(options)
    }

    /// True for a list, and for one event that is spread over lines; false when lines are events.
    private func isWhole(_ source: EvidenceSource) -> Bool {
        if source.firstByte == UInt8(ascii: "[") { return true }
        let lines = source.headLines(20)
        let events = lines.filter {
            JSONParser.parse($0, path: source.path).node?.members?.contains { $0.key == "eventTime" } == true
        }
        if lines.count == 1 {
            // One line may be the whole file, or the begin of a first line that is longer than the head.
            return source.head.count < EvidenceSource.headSize
        }
        return events.isEmpty
    }

    private func readWhole(_ source: EvidenceSource, _ record: inout OpenLineageRecord) throws {
        let bytes = try source.wholeBytes()
        let (node, diagnostics) = JSONParser.parse(bytes, path: source.path)
        record.tally.add(diagnostics)
        guard let node else {
            record.malformed += 1
            return
        }
        let places = LineStarts(bytes)
        let events = node.array.map { items in items.enumerated().map { ("/\($0)", $1) } } ?? [("", node)]
        for (pointer, event) in events {
            record.take(event, locator: .pointer(pointer)) { places.location(of: $0, path: source.path) }
        }
    }

    private func readLines(_ source: EvidenceSource, _ record: inout OpenLineageRecord) throws {
        try LineReader(try source.stream()).forEachLine { line, number in
            guard let line else {
                record.malformed += 1
                record.tally.add(.eventTooLong(TextLocation(path: source.path, line: number, column: 1)))
                return true
            }
            guard line.contains(where: { $0 > 0x20 }) else { return true }
            let (node, diagnostics) = JSONParser.parse(line, path: source.path, firstLine: number)
            record.tally.add(diagnostics)
            guard let node else {
                record.malformed += 1
                return true
            }
            record.take(node, locator: .line(number)) { TextLocation(path: source.path, line: number, column: $0 + 1) }
            return true
        }
    }
}

/// Where the lines of a text begin, so that many offsets are placed without counting from the start each time.
struct LineStarts {
    private var starts = [0]

    init(_ bytes: [UInt8]) {
        for (offset, byte) in bytes.enumerated() where byte == 0x0A { starts.append(offset + 1) }
    }

    func location(of offset: Int, path: String) -> TextLocation {
        var low = 0
        var high = starts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= offset { low = middle } else { high = middle }
        }
        return TextLocation(path: path, line: low + 1, column: offset - starts[low] + 1)
    }
}

extension Diagnostic {
    fileprivate static func eventTooLong(_ location: TextLocation) -> Self {
        Diagnostic(
            id: "openlineage.event-too-long", severity: .error, location: location,
            message: "the line is longer than \(LineReader.maximumLine >> 20) MiB; expected one event on each line",
            hint: "write events as JSON lines, and leave large facets out")
    }
}
