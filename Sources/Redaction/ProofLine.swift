import StructuredText
import TransparencyLog

/// One line of a proof: canonical JSON, so that it has one spelling only.
enum ProofLine {
    /// Longer lines are refused (4 MiB): a label has at most 64 KiB, and a substitute of a longer text is short.
    static let maximumLength = 4 << 20

    case header(entry: Int, CommitmentSummary)
    /// The length is in bytes.
    case show(index: Int, kind: SegmentKind, label: String, salt: [UInt8], length: Int)
    /// `put` is what stands in the view, in UTF-8.
    case hide(index: Int, leaf: MerkleHash, put: [UInt8], rule: String)

    /// Canonical JSON with the line's end. Written by hand, since a proof of a large log has millions of lines.
    func write(to out: inout [UInt8]) {
        switch self {
        case .header(let entry, let summary):
            out += "{\"entry\":\(entry),\"root\":\"\(summary.root.hex)\",\"scheme\":\"\(CommitmentSummary.scheme)\",\"segments\":\(summary.segments)}\n".utf8
        case .show(let index, let kind, let label, let salt, let length):
            Self.put("{\"kind\":\"", &out)
            out.append(kind.rawValue)
            Self.put("\",\"label\":", &out)
            Self.quote(label.utf8, &out)
            Self.put(",\"length\":", &out)
            Self.number(length, &out)
            Self.put(",\"salt\":\"", &out)
            Self.hex(salt, &out)
            Self.put("\",\"show\":", &out)
            Self.number(index, &out)
            Self.put("}\n", &out)
        case .hide(let index, let leaf, let put, let rule):
            Self.put("{\"hide\":", &out)
            Self.number(index, &out)
            Self.put(",\"leaf\":\"", &out)
            Self.hex(leaf.bytes, &out)
            Self.put("\",\"put\":", &out)
            Self.quote(put, &out)
            Self.put(",\"rule\":", &out)
            Self.quote(rule.utf8, &out)
            Self.put("}\n", &out)
        }
    }

    /// Reads a line without its end; `nil` when it is not exactly what this program would write.
    init?(_ line: [UInt8]) {
        let found = line.withUnsafeBufferPointer { bytes -> ProofLine? in
            var cursor = ProofLineCursor(bytes)
            return cursor.line()
        }
        guard let found else { return nil }
        self = found
    }

    private static func put(_ text: StaticString, _ out: inout [UInt8]) {
        out += UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    }

    private static func number(_ number: Int, _ out: inout [UInt8]) { out += String(number).utf8 }

    private static func hex(_ bytes: [UInt8], _ out: inout [UInt8]) {
        for byte in bytes {
            for half in [byte >> 4, byte & 15] { out.append(half < 10 ? half + 0x30 : half + 0x57) }
        }
    }

    /// A JSON string; plain ones, as most are, without a detour.
    static func quote(_ text: some Collection<UInt8>, _ out: inout [UInt8]) {
        if text.allSatisfy({ $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) {
            out.append(UInt8(ascii: "\""))
            out += text
            out.append(UInt8(ascii: "\""))
        } else {
            var quoted = ""
            quoteJSON(String(decoding: text, as: UTF8.self), into: &quoted)
            out += quoted.utf8
        }
    }
}

/// Reads the one spelling of a proof's line.
private struct ProofLineCursor {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var at = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    mutating func line() -> ProofLine? {
        let line = take("{\"kind\":\"") ? show() : take("{\"hide\":") ? hide() : header()
        return at == bytes.count ? line : nil
    }

    private mutating func show() -> ProofLine? {
        guard at < bytes.count, let kind = SegmentKind(rawValue: bytes[at]) else { return nil }
        at += 1
        guard take("\",\"label\":"), let label = string(), take(",\"length\":"), let length = number(), take(",\"salt\":\""), let salt = hex(16),
            take("\",\"show\":"), let index = number(), take("}")
        else { return nil }
        return .show(index: index, kind: kind, label: String(decoding: label, as: UTF8.self), salt: salt, length: length)
    }

    private mutating func hide() -> ProofLine? {
        guard let index = number(), take(",\"leaf\":\""), let leaf = hex(32).flatMap({ MerkleHash($0) }), take("\",\"put\":"), let put = string(),
            take(",\"rule\":"), let rule = string(), take("}")
        else { return nil }
        return .hide(index: index, leaf: leaf, put: put, rule: String(decoding: rule, as: UTF8.self))
    }

    private mutating func header() -> ProofLine? {
        guard take("{\"entry\":"), let entry = number(), take(",\"root\":\""), let root = hex(32).flatMap({ MerkleHash($0) }),
            take("\",\"scheme\":\"dossier/seg1\",\"segments\":"), let segments = number(), take("}")
        else { return nil }
        return .header(entry: entry, CommitmentSummary(root: root, segments: segments))
    }

    private mutating func take(_ word: StaticString) -> Bool {
        let length = word.utf8CodeUnitCount
        guard at + length <= bytes.count, (0..<length).allSatisfy({ bytes[at + $0] == word.utf8Start[$0] }) else { return false }
        at += length
        return true
    }

    /// Up to 16 digits without leading zeros.
    private mutating func number() -> Int? {
        let start = at
        var number = 0
        while at < bytes.count, at - start < 16, bytes[at] >= 0x30, bytes[at] <= 0x39 {
            number = number * 10 + Int(bytes[at] - 0x30)
            at += 1
        }
        return at == start || (bytes[start] == 0x30 && at - start > 1) ? nil : number
    }

    private mutating func hex(_ count: Int) -> [UInt8]? {
        guard at + 2 * count <= bytes.count else { return nil }
        func digit(_ byte: UInt8) -> UInt8? {
            switch byte {
            case 0x30...0x39: byte - 0x30
            case 0x61...0x66: byte - 0x57
            default: nil
            }
        }
        var out: [UInt8] = []
        out.reserveCapacity(count)
        for place in stride(from: at, to: at + 2 * count, by: 2) {
            guard let high = digit(bytes[place]), let low = digit(bytes[place + 1]) else { return nil }
            out.append(high << 4 | low)
        }
        at += 2 * count
        return out
    }

    /// The text of a JSON string, which must be spelt as it would be written.
    private mutating func string() -> [UInt8]? {
        guard take("\"") else { return nil }
        let start = at
        var isPlain = true
        while at < bytes.count, bytes[at] != UInt8(ascii: "\"") {
            guard bytes[at] >= 0x20 else { return nil }
            if bytes[at] == UInt8(ascii: "\\") {
                isPlain = false
                at += 1
            }
            at += 1
        }
        guard at < bytes.count else { return nil }
        let raw = bytes[start..<at]
        at += 1
        guard String(validating: raw, as: UTF8.self) != nil else { return nil }
        if isPlain { return Array(raw) }
        let text = JSONText.decoded(raw)
        var again: [UInt8] = []
        ProofLine.quote(text, &again)
        return again.elementsEqual(bytes[(start - 1)..<at]) ? text : nil
    }
}
