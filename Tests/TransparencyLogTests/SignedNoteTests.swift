import Diagnostics
import StructuredText
import Testing

@testable import TransparencyLog

@Suite struct SignedNoteTests {
    private func note(_ text: String) throws -> SignedNote { try SignedNote(parsing: Array(text.utf8), path: "checkpoint") }
    private func logKey() throws -> NoteKey { try NoteKey(Vectors.logKey) }

    /// A line that somebody unknown signed.
    private func unknownLine(_ number: Int) -> String {
        "\u{2014} stranger\(number).example.org \(BinaryText.base64([UInt8](repeating: UInt8(number & 0xFF), count: 68)))\n"
    }

    @Test func `The example checkpoint is read, checked and written back byte for byte`() throws {
        let note = try SignedNote(parsing: Vectors.checkpoint, path: "checkpoint")
        #expect(Vectors.checkpoint.count == 193)
        #expect(note.text == Vectors.body)
        #expect(note.bytes == Vectors.checkpoint)
        #expect(try note.verify(with: [try logKey()], path: "checkpoint") == [.good(time: nil)])
    }

    @Test func `The example log signs the example checkpoint`() throws {
        let signer = try Vectors.signer()
        #expect(signer.verifierKey?.text == Vectors.logKey)
        #expect(try signer.sign(Vectors.body).bytes == Vectors.checkpoint)
    }

    @Test func `The example witness cosigns the example checkpoint`() throws {
        let witness = try NoteSigner(name: "witness.example.org/w1", seed: Vectors.witnessSeed)
        #expect(witness.witnessKey?.text == Vectors.witnessKey)
        var note = try SignedNote(parsing: Vectors.checkpoint, path: "checkpoint")
        note.add(try witness.cosign(note.text, time: 1_790_812_800))
        #expect(note.bytes == Vectors.checkpoint + Array(Vectors.witnessLine.utf8))
        let keys = [try NoteKey(Vectors.witnessKey), try logKey()]
        #expect(try note.verify(with: keys, path: "checkpoint") == [.good(time: 1_790_812_800), .good(time: nil)])
    }

    @Test func `A cosignature with another time is refused`() throws {
        let changed = Vectors.witnessLine.replacing("ABqvaKA", with: "ABqvaKB")
        try #require(changed != Vectors.witnessLine)
        let note = try note("\(Vectors.body)\n\(Vectors.logLine)\(changed)")
        #expect(throws: Diagnostic.self) { try note.verify(with: [try NoteKey(Vectors.witnessKey)], path: "checkpoint") }
        #expect(try note.verify(with: [try logKey()], path: "checkpoint") == [.good(time: nil)])
    }

    @Test func `Every single-bit flip of the example checkpoint is refused`() throws {
        let key = try logKey()
        for bit in 0..<(Vectors.checkpoint.count * 8) {
            var bytes = Vectors.checkpoint
            bytes[bit / 8] ^= 1 << (bit % 8)
            let result = try? SignedNote(parsing: bytes, path: "checkpoint").verify(with: [key], path: "checkpoint")
            #expect(result == nil || result == [.absent], "bit \(bit)")
        }
    }

    @Test(arguments: [16, 100])
    func `A note of many signatures is read`(count: Int) throws {
        let note = try note("\(Vectors.body)\n" + (1..<count).map(unknownLine).joined() + Vectors.logLine)
        #expect(note.signatures.count == count)
        #expect(try note.verify(with: [try logKey()], path: "checkpoint") == [.good(time: nil)])
    }

    @Test func `A note of 101 signatures is refused`() throws {
        let error = #expect(throws: Diagnostic.self) { try note("\(Vectors.body)\n\(Vectors.logLine)" + (0..<100).map(unknownLine).joined()) }
        #expect(error?.message == "found 101 signatures; expected at most 100 (C2SP signed-note)")
        #expect(error?.location?.line == 5)
    }

    @Test func `A note of unknown signers only is read, and the key is absent`() throws {
        let note = try note("\(Vectors.body)\n" + unknownLine(1) + unknownLine(2))
        #expect(try note.verify(with: [try logKey()], path: "checkpoint") == [.absent])
    }

    @Test func `A known signature may be repeated`() throws {
        let note = try note("\(Vectors.body)\n\(Vectors.logLine)\(unknownLine(1))\(Vectors.logLine)")
        #expect(try note.verify(with: [try logKey()], path: "checkpoint") == [.good(time: nil)])
    }

    @Test func `A wrong signature of a known key spoils the note, wherever the good one is`() throws {
        let other = try NoteSigner(name: Vectors.origin, seed: Vectors.logSeed).sign("another text\n").signatures
        let line = try #require(other.first).line
        for lines in [line, line + Vectors.logLine, Vectors.logLine + line, Vectors.logLine + unknownLine(1) + line] {
            let note = try note("\(Vectors.body)\n\(lines)")
            let error = #expect(throws: Diagnostic.self) { try note.verify(with: [try logKey()], path: "checkpoint") }
            #expect(error?.id == "note.wrong-signature")
        }
    }

    @Test func `A known name with another id, and a known id with another name, are strangers`() throws {
        let namesake = try NoteSigner(name: Vectors.origin, seed: Vectors.witnessSeed).sign(Vectors.body)
        #expect(try namesake.verify(with: [try logKey()], path: "checkpoint") == [.absent])
        let renamed = try note("\(Vectors.body)\n\(Vectors.logLine.replacing("acme", with: "acmé"))")
        #expect(try renamed.verify(with: [try logKey()], path: "checkpoint") == [.absent])
    }

    @Test func `Two logs with one key do not pass for each other`() throws {
        let other = try NoteSigner(name: "locker.example.org/other", seed: Vectors.logSeed)
        #expect(other.verifierKey?.publicKey == (try logKey()).publicKey)
        #expect(other.verifierKey?.id != (try logKey()).id)
        #expect(try other.sign(Vectors.body).verify(with: [try logKey()], path: "checkpoint") == [.absent])
    }

    @Test func `Two spellings of one letter are two names`() throws {
        let composed = try #require(try NoteSigner(name: "caf\u{E9}.example", seed: Vectors.logSeed).verifierKey)
        let decomposed = try NoteSigner(name: "cafe\u{301}.example", seed: Vectors.logSeed)
        #expect(composed != decomposed.verifierKey)
        #expect(try decomposed.sign("text\n").verify(with: [composed], path: "note") == [.absent])
        let root = MerkleHash.empty
        #expect(Checkpoint(origin: "caf\u{E9}", size: 0, root: root) != Checkpoint(origin: "cafe\u{301}", size: 0, root: root))
    }

    @Test func `A text may have empty lines: it ends at the last one`() throws {
        let signer = try Vectors.signer()
        let note = try signer.sign("first\n\nsecond\n")
        let read = try SignedNote(parsing: note.bytes, path: "note")
        #expect(read.text == "first\n\nsecond\n")
        #expect(try read.verify(with: [try logKey()], path: "note") == [.good(time: nil)])
    }

    static let malformed: [(String, String)] = [
        ("nothing", ""), ("no empty line", Vectors.body + Vectors.logLine), ("no signature", Vectors.body + "\n"), ("no text", "\n" + Vectors.logLine),
        ("an empty text", "\n\n" + Vectors.logLine), ("no line end", String("\(Vectors.body)\n\(Vectors.logLine)".dropLast())),
        ("a hyphen for the dash", "\(Vectors.body)\n\(Vectors.logLine.replacing("\u{2014}", with: "-"))"),
        ("two spaces", "\(Vectors.body)\n\(Vectors.logLine.replacing("\u{2014} ", with: "\u{2014}  "))"),
        ("a space at the end", "\(Vectors.body)\n\(Vectors.logLine.replacing("\n", with: " \n"))"),
        ("a name with a plus sign", "\(Vectors.body)\n\(Vectors.logLine.replacing("acme", with: "ac+me"))"),
        ("a name with a no-break space", "\(Vectors.body)\n\(Vectors.logLine.replacing("acme", with: "ac\u{A0}me"))"),
        ("no name", "\(Vectors.body)\n\u{2014}  2Z5DjgAA\n"), ("Base64 without padding", "\(Vectors.body)\n\(Vectors.logLine.replacing("=\n", with: "\n"))"),
        ("Base64 with stray bits", "\(Vectors.body)\n\(Vectors.logLine.replacing("KA4=", with: "KA5="))"),
        ("an id without signature", "\(Vectors.body)\n\u{2014} name 2Z5Djg==\n"), ("a control character", "a\u{1}b\n\n" + Vectors.logLine),
        ("a tab", "a\tb\n\n" + Vectors.logLine), ("a carriage return", "a\r\n\n" + Vectors.logLine),
        ("another line between", "\(Vectors.body)\n\(Vectors.logLine)hello\n\(Vectors.logLine)"),
    ]

    @Test(arguments: malformed)
    func `A malformed note is refused`(what: String, text: String) {
        let error = #expect(throws: Diagnostic.self, "\(what)") { try note(text) }
        #expect(error?.id == "note.malformed")
        #expect(error?.location?.path == "checkpoint")
    }

    @Test func `Bytes that are no UTF-8 are refused`() {
        #expect(throws: Diagnostic.self) { try SignedNote(parsing: [0x61, 0xFF, 0x0A, 0x0A] + Array(Vectors.logLine.utf8), path: "note") }
    }

    @Test func `A note over a mebibyte is refused before it is read`() {
        let error = #expect(throws: Diagnostic.self) { try SignedNote(parsing: [UInt8](repeating: 0x0A, count: 1 << 20 + 1), path: "note") }
        #expect(error?.message.contains("at most 1048576") == true)
    }
}

@Suite struct NoteKeyTests {
    @Test func `A verifier key is read and written back`() throws {
        let key = try NoteKey(Vectors.logKey)
        #expect(key.text == Vectors.logKey)
        #expect(key.name == Vectors.origin)
        #expect(key.kind == .ed25519)
        #expect(BinaryText.hex(key.publicKey) == "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8")
        #expect(key.fingerprint.hasPrefix("d99e438e"))
        #expect(try NoteKey(Vectors.witnessKey).kind == .cosignature)
    }

    @Test func `Base64 with plus signs of its own is read`() throws {
        // The first seeds whose public keys have a plus sign in Base64.
        var found = 0
        for number in UInt8(0)..<64 {
            let signer = try NoteSigner(name: "name", seed: [UInt8](repeating: number, count: 32))
            let key = try #require(signer.verifierKey)
            guard key.text.utf8.count(where: { $0 == UInt8(ascii: "+") }) > 2 else { continue }
            #expect(try NoteKey(key.text) == key)
            found += 1
        }
        #expect(found > 0)
    }

    @Test(arguments: [
        "", "+", "++", "name", "name+d99e438e", Vectors.logKey + "A", Vectors.logKey + "+", String(Vectors.logKey.dropLast()),
        Vectors.logKey.replacing("d99e438e", with: "D99E438E"), Vectors.logKey.replacing("d99e438e", with: "d99e438f"),
        Vectors.logKey.replacing("acme", with: "acmf"), Vectors.logKey.replacing("locker.example.org/acme", with: ""),
        Vectors.logKey.replacing("locker", with: "lock er"), Vectors.logKey.replacing("+AQ", with: "+Ag"), Vectors.logKey.replacing("+AQ", with: "+BA"),
    ])
    func `A key in another spelling is refused`(text: String) {
        #expect(throws: Diagnostic.self) { try NoteKey(text) }
    }

    @Test func `The message names the id that was expected`() {
        let error = #expect(throws: Diagnostic.self) { try NoteKey(Vectors.logKey.replacing("d99e438e", with: "00000000")) }
        #expect(error?.id == "note.other-key-id")
        #expect(error?.message.contains("expected d99e438e") == true)
    }

    @Test(arguments: ["", "a b", "a+b", "a\u{2003}b", "a\nb", "\u{3000}"])
    func `A name that is no key name cannot sign`(name: String) {
        #expect(throws: Diagnostic.self) { try NoteSigner(name: name, seed: Vectors.logSeed) }
    }

    @Test(arguments: [0, 31, 33, 64])
    func `A seed of another length cannot sign`(count: Int) {
        #expect(throws: Diagnostic.self) { try NoteSigner(name: "name", seed: [UInt8](repeating: 1, count: count)) }
    }

    @Test func `A signer never prints its key`() throws {
        let signer = try NoteSigner(name: "name", seed: [UInt8](repeating: 0x41, count: 32))
        var text = "\(signer) \(String(reflecting: signer))"
        dump(signer, to: &text)
        #expect(!text.contains("65"))
        #expect(!text.contains("4141"))
        #expect(text.contains("signer 'name'"))
    }
}
