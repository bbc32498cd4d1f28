import BagArchives
import Diagnostics
import EvidenceLocker
import EvidenceModel
import StructuredText
import TransparencyLog

extension BundleExamination {
    static let report = BundleLayout.packFolder + "report.json"

    /// What the pack's own report says, held against the statement, the list of items and the entries.
    func reportFaults() throws(Diagnostic) -> [Diagnostic] {
        let place = path(Self.report)
        let bytes = try members.json(Self.report, limit: BundleLimits.report, values: BundleLimits.reportValues)
        let parsed = JSONParser.parse(bytes, path: place)
        guard let report = parsed.node else { return parsed.diagnostics }
        var faults: [Diagnostic] = []
        if let predicate {
            func compare(_ pointer: String, _ said: String?) {
                let found = report.at(pointer: pointer)?.scalarText
                if !isSame(found, said) { faults.append(.otherReport(place, pointer, found, said)) }
            }
            compare("/cover/system/id", predicate.system)
            compare("/cover/period/label", predicate.period)
            compare("/integrity/ledger-name", predicate.checkpoint.origin)
            if report.at(pointer: "/cover/as-of")?.string.flatMap({ Instant($0) }) != Instant(predicate.asOf) {
                faults.append(.otherReport(place, "/cover/as-of", report.at(pointer: "/cover/as-of")?.string, predicate.asOf))
            }
            faults += headFaults(report, predicate, place) + frameworkFaults(report, predicate, place) + countFaults(report, predicate, place)
        }
        return faults + evidenceFaults(report, place) + attestationFaults(report, place) + omissionFaults(report, place)
    }

    /// The pack was rendered before its own issue was recorded: its head is an earlier one of the same ledger.
    private func headFaults(_ report: JSONNode, _ predicate: BundlePredicate, _ place: String) -> [Diagnostic] {
        let head = "sha256:\(predicate.checkpoint.root.hex)"
        guard let size = report.at(pointer: "/integrity/ledger-entries")?.int, size >= 0, size <= predicate.checkpoint.size else {
            return [
                .otherReport(
                    place, "/integrity/ledger-entries", report.at(pointer: "/integrity/ledger-entries")?.scalarText, "at most \(predicate.checkpoint.size)")
            ]
        }
        let found = report.at(pointer: "/integrity/ledger-head")?.string
        return size == predicate.checkpoint.size && !isSame(found, head) ? [.otherReport(place, "/integrity/ledger-head", found, head)] : []
    }

    private func frameworkFaults(_ report: JSONNode, _ predicate: BundlePredicate, _ place: String) -> [Diagnostic] {
        let rows = report.at(pointer: "/cover/frameworks")?.array ?? []
        let found = rows.map { "\($0["id"]?.string ?? "") (\($0["edition"]?.string ?? "")) \($0["digest"]?.string ?? "")" }
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        let signed = predicate.frameworks.map { "\($0.id) (\($0.edition)) sha256:\($0.sha256)" }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        return found.elementsEqual(signed, by: { isSame($0, $1) })
            ? [] : [.otherReport(place, "/cover/frameworks", found.joined(separator: ", "), signed.joined(separator: ", "))]
    }

    /// Each framework's counts in the statement are those of the report: whoever signs next reads them from the statement alone.
    private func countFaults(_ report: JSONNode, _ predicate: BundlePredicate, _ place: String) -> [Diagnostic] {
        let rows = report.at(pointer: "/summary/frameworks")?.array ?? []
        return predicate.counts.compactMap { said in
            let id = said["framework"]?.string
            let row = rows.first { isSame($0["id"]?.string, id) }
            let isTrue = ["in-force", "readiness"].allSatisfy { name in
                isSame(row?[name].map { Self.text($0, place) }, said[name].map(\.canonicalJSON))
            }
            return isTrue && row != nil ? nil : .otherCounts(place, id)
        }
    }

    /// A node in canonical JSON, so that it can be compared; never a canonical text when it has no such form.
    private static func text(_ node: JSONNode, _ place: String) -> String { (try? CanonicalJSON.value(of: node, path: place))?.canonicalJSON ?? "" }

    /// Each record of the pack's index is among the bundle's items, with the digest of its entry: nothing that a verdict rests on is left out unsaid.
    private func evidenceFaults(_ report: JSONNode, _ place: String) -> [Diagnostic] {
        guard let items else { return [] }
        let rows = Dictionary(items.rows.map { (Array($0.path.utf8), $0) }, uniquingKeysWith: { $1 })
        return (report["evidence"]?.array ?? []).compactMap { record in
            guard let name = record["path"]?.string else { return .otherReport(place, "/evidence", "a record without a path", "its path") }
            guard let row = rows[Array(name.utf8)], let body = entry(row.entry)?.body else { return .notAmongItems(place, name) }
            let recorded = body["sha256"]?.string.map { "sha256:\($0)" } ?? body["blinded"]?.string.map { "blinded:\($0)" }
            return isSame(record["digest"]?.string, recorded) ? nil : .otherEvidence(place, name, row.entry)
        }
    }

    /// Each attestation that the pack lists is in the bundle: one that was declined cannot be taken out of it.
    private func attestationFaults(_ report: JSONNode, _ place: String) -> [Diagnostic] {
        (report["attestations"]?.array ?? []).compactMap { row in
            guard let number = row["entry"]?.int, entry(number)?.type == .attestation else {
                return .noAttestation(place, row["id"]?.string ?? "", row["entry"]?.scalarText ?? "")
            }
            return nil
        }
    }

    /// What the frameworks demand of the system and nothing was collected for stands among the omissions, whatever the bundle calls itself.
    private func omissionFaults(_ report: JSONNode, _ place: String) -> [Diagnostic] {
        guard let items else { return [] }
        let said = Set(items.omissions.map { Array($0.name.utf8) })
        var faults: [Diagnostic] = []
        for control in report["controls"]?.array ?? [] where !isSame(control["verdict"]?.string, "not applicable") {
            for requirement in control["requirements"]?.array ?? [] where !isSame(requirement["verdict"]?.string, "not applicable") {
                guard requirement["evidence"]?.array?.isEmpty ?? true else { continue }
                let kinds = (requirement["kinds"]?.array ?? []).compactMap(\.string).joined(separator: " or ")
                let name = [control["framework"]?.string, control["id"]?.string].compactMap { $0 }.joined(separator: " ") + ": \(kinds)"
                if !said.contains(Array(name.utf8)) { faults.append(.notOmitted(path(BundleLayout.items), name)) }
            }
        }
        return faults
    }
}

extension Diagnostic {
    fileprivate static func otherReport(_ path: String, _ pointer: String, _ found: String?, _ said: String?) -> Self {
        bundleFault("report-differs", path, "\(pointer) is '\(found ?? "nothing")'; the signed statement says '\(said ?? "nothing")'")
    }

    fileprivate static func otherCounts(_ path: String, _ framework: String?) -> Self {
        bundleFault("report-differs", path, "/summary/frameworks counts otherwise for '\(framework ?? "no framework")' than the signed statement does")
    }

    fileprivate static func notAmongItems(_ path: String, _ name: String) -> Self {
        bundleFault("evidence-left-out", path, "the pack rests on '\(name)', which the bundle's list of items does not name, not even as left out")
    }

    fileprivate static func otherEvidence(_ path: String, _ name: String, _ entry: Int) -> Self {
        bundleFault("other-evidence", path, "the pack gives another digest of '\(name)' than entry \(entry) of the ledger")
    }

    fileprivate static func noAttestation(_ path: String, _ id: String, _ number: String) -> Self {
        bundleFault("evidence-left-out", path, "the pack lists the attestation '\(id)', and its entry \(number) is not in the bundle")
    }

    fileprivate static func notOmitted(_ path: String, _ name: String) -> Self {
        bundleFault("omission-not-declared", path, "by the pack nothing was collected for '\(name)', and the list of omissions does not say so")
    }
}
