import Glibc
import LibXML
import StructuredText
import TestSupport
import Testing

/// What holds for the program as a whole.
@Suite struct ProgramTests {
    /// Every command and subcommand that the help names.
    private static let commands: [[String]] = subcommands(of: [])

    private static func subcommands(of command: [String]) -> [[String]] {
        guard let text = try? DossierProgram.run(command + ["--help"], in: "/").text else { return [] }
        let names = text.split(separator: "\n").drop { $0 != "SUBCOMMANDS:" }.dropFirst().filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") }
            .compactMap { $0.split(separator: " ").first.map(String.init) }.filter { $0 != "See" }
        return [command] + names.flatMap { subcommands(of: command + [$0]) }
    }

    @Test(arguments: commands) func helpHasAnExample(command: [String]) throws {
        let outcome = try DossierProgram.run(command + ["--help"], in: "/")
        #expect(outcome.code == 0)
        #expect(outcome.errors.isEmpty)
        // A passphrase may stand before the program's name.
        let example = outcome.text.split(separator: "\n").first { $0.contains("Example: ") }
        #expect(example?.contains("dossier \(command.joined(separator: " "))") == true, "\(outcome.text)")
    }

    @Test func theHelpNamesTheCommands() {
        let known = [
            "init", "frameworks", "frameworks list", "frameworks show", "frameworks check", "inspect", "collect", "gaps", "explain", "pack", "keys new",
            "keys list", "keys trust", "locker rebuild", "attest list",
            "attest show", "attest sign", "attest export-csv", "attest import-csv",
        ]
        #expect(Set(known).isSubset(of: Set(Self.commands.map { $0.joined(separator: " ") })))
    }

    @Test(arguments: ["bash", "zsh", "fish"]) func writesACompletionScript(shell: String) throws {
        let outcome = try DossierProgram.run(["--generate-completion-script", shell], in: "/")
        #expect(outcome.code == 0)
        #expect(outcome.text.contains("dossier") && outcome.text.contains("frameworks"))
    }

    @Test func theCompletionScriptIsBash() throws {
        let folder = try TemporaryFolder()
        let outcome = try DossierProgram.shell("dossier --generate-completion-script bash > c && bash -n c", in: folder.path)
        #expect(outcome.code == 0, "\(outcome.errors)")
    }

    @Test func thePackIsValidByTheSchemaBesideIt() throws {
        let workspace = try SampleWorkspace()
        _ = try workspace.dossier("collect")
        _ = try workspace.dossier("pack", "--period", "2026-Q3", "--framework", "eu-ai-act,nist-ai-rmf,pipeda,osfi-e23,fda-pccp")
        let folder = "packs/credit/2026-Q3"
        let schema = XMLSchemaValidator.compile(try workspace.folder.read("\(folder)/pack.xsd"), path: "pack.xsd")
        let validator = try #require(schema.validator, "\(schema.diagnostics)")
        #expect(validator.validate(try workspace.folder.read("\(folder)/report.xml"), path: "report.xml").isEmpty)
    }

    @Test func theSameInputsGiveTheSameBytesInAnyFolder() throws {
        let packs = try (0..<2).map { _ in
            let workspace = try SampleWorkspace()
            _ = try workspace.dossier("collect", "--demonstration-seed", "tests")
            _ = try workspace.dossier("pack", "--period", "2026-Q3", "--framework", "eu-ai-act,nist-ai-rmf")
            let first = try workspace.folder.snapshot("packs")
            _ = try workspace.dossier("pack", "--period", "2026-Q3", "--framework", "eu-ai-act,nist-ai-rmf")
            #expect(try workspace.folder.snapshot("packs") == first)
            return (first, try workspace.folder.snapshot("locker/objects"), try workspace.folder.snapshot("locker/ledger"))
        }
        #expect(packs[0].0.count >= 4)
        #expect(packs[0].0 == packs[1].0)
        #expect(packs[0].1 == packs[1].1)
        #expect(packs[0].2 == packs[1].2)
    }

    @Test func filesThatAppearInAnotherOrderGiveTheSamePack() throws {
        let packs = try [["audit.jsonl", "card.md"], ["card.md", "audit.jsonl"]].map { order in
            let workspace = try SampleWorkspace()
            for name in order {
                let text = try workspace.folder.read("evidence/credit/\(name)")
                try workspace.folder.remove("evidence/credit/\(name)")
                try workspace.folder.write(text, to: "evidence/credit/\(name)")
            }
            _ = try workspace.dossier("collect", "--demonstration-seed", "tests")
            _ = try workspace.dossier("pack", "--period", "2026-Q3")
            return try workspace.folder.snapshot("packs")
        }
        #expect(packs[0] == packs[1])
    }

    // MARK: Nothing evaluated

    @Test func aPackOverNothingIsNeverGreen() throws {
        let workspace = try SampleWorkspace()
        let pack = try workspace.pack()
        #expect(pack.outcome.code == 4)
        #expect(pack.json.at(pointer: "/cover/status")?.string == "nothing evaluated")
        #expect(pack.json.at(pointer: "/summary/evaluated")?.bool == false)
        #expect(pack.json.at(pointer: "/summary/banner")?.string?.hasPrefix("Nothing was evaluated") == true)
        for counts in ["in-force", "readiness"] {
            #expect(pack.json.at(pointer: "/summary/frameworks/0/\(counts)/met")?.int == 0)
            #expect(pack.json.at(pointer: "/summary/frameworks/0/\(counts)/evaluated")?.int == 0)
        }
        #expect(pack.json["controls"]?.array?.contains { $0["verdict"]?.string == "met" } == false)
        for name in ["report.html", "report.md", "report.xml"] {
            #expect(try workspace.folder.text("packs/credit/2026-Q3/\(name)").contains("Nothing was evaluated"), "\(name)")
        }
    }

    @Test(arguments: ["text", "markdown", "json", "junit", "github", "sarif"])
    func gapsOverNothingEndWith4(format: String) throws {
        let workspace = try SampleWorkspace()
        let outcome = try workspace.dossier("gaps", "--period", "2026-Q3", "--fail-on", "never", "--format", format)
        #expect(outcome.code == 4)
        switch format {
        case "text", "markdown": #expect(outcome.text.contains("Nothing was evaluated"))
        case "json": #expect(JSONParser.parse(outcome.output, path: "gaps").node?["evaluated"]?.bool == false)
        default: #expect(!outcome.output.isEmpty)
        }
    }

    @Test func aSystemWithNothingBesideOneWithEvidenceEndsWith4() throws {
        let workspace = try SampleWorkspace()
        try workspace.folder.write(SampleWorkspace.system.replacing("evidence/credit", with: "evidence/none"), to: "systems/other.yaml")
        _ = try workspace.dossier("collect", "--system", "credit")
        #expect(try workspace.dossier("pack", "--period", "2026-Q3").code == 4)
    }

    // MARK: Outputs

    @Test func aDeviceIsWrittenToAndNotReplaced() throws {
        let workspace = try SampleWorkspace()
        try workspace.folder.makePipe("pipe")
        let script = "cat pipe > got & dossier gaps --period 2026-Q3 --fail-on never -o pipe; code=$?; wait; test -p pipe && test -s got && exit $code"
        #expect(try DossierProgram.shell(script, in: workspace.folder.path).code == 4)
    }

    @Test func anEmptyOutputPathIsRefused() throws {
        let workspace = try SampleWorkspace()
        #expect(try workspace.dossier("pack", "--period", "2026-Q3", "--output", "").code == 64)
        #expect(try workspace.dossier("gaps", "--period", "2026-Q3", "--output", "").code == 64)
    }

    @Test func aResultThatCannotBePrintedIsNoSuccess() throws {
        for arguments in [["frameworks", "list"], ["gaps", "--period", "2026-Q3"], ["collect"]] {
            let workspace = try SampleWorkspace()
            let outcome = try DossierProgram.run(arguments, in: workspace.folder.path, output: "/dev/full")
            #expect(outcome.code == 74, "\(arguments)")
            #expect(outcome.errors.contains("No space left on device"))
        }
    }

    /// A small file system of its own, for whoever may mount one.
    @Test(.enabled(if: geteuid() == 0, "only root can mount a small file system"))
    func aFullDiskLosesNothingStored() throws {
        let place = try TemporaryFolder()
        try place.makeFolder("disk")
        guard try DossierProgram.shell("mount -t tmpfs -o size=400k tmpfs disk", in: place.path).code == 0 else { return }
        defer { _ = try? DossierProgram.shell("umount disk", in: place.path) }
        let workspace = try SampleWorkspace()
        let script = """
            cp -R \(workspace.folder.path)/. disk && cd disk && dossier collect >&2 && cp -R locker ../before || exit 99
            head -c 150000 /dev/zero > evidence/credit/big.txt && cp evidence/credit/policy.txt.evidence.yaml evidence/credit/big.txt.evidence.yaml
            head -c 150000 /dev/zero > filler
            dossier collect; code=$?
            diff -r ../before locker >&2 || exit 98
            rm filler evidence/credit/big.txt evidence/credit/big.txt.evidence.yaml; dossier collect >&2 || exit 97
            exit $code
            """
        let outcome = try DossierProgram.shell(script, in: place.path)
        #expect(outcome.code == 74, "\(outcome.errors)")
        #expect(outcome.errors.contains("No space left on device") && outcome.errors.contains("nothing stored was lost"), "\(outcome.errors)")
    }

    @Test func twoCollectorsDoNotWriteAtOnce() throws {
        let workspace = try SampleWorkspace()
        try workspace.folder.write("", to: "locker/lock")
        let outcome = try DossierProgram.shell("flock -x locker/lock dossier collect", in: workspace.folder.path)
        #expect(outcome.code == 74)
        #expect(outcome.errors.contains("[locker.busy]"), "\(outcome.errors)")
    }
}
