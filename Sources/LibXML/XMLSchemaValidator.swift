import CLibXML2
import CXMLShim
public import Diagnostics

/// A compiled XML schema (XSD 1.0), against which documents are checked.
///
/// A schema loads nothing from disk or network: what it includes or imports must be handed over with it. One validator may be used by several tasks.
public final class XMLSchemaValidator: @unchecked Sendable {
    // libxml2 only reads a compiled schema while validating; each validation has its own context.

    private let schema: xmlSchemaPtr
    /// Schema components point into the document that they were compiled from.
    private let source: XMLTree

    private init(_ schema: xmlSchemaPtr, source: XMLTree) {
        self.schema = schema
        self.source = source
    }

    deinit {
        xmlSchemaFree(schema)
        withExtendedLifetime(source) {}
    }

    /// A file that a schema includes or imports, under the name it is asked for by (`schemaLocation`, as written).
    public struct Part: Sendable {
        public var location: String
        public var bytes: [UInt8]
        public init(location: String, bytes: [UInt8]) {
            self.location = location
            self.bytes = bytes
        }
    }

    /// The validator of a schema, or what is wrong with it.
    public static func compile(
        _ bytes: [UInt8], path: String, parts: [Part] = []
    ) -> (validator: XMLSchemaValidator?, diagnostics: [Diagnostic]) {
        let (tree, problems) = XMLTree.parse(bytes, path: path)
        guard let tree else { return (nil, problems) }
        guard let parser = xmlSchemaNewDocParserCtxt(tree.document) else { return (nil, [.outOfMemory(path)]) }
        let sink = ErrorSink()
        defer { withExtendedLifetime((sink, tree)) { xmlSchemaFreeParserCtxt(parser) } }
        cx_schema_parser_attach(parser, sink.raw)
        let schema = withFiles(parts) { files in cx_schema_compile(parser, files.baseAddress, files.count) }
        var diagnostics = listed(sink, path: path) { .badSchema($0, at: $1) }
        guard let schema else {
            if diagnostics.isEmpty { diagnostics = [.uselessSchema(path)] }
            return (nil, diagnostics)
        }
        // libxml2 goes on without a part that it cannot load; then much of a document would be checked against nothing.
        let validator = XMLSchemaValidator(schema, source: tree)
        return (diagnostics.isEmpty ? validator : nil, diagnostics)
    }

    /// What is wrong with a document; empty when it is valid. At most 20 are listed, then how many more.
    public func validate(_ bytes: [UInt8], path: String) -> [Diagnostic] {
        let (tree, problems) = XMLTree.parse(bytes, path: path)
        return tree.map(validate) ?? problems
    }

    /// As above, for a document that was read already. Lines are right, columns unknown.
    public func validate(_ tree: XMLTree) -> [Diagnostic] {
        guard let validator = xmlSchemaNewValidCtxt(schema) else { return [.outOfMemory(tree.path)] }
        let sink = ErrorSink()
        defer { withExtendedLifetime((self, sink, tree)) { xmlSchemaFreeValidCtxt(validator) } }
        cx_schema_valid_attach(validator, sink.raw)
        let code = xmlSchemaValidateDoc(validator, tree.document)
        let diagnostics = Self.listed(sink, path: tree.path) { .invalid($0, at: $1) }
        return code != 0 && diagnostics.isEmpty ? [.notValidated(tree.path)] : diagnostics
    }

    private static func listed(_ sink: ErrorSink, path: String, _ make: (LibXMLError, TextLocation) -> Diagnostic) -> [Diagnostic] {
        let shown = sink.errors.prefix(XMLTree.maximumDiagnostics).map { error in
            make(error, TextLocation(path: error.file ?? path, line: error.line, column: error.column))
        }
        let more = sink.errors.count - shown.count + sink.dropped
        return more > 0 ? shown + [.moreErrors(more, path: path)] : shown
    }

    /// The parts as C sees them, for the length of one call.
    private static func withFiles<T>(_ parts: [Part], _ body: (UnsafeBufferPointer<cx_file>) -> T) -> T {
        var names: [UnsafeMutableBufferPointer<CChar>] = []
        var contents: [UnsafeMutableRawBufferPointer] = []
        defer {
            for name in names { name.deallocate() }
            for content in contents { content.deallocate() }
        }
        let files = parts.map { part in
            let text = Array(part.location.utf8CString)
            let name = UnsafeMutableBufferPointer<CChar>.allocate(capacity: text.count)
            _ = name.initialize(from: text)
            names.append(name)
            let content = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, part.bytes.count), alignment: 1)
            content.copyBytes(from: part.bytes)
            contents.append(content)
            return cx_file(
                name: UnsafePointer(name.baseAddress), bytes: UnsafeRawPointer(content.baseAddress), count: part.bytes.count)
        }
        return files.withUnsafeBufferPointer(body)
    }
}

extension Diagnostic {
    fileprivate static func badSchema(_ error: LibXMLError, at location: TextLocation) -> Self {
        Diagnostic(
            id: "xml-schema.unusable", severity: .error, location: location,
            message: "the schema cannot be used: \(error.message)",
            hint: "correct the schema, and give it all parts that it includes; nothing is fetched")
    }

    fileprivate static func uselessSchema(_ path: String) -> Self {
        Diagnostic(
            id: "xml-schema.unusable", severity: .error, location: TextLocation(path: path),
            message: "the document is no XML schema",
            hint: "give an XSD whose root is xs:schema")
    }

    fileprivate static func invalid(_ error: LibXMLError, at location: TextLocation) -> Self {
        Diagnostic(
            id: "xml-schema.invalid", severity: error.isWarning ? .warning : .error, location: location,
            message: "the document breaks its schema: \(error.message)", hint: "correct the program that writes the document")
    }

    fileprivate static func notValidated(_ path: String) -> Self {
        Diagnostic(
            id: "xml-schema.not-validated", severity: .error, location: TextLocation(path: path),
            message: "the document could not be checked against its schema", hint: "check that there is enough memory")
    }
}
