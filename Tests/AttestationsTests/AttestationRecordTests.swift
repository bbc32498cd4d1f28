import Attestations
import Diagnostics
import EvidenceModel
import Signatures
import StructuredText
import Testing

@Suite struct AttestationRecordTests {
    private static func signed(
        _ statement: RequestedAttestation, _ answer: AttestationRegister.Answer = .init(.accepted), at: Instant = AttestationWorkspace.at
    ) throws -> AttestationRecord {
        let register = AttestationWorkspace.register([], [statement], AttestationKeys())
        return try AttestationRecord.signed(register.record(answer, to: statement, at: at, route: .command), by: try AttestationWorkspace.key().key)
    }

    @Test func aRecordReadsBackAsItWasSigned() throws {
        let statement = try AttestationWorkspace().only()
        let record = try Self.signed(statement, .init(.declined, reason: "not tested", decidedOn: Instant("2026-09-20")))
        let register = AttestationWorkspace.register([record.body], [statement], try AttestationWorkspace.key().keys)
        #expect(register.diagnostics.isEmpty)
        var expected = record.attestation
        expected.signature = .valid(keyName: "claire")
        #expect(register.records == [expected])
    }

    @Test func theSignatureIsThatOfAnInTotoStatementInADSSEEnvelope() throws {
        let statement = try AttestationWorkspace().only()
        let record = try Self.signed(statement)
        let envelope = try #require(try record.envelope())
        let again = try Envelope.parse(envelope.bytes, path: "e.json")
        let key = try AttestationWorkspace.key().key.publicKey
        #expect(again.signatures.count == 1 && again.signatures.allSatisfy { again.isValid($0, by: key) })
        let signed = try again.statement(path: "e.json")
        #expect(signed.predicateType == "https://dossier.example/attestation/statement/v1")
        #expect(signed.sha256(of: "scope-q3") == statement.textSHA256)
        #expect(signed.predicate["person"]?.string == "Claire Roy")
        #expect(signed.predicate["text"]?.string == statement.text)
        #expect(signed.predicate["signature"] == nil)
    }

    /// Every value of the body but the signature, each changed to something of the same kind.
    @Test func noValueCanBeChangedUnseen() throws {
        let statement = try AttestationWorkspace().only()
        let record = try Self.signed(statement, .init(.declined, reason: "not tested", decidedOn: Instant("2026-09-20")))
        let keys = try AttestationWorkspace.key().keys
        let members = try #require(record.body.members)
        var changed = 0
        for member in members where member.key != "signature" {
            let other: Value =
                switch (member.key, member.value) {
                case ("controls", _): ["5"]
                case ("period", _): .object([("from", "2026-07-01T00:00:00Z"), ("label", "2026-Q3"), ("to", "2026-12-01T00:00:00Z")])
                case ("decision", _): "accepted"
                case ("via", _): "csv"
                case ("at", _), ("decided-on", _): "2026-09-21T00:00:00Z"
                case (_, .string(let text)): .string(text + "x")
                default: 1
                }
            let body = Value.map(members.map { $0.key == member.key ? .init($0.key, other) : $0 })
            let register = AttestationRegister(
                entries: [.init(index: 0, at: AttestationWorkspace.at, body: body)], statements: [statement], keys: keys, path: "locker/ledger")
            #expect(register.records.allSatisfy { !$0.signature.isValid }, "\(member.key)")
            changed += 1
        }
        #expect(changed == 15)
    }

    @Test func aMovedTimeIsSeen() throws {
        let statement = try AttestationWorkspace().only()
        let record = try Self.signed(statement)
        let earlier = Instant(seconds: AttestationWorkspace.at.seconds - 1)
        let register = AttestationRegister(
            entries: [.init(index: 0, at: earlier, body: record.body)], statements: [statement], keys: try AttestationWorkspace.key().keys, path: "l")
        #expect(register.records.map(\.signature) == [.wrong])
        #expect(register.diagnostics.map(\.id) == ["attestation.wrong-signature"])
    }

    @Test func aKeyThatIsNotInTheWorkspaceSignsForNobody() throws {
        let statement = try AttestationWorkspace().only()
        let register = AttestationWorkspace.register([try Self.signed(statement).body], [statement], AttestationKeys())
        #expect(register.records.map(\.signature) == [.unknownKey])
    }

    @Test func withoutASignatureItIsUnsigned() throws {
        let statement = try AttestationWorkspace().only()
        let members = try #require(try Self.signed(statement).body.members).filter { $0.key != "signature" }
        let register = AttestationWorkspace.register([.map(members)], [statement], try AttestationWorkspace.key().keys)
        #expect(register.records.map(\.signature) == [.absent])
    }

    private static let faults: [(String, Value)] = [
        ("decision", "maybe"), ("via", "fax"), ("at", "yesterday"), ("controls", []), ("controls", [1]), ("person", ""), ("text", 1),
        ("period", .object([("from", "2026-10-01"), ("label", "x"), ("to", "2026-07-01")])), ("signature", "AB=="), ("supersedes", "one"),
        ("colour", "red"),
    ]

    @Test(arguments: faults)
    func aRecordThatCannotBeReadIsToldAndCountsForNothing(key: String, value: Value) throws {
        let statement = try AttestationWorkspace().only()
        let members = try #require(try Self.signed(statement).body.members).filter { $0.key != key } + [.init(key, value)]
        let register = AttestationWorkspace.register([.map(members)], [statement], try AttestationWorkspace.key().keys)
        #expect(register.records.isEmpty)
        let diagnostic = try #require(register.diagnostics.first)
        #expect(diagnostic.id == "attestation.unreadable-record")
        #expect(diagnostic.message.contains("'\(key)'"))
    }

    @Test func aTextTooLongForALedgerEntryIsRefusedBeforeItIsSigned() throws {
        let text = "text: \"" + String(repeating: "\\\"", count: 8100) + "\""
        let file = String(AttestationWorkspace.statement.prefix { $0 != "|" }).replacing("text: ", with: text)
        let statement = try AttestationWorkspace(["scope-q3": file]).only()
        #expect { try Self.signed(statement) } throws: { ($0 as? Diagnostic)?.id == "attestation.too-long" }
    }
}

@Suite struct AttestationRegisterTests {
    private func body(
        _ decision: RecordedAttestation.Decision, _ statement: RequestedAttestation, after bodies: [Value] = [], key byte: UInt8 = 7,
        route: RecordedAttestation.Route = .command
    ) throws -> Value {
        let register = AttestationWorkspace.register(bodies, [statement], try AttestationWorkspace.key().keys)
        let answer = AttestationRegister.Answer(decision, reason: decision == .declined ? "r" : nil)
        let record = register.record(answer, to: statement, at: AttestationWorkspace.at, route: route)
        return try AttestationRecord.signed(record, by: try AttestationWorkspace.key(byte).key).body
    }

    @Test func aNewAnswerNamesTheEntryThatItReplaces() throws {
        let statement = try AttestationWorkspace().only()
        let first = try body(.accepted, statement)
        let second = try body(.declined, statement, after: [first])
        let register = AttestationWorkspace.register([first, second], [statement], try AttestationWorkspace.key().keys)
        #expect(register.records.map(\.supersedes) == [nil, 0])
        #expect(register.answer(to: statement)?.decision == .declined)
        #expect(register.records.known(at: AttestationWorkspace.at).map(\.isCurrent) == [false, true])
    }

    @Test(arguments: [("complete", "not complete"), ("Claire Roy", "Sam Osei"), ("Head of Model Risk", "Head"), ("\"4.1\" ]", "\"5\" ]")])
    func otherWordsOpenAStatementAgainAndTheRecordIsKept(part: String, replacement: String) throws {
        let body = try body(.accepted, try AttestationWorkspace().only())
        let now = try AttestationWorkspace(["scope-q3": AttestationWorkspace.statement.replacing(part, with: replacement)]).only()
        let register = AttestationWorkspace.register([body], [now], try AttestationWorkspace.key().keys)
        #expect(register.answer(to: now) == nil)
        #expect(register.latest(of: now)?.entry == 0)
        #expect(register.records.map(\.isReissued) == [true])
    }

    @Test func theNextPeriodsStatementLeavesTheRecordOfThisOne() throws {
        let body = try body(.accepted, try AttestationWorkspace().only())
        let next = try AttestationWorkspace(["scope-q3": AttestationWorkspace.statement.replacing("2026-Q3", with: "2026-Q4")]).only()
        let register = AttestationWorkspace.register([body], [next], try AttestationWorkspace.key().keys)
        #expect(register.answer(to: next) == nil)
        #expect(register.records.map(\.isReissued) == [false])
    }

    @Test func theSameAnswerIsHeldAlready() throws {
        let statement = try AttestationWorkspace().only()
        let keys = try AttestationWorkspace.key().keys
        let register = AttestationWorkspace.register([try body(.declined, statement)], [statement], keys)
        #expect(register.holds(.init(.declined, reason: "r"), to: statement))
        #expect(!register.holds(.init(.declined, reason: "another"), to: statement))
        #expect(!register.holds(.init(.accepted), to: statement))
    }

    @Test func aKeySignsForOnePersonOnly() throws {
        let statement = try AttestationWorkspace().only()
        let key = try AttestationWorkspace.key()
        let register = AttestationWorkspace.register([try body(.accepted, statement)], [statement], key.keys)
        try register.checkKey(key.key.publicKey.keyID, isFor: "claire  roy")
        #expect { try register.checkKey(key.key.publicKey.keyID, isFor: "Sam Osei") } throws: { ($0 as? Diagnostic)?.id == "attestation.key-of-another" }
        let collected = AttestationWorkspace.register([try body(.accepted, statement, route: .csv)], [statement], key.keys)
        try collected.checkKey(key.key.publicKey.keyID, isFor: "Sam Osei")
    }

    @Test(arguments: ["", "000000000000", "abc", "the text"])
    func nobodySignsWhatTheyHaveNotSeen(seen: String) throws {
        let statement = try AttestationWorkspace().only()
        #expect { try AttestationRegister.check(.init(.accepted), to: statement, seen: seen) } throws: { ($0 as? Diagnostic)?.id == "attestation.not-seen" }
        #expect { try AttestationRegister.check(.init(.accepted), to: statement, seen: String(statement.textSHA256.prefix(11))) } throws: { _ in true }
        try AttestationRegister.check(.init(.accepted), to: statement, seen: String(statement.textSHA256.prefix(12)))
    }

    @Test(arguments: [nil, "", "  ", "a\u{202E}b", String(repeating: "x", count: 2049)])
    func aRefusalSaysWhy(reason: String?) throws {
        let statement = try AttestationWorkspace().only()
        let seen = String(statement.textSHA256.prefix(12))
        #expect(throws: Diagnostic.self) { try AttestationRegister.check(.init(.declined, reason: reason), to: statement, seen: seen) }
        try AttestationRegister.check(.init(.declined, reason: "not tested"), to: statement, seen: seen)
    }
}
