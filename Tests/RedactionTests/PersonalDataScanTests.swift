import Diagnostics
import Redaction
import StructuredText
import Testing

@Suite struct PersonalDataScanTests {
    private func kinds(_ text: String) throws -> [String] {
        try PersonalDataScan.scan(MemoryStream(Array(text.utf8)), path: "log").findings.map(\.kind)
    }

    @Test(arguments: [
        ("ann.lee+x@mail.example.ca", "email"), ("\"mail\":\"o'brien@example.com\"", "email"), ("?u=ann%40example.ca&x", "email"),
        ("ann\\u0040example.ca", "email"),
        ("<ann@example.co.uk>", "email"), ("ann@exämple.ca", "email"), ("mail ann@example.ca.", "email"),
        ("+1 416 555 0123", "phone"), ("+14165550123", "phone"), ("+44 20 7946 0958", "phone"), ("+33123456789", "phone"), ("(416) 555-0123", "phone"),
        ("(416)555-0123", "phone"), ("416-555-0123", "phone"), ("416.555.0123", "phone"), ("1-416-555-0123", "phone"), ("+1 (416) 555-0123", "phone"),
        ("phone: 4165550123", "phone"), ("call 416 555 0123 now", "phone"),
        ("130-692-544", "sin"), ("130 692 544", "sin"), ("SIN: 130692544", "sin"), ("\"user_sin\":\"130692544\"", "sin"), ("\"customerSin\":130692544", "sin"),
        ("NAS 931 238 893", "sin"),
        ("4111111111111111", "card"), ("4111 1111 1111 1111", "card"), ("4111-1111-1111-1111 12/29", "card"), ("\"pan\":\"5555555555554444\"", "card"),
        ("378282246310005", "card"), ("3782 822463 10005", "card"), ("6011111111111117", "card"), ("2223003122003222", "card"), ("30569309025904", "card"),
        ("3530111333300000", "card"), ("4222222222222", "card"),
        ("OHIP 9876543217", "health-card"), ("9876-543-217", "health-card"), ("9876-543-217-AB", "health-card"), ("hcn=9876543217KL", "health-card"),
        ("PHN 9698658215", "health-card"), ("9698 658 215", "health-card"), ("BOUF 9401 1419", "health-card"), ("\"ramq\":\"bouf94511419\"", "health-card"),
    ])
    func finds(text: String, kind: String) throws {
        #expect(try kinds(text) == [kind])
        #expect(try kinds("{\"v\": \"\(text)\"}\n") == [kind])
    }

    @Test(arguments: [
        // Digests, UUIDs, identifiers.
        "d41d8cd98f00b204e9800998ecf8427e", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "sha256:4111111111111111aa",
        "13069254-4130-4692-8544-130692544130", "req-130692544", "id_130692544", "/orders/4111111111111111", "arn:aws:iam::130692544130:role/x",
        "case-9876-543-217", "BOUF9401-1419x", "ABCD 9913 1419", "TEST20260101",
        // Times, durations, decimals, versions, addresses.
        "2026-07-02T08:00:00.130692544Z", "1767225600", "1767225600000", "1767225600000000000", "\"ts\":1767225601", "08:00:00", "2026-07-02 08:00:00",
        "0.130692544", "130692544.5", "-79.383186, 43.653225", "3.14159265358979", "1.2.3", "192.168.100.200", "10.0.0.1:41655", "+00:00", "1e+14165550",
        // Numbers that fail a check or stand without a word that says what they are.
        "130692544", "\"bytes\":130692544", "sent 130692544 bytes", "9876543217", "4165550123", "130-692-545", "830 692 546", "030-692-545", "4111111111111112",
        "1111111111111117", "9999 9999 9999 9995", "0000000000000000", "9876-543-219", "9698 658 216", "416-155-0123", "911-555-0123", "411-411-0123",
        "+0123456789",
        "12 130 692 544 7", "basin 130692544", "single 130692544",
        // Not addresses.
        "icon@2x.png", "@types/node", "user@host", "pkg@1.2.3", "a@b@", "@example.ca", "left-pad@latest", "x@.ca", "git@", "ann @ example.ca", "ann@example.c",
    ])
    func passesOver(text: String) throws {
        #expect(try kinds(text) == [])
    }

    @Test func saysWhereButNeverShowsTheValue() throws {
        let scan = try PersonalDataScan.scan(MemoryStream(Array("a\nmail ann@example.ca, 416-555-0123\n".utf8)), path: "x.log")
        #expect(scan.findings.map { "\($0.location) \($0.kind) \($0.sample)" } == ["x.log:2:6 email ***@***.ca", "x.log:2:22 phone ***-***-**23"])
        #expect(scan.totals.map { "\($0.kind) \($0.count)" } == ["email 1", "phone 1"])
    }

    @Test func findsTheSameWhereverItsBuffersEnd() throws {
        var text = ""
        for index in 0..<30_000 { text += "row \(index) user\(index)@example.ca 416-555-0123\n" }
        let scan = try PersonalDataScan.scan(MemoryStream(Array(text.utf8)), path: "x.log")
        #expect(scan.totals.map { "\($0.kind) \($0.count)" } == ["email 30000", "phone 30000"])
        #expect(scan.findings.count == 2 * PersonalDataScan.maximumListed)
        #expect(scan.findings.last?.location.line == PersonalDataScan.maximumListed)
    }

    @Test func countsDeclaredFields() throws {
        let text = "id,name\n1,Ann\n2,\n3,Bob\n"
        let scan = try PersonalDataScan.scan(MemoryStream(Array(text.utf8)), path: "x.csv", format: .csv, declared: [.column("name")])
        #expect(scan.findings.map { "\($0.location) \($0.kind) \($0.sample)" } == ["x.csv:2:3 declared 3 bytes", "x.csv:4:3 declared 3 bytes"])
    }

    @Test func endsOnHostileText() throws {
        for text in [
            String(repeating: "@", count: 100_000), String(repeating: "1 ", count: 100_000), String(repeating: "(", count: 50_000), "+", "(4", "a@", "\u{0}",
            "",
        ] {
            #expect(try kinds(text) == [])
        }
        #expect(try kinds(String(repeating: "a", count: 300_000) + "@example.ca") == ["email"])
    }
}
