import ArgumentParser
import ControlFrameworks
import Diagnostics
import DurableStorage
import EvidenceCollection
import EvidenceLocker
import EvidenceModel
import EvidenceReaders
import Foundation
import Glibc
import StructuredText
import Workspaces

/// Shows what Dossier sees in files; nothing is stored.
struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what Dossier sees in a file: format, kind, observed period, facts and where they stand. Nothing is stored.",
        discussion: """
            Example: dossier inspect evidence/cloudtrail.json.gz; dossier inspect decisions.csv --map decision=approved --map label=repaid --attribute sex

            A declaration beside the file (FILE.evidence.yaml) is read with it.
            """)

    @Argument(help: "The files.", completion: .file())
    var files: [String]
    @Option(name: .customLong("as"), help: "Read as this format, whatever it looks like.")
    var asFormat: String?
    @Option(help: "The kind of evidence, where the file does not tell.")
    var kind: String?
    @Option(help: "ROLE=COLUMN for the generic readers, such as time=ts. May be given several times.")
    var map: [String] = []
    @Option(help: "A protected attribute to compare; several joined by '*' are an intersection. May be given several times.")
    var attribute: [String] = []
    @Option(help: "text or json.")
    var format: PlainFormat = .text

    func validate() throws {
        let formats = evidenceReaders.map(\.format)
        if let asFormat, !formats.contains(asFormat) {
            throw ValidationError("no format '\(asFormat)'\(suggestion(for: asFormat, among: formats)); use one of: \(formats.joined(separator: ", "))")
        }
        let kinds = FrameworkLibrary().vocabulary.names
        if let kind, !kinds.contains(kind) {
            throw ValidationError("no evidence kind '\(kind)'\(suggestion(for: kind, among: kinds)); use one of: \(kinds.joined(separator: ", "))")
        }
    }

    func run() throws {
        let library = FrameworkLibrary()
        let source = try declaration()
        var values: [Value] = []
        var failed = false
        let missing = files.filter { access($0, F_OK) != 0 }
        guard missing.isEmpty else {
            Console.report(missing.map(Diagnostic.noSuchFile))
            throw ExitCode(ExitStatus.missingInput.rawValue)
        }
        for file in files {
            let reading = read(file, source, library.vocabulary)
            failed = failed || !reading.reading.usable || reading.reading.diagnostics.contains { $0.severity == .error }
            Console.report(reading.reading.diagnostics)
            values.append(InspectionText.value(file, reading))
            if format == .text { Console.result(InspectionText.text(file, reading)) }
        }
        if format == .json { Console.result(Value.object([("schema", "dossier/inspect/1"), ("files", .list(values))]).prettyJSON) }
        try (failed ? ExitStatus.incomplete : .success).finish()
    }

    private func declaration() throws -> SourceDeclaration {
        var mapping: [String: String] = [:]
        for pair in map {
            let parts = pair.split(separator: "=", maxSplits: 1)
            guard parts.count == 2 else { throw ValidationError("'\(pair)' is no mapping; expected ROLE=COLUMN") }
            mapping[String(parts[0])] = String(parts[1])
        }
        return SourceDeclaration(
            path: "", kind: kind, format: asFormat, mapping: mapping, attributes: attribute, location: TextLocation(path: "the command line"))
    }

    private func read(_ file: String, _ source: SourceDeclaration, _ vocabulary: EvidenceVocabulary) -> ArtefactReading {
        do {
            let path = WorkspaceFiles.resolved(file) ?? file
            let artefact = try EvidenceSource(path: file) { try FileStream(path: path) }
            let beside = "\(path).evidence.yaml"
            let declared = try? readPrefix(of: FileStream(path: beside), limit: YAMLNode.maximumBytes + 1)
            return ArtefactReading(
                of: artefact,
                ArtefactReading.Context(vocabulary: vocabulary, source: source, declaration: declared.map { ("\(file).evidence.yaml", $0) }))
        } catch {
            let diagnostic = (error as? StorageFault)?.diagnostic ?? (error as? Diagnostic) ?? .cannotRead(file)
            return ArtefactReading(
                unreadable: Diagnostic(
                    id: "inspect.unreadable", severity: .error,
                    location: diagnostic.location.map { TextLocation(path: file, line: $0.line, column: $0.column) },
                    message: diagnostic.message, hint: diagnostic.hint))
        }
    }
}

extension Diagnostic {
    fileprivate static func noSuchFile(_ path: String) -> Self {
        Diagnostic(
            id: "inspect.missing", severity: .error, location: TextLocation(path: path), message: "there is no such file", hint: "check the path")
    }

    fileprivate static func cannotRead(_ path: String) -> Self {
        Diagnostic(
            id: "inspect.unreadable", severity: .error, location: TextLocation(path: path), message: "the file could not be read",
            hint: "check that it is a regular file that you may read")
    }
}

/// An inspection as text and as JSON.
enum InspectionText {
    static func value(_ path: String, _ reading: ArtefactReading) -> Value {
        .object([
            ("path", .string(path)), ("format", reading.format.map { .string($0) } ?? .null), ("kind", reading.kind.map { .string($0) } ?? .null),
            ("observed", reading.observed.map { .object([("from", .string($0.from.text)), ("to", .string($0.to.text))]) } ?? .null),
            ("observed-basis", .text(reading.observedBasis)), ("producer", .text(reading.producer)),
            ("classification", .string(reading.classification.rawValue)),
            (
                "facts",
                .list(
                    reading.reading.facts.map { fact in
                        .object([
                            ("name", .string(fact.name.text)), ("value", fact.value.value), ("unit", .text(fact.unit)), ("locator", .string(fact.locator.code)),
                        ])
                    })
            ),
            ("diagnostics", .list(reading.reading.diagnostics.map(\.value))),
        ])
    }

    static func text(_ path: String, _ reading: ArtefactReading) -> String {
        var lines = ["\(path)", "  format: \(reading.format ?? "not recognised")", "  kind: \(reading.kind ?? "unknown")"]
        lines.append("  observed: \(reading.observed.map { "\($0.words) (from the \(reading.observedBasis ?? "artefact"))" } ?? "not stated")")
        if let producer = reading.producer { lines.append("  producer: \(producer)") }
        for fact in reading.reading.facts {
            if case .table(let rows) = fact.value {
                lines.append("  \(fact.name): \(rows.count) row\(rows.count == 1 ? "" : "s")  \(fact.locator.code)")
                for row in rows.prefix(8) {
                    lines.append("    " + row.cells.map { "\($0.column)=\(short($0.value.text, 60))" }.joined(separator: "  ") + "  \(row.locator.code)")
                }
                if rows.count > 8 { lines.append("    … \(rows.count - 8) more") }
            } else {
                lines.append("  \(fact.name): \(short(fact.value.text, 160))\(fact.unit.map { " \($0)" } ?? "")  \(fact.locator.code)")
            }
        }
        let errors = reading.reading.diagnostics.count { $0.severity == .error }
        let warnings = reading.reading.diagnostics.count { $0.severity == .warning }
        lines.append("  \(reading.reading.facts.count) facts, \(errors) errors, \(warnings) warnings")
        return lines.map(Diagnostic.printable).joined(separator: "\n") + "\n"
    }

    private static func short(_ text: String, _ limit: Int) -> String { text.count > limit ? "\(text.prefix(limit))…" : text }
}
