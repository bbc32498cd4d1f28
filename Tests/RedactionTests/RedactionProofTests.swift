import Diagnostics
import Redaction
import StructuredText
import Testing

@Suite struct RedactionProofTests {
    private static func item() throws -> RedactedItem {
        let rules = RedactionRules(rules: [Fixture.rule("R1", try Fixture.pointer("/dob")), Fixture.rule("R2", try Fixture.pointer("/n"), .drop)])
        return try RedactedItem("{\"id\":7,\"dob\":\"1980\"}\n{\"n\":\"é\"}\nbroken\n", .jsonLines, rules)
    }

    @Test func holdsForWhatWasIssued() throws {
        #expect(try Self.item().fault == nil)
    }

    @Test func refusesAViewWithAnyBitFlipped() throws {
        let item = try Self.item()
        for index in item.view.indices {
            for bit in 0..<8 {
                var altered = item
                altered.view[index] ^= 1 << bit
                #expect(altered.fault != nil, "byte \(index), bit \(bit)")
            }
        }
    }

    @Test func refusesAProofWithAnyBitFlipped() throws {
        let item = try Self.item()
        for index in item.proof.indices {
            for bit in 0..<8 {
                var altered = item
                altered.proof[index] ^= 1 << bit
                #expect(altered.fault != nil, "byte \(index), bit \(bit)")
            }
        }
    }

    @Test func refusesWhatIsCutShortOrGoesOn() throws {
        let item = try Self.item()
        for count in 0..<item.view.count {
            var altered = item
            altered.view.removeLast(item.view.count - count)
            #expect(altered.fault != nil)
        }
        for count in 0..<item.proof.count {
            var altered = item
            altered.proof.removeLast(item.proof.count - count)
            #expect(altered.fault != nil)
        }
        var longer = item
        longer.view.append(0x0A)
        #expect(longer.fault == "redaction.view-goes-on")
        longer = item
        longer.proof.append(0x0A)
        #expect(longer.fault == "redaction.proof-goes-on")
    }

    /// Puts something else in the place of the first hidden segment, in view and proof alike, and says what verifying reports.
    private static func fault(putting put: String, into item: RedactedItem) throws -> String? {
        var altered = item
        let line = try #require(item.proofLines.first { $0.hasPrefix("{\"hide\"") })
        let node = try #require(JSONParser.parse(Array(line.utf8), path: "p").node)
        let old = try #require(node["put"]?.string)
        func quoted(_ text: String) -> String {
            var out = ""
            quoteJSON(text, into: &out)
            return out
        }
        altered.proof = Array(item.proofLines.map { $0 == line ? $0.replacing(quoted(old), with: quoted(put)) : $0 }.joined(separator: "\n").utf8) + [0x0A]
        altered.view = Array(item.text.replacing(old, with: put, maxReplacements: 1).utf8)
        return altered.fault
    }

    @Test(arguments: [
        ("\"***\"", nil), ("\"x *** y\"", nil), ("\"psn:0123456789abcdef\"", nil), ("\"a \\\" ***\"", nil),
        ("\"***\"},\"verb\":\"FAKE\"}\n{\"n\":\"***\"", "redaction.not-a-substitute"), ("\"***\",\"more\":\"***\"", "redaction.not-a-substitute"),
        ("\"approved\"", "redaction.not-a-substitute"), ("null", "redaction.not-a-substitute"), ("", "redaction.not-a-substitute"),
        ("\"*** \\\"", "redaction.not-a-substitute"), ("\"psn:0123\"", "redaction.not-a-substitute"), ("\"a\"***\"b\"", "redaction.not-a-substitute"),
        ("{\"***\":1}", "redaction.not-a-substitute"),
    ])
    func aSubstituteIsOneValueWithTheMarkOfItsRule(put: String, expected: String?) throws {
        let item = try RedactedItem("{\"id\":7,\"n\":\"ann\"}\n{\"id\":8}\n", .jsonLines, RedactionRules(rules: [Fixture.rule("R", try Fixture.pointer("/n"))]))
        let found = try Self.fault(putting: put, into: item)
        #expect(found == expected, "\(put)")
    }

    @Test(arguments: ["x", "\"***\"", "null,\"more\":1", "\"hidden-9\":null"])
    func whatWasDroppedLeavesNothing(put: String) throws {
        let item = try RedactedItem("{\"id\":7,\"n\":\"ann\"}\n", .jsonLines, RedactionRules(rules: [Fixture.rule("R", try Fixture.pointer("/n"), .drop)]))
        #expect(try Self.fault(putting: put, into: item) == "redaction.not-a-substitute")
    }

    @Test(arguments: [
        (Segmentation.Format.csv, "id,t\n1,ann\n", "***\n2,\"x\"", "/0"), (.csv, "id,t\n1,ann\n", "\"***\",\"y\"", "/0"),
        (.text, "by ann\nok\n", "***\nmore\n", ""),
        (.xml, "<r><n>ann</n></r>", "***</n><n>more", ""),
    ])
    func aSubstituteDoesNotEndItsField(format: Segmentation.Format, text: String, put: String, _: String) throws {
        let rule = Fixture.rule("R", pattern: .expression("ann"))
        let item = try RedactedItem(text, format, RedactionRules(rules: [rule]))
        #expect(try Self.fault(putting: put, into: item) == "redaction.not-a-substitute")
    }

    @Test(arguments: [
        ("a/b.JSON", "x", Segmentation.Format.json), ("a.ndjson", "x", .json), ("a.csv", "x", .csv), ("a.xml", "x", .xml), ("a.log", "k8s-jsonl", .json),
        ("a.log", "syslog", .text), ("a.pdf", "x", .other), ("a.csv.gz", "x", .other),
    ])
    func aRecordsFormatFollowsFromItsName(path: String, reader: String, expected: Segmentation.Format) {
        #expect(Segmentation.Format.recorded(path: path, reader: reader) == expected)
    }

    /// Anyone who holds a view can hide more of it so that it still leads to the root; the register stops that.
    @Test func refusesAViewThatHidesMoreThanTheRegisterLists() throws {
        let text = #"{"a":"x","b":"y"}"#
        let both = [Fixture.rule("A", try Fixture.pointer("/a")), Fixture.rule("B", try Fixture.pointer("/b"))]
        let more = try RedactedItem(text, .json, RedactionRules(rules: both))
        #expect(more.fault == nil)
        let maker = try RedactedView(
            entry: 12, summary: more.commitment.summary, seed: Fixture.seed, segmentation: more.segmentation, rules: RedactionRules(rules: [both[0]]))
        var signed = RedactionRegister()
        try signed.add(try maker.make(original: Array(text.utf8), path: "x").hidden, source: RedactionRules(rules: both))
        var altered = more
        altered.register = signed
        #expect(altered.fault == "redaction.hidden-beyond-register")
    }

    @Test func refusesAViewThatShowsWhatTheRegisterHides() throws {
        let text = #"{"a":"x"}"#
        let rules = RedactionRules(rules: [Fixture.rule("A", try Fixture.pointer("/a"))])
        let item = try RedactedItem(text, .json, rules)
        let maker = try RedactedView(
            entry: 12, summary: item.commitment.summary, seed: Fixture.seed, segmentation: item.segmentation, rules: RedactionRules(rules: []))
        var altered = item
        (altered.view, altered.proof, _) = try maker.make(original: Array(text.utf8), path: "x")
        #expect(altered.fault == "redaction.shown")
    }

    @Test func refusesAnEntryThatTheRegisterDoesNotList() throws {
        var item = try Self.item()
        item.register = RedactionRegister()
        #expect(item.fault == "redaction.not-registered")
    }

    @Test func refusesTheProofOfAnotherEntry() throws {
        let item = try Self.item()
        let other = try RedactedItem("{\"id\":8}\n", .jsonLines, RedactionRules(rules: [Fixture.rule("R1", try Fixture.pointer("/dob"))]))
        var altered = item
        (altered.view, altered.proof) = (other.view, other.proof)
        #expect(altered.fault == "redaction.other-entry")
    }

    @Test(arguments: [
        "", "\n", "{}\n", "[]\n", "null\n", String(repeating: "[", count: 10_000) + "\n",
        "{\"entry\":12,\"root\":\"\",\"scheme\":\"dossier/seg1\",\"segments\":-1}\n",
        "{\"entry\":9223372036854775808}\n",
    ])
    func refusesHostileProofs(text: String) throws {
        var item = try Self.item()
        item.proof = Array(text.utf8)
        #expect(item.fault != nil)
    }

    /// A line may be spelt in one way only, even where the value would be the same.
    @Test(arguments: [
        ("\"show\":1}", "\"show\": 1}"), ("\"show\":1}", "\"show\":1,\"x\":0}"), ("\"show\":1}", "\"show\":01}"), ("}\n", "}\r\n"),
        ("\"kind\":\"V\"", "\"kind\":\"\\u0056\""),
    ])
    func refusesAnotherSpelling(found: String, other: String) throws {
        let rules = RedactionRules(rules: [
            Fixture.rule("A", try Fixture.pointer("/id")), Fixture.rule("B", try Fixture.pointer("/dob"), pattern: .expression("x")),
        ])
        var item = try RedactedItem(#"{"dob":"1980","id":7}"#, .json, rules)
        let text = String(decoding: item.proof, as: UTF8.self)
        guard let at = text.range(of: found) else {
            Issue.record("the proof has no '\(found)'")
            return
        }
        item.proof = Array(text.replacingCharacters(at, other).utf8)
        #expect(item.fault == "redaction.proof-line")
    }

    @Test func writesEveryLineAsCanonicalJSON() throws {
        let text = #"{"a\"\\\u0001\u2028é":"x\ty","b":"\"\u0002 ann@example.ca\u007f é"}"#
        let item = try RedactedItem(
            text, .json, RedactionRules(rules: [Fixture.rule("E", pattern: .kind(.email)), Fixture.rule("N", pattern: .expression("nothing"))]))
        #expect(item.proofLines.count == 6)
        for line in item.proof.split(separator: 0x0A) {
            _ = try CanonicalJSON.parse(Array(line), path: "proof")
        }
        #expect(item.text == #"{"a\"\\\u0001\u2028é":"x\ty","b":"\"\u0002 ***\u007f é"}"#.replacingDelete)
        #expect(item.fault == nil)
    }

    @Test func walksALargeLogAndCountsWhatIsHidden() throws {
        let lines = 8_000
        let source = LineSource(count: lines)
        let rules = RedactionRules(rules: [Fixture.rule("M", try Fixture.pointer("/user/mail"), .mask)])
        let cut = Segmentation(format: .jsonLines, rules: rules)
        let summary = try Commitment(of: LineSource(count: lines), seed: Fixture.seed, segmentation: cut).summary
        #expect(summary.segments == 3 * lines)
        let maker = try RedactedView(entry: 3, summary: summary, seed: Fixture.seed, segmentation: cut, rules: rules)
        var view: [UInt8] = []
        var proof: [UInt8] = []
        var longest = 0
        let hidden = try maker.write(original: source, path: "log.jsonl") {
            view += $0
            longest = max(longest, $0.count)
        } proof: {
            proof += $0
            longest = max(longest, $0.count)
        }
        #expect(hidden.count == lines)
        // What is held at once does not grow with the log.
        #expect(longest < 1 << 18)
        var register = RedactionRegister()
        try register.add(hidden, source: rules)
        try RedactionProof.verify(view: view, viewPath: "v", proof: proof, proofPath: "p", entry: 3, summary: summary, register: register)
    }

    @Test func takesALineLongerThanItsBuffersWhole() throws {
        let long = "{\"a\":\"" + String(repeating: "x", count: 9 << 20) + "\"}\n{\"a\":1}\n"
        let item = try RedactedItem(long, .jsonLines, RedactionRules(rules: [Fixture.rule("A", try Fixture.pointer("/a"))]))
        #expect(item.text == "***\n{\"a\":\"***\"}\n")
        #expect(item.commitment.summary.segments == 4)
        #expect(item.fault == nil)
    }
}

/// A log that is made while it is read.
private final class LineSource: ByteStream {
    private let count: Int
    private var made = 0
    private var held: [UInt8] = []

    init(count: Int) { self.count = count }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        while held.count < 10_000, made < count {
            held += "{\"id\":\(made),\"user\":{\"mail\":\"user\(made)@example.ca\"},\"ok\":true}\n".utf8
            made += 1
        }
        let size = min(buffer.count, held.count, 7_001)
        for index in 0..<size { buffer[index] = held[index] }
        held.removeFirst(size)
        return size
    }
}

extension String {
    /// JSON writes U+007F as it is.
    fileprivate var replacingDelete: String {
        guard let at = range(of: "\\u007f") else { return self }
        return replacingCharacters(at, "\u{7f}")
    }

    fileprivate func range(of text: String) -> Range<Int>? {
        let (mine, wanted) = (Array(utf8), Array(text.utf8))
        guard mine.count >= wanted.count else { return nil }
        return (0...(mine.count - wanted.count)).first { mine[$0..<($0 + wanted.count)].elementsEqual(wanted) }.map { $0..<($0 + wanted.count) }
    }

    fileprivate func replacingCharacters(_ range: Range<Int>, _ text: String) -> String {
        let bytes = Array(utf8)
        return String(decoding: bytes[..<range.lowerBound] + Array(text.utf8) + bytes[range.upperBound...], as: UTF8.self)
    }
}
