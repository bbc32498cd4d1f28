import EvidenceModel

/// What is counted for one group of people.
struct GroupCounts: Hashable {
    var count = 0
    var selected = 0
    /// Rows whose label is known.
    var labelled = 0
    var positives = 0
    var truePositives = 0
    var falsePositives = 0

    mutating func add(selected isSelected: Bool, positive: Bool?) {
        count += 1
        if isSelected { selected += 1 }
        guard let positive else { return }
        labelled += 1
        if positive { positives += 1 }
        if isSelected { if positive { truePositives += 1 } else { falsePositives += 1 } }
    }

    private var negatives: Int { labelled - positives }
    var selectionRate: Double? { share(selected, of: count) }
    /// `nil` when the group has no positive label.
    var truePositiveRate: Double? { share(truePositives, of: positives) }
    /// `nil` when the group has no negative label.
    var falsePositiveRate: Double? { share(falsePositives, of: negatives) }
    var accuracy: Double? { share(truePositives + negatives - falsePositives, of: labelled) }
}

private func share(_ part: Int, of whole: Int) -> Double? { whole > 0 ? Double(part) / Double(whole) : nil }

/// The counts of one protected attribute, or of an intersection of several, in memory that does not grow with the rows.
struct AttributeCounts {
    /// More groups than this are no groups of people but numbers or identifiers.
    static let maximumGroups = 10_000

    /// The columns' names, joined by `*`.
    let name: String
    /// The columns' indexes.
    let columns: [Int]
    private(set) var groups: [[String]: GroupCounts] = [:]
    /// True once there were too many groups: then nothing is known about the attribute.
    private(set) var isOverfull = false

    init(name: String, columns: [Int]) {
        self.name = name
        self.columns = columns
    }

    mutating func add(_ group: [String], selected: Bool, positive: Bool?) {
        guard !isOverfull else { return }
        if groups.count == Self.maximumGroups, groups[group] == nil {
            isOverfull = true
            groups = [:]
            return
        }
        groups[group, default: GroupCounts()].add(selected: selected, positive: positive)
    }
}

/// The outcomes of one attribute's groups side by side, as Fairlearn defines the measures (its "worst case" equalised odds), except that a rate
/// nobody can know is left out, where Fairlearn says 0, and that a single group is compared with nothing.
struct GroupComparison {
    struct Group {
        var name: String
        var counts: GroupCounts
    }

    let attribute: String
    /// In the order of their names.
    let groups: [Group]
    private let most: Group?
    private let least: Group?

    init(_ attribute: AttributeCounts) {
        self.attribute = attribute.name
        let sorted = attribute.groups.sorted { $0.key.lexicographicallyPrecedes($1.key) }
        groups = sorted.map { Group(name: $0.key.joined(separator: "*"), counts: $0.value) }
        let isCompared = groups.count >= 2
        most = isCompared ? groups.reduce(nil) { best, group in best.map { $0.isBelow(group) ? group : $0 } ?? group } : nil
        least = isCompared ? groups.reduce(nil) { best, group in best.map { group.isBelow($0) ? group : $0 } ?? group } : nil
    }

    var demographicParityDifference: Double? { spread(\.selectionRate) }
    var equalOpportunityDifference: Double? { spread(\.truePositiveRate) }

    /// `nil` unless both differences are known: the larger of one known and one unknown number is unknown.
    var equalizedOddsDifference: Double? {
        guard let first = spread(\.truePositiveRate), let second = spread(\.falsePositiveRate) else { return nil }
        return max(first, second)
    }

    /// The lowest selection rate over the highest; `nil` when nobody at all was selected.
    var selectionRatio: Double? {
        guard let most, let least else { return nil }
        return ratio(least, most)
    }

    /// Whether every group is selected at 80 % or more of the most selected group's rate (29 CFR 1607.4 D), in whole numbers, so that 24/100 against
    /// 30/100 is not lost to rounding.
    var meetsFourFifths: Bool? {
        guard let most, let least, most.counts.selected > 0 else { return nil }
        return 5 * Int128(least.counts.selected) * Int128(most.counts.count) >= 4 * Int128(most.counts.selected) * Int128(least.counts.count)
    }

    /// The row of `attributes-compared`.
    var summaryRow: FactRow {
        FactRow(
            [
                ("attribute", .text(attribute)), ("groups", .number(Double(groups.count))),
                ("demographic-parity-difference", demographicParityDifference.map { .number($0) }),
                ("demographic-parity-ratio", selectionRatio.map { .number($0) }),
                ("equalized-odds-difference", equalizedOddsDifference.map { .number($0) }),
                ("equal-opportunity-difference", equalOpportunityDifference.map { .number($0) }),
                ("disparate-impact-ratio", selectionRatio.map { .number($0) }), ("four-fifths-rule", meetsFourFifths.map { .flag($0) }),
                ("most-selected-group", most.map { .text($0.name) }), ("least-selected-group", least.map { .text($0.name) }),
            ], at: .whole)
    }

    /// The rows of `groups`.
    var groupRows: [FactRow] {
        groups.map { group in
            let counts = group.counts
            return FactRow(
                [
                    ("attribute", .text(attribute)), ("group", .text(group.name)), ("count", .number(Double(counts.count))),
                    ("selected", .number(Double(counts.selected))), ("selection-rate", counts.selectionRate.map { .number($0) }),
                    ("true-positive-rate", counts.truePositiveRate.map { .number($0) }),
                    ("false-positive-rate", counts.falsePositiveRate.map { .number($0) }), ("accuracy", counts.accuracy.map { .number($0) }),
                    ("selection-ratio", most.flatMap { ratio(group, $0) }.map { .number($0) }),
                ], at: .whole)
        }
    }

    /// Largest minus smallest rate among the groups that have one; `nil` when fewer than two have.
    private func spread(_ rate: (GroupCounts) -> Double?) -> Double? {
        let rates = groups.compactMap { rate($0.counts) }
        guard rates.count >= 2, let low = rates.min(), let high = rates.max() else { return nil }
        return high - low
    }

    /// One rounding only: 24/100 over 30/100 is 0.8.
    private func ratio(_ group: Group, _ other: Group) -> Double? {
        guard other.counts.selected > 0, group.counts.count > 0 else { return nil }
        return Double(group.counts.selected) * Double(other.counts.count) / (Double(group.counts.count) * Double(other.counts.selected))
    }
}

extension GroupComparison.Group {
    fileprivate func isBelow(_ other: Self) -> Bool {
        Int128(counts.selected) * Int128(other.counts.count) < Int128(other.counts.selected) * Int128(counts.count)
    }
}

/// Facts over all attributes; each measure is that of the attribute where it is worst.
func fairnessFacts(_ comparisons: [GroupComparison], overall: GroupCounts, favourable: String, dropped: Int) -> [Fact] {
    func number(_ name: FactName, _ value: Double?, _ unit: String) -> Fact? { value.map { Fact(name, .number($0), unit: unit, at: .whole) } }
    let sizes = comparisons.flatMap { $0.groups.map(\.counts.count) }
    let rules = comparisons.compactMap(\.meetsFourFifths)
    let ratio = comparisons.compactMap(\.selectionRatio).min()
    let facts: [Fact?] = [
        number("population", Double(overall.count), "people"), number("group-count", Double(sizes.count), "groups"),
        number("smallest-group", sizes.min().map(Double.init), "people"),
        Fact("attributes", .list(comparisons.map(\.attribute)), at: .whole), Fact("favourable-outcome", .text(favourable), at: .whole),
        number("demographic-parity-difference", comparisons.compactMap(\.demographicParityDifference).max(), "ratio"),
        number("demographic-parity-ratio", ratio, "ratio"),
        number("equalized-odds-difference", comparisons.compactMap(\.equalizedOddsDifference).max(), "ratio"),
        number("equal-opportunity-difference", comparisons.compactMap(\.equalOpportunityDifference).max(), "ratio"),
        number("disparate-impact-ratio", ratio, "ratio"),
        rules.isEmpty ? nil : Fact("four-fifths-rule", .flag(rules.allSatisfy { $0 }), at: .whole),
        number("accuracy", overall.accuracy, "ratio"), number("dropped-rows", Double(dropped), "rows"),
        Fact("attributes-compared", .table(comparisons.map(\.summaryRow)), at: .whole),
        Fact("groups", .table(comparisons.flatMap(\.groupRows)), at: .whole),
    ]
    return facts.compactMap { $0 }
}
