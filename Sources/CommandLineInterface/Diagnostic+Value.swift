import Diagnostics
import StructuredText

extension Diagnostic {
    /// As JSON: path, line and column apart.
    var value: Value {
        .object([
            ("id", .string(id)), ("severity", .string(severity.rawValue)), ("path", .text(location?.path)), ("line", location?.line.map { .int($0) }),
            ("column", location?.column.map { .int($0) }), ("message", .string(message)), ("hint", .text(hint)),
        ])
    }
}
