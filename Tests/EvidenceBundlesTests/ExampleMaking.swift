import BagArchives
import ControlFrameworks
import Crypto
import Diagnostics
import EvidenceBundles
import EvidenceLocker
import EvidenceModel
import Redaction
import ReportModel
import ReportWriters
import Signatures
import StructuredText
import TestSupport
import TransparencyLog
import Workspaces

/// The good bundle, made once for all tests, with the modules that make real ones.
enum Example {
    private static let made = Result { try make(attestations: []) { _ in } }
    private static let liar = Result {
        try make(attestations: []) { files in
            for at in files.indices where files[at].path == "report.json" {
                files[at].bytes = Array(
                    String(decoding: files[at].bytes, as: UTF8.self).replacing("\"verdict\": \"not met\"", with: "\"verdict\": \"met\"").utf8)
            }
        }
    }

    static func bundle() throws -> ExampleBundle { try made.get().bundle }

    /// A bundle whose pack was truly issued and signed, and says more than its evidence.
    static func lyingBundle() throws -> ExampleBundle { try liar.get().bundle }

    /// A bundle whose ledger holds attestations by the officer; each is told by what it changes in an accepted one of this pack, by its place among them.
    static func bundle(attesting changes: [[String: Value]]) throws -> ExampleBundle { try make(attestations: changes) { _ in }.bundle }

    /// The same as one file.
    static func zip() throws -> [UInt8] { try made.get().zip }

    private static let system = "credit"
    private static let time = Instant(seconds: 1_791_200_000)
    private static let rules = RedactionRules(rules: [.init(id: "names", pattern: .kind(.email), action: .mask, reason: "not needed")])

    private static func make(
        attestations: [[String: Value]], editing edit: (inout [OutputFile]) -> Void
    ) throws -> (bundle: ExampleBundle, zip: [UInt8]) {
        let keys = try ExampleBundle.Keys()
        let folder = try TemporaryFolder()
        let workspace = try workspace(in: folder)
        try folder.makeFolder("locker")
        let author = LedgerAuthor(origin: ExampleBundle.origin, signer: keys.log, seed: Array(0x00..<0x20), random: .demonstration("example"))
        let locker = try Locker(writing: folder.place("locker"), as: author)
        var items = [
            try add("evidence/model-card.md", "# Card\n", kind: "model-card", to: locker),
            try add("evidence/drift.json", "{\"psi\":\"0.11\"}\n", kind: "drift-report", to: locker),
        ]
        try locker.flush()
        let earlier = try unwrapped(try locker.log.head()).note
        items.append(try add("evidence/complaint.txt", "from a@b.example\nabout a refusal\n", kind: "complaint-record", rules: rules, to: locker))
        items.append(try add("evidence/minutes.txt", "we met\n", kind: "board-report", classification: .confidential, to: locker))
        let library = FrameworkLibrary(workspace: definitions.map { DefinitionFile(path: $0.name, bytes: Array($0.text.utf8)) })
        let framework = try library.framework(named: "demo")
        let report = try report(workspace, library, framework, locker)
        let records = try attestations.map { try locker.record(.attestation, attestation($0, keys), at: time) }
        let pack = try issue(report, locker, keys, edit)
        let request = BundleRequest(
            id: ExampleBundle.id, locker: locker,
            items: items.map { .init(item: $0, leftOut: nil, rules: $0.path == "evidence/complaint.txt" ? rules : nil) }, pack: pack,
            frameworks: [framework], definitions: definitions.map { ArchiveMember(name: $0.name, bytes: Array($0.text.utf8)) },
            workspaceFiles: try workspaceFiles(folder), policy: SigningPolicy(required: [.init(over: .bundle, role: "compliance-officer")]),
            howTo: Array("How to verify\n".utf8), records: records, since: earlier, missing: [], pseudonymKey: nil, statement: statement(report, pack.entry))
        return try bundle(request, keys, earlier, folder)
    }

    private static func bundle(_ request: BundleRequest, _ keys: ExampleBundle.Keys, _ earlier: [UInt8], _ folder: TemporaryFolder) throws -> (
        bundle: ExampleBundle, zip: [UInt8]
    ) {
        try folder.makeFolder("scratch")
        let content = try BundleContent(request, scratch: folder.place("scratch"))
        let path = folder.place("\(ExampleBundle.id).zip")
        _ = try BagWriter(id: request.id, payload: content.payload, tags: content.tags).write(to: path, cores: 1) { seal in
            var envelope = Envelope(payload: try content.statement(over: seal).bytes)
            try envelope.sign(with: keys.officer)
            try envelope.sign(with: keys.owner)
            return [ArchiveMember(name: BundleLayout.envelope, bytes: envelope.bytes)]
        }
        var files: [String: [UInt8]] = [:]
        for member in try PlainZipReader(path: path).members { files[member.name] = try member.bytes(limit: 1 << 26) }
        return (ExampleBundle(files: files, earlier: earlier, keys: keys), try folder.read("\(ExampleBundle.id).zip"))
    }

    // MARK: what it is made of

    private static let definitions: [(name: String, text: String)] = [
        (
            "frameworks/demo/framework.yaml",
            """
            framework: demo
            title: Demo
            edition: '1'
            controls:
              - id: '1'
                title: Card
                asks: A model card.
                cite: C
                examples: { met: {}, not-met: {} }
                needs:
                  - evidence: model-card
                    why: it says what the model is for
                    expect:
                      - { fact: intended-use, is: present }
              - id: '2'
                title: Drift
                asks: A drift report.
                cite: C
                examples: { met: {}, not-met: {} }
                needs:
                  - evidence: drift-report
                    why: it shows drift
                    expect:
                      - { fact: psi-max, is: present }
            """
        )
    ]

    private static func workspace(in folder: TemporaryFolder) throws -> Workspace {
        try folder.write("organisation: Northgate\nledger: \(ExampleBundle.origin)\n", to: "workspace/dossier.yaml")
        try folder.write(
            "name: Credit scoring\npurpose: scores credit\nroles: [provider]\nframeworks: [demo]\nsources:\n  - { path: evidence }\n",
            to: "workspace/systems/\(system).yaml")
        return try Workspace.load(folder.place("workspace"))
    }

    private static func workspaceFiles(_ folder: TemporaryFolder) throws -> [ArchiveMember] {
        try ["dossier.yaml", "systems/\(system).yaml"].map { ArchiveMember(name: "data/workspace/\($0)", bytes: try folder.read("workspace/\($0)")) }
    }

    private static func add(
        _ path: String, _ text: String, kind: String, classification: Classification = .internal, rules: RedactionRules? = nil, to locker: Locker
    ) throws -> EvidenceItem {
        let stored = try locker.store(MemoryStream(Array(text.utf8)))
        let item = EvidenceItem(
            digest: stored.digest, system: system, path: path, kind: kind, format: "declared", size: stored.size, collectedBy: ExampleBundle.producer,
            collectedAt: time, classification: classification, facts: [Fact("title", .text("T"), at: .whole)])
        return try locker.append(item, rules: rules)
    }

    private static func report(_ workspace: Workspace, _ library: FrameworkLibrary, _ framework: Framework, _ locker: Locker) throws -> Report {
        try locker.flush()
        let contents = try Locker(reading: locker.root).contents
        let material = PackMaterial(
            workspace: workspace, system: try unwrapped(workspace.system(system)), frameworks: [framework], library: library,
            period: try unwrapped(Period("2026-Q3")), asOf: try unwrapped(Instant("2026-10-01")), contents: contents, incomplete: [],
            producer: ExampleBundle.producer, previous: nil, isIssued: true)
        return try material.plainReport()
    }

    /// The body of an entry, signed by the officer.
    private static func attestation(_ changes: [String: Value], _ keys: ExampleBundle.Keys) throws -> Value {
        var said: [String: Value] = [
            "decision": "accepted", "id": "ATT-1", "key": .string(keys.officer.publicKey.keyID), "system": .string(system),
            "text-sha256": .string(ContentDigest.of(Array("I stand by it".utf8)).hex),
            "period": .object([("from", "2026-07-01T00:00:00Z"), ("label", "2026-Q3"), ("to", "2026-10-01T00:00:00Z")]),
        ]
        said.merge(changes) { $1 }
        let predicate = Value.map(said.map { .init($0.key, $0.value) })
        let subject = Statement.Subject(name: "ATT-1", sha256: ContentDigest.of(Array("I stand by it".utf8)).hex)
        let statement = try Statement(subjects: [subject], predicateType: "https://dossier.example/attestation/statement/v1", predicate: predicate)
        var envelope = Envelope(payload: statement.bytes)
        try envelope.sign(with: keys.officer)
        said["signature"] = .string(BinaryText.base64(try unwrapped(envelope.signatures.first).bytes))
        return .map(said.map { .init($0.key, $0.value) })
    }

    private static func issue(
        _ report: Report, _ locker: Locker, _ keys: ExampleBundle.Keys, _ edit: (inout [OutputFile]) -> Void
    ) throws -> BundleRequest.IssuedPack {
        let templates = try TemplateLibrary()
        var files = try reportWriters.flatMap { try $0.write(report, templates) }
        edit(&files)
        for at in files.indices where files[at].path == "report.xml" {
            files[at].bytes = try XMLSignature.sign(files[at].bytes, path: "report.xml", key: keys.owner)
        }
        let subjects = files.map { Statement.Subject(name: $0.path, sha256: ContentDigest.of($0.bytes).hex) }
        var envelope = Envelope(
            payload: try Statement(subjects: subjects, predicateType: BundleLayout.packPredicate, predicate: .object([("system", .string(system))])).bytes)
        try envelope.sign(with: keys.officer)
        let rows = subjects.map { Value.object([("name", .string($0.name)), ("sha256", .string($0.sha256))]) }
        let entry = try locker.record(.pack, .object([("files", .list(rows)), ("system", .string(system))]), at: time)
        return .init(entry: entry, files: files.map { ArchiveMember(name: BundleLayout.packFolder + $0.path, bytes: $0.bytes) }, envelope: envelope.bytes)
    }

    private static func statement(_ report: Report, _ entry: Int) -> [(String, Value?)] {
        [
            ("asOf", .string(report.asOf.text)), ("counts", .list([])), ("packEntry", .int(entry)), ("period", .string(report.period.label)),
            ("system", .string(system)), ("tool", .string(ExampleBundle.producer)),
        ]
    }
}
