import BuiltIns
import ReportModel
import StructuredText

/// Writes the report's tree as JSON, for programs, with the schema of its shape beside it.
struct JSONWriter: ReportWriter {
    let format = "json"

    func write(_ report: Report, _ library: TemplateLibrary) throws -> [OutputFile] {
        let schema = BuiltInFiles.bytes(of: "Templates/json/pack.schema.json").map { [OutputFile(path: "pack.schema.json", bytes: $0)] } ?? []
        return [OutputFile(path: "report.json", bytes: Array(report.tree.prettyJSON.utf8))] + schema
    }
}
