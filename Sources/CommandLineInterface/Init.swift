import ArgumentParser
import Diagnostics
import DurableStorage
import EvidenceLocker
import Glibc
import Workspaces

/// Makes a new workspace.
struct Init: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make a workspace: dossier.yaml, one system file and the folders beside them.",
        discussion: "Example: dossier init acme --organisation 'Acme AI' --system credit-scoring")

    @Argument(help: "The folder; made when it is not there.", completion: .directory)
    var folder = "."
    @Option(help: "The organisation's name, as packs print it.")
    var organisation = "Example organisation"
    @Option(help: "The id of the first system: letters, digits and hyphens.")
    var system = "example-system"

    func validate() throws {
        guard !system.isEmpty, system.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }) else {
            throw ValidationError("'\(system)' is no system id; expected letters, digits and hyphens")
        }
    }

    func run() throws {
        guard access("\(folder)/\(Workspace.marker)", F_OK) != 0 else {
            Console.report([.exists(folder)])
            throw ExitCode(ExitStatus.cannotCreate.rawValue)
        }
        do {
            for part in ["", "/systems", "/exceptions", "/frameworks", "/templates", "/evidence/\(system)"] { try DurableFile.makeFolder(folder + part) }
            try DurableFile.write(Array(Self.workspaceText(organisation).utf8), to: "\(folder)/\(Workspace.marker)")
            try DurableFile.write(Array(Self.systemText(system).utf8), to: "\(folder)/systems/\(system).yaml")
        } catch {
            _ = Console.status(of: error)
            throw ExitCode(ExitStatus.cannotCreate.rawValue)
        }
        Console.result("Made a workspace in \(folder). Next: edit systems/\(system).yaml, put records under evidence/\(system)/, run 'dossier collect'.")
    }

    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }

    private static func workspaceText(_ organisation: String) -> String {
        """
        organisation: \(quoted(organisation))
        # time-zone: America/Toronto      # periods begin at this zone's midnight; UTC when left out
        defaults:
          frameworks: [nist-ai-rmf]
          # period: 2026-Q3
          classification: internal
        # signers:
        #   - { name: Name, role: Compliance officer }

        """
    }

    private static func systemText(_ id: String) -> String {
        """
        name: \(id)
        purpose: Say in one sentence what the system decides or produces, and for whom.
        roles: [deployer]                 # provider, deployer, importer, distributor, manufacturer
        # risk: { eu-ai-act: high }
        # annex: III
        # sector: [banking]
        # jurisdictions: [CA, EU]
        # traits: { personal-data: true }
        # versions:
        #   - { version: 1.0.0, released: 2026-01-15 }
        # protected-attributes: [sex, age-band]
        # limits:
        #   bias-assessment.demographic-parity-difference: { at-most: 0.1, approved-by: Name, approved-on: 2026-01-10, why: Board decision 4 }
        sources:
          - path: evidence/\(id)

        """
    }
}

extension Diagnostic {
    fileprivate static func exists(_ folder: String) -> Self {
        Diagnostic(
            id: "init.exists", severity: .error, location: TextLocation(path: "\(folder)/\(Workspace.marker)"), message: "there is a workspace already",
            hint: "choose another folder")
    }
}
