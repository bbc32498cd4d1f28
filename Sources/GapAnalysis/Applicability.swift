public import ControlFrameworks
import EvidenceModel
public import Workspaces

/// Yes, no, or the system file does not say.
public enum Answer: Equatable, Sendable {
    case yes
    /// With the reason.
    case no(String)
    /// With what it does not say.
    case unresolved(String)
}

/// Holds a framework's conditions against what the system file says.
public struct Applicability {
    let system: AISystem
    let frameworkID: String

    /// - Parameter frameworkID: the framework under which the system's risk class counts.
    public init(system: AISystem, frameworkID: String) {
        self.system = system
        self.frameworkID = frameworkID
    }

    public func answer(_ condition: Condition?) -> Answer {
        guard let condition else { return .yes }
        switch condition {
        case .all(let parts): return all(parts)
        case .any(let parts): return any(parts)
        case .not(let part):
            switch answer(part) {
            case .yes: return .no(part.words)
            case .no: return .yes
            case .unresolved(let what): return .unresolved(what)
            }
        case .field(let field, let values): return fieldAnswer(field, values)
        case .trait(let name, let expected):
            guard let actual = system.traits[name] else { return .unresolved("trait '\(name)'") }
            return actual == expected ? .yes : .no("\(name) is \(actual ? "yes" : "no")")
        case .placedBefore(let day):
            guard let placed = system.placedOnMarket else { return .unresolved("'placed-on-market'") }
            return placed < day ? .yes : .no("placed on the market on \(placed.text)")
        }
    }

    private func all(_ parts: [Condition]) -> Answer {
        var open: String?
        for part in parts {
            switch answer(part) {
            case .yes: continue
            case .no(let why): return .no(why)
            case .unresolved(let what): open = open ?? what
            }
        }
        return open.map { .unresolved($0) } ?? .yes
    }

    private func any(_ parts: [Condition]) -> Answer {
        var open: String?
        var reasons: [String] = []
        for part in parts {
            switch answer(part) {
            case .yes: return .yes
            case .no(let why): reasons.append(why)
            case .unresolved(let what): open = open ?? what
            }
        }
        return open.map { .unresolved($0) } ?? .no(reasons.joined(separator: "; "))
    }

    private func fieldAnswer(_ field: Condition.Field, _ values: [String]) -> Answer {
        let actual: [String]
        let key: String
        switch field {
        case .role: (actual, key) = (system.roles, "roles")
        case .risk: (actual, key) = ([system.risk[frameworkID] ?? system.risk["*"]].compactMap { $0 }, "risk")
        case .annex: (actual, key) = (system.annex.map { [$0] } ?? [], "annex")
        case .sector: (actual, key) = (system.sectors, "sector")
        case .jurisdiction: (actual, key) = (system.jurisdictions, "jurisdictions")
        }
        if actual.isEmpty { return .unresolved("'\(key)'") }
        let wanted = Set(values.map { $0.lowercased() })
        // An annex is named alone or with its point: `III` and `III, point 5(b)` are both Annex III.
        let given = actual.map { field == .annex ? String($0.prefix { !",( ".contains($0) }) : $0 }
        return given.contains { wanted.contains($0.lowercased()) } ? .yes : .no("\(field.rawValue) is \(actual.joined(separator: ", "))")
    }

    /// Whether a control binds at as-of, by its framework's schedule.
    func binding(_ control: Control, in framework: Framework, asOf: Instant) -> ControlAssessment.Binding {
        guard let name = control.schedule, let schedule = framework.schedules.first(where: { $0.id == name }) else {
            return .inForce(since: nil, cite: nil)
        }
        var open = false
        for entry in schedule.dates {
            switch answer(entry.condition) {
            case .yes:
                return entry.from <= asOf ? .inForce(since: entry.from, cite: entry.cite) : .readiness(from: entry.from, cite: entry.cite)
            case .no: continue
            case .unresolved: open = true
            }
        }
        // No entry holds: the latest date of the schedule is the only one that cannot be too early.
        let latest = open ? schedule.dates.max { $0.from < $1.from } : nil
        return .readiness(from: latest?.from, cite: latest?.cite)
    }
}
