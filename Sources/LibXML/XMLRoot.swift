import CXMLShim

/// The root element's name, for recognising a format from a document's first bytes.
public struct XMLRoot: Hashable, Sendable {
    /// Without prefix.
    public var name: String
    /// The namespace's URI; `nil` for none.
    public var namespace: String?

    public init(name: String, namespace: String?) {
        self.name = name
        self.namespace = namespace
    }

    /// The root of a document of which only the beginning is given; `nil` when that is no XML, or does not reach the end of the root's start tag.
    ///
    /// Faults behind the root do not matter. A document type declaration counts as the root's name: whoever reads the document will refuse it.
    public static func of(head: [UInt8]) -> XMLRoot? {
        LibXMLLibrary.ready
        var root = cx_root()
        head.withUnsafeBytes { cx_find_root($0.baseAddress, Int32(clamping: $0.count), &root) }
        guard root.found != 0 else { return nil }
        let namespace = text(of: root.space)
        return XMLRoot(name: text(of: root.name), namespace: namespace.isEmpty ? nil : namespace)
    }

    /// The text of a C array, up to its terminating zero.
    private static func text(of array: some Any) -> String {
        withUnsafeBytes(of: array) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
