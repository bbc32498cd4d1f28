import EvidenceModel
import Testing

@Suite struct FactConversionTests {
    private func convert(_ text: String, _ type: FactDefinition.FactType) -> FactValue? {
        try? FactConversion.value(text, as: FactDefinition(name: "x", type: type, unit: nil, about: "")).get()
    }

    private func refusal(_ text: String, _ type: FactDefinition.FactType) -> String? {
        guard case .failure(let refusal) = FactConversion.value(text, as: FactDefinition(name: "x", type: type, unit: nil, about: "")) else { return nil }
        return refusal.expected
    }

    @Test(
        arguments: [
            ("0.82", .number, .number(0.82)), (" -3 ", .number, .number(-3)), ("1e3", .number, .number(1000)), ("0", .number, .number(0)),
            ("yes", .flag, .flag(true)),
            ("True", .flag, .flag(true)), ("no", .flag, .flag(false)), ("P6M", .duration, .duration(CalendarDuration(months: 6))),
            ("  a b ", .text, .text("a b")),
            ("a; b ;;c", .list, .list(["a", "b", "c"])), ("a, b", .list, .list(["a, b"])), ("", .list, .list([])),
            ("1970-01-02", .date, .date(Instant(seconds: 86_400))),
        ] as [(String, FactDefinition.FactType, FactValue)])
    func takesWhatFitsTheType(text: String, type: FactDefinition.FactType, value: FactValue) {
        #expect(convert(text, type) == value)
    }

    @Test(arguments: [
        "", "-", "n/a", "NaN", "nan", "inf", "-Infinity", "1e999", "-1e999", "0x10", "0X1F", "-0x10", "+0x1p3", "1,5", "1 000", "12%", "1_000", "three",
        "0.8.2", "1e",
    ])
    func refusesWhatIsNoNumber(text: String) {
        #expect(convert(text, .number) == nil)
        #expect(refusal(text, .number)?.contains("number") == true)
    }

    @Test(
        arguments: [
            ("maybe", .flag), ("1", .flag), ("", .flag), ("2026-02-30", .date), ("yesterday", .date), ("", .date), ("3 months", .duration), ("P", .duration),
            ("", .duration),
        ] as [(String, FactDefinition.FactType)])
    func saysWhatWasExpected(text: String, type: FactDefinition.FactType) {
        #expect(refusal(text, type)?.isEmpty == false)
    }
}
