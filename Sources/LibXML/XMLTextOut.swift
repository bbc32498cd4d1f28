import CLibXML2

/// Why nothing could be written: the first thing that is no XML.
public struct XMLWriteFault: Error, Hashable, Sendable {
    /// In one clause, such as `element name 'a b' is no XML name`.
    public var message: String
}

/// Writes one XML document: the same calls always give the same bytes (UTF-8, LF, no blanks but the indentation).
///
/// Everything is escaped on its way; characters that XML 1.0 cannot hold (section 2.2: most control characters, U+FFFE, U+FFFF) become U+FFFD. A name that
/// is no XML name, an attribute given twice, and ends without starts are kept until `finish`, which throws the first of them.
///
/// Elements are indented unless text stands in the same parent before them; text itself gets no blanks.
public struct XMLTextOut: ~Copyable {
    private let buffer: xmlBufferPtr?
    private var writer: xmlTextWriterPtr?
    private var fault: XMLWriteFault?
    private var depth = 0
    private var rootSeen = false

    /// Deeper nesting than this is a fault, since our own parser would refuse it.
    public static let maximumDepth = 255

    /// - Parameter indent: blanks for each level; 0 writes everything on one line.
    public init(indent: Int = 2) {
        LibXMLLibrary.ready
        buffer = xmlBufferCreate()
        writer = xmlNewTextWriterMemory(buffer, 0)
        guard let writer else {
            fault = XMLWriteFault(message: "there is not enough memory")
            return
        }
        if indent > 0 {
            xmlTextWriterSetIndent(writer, 1)
            xmlTextWriterSetIndentString(writer, String(repeating: " ", count: indent))
        }
        check(xmlTextWriterStartDocument(writer, nil, "UTF-8", nil))
    }

    deinit {
        // The writer flushes into the buffer, so it goes first.
        if let writer { xmlFreeTextWriter(writer) }
        if let buffer { xmlBufferFree(buffer) }
    }

    /// Opens an element. Names are written as given, prefix included; namespaces are declared by attributes such as `xmlns` and `xmlns:x`.
    public mutating func start(_ name: String, _ attributes: [(String, String)] = []) {
        guard let writer, fault == nil else { return }
        guard isXMLName(name) else { return fail("element name '\(name)' is no XML name") }
        guard depth < Self.maximumDepth else { return fail("elements nest deeper than \(Self.maximumDepth) levels") }
        guard depth > 0 || !rootSeen else { return fail("'\(name)' is a second root element") }
        rootSeen = true
        depth += 1
        check(xmlTextWriterStartElement(writer, name))
        for (index, attribute) in attributes.enumerated() {
            guard isXMLName(attribute.0) else { return fail("attribute name '\(attribute.0)' is no XML name") }
            guard !attributes[..<index].contains(where: { $0.0 == attribute.0 }) else {
                return fail("element '\(name)' has attribute '\(attribute.0)' twice")
            }
            check(xmlTextWriterWriteAttribute(writer, attribute.0, xmlText(attribute.1)))
        }
    }

    /// Closes the innermost open element; one without content is written as `<name/>`.
    public mutating func end() {
        guard let writer, fault == nil else { return }
        guard depth > 0 else { return fail("an element ends that was not started") }
        depth -= 1
        check(xmlTextWriterEndElement(writer))
    }

    /// Text inside the open element.
    public mutating func text(_ text: String) {
        guard let writer, fault == nil, !text.isEmpty else { return }
        guard depth > 0 else { return fail("text stands outside the root element") }
        check(xmlTextWriterWriteString(writer, xmlText(text)))
    }

    /// A whole element that holds text only.
    public mutating func element(_ name: String, _ attributes: [(String, String)] = [], text: String = "") {
        start(name, attributes)
        self.text(text)
        end()
    }

    /// A processing instruction before the root element, such as `xml-stylesheet`.
    public mutating func instruction(_ target: String, _ content: String) {
        guard let writer, fault == nil else { return }
        guard isXMLName(target), !target.contains(":"), target.lowercased() != "xml", !content.contains("?>") else {
            return fail("instruction '\(target)' is no XML")
        }
        check(xmlTextWriterWritePI(writer, target, xmlText(content)))
    }

    /// The document's bytes, with a newline at the end.
    /// - Throws: the first fault of all calls, or that no root element was written or one is still open.
    public mutating func finish() throws(XMLWriteFault) -> [UInt8] {
        if fault == nil, !rootSeen { fail("the document has no root element") }
        if fault == nil, depth > 0 { fail("\(depth) element\(depth == 1 ? " is" : "s are") not closed") }
        if let writer {
            if fault == nil { check(xmlTextWriterEndDocument(writer)) }
            xmlFreeTextWriter(writer)
            self.writer = nil
        }
        if let fault { throw fault }
        guard let buffer, let content = xmlBufferContent(buffer) else {
            throw XMLWriteFault(message: "there is not enough memory")
        }
        fault = XMLWriteFault(message: "the document was finished already")
        return Array(UnsafeBufferPointer(start: content, count: Int(xmlBufferLength(buffer))))
    }

    private mutating func check(_ code: Int32) {
        if code < 0 { fail("libxml2 could not write (there may be too little memory)") }
    }

    private mutating func fail(_ message: String) { if fault == nil { fault = XMLWriteFault(message: message) } }
}

/// The text with every character that XML 1.0 cannot hold replaced by U+FFFD (section 2.2).
public func xmlText(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isIllegal) else { return text }
    var out = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { out.append(isIllegal(scalar) ? "\u{FFFD}" : scalar) }
    return String(out)
}

private func isIllegal(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A, 0x0D: false
    case 0..<0x20, 0xFFFE, 0xFFFF: true
    default: false
    }
}

/// True for a qualified name: a name with at most one prefix (Namespaces in XML 1.0, section 4).
public func isXMLName(_ name: String) -> Bool {
    !name.utf8.contains(0) && xmlValidateQName(name, 0) == 0
}
