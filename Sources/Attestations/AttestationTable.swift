public import EvidenceModel
import StructuredText

/// The statements as a CSV table (RFC 4180), for officers who collect answers by mail: written, filled in elsewhere, and read again.
public enum AttestationTable {
    /// The columns, in this order.
    public static let columns = [
        "id", "system", "framework", "controls", "period", "person", "role", "text", "text-sha256", "decision", "reason", "decided-on",
    ]
    /// Columns from here on are for the person to fill in.
    static let firstAnswer = 9
    /// Larger tables are refused (bytes).
    public static let maximumBytes = 8 << 20

    /// One row that holds an answer.
    public struct Row: Sendable {
        public var statement: RequestedAttestation
        public var answer: AttestationRegister.Answer
    }

    /// The table of these statements, with what the ledger holds already. A byte order mark goes first when the text needs one to survive a spreadsheet.
    public static func csv(_ statements: [(statement: RequestedAttestation, record: RecordedAttestation?)]) -> [UInt8] {
        var out = columns.joined(separator: ",") + "\r\n"
        for (statement, record) in statements {
            let answer = [record?.decision.rawValue ?? "", record?.reason ?? "", record?.decidedOn?.text ?? record?.at.day ?? ""]
            out += (fixedCells(statement) + answer).map(cell).joined(separator: ",") + "\r\n"
        }
        let bytes = Array(out.utf8)
        return bytes.allSatisfy { $0 < 0x80 } ? bytes : [0xEF, 0xBB, 0xBF] + bytes
    }

    /// What nobody may change: all but the answer.
    static func fixedCells(_ statement: RequestedAttestation) -> [String] {
        [
            statement.id, statement.system, statement.framework, statement.controls.joined(separator: "; "), statement.period.label, statement.person,
            statement.role, statement.text, statement.textSHA256,
        ]
    }

    /// Spreadsheets take a cell that begins so for a formula, and run it.
    private static func isFormula(_ first: Character?) -> Bool { first.map { "=+-@\t\r".contains($0) } ?? false }

    /// A cell as it is written: an apostrophe before what a spreadsheet would run, quotes around what has commas, quotes or line breaks.
    static func cell(_ text: String) -> String {
        let isGuarded = isFormula(text.first) || text.first == "'"
        let safe = isGuarded ? "'" + text : text
        let isPlain = safe.utf8.allSatisfy { ![UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\""), 0x0A, 0x0D, 0x09].contains($0) }
        return isPlain ? safe : "\"" + safe.replacing("\"", with: "\"\"") + "\""
    }

    /// A cell as it was before it was written; a spreadsheet may have changed its line ends.
    static func text(of cell: String) -> String {
        let lines = cell.replacing("\r\n", with: "\n")
        guard lines.first == "'" else { return lines }
        let rest = lines.dropFirst()
        return isFormula(rest.first) || rest.first == "'" ? String(rest) : lines
    }
}
