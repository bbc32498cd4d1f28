import BuiltIns
import Crypto
public import Diagnostics
public import EvidenceModel
import StructuredText

/// The frameworks and evidence kinds at hand: those that ship, and those that a workspace adds or overrides.
public struct FrameworkLibrary: Sendable {
    public let vocabulary: EvidenceVocabulary
    private let kinds: [DefinitionFile]
    /// The ids in order.
    public let ids: [String]
    /// What was wrong with evidence kinds; what is wrong with a framework comes when it is loaded.
    public let diagnostics: [Diagnostic]

    private let folders: [String: Folder]

    private struct Folder: Sendable {
        var files: [DefinitionFile]
        var isFromWorkspace: Bool
    }

    public static let kindsFolder = "evidence-kinds"
    /// Folders beside the frameworks that hold definitions of another sort; their own modules read them.
    private static let otherFolders = ["retention"]

    /// - Parameter workspace: the files under the workspace's `frameworks/`, each path beginning with the framework's folder. A folder replaces the
    ///   shipped one of the same name as a whole; kinds are replaced or added one by one.
    public init(workspace: [DefinitionFile] = []) {
        var folders: [String: Folder] = [:]
        var kinds: [String: DefinitionFile] = [:]
        func add(_ file: DefinitionFile, folder: String, name: String, isFromWorkspace: Bool) {
            guard name.hasSuffix(".yaml"), !Self.otherFolders.contains(folder) else { return }
            if folder == Self.kindsFolder {
                kinds[name] = file
            } else if folders[folder]?.isFromWorkspace == isFromWorkspace {
                folders[folder]?.files.append(file)
            } else {
                folders[folder] = Folder(files: [file], isFromWorkspace: isFromWorkspace)
            }
        }
        for file in BuiltInFiles.files(under: "Frameworks") {
            let parts = file.path.split(separator: "/").map(String.init)
            guard parts.count == 3 else { continue }
            add(DefinitionFile(path: file.path, bytes: file.bytes), folder: parts[1], name: parts[2], isFromWorkspace: false)
        }
        for file in workspace.sorted(by: { $0.path < $1.path }) {
            let parts = file.path.split(separator: "/").map(String.init)
            guard parts.count >= 2 else { continue }
            // Frameworks are asked for without regard to case.
            add(file, folder: parts[parts.count - 2].lowercased(), name: parts[parts.count - 1], isFromWorkspace: true)
        }
        self.kinds = kinds.keys.sorted().compactMap { kinds[$0] }
        let loaded = EvidenceVocabulary.load(self.kinds)
        vocabulary = loaded.vocabulary
        diagnostics = loaded.diagnostics
        self.folders = folders
        ids = folders.keys.sorted()
    }

    /// Loads one framework, by its id in whatever case.
    /// - Throws: a `DiagnosticList` when there is none of that name, or when its definition has an error.
    public func framework(named name: String) throws(DiagnosticList) -> Framework {
        let loaded = load(name)
        guard let framework = loaded.framework, !loaded.diagnostics.contains(where: { $0.severity == .error }) else {
            throw DiagnosticList(loaded.diagnostics)
        }
        return framework
    }

    /// Loads one framework and says all that is wrong with it.
    public func load(_ name: String) -> (framework: Framework?, diagnostics: [Diagnostic]) {
        guard let folder = folders[name.lowercased()] else { return (nil, [.unknownFramework(name, known: ids)]) }
        let decoder = FrameworkDecoder(vocabulary: vocabulary)
        let framework = decoder.decode(folder.files, digest: Self.digest(folder.files), isFromWorkspace: folder.isFromWorkspace)
        return (framework, decoder.reader.diagnostics)
    }

    /// The files of a framework, or of the evidence kinds, with their names in its folder.
    public func files(of name: String) -> [DefinitionFile] {
        let files = name == Self.kindsFolder ? kinds : folders[name.lowercased()]?.files ?? []
        return files.map { DefinitionFile(path: $0.path.split(separator: "/").suffix(2).joined(separator: "/"), bytes: $0.bytes) }
    }

    /// Crosswalk references that lead nowhere.
    public func danglingCrosswalks(of framework: Framework) -> [Diagnostic] {
        var loaded: [String: Framework] = [:]
        return framework.controls.flatMap(\.crosswalk).compactMap { reference in
            if loaded[reference.framework] == nil { loaded[reference.framework] = load(reference.framework).framework }
            guard let other = loaded[reference.framework] else {
                return .danglingCrosswalk(reference, "no framework '\(reference.framework)'\(suggestion(for: reference.framework, among: ids))")
            }
            if other.control(reference.control) != nil { return nil }
            let known = other.controls.map(\.id.text)
            return .danglingCrosswalk(
                reference, "'\(reference.framework)' has no control '\(reference.control)'\(suggestion(for: reference.control.text, among: known))")
        }
    }

    /// Over each file's name, length and bytes, so that neither renaming nor moving a boundary goes unseen.
    private static func digest(_ files: [DefinitionFile]) -> String {
        var hash = SHA256()
        for file in files {
            let name = file.path.split(separator: "/").suffix(2).joined(separator: "/")
            hash.update(data: Array("\(name)\n\(file.bytes.count)\n".utf8))
            hash.update(data: file.bytes)
        }
        return "sha256:" + hash.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

extension Diagnostic {
    fileprivate static func unknownFramework(_ name: String, known: [String]) -> Self {
        Diagnostic(
            id: "framework.unknown", severity: .error, message: "no framework '\(name)'\(suggestion(for: name, among: known))",
            hint: "use one of: \(known.joined(separator: ", ")); a workspace adds its own under frameworks/")
    }

    fileprivate static func danglingCrosswalk(_ reference: CrosswalkReference, _ message: String) -> Self {
        Diagnostic(
            id: "framework.dangling-crosswalk", severity: .error, location: reference.location, message: "the crosswalk leads nowhere: \(message)",
            hint: "correct the reference, or leave it out")
    }
}
