import Diagnostics
import Signatures

extension VerificationReport {
    /// So many findings of one check are printed; the number of the others is.
    private static let mostPrinted = 20

    /// For a person at a terminal.
    public var text: String {
        var out = ""
        for check in checks {
            out += "\(Self.padded(Self.word(check.outcome), 12))\(Self.padded(check.id.rawValue, 12))\(Diagnostic.printable(check.detail))\n"
            if check.id == .signatures { for result in signatures { out += Self.line(result) } }
            for diagnostic in check.diagnostics.prefix(Self.mostPrinted) {
                out += "    \(diagnostic.description.replacing("\n", with: "\n    "))\n"
            }
            if check.diagnostics.count > Self.mostPrinted { out += "    and \(check.diagnostics.count - Self.mostPrinted) more\n" }
        }
        return out + sentence + "\n"
    }

    private static func word(_ outcome: VerificationCheck.Outcome) -> String {
        switch outcome {
        case .passed: "passed"
        case .failed: "FAILED"
        case .notChecked: "not checked"
        }
    }

    private static func line(_ result: SignatureJudge.Result) -> String {
        "    \(padded(result.outcome.rawValue, 20))\(Diagnostic.printable(result.sentence))\n"
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.utf8.count))
    }
}
