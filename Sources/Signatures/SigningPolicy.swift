public import Diagnostics
public import StructuredText

/// What must be signed, in which role and by how many, before a pack or bundle counts as signed.
///
/// The least policy comes from outside a bundle; the one inside can only demand more.
public struct SigningPolicy: Hashable, Sendable {
    /// What a signature covers.
    public enum Target: String, Hashable, Sendable, CaseIterable {
        case attestation, bundle, checkpoint, pack
        case packXML = "pack-xml"
    }

    /// One demand: so many different keys of different persons, in one role, over one thing.
    public struct Requirement: Hashable, Sendable {
        public var over: Target
        /// Such as `compliance-officer`; `log`, `witness` and `timestamp` are services and no persons.
        public var role: String
        public var threshold: Int

        public init(over: Target, role: String, threshold: Int = 1) {
            self.over = over
            self.role = role
            self.threshold = threshold
        }

        fileprivate var order: [UInt8] { Array(over.rawValue.utf8) + [0] + Array(role.utf8) }
    }

    /// What happens to personal data that is not redacted when a bundle is made.
    public enum PersonalData: String, Hashable, Sendable, CaseIterable { case warn, block }

    /// The roles that are held by services.
    public static let services = ["log", "timestamp", "witness"]
    static let maximumThreshold = 32
    static let maximumRequirements = 64

    /// Sorted by target and role, each pair once.
    public let required: [Requirement]
    /// No person signs in two roles.
    public let fourEyes: Bool
    public let personalData: PersonalData

    /// A policy; of two demands for the same role over the same thing the higher threshold stands.
    public init(required: [Requirement] = [], fourEyes: Bool = false, personalData: PersonalData = .warn) {
        var merged: [Requirement] = []
        for requirement in required.sorted(by: { $0.order.lexicographicallyPrecedes($1.order) }) {
            if let last = merged.last, last.order == requirement.order {
                merged[merged.count - 1].threshold = max(last.threshold, requirement.threshold)
            } else {
                merged.append(requirement)
            }
        }
        self.required = merged
        self.fourEyes = fourEyes
        self.personalData = personalData
    }

    /// All that either policy demands: never less than this one.
    public func tightened(by other: SigningPolicy) -> SigningPolicy {
        SigningPolicy(
            required: required + other.required, fourEyes: fourEyes || other.fourEyes,
            personalData: personalData == .block ? .block : other.personalData)
    }

    /// Whether this policy demands all that the other one does.
    public func isAtLeast(_ other: SigningPolicy) -> Bool { tightened(by: other) == self }

    /// The canonical bytes, without a line end; a fact that is not demanded is left out.
    public var bytes: [UInt8] {
        let list = required.map {
            Value.object([("over", .string($0.over.rawValue)), ("role", .string($0.role)), ("threshold", .int($0.threshold))])
        }
        return CanonicalJSON.bytes(
            .object([
                ("four-eyes", fourEyes ? true : nil), ("personal-data", personalData == .block ? "block" : nil), ("required", .list(list)), ("v", 1),
            ]))
    }

    /// Reads the canonical bytes, and refuses every other spelling of the same policy.
    /// - Throws: a `Diagnostic` with the place of the fault.
    public static func parse(_ bytes: [UInt8], path: String) throws(Diagnostic) -> SigningPolicy {
        let reader = StrictJSON(path: path, subject: "policy")
        let root = try CanonicalJSON.parse(bytes, path: path)
        let optional = ["four-eyes", "personal-data"].filter { root[$0] != nil }
        let fields = try reader.fields(root, required: optional + ["required", "v"])
        guard fields[optional.count + 1].int == 1 else { throw reader.fault(fields[optional.count + 1], "other-version", "another version", "1") }
        var fourEyes = false
        var personalData = PersonalData.warn
        for (name, node) in zip(optional, fields) {
            if name == "four-eyes" {
                guard node.bool == true else { throw reader.fault(node, "not-a-flag", node.kindName, "true, or no such field") }
                fourEyes = true
            } else {
                guard node.string == "block" else { throw reader.fault(node, "unknown-word", node.kindName, "'block', or no such field") }
                personalData = .block
            }
        }
        var required: [Requirement] = []
        for node in try reader.list(fields[optional.count], 0...maximumRequirements) {
            let parts = try reader.fields(node, required: ["over", "role", "threshold"])
            guard let over = Target(rawValue: try reader.string(parts[0])) else {
                throw reader.fault(parts[0], "unknown-word", "a thing of another name", words)
            }
            let role = try reader.string(parts[1])
            guard isName(role) else { throw reader.fault(parts[1], "bad-role", "'\(role)'", "a role such as 'compliance-officer'") }
            guard let threshold = parts[2].int, (1...maximumThreshold).contains(threshold) else {
                throw reader.fault(parts[2], "bad-threshold", "another value", "a number from 1 to \(maximumThreshold)")
            }
            required.append(Requirement(over: over, role: role, threshold: threshold))
        }
        let policy = SigningPolicy(required: required, fourEyes: fourEyes, personalData: personalData)
        guard policy.bytes == bytes else {
            throw reader.fault(fields[optional.count], "not-in-order", "demands in another order, or one twice", "them sorted by 'over' and 'role'")
        }
        return policy
    }

    private static var words: String { Target.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ") }
}

extension SigningPolicy {
    /// Reads a policy from YAML, such as the `signing` key of a workspace; faults go to the reader.
    ///
    /// A faulty part is left out of what is returned, so a caller must not go on when the reader has reported anything.
    public static func read(_ node: YAMLNode, _ reader: YAMLMapReader, what: String) -> SigningPolicy {
        guard let map = reader.filledMap(node, keys: ["required", "four-eyes", "personal-data"], what: what) else { return SigningPolicy() }
        var required: [Requirement] = []
        for item in reader.list(map["required"], "required") {
            guard required.count < maximumRequirements else {
                reader.report("too-many-demands", item.location, "found more than \(maximumRequirements) demands", hint: "join them")
                break
            }
            guard let requirement = requirement(item, reader) else { continue }
            if required.contains(where: { $0.order == requirement.order }) {
                reader.report(
                    "demand-twice", item.location, "role '\(requirement.role)' over '\(requirement.over.rawValue)' is demanded twice; expected it once",
                    hint: "keep one of them, with the threshold that is meant")
            }
            required.append(requirement)
        }
        return SigningPolicy(
            required: required, fourEyes: reader.flag(map["four-eyes"], "four-eyes") ?? false,
            personalData: reader.choice(map["personal-data"], "personal-data", as: PersonalData.self) ?? .warn)
    }

    private static func requirement(_ node: YAMLNode, _ reader: YAMLMapReader) -> Requirement? {
        guard let map = reader.filledMap(node, keys: ["over", "role", "threshold"], what: "a demanded signature") else { return nil }
        if map["over"] == nil { _ = reader.text(nil, "over", in: node) }
        let over = reader.choice(map["over"], "over", as: Target.self)
        let role = readRole(map["role"], in: node, reader)
        guard let over, let role else { return nil }
        guard let threshold = map["threshold"] else { return Requirement(over: over, role: role) }
        guard let number = reader.integer(threshold, "threshold") else { return nil }
        guard (1...maximumThreshold).contains(number) else {
            reader.report(
                "bad-threshold", threshold.location, "'threshold' is \(number); expected 1 to \(maximumThreshold)", hint: "write how many persons must sign")
            return nil
        }
        return Requirement(over: over, role: role, threshold: number)
    }

    /// A role's name, or a report that it is none.
    static func readRole(_ node: YAMLNode?, in owner: YAMLNode, _ reader: YAMLMapReader) -> String? {
        guard let role = reader.text(node, "role", in: owner) else { return nil }
        guard isName(role) else {
            reader.report(
                "bad-role", node?.location, "found the role '\(role)'; expected up to 64 of 'a' to 'z', '0' to '9' and '-'",
                hint: "write a role such as 'compliance-officer'")
            return nil
        }
        return role
    }
}

extension YAMLMapReader {
    /// A map whose keys all have values: one that is left empty, such as `revoked:`, would silently trust more than its author meant.
    func filledMap(_ node: YAMLNode, keys: [String], what: String) -> [String: YAMLNode]? {
        for member in node.members ?? [] where member.value.isNull && keys.contains(where: { $0.utf8.elementsEqual(member.key.utf8) }) {
            report(
                "empty-key", member.keyLocation, "'\(member.key)' of \(what) has no value; expected one, or no such key",
                hint: "write the value, or remove the line")
        }
        return map(node, keys: keys, what: what)
    }
}
