public import Diagnostics
public import EvidenceModel
import StructuredText

extension LockerContents {
    /// An entry of a ledger away from its locker, with what is at hand of what it records. Who gives it has proven it.
    public struct ProvenEntry: Sendable {
        /// Its place in the ledger, from 0.
        public var number: Int
        public var bytes: [UInt8]
        /// The reading of an item; `nil` when it was left out.
        public var reading: [UInt8]?
        /// How often each rule hides something in the item.
        public var redactions: [RedactionCount]

        public init(number: Int, bytes: [UInt8], reading: [UInt8]? = nil, redactions: [RedactionCount] = []) {
            self.number = number
            self.bytes = bytes
            self.reading = reading
            self.redactions = redactions
        }
    }

    /// What a locker held, from entries that a bundle shows. Of a sealed item the plain digest and the size are not known.
    /// - Parameters:
    ///   - head: the root of the ledger in hexadecimal digits.
    ///   - entries: how many the ledger had then.
    /// - Throws: a `Diagnostic` when an entry or a reading cannot be read, or an item has neither a reading nor a retirement.
    public init(proven: [ProvenEntry], entries: Int, head: String, origin: String?, isSigned: Bool) throws(Diagnostic) {
        self.init()
        var retired: Set<Int> = []
        var found: [(item: EvidenceItem, proven: ProvenEntry)] = []
        for one in proven.sorted(by: { $0.number < $1.number }) {
            let place = "entry \(one.number)"
            let (entry, body) = try LedgerEntry.parse(one.bytes, path: place)
            if entry.isDemonstration { isDemonstration = true }
            switch entry.type {
            case .item:
                guard var item = ItemCoding.item(body, at: entry.at) else { throw .notReadable(place, "the entry of an item lacks what an item has") }
                item.entry = one.number
                item.redactions = one.redactions
                found.append((item, one))
            case .unread:
                guard let file = body["file"].flatMap(ItemCoding.unread) else { throw .notReadable(place, "the entry names no file") }
                add(file, at: entry.at)
            case .withdrawal:
                if let file = body["file"].flatMap(ItemCoding.unread) { withdraw(file, at: entry.at) }
                records.append(.init(index: one.number, entry: entry))
            case .retirement:
                if let number = body["entry"]?.int { retired.insert(number) }
                records.append(.init(index: one.number, entry: entry))
            case .run: continue
            case .exception, .attestation, .redaction, .pack, .hold: records.append(.init(index: one.number, entry: entry))
            }
        }
        for (item, proven) in found { add(try Self.filled(item, proven, isRetired: retired.contains(proven.number))) }
        self.entries = entries
        self.head = head
        self.origin = origin
        self.isSigned = isSigned
        sort()
    }

    /// Adds files that could not be read, of which a pack tells and no entry is at hand.
    public mutating func add(said files: [UnreadFile]) {
        unread += files
        sort()
    }

    private static func filled(_ item: EvidenceItem, _ proven: ProvenEntry, isRetired: Bool) throws(Diagnostic) -> EvidenceItem {
        var item = item
        item.isRetired = isRetired
        if isRetired { return item }
        guard let bytes = proven.reading else { throw .notReadable(item.path, "its reading was left out") }
        guard let reading = ItemCoding.reading(bytes, path: item.path) else {
            throw .notReadable(item.path, "its reading is not in a form that this version knows")
        }
        item.facts = reading.facts
        item.problems = reading.problems
        return item
    }
}

extension Diagnostic {
    fileprivate static func notReadable(_ path: String, _ why: String) -> Self {
        Diagnostic(
            id: "ledger.not-readable", severity: .error, location: TextLocation(path: path), message: why,
            hint: "ask for the bundle with everything that the pack rests on, or use the version of dossier that made it")
    }
}
