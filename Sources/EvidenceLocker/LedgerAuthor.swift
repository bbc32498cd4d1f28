import Crypto
public import TransparencyLog

/// In whose name a ledger is written, with what it takes to sign and to seal.
public struct LedgerAuthor: Sendable {
    /// The ledger's name, such as `locker.example.org/acme` (C2SP tlog-checkpoint: a URL without its scheme).
    public var origin: String
    /// Signs checkpoints; without one the ledger's head is kept unsigned, and every check says so.
    public var signer: NoteSigner?
    /// Encrypts the seeds of sealed items, 32 bytes; follows from the signer's key.
    public var sealingKey: [UInt8]?
    public var random: RandomSource

    /// - Parameter seed: the 32 bytes of the signer's private key, from which the sealing key is derived (HKDF, RFC 5869).
    public init(origin: String, signer: NoteSigner?, seed: [UInt8]? = nil, random: RandomSource = .system) {
        self.origin = origin
        self.signer = signer
        self.random = random
        sealingKey = seed.map { seed in
            let key = HKDF<SHA256>.deriveKey(
                inputKeyMaterial: SymmetricKey(data: seed), salt: Array("dossier".utf8), info: Array("dossier/sealing-key/1".utf8), outputByteCount: 32)
            return key.withUnsafeBytes { Array($0) }
        }
    }

    /// A ledger that nobody signs yet.
    public static let unsigned = LedgerAuthor(origin: "dossier.local/locker", signer: nil)
}
