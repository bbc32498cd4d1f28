import Diagnostics
import EvidenceModel
import LibXML

/// Reads PROV-XML (W3C note of 30 April 2013), bundles included.
struct ProvXMLReader: EvidenceReader {
    let format = "prov-xml"
    let kind = "lineage"

    static let namespace = "http://www.w3.org/ns/prov#"

    func recognizes(_ source: EvidenceSource) -> Recognition {
        XMLRoot.of(head: source.head) == XMLRoot(name: "document", namespace: Self.namespace) ? .certain : .no
    }

    func read(_ source: EvidenceSource, _ options: ReadingOptions) -> Reading {
        let bytes: [UInt8]
        do { bytes = try source.wholeBytes() } catch { return .unreadable([.reading(error, path: source.path)]) }
        let (tree, diagnostics) = XMLTree.parse(bytes, path: source.path)
        guard let tree else { return .unreadable(diagnostics) }
        guard tree.root.isNamed("document", in: Self.namespace) else {
            return .unreadable([.notADocument(TextLocation(path: source.path, line: tree.root.line), tree.root.name)])
        }
        var document = Document(path: source.path)
        document.tally.add(diagnostics)
        document.take(tree.root)
        return ProvRecord.reading(
            document.statements, path: source.path, format: format, tally: document.tally, malformed: document.malformed, options)
    }

    /// The statements of a document, gathered from it and its bundles.
    private struct Document {
        let path: String
        var tally = DiagnosticTally()
        var malformed = 0
        var statements: [ProvStatement] = []

        init(path: String) { self.path = path }

        /// Elements of the schema that are an entity or agent of a certain type (PROV-XML, 4 and 5).
        private static let subtypes = [
            "plan": "entity", "collection": "entity", "emptyCollection": "entity", "person": "agent", "organization": "agent",
            "softwareAgent": "agent",
        ]

        mutating func take(_ root: XMLElement) {
            var waiting = [(root, "/prov:document")]
            while let (holder, above) = waiting.popLast() {
                // Positions among elements of one name are counted along the way: an element does not know its own.
                var seen: [String: Int] = [:]
                for element in holder.children where element.namespace == ProvXMLReader.namespace {
                    let position = seen[element.name, default: 0] + 1
                    seen[element.name] = position
                    let xpath = "\(above)/prov:\(element.name)[\(position)]"
                    let kind = Self.subtypes[element.name] ?? element.name
                    if kind == "bundleContent" {
                        waiting.append((element, xpath))
                    } else if ProvRecord.declarations.contains(kind) || ProvRecord.relations.contains(kind) {
                        take(element, kind, xpath)
                    } else {
                        tally.add(.unknownElement(location(element), element.name))
                    }
                }
            }
        }

        private func location(_ element: XMLElement) -> TextLocation { TextLocation(path: path, line: element.line) }

        private mutating func take(_ element: XMLElement, _ kind: String, _ xpath: String) {
            var statement = ProvStatement(kind: kind, locator: .xpath(xpath), location: location(element))
            if ProvRecord.declarations.contains(kind) {
                guard let id = element.attribute("id", in: ProvXMLReader.namespace), !id.isEmpty, !isPlaceholder(id) else {
                    malformed += 1
                    tally.add(
                        .noIdentifier(location(element), element.name, element.attribute("id", in: ProvXMLReader.namespace)))
                    return
                }
                statement.id = name(id, in: element)
            }
            for child in element.children { take(child, into: &statement) }
            statements.append(statement)
        }

        private func take(_ child: XMLElement, into statement: inout ProvStatement) {
            if child.isNamed("name", in: "http://xmlns.com/foaf/0.1/"), statement.label == nil { statement.label = text(child) }
            guard child.namespace == ProvXMLReader.namespace else { return }
            switch child.name {
            case "time", "startTime", "endTime": statement.times[child.name] = text(child)
            case "type": statement.types.append(name(text(child), in: child))
            case "label": statement.label = text(child)
            default:
                guard let reference = child.attribute("ref", in: ProvXMLReader.namespace), !reference.isEmpty else { return }
                statement.references[child.name, default: []].append(name(reference, in: child))
            }
        }

        private func text(_ element: XMLElement) -> String {
            element.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        }

        /// A qualified name, its prefix being the one in scope.
        private func name(_ text: String, in element: XMLElement) -> LineageName {
            guard let colon = text.firstIndex(of: ":") else {
                return LineageName(iri: element.namespace(forPrefix: "") ?? "", local: text, written: text)
            }
            guard let iri = element.namespace(forPrefix: String(text[..<colon])) else {
                return LineageName(iri: "", local: text, written: text)
            }
            return LineageName(iri: iri, local: String(text[text.index(after: colon)...]), written: text)
        }
    }
}

extension Diagnostic {
    fileprivate static func notADocument(_ location: TextLocation, _ found: String) -> Self {
        Diagnostic(
            id: "prov-xml.not-a-document", severity: .error, location: location,
            message: "the root element is '\(found.prefix(60))'; expected 'document' of PROV-XML",
            hint: "export the record as PROV-XML")
    }

    fileprivate static func noIdentifier(_ location: TextLocation, _ element: String, _ found: String?) -> Self {
        Diagnostic(
            id: "prov-xml.no-identifier", severity: .error, location: location,
            message: found.map { "the id of '\(element)' is '\($0.prefix(60))'; expected a qualified name" }
                ?? "'\(element)' has no attribute prov:id",
            hint: "correct the program that writes the record")
    }

    fileprivate static func unknownElement(_ location: TextLocation, _ element: String) -> Self {
        let known = ProvRecord.declarations.union(ProvRecord.relations).union(["bundleContent"])
        return Diagnostic(
            id: "prov-xml.unknown-element", severity: .warning, location: location,
            message: "element '\(element.prefix(60))' is unknown and was not read\(suggestion(for: element, among: known))",
            hint: "use the elements of PROV-XML")
    }
}
