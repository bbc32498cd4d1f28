/// Which names a bundle may hold, so that every system unpacks it to the same files and no tool reads a name in another way.
///
/// Parts of 1 to 100 bytes of `[A-Za-z0-9._-]`, beginning with a letter, a digit or `_`, not ending in a dot, no Windows device name;
/// at most 240 bytes in all, 16 parts.
public enum MemberName {
    /// The longest part in bytes; GNU and Windows tools take more, old tar formats do not.
    public static let longestPart = 100
    /// The longest name in bytes, so that it fits into a Windows path behind a short folder.
    public static let longest = 240
    /// The most parts, which bounds the depth of a walk.
    public static let mostParts = 16

    private static let slash = UInt8(ascii: "/")

    /// Why a name is refused, as words that follow "the name"; `nil` when it is good.
    public static func fault(_ name: some Collection<UInt8>) -> String? {
        if name.isEmpty { return "is empty" }
        if name.count > longest { return "has \(name.count) bytes; expected at most \(longest)" }
        let parts = name.split(separator: slash, omittingEmptySubsequences: false)
        if parts.count > mostParts { return "has \(parts.count) parts; expected at most \(mostParts)" }
        if parts.last?.isEmpty == true { return "ends in '/', as a folder's entry does; expected files only" }
        if parts.first?.isEmpty == true { return "begins with '/'; expected a name inside the bundle" }
        for part in parts {
            if let fault = partFault(part) { return fault }
        }
        return nil
    }

    /// The same for one part.
    public static func partFault(_ part: some Collection<UInt8>) -> String? {
        guard let first = part.first else { return "has an empty part" }
        if part.count > longestPart { return "has a part of \(part.count) bytes; expected at most \(longestPart)" }
        if part.elementsEqual(".".utf8) || part.elementsEqual("..".utf8) { return "has a part '.' or '..', which leaves its folder" }
        if let odd = part.first(where: { !isAllowed($0) }) { return "holds the byte \(hex(odd)); expected letters, digits, '.', '_' and '-'" }
        if first == UInt8(ascii: ".") { return "has a part that begins with '.', which hides it" }
        if first == UInt8(ascii: "-") { return "has a part that begins with '-', which programs take for an option" }
        if part.suffix(1).elementsEqual(".".utf8) { return "has a part that ends in '.', which Windows drops" }
        if isDevice(part) { return "is the name of a Windows device" }
        return nil
    }

    /// Lower case for ASCII, as file systems that ignore case compare it.
    static func lowered(_ name: some Sequence<UInt8>) -> [UInt8] {
        name.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    /// CON, PRN, AUX, NUL, COM0 to COM9 and LPT0 to LPT9, with any extension.
    private static func isDevice(_ part: some Collection<UInt8>) -> Bool {
        let stem = part.prefix { $0 != UInt8(ascii: ".") }
        guard stem.count == 3 || stem.count == 4 else { return false }
        let low = lowered(stem)
        let word = low.prefix(3)
        if low.count == 3 { return ["con", "prn", "aux", "nul"].contains { word.elementsEqual($0.utf8) } }
        guard let digit = low.last, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return false }
        return word.elementsEqual("com".utf8) || word.elementsEqual("lpt".utf8)
    }

    private static func hex(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16)
        return digits.utf8.count == 1 ? "0x0\(digits)" : "0x\(digits)"
    }
}

/// The names seen so far, to refuse two that one file system takes for the same, and a file that is a folder too.
struct NameRegister {
    private var files: Set<[UInt8]> = []
    /// Lower case to the spelling that came first.
    private var folders: [[UInt8]: [UInt8]] = [:]
    private var lastFolder: [UInt8] = []

    /// Adds a good name; says what it clashes with, as words that follow "the name".
    mutating func add(_ name: [UInt8]) -> String? {
        let low = MemberName.lowered(name)
        if folders[low] != nil { return "is that of a folder too" }
        guard files.insert(low).inserted else { return "differs from another one in upper and lower case only, or is repeated" }
        let folder = Array(name[..<(name.lastIndex(of: UInt8(ascii: "/")) ?? 0)])
        if folder == lastFolder { return nil }
        lastFolder = folder
        var end = folder.count
        while end > 0 {
            let spelling = Array(folder[..<end])
            let lowFolder = Array(low[..<end])
            if files.contains(lowFolder) { return "needs a folder where a file stands" }
            if let known = folders[lowFolder] {
                if known != spelling { return "stands in a folder that differs from another one in upper and lower case only" }
                return nil
            }
            folders[lowFolder] = spelling
            end = spelling.lastIndex(of: UInt8(ascii: "/")) ?? 0
        }
        return nil
    }
}
