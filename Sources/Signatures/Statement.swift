public import Diagnostics
public import StructuredText

/// What is said of which bytes: an in-toto Statement, version 1, with SHA-256 digests alone.
public struct Statement: Hashable, Sendable {
    /// The value of `_type`.
    public static let type = "https://in-toto.io/Statement/v1"
    /// The type under which an envelope holds statements.
    public static let payloadType = "application/vnd.in-toto+json"
    static let maximumSubjects = 10_000
    /// Each value costs memory when it is read.
    static let maximumValues = 500_000

    /// One artefact that the statement is about.
    public struct Subject: Hashable, Sendable {
        public var name: String
        /// 64 lower-case hexadecimal digits.
        public var sha256: String

        public init(name: String, sha256: String) {
            self.name = name
            self.sha256 = sha256
        }
    }

    /// At least one, each name once.
    public let subjects: [Subject]
    /// A URI that ends in a major version.
    public let predicateType: String
    /// An object; fields that a reader does not know are ignored.
    public let predicate: Value

    /// - Throws: a `Diagnostic` when no subject is given, a name is empty or repeated, a digest is none, or the predicate is no object.
    public init(subjects: [Subject], predicateType: String, predicate: Value) throws(Diagnostic) {
        guard (1...Self.maximumSubjects).contains(subjects.count) else { throw .badSubject(nil, "\(subjects.count) subjects") }
        var names: Set<[UInt8]> = []
        for subject in subjects {
            guard !subject.name.isEmpty, names.insert(Array(subject.name.utf8)).inserted else {
                throw .badSubject(nil, "the name '\(subject.name)', empty or for the second time")
            }
            guard isSHA256(subject.sha256) else { throw .badSubject(nil, "a digest of '\(subject.name)' that is no SHA-256") }
        }
        guard predicate.members != nil, Self.isURI(predicateType) else { throw .badSubject(nil, "a predicate that is no object with a type") }
        self.subjects = subjects
        self.predicateType = predicateType
        self.predicate = predicate
    }

    /// The digest of a subject, by the bytes of its name.
    public func sha256(of name: String) -> String? { subjects.first { $0.name.utf8.elementsEqual(name.utf8) }?.sha256 }

    /// The canonical bytes, without a line end.
    public var bytes: [UInt8] {
        let list = subjects.map { Value.object([("digest", .object([("sha256", .string($0.sha256))])), ("name", .string($0.name))]) }
        return CanonicalJSON.bytes(
            .object([
                ("_type", .string(Self.type)), ("predicate", predicate), ("predicateType", .string(predicateType)), ("subject", .list(list)),
            ]))
    }

    /// Reads the canonical bytes, and refuses every other spelling and every field beside those of a Statement.
    /// - Throws: a `Diagnostic` with the place of the fault.
    public static func parse(_ bytes: [UInt8], path: String) throws(Diagnostic) -> Statement {
        let reader = StrictJSON(path: path, subject: "statement")
        guard jsonValueCount(in: bytes) <= maximumValues else { throw .tooManyValues(path) }
        let root = try CanonicalJSON.parse(bytes, path: path)
        let fields = try reader.fields(root, required: ["_type", "predicate", "predicateType", "subject"])
        let type = try reader.string(fields[0])
        guard type.utf8.elementsEqual(Self.type.utf8) else { throw reader.fault(fields[0], "other-type", "the type '\(type)'", "'\(Self.type)'") }
        guard fields[1].members != nil else { throw reader.fault(fields[1], "not-an-object", fields[1].kindName, "an object") }
        let predicateType = try reader.string(fields[2])
        guard isURI(predicateType) else { throw reader.fault(fields[2], "not-a-uri", "'\(predicateType)'", "a URI") }
        var subjects: [Subject] = []
        var names: Set<[UInt8]> = []
        for node in try reader.list(fields[3], 1...maximumSubjects) {
            let parts = try reader.fields(node, required: ["digest", "name"])
            let name = try reader.string(parts[1])
            guard !name.isEmpty, names.insert(Array(name.utf8)).inserted else {
                throw reader.fault(parts[1], "name-twice", "the name '\(name)', empty or for the second time", "each name once")
            }
            let digest = try reader.fields(parts[0], required: ["sha256"])
            subjects.append(Subject(name: name, sha256: try reader.sha256(digest[0])))
        }
        let predicate = try CanonicalJSON.value(of: fields[1], path: path)
        return try Statement(subjects: subjects, predicateType: predicateType, predicate: predicate)
    }

    /// A scheme and something after it, in printable ASCII.
    private static func isURI(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
        return parts.count == 2 && !parts[0].isEmpty && !parts[1].isEmpty && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }
}

extension Diagnostic {
    fileprivate static func tooManyValues(_ path: String) -> Self {
        Diagnostic(
            id: "statement.too-many-values", severity: .error, location: TextLocation(path: path),
            message: "the statement has more than \(Statement.maximumValues) values, which is the most that are read", hint: "sign several smaller bundles")
    }

    fileprivate static func badSubject(_ location: TextLocation?, _ found: String) -> Self {
        Diagnostic(
            id: "statement.bad-content", severity: .error, location: location,
            message: "found \(found); expected subjects with different names and SHA-256 digests, and an object as predicate",
            hint: "name each file once")
    }
}
