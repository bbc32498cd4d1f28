/// One member as the records of a plain ZIP describe it (PKWARE APPNOTE 6.3, sections 4.3.7, 4.3.12 and 4.5.3).
///
/// Name, CRC, length and place decide every byte of its two headers: stored, no time, no flags, no comment, zip64 only where a field overflows.
struct ZipEntry: Equatable, Sendable {
    /// The full name, beginning with the bundle's folder.
    var name: [UInt8]
    var crc: UInt32
    /// The length in bytes.
    var size: Int
    /// Where its local header begins.
    var offset: Int

    /// The value that says "look into the zip64 field"; numbers from here on stand there.
    static let escape = 0xFFFF_FFFF

    private var hasLongSize: Bool { size >= Self.escape }
    private var hasLongOffset: Bool { offset >= Self.escape }

    /// The local header's length in bytes.
    var localLength: Int { 30 + name.count + (hasLongSize ? 20 : 0) }
    /// Where the next local header, or the directory, begins.
    var end: Int { offset + localLength + size }

    /// The header before the bytes. Its zip64 field always holds both lengths (APPNOTE 4.5.3).
    var localHeader: [UInt8] {
        var out = LittleEndian()
        out.add(0x0403_4b50, 4)
        out.add(hasLongSize ? 45 : 20, 2)
        addCommon(&out)
        out.add(name.count, 2)
        out.add(hasLongSize ? 20 : 0, 2)
        out.bytes += name
        if hasLongSize {
            out.add(1, 2)
            out.add(16, 2)
            out.add(size, 8)
            out.add(size, 8)
        }
        return out.bytes
    }

    /// The record in the directory. Its zip64 field holds only what overflows.
    var centralHeader: [UInt8] {
        let long = hasLongSize || hasLongOffset
        let extra = (hasLongSize ? 16 : 0) + (hasLongOffset ? 8 : 0)
        var out = LittleEndian()
        out.add(0x0201_4b50, 4)
        out.add(long ? 0x032d : 0x0314, 2)
        out.add(long ? 45 : 20, 2)
        addCommon(&out)
        out.add(name.count, 2)
        out.add(long ? extra + 4 : 0, 2)
        out.add(0, 2)
        out.add(0, 2)
        out.add(0, 2)
        out.add(0x81a4_0000, 4)
        out.add(min(offset, Self.escape), 4)
        out.bytes += name
        if long {
            out.add(1, 2)
            out.add(extra, 2)
            if hasLongSize {
                out.add(size, 8)
                out.add(size, 8)
            }
            if hasLongOffset { out.add(offset, 8) }
        }
        return out.bytes
    }

    /// Flags 0, stored, 1980-01-01 00:00:00, CRC and both lengths: what the two headers share.
    private func addCommon(_ out: inout LittleEndian) {
        out.add(0, 2)
        out.add(0, 2)
        out.add(0, 2)
        out.add(0x21, 2)
        out.add(Int(crc), 4)
        out.add(min(size, Self.escape), 4)
        out.add(min(size, Self.escape), 4)
    }
}

/// The records at the end of a plain ZIP (APPNOTE 4.3.14 to 4.3.16).
struct ZipEnd: Equatable, Sendable {
    var count: Int
    /// The directory's length in bytes.
    var directorySize: Int
    var directoryOffset: Int

    var isLong: Bool { count >= 0xFFFF || directorySize >= ZipEntry.escape || directoryOffset >= ZipEntry.escape }

    /// The zip64 record and its locator where a field overflows, and the end record, which is the last 22 bytes of the file.
    var bytes: [UInt8] {
        var out = LittleEndian()
        if isLong {
            out.add(0x0606_4b50, 4)
            out.add(44, 8)
            out.add(0x032d, 2)
            out.add(45, 2)
            out.add(0, 8)
            out.add(count, 8)
            out.add(count, 8)
            out.add(directorySize, 8)
            out.add(directoryOffset, 8)
            out.add(0x0706_4b50, 4)
            out.add(0, 4)
            out.add(directoryOffset + directorySize, 8)
            out.add(1, 4)
        }
        out.add(0x0605_4b50, 4)
        out.add(0, 4)
        out.add(min(count, 0xFFFF), 2)
        out.add(min(count, 0xFFFF), 2)
        out.add(min(directorySize, ZipEntry.escape), 4)
        out.add(min(directoryOffset, ZipEntry.escape), 4)
        out.add(0, 2)
        return out.bytes
    }
}

/// Numbers with their lowest byte first.
struct LittleEndian {
    var bytes: [UInt8] = []

    mutating func add(_ value: Int, _ width: Int) {
        for at in 0..<width { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * at))) }
    }

    /// The number at a place; `nil` outside the bytes, and for 8 bytes that do not fit an `Int`.
    static func read(_ bytes: some RandomAccessCollection<UInt8>, at: Int, _ width: Int) -> Int? {
        guard at >= 0, at + width <= bytes.count else { return nil }
        var value: UInt64 = 0
        for (place, byte) in bytes.dropFirst(at).prefix(width).enumerated() { value |= UInt64(byte) << UInt64(8 * place) }
        return Int(exactly: value)
    }
}

/// The fields of a record, to name the first one that differs from the plain form.
struct ZipLayout: Sendable {
    struct Field: Sendable {
        var name: String
        /// Bytes; `nil` for the rest of the record.
        var width: Int?
    }

    var fields: [Field]

    static let local = ZipLayout(fields: [
        Field(name: "signature", width: 4), Field(name: "version needed", width: 2), Field(name: "flags", width: 2),
        Field(name: "compression method", width: 2), Field(name: "time", width: 2), Field(name: "date", width: 2), Field(name: "CRC-32", width: 4),
        Field(name: "compressed size", width: 4), Field(name: "size", width: 4), Field(name: "length of the name", width: 2),
        Field(name: "length of the extra field", width: 2), Field(name: "name or extra field", width: nil),
    ])

    static let central = ZipLayout(fields: [
        Field(name: "signature", width: 4), Field(name: "version made by", width: 2), Field(name: "version needed", width: 2),
        Field(name: "flags", width: 2), Field(name: "compression method", width: 2), Field(name: "time", width: 2), Field(name: "date", width: 2),
        Field(name: "CRC-32", width: 4), Field(name: "compressed size", width: 4), Field(name: "size", width: 4),
        Field(name: "length of the name", width: 2), Field(name: "length of the extra field", width: 2), Field(name: "length of the comment", width: 2),
        Field(name: "disk number", width: 2), Field(name: "internal attributes", width: 2), Field(name: "external attributes", width: 4),
        Field(name: "offset of the local header", width: 4), Field(name: "name or extra field", width: nil),
    ])

    /// The first field in which two records differ: its name, its place in the record, and both values in hexadecimal.
    func firstDifference(_ found: [UInt8], _ expected: [UInt8]) -> (field: String, at: Int, found: String, expected: String)? {
        var at = 0
        for field in fields {
            let end = field.width.map { at + $0 } ?? max(found.count, expected.count)
            let mine = Array(found.prefix(end).dropFirst(at))
            let theirs = Array(expected.prefix(end).dropFirst(at))
            if mine != theirs {
                let byte = zip(mine, theirs).prefix { $0 == $1 }.count
                return (field.name, at + byte, Self.number(mine, field) + Self.meaning(mine, field), Self.number(theirs, field))
            }
            at = end
        }
        return nil
    }

    private static func number(_ bytes: [UInt8], _ field: Field) -> String {
        guard let width = field.width, bytes.count == width, let value = LittleEndian.read(bytes, at: 0, width) else { return "\(bytes.count) other bytes" }
        return "0x" + String(value, radix: 16)
    }

    /// What a value stands for, where it is likely that someone meets it.
    private static func meaning(_ bytes: [UInt8], _ field: Field) -> String {
        guard let value = LittleEndian.read(bytes, at: 0, bytes.count), bytes.count <= 4 else { return "" }
        switch field.name {
        case "compression method":
            let names = [8: "Deflate", 9: "Deflate64", 12: "bzip2", 14: "LZMA", 93: "Zstandard", 95: "XZ", 99: "AES encryption"]
            return names[value].map { " (\($0))" } ?? ""
        case "flags": return value & 1 == 1 ? " (encrypted)" : value & 8 == 8 ? " (data descriptor)" : ""
        case "external attributes":
            let kinds = [0o12: "symbolic link", 0o04: "folder", 0o01: "named pipe", 0o14: "socket", 0o02: "device", 0o06: "device"]
            return kinds[value >> 28].map { " (\($0))" } ?? ""
        default: return ""
        }
    }
}
