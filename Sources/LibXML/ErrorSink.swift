import CLibXML2
import CXMLShim

/// What libxml2 said about an input, its fields copied out of the callback.
struct LibXMLError {
    /// `XML_ERR_…`, `XML_XPATH_…` or `XML_SCHEMAV_…`, as in `libxml/xmlerror.h`.
    var code: Int
    /// True for a warning; anything else costs the document.
    var isWarning: Bool
    /// From 1; `nil` when libxml2 does not know.
    var line: Int?
    var column: Int?
    var message: String
    /// The file that the error stands in, when it is not the one that was handed over.
    var file: String?
}

/// Gathers the errors of one libxml2 context.
///
/// C holds its address, so it must outlive the context: each use ends with `withExtendedLifetime`.
final class ErrorSink {
    /// More errors than this are counted, not kept.
    static let limit = 200

    private(set) var errors: [LibXMLError] = []
    private(set) var dropped = 0
    let raw: UnsafeMutablePointer<cx_sink>

    init() {
        raw = .allocate(capacity: 1)
        raw.initialize(to: cx_sink(fn: nil, user: nil, doctype_seen: 0, doctype_line: 0, doctype_column: 0))
        raw.pointee.user = Unmanaged.passUnretained(self).toOpaque()
        raw.pointee.fn = { user, error in
            guard let user, let error = error?.pointee else { return }
            Unmanaged<ErrorSink>.fromOpaque(user).takeUnretainedValue().take(error)
        }
    }

    deinit {
        raw.deinitialize(count: 1)
        raw.deallocate()
    }

    /// The place of the document type declaration that stopped the parser.
    var doctype: (line: Int, column: Int)? {
        raw.pointee.doctype_seen == 0 ? nil : (Int(raw.pointee.doctype_line), Int(raw.pointee.doctype_column))
    }

    func removeAll() {
        errors.removeAll()
        dropped = 0
    }

    private func take(_ error: cx_error) {
        guard errors.count < Self.limit else {
            dropped += 1
            return
        }
        var message = error.message.map { String(cString: $0) } ?? ""
        while let last = message.last, last.isWhitespace || last == "." { message.removeLast() }
        errors.append(
            LibXMLError(
                code: Int(error.code), isWarning: error.level == Int32(XML_ERR_WARNING.rawValue),
                line: error.line > 0 ? Int(error.line) : nil, column: error.column > 0 ? Int(error.column) : nil,
                message: message,
                file: error.file.map { String(cString: $0) }))
    }
}

/// libxml2 as this process uses it: prepared once, with every external load denied.
enum LibXMLLibrary {
    static let ready: Void = cx_init()
}

/// How many times a document or schema of this process asked for something outside itself and was refused.
public var refusedExternalLoads: Int {
    LibXMLLibrary.ready
    return Int(cx_refused_loads())
}
