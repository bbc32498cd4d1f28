import ReportModel
import StructuredText

/// Writes the report's tree as JSON, for programs.
struct JSONWriter: ReportWriter {
    let format = "json"

    func write(_ report: Report, _ library: TemplateLibrary) throws -> [OutputFile] {
        [OutputFile(path: "report.json", bytes: Array(report.tree.prettyJSON.utf8))]
    }
}
