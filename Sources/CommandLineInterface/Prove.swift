import ArgumentParser
import BagArchives
import Diagnostics
import DurableStorage
import EvidenceBundles
import EvidenceLocker
import EvidenceModel
import Glibc
import Redaction
import StructuredText
import TransparencyLog
import Workspaces

/// Which item of a system a command is about.
struct ItemOptions: ParsableArguments {
    @Option(help: "The system's id.")
    var system: String
    @Option(help: "The item's path, as 'dossier collect' reads it.")
    var item: String
    @Option(help: "The number of the item's entry in the ledger, for one that was superseded; the current one when left out.")
    var entry: Int?

    func subject(in workspace: Workspace) throws -> AISystem {
        var selection = SelectionOptions()
        selection.system = [system]
        selection.framework = []
        guard let subject = try selection.systems(in: workspace).first else { throw ExitCode(ExitStatus.missingInput.rawValue) }
        return subject
    }

    func item(of subject: AISystem, in locker: Locker) throws -> EvidenceItem {
        let versions = try locker.history().filter { $0.system.utf8.elementsEqual(subject.id.utf8) && $0.path.utf8.elementsEqual(item.utf8) }
        let found = entry.map { number in versions.first { $0.entry == number } } ?? versions.last
        guard let found else {
            let paths = locker.contents.items.filter { $0.system.utf8.elementsEqual(subject.id.utf8) }.map(\.path)
            Console.report([.unknownItem(item, versions.compactMap(\.entry), entry, paths)])
            throw ExitCode(ExitStatus.missingInput.rawValue)
        }
        return found
    }
}

/// Single proofs: one item, and nothing else.
struct Prove: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Hand out one item with the proof of its place in the ledger, or check such a proof of a sealed one.",
        discussion: """
            Example: dossier prove --system credit-scoring --item evidence/credit/card.md -o proof/
            Example: dossier prove check proof/e000012.csv --entry … --proof … --segments … --register … --trust trust.yaml
            """,
        subcommands: [ProveItem.self, ProveCheck.self], defaultSubcommand: ProveItem.self)
}

/// Hands out one item with its proof.
struct ProveItem: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "item", abstract: "Write one item with the proof of its place in the ledger, for somebody outside who gets nothing else.",
        discussion: """
            Example: dossier prove item --system credit-scoring --item evidence/credit/card.md -o proof/

            The folder gets the record, its entry and a proof that leads to the ledger's signed head; nothing of any other entry is in it. Of a sealed record the \
            view is written that its source's redaction rules leave, with the proof of its segments.
            """)

    @OptionGroup var workspaceOptions: WorkspaceOptions
    @OptionGroup var keyOptions: KeyOptions
    @OptionGroup var itemOptions: ItemOptions
    @Option(help: "Who receives it: pseudonyms differ between receivers.")
    var recipient: String = "any"
    @Option(name: .shortAndLong, help: "The folder to write, new or empty.", completion: .directory)
    var output: String

    func validate() throws {
        if output.isEmpty { throw ValidationError("--output is empty; name a folder") }
    }

    func run() async throws {
        try await BundleFile.ending { try prove() }
    }

    private func prove() throws {
        let workspace = try workspaceOptions.load()
        let subject = try itemOptions.subject(in: workspace)
        let access = LockerAccess(workspace, keyOptions)
        var locker = try access.reading(subject.client)
        let item = try itemOptions.item(of: subject, in: locker)
        // The seed of a sealed item is encrypted under the ledger's key; for all others no key is needed.
        if item.blinded != nil { locker = try access.writing(subject.client) }
        let folder = output.utf8.last == UInt8(ascii: "/") && output.utf8.count > 1 ? String(output.dropLast()) : output
        if !WorkspaceFiles(root: folder).names(in: "").isEmpty { throw Diagnostic.notEmpty(folder) }
        let scratch = try ScratchFolder(beside: folder)
        let key = try access.pseudonymKey(of: subject, for: recipient)
        let made = try ItemProof(of: item, locker: locker, rules: subject.source(of: item.path)?.redaction, key: key, scratch: scratch.path)
        try PersonalDataReport(made.artefact, item, of: subject, in: locker).tell(try workspace.signingPolicy())
        for file in made.files { try write(file, to: "\(folder)/\(file.name)") }
        Console.result(text(made, item, folder))
    }

    private func write(_ member: ArchiveMember, to path: String) throws {
        try OutputPlace.making(path) {
            let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o644)
            guard descriptor >= 0 else { throw StorageFault.system("cannot create the file", path, errno) }
            defer { close(descriptor) }
            let stream = try member.open()
            while true {
                let piece = try readPrefix(of: stream, limit: 1 << 20)
                if piece.isEmpty { break }
                try piece.withUnsafeBytes { try writeAll(descriptor, $0, path) }
            }
            guard fsync(descriptor) == 0 else { throw StorageFault.system("cannot write the file", path, errno) }
        }
    }

    private func text(_ made: ItemProof, _ item: EvidenceItem, _ folder: String) -> String {
        let place = { (member: ArchiveMember) in "\(folder)/\(member.name)" }
        var lines = [
            "\(folder): \(made.files.count) files for entry \(item.entry ?? 0) of the ledger '\(made.head.origin)' (\(made.head.size) entries)",
            "  record '\(item.path)', \(item.classification.rawValue)\(item.blinded == nil ? "" : ", sealed, \(made.hidden) places redacted")",
        ]
        let proof = "--entry \(place(made.entry)) --proof \(place(made.proof))"
        if let segments = made.segments, let register = made.register {
            lines.append(
                "  check it with: dossier prove check \(place(made.artefact)) \(proof) --segments \(place(segments)) --register \(place(register)) "
                    + "--trust trust.yaml")
        } else {
            lines.append("  check it with: dossier verify --item \(place(made.artefact)) \(proof) --trust trust.yaml")
        }
        return lines.map(Diagnostic.printable).joined(separator: "\n")
    }
}

extension Diagnostic {
    fileprivate static func unknownItem(_ path: String, _ versions: [Int], _ entry: Int?, _ known: [String]) -> Self {
        if let entry, !versions.isEmpty {
            return Diagnostic(
                id: "item.unknown-entry", severity: .error, location: TextLocation(path: path), message: "entry \(entry) is not of this item",
                hint: "use one of its entries: \(versions.suffix(8).map(String.init).joined(separator: ", "))")
        }
        return Diagnostic(
            id: "item.unknown", severity: .error, location: TextLocation(path: path),
            message: "the ledger has no such item of this system\(suggestion(for: path, among: known))", hint: "give a path as the pack's evidence index has it"
        )
    }

    fileprivate static func notEmpty(_ folder: String) -> Self {
        Diagnostic(
            id: "prove.folder-not-empty", severity: .error, location: TextLocation(path: folder),
            message: "the folder holds files already; expected a new or empty one, so that nothing else is handed out with the proof",
            hint: "name another folder with --output")
    }
}
