/// Why a POSIX extended regular expression (IEEE 1003.1, section 9.4) from a file is not used, before it is compiled; `nil` when its cost is bounded.
///
/// The C library copies what is repeated, and what a group holds with it: a short text can ask for more memory than there is. Back references make the time
/// of a match unbounded.
public func expressionFault(_ text: String) -> String? {
    if text.utf8.contains(0) { return "it holds a NUL character" }
    if text.utf8.count > 1000 { return "it is longer than 1000 bytes" }
    var size = ExpressionSize(Array(text.utf8))
    size.run()
    if size.hasBackReference { return "it holds a back reference" }
    if size.total > ExpressionSize.maximum { return "its repetitions multiply to more than \(ExpressionSize.maximum) characters" }
    return nil
}

/// Counts how many characters an expression stands for when every repetition is written out as often as it may be copied.
private struct ExpressionSize {
    static let maximum = 10_000

    private let bytes: [UInt8]
    private var at = 0
    /// What is before the last part in each group that is open.
    private var groups = [0]
    /// The last character, bracket or group, which a repetition multiplies.
    private var last = 0
    private(set) var hasBackReference = false

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var total: Int { Self.capped(groups.reduce(last, +)) }

    private static func capped(_ size: Int) -> Int { min(size, 1 << 30) }

    private mutating func begin(_ size: Int) {
        groups[groups.count - 1] = Self.capped(groups[groups.count - 1] + last)
        last = size
    }

    mutating func run() {
        while at < bytes.count {
            let byte = bytes[at]
            at += 1
            switch byte {
            case UInt8(ascii: "\\"):
                if at < bytes.count, (0x30...0x39).contains(bytes[at]) { hasBackReference = true }
                at += 1
                begin(1)
            case UInt8(ascii: "["):
                skipBracket()
                begin(1)
            case UInt8(ascii: "("):
                begin(0)
                groups.append(0)
            case UInt8(ascii: ")") where groups.count > 1:
                let inner = Self.capped(groups.removeLast() + last)
                last = inner + 1
            // One or more is one, and any number of copies.
            case UInt8(ascii: "+"): last = Self.capped(last * 2 + 1)
            case UInt8(ascii: "*"), UInt8(ascii: "?"): last = Self.capped(last + 1)
            case UInt8(ascii: "{"): last = Self.capped(last * (bound() + 1) + 1)
            default: begin(1)
            }
        }
    }

    /// The largest number in the braces that were opened.
    private mutating func bound() -> Int {
        var most = 1
        var number = 0
        while at < bytes.count, bytes[at] != UInt8(ascii: "}") {
            number = (0x30...0x39).contains(bytes[at]) ? min(1 << 20, number * 10 + Int(bytes[at] - 0x30)) : 0
            most = max(most, number)
            at += 1
        }
        at += 1
        return most
    }

    /// A closing bracket that comes first, after `^` too, or inside `[:`, `[.` and `[=` closes nothing.
    private mutating func skipBracket() {
        if at < bytes.count, bytes[at] == UInt8(ascii: "^") { at += 1 }
        if at < bytes.count, bytes[at] == UInt8(ascii: "]") { at += 1 }
        while at < bytes.count, bytes[at] != UInt8(ascii: "]") {
            let opens = bytes[at] == UInt8(ascii: "[") && at + 1 < bytes.count
            if opens, [UInt8(ascii: ":"), UInt8(ascii: "."), UInt8(ascii: "=")].contains(bytes[at + 1]) {
                let kind = bytes[at + 1]
                at += 2
                while at + 1 < bytes.count, bytes[at] != kind || bytes[at + 1] != UInt8(ascii: "]") { at += 1 }
                at += 2
            } else {
                at += 1
            }
        }
        at += 1
    }
}
