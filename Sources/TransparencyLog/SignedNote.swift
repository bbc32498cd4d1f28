public import Diagnostics
import StructuredText

/// A text with signature lines (C2SP signed-note).
public struct SignedNote: Hashable, Sendable {
    /// A signature line: `— name base64(id ‖ signature)`.
    public struct Signature: Hashable, Sendable {
        public var name: String
        /// 4 bytes.
        public var keyID: [UInt8]
        /// What follows the id: 64 bytes for Ed25519, 72 for a cosignature.
        public var bytes: [UInt8]

        public init(name: String, keyID: [UInt8], bytes: [UInt8]) {
            self.name = name
            self.keyID = keyID
            self.bytes = bytes
        }

        var line: String { "\u{2014} \(name) \(BinaryText.base64(keyID + bytes))\n" }
    }

    /// How a key of ours fares with a note.
    public enum Result: Hashable, Sendable {
        /// - Parameter time: seconds since 1970, when the key is a witness's.
        case good(time: UInt64?)
        case absent
    }

    /// Ends in a line end.
    public let text: String
    public private(set) var signatures: [Signature]

    static let maximumSignatures = 100
    static let maximumBytes = 1 << 20

    /// - Throws: a `Diagnostic` when the text does not end in a line end, or has control characters.
    public init(text: String, signatures: [Signature]) throws(Diagnostic) {
        guard text.utf8.last == 0x0A, text.utf8.allSatisfy({ $0 >= 0x20 || $0 == 0x0A }) else {
            throw .malformed("note", 1, "a text that is no note's", "lines")
        }
        self.text = text
        self.signatures = signatures
    }

    /// The file's bytes.
    public var bytes: [UInt8] { Array((text + "\n" + signatures.map(\.line).joined()).utf8) }

    public mutating func add(_ signature: Signature) { signatures.append(signature) }

    /// Not empty, no Unicode space, no plus sign, no control character.
    public static func isKeyName(_ name: String) -> Bool {
        !name.isEmpty && !name.unicodeScalars.contains { $0.properties.isWhitespace || $0 == "+" || $0.value < 0x20 || $0.value == 0x7F }
    }

    /// Reads a note strictly.
    /// - Throws: a `Diagnostic` with the line that is not as it should be.
    public init(parsing bytes: [UInt8], path: String) throws(Diagnostic) {
        guard bytes.count <= Self.maximumBytes else { throw .malformed(path, 1, "\(bytes.count) bytes", "at most \(Self.maximumBytes)") }
        guard String(validating: bytes, as: UTF8.self) != nil, bytes.allSatisfy({ $0 >= 0x20 || $0 == 0x0A }) else {
            throw .malformed(path, 1, "bytes that are no UTF-8 text, or control characters", "UTF-8 lines")
        }
        // The last empty line is the one that separates: a text may have empty lines of its own.
        var split: Int?
        for at in stride(from: bytes.count - 2, through: 0, by: -1) where bytes[at] == 0x0A && bytes[at + 1] == 0x0A {
            split = at
            break
        }
        guard let split, split > 0, bytes.last == 0x0A else { throw .malformed(path, 1, "no empty line with signatures behind it", "a signed note") }
        let firstLine = bytes[..<(split + 2)].count { $0 == 0x0A } + 1
        var signatures: [Signature] = []
        let lines = bytes[(split + 2)...].dropLast().split(separator: 0x0A, omittingEmptySubsequences: false)
        guard lines.count <= Self.maximumSignatures else {
            throw .malformed(path, firstLine, "\(lines.count) signatures", "at most \(Self.maximumSignatures)")
        }
        for (number, line) in lines.enumerated() {
            guard let signature = Self.signature(line) else {
                throw .malformed(path, firstLine + number, "a line that is no signature", "'\u{2014} name base64'")
            }
            signatures.append(signature)
        }
        try self.init(text: String(decoding: bytes[...split], as: UTF8.self), signatures: signatures)
    }

    private static func signature(_ line: ArraySlice<UInt8>) -> Signature? {
        let mark: [UInt8] = [0xE2, 0x80, 0x94, 0x20]
        guard line.starts(with: mark) else { return nil }
        let parts = line.dropFirst(mark.count).split(separator: 0x20, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        let name = String(decoding: parts[0], as: UTF8.self)
        guard isKeyName(name), let bytes = BinaryText.bytes(base64: String(decoding: parts[1], as: UTF8.self)), bytes.count > 4 else { return nil }
        return Signature(name: name, keyID: Array(bytes.prefix(4)), bytes: Array(bytes.dropFirst(4)))
    }

    /// Checks the note with the keys that are known. Lines of others are ignored, whatever they say.
    /// - Returns: for each key, in their order, whether its signature is there.
    /// - Throws: a `Diagnostic` when a known key's signature is wrong: the whole note is refused then.
    public func verify(with keys: [NoteKey], path: String) throws(Diagnostic) -> [Result] {
        var results = [Result](repeating: .absent, count: keys.count)
        for signature in signatures {
            for (place, key) in keys.enumerated() where key.name.utf8.elementsEqual(signature.name.utf8) && key.id == signature.keyID {
                guard let result = check(signature, with: key) else { throw .wrongSignature(path, key.name) }
                results[place] = result
            }
        }
        return results
    }

    private func check(_ signature: Signature, with key: NoteKey) -> Result? {
        switch key.kind {
        case .ed25519: return key.isValid(signature.bytes, for: Array(text.utf8)) ? .good(time: nil) : nil
        case .cosignature:
            guard signature.bytes.count == 72 else { return nil }
            let time = signature.bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            return key.isValid(Array(signature.bytes.dropFirst(8)), for: Self.cosigned(text, time: time)) ? .good(time: time) : nil
        }
    }

    /// What a witness signs (C2SP tlog-cosignature).
    static func cosigned(_ text: String, time: UInt64) -> [UInt8] { Array("cosignature/v1\ntime \(time)\n\(text)".utf8) }
}

extension Diagnostic {
    fileprivate static func malformed(_ path: String, _ line: Int, _ found: String, _ expected: String) -> Self {
        Diagnostic(
            id: "note.malformed", severity: .error, location: TextLocation(path: path, line: line),
            message: "found \(found); expected \(expected) (C2SP signed-note)", hint: "restore the file as it was issued")
    }

    fileprivate static func wrongSignature(_ path: String, _ name: String) -> Self {
        Diagnostic(
            id: "note.wrong-signature", severity: .error, location: TextLocation(path: path),
            message: "the signature of '\(name)' does not fit the text: the note was altered, or signed by somebody else in that name",
            hint: "get the note again from who issued it")
    }
}
