import Crypto
import Diagnostics
import StructuredText
import Synchronization

/// Hashes members on several cores.
enum MemberHashing {
    /// What one reading of a member found.
    struct Outcome: Sendable {
        var digest: ContentDigest
        /// `nil` when the member does not declare one.
        var crc: UInt32?
    }

    /// The outcome of each member, in their order; a member that cannot be read gives its error in place of one.
    static func outcomes(_ members: [ArchiveMember], cores: Int) -> [Result<Outcome, any Error>] {
        let slots = Slots(members.count)
        let order = ParallelWork.order(sizes: members.map(\.size))
        // The body does not throw: one unreadable member must not hide what is wrong with the others.
        try? ParallelWork.run(order: order, cores: cores) { index, buffer in
            slots.set(index, Result { try hash(members[index], buffer) })
        }
        return slots.all(members)
    }

    /// - Throws: the first member's fault.
    static func digests(_ members: [ArchiveMember], cores: Int) throws -> [MemberDigest] {
        try zip(members, outcomes(members, cores: cores)).map { member, outcome in
            MemberDigest(name: member.name, digest: try outcome.get().digest, size: member.size)
        }
    }

    private static func hash(_ member: ArchiveMember, _ buffer: UnsafeMutableRawBufferPointer) throws -> Outcome {
        let stream = try member.open()
        var sha = SHA256()
        var crc = RunningCRC()
        var total = 0
        while true {
            let count = try stream.read(into: buffer)
            if count == 0 { break }
            total += count
            guard total <= member.size else { break }
            let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
            sha.update(bufferPointer: bytes)
            if member.declaredCRC != nil { crc.update(bytes) }
        }
        guard total == member.size else { throw Diagnostic.lengthChanged(member.name, found: total, expected: member.size) }
        return Outcome(digest: ContentDigest(sha.finalize()), crc: member.declaredCRC == nil ? nil : crc.value)
    }

    private final class Slots: Sendable {
        private let content: Mutex<[Result<Outcome, any Error>?]>
        init(_ count: Int) { content = Mutex(Array(repeating: nil, count: count)) }

        func set(_ index: Int, _ outcome: Result<Outcome, any Error>) { content.withLock { $0[index] = outcome } }

        func all(_ members: [ArchiveMember]) -> [Result<Outcome, any Error>] {
            content.withLock { slots in
                zip(members, slots).map { member, slot in
                    slot ?? .failure(Diagnostic.lengthChanged(member.name, found: 0, expected: member.size))
                }
            }
        }
    }
}
