import EvidenceModel
import Testing

@Suite struct CalendarDurationTests {
    @Test func tellsThreeMonthsFromThreeMinutes() throws {
        let months = try #require(CalendarDuration("P3M"))
        let minutes = try #require(CalendarDuration("PT3M"))
        #expect(months == CalendarDuration(months: 3))
        #expect(minutes == CalendarDuration(seconds: 180))
        #expect(months.words == "3 months")
        #expect(minutes.words == "3 minutes")
        #expect(Instant("2026-01-31").map { ($0 + months).text } == "2026-04-30")
        #expect(Instant("2026-01-31").map { ($0 + minutes).text } == "2026-01-31T00:03:00Z")
        #expect(months.comparableSeconds > minutes.comparableSeconds)
    }

    @Test(arguments: [
        ("P1Y", 12, 0, 0), ("P1Y2M3W4DT5H6M7S", 14, 25, 18_367), ("P1W", 0, 7, 0), ("P0D", 0, 0, 0), ("PT0S", 0, 0, 0), ("PT36H", 0, 0, 129_600),
        ("P10Y", 120, 0, 0),
        ("P1DT1M", 0, 1, 60),
    ])
    func readsDurations(text: String, months: Int, days: Int, seconds: Int) {
        #expect(CalendarDuration(text) == CalendarDuration(months: months, days: days, seconds: seconds))
    }

    @Test(arguments: [
        "", "P", "PT", "P1", "1Y", "3M", "P1YT", "P1M1Y", "P1D1D", "PT1D", "P1H", "P1S", "P1.5Y", "PT0,5S", "P-1D", "-P1D", "+P1D", "p1d", "P 1D", "P1D ",
        "PT1M1H",
        "P1TT1H", "P9999999999D", "PxD", "P١D", "three months", "P1Q", "P\01D",
    ])
    func refusesWhatIsNoDuration(text: String) {
        #expect(CalendarDuration(text) == nil)
    }

    @Test(arguments: [
        ("2026-01-31", "P1M", "2026-02-28"), ("2024-01-31", "P1M", "2024-02-29"), ("2024-02-29", "P1Y", "2025-02-28"), ("2024-02-29", "P4Y", "2028-02-29"),
        ("2026-08-31", "P6M", "2027-02-28"), ("2026-12-15", "P1M", "2027-01-15"), ("2026-01-31T10:00:00Z", "P1M1D", "2026-03-01T10:00:00Z"),
        ("2026-09-30", "P10Y", "2036-09-30"), ("2026-03-28", "P1D", "2026-03-29"), ("1969-11-30", "P3M", "1970-02-28"),
    ])
    func addsMonthsOnTheCalendar(from: String, duration: String, to: String) throws {
        let start = try #require(Instant(from))
        #expect((start + (try #require(CalendarDuration(duration)))).text == to)
    }

    @Test(arguments: [
        ("2026-03-31", "P1M", "2026-02-28"), ("2026-01-15", "P1M", "2025-12-15"), ("2024-02-29", "P1Y", "2023-02-28"), ("2026-10-01", "P3M", "2026-07-01"),
        ("2026-01-01", "PT1S", "2025-12-31T23:59:59Z"), ("1970-01-31", "P2M", "1969-11-30"),
    ])
    func takesMonthsOffOnTheCalendar(from: String, duration: String, to: String) throws {
        let start = try #require(Instant(from))
        #expect((start - (try #require(CalendarDuration(duration)))).text == to)
    }

    @Test(arguments: ["P1Y", "P18M", "P15D", "PT36H", "P1Y2M3DT4H5M6S", "PT0S", "P2W"])
    func writesWhatReadsBackAsTheSame(text: String) throws {
        let duration = try #require(CalendarDuration(text))
        #expect(CalendarDuration(duration.text) == duration)
    }

    @Test func measuresFromOneMomentToAnother() throws {
        let from = try #require(Instant("2026-07-01"))
        #expect(CalendarDuration(between: from, and: try #require(Instant("2026-07-03T06:00:00Z"))).text == "P2DT6H")
        #expect(CalendarDuration(between: from, and: from).words == "no time")
        #expect(CalendarDuration(between: from, and: try #require(Instant("2026-06-01"))).text == "PT0S")
    }

    @Test(arguments: [
        ("P1Y", "1 year"), ("P2Y1M", "2 years 1 month"), ("P7D", "7 days"), ("PT36H", "36 hours"), ("PT90M", "1 hour 30 minutes"), ("PT1S", "1 second"),
    ])
    func saysItInWords(text: String, words: String) {
        #expect(CalendarDuration(text)?.words == words)
    }
}
