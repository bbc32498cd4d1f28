public import ControlFrameworks
import Diagnostics
public import EvidenceLocker
public import EvidenceModel
import GapAnalysis
public import ReportModel
public import Workspaces

/// All that a pack is made of: with it, the same program makes the same pack anywhere.
public struct PackMaterial: Sendable {
    public var workspace: Workspace
    public var system: AISystem
    /// In the order of the pack.
    public var frameworks: [Framework]
    /// The frameworks and evidence kinds that it was made with.
    public var library: FrameworkLibrary
    public var period: Period
    public var asOf: Instant
    public var contents: LockerContents
    /// What was wrong when the workspace was read.
    public var incomplete: [ReadingProblem]
    public var producer: String
    public var previous: PreviousReport?
    public var isIssued: Bool

    public init(
        workspace: Workspace, system: AISystem, frameworks: [Framework], library: FrameworkLibrary, period: Period, asOf: Instant,
        contents: LockerContents, incomplete: [ReadingProblem], producer: String, previous: PreviousReport?, isIssued: Bool
    ) {
        self.workspace = workspace
        self.system = system
        self.frameworks = frameworks
        self.library = library
        self.period = period
        self.asOf = asOf
        self.contents = contents
        self.incomplete = incomplete
        self.producer = producer
        self.previous = previous
        self.isIssued = isIssued
    }

    /// The report of evidence, exceptions and limits alone.
    /// - Throws: a `Diagnostic` when the ledger holds what this knows nothing of: attestations and retirements.
    public func plainReport() throws -> Report {
        for type in [LedgerEntry.EntryType.attestation, .retirement] where !contents.records(of: type).isEmpty {
            throw Diagnostic(
                id: "verify.not-rebuilt", severity: .error,
                message: "the pack rests on entries of the type '\(type.rawValue)', which this program cannot weigh",
                hint: "rebuild with the program that made the pack")
        }
        let assessments = frameworks.map { framework in
            Assessment(
                AssessmentInput(
                    system: system, framework: framework, vocabulary: library.vocabulary, period: period, asOf: asOf,
                    items: contents.items.filter { $0.system == system.id }, unread: contents.unread.filter { $0.system == system.id },
                    exceptions: workspace.exceptions))
        }
        var report = Report(
            organisation: workspace.organisation, system: system, period: period, asOf: asOf, signers: workspace.signers, assessments: assessments,
            contents: contents, exceptions: workspace.exceptions, incomplete: incomplete, producer: producer, previous: previous)
        report.isIssued = isIssued
        return report
    }
}
