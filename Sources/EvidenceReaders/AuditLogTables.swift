import Glibc

/// A 64-bit hash that is the same in every run: eight bytes at a time, multiplied and folded (after wyhash).
func stableHash(_ bytes: UnsafeBufferPointer<UInt8>, seed: UInt64 = 0) -> UInt64 {
    func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let product = a.multipliedFullWidth(by: b)
        return product.high ^ product.low
    }
    let count = bytes.count
    var hash = seed ^ 0xA076_1D64_78BD_642F ^ UInt64(count) &* 0xE703_7ED1_A0B4_28DB
    guard let base = bytes.baseAddress else { return fold(hash, 0x8EBC_6AF0_9C88_C6E3) }
    let raw = UnsafeRawPointer(base)
    var at = 0
    while at + 8 <= count {
        hash = fold(hash ^ UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: at, as: UInt64.self)), 0xE703_7ED1_A0B4_28DB)
        hash ^= UInt64(at)
        at += 8
    }
    var tail: UInt64 = 0
    while at < count {
        tail = tail << 8 | UInt64(base[at])
        at += 1
    }
    return fold(fold(hash ^ tail, 0x8EBC_6AF0_9C88_C6E3) ^ 0x5895_65AB_1DA3_C0FF, 0xA076_1D64_78BD_642F)
}

/// A set of 64-bit hashes that stops growing: it tells which ids were seen, in memory that does not follow the log's size.
///
/// Two different ids have the same hash about once in 10 million logs of 3 million events.
struct HashSet64 {
    enum Insertion { case new, seen, full }

    private var slots: [UInt64]
    private(set) var count = 0
    private let maximum: Int

    /// - Parameter maximum: hashes that are kept (32 MiB for the default of 3 million).
    init(maximum: Int = 3_000_000) {
        self.maximum = maximum
        slots = [UInt64](repeating: 0, count: 1 << 10)
    }

    var isFull: Bool { count >= maximum }

    /// A hash that is not in a full set is not kept.
    mutating func insert(_ hash: UInt64) -> Insertion {
        let hash = hash == 0 ? 1 : hash
        var at = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[at] != 0 {
            if slots[at] == hash { return .seen }
            at = (at + 1) & (slots.count - 1)
        }
        guard !isFull else { return .full }
        slots[at] = hash
        count += 1
        if count * 4 > slots.count * 3 { grow() }
        return .new
    }

    private mutating func grow() {
        let mask = slots.count * 2 - 1
        var larger = [UInt64](repeating: 0, count: slots.count * 2)
        for hash in slots where hash != 0 {
            var at = Int(truncatingIfNeeded: hash) & mask
            while larger[at] != 0 { at = (at + 1) & mask }
            larger[at] = hash
        }
        slots = larger
    }
}

/// How often each of some texts occurred, for at most 100,000 different ones.
///
/// Texts are compared as bytes; of one longer than 512 bytes its beginning is kept for display, and its hash tells it from others. Beyond the limit
/// texts are still told apart by their hashes, so that their number stays right; only their own counts are lost.
struct TextCounts {
    static let maximumTexts = 100_000
    static let maximumBytes = 16 << 20
    static let keptLength = 512

    private struct Entry {
        var hash: UInt64
        var offset: Int
        var length: Int32
        var kept: Int32
        var count: Int
        var place: Int
    }

    struct Line: Equatable {
        var text: String
        var count: Int
        /// Where it occurred first.
        var place: Int
    }

    private var slots = [Int32](repeating: -1, count: 1 << 8)
    private var entries: [Entry] = []
    private var arena: [UInt8] = []
    private var beyond = HashSet64(maximum: 1_000_000)

    /// Different texts; nothing when there were too many to tell apart.
    var distinct: Int? { beyond.isFull ? nil : entries.count + beyond.count }
    /// True when some texts are not in the list of counts.
    var isCut: Bool { beyond.count > 0 }

    mutating func add(_ text: UnsafeBufferPointer<UInt8>, place: Int) {
        let hash = stableHash(text)
        var at = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[at] >= 0 {
            let index = Int(slots[at])
            if entries[index].hash == hash, Int(entries[index].length) == text.count, isKept(index, text) {
                entries[index].count += 1
                return
            }
            at = (at + 1) & (slots.count - 1)
        }
        let kept = min(text.count, Self.keptLength)
        guard entries.count < Self.maximumTexts, arena.count + kept <= Self.maximumBytes else {
            _ = beyond.insert(hash)
            return
        }
        slots[at] = Int32(entries.count)
        entries.append(
            Entry(hash: hash, offset: arena.count, length: Int32(clamping: text.count), kept: Int32(kept), count: 1, place: place))
        arena.append(contentsOf: text[..<kept])
        if entries.count * 2 > slots.count { grow() }
    }

    private func isKept(_ index: Int, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
        let entry = entries[index]
        guard let base = text.baseAddress else { return true }
        return arena.withUnsafeBufferPointer { bytes in
            guard let own = bytes.baseAddress else { return true }
            return memcmp(own + entry.offset, base, min(Int(entry.kept), text.count)) == 0
        }
    }

    private mutating func grow() {
        let mask = slots.count * 2 - 1
        var larger = [Int32](repeating: -1, count: slots.count * 2)
        for (index, entry) in entries.enumerated() {
            var at = Int(truncatingIfNeeded: entry.hash) & mask
            while larger[at] >= 0 { at = (at + 1) & mask }
            larger[at] = Int32(index)
        }
        slots = larger
    }

    /// The most frequent texts, then by text.
    func top(_ limit: Int) -> [Line] {
        Array(
            lines().sorted { a, b in
                a.count != b.count ? a.count > b.count : a.text != b.text ? a.text < b.text : a.place < b.place
            }
            .prefix(limit))
    }

    private func lines() -> [Line] {
        entries.map { entry in
            let bytes = arena[entry.offset..<(entry.offset + Int(entry.kept))]
            let text = String(decoding: bytes, as: UTF8.self)
            return Line(text: entry.length > entry.kept ? text + "…" : text, count: entry.count, place: entry.place)
        }
    }
}
