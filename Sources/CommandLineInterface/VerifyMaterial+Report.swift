import Attestations
import ControlFrameworks
import Diagnostics
import EvidenceBundles
import EvidenceLocker
import EvidenceModel
import GapAnalysis
import ReportModel
import Workspaces

extension PackMaterial {
    /// The report as `pack` makes it of a locker, with what persons stated and what was deleted.
    /// - Throws: a `Diagnostic` when the public keys of those who stated something are not at hand.
    func report() throws -> Report {
        let attestations = try attestations()
        let assessments = frameworks.map { framework in
            Assessment(
                AssessmentInput(
                    system: system, framework: framework, vocabulary: library.vocabulary, period: period, asOf: asOf,
                    items: contents.items.filter { $0.system == system.id }, unread: contents.unread.filter { $0.system == system.id },
                    exceptions: workspace.exceptions, attestations: attestations, retirements: contents.retirements))
        }
        var report = Report(
            organisation: workspace.organisation, system: system, period: period, asOf: asOf, signers: workspace.signers, assessments: assessments,
            contents: contents, exceptions: workspace.exceptions, attestations: attestations, incomplete: incomplete, producer: producer,
            previous: previous)
        report.isIssued = isIssued
        return report
    }

    private func attestations() throws -> [RecordedAttestation] {
        guard !contents.records(of: .attestation).isEmpty else { return [] }
        guard !workspace.files.names(in: AttestationKeys.folder).isEmpty else { throw Diagnostic.noAttestationKeys(AttestationKeys.folder) }
        let files = AttestationFiles(workspace: workspace, library: library)
        return AttestationRegister(contents, of: system.client, statements: files.statements, keys: AttestationKeys(files: workspace.files)).records
    }
}

extension Diagnostic {
    fileprivate static func noAttestationKeys(_ folder: String) -> Self {
        Diagnostic(
            id: "verify.no-attestation-keys", severity: .error, location: TextLocation(path: folder),
            message: "persons stated something on which the pack rests, and the bundle's workspace files do not hold their public keys",
            hint: "rebuild the pack where it was made")
    }
}
