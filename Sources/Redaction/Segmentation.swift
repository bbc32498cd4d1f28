public import Diagnostics
public import StructuredText

/// How a file is cut into segments: only where rules may hide something, and where records end.
///
/// It is fixed when the item is collected, because the commitment is made over these segments; later rules may hide what was cut, and nothing finer.
public struct Segmentation: Hashable, Sendable {
    public enum Format: String, Sendable, CaseIterable {
        case json
        case jsonLines = "json-lines"
        case csv, xml, text, other

        var way: RedactionField.Way? {
            switch self {
            case .json, .jsonLines: .pointer
            case .csv: .column
            case .xml: .xpath
            case .text, .other: nil
            }
        }
    }

    /// A field to cut out.
    struct Cut: Hashable, Sendable {
        var field: RedactionField
        /// True when a list or object is cut as one, with the names inside it.
        var isWhole: Bool
    }

    public let format: Format
    let cuts: [Cut]
    /// Every text is cut, because a rule looks for a pattern everywhere.
    let cutsTexts: Bool
    let allow: [RedactionField]?
    let hasHeader: Bool
    /// False when there are rules and none can be applied to this format: then each record is a segment that is hidden whole.
    let isApplicable: Bool

    /// JSON and XML documents larger than this are one block (64 MiB), since they are held in memory.
    public static let maximumDocument = 64 << 20

    /// The cut that the rules of a source ask for.
    public init(format: Format, rules: RedactionRules) {
        var cuts: [Cut] = []
        for rule in rules.rules {
            guard let field = rule.field, field.way == format.way else { continue }
            cuts.append(Cut(field: field, isWhole: rule.action == .drop && rule.pattern == nil))
        }
        self.init(
            format: format, cuts: cuts, cutsTexts: rules.rules.contains { $0.field == nil }, allow: rules.allow?.filter { $0.way == format.way },
            hasHeader: rules.hasHeader, isApplicable: rules.isEmpty || rules.apply(to: format))
    }

    private init(format: Format, cuts: [Cut], cutsTexts: Bool, allow: [RedactionField]?, hasHeader: Bool, isApplicable: Bool) {
        self.format = format
        self.cuts = cuts
        self.cutsTexts = cutsTexts
        self.allow = allow
        self.hasHeader = hasHeader
        self.isApplicable = isApplicable
    }

    /// True when fields inside records are cut.
    var cutsFields: Bool { isApplicable && (!cuts.isEmpty || cutsTexts || allow != nil) }

    /// Whether everything that the rules may hide was cut.
    func serves(_ rules: RedactionRules) -> Bool {
        // Texts are cut into lines and other files not at all, whatever the rules are.
        if rules.isEmpty || format == .text || format == .other { return true }
        let wanted = Segmentation(format: format, rules: rules)
        guard wanted.isApplicable == isApplicable, wanted.allow == allow || !isApplicable else { return false }
        guard !wanted.cutsTexts || cutsTexts, wanted.hasHeader == hasHeader || format != .csv else { return false }
        return !isApplicable || wanted.cuts.allSatisfy { want in cuts.contains { $0.field == want.field && ($0.isWhole || !want.isWhole) } }
    }

    /// Cuts a stream and hands out its segments in order.
    /// - Throws: what the stream or `body` throws; no content is refused.
    public func forEachSegment(of stream: any ByteStream, _ body: (Segment) throws -> Void) throws {
        switch format {
        case .json, .xml: try cutDocument(stream, body)
        case .jsonLines: try cutLines(stream, body)
        case .csv: try cutRows(stream, body)
        case .text: try RecordReader(stream).forEachLine { piece, line in try Self.emitLine(piece, line, isUnreadable: !isApplicable, body) }
        case .other: try Self.emitBlock(after: [], stream, body)
        }
    }

    static func emitLine(_ piece: RecordReader.Piece, _ line: Int, isUnreadable: Bool, _ body: (Segment) throws -> Void) throws {
        var segment = Segment(.line, "/\(line)", piece.bytes)
        segment.isFirst = piece.isFirst
        segment.isLast = piece.isLast
        segment.form = .line
        segment.isUnreadable = isUnreadable || !piece.isFirst || !piece.isLast
        try body(segment)
    }

    /// One block: what was read already, and the rest of the stream. An empty file has no segment.
    static func emitBlock(after head: [UInt8], _ stream: (any ByteStream)?, _ body: (Segment) throws -> Void) throws {
        var held = head
        var isFirst = true
        while true {
            let next = try stream.map { try readPrefix(of: $0, limit: 1 << 18) } ?? []
            if held.isEmpty, isFirst {
                if next.isEmpty { return }
                held = next
                continue
            }
            try held.withUnsafeBufferPointer { bytes in
                var segment = Segment(.block, "", bytes)
                segment.form = .block
                segment.isUnreadable = true
                segment.isFirst = isFirst
                segment.isLast = next.isEmpty
                try body(segment)
            }
            if next.isEmpty { return }
            isFirst = false
            held = next
        }
    }

    private func cutLines(_ stream: any ByteStream, _ body: (Segment) throws -> Void) throws {
        try RecordReader(stream).forEachLine { piece, line in
            guard isApplicable, piece.isFirst, piece.isLast else { return try Self.emitLine(piece, line, isUnreadable: true, body) }
            guard cutsFields else {
                return try body(Segment(.glue, "", piece.bytes))
            }
            guard let cuts = JSONCutter.cuts(piece.bytes, by: self, label: "/\(line)", mayBeBlank: true) else {
                return try Self.emitLine(piece, line, isUnreadable: true, body)
            }
            try FieldCut.emit(cuts, of: piece.bytes, body)
        }
    }

    private func cutDocument(_ stream: any ByteStream, _ body: (Segment) throws -> Void) throws {
        guard cutsFields else { return try Self.emitBlock(after: [], stream, body) }
        let bytes = try readPrefix(of: stream, limit: Self.maximumDocument + 1)
        guard bytes.count <= Self.maximumDocument else { return try Self.emitBlock(after: bytes, stream, body) }
        if bytes.isEmpty { return }
        let cuts = bytes.withUnsafeBufferPointer { text in
            format == .json ? JSONCutter.cuts(text, by: self, label: "", mayBeBlank: false) : XMLCutter.cuts(text, by: self)
        }
        if let cuts {
            try bytes.withUnsafeBufferPointer { try FieldCut.emit(cuts, of: $0, body) }
        } else if format == .json {
            try Self.emitBlock(after: bytes, nil, body)
        } else {
            try RecordReader(MemoryStream(bytes)).forEachLine { piece, line in try Self.emitLine(piece, line, isUnreadable: true, body) }
        }
    }

    private func cutRows(_ stream: any ByteStream, _ body: (Segment) throws -> Void) throws {
        let head = try readPrefix(of: stream, limit: 1 << 16)
        var cutter = CSVCutter(segmentation: self, delimiter: CSVReader.delimiter(of: head))
        try RecordReader(ChainedStream(head, stream)).forEachRow(delimiter: cutter.delimiter) { piece, row, number in
            try cutter.emit(piece, row, number, body)
        }
    }
}

extension Segmentation {
    /// What must be kept beside the object so that the same cut can be made again.
    public var value: Value {
        .object([
            ("allow", allow.map { .list($0.map { .string($0.text) }) }), ("applicable", .bool(isApplicable)),
            ("cuts", .list(cuts.map { .object([("field", .string($0.field.text)), ("whole", .bool($0.isWhole))]) })),
            ("format", .string(format.rawValue)), ("header", .bool(hasHeader)), ("texts", .bool(cutsTexts)),
        ])
    }

    /// Reads what `value` wrote.
    /// - Throws: a `Diagnostic` when it is anything else.
    public init(_ node: JSONNode, path: String) throws(Diagnostic) {
        let keys: Set<String> = ["allow", "applicable", "cuts", "format", "header", "texts"]
        guard let members = node.members, members.allSatisfy({ keys.contains($0.key) }),
            let format = node["format"]?.string.flatMap({ Format(rawValue: $0) }), let isApplicable = node["applicable"]?.bool,
            let hasHeader = node["header"]?.bool, let cutsTexts = node["texts"]?.bool, let list = node["cuts"]?.array
        else { throw .badSegmentation(path) }
        var cuts: [Cut] = []
        for item in list {
            guard let field = item["field"]?.string.flatMap({ RedactionField(text: $0) }), let isWhole = item["whole"]?.bool, field.way == format.way
            else { throw .badSegmentation(path) }
            cuts.append(Cut(field: field, isWhole: isWhole))
        }
        var allow: [RedactionField]?
        if let node = node["allow"] {
            let fields = node.array?.map { $0.string.flatMap { RedactionField(text: $0) } }
            guard let fields, fields.allSatisfy({ $0 != nil }) else { throw .badSegmentation(path) }
            allow = fields.compactMap { $0 }
        }
        self.init(format: format, cuts: cuts, cutsTexts: cutsTexts, allow: allow, hasHeader: hasHeader, isApplicable: isApplicable)
    }
}

/// First bytes that were read already, then the stream they came from.
private final class ChainedStream: ByteStream {
    private let head: MemoryStream
    private let rest: any ByteStream
    private var isHeadDone = false

    init(_ head: [UInt8], _ rest: any ByteStream) {
        self.head = MemoryStream(head)
        self.rest = rest
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        if !isHeadDone {
            let count = head.read(into: buffer)
            if count > 0 { return count }
            isHeadDone = true
        }
        return try rest.read(into: buffer)
    }
}

extension Diagnostic {
    fileprivate static func badSegmentation(_ path: String) -> Self {
        Diagnostic(
            id: "redaction.segmentation", severity: .error, location: TextLocation(path: path),
            message: "the description of how the item is cut is not one that this program writes", hint: "restore it from a copy of the locker")
    }
}
