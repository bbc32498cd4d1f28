import StructuredText

/// How one cell of a decision or label column is read as yes or no. A word is never guessed, and neither is the threshold of a score.
enum PredictionOutcome: Hashable {
    /// 0/1 or true/false, of which the given one is the yes.
    case binary(yes: Bool)
    /// Words or codes, of which the given one is the yes and every other one the no.
    case word(String)
    /// A number, which is a yes when it is at least the threshold (or below it, where `above` is false).
    case score(threshold: Double, above: Bool)

    /// What a cell says.
    enum Answer: Hashable { case yes, no, missing, unreadable }

    /// - Parameter cell: the cell without blanks around it.
    func answer(_ cell: String) -> Answer {
        if Self.isMissing(cell) { return .missing }
        switch self {
        case .binary(let yes): return Self.binary(cell).map { $0 == yes ? .yes : .no } ?? .unreadable
        case .word(let word):
            if cell == word { return .yes }
            guard let number = Self.number(cell), let wanted = Self.number(word) else { return .no }
            return number == wanted ? .yes : .no
        case .score(let threshold, let above):
            return Self.number(cell).map { ($0 >= threshold) == above ? .yes : .no } ?? .unreadable
        }
    }

    /// What counts as favourable, in the words of a report: `y_pred = 1`, `score >= 0.5`.
    func words(column: String) -> String {
        switch self {
        case .binary(let yes): "\(column) = \(yes ? "1" : "0")"
        case .word(let word): "\(column) = \(word)"
        case .score(let threshold, let above): "\(column) \(above ? ">=" : "<") \(jsonNumber(threshold))"
        }
    }

    /// Whether a cell holds no value. `None` is a value: a disability may be none.
    static func isMissing(_ cell: String) -> Bool {
        guard cell.utf8.count <= 4 else { return false }
        switch cell {
        case "": return true
        case "NA", "N/A", "n/a", "<NA>", "NaN", "nan", "NAN", "null", "NULL", "Null": return true
        default: return false
        }
    }

    /// 0 or 1 in any spelling of the number, or true or false.
    static func binary(_ cell: String) -> Bool? {
        switch cell {
        case "1", "1.0": return true
        case "0", "0.0": return false
        default: break
        }
        switch cell.lowercased() {
        case "true": return true
        case "false": return false
        default: break
        }
        guard let number = number(cell) else { return nil }
        return number == 1 ? true : number == 0 ? false : nil
    }

    /// A finite decimal number; `nil` for `1e999`, `NaN`, hexadecimal and words.
    static func number(_ cell: String) -> Double? {
        let isDecimal = cell.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || byte == 0x2E || byte == 0x2B || byte == 0x2D || byte | 0x20 == UInt8(ascii: "e")
        }
        guard isDecimal, cell.utf8.count <= 400, let number = Double(cell), number.isFinite else { return nil }
        return number
    }
}
