public import Diagnostics
public import EvidenceModel
public import StructuredText

/// One piece of evidence that a control needs, and what the evidence must show.
public struct Requirement: Sendable {
    /// From 1, within the control.
    public var number: Int
    /// Kinds of evidence, any of which will do.
    public var kinds: [String]
    /// Who reads it, and what for.
    public var why: String
    /// The newest accepted item must be no older than this at as-of.
    public var within: CalendarDuration?
    /// The union of observed periods must cover the reporting period.
    public var coversPeriod: Bool
    /// Holes in that cover up to this length are allowed.
    public var allowedHole: CalendarDuration?
    /// So many accepted items at least.
    public var atLeast: Int
    public var producedBy: [String]
    public var methods: [CollectionMethod]
    /// Producer, reviewer and approver must differ.
    public var fourEyes: Bool
    public var sampleAtLeast: SampleSize?
    public var judged: EvidenceKind.Judging
    public var applies: Condition?
    public var checks: [Check]
    public var location: TextLocation

    /// How large a sample must be.
    public enum SampleSize: Hashable, Sendable {
        case number(Int)
        /// The limit that the organisation declared under this name.
        case declaredLimit(String)
    }
}

/// Values that show what meets a control and what does not; its documentation and its test.
public struct ControlExamples: Sendable {
    public var met: YAMLNode
    public var notMet: YAMLNode
}

/// One thing that evidence must show, as data.
public struct Check: Sendable {
    public var scope: Scope
    /// Rows that count; all must hold. Empty: every row.
    public var conditions: [RowCondition]
    /// The scalar fact, or the column of the table; absent for a count.
    public var fact: FactName?
    /// All must hold.
    public var tests: [Test]
    /// What `each` says over no row.
    public var noRowsHold: Bool
    /// The reason to give when it fails, in place of `check-failed`.
    public var failureReason: String?
    public var location: TextLocation

    public enum Scope: Hashable, Sendable {
        case scalar
        case each(FactName)
        case any(FactName)
        case none(FactName)
        case count(FactName)

        public var table: FactName? {
            switch self {
            case .scalar: nil
            case .each(let table), .any(let table), .none(let table), .count(let table): table
            }
        }
    }

    /// A condition on one column of a row.
    public struct RowCondition: Sendable {
        public var column: FactName
        public var tests: [Test]
    }

    /// What a value is held against.
    public enum Test: Hashable, Sendable {
        case present(words: Int?)
        case absent
        case isFlag(Bool)
        case atLeast(Bound)
        case atMost(Bound)
        /// Equal to one of these, without regard to case.
        case oneOf([String])
        /// A POSIX extended regular expression.
        case matches(String)
        /// A list that holds all of these.
        case contains([String])
        /// A list that holds all attributes that the system declares as protected.
        case containsDeclaredAttributes
        case before(Moment)
        case after(Moment)
        /// No later than the duration after a moment.
        case withinOf(CalendarDuration, Moment)
        /// No older than the duration at as-of.
        case recent(CalendarDuration)
        /// At least the duration after a moment.
        case lasts(CalendarDuration, Moment)
        /// The limit of this name that the organisation declared.
        case meetsLimit(String)
        case differsFrom(FactName)
        case listedIn(kind: String, table: FactName, column: FactName)
    }

    public enum Bound: Hashable, Sendable {
        case number(Double)
        case duration(CalendarDuration)

        public var text: String {
            switch self {
            case .number(let number): jsonNumber(number)
            case .duration(let duration): duration.words
            }
        }
    }

    /// A moment that a date is compared with.
    public enum Moment: Hashable, Sendable {
        /// Another date of the same row or item.
        case fact(FactName)
        case date(Instant)
        case asOf, periodStart, periodEnd, release

        public var words: String {
            switch self {
            case .fact(let name): name.text
            case .date(let instant): instant.text
            case .asOf: "as-of"
            case .periodStart: "the period's start"
            case .periodEnd: "the period's end"
            case .release: "the version's release"
            }
        }
    }
}
