import EvidenceModel

/// Joins observed periods and says what they leave uncovered.
enum CoverageCalculation {
    /// - Parameter allowed: holes up to this length do not count; without it, holes shorter than a day do not.
    static func coverage(of period: Period, until asOf: Instant, by items: [EvidenceItem], allowed: CalendarDuration?) -> Coverage {
        let end = min(period.to, asOf)
        guard period.from < end else { return Coverage(holes: [], share: 0) }
        let window = Period(from: period.from, to: end)
        var covered = merged(items.flatMap { stretches(of: $0) }.compactMap { clip($0, to: window) })
        var holes: [Period] = []
        var total: Int64 = 0
        var at = window.from
        covered.append(Period(from: window.to, to: window.to))
        for stretch in covered {
            if at < stretch.from, isHole(from: at, to: stretch.from, allowed: allowed) { holes.append(Period(from: at, to: stretch.from)) }
            total += stretch.seconds
            at = max(at, stretch.to)
        }
        return Coverage(holes: holes, share: Double(total) / Double(max(1, window.seconds)))
    }

    private static func isHole(from: Instant, to: Instant, allowed: CalendarDuration?) -> Bool {
        if let allowed { return from + allowed < to }
        return to.seconds - from.seconds >= 86_400
    }

    /// The observed period without the holes that the item itself reports (a log's days without events).
    static func stretches(of item: EvidenceItem) -> [Period] {
        guard let observed = item.observed else { return [] }
        guard case .table(let rows)? = item.fact("holes")?.value else { return [observed] }
        var result: [Period] = []
        var at = observed.from
        let holes = rows.compactMap { row -> Period? in
            guard case .date(let from)? = row["from"], case .date(let to)? = row["to"], from < to else { return nil }
            return Period(from: from, to: to)
        }
        for hole in holes.sorted(by: { $0.from < $1.from }) where hole.from >= observed.from && hole.to <= observed.to {
            if at < hole.from { result.append(Period(from: at, to: hole.from)) }
            at = max(at, hole.to)
        }
        if at <= observed.to { result.append(Period(from: at, to: observed.to)) }
        return result
    }

    private static func clip(_ period: Period, to window: Period) -> Period? {
        let from = max(period.from, window.from)
        let to = min(period.to, window.to)
        return from <= to ? Period(from: from, to: to) : nil
    }

    private static func merged(_ periods: [Period]) -> [Period] {
        var result: [Period] = []
        for period in periods.sorted(by: { ($0.from, $0.to) < ($1.from, $1.to) }) {
            if let last = result.last, period.from <= last.to {
                result[result.count - 1] = Period(from: last.from, to: max(last.to, period.to))
            } else {
                result.append(period)
            }
        }
        return result
    }
}
