import Diagnostics
import EvidenceModel
import StructuredText

/// What the events of one OpenLineage file add up to.
struct OpenLineageRecord {
    let path: String
    var tally = DiagnosticTally()
    /// Events that could not be read.
    var malformed = 0
    private var events = 0
    private var graph = LineageGraph(countsByJob: true)
    private var producers: Set<String> = []
    /// Times without zone: how many, and where the first stands.
    private var withoutZone = 0
    private var firstWithoutZone: TextLocation?

    init(path: String) { self.path = path }

    /// Why an event is no evidence.
    private struct Fault: Error {
        var node: JSONNode
        var diagnostic: @Sendable (TextLocation) -> Diagnostic
    }

    private struct Event {
        var time: Instant
        var isZoneless: Bool
        var type: LineageGraph.State?
        var isStart: Bool
        var run: String?
        var job: LineageName?
        var inputs: [LineageName]
        var outputs: [LineageName]
    }

    /// Takes one event in.
    /// - Parameter place: the location of an offset in the event's text.
    mutating func take(_ node: JSONNode, locator: Locator, place: (Int) -> TextLocation) {
        let event: Event
        do throws(Fault) {
            event = try decode(node)
        } catch {
            malformed += 1
            tally.add(error.diagnostic(place(error.node.offset)))
            return
        }
        events += 1
        graph.saw(event.time)
        if event.isZoneless {
            withoutZone += 1
            if firstWithoutZone == nil { firstWithoutZone = place(node["eventTime"]?.offset ?? node.offset) }
        }
        if let producer = node["producer"]?.string, producers.count < 20 { producers.insert(producer) }
        noteOwners(node)
        record(event, locator)
    }

    private func decode(_ node: JSONNode) throws(Fault) -> Event {
        guard node.members != nil else { throw Fault(node: node) { .notAnEvent($0, node.kindName) } }
        guard let timeNode = node["eventTime"], let text = timeNode.string else {
            throw Fault(node: node["eventTime"] ?? node) { .missing("eventTime", "a time", $0) }
        }
        try refusePlaceholder(timeNode)
        guard let time = Instant.parse(text) else { throw Fault(node: timeNode) { .notATime($0, text) } }
        let run = try name(of: node, "run", "runId")
        let job = node["job"].flatMap { $0.isNull ? nil : $0 }
        let dataset = node["dataset"].flatMap { $0.isNull ? nil : $0 }
        guard job != nil || dataset != nil else {
            throw Fault(node: node) { .missing("job", "an object with namespace and name", $0) }
        }
        var event = Event(
            time: time.instant, isZoneless: time.zoneAssumed, isStart: false, run: run, job: nil,
            inputs: try datasets(node["inputs"]), outputs: try datasets(node["outputs"]))
        if let job { event.job = try qualified(job) }
        // A data set event describes one data set and reads nothing.
        if job == nil, let dataset { event.inputs = [try qualified(dataset)] }
        if let type = node["eventType"], !type.isNull {
            try refusePlaceholder(type)
            switch type.string?.uppercased() {
            case "START", "RUNNING": event.isStart = true
            case let word?:
                guard let state = LineageGraph.State(rawValue: word) else { fallthrough }
                event.type = state
            default: throw Fault(node: type) { .unknownType($0, type.scalarText ?? type.kindName) }
            }
        } else {
            event.type = .other
        }
        return event
    }

    private func name(of node: JSONNode, _ owner: String, _ key: String) throws(Fault) -> String? {
        guard let object = node[owner], !object.isNull else { return nil }
        guard let value = object[key], let text = value.string, !text.isEmpty else {
            throw Fault(node: object) { .missing("\(owner)/\(key)", "a text", $0) }
        }
        try refusePlaceholder(value)
        return text
    }

    private func qualified(_ node: JSONNode) throws(Fault) -> LineageName {
        guard let namespace = node["namespace"], let space = namespace.string else {
            throw Fault(node: node) { .missing("namespace", "a text", $0) }
        }
        guard let name = node["name"], let text = name.string, !text.isEmpty else {
            throw Fault(node: node) { .missing("name", "a text", $0) }
        }
        try refusePlaceholder(namespace)
        try refusePlaceholder(name)
        return LineageName(namespace: space, name: text)
    }

    /// The specification lets `inputs` and `outputs` be absent, and writers also put null.
    private func datasets(_ node: JSONNode?) throws(Fault) -> [LineageName] {
        guard let node, !node.isNull else { return [] }
        guard let items = node.array else { throw Fault(node: node) { .missing("inputs and outputs", "lists of data sets", $0) } }
        var names: [LineageName] = []
        for item in items { names.append(try qualified(item)) }
        return names
    }

    private func refusePlaceholder(_ node: JSONNode) throws(Fault) {
        guard let text = node.string, isPlaceholder(text) else { return }
        throw Fault(node: node) { .placeholder($0, text) }
    }

    /// Owners that facets name, of the job and of its data sets.
    private mutating func noteOwners(_ node: JSONNode) {
        var holders = [node["job"], node["dataset"]].compactMap { $0 }
        holders += (node["inputs"]?.array ?? []) + (node["outputs"]?.array ?? [])
        for holder in holders {
            for owner in holder.at(pointer: "/facets/ownership/owners")?.array ?? [] {
                if let name = owner["name"]?.string, !name.isEmpty, !isPlaceholder(name) { graph.agent(name) }
            }
        }
    }

    private mutating func record(_ event: Event, _ locator: Locator) {
        guard let jobName = event.job else {
            for name in event.inputs { _ = graph.dataset(name, at: locator) }
            return
        }
        guard let job = graph.job(jobName) else { return }
        let found =
            event.run.map { graph.run(LineageName(namespace: "", name: $0), at: locator) }
            ?? graph.process(ofJob: job, at: locator)
        guard let process = found else { return }
        graph.update(process) { run in
            if run.job == nil { run.job = job }
            guard run.run != nil else { return }
            if event.isStart {
                run.sawStart = true
                run.started = min(run.started ?? event.time, event.time)
            } else if event.type == .other {
                run.sawOther = true
            } else if let outcome = event.type, run.ended.map({ $0 <= event.time }) ?? true {
                // Of several ends the latest counts.
                run.outcome = outcome
                run.ended = event.time
            }
        }
        for name in event.inputs {
            if let dataset = graph.dataset(name, at: locator) { graph.connect(process, dataset, isWrite: false) }
        }
        for name in event.outputs {
            if let dataset = graph.dataset(name, at: locator) { graph.connect(process, dataset, isWrite: true) }
        }
    }

    /// What it all states.
    consuming func reading(_ options: ReadingOptions) -> Reading {
        if withoutZone > 0 { tally.add(.zoneAssumed(firstWithoutZone ?? TextLocation(path: path), withoutZone)) }
        tally.add(lineageNotes(graph, options, path: path, isEmpty: events == 0 && malformed == 0))
        if events == 0, malformed > 0 { return .unreadable(tally.diagnostics(path: path)) }
        return Reading(
            facts: graph.facts(options, malformed: malformed, statesOutcome: true), diagnostics: tally.diagnostics(path: path),
            observed: graph.observed, producer: producers.isEmpty ? nil : sortedByBytes(producers).joined(separator: ", "))
    }
}

extension Diagnostic {
    fileprivate static func notAnEvent(_ location: TextLocation, _ found: String) -> Self {
        Diagnostic(
            id: "openlineage.not-an-event", severity: .error, location: location,
            message: "found \(found); expected an OpenLineage event, an object",
            hint: "write one event on each line, or a list of events")
    }

    fileprivate static func missing(_ key: String, _ expected: String, _ location: TextLocation) -> Self {
        Diagnostic(
            id: "openlineage.missing", severity: .error, location: location,
            message: "'\(key)' is missing or of the wrong type; expected \(expected)",
            hint: "correct the program that emits the event")
    }

    fileprivate static func notATime(_ location: TextLocation, _ text: String) -> Self {
        Diagnostic(
            id: "openlineage.bad-time", severity: .error, location: location,
            message: "event time '\(text.prefix(60))' is no time that exists; expected one such as 2026-09-30T12:00:00Z",
            hint: "correct the program that emits the event")
    }

    fileprivate static func unknownType(_ location: TextLocation, _ found: String) -> Self {
        let known = ["START", "RUNNING", "COMPLETE", "ABORT", "FAIL", "OTHER"]
        return Diagnostic(
            id: "openlineage.unknown-type", severity: .error, location: location,
            message: "event type '\(found.prefix(60))' is unknown\(suggestion(for: found, among: known))",
            hint: "use one of: \(known.joined(separator: ", "))")
    }

    fileprivate static func placeholder(_ location: TextLocation, _ text: String) -> Self {
        Diagnostic(
            id: "openlineage.placeholder", severity: .error, location: location,
            message: "found the placeholder '\(text.prefix(60))'; a template is no evidence",
            hint: "collect the events of real runs")
    }

    fileprivate static func zoneAssumed(_ location: TextLocation, _ count: Int) -> Self {
        .lineageZoneAssumed("openlineage.zone-assumed", location, count)
    }
}
