import Diagnostics
import EvidenceModel
import EvidenceReaders
import Foundation
import StructuredText
import Testing

/// One case under `Evidence/formats/<format>/<case>/`: a file, what tells how to read it (`options.json`), and the reading that it must give.
struct FormatCase: CustomTestStringConvertible, Sendable {
    var format: String
    var name: String
    var folder: URL
    var testDescription: String { "\(format)/\(name)" }

    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static let all: [FormatCase] = {
        let formats = root.appending(path: "Evidence/formats")
        let names = { (url: URL) in ((try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []).filter { !$0.hasPrefix(".") }.sorted() }
        return names(formats).flatMap { format in
            names(formats.appending(path: format)).map { FormatCase(format: format, name: $0, folder: formats.appending(path: "\(format)/\($0)")) }
        }
    }()

    func source() throws -> EvidenceSource {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0 != "expected.json" && $0 != "options.json" }.sorted()
        let name = try #require(names.first)
        return EvidenceSource(path: name, bytes: Array(try Data(contentsOf: folder.appending(path: name))))
    }

    func options() throws -> ReadingOptions {
        guard let data = try? Data(contentsOf: folder.appending(path: "options.json")) else { return ReadingOptions() }
        let node = try #require(JSONParser.parse(Array(data), path: "options.json").node)
        var options = ReadingOptions()
        for member in node["mapping"]?.members ?? [] { options.mapping[member.key] = member.value.string }
        let list = { (key: String) in node[key]?.array?.compactMap(\.string) ?? [] }
        options.attributes = list("attributes")
        options.externalDatasets = list("external-datasets")
        options.trainingDatasets = list("training-datasets")
        options.releasedModel = node["released-model"]?.string
        return options
    }
}

/// A reading as the golden files hold it.
private func golden(_ reading: Reading) -> Value {
    .object([
        ("usable", .bool(reading.usable)),
        ("observed", reading.observed.map { .object([("from", .string($0.from.text)), ("to", .string($0.to.text))]) } ?? .null),
        ("producer", .text(reading.producer)),
        (
            "facts",
            .list(
                reading.facts.map { fact in
                    .object([
                        ("name", .string(fact.name.text)), ("value", fact.value.value), ("unit", .text(fact.unit)), ("locator", .string(fact.locator.code)),
                    ])
                })
        ),
        (
            "diagnostics",
            .list(
                reading.diagnostics.map { diagnostic in
                    .object([
                        ("id", .string(diagnostic.id)), ("severity", .string(diagnostic.severity.rawValue)), ("place", .text(diagnostic.location?.description)),
                        ("message", .string(diagnostic.message)),
                    ])
                })
        ),
    ])
}

/// What every reader must do; a new reader gets these tests by being in the list.
@Suite struct ReaderConformanceTests {
    @Test(arguments: FormatCase.all)
    func matchesItsGoldenReading(sample: FormatCase) throws {
        let reader = try #require(evidenceReaders.first { $0.format == sample.format }, "no reader for the folder '\(sample.format)'")
        let text = golden(reader.read(try sample.source(), try sample.options())).prettyJSON
        let file = sample.folder.appending(path: "expected.json")
        if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] != nil {
            try Data(text.utf8).write(to: file)
            Issue.record("recorded \(file.path); read the diff")
            return
        }
        let expected = try String(contentsOf: file, encoding: .utf8)
        #expect(text == expected)
    }

    @Test(arguments: FormatCase.all)
    func isRecognisedByContentAndByNoOtherReaderAsSurely(sample: FormatCase) throws {
        let source = try sample.source()
        // Only the ending stays: Markdown without front matter has little else.
        let renamed = EvidenceSource(path: "renamed." + (source.path.split(separator: ".").last ?? ""), bytes: try source.wholeBytes())
        let reader = try #require(evidenceReaders.first { $0.format == sample.format })
        // What is damaged from its first bytes on, or needs a mapping, cannot be recognised.
        guard reader.recognizes(source) >= .likely, !sample.name.hasPrefix("needs-") else { return }
        #expect(reader.recognizes(renamed) > .no)
        for other in evidenceReaders where other.format != reader.format { #expect(other.recognizes(source) < reader.recognizes(source)) }
    }

    /// Every reader, over bytes that nobody should ever send it.
    @Test(arguments: evidenceReaders.map(\.format), Hostile.all)
    func survivesHostileBytes(format: String, hostile: Hostile) throws {
        let reader = try #require(evidenceReaders.first { $0.format == format })
        let source = EvidenceSource(path: "hostile", bytes: hostile.bytes)
        _ = reader.recognizes(source)
        let reading = reader.read(source, ReadingOptions(mapping: ["time": "time", "action": "action"]))
        #expect(reading.usable == false || !reading.diagnostics.isEmpty || !reading.facts.isEmpty)
        for diagnostic in reading.diagnostics { #expect(diagnostic.hint?.isEmpty == false) }
    }

    @Test(arguments: FormatCase.all)
    func survivesBeingCutShortAnywhere(sample: FormatCase) throws {
        let reader = try #require(evidenceReaders.first { $0.format == sample.format })
        let bytes = try sample.source().wholeBytes()
        let step = max(1, bytes.count / 40)
        for end in stride(from: 0, to: bytes.count, by: step) {
            let source = EvidenceSource(path: "cut", bytes: Array(bytes.prefix(end)))
            _ = reader.recognizes(source)
            _ = reader.read(source, try sample.options())
        }
        #expect(bytes.count >= 0)
    }
}

/// Bytes that have broken parsers.
struct Hostile: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var bytes: [UInt8]

    static let all: [Hostile] = [
        Hostile(testDescription: "nothing", bytes: []),
        Hostile(testDescription: "a NUL byte", bytes: Array("{\"time\":\"2026-01-01\",\"action\":\"a\u{0}b\"}\n{}".utf8)),
        Hostile(testDescription: "invalid UTF-8", bytes: Array("{\"time\":\"".utf8) + [0xFF, 0xC0] + Array("\",\"action\":\"x\"}\n{\"time\":1}\n".utf8)),
        Hostile(testDescription: "100,000 levels", bytes: Array(repeating: UInt8(ascii: "["), count: 100_000)),
        Hostile(testDescription: "100,000 levels of objects", bytes: Array(String(repeating: "{\"Records\":", count: 100_000).utf8)),
        Hostile(testDescription: "duplicate keys", bytes: Array("{\"Records\":[{\"eventName\":\"a\",\"eventName\":\"b\",\"eventSource\":\"c\"}]}".utf8)),
        Hostile(testDescription: "NaN and 1e999", bytes: Array("{\"a\": NaN, \"b\": 1e999, \"model_details\": {\"name\": 1e999}}".utf8)),
        Hostile(testDescription: "a date that does not exist", bytes: Array("time,action,actor\n2026-02-30,x,y\n".utf8)),
        Hostile(testDescription: "an alias bomb", bytes: Array(aliasBomb.utf8)),
        Hostile(testDescription: "a billion laughs", bytes: Array(billionLaughs.utf8)),
        Hostile(testDescription: "an external entity", bytes: Array("<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>".utf8)),
        Hostile(testDescription: "gzip of nothing", bytes: [0x1F, 0x8B, 0x08, 0, 0, 0, 0, 0, 0, 3]),
        Hostile(testDescription: "a UTF-16 text", bytes: [0xFF, 0xFE, 0x7B, 0, 0x7D, 0]),
        Hostile(testDescription: "an open quote", bytes: Array("time,action,actor\n\"2026-01-01,x,y\n".utf8)),
    ]

    private static let aliasBomb =
        "---\na: &a [x,x,x,x,x,x,x,x,x]\n"
        + (1...8).map { "k\($0): &k\($0) [" + Array(repeating: $0 == 1 ? "*a" : "*k\($0 - 1)", count: 9).joined(separator: ",") + "]\n" }.joined()
        + "license: mit\n---\n# Card\n"

    private static let billionLaughs =
        "<?xml version=\"1.0\"?><!DOCTYPE l [<!ENTITY a0 \"ha\">"
        + (1...12).map { "<!ENTITY a\($0) \"" + String(repeating: "&a\($0 - 1);", count: 10) + "\">" }.joined() + "]><l>&a12;</l>"
}
