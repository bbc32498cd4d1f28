import Diagnostics

/// Keeps a file's diagnostics to a number that a person can read: the first 20 of each id, then how many more.
struct DiagnosticTally {
    static let limit = 20
    private var kept: [Diagnostic] = []
    private var counts: [String: Int] = [:]

    mutating func add(_ diagnostic: Diagnostic) {
        let count = counts[diagnostic.id, default: 0] + 1
        counts[diagnostic.id] = count
        if count <= Self.limit { kept.append(diagnostic) }
    }

    mutating func add(_ diagnostics: [Diagnostic]) { for diagnostic in diagnostics { add(diagnostic) } }

    /// What was kept, in order, with a line for what was not.
    func diagnostics(path: String) -> [Diagnostic] {
        kept
            + counts.keys.sorted().compactMap { id in
                guard let count = counts[id], count > Self.limit, let first = kept.first(where: { $0.id == id }) else { return nil }
                return Diagnostic(
                    id: id, severity: first.severity, location: TextLocation(path: path), message: "\(count - Self.limit) more like the \(Self.limit) above",
                    hint: "mend the cause and collect again")
            }
    }
}
