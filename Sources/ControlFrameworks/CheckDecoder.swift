import Diagnostics
import EvidenceModel
import Glibc
import StructuredText

/// Decodes one check of a requirement, and holds every name in it against the vocabulary.
struct CheckDecoder {
    let vocabulary: EvidenceVocabulary
    let kinds: [EvidenceKind]
    let reader: YAMLMapReader

    static let testKeys = [
        "is", "words-at-least", "at-least", "at-most", "equals", "one-of", "matches", "contains", "before", "after", "within", "of", "lasts",
        "meets", "limit", "differs-from", "listed-in",
    ]
    static let keys = ["fact", "each", "any", "none", "count", "where", "if-none", "else"] + testKeys
    static let reasons = [
        "missing", "stale", "period-hole", "check-failed", "no-limit-declared", "sample-too-small", "unsigned", "contradicted", "self-approved",
        "awaits-a-person", "outside-authority", "exception-expired",
    ]

    func decode(_ node: YAMLNode) -> Check? {
        guard let map = reader.map(node, keys: Self.keys, what: "a check") else { return nil }
        guard let scope = scope(map, node) else { return nil }
        let fact = map["fact"].flatMap { reader.optionalText($0, "fact") }.map { FactName($0) }
        var definition: FactDefinition?
        if let fact {
            definition = resolve(fact, in: scope.table, at: map["fact"]?.location ?? node.location)
            if definition == nil { return nil }
        }
        let conditions = rowConditions(map["where"], scope)
        let isCount = if case .count = scope { true } else { false }
        if fact == nil, !isCount, !isNone(scope) {
            reader.report("missing-key", node.location, "the check names no fact", hint: "add 'fact: …', or use 'count: TABLE'")
            return nil
        }
        let tests = tests(map, node, fact: definition, table: scope.table, conditions: conditions)
        if tests.isEmpty, !isNone(scope) {
            // A test that is there and wrong was reported already.
            guard !Self.testKeys.contains(where: { map[$0] != nil && !["words-at-least", "of", "limit"].contains($0) }) else { return nil }
            reader.report("no-test", node.location, "the check says nothing that could fail", hint: "add one of: \(Self.testKeys.joined(separator: ", "))")
            return nil
        }
        if let reason = map["else"]?.text, !Self.reasons.contains(reason) {
            reader.report(
                "unknown-word", map["else"]?.location, "'else' is '\(reason)'\(suggestion(for: reason, among: Self.reasons))",
                hint: "use one of: \(Self.reasons.joined(separator: ", "))")
        }
        if let node = map["if-none"], node.text != "holds" {
            reader.report(
                "unknown-word", node.location, "'if-none' is '\(node.text ?? node.kindName)'; expected holds",
                hint: "write 'if-none: holds', or leave it out when no row is a failure")
        }
        return Check(
            scope: scope, conditions: conditions, fact: fact, tests: tests, noRowsHold: map["if-none"]?.text == "holds",
            failureReason: map["else"]?.text, location: node.location)
    }

    private func isNone(_ scope: Check.Scope) -> Bool {
        if case .none = scope { return true }
        return false
    }

    private func scope(_ map: [String: YAMLNode], _ node: YAMLNode) -> Check.Scope? {
        let given = ["each", "any", "none", "count"].filter { map[$0] != nil }
        guard given.count <= 1 else {
            reader.report(
                "two-scopes", node.location, "the check has \(given.joined(separator: " and ")); expected one of them", hint: "split it into two checks")
            return nil
        }
        guard let key = given.first, let place = map[key], let name = reader.optionalText(place, key) else { return .scalar }
        for kind in kinds where kind.table(FactName(name)) == nil {
            reader.report(
                "unknown-table", place.location,
                "kind '\(kind.name)' has no table '\(name)'\(suggestion(for: name, among: kind.tables.map(\.name.text)))",
                hint: "its tables are: \(kind.tables.map(\.name.text).joined(separator: ", "))")
            return nil
        }
        let table = FactName(name)
        return switch key {
        case "each": .each(table)
        case "any": .any(table)
        case "none": .none(table)
        default: .count(table)
        }
    }

    /// The fact's definition, the same in every kind that the requirement accepts.
    private func resolve(_ name: FactName, in table: FactName?, at location: TextLocation) -> FactDefinition? {
        var found: FactDefinition?
        for kind in kinds {
            let known = table.flatMap { kind.table($0)?.columns } ?? (table == nil ? kind.facts : [])
            guard let definition = known.first(where: { $0.name == name }) else {
                let place = table.map { "table '\($0)' of kind '\(kind.name)'" } ?? "kind '\(kind.name)'"
                reader.report(
                    "unknown-fact", location, "\(place) has no fact '\(name)'\(suggestion(for: name.text, among: known.map(\.name.text)))",
                    hint: "the vocabulary is in Frameworks/evidence-kinds/\(kind.name).yaml")
                return nil
            }
            if let found, found.type != definition.type {
                reader.report(
                    "fact-types-differ", location, "fact '\(name)' is a \(found.type.rawValue) in one kind and a \(definition.type.rawValue) in another",
                    hint: "split the requirement by kind")
                return nil
            }
            found = definition
        }
        return found
    }

    private func rowConditions(_ node: YAMLNode?, _ scope: Check.Scope) -> [Check.RowCondition] {
        guard let node else { return [] }
        guard let table = scope.table, let members = node.members else {
            reader.report("where-without-table", node.location, "'where' selects rows; expected each, any, none or count beside it", hint: "name a table")
            return []
        }
        return members.compactMap { member in
            guard let column = resolve(FactName(member.key), in: table, at: member.keyLocation) else { return nil }
            let tests: [Check.Test]
            switch member.value.kind {
            case .scalar(let text, _): tests = [column.type == .flag ? .isFlag(isTrue(text)) : .oneOf([text])]
            case .list: tests = [.oneOf(reader.texts(member.value, member.key))]
            case .map:
                guard let map = reader.map(member.value, keys: Self.testKeys, what: "a row condition") else { return nil }
                tests = self.tests(map, member.value, fact: column, table: table, conditions: [])
            }
            return Check.RowCondition(column: column.name, tests: tests)
        }
    }

    private func isTrue(_ text: String) -> Bool { ["true", "yes"].contains(text.lowercased()) }

    private func tests(
        _ map: [String: YAMLNode], _ node: YAMLNode, fact: FactDefinition?, table: FactName?, conditions: [Check.RowCondition]
    ) -> [Check.Test] {
        var tests: [Check.Test] = []
        if let value = map["is"] { tests += presence(value, words: reader.integer(map["words-at-least"], "words-at-least"), fact) }
        for (key, make) in [("at-least", Check.Test.atLeast), ("at-most", Check.Test.atMost)] {
            if let value = map[key], let bound = bound(value, key, fact) { tests.append(make(bound)) }
        }
        if let value = map["equals"], let text = reader.optionalText(value, "equals") {
            tests.append(fact?.type == .flag ? .isFlag(isTrue(text)) : .oneOf([text]))
        }
        if let value = map["one-of"] { tests.append(.oneOf(reader.texts(value, "one-of"))) }
        if let value = map["matches"], let pattern = reader.optionalText(value, "matches") {
            if isValidExpression(pattern) {
                tests.append(.matches(pattern))
            } else {
                reader.report("bad-expression", value.location, "'\(pattern)' is no POSIX extended regular expression", hint: "check brackets and braces")
            }
        }
        if let value = map["contains"] {
            need(fact, [.list], "contains", value)
            tests.append(value.text == "declared-attributes" ? .containsDeclaredAttributes : .contains(reader.texts(value, "contains")))
        }
        tests += dateTests(map, node, fact: fact, table: table)
        if let value = map["meets"] { tests += limit(value, map["limit"], fact, conditions) }
        if let value = map["differs-from"], let name = reader.optionalText(value, "differs-from"),
            let other = resolve(FactName(name), in: table, at: value.location)
        {
            tests.append(.differsFrom(other.name))
        }
        if let value = map["listed-in"], let test = listedIn(value) { tests.append(test) }
        return tests
    }

    private func presence(_ value: YAMLNode, words: Int?, _ fact: FactDefinition?) -> [Check.Test] {
        switch value.text {
        case "present": return [.present(words: words)]
        case "absent": return [.absent]
        case "true", "false":
            need(fact, [.flag], "is", value)
            return [.isFlag(value.text == "true")]
        default:
            reader.report(
                "unknown-word", value.location, "'is' is '\(value.text ?? value.kindName)'; expected present, absent, true or false",
                hint: "use equals for other values")
            return []
        }
    }

    private func bound(_ value: YAMLNode, _ key: String, _ fact: FactDefinition?) -> Check.Bound? {
        let text = value.text ?? ""
        if let number = Double(text), number.isFinite {
            need(fact, [.number], key, value)
            return .number(number)
        }
        if let duration = CalendarDuration(text) {
            need(fact, [.duration], key, value)
            return .duration(duration)
        }
        reader.report("not-a-bound", value.location, "'\(key)' is '\(text)'; expected a number or an ISO 8601 duration", hint: "write 0.8 or P10Y")
        return nil
    }

    private func dateTests(_ map: [String: YAMLNode], _ node: YAMLNode, fact: FactDefinition?, table: FactName?) -> [Check.Test] {
        var tests: [Check.Test] = []
        if let value = map["before"], let moment = moment(value, "before", table) {
            need(fact, [.date], "before", value)
            tests.append(.before(moment))
        }
        if let value = map["after"], let moment = moment(value, "after", table) {
            need(fact, [.date], "after", value)
            tests.append(.after(moment))
        }
        let of = map["of"].flatMap { moment($0, "of", table) }
        for key in ["within", "lasts"] {
            guard let value = map[key] else { continue }
            need(fact, [.date], key, value)
            guard let duration = value.text.flatMap({ CalendarDuration($0) }) else {
                reader.report(
                    "not-a-duration", value.location, "'\(key)' is '\(value.text ?? value.kindName)'; expected an ISO 8601 duration",
                    hint: "write P15D for fifteen days, P3M for three months")
                continue
            }
            switch (key, of) {
            case ("within", .some(let moment)): tests.append(.withinOf(duration, moment))
            case ("within", nil): tests.append(.recent(duration))
            case (_, .some(let moment)): tests.append(.lasts(duration, moment))
            default: reader.report("missing-key", node.location, "'lasts' needs 'of: DATE'", hint: "name the date from which it is counted")
            }
        }
        return tests
    }

    private func moment(_ value: YAMLNode, _ key: String, _ table: FactName?) -> Check.Moment? {
        guard let text = reader.optionalText(value, key) else { return nil }
        switch text {
        case "as-of": return .asOf
        case "period-start": return .periodStart
        case "period-end": return .periodEnd
        case "release": return .release
        default: break
        }
        if let day = Instant(text) { return .date(day) }
        guard let fact = resolve(FactName(text), in: table, at: value.location) else { return nil }
        need(fact, [.date], key, value)
        return .fact(fact.name)
    }

    private func limit(_ value: YAMLNode, _ name: YAMLNode?, _ fact: FactDefinition?, _ conditions: [Check.RowCondition]) -> [Check.Test] {
        guard value.text == "declared-limit" else {
            reader.report(
                "unknown-word", value.location, "'meets' is '\(value.text ?? value.kindName)'; expected declared-limit", hint: "write 'meets: declared-limit'")
            return []
        }
        need(fact, [.number, .duration], "meets", value)
        if let name = reader.optionalText(name, "limit") { return [.meetsLimit(name)] }
        let kind = kinds.first?.name ?? ""
        if let named = conditions.first(where: { $0.column == "name" }), case .oneOf(let names)? = named.tests.first, names.count == 1 {
            return [.meetsLimit("\(kind).\(names[0])")]
        }
        return fact.map { [.meetsLimit("\(kind).\($0.name)")] } ?? []
    }

    private func listedIn(_ value: YAMLNode) -> Check.Test? {
        guard let map = reader.map(value, keys: ["evidence", "table", "column"], what: "'listed-in'"),
            let kindName = reader.text(map["evidence"], "evidence", in: value), let table = reader.text(map["table"], "table", in: value),
            let column = reader.text(map["column"], "column", in: value)
        else { return nil }
        guard let kind = vocabulary[kindName], kind.table(FactName(table))?.column(FactName(column)) != nil else {
            reader.report(
                "unknown-fact", value.location, "no column '\(column)' in table '\(table)' of kind '\(kindName)'",
                hint: "the vocabulary is in Frameworks/evidence-kinds")
            return nil
        }
        return .listedIn(kind: kindName, table: FactName(table), column: FactName(column))
    }

    private func need(_ fact: FactDefinition?, _ types: [FactDefinition.FactType], _ key: String, _ node: YAMLNode) {
        guard let fact, !types.contains(fact.type) else { return }
        reader.report(
            "wrong-type", node.location,
            "'\(key)' cannot be asked of '\(fact.name)', a \(fact.type.rawValue); expected a \(types.map(\.rawValue).joined(separator: " or "))",
            hint: "use a test that fits the fact's type")
    }
}

/// True when the C library accepts the pattern, and needs little for it.
func isValidExpression(_ pattern: String) -> Bool {
    guard expressionFault(pattern) == nil else { return false }
    var compiled = regex_t()
    guard regcomp(&compiled, pattern, REG_EXTENDED | REG_NOSUB) == 0 else { return false }
    regfree(&compiled)
    return true
}
