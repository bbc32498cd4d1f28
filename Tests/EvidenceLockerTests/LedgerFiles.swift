import DurableStorage
import EvidenceModel
import StructuredText
import TestSupport
import Testing
import TransparencyLog

@testable import EvidenceLocker

/// The files of a locker's ledger, for tests that spoil them.
struct LedgerFiles {
    let folder: TemporaryFolder
    /// The locker's folder, relative to the temporary one.
    let locker: String

    init(_ folder: TemporaryFolder, _ locker: String = "l") {
        self.folder = folder
        self.locker = locker
    }

    var checkpoint: String { "\(locker)/ledger/checkpoint" }

    func head() throws -> Checkpoint { try #require(try TileLog(folder: folder.place("\(locker)/ledger")).head()).checkpoint }

    /// The file of the last bundle of entries.
    func bundle() throws -> String { "\(locker)/ledger/tile/entries/000.p/\(try head().size)" }

    /// The file of the last tile of hashes.
    func tile() throws -> String { "\(locker)/ledger/tile/0/000.p/\(try head().size)" }

    func entries() throws -> [[UInt8]] {
        var entries: [[UInt8]] = []
        try TileLog(folder: folder.place("\(locker)/ledger")).forEachEntry(from: 0, to: try head().size) { entries.append($1) }
        return entries
    }

    /// The entries as text.
    func text() throws -> String { try entries().map { String(decoding: $0, as: UTF8.self) }.joined(separator: "\n") }

    func node(_ index: Int) throws -> JSONNode { try #require(JSONParser.parse(try entries()[index], path: "entry").node) }

    /// A bundle's bytes: each entry after its length in two bytes.
    static func bytes(_ entries: [[UInt8]]) -> [UInt8] { entries.flatMap { [UInt8($0.count >> 8), UInt8($0.count & 255)] + $0 } }

    /// Puts other entries into the bundle, and leaves checkpoint and tiles as they are.
    func write(_ entries: [[UInt8]]) throws { try folder.write(Self.bytes(entries), to: try bundle()) }

    /// Puts a whole other ledger in place, as who can write all files and has no key would.
    func forge(_ entries: [[UInt8]], origin: String) throws {
        let other = try TemporaryFolder()
        try TileLog(folder: other.path).append(entries, origin: origin) { Array($0.text.utf8) }
        for name in try folder.snapshot("\(locker)/ledger").keys { try folder.remove(name) }
        for (name, bytes) in try other.snapshot() { try folder.write(bytes, to: "\(locker)/ledger/\(name)") }
    }

    /// What opening the locker to read ends with, if not with success.
    func opening(verifier: NoteKey? = nil) -> StorageFault? {
        do {
            _ = try Locker(reading: folder.place(locker), verifier: verifier)
            return nil
        } catch {
            return error as? StorageFault
        }
    }
}

/// Who signs ledgers in tests.
enum TestAuthor {
    static let origin = "locker.example.org/acme"
    static let seed = (0..<32).map { UInt8($0) }

    static func signed(origin: String = origin, seed: [UInt8] = seed, random: RandomSource = .system) throws -> LedgerAuthor {
        LedgerAuthor(origin: origin, signer: try NoteSigner(name: origin, seed: seed), seed: seed, random: random)
    }

    static func verifier(origin: String = origin, seed: [UInt8] = seed) throws -> NoteKey {
        try #require(try NoteSigner(name: origin, seed: seed).verifierKey)
    }
}
