import Diagnostics
import StructuredText

/// Renders a compiled template. The recursion is bounded by `TemplateCompiler.maximumScopes`.
struct TemplateRenderer {
    private let kind: TemplateKind
    private var out: [UInt8] = []
    private var scopes: [Value]
    private var rounds = 0

    /// A larger page is refused (256 MiB).
    static let maximumOutput = 256 << 20
    /// A page that goes round its lists more often is refused: sections inside each other multiply, and need not print anything.
    static let maximumRounds = 4_000_000

    private init(kind: TemplateKind, root: Value) {
        self.kind = kind
        scopes = [root]
    }

    /// - Throws: a `Diagnostic` when a value is not what its shape says, or when the page grows too large.
    static func render(_ template: CompiledTemplate, _ root: Value) throws(Diagnostic) -> [UInt8] {
        var renderer = TemplateRenderer(kind: template.kind, root: root)
        renderer.out.reserveCapacity(1 << 18)
        try renderer.run(template.steps)
        return renderer.out
    }

    private mutating func run(_ steps: [CompiledTemplate.Step]) throws(Diagnostic) {
        for step in steps {
            switch step {
            case .text(let bytes): out += bytes
            case .value(let lookup, let printing): try print(find(lookup), printing, lookup.name)
            case .section(let lookup, let inverted, let onlyAsks, let body): try section(lookup, inverted, onlyAsks, body)
            }
        }
    }

    private func find(_ lookup: CompiledTemplate.Lookup) -> Value {
        var value = scopes[max(0, scopes.count - 1 - lookup.scopesOut)]
        for key in lookup.keys { value = value[key] ?? .null }
        return value
    }

    private mutating func section(
        _ lookup: CompiledTemplate.Lookup, _ inverted: Bool, _ onlyAsks: Bool, _ body: [CompiledTemplate.Step]
    ) throws(Diagnostic) {
        let value = find(lookup)
        if inverted || onlyAsks {
            if Self.isPresent(value) != inverted { try run(body) }
            return
        }
        guard case .list(let items) = value else {
            if Self.isPresent(value) { try enter(value, body) }
            return
        }
        for item in items {
            rounds += 1
            guard out.count < Self.maximumOutput, rounds <= Self.maximumRounds else { throw .tooLarge(lookup.name) }
            try enter(item, body)
        }
    }

    private mutating func enter(_ value: Value, _ body: [CompiledTemplate.Step]) throws(Diagnostic) {
        scopes.append(value)
        try run(body)
        scopes.removeLast()
    }

    /// What a section stands for: anything but nothing, `false`, an empty text and an empty list. A number is there even when it is 0.
    private static func isPresent(_ value: Value) -> Bool {
        switch value {
        case .null: false
        case .bool(let flag): flag
        case .string(let text): !text.isEmpty
        case .list(let items): !items.isEmpty
        case .int, .number, .map: true
        }
    }

    private mutating func print(_ value: Value, _ printing: CompiledTemplate.Printing, _ name: Template.Name) throws(Diagnostic) {
        switch value {
        case .string(let text):
            switch printing {
            case .escaped: kind.escape(text, into: &out)
            case .markup: out += text.utf8
            case .names:
                guard isName(text) else { throw .unexpectedValue(name, "text") }
                out += text.utf8
            }
        case .int(let number): out += String(number).utf8
        case .number(let number): out += jsonNumber(number).utf8
        case .bool(let flag): out += (flag ? "yes" : "no").utf8
        case .null: throw .unexpectedValue(name, "nothing")
        case .list, .map: throw .unexpectedValue(name, "a list or group")
        }
    }
}

extension Diagnostic {
    fileprivate static func tooLarge(_ name: Template.Name) -> Self {
        Diagnostic(
            id: "template.output-too-large", severity: .error, location: name.location,
            message: "the page grows beyond \(TemplateRenderer.maximumOutput >> 20) MiB, or its lists beyond \(TemplateRenderer.maximumRounds) rounds",
            hint: "report fewer frameworks or a shorter period at once")
    }

    fileprivate static func unexpectedValue(_ name: Template.Name, _ what: String) -> Self {
        Diagnostic(
            id: "template.unexpected-value", severity: .error, location: name.location, message: "'\(name.text)' is \(what) here, which cannot be printed",
            hint: "report this: the pack's tree and its declared shape differ")
    }
}
