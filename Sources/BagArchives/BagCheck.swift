public import Diagnostics
import DurableStorage

/// The signature files that a bundle may hold beside what its manifests list.
public struct SignatureNames: Sendable {
    /// Their absence is a finding.
    public var required: [String]
    /// They may be there.
    public var optional: [String]

    public init(required: [String], optional: [String] = []) {
        self.required = required
        self.optional = optional
    }

    func contains(_ name: String) -> Bool { (required + optional).contains { $0.utf8.elementsEqual(name.utf8) } }
}

/// A bundle whose bytes are those that its manifests list, and that holds nothing else. Who vouches for it is for its signatures to say.
///
/// Only a check without findings makes one; what is shown, rebuilt or extracted comes from its source, which is still open.
public struct CheckedBag: Sendable {
    public let source: any MemberSource
    public let info: BagInfo
    /// The digest of `tagmanifest-sha256.txt`, to compare with the signed statement's subject.
    public let tagManifestDigest: ContentDigest
    /// Every member, in the byte order of the names.
    public let digests: [MemberDigest]

    public func digest(of name: String) -> ContentDigest? { MemberDigest.find(name, in: digests)?.digest }

    /// The bytes of a small member, which are the ones that were checked.
    /// - Throws: a `Diagnostic` when there is none of that name, it is larger than the limit, or it was altered since.
    public func bytes(of name: String, limit: Int) throws -> [UInt8] {
        guard let member = source.member(name), let expected = digest(of: name) else { throw Diagnostic.absent("\(source.base)/\(name)", "the bundle") }
        let bytes = try member.bytes(limit: limit)
        guard ContentDigest.of(bytes) == expected else { throw Diagnostic.alteredSince("\(source.base)/\(name)") }
        return bytes
    }
}

/// Whether a bundle is complete and every byte of it is listed: the closed circle of manifest, tag manifest, and the signature files that are named.
public struct BagCheck: Sendable {
    /// What is wrong, first with the container, then with the bag's own files, then file by file in byte order; none when all is well.
    public let findings: [Diagnostic]
    /// The digest of every member that could be read, in the byte order of the names.
    public let digests: [MemberDigest]
    /// The bytes and files that were hashed.
    public let bytes: Int
    public let files: Int
    /// The bundle, when there are no findings.
    public let bag: CheckedBag?

    /// Reads every byte of every member once, on several cores, in flat memory.
    public init(_ source: any MemberSource, signatures: SignatureNames, cores: Int) {
        let members = source.members
        let outcomes = MemberHashing.outcomes(members, cores: cores)
        var circle = ClosedCircle(source: source, signatures: signatures)
        var digests: [MemberDigest] = []
        var faults: [Diagnostic?] = Array(repeating: nil, count: members.count)
        for (at, (member, outcome)) in zip(members, outcomes).enumerated() {
            switch outcome {
            case .success(let found):
                digests.append(MemberDigest(name: member.name, digest: found.digest, size: member.size))
                if found.crc != member.declaredCRC { faults[at] = .crc("\(source.base)/\(member.name)", found.crc ?? 0, member.declaredCRC ?? 0) }
            case .failure(let error): faults[at] = .unreadable("\(source.base)/\(member.name)", error)
            }
        }
        circle.run(digests: digests, faults: faults)
        findings = source.faults + circle.findings
        self.digests = digests
        bytes = digests.reduce(0) { $0 + $1.size }
        files = digests.count
        if findings.isEmpty, let info = circle.info, let tagManifest = MemberDigest.find(BagFiles.tagManifest, in: digests) {
            bag = CheckedBag(source: source, info: info, tagManifestDigest: tagManifest.digest, digests: digests)
        } else {
            bag = nil
        }
    }
}

extension Diagnostic {
    private static let reissue = "ask for the bundle as it was issued"

    fileprivate static func absent(_ path: String, _ where: String) -> Self {
        Diagnostic(
            id: "bundle.member-missing", severity: .error, location: TextLocation(path: path), message: "the file is not in \(`where`)", hint: reissue)
    }

    fileprivate static func alteredSince(_ path: String) -> Self {
        Diagnostic(
            id: "bundle.altered-since", severity: .error, location: TextLocation(path: path), message: "the file was altered after it was checked",
            hint: "verify again while nothing else writes to the bundle")
    }

    fileprivate static func crc(_ path: String, _ found: UInt32, _ expected: UInt32) -> Self {
        Diagnostic(
            id: "bundle.crc", severity: .error, location: TextLocation(path: path),
            message: "the bytes have the CRC-32 \(String(found, radix: 16)); the ZIP's headers declare \(String(expected, radix: 16))", hint: reissue)
    }

    fileprivate static func unreadable(_ path: String, _ error: any Error) -> Self {
        let cause =
            switch error {
            case let fault as StorageFault: fault.diagnostic
            case let diagnostic as Diagnostic: diagnostic
            default: Diagnostic(id: "bundle.unreadable", severity: .error, message: "the file cannot be read: \(error)", hint: reissue)
            }
        return Diagnostic(id: cause.id, severity: .error, location: TextLocation(path: path), message: cause.message, hint: cause.hint)
    }
}
