/// What a segment is, as it enters its leaf.
public enum SegmentKind: UInt8, Sendable, CaseIterable {
    /// A value that can be hidden by itself: the raw bytes of a field.
    case value = 0x56
    /// What stands between values.
    case glue = 0x47
    /// A whole line, with its end.
    case line = 0x4C
    /// A whole file.
    case block = 0x42

    /// The one letter that stands for it: `V`, `G`, `L` or `B`.
    public var letter: String { String(Unicode.Scalar(rawValue)) }

    public init?(letter: String) {
        guard letter.utf8.count == 1, let byte = letter.utf8.first else { return nil }
        self.init(rawValue: byte)
    }
}

/// A stretch of a file, and how it may be replaced.
///
/// The segments of a file cover it exactly and in order. A long one is handed out in pieces, so that no file needs more memory than its longest record.
public struct Segment {
    public var kind: SegmentKind
    /// A JSON pointer, `/row/column`, an element's path or a line's number from 0; empty for glue and blocks.
    public var label: String
    /// Valid during the call only.
    public var bytes: UnsafeBufferPointer<UInt8>
    /// False when more pieces of the same segment follow.
    public var isLast = true
    /// False when pieces of the same segment came before.
    public var isFirst = true
    /// How its text is spelt in the file.
    var form = SegmentForm.glue
    /// The steps of its place, as fields are compared with it.
    var place = SegmentPlace.none
    /// True when the record could not be cut as its format says, so that no field's rule can be applied to it.
    var isUnreadable = false

    init(_ kind: SegmentKind, _ label: String, _ bytes: UnsafeBufferPointer<UInt8>) {
        self.kind = kind
        self.label = label
        self.bytes = bytes
    }
}

/// How the text of a segment is spelt in its file, so that a substitute can be spelt alike.
enum SegmentForm: Hashable, Sendable {
    case glue
    /// A JSON value: a scalar token, or a list or object that is hidden as a whole.
    case json
    /// A JSON member with its name.
    case jsonMember
    case csv(delimiter: UInt8)
    case xmlText
    case xmlCDATA
    case xmlAttribute
    /// A comment or processing instruction.
    case xmlAside
    case line
    case block
}

/// Where a segment stands, in the terms in which a field is named.
enum SegmentPlace: Hashable, Sendable {
    case none
    /// The unescaped parts of a JSON pointer.
    case pointer([[UInt8]])
    /// The index of a column and its name in the header, if there is one.
    case column(Int, name: [UInt8]?)
    /// The local names of the elements from the root, and what is meant in the last one.
    case xml([[UInt8]], XMLLeaf)
}

/// What of an element a segment holds.
enum XMLLeaf: Hashable, Sendable {
    case text
    case attribute([UInt8])
    case aside
}
