/// What a rule does to what it hides.
public enum RedactionAction: String, Sendable, CaseIterable {
    /// Takes it out: `null` in JSON, nothing elsewhere.
    case drop
    /// Puts `***` in its place, and its last characters when the rule says so.
    case mask
    /// Puts a keyed pseudonym in its place, so that equal values stay equal within what one recipient gets.
    case pseudonym
}

/// Kinds of personal data that are found by their shape and check digits.
public enum PersonalDataKind: String, Sendable, CaseIterable {
    case email, phone, sin, card
    case healthCard = "health-card"
}

/// What a value must look like for a rule to hide it.
public enum RedactionPattern: Hashable, Sendable {
    case kind(PersonalDataKind)
    /// A POSIX extended regular expression without back references.
    case expression(String)
}

/// One rule about what to hide, and why.
public struct RedactionRule: Hashable, Sendable {
    /// Stands in proofs and registers: letters, digits, `.`, `_`, `-`.
    public var id: String
    /// The field that it is about; every text when `nil`.
    public var field: RedactionField?
    /// The whole field when `nil`.
    public var pattern: RedactionPattern?
    public var action: RedactionAction
    /// How many last characters a mask leaves; of short values none.
    public var keepLast: Int
    public var reason: String
    /// The provision that asks for it or allows it, in words.
    public var basis: String?

    public init(
        id: String, field: RedactionField? = nil, pattern: RedactionPattern? = nil, action: RedactionAction, keepLast: Int = 0, reason: String,
        basis: String? = nil
    ) {
        self.id = id
        self.field = field
        self.pattern = pattern
        self.action = action
        self.keepLast = keepLast
        self.reason = reason
        self.basis = basis
    }
}

/// What is to be hidden of one source: first a list of fields to show, if there is one, then rules in order.
///
/// Whatever the rules cannot be applied to (a record that does not parse, a binary file) is hidden whole. The names of fields stay visible, except inside
/// a list or object that is hidden as one; names that are data are hidden by a rule that drops `/…/*`.
public struct RedactionRules: Hashable, Sendable {
    /// The only fields to show; `nil` when everything is shown that no rule hides.
    public var allow: [RedactionField]?
    public var rules: [RedactionRule]
    /// Whether the first row of a CSV file names its columns.
    public var hasHeader: Bool

    public init(allow: [RedactionField]? = nil, rules: [RedactionRule], hasHeader: Bool = true) {
        self.allow = allow
        self.rules = rules
        self.hasHeader = hasHeader
    }

    /// True when nothing is hidden.
    public var isEmpty: Bool { allow == nil && rules.isEmpty }

    /// The id under which fields are hidden that the list of fields to show does not name.
    public static let notAllowed = "not-allowed"
    /// The id under which records are hidden that could not be cut into fields.
    public static let unreadable = "unreadable"

    /// The rule of an id, of these rules or of the two that need no declaration.
    func rule(_ id: String) -> RedactionRule? {
        switch id {
        case Self.notAllowed:
            RedactionRule(id: id, action: .mask, reason: "the field is not on the source's list of fields to show")
        case Self.unreadable:
            RedactionRule(id: id, action: .mask, reason: "the record could not be read as its format, so that no rule could be applied to it")
        default: rules.first { $0.id.utf8.elementsEqual(id.utf8) }
        }
    }

    /// Whether the rules can say anything about a file of a format.
    func apply(to format: Segmentation.Format) -> Bool {
        if let allow, !allow.contains(where: { $0.way == format.way }) { return false }
        return allow != nil || rules.contains { ($0.field == nil && format != .other) || ($0.field != nil && $0.field?.way == format.way) }
    }
}
