/// The name of a fact in the vocabulary of an evidence kind, such as `largest-hole`.
public struct FactName: Hashable, Comparable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    public var text: String
    public init(_ text: String) { self.text = text }
    public init(stringLiteral value: String) { text = value }
    public var description: String { text }
    public static func < (a: Self, b: Self) -> Bool { a.text < b.text }
}

/// A typed value that an artefact states, or that was computed from it.
public indirect enum FactValue: Hashable, Sendable {
    case number(Double)
    case text(String)
    case flag(Bool)
    /// A day or a moment.
    case date(Instant)
    case duration(CalendarDuration)
    case list([String])
    case table([FactRow])
}

/// One row of a table fact. Columns are in the order of the kind's vocabulary; a value that is not stated is left out.
public struct FactRow: Hashable, Sendable {
    public var cells: [Cell]
    /// Where the row stands.
    public var locator: Locator

    public struct Cell: Hashable, Sendable {
        public var column: FactName
        public var value: FactValue
        public init(_ column: FactName, _ value: FactValue) {
            self.column = column
            self.value = value
        }
    }

    public init(_ cells: [Cell], locator: Locator) {
        self.cells = cells
        self.locator = locator
    }

    /// A row from pairs; absent values are left out.
    public init(_ pairs: [(FactName, FactValue?)], at locator: Locator) {
        self.init(pairs.compactMap { name, value in value.map { Cell(name, $0) } }, locator: locator)
    }

    public subscript(column: FactName) -> FactValue? { cells.first { $0.column == column }?.value }
}

/// One thing that a piece of evidence states about an AI system, with the place that states it.
///
/// A fact carries no opinion: whether it satisfies a control is for the gap analysis to say.
public struct Fact: Hashable, Sendable {
    /// The name in the vocabulary of the evidence's kind, such as `intended-use` or `psi-max`.
    public var name: FactName
    public var value: FactValue
    /// The unit of a number, such as `events`, `ratio` or `g`.
    public var unit: String?
    /// Where in the artefact it stands, so that a reviewer can open it there.
    public var locator: Locator

    public init(_ name: FactName, _ value: FactValue, unit: String? = nil, at locator: Locator) {
        self.name = name
        self.value = value
        self.unit = unit
        self.locator = locator
    }
}

/// Where in an artefact a fact stands.
public enum Locator: Hashable, Sendable {
    /// The whole artefact: a count, or a value computed over all of it.
    case whole
    /// A line, from 1.
    case line(Int)
    /// An RFC 6901 JSON pointer.
    case pointer(String)
    /// An XPath expression.
    case xpath(String)
    /// A row (from 1, the header being row 1) and a column's name.
    case cell(row: Int, column: String)
    /// The declaration beside the artefact, with its line.
    case declaration(line: Int)

    /// What stands after the file's path: `:14`, `#/a/0`, `#xpath(...)`, `#row=3;column=sex`.
    public var suffix: String {
        switch self {
        case .whole: ""
        case .line(let line): ":\(line)"
        case .pointer(let pointer): "#\(pointer)"
        case .xpath(let path): "#xpath(\(path))"
        case .cell(let row, let column): "#row=\(row);column=\(column)"
        case .declaration(let line): ".evidence.yaml:\(line)"
        }
    }
}
