extension TemplateShape {
    /// What the templates of a pack may name. A test holds it against a full report, so that neither can change alone.
    static let pack: TemplateShape = [
        "schema": .text, "producer": .text, "cover": cover, "summary": summary, "method": method, "overview": .rows(overviewFramework),
        "timeline": timeline, "frameworks": .rows(["id": .text, "title": .text, "anchor": .name, "controls": .rows(control)]),
        "gaps": .rows(gap), "gaps-in-force": .rows(gap), "gaps-readiness": .rows(gap), "exceptions": .rows(exception), "attestations": .rows(attestation),
        "evidence": .rows(evidence),
        "unread": .rows(unreadFile), "integrity": integrity, "changes": changes, "legend": .rows(verdict),
    ]

    private static let cover: TemplateShape = [
        "title": .text, "organisation": .text,
        "system": [
            "id": .text, "name": .text, "purpose": .text, "version": .text, "released?": .text, "roles": .list(.text), "roles-text": .text,
            "jurisdictions": .list(.text), "jurisdictions-text": .text,
        ],
        "period": ["label": .text, "from": .text, "to": .text], "as-of": .text, "status": .text,
        "frameworks": .rows([
            "id": .text, "title": .text, "edition": .text, "coverage": .text, "coverage-note?": .text, "digest": .text, "digest-short": .text,
            "from-workspace": .flag, "readiness": .flag, "in-force-controls": .number, "readiness-controls": .number, "controls": .number,
            "first-binding-date?": .text, "all-readiness": .flag,
        ]),
        "signers": .rows(["name": .text, "role": .text]), "any-readiness": .flag, "only-readiness": .flag, "evaluated": .flag, "incomplete": .flag,
        "signed": .flag,
    ]

    private static let verdict: TemplateShape = ["verdict": .text, "verdict-class": .name, "symbol": .text]
    private static let verdictCount: TemplateShape = verdict.with(["count": .number])

    private static let counts: TemplateShape = [
        "controls": .number, "applicable": .number, "evaluated": .number, "met": .number, "partly-met": .number, "not-met": .number,
        "not-assessed": .number, "not-applicable": .number, "excepted": .number, "conflict": .number, "any": .flag,
        "verdicts": .rows(verdictCount.with(["none": .flag])), "bar": .markup,
    ]

    private static let summary: TemplateShape = [
        "evaluated": .flag, "incomplete": .flag, "banner": .text,
        "frameworks": .rows(["id": .text, "title": .text, "in-force": counts, "readiness": counts]),
        "items": .number, "unread-files": .number, "exceptions": .number, "top-gaps": .rows(gap),
    ]

    private static let unreadFile: TemplateShape = [
        "path": .text, "kind": .text, "id": .text, "place": .text, "message": .text, "hint": .text,
    ]

    private static let method: TemplateShape = [
        "period-note": .text, "rules": .list(.text), "limitations": .list(.text), "unread": .rows(unreadFile),
        "workspace-problems": .rows(["id": .text, "severity": .text, "place": .text, "message": .text, "hint": .text]),
        "record-problems": .rows([
            "evidence": .name, "path": .text, "severity": .text, "id": .text, "place": .text, "message": .text, "hint": .text,
        ]),
        "not-applicable": .rows(["framework": .text, "framework-class": .name, "id": .text, "title": .text, "why": .text]),
    ]

    private static let overviewFramework: TemplateShape = [
        "framework": .text, "framework-class": .name, "title": .text, "anchor": .name,
        "groups": .rows(
            verdict.with([
                "id": .text, "title": .text, "counts": .rows(verdictCount), "total": .number, "bar": .markup,
                "controls": .rows(verdict.with(["id": .text, "title": .text, "in-force": .flag, "anchor": .name])),
            ])),
    ]

    private static let timeline: TemplateShape = [
        "ticks": .markup,
        "rows": .rows([
            "kind": .text, "items": .number, "undated": .number, "any-undated": .flag, "first?": .text, "last": .text, "outside": .flag, "bar": .markup,
            "holes": .rows(["from": .text, "to": .text, "length": .text]), "percent?": .text,
        ]),
    ]

    private static let control: TemplateShape = verdict.with([
        "framework": .text, "framework-class": .name, "id": .text, "parent?": .text, "anchor": .name, "title": .text, "asks": .text, "cite": .text,
        "force": .text, "in-force": .flag, "in-force-from?": .text, "in-force-cite?": .text, "decided-by": .text, "group": .flag,
        "reasons": .list(.text), "reasons-text": .text, "applicability?": .text, "note?": .text, "exception?": .text, "exception-anchor?": .name,
        "without-exception?": .text, "without-exception-class?": .name, "without-exception-symbol?": .text, "expired-exceptions": .list(.text),
        "crosswalk": .rows(["framework": .text, "framework-class": .name, "control": .text, "relation": .text]), "requirements": .rows(requirement),
        "shortfalls": .rows(["reason": .text, "text": .text, "remedy": .text]),
        "attestations": .rows([
            "id": .text, "entry": .number, "anchor": .name, "person": .text, "role": .text, "decision": .text, "reason?": .text, "at": .text, "standing": .text,
        ]),
        "evidence": .list(.name), "falls-short": .flag, "level-1": .flag, "level-2": .flag, "level-3": .flag,
    ])

    private static let requirement: TemplateShape = verdict.with([
        "number": .number, "kinds": .list(.text), "kinds-text": .text, "why": .text, "rule": .text, "checks": .list(.text), "applicability?": .text,
        "shortfalls": .rows(["reason": .text, "text": .text, "remedy": .text]),
        "evidence": .rows([
            "ref": .name, "path": .text, "digest": .text, "digest-short": .text, "kind": .text, "observed-from?": .text, "observed-to?": .text,
            "age?": .text, "producer?": .text, "method": .text,
        ]),
        "findings": .rows([
            "ref": .name, "outcome": .text, "outcome-class": .name, "symbol": .text, "rule": .text, "found": .text, "place": .text, "limit?": .text,
        ]),
        "set-aside": .rows(["ref": .name, "path": .text, "why": .text]),
        "coverage?": ["share": .number, "percent": .text, "holes": .rows(["from": .text, "to": .text, "length": .text])],
    ])

    private static let gap: TemplateShape = verdict.with([
        "framework": .text, "framework-class": .name, "id": .text, "title": .text, "anchor": .name, "in-force": .flag, "due?": .text, "owner?": .text,
        "reasons": .list(.text), "reasons-text": .text,
        "shortfalls": .rows(["reason": .text, "text": .text, "remedy": .text, "kinds": .list(.text), "kinds-text": .text]),
    ])

    private static let exception: TemplateShape = [
        "id": .text, "framework": .text, "framework-class": .name, "controls": .list(.text), "controls-text": .text, "reason": .text,
        "measure": .text, "owner": .text, "approver": .text, "from": .text, "to": .text, "state": .text, "anchor": .name,
    ]

    private static let attestation: TemplateShape = [
        "id": .text, "entry": .number, "anchor": .name, "state": .text, "person": .text, "role": .text, "framework": .text, "framework-class": .name,
        "controls": .list(.text), "controls-text": .text, "from": .text, "to": .text, "decision": .text, "reason?": .text, "text": .text,
        "text-sha256": .text, "at": .text, "decided-on?": .text, "via": .text, "recorded-by?": .text, "signature": .text, "key?": .text, "key-short?": .text,
        "supersedes?": .number,
    ]

    private static let evidence: TemplateShape = [
        "ref": .name, "path": .text, "kind": .text, "format": .text, "digest": .text, "digest-short": .text, "size?": .number,
        "observed-from?": .text, "observed-to?": .text, "observed-basis?": .text, "producer?": .text, "reviewer?": .text, "approver?": .text,
        "method": .text, "classification": .text, "collected-by": .text, "collected-at": .text, "supersedes?": .text,
        "sample?": ["population?": .number, "size?": .number, "selection?": .text], "facts": .number, "problems": .number,
    ]

    private static let integrity: TemplateShape = [
        "ledger-name?": .text, "ledger-entries": .number, "ledger-head": .text, "ledger-signed": .flag, "previous-head?": .text, "signed": .flag,
        "demonstration": .flag, "redactions": .rows(["path": .text, "rule": .text, "action": .text, "reason": .text, "count": .number]),
        "retirements": .rows(["path": .text, "kind": .text, "rule": .text, "source": .text, "at": .text]), "how-to-verify": .list(.text),
    ]

    private static let changes: TemplateShape = [
        "previous-period?": .text,
        "verdicts": .rows([
            "framework": .text, "framework-class": .name, "id": .text, "title": .text, "was": .text, "was-class": .name, "was-symbol": .text,
            "is": .text, "is-class": .name, "is-symbol": .text,
        ]),
    ]
}
