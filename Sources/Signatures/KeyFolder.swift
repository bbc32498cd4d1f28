import Diagnostics
import DurableStorage
import Glibc
import StructuredText

/// The keys of a workspace: `<id>.pem` are the public ones, `private/<id>.key` the private ones, always encrypted.
///
/// A private key is opened only when it is a regular file of the user who runs the program and closed to everybody else.
public struct KeyFolder: Sendable {
    /// The folder, such as `keys` in a workspace.
    public let path: String
    /// What it costs to open a key that is written here.
    var cost = EncryptedKey.Cost.standard

    public init(path: String) { self.path = path }

    /// Where a public key stands.
    public func publicPath(_ id: String) -> String { "\(path)/\(id).pem" }
    /// Where an encrypted private key stands.
    public func privatePath(_ id: String) -> String { "\(path)/private/\(id).key" }

    /// A key's id: 1 to 64 of `a` to `z`, `0` to `9` and `-`, the first no `-`.
    public static func isID(_ text: String) -> Bool { isName(text) }

    /// The public key of an id.
    /// - Throws: a `Diagnostic` when the id or the file is none; a `StorageFault` when it cannot be read.
    public func publicKey(_ id: String) throws -> PublicKey {
        try Self.checkID(id)
        let place = TextLocation(path: publicPath(id))
        let stream = try FileStream(path: publicPath(id))
        guard let text = try Self.text(stream) else { throw Diagnostic.notText(place) }
        return try PublicKey(pem: text, location: place)
    }

    /// Opens a private key: the one that the secret holds, else the encrypted file of this folder.
    /// - Throws: a `Diagnostic` when the file is open to others, the secret does not open it, or the key is not the one of `<id>.pem`.
    public func open(_ id: String, secret: KeySecret) throws -> SigningKey {
        try Self.checkID(id)
        let key: SigningKey
        if let pem = secret.privateKey {
            key = try SigningKey(pem: pem, passphrase: secret.passphrase)
        } else {
            let place = TextLocation(path: privatePath(id))
            let pem = try privateText(id)
            guard SigningKey.isEncrypted(pem: pem) else { throw Diagnostic.inTheClear(place) }
            key = try SigningKey(pem: pem, passphrase: secret.passphrase, location: place)
        }
        guard try publicKey(id) == key.publicKey else { throw Diagnostic.otherKey(publicPath(id), id) }
        return key
    }

    /// Makes a key and writes both its halves.
    /// - Throws: as `add`.
    public func create(_ id: String, algorithm: KeyAlgorithm, secret: KeySecret) throws -> SigningKey {
        let key = try SigningKey.generate(algorithm)
        try add(key, id: id, secret: secret)
        return key
    }

    /// Finishes a key whose making was cut short: the private half is there, and the public one follows from it.
    /// - Returns: whether there was one to finish.
    /// - Throws: a `Diagnostic` when the secret does not open the private half; a `StorageFault` when the disk does not take the public one.
    public func finish(_ id: String, secret: KeySecret) throws -> Bool {
        try Self.checkID(id)
        guard FileStatus.isTaken(privatePath(id)), !FileStatus.isTaken(publicPath(id)) else { return false }
        let place = TextLocation(path: privatePath(id))
        let key = try SigningKey(pem: try privateText(id), passphrase: secret.passphrase, location: place)
        try writeNew(Array(key.publicKey.pem.utf8), to: publicPath(id), mode: 0o644)
        syncFolder(path)
        return true
    }

    /// Writes a key: the private half encrypted under the secret's passphrase, then the public half. No file is ever replaced.
    /// - Throws: a `Diagnostic` when the id is taken or there is no passphrase; a `StorageFault` when the disk does not take it.
    public func add(_ key: SigningKey, id: String, secret: KeySecret) throws {
        try Self.checkID(id)
        for taken in [publicPath(id), privatePath(id)] where FileStatus.isTaken(taken) {
            throw Diagnostic.taken(taken)
        }
        guard let passphrase = secret.passphrase else { throw Diagnostic.needsPassphrase(id) }
        let pem = try key.encryptedPEM(passphrase: passphrase, cost: cost)
        try DurableFile.makeFolder(path)
        try ignorePrivateFolder()
        let folder = "\(path)/private"
        if mkdir(folder, 0o700) != 0, errno != EEXIST { throw StorageFault.system("cannot create the folder", folder, errno) }
        close(try openPrivateFolder())
        try writeNew(Array(pem.utf8), to: privatePath(id), mode: 0o600)
        try writeNew(Array(key.publicKey.pem.utf8), to: publicPath(id), mode: 0o644)
        syncFolder(folder)
        syncFolder(path)
    }
}

// MARK: - Files

extension KeyFolder {
    private static func checkID(_ id: String) throws(Diagnostic) {
        guard isID(id) else { throw .badID(id) }
    }

    /// All of a small file as text; `nil` when it is no UTF-8 or too long for a key.
    private static func text(_ stream: any ByteStream) throws -> String? {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = try chunk.withUnsafeMutableBytes { try stream.read(into: $0) }
            if count == 0 { return String(validating: bytes, as: UTF8.self) }
            bytes += chunk[..<count]
            if bytes.count > PublicKey.maximumPEMBytes { return nil }
        }
    }

    /// The folder of private keys: a folder itself and no link, of this user, and written by nobody else.
    private func openPrivateFolder() throws -> Int32 {
        let folder = "\(path)/private"
        let descriptor = Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOTDIR || errno == ELOOP { throw Diagnostic.isLink(folder) }
            throw StorageFault.system("cannot open the folder of private keys", folder, errno)
        }
        do {
            try Self.check(descriptor, folder, closed: 0o022)
        } catch {
            close(descriptor)
            throw error
        }
        return descriptor
    }

    /// The owner is this user, and none of the bits in `closed` is set for others.
    @discardableResult
    private static func check(_ descriptor: Int32, _ path: String, closed: UInt32) throws -> FileStatus {
        let status = try FileStatus(descriptor: descriptor, path: path)
        guard status.owner == geteuid() else { throw Diagnostic.otherOwner(path, status.owner) }
        guard status.permissions & closed == 0 else { throw Diagnostic.openToOthers(path, status.permissions) }
        return status
    }

    private func privateText(_ id: String) throws -> String {
        let file = privatePath(id)
        let folder = try openPrivateFolder()
        defer { close(folder) }
        let descriptor = openat(folder, "\(id).key", O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ELOOP { throw Diagnostic.isLink(file) }
            if errno == ENOENT { throw Diagnostic.noPrivateKey(file, id) }
            throw StorageFault.system("cannot open the private key", file, errno)
        }
        defer { close(descriptor) }
        let status = try Self.check(descriptor, file, closed: 0o077)
        guard status.isRegular else { throw StorageFault.notRegular(file) }
        guard let text = try Self.text(DescriptorStream(descriptor: descriptor, path: file)) else { throw Diagnostic.notText(TextLocation(path: file)) }
        return text
    }

    /// Writes a file that is not there yet: whole, or not at all.
    private func writeNew(_ bytes: [UInt8], to file: String, mode: mode_t) throws {
        let temporary = "\(file).\(getpid()).new"
        let descriptor = Glibc.open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw StorageFault.system("cannot create the file", file, errno) }
        defer { unlink(temporary) }
        do {
            defer { close(descriptor) }
            try bytes.withUnsafeBytes { try writeAll(descriptor, $0, file) }
            guard fsync(descriptor) == 0 else { throw StorageFault.system("cannot write the file", file, errno) }
        }
        // A second name instead of a rename: it fails when another program was faster.
        guard link(temporary, file) == 0 else {
            if errno == EEXIST { throw Diagnostic.taken(file) }
            throw StorageFault.system("cannot put the file in place", file, errno)
        }
    }

    /// Keeps private keys out of version control, also in a folder that has a `.gitignore` of its own.
    private func ignorePrivateFolder() throws {
        let file = "\(path)/.gitignore"
        var lines: [UInt8] = []
        if FileStatus.isTaken(file) {
            guard let text = try Self.text(try FileStream(path: file)) else { throw Diagnostic.notText(TextLocation(path: file)) }
            lines = Array(text.utf8)
            if lines.split(separator: 0x0A).contains(where: { $0.elementsEqual("private/".utf8) }) { return }
            if let last = lines.last, last != 0x0A { lines.append(0x0A) }
        }
        try DurableFile.write(lines + Array("private/\n".utf8), to: file)
    }
}

/// The bytes of an open file; who opened it closes it.
private final class DescriptorStream: ByteStream {
    private let descriptor: Int32
    private let path: String

    init(descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        while true {
            let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw StorageFault.system("cannot read the file", path, errno) }
            return count
        }
    }
}

/// Whether a text is a name of ours, of a key or a role: 1 to 64 of `a` to `z`, `0` to `9` and `-`, the first no `-`.
func isName(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    return (1...64).contains(bytes.count) && bytes[0] != UInt8(ascii: "-")
        && bytes.allSatisfy {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: "-")
        }
}

extension Diagnostic {
    fileprivate static func badID(_ id: String) -> Self {
        Diagnostic(
            id: "key.bad-id", severity: .error, message: "found the key id '\(id)'; expected 1 to 64 of 'a' to 'z', '0' to '9' and '-', the first no '-'",
            hint: "choose an id such as 'compliance-officer'")
    }

    fileprivate static func notText(_ location: TextLocation) -> Self {
        Diagnostic(
            id: "key.not-text", severity: .error, location: location,
            message: "found bytes that are no text, or more than \(PublicKey.maximumPEMBytes >> 10) KiB; expected a short text file",
            hint: "restore the file from a copy")
    }

    fileprivate static func isLink(_ path: String) -> Self {
        Diagnostic(
            id: "key.is-a-link", severity: .error, location: TextLocation(path: path),
            message: "this is a link, or no folder where one is expected; private keys are not looked for elsewhere",
            hint: "put the file itself here")
    }

    fileprivate static func otherOwner(_ path: String, _ owner: UInt32) -> Self {
        Diagnostic(
            id: "key.other-owner", severity: .error, location: TextLocation(path: path),
            message: "this belongs to the user with number \(owner); expected the user who runs the command",
            hint: "run the command as its owner, or make it yours with chown")
    }

    fileprivate static func openToOthers(_ path: String, _ mode: UInt32) -> Self {
        Diagnostic(
            id: "key.open-to-others", severity: .error, location: TextLocation(path: path),
            message: "other users may use this (mode \(String(mode, radix: 8))); expected 600 for a private key and 700 for its folder",
            hint: "close it with 'chmod go= \(path)', and replace the key if others could have read it")
    }

    fileprivate static func inTheClear(_ location: TextLocation) -> Self {
        Diagnostic(
            id: "key.in-the-clear", severity: .error, location: location,
            message: "found a private key without a passphrase; expected a block 'ENCRYPTED PRIVATE KEY'",
            hint: "encrypt it with 'openssl pkcs8 -topk8 -v2 aes-256-cbc -scrypt', or give it by an environment variable")
    }

    fileprivate static func otherKey(_ path: String, _ id: String) -> Self {
        Diagnostic(
            id: "key.halves-differ", severity: .error, location: TextLocation(path: path),
            message: "the public key is not the other half of the private key that was opened for '\(id)'",
            hint: "check which key the secret belongs to, or restore the public key from a copy")
    }

    fileprivate static func taken(_ path: String) -> Self {
        Diagnostic(
            id: "key.exists", severity: .error, location: TextLocation(path: path), message: "there is a key of this id already, and keys are not replaced",
            hint: "choose another id")
    }

    fileprivate static func needsPassphrase(_ id: String) -> Self {
        Diagnostic(
            id: "key.needs-passphrase", severity: .error, message: "no passphrase was given for the new key '\(id)'; it is never written in the clear",
            hint: "set \(KeySecret.passphraseVariable), or give a file descriptor to read the passphrase from")
    }

    fileprivate static func noPrivateKey(_ path: String, _ id: String) -> Self {
        Diagnostic(
            id: "key.no-private-key", severity: .error, location: TextLocation(path: path), message: "there is no private key '\(id)' here",
            hint: "check the id, or give the key by the variable \(KeySecret.privateKeyVariable(id))")
    }
}
