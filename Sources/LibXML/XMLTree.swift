import CLibXML2
import CXMLShim
public import Diagnostics

/// An XML document, read whole and safely; it cannot be changed.
///
/// No network, no external entities, no XInclude; a document with a document type declaration is refused where that begins, because entities can hide
/// text from a reader and unfold without bounds. Nesting is bounded by libxml2 (256 levels), and so is each text (10 MB).
public final class XMLTree: @unchecked Sendable {
    // The tree is never written after parsing, so that threads may read it together.

    /// Larger documents are refused (64 MiB).
    public static let maximumBytes = 64 << 20
    /// Documents with more tags and attributes than this are refused, since each costs some hundred bytes of memory.
    public static let maximumMarkup = 4_000_000

    /// Documents with a tag of more attributes than this are refused: libxml2 compares each with all others.
    public static let maximumAttributes = 1_000

    /// The path as the user would name it.
    public let path: String
    let document: xmlDocPtr

    private init(_ document: xmlDocPtr, path: String) {
        self.document = document
        self.path = path
    }

    deinit { xmlFreeDoc(document) }

    /// The tree of a text, or what is wrong with it: `nil` whenever there is an error.
    ///
    /// UTF-8 unless the document declares otherwise.
    public static func parse(_ bytes: [UInt8], path: String) -> (tree: XMLTree?, diagnostics: [Diagnostic]) {
        LibXMLLibrary.ready
        if let refusal = refusal(of: bytes, path: path) { return (nil, [refusal]) }
        guard let parser = xmlNewParserCtxt() else { return (nil, [.outOfMemory(path)]) }
        let sink = ErrorSink()
        defer { withExtendedLifetime(sink) { xmlFreeParserCtxt(parser) } }
        cx_parser_attach(parser, sink.raw)
        let options =
            XML_PARSE_NONET.rawValue | XML_PARSE_NOCDATA.rawValue | XML_PARSE_COMPACT.rawValue | XML_PARSE_BIG_LINES.rawValue
        let document = bytes.withUnsafeBytes { raw in
            xmlCtxtReadMemory(
                parser, raw.bindMemory(to: CChar.self).baseAddress, Int32(clamping: raw.count), nil, nil,
                Int32(bitPattern: options))
        }
        var tree = document.map { XMLTree($0, path: path) }
        var diagnostics = Self.diagnostics(sink, path: path)
        if let doctype = sink.doctype {
            diagnostics = [.doctype(TextLocation(path: path, line: doctype.line, column: doctype.column))]
        } else if let found = tree, xmlGetIntSubset(found.document) != nil {
            diagnostics = [.doctype(TextLocation(path: path))]
        } else if tree?.rootNode == nil, !diagnostics.contains(where: { $0.severity == .error }) {
            diagnostics.append(.noRoot(path))
        }
        if diagnostics.contains(where: { $0.severity == .error }) { tree = nil }
        // Numbering the elements now lets XPath sort without searching, and leaves nothing to write later.
        if let tree { xmlXPathOrderDocElems(tree.document) }
        return (tree, diagnostics)
    }

    public static func parse(_ text: String, path: String) -> (tree: XMLTree?, diagnostics: [Diagnostic]) {
        parse(Array(text.utf8), path: path)
    }

    /// The element that holds all others.
    public var root: XMLElement {
        // `parse` gives no tree without a root.
        XMLElement(tree: self, node: rootNode ?? UnsafeMutableRawPointer(document).assumingMemoryBound(to: xmlNode.self))
    }

    private var rootNode: xmlNodePtr? { xmlDocGetRootElement(document) }

    /// How many tags and attributes a text can have at most.
    public static func markup(in bytes: [UInt8]) -> Int {
        var markup = 0
        for byte in bytes where byte == UInt8(ascii: "<") || byte == UInt8(ascii: "=") { markup += 1 }
        return markup
    }

    private static func refusal(of bytes: [UInt8], path: String) -> Diagnostic? {
        guard bytes.count <= maximumBytes else { return .tooLarge(path) }
        let markup = markup(in: bytes)
        guard markup <= maximumMarkup else { return .tooMuchMarkup(path, markup) }
        guard !hasTooManyAttributes(bytes) else { return .tooManyAttributes(path) }
        // libxml2 would end the text at a NUL; in UTF-16 and UTF-32 the first four bytes hold one or a byte order mark.
        let isWide = bytes.prefix(4).contains(0) || bytes.starts(with: [0xFE, 0xFF]) || bytes.starts(with: [0xFF, 0xFE])
        guard !isWide, let nul = bytes.firstIndex(of: 0) else { return nil }
        return .nulInXML(location(of: nul, in: bytes, path: path))
    }

    /// Counts the equals signs of each tag outside of quotes. A `<` stands in no tag, so that what is no tag can mislead only up to the next one.
    private static func hasTooManyAttributes(_ bytes: [UInt8]) -> Bool {
        var count = 0
        var isInTag = false
        var quote: UInt8 = 0
        for (at, byte) in bytes.enumerated() {
            if byte == UInt8(ascii: "<") {
                let next = at + 1 < bytes.count ? bytes[at + 1] : 0
                (count, quote) = (0, 0)
                isInTag = next != UInt8(ascii: "!") && next != UInt8(ascii: "?")
            } else if !isInTag {
                continue
            } else if quote != 0 {
                if byte == quote { quote = 0 }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            } else if byte == UInt8(ascii: ">") {
                isInTag = false
            } else if byte == UInt8(ascii: "=") {
                count += 1
                if count > maximumAttributes { return true }
            }
        }
        return false
    }

    private static func location(of offset: Int, in bytes: [UInt8], path: String) -> TextLocation {
        let before = bytes[..<offset]
        let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        return TextLocation(path: path, line: before.count { $0 == 0x0A } + 1, column: offset - lineStart + 1)
    }

    private static func diagnostics(_ sink: ErrorSink, path: String) -> [Diagnostic] {
        let shown = sink.errors.prefix(maximumDiagnostics).map { Diagnostic.malformed($0, path: path) }
        let more = sink.errors.count - shown.count + sink.dropped
        return more > 0 ? shown + [.moreErrors(more, path: path)] : shown
    }

    /// At most so many errors are listed for one document.
    static let maximumDiagnostics = 20
}

extension Diagnostic {
    fileprivate static func malformed(_ error: LibXMLError, path: String) -> Self {
        let location = TextLocation(path: path, line: error.line, column: error.column)
        // libxml2's own words here advise an option that would lift the bounds.
        if error.message.contains("Excessive depth") {
            return Diagnostic(
                id: "xml.too-deep", severity: .error, location: location, message: "elements nest deeper than 256 levels",
                hint: "check where the file comes from; real records do not nest so deep")
        }
        if error.message.contains("HUGE") || error.message.contains("too long") || error.message.contains("huge text") {
            return Diagnostic(
                id: "xml.value-too-large", severity: .error, location: location,
                message: "a name, text or attribute is larger than 10 MB",
                hint: "check where the file comes from; keep large contents in files of their own")
        }
        return Diagnostic(
            id: error.isWarning ? "xml.doubtful" : "xml.malformed", severity: error.isWarning ? .warning : .error,
            location: location,
            message: "the text is no well-formed XML here: \(error.message)",
            hint: "export the file again; if it was cut off, take the whole file from its source")
    }

    static func moreErrors(_ count: Int, path: String) -> Self {
        Diagnostic(
            id: "xml.more-errors", severity: .error, location: TextLocation(path: path),
            message: "\(count) more errors are not listed",
            hint: "correct the errors above first")
    }

    fileprivate static func doctype(_ location: TextLocation) -> Self {
        Diagnostic(
            id: "xml.document-type", severity: .error, location: location,
            message: "found a document type declaration (<!DOCTYPE); expected a document without one",
            hint: "remove the declaration and write out its entities; entities can hide text from a reader")
    }

    fileprivate static func noRoot(_ path: String) -> Self {
        Diagnostic(
            id: "xml.malformed", severity: .error, location: TextLocation(path: path, line: 1, column: 1),
            message: "found no element; expected an XML document", hint: "export the file again")
    }

    fileprivate static func tooLarge(_ path: String) -> Self {
        Diagnostic(
            id: "xml.too-large", severity: .error, location: TextLocation(path: path),
            message: "the file is larger than \(XMLTree.maximumBytes >> 20) MiB, the most that is read as XML", hint: "split it")
    }

    fileprivate static func tooMuchMarkup(_ path: String, _ count: Int) -> Self {
        Diagnostic(
            id: "xml.too-large", severity: .error, location: TextLocation(path: path),
            message: "the file holds about \(count) tags and attributes; expected at most \(XMLTree.maximumMarkup)",
            hint: "split it")
    }

    fileprivate static func tooManyAttributes(_ path: String) -> Self {
        Diagnostic(
            id: "xml.too-many-attributes", severity: .error, location: TextLocation(path: path),
            message: "a tag has more than \(XMLTree.maximumAttributes) attributes", hint: "check where the file comes from; real records do not have so many")
    }

    fileprivate static func nulInXML(_ location: TextLocation) -> Self {
        Diagnostic(
            id: "text.nul-byte", severity: .error, location: location, message: "found a NUL byte; expected text",
            hint: "check whether the file is binary")
    }

    static func outOfMemory(_ path: String) -> Self {
        Diagnostic(
            id: "xml.out-of-memory", severity: .error, location: TextLocation(path: path),
            message: "there is not enough memory to read the file",
            hint: "split it, or give the program more memory")
    }
}
