import EvidenceModel

extension EvidenceItem {
    /// The item without the values that cannot be written and read back, such as a number that is none; a problem says which were left out.
    ///
    /// Without this, one such value would make a reading that no later run can open, and a locker that does not open.
    var storable: EvidenceItem {
        var item = self
        var left: [String] = []
        item.facts = facts.compactMap { fact in
            guard case .table(let rows) = fact.value else {
                if fact.value.isStorable { return fact }
                left.append(fact.name.text)
                return nil
            }
            var fact = fact
            fact.value = .table(
                rows.map { row in
                    let cells = row.cells.filter(\.value.isStorable)
                    for cell in row.cells where !cell.value.isStorable { left.append("\(fact.name).\(cell.column)") }
                    return FactRow(cells, locator: row.locator)
                })
            return fact
        }
        if !left.isEmpty { item.problems.append(.outOfRange(path, left)) }
        return item
    }
}

extension FactValue {
    /// True when the value's text reads back as the same value.
    fileprivate var isStorable: Bool {
        switch self {
        case .number(let number): number.isFinite
        case .date(let instant): Instant(instant.text) == instant
        case .duration(let duration): CalendarDuration(duration.text) == duration
        case .text, .flag, .list: true
        case .table: false
        }
    }
}

extension ReadingProblem {
    fileprivate static func outOfRange(_ path: String, _ names: [String]) -> Self {
        let more = names.count > 5 ? " and \(names.count - 5) more" : ""
        return ReadingProblem(
            id: "locker.value-out-of-range", severity: "error", place: path,
            message: "values are out of range or no number, and were left out: \(names.prefix(5).joined(separator: ", "))\(more)",
            hint: "check the program that writes the file")
    }
}
