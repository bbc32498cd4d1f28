import Attestations
import ControlFrameworks
import EvidenceModel
import Signatures
import StructuredText
import TestSupport
import Testing
import Workspaces

/// A workspace with one system, a framework of three controls and one statement, as small as the rules allow.
struct AttestationWorkspace {
    let folder: TemporaryFolder

    static let statement = """
        attestation: scope-q3
        system: s
        framework: demo
        controls: [ "4.10", "4.1" ]
        period: 2026-Q3
        person: Claire Roy
        role: Head of Model Risk
        text: |
          I have read the register.
          It is complete; "nothing" was left out, é.
        """

    init(_ statements: [String: String] = ["scope-q3": Self.statement]) throws {
        folder = try TemporaryFolder()
        try folder.write("organisation: Lakehead\n", to: "dossier.yaml")
        try folder.write("name: S\npurpose: p\n", to: "systems/s.yaml")
        try folder.write("framework: demo\ntitle: Demo\nedition: '1'\n", to: "frameworks/demo/framework.yaml")
        let controls = ["4.1", "4.10", "5"].map { id in
            "  - { id: \"\(id)\", title: T, asks: A, cite: C, examples: { met: {}, not-met: {} }, needs: [ { evidence: policy-document, why: w } ] }\n"
        }
        try folder.write("controls:\n" + controls.joined(), to: "frameworks/demo/controls.yaml")
        for (id, text) in statements.sorted(by: { $0.key < $1.key }) { try folder.write(text, to: "attestations/\(id).yaml") }
    }

    func files() throws -> AttestationFiles {
        let workspace = try Workspace.load(folder.path)
        let library = FrameworkLibrary(workspace: try workspace.overrides(in: "frameworks").map { DefinitionFile(path: $0.path, bytes: $0.bytes) })
        return AttestationFiles(workspace: workspace, library: library)
    }

    func only() throws -> RequestedAttestation {
        let files = try files()
        #expect(files.diagnostics.isEmpty)
        return try #require(files.statements.first)
    }

    /// A key that is the same in every run, and the workspace's list that holds it.
    static func key(_ byte: UInt8 = 7) throws -> (key: SigningKey, keys: AttestationKeys) {
        let key = try SigningKey.ed25519(seed: [UInt8](repeating: byte, count: 32))
        return (key, AttestationKeys([(name: "claire", key: key.publicKey)]))
    }

    static let at = Instant(seconds: 1_790_000_000)

    /// The register over these bodies, numbered from 0, each recorded a second after the one before.
    static func register(_ bodies: [Value], _ statements: [RequestedAttestation], _ keys: AttestationKeys) -> AttestationRegister {
        let entries = bodies.enumerated().map { index, body in
            AttestationRegister.Entry(index: index, at: body["at"]?.string.flatMap { Instant($0) } ?? at, body: body)
        }
        return AttestationRegister(entries: entries, statements: statements, keys: keys, path: "locker/ledger")
    }
}
