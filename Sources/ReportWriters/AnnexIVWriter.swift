import ReportModel
import StructuredText

/// Writes the technical documentation that Article 11 and Annex IV of Regulation (EU) 2024/1689 ask for, as a document of its own.
struct AnnexIVWriter: ReportWriter {
    let format = "annex-iv"

    /// Nothing where the report has no `eu-ai-act`.
    func write(_ report: Report, _ library: TemplateLibrary) throws -> [OutputFile] {
        guard let tree = report.annexIV else { return [] }
        let view = Self.view(of: tree)
        return [
            OutputFile(path: "annex-iv.html", bytes: try library.render("html/annex-iv.html.mustache", .annexIV, view)),
            OutputFile(path: "annex-iv.md", bytes: try library.render("markdown/annex-iv.md.mustache", .annexIV, view)),
        ]
    }

    /// The tree with what a page needs beside it.
    static func view(of tree: Value) -> Value {
        let tree = PackView.decorated(tree, depth: 0)
        let points = (tree["points"]?.list ?? []).map { point in
            let depth = point["depth"]?.int ?? 0
            let state = point["state"]?.string ?? ""
            return point.adding([
                ("state-class", .string(VerdictWords.name(state))), ("state-symbol", .string(symbol(state))),
                ("is-asked", .bool(!["group", "not applicable", "not assessed"].contains(state))),
                ("level-1", .bool(depth <= 0)), ("level-2", .bool(depth == 1)), ("level-3", .bool(depth >= 2)),
            ])
        }
        return tree.replacing([("points", .list(points))])
    }

    private static func symbol(_ state: String) -> String {
        switch state {
        case "supported": "●"
        case "partly supported": "◐"
        case "empty": "□"
        case "not applicable": "–"
        default: "○"
        }
    }
}

extension TemplateShape {
    /// What the templates of the Annex IV document may name.
    static let annexIV: TemplateShape = [
        "schema": .text, "producer": .text, "organisation": .text,
        "system": ["id": .text, "name": .text, "version": .text, "released?": .text], "period": ["label": .text, "from": .text, "to": .text],
        "as-of": .text, "status": .text, "framework": ["id": .text, "title": .text, "edition": .text, "digest": .text, "digest-short": .text],
        "counts": ["points": .number, "filled": .number, "partly": .number, "empty": .number, "not-applicable": .number, "not-assessed": .number],
        "points": .rows([
            "id": .text, "anchor": .name, "title": .text, "asks": .text, "cite": .text, "group": .flag, "depth": .number, "verdict": .text,
            "verdict-class": .name, "symbol": .text, "state": .text, "state-class": .name, "state-symbol": .text, "is-asked": .flag,
            "places": .number, "supported": .number, "applicability?": .text, "note?": .text, "owner?": .text, "level-1": .flag, "level-2": .flag,
            "level-3": .flag, "requirements": .rows(annexRequirement),
        ]),
        "sources": .rows([
            "ref": .name, "path": .text, "kind": .text, "digest": .text, "digest-short": .text, "observed-from?": .text, "observed-to?": .text,
            "producer?": .text, "approver?": .text,
        ]),
    ]

    private static let annexRequirement: TemplateShape = [
        "number": .number, "kinds": .list(.text), "kinds-text": .text, "why": .text, "rule": .text, "verdict": .text, "verdict-class": .name,
        "symbol": .text,
        "facts": .rows([
            "fact": .text, "label": .text, "asked": .list(.text),
            "entries": .rows(
                citation.with([
                    "text?": .text, "value?": .text, "items?": .list(.text),
                    "table?": [
                        "columns": .list(.text), "rows": .rows(["cells": .list(.text), "place": .text]), "total": .number, "left-out?": .number,
                    ],
                ])),
            "placeholders": .rows(citation.with(["text": .text])),
        ]),
        "records": .rows(citation), "shortfalls": .rows(["reason": .text, "text": .text, "remedy": .text]),
    ]

    private static let citation: TemplateShape = [
        "ref": .name, "path": .text, "place": .text, "digest": .text, "digest-short": .text, "kind": .text, "observed-to?": .text, "producer?": .text,
    ]
}
