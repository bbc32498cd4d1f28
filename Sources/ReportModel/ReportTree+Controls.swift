public import ControlFrameworks
import EvidenceModel
public import GapAnalysis
public import StructuredText
import Workspaces

extension Report {
    /// Groups with their controls and verdicts: the overview of each framework.
    var overview: Value {
        .list(
            assessments.map { assessment in
                .object([
                    ("framework", .string(assessment.framework.id)), ("title", .string(assessment.framework.title)),
                    ("groups", .list(topGroups(assessment).map { group($0, assessment) })),
                ])
            })
    }

    private func topGroups(_ assessment: Assessment) -> [ControlAssessment] { assessment.controls.filter { $0.control.parent == nil } }

    private func group(_ top: ControlAssessment, _ assessment: Assessment) -> Value {
        let leaves = leaves(below: top.control.id, assessment, depth: 0)
        let counted = top.isGroup ? leaves : [top]
        var counts: [Verdict: Int] = [:]
        for leaf in counted { counts[leaf.verdict, default: 0] += 1 }
        return .object([
            ("id", .string(top.control.id.text)), ("title", .string(top.control.title)), ("verdict", .string(top.verdict.rawValue)),
            (
                "controls",
                .list(
                    counted.map { leaf in
                        .object([
                            ("id", .string(leaf.control.id.text)), ("title", .string(leaf.control.title)), ("verdict", .string(leaf.verdict.rawValue)),
                            ("in-force", .bool(leaf.binding.isInForce)), ("anchor", .string(Self.anchor(assessment.framework.id, leaf.control.id))),
                        ])
                    })
            ),
            (
                "counts",
                .list(
                    Verdict.allCases.compactMap { verdict in
                        counts[verdict].map { .object([("verdict", .string(verdict.rawValue)), ("count", .int($0))]) }
                    })
            ),
            ("total", .int(counted.count)),
        ])
    }

    private func leaves(below id: ControlID, _ assessment: Assessment, depth: Int) -> [ControlAssessment] {
        guard depth < 32 else { return [] }
        return assessment.controls.filter { $0.control.parent == id }.flatMap { child in
            (child.isGroup ? [] : [child]) + leaves(below: child.control.id, assessment, depth: depth + 1)
        }
    }

    /// A name for a control that is safe as an HTML id: letters, digits and hyphens.
    public static func anchor(_ framework: String, _ id: ControlID) -> String {
        var out = framework + "-"
        for character in id.text.lowercased() { out.append(character.isASCII && (character.isLetter || character.isNumber) ? character : "-") }
        while out.hasSuffix("-") { out.removeLast() }
        return out
    }

    /// Every control in full, groups as headings.
    func details(_ assessment: Assessment) -> [Value] { assessment.controls.map { detail($0, in: assessment) } }

    /// One control in full: what it asks, the verdict, the rules that decided, the evidence, and what to do.
    public func detail(_ control: ControlAssessment, in assessment: Assessment) -> Value {
        let binding: (from: Instant?, cite: String?) =
            switch control.binding {
            case .inForce(let since, let cite): (since, cite)
            case .readiness(let from, let cite): (from, cite)
            }
        return .object([
            ("framework", .string(assessment.framework.id)), ("id", .string(control.control.id.text)), ("parent", .text(control.control.parent?.text)),
            ("anchor", .string(Self.anchor(assessment.framework.id, control.control.id))), ("title", .string(control.control.title)),
            ("asks", .string(control.control.asks)), ("cite", .string(control.control.cite)), ("force", .string(control.control.force.rawValue)),
            ("in-force", .bool(control.binding.isInForce)), ("in-force-from", .text(binding.from?.text)), ("in-force-cite", .text(binding.cite)),
            ("decided-by", .string(control.control.decidedBy.rawValue)), ("group", .bool(control.isGroup)), ("verdict", .string(control.verdict.rawValue)),
            ("reasons", .list(control.reasons.map { .string($0.rawValue) })), ("applicability", .text(control.applicability)),
            ("note", .text(control.control.note)), ("exception", .text(control.exception?.id)),
            ("without-exception", .text(control.withoutException?.rawValue)),
            ("expired-exceptions", .list(control.expiredExceptions.map { .string("\($0.id), ended \($0.to.text)") })),
            (
                "crosswalk",
                .list(
                    control.control.crosswalk.map { reference in
                        .object([
                            ("framework", .string(reference.framework)), ("control", .string(reference.control.text)),
                            ("relation", .string(reference.relation)),
                        ])
                    })
            ),
            ("shortfalls", .list(control.shortfalls.map { shortfall($0) })), ("attestations", .list(control.attestations.map(attestation))),
            ("requirements", .list(control.requirements.map(requirement))),
            ("evidence", .list(decisive(control).map { .string($0) })),
        ])
    }

    /// References of the items that were held against the control, in the index's order.
    private func decisive(_ control: ControlAssessment) -> [String] {
        let paths = Set(control.requirements.flatMap { $0.considered.map(\.path) })
        return items.filter { paths.contains($0.path) }.compactMap { references[$0.path] }
    }

    private func requirement(_ assessed: RequirementAssessment) -> Value {
        let requirement = assessed.requirement
        return .object([
            ("number", .int(requirement.number)), ("kinds", .list(requirement.kinds.map { .string($0) })), ("why", .string(requirement.why)),
            ("rule", .string(RequirementSentence.sentence(requirement))),
            ("checks", .list(requirement.checks.map { .string(CheckSentence.sentence($0, system: system)) })),
            ("verdict", .string(assessed.verdict.rawValue)), ("applicability", .text(assessed.applicability)),
            (
                "shortfalls",
                .list(assessed.shortfalls.map { shortfall($0) })
            ),
            ("evidence", .list(assessed.considered.map(considered))),
            ("findings", .list(assessed.findings.map(finding))),
            (
                "set-aside",
                .list(
                    assessed.setAside.map {
                        .object([("ref", .string(references[$0.item.path] ?? "")), ("path", .string($0.item.path)), ("why", .string($0.why))])
                    })
            ),
            (
                "coverage",
                assessed.coverage.map { coverage in
                    .object([
                        ("share", .number((coverage.share * 10_000).rounded() / 10_000)),
                        (
                            "holes",
                            .list(
                                coverage.holes.map {
                                    .object([
                                        ("from", .string($0.from.text)), ("to", .string($0.to.text)),
                                        ("length", .string(CalendarDuration(between: $0.from, and: $0.to).words)),
                                    ])
                                })
                        ),
                    ])
                }
            ),
        ])
    }

    private func considered(_ item: EvidenceItem) -> Value {
        let age = item.observed.map { observed -> String in
            let end = min(observed.to, asOf)
            return CalendarDuration(days: Int(max(0, asOf.seconds - end.seconds)) / 86_400).words
        }
        return .object([
            ("ref", .string(references[item.path] ?? "")), ("path", .string(item.path)), ("digest", .string(item.publicDigest)), ("kind", .string(item.kind)),
            ("observed-from", .text(item.observed?.from.text)), ("observed-to", .text(item.observed?.to.text)),
            ("age", .text(age == "no time" ? "0 days" : age)),
            ("producer", .text(item.producer)), ("method", .string(item.method.rawValue)),
        ])
    }

    private func finding(_ finding: Finding) -> Value {
        .object([
            ("ref", .string(references[finding.item.path] ?? "")), ("outcome", .string(finding.outcome.rawValue)), ("rule", .string(finding.rule)),
            ("found", .string(finding.found)), ("place", .string(finding.place)), ("limit", .text(finding.limit)),
        ])
    }

    private func shortfall(_ shortfall: Shortfall, kinds: [String]? = nil) -> Value {
        .object([
            ("reason", .string(shortfall.reason.rawValue)), ("text", .string(shortfall.text)), ("remedy", .string(shortfall.remedy)),
            ("kinds", kinds.map { .list($0.map { .string($0) }) }),
        ])
    }

    /// What verdicts short of `met` leave to do, worst first, then in the framework's order.
    func gaps(_ assessment: Assessment) -> [Value] {
        let open = assessment.controls.filter { !$0.isGroup && ($0.verdict.isGap || $0.verdict == .notAssessed) }
        let rank: [Verdict: Int] = [.conflict: 0, .notMet: 1, .partlyMet: 2, .notAssessed: 3]
        let ordered = open.enumerated().sorted { a, b in
            (a.element.binding.isInForce ? 0 : 1, rank[a.element.verdict] ?? 9, a.offset) < (
                b.element.binding.isInForce ? 0 : 1, rank[b.element.verdict] ?? 9, b.offset
            )
        }
        return ordered.map { gap($0.element, assessment) }
    }

    private func gap(_ control: ControlAssessment, _ assessment: Assessment) -> Value {
        var shortfalls = control.requirements.flatMap { requirement in requirement.shortfalls.map { (requirement.requirement.kinds, $0) } }
            .map { kinds, shortfall in self.shortfall(shortfall, kinds: kinds) }
        shortfalls += control.shortfalls.map { shortfall($0, kinds: []) }
        if let why = control.applicability, control.verdict == .notAssessed {
            shortfalls.append(
                .object([
                    ("reason", .string(Reason.unresolved.rawValue)), ("text", .string(why)), ("remedy", "State it in the system file."), ("kinds", []),
                ]))
        }
        var due: String?
        if case .readiness(let from?, _) = control.binding { due = from.text }
        return .object([
            ("framework", .string(assessment.framework.id)), ("id", .string(control.control.id.text)), ("title", .string(control.control.title)),
            ("anchor", .string(Self.anchor(assessment.framework.id, control.control.id))), ("verdict", .string(control.verdict.rawValue)),
            ("in-force", .bool(control.binding.isInForce)), ("due", .text(due)), ("owner", .text(owner)),
            ("reasons", .list(control.reasons.map { .string($0.rawValue) })),
            ("shortfalls", .list(shortfalls)),
        ])
    }

    /// Who answers for compliance in the system's ownership matrix, where it says so.
    var owner: String? {
        (system.ownership.first { $0.responsibility.lowercased().contains("compliance") } ?? system.ownership.first)?.person
    }
}
