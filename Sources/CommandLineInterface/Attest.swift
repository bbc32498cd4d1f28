import ArgumentParser
import Attestations
import Diagnostics
import DurableStorage
import EvidenceLocker
import EvidenceModel
import Signatures
import StructuredText
import Workspaces

/// Records what named persons state.
struct Attest: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Have named persons accept or decline statements over controls and a period, and record what they say.",
        discussion: """
            Example: dossier attest list; dossier attest show oversight-q3; dossier attest sign oversight-q3 --key claire --seen 3f2a9c0b1d4e --accept

            A statement is a file attestations/ID.yaml with the keys attestation, system, framework, controls, period, person, role and text.
            """,
        subcommands: [List.self, Show.self, Sign.self, ExportCSV.self, ImportCSV.self])

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the statements, each with its state: open, accepted or declined, and what was superseded.",
            discussion: "Example: dossier attest list --system credit-scoring")

        @OptionGroup var workspaceOptions: WorkspaceOptions
        @Option(help: "The system's id; all systems when left out. May be given several times.")
        var system: [String] = []
        @Option(help: "text or json.")
        var format: PlainFormat = .text

        func run() throws {
            let session = try AttestationSession(workspaceOptions, try KeyOptions.parse([]))
            let wanted = try Attest.statements(session, system)
            var faults = session.faults
            do {
                var orphans: [RecordedAttestation] = []
                var registers: [String?: AttestationRegister] = [:]
                let systems = session.workspace.systems.filter { candidate in
                    system.isEmpty || system.contains { $0.utf8.elementsEqual(candidate.id.utf8) }
                }
                for client in session.workspace.clients(of: systems) {
                    let register = try session.register(of: client)
                    registers[client] = register
                    faults += register.diagnostics
                    orphans += register.records.filter { record in
                        systems.contains { $0.id.utf8.elementsEqual(record.system.utf8) }
                            && !session.files.statements.contains { $0.id.utf8.elementsEqual(record.id.utf8) }
                    }
                }
                let statements = wanted.compactMap { statement in registers[session.client(of: statement)].map { (statement, $0) } }
                let listing = AttestationListing(library: session.library, statements: statements, orphans: orphans)
                Console.report(faults)
                Console.result(format == .json ? listing.json.prettyJSON : listing.list)
            } catch {
                throw ExitCode(Console.status(of: error).rawValue)
            }
            if faults.contains(where: { $0.id == "attestation.wrong-signature" }) { try ExitStatus.integrity.finish() }
            try (faults.contains { $0.severity == .error } ? ExitStatus.incomplete : .success).finish()
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show a statement as the person is to see it: person, role, controls and what each asks, period, and the exact text with its SHA-256.",
            discussion: "Example: dossier attest show oversight-q3")

        @OptionGroup var workspaceOptions: WorkspaceOptions
        @Argument(help: "The statement's id.")
        var id: String
        @Option(help: "text or json.")
        var format: PlainFormat = .text

        func run() throws {
            let session = try AttestationSession(workspaceOptions, try KeyOptions.parse([]))
            do {
                let statement = try session.statement(id)
                let register = try session.register(of: session.client(of: statement))
                Console.report(register.diagnostics)
                let listing = AttestationListing(library: session.library, statements: [(statement, register)])
                Console.result(format == .json ? listing.json.prettyJSON : listing.shown)
            } catch let code as ExitCode {
                throw code
            } catch {
                throw ExitCode(Console.status(of: error).rawValue)
            }
        }
    }

    struct Sign: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Accept or decline a statement with your own key, and record it in the ledger.",
            discussion: """
                Example: DOSSIER_PASSPHRASE=… dossier attest sign oversight-q3 --key claire --seen 3f2a9c0b1d4e --decline "no test of the stop button"

                --seen are the first 12 digits below the text that 'attest show' prints. A later answer, or one to other words, supersedes the \
                earlier; both stay.
                """)

        @OptionGroup var workspaceOptions: WorkspaceOptions
        @OptionGroup var keyOptions: KeyOptions
        @Argument(help: "The statement's id.")
        var id: String
        @Option(help: "The id of your key, as in keys/ID.pem.")
        var key: String
        @Flag(help: "Accept the statement.")
        var accept = false
        @Option(help: "Decline it, for this reason.")
        var decline: String?
        @Option(help: "The first 12 digits of the SHA-256 of the text that you have seen.")
        var seen: String
        @OptionGroup var recordedTime: RecordedTime

        func validate() throws {
            guard accept != (decline != nil) else { throw ValidationError("say either --accept or --decline REASON") }
        }

        func run() throws {
            let now = try recordedTime.instant()
            let session = try AttestationSession(workspaceOptions, keyOptions)
            do {
                let statement = try session.statement(id)
                let answer = AttestationRegister.Answer(accept ? .accepted : .declined, reason: decline?.trimmingBlanks())
                try AttestationRegister.check(answer, to: statement, seen: seen)
                try session.checkKey(key)
                let signingKey = try session.access.open(key)
                let client = session.client(of: statement)
                let locker = try session.access.writing(client)
                let register = session.register(locker.contents, of: client)
                Console.report(register.diagnostics)
                try register.checkKey(signingKey.publicKey.keyID, isFor: statement.person)
                let isSameKey = register.answer(to: statement)?.key?.utf8.elementsEqual(signingKey.publicKey.keyID.utf8) ?? false
                if isSameKey, register.holds(answer, to: statement), let held = register.answer(to: statement) {
                    Console.result(Diagnostic.printable("unchanged: " + AttestationListing.line(held, isCurrent: true)))
                    return
                }
                var signed = try AttestationRecord.signed(register.record(answer, to: statement, at: now, route: .command), by: signingKey)
                signed.attestation.entry = try locker.record(signed)
                signed.attestation.signature = .valid(keyName: key)
                let replaced = signed.attestation.supersedes.map { "; it supersedes entry \($0)" } ?? ""
                Console.result(Diagnostic.printable(AttestationListing.line(signed.attestation, isCurrent: true) + replaced))
            } catch let code as ExitCode {
                throw code
            } catch {
                throw ExitCode(Console.status(of: error).rawValue)
            }
        }
    }

    /// The statements of the systems asked for, in the order of their ids.
    static func statements(_ session: AttestationSession, _ systems: [String]) throws -> [RequestedAttestation] {
        var selection = SelectionOptions()
        selection.system = systems
        selection.framework = []
        let wanted = try selection.systems(in: session.workspace).map(\.id)
        return session.files.statements.filter { statement in wanted.contains { $0.utf8.elementsEqual(statement.system.utf8) } }
    }
}
