public import ControlFrameworks
public import Diagnostics
public import EvidenceModel

/// How long evidence of some kinds is kept, counted from what, and who says so.
///
/// A law's period is a minimum: the organisation may add to it, and nothing takes from it.
public struct RetentionRule: Hashable, Sendable {
    /// Such as `eu-ai-act-18-1-a`.
    public var id: String
    /// The evidence kinds that it is about; all of them when empty, which only the organisation's own rules may say.
    public var kinds: [String]
    /// `nil` when the source gives no number.
    public var keep: CalendarDuration?
    /// What must also have happened, where the source says so and no record tells, such as the end of a device's expected life.
    ///
    /// Under such a rule nothing is due until the organisation states its own period for it.
    public var openEnd: String?
    public var from: Anchor
    /// The framework under which the system's risk class counts, where `applies` asks for one.
    public var framework: String?
    /// Always, when absent.
    public var applies: Condition?
    public var authority: Authority
    public var note: String?
    /// What the organisation added; the longest counts.
    public var longer: [Lengthening] = []
    public var location: TextLocation

    /// From when a period is counted.
    public enum Anchor: String, CaseIterable, Sendable {
        case placedOnMarket = "placed-on-market"
        case observedEnd = "observed-end"
        case collected

        /// As a sentence's part.
        public var words: String {
            switch self {
            case .placedOnMarket: "placing on the market"
            case .observedEnd: "the observed end"
            case .collected: "collection"
            }
        }
    }

    /// Who says so.
    public enum Authority: Hashable, Sendable {
        /// A law, by its exact citation.
        case law(String)
        /// The organisation, by the text in which it decided.
        case organisation(String)

        public var text: String {
            switch self {
            case .law(let cite): cite
            case .organisation(let source): source
            }
        }

        public var isLaw: Bool {
            if case .law = self { return true }
            return false
        }
    }

    /// A longer period that the organisation chose.
    public struct Lengthening: Hashable, Sendable {
        public var keep: CalendarDuration
        /// The text in which it was decided.
        public var source: String
        public var location: TextLocation

        public init(keep: CalendarDuration, source: String, location: TextLocation) {
            self.keep = keep
            self.source = source
            self.location = location
        }
    }

    /// True for evidence of that kind.
    public func covers(kind: String) -> Bool { kinds.isEmpty || kinds.contains { $0.utf8.elementsEqual(kind.utf8) } }

    /// As a sentence's part: `10 years from placing on the market`.
    public var words: String {
        var parts = [keep.map { "\($0.words) from \(from.words)" }, openEnd.map { "until \($0)" }].compactMap { $0 }
        parts += longer.map { "\($0.keep.words) by decision of the organisation (\($0.source))" }
        return parts.joined(separator: ", and ")
    }

    /// Every text that it rests on.
    public var sources: [String] { [authority.text] + longer.map(\.source) }
}
