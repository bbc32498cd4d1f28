import CLibXML2
import CXMLShim

extension XMLTree {
    /// A longer canonical form is not made (bytes, 128 MiB). It can be much longer than the document: a namespace that is declared once may stand at every element.
    public static let maximumCanonicalForm = 128 << 20

    /// The document in Exclusive XML Canonicalization 1.0 without comments (`http://www.w3.org/2001/10/xml-exc-c14n#`), as signatures digest it.
    ///
    /// - Parameter element: left out with all inside it, as the transform of an enveloped signature asks; it must be of this tree.
    /// - Returns: `nil` when there is no such form, as with a relative namespace URI, when it is too long, or for want of memory.
    public func canonicalForm(without element: XMLElement? = nil) -> [UInt8]? { canonicalBytes(omitted: element?.node, apex: nil) }

    /// The same, handed out in pieces instead of being held in memory.
    /// - Returns: false where `canonicalForm` would be `nil`; then the pieces are of no use.
    public func writeCanonicalForm(without element: XMLElement? = nil, to body: @escaping (UnsafeRawBufferPointer) -> Void) -> Bool {
        write(omitted: element?.node, apex: nil, body)
    }

    fileprivate func canonicalBytes(omitted: xmlNodePtr?, apex: xmlNodePtr?) -> [UInt8]? {
        var bytes: [UInt8] = []
        return write(omitted: omitted, apex: apex) { bytes += $0 } ? bytes : nil
    }

    private func write(omitted: xmlNodePtr?, apex: xmlNodePtr?, _ body: @escaping (UnsafeRawBufferPointer) -> Void) -> Bool {
        let sink = CanonicalSink(body)
        let result = cx_canonical(
            document, omitted, apex,
            { user, bytes, count in
                guard let user else { return -1 }
                return Unmanaged<CanonicalSink>.fromOpaque(user).takeUnretainedValue().take(bytes, count)
            }, Unmanaged.passUnretained(sink).toOpaque())
        return withExtendedLifetime((self, sink)) { result >= 0 && !sink.isOver }
    }
}

/// Takes what libxml2 writes, as far as the bound.
private final class CanonicalSink {
    private let body: (UnsafeRawBufferPointer) -> Void
    private var total = 0
    private(set) var isOver = false

    init(_ body: @escaping (UnsafeRawBufferPointer) -> Void) { self.body = body }

    func take(_ bytes: UnsafePointer<CChar>?, _ count: Int32) -> Int32 {
        guard let bytes, count >= 0 else { return -1 }
        total += Int(count)
        isOver = isOver || total > XMLTree.maximumCanonicalForm
        guard !isOver else { return -1 }
        body(UnsafeRawBufferPointer(start: bytes, count: Int(count)))
        return count
    }
}

extension XMLElement {
    /// This element alone in Exclusive XML Canonicalization 1.0 without comments, with the namespaces that it uses.
    public var canonicalForm: [UInt8]? { tree.canonicalBytes(omitted: nil, apex: node) }
}
