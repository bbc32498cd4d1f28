import Diagnostics
import EvidenceModel
import Testing

@testable import EvidenceReaders

@Suite struct ProvReaderTests {
    private let json = """
        {"prefix": {"ex": "https://example.org/", "y": "https://example.org/"},
         "entity": {"ex:data": {}, "ex:model": [{"prov:label": "Model"}, {"prov:type": {"$": "ex:M", "type": "xsd:QName"}}]},
         "activity": {"ex:train": {"prov:startTime": "2026-01-01T00:00:00Z", "prov:endTime": "2026-01-01T02:00:00+02:00", "prov:type": "ex:Training"}},
         "agent": {"ex:kim": {"prov:label": "Kim"}},
         "used": {"_:u1": {"prov:activity": "ex:train", "prov:entity": "y:data", "prov:time": "2025-12-31T23:00:00Z"}},
         "wasGeneratedBy": {"_:g1": {"prov:entity": "ex:model", "prov:activity": "ex:train"}},
         "wasAssociatedWith": {"_:a1": {"prov:activity": "ex:train", "prov:agent": "ex:kim", "prov:plan": "ex:plan"}},
         "bundle": {"ex:b": {"prefix": {"ex": "urn:other:"}, "wasDerivedFrom": {"_:d": {"prov:generatedEntity": "ex:x", "prov:usedEntity": "ex:data"}}}}}
        """

    private let xml = """
        <p:document xmlns:p="http://www.w3.org/ns/prov#" xmlns:ex="https://example.org/" xmlns:y="https://example.org/">
          <p:entity p:id="ex:data"/><p:entity p:id="ex:model"><p:label>Model</p:label></p:entity>
          <p:activity p:id="ex:train"><p:startTime>2026-01-01T00:00:00Z</p:startTime><p:endTime>2026-01-01T02:00:00+02:00</p:endTime>
            <p:type>ex:Training</p:type></p:activity>
          <p:person p:id="ex:kim"><p:label> Kim </p:label></p:person>
          <p:used><p:activity p:ref="ex:train"/><p:entity p:ref="y:data"/><p:time>2025-12-31T23:00:00Z</p:time></p:used>
          <p:wasGeneratedBy><p:entity p:ref="ex:model"/><p:activity p:ref="ex:train"/></p:wasGeneratedBy>
          <p:wasAssociatedWith><p:activity p:ref="ex:train"/><p:agent p:ref="ex:kim"/><p:plan p:ref="ex:plan"/></p:wasAssociatedWith>
          <p:bundleContent p:id="ex:b" xmlns:ex="urn:other:">
            <p:wasDerivedFrom><p:generatedEntity p:ref="ex:x"/><p:usedEntity p:ref="ex:data"/></p:wasDerivedFrom>
          </p:bundleContent>
        </p:document>
        """

    private func readJSON(_ text: String, _ options: ReadingOptions = ReadingOptions()) -> Reading {
        ProvJSONReader().read(EvidenceSource(path: "a.json", text: text), options)
    }

    private func readXML(_ text: String, _ options: ReadingOptions = ReadingOptions()) -> Reading {
        ProvXMLReader().read(EvidenceSource(path: "a.xml", text: text), options)
    }

    @Test func readsTheSameFromBothSerialisations() {
        let options = ReadingOptions(externalDatasets: ["https://example.org/data"], releasedModel: "ex:model")
        for reading in [readJSON(json, options), readXML(xml, options)] {
            #expect(reading.diagnostics.isEmpty)
            #expect(reading.number("runs") == 1)
            #expect(reading.number("jobs") == 1)
            // The bundle's prefix means another namespace, so its 'ex:data' is another entity.
            #expect(reading.number("dataset-count") == 4)
            #expect(reading.number("edges") == 2)
            #expect(reading.fact("failed-runs") == nil)
            #expect(reading.number("unfinished-runs") == 0)
            #expect(reading.list("agents") == ["Kim"])
            #expect(reading.number("undeclared-input-count") == 1)
            #expect(reading.list("training-path") == ["ex:data", "ex:plan", "ex:model"])
            #expect(reading.observed?.from.text == "2025-12-31T23:00:00Z")
            #expect(reading.observed?.to.text == "2026-01-01")
            #expect(reading.table("runs-recorded")?.first?["job"]?.text == "ex:plan")
        }
        #expect(readJSON(json).table("runs-recorded")?.first?.locator == .pointer("/activity/ex:train"))
        #expect(readXML(xml).table("runs-recorded")?.first?.locator == .xpath("/prov:document/prov:activity[1]"))
    }

    @Test func takesNamesThatAreNotDeclared() {
        let reading = readJSON(
            #"{"prefix": {}, "used": {"_:1": {"prov:activity": "a", "prov:entity": "e"}, "_:2": {"prov:activity": "a"}}}"#)
        #expect(reading.number("runs") == 1)
        #expect(reading.fact("jobs") == nil)
        #expect(reading.list("undeclared-inputs") == ["e"])
    }

    @Test func countsAnActivityThatNeverEndsAsUnfinished() {
        let reading = readJSON(
            """
            {"prefix": {}, "activity": {"a": {"prov:startTime": "2026-01-01T00:00:00"}, "b": {}},
             "wasStartedBy": {"_:1": {"prov:activity": "b", "prov:time": "2026-01-02T00:00:00Z"}},
             "wasEndedBy": {"_:2": {"prov:activity": "b", "prov:time": "2026-01-03T00:00:00Z"}}}
            """)
        #expect(reading.number("unfinished-runs") == 1)
        #expect(reading.table("runs-recorded")?.map { $0["state"]?.text } == ["RUNNING", "OTHER"])
        #expect(reading.diagnostics.map(\.id) == ["prov-json.zone-assumed"])
    }

    @Test(arguments: [
        (#"{"prefix": {}, "entity": []}"#, "prov-json.bad-statement"),
        (#"{"prefix": {}, "entity": {"a": 1}}"#, "prov-json.bad-statement"),
        (#"{"prefix": {}, "entity": {"{{id}}": {}}}"#, "prov-json.bad-statement"),
        (#"{"prefix": {}, "activity": {"a": {"prov:startTime": "2026-13-01T00:00:00Z"}}}"#, "prov-json.bad-time"),
        (#"{"prefix": {}, "activity": {"a": {"prov:startTime": "{{start}}"}}}"#, "prov-json.placeholder"),
        (#"{"prefix": {}, "usd": {}}"#, "prov-json.unknown-section"), ("[]", "prov-json.not-a-document"),
        (#"{"prefix": {}"#, "json.malformed"),
        (#"{"entity": {}, "entity": {}}"#, "json.duplicate-key"),
        (String(repeating: "{\"bundle\":", count: 100_000), "json.too-deep"),
    ])
    func saysWhatIsWrongInJSON(text: String, id: String) throws {
        let diagnostic = try #require(readJSON(text).diagnostics.first)
        #expect(diagnostic.id == id)
        #expect(diagnostic.location?.line == 1)
        #expect(diagnostic.location?.column != nil)
    }

    @Test(arguments: [
        ("<p:entity/>", "prov-xml.no-identifier"), ("<p:entity p:id='${x}'/>", "prov-xml.no-identifier"),
        ("<p:usd/>", "prov-xml.unknown-element"),
        ("<p:activity p:id='a'><p:startTime>2026-02-30T00:00:00Z</p:startTime></p:activity>", "prov-xml.bad-time"),
        ("<p:entity>", "xml.malformed"),
        (String(repeating: "<p:bundleContent>", count: 100_000), "xml.too-deep"),
    ])
    func saysWhatIsWrongInXML(inner: String, id: String) throws {
        let reading = readXML("<p:document xmlns:p='http://www.w3.org/ns/prov#'>\n\(inner)</p:document>")
        let diagnostic = try #require(reading.diagnostics.first)
        #expect(diagnostic.id == id)
        #expect(diagnostic.location?.line == 2)
    }

    @Test func refusesOtherDocuments() {
        #expect(readXML("<document/>").diagnostics.map(\.id) == ["prov-xml.not-a-document"])
        #expect(!readXML("<!DOCTYPE p:document [<!ENTITY x 'y'>]><p:document xmlns:p='http://www.w3.org/ns/prov#'/>").usable)
    }

    @Test func namesAnEmptyDocument() {
        #expect(readXML("<p:document xmlns:p='http://www.w3.org/ns/prov#'/>").diagnostics.map(\.id) == ["lineage.empty"])
    }

    @Test(arguments: [
        (#"{"prefix": {"#, Recognition.no), (#"{"prefix": {}, "entity": {"a"#, .certain),
        (#"{"entity": {}, "used": {}}"#, .likely), (#"{"used": {}}"#, .weak),
        (#"{"activity": {}, "agent": {}}"#, .no), (#"{"@context": "x", "entity": {}, "prefix": {}}"#, .no), ("<a/>", .no),
    ])
    func recognizesPROVJSON(text: String, sureness: Recognition) {
        #expect(ProvJSONReader().recognizes(EvidenceSource(path: "a.json", text: text)) == sureness)
    }

    @Test(arguments: [
        ("<document xmlns='http://www.w3.org/ns/prov#'><broken", Recognition.certain),
        ("<prov:document xmlns:prov='urn:x'/>", .no), ("<document/>", .no),
        ("{}", .no), ("", .no),
    ])
    func recognizesPROVXMLByItsNamespace(text: String, sureness: Recognition) {
        #expect(ProvXMLReader().recognizes(EvidenceSource(path: "a.xml", text: text)) == sureness)
    }
}
