import Glibc
import TransparencyLog

/// Measures a log on disk: `ledger-benchmark FOLDER COUNT`. The folder must not be there yet.
@main
enum LedgerBenchmark {
    static let batch = 4096
    static let rounds = 200

    static func main() {
        let arguments = CommandLine.arguments
        guard arguments.count == 3, let count = Int(arguments[2]), count > 0, access(arguments[1], F_OK) != 0 else {
            complain("usage: ledger-benchmark FOLDER COUNT, with a folder that is not there yet")
            exit(64)
        }
        do {
            try measure(folder: arguments[1], count: count)
        } catch {
            complain("\(error)")
            exit(1)
        }
    }

    static func complain(_ text: String) {
        let bytes = Array("\(text)\n".utf8)
        write(STDERR_FILENO, bytes, bytes.count)
    }

    static func measure(folder: String, count: Int) throws {
        let origin = "benchmark.example.org/log"
        let signer = try NoteSigner(name: origin, seed: Array(0..<32))
        let publish = { (checkpoint: Checkpoint) in try signer.sign(checkpoint.text).bytes }
        var random = SplitMix(state: 1)
        let made = try milliseconds {
            let log = TileLog(folder: folder)
            for start in stride(from: 0, to: count, by: batch) {
                try log.append((start..<min(start + batch, count)).map(entry), origin: origin, publish: publish)
            }
        }
        print("made \(count) entries in batches of \(batch): \(rounded(made / 1000)) s")

        // What making the log left to write would be measured with the first appends.
        sync()
        // Each round is a process of its own as far as the log goes: nothing is in memory yet.
        var appends: [Double] = []
        for round in 0..<rounds {
            appends.append(try milliseconds { try TileLog(folder: folder).append([entry(count + round)], origin: origin, publish: publish) })
        }
        report("append, signed", appends)

        let size = count + rounds
        var proofs: [Double] = []
        for _ in 0..<rounds {
            let index = Int(truncatingIfNeeded: random.next() >> 1) % size
            var proof: [MerkleHash] = []
            var head: Checkpoint?
            proofs.append(
                try milliseconds {
                    let log = TileLog(folder: folder)
                    head = try log.head()?.checkpoint
                    proof = try log.inclusionProof(of: index, in: size)
                })
            guard let head, MerkleProof.holdsInclusion(leaf: .leaf(entry(index)), index: index, size: size, proof: proof, root: head.root) else {
                throw Failure.wrongProof(index)
            }
        }
        report("inclusion proof", proofs)
        print("check of the whole log: \(rounded(try milliseconds { try TileLog(folder: folder).check() } / 1000)) s")
        print("peak resident memory: \(peakMemory()) MB")
    }

    enum Failure: Error { case wrongProof(Int) }

    /// About 600 bytes, as a ledger's entries have.
    static func entry(_ index: Int) -> [UInt8] {
        var random = SplitMix(state: UInt64(index))
        var text = "{\"at\":\"2026-07-02T08:00:00Z\",\"number\":\(index),\"bytes\":\""
        while text.utf8.count < 600 { text += String(random.next(), radix: 16) }
        return Array((text + "\"}").utf8)
    }

    static func milliseconds(_ body: () throws -> Void) rethrows -> Double {
        let duration = try ContinuousClock().measure(body).components
        return Double(duration.seconds) * 1e3 + Double(duration.attoseconds) / 1e15
    }

    static func report(_ what: String, _ times: [Double]) {
        let sorted = times.sorted()
        print("\(what): median \(rounded(sorted[sorted.count / 2])) ms, p99 \(rounded(sorted[sorted.count * 99 / 100])) ms")
    }

    static func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }

    /// MB of 10⁶ bytes.
    static func peakMemory() -> Int {
        var usage = rusage()
        getrusage(numericCast(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss * 1024 / 1_000_000
    }
}

/// A generator whose numbers are the same in every run.
struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
