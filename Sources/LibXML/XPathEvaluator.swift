import CLibXML2
import CXMLShim

/// What an XPath 1.0 expression gives.
public enum XPathValue {
    /// In document order.
    case nodes([XPathNode])
    case text(String)
    /// May be NaN or infinite.
    case number(Double)
    case flag(Bool)
}

/// An element, attribute or text that an expression selected.
public struct XPathNode {
    /// Its string value (XPath 1.0, 5).
    public var text: String
    /// The line it stands on; an attribute has its element's.
    public var line: Int?
    /// The element, when it is one.
    public var element: XMLElement?
    /// The element that has the attribute or text; the element itself when it is one.
    let holder: XMLElement
    let node: xmlNodePtr

    /// An expression that selects it alone, with the document's own prefixes. It counts siblings each time it is asked for.
    public var xpath: String { withExtendedLifetime(holder) { pathExpression(of: node) } }
}

/// Why an expression could not be evaluated.
public struct XPathFault: Error, Hashable, Sendable {
    public var expression: String
    /// In one clause, such as `prefix 'oscal' is not declared`.
    public var message: String
}

/// Evaluates XPath 1.0 expressions over one tree, with the prefixes that the caller declares.
///
/// The document's own prefixes count for nothing, since whoever writes the document chooses them. There are no variables and no extension functions, and
/// one evaluation may take so many steps only. An evaluator belongs to one task; a tree may have several.
public final class XPathEvaluator {
    /// Evaluations that take more steps are given up.
    static let maximumSteps: UInt = 20_000_000
    /// Longer expressions are refused.
    static let maximumLength = 4_096

    private let tree: XMLTree
    private let sink = ErrorSink()
    private let context: xmlXPathContextPtr?
    private var compiled: [String: xmlXPathCompExprPtr] = [:]

    /// - Parameter namespaces: namespace URI by prefix.
    public init(_ tree: XMLTree, namespaces: [String: String] = [:]) {
        self.tree = tree
        LibXMLLibrary.ready
        context = xmlXPathNewContext(tree.document)
        guard let context else { return }
        cx_xpath_attach(context, sink.raw, Self.maximumSteps)
        // The context's table decides nothing by order, so the dictionary's does not matter.
        for (prefix, uri) in namespaces { xmlXPathRegisterNs(context, prefix, uri) }
    }

    deinit {
        for expression in compiled.values { xmlXPathFreeCompExpr(expression) }
        if let context { xmlXPathFreeContext(context) }
        withExtendedLifetime((sink, tree)) {}
    }

    /// The value of an expression, seen from an element, or from the whole document.
    public func evaluate(_ expression: String, at element: XMLElement? = nil) throws(XPathFault) -> XPathValue {
        guard let context else { throw fault(expression, "there is not enough memory") }
        sink.removeAll()
        let program = try compile(expression, context)
        cx_xpath_restart(context)
        context.pointee.node = element?.node ?? UnsafeMutableRawPointer(tree.document).assumingMemoryBound(to: xmlNode.self)
        guard let result = xmlXPathCompiledEval(program, context) else { throw fault(expression, explanation()) }
        defer {
            xmlXPathFreeObject(result)
            withExtendedLifetime((sink, tree, element)) {}
        }
        guard sink.errors.isEmpty else { throw fault(expression, explanation()) }
        switch result.pointee.type {
        case XPATH_NODESET: return .nodes(nodes(result.pointee.nodesetval))
        case XPATH_STRING: return .text(string(result.pointee.stringval))
        case XPATH_NUMBER: return .number(result.pointee.floatval)
        case XPATH_BOOLEAN: return .flag(result.pointee.boolval != 0)
        default: throw fault(expression, "its result is neither nodes, text, number nor flag")
        }
    }

    /// The nodes that an expression selects.
    /// - Throws: also when it gives a text, number or flag.
    public func select(_ expression: String, at element: XMLElement? = nil) throws(XPathFault) -> [XPathNode] {
        guard case .nodes(let nodes) = try evaluate(expression, at: element) else {
            throw fault(expression, "it gives a single value; expected one that selects nodes")
        }
        return nodes
    }

    /// Why an expression is no XPath, without a document to try it on; `nil` when it is.
    public static func syntaxFault(in expression: String) -> XPathFault? {
        LibXMLLibrary.ready
        guard let context = xmlXPathNewContext(nil) else { return nil }
        let sink = ErrorSink()
        cx_xpath_attach(context, sink.raw, maximumSteps)
        defer { withExtendedLifetime(sink) { xmlXPathFreeContext(context) } }
        if let reason = refusal(of: expression) { return XPathFault(expression: expression, message: reason) }
        guard let program = xmlXPathCtxtCompile(context, expression) else {
            return XPathFault(expression: expression, message: explanation(of: sink))
        }
        xmlXPathFreeCompExpr(program)
        return nil
    }

    private func compile(_ expression: String, _ context: xmlXPathContextPtr) throws(XPathFault) -> xmlXPathCompExprPtr {
        if let known = compiled[expression] { return known }
        if let reason = Self.refusal(of: expression) { throw fault(expression, reason) }
        cx_xpath_restart(context)
        guard let program = xmlXPathCtxtCompile(context, expression) else { throw fault(expression, explanation()) }
        compiled[expression] = program
        return program
    }

    private static func refusal(of expression: String) -> String? {
        if expression.utf8.contains(0) { return "it holds a NUL character" }
        return expression.utf8.count > maximumLength ? "it is longer than \(maximumLength) bytes" : nil
    }

    private func nodes(_ set: xmlNodeSetPtr?) -> [XPathNode] {
        guard let set, let table = set.pointee.nodeTab else { return [] }
        xmlXPathNodeSetSort(set)
        var found: [XPathNode] = []
        for index in 0..<Int(set.pointee.nodeNr) {
            guard let node = table[index] else { continue }
            let type = node.pointee.type
            // Namespace nodes are another structure under the same pointer, and state nothing.
            guard type != XML_NAMESPACE_DECL else { continue }
            let isElement = type == XML_ELEMENT_NODE
            let holder = XMLElement(tree: tree, node: isElement ? node : node.pointee.parent ?? node)
            found.append(
                XPathNode(
                    text: content(of: node), line: lineNumber(of: holder.node), element: isElement ? holder : nil, holder: holder,
                    node: node))
        }
        return found
    }

    private func explanation() -> String { Self.explanation(of: sink) }

    /// libxml2 2.9 gives XPath errors a code and often no text.
    private static func explanation(of sink: ErrorSink) -> String {
        guard let error = sink.errors.first else { return "it could not be evaluated" }
        switch error.code - Int(XML_XPATH_EXPRESSION_OK.rawValue) {
        case 1: return "a number in it is malformed"
        case 2: return "a text in it has no closing quote"
        case 3: return "a text in it does not begin"
        case 4, 5: return "it uses a variable, and there are none"
        case 6, 8: return "a condition in [ ] is malformed"
        case 7: return "it is no XPath expression"
        case 9: return "it calls a function that does not exist"
        case 10: return "a step that must select nodes does not"
        case 11, 12: return "a function in it is given arguments that it does not take"
        case 13, 14: return "the context is malformed"
        case 19: return "it uses a prefix that is not declared"
        case 25: return "it took more than \(maximumSteps) steps"
        case 26: return "it nests too deep"
        default: return error.message.isEmpty ? "it could not be evaluated (libxml2 error \(error.code))" : error.message
        }
    }

    private func fault(_ expression: String, _ message: String) -> XPathFault {
        XPathFault(expression: expression, message: message)
    }
}
