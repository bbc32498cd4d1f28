import BagArchives
import ControlFrameworks
import Diagnostics
import DurableStorage
import EvidenceLocker
import EvidenceModel
import Glibc
import Redaction
import ReportModel
import ReportWriters
import StructuredText
import TransparencyLog
import Workspaces

extension BundleExamination {
    /// Makes the pack again from the bundle's evidence, definitions, templates and workspace files, and compares every file.
    ///
    /// What went into the pack from elsewhere is taken from the pack itself, and named: it is the pack's own word.
    func rebuildCheck() -> VerificationCheck {
        // Definitions and templates of a stranger can be made to take any time: first somebody who is trusted must have signed them.
        let isProven = options.trust != nil && checks.allSatisfy { $0.outcome == .passed || !$0.isAsked }
        guard isProven else {
            return VerificationCheck(.rebuild, .notChecked, "what is rendered must first be whole, and signed by somebody who is trusted")
        }
        do {
            let rebuild = try PackRebuild(self)
            let files = try rebuild.files()
            let findings = try compare(files)
            let words = rebuild.notes.isEmpty ? "" : "; taken from the pack's own word: \(rebuild.notes.joined(separator: ", "))"
            return VerificationCheck(.rebuild, findings: findings, good: "\(files.count) files are the same, byte for byte\(words)")
        } catch let obstacle as RebuildObstacle {
            return VerificationCheck(.rebuild, .notChecked, obstacle.reason)
        } catch {
            let cause = Diagnostic.cause(of: error, at: members.source.path)
            return VerificationCheck(.rebuild, .notChecked, "the pack could not be made again: \(cause.message)", diagnostics: [cause])
        }
    }

    private func compare(_ made: [OutputFile]) throws -> [Diagnostic] {
        var findings: [Diagnostic] = []
        for name in packFiles {
            let member = BundleLayout.packFolder + name
            guard let file = made.first(where: { isSame($0.path, name) }) else {
                findings.append(.notMade(path(member)))
                continue
            }
            var bytes = try members.bytes(member, limit: BundleLimits.report)
            if isSame(name, "report.xml") { bytes = Self.unsigned(bytes, path(member)) }
            guard bytes != file.bytes else { continue }
            let at = zip(bytes, file.bytes).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? min(bytes.count, file.bytes.count)
            findings.append(.madeOtherwise(path(member), at, position(of: at, in: bytes)))
        }
        for file in made where !packFiles.contains(where: { isSame($0, file.path) }) {
            findings.append(.notInBundle(path(BundleLayout.packFolder + file.path)))
        }
        return findings
    }
}

/// Why a pack cannot be made again from a bundle, in one clause.
struct RebuildObstacle: Error {
    var reason: String
}

/// Makes a pack again.
private struct PackRebuild {
    private static let workspaceFolder = "data/workspace/"
    private static let retirement = "retired"

    let examination: BundleExamination
    /// What is taken from the pack's own word.
    private(set) var notes: [String] = []
    private let report: JSONNode
    private var material: PackMaterial?
    /// The workspace's files stand there as long as the pack is made.
    private let folder: RebuildFolder

    /// - Throws: a `RebuildObstacle`, a `Diagnostic` or a `StorageFault`.
    init(_ examination: BundleExamination) throws {
        self.examination = examination
        folder = try RebuildFolder()
        let name = BundleExamination.report
        let bytes = try examination.members.json(name, limit: BundleLimits.report, values: BundleLimits.reportValues)
        guard let report = JSONParser.parse(bytes, path: examination.path(name)).node else {
            throw RebuildObstacle(reason: "report.json cannot be read")
        }
        self.report = report
        let options = examination.options
        guard let producer = report["producer"]?.string, isSame(producer, options.producer) else {
            throw RebuildObstacle(
                reason:
                    "the pack was made by '\(report["producer"]?.string ?? "nobody")', and this is '\(options.producer)': other versions may render otherwise")
        }
        material = try gather(producer)
    }

    func files() throws -> [OutputFile] {
        guard let material else { return [] }
        let overrides = examination.members.names(under: "templates/").filter { $0.utf8.suffix(9).elementsEqual(".mustache".utf8) }
        let templates = try TemplateLibrary(
            overrides: overrides.map { ($0, try examination.members.bytes($0, limit: BundleLimits.definition)) })
        let made = try examination.options.report(material)
        return try reportWriters.flatMap { try $0.write(made, templates) }
    }

    // MARK: what it is made of

    private mutating func gather(_ producer: String) throws -> PackMaterial {
        let workspace = try loadWorkspace()
        guard let id = report.at(pointer: "/cover/system/id")?.string, let system = workspace.system(id) else {
            throw RebuildObstacle(reason: "the bundle's workspace files do not describe the system of the pack")
        }
        guard let label = report.at(pointer: "/cover/period/label")?.string, let period = Period(label, timeZone: workspace.timeZone),
            let asOf = report.at(pointer: "/cover/as-of")?.string.flatMap({ Instant($0) })
        else { throw RebuildObstacle(reason: "the pack's period or as-of cannot be read") }
        let (library, frameworks) = try frameworks()
        return PackMaterial(
            workspace: workspace, system: system, frameworks: frameworks, library: library, period: period, asOf: asOf,
            contents: try contents(system), incomplete: incomplete(workspace), producer: producer, previous: previous(),
            isIssued: report.at(pointer: "/integrity/signed")?.bool ?? false)
    }

    /// The workspace's own files, put where workspaces are read from.
    private func loadWorkspace() throws -> Workspace {
        for name in examination.members.names(under: Self.workspaceFolder) {
            try folder.write(try examination.members.bytes(name, limit: BundleLimits.definition), to: String(name.dropFirst(Self.workspaceFolder.count)))
        }
        return try Workspace.load(folder.path)
    }

    private func frameworks() throws -> (FrameworkLibrary, [Framework]) {
        let names = examination.members.names(under: "frameworks/")
        let library = FrameworkLibrary(
            workspace: try names.map { DefinitionFile(path: $0, bytes: try examination.members.bytes($0, limit: BundleLimits.definition)) })
        let rows = report.at(pointer: "/cover/frameworks")?.array ?? []
        return (
            library,
            try rows.map { row in
                var framework = try library.framework(named: row["id"]?.string ?? "")
                // In the bundle every definition stands beside the program; the pack says which came with it.
                framework.isFromWorkspace = row["from-workspace"]?.bool ?? false
                return framework
            }
        )
    }

    private mutating func contents(_ system: AISystem) throws -> LockerContents {
        let rows = examination.items?.rows ?? []
        guard !rows.isEmpty else { throw RebuildObstacle(reason: "the bundle's list of items cannot be read, or is empty") }
        let withheld = rows.filter { (examination.register?.entry(BundleLayout.readingEntry($0.entry))?.count ?? 0) > 0 }
        guard withheld.isEmpty else {
            throw RebuildObstacle(reason: "facts of \(withheld.count) records are withheld, on which the pack rests; first of '\(withheld[0].path)'")
        }
        let left = rows.filter { $0.state == .omitted && !(($0.reason ?? "").hasPrefix(Self.retirement)) }
        guard left.isEmpty else { throw RebuildObstacle(reason: "\(left.count) records were left out, on which the pack rests; first '\(left[0].path)'") }
        guard let entries = report.at(pointer: "/integrity/ledger-entries")?.int, let head = report.at(pointer: "/integrity/ledger-head")?.string else {
            throw RebuildObstacle(reason: "the pack names no ledger")
        }
        if let size = examination.checkpoint?.size, entries < size { notes.append("the ledger's head before the pack itself was recorded") }
        let places = Dictionary(rows.map { ($0.entry, $0) }, uniquingKeysWith: { first, _ in first })
        let proven = try examination.entries.filter { $0.number < entries }.compactMap { entry -> LockerContents.ProvenEntry? in
            guard entry.type == .item else { return .init(number: entry.number, bytes: entry.bytes) }
            guard let row = places[entry.number] else { return nil }
            let reading = try row.reading.map { try examination.members.bytes($0, limit: BundleLimits.report) }
            return .init(number: entry.number, bytes: entry.bytes, reading: reading, redactions: redactions(row.entry))
        }
        var contents = try LockerContents(
            proven: proven, entries: entries, head: head.hasPrefix("sha256:") ? String(head.dropFirst(7)) : head,
            origin: report.at(pointer: "/integrity/ledger-name")?.string, isSigned: report.at(pointer: "/integrity/ledger-signed")?.bool ?? false)
        let unread = unread(system)
        if contents.unread.isEmpty, !unread.isEmpty {
            notes.append("\(unread.count) files that could not be read")
            contents.add(said: unread)
        }
        return contents
    }

    /// How often each rule hides something in an item, in the order of the rules.
    private func redactions(_ number: Int) -> [RedactionCount] {
        guard let register = examination.register, let entry = register.entry(number) else { return [] }
        return entry.hidden.compactMap { hidden in
            guard let rule = register.rule(hidden.rule) else { return nil }
            return RedactionCount(rule: rule.id, action: rule.action.rawValue, reason: rule.reason, count: hidden.segments.count)
        }
    }

    // MARK: the pack's own word

    private func unread(_ system: AISystem) -> [UnreadFile] {
        (report["unread"]?.array ?? []).compactMap { row in
            guard let path = row["path"]?.string, let problem = Self.problem(row) else { return nil }
            let kind = row["kind"]?.string
            return UnreadFile(system: system.id, path: path, kind: isSame(kind, "unknown") ? nil : kind, problem: problem)
        }
    }

    private mutating func incomplete(_ workspace: Workspace) -> [ReadingProblem] {
        let said = (report.at(pointer: "/method/workspace-problems")?.array ?? []).compactMap(Self.problem)
        if said.count > workspace.diagnostics.count { notes.append("\(said.count - workspace.diagnostics.count) problems of other files of the workspace") }
        return said
    }

    private static func problem(_ row: JSONNode) -> ReadingProblem? {
        guard let id = row["id"]?.string, let place = row["place"]?.string, let message = row["message"]?.string, let hint = row["hint"]?.string else {
            return nil
        }
        return ReadingProblem(id: id, severity: row["severity"]?.string ?? "error", place: place, message: message, hint: hint.isEmpty ? nil : hint)
    }

    /// What the pack before said, as far as this one repeats it: the verdicts that changed.
    private mutating func previous() -> PreviousReport? {
        guard let label = report.at(pointer: "/changes/previous-period")?.string, let head = report.at(pointer: "/integrity/previous-head")?.string else {
            return nil
        }
        notes.append("what the pack before said")
        var verdicts: [String: [String: String]] = [:]
        for row in report.at(pointer: "/changes/verdicts")?.array ?? [] {
            guard let framework = row["framework"]?.string, let id = row["id"]?.string, let was = row["was"]?.string else { continue }
            verdicts[framework, default: [:]][id] = was
        }
        return PreviousReport(period: label, ledgerHead: head, verdicts: verdicts)
    }
}

/// A folder of its own for files that must stand on a disk to be read; gone when this is.
private final class RebuildFolder {
    let path: String
    private var files: [String] = []
    private var folders: [String] = []

    init() throws {
        let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(base)/dossier-verify-XXXXXX".utf8CString)
        guard let made = template.withUnsafeMutableBufferPointer({ $0.baseAddress.flatMap { mkdtemp($0) } }), let resolved = realpath(made, nil) else {
            throw StorageFault.system("cannot create a folder", base, errno)
        }
        path = String(cString: resolved)
        free(resolved)
    }

    deinit {
        for file in files { unlink(file) }
        for folder in folders.reversed() { rmdir(folder) }
        rmdir(path)
    }

    /// The names are those of a bundle's members, so that none leads out of the folder.
    func write(_ bytes: [UInt8], to relative: String) throws {
        var folder = path
        for part in relative.split(separator: "/").dropLast() {
            folder += "/\(part)"
            if mkdir(folder, 0o700) == 0 {
                folders.append(folder)
            } else if errno != EEXIST {
                throw StorageFault.system("cannot create the folder", folder, errno)
            }
        }
        files.append("\(path)/\(relative)")
        try DurableFile.write(bytes, to: "\(path)/\(relative)", mode: 0o600)
    }
}

extension Diagnostic {
    fileprivate static func notMade(_ path: String) -> Self {
        bundleFault("not-made-again", path, "the pack that follows from the evidence has no such file")
    }

    fileprivate static func notInBundle(_ path: String) -> Self {
        bundleFault("not-in-pack", path, "the pack that follows from the evidence has this file, and the bundle's pack does not")
    }

    fileprivate static func madeOtherwise(_ path: String, _ at: Int, _ place: (line: Int, column: Int)) -> Self {
        var fault = bundleFault("made-otherwise", path, "what follows from the evidence differs from the file from byte \(at) on")
        fault.location = TextLocation(path: path, line: place.line, column: place.column)
        return fault
    }
}
