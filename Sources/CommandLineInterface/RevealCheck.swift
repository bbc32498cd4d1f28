import ArgumentParser
import Diagnostics
import DurableStorage
import EvidenceBundles
import Redaction
import StructuredText

/// Checks what somebody revealed.
struct RevealCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check that revealed bytes are those that a ledger's entry was made over, and print them.",
        discussion: """
            Example: dossier reveal check reveal.json --entry ledger/entries/000012.json --proof ledger/proofs/000012.tlog-proof --trust trust.yaml

            Entry and proof are those of the bundle that hides the place. A seed is checked together with the whole record (--original). Control characters in what is \
            printed are spelt out.
            """)

    @Argument(help: "The file that reveals.", completion: .file())
    var file: String
    @OptionGroup var given: EntryOptions
    @Option(help: "The whole record, to be checked with its seed.", completion: .file())
    var original: String?

    /// Longer texts are printed by their beginning, in bytes.
    private static let mostPrinted = 64 << 10

    func run() async throws {
        try await BundleFile.ending(altered: EntryOptions.altered) { try check() }
    }

    private func check() throws {
        let bytes = try BundleFile.bytes(file, limit: RevealedSegment.maximumBytes * 2)
        let proven = try given.proven()
        let (summary, blinded) = try proven.commitment()
        if let seed = try? RevealedSeed(file: bytes, path: file) {
            guard let original else { throw ValidationError("the file reveals a seed, which is checked with the whole record; give it with --original") }
            try BundleFile.mustExist(original)
            try seed.check(entry: proven.number, blinded: blinded, original: try FileStream(path: original), originalPath: original)
            return Console.result("GOOD: \(given.words(proven))\n  the record '\(Diagnostic.printable(original))' is the one that was collected, byte for byte")
        }
        if original != nil { throw ValidationError("the file reveals one place, which is checked without the record; leave --original out") }
        let revealed = try RevealedSegment(file: bytes, path: file)
        try revealed.check(entry: proven.number, index: revealed.index, summary: summary, path: file)
        let label = revealed.label.isEmpty ? "" : ", '\(Diagnostic.printable(revealed.label))'"
        let cut = revealed.bytes.count > Self.mostPrinted ? "the first \(Self.mostPrinted) of " : ""
        Console.result(
            """
            GOOD: \(given.words(proven))
              segment \(revealed.index) of \(summary.segments)\(label) was, in \(cut)\(revealed.bytes.count) bytes:
            \(Self.spelt(revealed.bytes.prefix(Self.mostPrinted)))
            """)
    }

    /// The bytes as text that steers no terminal: what is not UTF-8, or not to be seen, is spelt out.
    static func spelt(_ bytes: some Collection<UInt8>) -> String {
        if let text = String(validating: bytes, as: UTF8.self) {
            // A backslash of the text's own must not look like one of ours.
            return text.unicodeScalars.map { scalar in
                switch scalar {
                case "\\": "\\\\"
                case "\n": "\\n"
                case "\r": "\\r"
                case "\t": "\\t"
                default: Diagnostic.printable(String(scalar))
                }
            }.joined()
        }
        return bytes.map { byte in
            let isPlain = (0x20..<0x7F).contains(byte) && byte != UInt8(ascii: "\\")
            return isPlain ? String(Unicode.Scalar(byte)) : "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }
}
