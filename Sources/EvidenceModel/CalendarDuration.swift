/// An ISO 8601 duration: `P3M` is three calendar months, `PT3M` three minutes.
public struct CalendarDuration: Hashable, Sendable {
    public var months: Int
    public var days: Int
    public var seconds: Int

    public init(months: Int = 0, days: Int = 0, seconds: Int = 0) {
        self.months = months
        self.days = days
        self.seconds = seconds
    }

    /// Reads `P1Y2M3W4DT5H6M7S`; `nil` for anything else. Fractions are refused, and so is an empty `P` or `T`.
    public init?(_ text: some StringProtocol) {
        var rest = Array(text.utf8)[...]
        guard rest.popFirst() == UInt8(ascii: "P"), !rest.isEmpty else { return nil }
        var result = CalendarDuration()
        var inTime = false
        var lastUnit = -1
        var any = false
        while let byte = rest.first {
            if byte == UInt8(ascii: "T") {
                guard !inTime, rest.count > 1 else { return nil }
                inTime = true
                rest.removeFirst()
                continue
            }
            var number = 0
            var digits = 0
            while let digit = rest.first, digit >= 0x30, digit <= 0x39, digits < 9 {
                number = number * 10 + Int(digit - 0x30)
                digits += 1
                rest.removeFirst()
            }
            guard digits > 0, let unit = rest.popFirst() else { return nil }
            let order: Int
            switch (inTime, unit) {
            case (false, UInt8(ascii: "Y")): (order, result.months) = (0, result.months + number * 12)
            case (false, UInt8(ascii: "M")): (order, result.months) = (1, result.months + number)
            case (false, UInt8(ascii: "W")): (order, result.days) = (2, result.days + number * 7)
            case (false, UInt8(ascii: "D")): (order, result.days) = (3, result.days + number)
            case (true, UInt8(ascii: "H")): (order, result.seconds) = (4, result.seconds + number * 3600)
            case (true, UInt8(ascii: "M")): (order, result.seconds) = (5, result.seconds + number * 60)
            case (true, UInt8(ascii: "S")): (order, result.seconds) = (6, result.seconds + number)
            default: return nil
            }
            guard order > lastUnit else { return nil }
            lastUnit = order
            any = true
        }
        guard any else { return nil }
        self = result
    }

    /// A duration of so many seconds, in whole days where it can be.
    public init(between from: Instant, and to: Instant) {
        let total = max(0, Int(to.seconds - from.seconds))
        self.init(days: total / 86_400, seconds: total % 86_400)
    }

    /// ISO 8601, in years, months, days, hours, minutes and seconds.
    public var text: String {
        var out = "P"
        if months / 12 != 0 { out += "\(months / 12)Y" }
        if months % 12 != 0 { out += "\(months % 12)M" }
        if days != 0 { out += "\(days)D" }
        if seconds != 0 {
            out += "T"
            if seconds / 3600 != 0 { out += "\(seconds / 3600)H" }
            if seconds / 60 % 60 != 0 { out += "\(seconds / 60 % 60)M" }
            if seconds % 60 != 0 { out += "\(seconds % 60)S" }
        }
        return out == "P" ? "PT0S" : out
    }

    /// In words: `1 year`, `3 months`, `7 days`, `36 hours`.
    public var words: String {
        func say(_ count: Int, _ unit: String) -> String? { count == 0 ? nil : "\(count) \(unit)\(count == 1 ? "" : "s")" }
        let parts = [
            say(months / 12, "year"), say(months % 12, "month"), say(days, "day"), say(seconds / 3600, "hour"),
            say(seconds / 60 % 60, "minute"), say(seconds % 60, "second"),
        ].compactMap { $0 }
        return parts.isEmpty ? "no time" : parts.joined(separator: " ")
    }

    /// The length from a fixed day, so that durations compare; a month counts from 2000-01-01 on.
    public var comparableSeconds: Int64 {
        let start = Instant(seconds: daysFromCivil(2000, 1, 1) * 86_400)
        return (start + self).seconds - start.seconds
    }
}

extension Instant {
    /// Months are counted on the calendar; a day that does not exist becomes the month's last (31 January + P1M = 28 or 29 February).
    public static func + (instant: Instant, duration: CalendarDuration) -> Instant { instant.adding(duration, sign: 1) }
    public static func - (instant: Instant, duration: CalendarDuration) -> Instant { instant.adding(duration, sign: -1) }

    private func adding(_ duration: CalendarDuration, sign: Int) -> Instant {
        var result = self
        if duration.months != 0 {
            let date = civil
            let total = date.year * 12 + (date.month - 1) + sign * duration.months
            let year = total >= 0 ? total / 12 : (total - 11) / 12
            let month = total - year * 12 + 1
            let day = min(date.day, daysIn(month: month, year: year))
            result.seconds += (daysFromCivil(year, month, day) - dayNumber) * 86_400
        }
        result.seconds += Int64(sign) * (Int64(duration.days) * 86_400 + Int64(duration.seconds))
        return result
    }
}
