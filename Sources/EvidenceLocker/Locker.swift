import Diagnostics
import DurableStorage
public import EvidenceModel
import Glibc
public import StructuredText

/// The evidence store of a workspace: content-addressed objects, an append-only ledger, and an index that can be rebuilt from the two.
///
/// ```
/// objects/sha256/ab/cdef…   the bytes of artefacts and of their readings
/// ledger/entries.jsonl      one entry a line, each with the digest of the line before it
/// index/current.json        derived: which ledger lines are current
/// ```
public final class Locker {
    public let root: String
    private let objects: ObjectStore
    private var lockDescriptor: Int32 = -1
    /// What is current, as of the last opening or append.
    public private(set) var contents: LockerContents

    var ledgerPath: String { "\(root)/ledger/entries.jsonl" }
    var indexPath: String { "\(root)/index/current.json" }

    /// Opens a locker to read. A folder that is not there is an empty locker.
    /// - Throws: a `StorageFault` when something was altered.
    public init(reading root: String) throws {
        self.root = root
        objects = ObjectStore(root: root)
        contents = LockerContents()
        contents = try LedgerReader(ledgerPath: ledgerPath, objects: objects).read()
    }

    /// Opens a locker to write, and makes its folders. Only one writer at a time; a crash releases the lock.
    public init(writing root: String) throws {
        self.root = root
        objects = ObjectStore(root: root)
        contents = LockerContents()
        for folder in ["", "/objects", "/objects/sha256", "/ledger", "/index"] {
            if mkdir(root + folder, 0o755) != 0, errno != EEXIST { throw StorageFault.system("cannot create the folder", root + folder, errno) }
        }
        lockDescriptor = open("\(root)/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard lockDescriptor >= 0 else { throw StorageFault.system("cannot open the lock", "\(root)/lock", errno) }
        guard flock(lockDescriptor, LOCK_EX | LOCK_NB) == 0 else { throw StorageFault.busy("\(root)/lock") }
        try cutTornLine()
        contents = try LedgerReader(ledgerPath: ledgerPath, objects: objects).read()
    }

    deinit { if lockDescriptor >= 0 { close(lockDescriptor) } }

    /// Stores an artefact's bytes.
    /// - Returns: its digest and its size in bytes.
    public func store(_ stream: any ByteStream) throws -> (digest: String, size: Int) { try objects.put(stream) }

    /// A stream over a stored artefact.
    public func stream(of digest: String) throws -> any ByteStream { try objects.stream(digest) }

    /// True when the artefact is stored with that size.
    public func holds(_ digest: String, size: Int) -> Bool { objects.size(of: digest) == size }

    /// Reads an item's bytes again and compares them with its digest.
    /// - Throws: a `StorageFault` when they were altered.
    public func verify(_ item: EvidenceItem) throws {
        let stream = try objects.stream(item.digest)
        guard try RunningDigest.of(stream) == item.digest else {
            throw StorageFault.altered(
                objects.path(of: item.digest) ?? item.digest, "the bytes of '\(item.path)' do not give the digest that the ledger records")
        }
    }

    /// Adds an item. Its reading is stored first, so that no entry points at nothing.
    /// - Returns: the item as kept, with a problem more when it had values that cannot be written.
    @discardableResult
    public func append(_ item: EvidenceItem) throws -> EvidenceItem {
        let item = item.storable
        let reading = try objects.put(MemoryStream(Array(ItemCoding.reading(item).canonicalJSON.utf8))).digest
        try append(type: "item", ItemCoding.record(item, reading: reading))
        contents.add(item)
        return item
    }

    /// Adds a file that could not be read.
    public func append(_ file: UnreadFile, at instant: Instant) throws {
        try append(
            type: "unread", .object([("file", ItemCoding.unread(file)), ("collected-at", .string(instant.timestamp))]))
        contents.add(file, at: instant)
    }

    /// Records that a file that could not be read is no longer there. The entry that told of it stays in the ledger.
    public func withdraw(_ file: UnreadFile, at instant: Instant) throws {
        try append(
            type: "withdrawn", .object([("file", ItemCoding.unread(file)), ("collected-at", .string(instant.timestamp))]))
        contents.withdraw(file, at: instant)
    }

    private func append(type: String, _ record: Value) throws {
        let entry = Value.object([
            ("entry", .int(contents.entries + 1)), ("type", .string(type)), ("previous", .string(contents.head)), ("record", record),
        ])
        let line = Array((entry.canonicalJSON + "\n").utf8)
        let descriptor = open(ledgerPath, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw StorageFault.system("cannot open the ledger", ledgerPath, errno) }
        defer { close(descriptor) }
        let before = lseek(descriptor, 0, SEEK_END)
        do {
            try line.withUnsafeBytes { try writeAll(descriptor, $0, ledgerPath) }
            guard fdatasync(descriptor) == 0 else { throw StorageFault.system("cannot write the ledger", ledgerPath, errno) }
        } catch {
            ftruncate(descriptor, before)
            throw error
        }
        contents.entries += 1
        contents.head = RunningDigest.of(Array(line.dropLast()))
    }

    /// A line without its newline was never acknowledged: a crash cut it off.
    private func cutTornLine() throws {
        let descriptor = open(ledgerPath, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var end = lseek(descriptor, 0, SEEK_END)
        var byte: UInt8 = 0
        while end > 0 {
            guard pread(descriptor, &byte, 1, end - 1) == 1 else { throw StorageFault.system("cannot read the ledger", ledgerPath, errno) }
            if byte == 0x0A { break }
            end -= 1
        }
        guard ftruncate(descriptor, end) == 0 else { throw StorageFault.system("cannot mend the ledger", ledgerPath, errno) }
    }

    /// Writes the index anew from what is current.
    public func writeIndex() throws {
        let index = try LedgerReader(ledgerPath: ledgerPath, objects: objects).index()
        try DurableFile.write(Array(index.prettyJSON.utf8), to: indexPath)
    }
}

/// What a locker holds now: superseded items are left out, and so are unread files that were read since.
public struct LockerContents: Sendable {
    public internal(set) var items: [EvidenceItem] = []
    public internal(set) var unread: [UnreadFile] = []
    /// Entries in the ledger.
    public internal(set) var entries = 0
    /// The digest of the ledger's last line; of nothing, for an empty ledger.
    public internal(set) var head = RunningDigest.of([])
    /// When the newest entry was collected.
    public internal(set) var newest: Instant?

    public init() {}

    public func item(system: String, path: String) -> EvidenceItem? { items.first { isSame($0.system, system) && isSame($0.path, path) } }

    mutating func add(_ item: EvidenceItem) {
        items.removeAll { isSame($0.system, item.system) && isSame($0.path, item.path) }
        removeUnread(item.system, item.path)
        items.append(item)
        newest = max(newest ?? item.collectedAt, item.collectedAt)
    }

    /// An earlier reading of the same path stays: what was once evidence is not lost because its source broke.
    mutating func add(_ file: UnreadFile, at instant: Instant) {
        removeUnread(file.system, file.path)
        unread.append(file)
        newest = max(newest ?? instant, instant)
    }

    mutating func withdraw(_ file: UnreadFile, at instant: Instant) {
        removeUnread(file.system, file.path)
        newest = max(newest ?? instant, instant)
    }

    private mutating func removeUnread(_ system: String, _ path: String) {
        unread.removeAll { isSame($0.system, system) && isSame($0.path, path) }
    }

    /// By path, in byte order, so that no output depends on the order of collection.
    mutating func sort() {
        items.sort { isBefore(($0.system, $0.path), ($1.system, $1.path)) }
        unread.sort { isBefore(($0.system, $0.path), ($1.system, $1.path)) }
    }
}

/// Byte by byte: Swift takes `é` and `e` with an accent for the same text, and a file system does not.
private func isSame(_ a: String, _ b: String) -> Bool { a.utf8.elementsEqual(b.utf8) }

private func isBefore(_ a: (system: String, path: String), _ b: (system: String, path: String)) -> Bool {
    isSame(a.system, b.system) ? a.path.utf8.lexicographicallyPrecedes(b.path.utf8) : a.system.utf8.lexicographicallyPrecedes(b.system.utf8)
}
