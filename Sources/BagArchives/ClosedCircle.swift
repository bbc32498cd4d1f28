import Diagnostics

/// Members = payload in the manifest, and tag files in the tag manifest, and the tag manifest, and the named signature files: nothing more, nothing less.
struct ClosedCircle {
    let source: any MemberSource
    let signatures: SignatureNames
    private(set) var findings: [Diagnostic] = []
    /// `bag-info.txt`, when it could be read.
    private(set) var info: BagInfo?
    private var manifest: BagManifest?
    private var tagManifest: BagManifest?

    init(source: any MemberSource, signatures: SignatureNames) {
        self.source = source
        self.signatures = signatures
    }

    /// - Parameter faults: what is wrong with the bytes of each member alone, by its place.
    mutating func run(digests: [MemberDigest], faults: [Diagnostic?]) {
        readOwnFiles(digests)
        checkLists()
        checkTotals()
        checkMembers(digests, faults)
        checkAbsent()
    }

    private func path(_ name: String) -> String { "\(source.base)/\(name)" }

    // MARK: the bag's own files

    private mutating func readOwnFiles(_ digests: [MemberDigest]) {
        if let bytes = ownFile(BagFiles.declaration, limit: 1024, digests), bytes != BagFiles.declarationBytes {
            let same = zip(bytes, BagFiles.declarationBytes).prefix { $0 == $1 }.count
            findings.append(.declaration(path(BagFiles.declaration), bytes, same))
        }
        if let bytes = ownFile(BagFiles.info, limit: BagInfo.longest, digests) {
            do { info = try BagInfo.parse(bytes, path: path(BagFiles.info)) } catch { findings.append(error) }
        }
        manifest = readManifest(BagFiles.manifest, digests)
        tagManifest = readManifest(BagFiles.tagManifest, digests)
    }

    private mutating func readManifest(_ name: String, _ digests: [MemberDigest]) -> BagManifest? {
        guard let bytes = ownFile(name, limit: BagManifest.longest, digests) else { return nil }
        do { return try BagManifest.parse(bytes, path: path(name)) } catch {
            findings.append(error)
            return nil
        }
    }

    /// The bytes of one of the four files that every bag has; they must be the bytes that were hashed.
    private mutating func ownFile(_ name: String, limit: Int, _ digests: [MemberDigest]) -> [UInt8]? {
        guard let member = source.member(name) else {
            findings.append(.ownFileMissing(path(name)))
            return nil
        }
        do {
            let bytes = try member.bytes(limit: limit)
            // An unreadable file is named with the others; its content is not looked at.
            guard let known = MemberDigest.find(name, in: digests) else { return nil }
            guard known.digest == .of(bytes) else {
                findings.append(.unstable(path(name)))
                return nil
            }
            return bytes
        } catch {
            if let diagnostic = error as? Diagnostic { findings.append(diagnostic) }
            return nil
        }
    }

    // MARK: the two lists

    private mutating func checkLists() {
        if let manifest {
            if manifest.lines.isEmpty { findings.append(.noPayload(path(BagFiles.manifest))) }
            for (at, line) in manifest.lines.enumerated() where !BagFiles.isPayload(line.name) {
                findings.append(.listed(path(BagFiles.manifest), at + 1, line.name, "is not under data/; expected payload files only"))
            }
        }
        guard let tagManifest else { return }
        for (at, line) in tagManifest.lines.enumerated() {
            if BagFiles.isPayload(line.name) {
                findings.append(.listed(path(BagFiles.tagManifest), at + 1, line.name, "is payload; expected tag files only"))
            } else if line.name.utf8.elementsEqual(BagFiles.tagManifest.utf8) || signatures.contains(line.name) {
                findings.append(.listed(path(BagFiles.tagManifest), at + 1, line.name, "cannot be listed in the file that signatures stand on"))
            }
        }
        for name in [BagFiles.info, BagFiles.declaration, BagFiles.manifest] where tagManifest.index(of: name) == nil {
            findings.append(.notListed(path(BagFiles.tagManifest), name))
        }
    }

    private mutating func checkTotals() {
        guard let info else { return }
        if !info.identifier.utf8.elementsEqual(source.base.utf8) { findings.append(.renamed(path(BagFiles.info), info.identifier, source.base)) }
        let payload = source.members.filter { BagFiles.isPayload($0.name) }
        let size = payload.reduce(0) { $0 + $1.size }
        if size != info.payloadBytes || payload.count != info.payloadFiles {
            findings.append(.oxum(path(BagFiles.info), "\(size).\(payload.count)", "\(info.payloadBytes).\(info.payloadFiles)"))
        }
    }

    // MARK: file by file

    private mutating func checkMembers(_ digests: [MemberDigest], _ faults: [Diagnostic?]) {
        for (member, fault) in zip(source.members, faults) {
            let name = member.name
            if BagFiles.isForeign(name) {
                findings.append(.foreign(path(name)))
                continue
            }
            let list = BagFiles.isPayload(name) ? manifest : tagManifest
            let listName = BagFiles.isPayload(name) ? BagFiles.manifest : BagFiles.tagManifest
            if let at = list?.index(of: name), let expected = list?.lines[at].digest {
                // Altered bytes have a wrong CRC too: the digest says more.
                if let found = MemberDigest.find(name, in: digests)?.digest, found != expected {
                    findings.append(.altered(path(name), found, expected, listName, at + 1))
                    continue
                }
            } else if list != nil, !name.utf8.elementsEqual(BagFiles.tagManifest.utf8), !signatures.contains(name) {
                findings.append(.unlisted(path(name), listName))
            }
            if let fault { findings.append(fault) }
        }
    }

    private mutating func checkAbsent() {
        for (list, name) in [(manifest, BagFiles.manifest), (tagManifest, BagFiles.tagManifest)] {
            for (at, line) in (list?.lines ?? []).enumerated() where source.member(line.name) == nil && !isOwn(line.name) {
                findings.append(.missing(path(line.name), name, at + 1))
            }
        }
        for name in signatures.required where source.member(name) == nil { findings.append(.signatureMissing(path(name))) }
    }

    /// Named as missing already.
    private func isOwn(_ name: String) -> Bool {
        [BagFiles.declaration, BagFiles.info, BagFiles.manifest].contains { $0.utf8.elementsEqual(name.utf8) }
    }
}

extension Diagnostic {
    private static func bag(
        _ id: String, _ path: String, line: Int? = nil, column: Int? = nil, _ message: String, _ hint: String = "ask for the bundle as it was issued"
    ) -> Self {
        Diagnostic(
            id: "bundle.\(id)", severity: .error, location: TextLocation(path: path, line: line, column: column), message: message, hint: hint)
    }

    fileprivate static func declaration(_ path: String, _ found: [UInt8], _ same: Int) -> Self {
        let before = found.prefix(same)
        let line = before.filter { $0 == 0x0A }.count + 1
        let column = same - (before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0) + 1
        return bag(
            "declaration", path, line: line, column: column,
            "the file differs here from 'BagIt-Version: 1.0' and 'Tag-File-Character-Encoding: UTF-8', each with a line feed")
    }

    fileprivate static func ownFileMissing(_ path: String) -> Self {
        bag(
            "own-file-missing", path, "the file is missing; every bundle has bagit.txt, bag-info.txt, manifest-sha256.txt and tagmanifest-sha256.txt",
            "name the folder that these files stand in, or ask for the bundle as it was issued")
    }

    fileprivate static func unstable(_ path: String) -> Self {
        bag("altered-since", path, "the file was altered while it was checked", "verify again while nothing else writes to the bundle")
    }

    fileprivate static func noPayload(_ path: String) -> Self { bag("no-payload", path, "the manifest lists no file; expected at least one under data/") }

    fileprivate static func listed(_ path: String, _ line: Int, _ name: String, _ why: String) -> Self {
        bag("wrongly-listed", path, line: line, "the file '\(name)' \(why)")
    }

    fileprivate static func notListed(_ path: String, _ name: String) -> Self {
        bag("not-listed", path, "the tag manifest does not list '\(name)', which no signature covers then")
    }

    fileprivate static func renamed(_ path: String, _ id: String, _ base: String) -> Self {
        bag("renamed", path, line: 1, "the bundle's id is '\(id)', but its folder is named '\(base)'", "give the folder its name '\(id)' again")
    }

    fileprivate static func oxum(_ path: String, _ found: String, _ expected: String) -> Self {
        bag("payload-total", path, line: 2, "the payload has \(found) (bytes.files); Payload-Oxum says \(expected)")
    }

    fileprivate static func foreign(_ path: String) -> Self {
        bag("foreign-file", path, "bundles have no such file: nothing is downloaded, and SHA-256 is the only digest; expected manifest-sha256.txt alone")
    }

    fileprivate static func altered(_ path: String, _ found: ContentDigest, _ expected: ContentDigest, _ list: String, _ line: Int) -> Self {
        bag("member-altered", path, "the file was altered: its SHA-256 is \(found.hex); line \(line) of \(list) has \(expected.hex)")
    }

    fileprivate static func unlisted(_ path: String, _ list: String) -> Self {
        bag("unlisted", path, "the file was added: \(list) does not list it", "do not trust the file; ask for the bundle as it was issued")
    }

    fileprivate static func missing(_ path: String, _ list: String, _ line: Int) -> Self {
        bag("member-missing", path, "the file is missing; line \(line) of \(list) lists it")
    }

    fileprivate static func signatureMissing(_ path: String) -> Self {
        bag("signature-missing", path, "the signature file is missing; the policy asks for it", "ask for the bundle as it was signed")
    }
}
