public import Diagnostics
import StructuredText

/// The head of a log (C2SP tlog-checkpoint): which log, how many entries, and the root over them.
public struct Checkpoint: Hashable, Sendable {
    /// The log's name, which is its key's name as well: a URL without its scheme.
    public var origin: String
    /// Entries.
    public var size: Int
    public var root: MerkleHash

    /// The most entries that are read from a checkpoint: far more than any log has, and safe to count with.
    static let maximumSize = 1 << 48

    public init(origin: String, size: Int, root: MerkleHash) {
        self.origin = origin
        self.size = size
        self.root = root
    }

    /// Three lines, each with its end: what is signed.
    public var text: String { "\(origin)\n\(size)\n\(root.base64)\n" }

    /// Reads the three lines strictly. Extension lines are refused: monitors cannot audit them.
    /// - Throws: a `Diagnostic` with the line that is not as it should be.
    public init(parsing bytes: [UInt8], path: String) throws(Diagnostic) {
        let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map { String(validating: $0, as: UTF8.self) }
        guard lines.count == 4, lines[3]?.isEmpty == true else {
            throw .notCheckpoint(path, min(lines.count, 4), "\(lines.count - 1) lines", "origin, size and root, and no more")
        }
        guard let origin = lines[0], SignedNote.isKeyName(origin) else {
            throw .notCheckpoint(path, 1, "'\(lines[0] ?? "no text")'", "the log's name, without blanks and '+'")
        }
        guard let sizeText = lines[1], let size = Int(sizeText), (0...Self.maximumSize).contains(size), String(size).utf8.elementsEqual(sizeText.utf8) else {
            throw .notCheckpoint(path, 2, "'\(lines[1] ?? "no text")'", "the number of entries, at most \(Self.maximumSize)")
        }
        guard let root = lines[2].flatMap({ MerkleHash(base64: $0) }) else {
            throw .notCheckpoint(path, 3, "'\(lines[2] ?? "no text")'", "32 bytes in Base64")
        }
        guard size > 0 || root == .empty else { throw .notCheckpoint(path, 3, "a root of entries", "the root of no entries: \(MerkleHash.empty.base64)") }
        self.init(origin: origin, size: size, root: root)
    }
}

extension Checkpoint {
    /// By bytes: two spellings of one letter are two logs.
    public static func == (left: Checkpoint, right: Checkpoint) -> Bool {
        left.size == right.size && left.root == right.root && left.origin.utf8.elementsEqual(right.origin.utf8)
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(size)
        hasher.combine(root)
    }
}

extension Diagnostic {
    fileprivate static func notCheckpoint(_ path: String, _ line: Int, _ found: String, _ expected: String) -> Self {
        Diagnostic(
            id: "checkpoint.malformed", severity: .error, location: TextLocation(path: path, line: line),
            message: "found \(found); expected \(expected) (C2SP tlog-checkpoint)", hint: "restore the checkpoint as it was issued")
    }
}
