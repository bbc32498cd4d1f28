import ArgumentParser
import BagArchives
import Diagnostics
import EvidenceBundles
import Signatures
import Workspaces

/// Adds a person's signature to a bundle that exists.
struct Sign: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Add another person's signature to a bundle: the reviewer's or approver's, on their own machine.",
        discussion: """
            Example: dossier sign northgate-2026-q3.zip --key daniel --keys ~/keys
            Example: dossier sign northgate-2026-q3.zip --key daniel --keys ~/keys --seen 3f9a0c2be417 -o signed.zip

            The bundle is checked whole, and what the signature would be under is printed. It is signed only when --seen repeats the first digits of its tag \
            manifest's digest, so that nobody signs what they did not look at. A timestamp covers the signatures: sign first.
            """)

    @Argument(help: "The bundle's file.", completion: .file())
    var bundle: String
    @Option(help: "The id of the key that signs.")
    var key: String
    @Option(help: "The folder of keys; keys/ of the workspace here when left out.", completion: .directory)
    var keys: String?
    @Option(help: "A file of PEM certificates for the key: the signer's first, then who issued each, without the root.", completion: .file())
    var chain: String?
    @Option(help: "The first 12 or more digits of the tag manifest's digest, as this command prints it: you saw what you sign.")
    var seen: String?
    @Option(name: .shortAndLong, help: "The file to write; the bundle itself is replaced when left out.", completion: .file())
    var output: String?
    @OptionGroup var keyOptions: KeyOptions

    /// Fewer digits could be met by chance.
    private static let fewestDigits = 12

    func validate() throws {
        guard let seen else { return }
        let isHex = seen.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
        if !isHex || !(Self.fewestDigits...64).contains(seen.utf8.count) {
            throw ValidationError("--seen is '\(seen)'; expected 12 to 64 lower-case hexadecimal digits, as 'dossier sign' prints them")
        }
    }

    func run() async throws {
        try await BundleFile.ending { try await sign() }
    }

    private func sign() async throws {
        let opened = try await BundleFile.open(bundle)
        let folder = KeyFolder(path: try keyFolder())
        let known = KnownKeys(folder)
        let earlier = try opened.envelope.signatures.map { try known.words($0, in: opened) }
        let digest = opened.tagManifestDigest.hex
        Console.result(
            (opened.summary + ["signed by   \(earlier.isEmpty ? "nobody" : earlier.joined(separator: "; "))", "digest      \(digest)"]).joined(separator: "\n"))
        if opened.hasTimestamp { throw Diagnostic.hasTimestamp(bundle) }
        guard let seen else {
            Console.report([.notSeen(String(digest.prefix(Self.fewestDigits)))])
            throw ExitCode(ExitStatus.usage.rawValue)
        }
        guard digest.utf8.starts(with: seen.utf8) else {
            Console.report([.otherSeen(bundle, seen, digest)])
            throw ExitCode(ExitStatus.integrity.rawValue)
        }
        let signers = try SigningKeys(ids: [key], chains: chain.map { [$0] } ?? []) { try keyOptions.open($0, in: folder) }
        var envelope = opened.envelope
        for signer in signers.all { try envelope.sign(with: signer.key, certificates: signer.chain) }
        let path = output ?? bundle
        try OutputPlace.making(path) { try opened.write(envelope: envelope, timestamp: nil, to: path, cores: 2) }
        let count = envelope.signatures.count
        Console.result("\(path): signed by '\(key)', \(count) \(count == 1 ? "signature" : "signatures") in all")
    }

    /// Keys are looked for in the workspace only when no folder is named: a reviewer may have none.
    private func keyFolder() throws -> String {
        if let keys { return keys }
        guard let root = Workspace.find(from: WorkspaceFiles.resolved(".") ?? ".") else { throw Diagnostic.noKeys }
        return "\(root)/keys"
    }
}

/// The public keys of a folder, by which earlier signatures are told apart.
private struct KnownKeys {
    private var keys: [(id: String, key: PublicKey)] = []

    /// What cannot be read is nobody's key.
    init(_ folder: KeyFolder) {
        for name in WorkspaceFiles(root: folder.path).names(in: "") where name.utf8.suffix(4).elementsEqual(".pem".utf8) {
            let id = String(name.dropLast(4))
            if let key = try? folder.publicKey(id) { keys.append((id, key)) }
        }
    }

    /// Who made a signature, as far as it can be told here.
    /// - Throws: `DamagedBundle` when it is wrong for its key.
    func words(_ signature: Envelope.Signature, in bundle: SignedBundle) throws -> String {
        let place = "\(bundle.id)/\(BundleLayout.envelope)"
        if let known = keys.first(where: { $0.key.keyID.utf8.elementsEqual(signature.keyID.utf8) }) {
            guard bundle.envelope.isValid(signature, by: known.key) else { throw DamagedBundle(findings: [.wrongSignature(place, known.id)]) }
            return "'\(known.id)' of the key folder, a good signature"
        }
        let short = signature.keyID.prefix(12)
        guard !signature.certificates.isEmpty else { return "a key that is not in the key folder (\(short)…), not checked" }
        let chain = try CertificateChain(der: signature.certificates, path: place)
        guard bundle.envelope.isValid(signature, by: chain.leafKey) else { throw DamagedBundle(findings: [.wrongSignature(place, chain.subject)]) }
        return Diagnostic.printable("the certificate of '\(chain.subject)' (\(short)…), whose issuer was not checked")
    }
}

extension Diagnostic {
    fileprivate static func wrongSignature(_ path: String, _ who: String) -> Self {
        Diagnostic(
            id: "sign.wrong-signature", severity: .error, location: TextLocation(path: path), message: "the signature by '\(who)' is wrong for this statement",
            hint: "do not sign; ask for the bundle as it was issued")
    }

    fileprivate static func hasTimestamp(_ path: String) -> Self {
        Diagnostic(
            id: "sign.has-timestamp", severity: .error, location: TextLocation(path: path),
            message: "the bundle has a timestamp already, which covers the signatures as they are; another signature would make it worthless",
            hint: "sign the bundle as it was before 'dossier timestamp attach', and request a new timestamp")
    }

    fileprivate static func notSeen(_ digits: String) -> Self {
        Diagnostic(
            id: "sign.not-seen", severity: .error, message: "nothing was signed: --seen is missing, which says that you looked at what you sign",
            hint: "read the lines above and the bundle's pack, then run the command again with --seen \(digits)")
    }

    fileprivate static func otherSeen(_ path: String, _ found: String, _ digest: String) -> Self {
        Diagnostic(
            id: "sign.other-bundle", severity: .error, location: TextLocation(path: path),
            message: "nothing was signed: --seen is \(found), and the tag manifest's digest is \(digest); this is not the bundle that was looked at",
            hint: "compare the lines above with what you were shown")
    }

    fileprivate static var noKeys: Self {
        Diagnostic(
            id: "sign.no-key-folder", severity: .error, message: "there is no workspace here whose keys could be used",
            hint: "name the folder of your keys with --keys")
    }
}
