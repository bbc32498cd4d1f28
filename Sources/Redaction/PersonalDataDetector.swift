/// Finds personal data by its shape in a stretch of bytes: what stands before and after counts, so that digests, UUIDs, times and decimals are no hits.
struct PersonalDataDetector {
    /// So far to the left of a place bytes are looked at.
    static let lookBehind = 96
    /// So far to the right.
    static let lookAhead = 400

    let bytes: UnsafeBufferPointer<UInt8>
    /// True when the bytes are one field's value: then a bare number needs no word beside it that says what it is.
    let isWholeValue: Bool

    /// The places of one kind, in order and apart.
    static func matches(_ kind: PersonalDataKind, in bytes: [UInt8], isWholeValue: Bool) -> [Range<Int>] {
        var found: [Range<Int>] = []
        bytes.withUnsafeBufferPointer { buffer in
            let detector = PersonalDataDetector(bytes: buffer, isWholeValue: isWholeValue)
            _ = detector.forEachHit(from: 0, to: buffer.count, only: kind) { _, range in
                if range.lowerBound >= found.last?.upperBound ?? 0 { found.append(range) }
            }
        }
        return found
    }

    /// Calls `body` with each hit that a byte of the stretch begins, and gives the place from which to go on.
    func forEachHit(from: Int, to: Int, only: PersonalDataKind? = nil, _ body: (PersonalDataKind, Range<Int>) -> Void) -> Int {
        var at = from
        while at < to {
            guard let hit = hit(at, only), only == nil || only == hit.kind else {
                at += 1
                continue
            }
            body(hit.kind, hit.range)
            at = max(at + 1, hit.range.upperBound)
        }
        return at
    }

    private func hit(_ at: Int, _ only: PersonalDataKind?) -> (kind: PersonalDataKind, range: Range<Int>)? {
        switch bytes[at] {
        case UInt8(ascii: "@"): return email(before: at, after: at + 1)
        case UInt8(ascii: "%") where isNext("%40", at): return email(before: at, after: at + 3)
        case UInt8(ascii: "\\") where isNext("\\u0040", at): return email(before: at, after: at + 6)
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "("): return number(at, only)
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"): return quebec(at)
        default: return nil
        }
    }

    func byte(_ at: Int) -> UInt8 { at >= 0 && at < bytes.count ? bytes[at] : 0x0A }

    func isNext(_ word: StaticString, _ at: Int) -> Bool {
        let length = word.utf8CodeUnitCount
        return at + length <= bytes.count && (0..<length).allSatisfy { bytes[at + $0] == word.utf8Start[$0] }
    }

    static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) >= UInt8(ascii: "a") && (byte | 0x20) <= UInt8(ascii: "z") }

    static func isWord(_ byte: UInt8) -> Bool { isDigit(byte) || isLetter(byte) || byte == UInt8(ascii: "_") }
}

// MARK: Electronic mail

extension PersonalDataDetector {
    /// Names of packages and pictures look like addresses, such as `icon@2x.png`.
    private static let fileEndings: Set<String> = [
        "png", "jpg", "jpeg", "gif", "svg", "webp", "js", "mjs", "ts", "css", "json", "md", "html", "py", "sh", "yaml", "yml",
    ]

    private func email(before: Int, after: Int) -> (kind: PersonalDataKind, range: Range<Int>)? {
        var start = before
        while start > 0, before - start < 64, isLocal(bytes[start - 1]) { start -= 1 }
        while start < before, !Self.isWord(bytes[start]), bytes[start] < 0x80 { start += 1 }
        var end = after
        while end < bytes.count, end - after < 254, isDomain(bytes[end]) { end += 1 }
        while end > after, bytes[end - 1] == UInt8(ascii: ".") || bytes[end - 1] == UInt8(ascii: "-") { end -= 1 }
        guard start < before, end > after, byte(before - 1) != UInt8(ascii: ".") else { return nil }
        let labels = bytes[after..<end].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard labels.count >= 2, labels.allSatisfy({ !$0.isEmpty && $0.count <= 63 }), let last = labels.last, last.count >= 2 else { return nil }
        guard last.allSatisfy({ Self.isLetter($0) || $0 >= 0x80 }) || last.starts(with: "xn--".utf8) else { return nil }
        let ending = String(decoding: last, as: UTF8.self).lowercased()
        guard !Self.fileEndings.contains(ending) else { return nil }
        return (.email, start..<end)
    }

    private func isLocal(_ byte: UInt8) -> Bool {
        Self.isWord(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "'") || byte >= 0x80
    }

    private func isDomain(_ byte: UInt8) -> Bool {
        Self.isDigit(byte) || Self.isLetter(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-") || byte >= 0x80
    }
}

// MARK: Numbers

/// Digits in groups with one separator between them.
private struct DigitGroups {
    var digits: [UInt8] = []
    var lengths: [Int] = []
    var separators: [UInt8] = []
    var hasPlus = false
    var hasParentheses = false

    /// True when all separators are the same, and one of these.
    func isSeparated(by allowed: StaticString) -> Bool {
        guard let first = separators.first, separators.allSatisfy({ $0 == first }) else { return false }
        return (0..<allowed.utf8CodeUnitCount).contains { allowed.utf8Start[$0] == first }
    }
}

extension PersonalDataDetector {
    private static let maximumDigits = 19

    private func number(_ at: Int, _ only: PersonalDataKind?) -> (kind: PersonalDataKind, range: Range<Int>)? {
        guard isStart(at) else { return nil }
        var groups = DigitGroups()
        var end = at
        if bytes[at] == UInt8(ascii: "+") {
            groups.hasPlus = true
            end += 1
        }
        var best: (kind: PersonalDataKind, range: Range<Int>)?
        while let next = group(from: end, into: &groups) {
            end = next
            guard groups.digits.count <= Self.maximumDigits, groups.lengths.count <= 8 else { break }
            guard groups.digits.count >= 8, let kind = kind(groups, at..<end, only) else { continue }
            let stop = kind == .healthCard ? versionEnd(end) : end
            if isEnd(stop), kind == .card || !isAmongNumbers(at, stop, groups) { best = (kind, at..<stop) }
        }
        return best
    }

    /// Takes one more group of digits with the separator before it; gives the place after it.
    private func group(from start: Int, into groups: inout DigitGroups) -> Int? {
        var at = start
        var isOpen = false
        if !groups.lengths.isEmpty {
            let separator = byte(at)
            if separator == UInt8(ascii: " "), byte(at + 1) == UInt8(ascii: "("), groups.lengths.count == 1 {
                at += 1
            } else if separator == UInt8(ascii: " ") || separator == UInt8(ascii: "-") || separator == UInt8(ascii: ".") {
                at += 1
            } else if !(groups.hasParentheses && groups.separators.last == UInt8(ascii: ")")) {
                return nil
            }
            if groups.separators.count < groups.lengths.count { groups.separators.append(separator) }
        }
        if byte(at) == UInt8(ascii: "("), !groups.hasParentheses, groups.lengths.count <= 1 {
            isOpen = true
            groups.hasParentheses = true
            at += 1
        }
        let first = at
        while at < bytes.count, Self.isDigit(bytes[at]), at - first <= Self.maximumDigits { at += 1 }
        guard at > first else { return nil }
        groups.digits += bytes[first..<at].map { $0 - 0x30 }
        groups.lengths.append(at - first)
        if isOpen {
            guard byte(at) == UInt8(ascii: ")") else { return nil }
            at += 1
            // `(416) 555-0100` and `(416)555-0100` are the same.
            groups.separators.append(UInt8(ascii: ")"))
            if byte(at) == UInt8(ascii: " ") { at += 1 }
        }
        return at
    }

    private func isStart(_ at: Int) -> Bool {
        let before = byte(at - 1)
        let earlier = byte(at - 2)
        if Self.isWord(before) || before == UInt8(ascii: "+") || before == UInt8(ascii: "%") || before == UInt8(ascii: "\\") { return false }
        switch before {
        case UInt8(ascii: "."), UInt8(ascii: ":"), UInt8(ascii: ","): return !Self.isDigit(earlier) || before == UInt8(ascii: ",")
        case UInt8(ascii: "-"), UInt8(ascii: "/"): return !Self.isWord(earlier) && earlier != UInt8(ascii: "/")
        default: return true
        }
    }

    private func isEnd(_ at: Int) -> Bool {
        let after = byte(at)
        let later = byte(at + 1)
        if Self.isWord(after) || after == UInt8(ascii: "@") || after == UInt8(ascii: "%") || after >= 0x80 && isWholeValue { return false }
        switch after {
        case UInt8(ascii: "."), UInt8(ascii: ":"): return !Self.isDigit(later)
        case UInt8(ascii: "-"), UInt8(ascii: "/"): return !Self.isWord(later)
        default: return true
        }
    }

    /// True when groups parted by blanks stand in a row of other short numbers, as in a table.
    private func isAmongNumbers(_ start: Int, _ end: Int, _ groups: DigitGroups) -> Bool {
        guard groups.separators.contains(UInt8(ascii: " ")), !groups.hasPlus, !groups.hasParentheses else { return false }
        func isShort(_ from: Int, _ step: Int) -> Bool {
            guard byte(from) == UInt8(ascii: " ") else { return false }
            var at = from + step
            while Self.isDigit(byte(at)) { at += step }
            let length = abs(at - from) - 1
            return (1...4).contains(length) && (byte(at) == UInt8(ascii: " ") || byte(at) == 0x0A || byte(at) == 0x0D)
        }
        return isShort(start - 1, -1) || isShort(end, 1)
    }

    private func kind(_ groups: DigitGroups, _ range: Range<Int>, _ only: PersonalDataKind?) -> PersonalDataKind? {
        let isBare = groups.lengths.count == 1 && !groups.hasPlus
        func known(_ kind: PersonalDataKind) -> Bool { !isBare || isAlone(range) || PersonalDataContext.names(kind, before: range.lowerBound, in: bytes) }
        func wanted(_ kind: PersonalDataKind) -> Bool { only == nil || only == kind }
        if wanted(.card), isCardShape(groups), CheckDigits.isCard(groups.digits) { return .card }
        if wanted(.sin), !groups.hasPlus, isBare || (groups.lengths == [3, 3, 3] && groups.isSeparated(by: " -")), CheckDigits.isSIN(groups.digits), known(.sin)
        {
            return .sin
        }
        if wanted(.healthCard), !groups.hasPlus, isBare || (groups.lengths == [4, 3, 3] && groups.isSeparated(by: " -")), known(.healthCard),
            CheckDigits.isOntarioHealthNumber(groups.digits) || CheckDigits.isBritishColumbiaHealthNumber(groups.digits)
        {
            return .healthCard
        }
        return wanted(.phone) && isPhone(groups) && known(.phone) ? .phone : nil
    }

    private func isCardShape(_ groups: DigitGroups) -> Bool {
        if groups.hasPlus || groups.hasParentheses { return false }
        if groups.lengths.count == 1 { return true }
        guard groups.isSeparated(by: " -") else { return false }
        return groups.lengths == [4, 6, 5] || groups.lengths == [4, 6, 4]
            || groups.lengths.dropLast().allSatisfy { $0 == 4 } && (1...4).contains(groups.lengths.last ?? 0)
    }

    /// E.164: `+` and 8 to 15 digits; or the forms of the North American Numbering Plan.
    private func isPhone(_ groups: DigitGroups) -> Bool {
        let digits = groups.digits
        if groups.hasPlus {
            guard (8...15).contains(digits.count), digits[0] != 0 else { return false }
            return digits[0] != 1 || (digits.count == 11 && CheckDigits.isNorthAmericanPhone(Array(digits.dropFirst())))
        }
        switch groups.lengths {
        case [10], [3, 3, 4]: return CheckDigits.isNorthAmericanPhone(digits)
        case [1, 3, 3, 4], [11], [1, 10]: return digits[0] == 1 && CheckDigits.isNorthAmericanPhone(Array(digits.dropFirst()))
        default: return false
        }
    }

    /// True when nothing else stands in the field.
    private func isAlone(_ range: Range<Int>) -> Bool {
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A }
        return isWholeValue && bytes[..<range.lowerBound].allSatisfy(isBlank) && bytes[range.upperBound...].allSatisfy(isBlank)
    }

    /// The end of an Ontario version code (one or two capitals) after the number, if there is one.
    private func versionEnd(_ end: Int) -> Int {
        var at = end
        if byte(at) == UInt8(ascii: " ") || byte(at) == UInt8(ascii: "-") { at += 1 }
        let first = at
        while at - first < 2, (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte(at)) { at += 1 }
        return at == first || Self.isWord(byte(at)) ? end : at
    }
}

// MARK: Quebec

extension PersonalDataDetector {
    /// `ABCD 1234 5678`, with blanks, hyphens or nothing between the groups.
    private func quebec(_ at: Int) -> (kind: PersonalDataKind, range: Range<Int>)? {
        guard at + 12 <= bytes.count, !Self.isWord(byte(at - 1)), byte(at - 1) != UInt8(ascii: "-"), (0..<4).allSatisfy({ Self.isLetter(bytes[at + $0]) })
        else { return nil }
        var digits: [UInt8] = []
        var separators = 0
        var end = at + 4
        while digits.count < 8, end < bytes.count {
            if digits.count.isMultiple(of: 4), separators == digits.count / 4, bytes[end] == 0x20 || bytes[end] == UInt8(ascii: "-") {
                separators += 1
                end += 1
            }
            guard Self.isDigit(byte(end)) else { return nil }
            digits.append(bytes[end] - 0x30)
            end += 1
        }
        let isCapital = (0..<4).allSatisfy { bytes[at + $0] < 0x60 }
        guard isEnd(end), CheckDigits.isQuebecHealthNumber(digits) else { return nil }
        let isSeparated = separators == 2 && isCapital
        guard isSeparated || isAlone(at..<end) || PersonalDataContext.names(.healthCard, before: at, in: bytes) else { return nil }
        return (.healthCard, at..<end)
    }
}
