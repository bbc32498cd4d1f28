import EvidenceModel
import EvidenceReaders

/// What tests ask of a reading.
extension Reading {
    func fact(_ name: FactName) -> Fact? { facts.first { $0.name == name } }

    func number(_ name: FactName) -> Double? {
        if case .number(let number)? = fact(name)?.value { return number }
        return nil
    }

    func list(_ name: FactName) -> [String]? {
        if case .list(let items)? = fact(name)?.value { return items }
        return nil
    }

    func table(_ name: FactName) -> [FactRow]? {
        if case .table(let rows)? = fact(name)?.value { return rows }
        return nil
    }
}
