import EvidenceModel

/// Which seconds hold an event, in flat memory: a bit for each unit of time, 60 units to a word. When there are too many words the unit grows to a minute,
/// then to an hour.
struct TimeOccupancy {
    private static let maximumWords = 400_000
    /// Seconds.
    private(set) var unit: Int64 = 1
    private var words: [Int64: UInt64] = [:]
    private var days: Set<Int64> = []

    mutating func insert(_ instant: Instant) {
        days.insert(instant.dayNumber)
        let slot = Self.floor(instant.seconds, unit)
        words[Self.floor(slot, 60), default: 0] |= 1 << UInt64(slot - Self.floor(slot, 60) * 60)
        if words.count > Self.maximumWords, unit < 3600 { coarsen() }
    }

    private static func floor(_ number: Int64, _ by: Int64) -> Int64 { number >= 0 ? number / by : -((-number + by - 1) / by) }

    private mutating func coarsen() {
        var coarser: [Int64: UInt64] = [:]
        for word in words.keys { coarser[Self.floor(word, 60), default: 0] |= 1 << UInt64(word - Self.floor(word, 60) * 60) }
        words = coarser
        unit *= 60
    }

    var dayCount: Int { days.count }

    /// The longest time between two neighbouring events, to the unit.
    var largestHole: Int64 {
        var largest: Int64 = 0
        var last: Int64?
        for word in words.keys.sorted() {
            guard let mask = words[word], mask != 0 else { continue }
            var rest = mask
            while rest != 0 {
                let slot = word * 60 + Int64(rest.trailingZeroBitCount)
                if let last { largest = max(largest, (slot - last) * unit) }
                last = slot
                rest &= rest - 1
            }
        }
        return largest
    }

    /// Stretches of whole days without an event, between the first and the last day.
    var emptyDays: [(from: Int64, to: Int64)] {
        let sorted = days.sorted()
        return zip(sorted, sorted.dropFirst()).filter { $1 - $0 > 1 }.map { ($0 + 1, $1) }
    }
}
