import Glibc
import TestSupport
import Testing

/// Making known what a bundle hides, and checking it elsewhere.
@Suite struct RevealTests {
    private static let item = "--system credit --item \(IssuedSample.log)"

    /// A workspace of its own: revealing is recorded.
    private func sample() throws -> IssuedSample { try IssuedSample() }

    /// Where the bundle's entry of the sealed record is, from the prefix of its proof.
    private static let unpack = """
        mkdir x && cd x && unzip -q ../b.zip && cd .. && n=$(grep -l '"blinded"' x/*/ledger/entries/*.json | head -1 | sed 's/.*\\///; s/[.]json//')
        given="--entry $(ls x/*/ledger/entries/$n.json) --proof $(ls x/*/ledger/proofs/$n.tlog-proof) --trust trust.yaml"; 
        """

    @Test func hiddenPlacesAreListed() throws {
        let outcome = try IssuedSample.shared.get().run("dossier reveal \(Self.item) --list")
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.text == "1  /0/user  17 bytes  no-user\n4  /1/user  4 bytes  no-user\n2 of 6 segments are hidden\n", "\(outcome.text)")
    }

    @Test func aRevealedPlaceChecksAgainstTheBundleAndSteersNoTerminal() throws {
        let sample = try sample()
        let made = try sample.run("dossier reveal \(Self.item) --place /0/user -o r.json; code=$?; stat -c %a r.json; exit $code")
        #expect(made.code == 0 && made.text.hasSuffix("600\n"), "\(made.errors)")
        let outcome = try sample.run("\(Self.unpack) dossier reveal check r.json $given")
        #expect(outcome.code == 0 && outcome.text.hasPrefix("GOOD: entry "), "\(outcome.errors)")
        #expect(outcome.text.hasSuffix("'/0/user' was, in 17 bytes:\n\"anna \\\\u001b[31m\"\n"), "\(outcome.text)")
    }

    @Test func whatIsRevealedIsRecordedOnceAndNotTold() throws {
        let sample = try sample()
        _ = try sample.run("dossier reveal \(Self.item) --place /1/user -o r.json")
        let once = try sample.folder.snapshot("locker/ledger")
        _ = try sample.run("dossier reveal \(Self.item) --place /1/user -o r2.json")
        #expect(try sample.folder.snapshot("locker/ledger") == once)
        let entries = once.filter { $0.key.contains("entries") }.values.map { String(decoding: $0, as: UTF8.self) }.joined()
        #expect(entries.contains(#""revealed":"segment 4""#) && !entries.contains("/1/user") && !entries.contains("\"bo\""))
        #expect(try sample.folder.read("r.json") == sample.folder.read("r2.json"))
    }

    @Test func anAlteredRevealIsRefused() throws {
        let sample = try sample()
        _ = try sample.run("dossier reveal \(Self.item) --segment 4 -o r.json")
        try sample.folder.write(try sample.folder.text("r.json").replacing("\"bytes\":\"ImJv", with: "\"bytes\":\"ImJw"), to: "r.json")
        let outcome = try sample.run("\(Self.unpack) dossier reveal check r.json $given")
        #expect(outcome.code == 3 && outcome.errors.contains("[redaction.not-committed]") && outcome.text.isEmpty, "\(outcome.errors)")
    }

    @Test func anotherEntryOrLedgerIsRefused() throws {
        let sample = try sample()
        _ = try sample.run("dossier reveal \(Self.item) --segment 4 -o r.json")
        let other = try sample.run(
            "\(Self.unpack) dossier reveal check r.json --entry x/*/ledger/entries/$n.json --proof x/*/ledger/proofs/000001.tlog-proof --trust trust.yaml")
        #expect(other.code == 3 && other.errors.contains("[verify.not-included]"), "\(other.errors)")
        try sample.folder.write("trust: 1\npolicy:\n  required:\n    - { over: bundle, role: officer }\n", to: "trust.yaml")
        let unknown = try sample.run(
            "given=\"--entry $(ls x/*/ledger/entries/000001.json) --proof $(ls x/*/ledger/proofs/000001.tlog-proof)\"; dossier reveal check r.json $given --trust trust.yaml"
        )
        #expect(unknown.code == 3 && unknown.errors.contains("[verify.unknown-log]"), "\(unknown.errors)")
    }

    @Test func aSeedIsCheckedWithTheWholeRecord() throws {
        let sample = try sample()
        #expect(try sample.run("dossier reveal \(Self.item) --all -o s.json").code == 0)
        #expect(try sample.run("\(Self.unpack) dossier reveal check s.json $given").code == 64)
        let again = Self.unpack.replacing("mkdir x && cd x && unzip -q ../b.zip && cd .. &&", with: "")
        #expect(try sample.run("\(again) dossier reveal check s.json $given --original \(IssuedSample.log)").code == 0)
        let other = try sample.run("\(again) dossier reveal check s.json $given --original \(IssuedSample.card)")
        #expect(other.code == 3 && other.errors.contains("[redaction.root-differs]"), "\(other.errors)")
    }

    @Test(arguments: [
        ("--system credit --item \(IssuedSample.log) --place /0/usr -o r.json", 65, "did you mean '/0/user'?"),
        ("--system credit --item \(IssuedSample.log) --segment 6 -o r.json", 65, "[redaction.no-such-segment]"),
        ("--system credit --item \(IssuedSample.log) --segment=-1 -o r.json", 65, "[redaction.no-such-segment]"),
        ("--system credit --item \(IssuedSample.log) --entry 9999 --all -o r.json", 66, "[item.unknown-entry]"),
        ("--system credit --item \(IssuedSample.card) --all -o r.json", 65, "[reveal.not-sealed]"),
        ("--system credit --item evidence/credit/crad.md --all -o r.json", 66, "did you mean 'evidence/credit/card.md'?"),
        ("--system none --item a --all -o r.json", 66, "[workspace.unknown-system]"),
        ("--system credit --item \(IssuedSample.log) --all --list", 64, "give one of"),
        ("--system credit --item \(IssuedSample.log) --all", 64, "--output"),
    ]) func whatCannotBeRevealedLeavesNoTrace(arguments: String, code: Int32, words: String) throws {
        let sample = try IssuedSample.shared.get()
        let before = try sample.folder.snapshot("locker/ledger")
        let outcome = try sample.run("dossier reveal \(arguments)")
        #expect(outcome.code == code && outcome.errors.contains(words), "\(outcome.errors)")
        #expect(try sample.folder.snapshot("locker/ledger") == before)
        #expect(!sample.folder.names().contains("r.json"))
    }
}

/// One item for an outsider.
@Suite struct ProveTests {
    @Test func anItemIsProvenWithNothingOfOthers() throws {
        let sample = try IssuedSample.shared.get()
        let away = try TemporaryFolder()
        let made = try DossierProgram.shell("dossier prove --system credit --item \(IssuedSample.card) -o \(away.place("p"))/", in: sample.folder.path)
        // No passphrase: only a sealed item needs the ledger's key.
        #expect(made.code == 0, "\(made.errors)")
        #expect(away.names("p").count == 3)
        let all = try away.snapshot("p").values.map { String(decoding: $0, as: UTF8.self) }.joined()
        #expect(!all.contains("audit.jsonl") && !all.contains("policy.txt"))
        let line = try #require(made.text.split(separator: "\n").first { $0.contains("dossier verify --item ") })
        let script = "\(line.drop { $0 != ":" }.dropFirst())".replacing("trust.yaml", with: sample.folder.place("trust.yaml"))
        #expect(try DossierProgram.shell(script, in: "/").code == 0, "\(script)")
    }

    @Test func theViewOfASealedItemIsProvenSegmentBySegment() throws {
        let sample = try IssuedSample()
        let made = try sample.run("dossier prove --system credit --item \(IssuedSample.log) -o p")
        #expect(made.code == 0 && made.text.contains("sealed, 2 places redacted"), "\(made.errors)")
        let view = try #require(sample.folder.names("p").first { $0.hasSuffix(".jsonl") && $0.hasPrefix("e0") })
        let text = try sample.folder.text("p/\(view)")
        #expect(text.contains(#""user":"***""#) && !text.contains("anna"))
        let line = try #require(made.text.split(separator: "\n").first { $0.contains("dossier prove check ") })
        let script = String(line.drop { $0 != ":" }.dropFirst())
        let good = try sample.run(script)
        #expect(good.code == 0 && good.text.contains("4 of 6 segments; 2 are hidden"), "\(good.errors)")
        try sample.folder.write(text.replacing("denied", with: "donied"), to: "p/\(view)")
        let altered = try sample.run(script)
        #expect(altered.code == 3 && altered.errors.contains("[redaction.view-altered]"), "\(altered.errors)")
    }

    @Test func aFolderThatHoldsSomethingIsRefused() throws {
        let sample = try IssuedSample.shared.get()
        let outcome = try sample.run("dossier prove --system credit --item \(IssuedSample.card) -o evidence")
        #expect(outcome.code == 65 && outcome.errors.contains("[prove.folder-not-empty]"), "\(outcome.errors)")
    }
}
