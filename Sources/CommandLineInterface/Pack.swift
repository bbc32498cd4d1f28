import ArgumentParser
import ControlFrameworks
import Diagnostics
import EvidenceLocker
import EvidenceModel
import Foundation
import GapAnalysis
import ReportModel
import ReportWriters
import StructuredText
import Workspaces

/// Renders packs.
struct Pack: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Render the pack of each system: XML, HTML, Markdown and JSON, and the documents that its frameworks ask for by name.",
        discussion: """
            Example: dossier pack --system credit-scoring --period 2026-Q3 --format html --format xml
            Example: dossier pack --system credit-scoring --period 2026-Q3 --issue --key claire

            With --issue the pack is signed over the digests of its files (pack.dsse.json), the ledger records it, and the ledger's signed head is put beside it: keep             that file for the next quarter. Of the keys given, the first one of the kind p256 or rsa makes the XML signature in report.xml.
            """)

    @OptionGroup var workspaceOptions: WorkspaceOptions
    @OptionGroup var keyOptions: KeyOptions
    @OptionGroup var selection: SelectionOptions
    @Option(help: "html, markdown, xml, json or annex-iv; all when left out. May be given several times.")
    var format: [String] = []
    @Option(name: .shortAndLong, help: "The folder to write to; packs/SYSTEM/PERIOD in the workspace when left out.", completion: .directory)
    var output: String?
    @Flag(help: "Sign the pack and record it in the ledger.")
    var issue = false
    @Option(help: "The id of a key that signs, with --issue. May be given several times.")
    var key: [String] = []
    @Option(help: "A file of PEM certificates for a key of --key: the signer's first, then who issued each, without the root.", completion: .file())
    var chain: [String] = []
    @Option(help: "The time that the ledger records, with --issue; SOURCE_DATE_EPOCH or the clock when left out.")
    var at: String?
    @Option(help: "Exit with 1 from this verdict on: not-assessed, partly-met, not-met, conflict or never.")
    var failOn: FailOn = .never

    func validate() throws {
        if output?.isEmpty == true { throw ValidationError("--output is empty; expected a folder") }
        if issue, key.isEmpty { throw ValidationError("--issue needs --key: the id of the key that signs the pack") }
        if issue, !format.isEmpty || output != nil {
            throw ValidationError("an issued pack has all formats and its own folder; leave --format and --output out")
        }
        if !issue, !key.isEmpty || !chain.isEmpty { throw ValidationError("--key and --chain sign an issued pack; add --issue") }
        let known = reportWriters.map(\.format)
        for name in format.flatMap({ $0.split(separator: ",").map(String.init) }) where !known.contains(name) {
            throw ValidationError("no format '\(name)'\(suggestion(for: name, among: known)); use one of: \(known.joined(separator: ", "))")
        }
    }

    func run() throws {
        let session = try AssessmentSession(workspaceOptions, selection)
        // A pack names digests, so the bytes must still give them; `gaps` takes the ledger's word and checks sizes.
        try session.verifyEvidence(of: session.systems)
        session.tellWhatIsIncomplete(session.systems)
        let wanted = Set(format.flatMap { $0.split(separator: ",").map(String.init) })
        let writers = reportWriters.filter { wanted.isEmpty || wanted.contains($0.format) }
        var statuses: [ExitStatus] = []
        for system in session.systems {
            let assessments = session.frameworks(of: system, selection).map { session.assess(system, $0) }
            if assessments.isEmpty { continue }
            let previous = PreviousPack(files: session.workspace.files, timeZone: session.workspace.timeZone).find(system: system.id, before: session.period)
            var report = session.report(system, assessments, previous: previous)
            report.isIssued = issue
            try write(report, with: writers, session, several: session.systems.count > 1)
            if report.isIncomplete { statuses.append(.incomplete) }
            if !report.isEvaluated { statuses.append(.nothingEvaluated) }
            if assessments.flatMap(\.controls).contains(where: { !$0.isGroup && failOn.fails($0.verdict) }) { statuses.append(.gaps) }
        }
        try ExitStatus.worst(session.integrity + statuses).finish()
    }

    private func write(_ report: Report, with writers: [any ReportWriter], _ session: AssessmentSession, several: Bool) throws {
        let label = session.period.label.replacing("/", with: "_").replacing(":", with: "-")
        let folder = output.map { several ? "\($0)/\(report.system.id)" : $0 } ?? "\(session.workspace.files.root)/packs/\(report.system.id)/\(label)"
        var files: [OutputFile] = []
        // What was issued stays what was issued: the ledger records its digests.
        if !issue, output == nil, session.workspace.files.exists("packs/\(report.system.id)/\(label)/pack.dsse.json") {
            Console.report([.isIssued("packs/\(report.system.id)/\(label)")])
            throw ExitCode(ExitStatus.cannotCreate.rawValue)
        }
        do {
            let templates = try TemplateLibrary(overrides: session.workspace.overrides(in: "templates").map { ($0.path, $0.bytes) })
            for writer in writers { files += try writer.write(report, templates) }
            if issue {
                let issuing = PackIssue(
                    access: LockerAccess(session.workspace, keyOptions), keys: key, chains: chain, at: try Collect.recordedTime(at))
                files = try issuing.issue(report, files)
            }
        } catch let error as ValidationError {
            throw error
        } catch {
            throw ExitCode(Console.status(of: error).rawValue)
        }
        for file in files {
            try OutputPlace.write(file.bytes, to: "\(folder)/\(file.path)")
            Console.result("\(folder)/\(file.path)")
        }
    }
}

/// Finds what the last pack before a period said.
struct PreviousPack {
    let files: WorkspaceFiles
    let timeZone: TimeZone?

    func find(system: String, before period: Period) -> PreviousReport? {
        var best: (to: Instant, report: PreviousReport)?
        for name in files.names(in: "packs/\(system)") {
            let path = "packs/\(system)/\(name)/report.json"
            guard files.exists(path), let bytes = try? files.read(path), let node = JSONParser.parse(bytes, path: path).node,
                let to = node.at(pointer: "/cover/period/to")?.string.flatMap({ Instant($0) }), to <= period.from,
                let label = node.at(pointer: "/cover/period/label")?.string, let head = node.at(pointer: "/integrity/ledger-head")?.string
            else { continue }
            if let best, best.to >= to { continue }
            var verdicts: [String: [String: String]] = [:]
            for control in node["controls"]?.array ?? [] {
                guard let framework = control["framework"]?.string, let id = control["id"]?.string, let verdict = control["verdict"]?.string else { continue }
                verdicts[framework, default: [:]][id] = verdict
            }
            best = (to, PreviousReport(period: label, ledgerHead: head, verdicts: verdicts))
        }
        return best?.report
    }
}

extension Diagnostic {
    fileprivate static func isIssued(_ folder: String) -> Self {
        Diagnostic(
            id: "pack.issued", severity: .error, location: TextLocation(path: folder), message: "this pack was issued and signed; a draft would replace it",
            hint: "use --output for a draft, or --issue --key ID to issue it anew")
    }
}
