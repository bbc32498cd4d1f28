public import Diagnostics
public import ReportModel
public import Signatures
import StructuredText
public import TransparencyLog

/// Whom a verifier trusts, with the keys of logs and witnesses read.
public struct VerifierTrust: Sendable {
    public let file: TrustFile
    public let logs: [NoteKey]
    public let witnesses: [NoteKey]

    /// - Throws: a `DiagnosticList` when a key of a log or witness is none, or of the other kind.
    public init(_ file: TrustFile) throws(DiagnosticList) {
        self.file = file
        logs = try Self.keys(file.logs, .ed25519, "a log")
        witnesses = try Self.keys(file.witnesses, .cosignature, "a witness")
    }

    /// Reads a trust file.
    /// - Throws: a `DiagnosticList` with every fault and its place.
    public init(parsing bytes: [UInt8], path: String) throws(DiagnosticList) { try self.init(TrustFile.parse(bytes, path: path)) }

    /// The keys of the log of that name. A log signs in its own name only (C2SP tlog-checkpoint).
    func logs(of origin: String) -> [NoteKey] { logs.filter { $0.name.utf8.elementsEqual(origin.utf8) } }

    private static func keys(_ list: [TrustFile.NoteKey], _ kind: NoteKey.Kind, _ owner: String) throws(DiagnosticList) -> [NoteKey] {
        var keys: [NoteKey] = []
        var faults: [Diagnostic] = []
        for item in list {
            do throws(Diagnostic) {
                let key = try NoteKey(item.text, location: item.location)
                if key.kind == kind { keys.append(key) } else { faults.append(.otherKind(item, owner)) }
            } catch {
                faults.append(error)
            }
        }
        guard faults.isEmpty else { throw DiagnosticList(faults) }
        return keys
    }
}

/// What a verification is given from outside of what it verifies.
public struct VerifierOptions: Sendable {
    /// `nil` when nobody is trusted: then nothing can be good.
    public var trust: VerifierTrust?
    /// An earlier checkpoint of the same ledger, such as from last quarter's pack.
    public var since: Since?
    /// Seconds since 1970: keys and certificates without a proven time are judged now.
    public var now: Int
    public var cores: Int
    /// Whether to make the pack again.
    public var rebuild: Bool
    /// The program and version that verifies; only the one that made a pack can make it again.
    public var producer: String
    /// Makes the report of a pack from what a bundle holds, as the program does when it makes one from a locker.
    public var report: @Sendable (PackMaterial) throws -> Report = { try $0.plainReport() }

    /// An earlier checkpoint as its file holds it.
    public struct Since: Sendable {
        public var bytes: [UInt8]
        public var path: String

        public init(bytes: [UInt8], path: String) {
            self.bytes = bytes
            self.path = path
        }
    }

    public init(trust: VerifierTrust?, since: Since? = nil, now: Int, cores: Int = 1, rebuild: Bool = false, producer: String = "") {
        self.trust = trust
        self.since = since
        self.now = now
        self.cores = cores
        self.rebuild = rebuild
        self.producer = producer
    }
}

extension Diagnostic {
    fileprivate static func otherKind(_ key: TrustFile.NoteKey, _ owner: String) -> Self {
        Diagnostic(
            id: "trust.other-key-kind", severity: .error, location: key.location,
            message: "the key '\(key.text)' is of another kind than \(owner) signs with; expected type 1 for logs and type 4 for witnesses",
            hint: "copy the verifier key that the service publishes")
    }
}
