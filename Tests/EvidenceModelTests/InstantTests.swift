import EvidenceModel
import Testing

@Suite struct InstantTests {
    @Test(
        arguments: [
            ("1970-01-01", 0), ("2026-09-30", 1_790_726_400), ("2000-02-29", 951_782_400), ("1969-12-31", -86_400), ("0001-01-01", -62_135_596_800),
            ("9999-12-31", 253_402_214_400), ("2026-09-30T12:00:00Z", 1_790_769_600), ("2026-09-30t12:00:00z", 1_790_769_600),
            ("2026-09-30 12:00:00Z", 1_790_769_600), ("2026-09-30T12:00Z", 1_790_769_600), ("2026-09-30T12:00:00+00:00", 1_790_769_600),
            ("2026-09-30T08:00:00-04:00", 1_790_769_600), ("2026-09-30T08:00:00-0400", 1_790_769_600), ("2026-09-30T08:00:00-04", 1_790_769_600),
            ("2026-10-01T01:30:00+13:30", 1_790_769_600), ("2026-09-30 12:00:00 +00:00", 1_790_769_600), ("2016-12-31T23:59:60Z", 1_483_228_799),
            ("2026-09-30T12:00:00", 1_790_769_600),
        ] as [(String, Int64)])
    func readsWhatISO8601Allows(text: String, seconds: Int64) {
        #expect(Instant(text)?.seconds == seconds)
        #expect(Instant(text)?.nanoseconds == 0)
    }

    @Test(
        arguments: [
            ("12:00:00.5Z", 500_000_000), ("12:00:00.123456789Z", 123_456_789), ("12:00:00,25Z", 250_000_000), ("12:00:00.1234567899999Z", 123_456_789),
            ("12:00:00.000000001Z", 1),
        ] as [(String, Int32)])
    func readsFractionsToTheNanosecond(time: String, nanoseconds: Int32) {
        #expect(Instant("2026-09-30T\(time)")?.nanoseconds == nanoseconds)
    }

    @Test(arguments: [
        "2026-02-29", "2026-02-30", "2026-04-31", "2026-13-01", "2026-00-10", "2026-01-00", "2026-01-32", "1900-02-29", "2100-02-29", "0000-01-01",
        "2026-09-30T24:00:00Z", "2026-09-30T12:60:00Z", "2026-09-30T12:00:61Z", "2026-09-30T12:00:00+24:00", "2026-09-30T12:00:00+01:60",
    ])
    func refusesDaysAndTimesThatDoNotExist(text: String) {
        #expect(Instant(text) == nil)
    }

    @Test(arguments: [
        "", "2026", "2026-09", "2026-9-30", "26-09-30", "2026/09/30", "20260930", "30.09.2026", "2026-09-30T", "2026-09-30T12", "2026-09-30T12:00:00.Z",
        "2026-09-30T12:00:00ZZ", "2026-09-30T12:00:00 UTC", "2026-09-30x", "2026-09-30T12:0", "+026-09-30", "-001-09-30", "2026-W40-3", "2026-273", "today",
        "２０２６-09-30", "2026-09-30T12:00:00+", "2026-09-30T12:00:00+1", "2026-09-30T12:00:00+01:", "2026-09-30T12:00:00+01:0", "2026-09-30 12:00:00 ",
        "2026-09-30\0",
        " 2026-09-30", "2026-09-30T12:00:00+01:00Z", "2026-09-30T1200Z",
    ])
    func refusesWhatIsNoDate(text: String) {
        #expect(Instant(text) == nil)
    }

    @Test func saysWhetherADayAndAZoneWereGiven() throws {
        let day = try #require(Instant.parse("2026-09-30"))
        #expect(day.isDay && !day.zoneAssumed)
        let local = try #require(Instant.parse("2026-09-30T12:00:00"))
        #expect(!local.isDay && local.zoneAssumed)
        let zoned = try #require(Instant.parse("2026-09-30T12:00:00Z"))
        #expect(!zoned.isDay && !zoned.zoneAssumed)
    }

    @Test(arguments: [
        "2026-09-30", "2026-09-30T12:00:00Z", "2026-09-30T00:00:01Z", "2026-09-30T23:59:59.5Z", "1969-12-31T23:59:59Z", "0001-01-01", "1600-02-29",
        "2026-09-30T00:00:00.000000001Z", "9999-12-31T23:59:59.999999999Z",
    ])
    func writesWhatItReads(text: String) {
        #expect(Instant(text)?.text == text)
    }

    @Test func alwaysHasATimeInATimestamp() {
        #expect(Instant("2026-09-30")?.timestamp == "2026-09-30T00:00:00Z")
        #expect(Instant("2026-09-30T12:00:00Z")?.day == "2026-09-30")
    }

    @Test func everyDayOfFourHundredYearsReadsBack() {
        for day in stride(from: Int64(-141_427), to: 4_671, by: 1) {
            let instant = Instant(seconds: day * 86_400)
            if Instant(instant.text) != instant { Issue.record("\(instant.text) does not read back") }
        }
    }

    @Test(
        arguments: [
            (0, "1970-01-01"), (1_790_769_600, "2026-09-30T12:00:00Z"), (1_790_769_600_123, "2026-09-30T12:00:00.123Z"),
            (1_790_769_600_123_456, "2026-09-30T12:00:00.123456Z"), (1_790_769_600_123_456_789, "2026-09-30T12:00:00.123456789Z"), (-1, "1969-12-31T23:59:59Z"),
            (99_999_999_999, "5138-11-16T09:46:39Z"), (100_000_000_000, "1973-03-03T09:46:40Z"), (-100_000_000_001, "1966-10-31T14:13:19.999Z"),
            (Int64.max, "2262-04-11T23:47:16.854775807Z"), (Int64.min, "1677-09-21T00:12:43.145224192Z"), (-62_135_596_800, "0001-01-01"),
        ] as [(Int64, String)])
    func tellsTheUnitOfAnEpochByItsMagnitude(number: Int64, text: String) {
        #expect(Instant(epoch: number)?.text == text)
    }

    @Test(arguments: [-62_135_596_801, -99_999_999_999] as [Int64])
    func refusesAnEpochBeforeTheYearOne(number: Int64) {
        #expect(Instant(epoch: number) == nil)
    }

    @Test func isOrderedToTheNanosecond() {
        #expect(Instant(seconds: 1) < Instant(seconds: 1, nanoseconds: 1))
        #expect(Instant(seconds: 1, nanoseconds: 999_999_999) < Instant(seconds: 2))
    }
}
