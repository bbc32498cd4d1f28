public import Foundation

/// A stretch of time, half-open: the start belongs to it, the end does not.
public struct Period: Hashable, Sendable {
    public var from: Instant
    public var to: Instant
    /// How it was asked for, such as `2026-Q3`; also the name of the pack's folder.
    public var label: String

    public init(from: Instant, to: Instant, label: String? = nil) {
        self.from = from
        self.to = to
        self.label = label ?? "\(from.text)/\(to.text)"
    }

    /// Reads `2026`, `2026-Q3`, `2026-H1`, `2026-09`, `2026-09-14` or `2026-07-01/2026-10-01`.
    /// - Parameter timeZone: whose midnights are meant; UTC when left out.
    public init?(_ text: some StringProtocol, timeZone: TimeZone? = nil) {
        let text = String(text)
        if let slash = text.firstIndex(of: "/") {
            guard let from = Self.bound(text[..<slash], timeZone), let to = Self.bound(text[text.index(after: slash)...], timeZone), from < to
            else { return nil }
            self.init(from: from, to: to, label: text)
            return
        }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard let first = parts.first, first.utf8.count == 4, let year = Self.number(first), (1...9998).contains(year) else { return nil }
        var bounds: ((Int, Int, Int), (Int, Int, Int))?
        switch parts.count {
        case 1: bounds = ((year, 1, 1), (year + 1, 1, 1))
        case 2: bounds = Self.partOfYear(String(parts[1]), year)
        case 3:
            guard let start = Instant(text) else { return nil }
            let next = (start + CalendarDuration(days: 1)).civil
            bounds = (start.civil, next)
        default: return nil
        }
        guard let bounds, let from = Self.midnight(bounds.0, timeZone), let to = Self.midnight(bounds.1, timeZone) else { return nil }
        self.init(from: from, to: to, label: text)
    }

    private static func partOfYear(_ part: String, _ year: Int) -> ((Int, Int, Int), (Int, Int, Int))? {
        func months(_ first: Int, _ count: Int) -> ((Int, Int, Int), (Int, Int, Int)) {
            let last = first + count
            return ((year, first, 1), last > 12 ? (year + 1, 1, 1) : (year, last, 1))
        }
        switch part.uppercased() {
        case "Q1", "Q2", "Q3", "Q4": return part.last.flatMap { Int(String($0)) }.map { months($0 * 3 - 2, 3) }
        case "H1": return months(1, 6)
        case "H2": return months(7, 6)
        default:
            guard part.utf8.count == 2, let month = number(part), (1...12).contains(month) else { return nil }
            return months(month, 1)
        }
    }

    /// Digits only: `Int` would take a sign.
    private static func number(_ text: some StringProtocol) -> Int? { text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(text) : nil }

    /// A time without a zone is one of the time zone's, as a day is.
    private static func bound(_ text: Substring, _ timeZone: TimeZone?) -> Instant? {
        guard let parsed = Instant.parse(text) else { return nil }
        return parsed.isDay || parsed.zoneAssumed ? local(parsed.instant, timeZone) : parsed.instant
    }

    private static func midnight(_ date: (year: Int, month: Int, day: Int), _ timeZone: TimeZone?) -> Instant? {
        Instant(year: date.year, month: date.month, day: date.day).map { local($0, timeZone) }
    }

    /// What a clock on the wall of the time zone calls by this date and time.
    private static func local(_ instant: Instant, _ timeZone: TimeZone?) -> Instant {
        guard let timeZone else { return instant }
        // The offset may change between UTC midnight and local midnight, so it is asked for twice.
        let first = timeZone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant.seconds)))
        let guess = instant.seconds - Int64(first)
        let second = timeZone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(guess)))
        return Instant(seconds: instant.seconds - Int64(second), nanoseconds: instant.nanoseconds)
    }

    public func contains(_ instant: Instant) -> Bool { from <= instant && instant < to }

    /// True when the two share a moment; a period of no length counts as its moment.
    public func overlaps(_ other: Period) -> Bool {
        if other.from == other.to { return from == other.from || contains(other.from) }
        if from == to { return other.contains(from) }
        return from < other.to && other.from < to
    }

    public var seconds: Int64 { to.seconds - from.seconds }

    /// `2026-07-01 to 2026-10-01 (end not included)`, the form packs print.
    public var words: String { "\(from.text) to \(to.text)" }
}
