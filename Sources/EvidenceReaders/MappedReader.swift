import Diagnostics
public import EvidenceModel
import StructuredText

/// Reads any JSON, CSV or XML file through a declared mapping to the facts of a kind.
///
/// A value that is not of the declared type is an error at its place and states nothing. A place where there is nothing states nothing either, and is
/// told by a warning: what is missing never becomes 0.
public struct MappedReader: Sendable {
    let definition: MappingDefinition
    let kind: EvidenceKind

    public init(definition: MappingDefinition, kind: EvidenceKind) {
        self.definition = definition
        self.kind = kind
    }

    public func read(_ source: EvidenceSource) -> Reading {
        var outcome = MappedOutcome(path: source.path)
        for rule in definition.facts {
            if case .constant(let value) = rule.source {
                outcome.state(rule, value, at: .declaration(line: rule.location.line ?? 1))
            }
        }
        do {
            switch definition.format {
            case .json: try readJSON(source, &outcome)
            case .csv: try readCSV(source, &outcome)
            case .xml: try readXML(source, &outcome)
            }
        } catch {
            outcome.tally.add(.reading(error, path: source.path))
            return .unreadable(outcome.tally.diagnostics(path: source.path))
        }
        return outcome.reading(definition)
    }

    /// The rules that ask the file.
    var placed: [(rule: MappingDefinition.Rule, place: String)] { definition.facts.compactMap(Self.placed) }

    static func placed(_ rule: MappingDefinition.Rule) -> (rule: MappingDefinition.Rule, place: String)? {
        if case .place(let place) = rule.source { return (rule, place) }
        return nil
    }
}

/// Several values on their way to one.
struct MappedAggregate {
    let how: MappingDefinition.Aggregate
    private var result: (value: FactValue, locator: Locator)?
    private var sum = 0.0
    private(set) var count = 0
    /// A value in the way could not be read, so that a sum or count would be wrong.
    var isDamaged = false

    init(_ how: MappingDefinition.Aggregate) { self.how = how }

    mutating func take(_ value: FactValue, at locator: Locator) {
        count += 1
        guard let held = result else {
            result = (value, locator)
            if case .number(let number) = value { sum = number }
            return
        }
        switch (how, value, held.value) {
        case (.last, _, _): result = (value, locator)
        case (.sum, .number(let number), _): sum += number
        case (.min, .number(let a), .number(let b)): if a < b { result = (value, locator) }
        case (.max, .number(let a), .number(let b)): if a > b { result = (value, locator) }
        case (.min, .date(let a), .date(let b)): if a < b { result = (value, locator) }
        case (.max, .date(let a), .date(let b)): if a > b { result = (value, locator) }
        default: break
        }
    }

    /// The value, and where it stands; `nil` where there was none. Only a count can be of nothing.
    func value(whole: Locator) -> (FactValue, Locator)? {
        if isDamaged { return nil }
        switch how {
        case .count: return (.number(Double(count)), whole)
        case .sum: return count == 0 || !sum.isFinite ? nil : (.number(sum), whole)
        default: return result
        }
    }
}

/// Facts and diagnostics as a mapped file gives them.
struct MappedOutcome {
    let path: String
    var tally = DiagnosticTally()
    private var byName: [String: Fact] = [:]
    /// Rules of which something was told once already.
    private var told: Set<String> = []

    /// So many rows of one table are kept.
    static let maximumRows = 100_000

    init(path: String) { self.path = path }

    mutating func state(_ rule: MappingDefinition.Rule, _ value: FactValue, at locator: Locator) {
        byName[rule.title] = Fact(rule.definition.name, value, unit: rule.definition.unit, at: locator)
    }

    mutating func state(_ table: MappingDefinition.TableRule, _ rows: [FactRow]) {
        byName[table.definition.name.text] = Fact(table.definition.name, .table(rows), at: .whole)
    }

    mutating func absent(_ rule: MappingDefinition.Rule, _ place: String) { tally.add(.absent(path, rule, place)) }

    /// A text as the rule's type; blank texts state nothing.
    mutating func value(_ text: String, _ rule: MappingDefinition.Rule, at location: TextLocation) -> FactValue? {
        let text = rule.definition.type == .text ? text : text.trimmingBlanks()
        guard text.contains(where: { !$0.isWhitespace }) else { return nil }
        switch FactConversion.value(text, as: rule.definition) {
        case .success(let value):
            if rule.definition.type == .date, Instant.parse(text)?.zoneAssumed == true, told.insert("zone " + rule.title).inserted {
                tally.add(.zoneAssumed(location, rule))
            }
            return value
        case .failure(let refusal):
            if let instant = epoch(text, rule, at: location) { return .date(instant) }
            tally.add(.wrongType(location, rule, text, refusal.expected))
            return nil
        }
    }

    /// A whole number of nine digits or more where a date is asked for: the time since 1970 in a unit that its size tells.
    private mutating func epoch(_ text: String, _ rule: MappingDefinition.Rule, at location: TextLocation) -> Instant? {
        guard rule.definition.type == .date, text.utf8.count >= 9, text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
            let number = Int64(text),
            let instant = Instant(epoch: number), instant.civil.year <= 2200
        else { return nil }
        if told.insert("epoch " + rule.title).inserted { tally.add(.epoch(location, rule, text, instant)) }
        return instant
    }

    mutating func tooManyRows(_ table: MappingDefinition.TableRule) {
        if told.insert("rows " + table.definition.name.text).inserted {
            tally.add(.tooManyRows(path, table.definition.name.text))
        }
    }

    /// The facts in the order of the mapping.
    func reading(_ definition: MappingDefinition) -> Reading {
        let names = definition.facts.map(\.title) + definition.tables.map(\.definition.name.text)
        let facts = names.compactMap { byName[$0] }
        let asked = definition.facts.contains { MappedReader.placed($0) != nil } || !definition.tables.isEmpty
        let found = facts.contains { fact in
            if case .declaration = fact.locator { return false }
            if case .table(let rows) = fact.value { return !rows.isEmpty }
            return true
        }
        var tally = tally
        if asked, !found { tally.add(.nothingFound(path)) }
        return Reading(facts: facts, diagnostics: tally.diagnostics(path: path), usable: found || !asked)
    }
}

extension Diagnostic {
    fileprivate static func absent(_ path: String, _ rule: MappingDefinition.Rule, _ place: String) -> Self {
        Diagnostic(
            id: "mapped.absent", severity: .warning, location: TextLocation(path: path),
            message: "there is nothing at '\(place.prefix(80))' for '\(rule.title)', so it is not stated",
            hint: "correct the place at \(rule.location), or the program that writes the file")
    }

    fileprivate static func wrongType(
        _ location: TextLocation, _ rule: MappingDefinition.Rule, _ text: String, _ expected: String
    ) -> Self {
        Diagnostic(
            id: "mapped.wrong-type", severity: .error, location: location,
            message: "'\(rule.title)' is '\(text.prefix(60))'; expected \(expected)",
            hint: "correct the value, or the mapping at \(rule.location)")
    }

    fileprivate static func zoneAssumed(_ location: TextLocation, _ rule: MappingDefinition.Rule) -> Self {
        Diagnostic(
            id: "mapped.zone-assumed", severity: .warning, location: location,
            message: "a time for '\(rule.title)' has no zone, the first here; UTC was assumed",
            hint: "write times with a zone, such as Z or +02:00")
    }

    fileprivate static func epoch(_ location: TextLocation, _ rule: MappingDefinition.Rule, _ text: String, _ instant: Instant)
        -> Self
    {
        let unit =
            switch text.utf8.count {
            case ...11: "seconds"
            case ...14: "milliseconds"
            case ...17: "microseconds"
            default: "nanoseconds"
            }
        return Diagnostic(
            id: "mapped.epoch", severity: .note, location: location,
            message: "'\(rule.title)' is \(text), read as \(unit) since 1970: \(instant.text)",
            hint: "check that this is the unit; write ISO 8601 to be sure")
    }

    fileprivate static func tooManyRows(_ path: String, _ table: String) -> Self {
        Diagnostic(
            id: "mapped.too-many-rows", severity: .warning, location: TextLocation(path: path),
            message: "table '\(table)' has more than \(MappedOutcome.maximumRows) rows; those after are left out",
            hint: "split the file, or map aggregates")
    }

    fileprivate static func nothingFound(_ path: String) -> Self {
        Diagnostic(
            id: "mapped.nothing", severity: .error, location: TextLocation(path: path),
            message: "nothing that the mapping asks for is in the file",
            hint: "check that the mapping belongs to this file; 'dossier inspect' shows what it finds")
    }
}
