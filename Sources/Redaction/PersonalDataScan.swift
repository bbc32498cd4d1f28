public import Diagnostics
public import StructuredText

/// Looks for personal data in a file before it is handed out; what it finds is a warning to look, not a proof, and nothing found proves nothing.
public struct PersonalDataScan: Hashable, Sendable {
    /// One hit.
    public struct Finding: Hashable, Sendable {
        /// A `PersonalDataKind`, or `declared` for a field that the source names.
        public var kind: String
        public var location: TextLocation
        /// The shape of what was found, never the value.
        public var sample: String
    }

    /// At most so many hits of a kind are listed; all are counted.
    public static let maximumListed = 50
    /// The kind of fields that the source declares to be personal.
    public static let declared = "declared"

    public var path: String
    /// The first hits of each kind, in the order of the file.
    public private(set) var findings: [Finding] = []
    private var counts: [String: Int] = [:]

    private init(path: String) { self.path = path }

    /// How many hits of each kind there are, in a fixed order; kinds without any are left out.
    public var totals: [(kind: String, count: Int)] {
        (PersonalDataKind.allCases.map(\.rawValue) + [Self.declared]).compactMap { kind in counts[kind].map { (kind, $0) } }
    }

    /// How many hits there are in all.
    public var count: Int { totals.reduce(0) { $0 + $1.count } }

    private mutating func note(_ kind: String, _ place: LinePlace, _ sample: @autoclosure () -> String) {
        counts[kind, default: 0] += 1
        guard counts[kind, default: 0] <= Self.maximumListed else { return }
        findings.append(Finding(kind: kind, location: TextLocation(path: path, line: place.line, column: place.column), sample: sample()))
    }

    /// Scans the bytes as they come, whatever their format, in flat memory.
    /// - Throws: what the stream throws.
    public static func scan(_ stream: any ByteStream, path: String) throws -> PersonalDataScan {
        var scan = PersonalDataScan(path: path)
        var held: [UInt8] = []
        var place = LinePlace()
        /// What of `held` was looked at, and up to where `place` counts.
        var (done, counted) = (0, 0)
        while true {
            let more = try readPrefix(of: stream, limit: 1 << 18)
            held += more
            let isLast = more.isEmpty
            let stop = isLast ? held.count : max(done, held.count - PersonalDataDetector.lookAhead)
            held.withUnsafeBufferPointer { bytes in
                let detector = PersonalDataDetector(bytes: bytes, isWholeValue: false)
                done = detector.forEachHit(from: done, to: stop) { kind, range in
                    // Two hits may overlap, and places are counted forward only.
                    guard range.lowerBound >= counted else { return }
                    place.pass(bytes[counted..<range.lowerBound])
                    counted = range.lowerBound
                    scan.note(kind.rawValue, place, PersonalDataSample.masked(kind, Array(bytes[range])))
                }
            }
            if isLast { return scan }
            let keepFrom = max(0, min(done - PersonalDataDetector.lookBehind, held.count))
            if keepFrom > counted {
                held.withUnsafeBufferPointer { place.pass($0[counted..<keepFrom]) }
                counted = keepFrom
            }
            held.removeFirst(keepFrom)
            done -= keepFrom
            counted -= keepFrom
        }
    }

    /// Counts the fields that a source declares to be personal, where they hold anything but what rules put in the place of a value.
    /// - Throws: what the stream throws.
    public static func scan(
        _ stream: any ByteStream, path: String, format: Segmentation.Format, declared fields: [RedactionField], hasHeader: Bool = true
    ) throws -> PersonalDataScan {
        var scan = PersonalDataScan(path: path)
        var place = LinePlace()
        let rules = fields.map { RedactionRule(id: Self.declared, field: $0, action: .mask, reason: "declared") }
        let segmentation = Segmentation(format: format, rules: RedactionRules(rules: rules, hasHeader: hasHeader))
        try segmentation.forEachSegment(of: stream) { segment in
            if segment.kind == .value, segment.place != .none {
                let text = SegmentText(segment).bytes
                let isEmpty = text.isEmpty || (segment.form == .json && text.elementsEqual("null".utf8))
                if !isEmpty, !Self.isSubstitute(text) { scan.note(Self.declared, place, "\(text.count) bytes") }
            }
            place.pass(segment.bytes[...])
        }
        return scan
    }

    /// Whether a text is what rules put in the place of a value: `***` and its last characters, or a pseudonym.
    private static func isSubstitute(_ text: [UInt8]) -> Bool {
        text.starts(with: "***".utf8) || (text.count == 20 && text.starts(with: "psn:".utf8) && text.dropFirst(4).allSatisfy(Untouched.isHex))
    }

    /// Adds the hits of another scan of the same file.
    public mutating func add(_ other: PersonalDataScan) {
        findings += other.findings
        counts.merge(other.counts) { $0 + $1 }
    }

    public static func == (a: Self, b: Self) -> Bool { a.path == b.path && a.findings == b.findings && a.counts == b.counts }
}

/// A line and a column in bytes, from 1, that move forward.
private struct LinePlace {
    var line = 1
    var column = 1

    mutating func pass(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) {
        for byte in bytes {
            if byte == 0x0A {
                line += 1
                column = 1
            } else {
                column += 1
            }
        }
    }
}

/// What is shown of a hit.
enum PersonalDataSample {
    static func masked(_ kind: PersonalDataKind, _ bytes: [UInt8]) -> String {
        if kind == .email {
            let ending = bytes.lastIndex(of: UInt8(ascii: ".")).map { String(decoding: bytes[$0...], as: UTF8.self) } ?? ""
            return "***@***" + ending
        }
        let digits = bytes.count { PersonalDataDetector.isDigit($0) }
        var seen = 0
        let shown = bytes.map { byte -> UInt8 in
            if PersonalDataDetector.isLetter(byte) { return UInt8(ascii: "*") }
            guard PersonalDataDetector.isDigit(byte) else { return byte }
            seen += 1
            return seen > digits - 2 ? byte : UInt8(ascii: "*")
        }
        return String(decoding: shown, as: UTF8.self)
    }
}
