/// What a record is, with the vocabulary of facts that it may state.
public struct EvidenceKind: Sendable {
    /// The kind's name, such as `bias-assessment`.
    public var name: String
    public var title: String
    /// One sentence that says what such a record is.
    public var about: String
    /// How several items of this kind answer one requirement, unless the requirement says otherwise.
    public var judged: Judging
    public var facts: [FactDefinition]
    public var tables: [TableDefinition]

    /// How several items answer one requirement.
    public enum Judging: String, CaseIterable, Sendable {
        /// Documents: the items jointly state what is asked, and none may contradict it.
        case together
        /// Records and measurements: every item must pass.
        case every
    }

    public init(name: String, title: String, about: String, judged: Judging, facts: [FactDefinition], tables: [TableDefinition]) {
        self.name = name
        self.title = title
        self.about = about
        self.judged = judged
        self.facts = facts
        self.tables = tables
    }

    public func fact(_ name: FactName) -> FactDefinition? { facts.first { $0.name == name } }
    public func table(_ name: FactName) -> TableDefinition? { tables.first { $0.name == name } }
}

/// A scalar fact, or a column of a table.
public struct FactDefinition: Hashable, Sendable {
    public enum FactType: String, CaseIterable, Sendable { case number, text, flag, date, duration, list }

    public var name: FactName
    public var type: FactType
    /// The unit of a number; `ratio` is a share of one.
    public var unit: String?
    public var about: String

    public init(name: FactName, type: FactType, unit: String?, about: String) {
        self.name = name
        self.type = type
        self.unit = unit
        self.about = about
    }
}

/// A table fact: rows with typed columns.
public struct TableDefinition: Hashable, Sendable {
    public var name: FactName
    public var about: String
    public var columns: [FactDefinition]

    public init(name: FactName, about: String, columns: [FactDefinition]) {
        self.name = name
        self.about = about
        self.columns = columns
    }

    public func column(_ name: FactName) -> FactDefinition? { columns.first { $0.name == name } }
}

/// All evidence kinds, by name.
public struct EvidenceVocabulary: Sendable {
    private let byName: [String: EvidenceKind]
    /// The names in order.
    public let names: [String]

    public init(_ kinds: [EvidenceKind]) {
        byName = Dictionary(kinds.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        names = byName.keys.sorted()
    }

    public subscript(name: String) -> EvidenceKind? { byName[name] }
}
