public import Diagnostics
public import EvidenceModel
public import Foundation
public import StructuredText

/// An organisation's workspace: `dossier.yaml`, its systems and its exceptions.
public struct Workspace: Sendable {
    public let files: WorkspaceFiles
    public var organisation: String
    public var timeZone: TimeZone?
    public var defaults: Defaults
    /// The name of the ledger (C2SP tlog-checkpoint: a URL without its scheme, which need not resolve); that of a client has `/CLIENT` behind it.
    public var ledger: String
    /// What must be signed by whom, and what is kept how long, as written; their own modules decode them.
    public var signing: YAMLNode?
    public var retention: YAMLNode?
    /// Who signs packs: names and roles as the cover prints them.
    public var signers: [Signer]
    /// In the order of their ids.
    public var systems: [AISystem]
    /// In the order of their ids.
    public var exceptions: [GapException]
    /// What was wrong in systems and exceptions; a system with an error is left out.
    public var diagnostics: [Diagnostic]

    /// What commands take when the command line does not say.
    public struct Defaults: Sendable {
        public var frameworks: [String] = []
        public var period: String?
        public var classification: Classification = .internal
    }

    public struct Signer: Hashable, Sendable {
        public var name: String
        public var role: String
    }

    /// The name of the file that makes a folder a workspace.
    public static let marker = "dossier.yaml"

    /// The nearest folder, going up from a path, that holds `dossier.yaml`.
    public static func find(from path: String) -> String? {
        guard var folder = WorkspaceFiles.resolved(path) else { return nil }
        while true {
            if WorkspaceFiles(root: folder).exists(marker) { return folder }
            guard folder != "/", let slash = folder.lastIndex(of: "/") else { return nil }
            folder = slash == folder.startIndex ? "/" : String(folder[..<slash])
        }
    }

    /// Loads a workspace.
    /// - Throws: a `DiagnosticList` when `dossier.yaml` cannot be used.
    public static func load(_ root: String) throws(DiagnosticList) -> Workspace {
        let files = WorkspaceFiles(root: root)
        let decoder = WorkspaceDecoder()
        var workspace: Workspace
        do throws(Diagnostic) {
            let bytes = try files.read(marker)
            guard let node = try YAMLNode.parse(bytes, path: marker) else { throw .emptyWorkspace }
            guard let decoded = decoder.workspace(node, files: files) else { throw .emptyWorkspace }
            workspace = decoded
        } catch {
            throw DiagnosticList(decoder.reader.diagnostics.isEmpty ? [error] : decoder.reader.diagnostics)
        }
        if !decoder.reader.diagnostics.isEmpty { throw DiagnosticList(decoder.reader.diagnostics) }
        for name in files.names(in: "systems") where name.hasSuffix(".yaml") {
            let decoder = WorkspaceDecoder(timeZone: workspace.timeZone, defaults: workspace.defaults)
            let path = "systems/\(name)"
            if let node = parse(path, files, &workspace.diagnostics), let system = decoder.system(node, id: String(name.dropLast(5))) {
                workspace.systems.append(system)
            }
            workspace.diagnostics += decoder.reader.diagnostics
        }
        for name in files.names(in: "exceptions") where name.hasSuffix(".yaml") {
            let decoder = WorkspaceDecoder(timeZone: workspace.timeZone, defaults: workspace.defaults)
            let path = "exceptions/\(name)"
            if let node = parse(path, files, &workspace.diagnostics) { workspace.exceptions += decoder.exceptions(node) }
            workspace.diagnostics += decoder.reader.diagnostics
        }
        workspace.exceptions.sort { $0.id < $1.id }
        return workspace
    }

    private static func parse(_ path: String, _ files: WorkspaceFiles, _ diagnostics: inout [Diagnostic]) -> YAMLNode? {
        do throws(Diagnostic) {
            guard let node = try YAMLNode.parse(try files.read(path), path: path), !node.isNull else { throw .emptyFile(path) }
            return node
        } catch {
            diagnostics.append(error)
            return nil
        }
    }

    /// Where a client's evidence is kept, relative to the root; that of no client is kept in `locker`.
    public static func lockerPath(of client: String?) -> String { client.map { "locker/clients/\($0)" } ?? "locker" }

    /// The name of a client's ledger.
    public func ledgerName(of client: String?) -> String { client.map { "\(ledger)/\($0)" } ?? ledger }

    /// The clients of the systems, each once, in byte order; `nil` stands for systems without one.
    public func clients(of systems: [AISystem]) -> [String?] {
        let named = Set(systems.compactMap(\.client)).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        return (systems.contains { $0.client == nil } ? [nil] : []) + named
    }

    /// The system of that id.
    public func system(_ id: String) -> AISystem? { systems.first { $0.id == id } }

    /// The YAML files below `frameworks/`, or the files below `templates/`.
    /// - Throws: the `Diagnostic` of the first file that cannot be read.
    public func overrides(in folder: String) throws(Diagnostic) -> [(path: String, bytes: [UInt8])] {
        var found: [(path: String, bytes: [UInt8])] = []
        for name in files.names(in: folder) {
            for file in files.names(in: "\(folder)/\(name)") {
                let path = "\(folder)/\(name)/\(file)"
                found.append((path, try files.read(path)))
            }
        }
        return found
    }
}

extension Diagnostic {
    fileprivate static func emptyFile(_ path: String) -> Self {
        Diagnostic(
            id: "workspace.empty-file", severity: .error, location: TextLocation(path: path, line: 1, column: 1),
            message: "the file says nothing; expected a system or an exception", hint: "write it, or delete the file")
    }

    fileprivate static var emptyWorkspace: Self {
        Diagnostic(
            id: "workspace.empty", severity: .error, location: TextLocation(path: Workspace.marker, line: 1, column: 1),
            message: "the file says nothing; expected the organisation's name", hint: "write 'organisation: NAME', or run 'dossier init'")
    }
}
