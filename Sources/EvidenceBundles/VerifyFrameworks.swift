import BagArchives
import Crypto
import Diagnostics
import StructuredText

extension BundleExamination {
    private static let frameworksFolder = "frameworks/"
    /// Folders below `frameworks/` that are no frameworks: what all of them share.
    private static let shared = ["evidence-kinds", "retention"]

    func frameworksCheck() -> VerificationCheck {
        var findings: [Diagnostic] = []
        // The definitions' files by the folders that they stand in; `members` are in byte order, and so are the files of each.
        var files: [[UInt8]: [String]] = [:]
        var folders: [String] = []
        for name in members.names(under: Self.frameworksFolder) {
            let parts = name.utf8.split(separator: UInt8(ascii: "/"))
            guard parts.count == 3 else {
                findings.append(.strangeFramework(path(name)))
                continue
            }
            let folder = Array(parts[1])
            if files[folder] == nil { folders.append(String(decoding: folder, as: UTF8.self)) }
            files[folder, default: []] += name.utf8.suffix(5).elementsEqual(".yaml".utf8) ? [name] : []
        }
        guard let predicate else { return VerificationCheck(.frameworks, .notChecked, "the statement cannot be read") }
        for framework in predicate.frameworks {
            let place = path(Self.frameworksFolder + framework.id)
            guard let definition = files[Array(framework.id.utf8)], !definition.isEmpty else {
                findings.append(.noFramework(place, framework.id))
                continue
            }
            do throws(Diagnostic) {
                let found = try frameworkDigest(definition)
                if !isSame(found, framework.sha256) { findings.append(.otherFramework(place, found, framework.sha256)) }
            } catch {
                findings.append(error)
            }
        }
        let used = Set((predicate.frameworks.map(\.id) + Self.shared).map { Array($0.utf8) })
        for folder in folders where !used.contains(Array(folder.utf8)) { findings.append(.unusedFramework(path(Self.frameworksFolder + folder))) }
        let list = predicate.frameworks.map { "\($0.id) (\($0.edition))" }.joined(separator: ", ")
        return VerificationCheck(.frameworks, findings: findings, good: list.isEmpty ? "none was used" : list)
    }

    /// The digest of a definition as `ControlFrameworks` computes it: over each file's name in its folder's parent, its length and its bytes, in byte order.
    private func frameworkDigest(_ files: [String]) throws(Diagnostic) -> String {
        var hash = SHA256()
        for file in files {
            let bytes = try members.bytes(file, limit: BundleLimits.definition)
            hash.update(data: Array("\(file.dropFirst(Self.frameworksFolder.count))\n\(bytes.count)\n".utf8))
            hash.update(data: bytes)
        }
        return BinaryText.hex(hash.finalize())
    }
}

extension Diagnostic {
    fileprivate static func strangeFramework(_ path: String) -> Self {
        bundleFault("strange-framework-file", path, "the file does not stand where a framework's files do; expected 'frameworks/ID/NAME.yaml'")
    }

    fileprivate static func noFramework(_ path: String, _ id: String) -> Self {
        bundleFault("no-framework", path, "the statement names the framework '\(id)', and its definition is not in the bundle")
    }

    fileprivate static func otherFramework(_ path: String, _ found: String, _ signed: String) -> Self {
        bundleFault("other-framework", path, "the definition's SHA-256 is \(found); the signed statement has \(signed)")
    }

    fileprivate static func unusedFramework(_ path: String) -> Self {
        bundleFault("unused-framework", path, "the bundle holds a framework that the statement does not name")
    }
}
