public import ArgumentParser
import Diagnostics
import Glibc

/// The program: one subcommand for each thing a user comes for.
public struct DossierCommand: AsyncParsableCommand {
    /// The version that items and packs record.
    static let version = "0.1.0"
    static let producer = "dossier \(version)"

    public static let configuration = CommandConfiguration(
        commandName: "dossier", abstract: "Turns the records that AI systems leave behind into evidence that an auditor can check.",
        discussion: """
            Example: dossier --help; cd WORKSPACE; dossier collect && dossier gaps --framework eu-ai-act && dossier pack

            Exit codes: 0 fine; 1 gaps at or above the threshold; 3 something was altered; 4 nothing was evaluated; 5 incomplete; 64 wrong \
            usage; 65 bad input; 66 missing input; 70 our own fault; 73 cannot create output; 74 input/output failure.

            Shell completions: dossier --generate-completion-script bash (or zsh, fish).
            """,
        version: version,
        subcommands: [
            Init.self, Frameworks.self, Inspect.self, Collect.self, Gaps.self, Explain.self, Pack.self, Attest.self, Export.self, Sign.self,
            TimestampCommand.self, Reveal.self, Prove.self, Verify.self, Retire.self,
            Hold.self, Keys.self, LockerCommand.self,
        ])

    public init() {}

    /// Runs the program and ends it.
    public static func run() async {
        // A reader that closes our output early is no fault of ours.
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand { try await command.run() } else { try command.run() }
        } catch let code as ExitCode {
            Glibc.exit(code.rawValue)
        } catch {
            if exitCode(for: error) == .validationFailure, let unknown = unknownCommand(CommandLine.arguments.dropFirst()) {
                Console.report([unknown])
                Glibc.exit(ExitStatus.usage.rawValue)
            }
            exit(withError: error)
        }
    }

    /// The nearest command to a word that stands where one was expected.
    private static func unknownCommand(_ words: some Sequence<String>) -> Diagnostic? {
        var known = configuration.subcommands
        for word in words {
            if known.isEmpty || word.hasPrefix("-") { return nil }
            let names = known.map { $0._commandName }
            if let next = known.first(where: { $0._commandName == word }) {
                known = next.configuration.subcommands
                continue
            }
            if word == "help" { return nil }
            return Diagnostic(
                id: "dossier.unknown-command", severity: .error, message: "no command '\(word)'\(suggestion(for: word, among: names))",
                hint: "use one of: \(names.joined(separator: ", "))")
        }
        return nil
    }
}
