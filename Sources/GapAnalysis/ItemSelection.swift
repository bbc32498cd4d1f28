import ControlFrameworks
import EvidenceModel

/// Which items of the accepted kinds count for a requirement, and why the others do not.
struct ItemSelection {
    let input: AssessmentInput
    let requirement: Requirement

    /// Newest first; ties by path.
    private(set) var considered: [EvidenceItem] = []
    private(set) var setAside: [RequirementAssessment.SetAside] = []
    /// True when items were left out for their age alone.
    private(set) var hasOnlyStale = false

    init(_ requirement: Requirement, input: AssessmentInput) {
        self.input = input
        self.requirement = requirement
        let candidates = input.items.filter { requirement.kinds.contains($0.kind) }
            .sorted { (Self.end($0, input.asOf), $1.path) > (Self.end($1, input.asOf), $0.path) }
        var usable: [EvidenceItem] = []
        for item in candidates {
            if let why = refusal(item) { setAside.append(.init(item: item, why: why)) } else { usable.append(item) }
        }
        inTime(usable)
    }

    /// The observed end, as-of at most.
    static func end(_ item: EvidenceItem, _ asOf: Instant) -> Instant {
        item.observed.map { min($0.to, asOf) } ?? Instant(seconds: .min)
    }

    private func refusal(_ item: EvidenceItem) -> String? {
        if item.isRetired { return item.entry.flatMap { input.retirements[$0] } ?? "its bytes were deleted at the end of their retention" }
        if let observed = item.observed, observed.from > input.asOf { return "observed from \(observed.from.text) on, after as-of" }
        if !requirement.methods.isEmpty, !requirement.methods.contains(item.method) {
            return "collected by \(item.method.rawValue); expected \(requirement.methods.map(\.rawValue).joined(separator: " or "))"
        }
        if !requirement.producedBy.isEmpty {
            let producer = item.producer?.lowercased() ?? ""
            if !requirement.producedBy.contains(where: { $0.lowercased() == producer }) {
                return "produced by \(item.producer ?? "nobody named"); expected \(requirement.producedBy.joined(separator: " or "))"
            }
        }
        return nil
    }

    private mutating func inTime(_ usable: [EvidenceItem]) {
        if let within = requirement.within {
            let earliest = input.asOf - within
            for item in usable {
                if item.observed == nil {
                    setAside.append(.init(item: item, why: "it does not say when it was true"))
                } else if Self.end(item, input.asOf) < earliest {
                    setAside.append(.init(item: item, why: "observed until \(item.observed?.to.text ?? "?"), before \(earliest.text)"))
                } else {
                    considered.append(item)
                }
            }
            hasOnlyStale = considered.isEmpty && !usable.isEmpty
        } else if requirement.coversPeriod || requirement.judged == .every || requirement.atLeast > 1 {
            let current = usable.filter { $0.observed.map { $0.overlaps(input.period) } ?? false }
            if current.isEmpty, !requirement.coversPeriod, requirement.atLeast == 1, let newest = usable.first {
                // Nothing of this period: what was last true before it still stands, since no freshness is asked for.
                considered = usable.filter { Self.end($0, input.asOf) == Self.end(newest, input.asOf) }
            } else {
                considered = current
            }
            let kept = Set(considered.map(\.path))
            for item in usable where !kept.contains(item.path) {
                setAside.append(.init(item: item, why: item.observed == nil ? "it does not say when it was true" : "observed outside the reporting period"))
            }
            hasOnlyStale = considered.isEmpty && !usable.isEmpty
        } else {
            considered = usable
        }
    }
}
