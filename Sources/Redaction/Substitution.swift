import Crypto
import StructuredText

/// The key of one recipient's pseudonyms: 32 bytes, never a seed, and different for each recipient, so that two of them cannot compare what they got.
public struct PseudonymKey: Sendable {
    private let key: SymmetricKey

    /// - Returns: `nil` unless there are exactly 32 bytes.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        key = SymmetricKey(data: bytes)
    }

    /// `psn:` and 16 hexadecimal digits.
    func pseudonym(of text: some Sequence<UInt8>) -> String {
        var mac = HMAC<SHA256>(key: key)
        mac.update(data: SchemeTag.pseudonym + Array(text))
        return "psn:" + BinaryText.hex(mac.finalize().prefix(8))
    }
}

/// Decides which segments are hidden, by which rule, and what stands in their place.
struct Substitution {
    struct Hiding {
        var rule: String
        /// UTF-8.
        var put: [UInt8]
    }

    /// Patterns are tried on texts up to this length; a longer one that holds a match is hidden whole, and on none longer is an expression tried.
    private static let maximumSearched = 1 << 16
    private static let maximumMatches = 500

    private let rules: RedactionRules
    private let format: Segmentation.Format
    private let expressions: [TextExpression?]
    private let key: PseudonymKey?
    private let applies: Bool

    init(_ rules: RedactionRules, format: Segmentation.Format, key: PseudonymKey?) {
        self.rules = rules
        self.format = format
        self.key = key
        applies = rules.apply(to: format)
        expressions = rules.rules.map { if case .expression(let text)? = $0.pattern { TextExpression(text) } else { nil } }
    }

    /// How a segment is hidden; `nil` when it is shown.
    func hiding(of segment: Segment, index: Int) -> Hiding? {
        if segment.kind == .glue || rules.isEmpty { return nil }
        // Zero bytes are those of UTF-16 or of no text at all: no pattern would match there.
        let isNoText = (segment.form == .line || segment.place != .none) && segment.bytes.contains(0)
        if !applies || isNoText || segment.isUnreadable || !segment.isFirst || !segment.isLast || segment.kind == .block {
            return Hiding(rule: RedactionRules.unreadable, put: whole("***", segment, index))
        }
        if segment.place != .none, let allow = rules.allow, !allow.contains(where: { $0.covers(segment.place) }) {
            return Hiding(rule: RedactionRules.notAllowed, put: whole("***", segment, index))
        }
        var text = SegmentText(segment)
        let original = text.bytes
        var deciding: String?
        for (number, rule) in rules.rules.enumerated() {
            let isNamed = rule.field?.covers(segment.place)
            if isNamed == false || (isNamed == nil && !text.mayBeSearched) { continue }
            let whole = { Hiding(rule: rule.id, put: wholePut(rule, original, segment, index)) }
            guard let pattern = rule.pattern else { return whole() }
            guard let matches = matches(pattern, expressions[number], text, isNamed: isNamed == true) else { return whole() }
            if matches.isEmpty { continue }
            if rule.action == .drop || !text.isEditable { return whole() }
            text.replace(matches) { substitute(rule, $0) }
            deciding = deciding ?? rule.id
        }
        return deciding.map { keep($0, text, segment) }
    }

    private func keep(_ rule: String, _ text: SegmentText, _ segment: Segment) -> Hiding {
        Hiding(rule: rule, put: text.encoded(segment))
    }

    /// The places that match; `nil` when the text is too long to say, or to be changed in part.
    private func matches(_ pattern: RedactionPattern, _ expression: TextExpression?, _ text: SegmentText, isNamed: Bool) -> [Range<Int>]? {
        var found: [Range<Int>]
        switch pattern {
        case .kind(let kind):
            found = PersonalDataDetector.matches(kind, in: text.bytes, isWholeValue: isNamed || text.isValue)
        case .expression:
            // An expression that cannot be used hides: the decoder refuses it, but rules can be made without it.
            guard text.bytes.count <= Self.maximumSearched, let expression else { return nil }
            found = expression.matches(in: text.bytes)
        }
        if !isNamed, !found.isEmpty {
            let digests = Untouched.digests(in: text.bytes)
            found.removeAll { match in digests.contains { $0.lowerBound <= match.lowerBound && match.upperBound <= $0.upperBound } }
        }
        return found.count > Self.maximumMatches || (!found.isEmpty && text.bytes.count > Self.maximumSearched) ? nil : found
    }

    private func substitute(_ rule: RedactionRule, _ text: ArraySlice<UInt8>) -> String {
        switch rule.action {
        case .drop: return ""
        case .mask: return "***" + kept(rule.keepLast, of: text)
        case .pseudonym: return key.map { $0.pseudonym(of: text) } ?? "***"
        }
    }

    /// The last characters, unless they would be half of the text or more.
    private func kept(_ count: Int, of text: ArraySlice<UInt8>) -> String {
        guard count > 0, let scalars = String(validating: text, as: UTF8.self)?.unicodeScalars, scalars.count > 2 * count else { return "" }
        return String(String.UnicodeScalarView(scalars.suffix(count)))
    }

    private func wholePut(_ rule: RedactionRule, _ text: [UInt8], _ segment: Segment, _ index: Int) -> [UInt8] {
        rule.action == .drop ? dropped(segment, index) : whole(substitute(rule, text[...]), segment, index)
    }

    private func dropped(_ segment: Segment, _ index: Int) -> [UInt8] {
        switch segment.form {
        case .json: Array("null".utf8)
        case .jsonMember: Array("\"hidden-\(index)\":null".utf8)
        case .xmlAside: Array("<!---->".utf8)
        default: []
        }
    }

    private func whole(_ text: String, _ segment: Segment, _ index: Int) -> [UInt8] {
        var quoted = ""
        quoteJSON(text, into: &quoted)
        switch segment.form {
        case .json: return Array(quoted.utf8)
        case .jsonMember: return Array("\"hidden-\(index)\":\(quoted)".utf8)
        case .csv(let delimiter): return CSVCutter.encoded(Array(text.utf8), delimiter: delimiter)
        case .xmlText, .xmlCDATA, .xmlAttribute: return XMLText.encoded(Array(text.utf8))
        case .xmlAside: return Array("<!--***-->".utf8)
        case .line: return Array(text.utf8) + SegmentText.lineEnd(of: segment.bytes)
        case .glue, .block: return Array(text.utf8)
        }
    }
}

/// The text of a segment, without the spelling of its format.
struct SegmentText {
    var bytes: [UInt8]
    /// False for what no pattern is tried on unless a rule names the field.
    var mayBeSearched: Bool
    /// True when the text is one field's, and not a line of prose.
    var isValue: Bool
    /// False when only the whole can be replaced.
    var isEditable: Bool

    init(_ segment: Segment) {
        let raw = segment.bytes
        isValue = segment.kind == .value
        switch segment.form {
        case .json where raw.count >= 2 && raw[0] == UInt8(ascii: "\""):
            bytes = JSONText.decoded(raw[1..<(raw.count - 1)])
            (mayBeSearched, isEditable) = (true, true)
        case .json:
            let isContainer = raw.first == UInt8(ascii: "{") || raw.first == UInt8(ascii: "[")
            // Escapes stand in strings only, and what is inside a list or object is searched all together.
            bytes = isContainer ? JSONText.decoded(raw[...]) : Array(raw)
            (mayBeSearched, isEditable) = (isContainer, !isContainer)
        case .csv:
            bytes = CSVCutter.decoded(raw)
            (mayBeSearched, isEditable) = (!Untouched.isWholeNumber(bytes), true)
        case .xmlText, .xmlAttribute:
            bytes = XMLText.decoded(raw[...]) ?? Array(raw)
            (mayBeSearched, isEditable) = (!Untouched.isWholeNumber(bytes), true)
        case .xmlCDATA:
            bytes = Array(raw.dropFirst(9).dropLast(3))
            (mayBeSearched, isEditable) = (!Untouched.isWholeNumber(bytes), true)
        case .line:
            bytes = Array(raw.dropLast(Self.lineEnd(of: raw).count))
            (mayBeSearched, isEditable) = (true, true)
        case .jsonMember, .xmlAside, .glue, .block:
            bytes = segment.form == .jsonMember ? JSONText.decoded(raw[...]) : Array(raw)
            (mayBeSearched, isEditable) = (true, false)
        }
        if Untouched.isDigest(bytes) { mayBeSearched = false }
        // A proof is UTF-8: what is not can only be replaced whole.
        if String(validating: bytes, as: UTF8.self) == nil { isEditable = false }
    }

    /// Puts other texts in the places, which are in order and apart.
    mutating func replace(_ places: [Range<Int>], with text: (ArraySlice<UInt8>) -> String) {
        var out: [UInt8] = []
        var at = 0
        for place in places {
            out += bytes[at..<place.lowerBound]
            out += text(bytes[place]).utf8
            at = place.upperBound
        }
        bytes = out + bytes[at...]
    }

    /// The text in the spelling of the segment's format.
    func encoded(_ segment: Segment) -> [UInt8] {
        switch segment.form {
        case .json, .jsonMember:
            var quoted = ""
            quoteJSON(String(decoding: bytes, as: UTF8.self), into: &quoted)
            return Array(quoted.utf8)
        case .csv(let delimiter): return CSVCutter.encoded(bytes, delimiter: delimiter)
        case .xmlText, .xmlCDATA, .xmlAttribute: return XMLText.encoded(bytes)
        case .line: return bytes + Self.lineEnd(of: segment.bytes)
        case .xmlAside, .glue, .block: return bytes
        }
    }

    /// `\n`, `\r\n` or nothing.
    static func lineEnd(of line: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        guard line.last == 0x0A else { return [] }
        return line.count > 1 && line[line.count - 2] == 0x0D ? [0x0D, 0x0A] : [0x0A]
    }
}
