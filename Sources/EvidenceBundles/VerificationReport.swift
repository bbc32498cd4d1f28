public import Diagnostics
public import Signatures

/// What a verification found: its checks in order, and the demanded signatures, each with the word in which it ended.
public struct VerificationReport: Hashable, Sendable {
    /// What was verified.
    public enum Subject: String, Hashable, Sendable { case bundle, locker, item }

    /// What it comes to. Of several that hold, the first stands.
    public enum Verdict: String, Hashable, Sendable {
        /// A byte, a name, a place or a proof is not what it must be, or a signature is wrong.
        case altered
        /// Nothing was altered, and a demanded signature is absent or not good.
        case notSigned = "not-signed"
        /// Nothing was altered as far as can be seen, and nobody was trusted: a forger could have made all of it.
        case notTrusted = "not-trusted"
        /// All that could be checked is good, and something that was asked for could not be checked.
        case incomplete
        case good
    }

    public var subject: Subject
    /// As the user named it.
    public var path: String
    /// The bundle's id, or the ledger's name.
    public var id: String?
    /// Whether a trust file was given.
    public var isTrusted: Bool
    public var checks: [VerificationCheck]
    /// In the order of the policy.
    public var signatures: [SignatureJudge.Result] = []
    /// How much was read: files and bytes.
    public var files = 0
    public var bytes = 0

    public init(subject: Subject, path: String, id: String? = nil, isTrusted: Bool, checks: [VerificationCheck] = []) {
        self.subject = subject
        self.path = path
        self.id = id
        self.isTrusted = isTrusted
        self.checks = checks
    }

    public var verdict: Verdict {
        let failed = checks.filter { $0.outcome == .failed }
        if failed.contains(where: { !$0.isAboutTrust }) { return .altered }
        if !isTrusted { return .notTrusted }
        if !failed.isEmpty { return .notSigned }
        return checks.contains { $0.outcome == .notChecked && $0.isAsked } ? .incomplete : .good
    }

    /// The first file in which something is wrong.
    public var firstWrongFile: String? { checks.first { $0.outcome == .failed && $0.file != nil }?.file }

    /// The verdict in one sentence for a person.
    public var sentence: String {
        switch verdict {
        case .altered:
            "ALTERED: \(subject.rawValue) \(name) is not what it must be; first in \(firstWrongFile.map { Diagnostic.printable($0) } ?? "what it is called")"
        case .notSigned: "NOT SIGNED AS DEMANDED: the \(subject.rawValue) \(name) is whole, and a demanded signature is absent or not good"
        case .notTrusted:
            "NOT TRUSTED: what could be checked is good, but nothing was trusted; without a trust file anybody could have made all of \(name)"
        case .incomplete: "INCOMPLETE: what could be checked of the \(subject.rawValue) \(name) is good; not all that was asked for could be checked"
        case .good: "GOOD: the \(subject.rawValue) \(name) is whole, and signed as demanded"
        }
    }

    private var name: String { Diagnostic.printable(id ?? path) }
}

/// One thing that was looked at, and what came of it.
public struct VerificationCheck: Hashable, Sendable {
    public enum Outcome: String, Hashable, Sendable {
        case passed, failed
        case notChecked = "not-checked"
    }

    /// What a check is about, by the word that stands for it in every output.
    public enum ID: String, Hashable, Sendable, CaseIterable {
        case container, bag, identity, statement, policy, signatures, checkpoint, entries, items, redactions, pack, schema, frameworks, since, rebuild
        case ledger, objects

        /// A short heading.
        public var title: String {
            switch self {
            case .container: "One folder of plainly named files, in the one spelling of its container"
            case .bag: "Every file is listed, every listed file is there, every byte gives its digest"
            case .identity: "Folder, label, statement and trust file name the same bundle"
            case .statement: "The statement is about these very files"
            case .policy: "The policy is the one that was signed, and only tightens that of the trust file"
            case .signatures: "Every demanded signature is there and good"
            case .checkpoint: "The ledger's head is the one that was signed"
            case .entries: "Every entry stands in the ledger at its place"
            case .items: "Every record is the one that its entry names"
            case .redactions: "Exactly that is hidden which the signed register lists"
            case .pack: "The pack is the one that was issued, and says what was signed"
            case .schema: "The pack's XML keeps to its schema"
            case .frameworks: "The frameworks are those that were used"
            case .since: "The ledger still begins as it did at the earlier checkpoint"
            case .rebuild: "The pack can be made again from the evidence, byte for byte"
            case .ledger: "Entries and tiles give the ledger's head"
            case .objects: "Every stored object gives its digest"
            }
        }
    }

    public var id: ID
    public var outcome: Outcome
    /// What was found, in one sentence without a full stop.
    public var detail: String
    public var diagnostics: [Diagnostic]
    /// Whether it counts when the check was not made: one that nobody asked for does not.
    public var isAsked: Bool
    /// Whether its failure says nothing about the bytes, but only about who vouches for them.
    public var isAboutTrust: Bool

    public init(
        _ id: ID, _ outcome: Outcome, _ detail: String, diagnostics: [Diagnostic] = [], isAsked: Bool = true, isAboutTrust: Bool = false
    ) {
        self.id = id
        self.outcome = outcome
        self.detail = detail
        self.diagnostics = diagnostics
        self.isAsked = isAsked
        self.isAboutTrust = isAboutTrust
    }

    /// A check that passed unless there are findings.
    init(_ id: ID, findings: [Diagnostic], good: String) {
        self.init(
            id, findings.isEmpty ? .passed : .failed,
            findings.isEmpty ? good : findings.count == 1 ? "1 thing is wrong" : "\(findings.count) things are wrong", diagnostics: findings)
    }

    public var title: String { id.title }

    /// The first file that it found wrong.
    public var file: String? { outcome == .failed ? diagnostics.lazy.compactMap { $0.location?.path }.first : nil }
}
