public import Diagnostics
public import EvidenceModel
public import StructuredText

/// An order to keep evidence, however old it is, until it is released or its day has come.
public struct LegalHold: Hashable, Sendable {
    /// The number of its entry in the ledger; `nil` before it is there.
    public var entry: Int?
    /// When it was recorded.
    public var at: Instant
    public var reason: String
    /// Who ordered it.
    public var by: String
    public var scope: Scope
    /// The first moment at which it no longer holds; until it is released when absent.
    public var until: Instant?

    /// What is held: all that is given must agree, and with nothing given everything is held.
    public struct Scope: Hashable, Sendable {
        public var system: String?
        public var kind: String?
        public var path: String?

        public init(system: String? = nil, kind: String? = nil, path: String? = nil) {
            self.system = system
            self.kind = kind
            self.path = path
        }

        /// As a sentence's part: `system credit, kind audit-log`.
        public var words: String {
            let parts = [system.map { "system \($0)" }, kind.map { "kind \($0)" }, path.map { "item \($0)" }].compactMap { $0 }
            return parts.isEmpty ? "everything" : parts.joined(separator: ", ")
        }
    }

    public init(entry: Int? = nil, at: Instant, reason: String, by: String, scope: Scope, until: Instant? = nil) {
        self.entry = entry
        self.at = at
        self.reason = reason
        self.by = by
        self.scope = scope
        self.until = until
    }

    /// Reads a hold from its entry.
    /// - Throws: a `Diagnostic` when it is none that this version knows: a hold that is passed over is evidence destroyed.
    public init(entry: Int, at: Instant, body: Value) throws(Diagnostic) {
        guard let reason = body["reason"]?.string, let by = body["by"]?.string, let members = body["scope"]?.members else { throw .unreadableHold(entry) }
        var scope = Scope()
        var isAll = false
        for member in members {
            switch (member.key, member.value) {
            case ("system", .string(let text)): scope.system = text
            case ("kind", .string(let text)): scope.kind = text
            case ("item", .string(let text)): scope.path = text
            case ("all", .bool(true)): isAll = true
            default: throw .unreadableHold(entry)
            }
        }
        // Either everything, said in so many words, or something.
        guard isAll == (scope == Scope()) else { throw .unreadableHold(entry) }
        var until: Instant?
        if let text = body["until"] {
            guard let instant = text.string.flatMap({ Instant($0) }) else { throw .unreadableHold(entry) }
            until = instant
        }
        self.init(entry: entry, at: at, reason: reason, by: by, scope: scope, until: until)
    }

    /// What its entry says.
    public var body: Value {
        .object([
            ("reason", .string(reason)), ("by", .string(by)),
            (
                "scope",
                .object([
                    ("system", .text(scope.system)), ("kind", .text(scope.kind)), ("item", .text(scope.path)), ("all", scope == Scope() ? true : nil),
                ])
            ), ("until", .text(until?.timestamp)),
        ])
    }

    /// True when the item is among what is held, at whatever time. Compared by bytes.
    public func covers(_ item: EvidenceItem) -> Bool {
        agrees(scope.system, item.system) && agrees(scope.kind, item.kind) && agrees(scope.path, item.path)
    }

    private func agrees(_ wanted: String?, _ found: String) -> Bool { wanted.map { $0.utf8.elementsEqual(found.utf8) } ?? true }

    public func isActive(at instant: Instant) -> Bool { until.map { instant < $0 } ?? true }
}

extension Diagnostic {
    fileprivate static func unreadableHold(_ entry: Int) -> Self {
        Diagnostic(
            id: "retention.unreadable-hold", severity: .error,
            message: "entry \(entry) of the ledger is a hold that this version cannot read; nothing is retired beside it",
            hint: "use the version of dossier that recorded it")
    }
}
