import Diagnostics
import Testing

@testable import StructuredText

@Suite struct CSVReaderTests {
    private func rows(_ bytes: [UInt8], delimiter: UInt8 = UInt8(ascii: ",")) throws -> [CSVRow] {
        var rows: [CSVRow] = []
        try CSVReader(MemoryStream(bytes), path: "a.csv", delimiter: delimiter).forEachRow {
            rows.append($0)
            return true
        }
        return rows
    }

    private func rows(_ text: String) throws -> [CSVRow] { try rows(Array(text.utf8)) }

    private func fault(_ bytes: [UInt8]) -> String? {
        do {
            _ = try rows(bytes)
            return nil
        } catch let diagnostic as Diagnostic {
            return "\(diagnostic.location.map(String.init(describing:)) ?? "") \(diagnostic.id)"
        } catch {
            return "\(error)"
        }
    }

    @Test(
        arguments: [
            ("a,b\n1,2\n", [["a", "b"], ["1", "2"]]), ("a,b\r\n1,2\r\n", [["a", "b"], ["1", "2"]]), ("a,b\n1,2", [["a", "b"], ["1", "2"]]),
            ("a,b\r\n1,2\r", [["a", "b"], ["1", "2"]]), ("\"a,b\",\"c\"\"d\"\n", [["a,b", "c\"d"]]), ("\"x\ny\r\nz\",2\n", [["x\ny\r\nz", "2"]]),
            (",,\n", [["", "", ""]]), ("a\n\n\r\nb\n", [["a"], ["b"]]), ("\"\"\n", [[""]]), ("\"\"", [[""]]), ("\"\",\"\"\r\n", [["", ""]]), ("", []),
            ("\n", []),
            ("a\"b,c\n", [["a\"b", "c"]]), ("\u{FEFF}a,b\n", [["a", "b"]]), ("é,😀\n", [["é", "😀"]]), ("a,\"b\"", [["a", "b"]]), ("a,", [["a", ""]]),
        ] as [(String, [[String]])])
    func readsRows(text: String, expected: [[String]]) throws {
        #expect(try rows(text).map(\.fields) == expected)
    }

    @Test func numbersTheLineOnWhichARowBegins() throws {
        #expect(try rows("a\n\"x\ny\"\n\nb\n").map(\.line) == [1, 2, 5])
    }

    @Test func stopsWhenAsked() throws {
        var seen = 0
        try CSVReader(MemoryStream(Array("a\nb\nc\n".utf8)), path: "a.csv").forEachRow { _ in
            seen += 1
            return seen < 2
        }
        #expect(seen == 2)
    }

    @Test func refusesAQuoteThatNeverEnds() {
        #expect(fault(Array("a,b\n1,\"x\n2,3\n".utf8)) == "a.csv:2:1 csv.open-quote")
    }

    @Test(arguments: [("\"a\"b,c\n", "1:4"), ("x\n1,\"a\" ,c\n", "2:6"), ("\"a\"\rb\n", "1:5")])
    func refusesTextAfterAClosingQuote(text: String, place: String) {
        #expect(fault(Array(text.utf8)) == "a.csv:\(place) csv.stray-quote")
    }

    @Test func refusesANulByteWhereItStands() {
        #expect(fault(Array("a,b\n1,\0\n".utf8)) == "a.csv:2:3 text.nul-byte")
        #expect(fault(Array("\"a\n\0\"\n".utf8)) == "a.csv:2:1 text.nul-byte")
    }

    @Test(
        arguments: [
            ([0x61, 0x2C, 0xFF, 0x0A], "1:3"), ([0xFF, 0x0D, 0x0A], "1:1"), ([0x61, 0x0A, 0x61, 0xFF, 0x62], "2:2"), ([0x22, 0x61, 0xFF, 0x22, 0x0A], "1:3"),
            ([0x22, 0x61, 0x0A, 0x62, 0xFF, 0x22, 0x0A], "2:2"), ([0x22, 0x22, 0x22, 0xFF, 0x22], "1:4"),
        ] as [([UInt8], String)])
    func refusesWhatIsNotUTF8WhereItStands(bytes: [UInt8], place: String) {
        #expect(fault(bytes) == "a.csv:\(place) text.invalid-utf8")
    }

    @Test(arguments: ["x", "x,", "\"x"])
    func refusesATenMegabyteRow(start: String) {
        let bytes = Array("a\n\(start)".utf8) + [UInt8](repeating: 0x78, count: 10 << 20)
        #expect(fault(bytes) == "a.csv:2:1 csv.row-too-long")
    }

    @Test func readsALongRowThatIsShorterThanTheLimit() throws {
        #expect(try rows([UInt8](repeating: 0x78, count: 1 << 20)).first?.fields.first?.utf8.count == 1 << 20)
    }

    @Test(arguments: [
        ("a;b;c\n", ";"), ("a\tb\n", "\t"), ("a|b\n", "|"), ("a,b\n", ","), ("a\n", ","), ("", ","), ("\"a,b,c\";d\n", ";"), ("a;b\n1,2,3,4\n", ";"),
    ])
    func findsTheDelimiterOfTheFirstLine(head: String, delimiter: String) {
        #expect(CSVReader.delimiter(of: Array(head.utf8)) == delimiter.utf8.first)
    }

    @Test func readsAFileOfAnyLengthInPieces() throws {
        let line = "\"a\"\"b\",c\r\n"
        let count = 100_000
        let found = try rows(String(repeating: line, count: count))
        #expect(found.count == count)
        #expect(found.allSatisfy { $0.fields == ["a\"b", "c"] })
    }
}
