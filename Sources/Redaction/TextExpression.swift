import Glibc
import StructuredText

/// A POSIX extended regular expression that runs over bytes.
///
/// Back references are refused: they make the time that a hostile text costs unbounded.
final class TextExpression {
    private var compiled = regex_t()

    /// Why a text cannot be used; `nil` when it can.
    static func fault(in text: String) -> String? {
        if let fault = expressionFault(text) { return fault }
        var trial = regex_t()
        let code = regcomp(&trial, text, REG_EXTENDED)
        guard code == 0 else {
            var message = [CChar](repeating: 0, count: 200)
            regerror(code, &trial, &message, message.count)
            return String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
        regfree(&trial)
        return nil
    }

    /// - Returns: `nil` when the text is no expression.
    init?(_ text: String) {
        guard Self.fault(in: text) == nil, regcomp(&compiled, text, REG_EXTENDED) == 0 else { return nil }
    }

    deinit { regfree(&compiled) }

    /// The places that match, from left to right; empty matches are left out.
    func matches(in bytes: [UInt8]) -> [Range<Int>] {
        var found: [Range<Int>] = []
        bytes.withUnsafeBytes { raw in
            guard let base = raw.bindMemory(to: CChar.self).baseAddress else { return }
            var from = 0
            while from < bytes.count {
                var match = regmatch_t(rm_so: regoff_t(from), rm_eo: regoff_t(bytes.count))
                let flags = REG_STARTEND | (from > 0 ? REG_NOTBOL : 0)
                guard regexec(&compiled, base, 1, &match, flags) == 0 else { return }
                let range = Int(match.rm_so)..<max(Int(match.rm_so), Int(match.rm_eo))
                if !range.isEmpty { found.append(range) }
                from = range.isEmpty ? range.upperBound + 1 : range.upperBound
            }
        }
        return found
    }
}
