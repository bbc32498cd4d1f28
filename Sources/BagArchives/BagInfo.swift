public import Diagnostics

/// `bag-info.txt` (RFC 8493, section 2.2.2) with its two lines: which bundle it is, and how much the payload holds.
public struct BagInfo: Equatable, Sendable {
    /// The longest file that is read, in bytes.
    static let longest = 1024

    /// The bundle's id, which is the folder's name too.
    public var identifier: String
    /// The bytes of all files under `data/`.
    public var payloadBytes: Int
    /// Their number.
    public var payloadFiles: Int

    public init(identifier: String, payloadBytes: Int, payloadFiles: Int) {
        self.identifier = identifier
        self.payloadBytes = payloadBytes
        self.payloadFiles = payloadFiles
    }

    public var bytes: [UInt8] { Array("External-Identifier: \(identifier)\nPayload-Oxum: \(payloadBytes).\(payloadFiles)\n".utf8) }

    /// Reads the one spelling that `bytes` writes.
    /// - Throws: a `Diagnostic` with the line of the first difference.
    public static func parse(_ bytes: [UInt8], path: String) throws(Diagnostic) -> BagInfo {
        let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        guard let id = value(lines, 0, "External-Identifier: "), MemberName.partFault(id) == nil else {
            throw .line(path, 1, "'External-Identifier: ' and the bundle's id")
        }
        let numbers = value(lines, 1, "Payload-Oxum: ")?.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) ?? []
        guard numbers.count == 2, let size = number(numbers[0]), let files = number(numbers[1]) else {
            throw .line(path, 2, "'Payload-Oxum: ' and '<bytes>.<files>'")
        }
        guard lines.count == 3, lines[2].isEmpty else { throw .line(path, 3, "the end of the file behind the second line feed") }
        return BagInfo(identifier: String(decoding: id, as: UTF8.self), payloadBytes: size, payloadFiles: files)
    }

    private static func value(_ lines: [ArraySlice<UInt8>], _ at: Int, _ label: String) -> ArraySlice<UInt8>? {
        guard lines.indices.contains(at), lines[at].starts(with: label.utf8) else { return nil }
        return lines[at].dropFirst(label.utf8.count)
    }

    /// Decimal digits without a sign or a leading zero.
    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        let text = String(decoding: digits, as: UTF8.self)
        guard let number = Int(text), number >= 0, String(number).utf8.elementsEqual(digits) else { return nil }
        return number
    }
}

extension Diagnostic {
    fileprivate static func line(_ path: String, _ line: Int, _ expected: String) -> Self {
        Diagnostic(
            id: "bundle.bag-info", severity: .error, location: TextLocation(path: path, line: line),
            message: "the line is not the one that bundles have; expected \(expected)", hint: "ask for the bundle as it was issued")
    }
}
