public import Diagnostics
public import EvidenceModel
public import Redaction

/// One AI system under report, as its file in `systems/` describes it.
public struct AISystem: Sendable {
    /// The file's name without its ending; also the folder of its packs.
    public var id: String
    public var name: String
    /// The client for whom a managed service runs it; the evidence of each client has a locker and a ledger of its own.
    public var client: String?
    /// What it is for.
    public var purpose: String
    /// The organisation's roles: provider, deployer, importer, …
    public var roles: [String]
    /// The risk class under each framework; the key `*` holds for all.
    public var risk: [String: String]
    public var annex: String?
    public var sectors: [String]
    public var jurisdictions: [String]
    /// What the file answers; a trait that is not here is unresolved.
    public var traits: [String: Bool]
    public var placedOnMarket: Instant?
    public var versions: [Release]
    /// The version under report; the last released when the file does not say.
    public var version: String?
    /// Where its data are kept.
    public var residency: [String]
    public var ownership: [Ownership]
    /// Frameworks that it is reported against unless the command line says otherwise.
    public var frameworks: [String]
    /// Where they are listed: in the system's file, or in the workspace's defaults.
    public var frameworksLocation: TextLocation?
    public var protectedAttributes: [String]
    public var externalDatasets: [String]
    public var trainingDatasets: [String]
    public var releasedModel: String?
    public var limits: [DeclaredLimit]
    public var sources: [SourceDeclaration]
    public var location: TextLocation

    /// A version and the day it was released.
    public struct Release: Hashable, Sendable {
        public var version: String
        public var released: Instant
    }

    /// Who answers for what.
    public struct Ownership: Hashable, Sendable {
        public var responsibility: String
        public var person: String
    }

    /// The day on which the version under report was first released.
    public var releaseDate: Instant? { versions.first { $0.version == version }?.released }

    public func limit(named name: String) -> DeclaredLimit? { limits.first { $0.name.lowercased() == name.lowercased() } }
}

/// An acceptance limit that the organisation declared.
public struct DeclaredLimit: Hashable, Sendable {
    /// Such as `bias-assessment.demographic-parity-difference`.
    public var name: String
    public var atLeast: Bound?
    public var atMost: Bound?
    public var approvedBy: String?
    public var approvedOn: Instant?
    public var why: String?
    public var location: TextLocation

    public enum Bound: Hashable, Sendable {
        case number(Double)
        case duration(CalendarDuration)
    }

    public init(
        name: String, atLeast: Bound? = nil, atMost: Bound? = nil, approvedBy: String? = nil, approvedOn: Instant? = nil, why: String? = nil,
        location: TextLocation
    ) {
        self.name = name
        self.atLeast = atLeast
        self.atMost = atMost
        self.approvedBy = approvedBy
        self.approvedOn = approvedOn
        self.why = why
        self.location = location
    }
}

/// Where evidence for a system is found, and what is known of it beforehand.
public struct SourceDeclaration: Sendable {
    /// A file or folder, relative to the workspace; `*` stands for any part of one name.
    public var path: String
    public var kind: String?
    /// Reads as this format, whatever it looks like.
    public var format: String?
    public var producer: String?
    public var reviewer: String?
    public var approver: String?
    public var method: CollectionMethod
    public var classification: Classification
    public var observed: Period?
    public var sample: Sample?
    /// Column or pointer by role, for the generic readers.
    public var mapping: [String: String]
    /// Protected attributes to compare, intersections joined by `*`.
    public var attributes: [String]
    /// What is hidden when a record of this source leaves the house.
    public var redaction: RedactionRules?
    /// Fields that hold personal data: a bundle that would show one is warned of. They hide nothing.
    public var personalFields: [RedactionField] = []
    public var location: TextLocation

    public init(
        path: String, kind: String? = nil, format: String? = nil, producer: String? = nil, reviewer: String? = nil, approver: String? = nil,
        method: CollectionMethod = .file, classification: Classification = .internal, observed: Period? = nil, sample: Sample? = nil,
        mapping: [String: String] = [:], attributes: [String] = [], location: TextLocation
    ) {
        self.path = path
        self.kind = kind
        self.format = format
        self.producer = producer
        self.reviewer = reviewer
        self.approver = approver
        self.method = method
        self.classification = classification
        self.observed = observed
        self.sample = sample
        self.mapping = mapping
        self.attributes = attributes
        self.location = location
    }
}

/// A gap accepted for a time.
public struct GapException: Hashable, Sendable {
    public var id: String
    public var system: String
    public var framework: String
    /// Official numbers; a number covers the controls below it.
    public var controls: [String]
    public var reason: String
    /// What compensates for the gap meanwhile.
    public var measure: String
    public var owner: String
    public var approver: String
    public var from: Instant
    /// The first moment at which it no longer holds.
    public var to: Instant
    public var location: TextLocation

    public init(
        id: String, system: String, framework: String, controls: [String], reason: String, measure: String, owner: String, approver: String,
        from: Instant, to: Instant, location: TextLocation
    ) {
        self.id = id
        self.system = system
        self.framework = framework
        self.controls = controls
        self.reason = reason
        self.measure = measure
        self.owner = owner
        self.approver = approver
        self.from = from
        self.to = to
        self.location = location
    }

    public func isActive(at instant: Instant) -> Bool { from <= instant && instant < to }
}

extension AISystem {
    /// A system about which nothing is known but what is given: for running the examples of frameworks, and for tests.
    public static func blank(
        id: String, released: Instant, protectedAttributes: [String], limits: [DeclaredLimit], traits: [String: Bool] = [:], roles: [String] = [],
        location: TextLocation
    ) -> AISystem {
        AISystem(
            id: id, name: id, client: nil, purpose: "", roles: roles, risk: [:], annex: nil, sectors: [], jurisdictions: [], traits: traits,
            placedOnMarket: nil,
            versions: [Release(version: "1", released: released)], version: "1", residency: [], ownership: [], frameworks: [],
            protectedAttributes: protectedAttributes, externalDatasets: [], trainingDatasets: [], releasedModel: nil, limits: limits, sources: [],
            location: location)
    }
}
