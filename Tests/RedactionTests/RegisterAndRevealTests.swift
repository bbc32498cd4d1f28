import Diagnostics
import Redaction
import StructuredText
import Testing

@Suite struct RedactionRegisterTests {
    private static func register() throws -> RedactionRegister {
        let rules = RedactionRules(rules: [
            Fixture.rule("R2", try Fixture.pointer("/b")), Fixture.rule("R1", try Fixture.pointer("/a"), .drop),
        ])
        return try RedactedItem(#"{"a":1,"b":[2,3],"c":4}"#, .json, rules).register
    }

    @Test func saysWhatIsHiddenByWhichRuleAndWhy() throws {
        let text = String(decoding: try Self.register().bytes, as: UTF8.self)
        #expect(
            text
                == #"{"entries":[{"entry":12,"hidden":[{"count":1,"rule":"R1","segments":"1"},{"count":2,"rule":"R2","segments":"3,5"}],"segments":7}],"#
                + #""rules":[{"action":"drop","id":"R1","reason":"it names a person"},{"action":"mask","id":"R2","reason":"it names a person"}],"#
                + #""schema":"dossier/redactions/1","totals":[{"count":1,"rule":"R1"},{"count":2,"rule":"R2"}]}"#)
    }

    @Test func readsBackWhatItWrote() throws {
        let register = try Self.register()
        #expect(try RedactionRegister(register.bytes, path: "register.json") == register)
        #expect(try RedactionRegister(RedactionRegister().bytes, path: "register.json") == RedactionRegister())
    }

    @Test func refusesOrNoticesEveryFlippedBit() throws {
        let register = try Self.register()
        let bytes = register.bytes
        for index in bytes.indices {
            for bit in 0..<8 {
                var altered = bytes
                altered[index] ^= 1 << bit
                #expect((try? RedactionRegister(altered, path: "register.json")) != register)
            }
        }
    }

    @Test(arguments: [
        ("\"count\":1,\"rule\":\"R1\",\"segments\"", "\"count\":2,\"rule\":\"R1\",\"segments\""), ("\"3,5\"", "\"5,3\""), ("\"3,5\"", "\"3,7\""),
        ("\"3,5\"", "\"1,3\""), ("\"3,5\"", "\"03,5\""), ("\"3,5\"", "\"3-3,5\""), ("\"3,5\"", "\"3,4\""), ("\"3,5\"", "\"\""),
        ("\"3,5\"", "\"3,99999999999999999999\""),
        ("\"id\":\"R1\"", "\"id\":\"R3\""), ("redactions/1", "redactions/2"), ("\"segments\":7", "\"segments\":7,\"x\":1"), ("\"totals\":[", "\"totals\":[1,"),
    ])
    func refusesARegisterThatDoesNotAgreeWithItself(found: String, other: String) throws {
        let text = String(decoding: try Self.register().bytes, as: UTF8.self)
        let parts = text.components(around: found)
        let altered = try #require(parts.map { $0.0 + other + $0.1 })
        let fault = #expect(throws: Diagnostic.self) { try RedactionRegister(Array(altered.utf8), path: "register.json") }
        #expect(fault?.location?.path == "register.json")
    }

    @Test func refusesTwoRulesOfOneIdThatDiffer() throws {
        var register = try Self.register()
        let other = RedactionRules(rules: [Fixture.rule("R1", try Fixture.pointer("/x"), .mask)])
        let cut = Segmentation(format: .json, rules: other)
        let summary = try Commitment(of: MemoryStream(Array(#"{"x":1}"#.utf8)), seed: Fixture.seed, segmentation: cut).summary
        let hidden = try RedactedView(entry: 13, summary: summary, seed: Fixture.seed, segmentation: cut, rules: other)
            .make(original: Array(#"{"x":1}"#.utf8), path: "x").hidden
        let fault = #expect(throws: Diagnostic.self) { try register.add(hidden, source: other) }
        #expect(fault?.id == "redaction.two-rules")
    }

    @Test func saysWhatIsHiddenMoreThanBefore() throws {
        let now = try Self.register()
        let more = now.changes(since: RedactionRegister())
        #expect(more.map { [$0.entry, $0.hiddenNow, $0.shownNow] } == [[12, 3, 0]])
        let less = RedactionRegister().changes(since: now)
        #expect(less.map { [$0.entry, $0.hiddenNow, $0.shownNow] } == [[12, 0, 3]])
        #expect(now.changes(since: now).isEmpty)
    }

    /// A register with so many rules, each hiding one segment of its own in one item.
    private static func made(rules count: Int, in entries: [(entry: Int, segments: Int, ranges: [String])]) -> [UInt8] {
        let ids = (0..<count).map { "r" + String(10_000 + $0) }
        let rows = entries.map { entry in
            let hidden = zip(ids, entry.ranges).map { #"{"count":1,"rule":"\#($0)","segments":"\#($1)"}"# }.joined(separator: ",")
            return #"{"entry":\#(entry.entry),"hidden":[\#(hidden)],"segments":\#(entry.segments)}"#
        }
        let described = ids.map { #"{"action":"mask","id":"\#($0)","reason":"x"}"# }.joined(separator: ",")
        let totals = ids.map { #"{"count":1,"rule":"\#($0)"}"# }.joined(separator: ",")
        return Array(
            #"{"entries":[\#(rows.joined(separator: ","))],"rules":[\#(described)],"schema":"dossier/redactions/1","totals":[\#(totals)]}"#.utf8)
    }

    @Test func readsAsManyRulesAsItWritesAndNoMore() throws {
        let most = Self.made(rules: 1000, in: [(1, 1000, (0..<1000).map(String.init))])
        #expect(try RedactionRegister(most, path: "r").count == 1000)
        let fault = #expect(throws: Diagnostic.self) {
            try RedactionRegister(Self.made(rules: 1001, in: [(1, 1001, (0..<1001).map(String.init))]), path: "r")
        }
        #expect(fault?.message.contains("more than 1000 rules") == true)
    }

    /// Counts whose sum is beyond any number that a machine holds.
    @Test(arguments: [(1, CanonicalJSON.largestInteger), (1 << 49, 5), (1, (1 << 40) + 1)])
    func refusesNumbersThatNoItemHas(entry: Int, segments: Int) {
        let bytes = Self.made(rules: 1, in: [(entry, segments, ["0-\(segments - 1)"])])
        let fault = #expect(throws: Diagnostic.self) { try RedactionRegister(bytes, path: "r") }
        #expect(fault?.message.contains("impossible") == true)
    }

    @Test func refusesMoreBytesOrValuesThanItIsRead() {
        let large = [UInt8](repeating: UInt8(ascii: " "), count: RedactionRegister.maximumBytes + 1)
        #expect(throws: Diagnostic.self) { try RedactionRegister(large, path: "r") }
        let many = Array(("[" + String(repeating: "{},", count: 600_000) + "{}]").utf8)
        let fault = #expect(throws: Diagnostic.self) { try RedactionRegister(many, path: "r") }
        #expect(fault?.message.contains("values") == true)
    }

    @Test func findsARuleForEachSegmentThatSeveralRulesHide() throws {
        let register = try Self.register()
        #expect(register.totals == [1, 2])
        #expect(register.total(of: "R2") == 2 && register.total(of: "R9") == 0)
        #expect(register.entry(12)?.count == 3 && register.entry(13) == nil)
        #expect(register.rule("R1")?.action == .drop && register.rule("R") == nil)
    }

    @Test func keepsNumbersInRanges() throws {
        var ranges = IndexRanges()
        for index in [0, 1, 2, 5, 9, 10] { ranges.append(index) }
        #expect(ranges.text == "0-2,5,9-10")
        #expect(IndexRanges("0-2,5,9-10", limit: 11) == ranges)
        #expect(IndexRanges("0-2,5,9-10", limit: 10) == nil)
        #expect(ranges.count == 6)
    }
}

@Suite struct RevealTests {
    static let text = "{\"a\":\"x\",\"n\":1}\n{\"a\":\"y\"}\n{\"a\":\"z\"}\n"

    private static func item() throws -> RedactedItem {
        try RedactedItem(text, .jsonLines, RedactionRules(rules: [Fixture.rule("A", try Fixture.pointer("/a"))]))
    }

    private static func reveal(_ index: Int, _ item: RedactedItem) throws -> RevealedSegment {
        try RevealedSegment(
            of: index, entry: 12, original: MemoryStream(item.original), originalPath: "log", seed: Fixture.seed, segmentation: item.segmentation,
            summary: item.commitment.summary)
    }

    @Test func provesEverySegmentOfAnItem() throws {
        let item = try Self.item()
        var joined: [UInt8] = []
        for index in 0..<item.commitment.summary.segments {
            let file = try Self.reveal(index, item).fileBytes
            let read = try RevealedSegment(file: file, path: "reveal.json")
            try read.check(entry: 12, index: index, summary: item.commitment.summary, path: "reveal.json")
            joined += read.bytes
        }
        #expect(joined == item.original)
    }

    @Test func refusesASegmentUnderAnotherIndexOrEntry() throws {
        let item = try Self.item()
        let reveal = try Self.reveal(1, item)
        #expect(throws: Diagnostic.self) { try reveal.check(entry: 12, index: 4, summary: item.commitment.summary, path: "r") }
        #expect(throws: Diagnostic.self) { try reveal.check(entry: 13, index: 1, summary: item.commitment.summary, path: "r") }
        var moved = reveal
        moved.index = 4
        let fault = #expect(throws: Diagnostic.self) { try moved.check(entry: 12, index: 4, summary: item.commitment.summary, path: "r") }
        #expect(fault?.id == "redaction.not-committed")
    }

    @Test func refusesAFileWithAnyBitFlipped() throws {
        let item = try Self.item()
        let file = try Self.reveal(1, item).fileBytes
        for index in file.indices {
            for bit in 0..<8 {
                var altered = file
                altered[index] ^= 1 << bit
                #expect(throws: Diagnostic.self, "byte \(index), bit \(bit)") {
                    try RevealedSegment(file: altered, path: "r").check(entry: 12, index: 1, summary: item.commitment.summary, path: "r")
                }
            }
        }
    }

    @Test(arguments: [-1, 9, 1000])
    func knowsNoSegmentBeyondTheItem(index: Int) throws {
        let item = try Self.item()
        let fault = #expect(throws: Diagnostic.self) { try Self.reveal(index, item) }
        #expect(fault?.id == "redaction.no-such-segment")
    }

    @Test func checksTheWholeItemByItsSeed() throws {
        let item = try Self.item()
        let file = RevealedSeed(entry: 12, seed: try Fixture.seed).fileBytes
        let read = try RevealedSeed(file: file, path: "seed.json")
        try read.check(entry: 12, blinded: item.commitment.blinded, original: MemoryStream(item.original), originalPath: "log")
        #expect(throws: Diagnostic.self) {
            try read.check(entry: 12, blinded: item.commitment.blinded, original: MemoryStream(item.original + [0]), originalPath: "log")
        }
        #expect(throws: Diagnostic.self) {
            try read.check(entry: 13, blinded: item.commitment.blinded, original: MemoryStream(item.original), originalPath: "log")
        }
    }

    @Test func sealsASeedForOneItemAndOneLocker() throws {
        let sealing = try #require(SeedSealing(lockerKey: [UInt8](repeating: 5, count: 32)))
        let sealed = try sealing.seal(Fixture.seed, blinded: "ab")
        #expect(try sealing.open(sealed, blinded: "ab", path: "seed").bytes == Fixture.seed.bytes)
        #expect(throws: Diagnostic.self) { try sealing.open(sealed, blinded: "ac", path: "seed") }
        let other = try #require(SeedSealing(lockerKey: [UInt8](repeating: 6, count: 32)))
        #expect(throws: Diagnostic.self) { try other.open(sealed, blinded: "ab", path: "seed") }
        for index in sealed.indices {
            var altered = sealed
            altered[index] ^= 1
            #expect(throws: Diagnostic.self) { try sealing.open(altered, blinded: "ab", path: "seed") }
        }
        #expect(throws: Diagnostic.self) { try sealing.open([], blinded: "ab", path: "seed") }
    }

    @Test func neverPrintsASeed() throws {
        #expect("\(try Fixture.seed)" == "a seed")
        #expect(ItemSeed.random().bytes != ItemSeed.random().bytes)
        #expect(ItemSeed([1, 2]) == nil)
    }
}

extension String {
    /// What stands before and after the first place of a text.
    fileprivate func components(around text: String) -> (String, String)? {
        let (mine, wanted) = (Array(utf8), Array(text.utf8))
        guard mine.count >= wanted.count, let at = (0...(mine.count - wanted.count)).first(where: { mine[$0..<($0 + wanted.count)].elementsEqual(wanted) })
        else { return nil }
        return (String(decoding: mine[..<at], as: UTF8.self), String(decoding: mine[(at + wanted.count)...], as: UTF8.self))
    }
}
