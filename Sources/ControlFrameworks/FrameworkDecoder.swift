import Diagnostics
import EvidenceModel
import StructuredText

/// Decodes the files of one framework.
struct FrameworkDecoder {
    let vocabulary: EvidenceVocabulary
    let reader = YAMLMapReader(subject: "framework")

    static let headerKeys = [
        "framework", "title", "edition", "jurisdiction", "coverage", "coverage-note", "force", "sources", "traits", "in-force", "controls",
    ]
    static let controlKeys = [
        "id", "parent", "title", "asks", "cite", "force", "in-force", "applies", "decided-by", "status", "note", "crosswalk", "needs", "examples",
    ]
    static let requirementKeys = [
        "evidence", "why", "within", "covers", "allowed-hole", "at-least", "produced-by", "method", "four-eyes", "sample-at-least", "judged",
        "applies", "expect",
    ]

    func decode(_ files: [DefinitionFile], digest: String, isFromWorkspace: Bool) -> Framework? {
        var header: YAMLNode?
        var controlNodes: [YAMLNode] = []
        for file in files {
            do throws(Diagnostic) {
                guard let root = try YAMLNode.parse(file.bytes, path: file.path) else { continue }
                if root["framework"] != nil { header = root } else { _ = reader.map(root, keys: ["controls"], what: "a file of controls") }
                controlNodes += reader.list(root["controls"], "controls")
            } catch {
                reader.append([error])
            }
        }
        guard let header, var framework = decodeHeader(header, digest: digest, isFromWorkspace: isFromWorkspace) else {
            if header == nil {
                reader.report(
                    "no-header", files.first.map { TextLocation(path: $0.path) }, "no file of the folder has 'framework: ID'",
                    hint: "add a framework.yaml with framework, title, edition and sources")
            }
            return nil
        }
        framework.controls = controlNodes.compactMap { control($0, framework) }
        validate(&framework)
        return framework
    }

    private func decodeHeader(_ node: YAMLNode, digest: String, isFromWorkspace: Bool) -> Framework? {
        guard let map = reader.map(node, keys: Self.headerKeys, what: "a framework"), let id = reader.text(map["framework"], "framework", in: node),
            let title = reader.text(map["title"], "title", in: node), let edition = reader.text(map["edition"], "edition", in: node)
        else { return nil }
        let sources = reader.list(map["sources"], "sources").compactMap { item -> SourceReference? in
            guard let source = reader.map(item, keys: ["id", "title", "cite", "url"], what: "a source"),
                let id = reader.text(source["id"], "id", in: item), let title = reader.text(source["title"], "title", in: item),
                let cite = reader.text(source["cite"], "cite", in: item)
            else { return nil }
            return SourceReference(id: id, title: title, cite: cite, url: reader.optionalText(source["url"], "url"))
        }
        let traits = reader.list(map["traits"], "traits").compactMap { item -> Trait? in
            guard let trait = reader.map(item, keys: ["name", "about"], what: "a trait"), let name = reader.text(trait["name"], "name", in: item)
            else { return nil }
            return Trait(name: name, about: reader.optionalText(trait["about"], "about") ?? "")
        }
        let schedules = reader.list(map["in-force"], "in-force").compactMap { schedule($0, traits: traits.map(\.name)) }
        return Framework(
            id: id, title: title, edition: edition, jurisdiction: reader.optionalText(map["jurisdiction"], "jurisdiction"),
            coverage: reader.choice(map["coverage"], "coverage", as: Framework.Coverage.self) ?? .partial,
            coverageNote: reader.optionalText(map["coverage-note"], "coverage-note"),
            force: reader.choice(map["force"], "force", as: Force.self) ?? .recommended, sources: sources, traits: traits, schedules: schedules,
            controls: [], digest: digest, isFromWorkspace: isFromWorkspace)
    }

    private func schedule(_ node: YAMLNode, traits: [String]) -> ForceSchedule? {
        guard let map = reader.map(node, keys: ["id", "dates"], what: "an in-force entry"), let id = reader.text(map["id"], "id", in: node)
        else { return nil }
        let dates = reader.list(map["dates"], "dates").compactMap { item -> ForceSchedule.Entry? in
            guard let entry = reader.map(item, keys: ["when", "from", "cite"], what: "a date"), let text = reader.text(entry["from"], "from", in: item),
                let cite = reader.text(entry["cite"], "cite", in: item)
            else { return nil }
            guard let from = Instant(text) else {
                reader.report("not-a-date", entry["from"]?.location, "'\(text)' is not a date that exists", hint: "write one such as 2027-12-02")
                return nil
            }
            return ForceSchedule.Entry(
                condition: entry["when"].flatMap { Condition.decode($0, traits: traits, reader, what: "when") }, from: from, cite: cite)
        }
        return ForceSchedule(id: id, dates: dates)
    }

    private func control(_ node: YAMLNode, _ framework: Framework) -> Control? {
        guard let map = reader.map(node, keys: Self.controlKeys, what: "a control"), let id = reader.text(map["id"], "id", in: node),
            let title = reader.text(map["title"], "title", in: node), let asks = reader.text(map["asks"], "asks", in: node)
        else { return nil }
        guard let cite = reader.text(map["cite"], "cite", in: node) else { return nil }
        let traits = framework.traits.map(\.name)
        if let name = map["in-force"]?.text, !framework.schedules.contains(where: { $0.id == name }) {
            reader.report(
                "unknown-schedule", map["in-force"]?.location,
                "no in-force entry '\(name)' is declared\(suggestion(for: name, among: framework.schedules.map(\.id)))",
                hint: "declare it under 'in-force' in framework.yaml")
        }
        if let status = map["status"], status.text != "deleted" {
            reader.report("unknown-word", status.location, "'status' is '\(status.text ?? status.kindName)'; expected deleted", hint: "leave it out")
        }
        let requirements = reader.list(map["needs"], "needs").enumerated().compactMap { index, item in
            requirement(item, number: index + 1, traits: traits)
        }
        return Control(
            id: ControlID(id), parent: reader.optionalText(map["parent"], "parent").map { ControlID($0) }, title: title, asks: asks, cite: cite,
            force: reader.choice(map["force"], "force", as: Force.self) ?? framework.force,
            schedule: reader.optionalText(map["in-force"], "in-force"),
            applies: map["applies"].flatMap { Condition.decode($0, traits: traits, reader) },
            decidedBy: reader.choice(map["decided-by"], "decided-by", as: Control.Decider.self) ?? .evidence, isDeleted: map["status"] != nil,
            note: reader.optionalText(map["note"], "note"), crosswalk: crosswalk(map["crosswalk"]), requirements: requirements,
            examples: examples(map["examples"]), location: node.location)
    }

    private func crosswalk(_ node: YAMLNode?) -> [CrosswalkReference] {
        reader.list(node, "crosswalk").compactMap { item in
            guard let map = reader.map(item, keys: ["framework", "control", "relation"], what: "a crosswalk reference"),
                let framework = reader.text(map["framework"], "framework", in: item), let control = reader.text(map["control"], "control", in: item)
            else { return nil }
            return CrosswalkReference(
                framework: framework, control: ControlID(control), relation: reader.optionalText(map["relation"], "relation") ?? "intersects",
                location: item.location)
        }
    }

    private func examples(_ node: YAMLNode?) -> ControlExamples? {
        guard let node, let map = reader.map(node, keys: ["met", "not-met"], what: "'examples'"), let met = map["met"], let notMet = map["not-met"]
        else { return nil }
        return ControlExamples(met: met, notMet: notMet)
    }

    private func requirement(_ node: YAMLNode, number: Int, traits: [String]) -> Requirement? {
        guard let map = reader.map(node, keys: Self.requirementKeys, what: "a requirement"), let why = reader.text(map["why"], "why", in: node)
        else { return nil }
        let names = reader.texts(map["evidence"], "evidence")
        let kinds = names.compactMap { name -> EvidenceKind? in
            if let kind = vocabulary[name] { return kind }
            reader.report(
                "unknown-kind", map["evidence"]?.location, "no evidence kind '\(name)'\(suggestion(for: name, among: vocabulary.names))",
                hint: "the kinds are in Frameworks/evidence-kinds")
            return nil
        }
        guard let first = kinds.first else {
            if names.isEmpty { reader.report("missing-key", node.location, "the requirement names no evidence", hint: "add 'evidence: KIND'") }
            return nil
        }
        let decoder = CheckDecoder(vocabulary: vocabulary, kinds: kinds, reader: reader)
        let methods = reader.texts(map["method"], "method").compactMap { word -> CollectionMethod? in
            if let method = CollectionMethod(rawValue: word) { return method }
            let known = CollectionMethod.allCases.map(\.rawValue)
            reader.report(
                "unknown-word", map["method"]?.location, "no method '\(word)'\(suggestion(for: word, among: known))",
                hint: "use one of: \(known.joined(separator: ", "))")
            return nil
        }
        if let covers = map["covers"], covers.text != "period" {
            reader.report("unknown-word", covers.location, "'covers' is '\(covers.text ?? covers.kindName)'; expected period", hint: "write 'covers: period'")
        }
        var judged = first.judged
        if let word = map["judged"]?.text {
            if let given = EvidenceKind.Judging(rawValue: word) {
                judged = given
            } else {
                reader.report("unknown-word", map["judged"]?.location, "'judged' is '\(word)'; expected every or together", hint: "use one of them")
            }
        }
        return Requirement(
            number: number, kinds: kinds.map(\.name), why: why, within: duration(map["within"], "within"), coversPeriod: map["covers"] != nil,
            allowedHole: duration(map["allowed-hole"], "allowed-hole"), atLeast: max(1, reader.integer(map["at-least"], "at-least") ?? 1),
            producedBy: reader.texts(map["produced-by"], "produced-by"), methods: methods,
            fourEyes: reader.flag(map["four-eyes"], "four-eyes") ?? false, sampleAtLeast: sample(map["sample-at-least"], kind: first.name),
            judged: judged, applies: map["applies"].flatMap { Condition.decode($0, traits: traits, reader) },
            checks: reader.list(map["expect"], "expect").compactMap(decoder.decode), location: node.location)
    }

    private func duration(_ node: YAMLNode?, _ key: String) -> CalendarDuration? {
        guard let node, let text = reader.optionalText(node, key) else { return nil }
        if let duration = CalendarDuration(text) { return duration }
        reader.report(
            "not-a-duration", node.location, "'\(key)' is '\(text)'; expected an ISO 8601 duration",
            hint: "write P3M for three calendar months, PT3M for three minutes")
        return nil
    }

    private func sample(_ node: YAMLNode?, kind: String) -> Requirement.SampleSize? {
        guard let node, let text = reader.optionalText(node, "sample-at-least") else { return nil }
        if text == "declared-limit" { return .declaredLimit("\(kind).sample-size") }
        if let number = Int(text), number > 0 { return .number(number) }
        reader.report("not-a-number", node.location, "'sample-at-least' is '\(text)'; expected a number or declared-limit", hint: "write one of them")
        return nil
    }
}
