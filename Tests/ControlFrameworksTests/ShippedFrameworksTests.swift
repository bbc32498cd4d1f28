import ControlFrameworks
import Diagnostics
import EvidenceModel
import GapAnalysis
import Testing

/// What every framework that ships must do; a new one gets these tests by being in its folder.
@Suite struct ShippedFrameworksTests {
    static let library = FrameworkLibrary()

    @Test func thereAreFrameworksAndKinds() {
        #expect(Self.library.ids.contains("eu-ai-act"))
        #expect(Self.library.ids.contains("nist-ai-rmf"))
        #expect(Self.library.vocabulary.names.count >= 40)
        #expect(Self.library.diagnostics == [])
    }

    @Test(arguments: library.ids) func loadsWithoutADiagnostic(id: String) throws {
        let loaded = Self.library.load(id)
        #expect(loaded.diagnostics.map(\.description) == [])
        let framework = try #require(loaded.framework)
        #expect(framework.id == id)
        #expect(!framework.sources.isEmpty)
        #expect(!framework.assessed.isEmpty)
        #expect(framework.digest.hasPrefix("sha256:") && framework.digest.utf8.count == 71)
        #expect(!framework.isFromWorkspace)
        #expect(framework.coverage == .full || framework.coverageNote != nil)
    }

    @Test(arguments: library.ids) func hasNoCrosswalkThatLeadsNowhere(id: String) throws {
        let framework = try #require(Self.library.load(id).framework)
        #expect(Self.library.danglingCrosswalks(of: framework).map(\.description) == [])
    }

    @Test(arguments: library.ids) func everyAssessedControlHasBothExamplesAndTheyHold(id: String) throws {
        let framework = try #require(Self.library.load(id).framework)
        #expect(framework.assessed.filter { $0.examples == nil }.map(\.id.text) == [])
        let run = ExampleRun(framework: framework, vocabulary: Self.library.vocabulary)
        #expect(run.diagnostics.map(\.description) == [])
        #expect(run.count >= framework.assessed.count * 2)
    }

    @Test(arguments: library.ids) func everyControlIsCitedInOurOwnWords(id: String) throws {
        let framework = try #require(Self.library.load(id).framework)
        for control in framework.controls {
            #expect(!control.cite.isEmpty && !control.asks.isEmpty && !control.title.isEmpty, "\(control.id)")
            #expect(control.requirements.allSatisfy { !$0.why.isEmpty }, "\(control.id)")
            #expect(control.location.path.hasPrefix("Frameworks/\(id)/") && control.location.line != nil, "\(control.id)")
        }
    }

    @Test func nistHasFourFunctionsNineteenCategoriesAndSeventyTwoSubcategories() throws {
        let framework = try Self.library.framework(named: "nist-ai-rmf")
        let functions = framework.controls.filter { $0.parent == nil }
        #expect(functions.map(\.id.text).sorted() == ["GOVERN", "MANAGE", "MAP", "MEASURE"])
        let categories = functions.flatMap { framework.children(of: $0.id) }
        #expect(categories.count == 19)
        let subcategories = categories.flatMap { framework.children(of: $0.id) }
        #expect(subcategories.count == 72)
        #expect(framework.controls.count == 4 + 19 + 72)
        #expect(subcategories.allSatisfy { !$0.requirements.isEmpty && framework.children(of: $0.id).isEmpty })
        #expect((functions + categories).allSatisfy { $0.requirements.isEmpty })
        for (function, count) in [("GOVERN", 19), ("MAP", 18), ("MEASURE", 22), ("MANAGE", 13)] {
            #expect(subcategories.count { $0.id.text.hasPrefix("\(function) ") } == count, "\(function)")
        }
    }

    @Test func theSameDefinitionHasTheSameDigest() throws {
        let again = FrameworkLibrary()
        for id in Self.library.ids { #expect(again.load(id).framework?.digest == Self.library.load(id).framework?.digest) }
    }

    @Test func anUnknownFrameworkGetsTheNearestName() throws {
        let fault = #expect(throws: DiagnosticList.self) { try Self.library.framework(named: "eu-ai-atc") }
        #expect(fault?.diagnostics.first?.message == "no framework 'eu-ai-atc'; did you mean 'eu-ai-act'?")
        #expect(try Self.library.framework(named: "EU-AI-Act").id == "eu-ai-act")
    }
}

@Suite struct ControlIDTests {
    @Test(arguments: [("4.10", "4.1"), ("4.10", "4.100"), ("1.0", "1"), ("Annex IV(2)(d)", "Annex IV(2)(e)"), ("4.01", "4.1")])
    func isNeverMatchedAsANumber(first: String, second: String) {
        #expect(ControlID(first) != ControlID(second))
    }

    @Test(arguments: [
        ("GOVERN 1.1", "govern 1.1"), ("GOVERN 1.1", "govern1.1"), ("Annex IV(2)(d)", "annex iv (2) (d)"), (" 4.10 ", "4.10"), ("A\u{A0}1", "a1"),
    ])
    func isMatchedWithoutCaseAndBlanks(first: String, second: String) {
        #expect(ControlID(first) == ControlID(second))
        #expect(ControlID(first).hashValue == ControlID(second).hashValue)
        #expect(ControlID(first).text == first)
    }
}
