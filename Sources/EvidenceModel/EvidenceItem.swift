/// How a record came to us.
public enum CollectionMethod: String, CaseIterable, Sendable {
    case export, api, file
    case handMade = "hand-made"
    case screenshot
}

/// Who may see a record.
public enum Classification: String, CaseIterable, Sendable { case `public`, `internal`, confidential, personal }

/// What a sample was drawn from, and how.
public struct Sample: Hashable, Sendable {
    public var population: Int?
    public var size: Int?
    public var selection: String?

    public init(population: Int? = nil, size: Int? = nil, selection: String? = nil) {
        self.population = population
        self.size = size
        self.selection = selection
    }
}

/// One artefact as collected. Its bytes are never changed; they stand in the locker under their digest.
public struct EvidenceItem: Hashable, Sendable {
    /// `sha256:` and 64 hexadecimal digits of the artefact's bytes.
    public var digest: String
    /// The AI system that it is evidence for.
    public var system: String
    /// Where it was found, relative to the workspace.
    public var path: String
    public var kind: String
    /// The format it was read as, such as `aws-cloudtrail` or `declared`.
    public var format: String
    /// Bytes.
    public var size: Int
    /// When what it states was true; `nil` when neither it nor its declaration says.
    public var observed: Period?
    /// Where the observed period is from: the artefact, its declaration, or the source.
    public var observedBasis: String?
    public var producer: String?
    public var reviewer: String?
    public var approver: String?
    /// The tool and version that collected it.
    public var collectedBy: String
    public var collectedAt: Instant
    public var method: CollectionMethod
    public var sample: Sample?
    public var classification: Classification
    /// The digest of the item that this one replaces.
    public var supersedes: String?
    /// The digest of all that told the reader how to read: the declaration beside it, its source, the format and the program's version.
    public var basis: String?
    public var facts: [Fact]
    /// Problems met when it was read.
    public var problems: [ReadingProblem]
    /// The blinded digest that the ledger holds instead of the plain one, in hexadecimal digits, when the item is sealed.
    public var blinded: String?
    /// The number of its ledger entry, from 0; `nil` before it is in the ledger.
    public var entry: Int?
    /// True when its bytes were deleted at the end of their retention.
    public var isRetired = false
    /// Texts of its facts that would tell what the redaction rules of its source hide: no pack prints them.
    public var withheld: [String] = []
    /// The names of its facts that would tell what the rules hide, in byte order: judged, and never shown.
    public var withheldFacts: [String] = []

    /// How often each redaction rule of its source hides something in it.
    public var redactions: [RedactionCount] = []

    /// The digest that may be shown: of a sealed item the blinded one, because a plain digest of a short field can be guessed.
    public var publicDigest: String { blinded.map { "blinded:\($0)" } ?? digest }

    public init(
        digest: String, system: String, path: String, kind: String, format: String, size: Int, observed: Period? = nil,
        observedBasis: String? = nil, producer: String? = nil, reviewer: String? = nil, approver: String? = nil, collectedBy: String,
        collectedAt: Instant, method: CollectionMethod = .file, sample: Sample? = nil, classification: Classification = .internal, supersedes: String? = nil,
        basis: String? = nil, facts: [Fact] = [], problems: [ReadingProblem] = []
    ) {
        self.digest = digest
        self.system = system
        self.path = path
        self.kind = kind
        self.format = format
        self.size = size
        self.observed = observed
        self.observedBasis = observedBasis
        self.producer = producer
        self.reviewer = reviewer
        self.approver = approver
        self.collectedBy = collectedBy
        self.collectedAt = collectedAt
        self.method = method
        self.sample = sample
        self.classification = classification
        self.supersedes = supersedes
        self.basis = basis
        self.facts = facts
        self.problems = problems
    }

    /// The fact of that name; where several have it, the first.
    public func fact(_ name: FactName) -> Fact? { facts.first { $0.name == name } }
}

/// How often one redaction rule hides something in one record.
public struct RedactionCount: Hashable, Sendable {
    public var rule: String
    /// What it does with what it hits: drop, mask or pseudonym.
    public var action: String
    public var reason: String
    public var count: Int

    public init(rule: String, action: String, reason: String, count: Int) {
        self.rule = rule
        self.action = action
        self.reason = reason
        self.count = count
    }
}

/// What was wrong in an artefact, as kept with the item.
public struct ReadingProblem: Hashable, Sendable {
    public var id: String
    public var severity: String
    /// `path:line:column`.
    public var place: String
    public var message: String
    public var hint: String?

    public init(id: String, severity: String, place: String, message: String, hint: String?) {
        self.id = id
        self.severity = severity
        self.place = place
        self.message = message
        self.hint = hint
    }
}

/// A file that holds no evidence because it could not be read, with the reason.
public struct UnreadFile: Hashable, Sendable {
    public var system: String
    public var path: String
    /// The kind that its source or declaration says it is, where one does.
    public var kind: String?
    public var problem: ReadingProblem

    public init(system: String, path: String, kind: String?, problem: ReadingProblem) {
        self.system = system
        self.path = path
        self.kind = kind
        self.problem = problem
    }
}
