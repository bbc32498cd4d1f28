import Diagnostics
import EvidenceModel
import StructuredText

/// Reads a CSV of decisions about people, with labels and protected attributes, and computes how outcomes and errors differ between groups.
///
/// The measures are Fairlearn's (`demographic_parity_difference`, `equalized_odds_difference` with its worst case, ...). A row without a label still
/// counts for the selection rates: in lending, only those who were accepted have one, and leaving out the others would hide who was refused.
struct PredictionsCSVReader: EvidenceReader {
    let format = "predictions-csv"
    let kind = "bias-assessment"

    func recognizes(_ source: EvidenceSource) -> Recognition {
        if let first = source.firstByte, [UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "<")].contains(first) { return .no }
        var header: [String] = []
        let head = MemoryStream(source.head)
        try? CSVReader(head, path: source.path, delimiter: CSVReader.delimiter(of: source.head)).forEachRow { row in
            header = row.fields
            return false
        }
        return PredictionColumns.recognition(header)
    }

    func read(_ source: EvidenceSource, _ options: ReadingOptions) -> Reading {
        var comparison: PredictionsComparison?
        var refusal: [Diagnostic]?
        do {
            let csv = CSVReader(try source.stream(), path: source.path, delimiter: CSVReader.delimiter(of: source.head))
            try csv.forEachRow { row in
                if comparison != nil {
                    try comparison?.add(row)
                    return true
                }
                let (columns, diagnostics) = PredictionColumns.resolve(row.fields, options, path: source.path)
                guard let columns else {
                    refusal = diagnostics
                    return false
                }
                comparison = PredictionsComparison(columns, path: source.path)
                comparison?.tally.add(diagnostics)
                return true
            }
            if let refusal { return .unreadable(refusal) }
            guard let comparison else { return .unreadable([.noHeader(source.path)]) }
            return try comparison.reading()
        } catch {
            // A part of the people is not the people: rates over the rows before a fault would be evidence of something else.
            return .unreadable((comparison?.tally.diagnostics(path: source.path) ?? []) + [.reading(error, path: source.path)])
        }
    }
}

extension Diagnostic {
    fileprivate static func noHeader(_ path: String) -> Self {
        Diagnostic(
            id: "predictions-csv.no-header", severity: .error, location: TextLocation(path: path),
            message: "the file is empty; expected a header and rows", hint: "export it again, with one row for each decision")
    }
}
