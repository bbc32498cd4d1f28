import BuiltIns
import Diagnostics
import LibXML
import ReportModel
import StructuredText

/// Writes the report as XML in a namespace of its own, and validates it against the schema that ships with it.
///
/// The tree's names become elements: a map's members in their order, a list as an element that holds one element for each item. Values that are absent have no
/// element. What XML 1.0 cannot hold is replaced by U+FFFD.
struct XMLWriter: ReportWriter {
    let format = "xml"
    /// The namespace of the pack and of its schema.
    static let namespace = "urn:dossier:pack:1"
    /// Where the schema ships.
    static let schemaPath = "Templates/xml/pack.xsd"

    func write(_ report: Report, _ library: TemplateLibrary) throws -> [OutputFile] {
        var out = XMLTextOut(indent: 1)
        out.start("pack", [("xmlns", Self.namespace)])
        for member in report.tree.members ?? [] { Self.element(member.key, member.value, into: &out) }
        out.end()
        let bytes = try out.finish()
        guard let schema = BuiltInFiles.bytes(of: Self.schemaPath) else { throw DiagnosticList([.noSchema]) }
        let compiled = XMLSchemaValidator.compile(schema, path: Self.schemaPath)
        guard let validator = compiled.validator else { throw DiagnosticList(compiled.diagnostics) }
        let faults = validator.validate(bytes, path: "report.xml")
        guard faults.isEmpty else { throw DiagnosticList([.invalid] + faults.prefix(5)) }
        return [OutputFile(path: "report.xml", bytes: bytes), OutputFile(path: "pack.xsd", bytes: schema)]
    }

    /// The element of one item, by the name of its list.
    private static let items = [
        "frameworks": "framework", "roles": "role", "jurisdictions": "jurisdiction", "signers": "signer", "top-gaps": "gap", "rules": "rule",
        "limitations": "limitation", "unread": "file", "record-problems": "problem", "workspace-problems": "problem", "not-applicable": "control",
        "overview": "framework", "groups": "group", "controls": "control", "counts": "count", "gaps": "gap", "exceptions": "exception",
        "attestations": "attestation",
        "evidence": "item", "how-to-verify": "step", "redactions": "redaction", "retirements": "retirement", "verdicts": "change", "reasons": "reason",
        "expired-exceptions": "exception",
        "crosswalk": "reference", "requirements": "requirement", "kinds": "kind", "checks": "check", "shortfalls": "shortfall",
        "findings": "finding", "set-aside": "item", "holes": "hole",
    ]

    private static func element(_ name: String, _ value: Value, into out: inout XMLTextOut) {
        switch value {
        case .null: return
        case .map(let members):
            out.start(name)
            for member in members { element(member.key, member.value, into: &out) }
            out.end()
        case .list(let values):
            out.start(name)
            for item in values { element(items[name] ?? "item", item, into: &out) }
            out.end()
        case .string(let text): out.element(name, text: text)
        case .bool(let flag): out.element(name, text: flag ? "true" : "false")
        case .int(let number): out.element(name, text: String(number))
        case .number(let number): out.element(name, text: jsonNumber(number))
        }
    }
}

extension Diagnostic {
    fileprivate static var noSchema: Self {
        Diagnostic(
            id: "pack.no-schema", severity: .error, message: "the program carries no schema for the pack; expected '\(XMLWriter.schemaPath)'",
            hint: "build the program again after running Sources/CBuiltIns/regenerate.sh")
    }

    fileprivate static var invalid: Self {
        Diagnostic(
            id: "pack.invalid-xml", severity: .error, message: "the XML pack does not follow its own schema; this is our fault",
            hint: "report this with the faults below")
    }
}
