import Crypto
import DurableStorage
public import EvidenceModel
public import Redaction
import StructuredText

extension Locker {
    /// Seals an item: what goes into its entry tells nothing about its bytes, and what is needed to prove them later is kept beside them.
    ///
    /// - Parameters:
    ///   - rules: what may be hidden later; the record is cut into segments where they hit, and where records end.
    /// - Returns: the digests and commitments for the entry.
    func seal(
        _ item: inout EvidenceItem, reading: [UInt8], readingDigest: String, rules: RedactionRules?
    ) throws -> [(String, Value?)] {
        let place = "\(author.origin)/seed/\(nextEntry)"
        guard let seed = ItemSeed(author.random.bytes(32, for: place)) else { throw StorageFault.altered(root, "no seed could be made") }
        let rules = rules ?? RedactionRules(rules: [])
        let segmentation = Segmentation(format: try sealingFormat(of: item), rules: rules)
        let commitment = try Commitment(of: objects.stream(item.digest), seed: seed, segmentation: segmentation)
        let readingCommitment = try Commitment(of: MemoryStream(reading), seed: seed.ofReading, segmentation: .reading)
        let sealedSeed = try sealing.map { SealedRecord.Seed.encrypted(try $0.seal(seed, blinded: commitment.blinded)) } ?? .open(seed.bytes)
        if !rules.isEmpty {
            let hidden = try HiddenTexts(of: objects.stream(item.digest), segmentation: segmentation, rules: rules)
            Self.withhold(&item, hidden)
            item.redactions = hidden.counts.map { row in
                RedactionCount(rule: row.rule.id, action: row.rule.action.rawValue, reason: row.rule.reason, count: row.count)
            }
        }
        let record = SealedRecord(
            digest: item.digest, reading: readingDigest, size: item.size, basis: item.basis, blind: seed.blind, readingBlind: seed.ofReading.blind,
            seed: sealedSeed, segmentation: segmentation.value, withheld: item.withheld, withheldFacts: item.withheldFacts, redactions: item.redactions)
        try sealed.put(record, blinded: commitment.blinded)
        item.blinded = commitment.blinded
        return [
            ("blinded", .string(commitment.blinded)), ("commit", commitment.summary.value), ("handling", .string(record.handling)),
            ("reading", .object([("blinded", .string(readingCommitment.blinded)), ("commit", readingCommitment.summary.value)])),
        ]
    }

    /// Encrypts the seeds that were kept as they are while the ledger had no key.
    /// - Throws: a `StorageFault` when a private record cannot be read or written.
    public func sealOpenSeeds() throws {
        guard let sealing else { return }
        for blinded in try sealed.all() {
            var record = try sealed.record(blinded)
            guard case .open(let bytes) = record.seed, let seed = ItemSeed(bytes) else { continue }
            record.seed = .encrypted(try sealing.seal(seed, blinded: blinded))
            try sealed.put(record, blinded: blinded)
        }
    }

    /// Encrypts seeds; `nil` while the ledger has no key.
    private var sealing: SeedSealing? { author.sealingKey.flatMap { SeedSealing(lockerKey: $0) } }

    /// What a sealed item's proofs need: how it was cut, and the seed of its salts.
    /// - Throws: a `StorageFault` when the private record is damaged, or the seed is encrypted and the author has no key for it.
    /// - Returns: the seeds of artefact and reading, and how the artefact was cut.
    public func opening(of item: EvidenceItem) throws -> (seed: ItemSeed, readingSeed: ItemSeed, segmentation: Segmentation) {
        guard let blinded = item.blinded, let path = sealed.path(of: blinded) else { throw StorageFault.altered(root, "'\(item.path)' is not sealed") }
        let record = try sealed.record(blinded)
        let seed: ItemSeed?
        switch record.seed {
        case .open(let bytes): seed = ItemSeed(bytes)
        case .encrypted(let bytes):
            guard let sealing else { throw StorageFault.needsKey(path, contents.origin ?? "") }
            seed = try sealing.open(bytes, blinded: blinded, path: path)
        }
        let node = JSONParser.parse(Array(record.segmentation.canonicalJSON.utf8), path: path).node
        guard let seed, let node else { throw StorageFault.altered(path, "the private record of a sealed item is not in a form that this version knows") }
        return (seed, seed.ofReading, try Segmentation(node, path: path))
    }

    /// The format by which a record is cut: compressed bytes are not.
    private func sealingFormat(of item: EvidenceItem) throws -> Segmentation.Format {
        item.path.lowercased().hasSuffix(".gz") ? .other : try format(of: item)
    }

    /// Rules about fields of the item's format that are nowhere in it, such as a column whose name is misspelt: they would hide nothing, and nobody would notice.
    func ruleProblems(_ item: EvidenceItem, _ rules: RedactionRules) throws -> [ReadingProblem] {
        let unmatched = try UnmatchedFields(of: { try objects.stream(item.digest) }, format: try sealingFormat(of: item), rules: rules)
        return unmatched.rules.map { .hitsNothing(item.path, $0.rule, $0.nearest) }
    }

    /// The format of a record's text: that of its reader where name and bytes tell no more.
    public func format(of item: EvidenceItem) throws -> Segmentation.Format {
        let path = item.path.lowercased()
        // What is compressed is looked at as what is in it.
        let name = path.hasSuffix(".gz") ? String(path.dropLast(3)) : path
        if name.hasSuffix(".jsonl") || name.hasSuffix(".ndjson") { return .jsonLines }
        if name.hasSuffix(".csv") { return .csv }
        if name.hasSuffix(".xml") { return .xml }
        if name.hasSuffix(".md") || name.hasSuffix(".txt") || name.hasSuffix(".yaml") || name.hasSuffix(".yml") || name.hasSuffix(".log") {
            return item.format.hasSuffix("jsonl") ? .jsonLines : .text
        }
        if name.hasSuffix(".json") {
            // Several values, one a line, are common under this ending too.
            let head = try readPrefix(of: objects.stream(item.digest), limit: 1 << 20)
            let first = head.prefix { $0 != 0x0A }
            let isLines = first.count < head.count - 1 && first.first == UInt8(ascii: "{") && JSONParser.parse(Array(first), path: "").node != nil
            return isLines ? .jsonLines : .json
        }
        return .other
    }

    /// Marks the facts and texts of an item that repeat what the rules hide.
    private static func withhold(_ item: inout EvidenceItem, _ hidden: HiddenTexts) {
        var names: Set<[UInt8]> = []
        var texts: Set<[UInt8]> = []
        for fact in item.facts {
            let told = fact.value.texts.filter { hidden.isTold(by: $0) }
            if !told.isEmpty || fact.value.numbers.contains(where: { hidden.isTold(by: $0) }) { names.insert(Array(fact.name.text.utf8)) }
            // Moments stand in the entry itself, as the record's period.
            texts.formUnion(told.filter { Instant($0) == nil }.map { Array($0.utf8) })
        }
        for problem in item.problems {
            texts.formUnion(hidden.texts(in: problem.message).map { Array($0.utf8) })
            if hidden.isCutOff { texts.insert(Array(problem.message.utf8)) }
        }
        item.withheldFacts = Self.sorted(names)
        item.withheld = Self.sorted(texts)
    }

    private static func sorted(_ texts: Set<[UInt8]>) -> [String] {
        texts.sorted { $0.lexicographicallyPrecedes($1) }.map { String(decoding: $0, as: UTF8.self) }
    }
}

extension ItemSeed {
    /// The seed of the reading's salts, so that no salt is used twice.
    var ofReading: ItemSeed { derived("dossier/seg1/reading") ?? self }

    private func derived(_ purpose: String) -> ItemSeed? {
        ItemSeed(Array(HMAC<SHA256>.authenticationCode(for: Array(purpose.utf8), using: SymmetricKey(data: bytes))))
    }
}

extension Segmentation {
    /// How readings are cut: line by line, each a fact.
    public static let reading = Segmentation(format: .text, rules: .withheld(facts: [], problems: false))
}

extension RedactionRules {
    /// Hides the lines of some facts in a reading, and its first line where a problem there would tell something.
    public static func withheld(facts: [String], problems: Bool) -> RedactionRules {
        let reason = "the fact would tell what a redaction rule of its source hides"
        var expressions = facts.map { name -> String in
            var quoted = ""
            quoteJSON(name, into: &quoted)
            let escaped = quoted.unicodeScalars.map { "\\^.[$()|*+?{".unicodeScalars.contains($0) ? "\\\($0)" : "\($0)" }.joined()
            return "\"name\":\(escaped)"
        }
        if problems { expressions.append("\"schema\":\"dossier/reading/2\"") }
        if expressions.isEmpty || expressions.contains(where: { $0.utf8.count > 900 }) {
            return RedactionRules(rules: [RedactionRule(id: "withheld", pattern: .expression("."), action: .drop, reason: reason)])
        }
        return RedactionRules(
            rules: expressions.enumerated().map {
                RedactionRule(id: "withheld-\($0.offset + 1)", pattern: .expression($0.element), action: .drop, reason: reason)
            })
    }
}

extension FactValue {
    /// The texts in it: its own, or those of its list or cells.
    fileprivate var texts: [String] {
        switch self {
        case .text(let text): [text]
        case .list(let texts): texts
        case .table(let rows): rows.flatMap { $0.cells.flatMap(\.value.texts) }
        case .date, .duration: [text]
        case .number, .flag: []
        }
    }

    /// The numbers in it: its own, or those of its cells.
    fileprivate var numbers: [Double] {
        switch self {
        case .number(let number): [number]
        case .table(let rows): rows.flatMap { $0.cells.flatMap(\.value.numbers) }
        case .text, .list, .flag, .date, .duration: []
        }
    }
}

extension ReadingProblem {
    fileprivate static func hitsNothing(_ path: String, _ rule: RedactionRule, _ nearest: String?) -> Self {
        ReadingProblem(
            id: "redaction.rule-hits-nothing", severity: "warning", place: path,
            message: "the rule '\(rule.id)' names the \(rule.field?.text ?? "field"), which is nowhere in the record, so that it hides nothing"
                + (nearest.map { "; did you mean '\($0)'?" } ?? ""),
            hint: "correct the field in the system file's 'redaction', and collect again")
    }
}
