import Diagnostics
import EvidenceModel
import StructuredText
import Testing

@testable import ControlFrameworks

/// What is wrong in a definition, with its file, line and column and what to write instead.
@Suite struct FrameworkDecodingTests {
    static let vocabulary = FrameworkLibrary().vocabulary
    static let header = """
        framework: house
        title: House rules
        edition: "1"
        sources:
          - { id: S, title: Rules, cite: Rules 2026 }
        traits:
          - { name: personal-data, about: It processes personal data. }
        in-force:
          - { id: start, dates: [ { from: 2027-01-01, cite: Rules 9 } ] }
        """

    private func load(_ controls: String, header: String = header) -> (framework: Framework?, lines: [String]) {
        let files = [
            DefinitionFile(path: "frameworks/house/framework.yaml", bytes: Array(header.utf8)),
            DefinitionFile(path: "frameworks/house/rules.yaml", bytes: Array(controls.utf8)),
        ]
        let decoder = FrameworkDecoder(vocabulary: Self.vocabulary)
        let framework = decoder.decode(files, digest: "", isFromWorkspace: true)
        return (
            framework,
            decoder.reader.diagnostics.map { "\($0.location.map(String.init(describing:)) ?? "") \($0.id): \($0.message)" }
        )
    }

    /// A control whose requirement's tail is given, at line 6 on.
    private func control(_ requirement: String, extra: String = "") -> String {
        """
        controls:
          - id: "1"
            title: Logs
            asks: Keep logs.
            cite: Rules 1\(extra)
            needs:
              - evidence: audit-log
                why: to trace
                \(requirement)
            examples: { met: { audit-log: { events: 5 } }, not-met: { audit-log: { events: 0 } } }

        """
    }

    @Test func aSoundDefinitionHasNoDiagnostic() throws {
        let loaded = load(
            control(
                "expect: [ { fact: events, at-least: 1 } ]", extra: "\n    in-force: start\n    applies: { role: provider, traits: { personal-data: true } }"))
        #expect(loaded.lines == [])
        let framework = try #require(loaded.framework)
        #expect(framework.isFromWorkspace)
        #expect(framework.control(ControlID("1"))?.requirements.first?.checks.first?.tests == [.atLeast(.number(1))])
        #expect(framework.control(ControlID("1"))?.applies?.words == "role is provider and personal-data")
    }

    @Test(arguments: [
        (
            "expct: []", "expct",
            "framework.unknown-key: a requirement has no key 'expct'; did you mean 'expect'?"
        ),
        (
            "evidense: x", "evidense",
            "framework.unknown-key: a requirement has no key 'evidense'; did you mean 'evidence'?"
        ),
        (
            "expect: [ { fact: evnts, is: present } ]", "evnts",
            "framework.unknown-fact: kind 'audit-log' has no fact 'evnts'; did you mean 'events'?"
        ),
        (
            "expect: [ { each: actons, fact: name, is: present } ]", "actons",
            "framework.unknown-table: kind 'audit-log' has no table 'actons'; did you mean 'actions'?"
        ),
        (
            "expect: [ { fact: events, at-lest: 1 } ]", "at-lest",
            "framework.unknown-key: a check has no key 'at-lest'; did you mean 'at-least'?"
        ),
        (
            "expect: [ { fact: events } ]", "{ fact",
            "framework.no-test: the check says nothing that could fail"
        ),
        (
            "expect: [ { is: present } ]", "{ is",
            "framework.missing-key: the check names no fact"
        ),
        (
            "expect: [ { fact: events, is: presnt } ]", "presnt",
            "framework.unknown-word: 'is' is 'presnt'; expected present, absent, true or false"
        ),
        (
            "expect: [ { fact: events, at-least: many } ]", "many",
            "framework.not-a-bound: 'at-least' is 'many'; expected a number or an ISO 8601 duration"
        ),
        (
            "expect: [ { fact: events, before: 2026-01-01 } ]", "2026-01-01",
            "framework.wrong-type: 'before' cannot be asked of 'events', a number; expected a date"
        ),
        (
            "expect: [ { fact: events, at-least: P1D } ]", "P1D",
            "framework.wrong-type: 'at-least' cannot be asked of 'events', a number; expected a duration"
        ),
        (
            "expect: [ { fact: events, is: true } ]", "true",
            "framework.wrong-type: 'is' cannot be asked of 'events', a number; expected a flag"
        ),
        (
            "expect: [ { fact: events, contains: [x] } ]", "[x]",
            "framework.wrong-type: 'contains' cannot be asked of 'events', a number; expected a list"
        ),
        (
            "expect: [ { fact: summary, meets: declared-limit } ]", "declared-limit",
            "framework.wrong-type: 'meets' cannot be asked of 'summary', a text; expected a number or duration"
        ),
        (
            "expect: [ { fact: events, meets: limit } ]", "limit }",
            "framework.unknown-word: 'meets' is 'limit'; expected declared-limit"
        ),
        (
            "expect: [ { fact: summary, matches: '[' } ]", "'['",
            "framework.bad-expression: '[' is no POSIX extended regular expression"
        ),
        (
            "expect: [ { fact: events, at-least: 1, else: stael } ]", "stael",
            "framework.unknown-word: 'else' is 'stael'; did you mean 'stale'?"
        ),
        (
            "expect: [ { each: actions, any: actions, fact: action, is: present } ]", "{ each",
            "framework.two-scopes: the check has each and any; expected one of them"
        ),
        (
            "expect: [ { fact: events, at-least: 1, where: { name: x } } ]", "{ name",
            "framework.where-without-table: 'where' selects rows; expected each, any, none or count beside it"
        ),
        (
            "within: 3M", "3M",
            "framework.not-a-duration: 'within' is '3M'; expected an ISO 8601 duration"
        ),
        (
            "covers: quarter", "quarter",
            "framework.unknown-word: 'covers' is 'quarter'; expected period"
        ),
        (
            "judged: jointly", "jointly",
            "framework.unknown-word: 'judged' is 'jointly'; expected every or together"
        ),
        (
            "method: [ exprot ]", "[ exprot",
            "framework.unknown-word: no method 'exprot'; did you mean 'export'?"
        ),
        (
            "four-eyes: maybe", "maybe",
            "framework.not-a-flag: 'four-eyes' is 'maybe'; expected true or false"
        ),
        (
            "at-least: few", "few",
            "framework.not-a-number: 'at-least' is 'few'; expected a whole number"
        ),
        (
            "sample-at-least: some", "some",
            "framework.not-a-number: 'sample-at-least' is 'some'; expected a number or declared-limit"
        ),
        (
            "applies: { trait: x }", "trait:",
            "framework.unknown-key: 'applies' has no key 'trait'; did you mean 'traits'?"
        ),
        (
            "applies: { traits: { personal-dta: true } }", "personal-dta",
            "framework.unknown-trait: no trait 'personal-dta' is declared; did you mean 'personal-data'?"
        ),
        (
            "applies: { placed-before: 2026-02-30 }", "2026-02-30",
            "framework.not-a-date: '2026-02-30' is not a date; expected one such as 2026-08-02"
        ),
        (
            "expect: [ { each: actions, fact: action, is: present, if-none: hold } ]", "hold }",
            "framework.unknown-word: 'if-none' is 'hold'; expected holds"
        ),
    ])
    func saysWhereARequirementIsWrong(requirement: String, token: String, message: String) throws {
        let column = try #require(requirement.firstRange(of: token)).lowerBound.utf16Offset(in: requirement) + 9
        #expect(load(control(requirement)).lines.first == "frameworks/house/rules.yaml:9:\(column) \(message)")
    }

    @Test(arguments: [
        ("\n    in-force: strat", "rules.yaml:6:15 framework.unknown-schedule: no in-force entry 'strat' is declared; did you mean 'start'?"),
        ("\n    force: bindng", "rules.yaml:6:12 framework.unknown-word: 'force' is 'bindng'; did you mean 'binding'?"),
        ("\n    decided-by: persn", "rules.yaml:6:17 framework.unknown-word: 'decided-by' is 'persn'; did you mean 'person'?"),
        ("\n    status: gone", "rules.yaml:6:13 framework.unknown-word: 'status' is 'gone'; expected deleted"),
        ("\n    parent: \"2\"", "rules.yaml:2:5 framework.unknown-parent: control '1' names parent '2', which is not defined; did you mean '1'?"),
        ("\n    crosswalks: []", "rules.yaml:6:5 framework.unknown-key: a control has no key 'crosswalks'; did you mean 'crosswalk'?"),
        ("\n    crosswalk: [ { framework: eu-ai-act } ]", "rules.yaml:6:18 framework.missing-key: 'control' is missing"),
        ("\n    parent: \"1\"", "rules.yaml:2:5 framework.circle: control '1' is its own ancestor"),
    ])
    func saysWhereAControlIsWrong(extra: String, line: String) {
        #expect(load(control("expect: [ { fact: events, at-least: 1 } ]", extra: extra)).lines == ["frameworks/house/\(line)"])
    }

    @Test(arguments: [
        (
            "controls:\n  - { id: a, title: t, asks: x, cite: c, needs: [ { evidence: audit-lgo, why: w } ] }\n",
            "rules.yaml:2:63 framework.unknown-kind: no evidence kind 'audit-lgo'; did you mean 'audit-log'?"
        ),
        ("controls:\n  - { id: a, title: t, asks: x, status: deleted }\n", "rules.yaml:2:5 framework.missing-key: 'cite' is missing"),
        ("controls:\n  - { title: t, asks: x, cite: c, status: deleted }\n", "rules.yaml:2:5 framework.missing-key: 'id' is missing"),
        ("controls:\n  - { id: a, title: t, asks: x, cite: c }\n", "rules.yaml:2:5 framework.empty-control: control 'a' has neither needs nor children"),
        (
            "controls:\n  - { id: a 1, title: t, asks: x, cite: c, status: deleted }\n  - { id: A1, title: t, asks: x, cite: c, status: deleted }\n",
            "rules.yaml:3:5 framework.duplicate-id: control 'A1' stands here and at frameworks/house/rules.yaml:2:5"
        ),
        (
            "controls:\n  - { id: a, title: t, asks: x, cite: c, needs: [ { evidence: audit-log, why: w } ] }\n",
            "rules.yaml:2:5 framework.no-examples: control 'a' has no examples"
        ),
        (
            "controls:\n  - { id: a, title: t, asks: x, cite: c, needs: [ { why: w } ], examples: { met: {}, not-met: {} } }\n",
            "rules.yaml:2:51 framework.missing-key: the requirement names no evidence"
        ),
        ("contrls: []\n", "rules.yaml:1:1 framework.unknown-key: a file of controls has no key 'contrls'; did you mean 'controls'?"),
        ("controls: none\n", "rules.yaml:1:11 framework.not-a-list: 'controls' is a single value; expected a list"),
        ("controls: [\n", "rules.yaml:2:1 yaml.malformed: the text is no YAML here: did not find expected node content"),
    ])
    func saysWhereAFileOfControlsIsWrong(controls: String, line: String) {
        #expect(load(controls).lines.contains("frameworks/house/\(line)"))
    }

    @Test(arguments: [
        ("title: x\nedition: y\n", "frameworks/house/framework.yaml framework.no-header: no file of the folder has 'framework: ID'"),
        ("framework: house\nedition: y\n", "frameworks/house/framework.yaml:1:1 framework.missing-key: 'title' is missing"),
        (
            "framework: house\ntitle: x\nedition: y\ncovrage: full\n",
            "frameworks/house/framework.yaml:4:1 framework.unknown-key: a framework has no key 'covrage'; did you mean 'coverage'?"
        ),
        (
            "framework: house\ntitle: x\nedition: y\nin-force: [ { id: a, dates: [ { from: 2027-02-30, cite: c } ] } ]\n",
            "frameworks/house/framework.yaml:4:39 framework.not-a-date: '2027-02-30' is not a date that exists"
        ),
        (
            "framework: house\ntitle: x\nedition: y\nin-force: [ { id: a, dates: [ { from: 2027-02-01 } ] } ]\n",
            "frameworks/house/framework.yaml:4:31 framework.missing-key: 'cite' is missing"
        ),
        (
            "framework: house\ntitle: x\nedition: y\nsources: [ { id: S, title: T } ]\n",
            "frameworks/house/framework.yaml:4:12 framework.missing-key: 'cite' is missing"
        ),
    ])
    func saysWhereAHeaderIsWrong(header: String, line: String) {
        #expect(load("controls: []\n", header: header).lines.contains(line))
    }

    @Test func aDefinitionWithAnErrorIsNotUsed() {
        let files = [DefinitionFile(path: "frameworks/house/framework.yaml", bytes: Array("framework: house\n".utf8))]
        #expect(throws: DiagnosticList.self) { try FrameworkLibrary(workspace: files).framework(named: "house") }
    }

    @Test func gathersTheFaultsOfSeveralControls() {
        let text = control("expct: []") + control("within: 3M").replacingControls()
        #expect(load(text).lines.count == 3)
    }

    @Test func aCircleThroughSeveralControlsIsFound() {
        let text = """
            controls:
              - { id: a, parent: c, title: t, asks: x, cite: y }
              - { id: b, parent: a, title: t, asks: x, cite: y }
              - { id: c, parent: b, title: t, asks: x, cite: y }
            """
        #expect(load(text).lines.count { $0.contains("framework.circle") } == 3)
    }

    @Test func aCrosswalkThatLeadsNowhereSaysSo() throws {
        let library = FrameworkLibrary(workspace: [
            DefinitionFile(path: "frameworks/house/framework.yaml", bytes: Array(Self.header.utf8)),
            DefinitionFile(
                path: "frameworks/house/rules.yaml",
                bytes: Array(
                    control(
                        "expect: [ { fact: events, at-least: 1 } ]",
                        extra:
                            "\n    crosswalk: [ { framework: nist-ai-rfm, control: MAP 1.1 }, { framework: nist-ai-rmf, control: MAP 1.99 }, { framework: nist-ai-rmf, control: map 1.1 } ]"
                    ).utf8)),
        ])
        let lines = library.danglingCrosswalks(of: try #require(library.load("house").framework)).map(\.description)
        #expect(lines.count == 2)
        #expect(
            lines.first?.hasPrefix(
                "frameworks/house/rules.yaml:6:18: error: the crosswalk leads nowhere: no framework 'nist-ai-rfm'; did you mean 'nist-ai-rmf'?") == true)
        #expect(lines.last?.contains("'nist-ai-rmf' has no control 'MAP 1.99'; did you mean 'MAP 1.") == true)
    }
}

extension String {
    /// The controls of a second file's text, to stand below those of the first.
    fileprivate func replacingControls() -> String { String(dropFirst("controls:\n".count)).split(separator: "\n").joined(separator: "\n") + "\n" }
}

@Suite struct WorkspaceFrameworksTests {
    private func file(_ path: String, _ text: String) -> DefinitionFile { DefinitionFile(path: path, bytes: Array(text.utf8)) }

    @Test func aWorkspaceFolderReplacesTheShippedFrameworkAsAWhole() throws {
        let own = file(
            "frameworks/eu-ai-act/own.yaml",
            "framework: eu-ai-act\ntitle: Ours\nedition: '2'\ncontrols: [ { id: X, title: t, asks: a, cite: c, status: deleted, note: n } ]\n")
        let library = FrameworkLibrary(workspace: [own])
        let framework = try library.framework(named: "eu-ai-act")
        #expect(framework.title == "Ours")
        #expect(framework.isFromWorkspace)
        #expect(framework.controls.map(\.id.text) == ["X"])
        #expect(framework.digest != FrameworkLibrary().load("eu-ai-act").framework?.digest)
        #expect(library.ids == FrameworkLibrary().ids)
        #expect(library.load("nist-ai-rmf").framework?.isFromWorkspace == false)
    }

    @Test func aWorkspaceAddsAFramework() {
        let library = FrameworkLibrary(workspace: [file("frameworks/house/framework.yaml", "framework: house\ntitle: t\nedition: e\n")])
        #expect(library.ids.contains("house"))
        #expect(library.load("HOUSE").framework?.title == "t")
    }

    @Test func aFolderInCapitalsIsFoundToo() {
        let library = FrameworkLibrary(workspace: [file("frameworks/House/framework.yaml", "framework: House\ntitle: t\nedition: e\n")])
        for id in library.ids where id.lowercased() == "house" { #expect(library.load(id).framework?.title == "t") }
        #expect(library.load("house").framework?.title == "t")
    }

    @Test func aWorkspaceKindIsAddedAndReplacesOneByOne() {
        let library = FrameworkLibrary(workspace: [
            file(
                "frameworks/evidence-kinds/robot-log.yaml", "kind: robot-log\ntitle: t\nabout: a\nfacts: { moves: { type: number, unit: moves, about: x } }\n"),
            file("frameworks/evidence-kinds/audit-log.yaml", "kind: audit-log\ntitle: Ours\nabout: a\n"),
        ])
        #expect(library.diagnostics == [])
        #expect(library.vocabulary["robot-log"]?.fact("moves")?.unit == "moves")
        #expect(library.vocabulary["robot-log"]?.fact("approver")?.type == .text)
        #expect(library.vocabulary["audit-log"]?.title == "Ours")
        #expect(library.vocabulary["model-card"] != nil)
        #expect(library.vocabulary["common"] == nil)
    }

    @Test(arguments: [
        ("kind: k\ntitle: t\nabout: a\nfact: {}\n", "4:1: error: an evidence kind has no key 'fact'; did you mean 'facts'? [kind.unknown-key]"),
        ("kind: k\ntitle: t\nabout: a\nfacts: { x: { type: nubmer } }\n", "4:21: error: 'type' is 'nubmer'; did you mean 'number'? [kind.unknown-word]"),
        ("kind: k\ntitle: t\nabout: a\nfacts: { x: { about: y } }\n", "4:13: error: 'type' is missing [kind.missing-key]"),
        ("kind: k\ntitle: t\nabout: a\njudged: evry\n", "4:9: error: 'judged' is 'evry'; did you mean 'every'? [kind.unknown-word]"),
        ("kind: k\ntitle: t\nabout: a\ntables: { x: { about: y } }\n", "4:14: error: 'columns' is missing [kind.missing-key]"),
        ("kind: k\nabout: a\n", "1:1: error: 'title' is missing [kind.missing-key]"),
    ])
    func saysWhereAKindIsWrong(text: String, line: String) {
        let library = FrameworkLibrary(workspace: [file("frameworks/evidence-kinds/k.yaml", text)])
        #expect(library.diagnostics.map { $0.description.split(separator: "\n").first.map(String.init) ?? "" } == ["frameworks/evidence-kinds/k.yaml:\(line)"])
    }
}
