import Attestations
import Diagnostics
import EvidenceModel
import StructuredText
import Testing

@Suite struct AttestationTableTests {
    private static let header = AttestationTable.columns.joined(separator: ",")

    private static func read(_ bytes: [UInt8], _ workspace: AttestationWorkspace) throws -> (rows: [AttestationTable.Row], open: [String]) {
        try AttestationTable.read(bytes, path: "t.csv", statements: try workspace.files(), at: AttestationWorkspace.at)
    }

    private static func exported(_ workspace: AttestationWorkspace) throws -> String {
        String(decoding: AttestationTable.csv(try workspace.files().statements.map { ($0, nil) }), as: UTF8.self)
    }

    /// The exported table with an answer in place of its last three empty cells.
    private static func answered(_ answer: String, _ workspace: AttestationWorkspace) throws -> [UInt8] {
        Array(try exported(workspace).replacing(",,,\r\n", with: "," + answer + "\r\n").utf8)
    }

    private static func lines(_ error: any Error) -> [String] {
        (error as? DiagnosticList)?.diagnostics.map { "\($0.location?.description ?? "") \($0.id): \($0.message)" } ?? ["\(error)"]
    }

    @Test func whatIsWrittenReadsBackAsOpen() throws {
        let workspace = try AttestationWorkspace()
        let table = try Self.read(Array(try Self.exported(workspace).utf8), workspace)
        #expect(table.rows.isEmpty)
        #expect(table.open == ["scope-q3"])
    }

    @Test func anAnswerIsRead() throws {
        let workspace = try AttestationWorkspace()
        let row = try #require(try Self.read(try Self.answered(" Declined ,\"no, not yet\",2026-09-20", workspace), workspace).rows.first)
        #expect(row.statement.id == "scope-q3")
        #expect(row.answer.decision == .declined)
        #expect(row.answer.reason == "no, not yet")
        #expect(row.answer.decidedOn == Instant("2026-09-20"))
    }

    @Test func whatTheLedgerHoldsIsFilledIn() throws {
        let statement = try AttestationWorkspace().only()
        let register = AttestationWorkspace.register([], [statement], AttestationKeys())
        let record = register.record(.init(.declined, reason: "=1+1"), to: statement, at: AttestationWorkspace.at, route: .command)
        let text = String(decoding: AttestationTable.csv([(statement, record)]), as: UTF8.self)
        #expect(text.hasSuffix(",declined,'=1+1,2026-09-21\r\n"))
    }

    @Test(arguments: ["=1+1", "+1", "-1", "@SUM(A1)", "'quoted", "'=1", "''=1", "=cmd|' /C calc'!A0", "=HYPERLINK(\"x\",\"y\")", "\t=1", "plain; text, \"q\""])
    func formulasAreWrittenSafelyAndReadBackUnharmed(text: String) throws {
        let quoted = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\t", with: "\\t")
        let file = AttestationWorkspace.statement.replacing("Head of Model Risk", with: "\"x\"").replacing("role: \"x\"", with: "role: R")
        let parts = file.split(separator: "text:", maxSplits: 1)
        let workspace = try AttestationWorkspace(["scope-q3": parts[0] + "text: \"\(quoted)\""])
        let statement = try workspace.only()
        let csv = AttestationTable.csv([(statement, nil)])
        let cells = try Self.cells(csv)
        #expect(cells.allSatisfy { cell in !["=", "+", "-", "@", "\t", "\r"].contains { cell.hasPrefix($0) } }, "\(cells)")
        #expect(try Self.read(csv, workspace).open == ["scope-q3"])
    }

    private static func cells(_ bytes: [UInt8]) throws -> [String] {
        var cells: [String] = []
        try CSVReader(MemoryStream(bytes), path: "t.csv").forEachRow { row in
            cells += row.fields
            return true
        }
        return cells
    }

    @Test func aSpreadsheetMayChangeLineEndsAndDelimiter() throws {
        let workspace = try AttestationWorkspace()
        var text = try Self.exported(workspace).replacing(",,,\r\n", with: ",accepted,,\r\n").replacing("register.\n", with: "register.\r\n")
        #expect(try Self.read(Array(text.utf8), workspace).rows.count == 1)
        text = text.replacing(",", with: ";").replacing("left out; é", with: "left out, é")
        #expect(try Self.read(Array(text.utf8), workspace).rows.count == 1)
    }

    @Test func aByteOrderMarkStandsOnlyWhereTheTextNeedsOne() throws {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        #expect(AttestationTable.csv([]).starts(with: Array("id,".utf8)))
        #expect(AttestationTable.csv([(try AttestationWorkspace().only(), nil)]).starts(with: mark))
    }

    /// A change to the answered table, and the fault that it gives.
    @Test(arguments: [
        ("scope-q3,s,", "scope-q4,s,", "t.csv:2:1 attestation.unknown: no attestation 'scope-q4'; did you mean 'scope-q3'?"),
        (",s,demo", ",t,demo", "t.csv:2:10 attestation-table.altered: 'system' holds 't'; expected 's'"),
        ("Claire Roy", "Sam Osei", "t.csv:2:37 attestation-table.altered: 'person' holds 'Sam Osei'; expected 'Claire Roy'"),
        ("4.10; 4.1", "4.10", "t.csv:2:17 attestation-table.altered: 'controls' holds '4.10'; expected '4.10; 4.1'"),
        ("complete", "almost complete", "t.csv:2:67 attestation-table.altered: 'text' holds other words"),
        ("accepted", "perhaps", "t.csv:3:113 attestation-table.unknown-decision: the decision is 'perhaps'"),
        ("accepted", "acepted", "t.csv:3:113 attestation-table.unknown-decision: the decision is 'acepted'; did you mean 'accepted'?"),
        ("accepted,,", "declined,,", "t.csv:3:122 attestation.no-reason: the statement is declined without a reason"),
        ("accepted,,", ",because,", "t.csv:3:114 attestation-table.no-decision: a reason stands beside no decision"),
        ("2026-09-20", "2026-02-30", "t.csv:3:123 attestation-table.not-a-date: 'decided-on' is '2026-02-30', not a date that exists"),
        ("2026-09-20", "2027-01-01", "t.csv:3:123 attestation-table.date-ahead: 'decided-on' is '2027-01-01', after"),
        ("id,system", "id,sytem", "t.csv:1:4 attestation-table.wrong-columns: found 'sytem'; expected 'system'"),
        (",decided-on", "", "t.csv:1:75 attestation-table.wrong-columns: found no more columns; expected 'decided-on'"),
        ("decided-on", "decided-on,more", "t.csv:1:93 attestation-table.wrong-columns: found 'more'; expected no more columns"),
        (",2026-09-20", "", "t.csv:3:122 attestation-table.wrong-columns: the row has 11 cells; expected 12"),
        ("2026-09-20", "2026-09-20,x", "t.csv:3:134 attestation-table.wrong-columns: the row has 13 cells; expected 12"),
        ("accepted", "acc\u{0}epted", "text.nul-byte"), ("\"I have", "\"I\" have", "csv.stray-quote"),
    ])
    func saysWhatIsWrongAndWhere(part: String, replacement: String, expected: String) throws {
        let workspace = try AttestationWorkspace()
        let text = String(decoding: try Self.answered("accepted,,2026-09-20", workspace), as: UTF8.self)
        let changed = text.replacing(part, with: replacement, maxReplacements: 1)
        #expect(changed != text)
        #expect {
            try Self.read(Array(changed.utf8), workspace)
        } throws: { error in
            Self.lines(error).contains { $0.contains(expected) }
        }
    }

    @Test func theSameIDTwiceIsRefused() throws {
        let workspace = try AttestationWorkspace()
        let text = try Self.exported(workspace)
        let row = try #require(text.split(separator: "\r\n", maxSplits: 1).last)
        #expect {
            try Self.read(Array((text + row).utf8), workspace)
        } throws: {
            Self.lines($0).contains { $0.hasPrefix("t.csv:4:1 attestation-table.id-twice: 'scope-q3' stands here for the second time, after line 2") }
        }
    }

    @Test func oneAlteredRowIsFoundAmongGoodOnes() throws {
        let other = AttestationWorkspace.statement.replacing("scope-q3", with: "third-q3")
        let workspace = try AttestationWorkspace(["scope-q3": AttestationWorkspace.statement, "third-q3": other])
        let text = try Self.exported(workspace).replacing("third-q3,s", with: "third-q3,t")
        #expect { try Self.read(Array(text.utf8), workspace) } throws: {
            Self.lines($0) == ["t.csv:4:10 attestation-table.altered: 'system' holds 't'; expected 's'"]
        }
    }

    @Test(arguments: ["", "\n\n", "\u{FEFF}", "a"]) func whatIsNoSuchTableIsRefused(text: String) throws {
        let workspace = try AttestationWorkspace()
        #expect { try Self.read(Array(text.utf8), workspace) } throws: { Self.lines($0).first?.contains("attestation-table.wrong-columns") == true }
    }

    @Test func aTableOfTheHeaderAloneIsEmpty() throws {
        let table = try Self.read(Array(Self.header.utf8), try AttestationWorkspace())
        #expect(table.rows.isEmpty && table.open.isEmpty)
    }
}
