import Diagnostics
import DurableStorage
import StructuredText
import TestSupport
import TransparencyLog

/// The published example: eight leaves, the roots of their ranges, and a log of three entries with its keys.
enum Vectors {
    static let leaves = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"].map {
        BinaryText.bytes(hex: $0) ?? []
    }

    private static let rangeText = """
        0-1 6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d
        1-2 96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7
        2-3 0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7
        3-4 07506a85fd9dd2f120eb694f86011e5bb4662e5c415a62917033d4a9624487e7
        4-5 bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b
        5-6 4271a26be0d8a84f0bd54c8c302e7cb3a3b5d1fa6780a40bcce2873477dab658
        6-7 b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f
        7-8 46f6ffadd3d06a09ff3c5860d2755c8b9819db7df44251788c7d8e3180de8eb1
        0-2 fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125
        2-4 5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e
        4-6 0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a
        6-8 ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0
        0-3 aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77
        4-7 837dbb152e9b079010717e84e865da4ebc0fa198a806d59d31bf15accef22d0e
        0-4 d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7
        4-8 6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4
        0-5 4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4
        0-6 76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef
        0-7 ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c
        0-8 5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328
        """

    /// The root of each published range, by its name such as `2-4`.
    static let ranges: [String: String] = Dictionary(
        rangeText.split(separator: "\n").map { line in (String(line.prefix(3)), String(line.dropFirst(4))) }, uniquingKeysWith: { first, _ in first })

    /// Proofs by size: `index: ranges; …`.
    static let inclusion: [(size: Int, text: String)] = [
        (1, "0:"),
        (2, "0: 1-2; 1: 0-1"),
        (3, "0: 1-2 2-3; 1: 0-1 2-3; 2: 0-2"),
        (4, "0: 1-2 2-4; 1: 0-1 2-4; 2: 3-4 0-2; 3: 2-3 0-2"),
        (5, "0: 1-2 2-4 4-5; 1: 0-1 2-4 4-5; 2: 3-4 0-2 4-5; 3: 2-3 0-2 4-5; 4: 0-4"),
        (6, "0: 1-2 2-4 4-6; 1: 0-1 2-4 4-6; 2: 3-4 0-2 4-6; 3: 2-3 0-2 4-6; 4: 5-6 0-4; 5: 4-5 0-4"),
        (7, "0: 1-2 2-4 4-7; 1: 0-1 2-4 4-7; 2: 3-4 0-2 4-7; 3: 2-3 0-2 4-7; 4: 5-6 6-7 0-4; 5: 4-5 6-7 0-4; 6: 4-6 0-4"),
        (8, "0: 1-2 2-4 4-8; 1: 0-1 2-4 4-8; 2: 3-4 0-2 4-8; 3: 2-3 0-2 4-8; 4: 5-6 6-8 0-4; 5: 4-5 6-8 0-4; 6: 7-8 4-6 0-4; 7: 6-7 4-6 0-4"),
    ]

    static let consistency: [(size: Int, text: String)] = [
        (2, "1: 1-2"),
        (3, "1: 1-2 2-3; 2: 2-3"),
        (4, "1: 1-2 2-4; 2: 2-4; 3: 2-3 3-4 0-2"),
        (5, "1: 1-2 2-4 4-5; 2: 2-4 4-5; 3: 2-3 3-4 0-2 4-5; 4: 4-5"),
        (6, "1: 1-2 2-4 4-6; 2: 2-4 4-6; 3: 2-3 3-4 0-2 4-6; 4: 4-6; 5: 4-5 5-6 0-4"),
        (7, "1: 1-2 2-4 4-7; 2: 2-4 4-7; 3: 2-3 3-4 0-2 4-7; 4: 4-7; 5: 4-5 5-6 6-7 0-4; 6: 4-6 6-7 0-4"),
        (8, "1: 1-2 2-4 4-8; 2: 2-4 4-8; 3: 2-3 3-4 0-2 4-8; 4: 4-8; 5: 4-5 5-6 6-8 0-4; 6: 4-6 6-8 0-4; 7: 6-7 7-8 4-6 0-4"),
    ]

    /// The proofs of a line: the number before the colon, and the hashes of the ranges behind it.
    static func proofs(_ text: String) -> [(number: Int, hashes: [String])] {
        text.split(separator: ";").map { part in
            let sides = part.split(separator: ":", omittingEmptySubsequences: false)
            let number = sides.first.flatMap { Int($0.filter { $0 != " " }) } ?? -1
            return (number, (sides.last ?? "").split(separator: " ").map { ranges[String($0)] ?? "no such range" })
        }
    }

    // MARK: The example log

    static let origin = "locker.example.org/acme"
    static let logSeed = Array(UInt8(0)...0x1F)
    static let witnessSeed = Array(UInt8(0x20)...0x3F)
    static let logKey = "locker.example.org/acme+d99e438e+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
    static let witnessKey = "witness.example.org/w1+f3c080b6+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X"

    static let entries = [
        #"{"at":"2026-07-02T08:00:00Z","item":{"class":"internal","kind":"drift-report","#
            + #""sha256":"f4eab126b08a3127cdee762278b83c412d66583acfd8a3b914b6ee8a25f0cac5"},"#
            + #""nonce":"000102030405060708090a0b0c0d0e0f","type":"item","v":1}"#,
        #"{"at":"2026-07-02T08:00:01Z","item":{"blinded":"bcc7ca483673f8bcb039785a2767c041467027333c244dc1536b599a83f76053","#
            + #""class":"personal","commit":{"root":"8866408a6b79ee76a6661c4cc2b542773e1ce2d7363b9bd7e71d81e126ff9bea","#
            + #""scheme":"dossier/seg1","segments":5},"kind":"consent"},"nonce":"101112131415161718191a1b1c1d1e1f","type":"item","v":1}"#,
        #"{"at":"2026-10-01T09:00:00Z","nonce":"202122232425262728292a2b2c2d2e2f","#
            + #""text-sha256":"e3da6e8096da2b5c29d11195617873fbddc0a134a5c669142636f8aa7df0e2a8","type":"attestation","v":1,"who":"officer"}"#,
    ].map { Array($0.utf8) }

    static let leafHashes = [
        "f8699fbe62daf82d320b28820ad47b25c51f8c92dfbc140123e1f90cf2052f36", "2b4262970d77ea37b8ecfcfdca4f7f411106b5389540d81660a58701b7052f95",
        "a08e3f9b589f021d5747341c6ccfa29e83e9c8a345ed89bb5738dec7a91dd131",
    ]
    static let root = "67fb37d349020c56142a8ed58c1c6b9f18aeade806b88b32df19a5bdbfd71956"

    static let body = "locker.example.org/acme\n3\nZ/s300kCDFYUKo7VjBxrnxiuregGuIsy3xmlvb/XGVY=\n"
    static let logLine =
        "\u{2014} locker.example.org/acme 2Z5Djs4vrbVriFLBTd8cbcPGrJwK5sQyx4ATIwEtrf2cs7MoZWCuLpgk3+d5j1Z8gB55tPlwTcQoTclD08dNiDTHKA4=\n"
    static let witnessLine =
        "\u{2014} witness.example.org/w1 "
        + "88CAtgAAAABqvaKAP+YBstNilv0FMlRuj28U76lyjvPLzMFyTFfsHV6Mr9S25XPAHPpnsef4Kmyr4qvo8DmTcoH0YRwT+WlIYhk6Bw==\n"
    static let checkpoint = Array("\(body)\n\(logLine)".utf8)

    static let proof =
        Array(
            ("c2sp.org/tlog-proof@v1\nindex 1\n+GmfvmLa+C0yCyiCCtR7JcUfjJLfvBQBI+H5DPIFLzY=\n" + "oI4/m1ifAh1XRzQcbM+inoPpyKNF7Ym7Vzjex6kd0TE=\n\n").utf8)
        + checkpoint

    static func signer() throws -> NoteSigner { try NoteSigner(name: origin, seed: logSeed) }
}

/// Entries of a few bytes, each different, with an empty one among them.
func testEntry(_ index: Int) -> [UInt8] { index == 5 ? [] : Array("entry \(index)".utf8) }

/// A tree as the definition says it, without any of the library's shortcuts.
struct NaiveTree {
    var leaves: [MerkleHash]

    init(_ entries: [[UInt8]]) { leaves = entries.map(MerkleHash.leaf) }

    func root(_ low: Int, _ high: Int) -> MerkleHash {
        if low == high { return .empty }
        if high - low == 1 { return leaves[low] }
        let middle = split(low, high)
        return .node(root(low, middle), root(middle, high))
    }

    func inclusion(_ index: Int, _ low: Int, _ high: Int) -> [MerkleHash] {
        if high - low == 1 { return [] }
        let middle = split(low, high)
        return index < middle ? inclusion(index, low, middle) + [root(middle, high)] : inclusion(index, middle, high) + [root(low, middle)]
    }

    func consistency(_ old: Int, _ low: Int, _ high: Int, isWhole: Bool = true) -> [MerkleHash] {
        if old == high { return isWhole ? [] : [root(low, high)] }
        let middle = split(low, high)
        return old <= middle
            ? consistency(old, low, middle, isWhole: isWhole) + [root(middle, high)] : consistency(old, middle, high, isWhole: false) + [root(low, middle)]
    }

    private func split(_ low: Int, _ high: Int) -> Int {
        var power = 1
        while power * 2 < high - low { power *= 2 }
        return low + power
    }
}

/// A log in a folder of its own.
struct TestLog {
    let folder: TemporaryFolder
    static let origin = "log.example.org/test"

    init() throws { folder = try TemporaryFolder() }

    var path: String { folder.place("log") }
    /// A log as another process would open it.
    var fresh: TileLog { TileLog(folder: path) }

    static func bare(_ checkpoint: Checkpoint) -> [UInt8] { Array(checkpoint.text.utf8) }

    @discardableResult
    func append(_ range: Range<Int>, to log: TileLog? = nil) throws -> Checkpoint {
        try (log ?? fresh).append(range.map(testEntry), origin: Self.origin, publish: Self.bare)
    }

    /// The place in the text of a fault that a check finds, relative to the log.
    func damage(_ body: () throws -> Void) throws -> String? {
        do {
            try body()
            return nil
        } catch let fault as StorageFault {
            let place = fault.diagnostic.location?.path ?? ""
            return place.hasPrefix(path + "/") ? String(place.dropFirst(path.count + 1)) : place
        }
    }
}
