import StructuredText
import TestSupport
import Testing

/// The sample workspace with a signed ledger, an issued pack and an exported bundle `b.zip`; made once, and only read by the tests that share it.
final class IssuedSample: Sendable {
    let folder: TemporaryFolder

    static let shared = Result { try IssuedSample() }

    /// The passphrase of all keys.
    static let passphrase = "export DOSSIER_PASSPHRASE=p; "
    static let log = "evidence/people/people-audit.jsonl"
    static let card = "evidence/credit/card.md"

    /// - Parameters:
    ///   - extra: what `dossier.yaml` holds beside its own keys.
    ///   - files: further records, by path.
    init(extra: String = "", source: String = IssuedSample.source, files: [(path: String, bytes: [UInt8])] = [], export: Bool = true) throws {
        let workspace = try SampleWorkspace()
        folder = workspace.folder
        try folder.write("organisation: Acme\nledger: locker.example.org/acme\n\(extra)", to: "dossier.yaml")
        try folder.write(SampleWorkspace.system + source, to: "systems/credit.yaml")
        try folder.write(Self.people, to: Self.log)
        for file in files { try folder.write(file.bytes, to: file.path) }
        let made = try run(
            """
            for key in ledger claire; do dossier keys new $key || exit 90; done; dossier keys new daniel --algorithm p256 || exit 91
            dossier collect || exit 92; dossier pack --period 2026-Q3 --issue --key claire
            dossier keys trust --file trust.yaml --log "$(dossier keys list | sed -n 's/.*verifier key: //p')" || exit 93
            dossier keys trust --file trust.yaml --key keys/claire.pem --person Claire --role officer --over bundle || exit 94
            """)
        try #require(made.code == 0, "\(made.errors)")
        if export {
            let exported = try self.export()
            try #require(exported.code == 0, "\(exported.errors)")
        }
    }

    func export() throws -> DossierProgram.Outcome { try run("dossier export --system credit --period 2026-Q3 --key claire -o b.zip") }

    /// A source whose users and addresses are hidden.
    static let source = """
          - path: evidence/people
            redaction:
              rules:
                - { id: no-user, pointer: /user, action: mask, reason: it names a person }

        """

    static let people = """
        {"ts":"2026-07-01T00:00:00Z","user":"anna \\u001b[31m","event":"score","status":"success"}
        {"ts":"2026-09-30T00:00:00Z","user":"bo","event":"override","status":"denied"}

        """

    /// Runs a line of shell in the workspace, with the passphrase set.
    func run(_ script: String) throws -> DossierProgram.Outcome { try DossierProgram.shell(Self.passphrase + script, in: folder.path) }

    /// The bundle in a folder of its own, with the keys and nothing else of the workspace.
    func away() throws -> Away {
        let away = Away(folder: try TemporaryFolder())
        let copied = try run("cp -R keys trust.yaml b.zip '\(away.folder.path)'")
        try #require(copied.code == 0, "\(copied.errors)")
        return away
    }

    /// What somebody on another machine has.
    struct Away {
        let folder: TemporaryFolder

        func run(_ script: String) throws -> DossierProgram.Outcome { try DossierProgram.shell(IssuedSample.passphrase + script, in: folder.path) }

        /// The first digits of the bundle's digest, as `sign` prints them.
        func seen(_ bundle: String = "b.zip") throws -> String {
            let text = try run("dossier sign \(bundle) --key daniel --keys keys").text
            let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("digest ") }, "\(text)")
            return String(line.suffix(64).prefix(12))
        }
    }
}
