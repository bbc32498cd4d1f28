import BagArchives
import BuiltIns
import Diagnostics
import EvidenceLocker
import LibXML
import Signatures
import StructuredText

extension BundleExamination {
    private static let xmlReport = BundleLayout.packFolder + "report.xml"
    private static let ownSchema = BundleLayout.packFolder + "pack.xsd"
    private static let schema = "Templates/xml/pack.xsd"

    /// The files of the pack by their names in its folder, without the envelope over them.
    var packFiles: [String] {
        members.names(under: BundleLayout.packFolder).filter { !isSame($0, BundleLayout.packEnvelope) }
            .map { String(decoding: $0.utf8.dropFirst(BundleLayout.packFolder.utf8.count), as: UTF8.self) }
    }

    /// The pack, and its schema where that cannot be used.
    func packChecks() -> [VerificationCheck] {
        let files = packFiles
        var findings = issueFaults(files) + envelopeFaults(files)
        var words = "\(files.count) files, as the ledger records their issue"
        var schema: [VerificationCheck] = []
        if members.member(Self.xmlReport) != nil {
            if isSchemaKnown {
                findings += xmlFaults()
            } else {
                schema = [VerificationCheck(.schema, .notChecked, "the pack's own schema is not one that this program knows; use the version that issued it")]
            }
        }
        if members.member(Self.report) != nil {
            do throws(Diagnostic) { findings += try reportFaults() } catch { findings.append(error) }
        } else if predicate?.counts.isEmpty ?? true {
            words += "; there is no report.json to hold against the statement"
        } else {
            findings.append(.noReport(path(Self.report)))
        }
        return [VerificationCheck(.pack, findings: findings, good: words)] + schema
    }

    // MARK: the record of its issue

    /// The files that an issue names, with their digests in hexadecimal digits.
    private static func issued(_ body: JSONNode?) -> [(name: String, sha256: String)] {
        (body?["files"]?.array ?? []).compactMap { file in
            guard let name = file["name"]?.string ?? file["path"]?.string, let digest = file["sha256"]?.string ?? file["digest"]?.string else { return nil }
            return (name, digest.hasPrefix("sha256:") ? String(digest.dropFirst(7)) : digest)
        }
    }

    /// Whether an entry of the bundle records the issue of exactly these files.
    private func issueFaults(_ files: [String]) -> [Diagnostic] {
        let place = path(BundleLayout.packFolder)
        guard !files.isEmpty else { return [.noPack(place)] }
        // A bundle holds the issue of its own pack alone; the statement names it.
        guard let issue = entries.last(where: { $0.type == .pack && $0.number == predicate?.packEntry ?? $0.number }) else { return [.notIssued(place)] }
        return differences(files, Self.issued(issue.body), said: "entry \(issue.number)")
    }

    /// What differs between the pack's files and a list of them.
    private func differences(_ files: [String], _ list: [(name: String, sha256: String)], said: String) -> [Diagnostic] {
        let listed = Dictionary(list.map { (Array($0.name.utf8), $0.sha256) }, uniquingKeysWith: { first, _ in first })
        let held = Set(files.map { Array($0.utf8) })
        var faults: [Diagnostic] = []
        for name in files {
            let place = BundleLayout.packFolder + name
            guard let expected = listed[Array(name.utf8)] else {
                faults.append(.notInPack(path(place), said))
                continue
            }
            if let found = members.digest(place)?.hex, !isSame(found, expected) { faults.append(.otherPackFile(path(place), found, expected, said)) }
        }
        for file in list where !held.contains(Array(file.name.utf8)) {
            faults.append(.missingFromPack(path(BundleLayout.packFolder + file.name), said))
        }
        return faults
    }

    /// The signed statement over a pack is about exactly its files.
    private func envelopeFaults(_ files: [String]) -> [Diagnostic] {
        guard members.member(BundleLayout.packEnvelope) != nil else { return [] }
        let place = path(BundleLayout.packEnvelope)
        do throws(Diagnostic) {
            let envelope = try Envelope.parse(try members.bytes(BundleLayout.packEnvelope, limit: Envelope.maximumBytes), path: place)
            let statement = try envelope.statement(path: place)
            guard isSame(statement.predicateType, BundleLayout.packPredicate) else { return [.otherPackPredicate(place, statement.predicateType)] }
            return differences(files, statement.subjects.map { ($0.name, $0.sha256) }, said: "the statement over the pack")
        } catch {
            return [error]
        }
    }

    // MARK: what it says

    /// Whether the pack's schema is the one that this program writes. No other is compiled: a schema can be made to take any time and memory.
    private var isSchemaKnown: Bool {
        guard members.member(Self.ownSchema) != nil else { return true }
        return BuiltInFiles.bytes(of: Self.schema).map { members.digest(Self.ownSchema) == ContentDigest.of($0) } ?? false
    }

    /// The document is held against its schema without its signature, which is checked by itself.
    private func xmlFaults() -> [Diagnostic] {
        do throws(Diagnostic) {
            let bytes = try members.xml(Self.xmlReport)
            let compiled = XMLSchemaValidator.compile(BuiltInFiles.bytes(of: Self.schema) ?? [], path: path(Self.ownSchema))
            guard let validator = compiled.validator else { return compiled.diagnostics }
            let faults = validator.validate(Self.unsigned(bytes, path(Self.xmlReport)), path: path(Self.xmlReport)).filter { $0.severity == .error }
            return Array(faults.prefix(5))
        } catch {
            return [error]
        }
    }

    /// A document without its signature; as it is when it bears none that can be taken off.
    static func unsigned(_ bytes: [UInt8], _ path: String) -> [UInt8] {
        (try? XMLSignature.unsigned(bytes, path: path)) ?? bytes
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

    fileprivate static func noReport(_ path: String) -> Self {
        bundleFault("no-report", path, "the statement counts verdicts, and the pack has no report.json to hold them against; expected it")
    }
}
