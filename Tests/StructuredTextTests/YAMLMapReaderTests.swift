import Diagnostics
import StructuredText
import Testing

@Suite struct YAMLMapReaderTests {
    private enum Colour: String, CaseIterable { case red, green }

    private func node(_ text: String) throws -> YAMLNode { try #require(try YAMLNode.parse(Array(text.utf8), path: "a.yaml")) }

    private func lines(_ reader: YAMLMapReader) -> [String] {
        reader.diagnostics.map { "\($0.location.map(String.init(describing:)) ?? "") \($0.id)" }
    }

    @Test func anUnknownKeyGetsTheNearestKnownName() throws {
        let reader = YAMLMapReader(subject: "thing")
        let map = try #require(reader.map(try node("title: x\nefidence: y\nzzz: 1\n"), keys: ["title", "evidence"], what: "a requirement"))
        #expect(map.keys.sorted() == ["title"])
        #expect(lines(reader) == ["a.yaml:2:1 thing.unknown-key", "a.yaml:3:1 thing.unknown-key"])
        #expect(reader.diagnostics[0].message == "a requirement has no key 'efidence'; did you mean 'evidence'?")
        #expect(reader.diagnostics[1].message == "a requirement has no key 'zzz'")
        #expect(reader.diagnostics[0].hint?.contains("title, evidence") == true)
    }

    @Test func gathersEveryFaultOfAFile() throws {
        let reader = YAMLMapReader(subject: "t")
        let root = try node("a: [1]\nb: maybe\nc: x\nd: blue\ne: text\nf: ' '\n")
        let map = try #require(reader.map(root, keys: ["a", "b", "c", "d", "e", "f", "g"], what: "it"))
        #expect(reader.text(map["a"], "a", in: root) == nil)
        #expect(reader.flag(map["b"], "b") == nil)
        #expect(reader.integer(map["c"], "c") == nil)
        #expect(reader.choice(map["d"], "d", as: Colour.self) == nil)
        #expect(reader.list(map["e"], "e").isEmpty)
        #expect(reader.optionalText(map["f"], "f") == nil)
        #expect(reader.text(map["g"], "g", in: root) == nil)
        #expect(
            lines(reader) == [
                "a.yaml:1:4 t.not-a-text", "a.yaml:2:4 t.not-a-flag", "a.yaml:3:4 t.not-a-number", "a.yaml:4:4 t.unknown-word", "a.yaml:5:4 t.not-a-list",
                "a.yaml:6:4 t.empty-text", "a.yaml:1:1 t.missing-key",
            ])
    }

    @Test(arguments: [("true", true), ("yes", true), ("NO", false), ("false", false)])
    func readsFlags(text: String, flag: Bool) throws {
        let reader = YAMLMapReader(subject: "t")
        #expect(reader.flag(try node(text), "a") == flag)
        #expect(reader.diagnostics.isEmpty)
    }

    @Test func anAbsentValueIsNoKey() throws {
        let reader = YAMLMapReader(subject: "t")
        #expect(reader.map(try node("a: ~\nb:\n"), keys: ["a", "b"], what: "it")?.isEmpty == true)
        #expect(reader.diagnostics.isEmpty)
    }

    @Test(arguments: ["[x]", "x"])
    func whatIsNoMapIsSaidSo(text: String) throws {
        let reader = YAMLMapReader(subject: "t")
        #expect(reader.map(try node(text), keys: [], what: "it") == nil)
        #expect(lines(reader) == ["a.yaml:1:1 t.not-a-map"])
    }

    @Test func oneTextCountsAsAListOfOne() throws {
        let reader = YAMLMapReader(subject: "t")
        #expect(reader.texts(try node("x"), "a") == ["x"])
        #expect(reader.texts(try node("[x, y]"), "a") == ["x", "y"])
        #expect(reader.texts(nil, "a") == [])
        #expect(reader.diagnostics.isEmpty)
    }

    @Test(arguments: ["{ x: y }", "[[x]]", "[{ x: y }]"])
    func whatIsNoListOfTextsIsSaidSo(text: String) throws {
        let reader = YAMLMapReader(subject: "t")
        _ = reader.texts(try node(text), "a")
        #expect(reader.diagnostics.count == 1)
    }
}
