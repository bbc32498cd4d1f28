import BagArchives
import Diagnostics
import DurableStorage
import EvidenceBundles
import Foundation
import Glibc
import Signatures
import StructuredText

/// Flips one bit after the other in copies of a good bundle, and checks each copy: `flip-bundle BUNDLE.zip TRUST.yaml EVERY`.
///
/// EVERY is 1 for all bits of every byte, or a step of bytes of which one bit each is flipped, in turn. Ends with 1 when a flipped bundle is accepted.
@main
enum FlipBundle {
    struct Counts {
        var form = 0
        var checksums = 0
        var verification = 0
        var accepted: [(place: Int, bit: Int)] = []
    }

    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 4, let every = Int(arguments[3]), every > 0 else {
            print("usage: flip-bundle BUNDLE.zip TRUST.yaml EVERY")
            exit(64)
        }
        let bytes = try readPrefix(of: FileStream(path: arguments[1]), limit: 1 << 30)
        let trust = try TrustFile.parse(try readPrefix(of: FileStream(path: arguments[2]), limit: 1 << 22), path: arguments[2])
        let now = Int(Date().timeIntervalSince1970)
        let places = Array(stride(from: 0, to: bytes.count, by: every))
        let halves = [0, 1].map { worker in places.enumerated().filter { $0.offset % 2 == worker }.map(\.element) }
        let counts = try await withThrowingTaskGroup(of: Counts.self) { group in
            for half in halves { group.addTask { try await run(bytes, half, every: every, trust, now) } }
            var all = Counts()
            for try await part in group {
                all.form += part.form
                all.checksums += part.checksums
                all.verification += part.verification
                all.accepted += part.accepted
            }
            return all
        }
        let total = counts.form + counts.checksums + counts.verification + counts.accepted.count
        print(
            "\(bytes.count) bytes, \(total) flips: \(counts.form) refused by the form, \(counts.checksums) by checksums, "
                + "\(counts.verification) by other checks, \(counts.accepted.count) accepted")
        for (place, bit) in counts.accepted.prefix(20) { print("  accepted: byte \(place), bit \(bit)") }
        if !counts.accepted.isEmpty || total == 0 { exit(1) }
    }

    private static func run(_ bytes: [UInt8], _ places: [Int], every: Int, _ trust: TrustFile, _ now: Int) async throws -> Counts {
        let path = "\(FileManager.default.temporaryDirectory.path)/flip-bundle.\(getpid()).\(places.first ?? 0).zip"
        try DurableFile.write(bytes, to: path)
        defer { unlink(path) }
        let file = open(path, O_RDWR | O_CLOEXEC)
        defer { close(file) }
        var counts = Counts()
        for (turn, place) in places.enumerated() {
            for bit in every == 1 ? Array(0..<8) : [turn % 8] {
                var flipped = bytes[place] ^ (1 << UInt8(bit))
                pwrite(file, &flipped, 1, off_t(place))
                try await check(path, place, bit, trust, now, &counts)
            }
            var good = bytes[place]
            pwrite(file, &good, 1, off_t(place))
        }
        return counts
    }

    private static func check(_ path: String, _ place: Int, _ bit: Int, _ trust: TrustFile, _ now: Int, _ counts: inout Counts) async throws {
        let source: PlainZipReader
        do { source = try PlainZipReader(path: path) } catch {
            counts.form += 1
            return
        }
        let names = SignatureNames(required: [BundleLayout.envelope], optional: [BundleLayout.timestamp])
        if !BagCheck(source, signatures: names, cores: 1).findings.isEmpty {
            counts.checksums += 1
            return
        }
        let options = VerifierOptions(trust: try VerifierTrust(trust), now: now, cores: 1)
        if await BundleVerifier(options).verify(source).verdict == .good {
            counts.accepted.append((place, bit))
        } else {
            counts.verification += 1
        }
    }
}
