public import BagArchives
public import Diagnostics
import DurableStorage
public import Signatures
import StructuredText
import TransparencyLog

/// A bundle in which something is wrong: every finding, in the order of the checks.
public struct DamagedBundle: Error, Sendable {
    public let findings: [Diagnostic]

    public init(findings: [Diagnostic]) { self.findings = findings }
}

/// A bundle's file that was checked whole, and whose signatures may be added to: nothing else of it can change.
public struct SignedBundle: Sendable {
    /// The bundle's id, which is its folder too.
    public let id: String
    public let envelope: Envelope
    /// The bytes of `signatures/bundle.dsse.json`, which a timestamp is over.
    public let envelopeBytes: [UInt8]
    /// What a signature over the bundle covers: the digest of its tag manifest.
    public let tagManifestDigest: ContentDigest
    /// What the statement says, line by line, for a person who is about to sign it.
    public let summary: [String]
    /// The bytes of `signatures/bundle.tsr`.
    public var hasTimestamp: Bool { bag.source.member(BundleLayout.timestamp) != nil }

    private let bag: CheckedBag

    /// Opens a bundle's file and makes every check that needs no trust: what somebody signs must be what the bundle holds.
    /// - Parameter now: seconds since 1970, for certificates beside earlier signatures.
    /// - Throws: `DamagedBundle`; a `StorageFault` when the file cannot be read.
    public static func open(_ path: String, now: Int, cores: Int) async throws -> SignedBundle {
        let source: PlainZipReader
        do { source = try PlainZipReader(path: path) } catch let fault as Diagnostic { throw DamagedBundle(findings: [fault]) }
        let names = SignatureNames(required: [BundleLayout.envelope], optional: [BundleLayout.timestamp])
        let check = BagCheck(source, signatures: names, cores: cores)
        guard let bag = check.bag else { throw DamagedBundle(findings: check.findings) }
        let report = await BundleVerifier(VerifierOptions(trust: nil, now: now, cores: cores)).verify(source)
        let failed = report.checks.filter { $0.outcome == .failed }.flatMap(\.diagnostics)
        guard failed.isEmpty else { throw DamagedBundle(findings: failed) }
        do {
            return try SignedBundle(bag)
        } catch let fault as Diagnostic {
            throw DamagedBundle(findings: [fault])
        }
    }

    private init(_ bag: CheckedBag) throws {
        self.bag = bag
        id = bag.info.identifier
        tagManifestDigest = bag.tagManifestDigest
        let place = "\(id)/\(BundleLayout.envelope)"
        envelopeBytes = try bag.bytes(of: BundleLayout.envelope, limit: Envelope.maximumBytes)
        envelope = try Envelope.parse(envelopeBytes, path: place)
        let statement = try envelope.statement(path: place)
        summary = try BundlePredicate(statement.predicate, path: place).summary
    }

    /// Writes the bundle anew: the given signature files, every other member byte for byte as it was checked.
    ///
    /// The file may be the one that is read: it is replaced at the end, whole or not at all.
    /// - Throws: a `Diagnostic` when the bundle changed meanwhile, a `StorageFault` when the file cannot be written.
    public func write(envelope: Envelope, timestamp: TimestampResponse?, to path: String, cores: Int) throws {
        let changing = [BundleLayout.envelope, BundleLayout.timestamp]
        var members = bag.source.members.filter { member in !changing.contains { isSame($0, member.name) } }
        members.append(ArchiveMember(name: BundleLayout.envelope, bytes: envelope.bytes))
        if let timestamp { members.append(ArchiveMember(name: BundleLayout.timestamp, bytes: timestamp.der)) }
        members.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        let zip = try PlainZipWriter(path: path, base: id, cores: cores)
        for written in try zip.append(members) where !changing.contains(where: { isSame($0, written.name) }) {
            guard bag.digest(of: written.name) == written.digest else { throw Diagnostic.changedMeanwhile("\(id)/\(written.name)") }
        }
        try zip.finish()
    }
}

extension BundlePredicate {
    /// The statement in lines that a person reads before signing.
    fileprivate var summary: [String] {
        var lines = [
            "bundle      \(bundle)", "system      \(system)", "period      \(period), as of \(asOf)", "complete    \(completeness)",
            "ledger      \(checkpoint.origin), \(checkpoint.size) entries, root \(checkpoint.root.hex)",
        ]
        if let previousCheckpoint { lines.append("since       \(previousCheckpoint.size) entries, root \(previousCheckpoint.root.hex)") }
        for used in frameworks {
            let row = counts.first { isSame($0["framework"]?.string, used.id) }
            lines.append("framework   \(used.id) (\(used.edition))")
            for (name, words) in [("in-force", "in force"), ("readiness", "readiness")] {
                if let total = row?[name].flatMap(Self.words) { lines.append("            \(words): \(total)") }
            }
        }
        lines.append("left out    \(omissions.count) \(omissions.count == 1 ? "item" : "items")")
        lines.append("redacted    \(hidden) \(hidden == 1 ? "place" : "places")")
        return lines.map(Diagnostic.printable)
    }

    /// Each count with what it is a count of.
    private static func words(_ counts: Value) -> String? {
        guard let controls = counts["controls"]?.int, let applicable = counts["applicable"]?.int, let evaluated = counts["evaluated"]?.int,
            controls > 0
        else { return nil }
        let verdicts = ["met", "partly-met", "not-met", "not-assessed", "excepted", "conflict"].compactMap { name -> String? in
            guard let count = counts[name]?.int, count > 0 || name == "met" else { return nil }
            return "\(count) \(name.replacing("-", with: " "))"
        }
        return "\(verdicts.joined(separator: ", ")) of \(applicable) applicable (\(evaluated) evaluated, \(controls) controls in all)"
    }
}

extension Diagnostic {
    fileprivate static func changedMeanwhile(_ path: String) -> Self {
        bundleFault(
            "altered-since", path, "the file changed while the bundle was written anew; nothing was written",
            hint: "run the command again while nothing else writes to the bundle")
    }
}
