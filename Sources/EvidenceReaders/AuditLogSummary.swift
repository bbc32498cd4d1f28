import Diagnostics
import EvidenceModel

/// How an event ended.
enum AuditOutcome {
    case success, failure
    /// Refused for want of permission; also a failure.
    case denied
    /// What is written is known neither as success nor as failure.
    case written(UnsafeBufferPointer<UInt8>)
}

/// One event of a log. Texts are valid while it is added only; what is not stated is left out.
struct AuditLogEvent {
    var time: Instant?
    var actor: UnsafeBufferPointer<UInt8>?
    var action: UnsafeBufferPointer<UInt8>?
    var source: UnsafeBufferPointer<UInt8>?
    var outcome: AuditOutcome?
    /// Changes permissions, keys, logging or secrets, or runs as root.
    var isPrivileged = false
    /// Records use of the model itself.
    var isModelUse = false
    var namesInput = false
    var namesVerifier = false
    var namesVersion = false
    /// Records that another version of the model was put to work.
    var isVersionChange = false
}

/// Adds up the events of a log of any format, in memory that does not follow the log's size, and states the facts of the kind `audit-log`.
///
/// The reader calls `add` once for each event, and `malformed` for each record that is none. Duplicates are for the reader to ask about by `isNew`.
struct AuditLogSummary {
    /// What this log can state at all. What it cannot is left out of the facts, because 0 would say that it was looked for.
    struct Scope: OptionSet {
        let rawValue: Int
        static let actors = Scope(rawValue: 1)
        static let actions = Scope(rawValue: 2)
        static let outcomes = Scope(rawValue: 4)
        static let ids = Scope(rawValue: 8)
        static let privileges = Scope(rawValue: 16)
        static let sources = Scope(rawValue: 32)
        static let all: Scope = [.actors, .actions, .outcomes, .ids, .privileges, .sources]
    }

    /// How the place of a record is written.
    enum Numbering {
        case lines
        /// The pointer of a list, such as `/Records/`; the record's index follows.
        case pointers(String)
    }

    let path: String
    let scope: Scope
    var numbering = Numbering.lines
    var diagnostics = DiagnosticTally()

    private(set) var events = 0
    var malformedRecords = 0
    var duplicates = 0
    private(set) var withoutTime = 0
    /// What the event at hand wrote as its time, when no time can be read from it.
    var unreadableTime: String?
    private(set) var withoutActor = 0
    var denied = 0
    var failed = 0
    private(set) var privileged = 0
    /// Events with an outcome that is known neither as success nor as failure.
    private(set) var undecided = 0
    private(set) var zoneAssumed = 0
    /// Events that record use of the model itself.
    private(set) var uses = 0
    private(set) var seen = (user: false, input: false, verifier: false, version: false)
    private(set) var actors = TextCounts()
    private(set) var actions = TextCounts()
    private(set) var sources = TextCounts()
    private(set) var outcomes = TextCounts()
    var timeline = AuditLogTimeline()
    private var ids = HashSet64()

    init(path: String, scope: Scope = .all) {
        self.path = path
        self.scope = scope
    }

    /// Whether an event's own id was met for the first time; true as well when the set of ids is full, which a warning tells.
    mutating func isNew(id: UnsafeBufferPointer<UInt8>) -> Bool { insert(stableHash(id)) != .seen }

    mutating func insert(_ hash: UInt64) -> HashSet64.Insertion {
        let insertion = ids.insert(hash)
        if insertion == .full { idsBeyondLimit += 1 }
        return insertion
    }

    /// Ids that could not be compared because the set was full.
    private(set) var idsBeyondLimit = 0

    /// - Parameters:
    ///   - place: the line, or the index in the list, that `numbering` speaks of.
    ///   - line: the line for messages.
    mutating func add(_ event: AuditLogEvent, place: Int, line: Int) {
        events += 1
        addTime(event, place: place, line: line)
        if let actor = event.actor, !actor.isEmpty {
            actors.add(actor, place: place)
            if event.isModelUse { seen.user = true }
        } else {
            withoutActor += 1
        }
        if let action = event.action, !action.isEmpty { actions.add(action, place: place) }
        if let source = event.source, !source.isEmpty { sources.add(source, place: place) }
        if let outcome = event.outcome { add(outcome, place: place) }
        if event.isPrivileged { privileged += 1 }
        if event.isModelUse { uses += 1 }
        if event.namesInput { seen.input = true }
        if event.namesVerifier { seen.verifier = true }
        if event.namesVersion || event.isVersionChange { seen.version = true }
    }

    private mutating func addTime(_ event: AuditLogEvent, place: Int, line: Int) {
        guard let time = event.time, timeline.add(time, place: place) else {
            withoutTime += 1
            diagnostics.add(unreadableTime.map { .badTime(path, line, $0) } ?? .noTime(path, line))
            unreadableTime = nil
            return
        }
        if time < Self.earliestLikely || time >= Self.latestLikely {
            diagnostics.add(.unlikelyTime(path, line, time))
        }
    }

    /// Counts an outcome apart from its event, for logs that tell it in a later record.
    mutating func add(_ outcome: AuditOutcome, place: Int) {
        switch outcome {
        case .success: Self.successText.withUTF8Buffer { outcomes.add($0, place: place) }
        case .failure, .denied:
            failed += 1
            if case .denied = outcome { denied += 1 }
            Self.failureText.withUTF8Buffer { outcomes.add($0, place: place) }
        case .written(let text):
            undecided += 1
            outcomes.add(text, place: place)
        }
    }

    /// A record that could not be read as an event, with the reason.
    mutating func malformed(_ reasons: [Diagnostic]) {
        malformedRecords += 1
        diagnostics.add(reasons)
    }

    /// A time without a zone, for which UTC was assumed.
    mutating func assumedZone() { zoneAssumed += 1 }

    private static let successText: StaticString = "success"
    private static let failureText: StaticString = "failure"
    private static let earliestLikely = Instant(year: 1990, month: 1, day: 1) ?? Instant(seconds: 0)
    private static let latestLikely = Instant(year: 2101, month: 1, day: 1) ?? Instant(seconds: .max)

    func locator(_ place: Int) -> Locator {
        switch numbering {
        case .lines: .line(place)
        case .pointers(let prefix): .pointer("\(prefix)\(place)")
        }
    }
}

extension StaticString {
    func withUTF8Buffer(_ body: (UnsafeBufferPointer<UInt8>) -> Void) {
        body(UnsafeBufferPointer(start: utf8Start, count: utf8CodeUnitCount))
    }
}

extension Diagnostic {
    fileprivate static func badTime(_ path: String, _ line: Int, _ text: String) -> Self {
        Diagnostic(
            id: "audit-log.bad-time", severity: .error, location: TextLocation(path: path, line: line, column: 1),
            message: "'\(text.prefix(60))' is not a time that exists; expected one such as 2026-09-30T12:00:00Z, or a number of seconds since 1970",
            hint: "correct the program that writes the log, or name the right field in the mapping")
    }

    fileprivate static func noTime(_ path: String, _ line: Int) -> Self {
        Diagnostic(
            id: "audit-log.no-time", severity: .warning, location: TextLocation(path: path, line: line),
            message: "the event has no time that can be read; expected a time as ISO 8601 or a number of seconds since 1970",
            hint: "check which field holds the event's time, and name it in the mapping if it is another")
    }

    fileprivate static func unlikelyTime(_ path: String, _ line: Int, _ time: Instant) -> Self {
        Diagnostic(
            id: "audit-log.unlikely-time", severity: .warning, location: TextLocation(path: path, line: line),
            message: "the event's time is \(time.text); expected a time between 1990 and 2100",
            hint: "check the clock of the system that wrote it, and the unit of the number")
    }
}
