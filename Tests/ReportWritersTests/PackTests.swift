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
    @Test func everyWriterWritesTheSample() throws {
        let library = try TemplateLibrary()
        let report = try SampleReport.report(frameworks: ["eu-ai-act"])
        for writer in reportWriters {
            for file in try writer.write(report, library) {
                #expect(!file.bytes.isEmpty)
                if let folder = ProcessInfo.processInfo.environment["DOSSIER_SAMPLE_PACK"] {
                    try Data(file.bytes).write(to: URL(fileURLWithPath: folder).appendingPathComponent(file.path))
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
