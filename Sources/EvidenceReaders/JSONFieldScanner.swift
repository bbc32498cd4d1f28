import Glibc
import StructuredText

/// A value that `JSONFieldScanner` was asked to find, as it stands in the text.
struct JSONField {
    enum Kind: UInt8 { case absent, string, escapedString, number, yes, no, null, object, array }

    var kind: Kind
    /// Of a text, the first byte after the quote; of a list that was cut off, its first byte with `end` 0.
    var start: Int
    var end: Int

    static let absent = JSONField(kind: .absent, start: 0, end: 0)
}

/// Checks JSON text (RFC 8259) in one pass and notes where a few wanted values stand, without building a tree.
///
/// It is for logs of gigabytes. The grammar, UTF-8, depth, and keys that stand twice on a wanted path are checked; keys elsewhere that stand twice are
/// not seen. What it refuses is given to `JSONParser`, which says why.
final class JSONFieldScanner {
    enum Fault: Sendable { case malformed, endsEarly, tooDeep, duplicateKey, invalidUTF8 }

    /// Where the value ended, or why it could not be read to its end.
    enum Result {
        case end(Int)
        case fault(Fault, at: Int)
    }

    private let trie: JSONPathTrie
    private let fields: UnsafeMutablePointer<JSONField>
    private let fieldCount: Int
    /// Per trie node, the scan in which its key was met last: a second time is a duplicate.
    private let met: UnsafeMutablePointer<UInt32>
    private let nodeStack: UnsafeMutablePointer<Int>
    private let isObject: UnsafeMutablePointer<Bool>
    private var scanNumber: UInt32 = 0
    private var text = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
    private var arena = UnsafeMutableBufferPointer<UInt8>(start: nil, count: 0)
    private var arenaUsed = 0
    /// Bytes of the value scanned last.
    private var extent = 0

    /// - Parameter paths: the keys that lead to each wanted value; the value's number is its place in this list.
    init(_ paths: [[String]]) {
        trie = JSONPathTrie(paths)
        fieldCount = paths.count
        fields = .allocate(capacity: max(1, paths.count))
        fields.initialize(repeating: .absent, count: max(1, paths.count))
        met = .allocate(capacity: trie.nodeCount)
        met.initialize(repeating: 0, count: trie.nodeCount)
        nodeStack = .allocate(capacity: JSONParser.maximumDepth + 1)
        isObject = .allocate(capacity: JSONParser.maximumDepth + 1)
    }

    deinit {
        fields.deallocate()
        met.deallocate()
        nodeStack.deallocate()
        isObject.deallocate()
        arena.deallocate()
    }

    /// Scans the value that begins at or after `from`. The text must stay valid while its fields are asked for.
    func scan(_ text: UnsafeBufferPointer<UInt8>, from: Int = 0) -> Result {
        self.text = text
        arenaUsed = 0
        for index in 0..<fieldCount { fields[index] = .absent }
        scanNumber &+= 1
        guard let base = text.baseAddress, text.count > 0 else { return .fault(.endsEarly, at: 0) }
        let result = scanValue(base, text.count, from)
        switch result {
        case .end(let end): extent = end - from
        case .fault(_, let at): extent = at - from
        }
        return result
    }

    /// The value with that number in the last text scanned; of a text without end, what was found before its fault.
    func field(_ index: Int) -> JSONField { index < fieldCount ? fields[index] : .absent }

    /// The bytes of a text, escapes resolved; nothing when the value is absent or no text. Valid until the next scan.
    func string(_ index: Int) -> UnsafeBufferPointer<UInt8>? {
        let found = field(index)
        switch found.kind {
        case .string: return UnsafeBufferPointer(rebasing: text[found.start..<found.end])
        case .escapedString: return unescaped(found.start, found.end)
        default: return nil
        }
    }

    /// As `string`, but nothing for an empty text.
    func nonEmpty(_ index: Int) -> UnsafeBufferPointer<UInt8>? {
        guard let bytes = string(index), !bytes.isEmpty else { return nil }
        return bytes
    }

    /// The bytes of a text, number or flag as written; nothing for null, lists and objects.
    func scalar(_ index: Int) -> UnsafeBufferPointer<UInt8>? {
        let found = field(index)
        switch found.kind {
        case .number, .yes, .no: return UnsafeBufferPointer(rebasing: text[found.start..<found.end])
        default: return string(index)
        }
    }

    /// The bytes of any value as it stands in the text, quotes left out.
    func bytes(_ index: Int) -> UnsafeBufferPointer<UInt8>? {
        let found = field(index)
        guard found.kind != .absent, found.end > found.start else { return nil }
        return UnsafeBufferPointer(rebasing: text[found.start..<found.end])
    }

    private func unescaped(_ start: Int, _ end: Int) -> UnsafeBufferPointer<UInt8> {
        // Resolved text is never longer than its source, so twice the value's length is room for all of it and for a second look; texts that were handed
        // out before cannot move, because the arena grows at the first look only.
        reserve(extent * 2)
        if arenaUsed + (end - start) > arena.count { arenaUsed = 0 }
        let room = UnsafeMutableBufferPointer(rebasing: arena[arenaUsed...])
        let count = resolveJSONEscapes(UnsafeBufferPointer(rebasing: text[start..<end]), into: room)
        arenaUsed += count
        return UnsafeBufferPointer(rebasing: room[..<count])
    }

    /// A key with escapes, compared while the scan goes on; it is needed no longer than that.
    private func child(of node: Int, escapedKey start: Int, _ end: Int) -> Int {
        reserve(end - start)
        let count = resolveJSONEscapes(UnsafeBufferPointer(rebasing: text[start..<end]), into: arena)
        return trie.child(of: node, UnsafeBufferPointer(rebasing: arena[..<count]))
    }

    private func reserve(_ size: Int) {
        guard arena.count < size else { return }
        arena.deallocate()
        arena = .allocate(capacity: size)
    }
}

extension JSONFieldScanner {
    /// One value with all that is in it. A loop with its own stack: hostile nesting must not use up the thread's.
    private func scanValue(_ base: UnsafePointer<UInt8>, _ count: Int, _ from: Int) -> Result {
        var at = from
        var depth = 0
        var node = 0
        while true {
            at = afterBlanks(base, count, at)
            guard at < count else { return .fault(.endsEarly, at: count) }
            let byte = base[at]
            if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
                guard depth < JSONParser.maximumDepth else { return .fault(.tooDeep, at: at) }
                let object = byte == UInt8(ascii: "{")
                note(node, JSONField(kind: object ? .object : .array, start: at, end: 0))
                nodeStack[depth] = node
                isObject[depth] = object
                depth += 1
                at = afterBlanks(base, count, at + 1)
                guard at < count else { return .fault(.endsEarly, at: count) }
                if base[at] != (object ? UInt8(ascii: "}") : UInt8(ascii: "]")) {
                    if object {
                        switch key(base, count, &at, parent: node) {
                        case .node(let next): node = next
                        case .fault(let fault): return .fault(fault, at: at)
                        }
                    } else {
                        node = -1
                    }
                    continue
                }
            } else if let fault = scalar(base, count, &at, node) {
                return .fault(fault, at: at)
            }
            // After a value: close what ends here, or go on to the next.
            var more = false
            while !more {
                if depth == 0 { return .end(at) }
                at = afterBlanks(base, count, at)
                guard at < count else { return .fault(.endsEarly, at: count) }
                let byte = base[at]
                let object = isObject[depth - 1]
                if byte == (object ? UInt8(ascii: "}") : UInt8(ascii: "]")) {
                    depth -= 1
                    at += 1
                    close(nodeStack[depth], at)
                } else if byte == UInt8(ascii: ",") {
                    at += 1
                    more = true
                    node = -1
                    if object {
                        switch key(base, count, &at, parent: nodeStack[depth - 1]) {
                        case .node(let next): node = next
                        case .fault(let fault): return .fault(fault, at: at)
                        }
                    }
                } else {
                    return .fault(.malformed, at: at)
                }
            }
        }
    }

    private enum Key {
        case node(Int)
        case fault(Fault)
    }

    /// A key with its colon. Gives the trie node that it leads to, -1 when nothing wanted lies below.
    @inline(__always)
    private func key(_ base: UnsafePointer<UInt8>, _ count: Int, _ at: inout Int, parent: Int) -> Key {
        at = afterBlanks(base, count, at)
        guard at < count else { return .fault(.endsEarly) }
        guard base[at] == UInt8(ascii: "\"") else { return .fault(.malformed) }
        let start = at + 1
        var escaped = false
        if let fault = string(base, count, &at, &escaped) { return .fault(fault) }
        let end = at - 1
        at = afterBlanks(base, count, at)
        guard at < count else { return .fault(.endsEarly) }
        guard base[at] == UInt8(ascii: ":") else { return .fault(.malformed) }
        at += 1
        guard parent >= 0 else { return .node(-1) }
        let node =
            escaped
            ? child(of: parent, escapedKey: start, end)
            : trie.child(of: parent, UnsafeBufferPointer(start: base + start, count: end - start))
        if node >= 0 {
            if met[node] == scanNumber {
                at = start - 1
                return .fault(.duplicateKey)
            }
            met[node] = scanNumber
        }
        return .node(node)
    }

    @inline(__always)
    private func note(_ node: Int, _ field: JSONField) {
        guard node >= 0 else { return }
        let index = trie.field(of: node)
        if index >= 0 { fields[index] = field }
    }

    @inline(__always)
    private func close(_ node: Int, _ end: Int) {
        guard node >= 0 else { return }
        let index = trie.field(of: node)
        if index >= 0 { fields[index].end = end }
    }

    /// A text, number or word; `at` moves behind it, or to the fault.
    @inline(__always)
    private func scalar(_ base: UnsafePointer<UInt8>, _ count: Int, _ at: inout Int, _ node: Int) -> Fault? {
        let start = at
        switch base[at] {
        case UInt8(ascii: "\""):
            var escaped = false
            if let fault = string(base, count, &at, &escaped) { return fault }
            note(node, JSONField(kind: escaped ? .escapedString : .string, start: start + 1, end: at - 1))
            return nil
        case UInt8(ascii: "t"): return word("true", .yes, base, count, &at, node)
        case UInt8(ascii: "f"): return word("false", .no, base, count, &at, node)
        case UInt8(ascii: "n"): return word("null", .null, base, count, &at, node)
        default:
            if let fault = number(base, count, &at) { return fault }
            note(node, JSONField(kind: .number, start: start, end: at))
            return nil
        }
    }

    private func word(
        _ word: StaticString, _ kind: JSONField.Kind, _ base: UnsafePointer<UInt8>, _ count: Int, _ at: inout Int, _ node: Int
    ) -> Fault? {
        let length = word.utf8CodeUnitCount
        guard at + length <= count else { return .endsEarly }
        guard memcmp(base + at, word.utf8Start, length) == 0 else { return .malformed }
        note(node, JSONField(kind: kind, start: at, end: at + length))
        at += length
        return nil
    }

    private func number(_ base: UnsafePointer<UInt8>, _ count: Int, _ at: inout Int) -> Fault? {
        func digits() -> Int {
            let start = at
            while at < count, base[at] >= 0x30, base[at] <= 0x39 { at += 1 }
            return at - start
        }
        let start = at
        if base[at] == UInt8(ascii: "-") { at += 1 }
        let first = at
        let whole = digits()
        guard whole > 0 else { return at < count ? .malformed : .endsEarly }
        if whole > 1, base[first] == UInt8(ascii: "0") { return .malformed }
        if at < count, base[at] == UInt8(ascii: ".") {
            at += 1
            guard digits() > 0 else { return at < count ? .malformed : .endsEarly }
        }
        var power = 0
        if at < count, base[at] | 0x20 == UInt8(ascii: "e") {
            at += 1
            if at < count, base[at] == UInt8(ascii: "+") || base[at] == UInt8(ascii: "-") { at += 1 }
            power = digits()
            guard power > 0 else { return at < count ? .malformed : .endsEarly }
        }
        // Few numbers are so long that they may be beyond a double.
        if power < 3, whole < 200 { return nil }
        let literal = String(decoding: UnsafeBufferPointer(start: base + start, count: at - start), as: UTF8.self)
        return Double(literal).map(\.isFinite) ?? false ? nil : .malformed
    }

    @inline(__always)
    private func afterBlanks(_ base: UnsafePointer<UInt8>, _ count: Int, _ from: Int) -> Int {
        var at = from
        while at < count, base[at] <= 0x20, base[at] == 0x20 || base[at] == 0x0A || base[at] == 0x0D || base[at] == 0x09 { at += 1 }
        return at
    }

    /// A text from its quote to behind its end, eight bytes at a time: stops at a quote, a backslash or a control character.
    @inline(__always)
    private func string(_ base: UnsafePointer<UInt8>, _ count: Int, _ at: inout Int, _ escaped: inout Bool) -> Fault? {
        let start = at + 1
        var i = start
        var high: UInt64 = 0
        let ones: UInt64 = 0x0101_0101_0101_0101
        let tops: UInt64 = 0x8080_8080_8080_8080
        let raw = UnsafeRawPointer(base)
        while true {
            while i + 8 <= count {
                let w = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: i, as: UInt64.self))
                let quote = w ^ 0x2222_2222_2222_2222
                let slash = w ^ 0x5C5C_5C5C_5C5C_5C5C
                let stop = (((quote &- ones) & ~quote) | ((slash &- ones) & ~slash) | ((w &- 0x2020_2020_2020_2020) & ~w)) & tops
                if stop != 0 {
                    let skip = stop.trailingZeroBitCount >> 3
                    if skip > 0 { high |= w & ((1 << UInt64(skip * 8)) &- 1) }
                    i += skip
                    break
                }
                high |= w
                i += 8
            }
            while i < count, base[i] != UInt8(ascii: "\""), base[i] != UInt8(ascii: "\\"), base[i] >= 0x20 {
                high |= UInt64(base[i])
                i += 1
            }
            at = i
            guard i < count else { return .endsEarly }
            if base[i] == UInt8(ascii: "\"") { break }
            guard base[i] == UInt8(ascii: "\\") else { return .malformed }
            escaped = true
            let length = escapeLength(base, count, i)
            guard length > 0 else { return i + 2 < count ? .malformed : .endsEarly }
            i += length
        }
        at = i + 1
        if high & tops != 0, let bad = firstInvalidUTF8(in: UnsafeBufferPointer(start: base + start, count: i - start)) {
            at = start + bad
            return .invalidUTF8
        }
        return nil
    }

    /// The length of the escape at a backslash; 0 when it is none.
    private func escapeLength(_ base: UnsafePointer<UInt8>, _ count: Int, _ at: Int) -> Int {
        guard at + 1 < count else { return 0 }
        switch base[at + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"),
            UInt8(ascii: "r"), UInt8(ascii: "t"):
            return 2
        case UInt8(ascii: "u"):
            guard at + 6 <= count else { return 0 }
            for i in (at + 2)..<(at + 6) where hexValue(base[i]) == nil { return 0 }
            return 6
        default: return 0
        }
    }
}
