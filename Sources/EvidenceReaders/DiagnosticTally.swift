import Diagnostics

/// Gathers the diagnostics of one file: at most so many of one id are kept, the rest are counted.
struct DiagnosticTally {
    /// So many of one id are listed.
    static let limit = 20

    private var kept: [Diagnostic] = []
    private var counts: [String: Int] = [:]

    mutating func add(_ diagnostic: Diagnostic) {
        counts[diagnostic.id, default: 0] += 1
        if counts[diagnostic.id, default: 0] <= Self.limit { kept.append(diagnostic) }
    }

    mutating func add(_ diagnostics: some Sequence<Diagnostic>) { for diagnostic in diagnostics { add(diagnostic) } }

    /// What was kept, in the order met, then one line for each id of which there were more.
    func diagnostics(path: String) -> [Diagnostic] {
        var told: Set<String> = []
        let more = kept.compactMap { diagnostic -> Diagnostic? in
            let rest = counts[diagnostic.id, default: 0] - Self.limit
            return rest > 0 && told.insert(diagnostic.id).inserted ? .moreOfTheSame(diagnostic, rest, path: path) : nil
        }
        return kept + more
    }
}

extension Diagnostic {
    fileprivate static func moreOfTheSame(_ sample: Diagnostic, _ count: Int, path: String) -> Self {
        Diagnostic(
            id: sample.id, severity: sample.severity, location: TextLocation(path: path),
            message: "\(count) more of the kind '\(sample.id)' are not listed",
            hint: "correct those that are listed, then read the file again")
    }
}
