import ControlFrameworks
import Crypto
import Diagnostics
import DurableStorage
import EvidenceBundles
import EvidenceLocker
import EvidenceModel
import GapAnalysis
import ReportModel
import ReportWriters
import Signatures
import StructuredText
import TransparencyLog
import Workspaces

/// Signs a rendered pack and records it in the ledger.
struct PackIssue {
    let access: LockerAccess
    let keys: [String]
    let chains: [String]
    let at: Instant

    /// - Returns: the files as issued: with the XML signature, the envelope over all of them, and the ledger's head.
    func issue(_ report: Report, _ rendered: [OutputFile]) throws -> [OutputFile] {
        let signers = try SigningKeys(access: access, ids: keys, chains: chains)
        var files = rendered
        if let place = files.firstIndex(where: { $0.path == "report.xml" }), let signer = signers.all.first(where: { $0.key.publicKey.algorithm != .ed25519 }) {
            files[place].bytes = try XMLSignature.sign(files[place].bytes, path: "report.xml", key: signer.key, certificates: signer.chain)
        }
        files.sort { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
        let subjects = files.map { Statement.Subject(name: $0.path, sha256: BinaryText.hex(SHA256.hash(data: $0.bytes))) }
        let statement = try Statement(subjects: subjects, predicateType: BundleLayout.packPredicate, predicate: predicate(report))
        var envelope = Envelope(payload: statement.bytes)
        for signer in signers.all { try envelope.sign(with: signer.key, certificates: signer.chain) }
        let locker = try access.writing(report.system.client)
        try locker.record(
            .pack,
            .object([
                ("system", .string(report.system.id)), ("period", .string(report.period.label)), ("as-of", .string(report.asOf.text)),
                ("status", .string(report.status)),
                ("files", .list(subjects.map { .object([("name", .string($0.name)), ("sha256", .string($0.sha256))]) })),
            ]), at: at)
        try locker.writeIndex()
        guard let head = try locker.log.head() else { throw StorageFault.altered(locker.root, "the ledger has no head") }
        return files + [OutputFile(path: "pack.dsse.json", bytes: envelope.bytes), OutputFile(path: "checkpoint", bytes: head.note)]
    }

    private func predicate(_ report: Report) -> Value {
        .object(
            report.statementFields + [
                (
                    "frameworks",
                    .list(
                        report.assessments.map {
                            .object([
                                ("edition", .string($0.framework.edition)), ("id", .string($0.framework.id)),
                                ("sha256", .string(String($0.framework.digest.dropFirst(7)))),
                            ])
                        })
                ), ("status", .string(report.status)),
            ])
    }
}

extension Report {
    /// What statements say of a report: whom it is about, for when, and what was found, with denominators.
    var statementFields: [(String, Value?)] {
        [
            ("asOf", .string(asOf.text)),
            (
                "counts",
                .list(
                    assessments.map {
                        .object([
                            ("framework", .string($0.framework.id)), ("in-force", [$0.inForce].total), ("readiness", [$0.readiness].total),
                        ])
                    })
            ),
            ("period", .string(period.label)), ("system", .string(system.id)), ("tool", .string(producer)),
        ]
    }
}

/// The keys that sign, each with its certificates where an organisation has some.
struct SigningKeys {
    var all: [(id: String, key: SigningKey, chain: [[UInt8]])] = []

    init(access: LockerAccess, ids: [String], chains: [String]) throws { try self.init(ids: ids, chains: chains, open: access.open) }

    /// - Parameter open: opens the private key of an id.
    init(ids: [String], chains: [String], open: (String) throws -> SigningKey) throws {
        let certificates = try chains.map { try CertificateChain(der: Self.certificates(at: $0), path: $0) }
        for id in ids {
            let key = try open(id)
            let chain = certificates.first { $0.leafKey == key.publicKey }
            all.append((id, key, chain?.der ?? []))
        }
        for (path, chain) in zip(chains, certificates) where !all.contains(where: { $0.key.publicKey == chain.leafKey }) {
            throw Diagnostic.chainOfNobody(path, chain.subject)
        }
    }

    /// The DER of the PEM certificates in a file.
    static func certificates(at path: String) throws -> [[UInt8]] {
        let bytes = try readPrefix(of: FileStream(path: path), limit: 1 << 20)
        var found: [[UInt8]] = []
        var lines: [Substring]?
        for line in String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline) {
            if line == "-----BEGIN CERTIFICATE-----" {
                lines = []
            } else if line == "-----END CERTIFICATE-----" {
                guard let der = BinaryText.bytes(base64: (lines ?? []).joined()) else { throw Diagnostic.notPEM(path) }
                found.append(der)
                lines = nil
            } else {
                lines?.append(line)
            }
        }
        if found.isEmpty { throw Diagnostic.notPEM(path) }
        return found
    }
}

extension Diagnostic {
    fileprivate static func chainOfNobody(_ path: String, _ subject: String) -> Self {
        Diagnostic(
            id: "sign.chain-of-nobody", severity: .error, location: TextLocation(path: path),
            message: "the certificate is that of '\(subject)', for none of the keys given", hint: "give the key with --key, or another file with --chain")
    }

    fileprivate static func notPEM(_ path: String) -> Self {
        Diagnostic(
            id: "sign.no-certificates", severity: .error, location: TextLocation(path: path), message: "found no PEM certificates",
            hint: "give a file of CERTIFICATE blocks, the signer's first")
    }
}
