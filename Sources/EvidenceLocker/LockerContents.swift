public import EvidenceModel
import StructuredText

/// What a locker holds now: superseded items are left out, and so are unread files that were read since.
public struct LockerContents: Sendable {
    /// By system and path, in byte order once the locker is read.
    public internal(set) var items: [EvidenceItem] = [] {
        didSet { if items.count != places.count { places = Self.places(of: items) } }
    }
    public internal(set) var unread: [UnreadFile] = []
    /// The numbers of the entries that tell of `unread`, in their order.
    public internal(set) var unreadEntries: [Int] = []
    /// Exceptions, attestations, packs, redactions, retirements, holds and their withdrawals, in the order of the ledger.
    public internal(set) var records: [RecordedEntry] = []
    /// Entries in the ledger.
    public internal(set) var entries = 0
    /// The ledger's root, in hexadecimal digits; of nothing, for an empty ledger.
    public internal(set) var head = emptyRoot
    /// The ledger's name.
    public internal(set) var origin: String?
    /// True when the ledger's head carries a signature line.
    public internal(set) var isSigned = false
    /// When the newest entry was collected.
    public internal(set) var newest: Instant?
    /// The systems whose collection began and did not end: what it would have found is not known. In byte order; `*` stands for all.
    public private(set) var interrupted: [String] = []
    /// True when an entry was made with a demonstration seed.
    public internal(set) var isDemonstration = false
    private var places: [[UInt8]: Int] = [:]

    public init() {}

    /// An entry that is no item, with its number in the ledger.
    public struct RecordedEntry: Sendable {
        public var index: Int
        public var entry: LedgerEntry
    }

    public func item(system: String, path: String) -> EvidenceItem? {
        guard let place = places[Self.key(system, path)], items.indices.contains(place) else { return nil }
        return items[place]
    }

    /// The entries of one type that were not withdrawn, in the order of the ledger.
    public func records(of type: LedgerEntry.EntryType) -> [RecordedEntry] {
        let withdrawn = Set(records.compactMap { $0.entry.type == .withdrawal ? $0.entry.body["entry"]?.int : nil })
        return records.filter { $0.entry.type == type && !withdrawn.contains($0.index) }
    }

    /// True when a collection began and did not end.
    public var isInterrupted: Bool { !interrupted.isEmpty }

    /// True when a collection of that system began and did not end.
    public func isInterrupted(_ system: String) -> Bool { interrupted.contains { isSame($0, system) || $0 == "*" } }

    /// Takes in that a collection began or ended, as its entry tells. The end of one system's says nothing of another's.
    mutating func mark(_ body: Value) {
        let systems = (body["systems"]?.list ?? []).compactMap(\.string)
        if body["state"]?.string == "started" {
            for system in systems.isEmpty ? ["*"] : systems where !interrupted.contains(where: { isSame($0, system) }) { interrupted.append(system) }
            interrupted.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        } else {
            interrupted.removeAll { old in systems.isEmpty || systems.contains { isSame($0, old) } }
        }
    }

    mutating func markRetired(_ entry: Int) {
        guard let place = items.firstIndex(where: { $0.entry == entry }) else { return }
        items[place].isRetired = true
        items[place].facts = []
    }

    mutating func add(_ item: EvidenceItem) {
        removeUnread(item.system, item.path)
        if let place = places[Self.key(item.system, item.path)], items.indices.contains(place) {
            items[place] = item
        } else {
            places[Self.key(item.system, item.path)] = items.count
            items.append(item)
        }
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
        places = Self.places(of: items)
    }

    private static func places(of items: [EvidenceItem]) -> [[UInt8]: Int] {
        Dictionary(items.enumerated().map { (key($0.element.system, $0.element.path), $0.offset) }) { $1 }
    }

    /// By bytes: two names that Swift takes for the same text are two files.
    static func key(_ system: String, _ path: String) -> [UInt8] { Array("\(system)\u{0}\(path)".utf8) }
}

/// SHA-256 of nothing (RFC 6962, section 2.1).
let emptyRoot = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

/// Byte by byte: Swift takes `é` and `e` with an accent for the same text, and a file system does not.
private func isSame(_ a: String, _ b: String) -> Bool { a.utf8.elementsEqual(b.utf8) }

private func isBefore(_ a: (system: String, path: String), _ b: (system: String, path: String)) -> Bool {
    isSame(a.system, b.system) ? a.path.utf8.lexicographicallyPrecedes(b.path.utf8) : a.system.utf8.lexicographicallyPrecedes(b.system.utf8)
}
