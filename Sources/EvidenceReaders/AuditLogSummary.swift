import Diagnostics
import EvidenceModel

/// One event, as far as an audit log's summary needs it.
struct AuditEvent {
    enum Outcome { case success, failure, denied }

    /// As written.
    var time: String?
    var actor: String?
    var action: String?
    var source: String?
    /// What to print as the outcome; `nil` when the log does not say.
    var outcomeText: String?
    var outcome: Outcome?
    var isPrivileged = false
    var isModelUse = false
    var isVersionChange = false
}

/// Gathers what an audit log states, event by event, in flat memory.
struct AuditLogSummary {
    /// More different actors, actions or sources than this are not told apart.
    static let maximumDistinct = 100_000
    private static let shown = 25
    private static let maximumIdentifiers = 1_000_000

    private(set) var events = 0
    private var malformed = 0
    private var first: (time: Instant, line: Int)?
    private var last: (time: Instant, line: Int)?
    private var actors: [String: Int] = [:]
    private var actions: [String: Int] = [:]
    private var outcomes: [String: Int] = [:]
    private var sources: [String: Int] = [:]
    private var denied = 0
    private var failed = 0
    private var privileged = 0
    private var withoutActor = 0
    private var withoutTime = 0
    private var duplicates = 0
    private var outcomesSeen = false
    private var modelUse = 0
    private var modelUseWithActor = 0
    private var versionChanges = 0
    private var zoneAssumed = false
    private var occupancy = TimeOccupancy()
    private var identifiers: Set<Int> = []
    private var overflowed = false
    var tally = DiagnosticTally()

    /// True when an id is new; ids beyond a million are taken as new.
    mutating func isNew(_ id: String) -> Bool {
        let hash = Self.hash(id)
        if identifiers.contains(hash) {
            duplicates += 1
            return false
        }
        if identifiers.count < Self.maximumIdentifiers { identifiers.insert(hash) } else { overflowed = true }
        return true
    }

    /// Notes an id without counting a repetition as a duplicate.
    mutating func isFirstSight(_ id: String) -> Bool {
        let hash = Self.hash(id)
        if identifiers.contains(hash) { return false }
        if identifiers.count < Self.maximumIdentifiers { identifiers.insert(hash) } else { overflowed = true }
        return true
    }

    /// FNV-1a, 64 bits: the same in every run, as the standard library's hash is not.
    private static func hash(_ text: String) -> Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return Int(truncatingIfNeeded: hash)
    }

    mutating func addMalformed(_ diagnostics: [Diagnostic]) {
        malformed += 1
        tally.add(diagnostics)
    }

    /// Counts a record that a parser could not read; several faults in one record count once.
    mutating func addFault(_ diagnostic: Diagnostic, isNewRecord: Bool) {
        if isNewRecord { malformed += 1 }
        tally.add(diagnostic)
    }

    mutating func add(_ event: AuditEvent, path: String, line: Int) {
        events += 1
        time(event, path, line)
        if let actor = event.actor, !actor.isEmpty { Self.count(actor, in: &actors, &overflowed) } else { withoutActor += 1 }
        if let action = event.action, !action.isEmpty { Self.count(action, in: &actions, &overflowed) }
        if let source = event.source, !source.isEmpty { Self.count(source, in: &sources, &overflowed) }
        outcome(event)
        if event.isPrivileged { privileged += 1 }
        if event.isModelUse {
            modelUse += 1
            if event.actor?.isEmpty == false { modelUseWithActor += 1 }
        }
        if event.isVersionChange { versionChanges += 1 }
    }

    private mutating func time(_ event: AuditEvent, _ path: String, _ line: Int) {
        guard let text = event.time else {
            withoutTime += 1
            return
        }
        let parsed = Instant.parse(text)
        guard let instant = parsed?.instant ?? Int64(text).flatMap({ Instant(epoch: $0) }) else {
            withoutTime += 1
            tally.add(.badTime(path, line: line, text))
            return
        }
        if parsed?.zoneAssumed == true, !zoneAssumed {
            zoneAssumed = true
            tally.add(.zoneAssumed(path, line: line, text))
        }
        if first.map({ instant < $0.time }) ?? true { first = (instant, line) }
        if last.map({ instant > $0.time }) ?? true { last = (instant, line) }
        occupancy.insert(instant)
    }

    private mutating func outcome(_ event: AuditEvent) {
        guard let outcome = event.outcome else { return }
        outcomesSeen = true
        switch outcome {
        case .success: break
        case .failure: failed += 1
        case .denied:
            failed += 1
            denied += 1
        }
        let words = event.outcomeText ?? (outcome == .success ? "success" : outcome == .denied ? "denied" : "failure")
        Self.count(words, in: &outcomes, &overflowed)
    }

    private static func count(_ name: String, in table: inout [String: Int], _ overflowed: inout Bool) {
        if let count = table[name] {
            table[name] = count + 1
        } else if table.count < maximumDistinct {
            table[name.utf8.count > 512 ? String(name.prefix(256)) : name, default: 0] += 1
        } else {
            overflowed = true
        }
    }

    // MARK: What it all says

    /// The reading of a log; not usable when it holds no event at all and something was wrong with it.
    func reading(path: String, tellsPrivilege: Bool) -> Reading {
        var tally = tally
        if overflowed { tally.add(.overflow(path)) }
        if events == 0, malformed == 0 { tally.add(.empty(path)) }
        let diagnostics = tally.diagnostics(path: path)
        if events == 0, diagnostics.contains(where: { $0.severity == .error }) { return .unreadable(diagnostics) }
        var observed: Period?
        if let first, let last { observed = Period(from: first.time, to: last.time) }
        return Reading(facts: facts(tellsPrivilege: tellsPrivilege), diagnostics: diagnostics, observed: observed)
    }

    private func facts(tellsPrivilege: Bool) -> [Fact] {
        func number(_ name: FactName, _ value: Int, _ unit: String) -> Fact { Fact(name, .number(Double(value)), unit: unit, at: .whole) }
        var facts = [number("events", events, "events"), number("malformed-records", malformed, "records")]
        if let first, let last {
            let span = Int(last.time.dayNumber - first.time.dayNumber) + 1
            facts += [
                Fact("first-event", .date(first.time), at: .line(first.line)), Fact("last-event", .date(last.time), at: .line(last.line)),
                Fact(
                    "largest-hole", .duration(CalendarDuration(days: Int(occupancy.largestHole / 86_400), seconds: Int(occupancy.largestHole % 86_400))),
                    at: .whole),
                number("days-with-events", occupancy.dayCount, "days"), number("days-in-span", span, "days"),
                Fact("share-of-days-with-events", .number(Double(occupancy.dayCount) / Double(span)), unit: "ratio", at: .whole),
            ]
        }
        if !actors.isEmpty { facts.append(number("distinct-actors", actors.count, "actors")) }
        if !actions.isEmpty { facts.append(number("distinct-actions", actions.count, "actions")) }
        if outcomesSeen { facts += [number("denied-actions", denied, "events"), number("failed-actions", failed, "events")] }
        if tellsPrivilege { facts.append(number("privileged-actions", privileged, "events")) }
        facts += [
            number("events-without-actor", withoutActor, "events"), number("events-without-time", withoutTime, "events"),
            number("duplicate-events", duplicates, "events"),
        ]
        if !sources.isEmpty { facts.append(Fact("sources", .list(sources.keys.sorted().prefix(200).map { $0 }), at: .whole)) }
        // Only what events show is stated: a log of something else is silent about it, not against it.
        if modelUse > 0 {
            facts += [Fact("logs-model-use", .flag(true), at: .whole), number("uses-recorded", modelUse, "uses")]
            if modelUseWithActor == modelUse { facts.append(Fact("logs-user", .flag(true), at: .whole)) }
        }
        if failed > 0 { facts.append(Fact("logs-risk-events", .flag(true), at: .whole)) }
        if versionChanges > 0 { facts.append(Fact("logs-version", .flag(true), at: .whole)) }
        return facts + tables
    }

    private var tables: [Fact] {
        func table(_ name: FactName, _ column: FactName, _ counts: [String: Int]) -> Fact? {
            guard !counts.isEmpty else { return nil }
            let ordered = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(Self.shown)
            let rows = ordered.map { FactRow([(column, .text($0.key)), ("events", .number(Double($0.value)))], at: .whole) }
            return Fact(name, .table(rows), at: .whole)
        }
        let holes = occupancy.emptyDays.map { from, to in
            FactRow(
                [
                    ("from", .date(Instant(seconds: from * 86_400))), ("to", .date(Instant(seconds: to * 86_400))), ("days", .number(Double(to - from))),
                ], at: .whole)
        }
        return [table("actions", "action", actions), table("actors", "actor", actors), table("outcomes", "outcome", outcomes)].compactMap { $0 }
            + (events > 0 ? [Fact("holes", .table(holes), at: .whole)] : [])
    }
}

extension Diagnostic {
    fileprivate static func badTime(_ path: String, line: Int, _ text: String) -> Self {
        Diagnostic(
            id: "log.bad-time", severity: .error, location: TextLocation(path: path, line: line),
            message: "'\(text.prefix(60))' is not a time that exists; expected one such as 2026-09-30T12:00:00Z",
            hint: "correct the program that writes the log, or its mapping")
    }

    fileprivate static func zoneAssumed(_ path: String, line: Int, _ text: String) -> Self {
        Diagnostic(
            id: "log.zone-assumed", severity: .warning, location: TextLocation(path: path, line: line),
            message: "'\(text.prefix(60))' names no time zone; UTC was assumed",
            hint: "write times with Z or an offset")
    }

    fileprivate static func overflow(_ path: String) -> Self {
        Diagnostic(
            id: "log.too-many-names", severity: .warning, location: TextLocation(path: path),
            message:
                "more than \(AuditLogSummary.maximumDistinct) different names, or more than a million event ids: distinct counts and duplicates are lower bounds",
            hint: "split the log by month to have them exact")
    }

    fileprivate static func empty(_ path: String) -> Self {
        Diagnostic(
            id: "log.no-events", severity: .warning, location: TextLocation(path: path), message: "the log holds no event",
            hint: "check that the export covers the period")
    }
}
