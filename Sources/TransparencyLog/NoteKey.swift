import Crypto
public import Diagnostics
import StructuredText

/// A verifier key (C2SP signed-note): a name, a kind and a public key, such as `locker.example.org/acme+d99e438e+AQ…`.
public struct NoteKey: Hashable, Sendable {
    /// What a key signs.
    public enum Kind: UInt8, Sendable {
        /// Ed25519 over the note's text.
        case ed25519 = 1
        /// A witness's timed cosignature of a checkpoint (C2SP tlog-cosignature).
        case cosignature = 4
    }

    public let name: String
    public let kind: Kind
    /// The Ed25519 public key, 32 bytes.
    public let publicKey: [UInt8]

    public init?(name: String, kind: Kind, publicKey: [UInt8]) {
        guard SignedNote.isKeyName(name), publicKey.count == 32 else { return nil }
        self.name = name
        self.kind = kind
        self.publicKey = publicKey
    }

    /// Reads a verifier key. Base64 has plus signs too: only the first two separate.
    /// - Throws: a `Diagnostic` when the text is no key, or its id does not follow from name and key.
    public init(_ text: String, location: TextLocation? = nil) throws(Diagnostic) {
        let parts = text.utf8.split(separator: UInt8(ascii: "+"), maxSplits: 2, omittingEmptySubsequences: false).map { String(Substring($0)) }
        guard parts.count == 3, let bytes = BinaryText.bytes(base64: parts[2]), let kind = bytes.first.flatMap(Kind.init(rawValue:)),
            let key = NoteKey(name: parts[0], kind: kind, publicKey: Array(bytes.dropFirst()))
        else { throw .notKey(text, location) }
        guard BinaryText.hex(key.id).utf8.elementsEqual(parts[1].utf8) else { throw .otherID(text, BinaryText.hex(key.id), location) }
        self = key
    }

    /// The first 4 bytes of SHA-256(name ‖ 0a ‖ kind ‖ key): a hint, no security.
    public var id: [UInt8] { Array(SHA256.hash(data: Array(name.utf8) + [0x0A, kind.rawValue] + publicKey).prefix(4)) }

    public var text: String { "\(name)+\(BinaryText.hex(id))+\(BinaryText.base64([kind.rawValue] + publicKey))" }

    /// SHA-256 of name, kind and key in hexadecimal digits: all of what the id is the beginning of.
    public var fingerprint: String { BinaryText.hex(SHA256.hash(data: Array(name.utf8) + [0x0A, kind.rawValue] + publicKey)) }

    func isValid(_ signature: [UInt8], for bytes: [UInt8]) -> Bool {
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: publicKey) else { return false }
        return key.isValidSignature(signature, for: bytes)
    }
}

extension NoteKey {
    /// By bytes: two spellings of one letter are two names.
    public static func == (left: NoteKey, right: NoteKey) -> Bool {
        left.kind == right.kind && left.publicKey == right.publicKey && left.name.utf8.elementsEqual(right.name.utf8)
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(kind)
        hasher.combine(publicKey)
    }
}

/// Signs notes in a name.
public struct NoteSigner: Sendable {
    public let name: String
    private let key: Curve25519.Signing.PrivateKey

    /// - Parameter seed: the 32 bytes of an Ed25519 private key.
    /// - Throws: a `Diagnostic` when the name or the seed cannot be used.
    public init(name: String, seed: [UInt8]) throws(Diagnostic) {
        guard SignedNote.isKeyName(name), let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed) else { throw .notSigner(name) }
        self.name = name
        self.key = key
    }

    /// The key that others check with.
    public var verifierKey: NoteKey? { NoteKey(name: name, kind: .ed25519, publicKey: Array(key.publicKey.rawRepresentation)) }

    /// The key that others check this signer's cosignatures with.
    public var witnessKey: NoteKey? { NoteKey(name: name, kind: .cosignature, publicKey: Array(key.publicKey.rawRepresentation)) }

    /// A note over a text that ends in a line end.
    public func sign(_ text: String) throws -> SignedNote {
        guard let verifierKey else { throw Diagnostic.notSigner(name) }
        return try SignedNote(
            text: text, signatures: [.init(name: name, keyID: verifierKey.id, bytes: Array(key.signature(for: Array(text.utf8))))])
    }

    /// A witness's signature line over a checkpoint's text.
    /// - Parameter time: seconds since 1970.
    public func cosign(_ text: String, time: UInt64) throws -> SignedNote.Signature {
        guard let witnessKey else { throw Diagnostic.notSigner(name) }
        let signature = try key.signature(for: SignedNote.cosigned(text, time: time))
        return .init(name: name, keyID: witnessKey.id, bytes: (0..<8).map { UInt8(truncatingIfNeeded: time >> (56 - 8 * $0)) } + signature)
    }
}

extension NoteSigner: CustomStringConvertible, CustomReflectable {
    public var description: String { "signer '\(name)'" }
    /// Without children, so that nothing prints the key.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}

extension Diagnostic {
    fileprivate static func notKey(_ text: String, _ location: TextLocation?) -> Self {
        Diagnostic(
            id: "note.not-a-key", severity: .error, location: location, message: "'\(text)' is no verifier key; expected name+id+key (C2SP signed-note)",
            hint: "copy the whole key that 'dossier keys list' prints")
    }

    fileprivate static func otherID(_ text: String, _ expected: String, _ location: TextLocation?) -> Self {
        Diagnostic(
            id: "note.other-key-id", severity: .error, location: location,
            message: "the id in '\(text)' does not follow from its name and key; expected \(expected)",
            hint: "copy the whole key that 'dossier keys list' prints")
    }

    fileprivate static func notSigner(_ name: String) -> Self {
        Diagnostic(
            id: "note.not-a-signer", severity: .error,
            message: "'\(name)' with this key cannot sign; expected a name without blanks and '+', and an Ed25519 key",
            hint: "make a key with 'dossier keys new'")
    }
}
