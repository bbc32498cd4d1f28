public import Diagnostics
public import EvidenceModel

/// A control's official number. Matched without regard to case and blanks, and never as a number: `4.10` is not `4.1`.
public struct ControlID: Hashable, Sendable, CustomStringConvertible {
    public let text: String
    /// What two spellings of the same number share.
    public let key: String

    public init(_ text: String) {
        self.text = text
        key = text.lowercased().filter { !$0.isWhitespace }
    }

    public var description: String { text }
    public static func == (a: Self, b: Self) -> Bool { a.key == b.key }
    public func hash(into hasher: inout Hasher) { hasher.combine(key) }
}

/// How strongly something binds.
public enum Force: String, CaseIterable, Sendable { case binding, recommended, draft, principle }

/// A versioned definition of what one law, standard or agreement asks, as data.
public struct Framework: Sendable {
    /// The name on the command line, such as `eu-ai-act`.
    public var id: String
    public var title: String
    /// The legal edition that the definition follows.
    public var edition: String
    public var jurisdiction: String?
    public var coverage: Coverage
    /// What is and is not covered, in words.
    public var coverageNote: String?
    public var force: Force
    public var sources: [SourceReference]
    /// Yes/no properties of a system that applicability may ask for.
    public var traits: [Trait]
    public var schedules: [ForceSchedule]
    /// In the order of the definition's files.
    public var controls: [Control]
    /// `sha256:` over the definition's files, paths and bytes.
    public var digest: String
    /// True when a workspace file overrides or adds it.
    public var isFromWorkspace: Bool

    public enum Coverage: String, CaseIterable, Sendable { case full, partial }

    /// The control of that number, in whatever case and spacing.
    public func control(_ id: ControlID) -> Control? { controls.first { $0.id == id } }

    public func children(of id: ControlID) -> [Control] { controls.filter { $0.parent == id } }

    /// Controls that are assessed by themselves; groups and deleted numbers are not, and no denominator counts them.
    public var assessed: [Control] { controls.filter { !$0.requirements.isEmpty } }
}

/// A text that the definition rests on.
public struct SourceReference: Hashable, Sendable {
    public var id: String
    public var title: String
    public var cite: String
    public var url: String?
}

/// A yes/no property of a system.
public struct Trait: Hashable, Sendable {
    public var name: String
    public var about: String
}

/// From when a group of controls binds, by the system's nature.
public struct ForceSchedule: Sendable {
    public var id: String
    /// The first whose condition holds counts.
    public var dates: [Entry]

    public struct Entry: Sendable {
        public var condition: Condition?
        public var from: Instant
        public var cite: String
    }
}

/// One thing asked, under its official number.
public struct Control: Sendable {
    public var id: ControlID
    public var parent: ControlID?
    /// Our own short title.
    public var title: String
    /// What it asks, in our own words.
    public var asks: String
    /// The pinpoint citation.
    public var cite: String
    public var force: Force
    /// The id of the framework's schedule that says from when it binds; always when absent.
    public var schedule: String?
    public var applies: Condition?
    public var decidedBy: Decider
    /// True for a number that the law no longer uses.
    public var isDeleted: Bool
    public var note: String?
    public var crosswalk: [CrosswalkReference]
    public var requirements: [Requirement]
    public var examples: ControlExamples?
    public var location: TextLocation

    /// Who has the last word on whether the control is met.
    public enum Decider: String, CaseIterable, Sendable { case evidence, person, authority }
}

/// A control of another framework that asks for something related.
public struct CrosswalkReference: Hashable, Sendable {
    public var framework: String
    public var control: ControlID
    /// Such as `intersects`, `equal`, `subset-of`.
    public var relation: String
    public var location: TextLocation
}
