/// Cuts rows of CSV (RFC 4180) into fields; the raw bytes of a field, quotes included, are a segment.
struct CSVCutter {
    let segmentation: Segmentation
    let delimiter: UInt8
    /// How many fields a row has: as many as the first.
    private var width: Int?
    private var names: [[UInt8]] = []

    init(segmentation: Segmentation, delimiter: UInt8) {
        self.segmentation = segmentation
        self.delimiter = delimiter
    }

    mutating func emit(_ piece: RecordReader.Piece, _ row: RecordReader.Row, _ number: Int, _ body: (Segment) throws -> Void) throws {
        guard segmentation.isApplicable, piece.isFirst, piece.isLast else {
            return try Segmentation.emitLine(piece, number, isUnreadable: true, body)
        }
        guard segmentation.cutsFields else { return try body(Segment(.glue, "", piece.bytes)) }
        // Where lone carriage returns end the lines, the whole file would be the header, which nothing hides.
        if Self.hasLoneReturn(piece.bytes) { return try Segmentation.emitLine(piece, number, isUnreadable: true, body) }
        if isBlank(piece.bytes) { return try body(Segment(.glue, "", piece.bytes)) }
        var fields = row.fields
        let bytes = piece.bytes
        // A byte order mark belongs to no field.
        if number == 0, bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF, let first = fields.first, first.upperBound >= 3 {
            fields[0] = 3..<first.upperBound
        }
        // In a row of another width, values may stand in other columns than the header says.
        guard !row.isMalformed, width == nil || width == fields.count else {
            return try Segmentation.emitLine(piece, number, isUnreadable: true, body)
        }
        let isHeader = width == nil && segmentation.hasHeader
        if width == nil { width = fields.count }
        if isHeader { names = fields.map { Self.decoded(bytes[$0]) } }
        var cuts: [FieldCut] = []
        for (index, range) in fields.enumerated() {
            let place = SegmentPlace.column(index, name: names.indices.contains(index) ? names[index] : nil)
            guard isCut(place, bytes[range], isHeader: isHeader) else { continue }
            cuts.append(FieldCut(range: range, label: "/\(number)/\(index)", form: .csv(delimiter: delimiter), place: isHeader ? .none : place))
        }
        try FieldCut.emit(cuts, of: bytes, body)
    }

    private func isCut(_ place: SegmentPlace, _ raw: Slice<UnsafeBufferPointer<UInt8>>, isHeader: Bool) -> Bool {
        if !isHeader {
            if segmentation.cuts.contains(where: { $0.field.covers(place) }) { return true }
            if let allow = segmentation.allow, !allow.contains(where: { $0.covers(place) }) { return true }
        }
        return segmentation.cutsTexts && !raw.isEmpty && !Untouched.isDigest(raw) && !Untouched.isWholeNumber(raw)
    }

    private func isBlank(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool { bytes.allSatisfy { $0 == 0x0A || $0 == 0x0D } }

    /// A carriage return outside quotes with no line feed behind it.
    private static func hasLoneReturn(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard bytes.contains(0x0D) else { return false }
        var isQuoted = false
        for (at, byte) in bytes.enumerated() {
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            if byte == 0x0D, !isQuoted, at + 1 < bytes.count, bytes[at + 1] != 0x0A { return true }
        }
        return false
    }

    /// The text of a raw field.
    static func decoded(_ raw: some Collection<UInt8>) -> [UInt8] {
        guard raw.first == UInt8(ascii: "\"") else { return Array(raw) }
        var text: [UInt8] = []
        var wasQuote = false
        for byte in raw.dropFirst() {
            if byte == UInt8(ascii: "\""), !wasQuote {
                wasQuote = true
                continue
            }
            wasQuote = false
            text.append(byte)
        }
        return text
    }

    /// A text as a field: in quotes where it must be.
    static func encoded(_ text: [UInt8], delimiter: UInt8) -> [UInt8] {
        let isPlain = text.allSatisfy { $0 != delimiter && $0 != UInt8(ascii: "\"") && $0 != 0x0A && $0 != 0x0D }
        if isPlain { return text }
        return [UInt8(ascii: "\"")] + text.flatMap { $0 == UInt8(ascii: "\"") ? [$0, $0] : [$0] } + [UInt8(ascii: "\"")]
    }
}
