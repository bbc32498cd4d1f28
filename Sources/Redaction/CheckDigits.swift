/// The rules by which identifiers of persons are told from other numbers.
enum CheckDigits {
    /// The double-add-double sum of ISO/IEC 7812-1, annex B.
    static func holdsLuhn(_ digits: [UInt8]) -> Bool {
        var sum = 0
        for (place, digit) in digits.reversed().enumerated() {
            let value = place.isMultiple(of: 2) ? Int(digit) : Int(digit) * 2
            sum += value > 9 ? value - 9 : value
        }
        return sum.isMultiple(of: 10)
    }

    /// Canada's social insurance number: nine digits with a Luhn check digit. The first stands for the region of registration; 9 marks temporary
    /// residents, 8 is used for business accounts and 0 is not assigned (Employment and Social Development Canada, Social Insurance Number Code of Practice).
    static func isSIN(_ digits: [UInt8]) -> Bool {
        digits.count == 9 && digits[0] != 0 && digits[0] != 8 && !areEqual(digits) && holdsLuhn(digits)
    }

    /// A payment card: length and first digits of an issuer's range, and the Luhn check digit (ISO/IEC 7812-1; the ranges are those that Visa, Mastercard,
    /// American Express, Discover, Diners Club, JCB and UnionPay publish).
    static func isCard(_ digits: [UInt8]) -> Bool {
        guard (13...19).contains(digits.count), !areEqual(digits), holdsLuhn(digits) else { return false }
        func prefix(_ count: Int) -> Int { digits.prefix(count).reduce(0) { $0 * 10 + Int($1) } }
        switch digits.count {
        case 13: return digits[0] == 4
        case 14: return (300...305).contains(prefix(3)) || prefix(2) == 36 || prefix(2) == 38 || prefix(2) == 39
        case 15: return prefix(2) == 34 || prefix(2) == 37
        case 16:
            if digits[0] == 4 || (51...55).contains(prefix(2)) || (2221...2720).contains(prefix(4)) { return true }
            return isLongRange(prefix)
        default: return digits.count == 19 && digits[0] == 4 || isLongRange(prefix)
        }
    }

    private static func isLongRange(_ prefix: (Int) -> Int) -> Bool {
        prefix(4) == 6011 || (644...649).contains(prefix(3)) || prefix(2) == 65 || prefix(2) == 62 || (3528...3589).contains(prefix(4))
    }

    /// Ontario's health number: ten digits, the last by the modulus 10 of the Ministry of Health's Health Card Validation specifications, which is Luhn's sum.
    static func isOntarioHealthNumber(_ digits: [UInt8]) -> Bool {
        digits.count == 10 && digits[0] != 0 && !areEqual(digits) && holdsLuhn(digits)
    }

    /// British Columbia's personal health number: ten digits from 9; digits 2 to 9 weighed 2, 4, 8, 5, 10, 9, 7, 3, and 11 less the remainder by 11 is the
    /// last (Ministry of Health, Professional and Software Conformance Standards, PHN check digit routine).
    static func isBritishColumbiaHealthNumber(_ digits: [UInt8]) -> Bool {
        guard digits.count == 10, digits[0] == 9 else { return false }
        let weights = [2, 4, 8, 5, 10, 9, 7, 3]
        let sum = zip(weights, digits[1...]).reduce(0) { $0 + $1.0 * Int($1.1) }
        return 11 - sum % 11 == Int(digits[9])
    }

    /// The digits of Quebec's health insurance number, after its four letters: year, month (50 more for a woman) and day of birth, and two more. Its last
    /// digit is a check digit by a rule that is not published, so that only this structure is tested (Régie de l'assurance maladie du Québec).
    static func isQuebecHealthNumber(_ digits: [UInt8]) -> Bool {
        guard digits.count == 8 else { return false }
        let month = Int(digits[2]) * 10 + Int(digits[3])
        let day = Int(digits[4]) * 10 + Int(digits[5])
        return ((1...12).contains(month) || (51...62).contains(month)) && (1...31).contains(day)
    }

    /// An area code and an exchange of the North American Numbering Plan: neither begins with 0 or 1, nor ends in 11.
    static func isNorthAmericanPhone(_ digits: [UInt8]) -> Bool {
        guard digits.count == 10, digits[0] > 1, digits[3] > 1 else { return false }
        return !(digits[1] == 1 && digits[2] == 1) && !(digits[4] == 1 && digits[5] == 1)
    }

    private static func areEqual(_ digits: [UInt8]) -> Bool { digits.allSatisfy { $0 == digits.first } }
}
