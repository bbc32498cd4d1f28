/// The known name nearest to what somebody wrote, for `did you mean`.
///
/// Uses the Damerau-Levenshtein distance (optimal string alignment); nothing is suggested when more than a third of the letters differ.
public func nearestName(to written: String, among known: some Sequence<String>) -> String? {
    let a = Array(written.lowercased().unicodeScalars.prefix(80))
    var best: (name: String, distance: Int)?
    for name in known.sorted() {
        let b = Array(name.lowercased().unicodeScalars.prefix(80))
        let distance = editDistance(a, b)
        let near = distance <= max(1, max(a.count, b.count) / 3)
        let contained = a.count >= 4 && name.lowercased().contains(written.lowercased())
        guard near || contained else { continue }
        if let best, best.distance <= distance { continue }
        best = (name, distance)
    }
    return best?.name
}

/// `; did you mean 'x'?`, or nothing.
public func suggestion(for written: String, among known: some Sequence<String>) -> String {
    nearestName(to: written, among: known).map { "; did you mean '\($0)'?" } ?? ""
}

private func editDistance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
    if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
    var beforeLast = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    for i in 1...a.count {
        var current = [i] + [Int](repeating: 0, count: b.count)
        for j in 1...b.count {
            let cost = a[i - 1] == b[j - 1] ? 0 : 1
            current[j] = min(last[j] + 1, current[j - 1] + 1, last[j - 1] + cost)
            if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { current[j] = min(current[j], beforeLast[j - 2] + 1) }
        }
        beforeLast = last
        last = current
    }
    return last[b.count]
}
