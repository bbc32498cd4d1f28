import EvidenceModel
import Foundation
import Testing

@Suite struct PeriodTests {
    @Test(arguments: [
        ("2026", "2026-01-01", "2027-01-01"), ("2026-Q1", "2026-01-01", "2026-04-01"), ("2026-Q3", "2026-07-01", "2026-10-01"),
        ("2026-Q4", "2026-10-01", "2027-01-01"),
        ("2026-H1", "2026-01-01", "2026-07-01"), ("2026-H2", "2026-07-01", "2027-01-01"), ("2026-09", "2026-09-01", "2026-10-01"),
        ("2026-12", "2026-12-01", "2027-01-01"),
        ("2026-09-14", "2026-09-14", "2026-09-15"), ("2024-02-29", "2024-02-29", "2024-03-01"), ("2026-12-31", "2026-12-31", "2027-01-01"),
        ("2026-07-01/2026-10-01", "2026-07-01", "2026-10-01"), ("2026-07-01T12:00:00Z/2026-07-01T13:00:00Z", "2026-07-01T12:00:00Z", "2026-07-01T13:00:00Z"),
    ])
    func readsEveryForm(text: String, from: String, to: String) throws {
        let period = try #require(Period(text))
        #expect(period.from.text == from)
        #expect(period.to.text == to)
        #expect(period.label == text)
    }

    @Test(arguments: [
        "", "26", "2026-Q5", "2026-Q0", "2026-H3", "2026-13", "2026-00", "2026-9", "2026-09-31", "2026-02-29", "2026-10-01/2026-07-01", "2026-07-01/2026-07-01",
        "2026-07-01/", "/2026-10-01", "2026-07-01/2026-10-01/2027-01-01", "2026-Q3/2026-Q4", "0000", "9999", "2026-", "2026-Q", "Q3-2026", "last quarter",
        "+202",
        "2026-+9", "2026-07-01/P3M", "20260", "2026-Q33", "2026-09-14-01", "２０２６",
    ])
    func refusesWhatIsNoPeriod(text: String) {
        #expect(Period(text) == nil)
    }

    @Test(arguments: [
        ("America/Toronto", "2026-Q3", "2026-07-01T04:00:00Z", "2026-10-01T04:00:00Z"),
        // Daylight saving time begins on 8 March and ends on 1 November.
        ("America/Toronto", "2026-03", "2026-03-01T05:00:00Z", "2026-04-01T04:00:00Z"),
        ("America/Toronto", "2026-11-01", "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z"),
        ("America/Toronto", "2026-03-08", "2026-03-08T05:00:00Z", "2026-03-09T04:00:00Z"),
        ("Asia/Kolkata", "2026-09-14", "2026-09-13T18:30:00Z", "2026-09-14T18:30:00Z"),
        ("Pacific/Kiritimati", "2026", "2025-12-31T10:00:00Z", "2026-12-31T10:00:00Z"), ("UTC", "2026-09", "2026-09-01", "2026-10-01"),
        ("America/Toronto", "2026-07-01/2026-10-01", "2026-07-01T04:00:00Z", "2026-10-01T04:00:00Z"),
        ("America/Toronto", "2026-07-01T00:00:00Z/2026-10-01", "2026-07-01", "2026-10-01T04:00:00Z"),
        ("America/Toronto", "2026-07-01T08:00:00/2026-07-01T09:00:00", "2026-07-01T12:00:00Z", "2026-07-01T13:00:00Z"),
    ])
    func meansTheMidnightsOfTheTimeZone(zone: String, text: String, from: String, to: String) throws {
        let timeZone: TimeZone = try #require(TimeZone(identifier: zone))
        let period = try #require(Period(text, timeZone: timeZone))
        #expect(period.from.text == from)
        #expect(period.to.text == to)
    }

    @Test func holdsItsStartAndNotItsEnd() throws {
        let period = try #require(Period("2026-Q3"))
        #expect(period.contains(period.from))
        #expect(!period.contains(period.to))
        #expect(period.contains(Instant(seconds: period.to.seconds - 1, nanoseconds: 999_999_999)))
        #expect(period.seconds == 92 * 86_400)
    }

    @Test(arguments: [
        ("2026-Q3", "2026-Q4", false), ("2026-Q3", "2026-Q2", false), ("2026-Q3", "2026-09", true), ("2026", "2026-Q1", true), ("2026-09-30", "2026-Q4", false),
        ("2026-06-30/2026-07-02", "2026-Q3", true),
    ])
    func overlapsOnlyWhatSharesAMoment(first: String, second: String, overlap: Bool) throws {
        let a = try #require(Period(first))
        let b = try #require(Period(second))
        #expect(a.overlaps(b) == overlap)
        #expect(b.overlaps(a) == overlap)
    }

    @Test func aPeriodOfNoLengthCountsAsItsMoment() throws {
        let quarter = try #require(Period("2026-Q3"))
        let start = Period(from: quarter.from, to: quarter.from)
        let end = Period(from: quarter.to, to: quarter.to)
        #expect(quarter.overlaps(start) && start.overlaps(quarter))
        #expect(!quarter.overlaps(end) && !end.overlaps(quarter))
        #expect(start.overlaps(start))
    }

    @Test func theQuartersOfAYearMeet() throws {
        let quarters = try (1...4).map { try #require(Period("2026-Q\($0)")) }
        for (one, next) in zip(quarters, quarters.dropFirst()) { #expect(one.to == next.from) }
        #expect(quarters.map(\.seconds).reduce(0, +) == Period("2026")?.seconds)
    }
}
