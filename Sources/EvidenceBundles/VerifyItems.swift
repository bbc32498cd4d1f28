import BagArchives
import Diagnostics
import EvidenceLocker
import Redaction
import StructuredText

/// `data/items.json`: which file shows which entry, and what was left out.
struct BundleItems {
    enum State: String { case whole, redacted, omitted }

    struct Row {
        var entry: Int
        /// The original name.
        var path: String
        var state: State
        var evidence: String?
        var reading: String?
        /// The proofs of a sealed record and of its reading.
        var redaction: String?
        var readingRedaction: String?
        var reason: String?

        var files: [String] { [evidence, reading, redaction, readingRedaction].compactMap { $0 } }
    }

    var completeness: String
    var omissions: [BundlePredicate.Omission]
    /// In the order of the ledger, each entry once.
    var rows: [Row]

    /// Reads the file strictly.
    /// - Throws: a `Diagnostic` when it is not canonical, or a field is missing, unknown or of another kind.
    init(_ bytes: [UInt8], path: String) throws(Diagnostic) {
        let value = try CanonicalJSON.value(of: try CanonicalJSON.parse(bytes, path: path), path: path)
        try Self.refuseOthers(value, ["completeness", "items", "omissions", "schema"], path)
        guard isSame(value["schema"]?.string, "dossier/items/1") else { throw .itemsForm(path, "another schema than 'dossier/items/1'") }
        let reader = PredicateReader(path: path)
        completeness = try reader.text(value, "completeness")
        omissions = try reader.omissions(value["omissions"])
        var rows: [Row] = []
        for item in try reader.list(value, "items") {
            let row = try Self.row(item, reader)
            guard rows.last.map({ $0.entry < row.entry }) ?? true else { throw .itemsForm(path, "entry \(row.entry) twice or out of order") }
            rows.append(row)
        }
        self.rows = rows
    }

    private static func row(_ value: Value, _ reader: PredicateReader) throws(Diagnostic) -> Row {
        try refuseOthers(value, ["entry", "evidence", "path", "reading", "reading-redaction", "reason", "redaction", "state"], reader.path)
        guard let entry = value["entry"]?.int, (0..<(1 << 40)).contains(entry), let state = value["state"]?.string.flatMap(State.init) else {
            throw .itemsForm(reader.path, "an item without the number of its entry, or with another state than whole, redacted or omitted")
        }
        func text(_ name: String) throws(Diagnostic) -> String? { value[name] == nil ? nil : try reader.text(value, name) }
        let row = Row(
            entry: entry, path: try reader.text(value, "path"), state: state, evidence: try text("evidence"), reading: try text("reading"),
            redaction: try text("redaction"), readingRedaction: try text("reading-redaction"), reason: try text("reason"))
        let expected: [String?] =
            state == .omitted
            ? [nil, nil, nil, nil]
            : [
                BundleLayout.evidence(entry, path: row.path), BundleLayout.reading(entry), row.redaction.map { _ in BundleLayout.redaction(entry) },
                row.redaction.map { _ in BundleLayout.readingRedaction(entry) },
            ]
        let found = [row.evidence, row.reading, row.redaction, row.readingRedaction]
        guard zip(found, expected).allSatisfy({ isSame($0, $1) }), (row.reason != nil) == (state == .omitted) else {
            throw .itemsForm(reader.path, "entry \(entry) as '\(state.rawValue)' with other files or another reason than this state has")
        }
        return row
    }

    private static func refuseOthers(_ value: Value, _ known: [String], _ path: String) throws(Diagnostic) {
        guard let members = value.members else { throw .itemsForm(path, "a value that is no object") }
        for member in members where !known.contains(where: { isSame($0, member.key) }) { throw .itemsForm(path, "the field '\(member.key)'") }
    }
}

extension BundleExamination {
    private static let itemFolders = ["data/evidence/", "data/readings/", "data/redactions/"]

    mutating func itemsCheck() -> VerificationCheck {
        let place = path(BundleLayout.items)
        let items: BundleItems
        do throws(Diagnostic) {
            items = try BundleItems(try members.json(BundleLayout.items, limit: BundleLimits.items, values: BundleLimits.itemValues), path: place)
        } catch {
            return VerificationCheck(.items, findings: [error], good: "")
        }
        self.items = items
        var findings = listFaults(items, place)
        for row in items.rows {
            do { try check(row) } catch { findings.append(.cause(of: error, at: path(row.evidence ?? BundleLayout.entry(row.entry)))) }
        }
        let count = { (state: BundleItems.State) in items.rows.count { $0.state == state } }
        return VerificationCheck(
            .items, findings: findings, good: "\(count(.whole)) whole, \(count(.redacted)) redacted, \(count(.omitted)) omitted with their reasons")
    }

    /// Whether exactly the named files are there, and the list says what the statement says.
    private func listFaults(_ items: BundleItems, _ place: String) -> [Diagnostic] {
        var findings: [Diagnostic] = []
        let named = items.rows.flatMap(\.files)
        let known = Set(named.map { Array($0.utf8) } + [Array(BundleLayout.register.utf8)])
        for folder in Self.itemFolders {
            for name in members.names(under: folder) where !known.contains(Array(name.utf8)) { findings.append(.notNamed(path(name))) }
        }
        for name in named where members.member(name) == nil { findings.append(.memberMissing(path(name))) }
        // No reason and no name holds a zero byte between two others, as this joins them.
        let declared = Set(items.omissions.map { Array($0.name.utf8) + [0] + Array($0.reason.utf8) })
        for row in items.rows where row.state == .omitted && !declared.contains(Array(row.path.utf8) + [0] + Array((row.reason ?? "").utf8)) {
            findings.append(.notDeclared(place, row.path))
        }
        let due = items.rows.allSatisfy { $0.state == .omitted } ? "failed" : items.omissions.isEmpty ? "complete" : "partial"
        if !isSame(items.completeness, due) { findings.append(.otherCompleteness(place, items.completeness, due, items.omissions.count)) }
        guard let predicate else { return findings }
        if !isSame(items.completeness, predicate.completeness) { findings.append(.otherThanSigned(place, "completeness")) }
        let said = zip(items.omissions, predicate.omissions).allSatisfy { isSame($0.name, $1.name) && isSame($0.reason, $1.reason) }
        if !said || items.omissions.count != predicate.omissions.count { findings.append(.otherThanSigned(place, "list of omissions")) }
        return findings
    }

    private func check(_ row: BundleItems.Row) throws {
        let place = path(BundleLayout.entry(row.entry))
        guard let entry = entry(row.entry) else { throw Diagnostic.memberMissing(place) }
        guard entry.type == .item, let body = entry.body else { throw Diagnostic.notAnItem(place, row.entry) }
        guard isSame(body["path"]?.string, row.path) else { throw Diagnostic.otherRecord(path(BundleLayout.items), row, "path") }
        if let predicate, !isSame(body["system"]?.string, predicate.system) {
            throw Diagnostic.otherRecord(path(BundleLayout.items), row, "system")
        }
        guard let evidence = row.evidence, let reading = row.reading else { return }
        if body["blinded"] == nil {
            guard row.redaction == nil, row.state == .whole else { throw Diagnostic.otherRecord(path(BundleLayout.items), row, "state") }
            try compare(evidence, with: body["sha256"]?.string, row)
            guard members.member(evidence)?.size == body["size"]?.int else { throw Diagnostic.otherSize(path(evidence), row) }
            try compare(reading, with: body["reading"]?["sha256"]?.string, row)
        } else {
            try checkSealed(row, body, evidence, reading)
        }
    }

    private func compare(_ name: String, with recorded: String?, _ row: BundleItems.Row) throws(Diagnostic) {
        guard let found = members.digest(name)?.hex else { throw .memberMissing(path(name)) }
        guard isSame(found, recorded) else { throw .notAsRecorded(path(name), found, recorded ?? "none", row.entry) }
    }

    /// A sealed record proves by its segments: what is shown is hashed, and what is hidden must stand in the register.
    private func checkSealed(_ row: BundleItems.Row, _ body: JSONNode, _ evidence: String, _ reading: String) throws {
        guard let proof = row.redaction, let readingProof = row.readingRedaction else { throw Diagnostic.noProof(path(evidence), row.entry) }
        guard let register else { throw registerFault ?? Diagnostic.memberMissing(path(BundleLayout.register)) }
        let place = path(BundleLayout.entry(row.entry))
        guard let commit = body["commit"], let readingCommit = body["reading"]?["commit"] else { throw Diagnostic.noCommitment(place) }
        let format = Segmentation.Format.recorded(path: row.path, reader: body["format"]?.string ?? "")
        try prove(evidence, proof, row.entry, try CommitmentSummary(commit, path: place), register, format)
        let second = BundleLayout.readingEntry(row.entry)
        try prove(reading, readingProof, second, try CommitmentSummary(readingCommit, path: place), register, Segmentation.reading.format)
        let hidden = (register.entry(row.entry)?.count ?? 0) + (register.entry(second)?.count ?? 0)
        guard (hidden > 0) == (row.state == .redacted) else { throw Diagnostic.otherRecord(path(BundleLayout.items), row, "state") }
    }

    private func prove(
        _ view: String, _ proof: String, _ number: Int, _ summary: CommitmentSummary, _ register: RedactionRegister, _ format: Segmentation.Format
    ) throws {
        guard let shown = members.member(view), let lines = members.member(proof) else {
            throw Diagnostic.memberMissing(path(members.member(view) == nil ? view : proof))
        }
        try RedactionProof.verify(
            view: try shown.open(), viewPath: path(view), proof: try lines.open(), proofPath: path(proof), entry: number, summary: summary,
            register: register, format: format)
    }

    // MARK: the register

    func redactionsCheck() -> VerificationCheck {
        let place = path(BundleLayout.register)
        guard let register else {
            return VerificationCheck(.redactions, findings: [registerFault ?? .memberMissing(place)], good: "")
        }
        var findings: [Diagnostic] = []
        if let predicate {
            if !isSame(members.digest(BundleLayout.register)?.hex, predicate.registerSHA256) { findings.append(.otherThanSigned(place, "digest")) }
            if register.count != predicate.hidden { findings.append(.otherThanSigned(place, "number of hidden segments (\(register.count))")) }
        }
        let sealed = Set((items?.rows ?? []).filter { $0.redaction != nil }.flatMap { [$0.entry, BundleLayout.readingEntry($0.entry)] })
        for entry in register.entries where items != nil && !sealed.contains(entry.entry) { findings.append(.registeredOnly(place, entry.entry)) }
        let rules = zip(register.rules, register.totals).map { "'\($0.id)' \($1)" }.joined(separator: ", ")
        let detail = register.count == 0 ? "nothing is hidden" : "\(register.count) segments are hidden, by the rules \(rules)"
        return VerificationCheck(.redactions, findings: findings, good: detail)
    }
}

extension Diagnostic {
    fileprivate static func itemsForm(_ path: String, _ found: String) -> Self {
        bundleFault("items-form", path, "the list of items has \(found); expected the list as this program writes it")
    }

    fileprivate static func notNamed(_ path: String) -> Self {
        bundleFault("file-not-named", path, "the list of items does not name this file, so that no entry of the ledger stands for it")
    }

    fileprivate static func notDeclared(_ path: String, _ name: String) -> Self {
        bundleFault("omission-not-declared", path, "'\(name)' is left out, and the list of omissions does not say so with the same reason")
    }

    fileprivate static func otherCompleteness(_ path: String, _ found: String, _ due: String, _ count: Int) -> Self {
        bundleFault("not-complete", path, "the bundle is called \(found), and with its records and \(count) omissions it is \(due)")
    }

    fileprivate static func otherThanSigned(_ path: String, _ what: String) -> Self {
        bundleFault("not-as-signed", path, "its \(what) is not what the signed statement says")
    }

    fileprivate static func notAnItem(_ path: String, _ number: Int) -> Self {
        bundleFault("not-an-item", path, "entry \(number) records no item; the list of items says it does")
    }

    fileprivate static func otherRecord(_ path: String, _ row: BundleItems.Row, _ what: String) -> Self {
        bundleFault("other-record", path, "the \(what) of '\(row.path)' is not that of entry \(row.entry), or of the statement")
    }

    fileprivate static func otherSize(_ path: String, _ row: BundleItems.Row) -> Self {
        bundleFault("other-size", path, "the file's length is not the one that entry \(row.entry) records")
    }

    fileprivate static func notAsRecorded(_ path: String, _ found: String, _ recorded: String, _ number: Int) -> Self {
        bundleFault("not-as-recorded", path, "the file's SHA-256 is \(found); entry \(number) of the ledger records \(recorded)")
    }

    fileprivate static func noProof(_ path: String, _ number: Int) -> Self {
        bundleFault("no-proof", path, "entry \(number) is of a sealed record, and the list of items names no proof for it")
    }

    fileprivate static func noCommitment(_ path: String) -> Self {
        bundleFault("no-commitment", path, "the entry of a sealed record commits to nothing; expected 'commit' of record and reading")
    }

    fileprivate static func registeredOnly(_ path: String, _ number: Int) -> Self {
        bundleFault("registered-only", path, "the register lists something hidden of entry \(number), of which the bundle shows no sealed record")
    }
}
