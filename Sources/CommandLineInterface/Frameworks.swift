import ArgumentParser
import ControlFrameworks
import Diagnostics
import EvidenceModel
import GapAnalysis
import StructuredText
import Workspaces

/// Shows and checks framework definitions.
struct Frameworks: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List, show and check control frameworks.", discussion: "Example: dossier frameworks show eu-ai-act --format json",
        subcommands: [List.self, Show.self, CheckDefinitions.self])

    /// The shipped frameworks, with those of the workspace where there is one.
    static func library(_ options: WorkspaceOptions) throws -> FrameworkLibrary {
        guard options.workspace != nil || Workspace.find(from: ".") != nil else { return FrameworkLibrary() }
        let workspace = try options.load()
        do throws(Diagnostic) {
            return FrameworkLibrary(workspace: try workspace.overrides(in: "frameworks").map { DefinitionFile(path: $0.path, bytes: $0.bytes) })
        } catch {
            throw ExitCode(Console.status(of: error).rawValue)
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the frameworks at hand.", discussion: "Example: dossier frameworks list")
        @OptionGroup var workspaceOptions: WorkspaceOptions
        @Option(help: "text or json.")
        var format: PlainFormat = .text

        func run() throws {
            let library = try Frameworks.library(workspaceOptions)
            var values: [Value] = []
            var lines: [String] = []
            for id in library.ids {
                guard let framework = library.load(id).framework else { continue }
                let counts = "\(framework.assessed.count) assessed of \(framework.controls.count) controls, \(framework.coverage.rawValue)"
                lines.append("\(id)  \(framework.title)\n    \(framework.edition); \(counts)\(framework.isFromWorkspace ? "; from the workspace" : "")")
                values.append(FrameworkText.header(framework))
            }
            switch format {
            case .text: Console.result(lines.joined(separator: "\n"))
            case .json: Console.result(Value.object([("schema", "dossier/frameworks/1"), ("frameworks", .list(values))]).prettyJSON)
            }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show a framework's controls, or one control.", discussion: "Example: dossier frameworks show nist-ai-rmf 'MEASURE 2.11'")
        @OptionGroup var workspaceOptions: WorkspaceOptions
        @Argument(help: "The framework's id.")
        var framework: String
        @Argument(help: "A control's official number; case and blanks do not matter.")
        var control: String?
        @Option(help: "text or json.")
        var format: PlainFormat = .text

        func run() throws {
            let library = try Frameworks.library(workspaceOptions)
            let loaded = library.load(framework)
            guard let definition = loaded.framework else {
                Console.report(loaded.diagnostics)
                throw ExitCode((library.ids.contains(framework.lowercased()) ? ExitStatus.badInput : .missingInput).rawValue)
            }
            Console.report(loaded.diagnostics)
            var controls = definition.controls
            if let control {
                controls = controls.filter { $0.id == ControlID(control) }
                guard !controls.isEmpty else {
                    Console.report([.unknownControl(control, definition)])
                    throw ExitCode(ExitStatus.missingInput.rawValue)
                }
            }
            switch format {
            case .text: Console.result(FrameworkText.text(definition, controls))
            case .json:
                let header = FrameworkText.header(definition).members ?? []
                let body = Value.Member("controls", .list(controls.map { FrameworkText.value($0, in: definition) }))
                Console.result(Value.map([Value.Member("schema", "dossier/framework/1")] + header.filter { $0.key != "controls" } + [body]).prettyJSON)
            }
        }
    }

    struct CheckDefinitions: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check", abstract: "Validate framework definitions and run their examples.",
            discussion: "Example: dossier frameworks check --workspace .")
        @OptionGroup var workspaceOptions: WorkspaceOptions
        @Argument(help: "The frameworks' ids; all when left out.")
        var ids: [String] = []

        func run() throws {
            let library = try Frameworks.library(workspaceOptions)
            var diagnostics = library.diagnostics
            var lines: [String] = []
            for id in ids.isEmpty ? library.ids : ids {
                let loaded = library.load(id)
                diagnostics += loaded.diagnostics
                guard let framework = loaded.framework else { continue }
                diagnostics += library.danglingCrosswalks(of: framework)
                let examples = ExampleRun(framework: framework, vocabulary: library.vocabulary)
                diagnostics += examples.diagnostics
                lines.append("\(framework.id): \(framework.controls.count) controls, \(framework.assessed.count) assessed, \(examples.count) examples run")
            }
            Console.report(diagnostics)
            let errors = diagnostics.count { $0.severity == .error }
            Console.result((lines + ["\(errors) error\(errors == 1 ? "" : "s")"]).joined(separator: "\n"))
            try (errors > 0 ? ExitStatus.badInput : .success).finish()
        }
    }
}

extension Diagnostic {
    fileprivate static func unknownControl(_ id: String, _ framework: Framework) -> Self {
        let known = framework.controls.map(\.id.text)
        return Diagnostic(
            id: "framework.unknown-control", severity: .error, message: "'\(framework.id)' has no control '\(id)'\(suggestion(for: id, among: known))",
            hint: "'dossier frameworks show \(framework.id)' lists the numbers")
    }
}
