/// A field that a rule names: in JSON by a pointer, in CSV by its column, in XML by a path.
public enum RedactionField: Hashable, Sendable {
    case pointer(PointerPattern)
    /// A column by its name in the header, compared by bytes.
    case column(String)
    /// A column by its place, from 0.
    case columnIndex(Int)
    case xpath(XMLPathPattern)

    /// The field in words that read back as the same field, such as `pointer /user/email`.
    public var text: String {
        switch self {
        case .pointer(let pattern): "pointer \(pattern.text)"
        case .column(let name): "column \(name)"
        case .columnIndex(let index): "column-index \(index)"
        case .xpath(let pattern): "xpath \(pattern.text)"
        }
    }

    /// The field that `text` stands for; `nil` for anything else.
    public init?(text: String) {
        let parts = text.utf8.split(separator: 0x20, maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let word = String(parts[0]), let rest = String(parts[1]) else { return nil }
        switch word {
        case "pointer":
            guard let pattern = PointerPattern(rest) else { return nil }
            self = .pointer(pattern)
        case "column": self = .column(rest)
        case "column-index":
            guard let index = Int(rest), index >= 0, String(index).utf8.elementsEqual(rest.utf8) else { return nil }
            self = .columnIndex(index)
        case "xpath":
            guard let pattern = XMLPathPattern(rest) else { return nil }
            self = .xpath(pattern)
        default: return nil
        }
    }

    /// The way of naming fields that this is.
    enum Way: Hashable, Sendable { case pointer, column, xpath }

    var way: Way {
        switch self {
        case .pointer: .pointer
        case .column, .columnIndex: .column
        case .xpath: .xpath
        }
    }

    /// True when the place is the field, or lies inside it.
    func covers(_ place: SegmentPlace) -> Bool {
        switch (self, place) {
        case (.pointer(let pattern), .pointer(let steps)): pattern.covers(steps)
        case (.column(let wanted), .column(_, let name)): name.map { $0.elementsEqual(wanted.utf8) } ?? false
        case (.columnIndex(let wanted), .column(let index, _)): wanted == index
        case (.xpath(let pattern), .xml(let elements, let leaf)): pattern.covers(elements, leaf)
        default: false
        }
    }
}

/// A JSON pointer (RFC 6901) in which the part `*` stands for every member or item.
public struct PointerPattern: Hashable, Sendable {
    enum Step: Hashable, Sendable {
        case name([UInt8])
        case any

        func matches(_ name: some Sequence<UInt8>) -> Bool {
            switch self {
            case .any: true
            case .name(let wanted): wanted.elementsEqual(name)
            }
        }
    }

    public let text: String
    let steps: [Step]

    /// - Returns: `nil` when the text does not begin with `/` or holds a `~` that is neither `~0` nor `~1`. The empty text is the whole value.
    public init?(_ text: String) {
        self.text = text
        guard !text.isEmpty else {
            steps = []
            return
        }
        guard let parts = Self.parts(Array(text.utf8)) else { return nil }
        steps = parts.map { $0.raw == [UInt8(ascii: "*")] ? .any : .name($0.name) }
    }

    /// The parts of a pointer, as written and unescaped.
    static func parts(_ text: [UInt8]) -> [(raw: [UInt8], name: [UInt8])]? {
        guard text.first == UInt8(ascii: "/") else { return nil }
        var found: [(raw: [UInt8], name: [UInt8])] = []
        for part in text.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            var name: [UInt8] = []
            var rest = part
            while let byte = rest.popFirst() {
                guard byte == UInt8(ascii: "~") else {
                    name.append(byte)
                    continue
                }
                switch rest.popFirst() {
                case UInt8(ascii: "0"): name.append(UInt8(ascii: "~"))
                case UInt8(ascii: "1"): name.append(UInt8(ascii: "/"))
                default: return nil
                }
            }
            found.append((Array(part), name))
        }
        return found
    }

    func covers(_ place: [[UInt8]]) -> Bool {
        steps.count <= place.count && zip(steps, place).allSatisfy { $0.matches($1) }
    }
}

/// The part of XPath 1.0 that names elements, attributes and texts: `/a/b`, `//b`, `*`, `@name`, `text()`.
///
/// Names are compared without their prefix, because whoever writes a document chooses its prefixes: rather too much is hidden than too little.
public struct XMLPathPattern: Hashable, Sendable {
    enum Test: Hashable, Sendable {
        /// `nil` stands for any name.
        case element([UInt8]?)
        case attribute([UInt8]?)
        case text
    }

    struct Step: Hashable, Sendable {
        /// True after `//`: at any depth.
        var isAnyDepth: Bool
        var test: Test
    }

    public let text: String
    let steps: [Step]

    /// - Returns: `nil` for what is not in this part of XPath.
    public init?(_ text: String) {
        self.text = text
        var rest = Array(text.utf8)[...]
        var steps: [Step] = []
        while !rest.isEmpty {
            guard rest.popFirst() == UInt8(ascii: "/") else { return nil }
            let isAnyDepth = rest.first == UInt8(ascii: "/")
            if isAnyDepth { rest.removeFirst() }
            let word = Array(rest.prefix { $0 != UInt8(ascii: "/") })
            rest = rest.dropFirst(word.count)
            guard let test = Self.test(word), steps.count < 64 else { return nil }
            if case .element = test {} else if !rest.isEmpty { return nil }
            steps.append(Step(isAnyDepth: isAnyDepth, test: test))
        }
        guard !steps.isEmpty else { return nil }
        self.steps = steps
    }

    private static func test(_ word: [UInt8]) -> Test? {
        if word.elementsEqual("text()".utf8) { return .text }
        let isAttribute = word.first == UInt8(ascii: "@")
        let name = isAttribute ? Array(word.dropFirst()) : word
        let isAny = name == [UInt8(ascii: "*")]
        guard isAny || (!name.isEmpty && name.allSatisfy(isNameByte)) else { return nil }
        return isAttribute ? .attribute(isAny ? nil : name) : .element(isAny ? nil : name)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"),
            UInt8(ascii: "-"), UInt8(ascii: "."), 0x80...:
            true
        default: false
        }
    }

    func covers(_ elements: [[UInt8]], _ leaf: XMLLeaf) -> Bool {
        // Each state is a count of steps that are matched; a state past the last step is inside a named element.
        var states: [Int] = [0]
        for element in elements {
            var next: [Int] = []
            for state in states {
                guard state < steps.count else { return true }
                let step = steps[state]
                if case .element(let name) = step.test, name.map({ $0 == element }) ?? true, !next.contains(state + 1) { next.append(state + 1) }
                if step.isAnyDepth, !next.contains(state) { next.append(state) }
            }
            states = next
        }
        return states.contains { state in
            guard state < steps.count else { return true }
            guard state == steps.count - 1 else { return false }
            switch (steps[state].test, leaf) {
            case (.text, .text): return true
            case (.attribute(let wanted), .attribute(let name)): return wanted.map { $0 == name } ?? true
            default: return false
            }
        }
    }
}
