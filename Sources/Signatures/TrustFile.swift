public import Diagnostics
import StructuredText

/// Whom a verifier trusts, given from outside of what is verified: keys, roles, authorities, and the least that must be signed.
public struct TrustFile: Hashable, Sendable {
    /// A person who signs with a key.
    public struct Signer: Hashable, Sendable {
        public var person: String
        public var role: String
        public var key: PublicKey
        /// The first second of the key's life (seconds since 1970); `nil` when it always was.
        public var from: Int?
        /// The second in which its life has ended; `nil` while it has not. A day in the file counts to its end.
        public var until: Int?
        /// From this second on nothing that the key signs counts, in any role.
        public var revoked: Int?

        public init(person: String, role: String, key: PublicKey, from: Int? = nil, until: Int? = nil, revoked: Int? = nil) {
            self.person = person
            self.role = role
            self.key = key
            self.from = from
            self.until = until
            self.revoked = revoked
        }
    }

    /// An organisation whose certificates stand for persons.
    public struct Authority: Hashable, Sendable {
        /// Who a certificate's subject is.
        public struct Person: Hashable, Sendable {
            /// The subject, as RFC 4514 writes it, such as `CN=Claire Beaudoin,O=Northgate`.
            public var subject: String
            public var name: String

            public init(subject: String, name: String) {
                self.subject = subject
                self.name = name
            }
        }

        /// A certificate that counts no more.
        public struct Revocation: Hashable, Sendable {
            /// SHA-256 of the certificate's DER in hexadecimal digits.
            public var certificate: String
            /// From this second on nothing signed with it counts.
            public var from: Int

            public init(certificate: String, from: Int) {
                self.certificate = certificate
                self.from = from
            }
        }

        /// The root, in DER.
        public var certificate: [UInt8]
        public var roles: [String]
        /// Where there are any, only these subjects hold the roles; else every subject does, under its own name.
        public var persons: [Person]
        public var revoked: [Revocation]

        public init(certificate: [UInt8], roles: [String], persons: [Person] = [], revoked: [Revocation] = []) {
            self.certificate = certificate
            self.roles = roles
            self.persons = persons
            self.revoked = revoked
        }
    }

    /// A verifier key of a log or witness, as signed notes write it, and where it stands.
    public struct NoteKey: Hashable, Sendable {
        public var text: String
        public var location: TextLocation?

        public init(text: String, location: TextLocation? = nil) {
            self.text = text
            self.location = location
        }
    }

    /// The bundle that is expected; `nil` when any will do.
    public var bundle: String?
    public var logs: [NoteKey]
    public var signers: [Signer]
    public var authorities: [Authority]
    /// Roots of timestamp authorities, in DER.
    public var timestampAuthorities: [[UInt8]]
    public var witnesses: [NoteKey]
    /// The least that must be signed.
    public var policy: SigningPolicy

    public init(
        bundle: String? = nil, logs: [NoteKey] = [], signers: [Signer] = [], authorities: [Authority] = [], timestampAuthorities: [[UInt8]] = [],
        witnesses: [NoteKey] = [], policy: SigningPolicy
    ) {
        self.bundle = bundle
        self.logs = logs
        self.signers = signers
        self.authorities = authorities
        self.timestampAuthorities = timestampAuthorities
        self.witnesses = witnesses
        self.policy = policy
    }

    /// Reads a trust file.
    /// - Throws: a `DiagnosticList` with every fault and its place; a file with any fault is not used.
    public static func parse(_ bytes: [UInt8], path: String) throws(DiagnosticList) -> TrustFile {
        let root: YAMLNode?
        do { root = try YAMLNode.parse(bytes, path: path) } catch { throw DiagnosticList([error]) }
        guard let root else { throw DiagnosticList([.emptyTrustFile(path)]) }
        let reader = TrustFileReader()
        let file = reader.read(root)
        guard let file, reader.diagnostics.isEmpty else { throw DiagnosticList(reader.diagnostics) }
        return file
    }
}

extension Diagnostic {
    fileprivate static func emptyTrustFile(_ path: String) -> Self {
        Diagnostic(
            id: "trust.empty", severity: .error, location: TextLocation(path: path, line: 1, column: 1),
            message: "the file is empty; expected 'trust: 1' and the keys that are trusted", hint: "write whom you trust, and what must be signed")
    }
}
