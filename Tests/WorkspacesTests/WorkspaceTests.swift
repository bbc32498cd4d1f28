import Diagnostics
import EvidenceModel
import Foundation
import TestSupport
import Testing

@testable import Workspaces

@Suite struct WorkspaceTests {
    /// A workspace folder with these files; `dossier.yaml` is there unless given.
    private func folder(_ files: [String: String]) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        if files["dossier.yaml"] == nil { try folder.write("organisation: Lakehead\n", to: "dossier.yaml") }
        for (path, text) in files { try folder.write(text, to: path) }
        return folder
    }

    private func lines(_ diagnostics: [Diagnostic]) -> [String] {
        diagnostics.map { "\($0.location.map(String.init(describing:)) ?? "") \($0.id): \($0.message)" }
    }

    private func systemLines(_ text: String) throws -> [String] {
        let folder = try folder(["systems/a.yaml": text])
        let workspace = try Workspace.load(folder.path)
        #expect(workspace.systems.isEmpty)
        return lines(workspace.diagnostics)
    }

    @Test func readsTheOrganisation() throws {
        let folder = try folder([
            "dossier.yaml": """
            organisation: Lakehead
            time-zone: America/Toronto
            defaults: { frameworks: [ eu-ai-act, nist-ai-rmf ], period: 2026-Q3, classification: confidential }
            signers: [ { name: Ada, role: Head of Model Risk } ]
            """
        ])
        let workspace = try Workspace.load(folder.path)
        #expect(workspace.organisation == "Lakehead")
        #expect(workspace.timeZone?.identifier == "America/Toronto")
        #expect(workspace.defaults.frameworks == ["eu-ai-act", "nist-ai-rmf"])
        #expect(workspace.defaults.period == "2026-Q3")
        #expect(workspace.defaults.classification == .confidential)
        #expect(workspace.signers == [Workspace.Signer(name: "Ada", role: "Head of Model Risk")])
        #expect(workspace.systems.isEmpty && workspace.exceptions.isEmpty && workspace.diagnostics.isEmpty)
    }

    @Test(arguments: [
        ("organisaton: x\n", "dossier.yaml:1:1 workspace.unknown-key: the workspace has no key 'organisaton'; did you mean 'organisation'?"),
        ("organisation: x\ntime-zone: Mars/Olympus\n", "dossier.yaml:2:12 workspace.unknown-time-zone: no time zone 'Mars/Olympus'"),
        (
            "organisation: x\ndefaults: { clasification: internal }\n",
            "dossier.yaml:2:13 workspace.unknown-key: 'defaults' has no key 'clasification'; did you mean 'classification'?"
        ),
        ("organisation: x\ndefaults: { classification: secret }\n", "dossier.yaml:2:29 workspace.unknown-word: 'classification' is 'secret'"),
        ("organisation: x\nsigners: [ { name: Ada } ]\n", "dossier.yaml:2:12 workspace.missing-key: 'role' is missing"),
        ("organisation: ''\n", "dossier.yaml:1:15 workspace.empty-text: 'organisation' is empty; expected a text"),
        ("organisation: [\n", "dossier.yaml:2:1 yaml.malformed: the text is no YAML here: did not find expected node content"),
        ("", "dossier.yaml:1:1 workspace.empty: the file says nothing; expected the organisation's name"),
    ])
    func refusesAWorkspaceFileThatIsWrong(text: String, line: String) throws {
        let folder = try folder(["dossier.yaml": text])
        let fault = #expect(throws: DiagnosticList.self) { try Workspace.load(folder.path) }
        #expect(fault.map { lines($0.diagnostics).contains(line) } == true, "\(fault.map { lines($0.diagnostics) } ?? [])")
    }

    @Test func aFolderWithoutTheMarkerIsNoWorkspace() throws {
        let folder = try TemporaryFolder()
        #expect(throws: DiagnosticList.self) { try Workspace.load(folder.path) }
        #expect(Workspace.find(from: folder.path) == nil)
    }

    @Test func findsTheNearestMarkerAbove() throws {
        let folder = try folder(["evidence/a/b.json": "{}"])
        #expect(Workspace.find(from: folder.place("evidence/a")) == folder.path)
        #expect(Workspace.find(from: folder.path) == folder.path)
        #expect(Workspace.find(from: folder.place("nothing")) == nil)
    }

    @Test func readsASystem() throws {
        let folder = try folder([
            "dossier.yaml": "organisation: x\ntime-zone: America/Toronto\ndefaults: { frameworks: [ osfi-e23 ], classification: confidential }\n",
            "systems/credit.yaml": """
            name: Credit scoring
            purpose: Scores applicants.
            roles: [ provider, deployer ]
            risk: { eu-ai-act: high }
            annex: III
            sector: finance
            jurisdictions: [ CA, EU ]
            traits: { personal-data: yes, generates-content: false }
            placed-on-market: 2025-03-01
            versions:
              - { version: "4.1", released: 2026-01-10 }
              - { version: "4.10", released: 2026-06-22 }
            residency: [ ca-central-1 ]
            ownership: { model: Ada, data: Bob }
            protected-attributes: [ sex, age, sex*age ]
            external-datasets: [ bureau-* ]
            training-datasets: applications
            released-model: credit/4
            limits:
              drift-report.psi-max: { at-most: 0.2, approved-by: Ada, approved-on: 2026-05-01, why: policy 4 }
              audit-log.retention: { at-least: P10Y }
            sources:
              - { path: evidence/logs, kind: audit-log, method: export, producer: platform, observed: 2026-Q3 }
              - path: evidence/*.json
                format: generic-log-jsonl
                classification: personal
                sample: { population: 1000, size: 50, selection: random }
                mapping: { time: ts }
                attributes: [ sex ]
            """,
        ])
        let workspace = try Workspace.load(folder.path)
        #expect(lines(workspace.diagnostics) == [])
        let system = try #require(workspace.system("credit"))
        #expect(system.roles == ["provider", "deployer"])
        #expect(system.risk == ["eu-ai-act": "high"])
        #expect(system.sectors == ["finance"])
        #expect(system.traits == ["personal-data": true, "generates-content": false])
        #expect(system.placedOnMarket?.text == "2025-03-01")
        #expect(system.version == "4.10")
        #expect(system.releaseDate?.text == "2026-06-22")
        #expect(system.ownership == [.init(responsibility: "model", person: "Ada"), .init(responsibility: "data", person: "Bob")])
        #expect(system.frameworks == ["osfi-e23"])
        #expect(system.trainingDatasets == ["applications"])
        #expect(system.limit(named: "Drift-Report.PSI-max")?.atMost == .number(0.2))
        #expect(system.limit(named: "drift-report.psi-max")?.approvedOn?.text == "2026-05-01")
        #expect(system.limit(named: "audit-log.retention")?.atLeast == .duration(CalendarDuration(months: 120)))
        #expect(system.limit(named: "drift-report.psi-max").map { "\($0.location)" } == "systems/credit.yaml:20:3")
        #expect(system.sources.map(\.path) == ["evidence/logs", "evidence/*.json"])
        #expect(system.sources.map(\.method) == [.export, .file])
        #expect(system.sources.map(\.classification) == [.confidential, .personal])
        #expect(system.sources[0].observed?.from.text == "2026-07-01T04:00:00Z")
        #expect(system.sources[1].sample == Sample(population: 1000, size: 50, selection: "random"))
        #expect(system.sources[1].mapping == ["time": "ts"])
    }

    private static let start = "name: A\npurpose: P\n"

    @Test(arguments: [
        ("name: A\n", "systems/a.yaml:1:1 workspace.missing-key: 'purpose' is missing"),
        (start + "rolse: x\n", "systems/a.yaml:3:1 workspace.unknown-key: a system has no key 'rolse'; did you mean 'roles'?"),
        (
            start + "version: 3\nversions: [ { version: 2, released: 2026-01-01 } ]\n",
            "systems/a.yaml:3:10 workspace.unknown-version: version '3' is not among the versions; did you mean '2'?"
        ),
        (
            start + "version: \"4.1\"\nversions: [ { version: \"4.10\", released: 2026-01-01 } ]\n",
            "systems/a.yaml:3:10 workspace.unknown-version: version '4.1' is not among the versions; did you mean '4.10'?"
        ),
        (
            start + "versions: [ { version: 2, released: 2026-02-30 } ]\n",
            "systems/a.yaml:3:37 workspace.not-a-date: 'released' is '2026-02-30', not a date that exists"
        ),
        (
            start + "versions: [ { version: 2, relased: 2026-02-03 } ]\n",
            "systems/a.yaml:3:27 workspace.unknown-key: a version has no key 'relased'; did you mean 'released'?"
        ),
        (start + "versions: [ { version: 2 } ]\n", "systems/a.yaml:3:13 workspace.missing-key: 'released' is missing"),
        (start + "traits: { personal-data: perhaps }\n", "systems/a.yaml:3:26 workspace.not-a-flag: 'personal-data' is 'perhaps'; expected true or false"),
        (start + "traits: [ personal-data ]\n", "systems/a.yaml:3:9 workspace.not-a-map: 'traits' is a list; expected a map"),
        (start + "ownership: Ada\n", "systems/a.yaml:3:12 workspace.not-a-map: 'ownership' is a single value; expected a map"),
        (start + "limits: [ x ]\n", "systems/a.yaml:3:9 workspace.not-a-map: 'limits' is a list; expected a map"),
        (start + "risk: [ high ]\n", "systems/a.yaml:3:7 workspace.not-a-map: 'risk' is a list; expected a text or a map"),
        (start + "roles: { a: b }\n", "systems/a.yaml:3:8 workspace.not-a-list: 'roles' is a map; expected a list"),
        (start + "placed-on-market: soon\n", "systems/a.yaml:3:19 workspace.not-a-date: 'placed-on-market' is 'soon', not a date that exists"),
        (start + "limits: { x: { why: y } }\n", "systems/a.yaml:3:11 workspace.no-bound: limit 'x' has neither at-least nor at-most"),
        (start + "limits: { x: { at-most: low } }\n", "systems/a.yaml:3:25 workspace.not-a-bound: 'at-most' is 'low'; expected a number or a duration"),
        (start + "limits: { x: { at-mots: 1 } }\n", "systems/a.yaml:3:16 workspace.unknown-key: limit 'x' has no key 'at-mots'; did you mean 'at-most'?"),
        (start + "limits: { a.b: { at-most: 1 }, A.B: { at-most: 2 } }\n", "systems/a.yaml:3:32 workspace.duplicate-limit: limit 'A.B' is declared twice"),
        (start + "sources: [ { kind: audit-log } ]\n", "systems/a.yaml:3:12 workspace.missing-key: 'path' is missing"),
        (start + "sources: [ { path: a, knid: b } ]\n", "systems/a.yaml:3:23 workspace.unknown-key: a source has no key 'knid'; did you mean 'kind'?"),
        (start + "sources: [ { path: a, method: exprot } ]\n", "systems/a.yaml:3:31 workspace.unknown-word: 'method' is 'exprot'; did you mean 'export'?"),
        (start + "sources: [ { path: a, observed: Q3 } ]\n", "systems/a.yaml:3:33 workspace.not-a-period: 'observed' is 'Q3', not a period"),
        (
            start + "sources: [ { path: a, sample: { siez: 3 } } ]\n",
            "systems/a.yaml:3:33 workspace.unknown-key: 'sample' has no key 'siez'; did you mean 'size'?"
        ),
        (start + "sources: [ { path: a, mapping: [ ts ] } ]\n", "systems/a.yaml:3:32 workspace.not-a-map: 'mapping' is a list; expected a map"),
        ("- name: A\n", "systems/a.yaml:1:1 workspace.not-a-map: a system is a list; expected a map"),
        (start + "name: B\n", "systems/a.yaml:1:1 yaml.duplicate-key: key 'name' stands twice in one map"),
    ])
    func refusesASystemThatIsWrong(text: String, line: String) throws {
        let found = try systemLines(text)
        #expect(found.contains(line), "\(found)")
    }

    @Test(arguments: ["/etc/passwd", "../other", "evidence/../../other", "..", "evidence/.."])
    func refusesASourceThatLeadsOutside(path: String) throws {
        let found = try systemLines(Self.start + "sources: [ { path: \"\(path)\" } ]\n")
        #expect(found == ["systems/a.yaml:3:20 workspace.path-outside: source '\(path)' leads out of the workspace; expected a path inside it"])
    }

    @Test(arguments: [".", "./", "*", "l*", "locker", "./locker/objects", "packs/credit"])
    func refusesASourceThatTakesInWhatWeWrite(path: String) throws {
        let found = try systemLines(Self.start + "sources: [ { path: \"\(path)\" } ]\n")
        #expect(found == ["systems/a.yaml:3:20 workspace.path-is-ours: source '\(path)' takes in the locker or the packs; expected a folder of records"])
    }

    @Test func oneBadSystemCostsOnlyItself() throws {
        let folder = try folder(["systems/a.yaml": "nam: A\n", "systems/b.yaml": "name: B\npurpose: P\n", "systems/c.yaml": "{", "systems/notes.txt": "x"])
        let workspace = try Workspace.load(folder.path)
        #expect(workspace.systems.map(\.id) == ["b"])
        #expect(Set(workspace.diagnostics.compactMap { $0.location?.path }) == ["systems/a.yaml", "systems/c.yaml"])
    }

    @Test func anEmptySystemFileIsSaidSo() throws {
        let folder = try folder(["systems/a.yaml": "# to be written\n"])
        let workspace = try Workspace.load(folder.path)
        #expect(workspace.systems.isEmpty)
        #expect(workspace.diagnostics.count == 1)
    }

    @Test func aSystemFileThatIsALinkOutsideIsNotRead() throws {
        let outside = try TemporaryFolder()
        try outside.write("name: Secret\npurpose: P\n", to: "a.yaml")
        let folder = try folder(["systems/b.yaml": "name: B\npurpose: P\n"])
        try folder.link("systems/a.yaml", to: outside.place("a.yaml"))
        let workspace = try Workspace.load(folder.path)
        #expect(workspace.systems.map(\.id) == ["b"])
        #expect(lines(workspace.diagnostics) == ["systems/a.yaml workspace.link-outside: the path leads out of the workspace"])
    }

    @Test func aSystemFileThatIsAPipeIsNotWaitedFor() throws {
        let folder = try folder(["systems/b.yaml": "name: B\npurpose: P\n"])
        try folder.makePipe("systems/a.yaml")
        let workspace = try Workspace.load(folder.path)
        #expect(lines(workspace.diagnostics) == ["systems/a.yaml workspace.not-a-file: this is no regular file"])
    }

    @Test func overridesAreFoundInTheirFolders() throws {
        let folder = try folder(["frameworks/house/framework.yaml": "x", "frameworks/house/a.yaml": "y", "frameworks/evidence-kinds/k.yaml": "z"])
        let found = try Workspace.load(folder.path).overrides(in: "frameworks")
        #expect(found.map(\.path) == ["frameworks/evidence-kinds/k.yaml", "frameworks/house/a.yaml", "frameworks/house/framework.yaml"])
        #expect(found.map(\.bytes) == [Array("z".utf8), Array("y".utf8), Array("x".utf8)])
    }
}

@Suite struct ExceptionTests {
    private static let sound = [
        "exception": "E-1", "system": "credit", "framework": "eu-ai-act", "controls": "[ Article 12(1) ]", "reason": "log store moves",
        "measure": "weekly export",
        "owner": "Ada", "approver": "Bob", "from": "2026-07-01", "to": "2026-10-01",
    ]

    private func load(_ changes: [String: String?]) throws -> (exceptions: [GapException], lines: [String]) {
        var values = Self.sound
        for (key, value) in changes { values[key] = value }
        let text = values.keys.sorted().map { "\($0): \(values[$0] ?? "")\n" }.joined()
        return try load(text: text)
    }

    private func load(text: String) throws -> (exceptions: [GapException], lines: [String]) {
        let folder = try TemporaryFolder()
        try folder.write("organisation: x\n", to: "dossier.yaml")
        try folder.write(text, to: "exceptions/a.yaml")
        let workspace = try Workspace.load(folder.path)
        return (workspace.exceptions, workspace.diagnostics.map { "\($0.id): \($0.message)" })
    }

    @Test func readsAnException() throws {
        let result = try load([:])
        #expect(result.lines == [])
        let exception = try #require(result.exceptions.first)
        #expect(exception.controls == ["Article 12(1)"])
        #expect(exception.approver == "Bob")
        #expect(exception.location.path == "exceptions/a.yaml")
    }

    @Test func holdsFromItsStartUntilBeforeItsEnd() throws {
        let exception = try #require(try load([:]).exceptions.first)
        #expect(!exception.isActive(at: Instant(seconds: exception.from.seconds - 1)))
        #expect(exception.isActive(at: exception.from))
        #expect(exception.isActive(at: Instant(seconds: exception.to.seconds - 1)))
        #expect(!exception.isActive(at: exception.to))
    }

    @Test(arguments: ["Ada", "ada", "' ADA '", "\"Ada\""])
    func refusesOneThatItsOwnerApproved(approver: String) throws {
        let result = try load(["approver": approver])
        #expect(result.exceptions.isEmpty)
        #expect(result.lines == ["workspace.self-approved: exception 'E-1' is approved by its own owner 'Ada'; expected somebody else"])
    }

    @Test(arguments: ["exception", "system", "framework", "reason", "measure", "owner", "approver", "from", "to", "controls"])
    func refusesOneWithoutA(key: String) throws {
        let result = try load([key: nil])
        #expect(result.exceptions.isEmpty)
        #expect(result.lines.count == 1)
    }

    @Test(arguments: [("2026-07-01", "2026-07-01"), ("2026-10-01", "2026-07-01"), ("2026-02-30", "2026-07-01"), ("2026-07-01", "never")])
    func refusesOneWithoutAnEnd(from: String, to: String) throws {
        let result = try load(["from": from, "to": to])
        #expect(result.exceptions.isEmpty)
        #expect(result.lines.contains { $0.hasPrefix("workspace.no-end") || $0.hasPrefix("workspace.not-a-date") })
    }

    @Test func anUnknownKeyGetsTheNearestName() throws {
        #expect(try load(["aprover": "Bob"]).lines == ["workspace.unknown-key: an exception has no key 'aprover'; did you mean 'approver'?"])
    }

    @Test func aFileMayHoldSeveralInOrderOfTheirIds() throws {
        func one(_ id: String) -> String {
            "- { exception: \(id), system: s, framework: f, controls: x, reason: r, measure: m, owner: a, approver: b, from: 2026-01-01, to: 2026-02-01 }\n"
        }
        #expect(try load(text: one("E-2") + one("E-1")).exceptions.map(\.id) == ["E-1", "E-2"])
    }
}
