import BagArchives
import BuiltIns
import ControlFrameworks
import Crypto
import Diagnostics
import DurableStorage
import EvidenceBundles
import EvidenceLocker
import EvidenceModel
import Redaction
import Signatures
import StructuredText
import TransparencyLog
import Workspaces

/// Decides what of an issued pack goes into a bundle, from the pack's own report and the command line.
struct ExportPlan {
    let workspace: Workspace
    let system: AISystem
    let locker: Locker
    let issued: IssuedPackFolder
    let controls: [String]
    let classifications: [Classification]
    let recipient: String

    /// How the reason begins for what a classification leaves out.
    static let byClassification = "left out by classification"

    /// - Throws: a `Diagnostic` when a control that was named is none of the pack's.
    func checkControls() throws(Diagnostic) {
        let known = (issued.report["controls"]?.array ?? []).compactMap { $0["id"]?.string }
        for control in controls where !known.contains(where: { ControlID($0).key == ControlID(control).key }) {
            throw .unknownControl(control, known)
        }
    }

    /// - Throws: a `StorageFault` when an item of the pack is not in the ledger, a `Diagnostic` when a framework cannot be loaded.
    func request(id: String, policy: SigningPolicy, since: [UInt8]?, access: LockerAccess) throws -> BundleRequest {
        let library = FrameworkLibrary(workspace: try workspace.overrides(in: "frameworks").map { DefinitionFile(path: $0.path, bytes: $0.bytes) })
        let ids = (issued.report.at(pointer: "/cover/frameworks")?.array ?? []).compactMap { $0["id"]?.string }
        let frameworks = try ids.map { try library.framework(named: $0) }
        return BundleRequest(
            id: id, locker: locker, items: try items(), pack: issued.pack, frameworks: frameworks, definitions: try definitions(library, ids),
            workspaceFiles: try workspaceFiles(), policy: policy, howTo: try howTo(id), records: records, since: since, missing: missing,
            pseudonymKey: try access.pseudonymKey(of: system, for: recipient), statement: statement)
    }

    /// The items of the pack's evidence index, as they were when it was issued.
    private func items() throws -> [BundleRequest.Item] {
        let wanted = wantedPaths()
        let history = try locker.history().filter { $0.system == system.id && ($0.entry ?? 0) < issued.pack.entry }
        return try (issued.report["evidence"]?.array ?? []).map { row in
            let path = row["path"]?.string ?? ""
            let digest = row["digest"]?.string ?? ""
            guard let item = history.last(where: { $0.path.utf8.elementsEqual(path.utf8) && $0.publicDigest == digest }) else {
                throw StorageFault.altered(locker.root, "the pack's evidence '\(path)' is not in the ledger with that digest")
            }
            var leftOut: String?
            if !classifications.isEmpty, !classifications.contains(item.classification) {
                leftOut = "\(Self.byClassification): it is \(item.classification.rawValue)"
            } else if let wanted, !wanted.contains(Array(path.utf8)) {
                leftOut = "left out: it was not held against \(controls.joined(separator: ", "))"
            }
            return BundleRequest.Item(item: item, leftOut: leftOut, rules: system.source(of: item.path)?.redaction)
        }
    }

    /// By bytes; `nil` when no control is named.
    private func wantedPaths() -> Set<[UInt8]>? {
        if controls.isEmpty { return nil }
        let keys = Set(controls.map { ControlID($0).key })
        var paths: Set<[UInt8]> = []
        for control in issued.report["controls"]?.array ?? [] where control["id"]?.string.map({ keys.contains(ControlID($0).key) }) ?? false {
            for requirement in control["requirements"]?.array ?? [] {
                for row in (requirement["evidence"]?.array ?? []) + (requirement["set-aside"]?.array ?? []) {
                    if let path = row["path"]?.string { paths.insert(Array(path.utf8)) }
                }
            }
        }
        return paths
    }

    /// What the frameworks demand of this system and nothing was found for.
    private var missing: [BundleRequest.Omission] {
        var omissions: [BundleRequest.Omission] = []
        for control in issued.report["controls"]?.array ?? [] where control["verdict"]?.string != "not applicable" {
            for requirement in control["requirements"]?.array ?? [] where requirement["verdict"]?.string != "not applicable" {
                guard requirement["evidence"]?.array?.isEmpty ?? true else { continue }
                let kinds = (requirement["kinds"]?.array ?? []).compactMap(\.string).joined(separator: " or ")
                let name = [control["framework"]?.string, control["id"]?.string].compactMap { $0 }.joined(separator: " ")
                omissions.append(.init(name: "\(name): \(kinds)", reason: "demanded, and nothing was collected for it"))
            }
        }
        return omissions
    }

    /// Exceptions, attestations and retirements of the system, and files that could not be read; the pack lists them too.
    private var records: [Int] {
        let unread = locker.contents.unreadEntries.filter { $0 < issued.pack.entry && unreadSystem($0) }
        return unread
            + locker.contents.records.filter { record in
                [.exception, .attestation, .retirement].contains(record.entry.type) && record.entry.body["system"]?.string == system.id
                    && record.index < issued.pack.entry
            }.map(\.index)
    }

    /// Whether an entry tells of a file of this system.
    private func unreadSystem(_ number: Int) -> Bool {
        guard let bytes = try? locker.log.entry(at: number, in: locker.contents.entries),
            let body = try? LedgerEntry.parse(bytes, path: locker.log.folder).body
        else { return false }
        return body["file"]?["system"]?.string.map { $0.utf8.elementsEqual(system.id.utf8) } ?? false
    }

    private var statement: [(String, Value?)] {
        let report = issued.report
        let counts = (report.at(pointer: "/summary/frameworks")?.array ?? []).map { row in
            let count = { (name: String) -> Value? in row[name].flatMap { try? CanonicalJSON.value(of: $0, path: "report.json") } }
            return Value.object([("framework", .text(row["id"]?.string)), ("in-force", count("in-force")), ("readiness", count("readiness"))])
        }
        return [
            ("asOf", .text(report.at(pointer: "/cover/as-of")?.string)), ("counts", .list(counts)),
            ("packEntry", .int(issued.pack.entry)), ("period", .text(report.at(pointer: "/cover/period/label")?.string)), ("system", .string(system.id)),
            ("tool", .string(DossierCommand.producer)),
        ]
    }

    private func definitions(_ library: FrameworkLibrary, _ ids: [String]) throws -> [ArchiveMember] {
        var members: [ArchiveMember] = []
        for folder in ids + [FrameworkLibrary.kindsFolder] {
            members += library.files(of: folder).map { ArchiveMember(name: "frameworks/\($0.path.lowercased())", bytes: $0.bytes) }
        }
        for file in BuiltInFiles.files(under: "Templates") where file.path.hasSuffix(".mustache") || file.path.hasSuffix(".xsd") {
            members.append(ArchiveMember(name: "templates/\(file.path.split(separator: "/").dropFirst().joined(separator: "/"))", bytes: file.bytes))
        }
        for file in try workspace.overrides(in: "templates") {
            let name = "templates/\(file.path.split(separator: "/").dropFirst().joined(separator: "/"))"
            members.removeAll { $0.name == name }
            members.append(ArchiveMember(name: name, bytes: file.bytes))
        }
        return members
    }

    /// What was used of the workspace for this system: nothing that is about another system or another client.
    private func workspaceFiles() throws -> [ArchiveMember] {
        var members = try [Workspace.marker, "systems/\(system.id).yaml"].map(workspaceFile)
        let exceptions = workspace.exceptions.filter { $0.system == system.id }
        if !exceptions.isEmpty {
            // One file may hold the exceptions of several systems, so that they are written anew.
            let text = exceptions.map(\.yaml).joined()
            members.append(ArchiveMember(name: "data/workspace/exceptions/\(system.id).yaml", bytes: Array(text.utf8)))
        }
        var attestations: [String] = []
        for name in workspace.files.names(in: "attestations") where name.hasSuffix(".yaml") {
            let path = "attestations/\(name)"
            guard let node = try YAMLNode.parse(try workspace.files.read(path), path: path) else { continue }
            let systems = (node.list ?? [node]).compactMap { item in item.members?.first { $0.key == "system" }?.value.text }
            if !systems.isEmpty, systems.allSatisfy({ $0 == system.id }) { attestations.append(path) }
        }
        // The public keys say whose a signature under a statement is said to be; whether that is so, only a trust file says.
        let own = "\(LockerAccess.ledgerKey(of: system.client)).pem"
        let keys = workspace.files.names(in: "keys").filter { $0.hasSuffix(".pem") && (!$0.hasPrefix("ledger") || $0 == own) }.map { "keys/\($0)" }
        return try members + (attestations.isEmpty ? [] : attestations + keys).map(workspaceFile)
    }

    private func workspaceFile(_ path: String) throws -> ArchiveMember {
        ArchiveMember(name: "data/workspace/\(path)", bytes: try workspace.files.read(path))
    }

    private func howTo(_ id: String) throws -> [UInt8] {
        let path = "Templates/bundle/\(BundleLayout.howTo)"
        guard let bytes = BuiltInFiles.bytes(of: path) else { throw StorageFault.altered(path, "the program carries no such template") }
        return Array(String(decoding: bytes, as: UTF8.self).replacing("{{bundle}}", with: id).utf8)
    }
}

extension LockerAccess {
    /// Differs between receivers, so that two of them cannot compare what they got; follows from the ledger's key.
    /// - Returns: `nil` when no rule makes pseudonyms, or the ledger has no key.
    func pseudonymKey(of system: AISystem, for recipient: String) throws -> PseudonymKey? {
        guard system.sources.contains(where: { $0.redaction?.rules.contains { $0.action == .pseudonym } ?? false }) else { return nil }
        guard let key = try author(system.client).sealingKey else { return nil }
        let mac = HMAC<SHA256>.authenticationCode(for: Array("dossier/pseudonym-key/1\n\(recipient)".utf8), using: SymmetricKey(data: key))
        return PseudonymKey(Array(mac))
    }
}

extension Diagnostic {
    fileprivate static func unknownControl(_ id: String, _ known: [String]) -> Self {
        Diagnostic(
            id: "export.unknown-control", severity: .error,
            message: "the issued pack has no control '\(id)'\(suggestion(for: id, among: known))", hint: "use a number that the pack's table of controls has")
    }
}

extension GapException {
    /// The exception as a file of a workspace has it.
    fileprivate var yaml: String {
        let rows: [(String, String)] = [
            ("exception", id), ("system", system), ("framework", framework), ("reason", reason), ("measure", measure), ("owner", owner),
            ("approver", approver), ("from", from.text), ("to", to.text),
        ]
        let list = controls.map(Self.quoted).joined(separator: ", ")
        let lines = rows.map { "\($0.0): \(Self.quoted($0.1))" } + ["controls: [\(list)]"]
        return lines.enumerated().map { ($0.offset == 0 ? "- " : "  ") + $0.element + "\n" }.joined()
    }

    private static func quoted(_ text: String) -> String {
        var out = ""
        quoteJSON(text, into: &out, forTerminals: true)
        return out
    }
}
