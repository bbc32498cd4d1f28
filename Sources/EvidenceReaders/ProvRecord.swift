import Diagnostics
import EvidenceModel

/// One statement of a PROV document (PROV-DM), the same whichever way it was serialised.
struct ProvStatement {
    /// `entity`, `activity`, `agent`, `used`, `wasGeneratedBy`, …, without prefix.
    var kind: String
    /// The id, for entities, activities and agents.
    var id: LineageName?
    /// What a relation refers to, by role without prefix, such as `activity` or `usedEntity`; several are rare.
    var references: [String: [LineageName]] = [:]
    /// `time`, `startTime` and `endTime`, as written.
    var times: [String: String] = [:]
    var types: [LineageName] = []
    var label: String?
    var locator: Locator
    var location: TextLocation

    func first(_ role: String) -> LineageName? { references[role]?.first }
}

/// What the statements of one PROV document add up to.
///
/// Activities are runs and entities are data sets. Names need not be declared (PROV is an open world). Ways lead along `used`, `wasGeneratedBy` and
/// derivations only: specialization, membership and influence do not say that one thing was made from another. PROV does not say whether an activity
/// failed, so neither does this.
struct ProvRecord {
    let path: String
    /// The prefix of diagnostics, which is the format.
    let format: String
    var tally = DiagnosticTally()
    /// Statements that could not be read.
    var malformed = 0
    private var graph = LineageGraph(countsByJob: false)
    private var labels: [LineageName: String] = [:]
    private var agents: Set<LineageName> = []
    private var activityTypes: [(run: Int, type: LineageName)] = []
    private var withoutZone = 0
    private var firstWithoutZone: TextLocation?

    static let declarations: Set<String> = ["entity", "activity", "agent"]
    static let derivations: Set<String> = ["wasDerivedFrom", "wasRevisionOf", "wasQuotedFrom", "hadPrimarySource"]
    static let otherRelations: Set<String> = [
        "wasInvalidatedBy", "wasStartedBy", "wasEndedBy", "wasInformedBy", "wasAssociatedWith", "wasAttributedTo",
        "actedOnBehalfOf",
        "wasInfluencedBy", "specializationOf", "alternateOf", "hadMember", "mentionOf",
    ]
    /// All relations of PROV-DM.
    static let relations = derivations.union(otherRelations).union(["used", "wasGeneratedBy"])
    /// Roles whose value is an entity.
    private static let entityRoles = [
        "entity", "generatedEntity", "usedEntity", "specificEntity", "generalEntity", "alternate1", "alternate2", "collection",
    ]

    init(path: String, format: String) {
        self.path = path
        self.format = format
    }

    /// What a document's statements state; their order does not matter.
    static func reading(
        _ statements: [ProvStatement], path: String, format: String, tally: DiagnosticTally, malformed: Int,
        _ options: ReadingOptions
    ) -> Reading {
        var record = ProvRecord(path: path, format: format)
        record.tally = tally
        record.malformed = malformed
        for statement in statements where declarations.contains(statement.kind) { record.declare(statement) }
        for statement in statements where relations.contains(statement.kind) { record.relate(statement) }
        // Starts, ends and plans belong to activities that are known by now.
        for statement in statements { record.annotate(statement) }
        return record.finish(options, isEmpty: statements.isEmpty && malformed == 0)
    }

    private mutating func declare(_ statement: ProvStatement) {
        guard let id = statement.id else { return }
        if let label = statement.label, labels[id] == nil { labels[id] = label }
        switch statement.kind {
        case "entity": _ = graph.dataset(id, at: statement.locator)
        case "activity":
            let start = time("startTime", statement)
            let end = time("endTime", statement)
            guard let run = graph.run(id, at: statement.locator) else { return }
            if let type = statement.types.first { activityTypes.append((run, type)) }
            graph.update(run) { process in
                Self.begin(&process, start)
                Self.end(&process, end)
            }
        default: agents.insert(id)
        }
    }

    private mutating func relate(_ statement: ProvStatement) {
        for role in Self.entityRoles {
            // An attribution's entity may be an agent or activity under that name.
            for name in statement.references[role] ?? [] where !isOtherThing(name) {
                _ = graph.dataset(name, at: statement.locator)
            }
        }
        if let agent = statement.first("agent"), statement.kind == "wasAssociatedWith" || statement.kind == "wasAttributedTo" {
            agents.insert(agent)
        }
        for role in ["delegate", "responsible"] { if let agent = statement.first(role) { agents.insert(agent) } }
        let isUse = statement.kind == "used"
        if isUse || statement.kind == "wasGeneratedBy" {
            _ = time("time", statement)
            guard let activity = statement.first("activity"), let run = graph.run(activity, at: statement.locator) else { return }
            for name in statement.references["entity"] ?? [] {
                if let dataset = graph.dataset(name, at: statement.locator) { graph.connect(run, dataset, isWrite: !isUse) }
            }
        } else if Self.derivations.contains(statement.kind), let to = statement.first("generatedEntity"),
            let from = statement.first("usedEntity")
        {
            if let to = graph.dataset(to, at: statement.locator), let from = graph.dataset(from, at: statement.locator) {
                graph.derive(to, from: from)
            }
        }
    }

    private func isOtherThing(_ name: LineageName) -> Bool {
        graph.knownDataset(name) == nil && (agents.contains(name) || graph.knownRun(name) != nil)
    }

    private mutating func annotate(_ statement: ProvStatement) {
        switch statement.kind {
        case "wasStartedBy", "wasEndedBy":
            let moment = time("time", statement)
            guard let run = statement.first("activity").flatMap(graph.knownRun) else { return }
            graph.update(run) { process in
                if statement.kind == "wasStartedBy" { Self.begin(&process, moment) } else { Self.end(&process, moment) }
            }
        case "wasInvalidatedBy": _ = time("time", statement)
        case "wasAssociatedWith":
            guard let run = statement.first("activity").flatMap(graph.knownRun), let plan = statement.first("plan"),
                let job = graph.job(plan)
            else { return }
            graph.update(run) { $0.job = job }
        default: break
        }
    }

    private static func begin(_ process: inout LineageGraph.Process, _ time: Instant?) {
        guard let time else { return }
        process.sawStart = true
        process.started = min(process.started ?? time, time)
    }

    private static func end(_ process: inout LineageGraph.Process, _ time: Instant?) {
        guard let time else { return }
        process.ended = max(process.ended ?? time, time)
    }

    /// A time of a statement, taken into the record's span; one that does not exist is reported and left out.
    private mutating func time(_ role: String, _ statement: ProvStatement) -> Instant? {
        guard let text = statement.times[role], !text.isEmpty else { return nil }
        guard let parsed = Instant.parse(text) else {
            tally.add(isPlaceholder(text) ? .placeholder(format, statement, text) : .notATime(format, statement, role, text))
            return nil
        }
        if parsed.zoneAssumed {
            withoutZone += 1
            if firstWithoutZone == nil { firstWithoutZone = statement.location }
        }
        graph.saw(parsed.instant)
        return parsed.instant
    }

    private mutating func finish(_ options: ReadingOptions, isEmpty: Bool) -> Reading {
        // A type names the kind of activity where no plan does.
        for (run, type) in activityTypes where graph.processes[run].job == nil {
            let job = graph.job(type)
            graph.update(run) { $0.job = job }
        }
        for agent in agents { graph.agent(labels[agent] ?? agent.display) }
        if let place = firstWithoutZone { tally.add(.lineageZoneAssumed("\(format).zone-assumed", place, withoutZone)) }
        tally.add(lineageNotes(graph, options, path: path, isEmpty: isEmpty))
        return Reading(
            facts: graph.facts(options, malformed: malformed, statesOutcome: false), diagnostics: tally.diagnostics(path: path),
            observed: graph.observed)
    }
}

extension Diagnostic {
    fileprivate static func notATime(_ format: String, _ statement: ProvStatement, _ role: String, _ text: String) -> Self {
        Diagnostic(
            id: "\(format).bad-time", severity: .error, location: statement.location,
            message:
                "'\(role)' of '\(statement.kind)' is '\(text.prefix(60))', no time that exists; expected one such as 2026-09-30T12:00:00Z",
            hint: "correct the program that writes the record")
    }

    fileprivate static func placeholder(_ format: String, _ statement: ProvStatement, _ text: String) -> Self {
        Diagnostic(
            id: "\(format).placeholder", severity: .error, location: statement.location,
            message: "found the placeholder '\(text.prefix(60))'; a template is no evidence",
            hint: "collect the record of a real run")
    }
}
