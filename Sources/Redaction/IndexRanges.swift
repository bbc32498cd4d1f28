/// Numbers from 0 in ascending order, kept as ranges; written as `3,5-6`.
public struct IndexRanges: Hashable, Sendable {
    public private(set) var ranges: [ClosedRange<Int>] = []
    public private(set) var count = 0

    public init() {}

    /// Adds a number above all others; a lower one is left out.
    public mutating func append(_ index: Int) {
        guard let last = ranges.last else {
            ranges.append(index...index)
            count += 1
            return
        }
        guard index > last.upperBound else { return }
        if index == last.upperBound + 1 { ranges[ranges.count - 1] = last.lowerBound...index } else { ranges.append(index...index) }
        count += 1
    }

    public var text: String {
        ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ",")
    }

    /// - Returns: `nil` unless the text is exactly as `text` would write it, with at least one number and none of `limit` or above.
    public init?(_ text: String, limit: Int) {
        var next = 0
        for part in text.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
            let ends = part.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false).map(Self.number)
            guard let first = ends.first.flatMap({ $0 }), first >= next else { return nil }
            switch ends.count {
            case 1: ranges.append(first...first)
            case 2:
                guard let last = ends[1], last > first else { return nil }
                ranges.append(first...last)
            default: return nil
            }
            guard let last = ranges.last, last.upperBound < limit else { return nil }
            count += last.count
            // Neighbours belong in one range.
            next = last.upperBound + 2
        }
    }

    /// Up to 16 digits without leading zeros.
    private static func number(_ digits: Substring.UTF8View.SubSequence) -> Int? {
        guard !digits.isEmpty, digits.count <= 16, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        guard digits.count == 1 || digits.first != 0x30 else { return nil }
        return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    /// How many numbers are in both.
    public func overlap(with other: IndexRanges) -> Int { Self.overlap(ranges, other.ranges) }

    /// How many numbers are in both of two lists of ranges that ascend and do not meet.
    static func overlap(_ a: [ClosedRange<Int>], _ b: [ClosedRange<Int>]) -> Int {
        var (mine, theirs, shared) = (0, 0, 0)
        while mine < a.count, theirs < b.count {
            shared += max(0, min(a[mine].upperBound, b[theirs].upperBound) - max(a[mine].lowerBound, b[theirs].lowerBound) + 1)
            if a[mine].upperBound < b[theirs].upperBound { mine += 1 } else { theirs += 1 }
        }
        return shared
    }
}
