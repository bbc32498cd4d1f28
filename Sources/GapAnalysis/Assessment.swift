public import ControlFrameworks
public import EvidenceModel
public import Workspaces

/// Everything the analysis may look at: there is no clock, no file and no network beside it.
public struct AssessmentInput: Sendable {
    public var system: AISystem
    public var framework: Framework
    public var vocabulary: EvidenceVocabulary
    public var period: Period
    /// Stands for now in every rule.
    public var asOf: Instant
    /// Current items of the system: what was superseded is not among them.
    public var items: [EvidenceItem]
    public var unread: [UnreadFile]
    public var exceptions: [GapException]
    /// What persons have stated, withdrawn records left out.
    public var attestations: [RecordedAttestation]
    /// How the bytes of a retired item came to be deleted, by the number of the item's entry in the ledger.
    public var retirements: [Int: String]

    public init(
        system: AISystem, framework: Framework, vocabulary: EvidenceVocabulary, period: Period, asOf: Instant, items: [EvidenceItem],
        unread: [UnreadFile], exceptions: [GapException], attestations: [RecordedAttestation] = [], retirements: [Int: String] = [:]
    ) {
        self.system = system
        self.framework = framework
        self.vocabulary = vocabulary
        self.period = period
        self.asOf = asOf
        self.items = items
        self.unread = unread
        self.exceptions = exceptions
        self.attestations = attestations
        self.retirements = retirements
    }
}

/// What the evidence of one system shows about one framework, for one period.
public struct Assessment: Sendable {
    public var system: AISystem
    public var framework: Framework
    public var period: Period
    public var asOf: Instant
    /// In the framework's order, groups included.
    public var controls: [ControlAssessment]
    /// Assessed controls that are in force at as-of.
    public var inForce: VerdictCounts
    /// Assessed controls that do not bind yet; never added to the others.
    public var readiness: VerdictCounts

    /// True when at least one control was held against at least one piece of evidence.
    public var isEvaluated: Bool { inForce.evaluated + readiness.evaluated > 0 }

    public func control(_ id: ControlID) -> ControlAssessment? { controls.first { $0.control.id == id } }
}

/// Verdicts counted, with their denominators.
public struct VerdictCounts: Hashable, Sendable {
    /// Controls that are assessed by themselves.
    public var controls = 0
    /// Of these, those that were held against at least one piece of evidence.
    public var evaluated = 0
    public var byVerdict: [Verdict: Int] = [:]

    /// Controls whose verdict is anything but `not applicable`.
    public var applicable: Int { controls - self[.notApplicable] }
    public subscript(verdict: Verdict) -> Int { byVerdict[verdict] ?? 0 }

    mutating func add(_ control: ControlAssessment) {
        controls += 1
        byVerdict[control.verdict, default: 0] += 1
        if control.isEvaluated { evaluated += 1 }
    }
}

/// What the evidence shows about one control.
public struct ControlAssessment: Sendable {
    public var control: Control
    public var verdict: Verdict
    /// Without repetition, in the order of the requirements.
    public var reasons: [Reason]
    public var requirements: [RequirementAssessment]
    /// When it binds, at as-of.
    public var binding: Binding
    /// Why it does not apply, or why that cannot be said.
    public var applicability: String?
    /// The active exception that covers a gap.
    public var exception: GapException?
    /// What the verdict would be without the exception.
    public var withoutException: Verdict?
    public var expiredExceptions: [GapException]
    /// True for a control that only groups others.
    public var isGroup: Bool
    /// What persons have stated over it or over a control above it, in the order of the ledger.
    public var attestations: [ControlAttestation] = []
    /// What falls short beside its requirements: the word of a person.
    public var shortfalls: [Shortfall] = []

    /// All that falls short, requirement by requirement and then the control itself.
    public var allShortfalls: [Shortfall] { requirements.flatMap(\.shortfalls) + shortfalls }

    /// True when at least one piece of evidence was held against it.
    public var isEvaluated: Bool { requirements.contains { !$0.considered.isEmpty } }

    /// Whether it binds at as-of.
    public enum Binding: Hashable, Sendable {
        /// Since that day, or always.
        case inForce(since: Instant?, cite: String?)
        /// From that day on; `nil` when the system file does not say enough to tell.
        case readiness(from: Instant?, cite: String?)

        public var isInForce: Bool {
            if case .inForce = self { return true }
            return false
        }
    }
}

/// What the evidence shows about one requirement.
public struct RequirementAssessment: Sendable {
    public var requirement: Requirement
    public var verdict: Verdict
    public var shortfalls: [Shortfall]
    /// Items that were held against it, newest first.
    public var considered: [EvidenceItem]
    /// Items of the right kind that do not count, with the reason.
    public var setAside: [SetAside]
    public var findings: [Finding]
    /// Where coverage was asked for.
    public var coverage: Coverage?
    /// Why it does not apply, where it does not.
    public var applicability: String?

    /// An item of the right kind that does not count.
    public struct SetAside: Sendable {
        public var item: EvidenceItem
        public var why: String
    }
}

/// What one check found in one item.
public struct Finding: Sendable {
    public var item: EvidenceItem
    /// The rule as a sentence.
    public var rule: String
    public var outcome: Outcome
    /// What was found, with its place: `features[age].psi 0.31, drift/2026-08.json#/features/3/psi`.
    public var found: String
    /// `path` and locator.
    public var place: String
    /// The limit it was held against, with who approved it and when.
    public var limit: String?

    public enum Outcome: String, Sendable {
        case passed, failed
        /// The item does not state what the check asks.
        case silent
        case noLimit = "no limit declared"
    }
}

/// How much of a period is covered by evidence.
public struct Coverage: Hashable, Sendable {
    /// Stretches without evidence that are longer than allowed, in order.
    public var holes: [Period]
    /// Covered time divided by the period's length.
    public var share: Double
}
