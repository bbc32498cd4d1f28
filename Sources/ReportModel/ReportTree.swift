import ControlFrameworks
import EvidenceModel
public import GapAnalysis
public import StructuredText
import Workspaces

extension Report {
    /// The report as one tree of plain values, in the pack's order: what the JSON pack is, and what every other writer draws from.
    public var tree: Value {
        withholding(
            .object([
                ("schema", "dossier/pack/1"), ("producer", .string(producer)), ("cover", cover), ("summary", summary), ("method", method),
                ("overview", overview), ("controls", .list(assessments.flatMap { details($0) })), ("gaps", .list(assessments.flatMap { gaps($0) })),
                ("exceptions", .list(exceptions.map(exception))), ("attestations", .list(attestationRecords)), ("evidence", .list(items.map(evidence))),
                ("unread", .list(unread.map(unreadFile))),
                ("integrity", integrity), ("changes", changes),
            ]))
    }

    /// What kind of issue this is: `final` is said of a pack that is complete and issued with a signature.
    public var status: String { isEvaluated ? (isIncomplete ? "partial" : isIssued ? "final" : "draft") : "nothing evaluated" }

    private var cover: Value {
        .object([
            ("title", .string("Evidence pack: \(system.name)")), ("organisation", .string(organisation)),
            (
                "system",
                .object([
                    ("id", .string(system.id)), ("name", .string(system.name)), ("purpose", .string(system.purpose)),
                    ("version", .string(system.version ?? "not stated")), ("released", .text(system.releaseDate?.text)),
                    ("roles", .list(system.roles.map { .string($0) })), ("jurisdictions", .list(system.jurisdictions.map { .string($0) })),
                ])
            ),
            ("period", .object([("label", .string(period.label)), ("from", .string(period.from.text)), ("to", .string(period.to.text))])),
            ("as-of", .string(asOf.text)), ("status", .string(status)),
            (
                "frameworks",
                .list(
                    assessments.map { assessment in
                        .object([
                            ("id", .string(assessment.framework.id)), ("title", .string(assessment.framework.title)),
                            ("edition", .string(assessment.framework.edition)), ("coverage", .string(assessment.framework.coverage.rawValue)),
                            ("coverage-note", .text(assessment.framework.coverageNote)), ("digest", .string(assessment.framework.digest)),
                            ("from-workspace", .bool(assessment.framework.isFromWorkspace)), ("readiness", .bool(assessment.readiness.controls > 0)),
                            ("in-force-controls", .int(assessment.inForce.controls)), ("readiness-controls", .int(assessment.readiness.controls)),
                            ("first-binding-date", .text(firstBindingDate(assessment)?.text)),
                        ])
                    })
            ),
            ("signers", .list(signers.map { .object([("name", .string($0.name)), ("role", .string($0.role))]) })),
        ])
    }

    private func firstBindingDate(_ assessment: Assessment) -> Instant? {
        assessment.controls.compactMap { control -> Instant? in
            if case .readiness(let from, _) = control.binding { return from }
            return nil
        }.min()
    }

    private var summary: Value {
        .object([
            ("evaluated", .bool(isEvaluated)), ("incomplete", .bool(isIncomplete)), ("banner", .string(banner)),
            (
                "frameworks",
                .list(
                    assessments.map { assessment in
                        .object([
                            ("id", .string(assessment.framework.id)), ("title", .string(assessment.framework.title)),
                            ("in-force", [assessment.inForce].total), ("readiness", [assessment.readiness].total),
                        ])
                    })
            ),
            ("items", .int(items.count)), ("unread-files", .int(unread.count)), ("exceptions", .int(exceptions.filter { $0.isActive(at: asOf) }.count)),
            ("top-gaps", .list(assessments.flatMap { gaps($0) }.prefix(10).map { $0 })),
        ])
    }

    private var banner: String {
        let incompleteness = isIncomplete ? " Some sources or records could not be read; see the exclusions." : ""
        if !isEvaluated { return "Nothing was evaluated: no control was held against any evidence. This pack shows nothing.\(incompleteness)" }
        let binding = assessments.reduce(0) { $0 + $1.inForce.gaps }
        let later = assessments.reduce(0) { $0 + $1.readiness.gaps }
        // The two counts are never added.
        let hasReadiness = assessments.contains { $0.readiness.controls > 0 }
        let readiness = hasReadiness ? " Of those that do not bind yet, \(later) \(later == 1 ? "has" : "have") gaps." : ""
        return "\(binding) control\(binding == 1 ? "" : "s") in force \(binding == 1 ? "has" : "have") gaps.\(readiness)\(incompleteness)"
    }

    private var method: Value {
        let problems = items.flatMap { item in item.problems.map { (item, $0) } }
        return .object([
            ("period-note", .string("Periods are half-open: the start belongs to the period, the end does not. Every rule takes \(asOf.text) as now.")),
            (
                "rules",
                .list(
                    assessments.map { assessment in
                        .string(
                            "\(assessment.framework.id): \(assessment.framework.title); \(assessment.framework.edition); definition \(assessment.framework.digest)"
                        )
                    })
            ),
            ("limitations", .list(limitations)),
            ("unread", .list(unread.map(unreadFile))),
            ("workspace-problems", .list(incomplete.map(problem))),
            (
                "record-problems",
                .list(
                    problems.map { item, problem in
                        .object([
                            ("evidence", .string(references[item.path] ?? "")), ("path", .string(item.path)), ("severity", .string(problem.severity)),
                            ("id", .string(problem.id)), ("place", .string(problem.place)), ("message", .string(problem.message)),
                            ("hint", .string(problem.hint ?? "")),
                        ])
                    })
            ),
            (
                "not-applicable",
                .list(
                    assessments.flatMap { assessment in
                        assessment.controls.filter { $0.verdict == .notApplicable && !$0.isGroup }.map { control in
                            .object([
                                ("framework", .string(assessment.framework.id)), ("id", .string(control.control.id.text)),
                                ("title", .string(control.control.title)), ("why", .string(control.applicability ?? "none of its requirements applies")),
                            ])
                        }
                    })
            ),
        ])
    }

    private var limitations: [Value] {
        var lines = ["A pack says what the collected evidence shows. It is not a certificate, an opinion or legal advice."]
        for assessment in assessments where assessment.framework.coverage == .partial {
            lines.append("\(assessment.framework.id) is covered in part. \(assessment.framework.coverageNote ?? "")")
        }
        for assessment in assessments where assessment.readiness.controls > 0 {
            lines.append(
                "\(assessment.framework.id): \(assessment.readiness.controls) of \(assessment.readiness.controls + assessment.inForce.controls) assessed controls do not bind yet at \(asOf.text); they are counted apart, as readiness."
            )
        }
        return lines.map { .string($0) }
    }

    private func unreadFile(_ file: UnreadFile) -> Value {
        .object([
            ("path", .string(file.path)), ("kind", .string(file.kind ?? "unknown")), ("id", .string(file.problem.id)),
            ("place", .string(file.problem.place)), ("message", .string(file.problem.message)), ("hint", .string(file.problem.hint ?? "")),
        ])
    }

    private func problem(_ problem: ReadingProblem) -> Value {
        .object([
            ("id", .string(problem.id)), ("severity", .string(problem.severity)), ("place", .string(problem.place)), ("message", .string(problem.message)),
            ("hint", .string(problem.hint ?? "")),
        ])
    }

    private func exception(_ exception: GapException) -> Value {
        let state = exception.isActive(at: asOf) ? "active" : exception.to <= asOf ? "expired" : "not started"
        return .object([
            ("id", .string(exception.id)), ("framework", .string(exception.framework)), ("controls", .list(exception.controls.map { .string($0) })),
            ("reason", .string(exception.reason)), ("measure", .string(exception.measure)), ("owner", .string(exception.owner)),
            ("approver", .string(exception.approver)), ("from", .string(exception.from.text)), ("to", .string(exception.to.text)), ("state", .string(state)),
        ])
    }

    private func evidence(_ item: EvidenceItem) -> Value {
        .object([
            ("ref", .string(references[item.path] ?? "")), ("path", .string(item.path)), ("kind", .string(item.kind)), ("format", .string(item.format)),
            ("digest", .string(item.publicDigest)), ("size", item.blinded == nil ? .int(item.size) : nil), ("observed-from", .text(item.observed?.from.text)),
            ("observed-to", .text(item.observed?.to.text)), ("observed-basis", .text(item.observedBasis)), ("producer", .text(item.producer)),
            ("reviewer", .text(item.reviewer)), ("approver", .text(item.approver)), ("method", .string(item.method.rawValue)),
            ("classification", .string(item.classification.rawValue)), ("collected-by", .string(item.collectedBy)),
            ("collected-at", .string(item.collectedAt.timestamp)), ("supersedes", .text(item.supersedes)),
            (
                "sample",
                item.sample.map { sample in
                    .object([
                        ("population", sample.population.map { .int($0) }), ("size", sample.size.map { .int($0) }), ("selection", .text(sample.selection)),
                    ])
                }
            ),
            ("facts", .int(item.facts.count)), ("problems", .int(item.problems.count)),
        ])
    }

    private var changes: Value {
        guard let previous else { return .object([("previous-period", nil), ("verdicts", [])]) }
        var rows: [Value] = []
        for assessment in assessments {
            let before = previous.verdicts[assessment.framework.id] ?? [:]
            for control in assessment.controls where !control.isGroup {
                guard let was = before[control.control.id.text], was != control.verdict.rawValue else { continue }
                rows.append(
                    .object([
                        ("framework", .string(assessment.framework.id)), ("id", .string(control.control.id.text)),
                        ("title", .string(control.control.title)), ("was", .string(was)), ("is", .string(control.verdict.rawValue)),
                    ]))
            }
        }
        return .object([("previous-period", .string(previous.period)), ("verdicts", .list(rows))])
    }
}

extension VerdictCounts {
    /// Controls with something left to do.
    public var gaps: Int { self[.partlyMet] + self[.notMet] + self[.conflict] }
}

extension [VerdictCounts] {
    /// The counts of several assessments together, with their denominators, as JSON. Those in force and those of readiness never stand in one list.
    public var total: Value {
        let sum = { (verdict: Verdict) in Value.int(reduce(0) { $0 + $1[verdict] }) }
        return .object([
            ("controls", .int(reduce(0) { $0 + $1.controls })), ("applicable", .int(reduce(0) { $0 + $1.applicable })),
            ("evaluated", .int(reduce(0) { $0 + $1.evaluated })), ("met", sum(.met)), ("partly-met", sum(.partlyMet)), ("not-met", sum(.notMet)),
            ("not-assessed", sum(.notAssessed)), ("not-applicable", sum(.notApplicable)), ("excepted", sum(.excepted)), ("conflict", sum(.conflict)),
        ])
    }
}
