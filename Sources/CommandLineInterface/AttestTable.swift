import ArgumentParser
import Attestations
import Diagnostics
import DurableStorage
import EvidenceLocker
import EvidenceModel
import Glibc
import Signatures
import StructuredText
import Workspaces

extension Attest {
    /// Writes the table that goes out by mail.
    struct ExportCSV: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "export-csv", abstract: "Write the statements as a CSV table, to be answered by mail.",
            discussion: """
                Example: dossier attest export-csv -o statements.csv

                The person fills in 'decision' (accepted or declined), 'reason' and 'decided-on'. A cell that a spreadsheet would run as a \
                formula begins with an apostrophe, which is taken away again when the table is read.
                """)

        @OptionGroup var workspaceOptions: WorkspaceOptions
        @Option(help: "The system's id; all systems when left out. May be given several times.")
        var system: [String] = []
        @Option(name: .shortAndLong, help: "The file to write.", completion: .file())
        var output: String

        func run() throws {
            let session = try AttestationSession(workspaceOptions, try KeyOptions.parse([]))
            Console.report(session.faults)
            let wanted = try Attest.statements(session, system)
            do {
                // Each statement's state is in the ledger of its own client.
                var registers: [String?: AttestationRegister] = [:]
                for statement in wanted where registers[session.client(of: statement)] == nil {
                    registers[session.client(of: statement)] = try session.register(of: session.client(of: statement))
                }
                let bytes = AttestationTable.csv(wanted.map { ($0, registers[session.client(of: $0)]?.answer(to: $0)) })
                try OutputPlace.write(bytes, to: output)
            } catch let code as ExitCode {
                throw code
            } catch {
                throw ExitCode(Console.status(of: error).rawValue)
            }
            Console.result(output)
            try (session.faults.contains { $0.severity == .error } ? ExitStatus.incomplete : .success).finish()
        }
    }

    /// Takes over a table that came back.
    struct ImportCSV: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "import-csv", abstract: "Record the answers of a CSV table that came back, signed with the key of who collected them.",
            discussion: """
                Example: DOSSIER_PASSPHRASE=… dossier attest import-csv statements.csv --key claire

                Every row must be a statement of this workspace in its present words. One faulty row, and nothing of the table is recorded.
                """)

        @OptionGroup var workspaceOptions: WorkspaceOptions
        @OptionGroup var keyOptions: KeyOptions
        @Argument(help: "The table.", completion: .file())
        var file: String
        @Option(help: "The id of your key, as in keys/ID.pem.")
        var key: String
        @OptionGroup var recordedTime: RecordedTime

        func run() throws {
            let now = try recordedTime.instant()
            let session = try AttestationSession(workspaceOptions, keyOptions)
            guard access(file, F_OK) == 0 else {
                Console.report([.noTable(file)])
                throw ExitCode(ExitStatus.missingInput.rawValue)
            }
            do {
                let bytes = try readPrefix(of: FileStream(path: file), limit: AttestationTable.maximumBytes + 1)
                let table = try AttestationTable.read(bytes, path: file, statements: session.files, at: now)
                try session.checkKey(key)
                let outcome = try record(table.rows, session, try session.access.open(key), now)
                for line in outcome.lines { Console.result(Diagnostic.printable(line)) }
                Console.result("\(outcome.lines.count) recorded, \(outcome.unchanged) unchanged, \(table.open.count) still open")
                for id in table.open { Console.result("  open: \(id)") }
            } catch {
                throw ExitCode(Console.status(of: error).rawValue)
            }
        }

        /// Signs every row before the first is recorded, so that nothing is recorded when one cannot be.
        private func record(
            _ rows: [AttestationTable.Row], _ session: AttestationSession, _ signingKey: SigningKey, _ now: Instant
        ) throws -> (lines: [String], unchanged: Int) {
            var lockers: [String?: (locker: Locker, register: AttestationRegister)] = [:]
            var signed: [(locker: Locker, record: AttestationRecord)] = []
            var unchanged = 0
            for row in rows {
                let client = session.client(of: row.statement)
                if lockers[client] == nil {
                    let locker = try session.access.writing(client)
                    lockers[client] = (locker, session.register(locker.contents, of: client))
                }
                guard let place = lockers[client] else { continue }
                if place.register.holds(row.answer, to: row.statement) {
                    unchanged += 1
                    continue
                }
                let record = place.register.record(row.answer, to: row.statement, at: now, route: .csv, recordedBy: key)
                signed.append((place.locker, try AttestationRecord.signed(record, by: signingKey)))
            }
            var lines: [String] = []
            // One commit for each ledger: a table is recorded as a whole or not at all.
            for place in lockers.values.sorted(by: { $0.locker.root < $1.locker.root }) {
                let own = signed.filter { $0.locker === place.locker }
                if own.isEmpty { continue }
                let numbers = try place.locker.record(together: own.map { (.attestation, $0.record.body) }, at: now)
                try place.locker.writeIndex()
                for (entry, number) in zip(own, numbers) {
                    var attestation = entry.record.attestation
                    attestation.entry = number
                    attestation.signature = .valid(keyName: key)
                    lines.append("\(attestation.id)  " + AttestationListing.line(attestation, isCurrent: true))
                }
            }
            return (lines, unchanged)
        }
    }
}

extension Diagnostic {
    fileprivate static func noTable(_ path: String) -> Self {
        Diagnostic(
            id: "attestation-table.missing", severity: .error, location: TextLocation(path: path), message: "there is no such file",
            hint: "check the path of the table")
    }
}
