import Diagnostics
import EvidenceModel
import StructuredText

/// The facts that the front matter of a Hugging Face model card states.
struct ModelCardFrontMatter {
    private let path: String
    private(set) var facts: [Fact] = []
    private(set) var diagnostics: [Diagnostic] = []
    /// The name under `model-index`.
    private(set) var indexName: (text: String, line: Int)?
    /// The day of the card, when its front matter has a date.
    private(set) var day: Period?

    init(path: String) { self.path = path }

    mutating func read(_ root: YAMLNode) {
        guard root.members != nil else {
            diagnostics.append(.wrongShape("front matter", root, expected: "a map of keys such as 'license: mit'"))
            return
        }
        readLicense(root)
        for (key, name) in [("datasets", "datasets"), ("base_model", "base-models"), ("language", "languages")] as [(String, FactName)] {
            list(root[key], key, as: name)
        }
        text(root["model_name"], as: "model-name")
        text(root["version"] ?? root["model_version"], as: "model-version")
        readDate(root["date"])
        readEmissions(root["co2_eq_emissions"])
        if let index = root["model-index"], !index.isNull { readIndex(index) }
    }

    private func line(_ node: YAMLNode) -> Locator { .line(node.location.line ?? 1) }

    private mutating func text(_ node: YAMLNode?, as name: FactName) {
        guard let node, !node.isNull, let text = node.text?.trimmingBlanks(), !text.isEmpty else { return }
        facts.append(Fact(name, .text(text), at: line(node)))
    }

    private mutating func list(_ node: YAMLNode?, _ key: String, as name: FactName) {
        let found = texts(node, key)
        guard let node, !found.isEmpty else { return }
        facts.append(Fact(name, .list(found), at: line(node)))
    }

    /// One text, or a list of them.
    private mutating func texts(_ node: YAMLNode?, _ key: String) -> [String] {
        guard let node, !node.isNull else { return [] }
        var found: [String] = []
        for item in node.list ?? [node] where !item.isNull {
            if let text = item.text?.trimmingBlanks() {
                if !text.isEmpty { found.append(text) }
            } else {
                diagnostics.append(.wrongShape("'\(key)'", item, expected: "a text, or a list of texts"))
            }
        }
        return found.unique()
    }

    /// `license: other` says nothing without `license_name`.
    private mutating func readLicense(_ root: YAMLNode) {
        guard let node = root["license"] ?? root["license_name"] else { return }
        var found = texts(node, "license")
        if let name = root["license_name"]?.text?.trimmingBlanks(), !name.isEmpty, !found.contains(name) {
            found = found.filter { $0 != "other" } + [name]
        }
        if !found.isEmpty { facts.append(Fact("license", .list(found), at: line(node))) }
    }

    private mutating func readDate(_ node: YAMLNode?) {
        guard let node, !node.isNull, let text = node.text?.trimmingBlanks() else { return }
        guard let parsed = Instant.parse(text) else {
            diagnostics.append(.unreadableDate(node, text))
            return
        }
        facts.append(Fact("card-date", .date(parsed.instant), at: line(node)))
        day = Period(parsed.instant.day)
    }

    /// Grams of CO2 equivalent: a number, or a map with `emissions`.
    private mutating func readEmissions(_ node: YAMLNode?) {
        guard let node = node?["emissions"] ?? node, !node.isNull else { return }
        guard let text = node.text, let grams = ModelCardFigure.decimal(text.trimmingBlanks()), grams >= 0 else {
            diagnostics.append(.notGrams(node))
            return
        }
        facts.append(Fact("co2-emissions", .number(grams), unit: "g", at: line(node)))
    }

    private mutating func readIndex(_ index: YAMLNode) {
        guard let models = index.list else {
            diagnostics.append(.wrongShape("'model-index'", index, expected: "a list of models with results"))
            return
        }
        var rows: [FactRow] = []
        for model in models {
            if indexName == nil, let name = model["name"], let text = name.text?.trimmingBlanks(), !text.isEmpty {
                indexName = (text, name.location.line ?? 1)
            }
            let results = model["results"]
            if results?.list?.isEmpty ?? true { diagnostics.append(.noResults(results ?? model)) }
            for result in results?.list ?? [] { rows += readResult(result) }
        }
        if !rows.isEmpty { facts.append(Fact("metrics", .table(rows), at: line(index))) }
    }

    private mutating func readResult(_ result: YAMLNode) -> [FactRow] {
        let dataset = result["dataset"]
        let name = dataset?["name"]?.text ?? dataset?["type"]?.text ?? dataset?.text
        if name == nil { diagnostics.append(.noDataset(result)) }
        guard let metrics = result["metrics"]?.list else {
            diagnostics.append(.wrongShape("'metrics'", result["metrics"] ?? result, expected: "a list of metrics with type and value"))
            return []
        }
        return metrics.compactMap { metric in
            guard let type = metric["type"]?.text ?? metric["name"]?.text else {
                diagnostics.append(.noMetricType(metric))
                return nil
            }
            let figure = figure(metric["value"], type, in: metric)
            let verified = metric["verified"]?.text.flatMap { ["true": true, "false": false][$0.lowercased()] }
            return FactRow(
                [
                    ("name", .text(type)), ("value", figure.map { .number($0.value) }), ("dataset", name.map { .text($0) }),
                    ("split", dataset?["split"]?.text.map { .text($0) }), ("confidence-interval", figure?.interval.map { .text($0) }),
                    ("verified", verified.map { .flag($0) }),
                ], at: line(metric))
        }
    }

    private mutating func figure(_ node: YAMLNode?, _ metric: String, in owner: YAMLNode) -> ModelCardFigure? {
        guard let text = node?.text, let figure = ModelCardFigure(text, metric: metric) else {
            diagnostics.append(.notAFigure(node ?? owner, metric))
            return nil
        }
        if figure.wasPercentage { diagnostics.append(.takenAsPercentage(node ?? owner, metric, figure.value)) }
        return figure
    }
}

extension Diagnostic {
    fileprivate static func wrongShape(_ what: String, _ node: YAMLNode, expected: String) -> Self {
        Diagnostic(
            id: "hf-model-card.wrong-shape", severity: .warning, location: node.location, message: "\(what) is \(node.kindName); expected \(expected)",
            hint: "correct the front matter; the card stays readable without it")
    }

    fileprivate static func unreadableDate(_ node: YAMLNode, _ text: String) -> Self {
        Diagnostic(
            id: "hf-model-card.unreadable-date", severity: .warning, location: node.location,
            message: "date '\(text.prefix(40))' is no date that exists; expected one such as 2026-09-30", hint: "write the date as year-month-day")
    }

    fileprivate static func notGrams(_ node: YAMLNode) -> Self {
        Diagnostic(
            id: "hf-model-card.emissions-not-a-number", severity: .warning, location: node.location,
            message: "'co2_eq_emissions' is '\((node.text ?? node.kindName).prefix(40))'; expected a number of grams", hint: "write grams without a unit")
    }

    fileprivate static func noResults(_ node: YAMLNode) -> Self {
        Diagnostic(
            id: "hf-model-card.no-results", severity: .note, location: node.location,
            message: "'model-index' names a model without results; expected at least one evaluation result",
            hint: "add the results, or remove the entry")
    }

    fileprivate static func noDataset(_ result: YAMLNode) -> Self {
        Diagnostic(
            id: "hf-model-card.result-without-dataset", severity: .warning, location: result.location,
            message: "a result names no data set; expected 'dataset:' with 'name' and 'type'", hint: "say what the model was evaluated on")
    }

    fileprivate static func noMetricType(_ metric: YAMLNode) -> Self {
        Diagnostic(
            id: "hf-model-card.metric-without-type", severity: .warning, location: metric.location,
            message: "a metric has neither 'type' nor 'name'; expected one such as 'type: accuracy'", hint: "name the metric; the row was left out")
    }

    fileprivate static func notAFigure(_ node: YAMLNode, _ metric: String) -> Self {
        Diagnostic(
            id: "hf-model-card.metric-not-a-number", severity: .warning, location: node.location,
            message: "the value of '\(metric.prefix(60))' is '\((node.text ?? node.kindName).prefix(40))'; expected a number such as 0.91",
            hint: "write the value as a number; the row was kept without it")
    }

    fileprivate static func takenAsPercentage(_ node: YAMLNode, _ metric: String, _ value: Double) -> Self {
        Diagnostic(
            id: "hf-model-card.metric-as-percentage", severity: .warning, location: node.location,
            message: "'\(metric.prefix(60))' is '\((node.text ?? "").prefix(40))', expected a share of one; it was taken as a percentage, \(jsonNumber(value))",
            hint: "write the value as a share such as 0.91")
    }
}
