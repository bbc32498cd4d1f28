/// The names of a bundle's members, relative to its base directory.
public enum BundleLayout {
    public static let howTo = "HOW-TO-VERIFY.md"
    public static let policy = "policy.json"
    public static let envelope = "signatures/bundle.dsse.json"
    public static let timestamp = "signatures/bundle.tsr"
    public static let checkpoint = "ledger/checkpoint"
    public static let since = "ledger/since"
    public static let items = "data/items.json"
    public static let register = "data/redactions/register.json"
    public static let packFolder = "data/pack/"
    public static let packEnvelope = "data/pack/pack.dsse.json"
    public static let tagManifest = "tagmanifest-sha256.txt"

    /// The predicate of a bundle's statement; who reads it ignores fields that it does not know.
    public static let bundlePredicate = "https://dossier.example/attestation/evidence-bundle/v1"
    /// The predicate of a pack's statement.
    public static let packPredicate = "https://dossier.example/attestation/conformity-pack/v1"

    /// An entry's number as names have it: at least six digits.
    public static func number(_ entry: Int) -> String {
        let digits = String(entry)
        return String(repeating: "0", count: max(0, 6 - digits.utf8.count)) + digits
    }

    public static func entry(_ number: Int) -> String { "ledger/entries/\(Self.number(number)).json" }
    public static func proof(_ number: Int) -> String { "ledger/proofs/\(Self.number(number)).tlog-proof" }
    public static func reading(_ number: Int) -> String { "data/readings/e\(Self.number(number)).jsonl" }
    /// The proof of a sealed artefact's view, and of its reading's.
    public static func redaction(_ number: Int) -> String { "data/redactions/e\(Self.number(number)).jsonl" }
    public static func readingRedaction(_ number: Int) -> String { "data/redactions/r\(Self.number(number)).jsonl" }

    /// The member for an artefact: its ending is kept when it is a plain one.
    public static func evidence(_ number: Int, path: String) -> String {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let ending = name.split(separator: ".").count > 1 ? name.split(separator: ".").last.map { $0.lowercased() } ?? "bin" : "bin"
        let isPlain = (1...8).contains(ending.utf8.count) && ending.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) }
        return "data/evidence/e\(Self.number(number)).\(isPlain ? ending : "bin")"
    }
}
