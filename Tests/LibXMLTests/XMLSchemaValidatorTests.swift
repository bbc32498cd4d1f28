import Diagnostics
import Testing

@testable import LibXML

@Suite struct XMLSchemaValidatorTests {
    private let schema = """
        <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:a" xmlns="urn:a" elementFormDefault="qualified">
          <xs:element name="a"><xs:complexType><xs:sequence>
            <xs:element name="n" type="xs:integer" maxOccurs="unbounded"/>
          </xs:sequence></xs:complexType></xs:element>
        </xs:schema>
        """

    private func validator() throws -> XMLSchemaValidator {
        try #require(XMLSchemaValidator.compile(Array(schema.utf8), path: "a.xsd").validator)
    }

    @Test func findsNothingInAValidDocument() throws {
        #expect(try validator().validate(Array("<a xmlns='urn:a'><n>1</n></a>".utf8), path: "a.xml").isEmpty)
    }

    @Test func saysOnWhichLineADocumentBreaksItsSchema() throws {
        let diagnostics = try validator().validate(Array("<a xmlns='urn:a'>\n<n>1</n>\n<n>x</n>\n<m/></a>".utf8), path: "a.xml")
        #expect(diagnostics.map { $0.location?.line } == [3, 4])
        #expect(diagnostics.allSatisfy { $0.id == "xml-schema.invalid" && $0.severity == .error })
        #expect(diagnostics.first?.message.contains("'x' is not a valid value of the atomic type 'xs:integer'") == true)
    }

    @Test func listsTwentyErrorsAndHowManyMore() throws {
        let text = "<a xmlns='urn:a'>" + String(repeating: "<n>x</n>", count: 30) + "</a>"
        let diagnostics = try validator().validate(Array(text.utf8), path: "a.xml")
        #expect(diagnostics.count == 21)
        #expect(diagnostics.last?.message == "10 more errors are not listed")
    }

    @Test func reportsADocumentThatIsNoXML() throws {
        #expect(try validator().validate(Array("<a".utf8), path: "a.xml").first?.id == "xml.malformed")
    }

    @Test func doesNotFollowTheSchemaLocationOfADocument() throws {
        let before = refusedExternalLoads
        let text = """
            <a xmlns='urn:a' xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xsi:schemaLocation='urn:b /etc/passwd'><n>1</n></a>
            """
        _ = try validator().validate(Array(text.utf8), path: "a.xml")
        #expect(refusedExternalLoads >= before)
        #expect(try validator().validate(Array("<a xmlns='urn:a'><n>1</n></a>".utf8), path: "a.xml").isEmpty)
    }

    @Test func includesOnlyThePartsThatAreHandedOver() throws {
        let main = """
            <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:include schemaLocation="part.xsd"/>
            <xs:element name="a" type="part"/></xs:schema>
            """
        let part = """
            <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:simpleType name="part">
            <xs:restriction base="xs:string"><xs:enumeration value="x"/></xs:restriction></xs:simpleType></xs:schema>
            """
        let parts = [XMLSchemaValidator.Part(location: "part.xsd", bytes: Array(part.utf8))]
        let whole = try #require(XMLSchemaValidator.compile(Array(main.utf8), path: "main.xsd", parts: parts).validator)
        #expect(whole.validate(Array("<a>x</a>".utf8), path: "a.xml").isEmpty)
        #expect(whole.validate(Array("<a>y</a>".utf8), path: "a.xml").first?.id == "xml-schema.invalid")
        let alone = XMLSchemaValidator.compile(Array(main.utf8), path: "main.xsd")
        #expect(alone.validator == nil)
        #expect(alone.diagnostics.contains { $0.id == "xml-schema.unusable" })
    }

    @Test(arguments: [
        "<a/>", "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'><xs:element name='a' type='none'/></xs:schema>", "<a",
    ])
    func refusesWhatIsNoSchema(text: String) {
        let result = XMLSchemaValidator.compile(Array(text.utf8), path: "a.xsd")
        #expect(result.validator == nil)
        #expect(!result.diagnostics.isEmpty)
    }

    @Test func isUsedByManyTasksAtOnce() async throws {
        let validator = try validator()
        await withTaskGroup(of: Int.self) { group in
            for index in 0..<64 {
                group.addTask {
                    validator.validate(Array("<a xmlns='urn:a'><n>\(index % 2 == 0 ? "1" : "x")</n></a>".utf8), path: "a.xml")
                        .count
                }
            }
            var total = 0
            for await count in group { total += count }
            #expect(total == 32)
        }
    }
}
