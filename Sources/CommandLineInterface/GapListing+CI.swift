import ControlFrameworks
import Diagnostics
import EvidenceModel
import GapAnalysis
import ReportModel
import StructuredText
import Workspaces

/// The formats that pipelines read.
extension GapListing {
    private var open: [Entry] { entries.filter(\.isOpen) }

    private func message(_ entry: Entry) -> String {
        let texts = entry.shortfalls.map { "\($0.reason.rawValue): \($0.text). Next: \($0.remedy)" }
        return "\(entry.control.control.title): \(entry.control.verdict.rawValue). " + (texts.isEmpty ? entry.explanation : texts.joined(separator: " "))
    }

    private func rule(_ entry: Entry) -> String { "\(entry.assessment.framework.id)/\(entry.control.control.id)" }

    var markdown: String {
        var out = "# Gaps\n"
        for report in reports {
            for assessment in report.assessments {
                out += "\n## \(cell(report.system.name)), \(assessment.framework.id), \(report.period.label)\n\n"
                out += "As of \(report.asOf.text). In force: \(line(assessment.inForce)). Readiness: \(line(assessment.readiness)).\n\n"
                if !assessment.isEvaluated { out += "**Nothing was evaluated.**\n\n" }
                out += "| Control | Title | Verdict | Binds | What is missing | Next |\n| --- | --- | --- | --- | --- | --- |\n"
                for entry in open where entry.report.system.id == report.system.id && entry.assessment.framework.id == assessment.framework.id {
                    let control = entry.control
                    let missing = entry.shortfalls.isEmpty ? entry.explanation : entry.shortfalls.map(\.text).joined(separator: "; ")
                    out += "| \(cell(control.control.id.text)) | \(cell(control.control.title)) | \(control.verdict.rawValue) "
                    out +=
                        "| \(control.binding.isInForce ? "now" : "later") | \(cell(missing)) | \(cell(entry.shortfalls.map(\.remedy).joined(separator: " "))) |\n"
                }
            }
        }
        let faults = faults
        guard !faults.isEmpty else { return out }
        out += "\n## Incomplete\n\n| Where | What could not be read, or was read with errors | Next |\n| --- | --- | --- |\n"
        for fault in faults {
            out += "| \(cell(fault.place)) | \(cell("\(fault.problem.message) [\(fault.problem.id)]")) | \(cell(fault.problem.hint ?? "")) |\n"
        }
        return out
    }

    private func line(_ counts: VerdictCounts) -> String {
        "\(counts[.met]) of \(counts.applicable) applicable controls met, \(counts.evaluated) evaluated"
    }

    /// Text for a Markdown table cell: nothing in it can end the cell or make markup.
    private func cell(_ text: String) -> String {
        var out = ""
        for character in Diagnostic.printable(text) {
            switch character {
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "&": out += "&amp;"
            case "|", "*", "_", "`", "[", "]", "\\", "#", "!": out += "\\\(character)"
            default: out.append(character)
            }
        }
        return out
    }

    /// Workflow commands (`::error file=…`), one for what could not be read, one a gap; gaps that do not bind yet are notices.
    var github: String {
        let unread = faults.map { fault in
            let line = fault.line.map { ",line=\($0)" } ?? ""
            return "::error file=\(property(fault.path))\(line),title=\(property("dossier/\(fault.problem.id)"))::\(data(fault.text))"
        }
        let gaps = open.map { entry in
            let level =
                !entry.control.binding.isInForce || entry.control.verdict == .notAssessed ? "notice" : entry.control.verdict == .partlyMet ? "warning" : "error"
            let line = entry.place.line.map { ",line=\($0)" } ?? ""
            return "::\(level) file=\(property(entry.place.path))\(line),title=\(property(rule(entry)))::\(data(message(entry)))"
        }
        return (unread + gaps).joined(separator: "\n")
    }

    private func data(_ text: String) -> String {
        Diagnostic.printable(text).replacing("%", with: "%25").replacing("\r", with: "%0D").replacing("\n", with: "%0A")
    }

    private func property(_ text: String) -> String { data(text).replacing(":", with: "%3A").replacing(",", with: "%2C") }

    /// SARIF 2.1.0: one rule a control, one result a gap; excepted gaps are suppressed results.
    var sarif: Value {
        let listed = entries.filter { $0.isOpen || $0.control.verdict == .excepted }
        var seen: Set<String> = []
        let rules = listed.filter { seen.insert(rule($0)).inserted }.map { entry -> Value in
            .object([
                ("id", .string(rule(entry))), ("shortDescription", .object([("text", .string(entry.control.control.title))])),
                ("fullDescription", .object([("text", .string(entry.control.control.asks))])),
                ("help", .object([("text", .string(entry.control.control.cite))])),
            ])
        }
        let results = listed.map { entry -> Value in
            let level =
                entry.control.verdict == .partlyMet ? "warning" : entry.control.verdict == .notAssessed || !entry.control.binding.isInForce ? "note" : "error"
            return .object([
                ("ruleId", .string(rule(entry))), ("level", .string(level)), ("message", .object([("text", .string(message(entry)))])),
                (
                    "locations",
                    [
                        .object([
                            (
                                "physicalLocation",
                                .object([
                                    ("artifactLocation", .object([("uri", .string(uri(entry.place.path)))])),
                                    ("region", .object([("startLine", .int(max(1, entry.place.line ?? 1)))])),
                                ])
                            )
                        ])
                    ]
                ),
                ("suppressions", entry.control.exception.map { [.object([("kind", "external"), ("justification", .string($0.reason))])] }),
                (
                    "properties",
                    .object([
                        ("system", .string(entry.report.system.id)), ("verdict", .string(entry.control.verdict.rawValue)),
                        ("in-force", .bool(entry.control.binding.isInForce)), ("reasons", .list(entry.control.reasons.map { .string($0.rawValue) })),
                    ])
                ),
            ])
        }
        return .object([
            ("$schema", "https://json.schemastore.org/sarif-2.1.0.json"), ("version", "2.1.0"),
            (
                "runs",
                [
                    .object([
                        (
                            "tool",
                            .object([
                                ("driver", .object([("name", "dossier"), ("version", .string(DossierCommand.version)), ("rules", .list(rules))]))
                            ])
                        ), ("invocations", [invocationValue]), ("results", .list(results)),
                    ])
                ]
            ),
        ])
    }

    func uri(_ path: String) -> String {
        var out = ""
        for byte in path.utf8 {
            let scalar = Unicode.Scalar(byte)
            let plain = byte < 0x80 && (scalar.properties.isAlphabetic || (0x30...0x39).contains(byte) || "-._~/".unicodeScalars.contains(scalar))
            out += plain ? String(Character(scalar)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }
        return out
    }

    /// JUnit: one suite a system and framework, one case a control; what is excepted or not applicable is skipped.
    var junit: String {
        var out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"dossier\">\n"
        for report in reports {
            for assessment in report.assessments {
                let listed = entries.filter { $0.report.system.id == report.system.id && $0.assessment.framework.id == assessment.framework.id }
                let failures = listed.count { $0.control.verdict.isGap }
                let skipped = listed.count { [.notApplicable, .excepted, .notAssessed].contains($0.control.verdict) }
                out += "  <testsuite name=\"\(xml("\(report.system.id) \(assessment.framework.id)"))\" tests=\"\(listed.count)\" failures=\"\(failures)\" "
                out += "errors=\"0\" skipped=\"\(skipped)\">\n"
                for entry in listed {
                    let open =
                        "    <testcase classname=\"\(xml("\(report.system.id).\(assessment.framework.id)"))\" name=\"\(xml(entry.control.control.id.text))\""
                    if entry.control.verdict.isGap {
                        out +=
                            "\(open)>\n      <failure type=\"\(xml(entry.control.verdict.rawValue))\" message=\"\(xml(message(entry)))\"/>\n    </testcase>\n"
                    } else if entry.control.verdict == .met {
                        out += "\(open)/>\n"
                    } else {
                        out +=
                            "\(open)>\n      <skipped message=\"\(xml("\(entry.control.verdict.rawValue): \(entry.control.applicability ?? entry.explanation)"))\"/>\n    </testcase>\n"
                    }
                }
                out += "  </testsuite>\n"
            }
        }
        let faults = faults
        if !faults.isEmpty {
            out += "  <testsuite name=\"dossier evidence\" tests=\"\(faults.count)\" failures=\"0\" errors=\"\(faults.count)\" skipped=\"0\">\n"
            for fault in faults {
                out += "    <testcase classname=\"\(xml("\(fault.system).evidence"))\" name=\"\(xml(fault.place))\">\n"
                out += "      <error type=\"\(xml(fault.problem.id))\" message=\"\(xml(fault.text))\"/>\n    </testcase>\n"
            }
            out += "  </testsuite>\n"
        }
        return out + "</testsuites>\n"
    }

    /// Text for an XML attribute. The two non-characters of the first plane are the only others that XML 1.0 forbids (section 2.2).
    private func xml(_ text: String) -> String {
        Diagnostic.printable(text).replacing("\u{FFFE}", with: "\\u{FFFE}").replacing("\u{FFFF}", with: "\\u{FFFF}")
            .replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
    }
}
