import StructuredText

/// The report's tree made ready for templates: the same statements in the same order, with what a page needs beside them (a class and a symbol
/// for each verdict, lists joined to a text, anchors, charts). `TemplateShape.pack` declares its form.
enum PackView {
    /// - Parameter charts: whether markup for charts is made; the fields are empty otherwise.
    static func view(of tree: Value, charts: Bool) -> Value {
        let tree = decorated(tree, depth: 0)
        let exceptions = (tree["exceptions"]?.list ?? []).enumerated().map { $1.adding([("anchor", .string("exception-\($0 + 1)"))]) }
        var anchors: [String: Value] = [:]
        for exception in exceptions { anchors[exception["id"]?.string ?? ""] = exception["anchor"] }
        let controls = levels(tree["controls"]?.list ?? []).map { control -> Value in
            let fallsShort = ([control] + (control["requirements"]?.list ?? [])).contains { $0["shortfalls"]?.list?.isEmpty == false }
            return control.adding([
                ("exception-anchor", control["exception"]?.string.flatMap { anchors[$0] }), ("falls-short", .bool(fallsShort)),
            ])
        }
        let gaps = tree["gaps"]?.list ?? []
        let frameworks = tree["cover"]?["frameworks"]?.list ?? []
        let timeline = EvidenceTimeline(tree)
        return .object([
            ("schema", tree["schema"]), ("producer", tree["producer"]), ("cover", cover(tree)), ("summary", summary(tree, charts: charts)),
            ("method", tree["method"]), ("overview", overview(tree, charts: charts)),
            ("timeline", charts ? timeline.view : .object([("rows", []), ("ticks", .string(""))])),
            (
                "frameworks",
                .list(
                    frameworks.map { framework in
                        let id = framework["id"]?.string ?? ""
                        return .object([
                            ("id", framework["id"]), ("title", framework["title"]), ("anchor", .string("framework-" + slug(id))),
                            ("controls", .list(controls.filter { $0["framework"]?.string == id })),
                        ])
                    })
            ),
            ("gaps", .list(gaps)),
            ("gaps-in-force", .list(gaps.filter { $0["in-force"]?.bool == true })),
            ("gaps-readiness", .list(gaps.filter { $0["in-force"]?.bool != true })),
            ("exceptions", .list(exceptions)), ("attestations", tree["attestations"]), ("evidence", tree["evidence"]), ("unread", tree["unread"]),
            ("integrity", tree["integrity"]),
            ("changes", tree["changes"]),
            (
                "legend",
                .list(
                    VerdictWords.all.map {
                        .object([("verdict", .string($0)), ("verdict-class", .string(VerdictWords.name($0))), ("symbol", .string(VerdictWords.symbol($0)))])
                    })
            ),
        ])
    }

    private static func cover(_ tree: Value) -> Value? {
        let frameworks = (tree["cover"]?["frameworks"]?.list ?? []).map { framework in
            framework.adding([
                ("all-readiness", .bool(framework["in-force-controls"]?.int == 0 && framework["readiness"]?.bool == true)),
                ("controls", .int((framework["in-force-controls"]?.int ?? 0) + (framework["readiness-controls"]?.int ?? 0))),
            ])
        }
        return tree["cover"]?.replacing([
            ("frameworks", .list(frameworks)), ("any-readiness", .bool(frameworks.contains { $0["readiness"]?.bool == true })),
            ("only-readiness", .bool(!frameworks.isEmpty && frameworks.allSatisfy { $0["all-readiness"]?.bool == true })),
            ("evaluated", tree["summary"]?["evaluated"]), ("incomplete", tree["summary"]?["incomplete"]), ("signed", tree["integrity"]?["signed"]),
        ])
    }

    private static func summary(_ tree: Value, charts: Bool) -> Value? {
        let frameworks = (tree["summary"]?["frameworks"]?.list ?? []).map { framework -> Value in
            func part(_ key: String, _ label: String) -> Value? {
                framework[key].map { counts in
                    let verdicts = VerdictWords.all.map { verdict in
                        Value.object([
                            ("verdict", .string(verdict)), ("verdict-class", .string(VerdictWords.name(verdict))),
                            ("symbol", .string(VerdictWords.symbol(verdict))), ("count", counts[VerdictWords.name(verdict)] ?? 0),
                            ("none", .bool((counts[VerdictWords.name(verdict)]?.int ?? 0) == 0)),
                        ])
                    }
                    let bar = charts ? VerdictBar.markup(verdicts, title: "\(framework["id"]?.string ?? ""), \(label)") : ""
                    return counts.adding([
                        ("any", .bool((counts["controls"]?.int ?? 0) > 0)), ("verdicts", .list(verdicts)), ("bar", .string(bar)),
                    ])
                }
            }
            return framework.replacing([("in-force", part("in-force", "in force")), ("readiness", part("readiness", "readiness"))])
        }
        return tree["summary"]?.replacing([("frameworks", .list(frameworks))])
    }

    private static func overview(_ tree: Value, charts: Bool) -> Value {
        .list(
            (tree["overview"]?.list ?? []).map { framework in
                let id = framework["framework"]?.string ?? ""
                let groups = (framework["groups"]?.list ?? []).map { group in
                    let title = "\(group["id"]?.string ?? "") \(group["title"]?.string ?? "")"
                    let bar = charts ? VerdictBar.markup(group["counts"]?.list ?? [], title: title) : ""
                    let counts = VerdictWords.all.compactMap { verdict in group["counts"]?.list?.first { $0["verdict"]?.string == verdict } }
                    return group.replacing([("counts", .list(counts)), ("bar", .string(bar))])
                }
                return framework.replacing([("groups", .list(groups)), ("anchor", .string("framework-" + slug(id)))])
            })
    }

    /// How deep each control stands below its parents: the level of its heading.
    private static func levels(_ controls: [Value]) -> [Value] {
        var depths: [String: Int] = [:]
        return controls.map { control in
            let framework = control["framework"]?.string ?? ""
            let parent = control["parent"]?.string.flatMap { depths["\(framework)\n\($0)"] }
            let depth = min(2, parent.map { $0 + 1 } ?? 0)
            depths["\(framework)\n\(control["id"]?.string ?? "")"] = depth
            return control.adding([("level-1", .bool(depth == 0)), ("level-2", .bool(depth == 1)), ("level-3", .bool(depth == 2))])
        }
    }

    /// Adds to every map what its own members say again for a page. The depth is that of our own tree; the guard is a backstop.
    static func decorated(_ value: Value, depth: Int) -> Value {
        guard depth < 24 else { return .null }
        switch value {
        case .list(let items): return .list(items.map { decorated($0, depth: depth + 1) })
        case .map(let members):
            return Value.map(members.map { Value.Member($0.key, decorated($0.value, depth: depth + 1)) }).adding(additions(to: value))
        default: return value
        }
    }

    private static func additions(to map: Value) -> [(String, Value?)] {
        var more: [(String, Value?)] = []
        for member in map.members ?? [] {
            switch (member.key, member.value) {
            case ("verdict", .string(let verdict)), ("was", .string(let verdict)), ("is", .string(let verdict)),
                ("without-exception", .string(let verdict)):
                more.append(("\(member.key)-class", .string(VerdictWords.name(verdict))))
                more.append((member.key == "verdict" ? "symbol" : "\(member.key)-symbol", .string(VerdictWords.symbol(verdict))))
            case ("outcome", .string(let outcome)):
                more.append(("outcome-class", .string(VerdictWords.name(outcome))))
                more.append(("symbol", .string(VerdictWords.outcomeSymbol(outcome))))
            case ("framework", .string(let id)): more.append(("framework-class", .string(slug(id))))
            case ("digest", .string(let digest)): more.append(("digest-short", .string(String(digest.prefix(19)))))
            case ("share", .number), ("share", .int):
                more.append(("percent", .string(jsonNumber(((member.value.double ?? 0) * 1000).rounded() / 10) + " %")))
            case ("reasons", .list(let items)), ("kinds", .list(let items)), ("roles", .list(let items)), ("jurisdictions", .list(let items)):
                more.append(("\(member.key)-text", .string(items.compactMap(\.string).joined(separator: ", "))))
            case ("entry", .int(let number)): more.append(("anchor", .string("attestation-\(number)")))
            case ("key", .string(let key)): more.append(("key-short", .string(String(key.prefix(16)))))
            case ("controls", .list(let items)) where map["approver"] != nil || map["text-sha256"] != nil:
                more.append(("controls-text", .string(items.compactMap(\.string).joined(separator: ", "))))
            default: continue
            }
        }
        return more
    }

    /// A name of our own making that tells texts apart: letters, digits and hyphens.
    static func slug(_ text: String) -> String {
        String(decoding: text.lowercased().utf8.map { byte in isName(String(UnicodeScalar(byte))) ? byte : UInt8(ascii: "-") }, as: UTF8.self)
    }
}

/// How verdicts and outcomes are named in classes, and the symbol that stands beside their words so that colour never speaks alone.
enum VerdictWords {
    /// In the order of charts and tables: what holds first, what is open last.
    static let all = ["met", "excepted", "partly met", "not met", "conflict", "not assessed", "not applicable"]

    /// `partly-met`.
    static func name(_ verdict: String) -> String { PackView.slug(verdict) }

    static func symbol(_ verdict: String) -> String {
        switch verdict {
        case "met": "✓"
        case "partly met": "◐"
        case "not met": "✕"
        case "not assessed": "○"
        case "not applicable": "–"
        case "excepted": "◇"
        case "conflict": "⇄"
        default: "·"
        }
    }

    static func outcomeSymbol(_ outcome: String) -> String {
        switch outcome {
        case "passed": "✓"
        case "failed": "✕"
        case "silent": "○"
        default: "?"
        }
    }
}

extension Value {
    /// This map with more members; those without a value are left out.
    func adding(_ more: [(String, Value?)]) -> Value {
        guard case .map(let members) = self else { return self }
        return .map(members + more.compactMap { key, value in value.map { Member(key, $0) } })
    }

    /// This map with some members in place of those of the same name, or added where there are none.
    func replacing(_ members: [(String, Value?)]) -> Value {
        guard case .map(let own) = self else { return self }
        return Value.map(own.filter { member in !members.contains { $0.0 == member.key } }).adding(members)
    }
}
