import BagArchives
import BuiltIns
import ControlFrameworks
import Crypto
import Diagnostics
import EvidenceLocker
import EvidenceModel
import LibXML
import Signatures
import StructuredText
import TransparencyLog

extension BundleExamination {
    static let report = BundleLayout.packFolder + "report.json"
    private static let xmlReport = BundleLayout.packFolder + "report.xml"
    private static let schema = "Templates/xml/pack.xsd"

    /// The files of the pack by their names in its folder, without the envelope over them.
    var packFiles: [String] {
        members.names(under: BundleLayout.packFolder).filter { !isSame($0, BundleLayout.packEnvelope) }
            .map { String(decoding: $0.utf8.dropFirst(BundleLayout.packFolder.utf8.count), as: UTF8.self) }
    }

    func packCheck() -> VerificationCheck {
        var findings = issueFaults() + envelopeFaults()
        var words = "\(packFiles.count) files, as the ledger records their issue"
        if members.member(Self.xmlReport) != nil {
            let held = xmlFaults()
            findings += held.faults
            words += held.words
        }
        if members.member(Self.report) != nil {
            do throws(Diagnostic) { findings += try reportFaults() } catch { findings.append(error) }
        } else {
            words += "; there is no report.json to hold against the statement"
        }
        return VerificationCheck(.pack, findings: findings, good: words)
    }

    // MARK: the record of its issue

    /// The files that an issue names, with their digests in hexadecimal digits.
    private static func issued(_ body: Value) -> [(name: String, sha256: String)] {
        (body["files"]?.list ?? []).compactMap { file in
            guard let name = file["name"]?.string ?? file["path"]?.string, let digest = file["sha256"]?.string ?? file["digest"]?.string else { return nil }
            return (name, digest.hasPrefix("sha256:") ? String(digest.dropFirst(7)) : digest)
        }
    }

    /// Whether an entry of the bundle records the issue of exactly these files.
    private func issueFaults() -> [Diagnostic] {
        let place = path(BundleLayout.packFolder)
        guard !packFiles.isEmpty else { return [.noPack(place)] }
        var best: [Diagnostic]?
        for entry in entries where entry.entry.type == .pack && entry.number == predicate?.packEntry ?? entry.number {
            let faults = differences(Self.issued(entry.entry.body), said: "entry \(entry.number)")
            if faults.isEmpty { return [] }
            if best.map({ faults.count < $0.count }) ?? true { best = faults }
        }
        return best ?? [.notIssued(place)]
    }

    /// What differs between the pack's files and a list of them.
    private func differences(_ list: [(name: String, sha256: String)], said: String) -> [Diagnostic] {
        var faults: [Diagnostic] = []
        for name in packFiles {
            let place = BundleLayout.packFolder + name
            guard let expected = list.first(where: { isSame($0.name, name) })?.sha256 else {
                faults.append(.notInPack(path(place), said))
                continue
            }
            if let found = members.digest(place)?.hex, !isSame(found, expected) { faults.append(.otherPackFile(path(place), found, expected, said)) }
        }
        for file in list where !packFiles.contains(where: { isSame($0, file.name) }) {
            faults.append(.missingFromPack(path(BundleLayout.packFolder + file.name), said))
        }
        return faults
    }

    /// The signed statement over a pack is about exactly its files.
    private func envelopeFaults() -> [Diagnostic] {
        guard members.member(BundleLayout.packEnvelope) != nil else { return [] }
        let place = path(BundleLayout.packEnvelope)
        do throws(Diagnostic) {
            let envelope = try Envelope.parse(try members.bytes(BundleLayout.packEnvelope, limit: Envelope.maximumBytes), path: place)
            let statement = try envelope.statement(path: place)
            guard isSame(statement.predicateType, BundleLayout.packPredicate) else { return [.otherPackPredicate(place, statement.predicateType)] }
            return differences(statement.subjects.map { ($0.name, $0.sha256) }, said: "the statement over the pack")
        } catch {
            return [error]
        }
    }

    // MARK: what it says

    /// The document is held against its schema without its signature, which is checked by itself.
    ///
    /// A pack is held against the schema that it was issued with: another version of the program has another one, and an old pack must still verify.
    private func xmlFaults() -> (faults: [Diagnostic], words: String) {
        let own = BundleLayout.packFolder + "pack.xsd"
        do throws(Diagnostic) {
            let bytes = try members.bytes(Self.xmlReport, limit: Self.smallFile)
            let builtIn = BuiltInFiles.bytes(of: Self.schema) ?? []
            let schema = members.member(own) == nil ? builtIn : try members.bytes(own, limit: Self.smallFile)
            let compiled = XMLSchemaValidator.compile(schema, path: path(own))
            guard let validator = compiled.validator else { return (compiled.diagnostics, "") }
            let faults = validator.validate(Self.unsigned(bytes, path(Self.xmlReport)), path: path(Self.xmlReport)).filter { $0.severity == .error }
            return (Array(faults.prefix(5)), schema == builtIn ? "" : "; its schema is of another version of the program")
        } catch {
            return ([error], "")
        }
    }

    /// A document without its signature; as it is when it bears none that can be taken off.
    static func unsigned(_ bytes: [UInt8], _ path: String) -> [UInt8] {
        (try? XMLSignature.unsigned(bytes, path: path)) ?? bytes
    }

    private func reportFaults() throws(Diagnostic) -> [Diagnostic] {
        let place = path(Self.report)
        let parsed = JSONParser.parse(try members.bytes(Self.report, limit: Self.smallFile), path: place)
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
            faults += headFaults(report, predicate, place) + frameworkFaults(report, predicate, place)
        }
        return faults + evidenceFaults(report, place)
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
        let found = rows.map { "\($0["id"]?.string ?? "") \($0["digest"]?.string ?? "")" }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        let signed = predicate.frameworks.map { "\($0.id) sha256:\($0.sha256)" }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        return found.elementsEqual(signed, by: { isSame($0, $1) })
            ? [] : [.otherReport(place, "/cover/frameworks", found.joined(separator: ", "), signed.joined(separator: ", "))]
    }

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

    // MARK: frameworks

    private static let frameworksFolder = "frameworks/"
    /// Folders below `frameworks/` that are no frameworks: what all of them share.
    private static let shared = ["evidence-kinds", "retention"]

    func frameworksCheck() -> VerificationCheck {
        let names = members.names(under: Self.frameworksFolder)
        var findings: [Diagnostic] = []
        var folders: [String] = []
        for name in names {
            let parts = name.split(separator: "/").map(String.init)
            guard parts.count == 3 else {
                findings.append(.strangeFramework(path(name)))
                continue
            }
            if !folders.contains(where: { isSame($0, parts[1]) }) { folders.append(parts[1]) }
        }
        guard let predicate else { return VerificationCheck(.frameworks, .notChecked, "the statement cannot be read") }
        for framework in predicate.frameworks {
            let folder = Self.frameworksFolder + framework.id
            let files = names.filter { $0.utf8.starts(with: "\(folder)/".utf8) && $0.utf8.suffix(5).elementsEqual(".yaml".utf8) }
            guard !files.isEmpty else {
                findings.append(.noFramework(path(folder), framework.id))
                continue
            }
            do throws(Diagnostic) {
                let found = try frameworkDigest(files)
                if !isSame(found, framework.sha256) { findings.append(.otherFramework(path(folder), found, framework.sha256)) }
            } catch {
                findings.append(error)
            }
        }
        for folder in folders where !Self.shared.contains(folder) && !predicate.frameworks.contains(where: { isSame($0.id, folder) }) {
            findings.append(.unusedFramework(path(Self.frameworksFolder + folder)))
        }
        let list = predicate.frameworks.map { "\($0.id) (\($0.edition))" }.joined(separator: ", ")
        return VerificationCheck(.frameworks, findings: findings, good: list.isEmpty ? "none was used" : list)
    }

    /// The digest of a definition as `ControlFrameworks` computes it: over each file's name in its folder's parent, its length and its bytes, in byte order.
    private func frameworkDigest(_ files: [String]) throws(Diagnostic) -> String {
        var hash = SHA256()
        for file in files {
            let bytes = try members.bytes(file, limit: 8 << 20)
            hash.update(data: Array("\(file.dropFirst(Self.frameworksFolder.count))\n\(bytes.count)\n".utf8))
            hash.update(data: bytes)
        }
        return BinaryText.hex(hash.finalize())
    }
}

extension Diagnostic {
    fileprivate static func noPack(_ path: String) -> Self { bundleFault("no-pack", path, "the bundle holds no pack; expected its files here") }

    fileprivate static func notIssued(_ path: String) -> Self {
        bundleFault("pack-not-issued", path, "no entry of the ledger in the bundle records that this pack was issued")
    }

    fileprivate static func notInPack(_ path: String, _ said: String) -> Self {
        bundleFault("pack-file-added", path, "\(said) does not name this file among the pack's")
    }

    fileprivate static func missingFromPack(_ path: String, _ said: String) -> Self {
        bundleFault("pack-file-missing", path, "\(said) names this file among the pack's, and it is not there")
    }

    fileprivate static func otherPackFile(_ path: String, _ found: String, _ expected: String, _ said: String) -> Self {
        bundleFault("pack-file-altered", path, "the file's SHA-256 is \(found); \(said) has \(expected)")
    }

    fileprivate static func otherPackPredicate(_ path: String, _ found: String) -> Self {
        bundleFault("other-predicate", path, "the statement is of the type '\(found)'; expected '\(BundleLayout.packPredicate)'")
    }

    fileprivate static func otherReport(_ path: String, _ pointer: String, _ found: String?, _ said: String?) -> Self {
        bundleFault("report-differs", path, "\(pointer) is '\(found ?? "nothing")'; the signed statement says '\(said ?? "nothing")'")
    }

    fileprivate static func notAmongItems(_ path: String, _ name: String) -> Self {
        bundleFault("evidence-left-out", path, "the pack rests on '\(name)', which the bundle's list of items does not name, not even as left out")
    }

    fileprivate static func otherEvidence(_ path: String, _ name: String, _ entry: Int) -> Self {
        bundleFault("other-evidence", path, "the pack gives another digest of '\(name)' than entry \(entry) of the ledger")
    }

    fileprivate static func strangeFramework(_ path: String) -> Self {
        bundleFault("strange-framework-file", path, "the file does not stand where a framework's files do; expected 'frameworks/ID/NAME.yaml'")
    }

    fileprivate static func noFramework(_ path: String, _ id: String) -> Self {
        bundleFault("no-framework", path, "the statement names the framework '\(id)', and its definition is not in the bundle")
    }

    fileprivate static func otherFramework(_ path: String, _ found: String, _ signed: String) -> Self {
        bundleFault("other-framework", path, "the definition's SHA-256 is \(found); the signed statement has \(signed)")
    }

    fileprivate static func unusedFramework(_ path: String) -> Self {
        bundleFault("unused-framework", path, "the bundle holds a framework that the statement does not name")
    }
}
