import Diagnostics
import Redaction
import StructuredText
import Testing
import TransparencyLog

/// The worked example of the scheme, byte for byte.
@Suite struct SchemeVectorTests {
    static let text = #"{"id":7,"dob":"1980-02-01"}"#

    static var rules: RedactionRules {
        get throws { RedactionRules(rules: [Fixture.rule("R1", try Fixture.pointer("/dob")), Fixture.rule("R2", try Fixture.pointer("/id"))]) }
    }

    static var hidesDOB: RedactionRules {
        get throws { RedactionRules(rules: [Fixture.rule("R1", try Fixture.pointer("/dob"))]) }
    }

    @Test func cutsTheFileIntoFiveSegments() throws {
        #expect(
            try Fixture.segments(Self.text, .json, Self.rules) == [
                #"G  {"id":"#, "V /id 7", #"G  ,"dob":"#, #"V /dob "1980-02-01""#, "G  }",
            ])
    }

    @Test func commitsToTheFileByItsRootAndBlindedDigest() throws {
        let commitment = try Commitment(
            of: MemoryStream(Array(Self.text.utf8)), seed: Fixture.seed, segmentation: Segmentation(format: .json, rules: Self.rules))
        #expect(commitment.summary.root.hex == "8866408a6b79ee76a6661c4cc2b542773e1ce2d7363b9bd7e71d81e126ff9bea")
        #expect(commitment.summary.segments == 5)
        #expect(commitment.blinded == "bcc7ca483673f8bcb039785a2767c041467027333c244dc1536b599a83f76053")
        #expect(
            commitment.summary.value.canonicalJSON
                == #"{"root":"8866408a6b79ee76a6661c4cc2b542773e1ce2d7363b9bd7e71d81e126ff9bea","scheme":"dossier/seg1","segments":5}"#)
    }

    /// The rules at issue may hide less than was cut.
    @Test func writesTheViewAndItsProofLines() throws {
        let bytes = Array(Self.text.utf8)
        let cut = Segmentation(format: .json, rules: try Self.rules)
        let commitment = try Commitment(of: MemoryStream(bytes), seed: Fixture.seed, segmentation: cut)
        let maker = try RedactedView(entry: 12, summary: commitment.summary, seed: Fixture.seed, segmentation: cut, rules: Self.hidesDOB)
        let made = try maker.make(original: bytes, path: "log.json")
        #expect(String(decoding: made.view, as: UTF8.self) == #"{"id":7,"dob":"***"}"#)
        let lines = String(decoding: made.proof, as: UTF8.self).split(separator: "\n").map(String.init)
        #expect(
            lines == [
                #"{"entry":12,"root":"8866408a6b79ee76a6661c4cc2b542773e1ce2d7363b9bd7e71d81e126ff9bea","scheme":"dossier/seg1","segments":5}"#,
                #"{"kind":"G","label":"","length":6,"salt":"820eb92d5cd331e9b3a89487ec7fa1a3","show":0}"#,
                #"{"kind":"V","label":"/id","length":1,"salt":"fc458b004711e7edcb0f24d969c12394","show":1}"#,
                #"{"kind":"G","label":"","length":7,"salt":"061a24038d74ce9e53fc9fb622e69e48","show":2}"#,
                #"{"hide":3,"leaf":"185df61f675bf238c5881937416374a57fe2090bcfb5cf627cb84f1201d4842f","put":"\"***\"","rule":"R1"}"#,
                #"{"kind":"G","label":"","length":1,"salt":"82ef0d24a9829c429d9a8073221be608","show":4}"#,
            ])
        #expect(made.hidden.hidden.map(\.segments.text) == ["3"])
    }

    @Test func revealsTheHiddenSegmentByItsPath() throws {
        let cut = Segmentation(format: .json, rules: try Self.rules)
        let summary = try Commitment(of: MemoryStream(Array(Self.text.utf8)), seed: Fixture.seed, segmentation: cut).summary
        let reveal = try RevealedSegment(
            of: 3, entry: 12, original: MemoryStream(Array(Self.text.utf8)), originalPath: "log.json", seed: Fixture.seed, segmentation: cut,
            summary: summary)
        #expect(
            reveal.path.map(\.hex) == [
                "43fc4a44a29fb51f5d272a0ed85a99c09821fcd3664d796f47b58303c612c6ca", "01cbd9d6c8ec4842049054734a7a60067dd74aeeaff1008e071b8b87a6c488b4",
                "c14ad006ac631c43ff88ffcc20935dfd9eb9fdb80ac0f894aaea1e8472f6b5a3",
            ])
        #expect(BinaryText.hex(reveal.salt) == "4cfd2257fbfb5a7be49b4b71cdd67bc3")
        #expect(String(decoding: reveal.bytes, as: UTF8.self) == #""1980-02-01""#)
    }
}
