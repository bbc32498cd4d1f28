/// Gives each person one role, so that no one approves what they made themselves.
enum RoleAssignment {
    /// So many combinations are tried; what lies beyond is decided by the order of the policy, which can refuse a good set but never accept a bad one.
    private static let maximumCombinations = 1024

    /// The role of each person who signed in more than one, chosen so that as many demands as possible are met.
    static func best(for required: [SigningPolicy.Requirement], _ opinions: [SignatureOpinion]) -> [String: String] {
        let choices = choices(for: required, opinions)
        var assignment: [String: String] = [:]
        for choice in choices { assignment[choice.person] = choice.roles.first }
        var best = (assignment: assignment, met: met(required, opinions, assignment))
        var combinations = 1
        let tried = choices.prefix { choice in
            combinations *= choice.roles.count
            return combinations <= maximumCombinations
        }
        var positions = [Int](repeating: 0, count: tried.count)
        while best.met < required.count, advance(&positions, tried.map(\.roles.count)) {
            for (choice, position) in zip(tried, positions) { assignment[choice.person] = choice.roles[position] }
            let met = met(required, opinions, assignment)
            if met > best.met { best = (assignment, met) }
        }
        return best.assignment
    }

    /// The persons with good signatures in two or more roles, in the order found, and these roles in the order of the policy.
    private static func choices(
        for required: [SigningPolicy.Requirement], _ opinions: [SignatureOpinion]
    ) -> [(person: String, roles: [String])] {
        var choices: [(person: String, roles: [String])] = []
        for opinion in opinions where !opinion.isService {
            for requirement in required where requirement.over == opinion.fact.over && opinion.outcome(requirement.role) == .good {
                guard let person = opinion.person(requirement.role).map(personKey) else { continue }
                let index = choices.firstIndex { $0.person == person } ?? choices.count
                if index == choices.count { choices.append((person, [])) }
                if !choices[index].roles.contains(requirement.role) { choices[index].roles.append(requirement.role) }
            }
        }
        return choices.filter { $0.roles.count > 1 }
    }

    private static func met(_ required: [SigningPolicy.Requirement], _ opinions: [SignatureOpinion], _ assignment: [String: String]) -> Int {
        required.count { SignatureJudge.counted($0, opinions, allowed: assignment).count >= $0.threshold }
    }

    /// The next combination, counting like an odometer; false after the last.
    private static func advance(_ positions: inout [Int], _ counts: [Int]) -> Bool {
        for index in positions.indices.reversed() {
            positions[index] += 1
            if positions[index] < counts[index] { return true }
            positions[index] = 0
        }
        return false
    }
}
