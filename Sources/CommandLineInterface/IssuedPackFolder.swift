import BagArchives
import Crypto
import Diagnostics
import EvidenceBundles
import EvidenceLocker
import StructuredText
import Workspaces

/// The folder of a pack as it was issued, held against the ledger's record of it.
struct IssuedPackFolder {
    /// The folder's name, such as `2026-Q3`.
    let label: String
    let pack: BundleRequest.IssuedPack
    /// `report.json`, which tells what the pack is about.
    let report: JSONNode

    /// - Throws: a `Diagnostic` when it was not issued, or is no longer what was issued.
    init(workspace: Workspace, system: AISystem, period: String, locker: Locker) throws {
        label = period.replacing("/", with: "_").replacing(":", with: "-")
        let folder = "packs/\(system.id)/\(label)"
        let candidates = locker.contents.records(of: .pack).filter {
            $0.entry.body["system"]?.string == system.id && $0.entry.body["period"]?.string == period
        }
        guard let record = candidates.last else { throw Diagnostic.notIssued(folder) }
        var files: [ArchiveMember] = []
        for row in record.entry.body["files"]?.list ?? [] {
            guard let name = row["name"]?.string, let digest = row["sha256"]?.string else { continue }
            let bytes = try workspace.files.read("\(folder)/\(name)")
            guard BinaryText.hex(SHA256.hash(data: bytes)) == digest else { throw Diagnostic.altered("\(folder)/\(name)") }
            files.append(ArchiveMember(name: BundleLayout.packFolder + name, bytes: bytes))
        }
        let envelope = workspace.files.exists("\(folder)/pack.dsse.json") ? try workspace.files.read("\(folder)/pack.dsse.json") : nil
        pack = BundleRequest.IssuedPack(entry: record.index, files: files, envelope: envelope)
        guard let report = JSONParser.parse(try workspace.files.read("\(folder)/report.json"), path: "\(folder)/report.json").node else {
            throw Diagnostic.altered("\(folder)/report.json")
        }
        self.report = report
    }
}

extension Diagnostic {
    fileprivate static func notIssued(_ folder: String) -> Self {
        Diagnostic(
            id: "export.not-issued", severity: .error, location: TextLocation(path: folder),
            message: "the ledger records no issued pack of this system and period",
            hint: "run 'dossier pack --issue --key ID' first; what leaves the house is a pack that was issued")
    }

    fileprivate static func altered(_ path: String) -> Self {
        Diagnostic(
            id: "export.pack-altered", severity: .error, location: TextLocation(path: path),
            message: "the file is not the one that was issued: the ledger records another digest", hint: "restore it, or issue the pack again")
    }
}
