/// Where in an HTML template a tag stands: in text, in a quoted attribute, or where nothing may be filled in.
///
/// This is what keeps a template, ours or a workspace's, from writing evidence into a link, a style or a script: escaping alone does not.
/// It follows the tokenizer of the HTML standard (13.2.5) as far as templates need.
struct HTMLContext: Equatable {
    enum State: Equatable {
        case text
        case openingTag
        case insideTag
        case attributeName
        case attributeEquals
        case quoted(UInt8)
        case unquoted
        case comment
        /// Inside `script` or `style`.
        case rawText
    }

    private(set) var state = State.text
    /// The element whose tag is open, or whose raw text this is.
    private var element = ""
    private(set) var attribute = ""
    /// What stands in the attribute's value so far.
    private(set) var value = ""
    private var tail: [UInt8] = []

    /// Sections may part the same places only: what a section does to the place must be undone in it.
    static func == (a: Self, b: Self) -> Bool { a.state == b.state && a.element == b.element && (a.state == .text || a.attribute == b.attribute) }

    mutating func feed(_ bytes: ArraySlice<UInt8>) {
        for byte in bytes { feed(byte) }
    }

    private mutating func feed(_ byte: UInt8) {
        tail.append(lowercase(byte))
        if tail.count > 16 { tail.removeFirst(8) }
        switch state {
        case .text: if tail.count >= 2, tail[tail.count - 2] == UInt8(ascii: "<"), opensTag(byte) { open(byte) }
        case .openingTag:
            if isBlank(byte) { state = .insideTag } else if byte == UInt8(ascii: ">") { close() } else { element.append(character(byte)) }
            if element == "!--" { state = .comment }
        case .insideTag:
            if byte == UInt8(ascii: ">") {
                close()
            } else if !isBlank(byte), byte != UInt8(ascii: "/") {
                state = .attributeName
                attribute = String(character(byte))
            }
        case .attributeName:
            if byte == UInt8(ascii: "=") {
                state = .attributeEquals
                value = ""
            } else if byte == UInt8(ascii: ">") {
                close()
            } else if isBlank(byte) {
                state = .insideTag
            } else {
                attribute.append(character(byte))
            }
        case .attributeEquals:
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") { state = .quoted(byte) } else if !isBlank(byte) { state = .unquoted }
        case .quoted(let quote): if byte == quote { state = .insideTag } else { value.append(character(byte)) }
        case .unquoted: if byte == UInt8(ascii: ">") { close() } else if isBlank(byte) { state = .insideTag }
        case .comment: if tail.suffix(3) == Array("-->".utf8)[...] { leave() }
        case .rawText: if tail.suffix(element.utf8.count + 3) == Array("</\(element)>".utf8)[...] { leave() }
        }
    }

    /// A value was filled in here.
    mutating func fill() { tail = [] }

    private mutating func open(_ byte: UInt8) {
        state = .openingTag
        element = String(character(byte))
    }

    private mutating func close() {
        state = element == "script" || element == "style" ? .rawText : .text
        if state == .text { element = "" }
        attribute = ""
        tail = []
    }

    private mutating func leave() {
        state = .text
        element = ""
        tail = []
    }

    private func opensTag(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(lowercase(byte)) || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "!")
    }

    private func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x09 || byte == 0x0D }
    private func lowercase(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte + 32 : byte }
    private func character(_ byte: UInt8) -> Character { Character(Unicode.Scalar(lowercase(byte))) }

    /// What may be filled in at this place.
    var admits: Admission {
        switch state {
        case .text: return tail.last == UInt8(ascii: "<") ? .nothing("names of elements are fixed") : .anything
        case .quoted:
            if attribute == "href" { return value.hasPrefix("#") ? .names : .nothing("a link may only lead to a place in the page: write href=\"#{{…}}\"") }
            if attribute.hasPrefix("on") || ["style", "src", "srcset", "srcdoc", "action", "formaction", "xlink:href", "http-equiv"].contains(attribute) {
                return .nothing("nothing may be filled into the attribute '\(attribute)'")
            }
            return attribute.hasPrefix("data-") || ["aria-label", "title", "alt", "datetime", "content"].contains(attribute) ? .texts : .names
        case .insideTag: return .nothing("write the value into a quoted attribute")
        case .unquoted, .attributeEquals: return .nothing("put the attribute's value into quotes")
        case .openingTag, .attributeName: return .nothing("names of elements and attributes are fixed")
        case .comment: return .nothing("take it out of the comment")
        case .rawText: return .nothing("nothing may be filled into a script or style")
        }
    }

    /// What kinds of value a place takes.
    enum Admission: Equatable {
        case anything
        /// Escaped text, but no markup.
        case texts
        /// Names of our own making and numbers.
        case names
        case nothing(String)
    }
}
