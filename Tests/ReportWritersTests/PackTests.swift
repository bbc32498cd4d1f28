import DurableStorage
import EvidenceLocker
import Foundation
import ReportModel
import StructuredText
import Testing

@testable import ReportWriters

@Suite struct PackTests {
    @Test(arguments: [true, false])
    func theShapeDeclaresExactlyWhatTheViewHolds(evaluated: Bool) throws {
        let view = PackView.view(of: try SampleReport.report(frameworks: ["eu-ai-act"], evaluated: evaluated).tree, charts: true)
        #expect(TemplateShape.pack.mismatches(with: view) == [])
    }

    @Test func everyTagOfTheShippedTemplatesIsKnown() throws {
        let library = try TemplateLibrary()
        for path in ["html/pack.html.mustache", "markdown/pack.md.mustache"] { _ = try library.compiled(path, for: .pack) }
        for path in ["html/annex-iv.html.mustache", "markdown/annex-iv.md.mustache"] { _ = try library.compiled(path, for: .annexIV) }
    }

    @Test(arguments: [true, false])
    func theShapeOfAnnexIVDeclaresExactlyWhatTheViewHolds(evaluated: Bool) throws {
        let tree = try #require(try SampleReport.report(frameworks: ["eu-ai-act"], evaluated: evaluated).annexIV)
        #expect(TemplateShape.annexIV.mismatches(with: AnnexIVWriter.view(of: tree)) == [])
    }

    @Test func writersGiveTheSameBytesEachTime() throws {
        let library = try TemplateLibrary()
        for writer in reportWriters {
            #expect(try writer.write(SampleReport.report(), library) == writer.write(SampleReport.report(), library), "\(writer.format)")
        }
    }

    /// Set `DOSSIER_SAMPLE_PACK` to a folder to look at what the writers make.
    @Test(arguments: [true, false])
    func everyWriterWritesTheSample(evaluated: Bool) throws {
        let library = try TemplateLibrary()
        let report = try SampleReport.report(frameworks: ["eu-ai-act"], evaluated: evaluated)
        for writer in reportWriters {
            for file in try writer.write(report, library) {
                #expect(!file.bytes.isEmpty)
                if let folder = ProcessInfo.processInfo.environment["DOSSIER_SAMPLE_PACK"] {
                    try Data(file.bytes).write(to: URL(fileURLWithPath: folder).appendingPathComponent((evaluated ? "" : "empty-") + file.path))
                }
            }
        }
    }

    @Test func hostileTextStaysTextInMarkdown() throws {
        let page = try page(MarkdownWriter())
        #expect(!page.contains("<script"))
        #expect(!page.replacingOccurrences(of: "\\](javascript", with: "").contains("](javascript"))
        #expect(!page.contains("\u{202E}"))
        #expect(!page.contains("\n## Heading"))
        #expect(!page.contains("x@evil"))
        for scalar in page.unicodeScalars where scalar != "\n" { #expect(scalar.value >= 0x20) }
    }

    private func page(_ writer: any ReportWriter, evaluated: Bool = true) throws -> String {
        let files = try writer.write(try SampleReport.report(frameworks: ["eu-ai-act"], evaluated: evaluated), TemplateLibrary())
        return String(decoding: try #require(files.first).bytes, as: UTF8.self)
    }
}

@Suite struct HTMLPackTests {
    private func pages(evaluated: Bool = true) throws -> [(path: String, text: String)] {
        let report = try SampleReport.report(frameworks: ["eu-ai-act"], evaluated: evaluated)
        let library = try TemplateLibrary()
        return try (HTMLWriter().write(report, library) + AnnexIVWriter().write(report, library)).filter { $0.path.hasSuffix(".html") }
            .map { ($0.path, String(decoding: $0.bytes, as: UTF8.self)) }
    }

    private func matches(_ pattern: String, _ text: String) throws -> [String] {
        let regex = try NSRegularExpression(pattern: pattern)
        return regex.matches(in: text, range: NSRange(text.startIndex..., in: text)).compactMap { match in
            Range(match.range(at: match.numberOfRanges > 1 ? 1 : 0), in: text).map { String(text[$0]) }
        }
    }

    @Test func evidenceIsNeverMarkupAndNeverHidden() throws {
        for (path, text) in try pages() {
            #expect(try matches("<script", text).count == (path == "report.html" ? 1 : 0))
            #expect(text.contains("&lt;script&gt;alert(1)"))
            #expect(!text.contains("\u{202E}"))
            #expect(text.contains("[U+202E]"))
            for scalar in text.unicodeScalars where scalar != "\n" { #expect(!HiddenCharacters.contains(scalar)) }
        }
    }

    @Test func everyLinkLeadsToAPlaceOfThePage() throws {
        for (path, text) in try pages() {
            let ids = Set(try matches("id=\"([^\"]*)\"", text))
            let links = try matches("href=\"([^\"]*)\"", text)
            #expect(!links.isEmpty)
            for link in links where link != "#content" { #expect(link.hasPrefix("#") && ids.contains(String(link.dropFirst())), "\(path): \(link)") }
        }
    }

    @Test func everyIdStandsOnce() throws {
        for (path, text) in try pages() {
            let ids = try matches(" id=\"([^\"]*)\"", text)
            let twice = Dictionary(grouping: ids, by: { $0 }).filter { $0.value.count > 1 }.keys.sorted()
            #expect(twice == [], "\(path)")
        }
    }

    @Test func nothingIsLoadedFromOutside() throws {
        for (_, text) in try pages() {
            #expect(try matches(" (?:src|srcset|action|poster|data)=", text) == [])
            #expect(try matches("<(?:link|img|iframe|object|embed|base)[ >]", text) == [])
            #expect(try matches("@import|url\\(", text) == [])
            #expect(text.contains("default-src 'none'"))
        }
    }

    /// The page's policy names the script by its digest; `openssl dgst -sha256 -binary | base64` gives it.
    @Test func thePolicyAllowsTheScriptThatShipsAndNoOther() throws {
        let page = try #require(try pages().first { $0.path == "report.html" }).text
        let script = try #require(try matches("<script>([\\s\\S]*)</script>", page).first)
        let digest = try #require(try matches("script-src 'sha256-([^']*)'", page).first)
        let hex = try #require(Data(base64Encoded: digest)).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        #expect(RunningDigest.of(Array(script.utf8)) == "sha256:" + hex)
    }

    @Test func nothingEvaluatedIsLoudAndNeverGreen() throws {
        let page = try #require(try pages(evaluated: false).first { $0.path == "report.html" }).text
        #expect(page.contains("<p class=\"alarm-title\"><span aria-hidden=\"true\">✕</span> Nothing was evaluated</p>"))
        #expect(!page.contains("<rect class=\"v-met\""))
        #expect(!page.contains("<p class=\"banner\">"))
    }

    @Test func theCoverSaysReadinessAndThatItIsNoCertificate() throws {
        let page = try #require(try pages().first { $0.path == "report.html" }).text
        let cover = try #require(page.components(separatedBy: "</header>").first)
        #expect(cover.contains("Readiness: not everything assessed here binds yet"))
        #expect(cover.contains("the first binds from <b class=\"d\">2027-12-02</b>"))
        #expect(cover.contains("It is not a certificate."))
    }

    @Test func anEmptyPlaceOfAnnexIVIsMarked() throws {
        let page = try #require(try pages(evaluated: false).first { $0.path == "annex-iv.html" }).text
        #expect(page.contains("<p class=\"empty-title\">No evidence supports this point.</p>"))
        #expect(!page.contains("<blockquote>"))
        #expect(page.contains("Ana Ruiz"))
    }

    @Test func annexIVQuotesEvidenceWithItsPlace() throws {
        let page = try #require(try pages().first { $0.path == "annex-iv.html" }).text
        #expect(page.contains("<blockquote>Meridian Scoring SL</blockquote>"))
        #expect(page.contains("evidence/tech.md:8"))
    }

    @Test func aReportWithoutTheActHasNoAnnexIV() throws {
        #expect(try AnnexIVWriter().write(SampleReport.report(), TemplateLibrary()).isEmpty)
    }

    @Test func aPackOfManyControlsIsWrittenInTime() throws {
        let report = try SampleReport.report(bulk: 200)
        let library = try TemplateLibrary()
        let tree = report.tree
        let clock = ContinuousClock()
        var bytes = 0
        let view = try clock.measure { bytes = try library.render("html/pack.html.mustache", .pack, PackView.view(of: tree, charts: true)).count }
        print("html of 200 controls and 100 items: \(bytes) bytes in \(view), the tree in \(clock.measure { _ = report.tree })")
        #expect(bytes > 200_000)
        #expect(view < .seconds(20), "a debug build on a busy machine takes a second or two; a quadratic writer takes minutes")
    }
}
