public import StructuredText

extension FactValue {
    /// As a person would write it: no unit, lists joined by commas, tables by their row count.
    public var text: String {
        switch self {
        case .number(let number): jsonNumber(number)
        case .text(let text): text
        case .flag(let flag): flag ? "yes" : "no"
        case .date(let instant): instant.text
        case .duration(let duration): duration.text
        case .list(let items): items.joined(separator: ", ")
        case .table(let rows): "\(rows.count) row\(rows.count == 1 ? "" : "s")"
        }
    }

    /// What kind of value it is, in the words of the vocabulary.
    public var typeName: String {
        switch self {
        case .number: "number"
        case .text: "text"
        case .flag: "flag"
        case .date: "date"
        case .duration: "duration"
        case .list: "list"
        case .table: "table"
        }
    }

    /// As JSON: dates and durations are texts, a table is a list of row objects.
    public var value: Value {
        switch self {
        case .number(let number): number == number.rounded() && abs(number) < 1e15 ? .int(Int(number)) : .number(number)
        case .text(let text): .string(text)
        case .flag(let flag): .bool(flag)
        case .date(let instant): .string(instant.text)
        case .duration(let duration): .string(duration.text)
        case .list(let items): .list(items.map { .string($0) })
        case .table(let rows): .list(rows.map { row in .map(row.cells.map { .init($0.column.text, $0.value.value) }) })
        }
    }
}

extension Locator {
    /// As stored and printed: `line:14`, `pointer:/a/0`, `xpath:…`, `cell:3:sex`, `declaration:2`, or `whole`.
    public var code: String {
        switch self {
        case .whole: "whole"
        case .line(let line): "line:\(line)"
        case .pointer(let pointer): "pointer:\(pointer)"
        case .xpath(let path): "xpath:\(path)"
        case .cell(let row, let column): "cell:\(row):\(column)"
        case .declaration(let line): "declaration:\(line)"
        }
    }

    public init?(code: String) {
        if code == "whole" {
            self = .whole
            return
        }
        // By scalars: a column's name may begin with a combining mark, which would make one character with the colon.
        guard let colon = code.unicodeScalars.firstIndex(of: ":") else { return nil }
        let rest = String(code.unicodeScalars[code.unicodeScalars.index(after: colon)...])
        switch String(code.unicodeScalars[..<colon]) {
        case "line":
            guard let line = Int(rest) else { return nil }
            self = .line(line)
        case "pointer": self = .pointer(rest)
        case "xpath": self = .xpath(rest)
        case "cell":
            let scalars = rest.unicodeScalars
            guard let second = scalars.firstIndex(of: ":"), let row = Int(String(scalars[..<second])) else { return nil }
            self = .cell(row: row, column: String(scalars[scalars.index(after: second)...]))
        case "declaration":
            guard let line = Int(rest) else { return nil }
            self = .declaration(line: line)
        default: return nil
        }
    }
}
