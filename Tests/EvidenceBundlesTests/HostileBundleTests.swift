import BagArchives
import Diagnostics
import EvidenceBundles
import Redaction
import Signatures
import StructuredText
import TestSupport
import Testing

/// Bundles that were made to take time or memory, or to say what their own pack does not; those who sign them are the true signers.
struct HostileBundleTests {
    private func check(_ id: VerificationCheck.ID, _ bundle: ExampleBundle, trusted: Bool = true) async throws -> VerificationCheck {
        let options = trusted ? nil : VerifierOptions(trust: nil, now: ExampleBundle.now)
        return try #require(try await bundle.verified(options).checks.first { $0.id == id })
    }

    // MARK: what the statement says

    private func signing(_ edit: @escaping (inout [String: Value]) -> Void) throws -> ExampleBundle {
        var bundle = try Example.bundle()
        try bundle.sign(edit)
        return bundle
    }

    @Test func theStatementsCountsAreThoseOfThePack() async throws {
        let counts: Value = .list([.object([("framework", "demo"), ("in-force", .object([("met", 2)])), ("readiness", .object([("met", 0)]))])])
        let check = try await check(.pack, try signing { $0["counts"] = counts })
        #expect(check.outcome == .failed)
        #expect(check.diagnostics.map(\.id) == ["verify.report-differs"])
    }

    @Test func countsThatThePackMakesAreGood() async throws {
        let report = JSONParser.parse(try unwrapped(try Example.bundle().files["data/pack/report.json"]), path: "r").node
        let row = try #require(report?.at(pointer: "/summary/frameworks/0"))
        let value = { (name: String) in try row[name].map { try CanonicalJSON.value(of: $0, path: "r") } }
        let counts: Value = .list([.object([("framework", "demo"), ("in-force", try value("in-force")), ("readiness", try value("readiness"))])])
        #expect(try await signing { $0["counts"] = counts }.verified().verdict == .good)
    }

    @Test func anEditionIsTheOneThatThePackNames() async throws {
        let bundle = try signing { predicate in
            guard let row = predicate["frameworks"]?.list?.first else { return }
            predicate["frameworks"] = .list([.object([("edition", "certified"), ("id", row["id"]), ("sha256", row["sha256"])])])
        }
        #expect(try await check(.pack, bundle).outcome == .failed)
    }

    @Test func aPeriodIsATextAndNothingMore() async throws {
        let bundle = try signing { $0["period"] = .object([("from", "1999-01-01"), ("label", "2026-Q3"), ("to", "2050-01-01")]) }
        #expect(try await check(.statement, bundle).diagnostics.map(\.id) == ["verify.statement-field"])
    }

    // MARK: completeness

    @Test func aBundleWithoutAnyRecordIsNotCalledPartial() async throws {
        let bundle = try Example.bundle().altered(.statement) { files in
            let node = try CanonicalJSON.parse(files[BundleLayout.items] ?? [], path: "i")
            let rows = (node["items"]?.array ?? []).map { row in
                Value.object([("entry", .int(row["entry"]?.int ?? 0)), ("path", .text(row["path"]?.string)), ("reason", "x"), ("state", "omitted")])
            }
            let omissions = rows.map { Value.object([("name", $0["path"]), ("reason", "x")]) }
            files[BundleLayout.items] = CanonicalJSON.bytes(
                .object([("completeness", "partial"), ("items", .list(rows)), ("omissions", .list(omissions)), ("schema", "dossier/items/1")]))
        }
        let check = try await check(.items, bundle)
        #expect(check.diagnostics.contains { $0.id == "verify.not-complete" }, "\(check)")
    }

    // MARK: attestations

    private static let demand = SigningPolicy.Requirement(over: .attestation, role: "compliance-officer")

    private func outcome(_ changes: [[String: Value]]) async throws -> SignatureJudge.Outcome? {
        let bundle = try Example.bundle(attesting: changes)
        let trust = try bundle.trust(demands: ExampleBundle.demands + [Self.demand])
        return try await bundle.verified(try bundle.options(trusting: trust)).signatures.first { $0.requirement.over == .attestation }?.outcome
    }

    @Test func anAcceptedAttestationOfThisPackMeetsTheDemand() async throws {
        #expect(try await outcome([[:]]) == .good)
        let year: Value = .object([("from", "2026-01-01T00:00:00Z"), ("label", "2026"), ("to", "2027-01-01T00:00:00Z")])
        #expect(try await outcome([["period": year]]) == .good)
    }

    @Test(
        arguments: [
            [["decision": "declined"]], [["system": "another"]],
            [["period": .object([("from", "2026-01-01T00:00:00Z"), ("label", "2026-Q1"), ("to", "2026-04-01T00:00:00Z")])]],
        ] as [[[String: Value]]])
    func noOtherAttestationMeetsTheDemand(changes: [[String: Value]]) async throws {
        #expect(try await outcome(changes) == .absent)
    }

    @Test func anAttestationThatWasTakenBackMeetsNoDemand() async throws {
        // The records before have the numbers 0 to 3, with the ledger's own entries between them: the first attestation is the one that is named.
        let first = try await attestationNumber()
        #expect(try await outcome([[:], ["decision": "declined", "supersedes": .int(first)]]) == .absent)
    }

    private func attestationNumber() async throws -> Int {
        let names = try Example.bundle(attesting: [[:]]).files.filter { $0.key.hasPrefix("ledger/entries/") }
        let found = names.compactMap { name, bytes in (try? CanonicalJSON.parse(bytes, path: name)).flatMap { $0["type"]?.string == "attestation" ? name : nil }
        }
        return try #require(found.first.flatMap { Int($0.split(separator: "/").last?.prefix(6) ?? "") })
    }

    // MARK: time and memory

    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            (BundleLayout.items, VerificationCheck.ID.items), ("data/pack/report.json", .pack), (BundleLayout.register, .redactions),
        ])
    func aMemberOfTooManyValuesIsRefused(name: String, id: VerificationCheck.ID) async throws {
        let bundle = try Example.bundle().altered(.manifests) {
            $0[name] = Array("[".utf8) + Array(repeatElement("0,".utf8, count: 2_100_000).joined()) + Array("0]".utf8)
        }
        let found = try await check(id, bundle, trusted: false)
        #expect(found.outcome == .failed)
        #expect(found.diagnostics.contains { $0.message.contains("values") }, "\(found)")
    }

    @Test func anXMLReportOfTooManyTagsIsRefused() async throws {
        let bundle = try Example.bundle().altered(.manifests) {
            $0["data/pack/report.xml"] = Array("<r>".utf8) + Array(repeatElement("<a/>".utf8, count: 1_100_000).joined()) + Array("</r>".utf8)
        }
        #expect(try await check(.pack, bundle, trusted: false).diagnostics.contains { $0.id == "verify.too-many-parts" })
        #expect(try await check(.signatures, bundle, trusted: false).diagnostics.contains { $0.id == "verify.too-many-parts" })
    }

    /// A schema that takes the square of a square of steps to compile.
    @Test(.timeLimit(.minutes(1))) func aSchemaThatIsNotKnownIsNotCompiled() async throws {
        let groups = (0..<30).map {
            #"<xs:group name="g\#($0)"><xs:sequence><xs:group ref="g\#($0 + 1)"/><xs:group ref="g\#($0 + 1)"/></xs:sequence></xs:group>"#
        }
        let text =
            #"<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">\#(groups.joined())<xs:group name="g30"><xs:sequence><xs:element name="e"/>"#
            + #"</xs:sequence></xs:group><xs:element name="pack"><xs:complexType><xs:group ref="g0"/></xs:complexType></xs:element></xs:schema>"#
        let bundle = try Example.bundle().altered(.statement) { $0["data/pack/pack.xsd"] = Array(text.utf8) }
        let schema = try await check(.schema, bundle)
        #expect(schema.outcome == .notChecked && schema.isAsked)
        #expect(try await bundle.verified(VerifierOptions(trust: nil, now: ExampleBundle.now)).verdict == .altered)
    }

    /// Every list that is held against another one, as long as a bundle can have it.
    @Test(.timeLimit(.minutes(1))) func manyOmissionsAndSubjectsAreComparedInTime() async throws {
        let bundle = try Example.bundle().altered(.manifests) { files in
            let rows = (0..<40_000).map { number in
                Value.object([("entry", .int(number)), ("path", .string("p\(number)")), ("reason", "x"), ("state", "omitted")])
            }
            let omissions = rows.map { Value.object([("name", $0["path"]), ("reason", "y")]) }
            files[BundleLayout.items] = CanonicalJSON.bytes(
                .object([("completeness", "failed"), ("items", .list(rows)), ("omissions", .list(omissions)), ("schema", "dossier/items/1")]))
            for number in 0..<4_000 { files["data/pack/f\(number).md"] = [] }
            for number in 0..<4_000 { files["frameworks/f\(number)/a.yaml"] = [] }
        }
        let report = try await bundle.verified(VerifierOptions(trust: nil, now: ExampleBundle.now))
        #expect(report.checks.first { $0.id == .items }?.diagnostics.count ?? 0 > 40_000)
        #expect(report.checks.first { $0.id == .pack }?.diagnostics.count ?? 0 > 4_000)
        #expect(report.checks.first { $0.id == .frameworks }?.diagnostics.count ?? 0 >= 4_000)
    }

    @Test func aSignatureHasNoRoomForText() throws {
        var envelope = Envelope(payload: [1])
        let id = String(repeating: "ab", count: 32)
        #expect(throws: Diagnostic.self) { try envelope.add(.init(keyID: id, bytes: [UInt8](repeating: 0x41, count: 1025))) }
        let text = BinaryText.base64([UInt8](repeating: 0x41, count: 1025))
        let bytes = Array(#"{"payload":"AQ==","payloadType":"t","signatures":[{"keyid":"\#(id)","sig":"\#(text)"}]}"#.utf8)
        let fault = #expect(throws: Diagnostic.self) { try Envelope.parse(bytes, path: "e") }
        #expect(fault?.id == "envelope.long-signature")
    }
}
