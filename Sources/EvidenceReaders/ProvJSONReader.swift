import Diagnostics
import EvidenceModel
import StructuredText

/// Reads PROV-JSON (W3C member submission of 24 April 2013), bundles included.
struct ProvJSONReader: EvidenceReader {
    let format = "prov-json"
    let kind = "lineage"

    func recognizes(_ source: EvidenceSource) -> Recognition {
        guard source.firstByte == UInt8(ascii: "{") else { return .no }
        let keys = JSONGlance(source.head).keys
        guard !keys.contains("@context") else { return .no }
        let known = keys.intersection(ProvRecord.declarations.union(ProvRecord.relations))
        guard !known.isEmpty else { return .no }
        if keys.contains("prefix") { return .certain }
        return known.isDisjoint(with: ProvRecord.relations) ? .no : known.count > 1 ? .likely : .weak
    }

    func read(_ source: EvidenceSource, _ options: ReadingOptions) -> Reading {
        var document = Document(path: source.path)
        do {
            let bytes = try source.wholeBytes()
            let (node, diagnostics) = JSONParser.parse(bytes, path: source.path)
            document.tally.add(diagnostics)
            document.places = LineStarts(bytes)
            guard let node else { return .unreadable(document.tally.diagnostics(path: source.path)) }
            guard node.members != nil else {
                return .unreadable([.notADocument(document.location(node), node.kindName)])
            }
            document.take(node)
        } catch {
            return .unreadable([.reading(error, path: source.path)])
        }
        return ProvRecord.reading(
            document.statements, path: source.path, format: format, tally: document.tally, malformed: document.malformed, options)
    }

    /// The statements of a document, gathered from it and its bundles.
    private struct Document {
        let path: String
        var places = LineStarts([])
        var tally = DiagnosticTally()
        var malformed = 0
        var statements: [ProvStatement] = []

        init(path: String) { self.path = path }

        func location(_ node: JSONNode) -> TextLocation { places.location(of: node.offset, path: path) }

        mutating func take(_ root: JSONNode) {
            // Bundles do not nest in PROV; where they do all the same, each is still met once.
            var waiting: [(pointer: String, node: JSONNode, prefixes: [String: String])] = [("", root, [:])]
            while let (pointer, node, outer) = waiting.popLast() {
                let prefixes = outer.merging(Self.prefixes(node)) { _, own in own }
                for member in node.members ?? [] {
                    let place = "\(pointer)/\(escapePointer(member.key))"
                    if ProvRecord.declarations.contains(member.key) || ProvRecord.relations.contains(member.key) {
                        takeMap(member, place, prefixes)
                    } else if member.key == "bundle" {
                        for bundle in member.value.members ?? [] {
                            waiting.append(("\(place)/\(escapePointer(bundle.key))", bundle.value, prefixes))
                        }
                    } else if member.key != "prefix" {
                        tally.add(.unknownSection(location(member.value), member.key))
                    }
                }
            }
        }

        private static func prefixes(_ node: JSONNode) -> [String: String] {
            var found: [String: String] = [:]
            for member in node["prefix"]?.members ?? [] { found[member.key] = member.value.string }
            return found
        }

        /// The statements of one kind, by id; an id that is asserted several times has a list.
        private mutating func takeMap(_ section: JSONNode.Member, _ pointer: String, _ prefixes: [String: String]) {
            guard let members = section.value.members else {
                return fault(section.value, "'\(section.key)' is \(section.value.kindName)")
            }
            for member in members {
                let place = "\(pointer)/\(escapePointer(member.key))"
                let assertions =
                    member.value.array.map { items in items.enumerated().map { ("\(place)/\($0)", $1) } } ?? [
                        (place, member.value)
                    ]
                for (place, value) in assertions {
                    guard value.members != nil else {
                        fault(value, "'\(member.key.prefix(60))' is \(value.kindName)")
                        continue
                    }
                    if isPlaceholder(member.key) {
                        fault(value, "id '\(member.key.prefix(60))' is a placeholder")
                        continue
                    }
                    statements.append(statement(section.key, member.key, value, at: place, prefixes))
                }
            }
        }

        private mutating func fault(_ node: JSONNode, _ what: String) {
            malformed += 1
            tally.add(.badStatement(location(node), what))
        }

        private func statement(_ kind: String, _ id: String, _ node: JSONNode, at pointer: String, _ prefixes: [String: String])
            -> ProvStatement
        {
            var statement = ProvStatement(kind: kind, locator: .pointer(pointer), location: location(node))
            if ProvRecord.declarations.contains(kind) { statement.id = Self.name(id, prefixes) }
            for member in node.members ?? [] {
                let values = (member.value.array ?? [member.value]).compactMap { $0.string ?? $0["$"]?.scalarText }
                guard let value = values.first else { continue }
                switch member.key {
                case "prov:time", "prov:startTime", "prov:endTime": statement.times[String(member.key.dropFirst(5))] = value
                case "prov:type": statement.types = values.map { Self.name($0, prefixes) }
                case "prov:label": statement.label = value
                case "foaf:name" where statement.label == nil: statement.label = value
                default:
                    guard !ProvRecord.declarations.contains(kind), member.key.hasPrefix("prov:") else { continue }
                    statement.references[String(member.key.dropFirst(5))] = values.map { Self.name($0, prefixes) }
                }
            }
            return statement
        }

        /// A qualified name: the part before the first colon is a prefix when one of that name is declared.
        private static func name(_ text: String, _ prefixes: [String: String]) -> LineageName {
            guard let colon = text.firstIndex(of: ":") else {
                return LineageName(iri: prefixes["default"] ?? "", local: text, written: text)
            }
            guard let iri = prefixes[String(text[..<colon])] else { return LineageName(iri: "", local: text, written: text) }
            return LineageName(iri: iri, local: String(text[text.index(after: colon)...]), written: text)
        }
    }
}

extension Diagnostic {
    fileprivate static func notADocument(_ location: TextLocation, _ found: String) -> Self {
        Diagnostic(
            id: "prov-json.not-a-document", severity: .error, location: location,
            message: "found \(found); expected a PROV-JSON document, an object",
            hint: "export the record as PROV-JSON")
    }

    fileprivate static func badStatement(_ location: TextLocation, _ what: String) -> Self {
        Diagnostic(
            id: "prov-json.bad-statement", severity: .error, location: location,
            message: "\(what); expected an object of attributes",
            hint: "correct the program that writes the record")
    }

    fileprivate static func unknownSection(_ location: TextLocation, _ key: String) -> Self {
        let known = ProvRecord.declarations.union(ProvRecord.relations).union(["prefix", "bundle"])
        return Diagnostic(
            id: "prov-json.unknown-section", severity: .warning, location: location,
            message: "section '\(key.prefix(60))' is unknown and was not read\(suggestion(for: key, among: known))",
            hint: "use the names of PROV-JSON")
    }
}
