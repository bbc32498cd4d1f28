import ArgumentParser
import BagArchives
import Diagnostics
import EvidenceBundles
import EvidenceLocker
import EvidenceModel
import Redaction
import Signatures
import StructuredText
import Workspaces

/// Looks for personal data in what is about to leave the house, as the receiver will see it: redacted where rules redact.
struct PersonalDataReport {
    /// Files that are listed one by one.
    private static let mostListed = 10

    /// Of files with hits, in the byte order of their paths.
    private var scans: [PersonalDataScan] = []

    /// - Throws: what the members' streams throw.
    init(_ content: BundleContent, items: [EvidenceItem], of system: AISystem, in locker: Locker) throws {
        // By the name in the bundle without its ending: redacted or not, it is the same.
        let known = Dictionary(items.compactMap { item in item.entry.map { (Self.stem($0), item) } }) { first, _ in first }
        for member in content.payload where member.name.utf8.starts(with: "data/evidence/".utf8) {
            try add(member, known[member.name.split(separator: ".").first.map { Array($0.utf8) } ?? []], system, locker)
        }
        scans.sort { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }

    /// One item that is about to be handed out.
    init(_ artefact: ArchiveMember, _ item: EvidenceItem, of system: AISystem, in locker: Locker) throws {
        try add(artefact, item, system, locker)
    }

    private static func stem(_ entry: Int) -> [UInt8] { Array(BundleLayout.evidence(entry, path: "").utf8.prefix { $0 != UInt8(ascii: ".") }) }

    private mutating func add(_ member: ArchiveMember, _ item: EvidenceItem?, _ system: AISystem, _ locker: Locker) throws {
        let path = item?.path ?? member.name
        guard let open = try Self.opener(member, path) else { return }
        var scan = try PersonalDataScan.scan(try open(), path: path)
        if let item, let source = system.source(of: item.path), !source.personalFields.isEmpty {
            scan.add(
                try PersonalDataScan.scan(
                    try open(), path: path, format: try locker.format(of: item), declared: source.personalFields,
                    hasHeader: source.redaction?.hasHeader ?? true))
        }
        if scan.count > 0 { scans.append(scan) }
    }

    /// What opens the text of a member, decompressed where it is gzip; `nil` when it cannot be decompressed, so that nobody can read it either.
    private static func opener(_ member: ArchiveMember, _ path: String) throws -> (() throws -> any ByteStream)? {
        guard try readPrefix(of: member.open(), limit: 2) == [0x1F, 0x8B] else { return { try member.open() } }
        let open = { GzipStream(try member.open(), path: path) }
        do {
            let stream = try open()
            while try !readPrefix(of: stream, limit: 1 << 20).isEmpty {}
            return open
        } catch is Diagnostic {
            return nil
        }
    }

    /// Warns; where the policy says so, ends the command instead. Nothing may have been written then.
    func tell(_ policy: SigningPolicy) throws {
        if scans.isEmpty { return }
        let isBlocked = policy.personalData == .block
        let severity: Diagnostic.Severity = isBlocked ? .error : .warning
        if isBlocked { Console.report([.blocked(scans.count)]) }
        Console.report(scans.prefix(Self.mostListed).map { .found($0, severity) })
        if scans.count > Self.mostListed { Console.report([.more(scans, listed: Self.mostListed, severity)]) }
        if isBlocked { throw ExitCode(ExitStatus.badInput.rawValue) }
    }

    /// `3 email, 1 phone`, in the order of the kinds.
    fileprivate static func words(_ scans: [PersonalDataScan]) -> String {
        let kinds = PersonalDataKind.allCases.map(\.rawValue) + [PersonalDataScan.declared]
        return kinds.compactMap { kind in
            let count = scans.reduce(0) { $0 + ($1.totals.first { $0.kind == kind }?.count ?? 0) }
            return count == 0 ? nil : "\(count) \(kind)"
        }.joined(separator: ", ")
    }
}

extension Diagnostic {
    fileprivate static func blocked(_ files: Int) -> Self {
        Diagnostic(
            id: "export.personal-data-blocked", severity: .error,
            message: "nothing was written: \(files == 1 ? "1 record looks" : "\(files) records look") as if personal data stood in the open, "
                + "and the policy blocks that",
            hint: "add redaction rules, leave the records out, or set 'signing: { personal-data: warn }' when this may leave the house")
    }

    fileprivate static func found(_ scan: PersonalDataScan, _ severity: Severity) -> Self {
        let first = scan.findings.first
        return Diagnostic(
            id: "export.personal-data", severity: severity, location: first?.location ?? TextLocation(path: scan.path),
            message: "the record looks as if it held personal data: \(PersonalDataReport.words([scan]))" + (first.map { ", the first '\($0.sample)'" } ?? ""),
            hint: "add redaction rules to its source, or leave it out with --classification")
    }

    fileprivate static func more(_ scans: [PersonalDataScan], listed: Int, _ severity: Severity) -> Self {
        let left = scans.count - listed
        return Diagnostic(
            id: "export.personal-data", severity: severity,
            message: "\(left) more \(left == 1 ? "record looks" : "records look") so; in all \(scans.count) records: \(PersonalDataReport.words(scans))",
            hint: "add redaction rules to their sources")
    }
}
