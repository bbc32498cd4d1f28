/// The keys at the top of a JSON text of which only the beginning may be there, for recognising formats; nothing is checked.
///
/// Of a list, the first element is looked at; of JSON lines, the first line.
struct JSONGlance {
    /// Keys of the outermost object, each with its value where that is a text.
    private(set) var members: [(key: String, text: String?)] = []

    var keys: Set<String> { Set(members.map(\.key)) }

    func text(_ key: String) -> String? { members.first { $0.key == key }?.text }

    /// More keys than this are not looked at.
    private static let maximumKeys = 200

    init(_ head: [UInt8]) {
        var depth = 0
        var objectDepth: Int?
        var key: String?
        var isValue = false
        var at = 0
        while at < head.count, members.count < Self.maximumKeys {
            let byte = head[at]
            switch byte {
            case UInt8(ascii: "\""):
                guard let (text, end) = Self.string(head, at) else {
                    finish(key)
                    return
                }
                at = end
                guard depth == objectDepth else { continue }
                if isValue, let name = key {
                    members.append((name, text))
                    key = nil
                } else {
                    key = text
                }
                isValue = false
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                if depth == objectDepth, let name = key {
                    members.append((name, nil))
                    key = nil
                }
                depth += 1
                if objectDepth == nil, byte == UInt8(ascii: "{") { objectDepth = depth }
                guard depth <= 2 || objectDepth != nil else { return }
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == objectDepth {
                    finish(key)
                    return
                }
                depth -= 1
            case UInt8(ascii: ":"): if depth == objectDepth { isValue = true }
            case UInt8(ascii: ","):
                if depth == objectDepth {
                    finish(key)
                    key = nil
                    isValue = false
                }
            default: break
            }
            at += 1
        }
        finish(key)
    }

    private mutating func finish(_ key: String?) { if let key { members.append((key, nil)) } }

    /// A text in quotes and the offset behind it; escapes are left as they are but for the quote.
    private static func string(_ head: [UInt8], _ start: Int) -> (String, Int)? {
        var at = start + 1
        while at < head.count {
            if head[at] == UInt8(ascii: "\\") {
                at += 2
            } else if head[at] == UInt8(ascii: "\"") {
                return (String(decoding: head[(start + 1)..<at], as: UTF8.self), at + 1)
            } else {
                at += 1
            }
        }
        return nil
    }
}
