import EvidenceModel

/// The name of a data set or job: a namespace and a name in it, compared byte by byte as a pair and never as joined text.
struct LineageName: Sendable {
    var namespace: String
    var name: String
    /// As people read it.
    var display: String

    /// A name of OpenLineage.
    init(namespace: String, name: String) {
        self.namespace = namespace
        self.name = name
        display = namespace.isEmpty ? name : namespace.hasSuffix("/") ? namespace + name : "\(namespace)/\(name)"
    }

    /// A qualified name of PROV: the IRI that its prefix stands for, the rest, and the text as written.
    init(iri: String, local: String, written: String) {
        namespace = iri
        name = local
        display = written
    }

    /// True when a declared name means this one: as displayed, the name alone, or namespace and name without a mark between them. A `*` at the end
    /// matches any ending.
    func matches(_ declared: String) -> Bool {
        let spellings = [display, name, namespace + name]
        if declared.hasSuffix("*") {
            let start = Array(declared.utf8.dropLast())
            return spellings.contains { $0.utf8.starts(with: start) }
        }
        return spellings.contains { $0.utf8.elementsEqual(declared.utf8) }
    }
}

extension LineageName: Hashable {
    // `String ==` calls two spellings of one accented letter equal; as names of data sets they are two.
    static func == (a: Self, b: Self) -> Bool {
        a.namespace.utf8.elementsEqual(b.namespace.utf8) && a.name.utf8.elementsEqual(b.name.utf8)
    }

    func hash(into hasher: inout Hasher) {
        for var part in [namespace, name] {
            part.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
            hasher.combine(UInt8(0xFF))
        }
    }
}

/// What a lineage record says: processes that read and wrote data sets, and derivations that name no process.
///
/// Everything is bounded, whatever the size of the record; `overflow` says what was left out.
struct LineageGraph {
    /// So many different runs, data sets or jobs are kept.
    static let maximumNames = 100_000
    /// So many reads, writes and derivations are kept.
    static let maximumEdges = 1_000_000

    enum State: String {
        case complete = "COMPLETE"
        case fail = "FAIL"
        case abort = "ABORT"
        case running = "RUNNING"
        case other = "OTHER"
    }

    /// A run, an activity, or a job of which no run is recorded.
    struct Process {
        /// The run's id; `nil` for a job without runs.
        var run: String?
        var job: Int?
        /// Earliest start, and the end that counts.
        var started: Instant?
        var ended: Instant?
        /// What the end said; `nil` while none is recorded.
        var outcome: State?
        var sawStart = false
        var sawOther = false
        var reads: [Int] = []
        var writes: [Int] = []
        var locator: Locator

        /// Its results count for nothing.
        var failed: Bool { outcome == .fail || outcome == .abort }
        var unfinished: Bool { run != nil && sawStart && outcome == nil && ended == nil }
        var state: State? { outcome ?? (unfinished ? .running : sawOther || ended != nil ? .other : nil) }
    }

    struct Dataset {
        var name: LineageName
        var locator: Locator
    }

    /// Names of things that there are too many of.
    private(set) var overflow: Set<String> = []
    private(set) var datasets: [Dataset] = []
    private(set) var jobs: [LineageName] = []
    private(set) var processes: [Process] = []
    private(set) var derivations: [(from: Int, to: Int)] = []
    private(set) var agents: Set<String> = []
    private(set) var first: Instant?
    private(set) var last: Instant?
    /// True where reads and writes are counted between data sets and jobs, false where between data sets and runs.
    let countsByJob: Bool

    private var datasetIndex: [LineageName: Int] = [:]
    private var jobIndex: [LineageName: Int] = [:]
    private var runIndex: [LineageName: Int] = [:]
    private var jobProcess: [Int: Int] = [:]
    private var edgeSeen: Set<Edge> = []
    private var derivationSeen: Set<Edge> = []

    private struct Edge: Hashable {
        var process: Int
        var dataset: Int
        var isWrite: Bool
    }

    init(countsByJob: Bool) { self.countsByJob = countsByJob }

    mutating func dataset(_ name: LineageName, at locator: Locator) -> Int? {
        if let known = datasetIndex[name] { return known }
        guard datasets.count < Self.maximumNames else {
            overflow.insert("data sets")
            return nil
        }
        datasets.append(Dataset(name: name, locator: locator))
        datasetIndex[name] = datasets.count - 1
        return datasets.count - 1
    }

    mutating func job(_ name: LineageName) -> Int? {
        if let known = jobIndex[name] { return known }
        guard jobs.count < Self.maximumNames else {
            overflow.insert("jobs")
            return nil
        }
        jobs.append(name)
        jobIndex[name] = jobs.count - 1
        return jobs.count - 1
    }

    /// The process of a run; the first event that names a run says where it stands.
    mutating func run(_ name: LineageName, at locator: Locator) -> Int? {
        if let known = runIndex[name] { return known }
        guard let process = add(Process(run: name.display, locator: locator)) else { return nil }
        runIndex[name] = process
        return process
    }

    /// The run of that name, when there is one.
    func knownRun(_ name: LineageName) -> Int? { runIndex[name] }

    /// The data set of that name, when there is one.
    func knownDataset(_ name: LineageName) -> Int? { datasetIndex[name] }

    /// The process that stands for a job itself, for what is recorded of it without a run.
    mutating func process(ofJob job: Int, at locator: Locator) -> Int? {
        if let known = jobProcess[job] { return known }
        guard let process = add(Process(run: nil, job: job, locator: locator)) else { return nil }
        jobProcess[job] = process
        return process
    }

    private mutating func add(_ process: Process) -> Int? {
        guard processes.count < Self.maximumNames else {
            overflow.insert("runs")
            return nil
        }
        processes.append(process)
        return processes.count - 1
    }

    mutating func update(_ process: Int, _ body: (inout Process) -> Void) {
        guard processes.indices.contains(process) else { return }
        body(&processes[process])
    }

    mutating func connect(_ process: Int, _ dataset: Int, isWrite: Bool) {
        guard processes.indices.contains(process), room(edgeSeen.count) else { return }
        guard edgeSeen.insert(Edge(process: process, dataset: dataset, isWrite: isWrite)).inserted else { return }
        if isWrite { processes[process].writes.append(dataset) } else { processes[process].reads.append(dataset) }
    }

    mutating func derive(_ to: Int, from: Int) {
        guard room(derivations.count), derivationSeen.insert(Edge(process: to, dataset: from, isWrite: false)).inserted else {
            return
        }
        derivations.append((from, to))
    }

    private mutating func room(_ count: Int) -> Bool {
        if count < Self.maximumEdges { return true }
        overflow.insert("reads and writes")
        return false
    }

    mutating func agent(_ name: String) {
        guard agents.count < Self.maximumNames || agents.contains(name) else {
            overflow.insert("agents")
            return
        }
        agents.insert(name)
    }

    /// Takes a time of the record into its span.
    mutating func saw(_ time: Instant) {
        first = min(first ?? time, time)
        last = max(last ?? time, time)
    }

    /// Different reads and writes.
    var edgeCount: Int {
        guard countsByJob else { return edgeSeen.count }
        var merged: Set<Edge> = []
        for edge in edgeSeen {
            // A run whose job is unknown counts for itself, below the numbers that jobs have.
            let owner = processes[edge.process].job ?? -1 - edge.process
            merged.insert(Edge(process: owner, dataset: edge.dataset, isWrite: edge.isWrite))
        }
        return merged.count
    }
}
