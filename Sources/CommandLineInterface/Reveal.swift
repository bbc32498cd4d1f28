import ArgumentParser
import Diagnostics
import DurableStorage
import EvidenceBundles
import EvidenceLocker
import EvidenceModel
import Redaction
import StructuredText
import TransparencyLog
import Workspaces

/// Makes known later what a bundle hides.
struct Reveal: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Reveal a hidden place of a sealed record with its proof, or check what somebody revealed.",
        discussion: """
            Example: dossier reveal --system credit-scoring --item evidence/credit/decisions.csv --list
            Example: dossier reveal --system credit-scoring --item evidence/credit/decisions.csv --place /17/3 -o reveal.json
            Example: dossier reveal check reveal.json --entry 000012.json --proof 000012.tlog-proof --trust trust.yaml
            """,
        subcommands: [RevealPlace.self, RevealCheck.self], defaultSubcommand: RevealPlace.self)
}

/// Takes one segment, or the seed, out of the locker.
struct RevealPlace: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "place", abstract: "Write one hidden place of a sealed record, with what proves that it is what was collected.",
        discussion: """
            Example: dossier reveal place --system credit-scoring --item evidence/credit/decisions.csv --list
            Example: dossier reveal place --system credit-scoring --item evidence/credit/log.jsonl --place /17/actor/email -o reveal.json

            Nothing else of the record becomes known with one place. --all gives the seed instead: whoever holds it and the record can check all of it, and can test \
            every guess at what a view of it hides; there is no way back. The ledger records that something was revealed, and not what.
            """)

    @OptionGroup var workspaceOptions: WorkspaceOptions
    @OptionGroup var keyOptions: KeyOptions
    @OptionGroup var itemOptions: ItemOptions
    @Option(help: "The label of the place: a JSON pointer, led by the line's number in JSON Lines, or /row/column, counted from 0.")
    var place: String?
    @Option(help: "The number of the segment, as --list prints it.")
    var segment: Int?
    @Flag(help: "Reveal the seed of the whole record.")
    var all = false
    @Flag(help: "List the places that the source's rules hide: number, label, bytes, rule.")
    var list = false
    @Option(name: .shortAndLong, help: "The file to write.", completion: .file())
    var output: String?
    @OptionGroup var time: RecordedTime

    func validate() throws {
        let given = [place != nil, segment != nil, all, list].count { $0 }
        if given != 1 { throw ValidationError("give one of --place, --segment, --all and --list") }
        if list == (output != nil) { throw ValidationError(list ? "--list writes no file; leave --output out" : "give --output, the file to write") }
    }

    func run() async throws {
        try await BundleFile.ending { try reveal() }
    }

    private func reveal() throws {
        let workspace = try workspaceOptions.load()
        let subject = try itemOptions.subject(in: workspace)
        let locker = try LockerAccess(workspace, keyOptions).writing(subject.client)
        let item = try itemOptions.item(of: subject, in: locker)
        guard let number = item.entry, item.blinded != nil else { throw Diagnostic.notSealed(item.path) }
        if item.isRetired { throw Diagnostic.retired(item.path) }
        let opening = try locker.opening(of: item)
        let rules = subject.source(of: item.path)?.redaction ?? RedactionRules(rules: [])
        if list { return try tell(item, opening.segmentation, rules, locker) }
        guard let output else { return }
        if all {
            try record(number, "all", locker)
            try OutputPlace.write(RevealedSeed(entry: number, seed: opening.seed).fileBytes, to: output, mode: 0o600)
            return Console.result("\(output): the seed of entry \(number); with the record itself, all of it can be checked and every guess tested")
        }
        let index = try segment ?? find(place ?? "", item, opening.segmentation, rules, locker)
        let path = "\(locker.log.folder)#\(number)"
        let entry = try LedgerEntry.parse(try locker.log.entry(at: number, in: locker.contents.entries), path: path)
        guard let commit = entry.body["commit"] else { throw StorageFault.altered(path, "the entry of a sealed item has no commitment") }
        let revealed = try RevealedSegment(
            of: index, entry: number, original: try locker.stream(of: item.digest), originalPath: item.path, seed: opening.seed,
            segmentation: opening.segmentation, summary: try CommitmentSummary(commit, path: path))
        try record(number, "segment \(index)", locker)
        try OutputPlace.write(revealed.fileBytes, to: output, mode: 0o600)
        let label = revealed.label.isEmpty ? "no label" : "'\(Diagnostic.printable(revealed.label))'"
        Console.result("\(output): segment \(index) of entry \(number), \(label), \(revealed.bytes.count) bytes")
    }

    /// Before the file is there: nothing leaves without a trace. The bytes and the label stay out of the ledger, which auditors see.
    private func record(_ number: Int, _ what: String, _ locker: Locker) throws {
        let isKnown = locker.contents.records(of: .redaction).contains {
            $0.entry.body["revealed"]?.string == what && $0.entry.body["entry"]?.int == number
        }
        if isKnown { return }
        try locker.record(
            .redaction, .object([("entry", .int(number)), ("revealed", .string(what)), ("system", .string(itemOptions.system))]), at: try time.instant())
        try locker.writeIndex()
    }

    // MARK: Places

    private func tell(_ item: EvidenceItem, _ segmentation: Segmentation, _ rules: RedactionRules, _ locker: Locker) throws {
        var lines: [String] = []
        var (hidden, total) = (0, 0)
        try segmentation.forEachListed(of: try locker.stream(of: item.digest), hiddenBy: rules) { found in
            total += 1
            guard let rule = found.rule else { return }
            hidden += 1
            lines.append("\(found.index)  \(found.label.isEmpty ? "(\(found.kind.words))" : Diagnostic.printable(found.label))  \(found.length) bytes  \(rule)")
            if lines.count >= 4096 {
                Console.result(lines.joined(separator: "\n"))
                lines.removeAll(keepingCapacity: true)
            }
        }
        Console.result((lines + ["\(hidden) of \(total) segments are hidden"]).joined(separator: "\n"))
    }

    /// The one segment with that label.
    private func find(_ label: String, _ item: EvidenceItem, _ segmentation: Segmentation, _ rules: RedactionRules, _ locker: Locker) throws -> Int {
        var found: [Int] = []
        var known: [String] = []
        try segmentation.forEachListed(of: try locker.stream(of: item.digest), hiddenBy: rules) { segment in
            if segment.label.isEmpty { return }
            if segment.label.utf8.elementsEqual(label.utf8) { found.append(segment.index) }
            if known.count < 2_000 { known.append(segment.label) }
        }
        if found.isEmpty { throw Diagnostic.noSuchPlace(item.path, label, known) }
        if found.count > 1 { throw Diagnostic.severalPlaces(item.path, label, found) }
        return found[0]
    }
}

extension SegmentKind {
    fileprivate var words: String {
        switch self {
        case .value: "a value"
        case .glue: "between values"
        case .line: "a line"
        case .block: "the whole file"
        }
    }
}

extension CommitmentSummary {
    /// Reads the member `commit` of an entry.
    fileprivate init(_ value: Value, path: String) throws {
        guard let node = JSONParser.parse(CanonicalJSON.bytes(value), path: path).node else {
            throw StorageFault.altered(path, "the commitment of a sealed item cannot be read")
        }
        try self.init(node, path: path)
    }
}

extension Diagnostic {
    fileprivate static func notSealed(_ path: String) -> Self {
        Diagnostic(
            id: "reveal.not-sealed", severity: .error, location: TextLocation(path: path), message: "the record is not sealed: a bundle shows all of it",
            hint: "hand it out with 'dossier prove'")
    }

    fileprivate static func retired(_ path: String) -> Self {
        Diagnostic(
            id: "reveal.retired", severity: .error, location: TextLocation(path: path),
            message: "the record was retired: its bytes and its seed were deleted, so that nothing of it can be revealed",
            hint: "tell who asked that it was deleted at the end of its retention")
    }

    fileprivate static func noSuchPlace(_ path: String, _ label: String, _ known: [String]) -> Self {
        Diagnostic(
            id: "reveal.no-such-place", severity: .error, location: TextLocation(path: path),
            message: "no place '\(label)' was cut out of the record\(suggestion(for: label, among: known))",
            hint: "list the hidden places with --list; places that no rule named when the record was collected cannot be revealed one by one")
    }

    fileprivate static func severalPlaces(_ path: String, _ label: String, _ found: [Int]) -> Self {
        Diagnostic(
            id: "reveal.several-places", severity: .error, location: TextLocation(path: path),
            message: "the place '\(label)' is there \(found.count) times, as the segments \(found.prefix(8).map(String.init).joined(separator: ", "))",
            hint: "name one of them with --segment")
    }
}
