public import ControlFrameworks
public import Diagnostics
import EvidenceModel
import StructuredText
public import Workspaces

/// Reads the statements of a workspace, `attestations/<id>.yaml`, and holds them against its systems and frameworks.
public struct AttestationFiles: Sendable {
    /// In the order of their ids.
    public private(set) var statements: [RequestedAttestation] = []
    /// What was wrong; a statement with a fault is left out.
    public private(set) var diagnostics: [Diagnostic] = []

    static let folder = "attestations"
    static let keys = ["attestation", "system", "framework", "controls", "period", "person", "role", "text"]
    /// More controls are never asked of one person at once.
    static let maximumControls = 200
    /// A name, role or number is never longer (bytes).
    static let maximumName = 200

    public init(workspace: Workspace, library: FrameworkLibrary) {
        var frameworks: [String: Framework] = [:]
        for name in workspace.files.names(in: Self.folder) where name.hasSuffix(".yaml") {
            let path = "\(Self.folder)/\(name)"
            let decoder = AttestationDecoder(workspace: workspace, library: library)
            do throws(Diagnostic) {
                guard let node = try YAMLNode.parse(try workspace.files.read(path), path: path), !node.isNull else { throw .emptyStatement(path) }
                let statement = decoder.decode(node, id: String(name.dropLast(5)), &frameworks)
                if let statement, decoder.reader.diagnostics.isEmpty { statements.append(statement) }
            } catch {
                diagnostics.append(error)
            }
            diagnostics += decoder.reader.diagnostics
        }
    }

    /// The statement of that id.
    /// - Throws: a `Diagnostic` with the nearest known id.
    public func statement(_ id: String) throws(Diagnostic) -> RequestedAttestation {
        if let found = statements.first(where: { isSame($0.id, id) }) { return found }
        // A file with a fault is left out: its own fault is the answer.
        if let fault = diagnostics.first(where: { $0.location.map { isSame($0.path, "\(Self.folder)/\(id).yaml") } ?? false }) { throw fault }
        throw .unknownStatement(id, known: statements.map(\.id))
    }
}

/// Decodes one statement strictly.
struct AttestationDecoder {
    let workspace: Workspace
    let library: FrameworkLibrary
    let reader = YAMLMapReader(subject: "attestation")

    /// - Parameter frameworks: those loaded so far, by id.
    func decode(_ node: YAMLNode, id: String, _ frameworks: inout [String: Framework]) -> RequestedAttestation? {
        guard let map = reader.map(node, keys: AttestationFiles.keys, what: "an attestation") else { return nil }
        let own = reader.text(map["attestation"], "attestation", in: node)
        let system = reader.text(map["system"], "system", in: node)
        let name = reader.text(map["framework"], "framework", in: node)
        let period = period(map["period"], in: node)
        let person = shortText(map["person"], "person", in: node)
        let role = shortText(map["role"], "role", in: node)
        let text = wording(map["text"], in: node)
        if let own { checkID(own, id, map["attestation"]?.location) }
        if let system { checkSystem(system, map["system"]?.location) }
        let framework = name.flatMap { load($0, map["framework"]?.location, &frameworks) }
        let controls = controls(map["controls"], in: node, framework)
        guard let system, let framework, let period, let person, let role, let text else { return nil }
        return RequestedAttestation(
            id: id, system: system, framework: framework.id, controls: controls, period: period, person: person, role: role, text: text,
            location: node.location)
    }

    private func checkID(_ own: String, _ id: String, _ location: TextLocation?) {
        guard RequestedAttestation.isID(own) else {
            reader.report(
                "bad-id", location, "found the id '\(own)'; expected 1 to 64 of 'a' to 'z', '0' to '9' and '-', the first no '-'",
                hint: "choose an id such as oversight-2026-q3, and name the file after it")
            return
        }
        if !isSame(own, id) {
            reader.report(
                "other-id", location, "the id is '\(own)' in the file '\(id).yaml'; expected the file's name",
                hint: "write 'attestation: \(id)', or rename the file")
        }
    }

    private func checkSystem(_ system: String, _ location: TextLocation?) {
        guard !workspace.systems.contains(where: { isSame($0.id, system) }) else { return }
        let known = workspace.systems.map(\.id)
        reader.report(
            "unknown-system", location, "no system '\(system)'\(suggestion(for: system, among: known))", hint: "use one of: \(known.joined(separator: ", "))")
    }

    private func load(_ name: String, _ location: TextLocation?, _ frameworks: inout [String: Framework]) -> Framework? {
        if let loaded = frameworks[name.lowercased()] { return loaded }
        do throws(DiagnosticList) {
            let framework = try library.framework(named: name)
            frameworks[name.lowercased()] = framework
            return framework
        } catch {
            for var diagnostic in error.diagnostics {
                diagnostic.location = diagnostic.location ?? location
                reader.append([diagnostic])
            }
            return nil
        }
    }

    private func controls(_ node: YAMLNode?, in owner: YAMLNode, _ framework: Framework?) -> [String] {
        guard let node else {
            reader.report("missing-key", owner.location, "'controls' is missing", hint: "add 'controls: [ NUMBER ]'")
            return []
        }
        let items = node.text == nil ? reader.list(node, "controls") : [node]
        if items.isEmpty { reader.report("no-controls", node.location, "'controls' is empty; expected numbers", hint: "add 'controls: [ NUMBER ]'") }
        guard items.count <= AttestationFiles.maximumControls else {
            reader.report(
                "too-many-controls", node.location, "found \(items.count) controls; expected at most \(AttestationFiles.maximumControls)",
                hint: "name the control above them, or write several statements")
            return []
        }
        var found: [ControlID] = []
        for item in items {
            guard let written = reader.optionalText(item, "controls"), let framework else { continue }
            guard let control = framework.control(ControlID(written)), !control.isDeleted else {
                let known = framework.controls.map(\.id.text)
                reader.report(
                    "unknown-control", item.location, "'\(framework.id)' has no control '\(written)'\(suggestion(for: written, among: known))",
                    hint: "use a number that 'dossier frameworks show \(framework.id)' lists")
                continue
            }
            if found.contains(control.id) {
                reader.report("control-twice", item.location, "control '\(written)' is named twice", hint: "keep one of them")
            } else {
                found.append(control.id)
            }
        }
        return found.map(\.text)
    }
}

extension AttestationDecoder {
    private func period(_ node: YAMLNode?, in owner: YAMLNode) -> Period? {
        guard let text = reader.text(node, "period", in: owner) else { return nil }
        if let period = Period(text, timeZone: workspace.timeZone) { return period }
        reader.report(
            "not-a-period", node?.location, "'period' is '\(text)', not a period", hint: "write 2026-Q3, 2026-09 or 2026-07-01/2026-10-01 (end not included)")
        return nil
    }

    private func shortText(_ node: YAMLNode?, _ key: String, in owner: YAMLNode) -> String? {
        guard let text = reader.text(node, key, in: owner) else { return nil }
        guard text.utf8.count <= AttestationFiles.maximumName, !text.unicodeScalars.contains(where: { isHidden($0) || $0 == "\n" || $0 == "\t" }) else {
            reader.report(
                "not-a-name", node?.location, "'\(key)' is longer than \(AttestationFiles.maximumName) bytes, or not on one line of plain characters",
                hint: "write the \(key) on one line")
            return nil
        }
        return text
    }

    /// The words themselves. Characters that show differently from what is hashed are refused: a person must see what they sign.
    private func wording(_ node: YAMLNode?, in owner: YAMLNode) -> String? {
        guard let text = reader.text(node, "text", in: owner) else { return nil }
        guard text.utf8.count <= RequestedAttestation.maximumText else {
            reader.report(
                "text-too-long", node?.location, "the text has \(text.utf8.count) bytes; expected at most \(RequestedAttestation.maximumText)",
                hint: "keep what is to be stated, and refer to documents by name")
            return nil
        }
        guard let hidden = text.unicodeScalars.first(where: isHidden) else { return text }
        reader.report(
            "hidden-character", node?.location,
            "the text holds the character U+\(String(hidden.value, radix: 16, uppercase: true)), which shows as nothing or turns the text around",
            hint: "write the text without it")
        return nil
    }
}

/// Control characters but for line breaks and tabs, and what turns the direction of a text.
func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A: false
    case 0..<0x20, 0x7F..<0xA0, 0xAD, 0x061C, 0x200B, 0x200E...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF, 0xE0000...0xE007F: true
    default: false
    }
}

extension Diagnostic {
    fileprivate static func emptyStatement(_ path: String) -> Self {
        Diagnostic(
            id: "attestation.empty-file", severity: .error, location: TextLocation(path: path, line: 1, column: 1),
            message: "the file says nothing; expected an attestation", hint: "write it, or delete the file")
    }

    fileprivate static func unknownStatement(_ id: String, known: [String]) -> Self {
        Diagnostic(
            id: "attestation.unknown", severity: .error, location: TextLocation(path: AttestationFiles.folder),
            message: "no attestation '\(id)'\(suggestion(for: id, among: known))",
            hint: known.isEmpty ? "write attestations/ID.yaml" : "use one of: \(known.joined(separator: ", "))")
    }
}
