import Diagnostics
import StructuredText
import Testing

@Suite struct YAMLNodeTests {
    private func parse(_ text: String, firstLine: Int = 1) throws -> YAMLNode? {
        try YAMLNode.parse(Array(text.utf8), path: "a.yaml", firstLine: firstLine)
    }

    private func faulty(_ bytes: [UInt8]) -> Diagnostic? {
        do throws(Diagnostic) {
            _ = try YAMLNode.parse(bytes, path: "a.yaml")
            return nil
        } catch {
            return error
        }
    }

    private func faulty(_ text: String) -> Diagnostic? { faulty(Array(text.utf8)) }

    @Test func saysWhereKeysAndValuesStand() throws {
        let root = try #require(try parse("# c\na: 1\nb:\n  - x\n  - { c: y }\n"))
        let b = try #require(root.members?.last)
        #expect("\(b.keyLocation)" == "a.yaml:3:1")
        #expect(b.value.list?.map { "\($0.location)" } == ["a.yaml:4:5", "a.yaml:5:5"])
        #expect(b.value.list?.last?["c"].map { "\($0.location)" } == "a.yaml:5:10")
    }

    @Test func countsFromTheGivenLine() throws {
        #expect(try parse("a: 1\nb: 2\n", firstLine: 10)?.members?.last?.keyLocation.line == 11)
        do throws(Diagnostic) {
            _ = try YAMLNode.parse(Array("a: 1\nb: [\n".utf8), path: "a.yaml", firstLine: 10)
            Issue.record("expected a fault")
        } catch {
            #expect((error.location?.line ?? 0) >= 11)
        }
    }

    @Test(arguments: ["no", "yes", "on", "4.10", "010", "0x1F", "1e3", "2026-09-30", "true", "12:30:45", ".inf"])
    func keepsPlainScalarsAsTheyWereWritten(scalar: String) throws {
        #expect(try parse("a: \(scalar)\n")?["a"]?.text == scalar)
    }

    @Test func tellsAQuotedNullFromAnAbsentValue() throws {
        let root = try #require(try parse("a: ~\nb: null\nc:\nd: 'null'\ne: \"\"\nf: '~'\n"))
        #expect(root.members?.map(\.value.isNull) == [true, true, true, false, false, false])
    }

    @Test func readsBlockAndFoldedText() throws {
        let root = try #require(try parse("a: >-\n  one\n  two\nb: |\n  x\n  y\n"))
        #expect(root["a"]?.text == "one two")
        #expect(root["b"]?.text == "x\ny\n")
    }

    @Test(arguments: ["", "# only a comment\n", "---\n"])
    func anEmptyTextHasNothingToRead(text: String) throws {
        #expect(try parse(text).map { $0.isNull } ?? true)
    }

    @Test func keepsTheOrderOfKeys() throws {
        #expect(try parse("z: 1\na: 2\nm: 3\n")?.members?.map(\.key) == ["z", "a", "m"])
    }

    @Test func reportsADuplicateKeyWithItsPlace() throws {
        let fault = try #require(faulty("x:\n  a: 1\n  b: 2\n  a: 3\n"))
        #expect(fault.id == "yaml.duplicate-key")
        #expect(fault.message.contains("'a'"))
        #expect(fault.location?.line == 2 || fault.location?.line == 4)
        #expect(fault.location?.column == 3)
    }

    @Test(arguments: ["a: [1\n", "a: {b\n", "a:\n\t- x\n", "a: 'x\n", "- a\nb: c\n", "a: *nothing\n", "a: @x\n", "a: 1\n---\nb: 2\n", "a: b: c\n", "&a"])
    func saysWhereATextIsNoYAML(text: String) throws {
        guard let fault = faulty(text) else { return #expect(text == "&a") }
        #expect(fault.id == "yaml.malformed")
        #expect(fault.location?.path == "a.yaml")
        #expect((fault.location?.line ?? 0) >= 1)
    }

    @Test func refusesAliasesThatUnfoldWithoutEnd() {
        var text = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n"
        for level in 1...12 { text += "a\(level): &a\(level) [" + (0..<10).map { _ in "*a\(level - 1)" }.joined(separator: ",") + "]\n" }
        #expect(faulty(text)?.id == "yaml.too-many-values")
    }

    @Test(.timeLimit(.minutes(1))) func refusesAliasesThatUnfoldInAKey() {
        var text = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n"
        for level in 1...9 { text += "a\(level): &a\(level) [" + (0..<10).map { _ in "*a\(level - 1)" }.joined(separator: ",") + "]\n" }
        text += "? *a9\n: 1\n"
        #expect(faulty(text) != nil)
    }

    @Test func readsAnAliasThatIsHarmless() throws {
        #expect(try parse("a: &a [1, 2]\nb: *a\n")?["b"]?.list?.map(\.text) == ["1", "2"])
    }

    @Test(arguments: ["[", "{a: ", "- ", "? "])
    func refusesAHundredThousandLevels(open: String) throws {
        let fault = try #require(faulty(String(repeating: open, count: 100_000)))
        #expect(fault.id == "yaml.too-deep" || fault.id == "yaml.malformed")
    }

    @Test func refusesMoreLevelsThanItsOwnLimit() {
        func nested(_ levels: Int) -> String { String(repeating: "[", count: levels) + "x" + String(repeating: "]", count: levels) }
        #expect(faulty(nested(100)) == nil)
        #expect(faulty(nested(200))?.id == "yaml.too-deep")
    }

    @Test func refusesANulByteWhereItStands() {
        #expect(faulty("a: 1\nb: \0\n").map { "\($0.location.map(String.init(describing:)) ?? "") \($0.id)" } == "a.yaml:2:4 text.nul-byte")
    }

    @Test func refusesWhatIsNotUTF8WhereItStands() {
        let fault = faulty(Array("a: 1\nb: ".utf8) + [0xFF])
        #expect(fault.map { "\($0.location.map(String.init(describing:)) ?? "") \($0.id)" } == "a.yaml:2:4 text.invalid-utf8")
    }

    @Test(arguments: ["? [a, b]\n: 1\n", "? { a: b }\n: 1\n"])
    func refusesAKeyThatIsNoText(text: String) {
        #expect(faulty(text)?.id == "yaml.key-is-not-text")
    }

    @Test func refusesAFileAboveTheLimit() {
        #expect(faulty([UInt8](repeating: 0x20, count: YAMLNode.maximumBytes + 1))?.id == "yaml.too-large")
    }

    @Test func readsATextWithTenThousandLines() throws {
        let text = (0..<10_000).map { "key-\($0): value \($0)\n" }.joined()
        #expect(try parse(text)?.members?.last?.keyLocation.line == 10_000)
    }
}
