import StructuredText

/// Finds the texts and attribute values to cut in an XML document, by a scan of its bytes that keeps their exact places.
///
/// A document with a document type declaration, another encoding than UTF-8, an unknown entity or tags that do not match is not cut.
struct XMLCutter {
    private struct Fault: Error {}

    private struct Frame {
        /// The name as written, for the end tag.
        var name: [UInt8]
        var label: String
        /// How many children of each name came so far; only looked up.
        var counts: [[UInt8]: Int] = [:]
        var texts = 0
        var asides = 0
    }

    private static let maximumDepth = 256

    private let bytes: UnsafeBufferPointer<UInt8>
    private let segmentation: Segmentation
    private var at = 0
    private var frames = [Frame(name: [], label: "")]
    /// The local names of the open elements.
    private var path: [[UInt8]] = []
    private var hasRoot = false
    private var cuts: [FieldCut] = []

    /// The values to cut, in order; `nil` when the text cannot be cut as XML.
    static func cuts(_ bytes: UnsafeBufferPointer<UInt8>, by segmentation: Segmentation) -> [FieldCut]? {
        guard firstInvalidUTF8(in: bytes) == nil, !bytes.contains(0) else { return nil }
        var cutter = XMLCutter(bytes: bytes, segmentation: segmentation)
        if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { cutter.at = 3 }
        do {
            try cutter.document()
            return cutter.cuts
        } catch {
            return nil
        }
    }

    private init(bytes: UnsafeBufferPointer<UInt8>, segmentation: Segmentation) {
        self.bytes = bytes
        self.segmentation = segmentation
    }

    private mutating func document() throws {
        if starts("<?xml ") { try declaration() }
        while at < bytes.count {
            if bytes[at] != UInt8(ascii: "<") {
                try text()
            } else if starts("<!--") {
                try aside(from: 4, to: "-->")
            } else if starts("<![CDATA[") {
                try cdata()
            } else if starts("<?") {
                try aside(from: 2, to: "?>")
            } else if starts("</") {
                try endTag()
            } else {
                try startTag()
            }
        }
        guard hasRoot, path.isEmpty else { throw Fault() }
    }

    private func starts(_ word: StaticString) -> Bool {
        let length = word.utf8CodeUnitCount
        return at + length <= bytes.count && (0..<length).allSatisfy { bytes[at + $0] == word.utf8Start[$0] }
    }

    /// Goes on to just after the next `word`, and says where that began.
    private mutating func pass(_ word: StaticString) throws -> Int {
        while at < bytes.count {
            if starts(word) {
                defer { at += word.utf8CodeUnitCount }
                return at
            }
            at += 1
        }
        throw Fault()
    }

    private mutating func declaration() throws {
        let start = at
        let end = try pass("?>")
        let text = String(decoding: bytes[start..<end], as: UTF8.self).lowercased()
        guard text.utf8.count < 200, text.contains("encoding") else { return }
        if !text.contains("utf-8"), !text.contains("us-ascii") { throw Fault() }
    }

    private mutating func add(_ range: Range<Int>, _ leaf: XMLLeaf, _ form: SegmentForm, _ name: @autoclosure () -> String) throws {
        let place = SegmentPlace.xml(path, leaf)
        let isNamed = segmentation.cuts.contains { $0.field.covers(place) }
        let isShown = segmentation.allow.map { $0.contains { $0.covers(place) } } ?? true
        guard isNamed || !isShown || segmentation.cutsTexts else { return }
        let label = (frames.last?.label ?? "") + name()
        guard label.utf8.count <= FieldCut.maximumLabel else { throw Fault() }
        cuts.append(FieldCut(range: range, label: label, form: form, place: place))
    }

    private mutating func text() throws {
        let start = at
        var isBlank = true
        while at < bytes.count, bytes[at] != UInt8(ascii: "<") {
            if !Self.isBlank(bytes[at]) { isBlank = false }
            at += 1
        }
        if isBlank { return }
        guard !path.isEmpty, XMLText.decoded(bytes[start..<at]) != nil else { throw Fault() }
        let index = nextText()
        try add(start..<at, .text, .xmlText, "/text()[\(index)]")
    }

    private mutating func nextText() -> Int {
        frames[frames.count - 1].texts += 1
        return frames[frames.count - 1].texts
    }

    private mutating func cdata() throws {
        guard !path.isEmpty else { throw Fault() }
        let start = at
        _ = try pass("]]>")
        let index = nextText()
        try add(start..<at, .text, .xmlCDATA, "/text()[\(index)]")
    }

    private mutating func aside(from skipped: Int, to end: StaticString) throws {
        let start = at
        at += skipped
        _ = try pass(end)
        frames[frames.count - 1].asides += 1
        let index = frames[frames.count - 1].asides
        try add(start..<at, .aside, .xmlAside, "/node()[\(index)]")
    }

    private mutating func name() throws -> [UInt8] {
        let start = at
        while at < bytes.count, Self.isNameByte(bytes[at]) { at += 1 }
        guard at > start, bytes[start] != UInt8(ascii: "-"), bytes[start] != UInt8(ascii: "."), !(0x30...0x39).contains(bytes[start]) else { throw Fault() }
        return Array(bytes[start..<at])
    }

    private mutating func startTag() throws {
        at += 1
        let name = try name()
        if path.isEmpty {
            guard !hasRoot else { throw Fault() }
            hasRoot = true
        }
        guard path.count < Self.maximumDepth else { throw Fault() }
        let count = (frames[frames.count - 1].counts[name] ?? 0) + 1
        frames[frames.count - 1].counts[name] = count
        let label = (frames.last?.label ?? "") + "/\(String(decoding: name, as: UTF8.self))[\(count)]"
        guard label.utf8.count <= FieldCut.maximumLabel else { throw Fault() }
        frames.append(Frame(name: name, label: label))
        path.append(Self.local(name))
        try attributes()
        guard at < bytes.count else { throw Fault() }
        if bytes[at] == UInt8(ascii: "/") {
            at += 1
            frames.removeLast()
            path.removeLast()
        }
        guard at < bytes.count, bytes[at] == UInt8(ascii: ">") else { throw Fault() }
        at += 1
    }

    /// Passes the attributes, up to `/` or `>`.
    private mutating func attributes() throws {
        while true {
            let hadBlank = skipBlanks()
            guard at < bytes.count else { throw Fault() }
            if bytes[at] == UInt8(ascii: ">") || bytes[at] == UInt8(ascii: "/") { return }
            guard hadBlank else { throw Fault() }
            let name = try name()
            _ = skipBlanks()
            guard at < bytes.count, bytes[at] == UInt8(ascii: "=") else { throw Fault() }
            at += 1
            _ = skipBlanks()
            guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") || bytes[at] == UInt8(ascii: "'") else { throw Fault() }
            let quote = bytes[at]
            at += 1
            let start = at
            while at < bytes.count, bytes[at] != quote {
                if bytes[at] == UInt8(ascii: "<") { throw Fault() }
                at += 1
            }
            guard at < bytes.count, XMLText.decoded(bytes[start..<at]) != nil else { throw Fault() }
            let range = start..<at
            at += 1
            // What prefixes stand for must stay, or the document could not be read.
            if name.starts(with: "xmlns".utf8) { continue }
            try add(range, .attribute(Self.local(name)), .xmlAttribute, "/@\(String(decoding: name, as: UTF8.self))")
        }
    }

    private mutating func endTag() throws {
        at += 2
        let name = try name()
        _ = skipBlanks()
        guard !path.isEmpty, frames.last?.name == name, at < bytes.count, bytes[at] == UInt8(ascii: ">") else { throw Fault() }
        at += 1
        frames.removeLast()
        path.removeLast()
    }

    private mutating func skipBlanks() -> Bool {
        let start = at
        while at < bytes.count, Self.isBlank(bytes[at]) { at += 1 }
        return at > start
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }

    private static func isNameByte(_ byte: UInt8) -> Bool { RedactionRules.isIdentifierByte(byte) || byte == UInt8(ascii: ":") || byte >= 0x80 }

    private static func local(_ name: [UInt8]) -> [UInt8] { name.lastIndex(of: UInt8(ascii: ":")).map { Array(name[($0 + 1)...]) } ?? name }
}

/// The text between tags or quotes.
enum XMLText {
    private static let entities: [(name: StaticString, byte: UInt8)] = [
        ("amp", UInt8(ascii: "&")), ("lt", UInt8(ascii: "<")), ("gt", UInt8(ascii: ">")), ("quot", UInt8(ascii: "\"")), ("apos", UInt8(ascii: "'")),
    ]

    /// With references resolved; `nil` when one is unknown or malformed.
    static func decoded(_ raw: Slice<UnsafeBufferPointer<UInt8>>) -> [UInt8]? {
        var text: [UInt8] = []
        var rest = raw
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "&") else {
                text.append(byte)
                continue
            }
            let name = Array(rest.prefix(12).prefix { $0 != UInt8(ascii: ";") })
            rest = rest.dropFirst(name.count)
            guard rest.popFirst() == UInt8(ascii: ";"), let bytes = resolved(name) else { return nil }
            text += bytes
        }
        return text
    }

    private static func resolved(_ name: [UInt8]) -> [UInt8]? {
        if name.first == UInt8(ascii: "#") {
            let isHex = name.dropFirst().first == UInt8(ascii: "x")
            let digits = name.dropFirst(isHex ? 2 : 1)
            guard !digits.isEmpty, digits.allSatisfy({ isHex ? Untouched.isHex($0) : (0x30...0x39).contains($0) }),
                let number = UInt32(String(decoding: digits, as: UTF8.self), radix: isHex ? 16 : 10), number > 0,
                let scalar = Unicode.Scalar(number)
            else { return nil }
            return Array(String(Character(scalar)).utf8)
        }
        for entity in entities where name.count == entity.name.utf8CodeUnitCount {
            if name.indices.allSatisfy({ name[$0] == entity.name.utf8Start[$0] }) { return [entity.byte] }
        }
        return nil
    }

    static func encoded(_ text: [UInt8]) -> [UInt8] {
        text.flatMap { byte -> [UInt8] in
            switch byte {
            case UInt8(ascii: "&"): Array("&amp;".utf8)
            case UInt8(ascii: "<"): Array("&lt;".utf8)
            case UInt8(ascii: ">"): Array("&gt;".utf8)
            case UInt8(ascii: "\""): Array("&quot;".utf8)
            case UInt8(ascii: "'"): Array("&apos;".utf8)
            default: [byte]
            }
        }
    }
}
