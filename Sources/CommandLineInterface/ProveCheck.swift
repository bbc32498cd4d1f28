import ArgumentParser
import Diagnostics
import DurableStorage
import EvidenceBundles
import EvidenceLocker
import EvidenceModel
import Redaction
import TransparencyLog

/// Checks the view of a sealed item that was handed out by itself.
struct ProveCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check the view of a sealed record against its entry, segment by segment.",
        discussion: """
            Example: dossier prove check proof/e000012.csv --entry proof/entry-000012.json --proof proof/entry-000012.tlog-proof --segments \
            proof/segments-000012.jsonl --register proof/register.json --trust trust.yaml

            Everything that is shown is what was collected. That no more is hidden than was meant is what only the signed register of a bundle can show. A record \
            that is not sealed is checked with 'dossier verify --item'.
            """)

    @Argument(help: "The view.", completion: .file())
    var view: String
    @OptionGroup var given: EntryOptions
    @Option(help: "The proof of its segments.", completion: .file())
    var segments: String
    @Option(help: "The register of what is hidden.", completion: .file())
    var register: String

    func run() async throws {
        try await BundleFile.ending(altered: EntryOptions.altered) {
            let proven = try given.proven()
            let summary = try proven.commitment().summary
            let listed = try RedactionRegister(try BundleFile.bytes(register, limit: 64 << 20), path: register)
            try BundleFile.mustExist(view)
            try BundleFile.mustExist(segments)
            try RedactionProof.verify(
                view: try FileStream(path: view), viewPath: view, proof: try FileStream(path: segments), proofPath: segments, entry: proven.number,
                summary: summary, register: listed, format: proven.recordFormat)
            let hidden = listed.entry(proven.number)?.count ?? 0
            Console.result(
                """
                GOOD: \(given.words(proven))
                  all that the view shows is what was collected: \(summary.segments - hidden) of \(summary.segments) segments; \(hidden) are hidden
                """)
        }
    }
}

/// An entry of a ledger as somebody outside holds it.
struct EntryOptions: ParsableArguments {
    @Option(help: "The entry, as it stands in a bundle under ledger/entries.", completion: .file())
    var entry: String
    @Option(help: "Its proof, as it stands in a bundle under ledger/proofs.", completion: .file())
    var proof: String
    @Option(help: "The trust file, with the ledger's verifier key.", completion: .file())
    var trust: String

    /// Faults that mean that something is not what the ledger records.
    static let altered = ["redaction.", "verify.", "ledger.", "proof.", "note.", "checkpoint.", "canonical-json."]

    /// - Throws: a `Diagnostic` when it is not proven.
    func proven() throws -> ProvenEntry {
        try ProvenEntry(
            try BundleFile.bytes(entry, limit: 16 << 10), path: entry, proof: try BundleFile.bytes(proof, limit: 1 << 20), proofPath: proof,
            trust: try BundleFile.trust(trust))
    }

    func words(_ proven: ProvenEntry) -> String {
        Diagnostic.printable(
            "entry \(proven.number) of \(proven.head.size) in the ledger '\(proven.head.origin)', collected \(proven.entry.at.timestamp)"
                + (proven.itemPath.map { ", '\($0)'" } ?? ""))
    }
}
