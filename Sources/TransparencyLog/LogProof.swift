public import Diagnostics
import StructuredText

/// The proof that one entry is in a log, in one file (`c2sp.org/tlog-proof@v1`): index, hashes and the checkpoint, nothing of other entries.
public struct LogProof: Hashable, Sendable {
    static let firstLine = "c2sp.org/tlog-proof@v1"

    /// From 0.
    public var index: Int
    /// The leaf's sibling first.
    public var hashes: [MerkleHash]
    /// The checkpoint file verbatim: a signed note, or the bare text of a head that nobody signed.
    public var checkpoint: [UInt8]
    /// What nothing authenticates, where the file has it.
    public var extra: [UInt8]?

    public init(index: Int, hashes: [MerkleHash], checkpoint: [UInt8], extra: [UInt8]? = nil) {
        self.index = index
        self.hashes = hashes
        self.checkpoint = checkpoint
        self.extra = extra
    }

    /// The file's bytes.
    public var bytes: [UInt8] {
        var lines = [Self.firstLine]
        if let extra { lines.append("extra \(BinaryText.base64(extra))") }
        lines.append("index \(index)")
        lines += hashes.map(\.base64)
        return Array((lines.joined(separator: "\n") + "\n\n").utf8) + checkpoint
    }

    /// Reads the file strictly.
    /// - Throws: a `Diagnostic` with the line that is not as it should be.
    public static func parse(_ bytes: [UInt8], path: String) throws(Diagnostic) -> LogProof {
        let parts = try proofLines(bytes, path: path)
        var lines = parts.lines
        guard lines.first == firstLine else { throw .malformed(path, 1, expected: "'\(firstLine)'") }
        lines.removeFirst()
        var line = 2
        var extra: [UInt8]?
        if let text = lines.first, text.hasPrefix("extra ") {
            guard let bytes = BinaryText.bytes(base64: String(text.dropFirst(6))) else { throw .malformed(path, line, expected: "'extra' and Base64") }
            extra = bytes
            lines.removeFirst()
            line += 1
        }
        guard let text = lines.first, text.hasPrefix("index "), let index = number(String(text.dropFirst(6))) else {
            throw .malformed(path, line, expected: "'index' and a number")
        }
        lines.removeFirst()
        var hashes: [MerkleHash] = []
        for text in lines {
            line += 1
            guard let hash = MerkleHash(base64: text), hashes.count < 63 else {
                throw .malformed(path, line, expected: "at most 63 hashes of 32 bytes in Base64")
            }
            hashes.append(hash)
        }
        return LogProof(index: index, hashes: hashes, checkpoint: parts.rest, extra: extra)
    }

    /// Whether the proof shows that an entry stands at its index of the tree that the checkpoint is the head of.
    public func holds(entry: [UInt8], in checkpoint: Checkpoint) -> Bool {
        MerkleProof.holdsInclusion(leaf: .leaf(entry), index: index, size: checkpoint.size, proof: hashes, root: checkpoint.root)
    }
}

/// The proof that a log only grew, in one file (the body of C2SP tlog-witness): the old size, hashes, and the new checkpoint.
public struct ConsistencyFile: Hashable, Sendable {
    public var old: Int
    public var hashes: [MerkleHash]
    /// The new checkpoint file verbatim.
    public var checkpoint: [UInt8]

    public init(old: Int, hashes: [MerkleHash], checkpoint: [UInt8]) {
        self.old = old
        self.hashes = hashes
        self.checkpoint = checkpoint
    }

    public var bytes: [UInt8] { Array((["old \(old)"] + hashes.map(\.base64)).map { $0 + "\n" }.joined().utf8) + [0x0A] + checkpoint }

    /// Reads the file strictly.
    /// - Throws: a `Diagnostic` with the line that is not as it should be.
    public static func parse(_ bytes: [UInt8], path: String) throws(Diagnostic) -> ConsistencyFile {
        let (lines, rest) = try proofLines(bytes, path: path)
        guard let first = lines.first, first.hasPrefix("old "), let old = number(String(first.dropFirst(4))) else {
            throw .malformed(path, 1, expected: "'old' and a number")
        }
        var hashes: [MerkleHash] = []
        for (place, text) in lines.dropFirst().enumerated() {
            guard let hash = MerkleHash(base64: text), hashes.count < 63 else {
                throw .malformed(path, place + 2, expected: "at most 63 hashes of 32 bytes in Base64")
            }
            hashes.append(hash)
        }
        return ConsistencyFile(old: old, hashes: hashes, checkpoint: rest)
    }
}

/// The lines before the first empty line, and the bytes behind it.
private func proofLines(_ bytes: [UInt8], path: String) throws(Diagnostic) -> (lines: [String], rest: [UInt8]) {
    var lines: [String] = []
    var start = 0
    for at in bytes.indices where bytes[at] == 0x0A {
        if at == start { return (lines, Array(bytes[(at + 1)...])) }
        guard let line = String(validating: bytes[start..<at], as: UTF8.self), lines.count < 70, line.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else {
            throw .malformed(path, lines.count + 1, expected: "lines of plain text, at most 70")
        }
        lines.append(line)
        start = at + 1
    }
    throw .malformed(path, lines.count + 1, expected: "an empty line with the checkpoint behind it")
}

/// A number without sign and leading zero.
private func number(_ text: String) -> Int? {
    guard let value = Int(text), value >= 0, String(value) == text else { return nil }
    return value
}

extension Diagnostic {
    fileprivate static func malformed(_ path: String, _ line: Int, expected: String) -> Self {
        Diagnostic(
            id: "proof.malformed", severity: .error, location: TextLocation(path: path, line: line),
            message: "the line is not what a proof has there; expected \(expected)", hint: "restore the proof as it was issued")
    }
}
