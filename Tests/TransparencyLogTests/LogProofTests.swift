import Diagnostics
import Testing

@testable import TransparencyLog

@Suite struct LogProofTests {
    /// What a reader with the log's key and the entry concludes.
    private func holds(_ bytes: [UInt8], entry: [UInt8] = Vectors.entries[1]) -> Bool {
        guard let key = try? NoteKey(Vectors.logKey), let proof = try? LogProof.parse(bytes, path: "proof"),
            let note = try? SignedNote(parsing: proof.checkpoint, path: "proof"),
            (try? note.verify(with: [key], path: "proof")) == [.good(time: nil)],
            let checkpoint = try? Checkpoint(parsing: Array(note.text.utf8), path: "proof"), checkpoint.origin.utf8.elementsEqual(Vectors.origin.utf8)
        else { return false }
        return proof.holds(entry: entry, in: checkpoint)
    }

    @Test func `The example proof is read, holds, and is written back byte for byte`() throws {
        let proof = try LogProof.parse(Vectors.proof, path: "proof")
        #expect(proof.index == 1)
        #expect(proof.hashes.map(\.hex) == [Vectors.leafHashes[0], Vectors.leafHashes[2]])
        #expect(proof.checkpoint == Vectors.checkpoint)
        #expect(proof.extra == nil)
        #expect(proof.bytes == Vectors.proof)
        #expect(holds(Vectors.proof))
    }

    @Test func `The example proof shows no other entry`() {
        #expect(!holds(Vectors.proof, entry: Vectors.entries[0]))
        #expect(!holds(Vectors.proof, entry: Vectors.entries[2]))
        #expect(!holds(Vectors.proof, entry: Vectors.entries[1] + [0x20]))
    }

    @Test func `Every single-bit flip of the example proof is refused`() {
        var refused = 0
        for bit in 0..<(Vectors.proof.count * 8) {
            var bytes = Vectors.proof
            bytes[bit / 8] ^= 1 << (bit % 8)
            if !holds(bytes) { refused += 1 } else { Issue.record("bit \(bit)") }
        }
        #expect(refused == Vectors.proof.count * 8)
    }

    @Test func `Every cut of the example proof is refused`() {
        for count in Vectors.proof.indices where holds(Array(Vectors.proof.prefix(count))) { Issue.record("\(count) bytes") }
        #expect(!holds(Vectors.proof + [0x0A]))
        #expect(!holds(Vectors.proof + Vectors.proof))
    }

    @Test func `What nothing authenticates is kept`() throws {
        var proof = try LogProof.parse(Vectors.proof, path: "proof")
        proof.extra = [1, 2, 3]
        #expect(String(decoding: proof.bytes, as: UTF8.self).hasPrefix("c2sp.org/tlog-proof@v1\nextra AQID\nindex 1\n"))
        #expect(try LogProof.parse(proof.bytes, path: "proof") == proof)
        #expect(holds(proof.bytes))
    }

    @Test func `A proof of the only entry has no hashes`() throws {
        let checkpoint = Checkpoint(origin: "log", size: 1, root: .leaf([1]))
        let proof = LogProof(index: 0, hashes: [], checkpoint: Array(checkpoint.text.utf8))
        #expect(String(decoding: proof.bytes, as: UTF8.self) == "c2sp.org/tlog-proof@v1\nindex 0\n\n\(checkpoint.text)")
        let read = try LogProof.parse(proof.bytes, path: "proof")
        #expect(read.holds(entry: [1], in: checkpoint))
        #expect(!read.holds(entry: [2], in: checkpoint))
    }

    private static let hash = "+GmfvmLa+C0yCyiCCtR7JcUfjJLfvBQBI+H5DPIFLzY=\n"
    static let malformed: [(text: String, line: Int)] = [
        ("", 1), ("c2sp.org/tlog-proof@v1\n", 2), ("c2sp.org/tlog-proof@v2\nindex 1\n\n", 1), ("index 1\n\n", 1), ("\n", 1), ("c2sp.org/tlog-proof@v1\n\n", 2),
        ("c2sp.org/tlog-proof@v1\r\nindex 1\r\n\r\n", 1), ("c2sp.org/tlog-proof@v1 \nindex 1\n\n", 1), ("c2sp.org/tlog-proof@v1\nindex -1\n\n", 2),
        ("c2sp.org/tlog-proof@v1\nindex 01\n\n", 2), ("c2sp.org/tlog-proof@v1\nindex +1\n\n", 2), ("c2sp.org/tlog-proof@v1\nindex  1\n\n", 2),
        ("c2sp.org/tlog-proof@v1\nindex 1 \n\n", 2), ("c2sp.org/tlog-proof@v1\nindex \n\n", 2), ("c2sp.org/tlog-proof@v1\nindex 9223372036854775808\n\n", 2),
        ("c2sp.org/tlog-proof@v1\nINDEX 1\n\n", 2), ("c2sp.org/tlog-proof@v1\nindex 1\nextra AQID\n\n", 3),
        ("c2sp.org/tlog-proof@v1\nextra AQI\nindex 1\n\n", 2),
        ("c2sp.org/tlog-proof@v1\nextra AQJ=\nindex 1\n\n", 2), ("c2sp.org/tlog-proof@v1\nextra AQID\nextra AQID\nindex 1\n\n", 3),
        ("c2sp.org/tlog-proof@v1\nindex 1\nAAAA\n\n", 3), ("c2sp.org/tlog-proof@v1\nindex 1\n\(hash) \n\n", 4),
        ("c2sp.org/tlog-proof@v1\nindex 1\nindex 1\n\n", 3),
        ("c2sp.org/tlog-proof@v1\nindex 1\n\(hash.replacing("zY=", with: "zZ="))\n", 3), ("c2sp.org/tlog-proof@v1\nindex é\n\n", 2),
        ("c2sp.org/tlog-proof@v1\nindex 1\n" + String(repeating: hash, count: 64) + "\n", 66),
        ("c2sp.org/tlog-proof@v1\nindex 1\n" + String(repeating: hash, count: 80) + "\n", 71),
    ]

    @Test(arguments: malformed)
    func `A malformed proof is refused at its line`(text: String, line: Int) {
        let error = #expect(throws: Diagnostic.self) { try LogProof.parse(Array(text.utf8), path: "proof") }
        #expect(error?.id == "proof.malformed")
        #expect(error?.location?.line == line, "\(text)")
    }

    @Test func `The most hashes that a proof may have are read`() throws {
        let text = "c2sp.org/tlog-proof@v1\nindex 1\n" + String(repeating: Self.hash, count: 63) + "\n"
        #expect(try LogProof.parse(Array(text.utf8), path: "proof").hashes.count == 63)
    }
}

@Suite struct ConsistencyFileTests {
    private let tree = NaiveTree(Vectors.entries)

    private func holds(_ bytes: [UInt8], oldRoot: MerkleHash) -> Bool {
        guard let key = try? NoteKey(Vectors.logKey), let file = try? ConsistencyFile.parse(bytes, path: "growth"),
            let note = try? SignedNote(parsing: file.checkpoint, path: "growth"),
            (try? note.verify(with: [key], path: "growth")) == [.good(time: nil)],
            let new = try? Checkpoint(parsing: Array(note.text.utf8), path: "growth"), file.old == 2
        else { return false }
        return MerkleProof.holdsConsistency(from: file.old, to: new.size, proof: file.hashes, oldRoot: oldRoot, newRoot: new.root)
    }

    private func example() -> ConsistencyFile { ConsistencyFile(old: 2, hashes: tree.consistency(2, 0, 3), checkpoint: Vectors.checkpoint) }

    @Test func `A file is written, read and holds`() throws {
        let file = example()
        let text = "old 2\noI4/m1ifAh1XRzQcbM+inoPpyKNF7Ym7Vzjex6kd0TE=\n\n"
        #expect(file.bytes == Array(text.utf8) + Vectors.checkpoint)
        #expect(try ConsistencyFile.parse(file.bytes, path: "growth") == file)
        #expect(holds(file.bytes, oldRoot: tree.root(0, 2)))
        #expect(!holds(file.bytes, oldRoot: tree.root(0, 1)))
    }

    @Test func `Every single-bit flip and every cut is refused`() {
        let bytes = example().bytes
        let oldRoot = tree.root(0, 2)
        for bit in 0..<(bytes.count * 8) {
            var changed = bytes
            changed[bit / 8] ^= 1 << (bit % 8)
            if holds(changed, oldRoot: oldRoot) { Issue.record("bit \(bit)") }
        }
        for count in bytes.indices where holds(Array(bytes.prefix(count)), oldRoot: oldRoot) { Issue.record("\(count) bytes") }
        #expect(holds(bytes, oldRoot: oldRoot))
    }

    @Test(arguments: [
        ("", 1), ("old 2\n", 2), ("old\n\n", 1), ("old 02\n\n", 1), ("old -2\n\n", 1), ("Old 2\n\n", 1), ("new 2\n\n", 1), ("old 2\nAAAA\n\n", 2),
        ("old 2\r\n\n", 1), ("\nold 2\n", 1),
        ("old 2\n" + String(repeating: "oI4/m1ifAh1XRzQcbM+inoPpyKNF7Ym7Vzjex6kd0TE=\n", count: 64) + "\n", 65),
    ])
    func `A malformed file is refused at its line`(text: String, line: Int) {
        let error = #expect(throws: Diagnostic.self) { try ConsistencyFile.parse(Array(text.utf8), path: "growth") }
        #expect(error?.location?.line == line, "\(text)")
    }
}
