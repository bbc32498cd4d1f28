import StructuredText

/// Turns what a person or a file wrote into a value of the type that the vocabulary declares.
public enum FactConversion {
    /// Why a text is no value of the type.
    public struct Refusal: Error, Sendable {
        /// What was expected, such as `a number`.
        public var expected: String
    }

    /// A text as a value of the definition's type; lists are split at `;`.
    public static func value(_ text: String, as definition: FactDefinition) -> Result<FactValue, Refusal> {
        let text = text.trimmingBlanks()
        switch definition.type {
        case .text: return .success(.text(text))
        case .number:
            // Swift would also read hexadecimal numbers, 'nan' and 'infinity'.
            guard text.utf8.allSatisfy({ numeric.contains($0) }), let number = Double(text), number.isFinite else {
                return refuse("a number such as 0.82")
            }
            return .success(.number(number))
        case .flag:
            switch text.lowercased() {
            case "true", "yes": return .success(.flag(true))
            case "false", "no": return .success(.flag(false))
            default: return refuse("true or false")
            }
        case .date:
            guard let instant = Instant(text) else { return refuse("a date that exists, such as 2026-09-30") }
            return .success(.date(instant))
        case .duration:
            guard let duration = CalendarDuration(text) else { return refuse("an ISO 8601 duration such as P6M") }
            return .success(.duration(duration))
        case .list:
            return .success(.list(text.split(separator: ";").map { $0.trimmingBlanks() }.filter { !$0.isEmpty }))
        }
    }

    private static let numeric = Set("0123456789+-.eE".utf8)

    private static func refuse(_ expected: String) -> Result<FactValue, Refusal> { .failure(Refusal(expected: expected)) }
}
