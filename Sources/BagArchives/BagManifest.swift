public import Diagnostics

/// `manifest-sha256.txt` or `tagmanifest-sha256.txt` (RFC 8493, sections 2.1.3 and 2.2.1): a digest and a name on each line.
///
/// One spelling is written and read: 64 lower-case hexadecimal digits, two spaces, the name, a line feed; the lines in the byte order of the names, each name once.
/// `sha256sum -c --strict` reads it.
public struct BagManifest: Equatable, Sendable {
    /// The longest manifest that is read, in bytes: 100,000 names of full length.
    static let longest = 32 << 20

    public struct Line: Equatable, Sendable {
        public var name: String
        public var digest: ContentDigest

        public init(name: String, digest: ContentDigest) {
            self.name = name
            self.digest = digest
        }
    }

    /// In the byte order of the names: line n of the file is `lines[n - 1]`.
    public private(set) var lines: [Line]

    public init(_ members: [MemberDigest]) {
        lines = members.map { Line(name: $0.name, digest: $0.digest) }.sorted { ByteOrder.precedes($0.name, $1.name) }
    }

    private init(lines: [Line]) { self.lines = lines }

    public var bytes: [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(lines.count * 128)
        for line in lines {
            out += line.digest.hex.utf8
            out += "  ".utf8
            out += line.name.utf8
            out.append(0x0A)
        }
        return out
    }

    /// The place of a name among the lines, from 0, by bytes.
    public func index(of name: String) -> Int? { ByteOrder.index(of: name, in: lines, by: \.name) }

    /// Reads the one spelling that `bytes` writes.
    /// - Throws: a `Diagnostic` with line and column of the first difference.
    public static func parse(_ bytes: [UInt8], path: String) throws(Diagnostic) -> BagManifest {
        var lines: [Line] = []
        var at = bytes.startIndex
        while at < bytes.endIndex {
            let end = bytes[at...].firstIndex(of: 0x0A) ?? bytes.endIndex
            let number = lines.count + 1
            guard end < bytes.endIndex else { throw .manifest(path, number, end - at + 1, "the file ends without a line feed") }
            let line = try parse(bytes[at..<end], path, number)
            if let last = lines.last, !ByteOrder.precedes(last.name, line.name) {
                throw .order(path, number, line.name, repeated: last.name.utf8.elementsEqual(line.name.utf8))
            }
            guard number <= PlainZipReader.mostMembers else {
                throw .manifest(path, number, 1, "there are more than \(PlainZipReader.mostMembers) lines")
            }
            lines.append(line)
            at = end + 1
        }
        return BagManifest(lines: lines)
    }

    private static func parse(_ line: ArraySlice<UInt8>, _ path: String, _ number: Int) throws(Diagnostic) -> Line {
        let isDigit = { (byte: UInt8) in (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte) }
        let digits = line.prefix(64).prefix(while: isDigit)
        guard digits.count == 64, let digest = ContentDigest(hex: String(decoding: digits, as: UTF8.self)) else {
            throw .manifest(path, number, digits.count + 1, "expected 64 lower-case hexadecimal digits, found \(word(line.dropFirst(digits.count)))")
        }
        let gap = line.dropFirst(64).prefix(2).prefix { $0 == 0x20 }.count
        guard gap == 2 else { throw .manifest(path, number, 65 + gap, "expected two spaces behind the digest, found \(word(line.dropFirst(64 + gap)))") }
        let name = line.dropFirst(66)
        if let fault = MemberName.fault(name) {
            throw .manifest(path, number, 67, "the name '\(String(decoding: name.prefix(MemberName.longest), as: UTF8.self))' \(fault)")
        }
        return Line(name: String(decoding: name, as: UTF8.self), digest: digest)
    }

    private static func word(_ rest: ArraySlice<UInt8>) -> String {
        rest.isEmpty ? "the end of the line" : "'\(String(decoding: rest.prefix(1), as: UTF8.self))'"
    }
}

extension Diagnostic {
    fileprivate static func manifest(_ path: String, _ line: Int, _ column: Int, _ message: String) -> Self {
        Diagnostic(
            id: "bundle.manifest-form", severity: .error, location: TextLocation(path: path, line: line, column: column), message: message,
            hint: "ask for the bundle as it was issued")
    }

    fileprivate static func order(_ path: String, _ line: Int, _ name: String, repeated: Bool) -> Self {
        manifest(path, line, 67, "the name '\(name)' is \(repeated ? "listed twice" : "out of order; expected the byte order of names")")
    }
}
