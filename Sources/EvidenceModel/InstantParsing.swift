/// What a text says as a time.
public struct ParsedInstant: Sendable {
    public var instant: Instant
    /// True when the text had a date only.
    public var isDay: Bool
    /// True when the text had a time but no zone, and UTC was assumed.
    public var zoneAssumed: Bool
}

extension Instant {
    /// Reads a text as ISO 8601 / RFC 3339: `2026-09-30`, `2026-09-30T12:00:00Z`, an offset with or without colon, a blank for the `T`, up to nine
    /// decimals. `nil` for anything else, and for days and times that do not exist (a leap second counts as the second before it).
    public init?(_ text: some StringProtocol) {
        guard let parsed = Instant.parse(text) else { return nil }
        self = parsed.instant
    }

    public static func parse(_ text: some StringProtocol) -> ParsedInstant? {
        var copy = String(text)
        return copy.withUTF8 { parse(utf8: $0) }
    }

    /// As `parse`, straight from bytes.
    public static func parse(utf8 bytes: UnsafeBufferPointer<UInt8>) -> ParsedInstant? {
        func number(_ from: Int, _ count: Int) -> Int? {
            guard from + count <= bytes.count else { return nil }
            var value = 0
            for i in from..<(from + count) {
                guard bytes[i] >= 0x30, bytes[i] <= 0x39 else { return nil }
                value = value * 10 + Int(bytes[i] - 0x30)
            }
            return value
        }
        guard let year = number(0, 4), let month = number(5, 2), let day = number(8, 2), bytes[4] == 0x2D, bytes[7] == 0x2D,
            var instant = Instant(year: year, month: month, day: day)
        else { return nil }
        if bytes.count == 10 { return ParsedInstant(instant: instant, isDay: true, zoneAssumed: false) }
        guard bytes[10] == 0x54 || bytes[10] == 0x74 || bytes[10] == 0x20, let hour = number(11, 2), let minute = number(14, 2),
            bytes[13] == 0x3A, hour <= 23, minute <= 59
        else { return nil }
        var second = 0
        var at = 16
        if at < bytes.count, bytes[at] == 0x3A {
            guard let value = number(17, 2), value <= 60 else { return nil }
            second = min(value, 59)
            at = 19
        }
        var nanoseconds: Int32 = 0
        if at < bytes.count, bytes[at] == 0x2E || bytes[at] == 0x2C {
            at += 1
            var digits = 0
            while at < bytes.count, bytes[at] >= 0x30, bytes[at] <= 0x39 {
                if digits < 9 {
                    nanoseconds = nanoseconds * 10 + Int32(bytes[at] - 0x30)
                    digits += 1
                }
                at += 1
            }
            guard digits > 0 else { return nil }
            while digits < 9 {
                nanoseconds *= 10
                digits += 1
            }
        }
        instant.seconds += Int64(hour * 3600 + minute * 60 + second)
        instant.nanoseconds = nanoseconds
        if at == bytes.count { return ParsedInstant(instant: instant, isDay: false, zoneAssumed: true) }
        if at + 1 == bytes.count, bytes[at] | 0x20 == 0x7A { return ParsedInstant(instant: instant, isDay: false, zoneAssumed: false) }
        if bytes[at] == 0x20 { at += 1 }
        guard at < bytes.count, bytes[at] == 0x2B || bytes[at] == 0x2D, let offsetHour = number(at + 1, 2), offsetHour <= 23 else { return nil }
        let sign: Int64 = bytes[at] == 0x2D ? -1 : 1
        at += 3
        var offsetMinute = 0
        if at < bytes.count {
            if bytes[at] == 0x3A { at += 1 }
            guard let value = number(at, 2), value <= 59, at + 2 == bytes.count else { return nil }
            offsetMinute = value
        }
        instant.seconds -= sign * Int64(offsetHour * 3600 + offsetMinute * 60)
        return ParsedInstant(instant: instant, isDay: false, zoneAssumed: false)
    }

    /// A moment from a whole number of seconds, milliseconds, microseconds or nanoseconds, told apart by magnitude (reference: evidence formats, time).
    /// `nil` before the year 1, which no date can be written for.
    public init?(epoch number: Int64) {
        switch number.magnitude {
        case 0..<100_000_000_000:
            guard number >= -62_135_596_800 else { return nil }
            self.init(seconds: number)
        case 0..<100_000_000_000_000: self.init(scaled: number, perSecond: 1_000)
        case 0..<100_000_000_000_000_000: self.init(scaled: number, perSecond: 1_000_000)
        default: self.init(scaled: number, perSecond: 1_000_000_000)
        }
    }

    private init(scaled number: Int64, perSecond: Int64) {
        // Rounded down, without a negation or product that the smallest number would overflow.
        let (quotient, remainder) = number.quotientAndRemainder(dividingBy: perSecond)
        let isBelow = remainder < 0
        self.init(
            seconds: isBelow ? quotient - 1 : quotient,
            nanoseconds: Int32((isBelow ? remainder + perSecond : remainder) * (1_000_000_000 / perSecond)))
    }
}
