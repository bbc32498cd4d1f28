import StructuredText

/// Says of each demanded signature whether it is there and good, and if not, in one word why.
///
/// A pure function of what was found, whom the verifier trusts and the time.
public struct SignatureJudge: Sendable {
    /// How a demanded signature ended; only `good` satisfies the policy.
    public enum Outcome: String, Hashable, Sendable, CaseIterable {
        case good, absent, wrong, revoked
        case unknownKey = "unknown-key"
        case keyExpired = "key-expired"
        case certificateExpired = "certificate-expired"
        case roleNotHeld = "role-not-held"
        case selfApproved = "self-approved"
    }

    /// The end of one demand.
    public struct Result: Hashable, Sendable {
        public var requirement: SigningPolicy.Requirement
        public var outcome: Outcome
        /// The persons or services whose signatures counted, in the order found.
        public var signedBy: [String]
        /// Why, for a person, without a full stop.
        public var sentence: String
    }

    /// A signature that no demand made use of.
    public struct Stray: Hashable, Sendable {
        public var fact: SignatureFact
        public var outcome: Outcome
        public var sentence: String
    }

    /// All results in the order of the policy, and what is left over.
    public struct Judgement: Hashable, Sendable {
        public var results: [Result]
        /// Signatures beyond the demanded ones. A `wrong` one among them is damage all the same.
        public var strays: [Stray]
        /// Something was demanded, and all of it is good.
        public var isSatisfied: Bool { !results.isEmpty && results.allSatisfy { $0.outcome == .good } }
    }

    private let trust: TrustFile
    private let policy: SigningPolicy
    private let now: Int

    /// - Parameters:
    ///   - policy: the one inside the bundle, which can only demand more than that of the trust file.
    ///   - now: seconds since 1970.
    public init(trust: TrustFile, policy: SigningPolicy = SigningPolicy(), now: Int) {
        self.trust = trust
        self.policy = trust.policy.tightened(by: policy)
        self.now = now
    }

    public func judge(_ facts: [SignatureFact]) -> Judgement {
        let opinions = facts.map { fact in SignatureOpinion(fact, trust: trust, now: now) }
        let allowed = policy.fourEyes ? RoleAssignment.best(for: policy.required, opinions) : nil
        var results: [Result] = []
        var used: Set<Int> = []
        for requirement in policy.required {
            let free = Self.counted(requirement, opinions, allowed: nil)
            let counted = allowed == nil ? free : Self.counted(requirement, opinions, allowed: allowed)
            used.formUnion(free)
            if counted.count >= requirement.threshold {
                results.append(good(requirement, counted.map { opinions[$0] }))
            } else if free.count >= requirement.threshold {
                results.append(selfApproved(requirement, free.filter { !counted.contains($0) }.map { opinions[$0] }, counted.map { opinions[$0] }))
            } else {
                results.append(failed(requirement, opinions, counted: free))
            }
        }
        let strays = opinions.indices.filter { !used.contains($0) }.map { index in
            let opinion = opinions[index]
            return Stray(
                fact: opinion.fact, outcome: opinion.overall, sentence: "\(opinion.fact.over.rawValue): \(opinion.sentence(opinion.overall, role: nil))")
        }
        return Judgement(results: results, strays: strays)
    }

    /// The signatures that count for a demand: different keys of different persons.
    /// - Parameter allowed: the only role of each person, where no person may sign in two.
    static func counted(
        _ requirement: SigningPolicy.Requirement, _ opinions: [SignatureOpinion], allowed: [String: String]?
    ) -> [Int] {
        var keys: Set<String> = []
        var persons: Set<String> = []
        var counted: [Int] = []
        for (index, opinion) in opinions.enumerated() where opinion.fact.over == requirement.over && opinion.outcome(requirement.role) == .good {
            guard let person = opinion.person(requirement.role) else { continue }
            let name = personKey(person)
            if let allowed, !opinion.isService, let role = allowed[name], role != requirement.role { continue }
            guard !keys.contains(opinion.fact.identity), !persons.contains(name) else { continue }
            keys.insert(opinion.fact.identity)
            persons.insert(name)
            counted.append(index)
        }
        return counted
    }

    // MARK: - Results

    private func good(_ requirement: SigningPolicy.Requirement, _ opinions: [SignatureOpinion]) -> Result {
        let persons = opinions.compactMap { $0.person(requirement.role) }
        return Result(
            requirement: requirement, outcome: .good, signedBy: persons,
            sentence: "\(requirement.over.rawValue): signed as \(requirement.role) by \(persons.joined(separator: ", "))")
    }

    private func selfApproved(
        _ requirement: SigningPolicy.Requirement, _ refused: [SignatureOpinion], _ counted: [SignatureOpinion]
    ) -> Result {
        let persons = refused.compactMap { $0.person(requirement.role) }.joined(separator: ", ")
        return Result(
            requirement: requirement, outcome: .selfApproved, signedBy: counted.compactMap { $0.person(requirement.role) },
            sentence: "\(requirement.over.rawValue): \(persons) signed as \(requirement.role) and in another role; expected another person (four eyes)")
    }

    /// The worst of the signatures that were meant for a demand. One that serves another demand over the same thing was not meant for this one.
    private func failed(_ requirement: SigningPolicy.Requirement, _ opinions: [SignatureOpinion], counted: [Int]) -> Result {
        let others = policy.required.filter { $0.over == requirement.over && $0.role != requirement.role }.map(\.role)
        let meant = opinions.indices.filter { index in
            let opinion = opinions[index]
            guard opinion.fact.over == requirement.over, opinion.isService == SigningPolicy.services.contains(requirement.role) else { return false }
            if opinion.isService { return opinion.holds(requirement.role) && !counted.contains(index) }
            return !counted.contains(index) && (opinion.holds(requirement.role) || !others.contains { opinion.holds($0) })
        }
        let order: [Outcome] = [.wrong, .revoked, .keyExpired, .certificateExpired, .roleNotHeld, .unknownKey]
        let signedBy = counted.compactMap { opinions[$0].person(requirement.role) }
        for outcome in order {
            guard let index = meant.first(where: { opinions[$0].outcome(requirement.role) == outcome }) else { continue }
            return Result(
                requirement: requirement, outcome: outcome, signedBy: signedBy,
                sentence: "\(requirement.over.rawValue): \(opinions[index].sentence(outcome, role: requirement.role))")
        }
        let sentence =
            counted.isEmpty
            ? "found no signature as \(requirement.role)"
            : "found \(signedBy.count) of \(requirement.threshold) signatures as \(requirement.role); expected different keys of different persons"
        return Result(requirement: requirement, outcome: .absent, signedBy: signedBy, sentence: "\(requirement.over.rawValue): \(sentence)")
    }
}
