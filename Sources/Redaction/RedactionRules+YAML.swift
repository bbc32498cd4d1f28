public import Diagnostics
public import StructuredText

extension RedactionRules {
    /// The rules that a map such as `{allow: {pointers: […]}, rules: […], header: yes}` states, or what is wrong with it.
    public static func read(_ node: YAMLNode) -> (rules: RedactionRules?, diagnostics: [Diagnostic]) {
        let reader = YAMLMapReader(subject: "redaction")
        guard let map = reader.map(node, keys: ["allow", "rules", "header"], what: "redaction") else { return (nil, reader.diagnostics) }
        let allow = map["allow"].map { fields($0, what: "allow", reader) }
        var rules: [RedactionRule] = []
        for item in reader.list(map["rules"], "rules") {
            guard let rule = rule(item, reader) else { continue }
            if rules.contains(where: { $0.id.utf8.elementsEqual(rule.id.utf8) }) {
                reader.report("repeated-id", item.location, "the rule id '\(rule.id)' stands twice", hint: "give each rule an id of its own")
            }
            rules.append(rule)
        }
        let header = reader.flag(map["header"], "header") ?? true
        if map["allow"] == nil, map["rules"] == nil {
            reader.report("no-rules", node.location, "neither 'allow' nor 'rules' is given", hint: "add one of them, or leave 'redaction' out")
        }
        guard !reader.diagnostics.contains(where: { $0.severity == .error }) else { return (nil, reader.diagnostics) }
        return (RedactionRules(allow: allow, rules: rules, hasHeader: header), reader.diagnostics)
    }

    /// The fields that a map such as `{pointers: […], columns: […], xpaths: […]}` names, or what is wrong with it.
    /// - Parameter what: the key under which the map stands.
    public static func readFields(_ node: YAMLNode, what: String) -> (fields: [RedactionField], diagnostics: [Diagnostic]) {
        let reader = YAMLMapReader(subject: "redaction")
        let found = fields(node, what: what, reader)
        return (found, reader.diagnostics)
    }

    private static func fields(_ node: YAMLNode, what: String, _ reader: YAMLMapReader) -> [RedactionField] {
        guard let map = reader.map(node, keys: ["pointers", "columns", "xpaths"], what: what) else { return [] }
        var fields: [RedactionField] = []
        for item in reader.list(map["pointers"], "pointers") { if let field = pointer(item, reader) { fields.append(field) } }
        for item in reader.list(map["columns"], "columns") { if let field = column(item, reader) { fields.append(field) } }
        for item in reader.list(map["xpaths"], "xpaths") { if let field = xpath(item, reader) { fields.append(field) } }
        return fields
    }

    private static let ruleKeys = ["id", "pointer", "column", "xpath", "pattern", "regex", "action", "keep-last", "reason", "basis"]

    private static func rule(_ node: YAMLNode, _ reader: YAMLMapReader) -> RedactionRule? {
        guard let map = reader.map(node, keys: ruleKeys, what: "a rule") else { return nil }
        let id = identifier(reader.text(map["id"], "id", in: node), map["id"], reader)
        let reason = reader.text(map["reason"], "reason", in: node)
        let field = field(map, node, reader)
        let pattern = pattern(map, node, reader)
        let action = reader.choice(map["action"], "action", as: RedactionAction.self)
        if map["action"] == nil {
            reader.report("missing-key", node.location, "'action' is missing", hint: "add 'action: mask', 'drop' or 'pseudonym'")
        }
        if !["pointer", "column", "xpath", "pattern", "regex"].contains(where: { map[$0] != nil }) {
            reader.report(
                "rule-without-target", node.location, "the rule names neither a field nor a pattern",
                hint: "add 'pointer', 'column', 'xpath', 'pattern' or 'regex'")
        }
        let keepLast = reader.integer(map["keep-last"], "keep-last") ?? 0
        if let place = map["keep-last"], action != .mask || !(0...8).contains(keepLast) {
            reader.report("keep-last", place.location, "'keep-last' is \(keepLast); expected 0 to 8, with 'action: mask'", hint: "leave it out, or mask")
        }
        guard let id, let reason, let action else { return nil }
        return RedactionRule(
            id: id, field: field, pattern: pattern, action: action, keepLast: keepLast, reason: reason, basis: reader.optionalText(map["basis"], "basis"))
    }

    private static func identifier(_ text: String?, _ node: YAMLNode?, _ reader: YAMLMapReader) -> String? {
        guard let text else { return nil }
        if text.utf8.count > 64 || !text.utf8.allSatisfy(isIdentifierByte) {
            reader.report(
                "rule-id", node?.location, "the rule id '\(text)' holds other characters than letters, digits, '.', '_', '-', or more than 64",
                hint: "rename the rule")
        } else if text == notAllowed || text == unreadable {
            reader.report("rule-id", node?.location, "the rule id '\(text)' is taken by the program", hint: "rename the rule")
        }
        return text
    }

    static func isIdentifierByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."),
            UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    private static func field(_ map: [String: YAMLNode], _ owner: YAMLNode, _ reader: YAMLMapReader) -> RedactionField? {
        let given = ["pointer", "column", "xpath"].filter { map[$0] != nil }
        if given.count > 1 {
            reader.report(
                "several-fields", owner.location, "the rule names \(given.map { "'\($0)'" }.joined(separator: " and ")); expected one of them",
                hint: "write one rule for each")
        }
        if let node = map["pointer"] { return pointer(node, reader) }
        if let node = map["column"] { return column(node, reader) }
        return map["xpath"].flatMap { xpath($0, reader) }
    }

    private static func pointer(_ node: YAMLNode, _ reader: YAMLMapReader) -> RedactionField? {
        guard let text = reader.optionalText(node, "pointer") else { return nil }
        guard let pattern = PointerPattern(text) else {
            reader.report(
                "pointer", node.location, "'\(text)' is no JSON pointer (RFC 6901)", hint: "begin with '/', and write '~' as '~0' and '/' in a name as '~1'")
            return nil
        }
        return .pointer(pattern)
    }

    /// A bare number is an index, from 0; anything else, and a number in quotes, is a name.
    private static func column(_ node: YAMLNode, _ reader: YAMLMapReader) -> RedactionField? {
        guard let text = reader.optionalText(node, "column") else { return nil }
        guard case .scalar(_, plain: true) = node.kind, let index = Int(text) else { return .column(text) }
        guard index >= 0, String(index) == text else {
            reader.report("column", node.location, "'\(text)' is no column index", hint: "count columns from 0, or put a column's name in quotes")
            return nil
        }
        return .columnIndex(index)
    }

    private static func xpath(_ node: YAMLNode, _ reader: YAMLMapReader) -> RedactionField? {
        guard let text = reader.optionalText(node, "xpath") else { return nil }
        guard let pattern = XMLPathPattern(text) else {
            reader.report(
                "xpath", node.location, "'\(text)' is not in the part of XPath that rules may use",
                hint: "use '/', '//', names without prefix, '*', and at the end '@name' or 'text()'")
            return nil
        }
        return .xpath(pattern)
    }

    private static func pattern(_ map: [String: YAMLNode], _ owner: YAMLNode, _ reader: YAMLMapReader) -> RedactionPattern? {
        if map["pattern"] != nil, map["regex"] != nil {
            reader.report("several-patterns", owner.location, "the rule gives 'pattern' and 'regex'; expected one of them", hint: "write one rule for each")
        }
        if let node = map["pattern"] { return reader.choice(node, "pattern", as: PersonalDataKind.self).map { .kind($0) } }
        guard let node = map["regex"], let text = reader.optionalText(node, "regex") else { return nil }
        if let fault = TextExpression.fault(in: text) {
            reader.report("regex", node.location, "'\(text)' cannot be used as a regular expression: \(fault)", hint: "write a POSIX extended expression")
            return nil
        }
        return .expression(text)
    }
}
