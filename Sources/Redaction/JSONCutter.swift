import StructuredText

/// Finds the values to cut in one JSON text, in one pass over its bytes; a text that is not strictly JSON (RFC 8259) is not cut.
struct JSONCutter {
    /// The fields that may still be meant below the value at hand.
    private struct Scope {
        /// Indexes of cuts whose first steps lead here.
        var cuts: [Int] = []
        /// Indexes of fields to show whose first steps lead here.
        var allowed: [Int] = []
        /// True inside a field that is cut.
        var isNamed = false
        /// True inside a field to show, or when no list says what to show.
        var isShown = true
    }

    private struct Fault: Error {}

    private let bytes: UnsafeBufferPointer<UInt8>
    private let segmentation: Segmentation
    private let cutSteps: [[PointerPattern.Step]]
    private let allowSteps: [[PointerPattern.Step]]
    private var at = 0
    private var label: [UInt8]
    private let base: Int
    private var cuts: [FieldCut] = []

    /// The values to cut, in order; `nil` when the text is no JSON.
    static func cuts(_ bytes: UnsafeBufferPointer<UInt8>, by segmentation: Segmentation, label: String, mayBeBlank: Bool) -> [FieldCut]? {
        guard firstInvalidUTF8(in: bytes) == nil else { return nil }
        var cutter = JSONCutter(bytes, segmentation, label)
        if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { cutter.at = 3 }
        do {
            try cutter.document(mayBeBlank: mayBeBlank)
            return cutter.cuts
        } catch {
            return nil
        }
    }

    private init(_ bytes: UnsafeBufferPointer<UInt8>, _ segmentation: Segmentation, _ label: String) {
        self.bytes = bytes
        self.segmentation = segmentation
        self.label = Array(label.utf8)
        base = self.label.count
        func steps(_ field: RedactionField) -> [PointerPattern.Step] { if case .pointer(let pattern) = field { pattern.steps } else { [] } }
        cutSteps = segmentation.cuts.map { steps($0.field) }
        allowSteps = (segmentation.allow ?? []).map(steps)
    }

    private mutating func document(mayBeBlank: Bool) throws {
        skipBlanks()
        if at == bytes.count, mayBeBlank { return }
        var scope = Scope(cuts: Array(cutSteps.indices), allowed: Array(allowSteps.indices), isShown: segmentation.allow == nil)
        if cutSteps.contains(where: \.isEmpty) { scope.isNamed = true }
        if allowSteps.contains(where: \.isEmpty) { scope.isShown = true }
        try value(scope, depth: 0, nameStart: nil, isMember: false)
        skipBlanks()
        guard at == bytes.count else { throw Fault() }
    }

    private mutating func skipBlanks() {
        while at < bytes.count {
            switch bytes[at] {
            case 0x20, 0x09, 0x0A, 0x0D: at += 1
            default: return
            }
        }
    }

    /// - Parameter nameStart: where the member's name begins when the value is a member that a `*` names, so that the name is data.
    private mutating func value(_ scope: Scope, depth: Int, nameStart: Int?, isMember: Bool) throws {
        guard depth < JSONParser.maximumDepth, at < bytes.count, label.count <= FieldCut.maximumLabel else { throw Fault() }
        let start = at
        let steps = label.count
        let first = bytes[at]
        let isContainer = first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
        let whole = wholeCut(scope, depth)
        let isHidden = !scope.isShown && !scope.allowed.contains { allowSteps[$0].count > depth }
        if isContainer, whole == nil, !isHidden {
            return first == UInt8(ascii: "{") ? try object(scope, depth: depth) : try array(scope, depth: depth)
        }
        // What is cut as one is read without looking for fields inside.
        let isText = first == UInt8(ascii: "\"")
        let mark = cuts.count
        switch first {
        case UInt8(ascii: "{"): try object(Scope(), depth: depth)
        case UInt8(ascii: "["): try array(Scope(), depth: depth)
        default: try scalar(first)
        }
        cuts.removeLast(cuts.count - mark)
        label.removeLast(label.count - steps)
        let isNamed = scope.isNamed || scope.cuts.contains { cutSteps[$0].count == depth }
        let isShown = scope.isShown || scope.allowed.contains { allowSteps[$0].count == depth }
        let isSearched = segmentation.cutsTexts && isText && !Untouched.isDigest(bytes[(start + 1)..<max(start + 1, at - 1)])
        guard whole != nil || isHidden || isNamed || !isShown || isSearched else { return }
        let takesName = nameStart != nil && whole.map { cutSteps[$0].last == .any } ?? false
        add((takesName ? nameStart ?? start : start)..<at, takesName ? .jsonMember : .json)
    }

    /// The cut that takes this value as one, if there is one.
    private func wholeCut(_ scope: Scope, _ depth: Int) -> Int? {
        scope.cuts.first { cutSteps[$0].count == depth && segmentation.cuts[$0].isWhole }
    }

    private mutating func add(_ range: Range<Int>, _ form: SegmentForm) {
        let pointer = Array(label[base...])
        let place = pointer.isEmpty ? [] : (PointerPattern.parts(pointer) ?? []).map(\.name)
        cuts.append(FieldCut(range: range, label: String(decoding: label, as: UTF8.self), form: form, place: .pointer(place)))
    }

    /// What is meant below a member or item of that name.
    private func inner(_ scope: Scope, _ name: some Sequence<UInt8>, depth: Int) -> Scope {
        var inner = Scope(isNamed: scope.isNamed, isShown: scope.isShown)
        for index in scope.cuts {
            if cutSteps[index].count == depth { inner.isNamed = true } else if cutSteps[index][depth].matches(name) { inner.cuts.append(index) }
        }
        for index in scope.allowed {
            if allowSteps[index].count == depth { inner.isShown = true } else if allowSteps[index][depth].matches(name) { inner.allowed.append(index) }
        }
        // A field to show that ends here shows all that is inside.
        if inner.allowed.contains(where: { allowSteps[$0].count == depth + 1 }) { inner.isShown = true }
        return inner
    }

    private mutating func object(_ scope: Scope, depth: Int) throws {
        at += 1
        skipBlanks()
        if take(UInt8(ascii: "}")) { return }
        while true {
            skipBlanks()
            let nameStart = at
            let name = try string(wantsText: true)
            skipBlanks()
            guard take(UInt8(ascii: ":")) else { throw Fault() }
            skipBlanks()
            let mark = label.count
            label.append(UInt8(ascii: "/"))
            for byte in name {
                switch byte {
                case UInt8(ascii: "~"): label += [UInt8(ascii: "~"), UInt8(ascii: "0")]
                case UInt8(ascii: "/"): label += [UInt8(ascii: "~"), UInt8(ascii: "1")]
                default: label.append(byte)
                }
            }
            try value(inner(scope, name, depth: depth), depth: depth + 1, nameStart: nameStart, isMember: true)
            label.removeLast(label.count - mark)
            skipBlanks()
            if take(UInt8(ascii: ",")) { continue }
            guard take(UInt8(ascii: "}")) else { throw Fault() }
            return
        }
    }

    private mutating func array(_ scope: Scope, depth: Int) throws {
        at += 1
        skipBlanks()
        if take(UInt8(ascii: "]")) { return }
        var index = 0
        while true {
            skipBlanks()
            let name = Array(String(index).utf8)
            let mark = label.count
            label.append(UInt8(ascii: "/"))
            label += name
            try value(inner(scope, name, depth: depth), depth: depth + 1, nameStart: nil, isMember: false)
            label.removeLast(label.count - mark)
            index += 1
            skipBlanks()
            if take(UInt8(ascii: ",")) { continue }
            guard take(UInt8(ascii: "]")) else { throw Fault() }
            return
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard at < bytes.count, bytes[at] == byte else { return false }
        at += 1
        return true
    }
}

extension JSONCutter {
    private mutating func scalar(_ first: UInt8) throws {
        switch first {
        case UInt8(ascii: "\""): _ = try string(wantsText: false)
        case UInt8(ascii: "t"): try word("true")
        case UInt8(ascii: "f"): try word("false")
        case UInt8(ascii: "n"): try word("null")
        default: try number()
        }
    }

    private mutating func word(_ word: StaticString) throws {
        let length = word.utf8CodeUnitCount
        guard at + length <= bytes.count, (0..<length).allSatisfy({ bytes[at + $0] == word.utf8Start[$0] }) else { throw Fault() }
        at += length
    }

    private mutating func number() throws {
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) { try digits() }
        if take(UInt8(ascii: ".")) { try digits() }
        if at < bytes.count, bytes[at] | 0x20 == UInt8(ascii: "e") {
            at += 1
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try digits()
        }
    }

    private mutating func digits() throws {
        let start = at
        while at < bytes.count, (0x30...0x39).contains(bytes[at]) { at += 1 }
        if at == start { throw Fault() }
    }

    /// Passes a string, and gives its text when that is wanted.
    private mutating func string(wantsText: Bool) throws -> [UInt8] {
        guard take(UInt8(ascii: "\"")) else { throw Fault() }
        let start = at
        var hasEscapes = false
        while at < bytes.count {
            let byte = bytes[at]
            if byte == UInt8(ascii: "\"") {
                at += 1
                guard wantsText else { return [] }
                let raw = bytes[start..<(at - 1)]
                return hasEscapes ? JSONText.decoded(raw) : Array(raw)
            }
            guard byte >= 0x20 else { throw Fault() }
            at += 1
            if byte == UInt8(ascii: "\\") {
                hasEscapes = true
                try escape()
            }
        }
        throw Fault()
    }

    private mutating func escape() throws {
        guard at < bytes.count else { throw Fault() }
        let byte = bytes[at]
        at += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"),
            UInt8(ascii: "t"):
            return
        case UInt8(ascii: "u"):
            guard at + 4 <= bytes.count, bytes[at..<(at + 4)].allSatisfy(Untouched.isHex) else { throw Fault() }
            at += 4
        default: throw Fault()
        }
    }
}

/// The text inside a JSON string that is known to be well-formed.
enum JSONText {
    /// Escapes resolved; a lone surrogate becomes U+FFFD.
    static func decoded(_ raw: Slice<UnsafeBufferPointer<UInt8>>) -> [UInt8] {
        var text: [UInt8] = []
        var at = raw.startIndex
        func unit(_ from: Int) -> UInt32? {
            guard from + 4 <= raw.endIndex else { return nil }
            return UInt32(String(decoding: raw[from..<(from + 4)], as: UTF8.self), radix: 16)
        }
        while at < raw.endIndex {
            guard raw[at] == UInt8(ascii: "\\"), at + 1 < raw.endIndex else {
                text.append(raw[at])
                at += 1
                continue
            }
            let byte = raw[at + 1]
            at += 2
            switch byte {
            case UInt8(ascii: "b"): text.append(0x08)
            case UInt8(ascii: "f"): text.append(0x0C)
            case UInt8(ascii: "n"): text.append(0x0A)
            case UInt8(ascii: "r"): text.append(0x0D)
            case UInt8(ascii: "t"): text.append(0x09)
            case UInt8(ascii: "u"):
                var scalar = unit(at) ?? 0xFFFD
                at = min(at + 4, raw.endIndex)
                if (0xD800..<0xDC00).contains(scalar), at + 6 <= raw.endIndex, raw[at] == UInt8(ascii: "\\"), raw[at + 1] == UInt8(ascii: "u"),
                    let low = unit(at + 2), (0xDC00..<0xE000).contains(low)
                {
                    scalar = 0x10000 + (scalar - 0xD800) << 10 + (low - 0xDC00)
                    at += 6
                }
                text += Array(String(Character(Unicode.Scalar(scalar) ?? "\u{FFFD}")).utf8)
            default: text.append(byte)
            }
        }
        return text
    }
}
