public import ReportModel

/// Writes a report in one format. It decides how a report looks, never what it says: no query, no sorting, no clock.
public protocol ReportWriter: Sendable {
    /// The format's name on the command line.
    var format: String { get }
    /// The files of this format; none when the report has nothing for it. The caller puts them on disk.
    func write(_ report: Report, _ library: TemplateLibrary) throws -> [OutputFile]
}

/// A file to be written, under its path in the pack's folder.
public struct OutputFile: Hashable, Sendable {
    public var path: String
    public var bytes: [UInt8]

    public init(path: String, bytes: [UInt8]) {
        self.path = path
        self.bytes = bytes
    }
}
