import ArgumentParser

/// How the program ends. The one place where exit codes are given out; no code is ever reused.
enum ExitStatus: Int32 {
    /// It ran, something was evaluated, and nothing at or above the threshold is open.
    case success = 0
    /// Gaps at or above the threshold.
    case gaps = 1
    /// Something was altered, or a signature that must exist is absent or wrong.
    case integrity = 3
    case nothingEvaluated = 4
    /// A source or file could not be read.
    case incomplete = 5
    case usage = 64
    case badInput = 65
    case missingInput = 66
    case ownFault = 70
    case cannotCreate = 73
    case inputOutput = 74

    /// When several hold: integrity, incomplete, nothing evaluated, gaps.
    static func worst(_ statuses: [ExitStatus]) -> ExitStatus {
        let order: [ExitStatus] = [.integrity, .incomplete, .nothingEvaluated, .gaps]
        return order.first { statuses.contains($0) } ?? .success
    }

    /// Ends the program with this status; nothing is thrown for success.
    func finish() throws {
        if self != .success { throw ExitCode(rawValue) }
    }
}
