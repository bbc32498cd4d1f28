import Diagnostics
public import EvidenceModel
public import StructuredText

/// When something applies, by what the system file says.
public indirect enum Condition: Hashable, Sendable {
    case all([Condition])
    case any([Condition])
    case not(Condition)
    /// The field has one of these values.
    case field(Field, [String])
    case trait(String, Bool)
    /// The system was placed on the market before this day.
    case placedBefore(Instant)

    /// What a system file says about a system that a condition may ask for.
    public enum Field: String, CaseIterable, Sendable { case role, risk, annex, sector, jurisdiction }

    /// As a sentence's part: `role is provider and risk is high`.
    public var words: String {
        switch self {
        case .all(let parts): parts.map(\.words).joined(separator: " and ")
        case .any(let parts): "(" + parts.map(\.words).joined(separator: ", or ") + ")"
        case .not(let part): "not (\(part.words))"
        case .field(let field, let values): "\(field.rawValue) is \(values.joined(separator: " or "))"
        case .trait(let name, let value): value ? name : "not \(name)"
        case .placedBefore(let day): "placed on the market before \(day.text)"
        }
    }
}

extension Condition {
    static let keys = Field.allCases.map(\.rawValue) + ["traits", "not", "any-of", "placed-before"]
    static let maximumDepth = 8

    /// Decodes an `applies:` or `when:` map; faults go to the reader.
    /// - Parameter traits: the traits that it may ask for.
    public static func decode(_ node: YAMLNode, traits: [String], _ reader: YAMLMapReader, what: String = "applies", depth: Int = 0) -> Condition? {
        guard depth < maximumDepth else {
            reader.report("too-deep", node.location, "'\(what)' nests deeper than \(maximumDepth) levels", hint: "write it flatter")
            return nil
        }
        guard let map = reader.map(node, keys: keys, what: "'\(what)'") else { return nil }
        var parts: [Condition] = []
        for field in Field.allCases {
            guard let value = map[field.rawValue] else { continue }
            parts.append(.field(field, reader.texts(value, field.rawValue)))
        }
        for member in reader.members(map["traits"], "traits") {
            guard traits.contains(member.key) else {
                reader.report(
                    "unknown-trait", member.keyLocation, "no trait '\(member.key)' is declared\(suggestion(for: member.key, among: traits))",
                    hint: "declare it under 'traits' in framework.yaml")
                continue
            }
            if let flag = reader.flag(member.value, member.key) { parts.append(.trait(member.key, flag)) }
        }
        if let node = map["not"], let part = decode(node, traits: traits, reader, what: "not", depth: depth + 1) { parts.append(.not(part)) }
        if let node = map["any-of"] {
            let choices = reader.list(node, "any-of").compactMap { decode($0, traits: traits, reader, what: "any-of", depth: depth + 1) }
            parts.append(.any(choices))
        }
        if let node = map["placed-before"], let text = reader.optionalText(node, "placed-before") {
            if let day = Instant(text) {
                parts.append(.placedBefore(day))
            } else {
                reader.report(
                    "not-a-date", node.location, "'\(text)' is not a date; expected one such as 2026-08-02", hint: "write an ISO 8601 date that exists")
            }
        }
        return parts.count == 1 ? parts[0] : .all(parts)
    }
}
