import ReportModel

/// Writes a report as one HTML page: no resource from outside, readable without scripts, printable, for light and dark, for wide and narrow.
struct HTMLWriter: ReportWriter {
    let format = "html"

    func write(_ report: Report, _ library: TemplateLibrary) throws -> [OutputFile] {
        let page = try library.render("html/pack.html.mustache", .pack, PackView.view(of: report.tree, charts: true))
        return [OutputFile(path: "report.html", bytes: page)]
    }
}
