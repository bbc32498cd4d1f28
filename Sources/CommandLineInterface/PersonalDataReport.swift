import ArgumentParser
import BagArchives
import Diagnostics
import EvidenceBundles
import EvidenceModel
import Redaction
import Signatures

/// Looks for personal data in what is about to leave the house, as the receiver will see it: redacted where rules redact.
struct PersonalDataReport {
    private var scans: [PersonalDataScan] = []

    /// - Throws: what the members' streams throw.
    init(_ content: BundleContent, items: [EvidenceItem]) throws {
        for member in content.payload where member.name.hasPrefix("data/evidence/") {
            let item = items.first { $0.entry.map { BundleLayout.evidence($0, path: "") }?.dropLast(4) == member.name.prefix(21) }
            let scan = try PersonalDataScan.scan(try member.open(), path: item?.path ?? member.name)
            if scan.count > 0 { scans.append(scan) }
        }
    }

    /// Warns; where the policy says so, ends the export instead.
    func tell(_ policy: SigningPolicy) throws {
        for scan in scans { Console.report([.found(scan, policy.personalData == .block ? .error : .warning)]) }
        if policy.personalData == .block, !scans.isEmpty { throw ExitCode(ExitStatus.badInput.rawValue) }
    }
}

extension Diagnostic {
    fileprivate static func found(_ scan: PersonalDataScan, _ severity: Severity) -> Self {
        let totals = scan.totals.map { "\($0.count) \($0.kind)" }.joined(separator: ", ")
        let first = scan.findings.first
        return Diagnostic(
            id: "export.personal-data", severity: severity, location: first?.location ?? TextLocation(path: scan.path),
            message: "the record looks as if it held personal data: \(totals)" + (first.map { ", the first '\($0.sample)'" } ?? ""),
            hint: "add redaction rules to its source, leave it out with --classification, or set 'signing: { personal-data: warn }'")
    }
}
