/// Finds how a data set became another: through runs that did not fail, and through derivations.
struct LineagePath {
    /// A way from one data set to another.
    struct Found {
        /// Data sets and the jobs between them, by name, first and last being data sets; a derivation has nothing between.
        var steps: [String]
        /// The data set at the end.
        var last: Int
    }

    private let graph: LineageGraph
    /// Processes that read a data set, and data sets derived from one, each in the order of names.
    private var readers: [Int: [Int]] = [:]
    private var derived: [Int: [Int]] = [:]
    private let rank: [Int]

    /// - Parameter order: all data sets in the order of their names.
    init(_ graph: LineageGraph, order: [Int]) {
        self.graph = graph
        var rank = [Int](repeating: 0, count: order.count)
        for (position, dataset) in order.enumerated() { rank[dataset] = position }
        self.rank = rank
        let labels = graph.processes.indices.map { Self.label(graph, $0) }
        let processes = graph.processes.indices.sorted { a, b in
            if labels[a] != labels[b] { return labels[a].utf8.lexicographicallyPrecedes(labels[b].utf8) }
            return (graph.processes[a].run ?? "").utf8.lexicographicallyPrecedes((graph.processes[b].run ?? "").utf8)
        }
        for process in processes where !graph.processes[process].failed {
            for dataset in graph.processes[process].reads { readers[dataset, default: []].append(process) }
        }
        for (from, to) in graph.derivations.sorted(by: { rank[$0.to] < rank[$1.to] }) { derived[from, default: []].append(to) }
    }

    /// The shortest way, counted in data sets; among equally short ones, the first by name.
    ///
    /// Breadth first, with a queue: the length of a path costs no stack.
    func shortest(from starts: [Int], to targets: [Int]) -> Found? {
        let goal = Set(targets)
        // How each data set was reached; a start is reached by nothing.
        var cameFrom: [Int: (dataset: Int, process: Int?)?] = [:]
        var queue: [Int] = []
        for start in starts.sorted(by: { rank[$0] < rank[$1] }) where !goal.contains(start) && cameFrom[start] == nil {
            cameFrom[start] = .some(nil)
            queue.append(start)
        }
        var usedProcesses: Set<Int> = []
        var next = 0
        while next < queue.count {
            let dataset = queue[next]
            next += 1
            if goal.contains(dataset) { return unwind(dataset, cameFrom) }
            func reach(_ found: Int, _ process: Int?) {
                guard cameFrom[found] == nil else { return }
                cameFrom[found] = .some((dataset, process))
                queue.append(found)
            }
            for process in readers[dataset] ?? [] where usedProcesses.insert(process).inserted {
                for written in graph.processes[process].writes.sorted(by: { rank[$0] < rank[$1] }) { reach(written, process) }
            }
            for found in derived[dataset] ?? [] { reach(found, nil) }
        }
        return nil
    }

    private func unwind(_ last: Int, _ cameFrom: [Int: (dataset: Int, process: Int?)?]) -> Found {
        var steps: [String] = []
        var at = last
        while true {
            steps.append(graph.datasets[at].name.display)
            guard case .some(.some(let step)) = cameFrom[at] else { break }
            if let process = step.process { steps.append(Self.label(graph, process)) }
            at = step.dataset
        }
        return Found(steps: steps.reversed(), last: last)
    }

    private static func label(_ graph: LineageGraph, _ process: Int) -> String {
        let process = graph.processes[process]
        return process.job.map { graph.jobs[$0].display } ?? process.run ?? ""
    }
}
