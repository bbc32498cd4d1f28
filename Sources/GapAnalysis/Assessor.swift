import ControlFrameworks
import EvidenceModel
import Workspaces

extension Assessment {
    /// Judges every control of a framework. Pure: the same input gives the same assessment.
    public init(_ input: AssessmentInput) {
        let judge = ControlJudge(input: input)
        var done: [ControlID: ControlAssessment] = [:]
        for control in input.framework.controls where !control.requirements.isEmpty || control.isDeleted { done[control.id] = judge.judge(control) }
        let groups = input.framework.controls.filter { $0.requirements.isEmpty && !$0.isDeleted }
        // Children first: a group is rolled up once all below it is known.
        var open = groups
        while !open.isEmpty {
            var waiting: [Control] = []
            for group in open {
                let children = input.framework.children(of: group.id)
                let known = children.compactMap { done[$0.id] }
                if known.count == children.count { done[group.id] = judge.rollUp(group, known) } else { waiting.append(group) }
            }
            if waiting.count == open.count { break }
            open = waiting
        }
        let controls = input.framework.controls.compactMap { done[$0.id] }
        var inForce = VerdictCounts()
        var readiness = VerdictCounts()
        for control in controls where !control.isGroup && !control.control.isDeleted {
            if control.binding.isInForce { inForce.add(control) } else { readiness.add(control) }
        }
        self.init(
            system: input.system, framework: input.framework, period: input.period, asOf: input.asOf, controls: controls, inForce: inForce,
            readiness: readiness)
    }
}

/// Judges one control from its requirements, its applicability and the exceptions that name it.
struct ControlJudge {
    let input: AssessmentInput
    private let applicability: Applicability
    private let rule: AttestationRule

    init(input: AssessmentInput) {
        self.input = input
        applicability = Applicability(system: input.system, frameworkID: input.framework.id)
        rule = AttestationRule(input: input)
    }

    func judge(_ control: Control) -> ControlAssessment {
        var result = blank(control)
        if control.isDeleted {
            result.verdict = .notApplicable
            result.applicability = control.note ?? "the law no longer uses this number"
            return result
        }
        switch applicability.answer(control.applies) {
        case .no(let why):
            result.verdict = .notApplicable
            result.applicability = "it applies when \(control.applies?.words ?? ""); here \(why)"
            return result
        case .unresolved(let what):
            result.verdict = .notAssessed
            result.reasons = [.unresolved]
            result.applicability = "it applies when \(control.applies?.words ?? ""); the system file does not say \(what)"
            return result
        case .yes: break
        }
        let judge = RequirementJudge(input: input)
        result.requirements = control.requirements.map(judge.judge)
        result.verdict = Self.combined(result.requirements.map(\.verdict))
        for reason in result.requirements.flatMap(\.shortfalls).map(\.reason) where !result.reasons.contains(reason) { result.reasons.append(reason) }
        decideByPerson(&result)
        applyExceptions(&result)
        return result
    }

    /// The word of a person lifts what the evidence supports, and nothing else. An authority speaks by documents, not by attestations.
    private func decideByPerson(_ result: inout ControlAssessment) {
        result.attestations = rule.attestations(of: result.control, result.requirements)
        guard result.control.decidedBy != .evidence, result.verdict == .met else { return }
        let heard = result.control.decidedBy == .person ? result.attestations : []
        let outcome = rule.decide(result.control, result.requirements, heard)
        result.verdict = outcome.verdict
        result.shortfalls = outcome.shortfalls
        for reason in outcome.shortfalls.map(\.reason) where !result.reasons.contains(reason) { result.reasons.append(reason) }
    }

    private func blank(_ control: Control) -> ControlAssessment {
        ControlAssessment(
            control: control, verdict: .met, reasons: [], requirements: [],
            binding: applicability.binding(control, in: input.framework, asOf: input.asOf), applicability: nil, exception: nil, withoutException: nil,
            expiredExceptions: [], isGroup: false)
    }

    /// The verdict over several requirements or children.
    static func combined(_ verdicts: [Verdict]) -> Verdict {
        let counted = verdicts.filter { $0 != .notApplicable }
        guard let first = counted.first else { return .notApplicable }
        if counted.contains(.conflict) { return .conflict }
        if counted.allSatisfy({ $0 == first }) { return first }
        let shown = counted.contains { $0 == .met || $0 == .partlyMet || $0 == .excepted }
        if counted.allSatisfy({ $0 == .met || $0 == .excepted }) { return .excepted }
        if counted.allSatisfy({ $0 == .met || $0 == .notAssessed || $0 == .excepted }) { return .notAssessed }
        return shown ? .partlyMet : .notMet
    }

    func rollUp(_ group: Control, _ children: [ControlAssessment]) -> ControlAssessment {
        var result = blank(group)
        result.isGroup = true
        result.verdict = Self.combined(children.map(\.verdict))
        for reason in children.flatMap(\.reasons) where !result.reasons.contains(reason) { result.reasons.append(reason) }
        if children.contains(where: { $0.binding.isInForce }) {
            if !result.binding.isInForce, let first = children.first(where: { $0.binding.isInForce }) { result.binding = first.binding }
        } else if let first = children.first {
            result.binding = first.binding
        }
        return result
    }

    private func applyExceptions(_ result: inout ControlAssessment) {
        guard result.verdict.isGap else { return }
        let covering = input.exceptions.filter {
            $0.system == input.system.id && $0.framework == input.framework.id && input.framework.isNamed(result.control, by: $0.controls)
        }
        result.expiredExceptions = covering.filter { $0.to <= input.asOf }
        if let active = covering.first(where: { $0.isActive(at: input.asOf) }) {
            result.exception = active
            result.withoutException = result.verdict
            result.verdict = .excepted
        } else if !result.expiredExceptions.isEmpty {
            result.reasons.append(.exceptionExpired)
        }
    }
}
