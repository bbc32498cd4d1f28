import ArgumentParser
import Attestations
import ControlFrameworks
import Diagnostics
import EvidenceLocker
import EvidenceModel
import StructuredText
import Workspaces

/// What the `attest` commands have in common: the workspace, its statements, and what the ledgers hold of them.
struct AttestationSession {
    let workspace: Workspace
    let library: FrameworkLibrary
    let files: AttestationFiles
    let access: LockerAccess

    init(_ workspaceOptions: WorkspaceOptions, _ keyOptions: KeyOptions) throws {
        workspace = try workspaceOptions.load()
        access = LockerAccess(workspace, keyOptions)
        do {
            library = FrameworkLibrary(workspace: try workspace.overrides(in: "frameworks").map { DefinitionFile(path: $0.path, bytes: $0.bytes) })
            guard library.diagnostics.isEmpty else { throw DiagnosticList(library.diagnostics) }
        } catch {
            throw ExitCode(Console.status(of: error).rawValue)
        }
        files = AttestationFiles(workspace: workspace, library: library)
    }

    /// Faults of statements and system files that are not the command's own subject.
    var faults: [Diagnostic] { workspace.diagnostics + files.diagnostics }

    /// The statement of that id. One that is not there ends the program with 66.
    func statement(_ id: String) throws -> RequestedAttestation {
        do throws(Diagnostic) {
            return try files.statement(id)
        } catch {
            guard error.id == "attestation.unknown" else { throw error }
            Console.report([error])
            throw ExitCode(ExitStatus.missingInput.rawValue)
        }
    }

    /// The client for whom a statement's system is run.
    func client(of statement: RequestedAttestation) -> String? { workspace.system(statement.system)?.client }

    func register(_ contents: LockerContents, of client: String?) -> AttestationRegister {
        AttestationRegister(contents, of: client, statements: files.statements, keys: AttestationKeys(files: workspace.files))
    }

    /// What a client's ledger holds.
    func register(of client: String?) throws -> AttestationRegister { register(try access.reading(client).contents, of: client) }

    /// A private key with which a person signs; that of a ledger is nobody's.
    func checkKey(_ id: String) throws(Diagnostic) {
        if Keys.client(ofLedgerKey: id) != nil { throw .ledgerKey(id) }
    }
}

extension AttestationRegister {
    /// The attestations of a client's locker.
    init(_ contents: LockerContents, of client: String?, statements: [RequestedAttestation], keys: AttestationKeys) {
        self.init(
            entries: contents.records(of: .attestation).map { Entry(index: $0.index, at: $0.entry.at, body: $0.entry.body) }, statements: statements,
            keys: keys, path: "\(Workspace.lockerPath(of: client))/ledger")
    }
}

extension Locker {
    /// Puts a signed attestation on record.
    /// - Returns: the number of its entry.
    func record(_ attestation: AttestationRecord) throws -> Int {
        let entry = try record(.attestation, attestation.body, at: attestation.attestation.at)
        try writeIndex()
        return entry
    }
}

extension Diagnostic {
    fileprivate static func ledgerKey(_ id: String) -> Self {
        Diagnostic(
            id: "attestation.ledger-key", severity: .error, message: "'\(id)' is the key of a ledger; expected the key of a person",
            hint: "make one with 'dossier keys new ID', and sign with that")
    }
}
