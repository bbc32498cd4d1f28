import Glibc

/// Names by their bytes: Swift's own comparison takes different bytes for the same text.
enum ByteOrder {
    static func precedes(_ a: String, _ b: String) -> Bool { compare(a, b) < 0 }

    /// The place of a name in a list that is in byte order.
    static func index<Element>(of name: String, in list: [Element], by spelling: (Element) -> String) -> Int? {
        var low = 0
        var high = list.count
        while low < high {
            let middle = (low + high) / 2
            let order = compare(spelling(list[middle]), name)
            if order == 0 { return middle }
            if order < 0 { low = middle + 1 } else { high = middle }
        }
        return nil
    }

    /// Below zero, zero or above it, as for `memcmp`; a name comes before those that it begins.
    private static func compare(_ a: String, _ b: String) -> Int {
        let fast = a.utf8.withContiguousStorageIfAvailable { x in
            b.utf8.withContiguousStorageIfAvailable { y in compare(UnsafeRawBufferPointer(x), UnsafeRawBufferPointer(y)) }
        }
        if let known = fast ?? nil { return known }
        return Array(a.utf8).withUnsafeBytes { x in Array(b.utf8).withUnsafeBytes { y in compare(x, y) } }
    }

    private static func compare(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Int {
        guard let x = a.baseAddress, let y = b.baseAddress else { return a.count - b.count }
        let order = Int(memcmp(x, y, min(a.count, b.count)))
        return order == 0 ? a.count - b.count : order
    }
}
