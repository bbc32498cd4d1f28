import EvidenceModel

extension LineageGraph {
    /// What the graph states, in the vocabulary of `lineage`.
    ///
    /// What failed or aborted runs wrote counts as not produced. Facts that the record's format cannot state are left out, not zero.
    /// - Parameters:
    ///   - malformed: records that could not be read.
    ///   - statesOutcome: true when runs say whether they failed.
    func facts(_ options: ReadingOptions, malformed: Int, statesOutcome: Bool) -> [Fact] {
        let roles = Roles(self)
        let order = datasetOrder
        let runs = processes.filter { $0.run != nil }
        func number(_ name: FactName, _ count: Int, _ unit: String) -> Fact {
            Fact(name, .number(Double(count)), unit: unit, at: .whole)
        }
        var facts = [number("runs", runs.count, "runs")]
        if !jobs.isEmpty || runs.isEmpty { facts.append(number("jobs", jobs.count, "jobs")) }
        facts.append(number("dataset-count", datasets.count, "data sets"))
        facts.append(number("edges", edgeCount, "edges"))
        if statesOutcome { facts.append(number("failed-runs", runs.count { $0.failed }, "runs")) }
        facts.append(number("unfinished-runs", runs.count { $0.unfinished }, "runs"))
        facts.append(number("malformed-records", malformed, "records"))
        if let first { facts.append(Fact("first-event", .date(first), at: .whole)) }
        if let last { facts.append(Fact("last-event", .date(last), at: .whole)) }
        let roots = order.filter { roles.isRoot($0) }
        let undeclared = roots.filter { !isExternal($0, options) }
        facts.append(Fact("root-datasets", .list(roots.map(display)), at: .whole))
        facts.append(Fact("undeclared-inputs", .list(undeclared.map(display)), at: .whole))
        facts.append(number("undeclared-input-count", undeclared.count, "data sets"))
        if !agents.isEmpty { facts.append(Fact("agents", .list(sortedByBytes(agents)), at: .whole)) }
        facts += pathFacts(options, roots: roots, order: order)
        facts.append(Fact("datasets", .table(order.map { datasetRow($0, roles, options) }), at: .whole))
        facts.append(Fact("runs-recorded", .table(runRows), at: .whole))
        return facts
    }

    /// Data sets that the released model version was asked for under, in order; empty when the record does not name it.
    func released(_ options: ReadingOptions) -> [Int] {
        guard let model = options.releasedModel else { return [] }
        return datasetOrder.filter { datasets[$0].name.matches(model) }
    }

    private func pathFacts(_ options: ReadingOptions, roots: [Int], order: [Int]) -> [Fact] {
        let targets = released(options)
        guard let model = targets.first else { return [] }
        let starts =
            options.trainingDatasets.isEmpty
            ? roots : order.filter { dataset in options.trainingDatasets.contains { datasets[dataset].name.matches($0) } }
        let path = LineagePath(self, order: order).shortest(from: starts, to: targets)
        var facts = [Fact("released-model", .text(display(path?.last ?? model)), at: datasets[path?.last ?? model].locator)]
        if let path { facts.append(Fact("training-path", .list(path.steps), at: .whole)) }
        // A record that only reads the model says nothing about where it came from; another record may.
        if path != nil || tellsHowMade(targets) { facts.append(Fact("training-path-found", .flag(path != nil), at: .whole)) }
        return facts
    }

    /// True when something in the record wrote one of these data sets, were it in vain, or derived it.
    func tellsHowMade(_ targets: [Int]) -> Bool {
        let wanted = Set(targets)
        return processes.contains { $0.writes.contains { wanted.contains($0) } } || derivations.contains { wanted.contains($0.to) }
    }

    private func datasetRow(_ dataset: Int, _ roles: Roles, _ options: ReadingOptions) -> FactRow {
        let producers = roles.producers[dataset] ?? []
        let names = Set(producers.compactMap { processes[$0].job.map { jobs[$0].display } ?? processes[$0].run })
        return FactRow(
            [
                ("name", .text(display(dataset))), ("role", roles.role(dataset).map { .text($0) }),
                ("produced-by", names.isEmpty ? nil : .text(sortedByBytes(names).joined(separator: ", "))),
                ("external", .flag(isExternal(dataset, options))),
            ], at: datasets[dataset].locator)
    }

    /// By start, then end, then id; runs without times come last.
    private var runRows: [FactRow] {
        let runs = processes.filter { $0.run != nil }.sorted { a, b in
            let timesA = [a.started ?? a.ended, a.ended].map { $0 ?? Instant(seconds: .max) }
            let timesB = [b.started ?? b.ended, b.ended].map { $0 ?? Instant(seconds: .max) }
            if timesA != timesB { return timesA.lexicographicallyPrecedes(timesB) }
            return (a.run ?? "").utf8.lexicographicallyPrecedes((b.run ?? "").utf8)
        }
        return runs.map { run in
            FactRow(
                [
                    ("run", run.run.map { .text($0) }), ("job", run.job.map { .text(jobs[$0].display) }),
                    ("state", run.state.map { .text($0.rawValue) }), ("started", run.started.map { .date($0) }),
                    ("ended", run.ended.map { .date($0) }),
                ], at: run.locator)
        }
    }

    private func isExternal(_ dataset: Int, _ options: ReadingOptions) -> Bool {
        options.externalDatasets.contains { datasets[dataset].name.matches($0) }
    }

    private func display(_ dataset: Int) -> String { datasets[dataset].name.display }

    /// All data sets by name, so that nothing depends on the order of the record.
    var datasetOrder: [Int] {
        datasets.indices.sorted { a, b in
            let (x, y) = (datasets[a].name, datasets[b].name)
            if !x.display.utf8.elementsEqual(y.display.utf8) { return x.display.utf8.lexicographicallyPrecedes(y.display.utf8) }
            return x.namespace.utf8.lexicographicallyPrecedes(y.namespace.utf8)
        }
    }

    /// Which data sets were produced and which were read.
    private struct Roles {
        /// Processes that wrote a data set and did not fail.
        var producers: [Int: [Int]] = [:]
        var derived: Set<Int> = []
        var read: Set<Int> = []

        init(_ graph: LineageGraph) {
            for (index, process) in graph.processes.enumerated() {
                read.formUnion(process.reads)
                if !process.failed { for dataset in process.writes { producers[dataset, default: []].append(index) } }
            }
            for (from, to) in graph.derivations {
                read.insert(from)
                derived.insert(to)
            }
        }

        func isProduced(_ dataset: Int) -> Bool { producers[dataset] != nil || derived.contains(dataset) }

        /// An input that nothing recorded produced.
        func isRoot(_ dataset: Int) -> Bool { read.contains(dataset) && !isProduced(dataset) }

        /// `nil` for a data set that is named, but neither read nor produced.
        func role(_ dataset: Int) -> String? {
            guard isProduced(dataset) else { return read.contains(dataset) ? "root" : nil }
            return read.contains(dataset) ? "intermediate" : "leaf"
        }
    }
}

/// Texts in the order of their bytes.
func sortedByBytes(_ texts: some Sequence<String>) -> [String] { texts.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } }
