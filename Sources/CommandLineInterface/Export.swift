import ArgumentParser
import BagArchives
import BuiltIns
import ControlFrameworks
import Diagnostics
import DurableStorage
import EvidenceBundles
import EvidenceLocker
import EvidenceModel
import Glibc
import Redaction
import Signatures
import StructuredText
import TransparencyLog
import Workspaces

/// Makes the bundle that leaves the house.
struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make one file of an issued pack, its evidence and the proofs, for somebody outside.",
        discussion: """
            Example: dossier export --system credit-scoring --period 2026-Q3 --key claire --output northgate-2026-q3.zip
            Example: dossier export --system credit-scoring --control 'Annex IV(3)' --classification public --classification internal --key claire

            The pack must have been issued ('dossier pack --issue'). Records of sources with redaction rules go out redacted. What is left out is named with its reason, \
            and the bundle says whether it is complete.
            """)

    @OptionGroup var workspaceOptions: WorkspaceOptions
    @OptionGroup var keyOptions: KeyOptions
    @Option(help: "The system's id.")
    var system: String
    @Option(help: "The reporting period; the workspace's default when left out.")
    var period: String?
    @Option(help: "The id of a key that signs the bundle. May be given several times.")
    var key: [String] = []
    @Option(help: "A file of PEM certificates for a key of --key: the signer's first, then who issued each, without the root.", completion: .file())
    var chain: [String] = []
    @Option(help: "Only the evidence that was held against this control. May be given several times.")
    var control: [String] = []
    @Option(help: "Only evidence of this classification. May be given several times.")
    var classification: [String] = []
    @Option(help: "The checkpoint file of the last pack that the receiver has: the bundle then proves that nothing before it was changed.", completion: .file())
    var since: String?
    @Option(help: "Who receives it: pseudonyms differ between receivers.")
    var recipient: String = "any"
    @Option(help: "The bundle's id, which is its folder; SYSTEM-PERIOD when left out.")
    var id: String?
    @Option(help: "The time that the ledger records; SOURCE_DATE_EPOCH or the clock when left out.")
    var at: String?
    @Option(name: .shortAndLong, help: "The file to write; ID.zip here when left out.", completion: .file())
    var output: String?

    func validate() throws {
        if key.isEmpty { throw ValidationError("a bundle is signed; give --key with the id of a key, such as 'dossier keys list' prints") }
        for word in classification where Classification(rawValue: word) == nil {
            throw ValidationError("no classification '\(word)'; use one of: \(Classification.allCases.map(\.rawValue).joined(separator: ", "))")
        }
    }

    func run() throws {
        do {
            let result = try export()
            Console.result(result.text)
            try (result.isFailed ? ExitStatus.nothingEvaluated : .success).finish()
        } catch let code as ExitCode {
            throw code
        } catch let error as ValidationError {
            throw error
        } catch {
            throw ExitCode(Console.status(of: error).rawValue)
        }
    }

    private func export() throws -> (text: String, isFailed: Bool) {
        let workspace = try workspaceOptions.load()
        var selection = SelectionOptions()
        selection.system = [system]
        selection.period = period
        selection.framework = []
        guard let subject = try selection.systems(in: workspace).first else { throw ExitCode(ExitStatus.missingInput.rawValue) }
        let label = try selection.period(in: workspace).label
        let access = LockerAccess(workspace, keyOptions)
        let signers = try SigningKeys(access: access, ids: key, chains: chain)
        let locker = try access.writing(subject.client)
        let issued = try IssuedPackFolder(workspace: workspace, system: subject, period: label, locker: locker)
        let plan = ExportPlan(
            workspace: workspace, system: subject, locker: locker, issued: issued, controls: control,
            classifications: classification.compactMap(Classification.init), recipient: recipient)
        try plan.checkControls()
        let policy = try workspace.signingPolicy()
        let name = id ?? "\(system)-\(issued.label)".lowercased()
        let request = try plan.request(id: name, policy: policy, since: since.map { try readPrefix(of: FileStream(path: $0), limit: 1 << 20) }, access: access)
        let path = output ?? "\(name).zip"
        // A rule that hit nothing hides nothing: whoever sends the bundle must know.
        let idle = locker.contents.items.filter { $0.system == system }.flatMap(\.problems).filter { $0.id.hasPrefix("redaction.") }
        Console.report(
            idle.map {
                Diagnostic(
                    id: $0.id, severity: policy.personalData == .block ? .error : .warning, location: TextLocation(path: $0.place), message: $0.message,
                    hint: $0.hint)
            })
        if policy.personalData == .block, !idle.isEmpty { throw ExitCode(ExitStatus.badInput.rawValue) }
        let scratch = try ScratchFolder(beside: path)
        var content = try BundleContent(request, scratch: scratch.path)
        // Before anything is recorded: what is blocked leaves no trace.
        try PersonalDataReport(content, items: request.items.map(\.item), of: subject, in: locker).tell(policy)
        if content.register.count > 0, try record(content.register, name, locker) {
            // The ledger has grown by the register's entry: the bundle carries the new head and proves that entry too.
            var again = request
            again.records.append(locker.contents.entries - 1)
            content = try BundleContent(again, scratch: scratch.path)
        }
        let writer = try BagWriter(id: name, payload: content.payload, tags: content.tags)
        let seal = try writer.write(to: path, cores: 2) { seal in
            var envelope = Envelope(payload: try content.statement(over: seal).bytes)
            for signer in signers.all { try envelope.sign(with: signer.key, certificates: signer.chain) }
            return [ArchiveMember(name: BundleLayout.envelope, bytes: envelope.bytes)]
        }
        return (Self.text(path, content, seal), content.completeness == "failed")
    }

    /// Records the register of redactions once; the same one again leaves no entry.
    private func record(_ register: RedactionRegister, _ bundle: String, _ locker: Locker) throws -> Bool {
        let digest = ContentDigest.of(register.bytes).hex
        let known = locker.contents.records(of: .redaction).contains {
            $0.entry.body["register"]?.string == digest && $0.entry.body["bundle"]?.string == bundle
        }
        if known { return false }
        try locker.record(
            .redaction, .object([("bundle", .string(bundle)), ("count", .int(register.count)), ("register", .string(digest)), ("system", .string(system))]),
            at: try Collect.recordedTime(at))
        try locker.writeIndex()
        return true
    }

    private static func text(_ path: String, _ content: BundleContent, _ seal: BagSeal) -> String {
        var lines = [
            "\(path): \(content.completeness), \(seal.listed.count) files, \(seal.info.payloadBytes) bytes of payload, \(content.register.count) places redacted",
            "  ledger \(content.checkpoint.origin), \(content.checkpoint.size) entries, root \(content.checkpoint.root.hex)",
            "  tag manifest sha256 \(seal.tagManifestDigest.hex)",
        ]
        lines += content.omissions.map { "  left out: \(Diagnostic.printable($0.name)): \(Diagnostic.printable($0.reason))" }
        return lines.joined(separator: "\n")
    }
}

/// A folder for what is only needed while a bundle is written; gone when this is.
final class ScratchFolder {
    let path: String

    init(beside file: String) throws {
        let folder = file.lastIndex(of: "/").map { String(file[..<$0]) } ?? "."
        try DurableFile.makeFolder(folder.isEmpty ? "/" : folder)
        var template = Array("\(folder)/.dossier-export-XXXXXX".utf8CString)
        guard let made = template.withUnsafeMutableBufferPointer({ $0.baseAddress.flatMap { mkdtemp($0) } }) else {
            throw StorageFault.system("cannot create a folder", folder, errno)
        }
        path = String(cString: made)
    }

    deinit {
        guard let folder = opendir(path) else { return }
        var names: [String] = []
        while let entry = readdir(folder) {
            names.append(withUnsafePointer(to: &entry.pointee.d_name) { $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) } })
        }
        closedir(folder)
        for name in names where name != "." && name != ".." { unlink("\(path)/\(name)") }
        rmdir(path)
    }
}

extension Workspace {
    /// What `signing:` in dossier.yaml demands; by default the ledger's head and one signature over the bundle are not demanded by the workspace.
    func signingPolicy() throws -> SigningPolicy {
        guard let node = signing else { return SigningPolicy() }
        let reader = YAMLMapReader(subject: "workspace")
        let policy = SigningPolicy.read(node, reader, what: "'signing'")
        if !reader.diagnostics.isEmpty { throw DiagnosticList(reader.diagnostics) }
        return policy
    }
}
