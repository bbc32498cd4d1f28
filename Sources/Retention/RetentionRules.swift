import BuiltIns
import ControlFrameworks
public import Diagnostics
public import EvidenceModel
public import StructuredText
public import Workspaces

/// The retention rules at hand: those that ship, those of the workspace's `frameworks/retention/`, and the organisation's own in `dossier.yaml`.
public struct RetentionRules: Sendable {
    /// In the order in which they were given, shipped ones first.
    public private(set) var rules: [RetentionRule] = []

    /// The folder of rules below `Frameworks/`, and below a workspace's `frameworks/`.
    public static let folder = "retention"

    /// Loads all rules for a workspace.
    /// - Throws: a `DiagnosticList` when one of them cannot be used: to go on without it could delete what a law keeps.
    public static func load(_ workspace: Workspace, vocabulary: EvidenceVocabulary) throws(DiagnosticList) -> RetentionRules {
        var files: [(path: String, bytes: [UInt8])] = []
        do throws(Diagnostic) {
            for name in workspace.files.names(in: "frameworks/\(folder)") where name.hasSuffix(".yaml") {
                let path = "frameworks/\(folder)/\(name)"
                files.append((path, try workspace.files.read(path)))
            }
        } catch {
            throw DiagnosticList([error])
        }
        return try RetentionRules(
            files: files, own: workspace.retention, vocabulary: vocabulary, traits: Set(workspace.systems.flatMap { $0.traits.keys }).sorted())
    }

    /// - Parameters:
    ///   - files: definition files of the workspace, which add to the shipped ones.
    ///   - own: what stands under `retention:` in `dossier.yaml`.
    ///   - traits: traits that the systems answer; own rules may ask for them.
    public init(files: [(path: String, bytes: [UInt8])], own: YAMLNode?, vocabulary: EvidenceVocabulary, traits: [String] = []) throws(DiagnosticList) {
        var decoder = RetentionRuleDecoder(vocabulary: vocabulary, traits: traits)
        let shipped = BuiltInFiles.files(under: "Frameworks/\(Self.folder)").map { ($0.path, $0.bytes) }
        for (path, bytes) in shipped + files.map({ ($0.path, $0.bytes) }) where path.hasSuffix(".yaml") {
            do throws(Diagnostic) {
                guard let root = try YAMLNode.parse(bytes, path: path), !root.isNull else { continue }
                for rule in decoder.rules(root) { add(rule, decoder.reader) }
            } catch {
                decoder.reader.append([error])
            }
        }
        if let own, !own.isNull { decode(own, decoder) }
        if !decoder.reader.diagnostics.isEmpty { throw DiagnosticList(decoder.reader.diagnostics) }
    }

    private mutating func add(_ rule: RetentionRule, _ reader: YAMLMapReader) {
        guard let place = rules.firstIndex(where: { $0.id == rule.id }) else {
            rules.append(rule)
            return
        }
        let earlier = rules[place]
        if rule.location.path == earlier.location.path {
            reader.report("duplicate-id", rule.location, "rule '\(rule.id)' stands here and at \(earlier.location)", hint: "keep one of them")
        } else if !earlier.authority.isLaw {
            rules[place] = rule
        } else if let merged = widened(earlier, by: rule, reader) {
            rules[place] = merged
        }
    }

    /// A law's rule with what a workspace's file adds to it, or a report that it would take something away.
    private func widened(_ law: RetentionRule, by rule: RetentionRule, _ reader: YAMLMapReader) -> RetentionRule? {
        var lost: [String] = []
        if rule.from != law.from { lost.append("it counts from '\(rule.from.rawValue)', not from '\(law.from.rawValue)'") }
        if let applies = rule.applies, applies != law.applies || rule.framework != law.framework { lost.append("it applies under other conditions") }
        let missing = rule.kinds.isEmpty ? [] : law.kinds.filter { !rule.kinds.contains($0) }
        if !missing.isEmpty { lost.append("it leaves out \(missing.joined(separator: ", "))") }
        if let openEnd = law.openEnd, rule.openEnd != openEnd, rule.keep == nil { lost.append("it drops 'until: \(openEnd)' without a period instead") }
        guard lost.isEmpty else {
            reader.report(
                "takes-from-law", rule.location, "rule '\(law.id)' takes from \(law.authority.text): \(lost.joined(separator: "; "))",
                hint: "repeat what the rule at \(law.location) says and add to it, or give your rule an id of its own")
            return nil
        }
        var result = law
        result.kinds = rule.kinds.isEmpty ? [] : rule.kinds
        if rule.applies == nil { result.applies = nil }
        result.note = rule.note ?? law.note
        guard let keep = rule.keep else { return result }
        return lengthen(result, to: keep, source: rule.authority.text, at: rule.location, reader)
    }

    /// A law's rule with a longer period, or a report that it is shorter.
    private func lengthen(_ law: RetentionRule, to keep: CalendarDuration, source: String, at location: TextLocation, _ reader: YAMLMapReader) -> RetentionRule?
    {
        if let least = law.keep, keep.comparableSeconds < least.comparableSeconds {
            reader.report(
                "shorter-than-law", location, "rule '\(law.id)' is shortened to \(keep.text); \(law.authority.text) asks for \(least.text) at least",
                hint: "write \(least.text) or more, or leave the rule as it is")
            return nil
        }
        var result = law
        // The law's own number stays beside it: 183 days are more than six months from some days on, and less from others.
        result.longer.append(.init(keep: keep, source: source, location: location))
        return result
    }

    // MARK: dossier.yaml

    private mutating func decode(_ node: YAMLNode, _ decoder: RetentionRuleDecoder) {
        let reader = decoder.reader
        guard let map = reader.map(node, keys: ["rules"], what: "'retention'") else { return }
        var seen: Set<String> = []
        for item in reader.list(map["rules"], "rules") {
            if let cite = item["cite"] {
                reader.report(
                    "own-rule-cites", cite.location, "the organisation's own rule has 'cite'; expected 'source'",
                    hint: "name your own text under 'source'; a law's rule belongs into frameworks/retention/")
                continue
            }
            guard let name = item["rule"]?.text else {
                _ = decoder.rule(item)
                continue
            }
            guard seen.insert(name).inserted else {
                reader.report("duplicate-id", item.location, "rule '\(name)' stands twice under 'retention'", hint: "keep one of them")
                continue
            }
            if let place = rules.firstIndex(where: { $0.id == name }) {
                if let changed = change(rules[place], item, decoder) { rules[place] = changed }
            } else if item["kinds"] == nil {
                reader.report(
                    "unknown-rule", item.location, "no rule '\(name)'\(suggestion(for: name, among: rules.map(\.id)))",
                    hint: "use one of: \(rules.map(\.id).joined(separator: ", ")); a rule of your own names its 'kinds'")
            } else if let rule = decoder.rule(item) {
                rules.append(rule)
            }
        }
    }

    /// A rule that is there already, with the organisation's period: longer than the law's, or any of its own.
    private func change(_ rule: RetentionRule, _ node: YAMLNode, _ decoder: RetentionRuleDecoder) -> RetentionRule? {
        let reader = decoder.reader
        guard let map = reader.map(node, keys: ["rule", "keep", "source", "note"], what: "a change of rule '\(rule.id)'"),
            let source = reader.text(map["source"], "source", in: node), reader.text(map["keep"], "keep", in: node) != nil,
            let keep = decoder.duration(map["keep"], "keep")
        else { return nil }
        var result = rule
        result.note = reader.optionalText(map["note"], "note") ?? rule.note
        if rule.authority.isLaw { return lengthen(result, to: keep, source: source, at: map["keep"]?.location ?? node.location, reader) }
        result.keep = keep
        result.authority = .organisation(source)
        return result
    }
}
