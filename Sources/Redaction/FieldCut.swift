/// A field found in a record: its bytes become a segment of their own.
struct FieldCut {
    /// Longer labels are refused: then the record is not cut.
    static let maximumLabel = 1 << 16

    var range: Range<Int>
    var label: String
    var form: SegmentForm
    var place: SegmentPlace

    /// Hands out the fields, which are in order, and the glue between them.
    static func emit(_ cuts: [FieldCut], of bytes: UnsafeBufferPointer<UInt8>, _ body: (Segment) throws -> Void) throws {
        var at = 0
        for cut in cuts {
            if cut.range.lowerBound > at { try body(Segment(.glue, "", UnsafeBufferPointer(rebasing: bytes[at..<cut.range.lowerBound]))) }
            var segment = Segment(.value, cut.label, UnsafeBufferPointer(rebasing: bytes[cut.range]))
            segment.form = cut.form
            segment.place = cut.place
            try body(segment)
            at = cut.range.upperBound
        }
        if at < bytes.count { try body(Segment(.glue, "", UnsafeBufferPointer(rebasing: bytes[at...]))) }
    }
}

/// Values that no pattern is tried on: digests and whole numbers, which evidence counts on.
enum Untouched {
    /// Exactly 64 hexadecimal digits.
    static func isDigest(_ bytes: some Collection<UInt8>) -> Bool { bytes.count == 64 && bytes.allSatisfy(isHex) }

    /// Digits with or without a minus sign.
    static func isWholeNumber(_ bytes: some Collection<UInt8>) -> Bool {
        let digits = bytes.first == UInt8(ascii: "-") ? bytes.dropFirst() : bytes.dropFirst(0)
        return !digits.isEmpty && digits.allSatisfy { (0x30...0x39).contains($0) }
    }

    static func isHex(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"): true
        default: false
        }
    }

    /// The places of digests inside a longer text.
    static func digests(in bytes: [UInt8]) -> [Range<Int>] {
        var found: [Range<Int>] = []
        var start: Int?
        for (index, byte) in bytes.enumerated() {
            if isHex(byte) {
                if start == nil { start = index }
            } else if let from = start {
                if index - from == 64 { found.append(from..<index) }
                start = nil
            }
        }
        if let from = start, bytes.count - from == 64 { found.append(from..<bytes.count) }
        return found
    }
}
