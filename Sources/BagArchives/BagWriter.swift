import Diagnostics

/// Makes a bundle: a bag (RFC 8493) in a plain ZIP, in one reading of all but a few small files.
public struct BagWriter: Sendable {
    /// The bundle's id: its folder, and its External-Identifier.
    public let id: String
    private let payload: [ArchiveMember]
    private let tags: [ArchiveMember]

    /// - Parameters:
    ///   - payload: files under `data/`, in any order.
    ///   - tags: all other files but those that the bag itself has and the signatures, in any order.
    /// - Throws: a `Diagnostic` for a file that does not belong where it stands.
    public init(id: String, payload: [ArchiveMember], tags: [ArchiveMember]) throws {
        for member in payload where !BagFiles.isPayload(member.name) { throw Diagnostic.misplaced(member.name, "expected a payload file under data/") }
        for member in tags {
            let own = [BagFiles.declaration, BagFiles.info, BagFiles.manifest, BagFiles.tagManifest].contains { $0.utf8.elementsEqual(member.name.utf8) }
            if own || BagFiles.isForeign(member.name) || BagFiles.isPayload(member.name) || BagFiles.isSignature(member.name) {
                throw Diagnostic.misplaced(member.name, "expected a tag file that is neither payload, nor signature, nor the bag's own")
            }
        }
        guard !payload.isEmpty else { throw Diagnostic.noPayload(id) }
        self.id = id
        self.payload = payload
        self.tags = tags
    }

    /// Writes the bundle; the file is there when this returns, and not at all when it throws.
    ///
    /// - Parameters:
    ///   - cores: how many threads read, hash and write.
    ///   - sign: makes the files under `signatures/` once all that they cover is known.
    /// - Throws: a `Diagnostic` for a name that no bundle may hold or a file that changed meanwhile; a `StorageFault`; what `sign` throws.
    public func write(to path: String, cores: Int, sign: (BagSeal) throws -> [ArchiveMember]) throws -> BagSeal {
        let zip = try PlainZipWriter(path: path, base: id, cores: cores)
        let info = BagInfo(identifier: id, payloadBytes: payload.reduce(0) { $0 + $1.size }, payloadFiles: payload.count)
        let own = [ArchiveMember(name: BagFiles.declaration, bytes: BagFiles.declarationBytes), ArchiveMember(name: BagFiles.info, bytes: info.bytes)]
        let listed = payload + tags + own
        // The directory is in byte order: what comes before the manifest is hashed while it is written, the little behind it is read twice.
        let early = listed.filter { Self.precedes($0.name, BagFiles.manifest) }.sorted(by: Self.precedes)
        var digests = try zip.append(early)
        let manifest = ArchiveMember(name: BagFiles.manifest, bytes: BagManifest(digests.filter { BagFiles.isPayload($0.name) }).bytes)
        let late = listed.filter { !Self.precedes($0.name, BagFiles.manifest) } + [manifest]
        digests += try MemberHashing.digests(late, cores: cores)

        let tagManifest = BagManifest(digests.filter { !BagFiles.isPayload($0.name) }).bytes
        let seal = BagSeal(id: id, info: info, tagManifest: tagManifest, listed: digests)
        let signatures = try sign(seal)
        for member in signatures where !BagFiles.isSignature(member.name) {
            throw Diagnostic.misplaced(member.name, "expected a signature under signatures/")
        }
        let rest = (late + [ArchiveMember(name: BagFiles.tagManifest, bytes: tagManifest)] + signatures).sorted(by: Self.precedes)
        for written in try zip.append(rest) {
            if let known = seal.digest(of: written.name), known != written.digest { throw Diagnostic.changed(written.name) }
        }
        try zip.finish()
        return seal
    }

    private static func precedes(_ a: String, _ b: String) -> Bool { ByteOrder.precedes(a, b) }
    private static func precedes(_ a: ArchiveMember, _ b: ArchiveMember) -> Bool { precedes(a.name, b.name) }
}

/// All that a signature over a bundle covers.
public struct BagSeal: Sendable {
    public let id: String
    public let info: BagInfo
    /// The bytes of `tagmanifest-sha256.txt`, whose digest is the statement's only subject.
    public let tagManifest: [UInt8]
    /// Their SHA-256.
    public let tagManifestDigest: ContentDigest
    /// Every file that one of the two manifests lists, in the byte order of the names.
    public let listed: [MemberDigest]

    init(id: String, info: BagInfo, tagManifest: [UInt8], listed: [MemberDigest]) {
        self.id = id
        self.info = info
        self.tagManifest = tagManifest
        tagManifestDigest = .of(tagManifest)
        self.listed = listed.sorted { ByteOrder.precedes($0.name, $1.name) }
    }

    /// The digest of a listed file, such as `policy.json`.
    public func digest(of name: String) -> ContentDigest? { MemberDigest.find(name, in: listed)?.digest }
}

extension MemberDigest {
    /// Finds a name by bytes in a list that is in byte order.
    static func find(_ name: String, in list: [MemberDigest]) -> MemberDigest? {
        ByteOrder.index(of: name, in: list, by: \.name).map { list[$0] }
    }
}

extension Diagnostic {
    fileprivate static func misplaced(_ name: String, _ expected: String) -> Self {
        Diagnostic(
            id: "bundle.misplaced", severity: .error, location: TextLocation(path: name), message: "the file '\(name)' does not belong there; \(expected)",
            hint: "give the file another name in the bundle")
    }

    fileprivate static func noPayload(_ id: String) -> Self {
        Diagnostic(
            id: "bundle.no-payload", severity: .error, location: TextLocation(path: id),
            message: "the bundle would have no file under data/; expected at least one", hint: "collect evidence before exporting")
    }

    fileprivate static func changed(_ name: String) -> Self {
        Diagnostic(
            id: "bundle.source-changed", severity: .error, location: TextLocation(path: name), message: "the file changed while it was written to the bundle",
            hint: "run the command again while nothing else writes to the file")
    }
}
