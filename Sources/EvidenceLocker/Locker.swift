import Diagnostics
import DurableStorage
public import EvidenceModel
import Glibc
public import Redaction
public import StructuredText
public import TransparencyLog

/// The evidence store of a workspace or of one client: content-addressed objects, an append-only Merkle ledger, and an index that can be rebuilt from the two.
///
/// ```
/// objects/sha256/ab/cdef…          the bytes of artefacts and of their readings
/// sealed/ab/cdef….json             the private records of sealed items
/// ledger/checkpoint, ledger/tile/  the ledger (C2SP tlog-tiles)
/// index/current.json               derived: what is current
/// ```
public final class Locker {
    public let root: String
    let objects: ObjectStore
    let sealed: SealedStore
    /// The ledger on disk.
    public let log: TileLog
    let author: LedgerAuthor
    private var lockDescriptor: Int32 = -1
    /// What is current, as of the last opening or append.
    public internal(set) var contents: LockerContents
    /// Entries that are not in the ledger yet.
    private var pending: [[UInt8]] = []

    var ledgerPath: String { "\(root)/ledger" }
    var indexPath: String { "\(root)/index/current.json" }

    /// How many entries are written to the ledger at once while a collection runs; what was not written when it is killed is collected again.
    private static let batch = 64

    /// Opens a locker to read. A folder that is not there is an empty locker.
    /// - Throws: a `StorageFault` when something was altered.
    /// - Parameter verifier: the key of the ledger, when it has one: its head must carry that key's signature then.
    public init(reading root: String, verifier: NoteKey? = nil) throws {
        self.root = root
        objects = ObjectStore(root: root)
        sealed = SealedStore(root: root)
        log = TileLog(folder: "\(root)/ledger")
        author = .unsigned
        contents = LockerContents()
        contents = try read(verifier)
    }

    /// Opens a locker to write, and makes its folders. Only one writer at a time; a crash releases the lock.
    /// - Parameter isToBeSigned: takes over a ledger that nobody signed yet, for the author who signs it next; otherwise an author with a key refuses one.
    /// - Throws: a `StorageFault`; also when the ledger is signed and the author has no key, or when it is another author's.
    public convenience init(writing root: String, as author: LedgerAuthor = .unsigned, isToBeSigned: Bool = false) throws {
        try self.init(locking: root, author)
        let head = try log.head()
        let isSigned = head.map { $0.note != Array($0.checkpoint.text.utf8) } ?? false
        if isSigned, let head {
            if author.signer == nil { throw StorageFault.needsKey("\(ledgerPath)/checkpoint", head.checkpoint.origin) }
            if !head.checkpoint.origin.utf8.elementsEqual(author.origin.utf8) {
                throw StorageFault.otherOrigin("\(ledgerPath)/checkpoint", head.checkpoint.origin, author.origin)
            }
        }
        contents = try read(!isSigned && isToBeSigned ? nil : author.signer?.verifierKey)
        try finishRetirements()
    }

    /// Makes the tiles and the index of a locker again from its entries and objects; needs no key, because no entry and no checkpoint changes.
    /// - Throws: a `StorageFault` when entries or objects are damaged too: from those nothing can be made.
    public static func rebuild(_ root: String, verifier: NoteKey? = nil) throws -> LockerContents {
        let locker = try Locker(locking: root, .unsigned)
        locker.contents = try locker.read(verifier)
        try locker.log.rebuildTiles()
        try locker.writeIndex()
        return locker.contents
    }

    /// Makes the folders and takes the lock; nothing is read yet.
    private init(locking root: String, _ author: LedgerAuthor) throws {
        self.root = root
        self.author = author
        objects = ObjectStore(root: root)
        sealed = SealedStore(root: root)
        log = TileLog(folder: "\(root)/ledger")
        contents = LockerContents()
        for folder in ["", "/objects", "/objects/sha256", "/ledger", "/index"] {
            if mkdir(root + folder, 0o755) != 0, errno != EEXIST { throw StorageFault.system("cannot create the folder", root + folder, errno) }
        }
        lockDescriptor = open("\(root)/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard lockDescriptor >= 0 else { throw StorageFault.system("cannot open the lock", "\(root)/lock", errno) }
        guard flock(lockDescriptor, LOCK_EX | LOCK_NB) == 0 else { throw StorageFault.busy("\(root)/lock") }
        objects.removeLeftovers()
    }

    deinit { if lockDescriptor >= 0 { close(lockDescriptor) } }

    private func read(_ verifier: NoteKey?) throws -> LockerContents {
        try LedgerReader(log: log, objects: objects, sealed: sealed, ledgerPath: ledgerPath, verifier: verifier).read()
    }

    // MARK: Artefacts

    /// Stores an artefact's bytes.
    /// - Returns: its digest and its size in bytes.
    public func store(_ stream: any ByteStream) throws -> (digest: String, size: Int) { try objects.put(stream) }

    /// A stream over a stored artefact.
    public func stream(of digest: String) throws -> any ByteStream { try objects.stream(digest) }

    /// True when the artefact is stored with that size.
    public func holds(_ digest: String, size: Int) -> Bool { objects.size(of: digest) == size }

    /// Where a stored object is, for who streams it; `nil` when it is not there.
    public func place(of digest: String) -> String? { objects.size(of: digest) == nil ? nil : objects.path(of: digest) }

    /// Reads an item's bytes again and compares them with what the ledger records.
    /// - Throws: a `StorageFault` when they were altered.
    public func verify(_ item: EvidenceItem) throws {
        if item.isRetired { return }
        let stream = try objects.stream(item.digest)
        var digest = RunningDigest()
        let record = try item.blinded.map { try sealed.record($0) }
        var blinded = record.map { BlindedDigest(blind: $0.blind) }
        try forEachPiece(of: stream) { piece in
            digest.update(piece)
            blinded?.update(piece)
        }
        guard digest.finish() == item.digest else {
            throw StorageFault.altered(
                objects.path(of: item.digest) ?? item.digest, "the bytes of '\(item.path)' do not give the digest that the ledger records")
        }
        // The bytes are what the private record says; so it is the record that was changed, or it was made to fit other bytes.
        guard blinded.map({ $0.finish() }) == item.blinded, record?.isConsistent ?? true else {
            throw StorageFault.altered(
                item.blinded.flatMap(sealed.path) ?? item.digest,
                "the private record of '\(item.path)' does not give the blinded digest that the ledger records")
        }
    }

    /// The bytes of an item's reading, as its entry records them.
    /// - Throws: a `StorageFault` when they are gone or were altered.
    public func reading(of item: EvidenceItem) throws -> [UInt8] {
        guard let entry = item.entry else { return ItemCoding.reading(item) }
        if let blinded = item.blinded { return try objects.bytes(of: try sealed.record(blinded).reading) }
        let place = "\(ledgerPath)#\(entry)"
        let body = try LedgerEntry.parse(try log.entry(at: entry, in: contents.entries), path: place).body
        guard let digest = body["reading"]?["sha256"]?.string else { throw StorageFault.altered(place, "an item has no reading") }
        return try objects.bytes(of: "sha256:\(digest)")
    }

    // MARK: Appending

    /// Adds an item. Its reading is stored first, so that no entry points at nothing.
    ///
    /// An item that is confidential or personal, or whose source has redaction rules, is sealed: the ledger gets blinded digests and commitments.
    /// - Returns: the item as kept, with a problem more when it had values that cannot be written.
    @discardableResult
    public func append(_ item: EvidenceItem, rules: RedactionRules? = nil) throws -> EvidenceItem {
        var item = item.storable
        if let rules { item.problems += try ruleProblems(item, rules) }
        let reading = ItemCoding.reading(item)
        let stored = try objects.put(MemoryStream(reading)).digest
        let proof: [(String, Value?)]
        if item.classification == .confidential || item.classification == .personal || rules != nil {
            proof = try seal(&item, reading: reading, readingDigest: stored, rules: rules)
        } else {
            proof = [
                ("sha256", .string(String(item.digest.dropFirst(7)))), ("size", .int(item.size)), ("basis", .text(item.basis)),
                ("reading", .object([("sha256", .string(String(stored.dropFirst(7))))])),
            ]
        }
        item.entry = try append(.item, ItemCoding.record(item, proof: proof), at: item.collectedAt)
        contents.add(item)
        return item
    }

    /// Adds a file that could not be read.
    public func append(_ file: UnreadFile, at instant: Instant) throws {
        try append(.unread, .object([("file", ItemCoding.unread(file))]), at: instant)
        contents.add(file, at: instant)
    }

    /// Records that a file that could not be read is no longer there. The entry that told of it stays in the ledger.
    public func withdraw(_ file: UnreadFile, at instant: Instant) throws {
        try append(.withdrawal, .object([("file", ItemCoding.unread(file))]), at: instant)
        contents.withdraw(file, at: instant)
    }

    /// Records that an earlier entry no longer holds; it stays in the ledger.
    public func withdraw(entry index: Int, reason: String, at instant: Instant) throws {
        try append(.withdrawal, .object([("entry", .int(index)), ("reason", .string(reason))]), at: instant)
    }

    /// Records something that is no item, and makes it durable.
    /// - Returns: the number of its entry, from 0.
    @discardableResult
    public func record(_ type: LedgerEntry.EntryType, _ body: Value, at instant: Instant) throws -> Int {
        let index = try append(type, body, at: instant)
        try flush()
        return index
    }

    /// Records several things that belong together: all of them are in the ledger, or none.
    /// - Returns: the numbers of their entries, from 0.
    public func record(together bodies: [(type: LedgerEntry.EntryType, body: Value)], at instant: Instant) throws -> [Int] {
        let numbers = try bodies.map { try append($0.type, $0.body, at: instant, flushing: false) }
        try flush()
        return numbers
    }

    /// Marks that a collection begins or ends. One that began and did not end shows in every output.
    /// - Parameter systems: the ids of the systems that it collects; all when empty.
    public func markRun(_ state: String, systems: [String] = [], at instant: Instant) throws {
        try append(
            .run, .object([("state", .string(state)), ("systems", systems.isEmpty ? nil : .list(systems.map { .string($0) }))]), at: instant)
        if state == "ended" { try flush() }
    }

    /// The number that the next entry will get.
    public var nextEntry: Int { contents.entries }

    @discardableResult
    private func append(_ type: LedgerEntry.EntryType, _ body: Value, at instant: Instant, flushing: Bool = true) throws -> Int {
        let index = contents.entries
        let entry = LedgerEntry(
            at: instant, type: type, body: body, nonce: author.random.bytes(16, for: "\(author.origin)/nonce/\(index)"),
            isDemonstration: author.random.isDemonstration)
        let bytes = entry.bytes
        guard bytes.count <= TileLog.maximumEntry else { throw Diagnostic.entryTooLong(body, type, bytes.count) }
        pending.append(bytes)
        contents.entries += 1
        if entry.isDemonstration { contents.isDemonstration = true }
        switch type {
        case .item, .unread: break
        case .run: contents.mark(body)
        default: contents.records.append(.init(index: index, entry: entry))
        }
        if flushing, pending.count >= Self.batch { try flush() }
        return index
    }

    /// Writes what is pending to the ledger, durably, and then moves its checkpoint.
    public func flush() throws {
        guard !pending.isEmpty else { return }
        let checkpoint: Checkpoint
        do {
            checkpoint = try log.append(pending, origin: author.origin, publish: publish)
        } catch let fault as StorageFault where fault.kind == .integrity {
            // The entries were checked when the locker was opened, so that what is damaged can be made again.
            throw fault.mendable
        }
        pending = []
        contents.head = checkpoint.root.hex
        contents.origin = checkpoint.origin
        contents.isSigned = author.signer != nil
    }

    /// Signs the ledger's present head, or an empty ledger's.
    public func signHead() throws {
        try flush()
        try log.republish(origin: author.origin, publish: publish)
        contents.isSigned = author.signer != nil
    }

    private func publish(_ checkpoint: Checkpoint) throws -> [UInt8] {
        guard let signer = author.signer else { return Array(checkpoint.text.utf8) }
        return try signer.sign(checkpoint.text).bytes
    }

    /// Writes the index anew from what is current.
    public func writeIndex() throws {
        try flush()
        let items = contents.items.compactMap { item in
            item.entry.map {
                Value.object([("entry", .int($0)), ("system", .string(item.system)), ("path", .string(item.path)), ("kind", .string(item.kind))])
            }
        }
        let index = Value.object([
            ("schema", "dossier/index/2"), ("entries", .int(contents.entries)), ("root", .string(contents.head)),
            ("newest", .text(contents.newest?.timestamp)), ("current", .list(items)),
        ])
        try DurableFile.write(Array(index.prettyJSON.utf8), to: indexPath)
    }
}
