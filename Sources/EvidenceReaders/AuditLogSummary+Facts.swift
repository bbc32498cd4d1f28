import Diagnostics
import EvidenceModel

extension AuditLogSummary {
    /// Rows in the table of actors.
    static let listedActors = 25
    /// Rows in the table of actions: as many as fit a page, since frameworks look up promised events in it.
    static let listedActions = 250
    static let listedSources = 100
    static let listedHoles = 1_000

    /// The facts of the whole log, and all diagnostics.
    consuming func reading() -> Reading {
        var facts: [Fact] = []
        func number(_ name: FactName, _ value: Int?, _ unit: String) {
            if let value { facts.append(Fact(name, .number(Double(value)), unit: unit, at: .whole)) }
        }
        number("events", events, "events")
        number("malformed-records", malformedRecords, "records")
        let hole = timeline.largestHole(events: events - withoutTime)
        if let first = timeline.first, let last = timeline.last {
            facts.append(Fact("first-event", .date(first.time), at: locator(first.place)))
            facts.append(Fact("last-event", .date(last.time), at: locator(last.place)))
        }
        if events > 0 {
            if scope.contains(.actors) { number("distinct-actors", actors.distinct, "actors") }
            if scope.contains(.actions) { number("distinct-actions", actions.distinct, "actions") }
        }
        if let hole { facts.append(Fact("largest-hole", .duration(Self.duration(hole.seconds)), at: .whole)) }
        if timeline.first != nil {
            number("days-with-events", timeline.daysWithEvents, "days")
            number("days-in-span", timeline.daysInSpan, "days")
            let share = Double(timeline.daysWithEvents) / Double(timeline.daysInSpan)
            facts.append(Fact("share-of-days-with-events", .number(share), unit: "ratio", at: .whole))
        }
        if events > 0 {
            // With outcomes that nobody explained, the count of failures would be too low.
            if scope.contains(.outcomes), undecided == 0 {
                number("denied-actions", denied, "events")
                number("failed-actions", failed, "events")
            }
            if scope.contains(.privileges) { number("privileged-actions", privileged, "events") }
            if scope.contains(.actors) { number("events-without-actor", withoutActor, "events") }
            number("events-without-time", withoutTime, "events")
            if scope.contains(.ids), idsBeyondLimit == 0 { number("duplicate-events", duplicates, "events") }
        }
        if uses > 0 { number("uses-recorded", uses, "uses") }
        facts += sourceFact() + flags() + tables()
        report(hole)
        var reading = Reading(facts: facts, diagnostics: diagnostics.diagnostics(path: path))
        if let first = timeline.first, let last = timeline.last { reading.observed = Period(from: first.time, to: last.time) }
        return reading
    }

    private static func duration(_ seconds: Int64) -> CalendarDuration {
        CalendarDuration(days: Int(seconds / 86_400), seconds: Int(seconds % 86_400))
    }

    private func sourceFact() -> [Fact] {
        let names = sources.top(Self.listedSources).map(\.text).sorted()
        return names.isEmpty ? [] : [Fact("sources", .list(names), at: .whole)]
    }

    /// Only what was seen is stated: that one log holds no such event says nothing against another that does.
    private func flags() -> [Fact] {
        let stated: [(FactName, Bool)] = [
            ("logs-model-use", uses > 0), ("logs-inputs-reference", seen.input), ("logs-human-verifier", seen.verifier),
            ("logs-risk-events", failed > 0), ("logs-version", seen.version), ("logs-user", seen.user),
        ]
        return stated.filter(\.1).map { Fact($0.0, .flag(true), at: .whole) }
    }

    private func tables() -> [Fact] {
        var facts: [Fact] = []
        func counts(_ name: FactName, _ column: FactName, _ lines: [TextCounts.Line]) {
            guard !lines.isEmpty else { return }
            let rows = lines.map { line in
                FactRow([(column, .text(line.text)), ("events", .number(Double(line.count)))], at: locator(line.place))
            }
            facts.append(Fact(name, .table(rows), at: .whole))
        }
        counts("actions", "action", actions.top(Self.listedActions))
        counts("actors", "actor", actors.top(Self.listedActors))
        counts("outcomes", "outcome", outcomes.top(Self.listedActors))
        if timeline.first != nil {
            // Also when it is empty: that there is no hole can be seen then.
            let holes = timeline.holes(limit: Self.listedHoles).holes
            let rows = holes.map { hole in
                FactRow([("from", .date(hole.from)), ("to", .date(hole.to)), ("days", .number(Double(hole.days)))], at: .whole)
            }
            facts.append(Fact("holes", .table(rows), at: .whole))
        }
        return facts
    }

    private mutating func report(_ hole: (seconds: Int64, exact: Bool)?) {
        if events == 0 { diagnostics.add(.noEvents(path)) }
        if zoneAssumed > 0 { diagnostics.add(.zoneAssumed(path, zoneAssumed)) }
        if let hole, !hole.exact { diagnostics.add(.holeIsAtMost(path, Self.duration(hole.seconds))) }
        for (what, counts) in [("actors", actors), ("actions", actions), ("sources", sources), ("outcomes", outcomes)] where counts.isCut {
            diagnostics.add(.tooManyTexts(path, what))
        }
        if idsBeyondLimit > 0 { diagnostics.add(.tooManyIds(path, idsBeyondLimit)) }
        if timeline.holes(limit: Self.listedHoles).isCut { diagnostics.add(.tooManyHoles(path)) }
        if let distinct = actions.distinct, distinct > Self.listedActions { diagnostics.add(.actionsCut(path, distinct)) }
        if let distinct = sources.distinct, distinct > Self.listedSources { diagnostics.add(.sourcesCut(path, distinct)) }
        if undecided > 0, scope.contains(.outcomes) { diagnostics.add(.undecided(path, undecided, outcomes)) }
    }
}

extension Diagnostic {
    fileprivate static func noEvents(_ path: String) -> Self {
        Diagnostic(
            id: "audit-log.no-events", severity: .warning, location: TextLocation(path: path), message: "the log holds no events",
            hint: "check that logging was on, and that the export covers the period")
    }

    fileprivate static func zoneAssumed(_ path: String, _ count: Int) -> Self {
        Diagnostic(
            id: "audit-log.zone-assumed", severity: .warning, location: TextLocation(path: path),
            message: "\(count) time\(count == 1 ? " has" : "s have") no time zone; UTC was assumed",
            hint: "write times with 'Z' or an offset, or confirm that they are UTC")
    }

    fileprivate static func holeIsAtMost(_ path: String, _ duration: CalendarDuration) -> Self {
        Diagnostic(
            id: "audit-log.hole-is-a-bound", severity: .note, location: TextLocation(path: path),
            message: "the events are not in order and too many to sort; the longest time without events is at most \(duration.words)",
            hint: "sort the log by time to see the exact value")
    }

    fileprivate static func tooManyTexts(_ path: String, _ what: String) -> Self {
        Diagnostic(
            id: "audit-log.too-many-values", severity: .warning, location: TextLocation(path: path),
            message: "there are more different \(what) than the \(TextCounts.maximumTexts) whose events are counted one by one",
            hint: "check that the field holds a name and no request; the table lists the most frequent of those counted")
    }

    fileprivate static func tooManyIds(_ path: String, _ count: Int) -> Self {
        Diagnostic(
            id: "audit-log.too-many-ids", severity: .warning, location: TextLocation(path: path),
            message: "the log has more ids than can be held; \(count) events were not compared, and the number of duplicates is left out",
            hint: "split the log by day to have duplicates counted")
    }

    fileprivate static func tooManyHoles(_ path: String) -> Self {
        Diagnostic(
            id: "audit-log.too-many-holes", severity: .warning, location: TextLocation(path: path),
            message: "there are more than \(AuditLogSummary.listedHoles) stretches of days without events; the first are listed",
            hint: "check the dates of the earliest events")
    }

    fileprivate static func actionsCut(_ path: String, _ count: Int) -> Self {
        Diagnostic(
            id: "audit-log.actions-cut", severity: .note, location: TextLocation(path: path),
            message: "the table of actions lists the \(AuditLogSummary.listedActions) most frequent of \(count)",
            hint: "split the log by source to see the others")
    }

    fileprivate static func sourcesCut(_ path: String, _ count: Int) -> Self {
        Diagnostic(
            id: "audit-log.sources-cut", severity: .note, location: TextLocation(path: path),
            message: "the \(AuditLogSummary.listedSources) most frequent of \(count) sources are named",
            hint: "check that the field names a service and no request")
    }

    fileprivate static func undecided(_ path: String, _ count: Int, _ outcomes: TextCounts) -> Self {
        let written = outcomes.top(12).map(\.text).filter { $0 != "success" && $0 != "failure" }.prefix(5).map { "'\($0.prefix(40))'" }
        return Diagnostic(
            id: "audit-log.unknown-outcome", severity: .warning, location: TextLocation(path: path),
            message: "\(count) event\(count == 1 ? " has" : "s have") an outcome that is known neither as success nor as failure, "
                + "such as \(written.joined(separator: ", ")); failed and denied events are not stated",
            hint: "name the values that mean success in the mapping, as in 'success: done, accepted'")
    }
}
