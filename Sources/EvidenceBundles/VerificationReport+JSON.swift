import Diagnostics
import LibXML
import Signatures
public import StructuredText

extension VerificationReport {
    /// The schema's name; it ships as `Templates/json/verify.schema.json`.
    public static let schema = "dossier/verify/1"

    /// For programs.
    public var value: Value {
        .object([
            ("schema", .string(Self.schema)), ("subject", .string(subject.rawValue)), ("path", .string(path)), ("id", .text(id)),
            ("verdict", .string(verdict.rawValue)), ("trusted", .bool(isTrusted)), ("summary", .string(sentence)), ("file", .text(firstWrongFile)),
            ("files", .int(files)), ("bytes", .int(bytes)), ("checks", .list(checks.map(Self.value))), ("signatures", .list(signatures.map(Self.value))),
        ])
    }

    private static func value(_ check: VerificationCheck) -> Value {
        .object([
            ("id", .string(check.id.rawValue)), ("title", .string(check.title)), ("outcome", .string(check.outcome.rawValue)),
            ("asked", .bool(check.isAsked)), ("detail", .string(check.detail)), ("file", .text(check.file)),
            ("diagnostics", .list(check.diagnostics.map(value))),
        ])
    }

    private static func value(_ result: SignatureJudge.Result) -> Value {
        .object([
            ("over", .string(result.requirement.over.rawValue)), ("role", .string(result.requirement.role)),
            ("threshold", .int(result.requirement.threshold)), ("outcome", .string(result.outcome.rawValue)),
            ("signed-by", .list(result.signedBy.map { .string($0) })), ("sentence", .string(result.sentence)),
        ])
    }

    private static func value(_ diagnostic: Diagnostic) -> Value {
        .object([
            ("id", .string(diagnostic.id)), ("severity", .string(diagnostic.severity.rawValue)), ("path", .text(diagnostic.location?.path)),
            ("line", diagnostic.location?.line.map { .int($0) }), ("column", diagnostic.location?.column.map { .int($0) }),
            ("message", .string(diagnostic.message)), ("hint", .text(diagnostic.hint)),
        ])
    }

    /// For pipelines: one suite for each report, one test case for each check and each demanded signature.
    /// - Throws: an `XMLWriteFault` when the system has no memory.
    public static func junit(_ reports: [VerificationReport]) throws -> [UInt8] {
        var out = XMLTextOut()
        out.start("testsuites", [("name", "dossier verify")])
        for report in reports { report.suite(&out) }
        out.end()
        return try out.finish()
    }

    private func suite(_ out: inout XMLTextOut) {
        let failures = checks.count { $0.outcome == .failed } + signatures.count { $0.outcome != .good }
        let skipped = checks.count { $0.outcome == .notChecked }
        out.start(
            "testsuite",
            [
                ("name", Diagnostic.printable("\(subject.rawValue) \(id ?? path)")), ("tests", String(checks.count + signatures.count + 1)),
                ("failures", String(failures + (verdict == .good ? 0 : 1))), ("errors", "0"), ("skipped", String(skipped)),
            ])
        for check in checks { Self.testCase(check, subject, &out) }
        for result in signatures {
            let name = "\(result.requirement.over.rawValue) \(result.requirement.role)"
            out.start("testcase", [("classname", "verify.signature"), ("name", name)])
            if result.outcome != .good { Self.note("failure", result.outcome.rawValue, result.sentence, text: "", &out) }
            out.end()
        }
        // A report in which nothing failed can still be worth nothing, as when nobody was trusted: no reader of test results may take it for good.
        out.start("testcase", [("classname", "verify.\(subject.rawValue)"), ("name", "verdict")])
        if verdict != .good { Self.note("failure", verdict.rawValue, sentence, text: "", &out) }
        out.end()
        out.end()
    }

    private static func testCase(_ check: VerificationCheck, _ subject: Subject, _ out: inout XMLTextOut) {
        out.start("testcase", [("classname", "verify.\(subject.rawValue)"), ("name", check.id.rawValue)])
        switch check.outcome {
        case .passed: break
        case .failed:
            note(
                "failure", check.diagnostics.first?.id ?? "verify.\(check.id.rawValue)", check.detail,
                text: check.diagnostics.map(\.description).joined(separator: "\n"), &out)
        case .notChecked: note("skipped", nil, check.detail, text: "", &out)
        }
        out.end()
    }

    private static func note(_ element: String, _ type: String?, _ message: String, text: String, _ out: inout XMLTextOut) {
        out.start(element, (type.map { [("type", $0)] } ?? []) + [("message", Diagnostic.printable(message))])
        out.text(text)
        out.end()
    }
}
