import Diagnostics
import DurableStorage
import EvidenceModel
import Glibc
import Redaction
import StructuredText

/// What the locker knows about a sealed item and the ledger does not: the ledger holds blinded digests only, because a plain one lets short fields be guessed.
///
/// Kept in `sealed/ab/<blinded digest>.json`, readable by its owner alone. It never leaves the locker, and `retire` destroys it.
struct SealedRecord: Sendable {
    /// `sha256:…` of the artefact and of its reading.
    var digest: String
    var reading: String
    /// Bytes.
    var size: Int
    var basis: String?
    /// The blinds of artefact and reading, 32 bytes each: they show that the bytes give the ledger's blinded digests.
    var blind: [UInt8]
    var readingBlind: [UInt8]
    /// The seed that every salt follows from, 32 bytes: encrypted, or as it is where the ledger has no key.
    var seed: Seed
    /// What of the facts would tell what the source's rules hide: never printed in a pack.
    var withheld: [String]
    /// The names of facts that would tell it.
    var withheldFacts: [String]
    /// How the record was cut into segments.
    var segmentation: Value
    /// How often each rule of the source hides something.
    var redactions: [RedactionCount]

    enum Seed: Sendable {
        case encrypted([UInt8])
        case open([UInt8])
    }

    /// Whether the blinds follow from the seed, where it can be read without a key.
    var isConsistent: Bool {
        guard case .open(let bytes) = seed else { return true }
        return ItemSeed(bytes).map { $0.blind == blind && $0.ofReading.blind == readingBlind } ?? false
    }

    var value: Value {
        let (name, bytes) =
            switch seed {
            case .encrypted(let bytes): ("seed-encrypted", bytes)
            case .open(let bytes): ("seed", bytes)
            }
        return .object([
            ("schema", "dossier/sealed/1"), ("sha256", .string(digest)), ("reading", .string(reading)), ("size", .int(size)), ("basis", .text(basis)),
            ("blind", .string(BinaryText.hex(blind))), ("reading-blind", .string(BinaryText.hex(readingBlind))), (name, .string(BinaryText.base64(bytes))),
            ("segmentation", segmentation), ("withheld", .list(withheld.map { .string($0) })),
            ("withheld-facts", .list(withheldFacts.map { .string($0) })),
            (
                "redactions",
                .list(
                    redactions.map {
                        .object([
                            ("rule", .string($0.rule)), ("action", .string($0.action)), ("reason", .string($0.reason)), ("count", .int($0.count)),
                        ])
                    })
            ),
        ])
    }

    init(
        digest: String, reading: String, size: Int, basis: String?, blind: [UInt8], readingBlind: [UInt8], seed: Seed, segmentation: Value,
        withheld: [String], withheldFacts: [String],
        redactions: [RedactionCount]
    ) {
        self.digest = digest
        self.reading = reading
        self.size = size
        self.basis = basis
        self.blind = blind
        self.readingBlind = readingBlind
        self.seed = seed
        self.segmentation = segmentation
        self.withheld = withheld
        self.withheldFacts = withheldFacts
        self.redactions = redactions
    }

    /// What decides what leaves the house, bound to the ledger by a blinded digest of its own.
    var handling: String {
        let part = Value.object([
            ("redactions", value["redactions"]), ("segmentation", segmentation), ("withheld", value["withheld"]), ("withheld-facts", value["withheld-facts"]),
        ])
        return BlindedDigest.of(Array(part.canonicalJSON.utf8), blind: readingBlind)
    }

    init?(_ node: JSONNode) {
        guard let digest = node["sha256"]?.string, let reading = node["reading"]?.string, let size = node["size"]?.int,
            let blind = node["blind"]?.string.flatMap({ BinaryText.bytes(hex: $0) }),
            let readingBlind = node["reading-blind"]?.string.flatMap({ BinaryText.bytes(hex: $0) })
        else { return nil }
        self.digest = digest
        self.reading = reading
        self.size = size
        basis = node["basis"]?.string
        self.blind = blind
        self.readingBlind = readingBlind
        if let encrypted = node["seed-encrypted"]?.string.flatMap({ BinaryText.bytes(base64: $0) }) {
            seed = .encrypted(encrypted)
        } else if let open = node["seed"]?.string.flatMap({ BinaryText.bytes(base64: $0) }) {
            seed = .open(open)
        } else {
            return nil
        }
        guard let cut = node["segmentation"], let segmentation = try? CanonicalJSON.value(of: cut, path: "segmentation") else { return nil }
        self.segmentation = segmentation
        withheld = (node["withheld"]?.array ?? []).compactMap(\.string)
        withheldFacts = (node["withheld-facts"]?.array ?? []).compactMap(\.string)
        redactions = (node["redactions"]?.array ?? []).compactMap { row in
            guard let rule = row["rule"]?.string, let action = row["action"]?.string, let reason = row["reason"]?.string, let count = row["count"]?.int else {
                return nil
            }
            return RedactionCount(rule: rule, action: action, reason: reason, count: count)
        }
    }
}

/// The folder of sealed records.
struct SealedStore: Sendable {
    /// The locker's folder.
    let root: String

    func path(of blinded: String) -> String? {
        guard blinded.utf8.count == 64, BinaryText.bytes(hex: blinded) != nil else { return nil }
        return "\(root)/sealed/\(blinded.prefix(2))/\(blinded.dropFirst(2)).json"
    }

    /// - Parameter blinded: the blinded digest, in hexadecimal digits.
    func record(_ blinded: String) throws -> SealedRecord {
        guard let path = path(of: blinded) else { throw StorageFault.altered(root, "'\(blinded)' is no blinded digest") }
        guard access(path, F_OK) == 0 else { throw StorageFault.altered(path, "the private record of a sealed item is not in the locker") }
        guard let node = JSONParser.parse(try readPrefix(of: FileStream(path: path), limit: 1 << 24), path: path).node, let record = SealedRecord(node) else {
            throw StorageFault.altered(path, "the private record of a sealed item is not in a form that this version knows")
        }
        return record
    }

    /// The blinded digests of all records.
    func all() throws -> [String] {
        try StoredFolder.names(in: "\(root)/sealed").flatMap { part in
            try StoredFolder.names(in: "\(root)/sealed/\(part)").filter { $0.hasSuffix(".json") }.map { part + $0.dropLast(5) }
        }
    }

    func exists(_ blinded: String) -> Bool { path(of: blinded).map { access($0, F_OK) == 0 } ?? false }

    func put(_ record: SealedRecord, blinded: String) throws {
        guard let path = path(of: blinded) else { throw StorageFault.altered(root, "'\(blinded)' is no blinded digest") }
        for folder in ["\(root)/sealed", "\(root)/sealed/\(blinded.prefix(2))"] where mkdir(folder, 0o700) != 0 && errno != EEXIST {
            throw StorageFault.system("cannot create the folder", folder, errno)
        }
        try DurableFile.write(Array(record.value.prettyJSON.utf8), to: path, mode: 0o600)
    }

    func remove(_ blinded: String) throws {
        guard let path = path(of: blinded) else { return }
        if unlink(path) != 0, errno != ENOENT { throw StorageFault.system("cannot delete", path, errno) }
    }
}
