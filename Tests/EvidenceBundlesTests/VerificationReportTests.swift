import Diagnostics
import EvidenceBundles
import LibXML
import StructuredText
import Testing

struct VerificationReportTests {
    private func report(_ checks: [VerificationCheck], trusted: Bool = true) -> VerificationReport {
        VerificationReport(subject: .bundle, path: "b.zip", id: "b", isTrusted: trusted, checks: checks)
    }

    private let bad = Diagnostic(id: "x.y", severity: .error, location: TextLocation(path: "b/\u{1B}[2J"), message: "it is <bad> & \"worse\"", hint: "mend it")

    @Test func ofSeveralVerdictsTheWorstStands() {
        let failed = VerificationCheck(.bag, .failed, "1 thing is wrong", diagnostics: [bad])
        let unsigned = VerificationCheck(.signatures, .failed, "0 of 1", isAboutTrust: true)
        let open = VerificationCheck(.rebuild, .notChecked, "left out")
        let notAsked = VerificationCheck(.since, .notChecked, "not given", isAsked: false)
        #expect(report([open, unsigned, failed], trusted: false).verdict == .altered)
        #expect(report([open, unsigned], trusted: false).verdict == .notTrusted)
        #expect(report([open, unsigned]).verdict == .notSigned)
        #expect(report([open, notAsked]).verdict == .incomplete)
        #expect(report([notAsked]).verdict == .good)
    }

    @Test func textCannotSteerATerminal() {
        let text = report([VerificationCheck(.bag, .failed, "wrong", diagnostics: [bad])]).text
        #expect(!text.contains("\u{1B}"))
        #expect(text.contains("ALTERED"))
    }

    @Test func manyFindingsAreCounted() {
        let text = report([VerificationCheck(.bag, .failed, "wrong", diagnostics: Array(repeating: bad, count: 25))]).text
        #expect(text.contains("and 5 more"))
    }

    @Test func junitFailsWhereNothingWasTrusted() throws {
        let bytes = try VerificationReport.junit([report([VerificationCheck(.bag, .passed, "fine")], trusted: false)])
        let root = try #require(XMLTree.parse(bytes, path: "junit").tree?.root)
        #expect(root.children.first { _ in true }?.attribute("failures") == "1")
    }

    @Test func junitEscapesWhatInputsSay() throws {
        let bytes = try VerificationReport.junit([report([VerificationCheck(.bag, .failed, "a < b & \"c\"", diagnostics: [bad])])])
        #expect(XMLTree.parse(bytes, path: "junit").tree != nil)
    }

    @Test func theJSONNamesItsSchemaAndTheFirstWrongFile() {
        let value = report([VerificationCheck(.bag, .failed, "wrong", diagnostics: [bad])]).value
        #expect(value["schema"]?.string == "dossier/verify/1")
        #expect(value["file"]?.string == "b/\u{1B}[2J")
        #expect(value["verdict"]?.string == "altered")
    }
}
