/// Where a tile or a bundle of entries is kept (C2SP tlog-tiles): `tile/0/x001/x234/067`, `tile/entries/000.p/12`.
public struct TilePath: Hashable, Sendable {
    /// Hashes in a full tile, and entries in a full bundle.
    public static let width = 256

    /// 0 to 63; `nil` for a bundle of entries.
    public var level: Int?
    /// Which tile of its level, from 0.
    public var number: Int
    /// How many hashes or entries it has, 1 to 256.
    public var count: Int

    public init(level: Int?, number: Int, count: Int = TilePath.width) {
        self.level = level
        self.number = number
        self.count = count
    }

    /// The files at the right edge of a log of a size: the last bundle and the last tile of each level where it is incomplete.
    static func edge(of size: Int) -> [TilePath] {
        var paths: [TilePath] = []
        if size % width > 0 { paths.append(TilePath(level: nil, number: size / width, count: size % width)) }
        var count = size
        var level = 0
        while count > 0 {
            if count % width > 0 { paths.append(TilePath(level: level, number: count / width, count: count % width)) }
            count /= width
            level += 1
        }
        return paths
    }

    /// The same tile or bundle with another count.
    func with(count: Int) -> TilePath { TilePath(level: level, number: number, count: count) }

    public var text: String {
        var rest = number / 1000
        var name = Self.group(number % 1000)
        while rest > 0 {
            name = "x\(Self.group(rest % 1000))/\(name)"
            rest /= 1000
        }
        return "tile/\(level.map(String.init) ?? "entries")/\(name)" + (count == Self.width ? "" : ".p/\(count)")
    }

    private static func group(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 3 - digits.utf8.count)) + digits
    }

    /// Reads a path strictly: no needless group, no leading zero, a width from 1 to 255.
    public init?(_ text: String) {
        var parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map { String(Substring($0)) }
        guard parts.count >= 3, parts.removeFirst() == "tile" else { return nil }
        let kind = parts.removeFirst()
        if kind == "entries" {
            level = nil
        } else {
            guard let value = Int(kind), (0...63).contains(value), String(value) == kind else { return nil }
            level = value
        }
        count = Self.width
        if parts.count >= 2, parts[parts.count - 2].hasSuffix(".p") {
            let last = parts.removeLast()
            guard let value = Int(last), (1..<Self.width).contains(value), String(value) == last, let name = parts.popLast() else { return nil }
            count = value
            parts.append(String(name.dropLast(2)))
        }
        var value = 0
        for (place, part) in parts.enumerated() {
            let isLast = place == parts.count - 1
            guard isLast || part.utf8.first == UInt8(ascii: "x") else { return nil }
            let digits = isLast ? part : String(part.dropFirst())
            guard digits.utf8.count == 3, digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), let group = Int(digits), place < 6
            else { return nil }
            value = value * 1000 + group
        }
        number = value
        // What is written back is what was read: a needless first group is refused so.
        guard self.text.utf8.elementsEqual(text.utf8) else { return nil }
    }
}
