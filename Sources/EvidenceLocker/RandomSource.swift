import Crypto

/// Where nonces and seeds come from.
public enum RandomSource: Sendable {
    case system
    /// For samples and tests that must give the same bytes twice: everything follows from a text that anybody can read, and every entry says so.
    case demonstration(String)

    /// Random bytes; in a demonstration HMAC-SHA-256 of what they are for, so that no two are alike.
    public func bytes(_ count: Int, for purpose: String) -> [UInt8] {
        switch self {
        case .system:
            var generator = SystemRandomNumberGenerator()
            return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        case .demonstration(let seed):
            var out: [UInt8] = []
            var block = 0
            while out.count < count {
                out += HMAC<SHA256>.authenticationCode(for: Array("\(purpose)/\(block)".utf8), using: SymmetricKey(data: Array(seed.utf8)))
                block += 1
            }
            return Array(out.prefix(count))
        }
    }

    var isDemonstration: Bool {
        if case .demonstration = self { return true }
        return false
    }
}
