import Diagnostics
import EvidenceModel
import StructuredText

/// The facts that one Model Card Toolkit document states, with the JSON pointers they stand at.
struct GoogleModelCard {
    let root: JSONNode
    let bytes: [UInt8]
    let path: String
    private(set) var facts: [Fact] = []
    /// The day of the version, where it can be read.
    private(set) var day: Period?
    var tally = DiagnosticTally()
    private var located = 0
    private var placeholders: [(pointer: String, name: String)] = []

    init(root: JSONNode, bytes: [UInt8], path: String) {
        self.root = root
        self.bytes = bytes
        self.path = path
    }

    /// The line and column of a value. Finding them reads the text from its start, so from the hundredth on only the file is named.
    mutating func location(_ node: JSONNode) -> TextLocation {
        located += 1
        guard located <= 100 else { return TextLocation(path: path) }
        let place = position(of: node.offset, in: bytes)
        return TextLocation(path: path, line: place.line, column: place.column)
    }

    mutating func read() {
        readDetails()
        readParameters()
        readConsiderations()
        readMetrics()
        if let first = placeholders.first {
            facts.append(Fact("placeholder-sections", .list(placeholders.map(\.name).unique()), at: .pointer(first.pointer)))
        }
    }

    private mutating func readDetails() {
        let details = "/model_details"
        text("model-name", ["\(details)/name"])
        text("description", ["\(details)/overview", "\(details)/documentation"])
        text("model-version", ["\(details)/version/name"])
        readDate("\(details)/version/date")
        list("owners", ["\(details)/owners/*/name"])
        text("contact", ["\(details)/owners/*/contact"])
        list("license", ["\(details)/license", "\(details)/licenses", "\(details)/licenses/*/identifier", "\(details)/licenses/*/custom_text"])
        text(
            "citations",
            ["\(details)/citation", "\(details)/citations/*/citation", "\(details)/references/*", "\(details)/references/*/reference"])
    }

    private mutating func readParameters() {
        let parameters = "/model_parameters"
        let maps = ["input_format_map", "output_format_map"].flatMap { name in
            root.all(pointer: "\(parameters)/\(name)/*").compactMap { pointer, node -> (String, String)? in
                guard let key = node["key"]?.scalarText, let value = node["value"]?.scalarText else { return nil }
                return (pointer, "\(key): \(value)")
            }
        }
        let plain = stated(["\(parameters)/model_architecture", "\(parameters)/input_format", "\(parameters)/output_format"])
        state("technical-specifications", plain + maps)

        // 0.0.1 names the role by the key, 0.0.2 only by the data set's name or description.
        var byRole: [FactName: [(String, String)]] = [:]
        var names: [(pointer: String, text: String)] = []
        for (pointer, node) in root.all(pointer: "\(parameters)/data/*") where node.members != nil {
            let key = pointer.split(separator: "/").last.map(String.init) ?? ""
            let name = node["name"]?.scalarText?.trimmingBlanks() ?? ""
            let parts = [name, node["description"]?.scalarText ?? "", node["link"]?.scalarText ?? "", node["graphics"]?["description"]?.scalarText ?? ""]
            let about = parts.map { $0.trimmingBlanks() }.filter { !$0.isEmpty }.joined(separator: "; ")
            guard !about.isEmpty else { continue }
            for role in Self.roles(key, name, node["description"]?.scalarText ?? "") { byRole[role, default: []].append((pointer, about)) }
            if let name = parts.first(where: { !$0.trimmingBlanks().isEmpty }) { names.append((pointer, name.trimmingBlanks())) }
        }
        for role in ["training-data", "evaluation-data"] as [FactName] { state(role, byRole[role] ?? []) }
        if let first = names.first { facts.append(Fact("datasets", .list(names.map(\.text).unique()), at: .pointer(first.pointer))) }
        list("sensitive-data", ["\(parameters)/data/*/sensitive/sensitive_data/*"])
    }

    private static func roles(_ key: String, _ name: String, _ description: String) -> [FactName] {
        if key == "train" { return ["training-data"] }
        if key == "eval" { return ["evaluation-data"] }
        for text in [name.lowercased(), description.lowercased()] {
            var roles: [FactName] = []
            if text.contains("train") { roles.append("training-data") }
            if ["eval", "valid", "test", "hold-out", "holdout"].contains(where: text.contains) { roles.append("evaluation-data") }
            if !roles.isEmpty { return roles }
        }
        return []
    }

    private mutating func readConsiderations() {
        let base = "/considerations"
        for (name, key) in [("users", "users"), ("intended-use", "use_cases"), ("limitations", "limitations"), ("evaluation-summary", "tradeoffs")]
            as [(FactName, String)]
        {
            text(name, ["\(base)/\(key)", "\(base)/\(key)/*", "\(base)/\(key)/*/description"])
        }
        var rows: [FactRow] = []
        for (pointer, risk) in root.all(pointer: "\(base)/ethical_considerations/*") {
            guard let name = (risk["name"]?.scalarText ?? risk.scalarText)?.trimmingBlanks(), !name.isEmpty else { continue }
            let mitigation = risk["mitigation_strategy"]?.scalarText?.trimmingBlanks()
            rows.append(
                FactRow(
                    [("name", .text(name)), ("mitigation", mitigation.flatMap { $0.isEmpty ? nil : .text($0) })], at: .pointer(pointer)))
        }
        guard !rows.isEmpty else { return }
        text("bias-and-risks", ["\(base)/ethical_considerations/*", "\(base)/ethical_considerations/*/name"])
        facts.append(Fact("risks", .table(rows), at: .pointer("\(base)/ethical_considerations")))
    }

    private mutating func readMetrics() {
        let base = "/quantitative_analysis/performance_metrics"
        let rows = root.all(pointer: "\(base)/*").compactMap { pointer, node in row(node, pointer) }
        if !rows.isEmpty { facts.append(Fact("metrics", .table(rows), at: .pointer(base))) }
    }

    private mutating func row(_ node: JSONNode, _ pointer: String) -> FactRow? {
        guard node.members != nil else {
            tally.add(.notAMetric(location(node), node))
            return nil
        }
        let name = node["type"]?.scalarText?.trimmingBlanks() ?? ""
        let interval = node["confidence_interval"]
        let figure = figure(node["value"], name, in: node, isExpected: interval == nil)
        let cutoff = threshold(node["threshold"])
        let bounds = [interval?["lower_bound"]?.scalarText, interval?["upper_bound"]?.scalarText].compactMap { $0 }
        let written = bounds.count == 2 ? bounds.joined(separator: " to ") : interval?.scalarText ?? figure?.interval
        let slice = node["slice"]?.scalarText?.trimmingBlanks() ?? ""
        return FactRow(
            [
                ("name", name.isEmpty ? nil : .text(name)), ("value", figure.map { .number($0.value) }), ("slice", slice.isEmpty ? nil : .text(slice)),
                ("threshold", cutoff.map { .number($0) }), ("confidence-interval", written.map { .text($0) }),
            ], at: .pointer(pointer))
    }

    private mutating func figure(_ node: JSONNode?, _ metric: String, in owner: JSONNode, isExpected: Bool) -> ModelCardFigure? {
        guard let node, !node.isNull else {
            if isExpected { tally.add(.noValue(location(owner), metric)) }
            return nil
        }
        guard let text = node.scalarText, let figure = ModelCardFigure(text, metric: metric) else {
            tally.add(.notAFigure(location(node), metric, node.scalarText ?? node.kindName))
            return nil
        }
        if figure.wasPercentage { tally.add(.takenAsPercentage(location(node), metric, node.scalarText ?? "", figure.value)) }
        return figure
    }

    private mutating func threshold(_ node: JSONNode?) -> Double? {
        guard let node, !node.isNull else { return nil }
        guard let text = node.scalarText, let value = ModelCardFigure.decimal(text.trimmingBlanks()) else {
            tally.add(.notAFigure(location(node), "threshold", node.scalarText ?? node.kindName))
            return nil
        }
        return value
    }

    private mutating func readDate(_ pointer: String) {
        guard let node = root.at(pointer: pointer), let text = node.scalarText?.trimmingBlanks(), !text.isEmpty else { return }
        guard let date = ModelCardDate.parse(text) else {
            tally.add(.unreadableDate(location(node), text))
            return
        }
        facts.append(Fact("card-date", .date(date), at: .pointer(pointer)))
        day = Period(date.day)
    }

    // MARK: - Texts

    /// Every text that the pointers lead to, with its own pointer; objects and lists are passed over, their parts having pointers of their own.
    private func stated(_ pointers: [String]) -> [(String, String)] {
        pointers.flatMap { root.all(pointer: $0) }.compactMap { pointer, node in
            guard let text = node.scalarText?.trimmingBlanks(), !text.isEmpty else { return nil }
            return (pointer, text)
        }
    }

    private mutating func text(_ name: FactName, _ pointers: [String]) { state(name, stated(pointers)) }

    private mutating func state(_ name: FactName, _ found: [(String, String)]) {
        let written = found.filter { ModelCardText.substance(of: $0.1) != nil }
        if let first = found.first, written.isEmpty { placeholders.append((first.0, name.text)) }
        let kept = written.isEmpty ? found : written
        guard let first = kept.first else { return }
        facts.append(Fact(name, .text(kept.map(\.1).joined(separator: "\n")), at: .pointer(first.0)))
    }

    private mutating func list(_ name: FactName, _ pointers: [String]) {
        let found = stated(pointers)
        guard let first = found.first else { return }
        facts.append(Fact(name, .list(found.map(\.1).unique()), at: .pointer(first.0)))
    }
}

/// Dates as people write them into the toolkit's free text field.
enum ModelCardDate {
    /// Reads `2020-08-28`, `2020/02/02`, and `08/28/2020` where only one of day and month can be meant; `nil` for anything else.
    static func parse(_ text: String) -> Instant? {
        if let instant = Instant(text) { return instant }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, parts.allSatisfy({ $0.utf8.count <= 4 }) else { return nil }
        let numbers = parts.compactMap { part in part.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } ? Int(part) : nil }
        guard numbers.count == 3 else { return nil }
        if parts[0].count == 4 { return Instant(year: numbers[0], month: numbers[1], day: numbers[2]) }
        guard parts[2].count == 4 else { return nil }
        let monthFirst = Instant(year: numbers[2], month: numbers[0], day: numbers[1])
        let dayFirst = Instant(year: numbers[2], month: numbers[1], day: numbers[0])
        guard let monthFirst else { return dayFirst }
        return dayFirst == nil || dayFirst == monthFirst ? monthFirst : nil
    }
}

extension Diagnostic {
    fileprivate static func notAMetric(_ location: TextLocation, _ node: JSONNode) -> Self {
        Diagnostic(
            id: "google-model-card.not-a-metric", severity: .warning, location: location,
            message: "a performance metric is \(node.kindName); expected an object with 'type' and 'value'", hint: "correct the card and export it again")
    }

    fileprivate static func noValue(_ location: TextLocation, _ metric: String) -> Self {
        Diagnostic(
            id: "google-model-card.metric-without-value", severity: .warning, location: location,
            message: "metric '\(metric.prefix(60))' has no value; expected a value or a confidence interval", hint: "add the value, or remove the metric")
    }

    fileprivate static func notAFigure(_ location: TextLocation, _ metric: String, _ text: String) -> Self {
        Diagnostic(
            id: "google-model-card.metric-not-a-number", severity: .warning, location: location,
            message: "the value of '\(metric.prefix(60))' is '\(text.prefix(40))'; expected a number such as 0.91",
            hint: "write the value as a number; the row was kept without it")
    }

    fileprivate static func takenAsPercentage(_ location: TextLocation, _ metric: String, _ text: String, _ value: Double) -> Self {
        Diagnostic(
            id: "google-model-card.metric-as-percentage", severity: .warning, location: location,
            message: "'\(metric.prefix(60))' is '\(text.prefix(40))', expected a share of one; it was taken as a percentage, \(jsonNumber(value))",
            hint: "write the value as a share such as 0.91")
    }

    fileprivate static func unreadableDate(_ location: TextLocation, _ text: String) -> Self {
        Diagnostic(
            id: "google-model-card.unreadable-date", severity: .warning, location: location,
            message: "date '\(text.prefix(40))' is no date that exists, or may be read as two; expected one such as 2026-09-30",
            hint: "write the date as year-month-day")
    }
}
