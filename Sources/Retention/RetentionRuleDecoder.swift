import ControlFrameworks
import Diagnostics
import EvidenceModel
import StructuredText

/// Decodes retention rules: those of definition files, and those under `retention:` in `dossier.yaml`.
struct RetentionRuleDecoder {
    let vocabulary: EvidenceVocabulary
    let reader = YAMLMapReader(subject: "retention")
    /// Yes/no properties of a system that `applies` may ask for.
    var traits: [String] = []

    /// A period is never longer: a slip of the keyboard would be kept for ever.
    private static let longest = CalendarDuration(months: 1000 * 12)
    private static let keys = ["rule", "kinds", "keep", "until", "from", "framework", "applies", "cite", "source", "note"]
    /// The word that stands for all kinds in an organisation's own rule.
    static let allKinds = "all"

    /// The rules of a definition file.
    mutating func rules(_ root: YAMLNode) -> [RetentionRule] {
        guard let map = reader.map(root, keys: ["traits", "rules"], what: "a file of retention rules") else { return [] }
        for item in reader.list(map["traits"], "traits") {
            guard let trait = reader.map(item, keys: ["name", "about"], what: "a trait"), let name = reader.text(trait["name"], "name", in: item) else {
                continue
            }
            traits.append(name)
        }
        return reader.list(map["rules"], "rules").compactMap { rule($0) }
    }

    /// A whole rule.
    func rule(_ node: YAMLNode) -> RetentionRule? {
        guard let map = reader.map(node, keys: Self.keys, what: "a retention rule"), let id = id(map, node), let authority = authority(map, node),
            let kinds = kinds(map, node, isLaw: authority.isLaw), reader.text(map["from"], "from", in: node) != nil,
            let from = reader.choice(map["from"], "from", as: RetentionRule.Anchor.self)
        else { return nil }
        let open = reader.optionalText(map["until"], "until")
        let keep = duration(map["keep"], "keep")
        if map["keep"] != nil, keep == nil { return nil }
        guard keep != nil || open != nil else {
            reader.report(
                "missing-key", node.location, "rule '\(id)' has neither 'keep' nor 'until'",
                hint: "add 'keep: P10Y', or 'until:' where the source gives no number")
            return nil
        }
        if open != nil, !authority.isLaw {
            reader.report(
                "open-own-rule", map["until"]?.location, "rule '\(id)' of the organisation has an open end; expected a period",
                hint: "state it with 'keep: P7Y'")
            return nil
        }
        let applies = map["applies"].flatMap { Condition.decode($0, traits: traits, reader) }
        if map["applies"] != nil, applies == nil { return nil }
        return RetentionRule(
            id: id, kinds: kinds, keep: keep, openEnd: open, from: from, framework: reader.optionalText(map["framework"], "framework"), applies: applies,
            authority: authority, note: reader.optionalText(map["note"], "note"), location: node.location)
    }

    /// The id of a rule, and nothing for one that could not be told from another.
    func id(_ map: [String: YAMLNode], _ node: YAMLNode) -> String? {
        guard let id = reader.text(map["rule"], "rule", in: node) else { return nil }
        let isPlain = id.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
                || byte == UInt8(ascii: ".")
        }
        if isPlain, id.utf8.count <= 80 { return id }
        reader.report(
            "not-an-id", map["rule"]?.location, "'\(id)' is no id of a rule; expected lower-case letters, digits, dots and hyphens",
            hint: "write an id such as records-policy-4.2")
        return nil
    }

    private func authority(_ map: [String: YAMLNode], _ node: YAMLNode) -> RetentionRule.Authority? {
        let cite = reader.optionalText(map["cite"], "cite")
        let source = reader.optionalText(map["source"], "source")
        switch (cite, source) {
        case (let cite?, nil): return .law(cite)
        case (nil, let source?): return .organisation(source)
        case (nil, nil):
            if map["cite"] == nil, map["source"] == nil {
                reader.report(
                    "no-source", node.location, "the rule says neither by which law nor by whose decision; expected 'cite' or 'source'",
                    hint: "add 'cite:' with the exact place in the law, or 'source:' with the organisation's own text")
            }
        default:
            reader.report(
                "two-sources", map["source"]?.location, "the rule has both 'cite' and 'source'; expected one",
                hint: "write one rule for the law and one for your own")
        }
        return nil
    }

    private func kinds(_ map: [String: YAMLNode], _ node: YAMLNode, isLaw: Bool) -> [String]? {
        let names = reader.texts(map["kinds"], "kinds")
        guard !names.isEmpty else {
            if map["kinds"] == nil || map["kinds"]?.list?.isEmpty == true {
                reader.report("missing-key", node.location, "'kinds' is missing", hint: "add 'kinds: [ KIND ]'")
            }
            return nil
        }
        if names == [Self.allKinds] {
            if !isLaw { return [] }
            reader.report("law-for-all", map["kinds"]?.location, "a law's rule is about 'all' kinds; expected the kinds that it names", hint: "list the kinds")
            return nil
        }
        var known = true
        for name in names where vocabulary[name] == nil {
            known = false
            reader.report(
                "unknown-kind", map["kinds"]?.location, "no evidence kind '\(name)'\(suggestion(for: name, among: vocabulary.names))",
                hint: "the kinds are in Frameworks/evidence-kinds")
        }
        return known ? names : nil
    }

    /// A period that is neither nothing nor beyond all bounds.
    func duration(_ node: YAMLNode?, _ key: String) -> CalendarDuration? {
        guard let node, let text = reader.optionalText(node, key) else { return nil }
        guard let duration = CalendarDuration(text) else {
            reader.report(
                "not-a-duration", node.location, "'\(key)' is '\(text)'; expected an ISO 8601 duration",
                hint: "write P10Y for ten years, P6M for six calendar months")
            return nil
        }
        // Counted by parts first: the sum of very large ones is beyond what the calendar can add.
        if duration.months <= Self.longest.months, duration.days <= 400_000, duration.comparableSeconds > 0,
            duration.comparableSeconds <= Self.longest.comparableSeconds
        {
            return duration
        }
        reader.report(
            "not-a-duration", node.location, "'\(key)' is '\(text)'; expected more than nothing and at most 1000 years", hint: "write P10Y for ten years")
        return nil
    }
}
