import ReportModel

/// Writes a report as one Markdown page, for wikis and pull requests.
struct MarkdownWriter: ReportWriter {
    let format = "markdown"

    func write(_ report: Report, _ library: TemplateLibrary) throws -> [OutputFile] {
        let page = try library.render("markdown/pack.md.mustache", .pack, PackView.view(of: report.tree, charts: false))
        return [OutputFile(path: "report.md", bytes: page)]
    }
}
