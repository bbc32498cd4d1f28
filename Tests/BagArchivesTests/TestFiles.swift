import Glibc
import TestSupport

/// Numbers that are the same in every run.
struct Seeded: RandomNumberGenerator {
    var state: UInt64

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}

extension TemporaryFolder {
    /// Writes bytes at a place behind the file's end; what is skipped is a hole and takes no room.
    func extend(_ relative: String, to offset: Int, with bytes: [UInt8]) throws {
        guard let file = fopen(place(relative), "r+") else { throw Absent() }
        defer { fclose(file) }
        fseek(file, offset, SEEK_SET)
        fwrite(bytes, 1, bytes.count, file)
    }

    private struct Absent: Error {}

    /// Changes one byte of a file where it stands.
    func patch(_ relative: String, at offset: Int, to byte: UInt8) throws {
        let descriptor = open(place(relative), O_WRONLY)
        defer { close(descriptor) }
        guard pwrite(descriptor, [byte], 1, offset) == 1 else { throw Absent() }
    }
}

/// A file that a test needs is not there.
struct Absent: Error {}
