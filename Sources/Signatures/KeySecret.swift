public import Diagnostics
import Glibc

/// What opens a private key: a passphrase, the key itself, or both when the key given is an encrypted one.
///
/// Nothing prints it; it comes from the environment or a file descriptor, never from an argument that other users could list.
public struct KeySecret: Sendable {
    /// Longer passphrases are refused (bytes).
    static let maximumPassphrase = 4096
    /// The variable that holds a passphrase.
    public static let passphraseVariable = "DOSSIER_PASSPHRASE"

    let passphrase: [UInt8]?
    let privateKey: String?

    /// A passphrase, in bytes.
    /// - Throws: a `Diagnostic` when it is empty or too long.
    public static func passphrase(_ bytes: [UInt8]) throws(Diagnostic) -> KeySecret {
        guard (1...maximumPassphrase).contains(bytes.count) else { throw .passphraseLength(bytes.count) }
        return KeySecret(passphrase: bytes, privateKey: nil)
    }

    /// A private key as PEM, with its passphrase when it is encrypted.
    public static func privateKey(pem: String, passphrase: [UInt8]? = nil) -> KeySecret { KeySecret(passphrase: passphrase, privateKey: pem) }

    /// The variable that holds the private key of an id: `DOSSIER_KEY_` and the id in upper case, `-` written as `_`.
    public static func privateKeyVariable(_ id: String) -> String {
        let upper = id.utf8.map { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) ? $0 - 32 : $0 == UInt8(ascii: "-") ? UInt8(ascii: "_") : $0 }
        return "DOSSIER_KEY_" + String(decoding: upper, as: UTF8.self)
    }

    /// What the environment holds for a key: the key itself, else a passphrase; `nil` when there is neither.
    /// - Throws: a `Diagnostic` when the passphrase is empty or too long.
    public static func environment(_ variables: [String: String], id: String) throws(Diagnostic) -> KeySecret? {
        var opening: [UInt8]?
        if let text = variables[passphraseVariable] { opening = try passphrase(Array(text.utf8)).passphrase }
        if let pem = variables[privateKeyVariable(id)] { return privateKey(pem: pem, passphrase: opening) }
        return opening.map { KeySecret(passphrase: $0, privateKey: nil) }
    }

    /// A passphrase read from a file descriptor up to its end; one line end after it is not part of it.
    /// - Throws: a `Diagnostic` when nothing can be read, or the passphrase is empty or too long.
    public static func passphrase(descriptor: Int32) throws(Diagnostic) -> KeySecret {
        var bytes = try read(descriptor, atMost: maximumPassphrase + 2)
        if bytes.last == 0x0A { bytes.removeLast() }
        if bytes.last == 0x0D { bytes.removeLast() }
        return try passphrase(bytes)
    }

    /// A private key as PEM, read from a file descriptor up to its end.
    /// - Throws: a `Diagnostic` when nothing can be read, or the text is too long for a key.
    public static func privateKey(descriptor: Int32, passphrase: [UInt8]? = nil) throws(Diagnostic) -> KeySecret {
        let bytes = try read(descriptor, atMost: PublicKey.maximumPEMBytes)
        guard let pem = String(validating: bytes, as: UTF8.self) else { throw .notReadable(descriptor, "bytes that are no text") }
        return privateKey(pem: pem, passphrase: passphrase)
    }

    private static func read(_ descriptor: Int32, atMost limit: Int) throws(Diagnostic) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .notReadable(descriptor, String(cString: strerror(errno))) }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
            guard bytes.count <= limit else { throw .notReadable(descriptor, "more than \(limit) bytes") }
        }
    }
}

extension KeySecret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { privateKey == nil ? "a passphrase" : "a private key" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}

extension Diagnostic {
    fileprivate static func passphraseLength(_ count: Int) -> Self {
        Diagnostic(
            id: "key.passphrase-length", severity: .error,
            message: "found a passphrase of \(count) bytes; expected 1 to \(KeySecret.maximumPassphrase)",
            hint: "set \(KeySecret.passphraseVariable) to the passphrase of the key")
    }

    fileprivate static func notReadable(_ descriptor: Int32, _ found: String) -> Self {
        Diagnostic(
            id: "key.secret-not-readable", severity: .error, message: "cannot read a secret from file descriptor \(descriptor): \(found)",
            hint: "open the descriptor in the calling shell, such as with '3< FILE'")
    }
}
