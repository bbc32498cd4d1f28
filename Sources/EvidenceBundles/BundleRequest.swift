public import BagArchives
public import ControlFrameworks
public import EvidenceLocker
public import EvidenceModel
public import Redaction
public import Signatures
public import StructuredText

/// What goes into a bundle, and what is left out of it.
public struct BundleRequest {
    /// The bundle's name: its base directory and its External-Identifier.
    public var id: String
    public var locker: Locker
    public var items: [Item]
    public var pack: IssuedPack
    public var frameworks: [Framework]
    /// Definitions, templates and workspace files that were used, by their names in the bundle.
    public var definitions: [ArchiveMember]
    public var workspaceFiles: [ArchiveMember]
    public var policy: SigningPolicy
    public var howTo: [UInt8]
    /// Numbers of other entries to prove: exceptions, attestations, retirements.
    public var records: [Int]
    /// The checkpoint of the pack before, as its file holds it.
    public var since: [UInt8]?
    /// What the frameworks demand and nothing was collected for.
    public var missing: [Omission]
    /// For pseudonyms, 32 bytes, of one recipient.
    public var pseudonymKey: PseudonymKey?
    /// Fields of the statement that come from the report: as-of, counts, period, system, tool.
    public var statement: [(String, Value?)]

    public init(
        id: String, locker: Locker, items: [Item], pack: IssuedPack, frameworks: [Framework], definitions: [ArchiveMember], workspaceFiles: [ArchiveMember],
        policy: SigningPolicy, howTo: [UInt8], records: [Int], since: [UInt8]?, missing: [Omission], pseudonymKey: PseudonymKey?,
        statement: [(String, Value?)]
    ) {
        self.id = id
        self.locker = locker
        self.items = items
        self.pack = pack
        self.frameworks = frameworks
        self.definitions = definitions
        self.workspaceFiles = workspaceFiles
        self.policy = policy
        self.howTo = howTo
        self.records = records
        self.since = since
        self.missing = missing
        self.pseudonymKey = pseudonymKey
        self.statement = statement
    }

    /// An item of the pack, and how it goes into the bundle.
    public struct Item {
        public var item: EvidenceItem
        /// Why its bytes are left out; `nil` when they are in.
        public var leftOut: String?
        /// What is hidden of it.
        public var rules: RedactionRules?

        public init(item: EvidenceItem, leftOut: String?, rules: RedactionRules?) {
            self.item = item
            self.leftOut = leftOut
            self.rules = rules
        }
    }

    /// Something that is asked for and not in the bundle.
    public struct Omission: Hashable, Sendable {
        public var name: String
        public var reason: String

        public init(name: String, reason: String) {
            self.name = name
            self.reason = reason
        }

        var value: Value { .object([("name", .string(name)), ("reason", .string(reason))]) }
    }

    /// A pack as it was issued.
    public struct IssuedPack {
        /// The number of the ledger entry that records it.
        public var entry: Int
        /// The files that the entry names, and the envelope over them.
        public var files: [ArchiveMember]
        public var envelope: [UInt8]?

        public init(entry: Int, files: [ArchiveMember], envelope: [UInt8]?) {
            self.entry = entry
            self.files = files
            self.envelope = envelope
        }
    }
}
