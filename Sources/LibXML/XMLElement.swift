import CLibXML2
import CXMLShim

/// One element of a tree, for reading only.
public struct XMLElement {
    /// The tree that it belongs to, which it keeps alive.
    public let tree: XMLTree
    let node: xmlNodePtr

    /// The name without prefix.
    public var name: String { string(node.pointee.name) }

    /// The namespace's URI; `nil` for an element in none.
    public var namespace: String? { uri(node.pointee.ns) }

    /// The prefix as written; it means nothing by itself.
    public var prefix: String? { node.pointee.ns?.pointee.prefix.map { string($0) } }

    /// The line on which the start tag ends, from 1.
    public var line: Int? { lineNumber(of: node) }

    /// All text inside, at any depth, as it stands.
    public var text: String { content(of: node) }

    /// True when the element has that name in that namespace; `nil` stands for no namespace.
    public func isNamed(_ name: String, in namespace: String?) -> Bool { self.name == name && self.namespace == namespace }

    public struct Attribute: Hashable, Sendable {
        public var name: String
        /// The namespace's URI; attributes without a prefix are in none.
        public var namespace: String?
        public var value: String
    }

    /// In document order. Namespace declarations are not among them.
    public var attributes: [Attribute] {
        var found: [Attribute] = []
        var next = node.pointee.properties
        while let attribute = next {
            found.append(
                Attribute(name: string(attribute.pointee.name), namespace: uri(attribute.pointee.ns), value: value(of: attribute))
            )
            next = attribute.pointee.next
        }
        return found
    }

    /// The value of an attribute; `nil` when it is absent.
    public func attribute(_ name: String, in namespace: String? = nil) -> String? {
        var next = node.pointee.properties
        while let attribute = next {
            if string(attribute.pointee.name) == name, uri(attribute.pointee.ns) == namespace { return value(of: attribute) }
            next = attribute.pointee.next
        }
        return nil
    }

    /// The child elements, in document order.
    public var children: XMLElements { XMLElements(tree: tree, first: node.pointee.children, scope: nil) }

    /// All elements inside, at any depth, in document order.
    public var descendants: XMLElements { XMLElements(tree: tree, first: node.pointee.children, scope: node) }

    /// The child elements of that name; `nil` stands for no namespace.
    public func children(_ name: String, in namespace: String?) -> [XMLElement] {
        children.filter { $0.isNamed(name, in: namespace) }
    }

    public func firstChild(_ name: String, in namespace: String?) -> XMLElement? {
        children.first { $0.isNamed(name, in: namespace) }
    }

    public var parent: XMLElement? {
        guard let above = node.pointee.parent, above.pointee.type == XML_ELEMENT_NODE else { return nil }
        return XMLElement(tree: tree, node: above)
    }

    /// The namespace that a prefix stands for at this element; the default namespace for an empty prefix.
    public func namespace(forPrefix prefix: String) -> String? {
        // Asked for 'xml', libxml2 would write into the document.
        if prefix == "xml" { return "http://www.w3.org/XML/1998/namespace" }
        return uri(xmlSearchNs(tree.document, node, prefix.isEmpty ? nil : prefix))
    }

    /// An XPath expression that selects this element alone; it uses the document's own prefixes, and `*` for a default namespace.
    public var xpath: String { pathExpression(of: node) }

    private func value(of attribute: xmlAttrPtr) -> String {
        content(of: UnsafeMutableRawPointer(attribute).assumingMemoryBound(to: xmlNode.self))
    }
}

extension XMLElement: Equatable {
    public static func == (a: Self, b: Self) -> Bool { a.node == b.node }
}

/// Elements in document order, found one by one without recursion.
public struct XMLElements: Sequence, IteratorProtocol {
    let tree: XMLTree
    fileprivate var nextNode: xmlNodePtr?
    /// The element inside which to go down; `nil` to stay among siblings.
    fileprivate let scope: xmlNodePtr?

    fileprivate init(tree: XMLTree, first: xmlNodePtr?, scope: xmlNodePtr?) {
        self.tree = tree
        nextNode = first
        self.scope = scope
    }

    public mutating func next() -> XMLElement? {
        while let node = nextNode {
            nextNode = following(node)
            if node.pointee.type == XML_ELEMENT_NODE { return XMLElement(tree: tree, node: node) }
        }
        return nil
    }

    private func following(_ node: xmlNodePtr) -> xmlNodePtr? {
        guard let scope else { return node.pointee.next }
        if node.pointee.type == XML_ELEMENT_NODE, let child = node.pointee.children { return child }
        var at = node
        while at != scope {
            if let sibling = at.pointee.next { return sibling }
            guard let above = at.pointee.parent else { return nil }
            at = above
        }
        return nil
    }
}

func string(_ text: UnsafePointer<xmlChar>?) -> String {
    guard let text else { return "" }
    return text.withMemoryRebound(to: CChar.self, capacity: 1) { String(cString: $0) }
}

private func uri(_ namespace: xmlNsPtr?) -> String? {
    guard let href = namespace?.pointee.href, href.pointee != 0 else { return nil }
    return string(href)
}

/// The text content of an element, attribute or text node.
func content(of node: xmlNodePtr) -> String {
    // An element with one piece of text, as most are, needs no copy in between.
    if node.pointee.type == XML_ELEMENT_NODE {
        guard let child = node.pointee.children else { return "" }
        if child.pointee.next == nil, child.pointee.type == XML_TEXT_NODE { return string(child.pointee.content) }
    }
    guard let text = xmlNodeGetContent(node) else { return "" }
    defer { cx_free(text) }
    return string(text)
}

func lineNumber(of node: xmlNodePtr) -> Int? {
    let line = xmlGetLineNo(node)
    return line > 0 ? line : nil
}

func pathExpression(of node: xmlNodePtr) -> String {
    guard let path = xmlGetNodePath(node) else { return "" }
    defer { cx_free(path) }
    return string(path)
}
