import ArgumentParser
import Crypto
import Diagnostics
import DurableStorage
import EvidenceLocker
import Foundation
import Glibc
import Signatures
import TransparencyLog
import Workspaces

/// What opens the private keys of a workspace.
///
/// A passphrase comes from `DOSSIER_PASSPHRASE` or a file descriptor, or the key itself from `DOSSIER_KEY_<ID>`; never from an argument, which other users could list.
struct KeyOptions: ParsableArguments {
    @Option(help: "Read the passphrase of the private keys from this file descriptor; DOSSIER_PASSPHRASE when left out.")
    var passphraseFd: Int32?
    @Option(
        help: """
            For samples and tests: nonces, salts and new keys follow from this text, so that two runs give the same bytes. Anybody can read them; every entry \
            says so.
            """)
    var demonstrationSeed: String?

    var random: RandomSource { demonstrationSeed.map { .demonstration($0) } ?? .system }

    /// What opens a key; `nil` when nothing was given.
    func secret(for id: String) throws -> KeySecret? {
        let environment = ProcessInfo.processInfo.environment
        if let fd = passphraseFd { return try Self.passphrases.secret(descriptor: fd) }
        return try KeySecret.environment(environment, id: id)
    }

    /// A private key of a folder.
    func open(_ id: String, in keys: KeyFolder) throws -> SigningKey {
        guard let secret = try secret(for: id) else { throw StorageFault(kind: .key, diagnostic: .noSecret(keys.privatePath(id), id)) }
        return try keys.open(id, secret: secret)
    }

    /// A descriptor can be read once only, and several keys may be opened with what came out of it.
    private final class Passphrases: @unchecked Sendable {
        private var known: [Int32: KeySecret] = [:]

        func secret(descriptor: Int32) throws -> KeySecret {
            if let secret = known[descriptor] { return secret }
            let secret = try KeySecret.passphrase(descriptor: descriptor)
            known[descriptor] = secret
            return secret
        }
    }

    private static let passphrases = Passphrases()
}

/// The keys and lockers of a workspace, opened as the ledger of each client needs it.
struct LockerAccess {
    let workspace: Workspace
    let options: KeyOptions

    init(_ workspace: Workspace, _ options: KeyOptions) {
        self.workspace = workspace
        self.options = options
    }

    var keys: KeyFolder { KeyFolder(path: "\(workspace.files.root)/keys") }

    /// The id of the key that signs a client's ledger.
    static func ledgerKey(of client: String?) -> String { client.map { "ledger-\($0)" } ?? "ledger" }

    func path(of client: String?) -> String { "\(workspace.files.root)/\(Workspace.lockerPath(of: client))" }

    /// Opens a client's locker to read.
    /// - Throws: a `StorageFault` when something was altered; also when the ledger has a key and its head is not signed by it.
    func reading(_ client: String?) throws -> Locker {
        let locker = try Locker(reading: path(of: client), verifier: try expectedKey(of: client))
        try checkIssuedHeads(of: locker)
        return locker
    }

    /// The heads that were put beside issued packs are anchors: a ledger that no longer begins with one was cut or rewritten.
    private func checkIssuedHeads(of locker: Locker) throws {
        guard let head = try locker.log.head()?.checkpoint else { return }
        for system in workspace.files.names(in: "packs") {
            for period in workspace.files.names(in: "packs/\(system)") {
                let path = "packs/\(system)/\(period)/checkpoint"
                guard workspace.files.exists(path) else { continue }
                let issued = try TileLog.checkpoint(of: try workspace.files.read(path), path: path)
                guard issued.origin.utf8.elementsEqual(head.origin.utf8) else { continue }
                guard issued.size <= head.size, try locker.log.root(at: issued.size, in: head.size) == issued.root else {
                    throw StorageFault.cutLedger("\(locker.log.folder)/checkpoint", head.size, path, issued.size)
                }
            }
        }
    }

    /// Opens a client's locker to write, in the name of its ledger.
    /// - Throws: a `StorageFault` or `Diagnostic`; also when the ledger has a key and nothing was given that opens it.
    /// - Parameter isToBeSigned: takes over a ledger that nobody signed yet.
    func writing(_ client: String?, isToBeSigned: Bool = false) throws -> Locker {
        let path = path(of: client)
        try DurableFile.makeFolder(path)
        return try Locker(writing: path, as: author(client), isToBeSigned: isToBeSigned)
    }

    func author(_ client: String?) throws -> LedgerAuthor {
        let origin = workspace.ledgerName(of: client)
        let id = Self.ledgerKey(of: client)
        guard access(keys.publicPath(id), F_OK) == 0 else { return LedgerAuthor(origin: origin, signer: nil, random: options.random) }
        let key = try open(id)
        guard let seed = key.seed else { throw Diagnostic.notLedgerKey(keys.publicPath(id)) }
        return LedgerAuthor(origin: origin, signer: try NoteSigner(name: origin, seed: seed), seed: seed, random: options.random)
    }

    /// A private key of the workspace.
    func open(_ id: String) throws -> SigningKey { try options.open(id, in: keys) }

    /// The verifier key of a client's ledger, when it has one that can be read.
    func verifierKey(of client: String?) -> NoteKey? { try? expectedKey(of: client) }

    /// The key that must have signed a client's ledger; `nil` when the workspace has none for it.
    /// - Throws: a `Diagnostic` or `StorageFault` when there is one that cannot be read or signs no ledgers.
    func expectedKey(of client: String?) throws -> NoteKey? {
        let id = Self.ledgerKey(of: client)
        guard access(keys.publicPath(id), F_OK) == 0 else {
            if access(keys.privatePath(id), F_OK) == 0 { throw StorageFault.publicKeyGone(keys.publicPath(id)) }
            return nil
        }
        let key = try keys.publicKey(id)
        guard key.algorithm == .ed25519 else { throw Diagnostic.notLedgerKey(keys.publicPath(id)) }
        return NoteKey(name: workspace.ledgerName(of: client), kind: .ed25519, publicKey: Array(key.der.suffix(32)))
    }
}

extension StorageFault {
    fileprivate static func publicKeyGone(_ path: String) -> Self {
        StorageFault(
            kind: .integrity,
            diagnostic: Diagnostic(
                id: "ledger.public-key-gone", severity: .error, location: TextLocation(path: path),
                message: "the ledger's private key is here and its public key is gone: without it nobody would notice that the head is no longer signed",
                hint: "restore the file from a copy"))
    }

    fileprivate static func cutLedger(_ path: String, _ size: Int, _ pack: String, _ issued: Int) -> Self {
        StorageFault(
            kind: .integrity,
            diagnostic: Diagnostic(
                id: "ledger.cut", severity: .error, location: TextLocation(path: path),
                message: "the ledger of \(size) entries does not begin with the \(issued) entries of '\(pack)': its past was cut or changed",
                hint: "restore the locker from a copy; the head beside an issued pack is what it must lead back to"))
    }
}

extension Diagnostic {
    fileprivate static func noSecret(_ path: String, _ id: String) -> Self {
        Diagnostic(
            id: "key.no-secret", severity: .error, location: TextLocation(path: path),
            message: "the key '\(id)' is encrypted, and nothing was given to open it",
            hint: "set DOSSIER_PASSPHRASE, use --passphrase-fd, or give the key itself in \(KeySecret.privateKeyVariable(id))")
    }

    fileprivate static func notLedgerKey(_ path: String) -> Self {
        Diagnostic(
            id: "key.not-for-ledgers", severity: .error, location: TextLocation(path: path), message: "found a key of another kind; expected Ed25519",
            hint: "make the ledger's key with 'dossier keys new ledger'")
    }
}
