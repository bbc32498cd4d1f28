import ControlFrameworks
import EvidenceModel
import Workspaces

/// Judges one requirement: picks the items that count, applies every check, and says what falls short.
struct RequirementJudge {
    let input: AssessmentInput

    func judge(_ requirement: Requirement) -> RequirementAssessment {
        let applicability = Applicability(system: input.system, frameworkID: input.framework.id)
        switch applicability.answer(requirement.applies) {
        case .no(let why): return unassessed(requirement, .notApplicable, because: why)
        case .unresolved(let what):
            var result = unassessed(requirement, .notAssessed, because: "the system file does not say \(what)")
            result.shortfalls = [.unresolved(what)]
            return result
        case .yes: break
        }
        let selection = ItemSelection(requirement, input: input)
        var result = RequirementAssessment(
            requirement: requirement, verdict: .met, shortfalls: [], considered: selection.considered, setAside: selection.setAside, findings: [],
            coverage: nil, applicability: nil)
        guard !selection.considered.isEmpty else { return withoutEvidence(result, selection) }
        var verdicts = checkVerdicts(requirement, into: &result)
        verdicts += structure(requirement, into: &result)
        result.verdict = combined(verdicts, result)
        return result
    }

    private func unassessed(_ requirement: Requirement, _ verdict: Verdict, because why: String) -> RequirementAssessment {
        RequirementAssessment(
            requirement: requirement, verdict: verdict, shortfalls: [], considered: [], setAside: [], findings: [], coverage: nil, applicability: why)
    }

    /// Files of an accepted kind that could not be read: they may hold what is missing.
    private func unread(_ requirement: Requirement) -> [UnreadFile] {
        input.unread.filter { file in file.kind.map { requirement.kinds.contains($0) } ?? false }
    }

    private func withoutEvidence(_ assessment: RequirementAssessment, _ selection: ItemSelection) -> RequirementAssessment {
        var result = assessment
        let kinds = result.requirement.kinds.joined(separator: " or ")
        if let file = unread(result.requirement).first {
            result.verdict = .notAssessed
            result.shortfalls = [.unreadable(kinds, file, count: unread(result.requirement).count)]
        } else if selection.hasOnlyStale {
            result.verdict = .notMet
            let newest = selection.setAside.max { ItemSelection.end($0.item, input.asOf) < ItemSelection.end($1.item, input.asOf) }
            result.shortfalls = [.stale(kinds, newest, result.requirement, input)]
        } else {
            result.verdict = .notMet
            result.shortfalls = [.missing(kinds, setAside: selection.setAside.first)]
        }
        return result
    }

    /// What one part of a requirement says.
    private enum Part { case holds, silent, open, fails, conflict }

    private func checkVerdicts(_ requirement: Requirement, into result: inout RequirementAssessment) -> [Part] {
        requirement.checks.map { check in
            let rule = CheckSentence.sentence(check, system: input.system)
            let evaluation = CheckEvaluation(input: input, check: check)
            var findings: [Finding] = []
            for item in result.considered {
                let outcome = evaluation.evaluate(item)
                findings.append(
                    Finding(
                        item: item, rule: rule, outcome: outcome.outcome, found: outcome.found, place: item.path + outcome.locator.suffix,
                        limit: outcome.limitName.map { CheckSentence.limit($0, input.system) }))
            }
            let part = verdict(of: findings, check, rule, requirement, &result.shortfalls)
            // Where others state what is asked, the silence of one document is no finding.
            let speaks = findings.contains { $0.outcome != .silent }
            result.findings += requirement.judged == .together && speaks ? findings.filter { $0.outcome != .silent } : findings
            return part
        }
    }

    private func verdict(
        of findings: [Finding], _ check: Check, _ rule: String, _ requirement: Requirement, _ shortfalls: inout [Shortfall]
    ) -> Part {
        if let open = findings.first(where: { $0.outcome == .noLimit }) {
            shortfalls.append(.noLimit(check, open))
            return .open
        }
        let passed = findings.filter { $0.outcome == .passed }
        var failed = findings.filter { $0.outcome == .failed }
        let silent = findings.filter { $0.outcome == .silent }
        if requirement.judged == .every, failed.isEmpty, !silent.isEmpty {
            if passed.isEmpty {
                shortfalls.append(.silent(rule, silent, check))
                return .silent
            }
            failed = silent
        }
        guard let first = failed.first else {
            if !passed.isEmpty { return .holds }
            shortfalls.append(.silent(rule, silent, check))
            return .silent
        }
        shortfalls.append(.failed(rule, first, count: failed.count, of: findings.count, check))
        guard !passed.isEmpty else { return .fails }
        let overlapping = failed.contains { bad in
            passed.contains { good in
                guard let a = bad.item.observed, let b = good.item.observed else { return false }
                return a.overlaps(b)
            }
        }
        shortfalls.append(.contradicted(rule, bad: first, good: passed[0], overlapping: overlapping))
        return overlapping ? .conflict : .silent
    }

    /// Number of items, coverage, samples and four eyes.
    private func structure(_ requirement: Requirement, into result: inout RequirementAssessment) -> [Part] {
        var parts: [Part] = []
        if result.considered.count < requirement.atLeast {
            result.shortfalls.append(.tooFew(result.considered.count, requirement))
            parts.append(.silent)
        }
        if requirement.coversPeriod {
            let coverage = CoverageCalculation.coverage(
                of: input.period, until: input.asOf, by: result.considered, allowed: requirement.allowedHole)
            result.coverage = coverage
            if let shortfall = Shortfall.holes(coverage, requirement) {
                result.shortfalls.append(shortfall)
                if let file = unread(requirement).first {
                    result.shortfalls.append(.unreadable(requirement.kinds.joined(separator: " or "), file, count: unread(requirement).count))
                }
                parts.append(coverage.share > 0 ? .silent : .fails)
            }
        }
        if let wanted = requirement.sampleAtLeast, let part = sample(wanted, &result) { parts.append(part) }
        if requirement.fourEyes, let part = fourEyes(requirement, &result) { parts.append(part) }
        return parts
    }

    private func sample(_ wanted: Requirement.SampleSize, _ result: inout RequirementAssessment) -> Part? {
        let least: Double
        switch wanted {
        case .number(let number): least = Double(number)
        case .declaredLimit(let name):
            guard let limit = input.system.limit(named: name), case .number(let number)? = limit.atLeast else {
                result.shortfalls.append(.noSampleLimit(name))
                return .open
            }
            least = number
        }
        let small = result.considered.filter { Double($0.sample?.size ?? 0) < least }
        let tooFew = result.requirement.judged == .every ? !small.isEmpty : small.count == result.considered.count
        guard tooFew, let item = small.first else { return nil }
        result.shortfalls.append(.smallSample(item, least: least))
        return .fails
    }

    private func fourEyes(_ requirement: Requirement, _ result: inout RequirementAssessment) -> Part? {
        let lacking = result.considered.filter { !hasFourEyes($0) }
        let falls = requirement.judged == .every ? !lacking.isEmpty : lacking.count == result.considered.count
        guard falls, let item = lacking.first else { return nil }
        result.shortfalls.append(.selfApproved(item))
        return .silent
    }

    private func hasFourEyes(_ item: EvidenceItem) -> Bool {
        guard let producer = item.producer.map(personKey), let approver = item.approver.map(personKey) else { return false }
        let people = [producer, item.reviewer.map(personKey), approver].compactMap { $0 }
        return Set(people).count == people.count
    }

    private func combined(_ parts: [Part], _ result: RequirementAssessment) -> Verdict {
        if parts.contains(.conflict) { return .conflict }
        if parts.allSatisfy({ $0 == .holds }) { return .met }
        let holds = parts.contains(.holds) || parts.count < max(1, result.requirement.checks.count)
        let contradicted = result.shortfalls.contains { $0.reason == .contradicted }
        // A hole in coverage beside unread files of the same kind cannot be told from evidence that was not read.
        let structural = Set(result.shortfalls.map(\.reason))
        if structural == [.periodHole, .unreadable] { return .notAssessed }
        let partly = holds || contradicted || structural.isSubset(of: [.periodHole, .selfApproved, .unreadable])
        return partly ? .partlyMet : .notMet
    }
}
