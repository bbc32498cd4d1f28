import StructuredText
import TestSupport
import Testing

/// One thing that is wrong in a workspace, and where the program must say so.
struct BadInput: Sendable, CustomTestStringConvertible {
    enum Content: Sendable {
        case text(String)
        case bytes([UInt8])
        case pipe
        case link(String)
    }

    var name: String
    var files: [(path: String, content: Content)]
    /// The diagnostic's place, with line and column where there is one.
    var place: String
    var id: String
    /// The nearest known name that the message must give.
    var suggestion: String?

    var testDescription: String { name }

    init(_ name: String, _ files: [(String, Content)], at place: String, _ id: String, suggests suggestion: String? = nil) {
        self.name = name
        self.files = files.map { (path: $0.0, content: $0.1) }
        self.place = place
        self.id = id
        self.suggestion = suggestion
    }

    /// A record beside the good ones.
    static func record(_ file: String) -> String { "\(SampleWorkspace.records)/\(file)" }

    /// A bad declaration beside a file that says nothing by itself.
    static func declared(_ name: String, _ declaration: Content, at place: String, _ id: String, suggests suggestion: String? = nil) -> BadInput {
        BadInput(
            name, [(record("bad.txt"), .text("A record.\n")), (record("bad.txt.evidence.yaml"), declaration)],
            at: "\(record("bad.txt.evidence.yaml"))\(place)", id, suggests: suggestion)
    }

    /// A bad file beside the good ones.
    static func file(_ file: String, _ content: Content, at place: String, _ id: String) -> BadInput {
        BadInput("\(file): \(id)", [(record(file), content)], at: "\(record(file))\(place)", id)
    }

    /// XML that is read through a declared mapping.
    static func xml(_ name: String, _ text: String, at place: String, _ id: String) -> BadInput {
        let declaration = """
            kind: incident-record
            observed: 2026-07-01/2026-10-01
            producer: Operations
            mapping:
              format: xml
              facts:
                title: { xpath: "/x" }

            """
        return BadInput(
            name, [(record("bad.xml"), .text(text)), (record("bad.xml.evidence.yaml"), .text(declaration))], at: "\(record("bad.xml"))\(place)", id)
    }

    /// A second system file, which is bad.
    static func system(_ name: String, _ content: Content, at place: String, _ id: String, suggests suggestion: String? = nil) -> BadInput {
        BadInput(name, [("systems/other.yaml", content)], at: "systems/other.yaml\(place)", id, suggests: suggestion)
    }

    func write(into folder: TemporaryFolder) throws {
        for (path, content) in files {
            switch content {
            case .text(let text): try folder.write(text, to: path)
            case .bytes(let bytes): try folder.write(bytes, to: path)
            case .pipe: try folder.makePipe(path)
            case .link(let target): try folder.link(path, to: target)
            }
        }
    }

    /// The one behaviour of all bad input: it is told with its place and a hint, the rest of the run is intact, and every output says that it is incomplete.
    func expectTold() throws {
        let workspace = try SampleWorkspace()
        try write(into: workspace.folder)
        let collected = try workspace.dossier("collect")
        #expect(collected.code == 5, "\(collected.text)\(collected.errors)")
        expectDiagnostic(in: collected.errors)

        let gaps = try workspace.gaps()
        #expect(gaps.outcome.code == 5)
        #expect(gaps.json["incomplete"]?.bool == true)
        let listed = (gaps.json["unread"]?.array ?? []) + (gaps.json["problems"]?.array ?? [])
        #expect(listed.contains { $0["id"]?.string == id }, "not listed by gaps: \(listed.map { $0["id"]?.string ?? "" })")

        let pack = try workspace.pack()
        #expect(pack.outcome.code == 5)
        #expect(pack.json.at(pointer: "/summary/incomplete")?.bool == true)
        #expect(pack.json.at(pointer: "/cover/status")?.string == "partial")
        let told = ["/unread", "/method/workspace-problems", "/method/record-problems"].flatMap { pack.json.at(pointer: $0)?.array ?? [] }
        #expect(told.contains { $0["id"]?.string == id }, "not told in the pack: \(told.map { $0["id"]?.string ?? "" })")
        let paths = SampleWorkspace.evidencePaths(pack.json)
        #expect(SampleWorkspace.goodPaths.allSatisfy(paths.contains), "the good files beside it are not all evidence: \(paths)")
    }

    /// A place given without its column stands for any column of the line, and for none.
    private func isAtPlace(_ line: Substring) -> Bool {
        guard line.hasPrefix(place) else { return false }
        let rest = line.dropFirst(place.utf8.count)
        if rest.hasPrefix(": error: ") { return true }
        let digits = rest.dropFirst().prefix { $0.isNumber }
        return place.last?.isNumber == true && rest.hasPrefix(":") && !digits.isEmpty && rest.dropFirst(1 + digits.count).hasPrefix(": error: ")
    }

    private func expectDiagnostic(in errors: String) {
        let lines = errors.split(separator: "\n")
        guard let at = lines.firstIndex(where: { isAtPlace($0) && $0.hasSuffix("[\(id)]") }) else {
            Issue.record("no '\(place): error: … [\(id)]' in:\n\(errors.prefix(1500))")
            return
        }
        #expect(lines.dropFirst(at + 1).first?.hasPrefix("  hint: ") == true, "no hint after: \(lines[at])")
        if let suggestion { #expect(lines[at].contains("did you mean '\(suggestion)'?"), "\(lines[at])") }
    }
}
