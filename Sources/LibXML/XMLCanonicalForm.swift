import CLibXML2
import CXMLShim

extension XMLTree {
    /// The document in Exclusive XML Canonicalization 1.0 without comments (`http://www.w3.org/2001/10/xml-exc-c14n#`), as signatures digest it.
    ///
    /// - Parameter element: left out with all inside it, as the transform of an enveloped signature asks; it must be of this tree.
    /// - Returns: `nil` when there is no such form, as with a relative namespace URI, or not enough memory.
    public func canonicalForm(without element: XMLElement? = nil) -> [UInt8]? {
        canonicalBytes(omitted: element?.node, apex: nil)
    }

    fileprivate func canonicalBytes(omitted: xmlNodePtr?, apex: xmlNodePtr?) -> [UInt8]? {
        guard let buffer = xmlBufferCreate() else { return nil }
        defer { withExtendedLifetime(self) { xmlBufferFree(buffer) } }
        guard cx_canonical(document, omitted, apex, buffer) >= 0, let content = xmlBufferContent(buffer) else { return nil }
        return Array(UnsafeBufferPointer(start: content, count: Int(xmlBufferLength(buffer))))
    }
}

extension XMLElement {
    /// This element alone in Exclusive XML Canonicalization 1.0 without comments, with the namespaces that it uses.
    public var canonicalForm: [UInt8]? { tree.canonicalBytes(omitted: nil, apex: node) }
}
