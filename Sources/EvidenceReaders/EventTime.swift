import EvidenceModel

/// The time of an event as logs write it.
enum EventTime {
    /// A time from ISO 8601, or from a number since 1970 whose unit its size tells (evidence formats, section 0.5); nothing for anything else.
    /// A time without a zone is taken as UTC and counted.
    static func read(_ text: UnsafeBufferPointer<UInt8>?, _ summary: inout AuditLogSummary) -> Instant? {
        guard let text, !text.isEmpty else { return nil }
        guard text.count <= 64 else {
            summary.unreadableTime = String(decoding: text.prefix(64), as: UTF8.self)
            return nil
        }
        if let parsed = Instant.parse(utf8: text) {
            if parsed.zoneAssumed { summary.assumedZone() }
            return parsed.instant
        }
        if let moment = epoch(text) { return moment }
        // Kept until the event is counted, which says so with its line.
        summary.unreadableTime = String(decoding: text, as: UTF8.self)
        return nil
    }

    /// `1700000000`, `1700000000123`, `1700000000.123`: a fraction is one of a second, and only a number of seconds may have it.
    static func epoch(_ text: UnsafeBufferPointer<UInt8>) -> Instant? {
        var whole: Int64 = 0
        var at = 0
        while at < text.count, text[at] >= 0x30, text[at] <= 0x39 {
            let (product, tooLarge) = whole.multipliedReportingOverflow(by: 10)
            let (sum, over) = product.addingReportingOverflow(Int64(text[at] - 0x30))
            if tooLarge || over { return nil }
            whole = sum
            at += 1
        }
        // Below a billion it is a counter, or a date before 2001; a year such as 2026 or a time such as 1230 is no epoch.
        guard at > 0, whole >= 100_000_000 else { return nil }
        if at == text.count { return Instant(epoch: whole) }
        guard text[at] == UInt8(ascii: "."), at + 1 < text.count else { return nil }
        var nanoseconds: Int32 = 0
        var unit: Int32 = 100_000_000
        for byte in text[(at + 1)...] {
            guard byte >= 0x30, byte <= 0x39 else { return nil }
            nanoseconds += Int32(byte - 0x30) * unit
            unit /= 10
        }
        if whole < 100_000_000_000 { return Instant(seconds: whole, nanoseconds: nanoseconds) }
        return Instant(epoch: whole)
    }
}
