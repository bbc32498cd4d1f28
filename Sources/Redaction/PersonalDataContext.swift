/// Words before a bare number that say what it is.
enum PersonalDataContext {
    private static func words(_ kind: PersonalDataKind) -> [StaticString] {
        switch kind {
        case .sin: ["sin", "nas", "social insurance", "social_insurance", "socialinsurance", "assurance sociale"]
        case .phone: ["phone", "tel", "telephone", "mobile", "cell", "fax", "msisdn"]
        case .healthCard:
            ["ohip", "hcn", "phn", "ramq", "health card", "health_card", "health-card", "healthcard", "health number", "health_number", "carte sante"]
        case .card, .email: []
        }
    }

    /// True when such a word stands in the same line, shortly before the place.
    static func names(_ kind: PersonalDataKind, before at: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        let start = max(0, at - 40)
        let text = Array(bytes[start..<at]).split(separator: 0x0A, omittingEmptySubsequences: false).last.map(Array.init) ?? []
        return words(kind).contains { word in
            let length = word.utf8CodeUnitCount
            guard text.count >= length else { return false }
            return (0...(text.count - length)).contains { from in
                guard (0..<length).allSatisfy({ lower(text[from + $0]) == word.utf8Start[$0] }) else { return false }
                let before = from == 0 ? 0 : text[from - 1]
                let after = from + length < text.count ? text[from + length] : 0
                // `userSin` and `phoneNumber` count, `basin` and `single` do not.
                let begins = !PersonalDataDetector.isLetter(before) || (isCapital(text[from]) && !isCapital(before))
                return begins && (!PersonalDataDetector.isLetter(after) || isCapital(after))
            }
        }
    }

    private static func isCapital(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") }

    private static func lower(_ byte: UInt8) -> UInt8 { isCapital(byte) ? byte | 0x20 : byte }
}
