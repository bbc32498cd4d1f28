import StructuredText

/// Which texts can stand in the place of a hidden segment: what a rule writes is one value of the record's format and bears the mark of its action, so that
/// nothing else can be put into a view under the name of a rule.
///
/// How much of a text a pattern left as it was is not known here: around the mark stands what the sender says was there.
struct SubstituteForm {
    private enum Spelling { case json, csv, xml, line }

    private let spellings: [Spelling]

    /// - Parameter format: how the record was cut; `nil` when that is not known.
    init(_ format: Segmentation.Format?) {
        switch format {
        case .json, .jsonLines: spellings = [.json]
        case .csv: spellings = [.csv]
        case .xml: spellings = [.xml]
        case .text: spellings = [.line]
        case .other: spellings = []
        case nil: spellings = [.json, .csv, .xml, .line]
        }
    }

    /// Whether a rule of that action can have put this in the place of the segment of that index.
    func allows(_ put: [UInt8], by action: RedactionAction, at index: Int) -> Bool {
        if action == .drop { return Self.dropped(put, index) }
        // What could not be cut is hidden whole, whatever its format.
        if put.elementsEqual("***".utf8) || put.elementsEqual("***\n".utf8) || put.elementsEqual("***\r\n".utf8) { return true }
        return Self.bearsMark(put) && spellings.contains { Self.isOne($0, put, index) }
    }

    private static func dropped(_ put: [UInt8], _ index: Int) -> Bool {
        put.isEmpty || ["null", "<!---->", "\"hidden-\(index)\":null"].contains { put.elementsEqual($0.utf8) }
    }

    /// Asterisks, or a pseudonym: `psn:` and 16 hexadecimal digits.
    private static func bearsMark(_ put: [UInt8]) -> Bool {
        for at in put.indices {
            let rest = put[at...]
            if rest.starts(with: "***".utf8) { return true }
            guard rest.starts(with: "psn:".utf8) else { continue }
            let digits = rest.dropFirst(4).prefix(16)
            if digits.count == 16, digits.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }) { return true }
        }
        return false
    }

    private static func isOne(_ spelling: Spelling, _ put: [UInt8], _ index: Int) -> Bool {
        switch spelling {
        case .json:
            let name = Array("\"hidden-\(index)\":".utf8)
            return isJSONText(put.starts(with: name) ? put[name.count...] : put[...])
        case .csv: return isCSVField(put[...])
        case .xml: return put.elementsEqual("<!--***-->".utf8) || put.allSatisfy { $0 != 0x3C && $0 != 0x3E && $0 != 0x22 && $0 != 0x27 }
        case .line:
            let text = put.last == 0x0A ? put.dropLast() : put[...]
            return !text.contains(0x0A)
        }
    }

    /// A string in quotes as this program writes it.
    private static func isJSONText(_ put: ArraySlice<UInt8>) -> Bool {
        guard put.count >= 2, put.first == 0x22, put.last == 0x22 else { return false }
        var isEscaped = false
        for byte in put.dropFirst().dropLast() {
            if byte < 0x20 || (byte == 0x22 && !isEscaped) { return false }
            isEscaped = !isEscaped && byte == 0x5C
        }
        return !isEscaped
    }

    /// A field in quotes, each quote inside doubled; or one that needs none.
    private static func isCSVField(_ put: ArraySlice<UInt8>) -> Bool {
        guard put.first == 0x22 else { return put.allSatisfy { $0 != 0x22 && $0 != 0x0A && $0 != 0x0D } }
        guard put.count >= 2, put.last == 0x22 else { return false }
        var quotes = 0
        for byte in put.dropFirst().dropLast() {
            if byte == 0x22 {
                quotes += 1
            } else if quotes % 2 == 1 {
                return false
            } else {
                quotes = 0
            }
        }
        return quotes % 2 == 0
    }
}

extension Segmentation.Format {
    /// How a record of that name is cut when it is collected, as far as its entry in the ledger tells.
    /// - Parameters:
    ///   - path: of the artefact.
    ///   - reader: the format of its reader, such as `kubernetes-audit-jsonl`.
    /// - Returns: `.json` for JSON lines too: both write values alike.
    public static func recorded(path: String, reader: String) -> Segmentation.Format {
        let name = path.lowercased()
        func ends(_ endings: String...) -> Bool { endings.contains { name.utf8.suffix($0.utf8.count).elementsEqual($0.utf8) } }
        if ends(".jsonl", ".ndjson", ".json") { return .json }
        if ends(".csv") { return .csv }
        if ends(".xml") { return .xml }
        if ends(".md", ".txt", ".yaml", ".yml", ".log") { return reader.utf8.suffix(5).elementsEqual("jsonl".utf8) ? .json : .text }
        return .other
    }
}
