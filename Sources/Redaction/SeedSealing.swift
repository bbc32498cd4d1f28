import Crypto
public import Diagnostics

/// Keeps seeds encrypted at rest, under a key of the locker and bound to the item (ChaCha20-Poly1305, RFC 8439).
public struct SeedSealing: Sendable {
    private let key: SymmetricKey

    /// - Returns: `nil` unless there are exactly 32 bytes.
    public init?(lockerKey: [UInt8]) {
        guard lockerKey.count == 32 else { return nil }
        key = SymmetricKey(data: lockerKey)
    }

    /// A nonce of 12 bytes, the 32 bytes of the seed encrypted, and a tag of 16.
    /// - Parameter blinded: the item's blinded digest in hexadecimal, so that the seed cannot be put beside another item.
    /// - Throws: a `Diagnostic` if the system cannot encrypt.
    public func seal(_ seed: ItemSeed, blinded: String) throws(Diagnostic) -> [UInt8] {
        do {
            return Array(try ChaChaPoly.seal(seed.bytes, using: key, authenticating: Array(blinded.utf8)).combined)
        } catch {
            throw .cannotSeal()
        }
    }

    /// - Throws: a `Diagnostic` when the bytes were altered, or belong to another item or another locker's key.
    public func open(_ sealed: [UInt8], blinded: String, path: String) throws(Diagnostic) -> ItemSeed {
        guard sealed.count == 60, let box = try? ChaChaPoly.SealedBox(combined: sealed),
            let plain = try? ChaChaPoly.open(box, using: key, authenticating: Array(blinded.utf8)), let seed = ItemSeed(Array(plain))
        else { throw .cannotOpen(path) }
        return seed
    }
}

extension Diagnostic {
    fileprivate static func cannotSeal() -> Self {
        Diagnostic(
            id: "redaction.seal", severity: .error, location: nil, message: "the seed could not be encrypted",
            hint: "run the command again; report it if it stays")
    }

    fileprivate static func cannotOpen(_ path: String) -> Self {
        Diagnostic(
            id: "redaction.sealed-seed", severity: .error, location: TextLocation(path: path),
            message: "the sealed seed cannot be opened with this locker's key for this item", hint: "restore the seed and the key from a copy of the locker")
    }
}
