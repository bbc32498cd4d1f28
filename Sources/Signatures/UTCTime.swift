/// Moments in UTC as seconds since 1970-01-01T00:00:00Z, in the two spellings that trust files use.
enum UTCTime {
    private static let secondsADay = 86_400

    /// The seconds of `2026-09-30T12:00:00Z`, or of the first moment of `2026-09-30`; `nil` for any other text and for days that do not exist.
    static func parse(_ text: String) -> (seconds: Int, isDay: Bool)? {
        let bytes = Array(text.utf8)
        guard bytes.count == 10 || bytes.count == 20 else { return nil }
        guard let year = number(bytes, 0, 4), bytes[4] == UInt8(ascii: "-"), let month = number(bytes, 5, 2), bytes[7] == UInt8(ascii: "-"),
            let day = number(bytes, 8, 2), year >= 1, (1...12).contains(month), (1...daysIn(month, year)).contains(day)
        else { return nil }
        let midnight = days(year, month, day) * secondsADay
        guard bytes.count == 20 else { return (midnight, true) }
        guard bytes[10] == UInt8(ascii: "T"), let hour = number(bytes, 11, 2), bytes[13] == UInt8(ascii: ":"), let minute = number(bytes, 14, 2),
            bytes[16] == UInt8(ascii: ":"), let second = number(bytes, 17, 2), bytes[19] == UInt8(ascii: "Z"), hour < 24, minute < 60, second < 60
        else { return nil }
        return (midnight + hour * 3600 + minute * 60 + second, false)
    }

    /// `2026-09-30T12:00:00Z`; a moment before the year 1 or after 9999 is written as the first or last second of these.
    static func text(_ seconds: Int) -> String {
        let seconds = min(max(seconds, days(1, 1, 1) * secondsADay), (days(9999, 12, 31) + 1) * secondsADay - 1)
        let day = seconds >= 0 ? seconds / secondsADay : (seconds + 1) / secondsADay - 1
        let rest = seconds - day * secondsADay
        let date = civil(day)
        return "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))"
            + "T\(padded(rest / 3600, 2)):\(padded(rest / 60 % 60, 2)):\(padded(rest % 60, 2))Z"
    }

    private static func number(_ bytes: [UInt8], _ at: Int, _ count: Int) -> Int? {
        var value = 0
        for byte in bytes[at..<(at + count)] {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
        }
        return value
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
    }

    private static func daysIn(_ month: Int, _ year: Int) -> Int {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        default: 31
        }
    }

    /// Days since 1970-01-01: whole years, then the days before the month in a year that begins in March.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
    }

    /// The date of a day number, by steps from an estimate of its year.
    private static func civil(_ dayNumber: Int) -> (year: Int, month: Int, day: Int) {
        var year = min(max(1970 + dayNumber / 365, 1), 9999)
        while days(year, 1, 1) > dayNumber { year -= 1 }
        while year < 9999, days(year + 1, 1, 1) <= dayNumber { year += 1 }
        var month = 1
        while month < 12, days(year, month + 1, 1) <= dayNumber { month += 1 }
        return (year, month, dayNumber - days(year, month, 1) + 1)
    }
}
