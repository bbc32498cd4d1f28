import StructuredText

/// What a template may name: the declared form of the tree that it is rendered with.
///
/// Templates are checked against a shape before anything is rendered, so a misspelt name is an error whatever the data are,
/// and an absent optional value can never be mistaken for one of the same name further out (Mustache looks outwards: a record without a
/// `producer` would otherwise show the program's).
indirect enum TemplateShape: Sendable {
    /// A text, number or flag that is printed; hostile until it is escaped.
    case text
    /// A name of our own making, `[A-Za-z0-9_-]*`: the only thing that may stand in an `id`, `class` or `href`.
    case name
    case number
    case flag
    /// Markup that our own code generated: the only thing that a raw tag may print.
    case markup
    case list(TemplateShape)
    case map([Field])

    struct Field: Sendable {
        var key: String
        var shape: TemplateShape
        /// True when the tree may leave it out; a template must then ask for it with a section first.
        var isOptional: Bool
    }

    /// A list of maps.
    static func rows(_ row: TemplateShape) -> Self { .list(row) }

    /// The field of that name.
    func field(_ key: String) -> Field? {
        guard case .map(let fields) = self else { return nil }
        return fields.first { $0.key == key }
    }

    /// Every name that may be written at this place.
    var keys: [String] {
        guard case .map(let fields) = self else { return [] }
        return fields.flatMap { field -> [String] in
            if case .list = field.shape { return [field.key, field.key + "?"] }
            return [field.key]
        }
    }

    /// This map with more fields.
    func with(_ more: TemplateShape) -> TemplateShape {
        guard case .map(let fields) = self, case .map(let added) = more else { return self }
        return .map(fields + added)
    }

    var isPrintable: Bool {
        switch self {
        case .text, .name, .number, .flag: true
        case .markup, .list, .map: false
        }
    }
}

extension TemplateShape: ExpressibleByDictionaryLiteral {
    /// A map; a key that ends with `?` is optional.
    init(dictionaryLiteral elements: (String, TemplateShape)...) {
        self = .map(
            elements.map { key, shape in
                key.hasSuffix("?") ? Field(key: String(key.dropLast()), shape: shape, isOptional: true) : Field(key: key, shape: shape, isOptional: false)
            })
    }
}

extension TemplateShape {
    /// Where a value does not have this shape, as `path: what`: keys that are not declared, keys that are missing, values of another type.
    ///
    /// Nothing is listed twice, and at most 100 lines are given.
    func mismatches(with value: StructuredText.Value, at path: String = "") -> [String] {
        var found: [String] = []
        var open: [(shape: TemplateShape, value: StructuredText.Value, path: String)] = [(self, value, path)]
        while let next = open.popLast(), found.count < 100 {
            switch (next.shape, next.value) {
            case (.text, .string), (.text, .int), (.text, .number), (.text, .bool), (.number, .int), (.number, .number), (.flag, .bool),
                (.markup, .string):
                continue
            case (.name, .string(let text)):
                if !isName(text) { found.append("\(next.path): '\(text)' is no name") }
            case (.list(let element), .list(let items)):
                open += items.map { (element, $0, next.path + "[]") }
            case (.map(let fields), .map(let members)):
                for member in members {
                    guard let field = fields.first(where: { $0.key == member.key }) else {
                        found.append("\(next.path).\(member.key): not declared")
                        continue
                    }
                    if case .null = member.value, field.isOptional { continue }
                    open.append((field.shape, member.value, "\(next.path).\(member.key)"))
                }
                for field in fields where !field.isOptional && !members.contains(where: { $0.key == field.key }) {
                    found.append("\(next.path).\(field.key): missing")
                }
            default: found.append("\(next.path): another type than declared")
            }
        }
        return Set(found).sorted()
    }
}

/// True for a name of our own making: nothing in it means anything to HTML, a URL or Markdown.
func isName(_ text: String) -> Bool {
    text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
