public import BagArchives
import Diagnostics
import DurableStorage
import EvidenceLocker
import Glibc
import Redaction
import Signatures
import StructuredText
import TransparencyLog

/// Verifies a bundle offline: every byte of every member, every proof, every signature, against what was given from outside.
public struct BundleVerifier: Sendable {
    private let options: VerifierOptions

    public init(_ options: VerifierOptions) { self.options = options }

    /// Verifies a bundle's file or the folder that it was unpacked to.
    /// - Throws: a `StorageFault` when there is nothing at the path, or it cannot be read.
    public func verify(path: String) async throws -> VerificationReport {
        let source: any MemberSource
        do {
            source = try Self.source(path)
        } catch let diagnostic as Diagnostic {
            var report = VerificationReport(subject: .bundle, path: path, isTrusted: options.trust != nil)
            report.checks = [VerificationCheck(.container, findings: [diagnostic], good: "")]
            report.checks += VerificationCheck.ID.bundle(options).dropFirst().map {
                VerificationCheck($0, .notChecked, "the bundle cannot be opened")
            }
            return report
        }
        return await verify(source)
    }

    private static func source(_ path: String) throws -> any MemberSource {
        var status = stat()
        guard stat(path, &status) == 0 else { throw StorageFault.system("cannot open", path, errno) }
        return status.st_mode & S_IFMT == S_IFDIR ? try FolderSource(path: path) : try PlainZipReader(path: path)
    }

    /// Makes every check, and goes on after a failed one as far as what it needs can be read.
    public func verify(_ source: any MemberSource) async -> VerificationReport {
        var examination = BundleExamination(source, options)
        await examination.run()
        var report = VerificationReport(
            subject: .bundle, path: source.path, id: source.base, isTrusted: options.trust != nil, checks: examination.checks)
        report.signatures = examination.signatures
        report.files = examination.bag.files
        report.bytes = examination.bag.bytes
        return report
    }
}

extension VerificationCheck.ID {
    /// The checks of a bundle in their order.
    static func bundle(_ options: VerifierOptions) -> [VerificationCheck.ID] {
        let all: [VerificationCheck.ID] = [
            .container, .bag, .identity, .statement, .policy, .signatures, .checkpoint, .entries, .items, .redactions, .pack, .frameworks, .since,
        ]
        return options.rebuild ? all + [.rebuild] : all
    }
}

/// A bundle while it is looked at: what earlier checks read, later ones hold against each other.
struct BundleExamination {
    /// An entry of the ledger that the bundle holds, which was read once without a fault.
    ///
    /// Its bytes are kept and not its values, which take many times the memory and are read again when they are asked for.
    struct Entry {
        var number: Int
        var type: LedgerEntry.EntryType
        var bytes: [UInt8]

        /// What the entry tells; never `nil` for bytes that were read before.
        var body: JSONNode? { (try? LedgerEntry.parse(bytes, path: ""))?.body }
    }

    let options: VerifierOptions
    let members: BundleMembers
    let bag: BagCheck
    private(set) var checks: [VerificationCheck] = []
    var signatures: [SignatureJudge.Result] = []

    var envelope: Envelope?
    var statement: Statement?
    var predicate: BundlePredicate?
    var policy: SigningPolicy?
    /// The head that the bundle's file states; its bytes are those of `ledger/checkpoint`.
    var checkpoint: Checkpoint?
    var checkpointBytes: [UInt8] = []
    /// In the order of the ledger.
    var entries: [Entry] = []
    var items: BundleItems?
    var register: RedactionRegister?
    /// Why the register cannot be used.
    var registerFault: Diagnostic?

    init(_ source: any MemberSource, _ options: VerifierOptions) {
        self.options = options
        bag = BagCheck(source, signatures: SignatureNames(required: [BundleLayout.envelope], optional: [BundleLayout.timestamp]), cores: options.cores)
        members = BundleMembers(source, digests: bag.digests)
    }

    mutating func run() async {
        readRegister()
        let statementCheck = readStatement()
        let policyCheck = readPolicy()
        checkContainer()
        add(identityCheck())
        add(statementCheck)
        add(policyCheck)
        // Signatures over attestations and over the head are in the ledger's files, which are read first.
        let checkpointCheck = readCheckpoint()
        let entriesCheck = readEntries()
        add(await signatureCheck())
        add(checkpointCheck)
        add(entriesCheck)
        add(itemsCheck())
        add(redactionsCheck())
        checks += packChecks()
        add(frameworksCheck())
        add(sinceCheck())
        if options.rebuild { add(rebuildCheck()) }
    }

    private mutating func add(_ check: VerificationCheck) { checks.append(check) }

    func path(_ name: String) -> String { members.path(name) }

    /// The entry of that number, when the bundle holds it.
    func entry(_ number: Int) -> Entry? {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].number == number { return entries[middle] }
            if entries[middle].number < number { low = middle + 1 } else { high = middle }
        }
        return nil
    }

    // MARK: container and bag

    private mutating func checkContainer() {
        let source = members.source
        let kind = source is PlainZipReader ? "a plain ZIP" : "an unpacked folder"
        add(VerificationCheck(.container, findings: source.faults, good: "\(kind) with \(source.members.count) files"))
        let own = Set(source.faults)
        add(
            VerificationCheck(
                .bag, findings: bag.findings.filter { !own.contains($0) }, good: "\(bag.files) files of \(bag.bytes) bytes in all, each listed and unaltered"))
    }

    private func identityCheck() -> VerificationCheck {
        let base = members.source.base
        var findings: [Diagnostic] = []
        do throws(Diagnostic) {
            let info = try BagInfo.parse(try members.bytes(BagFiles.info, limit: 1024), path: path(BagFiles.info))
            if !isSame(info.identifier, base) { findings.append(.otherName(path(BagFiles.info), "the label names", info.identifier, base)) }
        } catch {
            findings.append(error)
        }
        if let predicate, !isSame(predicate.bundle, base) {
            findings.append(.otherName(path(BundleLayout.envelope), "the statement is about", predicate.bundle, base))
        }
        if let expected = options.trust?.file.bundle, !isSame(expected, base) {
            findings.append(.otherName(members.source.path, "the trust file expects", expected, base))
        }
        if predicate == nil, findings.isEmpty { return VerificationCheck(.identity, .notChecked, "the statement cannot be read") }
        return VerificationCheck(.identity, findings: findings, good: "the bundle is '\(base)'")
    }

    // MARK: statement and policy

    private mutating func readStatement() -> VerificationCheck {
        let place = path(BundleLayout.envelope)
        var findings: [Diagnostic] = []
        do throws(Diagnostic) {
            let envelope = try Envelope.parse(try members.bytes(BundleLayout.envelope, limit: Envelope.maximumBytes), path: place)
            self.envelope = envelope
            let statement = try envelope.statement(path: place)
            self.statement = statement
            findings += subjectFaults(statement, place)
            predicate = try BundlePredicate(statement.predicate, path: place)
        } catch {
            findings.append(error)
        }
        return VerificationCheck(.statement, findings: findings, good: "its only subject is this \(BundleLayout.tagManifest)")
    }

    private func subjectFaults(_ statement: Statement, _ place: String) -> [Diagnostic] {
        guard isSame(statement.predicateType, BundleLayout.bundlePredicate) else { return [.otherPredicate(place, statement.predicateType)] }
        guard statement.subjects.count == 1, let subject = statement.subjects.first, isSame(subject.name, BundleLayout.tagManifest) else {
            return [.otherSubjects(place, statement.subjects.map(\.name))]
        }
        let found = members.digest(BundleLayout.tagManifest)?.hex
        return isSame(found, subject.sha256) ? [] : [.otherDigest(path(BundleLayout.tagManifest), found, subject.sha256)]
    }

    private mutating func readPolicy() -> VerificationCheck {
        let place = path(BundleLayout.policy)
        var findings: [Diagnostic] = []
        do throws(Diagnostic) {
            policy = try SigningPolicy.parse(try members.bytes(BundleLayout.policy, limit: 1 << 20), path: place)
        } catch {
            findings.append(error)
        }
        if let predicate, let found = members.digest(BundleLayout.policy)?.hex, !isSame(found, predicate.policySHA256) {
            findings.append(.otherDigest(place, found, predicate.policySHA256))
        }
        guard let policy, findings.isEmpty else { return VerificationCheck(.policy, findings: findings, good: "") }
        guard let least = options.trust?.file.policy else {
            return VerificationCheck(.policy, .passed, "the bundle demands \(Self.counted(policy.required.count)); no least policy was given")
        }
        let all = least.tightened(by: policy).required.count
        let words = policy.isAtLeast(least) ? "" : "; the bundle demands less than the trust file, whose demands stand"
        return VerificationCheck(.policy, .passed, "\(Self.counted(all)) demanded by bundle and trust file\(words)")
    }

    static func counted(_ count: Int) -> String { count == 1 ? "1 signature" : "\(count) signatures" }

    private mutating func readRegister() {
        do throws(Diagnostic) {
            let place = path(BundleLayout.register)
            register = try RedactionRegister(try members.bytes(BundleLayout.register, limit: RedactionRegister.maximumBytes), path: place)
        } catch {
            registerFault = error
        }
    }
}

extension Diagnostic {
    fileprivate static func otherName(_ path: String, _ who: String, _ found: String, _ base: String) -> Self {
        bundleFault("other-bundle", path, "\(who) the bundle '\(found)'; the folder is named '\(base)'", hint: "ask for the bundle that you expect")
    }

    fileprivate static func otherPredicate(_ path: String, _ type: String) -> Self {
        bundleFault("other-predicate", path, "the statement is of the type '\(type)'; expected '\(BundleLayout.bundlePredicate)'")
    }

    fileprivate static func otherSubjects(_ path: String, _ names: [String]) -> Self {
        bundleFault(
            "other-subjects", path,
            "the statement is about \(names.count) subjects, first '\(names.first ?? "")'; expected '\(BundleLayout.tagManifest)' alone")
    }

    fileprivate static func otherDigest(_ path: String, _ found: String?, _ signed: String) -> Self {
        bundleFault("not-as-signed", path, "the file's SHA-256 is \(found ?? "not known"); the signed statement has \(signed)")
    }
}
