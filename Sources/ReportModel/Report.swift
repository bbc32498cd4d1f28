import ControlFrameworks
public import EvidenceLocker
public import EvidenceModel
public import GapAnalysis
import StructuredText
public import Workspaces

/// All that a writer may say about one system and one period, ordered and dated, and nothing about how it looks.
public struct Report: Sendable {
    public var organisation: String
    public var system: AISystem
    public var period: Period
    public var asOf: Instant
    public var signers: [Workspace.Signer]
    /// One for each framework, in the order asked for.
    public var assessments: [Assessment]
    public var items: [EvidenceItem] { didSet { references = Self.references(of: items) } }
    public var unread: [UnreadFile]
    public var exceptions: [GapException]
    /// What persons have stated, as far as the ledger held it at as-of.
    public var attestations: [RecordedAttestation]
    /// What was wrong when the workspace was read; each makes the report incomplete.
    public var incomplete: [ReadingProblem]
    public var ledgerEntries: Int
    public var ledgerHead: String
    /// The ledger's name, and whether its head carries a signature.
    public var ledgerName: String?
    public var isLedgerSigned: Bool
    /// True when the ledger was made with a demonstration seed.
    public var isDemonstration: Bool
    /// What was deleted at the end of its retention.
    public var retirements: [LockerContents.RecordedEntry]
    /// True when the pack is issued: signed as soon as it is rendered, in a file beside it.
    public var isIssued = false
    public var producer: String
    public var previous: PreviousReport?

    public init(
        organisation: String, system: AISystem, period: Period, asOf: Instant, signers: [Workspace.Signer], assessments: [Assessment],
        contents: LockerContents, exceptions: [GapException], attestations: [RecordedAttestation] = [], incomplete: [ReadingProblem], producer: String,
        previous: PreviousReport?
    ) {
        self.organisation = organisation
        self.system = system
        self.period = period
        self.asOf = asOf
        self.signers = signers
        self.assessments = assessments
        items = contents.items.filter { $0.system == system.id }.sorted { ($0.kind, $0.path) < ($1.kind, $1.path) }
            .map(\.showingNothingWithheld)
        references = Self.references(of: items)
        unread = contents.unread.filter { $0.system == system.id }
        self.exceptions = exceptions.filter { $0.system == system.id }
        self.attestations = attestations.filter { $0.system.utf8.elementsEqual(system.id.utf8) }
        self.incomplete = incomplete
        ledgerEntries = contents.entries
        ledgerHead = "sha256:\(contents.head)"
        ledgerName = contents.origin
        isLedgerSigned = contents.isSigned
        isDemonstration = contents.isDemonstration
        retirements = contents.records(of: .retirement).filter { $0.entry.body["system"]?.string == system.id }
        self.producer = producer
        self.previous = previous
    }

    /// True when at least one control was held against evidence.
    public var isEvaluated: Bool { assessments.contains(where: \.isEvaluated) }

    /// True when a source or file could not be read, or was read with errors.
    public var isIncomplete: Bool {
        !unread.isEmpty || !incomplete.isEmpty || items.contains { $0.problems.contains { $0.severity == "error" } }
    }

    /// Short names that stand for items in the whole report: `E1`, `E2`, … in the order of the evidence index.
    public private(set) var references: [String: String] = [:]

    private static func references(of items: [EvidenceItem]) -> [String: String] {
        Dictionary(items.enumerated().map { ($1.path, "E\($0 + 1)") }, uniquingKeysWith: { first, _ in first })
    }
}

/// What the pack before this one said, for the changes since.
public struct PreviousReport: Sendable {
    public var period: String
    public var ledgerHead: String
    /// Verdicts by framework and control number.
    public var verdicts: [String: [String: String]]

    public init(period: String, ledgerHead: String, verdicts: [String: [String: String]]) {
        self.period = period
        self.ledgerHead = ledgerHead
        self.verdicts = verdicts
    }
}
