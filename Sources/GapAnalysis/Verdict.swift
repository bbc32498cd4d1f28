/// What the evidence says about a requirement or a control. Never without reasons where it falls short.
public enum Verdict: String, CaseIterable, Sendable {
    case met
    case partlyMet = "partly met"
    case notMet = "not met"
    /// Files that may hold the evidence could not be read, a person has to decide, or the system file does not say whether it applies.
    case notAssessed = "not assessed"
    case notApplicable = "not applicable"
    /// Short of met, and accepted for a time.
    case excepted
    /// Evidence stands against evidence, and no rule says which one counts.
    case conflict

    /// True when there is something left to do.
    public var isGap: Bool { self == .partlyMet || self == .notMet || self == .conflict }
}

/// Why a verdict falls short of `met`.
public enum Reason: String, CaseIterable, Sendable {
    case missing, stale
    case periodHole = "period-hole"
    case checkFailed = "check-failed"
    case noLimitDeclared = "no-limit-declared"
    case sampleTooSmall = "sample-too-small"
    case unreadable, unsigned, contradicted
    case selfApproved = "self-approved"
    case awaitsPerson = "awaits-a-person"
    case outsideAuthority = "outside-authority"
    case exceptionExpired = "exception-expired"
    /// The person who has the last word declined to state it.
    case declined
    /// The system file does not say whether the control applies.
    case unresolved
}

/// One thing that keeps a requirement from being met.
public struct Shortfall: Hashable, Sendable {
    public var reason: Reason
    /// What was found and what was expected.
    public var text: String
    /// What to do about it, starting with a verb.
    public var remedy: String

    public init(_ reason: Reason, _ text: String, remedy: String) {
        self.reason = reason
        self.text = text
        self.remedy = remedy
    }
}
