import EvidenceModel

/// When the events of a log happened: the first, the last, the days, and the longest silence, in memory that does not follow the log's size.
///
/// Events may come in any order. While they come in order the longest silence is exact. Otherwise times are gathered in buckets, of one second at first and
/// doubled whenever there are too many: a silence longer than a bucket is exact still, and a shorter one is given as the bucket's length at most.
struct AuditLogTimeline {
    static let maximumBuckets = 1 << 17

    private struct Bucket {
        var low: Int64
        var high: Int64
    }

    private(set) var first: (time: Instant, place: Int)?
    private(set) var last: (time: Instant, place: Int)?
    private var dayBits: [UInt64] = []
    private var ascending = true
    private var descending = true
    private var longestInOrder: Int64 = 0
    private var previous: Int64 = 0
    private var bucketSize: Int64 = 1
    private var buckets: [Int64: Bucket] = [:]
    private var current: (key: Int64, bucket: Bucket)?

    private static let firstDay = Instant(year: 1, month: 1, day: 1)?.dayNumber ?? 0
    private static let lastDay = Instant(year: 9999, month: 12, day: 31)?.dayNumber ?? 0

    /// False for a time outside the years 1 to 9999, which is not counted.
    mutating func add(_ time: Instant, place: Int) -> Bool {
        let day = time.dayNumber
        guard day >= Self.firstDay, day <= Self.lastDay else { return false }
        if first == nil {
            dayBits = [UInt64](repeating: 0, count: Int(Self.lastDay - Self.firstDay) / 64 + 1)
            previous = time.seconds
        }
        if first.map({ time < $0.time }) ?? true { first = (time, place) }
        if last.map({ time > $0.time }) ?? true { last = (time, place) }
        let bit = Int(day - Self.firstDay)
        dayBits[bit >> 6] |= 1 << UInt64(bit & 63)
        if time.seconds < previous { ascending = false }
        if time.seconds > previous { descending = false }
        longestInOrder = max(longestInOrder, abs(time.seconds - previous))
        previous = time.seconds
        bucket(time.seconds)
        return true
    }

    private mutating func bucket(_ second: Int64) {
        let key = floorDivide(second, bucketSize)
        if let held = current, held.key == key {
            current = (key, Bucket(low: min(held.bucket.low, second), high: max(held.bucket.high, second)))
            return
        }
        store()
        if let known = buckets[key] {
            current = (key, Bucket(low: min(known.low, second), high: max(known.high, second)))
        } else {
            current = (key, Bucket(low: second, high: second))
        }
    }

    private mutating func store() {
        guard let held = current else { return }
        buckets[held.key] = held.bucket
        current = nil
        while buckets.count > Self.maximumBuckets { widen() }
    }

    private mutating func widen() {
        bucketSize *= 2
        var wider: [Int64: Bucket] = [:]
        wider.reserveCapacity(Self.maximumBuckets)
        for bucket in buckets.values {
            let key = floorDivide(bucket.low, bucketSize)
            if let known = wider[key] {
                wider[key] = Bucket(low: min(known.low, bucket.low), high: max(known.high, bucket.high))
            } else {
                wider[key] = bucket
            }
        }
        buckets = wider
    }

    private func floorDivide(_ a: Int64, _ b: Int64) -> Int64 { a >= 0 ? a / b : -((-a + b - 1) / b) }

    /// The longest time between two consecutive events in whole seconds; nothing when there are fewer than two times.
    /// `exact` is false when the true value may be shorter than the one given.
    mutating func largestHole(events: Int) -> (seconds: Int64, exact: Bool)? {
        guard events > 1 else { return nil }
        if ascending || descending { return (longestInOrder, true) }
        store()
        var longest: Int64 = 0
        var high: Int64?
        for key in buckets.keys.sorted() {
            guard let bucket = buckets[key] else { continue }
            if let high { longest = max(longest, bucket.low - high) }
            high = bucket.high
        }
        return longest >= bucketSize || bucketSize == 1 ? (longest, true) : (bucketSize, false)
    }

    var daysWithEvents: Int { dayBits.reduce(0) { $0 + $1.nonzeroBitCount } }

    var daysInSpan: Int {
        guard let first, let last else { return 0 }
        return Int(last.time.dayNumber - first.time.dayNumber) + 1
    }

    /// Stretches of whole UTC days without an event, inside the span, in order; at most `limit`.
    func holes(limit: Int) -> (holes: [(from: Instant, to: Instant, days: Int)], isCut: Bool) {
        guard let first, let last else { return ([], false) }
        var holes: [(from: Instant, to: Instant, days: Int)] = []
        var empty: Int64?
        for day in first.time.dayNumber...last.time.dayNumber {
            let bit = Int(day - Self.firstDay)
            if dayBits[bit >> 6] & (1 << UInt64(bit & 63)) == 0 {
                empty = empty ?? day
            } else if let from = empty {
                if holes.count == limit { return (holes, true) }
                holes.append((Instant(seconds: from * 86_400), Instant(seconds: day * 86_400), Int(day - from)))
                empty = nil
            }
        }
        return (holes, false)
    }
}
