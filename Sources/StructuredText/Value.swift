/// A tree of plain values in a fixed order: what we write as JSON and what templates see.
public indirect enum Value: Hashable, Sendable {
    case null
    case bool(Bool)
    case int(Int)
    case number(Double)
    case string(String)
    case list([Value])
    case map([Member])

    /// A key and its value; a map keeps the order in which its writer put them.
    public struct Member: Hashable, Sendable {
        public var key: String
        public var value: Value
        public init(_ key: String, _ value: Value) {
            self.key = key
            self.value = value
        }
    }

    /// A map whose absent values are left out.
    public static func object(_ members: [(String, Value?)]) -> Value {
        .map(members.compactMap { key, value in value.map { Member(key, $0) } })
    }

    /// A text, or nothing.
    public static func text(_ text: String?) -> Value? { text.map { .string($0) } }

    /// The value under a key of a map.
    public subscript(key: String) -> Value? {
        guard case .map(let members) = self else { return nil }
        return members.first { $0.key == key }?.value
    }

    public var string: String? {
        if case .string(let text) = self { return text }
        return nil
    }

    public var int: Int? {
        switch self {
        case .int(let number): number
        case .number(let number): Int(exactly: number)
        default: nil
        }
    }

    public var double: Double? {
        switch self {
        case .int(let number): Double(number)
        case .number(let number): number
        default: nil
        }
    }

    public var bool: Bool? {
        if case .bool(let flag) = self { return flag }
        return nil
    }

    public var list: [Value]? {
        if case .list(let items) = self { return items }
        return nil
    }

    public var members: [Member]? {
        if case .map(let members) = self { return members }
        return nil
    }
}

extension Value: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral {
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int) { self = .int(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(arrayLiteral elements: Value...) { self = .list(elements) }
}
