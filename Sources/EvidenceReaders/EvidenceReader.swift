public import Diagnostics
public import EvidenceModel

/// Turns the bytes of one evidence format into facts.
///
/// A reader is a pure function of its source: it opens no file, asks no clock, and never throws. What it cannot read it reports, so that the report can
/// say what was not looked at. It never lets a missing value become 0.
public protocol EvidenceReader: Sendable {
    /// The format's name on the command line, in reports, and under `Evidence/formats/`.
    var format: String { get }
    /// The kind of evidence that this format is, unless a declaration says otherwise.
    var kind: String { get }
    /// How surely the source is of this format, going by its first bytes, then by its path.
    func recognizes(_ source: EvidenceSource) -> Recognition
    /// The facts that the source states, and diagnostics for what was not understood; both may be filled.
    func read(_ source: EvidenceSource, _ options: ReadingOptions) -> Reading
}

/// How surely a source is of a format. Two readers that are equally sure make the file ambiguous.
public enum Recognition: Int, Comparable, Sendable {
    case no, weak, likely, certain
    public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// What a source's declaration and the system file tell a reader.
public struct ReadingOptions: Sendable {
    /// Column or pointer by role, for readers that need one (`time`, `actor`, `action`, `outcome`; `label`, `decision`, `favourable`, …).
    public var mapping: [String: String]
    /// Protected attributes to compare, for bias assessments; several joined by `*` are an intersection.
    public var attributes: [String]
    /// Data sets that the system declares as coming from outside, for lineage; `*` at the end matches any ending.
    public var externalDatasets: [String]
    /// The released model version that lineage must lead to.
    public var releasedModel: String?
    /// Where training data begin, for the training path; empty: any root data set.
    public var trainingDatasets: [String]

    public init(
        mapping: [String: String] = [:], attributes: [String] = [], externalDatasets: [String] = [], releasedModel: String? = nil,
        trainingDatasets: [String] = []
    ) {
        self.mapping = mapping
        self.attributes = attributes
        self.externalDatasets = externalDatasets
        self.releasedModel = releasedModel
        self.trainingDatasets = trainingDatasets
    }
}

/// What a reader saw in a source.
public struct Reading: Sendable {
    public var facts: [Fact]
    public var diagnostics: [Diagnostic]
    /// When what the source states was true, where the source itself says so.
    public var observed: Period?
    /// Who or what made it, where the source itself says so.
    public var producer: String?
    /// What it was drawn from, where the source itself says so.
    public var sample: Sample?
    /// False when the source could not be read at all: then it is listed as unread, and is no evidence.
    public var usable: Bool

    public init(
        facts: [Fact] = [], diagnostics: [Diagnostic] = [], observed: Period? = nil, producer: String? = nil, sample: Sample? = nil,
        usable: Bool = true
    ) {
        self.facts = facts
        self.diagnostics = diagnostics
        self.observed = observed
        self.producer = producer
        self.sample = sample
        self.usable = usable
    }

    /// Nothing but the reason why.
    public static func unreadable(_ diagnostics: [Diagnostic]) -> Reading { Reading(diagnostics: diagnostics, usable: false) }
}
