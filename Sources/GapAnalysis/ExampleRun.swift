public import ControlFrameworks
public import Diagnostics
public import EvidenceModel
import StructuredText
import Workspaces

/// Runs the examples of a framework: what should be met is, and what should not be is not.
public struct ExampleRun {
    /// Examples that were run.
    public private(set) var count = 0
    public private(set) var diagnostics: [Diagnostic] = []

    private let framework: Framework
    private let vocabulary: EvidenceVocabulary

    /// The reporting period of every example, as the definition language says.
    private static let period = Period("2026-07-01/2026-10-01")
    /// The release of the system's version in every example.
    private static let release = Instant(year: 2026, month: 6, day: 22)

    public init(framework: Framework, vocabulary: EvidenceVocabulary) {
        self.framework = framework
        self.vocabulary = vocabulary
        for control in framework.controls {
            guard let examples = control.examples else { continue }
            run(control, examples.met, expectMet: true)
            for node in examples.notMet.list ?? [examples.notMet] { run(control, node, expectMet: false) }
        }
    }

    private mutating func run(_ control: Control, _ node: YAMLNode, expectMet: Bool) {
        guard let input = input(node, control) else { return }
        count += 1
        // Applicability is taken as given, for the control and for each of its requirements.
        let judge = RequirementJudge(input: input)
        let results = control.requirements.map { requirement in
            var requirement = requirement
            requirement.applies = nil
            return judge.judge(requirement)
        }
        let isMet = ControlJudge.combined(results.map(\.verdict)) == .met
        guard isMet != expectMet else { return }
        let why = results.flatMap(\.shortfalls).map(\.text).joined(separator: "; ")
        diagnostics.append(.exampleFails(control, node, expectMet: expectMet, why: why))
    }

    private mutating func input(_ node: YAMLNode, _ control: Control) -> AssessmentInput? {
        guard let period = Self.period, let release = Self.release, let members = node.members else {
            diagnostics.append(.exampleIsNoMap(control, node))
            return nil
        }
        var limits: [DeclaredLimit] = []
        var items: [EvidenceItem] = []
        for member in members {
            if member.key == "limits" {
                let decoded = DeclaredLimit.decode(member.value)
                limits = decoded.limits
                diagnostics += decoded.diagnostics
                continue
            }
            guard let kind = vocabulary[member.key] else {
                diagnostics.append(.unknownKind(member, vocabulary.names))
                continue
            }
            for value in member.value.list ?? [member.value] {
                items.append(item(value, kind, period, number: items.count + 1))
            }
        }
        let system = AISystem.blank(
            id: "example", released: release, protectedAttributes: ["sex", "age"], limits: limits, location: control.location)
        return AssessmentInput(
            system: system, framework: framework, vocabulary: vocabulary, period: period, asOf: period.to, items: items, unread: [], exceptions: [])
    }

    private mutating func item(_ node: YAMLNode, _ kind: EvidenceKind, _ period: Period, number: Int) -> EvidenceItem {
        // A sample size is the item's own, and a fact too where the kind has one of that name.
        let special = ["observed", "method"] + (kind.fact("sample-size") == nil ? ["sample-size"] : [])
        let facts = FactDeclaration.facts(
            from: YAMLNode(kind: .map((node.members ?? []).filter { !special.contains($0.key) }), location: node.location), kind: kind,
            path: node.location.path)
        diagnostics += facts.diagnostics
        var observed = period
        if let text = node["observed"]?.text {
            if let given = Period(text) { observed = given } else { diagnostics.append(.notAPeriod(node, text)) }
        }
        return EvidenceItem(
            digest: "sha256:example-\(number)", system: "example", path: "example/\(kind.name)-\(number)", kind: kind.name, format: "example", size: 0,
            observed: observed, producer: text("producer", facts.facts), reviewer: text("reviewer", facts.facts),
            approver: text("approver", facts.facts), collectedBy: "example", collectedAt: period.to,
            method: node["method"]?.text.flatMap { CollectionMethod(rawValue: $0) } ?? .file,
            sample: node["sample-size"]?.text.flatMap { Int($0) }.map { Sample(size: $0) }, facts: facts.facts)
    }

    private func text(_ name: FactName, _ facts: [Fact]) -> String? {
        guard case .text(let text)? = facts.first(where: { $0.name == name })?.value else { return nil }
        return text
    }
}

extension Diagnostic {
    fileprivate static func exampleFails(_ control: Control, _ node: YAMLNode, expectMet: Bool, why: String) -> Self {
        Diagnostic(
            id: "framework.example-fails", severity: .error, location: node.location,
            message: "the example of '\(control.id)' that should\(expectMet ? "" : " not") be met is\(expectMet ? " not" : "")\(why.isEmpty ? "" : ": \(why)")",
            hint: "correct the example, or the requirements")
    }

    fileprivate static func exampleIsNoMap(_ control: Control, _ node: YAMLNode) -> Self {
        Diagnostic(
            id: "framework.example-not-a-map", severity: .error, location: node.location,
            message: "the example of '\(control.id)' is \(node.kindName); expected a map",
            hint: "write 'kind: { fact: value }' lines")
    }

    fileprivate static func unknownKind(_ member: YAMLNode.Member, _ known: [String]) -> Self {
        Diagnostic(
            id: "framework.unknown-kind", severity: .error, location: member.keyLocation,
            message: "no evidence kind '\(member.key)'\(suggestion(for: member.key, among: known))", hint: "use one of the kinds in Frameworks/evidence-kinds")
    }

    fileprivate static func notAPeriod(_ node: YAMLNode, _ text: String) -> Self {
        Diagnostic(
            id: "framework.not-a-period", severity: .error, location: node.location, message: "'\(text)' is not a period", hint: "write 2026-01-01/2026-04-01")
    }
}
