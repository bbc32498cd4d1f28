import EvidenceLocker
import EvidenceModel
import Foundation
import StructuredText
import TestSupport
import Testing
import TransparencyLog

/// What the machine does to a locker: kills, full and read-only disks, damaged files, clocks, a second writer.
@Suite struct FaultTests {
    private static let passphrase = "export DOSSIER_PASSPHRASE=p; "

    /// A collected workspace with a signed ledger; one of its records is confidential.
    private static func collected() throws -> SampleWorkspace {
        let workspace = try SampleWorkspace()
        try workspace.folder.write(
            SampleWorkspace.system + "  - { path: evidence/closed, classification: confidential }\n", to: "systems/credit.yaml")
        try workspace.folder.write(SampleWorkspace.log + SampleWorkspace.line, to: "evidence/closed/closed.jsonl")
        let outcome = try DossierProgram.shell(passphrase + "dossier keys new ledger && dossier collect", in: workspace.folder.path)
        try #require(outcome.code == 0, "\(outcome.errors)")
        return workspace
    }

    // MARK: Kills

    private static let python = FileManager.default.isExecutableFile(atPath: "/usr/bin/python3")

    @Test(.enabled(if: python, "there is no python3")) func killsAtRandomMomentsLoseNothing() throws {
        let script = DossierProgram.package.appending(path: "Tests/Faults/kill.py").path()
        let count = ProcessInfo.processInfo.environment["DOSSIER_KILLS"].flatMap { Int($0) } ?? 20
        let folder = try TemporaryFolder()
        let outcome = try DossierProgram.shell("python3 \(script) \"$(command -v dossier)\" --runs \(count)", in: folder.path, seconds: 1800)
        #expect(outcome.code == 0, "\(outcome.text)\(outcome.errors)")
        #expect(outcome.text.hasSuffix("nothing lost\n"))
    }

    // MARK: Damage

    /// One file of a locker that is damaged or gone.
    struct Damage: Sendable, CustomTestStringConvertible {
        var name: String
        /// Finds the file, relative to the workspace.
        var find: @Sendable (SampleWorkspace) throws -> String
        /// The commands that must notice it.
        var noticed: [String]
        /// Whether the objects and entries that are left allow it to be made again.
        var isMended = false
        var testDescription: String { name }
    }

    private static let reading = ["gaps --period 2026-Q3", "pack --period 2026-Q3", "collect", "verify --locker"]
    private static let verifying = ["pack --period 2026-Q3", "verify --locker"]

    private static let damages: [Damage] = [
        Damage(name: "bundle of entries", find: { try file($0, below: "locker/ledger/tile/entries") }, noticed: reading),
        Damage(name: "checkpoint", find: { _ in "locker/ledger/checkpoint" }, noticed: reading),
        Damage(name: "tile of hashes", find: { try file($0, below: "locker/ledger/tile/0") }, noticed: ["verify --locker"], isMended: true),
        Damage(name: "artefact", find: { try object(of: "evidence/credit/audit.jsonl", in: $0, isReading: false) }, noticed: verifying),
        Damage(name: "reading", find: { try object(of: "evidence/credit/audit.jsonl", in: $0, isReading: true) }, noticed: reading),
        Damage(name: "sealed record", find: { try file($0, below: "locker/sealed") }, noticed: verifying),
    ]

    private static func file(_ workspace: SampleWorkspace, below folder: String) throws -> String {
        try #require(try workspace.folder.snapshot(folder).keys.sorted().last)
    }

    private static func object(of path: String, in workspace: SampleWorkspace, isReading: Bool) throws -> String {
        let locker = try Locker(reading: workspace.folder.place("locker"))
        let item = try #require(locker.contents.item(system: "credit", path: path))
        var digest: String?
        try locker.log.forEachEntry(from: 0, to: locker.contents.entries) { index, bytes in
            guard index == item.entry, let body = JSONParser.parse(bytes, path: "entry").node?["item"] else { return }
            digest = isReading ? body["reading"]?["sha256"]?.string : body["sha256"]?.string
        }
        let hex = try #require(digest)
        return "locker/objects/sha256/\(hex.prefix(2))/\(hex.dropFirst(2))"
    }

    private static func expectNoticed(_ damage: Damage, _ workspace: SampleWorkspace, _ path: String, _ what: String) throws {
        for command in damage.noticed {
            let outcome = try DossierProgram.shell(passphrase + "dossier \(command)", in: workspace.folder.path)
            #expect(outcome.code == 3 || outcome.code == 74, "\(what) \(command): \(outcome.code ?? -1) \(outcome.errors)")
            let name = path.split(separator: "/").suffix(2).joined(separator: "/")
            #expect((outcome.errors + outcome.text).contains(name), "\(what) \(command): \(outcome.text)\(outcome.errors)")
        }
        guard damage.isMended else { return }
        #expect(try workspace.dossier("gaps", "--period", "2026-Q3", "--fail-on", "never").code == 0)
        #expect(try workspace.dossier("locker", "rebuild").code == 0)
    }

    @Test(arguments: damages) func aDamagedFileIsNamed(damage: Damage) throws {
        let workspace = try Self.collected()
        let path = try damage.find(workspace)
        let good = try workspace.folder.read(path)
        var bytes = good
        // In the middle, where a text is.
        bytes[bytes.count / 2] ^= 1
        try workspace.folder.write(bytes, to: path)
        try Self.expectNoticed(damage, workspace, path, "changed")
        if damage.isMended { #expect(try workspace.folder.read(path) == good) }
        // Put back, it is as before.
        try workspace.folder.write(good, to: path)
        #expect(try workspace.dossier("pack", "--period", "2026-Q3").code == 0)
    }

    @Test(arguments: damages) func aMissingFileIsNamed(damage: Damage) throws {
        let workspace = try Self.collected()
        let path = try damage.find(workspace)
        let good = try workspace.folder.read(path)
        try workspace.folder.remove(path)
        var damage = damage
        // What is not there at all is seen by whoever reads.
        if ["artefact", "sealed record"].contains(damage.name) { damage.noticed = Self.reading }
        try Self.expectNoticed(damage, workspace, path, "missing")
        if damage.isMended { #expect(try workspace.folder.read(path) == good) }
        try workspace.folder.write(good, to: path)
        #expect(try workspace.dossier("pack", "--period", "2026-Q3").code == 0)
    }

    // MARK: Disks

    @Test func aFileSizeLimitStopsCollectAndLosesNothing() throws {
        let workspace = try Self.collected()
        let before = try workspace.folder.snapshot("locker")
        try workspace.folder.write(String(repeating: SampleWorkspace.line, count: 8000), to: "evidence/credit/big.jsonl")
        // The signal that a limit sends is ignored, so that writing fails as on a full disk.
        let script = "trap '' XFSZ; ulimit -f 200; dossier collect"
        let outcome = try DossierProgram.shell(Self.passphrase + script, in: workspace.folder.path)
        #expect(outcome.code == 74 && outcome.errors.contains("File too large"), "\(outcome.code ?? -1) \(outcome.errors)")
        #expect(try workspace.folder.snapshot("locker") == before)
        #expect(try workspace.dossier("gaps", "--period", "2026-Q3", "--fail-on", "never").code == 0)
        let again = try DossierProgram.shell(Self.passphrase + "dossier collect", in: workspace.folder.path)
        #expect(again.code == 0 && again.text.hasPrefix("1 added"), "\(again.errors)")
    }

    @Test func aLockerThatMayNotBeWrittenIsReadAllTheSame() throws {
        let workspace = try Self.collected()
        // Where root writes everywhere, a read-only mount says no; where neither can be had, a folder without the right to write.
        let script = """
            set -e
            if [ "$(id -u)" = 0 ]; then
                unshare -m sh -c 'mount --bind locker locker && mount -o remount,ro,bind locker && touch evidence/credit/x && rm evidence/credit/x \
                    && dossier collect; echo "collect $?"; dossier gaps --period 2026-Q3 --fail-on never > gaps.txt; echo "gaps $?"' || echo skipped
            else
                chmod -R a-w locker
                set +e; dossier collect; echo "collect $?"; dossier gaps --period 2026-Q3 --fail-on never > gaps.txt; echo "gaps $?"; chmod -R u+w locker
            fi
            """
        try workspace.folder.write(SampleWorkspace.log, to: "evidence/credit/more.jsonl")
        let before = try workspace.folder.snapshot("locker")
        let outcome = try DossierProgram.shell(Self.passphrase + script, in: workspace.folder.path)
        if outcome.text.contains("skipped") { return }
        #expect(outcome.text.contains("collect 74\n") && outcome.text.contains("gaps 0\n"), "\(outcome.text)\(outcome.errors)")
        #expect(outcome.errors.contains("/locker/"), "\(outcome.errors)")
        #expect(try workspace.folder.snapshot("locker") == before)
    }

    // MARK: Clocks and writers

    @Test func aClockThatWentBackwardsIsNamedAndHarmsNothing() throws {
        let workspace = try SampleWorkspace()
        _ = try workspace.dossier("collect")
        try workspace.folder.write(SampleWorkspace.log, to: "evidence/credit/more.jsonl")
        let outcome = try workspace.dossier("collect", "--at", "2026-10-04T09:00:00Z")
        #expect(outcome.code == 0)
        #expect(outcome.errors.contains(": warning: the new entries are of 2026-10-04T09:00:00Z, and the newest one before them is of 2026-10-05T09:00:00Z"))
        #expect(outcome.errors.contains("[ledger.clock-backwards]\n  hint: "))
        #expect(try workspace.dossier("gaps", "--period", "2026-Q3", "--fail-on", "never").code == 0)
    }

    @Test func ofTwoCollectorsAtOnceTheSecondIsToldToWait() throws {
        let workspace = try Self.collected()
        for command in ["collect", "locker rebuild"] {
            let script = Self.passphrase + "export DOSSIER_PASSPHRASE; flock -x locker/lock dossier \(command)"
            let outcome = try DossierProgram.shell(script, in: workspace.folder.path)
            #expect(outcome.code == 74 && outcome.errors.contains("[locker.busy]"), "\(outcome.errors)")
        }
        // Both at once for real: one wins, and the locker holds what one run finds.
        let workspaces = try SampleWorkspace()
        let race = "dossier collect & dossier collect; first=$?; wait $!; second=$?; [ $first -eq 0 ] || [ $second -eq 0 ]"
        #expect(try DossierProgram.shell(race, in: workspaces.folder.path).code == 0)
        let contents = try Locker(reading: workspaces.folder.place("locker")).contents
        #expect(contents.items.count == 3 && !contents.isInterrupted)
    }
}
