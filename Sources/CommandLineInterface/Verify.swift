import ArgumentParser
import Diagnostics
import DurableStorage
import EvidenceBundles
import EvidenceModel
import Foundation
import Glibc
import StructuredText
import TransparencyLog
import Workspaces

/// Checks what came from outside, or a locker of one's own, without asking anybody.
struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Verify a bundle, a locker or a single record, offline.",
        discussion: """
            Example: dossier verify northgate-2026-q3.zip --trust trust.yaml --since last-quarter/checkpoint
            Example: dossier verify --locker --trust trust.yaml
            Example: dossier verify --item drift.json --entry 000012.json --proof 000012.tlog-proof --trust trust.yaml

            Whom you trust comes from a file of yours (see 'dossier keys trust'), never from the bundle; the bundle's own policy can only demand more. Without \
            --trust everything is checked that proves by itself, and the result is never 0.

            Exit codes: 0 good; 3 altered, not signed as demanded, or nothing trusted; 5 something that was asked for could not be checked; 65 a trust file or \
            checkpoint that cannot be used; 66 a missing file.
            """)

    @Argument(help: "A bundle's .zip file, or the folder that it was unpacked to.", completion: .file())
    var bundle: String?
    @OptionGroup var workspaceOptions: WorkspaceOptions
    @Flag(help: "Verify the workspace's locker instead of a bundle.")
    var locker = false
    @Option(help: "With --locker: the locker of this client alone. May be given several times; all lockers when left out.")
    var client: [String] = []
    @Option(help: "Verify this one record instead of a bundle.", completion: .file())
    var item: String?
    @Option(help: "With --item: the record's ledger entry, as 'ledger/entries/' of a bundle holds it.", completion: .file())
    var entry: String?
    @Option(help: "With --item: the proof that the entry is in the ledger, as 'ledger/proofs/' of a bundle holds it.", completion: .file())
    var proof: String?
    @Option(help: "The file that says whom you trust, and what must at least be signed.", completion: .file())
    var trust: String?
    @Option(help: "A checkpoint that you kept from an earlier bundle of the same ledger.", completion: .file())
    var since: String?
    @Option(
        name: [.customLong("as-of"), .customLong("now")],
        help:
            "The moment at which keys and certificates must be in force where no timestamp proves an earlier one, such as 2026-10-05; the clock when left out.")
    var asOf: String?
    @Option(help: "How many cores hash; all when left out.")
    var cores: Int?
    @Flag(help: "Make the pack again from the bundle's evidence, and compare it byte for byte.")
    var rebuild = false
    @Option(help: "text, json or junit.")
    var format: VerifyFormat = .text

    func validate() throws {
        let subjects = [bundle != nil, locker, item != nil].count { $0 }
        guard subjects == 1 else { throw ValidationError("give one of: a bundle, --locker, or --item with --entry and --proof") }
        if (item != nil) != (entry != nil) || (item != nil) != (proof != nil) {
            throw ValidationError("--item, --entry and --proof belong together: the record, its ledger entry, and the proof of that entry")
        }
        if rebuild, bundle == nil { throw ValidationError("--rebuild makes the pack of a bundle again; name the bundle") }
        if item != nil, since != nil { throw ValidationError("--since is held against a bundle or a locker; a single record proves no past") }
        if !client.isEmpty, !locker { throw ValidationError("--client chooses a locker; add --locker") }
        if let cores, !(1...256).contains(cores) { throw ValidationError("--cores is \(cores); expected 1 to 256") }
        if let asOf, Instant(asOf) == nil { throw ValidationError("'\(asOf)' is not a date or time that exists; expected 2026-10-05") }
    }

    func run() async throws {
        let options = try options()
        let reports: [VerificationReport]
        do {
            if let bundle {
                try Self.require(bundle)
                reports = [try await BundleVerifier(options).verify(path: bundle)]
            } else if let item, let entry, let proof {
                for path in [item, entry, proof] { try Self.require(path) }
                reports = [
                    ItemVerifier(options).verify(
                        record: try FileStream(path: item), path: item, entry: .init(path: entry, bytes: try Self.read(entry)),
                        proof: .init(path: proof, bytes: try Self.read(proof)))
                ]
            } else {
                reports = try await lockers(options)
            }
        } catch let code as ExitCode {
            throw code
        } catch {
            throw ExitCode(Console.status(of: error).rawValue)
        }
        try tell(reports)
        try ExitStatus.worst(reports.map(Self.status)).finish()
    }

    // MARK: what is given

    private func options() throws -> VerifierOptions {
        do {
            for path in [trust, since].compactMap({ $0 }) { try Self.require(path) }
            let trusted = try trust.map { try VerifierTrust(parsing: Self.read($0), path: $0) }
            let earlier = try since.map { VerifierOptions.Since(bytes: try Self.read($0), path: $0) }
            if let earlier { _ = try TileLog.checkpoint(of: earlier.bytes, path: earlier.path) }
            let now = asOf.flatMap { Instant($0) }.map { Int($0.seconds) } ?? time(nil)
            var options = VerifierOptions(
                trust: trusted, since: earlier, now: now,
                cores: cores ?? ProcessInfo.processInfo.activeProcessorCount, rebuild: rebuild, producer: DossierCommand.producer)
            options.report = { try $0.report() }
            return options
        } catch let code as ExitCode {
            throw code
        } catch {
            throw ExitCode(Console.status(of: error).rawValue)
        }
    }

    private static func require(_ path: String) throws {
        guard !FileStatus.isTaken(path) else { return }
        Console.report([.noSuchFile(path)])
        throw ExitCode(ExitStatus.missingInput.rawValue)
    }

    /// A larger file is refused and never cut: what is behind the cut could revoke what is before it.
    private static func read(_ path: String) throws -> [UInt8] {
        let bytes = try readPrefix(of: FileStream(path: path), limit: mostGiven + 1)
        guard bytes.count <= mostGiven else { throw Diagnostic.givenTooLarge(path) }
        return bytes
    }

    /// The largest trust file, checkpoint, entry or proof (bytes).
    private static let mostGiven = 4 << 20

    // MARK: lockers

    private func lockers(_ options: VerifierOptions) async throws -> [VerificationReport] {
        let workspace = try workspaceOptions.load()
        let known = workspace.clients(of: workspace.systems)
        if let unknown = client.first(where: { !known.contains($0) }) {
            let names = known.compactMap { $0 }
            Console.report([.unknownClient(unknown, names)])
            throw ExitCode(ExitStatus.missingInput.rawValue)
        }
        var reports: [VerificationReport] = []
        for owner in client.isEmpty ? known : client.map({ Optional($0) }) {
            let path = "\(workspace.files.root)/\(Workspace.lockerPath(of: owner))"
            guard FileStatus.isTaken(path) else {
                Console.report([.noLocker(Workspace.lockerPath(of: owner))])
                throw ExitCode(ExitStatus.missingInput.rawValue)
            }
            reports.append(try await LockerVerifier(options).verify(path, origin: workspace.ledgerName(of: owner)))
        }
        return reports
    }

    // MARK: results

    private func tell(_ reports: [VerificationReport]) throws {
        switch format {
        case .text: Console.result(reports.map(\.text).joined(separator: "\n"))
        case .json:
            let value: Value = reports.count == 1 ? reports[0].value : .list(reports.map(\.value))
            Console.result(value.prettyJSON)
        case .junit: Console.result(String(decoding: try VerificationReport.junit(reports), as: UTF8.self))
        }
    }

    private static func status(_ report: VerificationReport) -> ExitStatus {
        switch report.verdict {
        case .good: .success
        case .incomplete: .incomplete
        case .altered, .notSigned, .notTrusted: .integrity
        }
    }
}

/// How the result of a verification is printed.
enum VerifyFormat: String, CaseIterable, ExpressibleByArgument { case text, json, junit }

extension Diagnostic {
    fileprivate static func givenTooLarge(_ path: String) -> Self {
        Diagnostic(
            id: "verify.too-large", severity: .error, location: TextLocation(path: path), message: "the file is larger than 4 MiB, the most that is read of it",
            hint: "check that this is the file that you meant")
    }

    fileprivate static func noSuchFile(_ path: String) -> Self {
        Diagnostic(
            id: "verify.missing-file", severity: .error, location: TextLocation(path: path), message: "there is no such file or folder",
            hint: "check the path")
    }

    fileprivate static func unknownClient(_ name: String, _ known: [String]) -> Self {
        Diagnostic(
            id: "verify.unknown-client", severity: .error, message: "no system has the client '\(name)'\(suggestion(for: name, among: known))",
            hint: known.isEmpty ? "leave --client out; no system names a client" : "use one of: \(known.joined(separator: ", "))")
    }

    fileprivate static func noLocker(_ path: String) -> Self {
        Diagnostic(
            id: "verify.no-locker", severity: .error, location: TextLocation(path: path), message: "there is no locker; expected collected evidence",
            hint: "run 'dossier collect', or name the workspace with --workspace")
    }
}
