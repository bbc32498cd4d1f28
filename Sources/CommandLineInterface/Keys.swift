import ArgumentParser
import Crypto
import Diagnostics
import DurableStorage
import EvidenceLocker
import Glibc
import Signatures
import StructuredText
import TransparencyLog
import Workspaces

/// Makes, lists and trusts keys.
struct Keys: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make the keys that sign ledgers and packs, list them, and write whom a verifier trusts.",
        discussion: "Example: DOSSIER_PASSPHRASE=… dossier keys new ledger; dossier keys new claire --algorithm p256; dossier keys list",
        subcommands: [New.self, List.self, Trust.self])

    /// The kinds of keys.
    enum Algorithm: String, CaseIterable, ExpressibleByArgument {
        case ed25519, p256, rsa

        var key: KeyAlgorithm {
            switch self {
            case .ed25519: .ed25519
            case .p256: .ecdsaP256
            case .rsa: .rsa
            }
        }
    }

    struct New: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a key: keys/ID.pem, and keys/private/ID.key encrypted under a passphrase.",
            discussion: """
                Example: DOSSIER_PASSPHRASE=… dossier keys new ledger

                The ids 'ledger' and 'ledger-CLIENT' are those of the ledgers; a ledger's head is signed from then on. The XML signature of a pack needs a key of the \
                kind p256 or rsa.
                """)

        @OptionGroup var workspaceOptions: WorkspaceOptions
        @OptionGroup var keyOptions: KeyOptions
        @Argument(help: "The key's id: lower-case letters, digits and hyphens.")
        var id: String
        @Option(help: "ed25519, p256 or rsa.")
        var algorithm: Algorithm = .ed25519

        func run() throws {
            do {
                let access = LockerAccess(try workspaceOptions.load(), keyOptions)
                guard let secret = try keyOptions.secret(for: id) else {
                    throw StorageFault(kind: .key, diagnostic: .needsPassphrase(access.keys.privatePath(id)))
                }
                let client = Keys.client(ofLedgerKey: id)
                if client != nil, algorithm != .ed25519 { throw Diagnostic.ledgerAlgorithm(algorithm.rawValue) }
                let isFinished = try access.keys.finish(id, secret: secret)
                if let client {
                    if !isFinished, try !isUnfinished(client, access, secret) { try access.keys.add(try makeKey(), id: id, secret: secret) }
                    // From now on the head is signed: without its signature it is no longer what it was.
                    let locker = try access.writing(client, isToBeSigned: true)
                    try locker.signHead()
                    try locker.sealOpenSeeds()
                } else if !isFinished {
                    try access.keys.add(try makeKey(), id: id, secret: secret)
                }
                Console.result(Keys.line(id, try access.keys.publicKey(id), access))
            } catch {
                throw ExitCode(Console.status(of: error).rawValue)
            }
        }

        /// Whether the key of a ledger was made, and a crash came before the ledger was signed with it: then the rest is done now.
        private func isUnfinished(_ client: String?, _ access: LockerAccess, _ secret: KeySecret) throws -> Bool {
            guard Glibc.access(access.keys.publicPath(id), F_OK) == 0, Glibc.access(access.keys.privatePath(id), F_OK) == 0 else { return false }
            let head = try TileLog(folder: "\(access.path(of: client))/ledger").head()
            if let head, head.note != Array(head.checkpoint.text.utf8) { return false }
            return try access.keys.open(id, secret: secret).seed != nil
        }

        private func makeKey() throws -> SigningKey {
            guard let seed = keyOptions.demonstrationSeed, algorithm == .ed25519 else { return try SigningKey.generate(algorithm.key) }
            return try SigningKey.ed25519(seed: RandomSource.demonstration(seed).bytes(32, for: "key/\(id)"))
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the workspace's public keys, with the fingerprints and verifier keys that others need.", discussion: "Example: dossier keys list")

        @OptionGroup var workspaceOptions: WorkspaceOptions
        @Option(help: "text or json.")
        var format: PlainFormat = .text

        func run() throws {
            let workspace = try workspaceOptions.load()
            let access = LockerAccess(workspace, try KeyOptions.parse([]))
            var rows: [Value] = []
            var failed = false
            for name in workspace.files.names(in: "keys") where name.hasSuffix(".pem") {
                let id = String(name.dropLast(4))
                do {
                    let key = try access.keys.publicKey(id)
                    if format == .text { Console.result(Keys.line(id, key, access)) }
                    rows.append(
                        .object([
                            ("id", .string(id)), ("algorithm", .string(Keys.name(of: key.algorithm))), ("key-id", .string(key.keyID)),
                            ("verifier-key", .text(Keys.verifierKey(id, access)?.text)),
                        ]))
                } catch {
                    _ = Console.status(of: error)
                    failed = true
                }
            }
            if format == .json { Console.result(Value.object([("schema", "dossier/keys/1"), ("keys", .list(rows))]).prettyJSON) }
            if failed { throw ExitCode(ExitStatus.badInput.rawValue) }
        }
    }

    /// `nil` for a key that signs no ledger; the inner `nil` stands for the ledger of no client.
    static func client(ofLedgerKey id: String) -> String?? {
        if id == "ledger" { return .some(nil) }
        return id.hasPrefix("ledger-") ? .some(String(id.dropFirst(7))) : nil
    }

    static func verifierKey(_ id: String, _ access: LockerAccess) -> NoteKey? { client(ofLedgerKey: id).flatMap { access.verifierKey(of: $0) } }

    static func name(of algorithm: KeyAlgorithm) -> String {
        switch algorithm {
        case .ed25519: "ed25519"
        case .ecdsaP256: "p256"
        case .rsa: "rsa"
        }
    }

    static func line(_ id: String, _ key: PublicKey, _ access: LockerAccess) -> String {
        "\(id)  \(name(of: key.algorithm))  \(key.keyID)" + (verifierKey(id, access).map { "\n  verifier key: \($0.text)" } ?? "")
    }
}

extension Diagnostic {
    fileprivate static func needsPassphrase(_ path: String) -> Self {
        Diagnostic(
            id: "key.no-passphrase", severity: .error, location: TextLocation(path: path),
            message: "no passphrase was given; a private key is never written unencrypted", hint: "set DOSSIER_PASSPHRASE, or use --passphrase-fd")
    }

    fileprivate static func ledgerAlgorithm(_ found: String) -> Self {
        Diagnostic(
            id: "key.not-for-ledgers", severity: .error, message: "found the kind '\(found)' for a ledger's key; expected ed25519 (C2SP signed-note)",
            hint: "leave --algorithm out")
    }
}
