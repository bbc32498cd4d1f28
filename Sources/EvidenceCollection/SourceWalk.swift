import Diagnostics
import EvidenceModel
import Glibc
import Workspaces

/// Finds the files that a source names, in byte order, and refuses what is no plain file inside the workspace.
struct SourceWalk {
    let files: WorkspaceFiles
    /// A source with more files than this is refused.
    static let maximumFiles = 100_000
    static let maximumDepth = 32

    /// One thing found.
    enum Found {
        case file(path: String)
        /// Something that is there and cannot be evidence.
        case refused(path: String, Diagnostic)
    }

    /// What a source's path leads to; nothing found is a diagnostic.
    func files(of source: SourceDeclaration) -> (found: [Found], diagnostics: [Diagnostic]) {
        var found: [Found] = []
        let starts = expand(source.path.split(separator: "/").map(String.init))
        for start in starts {
            if isReachedInside(start) { visit(start, depth: 0, into: &found) } else { found.append(.refused(path: start, .linkOutside(start))) }
        }
        if found.isEmpty { return ([], [.nothingFound(source)]) }
        if found.count > Self.maximumFiles { return ([], [.tooMany(source)]) }
        return (found, [])
    }

    /// Every path that the parts match, `*` standing for any part of one name.
    private func expand(_ parts: [String]) -> [String] {
        var paths = [""]
        for part in parts where part != "." {
            paths = paths.flatMap { base -> [String] in
                let join = { (name: String) in base.isEmpty ? name : "\(base)/\(name)" }
                guard part.contains("*") else { return [join(part)] }
                return files.names(in: base).filter { fnmatch(part, $0, 0) == 0 }.map(join)
            }
        }
        return paths
    }

    /// False when a folder on the way to the path is a link that leads out of the workspace.
    private func isReachedInside(_ path: String) -> Bool {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")), let folder = WorkspaceFiles.resolved("\(files.root)/\(path[..<slash])")
        else { return true }
        return files.isInside(folder)
    }

    private func visit(_ path: String, depth: Int, into found: inout [Found]) {
        guard found.count <= Self.maximumFiles else { return }
        var status = stat()
        guard lstat("\(files.root)/\(path)", &status) == 0 else {
            // A path that was written out leads to nothing; a name that was listed and cannot be found again is no UTF-8.
            if path.unicodeScalars.contains("\u{FFFD}") { found.append(.refused(path: path, .nameIsNotText(path))) }
            return
        }
        var kind = status.st_mode & S_IFMT
        if kind == S_IFLNK {
            guard let target = WorkspaceFiles.resolved("\(files.root)/\(path)") else {
                found.append(.refused(path: path, .brokenLink(path)))
                return
            }
            guard files.isInside(target) else {
                found.append(.refused(path: path, .linkOutside(path)))
                return
            }
            guard stat(target, &status) == 0 else { return }
            kind = status.st_mode & S_IFMT
            // A link to a folder inside would be collected twice, or without end.
            if kind == S_IFDIR {
                found.append(.refused(path: path, .linkedFolder(path)))
                return
            }
        }
        switch kind {
        case S_IFREG: if !path.hasSuffix(EvidenceDeclaration.suffix) { found.append(.file(path: path)) } else { orphan(path, into: &found) }
        case S_IFDIR:
            guard depth < Self.maximumDepth else {
                found.append(.refused(path: path, .tooDeep(path)))
                return
            }
            guard access("\(files.root)/\(path)", R_OK | X_OK) == 0 else {
                found.append(.refused(path: path, .closedFolder(path)))
                return
            }
            for name in files.names(in: path) { visit("\(path)/\(name)", depth: depth + 1, into: &found) }
        default: found.append(.refused(path: path, .notRegular(path)))
        }
    }

    /// A declaration beside nothing.
    private func orphan(_ path: String, into found: inout [Found]) {
        let artefact = String(path.dropLast(EvidenceDeclaration.suffix.count))
        if !files.exists(artefact) { found.append(.refused(path: path, .orphanDeclaration(path, artefact))) }
    }
}

extension Diagnostic {
    fileprivate static func nothingFound(_ source: SourceDeclaration) -> Self {
        Diagnostic(
            id: "collection.source-empty", severity: .error, location: source.location, message: "source '\(source.path)' leads to no file",
            hint: "put the records there, or correct the path")
    }

    fileprivate static func tooMany(_ source: SourceDeclaration) -> Self {
        Diagnostic(
            id: "collection.too-many-files", severity: .error, location: source.location,
            message: "source '\(source.path)' holds more than \(SourceWalk.maximumFiles) files", hint: "split the source")
    }

    fileprivate static func brokenLink(_ path: String) -> Self {
        Diagnostic(
            id: "collection.broken-link", severity: .error, location: TextLocation(path: path), message: "the link leads to nothing",
            hint: "put the file itself there")
    }

    fileprivate static func linkOutside(_ path: String) -> Self {
        Diagnostic(
            id: "collection.link-outside", severity: .error, location: TextLocation(path: path),
            message: "the link leads out of the workspace and was not followed", hint: "copy the file into the workspace")
    }

    fileprivate static func linkedFolder(_ path: String) -> Self {
        Diagnostic(
            id: "collection.linked-folder", severity: .error, location: TextLocation(path: path), message: "the link to a folder was not followed",
            hint: "name the folder itself as a source")
    }

    fileprivate static func notRegular(_ path: String) -> Self {
        Diagnostic(
            id: "collection.not-a-file", severity: .error, location: TextLocation(path: path),
            message: "this is a pipe, socket or device, and was not opened; expected a regular file", hint: "export the records to a file")
    }

    fileprivate static func nameIsNotText(_ path: String) -> Self {
        Diagnostic(
            id: "collection.name-not-utf8", severity: .error, location: TextLocation(path: path),
            message: "the name is not valid UTF-8, and the file was not opened", hint: "rename the file")
    }

    fileprivate static func tooDeep(_ path: String) -> Self {
        Diagnostic(
            id: "collection.too-deep", severity: .error, location: TextLocation(path: path),
            message: "folders nest deeper than \(SourceWalk.maximumDepth) levels", hint: "name the inner folder as a source")
    }

    fileprivate static func closedFolder(_ path: String) -> Self {
        Diagnostic(
            id: "collection.closed-folder", severity: .error, location: TextLocation(path: path), message: "the folder may not be read",
            hint: "give the collecting user the right to read it")
    }

    fileprivate static func orphanDeclaration(_ path: String, _ artefact: String) -> Self {
        Diagnostic(
            id: "collection.orphan-declaration", severity: .error, location: TextLocation(path: path),
            message: "the declaration stands beside nothing; expected '\(artefact)'", hint: "put the artefact beside it, or delete the declaration")
    }
}
