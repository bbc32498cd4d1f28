import Diagnostics
import TestSupport

@testable import BagArchives

/// A ZIP made by hand, so that any byte of it can be wrong. As it is made, it is in the plain form.
struct RawZip {
    struct Member {
        var name: [UInt8]
        var bytes: [UInt8]
        /// What stands in the local header instead, when it differs.
        var localName: [UInt8]?
        var flags = 0
        var method = 0
        var time = 0
        var crc: Int?
        var localCRC: Int?
        var localSize: Int?
        var size: Int?
        var extra: [UInt8] = []
        var localExtra: [UInt8]?
        var comment: [UInt8] = []
        var attributes = 0x81a4_0000
        var offset: Int?
        /// Absent from the directory, or from the file.
        var isHidden = false
        var hasNoLocal = false
        /// Bytes before the local header.
        var gap: [UInt8] = []

        init(_ name: String, _ text: String = "x") { self.init(name: Array(name.utf8), bytes: Array(text.utf8)) }
        init(name: [UInt8], bytes: [UInt8]) {
            self.name = name
            self.bytes = bytes
        }
    }

    var members: [Member]
    /// Bytes between the last member and the directory.
    var beforeDirectory: [UInt8] = []
    var beforeEnd: [UInt8] = []
    var comment: [UInt8] = []
    var count: Int?
    var directoryOffset: Int?
    var directorySize: Int?

    init(_ members: [Member]) { self.members = members }
    init(_ names: String...) { members = names.map { Member($0) } }

    var bytes: [UInt8] {
        var out = LittleEndian()
        var directory = LittleEndian()
        var listed = 0
        for member in members {
            out.bytes += member.gap
            let place = out.bytes.count
            if !member.hasNoLocal { addLocal(member, to: &out) }
            if member.isHidden { continue }
            listed += 1
            addCentral(member, at: member.offset ?? place, to: &directory)
        }
        out.bytes += beforeDirectory
        let start = out.bytes.count
        out.bytes += directory.bytes + beforeEnd
        out.add(0x0605_4b50, 4)
        out.add(0, 4)
        out.add(count ?? listed, 2)
        out.add(count ?? listed, 2)
        out.add(directorySize ?? directory.bytes.count, 4)
        out.add(directoryOffset ?? start, 4)
        out.add(comment.count, 2)
        return out.bytes + comment
    }

    private func addLocal(_ member: Member, to out: inout LittleEndian) {
        let name = member.localName ?? member.name
        let extra = member.localExtra ?? member.extra
        out.add(0x0403_4b50, 4)
        out.add(20, 2)
        addCommon(member, crc: member.localCRC, size: member.localSize, to: &out)
        out.add(name.count, 2)
        out.add(extra.count, 2)
        out.bytes += name + extra + member.bytes
    }

    private func addCentral(_ member: Member, at offset: Int, to out: inout LittleEndian) {
        out.add(0x0201_4b50, 4)
        out.add(0x0314, 2)
        out.add(20, 2)
        addCommon(member, crc: nil, size: nil, to: &out)
        out.add(member.name.count, 2)
        out.add(member.extra.count, 2)
        out.add(member.comment.count, 2)
        out.add(0, 4)
        out.add(member.attributes, 4)
        out.add(offset, 4)
        out.bytes += member.name + member.extra + member.comment
    }

    private func addCommon(_ member: Member, crc: Int?, size: Int?, to out: inout LittleEndian) {
        out.add(member.flags, 2)
        out.add(member.method, 2)
        out.add(member.time, 2)
        out.add(0x21, 2)
        out.add(crc ?? member.crc ?? Self.crc(member.bytes), 4)
        out.add(member.bytes.count, 4)
        out.add(size ?? member.size ?? member.bytes.count, 4)
    }

    private static func crc(_ bytes: [UInt8]) -> Int {
        var crc = RunningCRC()
        bytes.withUnsafeBytes { crc.update($0) }
        return Int(crc.value)
    }

    /// What the reader says of it; `nil` when it takes it.
    func refusal() throws -> Diagnostic? { try Self.refusal(of: bytes) }

    static func refusal(of bytes: [UInt8]) throws -> Diagnostic? {
        let folder = try TemporaryFolder()
        try folder.write(bytes, to: "b.zip")
        do {
            _ = try PlainZipReader(path: folder.place("b.zip"))
            return nil
        } catch let diagnostic as Diagnostic { return diagnostic }
    }
}
