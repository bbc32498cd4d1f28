import Diagnostics
import EvidenceReaders
import StructuredText

/// Why no reader recognises a file: one that is empty or cut off needs another remedy than a declaration.
enum UnrecognisedFile {
    static func diagnostic(_ artefact: EvidenceSource) -> Diagnostic {
        if artefact.head.isEmpty { return artefact.isCompressed ? .cutGzip(artefact.path) : .empty(artefact.path) }
        return jsonFault(artefact) ?? .unrecognised(artefact.path)
    }

    /// The first fault of a file that begins as JSON does, in the part that recognising looks at.
    private static func jsonFault(_ artefact: EvidenceSource) -> Diagnostic? {
        guard artefact.firstByte == UInt8(ascii: "{") || artefact.firstByte == UInt8(ascii: "[") else { return nil }
        guard let stream = try? artefact.stream(), let bytes = try? readPrefix(of: stream, limit: maximumBytes + 1), bytes.count <= maximumBytes
        else { return nil }
        let whole = JSONParser.parse(bytes, path: artefact.path)
        if whole.node != nil { return nil }
        // JSON lines fail as one value; then the first line that fails by itself is the fault.
        var number = 0
        for line in bytes.split(separator: 0x0A, maxSplits: maximumLines, omittingEmptySubsequences: false).prefix(maximumLines) {
            number += 1
            if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { continue }
            let parsed = JSONParser.parse(Array(line), path: artefact.path, firstLine: number)
            if number == 1, parsed.node == nil { return whole.diagnostics.last { $0.severity == .error } }
            if parsed.node == nil { return parsed.diagnostics.last { $0.severity == .error } }
        }
        return nil
    }

    /// A larger file is not parsed only to say why it was refused.
    private static let maximumBytes = 16 << 20
    private static let maximumLines = 1_000
}

extension Diagnostic {
    fileprivate static func unrecognised(_ path: String) -> Self {
        Diagnostic(
            id: "collection.unrecognised", severity: .error, location: TextLocation(path: path), message: "no reader recognises this file",
            hint:
                "put a declaration beside it ('\(path.split(separator: "/").last ?? "")\(EvidenceDeclaration.suffix)' with kind, observed, producer and facts)")
    }

    fileprivate static func empty(_ path: String) -> Self {
        Diagnostic(
            id: "collection.empty-file", severity: .error, location: TextLocation(path: path), message: "the file is empty",
            hint: "export the records again, or delete the file")
    }

    fileprivate static func cutGzip(_ path: String) -> Self {
        Diagnostic(
            id: "collection.gzip-damaged", severity: .error, location: TextLocation(path: path),
            message: "the file begins as gzip and cannot be decompressed", hint: "take the whole file from its source again")
    }
}
