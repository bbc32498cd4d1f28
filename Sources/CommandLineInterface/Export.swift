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
    @Option(help: "Who receives it: pseudonyms differ between receivers; the bundle's id when left out.")
    var recipient: String?
    @Flag(help: "Export although redaction rules hit nothing in some records.")
    var acceptIdleRules = false
    @Option(help: "The bundle's id, which is its folder; SYSTEM-PERIOD when left out.")
    var id: String?
    @Option(help: "The time that the ledger records; SOURCE_DATE_EPOCH or the clock when left out.")
    var at: String?
    @Option(name: .shortAndLong, help: "The file to write; ID.zip here when left out.", completion: .file())
    var output: String?

    func validate() throws {
        if let id, !Self.isBundleID(id) {
            throw ValidationError("'\(id)' is no bundle id; expected lower-case letters, digits, '.' and '-', at most 80, the first a letter or digit")
        }
        if key.isEmpty { throw ValidationError("a bundle is signed; give --key with the id of a key, such as 'dossier keys list' prints") }
        for word in classification where Classification(rawValue: word) == nil {
            throw ValidationError("no classification '\(word)'; use one of: \(Classification.allCases.map(\.rawValue).joined(separator: ", "))")
        }
    }

    /// The id is the bundle's folder on every machine that unpacks it.
    private static func isBundleID(_ text: String) -> Bool {
        let isPlain = { (byte: UInt8) in (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) }
        guard (1...80).contains(text.utf8.count), let first = text.utf8.first, isPlain(first) else { return false }
        return text.utf8.allSatisfy { isPlain($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") } && !text.hasSuffix(".")
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
        let name = id ?? "\(system)-\(issued.label)".lowercased()
        let plan = ExportPlan(
            workspace: workspace, system: subject, locker: locker, issued: issued, controls: control,
            classifications: classification.compactMap(Classification.init), recipient: recipient ?? name)
        try plan.checkControls()
        let policy = try workspace.signingPolicy()
        let request = try plan.request(id: name, policy: policy, since: since.map { try readPrefix(of: FileStream(path: $0), limit: 1 << 20) }, access: access)
        let path = output ?? "\(name).zip"
        try refuseIdleRules(request, locker)
        let quoted = request.items.filter { ($0.leftOut ?? "").hasPrefix(ExportPlan.byClassification) }.count
        if quoted > 0 { Console.report([.packQuotesLeftOut(quoted)]) }
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

    /// A rule whose field is nowhere in the record hides nothing: a misspelt name would send the record out in the clear.
    private func refuseIdleRules(_ request: BundleRequest, _ locker: Locker) throws {
        let sent = Set(request.items.filter { $0.leftOut == nil }.compactMap(\.item.entry))
        let idle = locker.contents.items.filter { item in item.entry.map { sent.contains($0) } ?? false }.flatMap(\.problems)
            .filter { $0.id.hasPrefix("redaction.") }
        if idle.isEmpty { return }
        Console.report(
            idle.map {
                Diagnostic(
                    id: $0.id, severity: acceptIdleRules ? .warning : .error, location: TextLocation(path: $0.place), message: $0.message,
                    hint: "correct the rule and collect again, or say with --accept-idle-rules that the record has nothing for it to hide")
            })
        if !acceptIdleRules { throw ExitCode(ExitStatus.badInput.rawValue) }
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
        Self.removeLeftovers(in: folder)
        var template = Array("\(folder)/.dossier-export-\(getpid())-XXXXXX".utf8CString)
        guard let made = template.withUnsafeMutableBufferPointer({ $0.baseAddress.flatMap { mkdtemp($0) } }) else {
            throw StorageFault.system("cannot create a folder", folder, errno)
        }
        path = String(cString: made)
    }

    deinit { Self.remove(path) }

    private static func remove(_ path: String) {
        for name in (try? StoredFolder.names(in: path)) ?? [] { unlink("\(path)/\(name)") }
        rmdir(path)
    }

    /// What exports left that were killed: their processes are no more.
    private static func removeLeftovers(in folder: String) {
        for name in (try? StoredFolder.names(in: folder.isEmpty ? "/" : folder)) ?? [] where name.hasPrefix(".dossier-export-") {
            let parts = name.split(separator: "-")
            guard parts.count == 4, let process = Int32(parts[2]), kill(process, 0) != 0, errno == ESRCH else { continue }
            remove("\(folder)/\(name)")
        }
    }
}

extension Diagnostic {
    fileprivate static func packQuotesLeftOut(_ count: Int) -> Self {
        Diagnostic(
            id: "export.pack-quotes-left-out", severity: .warning,
            message: "\(count) records are left out by their classification, and the issued pack in the bundle still says what was found in them",
            hint: "send a pack that was issued without these records to people who may not know of them")
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
