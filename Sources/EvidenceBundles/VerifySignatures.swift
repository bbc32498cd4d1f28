import BagArchives
import Diagnostics
import EvidenceLocker
import EvidenceModel
import Signatures
import StructuredText
import TransparencyLog

extension BundleExamination {
    /// Gathers every signature of the bundle, and says of each demanded one how it ended.
    ///
    /// A signature that is wrong is damage even where nothing demands it.
    mutating func signatureCheck() async -> VerificationCheck {
        var gathered = GatheredSignatures(trust: options.trust, now: options.now)
        await gatherTimestamp(&gathered)
        // The token dates the envelope, and through its statement every file of the bundle: all other signatures are at least as old.
        if let envelope { await gathered.add(envelope, over: .bundle, path: path(BundleLayout.envelope)) }
        gatherCheckpoint(&gathered)
        await gatherPack(&gathered)
        await gatherAttestations(&gathered)
        guard let trust = options.trust else {
            if !gathered.findings.isEmpty { return VerificationCheck(.signatures, findings: gathered.findings, good: "") }
            return VerificationCheck(
                .signatures, .notChecked,
                "found \(Self.counted(gathered.facts.count)); whose they are cannot be said without a trust file (--trust), so nothing was trusted",
                isAboutTrust: true)
        }
        var judgement = SignatureJudge(trust: trust.file, policy: policy ?? SigningPolicy(), now: options.now).judge(gathered.facts)
        for at in judgement.results.indices where judgement.results[at].outcome != .good {
            guard gathered.unreadable.contains(judgement.results[at].requirement.over) else { continue }
            judgement.results[at].outcome = .wrong
            judgement.results[at].sentence = "\(judgement.results[at].requirement.over.rawValue): a signature is there, and cannot be read"
        }
        signatures = judgement.results
        return check(judgement, gathered.findings)
    }

    private func check(_ judgement: SignatureJudge.Judgement, _ damage: [Diagnostic]) -> VerificationCheck {
        var findings = damage
        for stray in judgement.strays where stray.outcome == .wrong { findings.append(.strayWrong(place(stray.fact.over), stray)) }
        // Nothing covers the bundle's envelope: what stands there and nobody can check could say anything.
        for stray in judgement.strays where stray.outcome == .unknownKey && stray.fact.over == .bundle && !stray.fact.isOfService {
            findings.append(.strayUnknown(place(stray.fact.over), stray))
        }
        let bad = judgement.results.filter { $0.outcome != .good }
        for result in bad { findings.append(.notGood(place(result.requirement.over), result)) }
        let isDamaged = !damage.isEmpty || judgement.strays.contains { $0.outcome == .wrong } || bad.contains { $0.outcome == .wrong }
        let good = judgement.results.count - bad.count
        let beyond = judgement.strays.isEmpty ? "" : "; \(judgement.strays.count) beyond them (\(Self.words(judgement.strays)))"
        let detail =
            judgement.results.isEmpty
            ? "nothing is demanded to be signed" : "\(good) of \(Self.counted(judgement.results.count)) demanded are good\(beyond)"
        let outcome: VerificationCheck.Outcome = findings.isEmpty && judgement.isSatisfied ? .passed : .failed
        return VerificationCheck(.signatures, outcome, detail, diagnostics: findings, isAboutTrust: !isDamaged)
    }

    /// The file that signatures over something stand in.
    private func place(_ target: SigningPolicy.Target) -> String {
        switch target {
        case .bundle: path(BundleLayout.envelope)
        case .checkpoint: path(BundleLayout.checkpoint)
        case .pack: path(BundleLayout.packEnvelope)
        case .packXML: path(BundleLayout.packFolder + "report.xml")
        case .attestation: path("ledger/entries")
        }
    }

    private static func words(_ strays: [SignatureJudge.Stray]) -> String { strays.map(\.outcome.rawValue).joined(separator: ", ") }

    // MARK: what is signed

    private func gatherTimestamp(_ gathered: inout GatheredSignatures) async {
        guard members.member(BundleLayout.timestamp) != nil else { return }
        let place = path(BundleLayout.timestamp)
        do throws(Diagnostic) {
            let response = try TimestampResponse(der: try members.bytes(BundleLayout.timestamp, limit: TimestampResponse.maximumBytes), path: place)
            guard let digest = members.digest(BundleLayout.envelope) else { return }
            let stamp = try await response.verify(overDigest: digest.bytes, roots: gathered.trust.timestampAuthorities)
            gathered.provenTime = stamp.seconds
            gathered.add(.bundle, role: "timestamp", name: stamp.authority, isTrusted: true, isValid: true)
        } catch {
            if error.id == "timestamp.unknown-authority" {
                gathered.add(.bundle, role: "timestamp", name: "timestamp authority", isTrusted: false, isValid: true)
            } else {
                gathered.findings.append(error)
                gathered.add(.bundle, role: "timestamp", name: "timestamp authority", isTrusted: true, isValid: false)
            }
        }
    }

    private func gatherCheckpoint(_ gathered: inout GatheredSignatures) {
        guard let trust = options.trust, let checkpoint, checkpointBytes != Array(checkpoint.text.utf8) else { return }
        gathered.add(note: checkpointBytes, keys: trust.logs(of: checkpoint.origin), role: "log", path: path(BundleLayout.checkpoint))
        gathered.add(note: checkpointBytes, keys: trust.witnesses, role: "witness", path: path(BundleLayout.checkpoint))
    }

    private func gatherPack(_ gathered: inout GatheredSignatures) async {
        if members.member(BundleLayout.packEnvelope) != nil {
            let place = path(BundleLayout.packEnvelope)
            do throws(Diagnostic) {
                let envelope = try Envelope.parse(try members.bytes(BundleLayout.packEnvelope, limit: Envelope.maximumBytes), path: place)
                await gathered.add(envelope, over: .pack, path: place)
            } catch {
                gathered.refuse(.pack, error)
            }
        }
        let report = BundleLayout.packFolder + "report.xml"
        if members.member(report) != nil { await gatherXML(report, &gathered) }
    }

    private func gatherXML(_ name: String, _ gathered: inout GatheredSignatures) async {
        do throws(Diagnostic) {
            await gathered.add(try XMLSignature.verify(try members.xml(name), path: path(name)), path: path(name))
        } catch {
            // A pack need not bear a signature; the policy says whether one is missed.
            if error.id != "xml-signature.absent" { gathered.refuse(.packXML, error) }
        }
    }

    /// The envelope of an attestation follows from its entry: the statement is about the attestation's id and text, and says all that the entry says.
    ///
    /// Only one that was accepted, for this system and the pack's whole period, and that none took the place of, can meet a demand; the others must not be damaged.
    private func gatherAttestations(_ gathered: inout GatheredSignatures) async {
        let attestations = entries.filter { $0.type == .attestation }
        let superseded = Set(attestations.compactMap { $0.body?["supersedes"]?.int })
        for entry in attestations {
            let number = entry.number
            guard let body = entry.body, let keyID = body["key"]?.string, let signature = body["signature"]?.string else { continue }
            let place = path(BundleLayout.entry(number))
            do throws(Diagnostic) {
                guard let id = body["id"]?.string, let digest = body["text-sha256"]?.string, let bytes = BinaryText.bytes(base64: signature) else {
                    throw .notAnAttestation(place)
                }
                var said = try CanonicalJSON.value(of: body, path: place).members ?? []
                said.removeAll { isSame($0.key, "signature") }
                let statement = try Statement(
                    subjects: [.init(name: id, sha256: digest)], predicateType: BundleLayout.attestationPredicate, predicate: .map(said))
                var envelope = Envelope(payload: statement.bytes)
                try envelope.add(.init(keyID: keyID, bytes: bytes))
                let before = gathered.facts.count
                await gathered.add(envelope, over: .attestation, path: place)
                if superseded.contains(number) || !isForThisPack(body) {
                    let others = gathered.facts[before...].filter { !$0.isValid }
                    gathered.facts.replaceSubrange(before..., with: others)
                }
            } catch {
                gathered.refuse(.attestation, error)
            }
        }
    }

    /// Whether an attestation says yes to this system for all of the pack's period.
    private func isForThisPack(_ body: JSONNode) -> Bool {
        guard let predicate, isSame(body["decision"]?.string, "accepted"), isSame(body["system"]?.string, predicate.system) else { return false }
        if isSame(body["period"]?["label"]?.string, predicate.period) { return true }
        guard let pack = Period(predicate.period), let from = body["period"]?["from"]?.string.flatMap({ Instant($0) }),
            let to = body["period"]?["to"]?.string.flatMap({ Instant($0) })
        else { return false }
        // The label tells no time zone: days begin up to 14 hours earlier or 12 later than in UTC.
        let day: Int64 = 14 * 3600
        return from.seconds <= pack.from.seconds + day && pack.to.seconds <= to.seconds + day
    }
}

extension BundleLayout {
    /// The predicate of an attestation's statement.
    static let attestationPredicate = "https://dossier.example/attestation/statement/v1"
}

/// Signatures as they are found and checked, with what is damaged among them.
struct GatheredSignatures {
    let trust: TrustFile
    let now: Int
    var facts: [SignatureFact] = []
    var findings: [Diagnostic] = []
    /// What bears a signature that cannot be read.
    var unreadable: Set<SigningPolicy.Target> = []
    /// When the bundle's envelope was there for certain; seconds since 1970.
    var provenTime: Int?

    /// - Parameter trust: `nil` when nobody is trusted; what proves by itself is checked all the same.
    init(trust: VerifierTrust?, now: Int) {
        self.trust = trust?.file ?? TrustFile(policy: SigningPolicy())
        self.now = now
    }

    mutating func refuse(_ target: SigningPolicy.Target, _ fault: Diagnostic) {
        findings.append(fault)
        unreadable.insert(target)
    }

    mutating func add(_ target: SigningPolicy.Target, role: String, name: String, isTrusted: Bool, isValid: Bool) {
        facts.append(
            SignatureFact(over: target, source: .service(role: role, name: name, isTrusted: isTrusted), isValid: isValid, provenTime: provenTime))
    }

    mutating func add(_ envelope: Envelope, over target: SigningPolicy.Target, path: String) async {
        do throws(Diagnostic) {
            let found = try await envelope.facts(over: target, trust: trust, now: now, provenTime: provenTime, path: path)
            for fact in found {
                facts.append(fact)
                // The key of a certificate is at hand even when nobody vouches for it.
                if case .certificate(let keyID, let finding) = fact.source, !fact.isValid { findings.append(.wrong(path, keyID, finding.subject)) }
            }
        } catch {
            refuse(target, error)
        }
    }

    /// A signature that was verified with the key that it names.
    mutating func add(_ signature: XMLSignature, path: String) async {
        var fact = SignatureFact(over: .packXML, source: .key(signature.key.keyID), isValid: true, provenTime: provenTime)
        if let chain = signature.certificates {
            let result = await chain.validate(roots: trust.authorities.map(\.certificate), at: fact.judgedAt(now: now))
            fact.source = .certificate(keyID: signature.key.keyID, .init(result, of: chain, trust: trust))
        }
        facts.append(fact)
    }

    /// The signatures of known keys under a note; those of others are ignored, whatever they say.
    mutating func add(note: [UInt8], keys: [NoteKey], role: String, path: String) {
        for key in keys {
            do throws(Diagnostic) {
                guard case .good? = try SignedNote(parsing: note, path: path).verify(with: [key], path: path).first else { continue }
                add(.checkpoint, role: role, name: key.name, isTrusted: true, isValid: true)
            } catch {
                findings.append(error)
                add(.checkpoint, role: role, name: key.name, isTrusted: true, isValid: false)
            }
        }
    }
}

extension Diagnostic {
    fileprivate static func strayWrong(_ path: String, _ stray: SignatureJudge.Stray) -> Self {
        bundleFault("signature-wrong", path, "\(stray.sentence); nothing demands it, and a wrong signature shows damage")
    }

    fileprivate static func strayUnknown(_ path: String, _ stray: SignatureJudge.Stray) -> Self {
        bundleFault("signature-unknown", path, "\(stray.sentence), and nothing demands its signature; expected no bytes here that nobody can check")
    }

    fileprivate static func notGood(_ path: String, _ result: SignatureJudge.Result) -> Self {
        let hint =
            switch result.outcome {
            case .unknownKey: "compare the key with its owner's by another way, and add it to the trust file if it is theirs"
            case .absent: "ask for the bundle with this signature"
            default: "ask the signer, by another way than this bundle"
            }
        return bundleFault("signature-\(result.outcome.rawValue)", path, "demanded as \(result.requirement.role): \(result.sentence)", hint: hint)
    }

    fileprivate static func wrong(_ path: String, _ keyID: String, _ subject: String) -> Self {
        bundleFault("signature-wrong", path, "the signature by the key \(keyID) of '\(subject)' is wrong for these bytes")
    }

    fileprivate static func notAnAttestation(_ path: String) -> Self {
        bundleFault("attestation-form", path, "the entry is a signed attestation without id, digest of its text, or signature in Base64")
    }
}
