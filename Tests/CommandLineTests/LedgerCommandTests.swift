import EvidenceLocker
import EvidenceModel
import Glibc
import StructuredText
import TestSupport
import Testing
import TransparencyLog

/// Keys, clients, sealed records and rebuilding, as a user meets them.
@Suite struct LedgerCommandTests {
    private static let origin = "locker.example.org/acme"

    /// The sample workspace whose ledger has a name, with another system for another client.
    private static func workspace(clients: Bool = false) throws -> SampleWorkspace {
        let workspace = try SampleWorkspace()
        try workspace.folder.write("organisation: Acme\nledger: \(origin)\n", to: "dossier.yaml")
        if clients {
            try workspace.folder.write("client: northgate\n" + SampleWorkspace.system, to: "systems/credit.yaml")
            try workspace.folder.write(
                "client: southgate\n" + SampleWorkspace.system.replacing("evidence/credit", with: "evidence/triage"), to: "systems/triage.yaml")
            try workspace.folder.write(SampleWorkspace.log + SampleWorkspace.line, to: "evidence/triage/triage-audit.jsonl")
        }
        return workspace
    }

    private static func run(_ workspace: SampleWorkspace, _ script: String, passphrase: String? = nil) throws -> DossierProgram.Outcome {
        let set = passphrase.map { "export DOSSIER_PASSPHRASE='\($0)'; " } ?? ""
        return try DossierProgram.shell(set + script, in: workspace.folder.path)
    }

    private static func mode(_ workspace: SampleWorkspace, _ path: String) -> UInt32 {
        var status = stat()
        return stat(workspace.folder.place(path), &status) == 0 ? status.st_mode & 0o777 : 0
    }

    // MARK: Keys

    @Test func aNewKeyIsEncryptedAndItsOwnersAlone() throws {
        let workspace = try Self.workspace()
        let outcome = try Self.run(workspace, "dossier keys new ledger", passphrase: "a good one")
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.text.hasPrefix("ledger  ed25519  ") && outcome.text.contains("\n  verifier key: \(Self.origin)+"))
        #expect(Self.mode(workspace, "keys/private/ledger.key") == 0o600 && Self.mode(workspace, "keys/private") == 0o700)
        #expect(try workspace.folder.text("keys/private/ledger.key").hasPrefix("-----BEGIN ENCRYPTED PRIVATE KEY-----"))
        #expect(try workspace.folder.text("keys/ledger.pem").hasPrefix("-----BEGIN PUBLIC KEY-----"))
        // The head of the empty ledger is signed at once.
        #expect(try workspace.folder.text("locker/ledger/checkpoint").contains("\n\u{2014} \(Self.origin) "))
    }

    @Test(arguments: ["ledger", "claire"]) func aKeyIsNeverReplaced(id: String) throws {
        let workspace = try Self.workspace()
        #expect(try Self.run(workspace, "dossier keys new \(id)", passphrase: "p").code == 0)
        let before = try workspace.folder.snapshot("keys")
        let outcome = try Self.run(workspace, "dossier keys new \(id)", passphrase: "p")
        #expect(outcome.code == 65 && outcome.errors.contains("[key.exists]"), "\(outcome.errors)")
        #expect(try workspace.folder.snapshot("keys") == before)
    }

    @Test func withoutAPassphraseNoKeyIsWritten() throws {
        let workspace = try Self.workspace()
        let outcome = try Self.run(workspace, "dossier keys new ledger")
        #expect(outcome.code == 66 && outcome.errors.contains("[key.no-passphrase]"), "\(outcome.errors)")
        #expect(workspace.folder.names("keys") == [])
    }

    @Test(arguments: [("../x", "ed25519", "key.bad-id"), ("Ledger", "ed25519", "key.bad-id"), ("ledger", "p256", "key.not-for-ledgers")])
    func aKeyThatCannotBeUsedIsRefused(id: String, algorithm: String, diagnostic: String) throws {
        let workspace = try Self.workspace()
        let outcome = try Self.run(workspace, "dossier keys new \(id) --algorithm \(algorithm)", passphrase: "p")
        #expect(outcome.code == 65 && outcome.errors.contains("[\(diagnostic)]"), "\(outcome.errors)")
        #expect(workspace.folder.names("keys/private") == [])
    }

    @Test func anInterruptedKeyOfALedgerIsFinished() throws {
        let workspace = try Self.workspace()
        _ = try workspace.dossier("collect")
        let unsigned = try workspace.folder.read("locker/ledger/checkpoint")
        #expect(try Self.run(workspace, "dossier keys new ledger", passphrase: "p").code == 0)
        let keys = try workspace.folder.snapshot("keys")
        // As a kill between the key and the signature leaves it.
        try workspace.folder.write(unsigned, to: "locker/ledger/checkpoint")
        #expect(try workspace.dossier("gaps", "--period", "2026-Q3").code == 3)
        #expect(try Self.run(workspace, "dossier keys new ledger", passphrase: "wrong").code == 65)
        #expect(try Self.run(workspace, "dossier keys new ledger", passphrase: "p").code == 0)
        #expect(try workspace.folder.snapshot("keys") == keys)
        #expect(try workspace.dossier("gaps", "--period", "2026-Q3", "--fail-on", "never").code == 0)
        #expect(try Self.run(workspace, "dossier keys new ledger", passphrase: "p").code == 65)
    }

    @Test func theListShowsWhatOthersNeed() throws {
        let workspace = try Self.workspace()
        #expect(try Self.run(workspace, "dossier keys new ledger && dossier keys new claire --algorithm p256", passphrase: "p").code == 0)
        let outcome = try workspace.dossier("keys", "list", "--format", "json")
        #expect(outcome.code == 0)
        let keys = try #require(JSONParser.parse(outcome.output, path: "keys").node?["keys"]?.array)
        #expect(keys.map { $0["id"]?.string } == ["claire", "ledger"])
        #expect(keys.map { $0["algorithm"]?.string } == ["p256", "ed25519"])
        #expect(keys[0]["verifier-key"] == nil && keys[1]["verifier-key"]?.string?.hasPrefix(Self.origin + "+") == true)
        #expect(keys.allSatisfy { $0["key-id"]?.string?.utf8.count == 64 })
    }

    @Test func aFileThatIsNoKeyFailsTheList() throws {
        let workspace = try Self.workspace()
        try workspace.folder.write("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", to: "keys/x.pem")
        #expect(try workspace.dossier("keys", "list").code == 65)
    }

    @Test func trustTakesAKeyOnceAndDemandsWhatItIsTold() throws {
        let workspace = try Self.workspace()
        #expect(try Self.run(workspace, "dossier keys new ledger && dossier keys new claire", passphrase: "p").code == 0)
        let script = """
            for i in 1 2; do dossier keys trust --file t.yaml --key keys/claire.pem --person 'Claire \\"B\\"' --role compliance-officer --over bundle || exit; done
            dossier keys trust --file t.yaml --log "$(dossier keys list | sed -n 's/.*verifier key: //p')"
            """
        let outcome = try Self.run(workspace, script)
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.text.hasSuffix("t.yaml: 1 signers, 1 ledgers, 2 demanded signatures\n"), "\(outcome.text)")
    }

    @Test(
        arguments: [
            ("--key keys/claire.pem", 64), ("--log x", 65),
            ("--key nothing.pem --person P --role r", 74),
            ("--key keys/claire.pem --person P --role r --over x", 64),
        ] as [(String, Int32)])
    func trustRefusesWhatItCannotUse(arguments: String, code: Int32) throws {
        let workspace = try Self.workspace()
        #expect(try Self.run(workspace, "dossier keys new claire", passphrase: "p").code == 0)
        let outcome = try Self.run(workspace, "dossier keys trust --file t.yaml \(arguments)")
        #expect(outcome.code == code, "\(outcome.errors)")
        #expect(!workspace.folder.names().contains("t.yaml"))
    }

    // MARK: Signed ledgers

    @Test func aSignedLedgerRefusesAWriterWithoutItsKey() throws {
        let workspace = try Self.workspace()
        #expect(try Self.run(workspace, "dossier keys new ledger && dossier collect", passphrase: "right").code == 0)
        let before = try workspace.folder.snapshot("locker")
        try workspace.folder.write(SampleWorkspace.log, to: "evidence/credit/more.jsonl")
        for (passphrase, code, id) in [(nil, 66, "key.no-secret"), ("wrong", 65, "key.wrong-passphrase")] as [(String?, Int32, String)] {
            let outcome = try Self.run(workspace, "dossier collect", passphrase: passphrase)
            #expect(outcome.code == code && outcome.errors.contains("[\(id)]"), "\(outcome.errors)")
        }
        // Without its public half it looks like a ledger that nobody signs.
        try workspace.folder.remove("keys/ledger.pem")
        let outcome = try Self.run(workspace, "dossier collect")
        #expect(outcome.code == 66 && outcome.errors.contains("[ledger.needs-key]"), "\(outcome.errors)")
        #expect(try workspace.folder.snapshot("locker") == before)
    }

    @Test func aSignedLedgerKeepsItsName() throws {
        let workspace = try Self.workspace()
        #expect(try Self.run(workspace, "dossier keys new ledger && dossier collect", passphrase: "p").code == 0)
        try workspace.folder.write("organisation: Acme\nledger: locker.example.org/other\n", to: "dossier.yaml")
        let collected = try Self.run(workspace, "dossier collect", passphrase: "p")
        #expect(collected.code == 3 && collected.errors.contains("[ledger.other-origin]"), "\(collected.errors)")
        let gaps = try workspace.dossier("gaps", "--period", "2026-Q3")
        #expect(gaps.code == 3 && gaps.errors.contains("[ledger.other-origin]"), "\(gaps.errors)")
    }

    @Test func aHeadWithoutItsSignatureEndsEverythingWith3() throws {
        let workspace = try Self.workspace()
        #expect(try Self.run(workspace, "dossier keys new ledger && dossier collect", passphrase: "p").code == 0)
        let text = try workspace.folder.text("locker/ledger/checkpoint")
        try workspace.folder.write(text.split(separator: "\n").prefix(3).map { $0 + "\n" }.joined(), to: "locker/ledger/checkpoint")
        for command in ["dossier gaps --period 2026-Q3", "dossier pack --period 2026-Q3", "dossier collect", "dossier locker rebuild"] {
            let outcome = try Self.run(workspace, command, passphrase: "p")
            #expect(outcome.code == 3 && outcome.errors.contains("[ledger.unsigned-head]"), "\(command): \(outcome.errors)")
        }
    }

    // MARK: Clients

    @Test func eachClientHasALockerALedgerAndNothingOfAnother() throws {
        let workspace = try Self.workspace(clients: true)
        #expect(try workspace.dossier("collect").code == 0)
        var texts: [String] = []
        for (client, system) in [("northgate", "credit"), ("southgate", "triage")] {
            let locker = try Locker(reading: workspace.folder.place("locker/clients/\(client)"))
            #expect(locker.contents.origin == "\(Self.origin)/\(client)")
            #expect(Set(locker.contents.items.map(\.system)) == [system])
            var text = ""
            try locker.log.forEachEntry(from: 0, to: locker.contents.entries) { text += String(decoding: $1, as: UTF8.self) + "\n" }
            texts.append(text)
        }
        #expect(texts[0].contains("audit.jsonl") && !texts[0].contains("triage"))
        #expect(texts[1].contains("triage-audit.jsonl") && !texts[1].contains("credit"))
        #expect(workspace.folder.names("locker") == ["clients"])
    }

    @Test func eachClientsLedgerHasItsOwnKey() throws {
        let workspace = try Self.workspace(clients: true)
        #expect(try Self.run(workspace, "dossier keys new ledger-northgate && dossier collect", passphrase: "p").code == 0)
        #expect(try workspace.folder.text("locker/clients/northgate/ledger/checkpoint").contains("\u{2014} \(Self.origin)/northgate "))
        #expect(try !workspace.folder.text("locker/clients/southgate/ledger/checkpoint").contains("\u{2014}"))
    }

    @Test(arguments: ["../evil", "A", "", "a/b", "."]) func aClientIsNoPath(id: String) throws {
        let workspace = try SampleWorkspace()
        try workspace.folder.write("client: \"\(id)\"\n" + SampleWorkspace.system, to: "systems/credit.yaml")
        let outcome = try workspace.dossier("collect")
        #expect(outcome.code == 65 && outcome.errors.contains("systems/credit.yaml:1:"), "\(outcome.code ?? -1) \(outcome.errors)")
    }

    // MARK: Sealed records

    @Test func whatRulesHideIsInNoPackAndIsCounted() throws {
        let workspace = try Self.workspace()
        let system = SampleWorkspace.system.replacing(
            "  - path: evidence/credit\n",
            with: """
                  - path: evidence/credit
                    redaction:
                      rules:
                        - { id: users, pointer: /user, action: drop, reason: customers are not part of the report }

                """)
        try workspace.folder.write(system, to: "systems/credit.yaml")
        try workspace.folder.write(SampleWorkspace.log.replacing("anna", with: "anna.hidden@example.org"), to: "evidence/credit/audit.jsonl")
        #expect(try workspace.dossier("collect").code == 0)
        let pack = try workspace.pack()
        for (name, bytes) in try workspace.folder.snapshot("packs") {
            #expect(!String(decoding: bytes, as: UTF8.self).contains("anna.hidden"), "\(name)")
        }
        #expect(!(try workspace.dossier("gaps", "--period", "2026-Q3", "--format", "json").text.contains("anna.hidden")))
        let rows = try #require(pack.json.at(pointer: "/integrity/redactions")?.array)
        let row = try #require(rows.first { $0["path"]?.string == "evidence/credit/audit.jsonl" })
        #expect(row["rule"]?.string == "users" && row["action"]?.string == "drop" && row["count"]?.int == 2)
        #expect(row["reason"]?.string == "customers are not part of the report")
        let item = try #require(pack.json["evidence"]?.array?.first { $0["path"]?.string == "evidence/credit/audit.jsonl" })
        #expect(item["digest"]?.string?.hasPrefix("blinded:") == true)
    }

    // MARK: Runs that were cut short

    @Test func aRunThatWasCutShortMakesEverythingIncompleteUntilTheNext() throws {
        let workspace = try Self.workspace()
        #expect(try workspace.dossier("collect").code == 0)
        try {
            let locker = try Locker(writing: workspace.folder.place("locker"), as: LedgerAuthor(origin: Self.origin, signer: nil))
            try locker.markRun("started", systems: ["credit"], at: Instant(seconds: 1_791_190_900))
            try locker.flush()
        }()
        let gaps = try workspace.gaps()
        #expect(gaps.outcome.code == 5 && gaps.outcome.errors.contains("[collection.interrupted]"))
        #expect(gaps.json["problems"]?.array?.map { $0["id"]?.string } == ["collection.interrupted"])
        let pack = try workspace.pack()
        #expect(pack.outcome.code == 5)
        #expect(pack.json.at(pointer: "/cover/status")?.string == "partial")
        #expect(pack.json.at(pointer: "/method/workspace-problems")?.array?.contains { $0["id"]?.string == "collection.interrupted" } == true)
        #expect(try workspace.dossier("collect").code == 0)
        #expect(try workspace.gaps(["--fail-on", "never"]).outcome.code == 0)
    }

    @Test func anExceptionWhoseFileBreaksIsNotWithdrawn() throws {
        let workspace = try Self.workspace()
        let text = """
            exception: E-1
            system: credit
            framework: nist-ai-rmf
            controls: [GOVERN 1.3]
            reason: The register moves.
            measure: Weekly review.
            owner: Jo Tan
            approver: Ana Ruiz
            from: 2026-07-01
            to: 2027-01-01

            """
        try workspace.folder.write(text, to: "exceptions/e.yaml")
        #expect(try workspace.dossier("collect").code == 0)
        try workspace.folder.write(text + "]", to: "exceptions/e.yaml")
        #expect(try workspace.dossier("collect").code == 5)
        #expect(try Locker(reading: workspace.folder.place("locker")).contents.records(of: .exception).count == 1)
    }

    // MARK: Rebuilding

    @Test func withoutIndexAndTilesThePacksAreTheSameAfterARebuild() throws {
        let workspace = try Self.workspace(clients: true)
        #expect(try Self.run(workspace, "dossier keys new ledger-northgate && dossier collect", passphrase: "p").code == 0)
        #expect(try workspace.dossier("pack", "--period", "2026-Q3").code == 0)
        let packs = try workspace.folder.snapshot("packs")
        let lockers = try workspace.folder.snapshot("locker")
        #expect(packs.count >= 8)
        let delete = "rm -r packs; for l in locker/clients/*; do rm -r $l/index $l/ledger/tile/0; done"
        #expect(try Self.run(workspace, delete).code == 0)
        // Reading needs neither; appending names what is gone and the remedy.
        #expect(try workspace.dossier("gaps", "--period", "2026-Q3", "--fail-on", "never").code == 0)
        try workspace.folder.write(SampleWorkspace.log, to: "evidence/triage/more.jsonl")
        let collected = try workspace.dossier("collect", "--system", "triage")
        #expect(
            collected.code == 3 && collected.errors.contains("/ledger/tile/0/") && collected.errors.contains("dossier locker rebuild"), "\(collected.errors)")
        let rebuilt = try workspace.dossier("locker", "rebuild")
        #expect(rebuilt.code == 0 && rebuilt.text.hasPrefix("locker/clients/northgate: "), "\(rebuilt.errors)")
        #expect(try workspace.dossier("pack", "--period", "2026-Q3").code == 0)
        #expect(try workspace.folder.snapshot("packs") == packs)
        for (name, bytes) in lockers { #expect(try workspace.folder.read(name) == bytes, "\(name)") }
        #expect(try workspace.dossier("collect", "--system", "triage").code == 0)
    }

    @Test func whereThereIsNoLockerNothingIsRebuilt() throws {
        let workspace = try Self.workspace()
        let outcome = try workspace.dossier("locker", "rebuild")
        #expect(outcome.code == 66 && outcome.errors.contains("[locker.missing]"))
        #expect(!workspace.folder.names().contains("locker"))
    }
}
