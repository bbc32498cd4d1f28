import EvidenceModel
import Testing

@Suite struct LocatorTests {
    static let all: [Locator] = [
        .whole, .line(14), .pointer(""), .pointer("/a/0"), .pointer("/a:b/~1"), .pointer("/\u{301}x"), .xpath("/a/b[1]"), .xpath("\u{301}"), .xpath(""),
        .cell(row: 3, column: "sex"), .cell(row: 1, column: ""), .cell(row: 3, column: "a:b"), .cell(row: 3, column: "\u{301}x"), .cell(row: 3, column: ":"),
        .cell(row: 2, column: "line\nbreak;\"quote\""), .declaration(line: 2),
    ]

    @Test(arguments: all) func readsBackFromItsCode(locator: Locator) {
        #expect(Locator(code: locator.code) == locator)
    }

    @Test(
        arguments: [
            (.whole, "whole"), (.line(14), "line:14"), (.pointer("/a/0"), "pointer:/a/0"), (.xpath("/a"), "xpath:/a"),
            (.cell(row: 3, column: "sex"), "cell:3:sex"),
            (.declaration(line: 2), "declaration:2"),
        ] as [(Locator, String)])
    func hasThisCode(locator: Locator, code: String) {
        #expect(locator.code == code)
    }

    @Test(arguments: ["", "line", "line:", "line:x", "cell:3", "cell:x:y", "cell::", "declaration:", "page:3", "Whole", "whole:1", ":"])
    func refusesWhatIsNoCode(code: String) {
        #expect(Locator(code: code) == nil)
    }

    @Test(
        arguments: [
            (.whole, ""), (.line(14), ":14"), (.pointer("/a/0"), "#/a/0"), (.xpath("/a"), "#xpath(/a)"), (.cell(row: 3, column: "sex"), "#row=3;column=sex"),
            (.declaration(line: 2), ".evidence.yaml:2"),
        ] as [(Locator, String)])
    func standsBehindAFilesPath(locator: Locator, suffix: String) {
        #expect(locator.suffix == suffix)
    }
}
