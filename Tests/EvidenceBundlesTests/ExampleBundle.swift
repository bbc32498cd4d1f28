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

/// The members of a good bundle by name, and all that its makers hold: so that a test can alter it, and sign the altered one as truly as the good one.
struct ExampleBundle {
    static let id = "northgate-credit-2026-q3"
    static let origin = "locker.example.org/northgate"
    static let producer = "dossier test"
    /// 2026-10-20.
    static let now = 1_792_454_400

    var files: [String: [UInt8]]
    /// The ledger's signed head before the last entries, as an earlier bundle had it.
    let earlier: [UInt8]
    let keys: Keys

    struct Keys {
        let officer: SigningKey
        let owner: SigningKey
        let log: NoteSigner

        init() throws {
            officer = try .ed25519(seed: Array(0x40..<0x60))
            owner = try .generate(.ecdsaP256)
            log = try NoteSigner(name: ExampleBundle.origin, seed: Array(0x00..<0x20))
        }
    }

    /// How much of what covers the files is made anew after an alteration.
    enum Covering: Sendable {
        /// Nothing: the file alone is altered.
        case nothing
        /// The manifests.
        case manifests
        /// The manifests and the statement, which the true signers sign.
        case statement
    }

    // MARK: altering it

    /// The bundle with some files altered.
    func altered(_ covering: Covering = .nothing, _ edit: (inout [String: [UInt8]]) throws -> Void) throws -> ExampleBundle {
        var copy = self
        try edit(&copy.files)
        if covering != .nothing { copy.relist() }
        if covering == .statement { try copy.sign() }
        return copy
    }

    /// Writes both manifests over what is there now.
    mutating func relist() {
        let payload = files.filter { $0.key.hasPrefix("data/") }
        files[BagFiles.info] = BagInfo(identifier: Self.id, payloadBytes: payload.reduce(0) { $0 + $1.value.count }, payloadFiles: payload.count).bytes
        files[BagFiles.manifest] = Self.manifest(payload)
        files[BagFiles.tagManifest] = Self.manifest(
            files.filter { !$0.key.hasPrefix("data/") && !$0.key.hasPrefix("signatures/") && $0.key != BagFiles.tagManifest })
    }

    private static func manifest(_ files: [String: [UInt8]]) -> [UInt8] {
        BagManifest(files.map { MemberDigest(name: $0.key, digest: .of($0.value), size: $0.value.count) }).bytes
    }

    /// Signs what the statement says, after bringing it up to date with the files.
    mutating func sign(_ edit: (inout [String: Value]) -> Void = { _ in }) throws {
        let path = BundleLayout.envelope
        let old = try Envelope.parse(files[path] ?? [], path: path).statement(path: path)
        var predicate: [String: Value] = [:]
        for member in old.predicate.members ?? [] { predicate[member.key] = member.value }
        predicate["policySha256"] = .string(ContentDigest.of(files[BundleLayout.policy] ?? []).hex)
        predicate["redactions"] = .object([
            ("count", predicate["redactions"]?["count"]), ("registerSha256", .string(ContentDigest.of(files[BundleLayout.register] ?? []).hex)),
        ])
        edit(&predicate)
        let statement = try Statement(
            subjects: [.init(name: BagFiles.tagManifest, sha256: ContentDigest.of(files[BagFiles.tagManifest] ?? []).hex)],
            predicateType: BundleLayout.bundlePredicate, predicate: .map(predicate.map { .init($0.key, $0.value) }))
        var envelope = Envelope(payload: statement.bytes)
        try envelope.sign(with: keys.officer)
        try envelope.sign(with: keys.owner)
        files[path] = envelope.bytes
    }

    // MARK: verifying it

    /// Whom an auditor trusts.
    func trust(bundle: String? = nil, demands: [SigningPolicy.Requirement] = Self.demands, fourEyes: Bool = true) throws -> VerifierTrust {
        let log = try unwrapped(keys.log.verifierKey).text
        return try VerifierTrust(
            TrustFile(
                bundle: bundle, logs: [.init(text: log)],
                signers: [
                    .init(person: "Claire Beaudoin", role: "compliance-officer", key: keys.officer.publicKey),
                    .init(person: "Marc Tremblay", role: "model-owner", key: keys.owner.publicKey),
                ], policy: SigningPolicy(required: demands, fourEyes: fourEyes)))
    }

    static let demands: [SigningPolicy.Requirement] = [
        .init(over: .bundle, role: "compliance-officer"), .init(over: .bundle, role: "model-owner"), .init(over: .checkpoint, role: "log"),
        .init(over: .pack, role: "compliance-officer"), .init(over: .packXML, role: "model-owner"),
    ]

    func options(trusting trust: VerifierTrust? = nil) throws -> VerifierOptions {
        VerifierOptions(trust: try trust ?? self.trust(), now: Self.now, cores: 2, producer: Self.producer)
    }

    func verified(_ options: VerifierOptions? = nil) async throws -> VerificationReport {
        await BundleVerifier(try options ?? self.options()).verify(MemorySource(files: files))
    }
}

/// A bundle that is in memory.
struct MemorySource: MemberSource {
    let path = "example.zip"
    var base = ExampleBundle.id
    let members: [ArchiveMember]
    let faults: [Diagnostic] = []

    init(files: [String: [UInt8]]) {
        members = files.map { ArchiveMember(name: $0.key, bytes: $0.value) }.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }
}

struct Absent: Error {}

/// A value that a test needs to go on.
func unwrapped<T>(_ value: T?) throws -> T {
    guard let value else { throw Absent() }
    return value
}
