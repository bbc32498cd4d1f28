public import Diagnostics
public import EvidenceModel
public import EvidenceReaders
public import Foundation
import StructuredText
public import Workspaces

/// What Dossier sees in one artefact: its format, kind, facts and faults. Nothing is stored.
public struct ArtefactReading: Sendable {
    /// The reader's format, `mapped`, or `declared`; `nil` when nothing recognised it.
    public var format: String?
    public var kind: String?
    public var reading: Reading
    public var observed: Period?
    /// `artefact`, `declaration` or `source`.
    public var observedBasis: String?
    public var producer: String?
    public var reviewer: String?
    public var approver: String?
    public var method: CollectionMethod
    public var classification: Classification
    public var sample: Sample?

    /// All that tells how an artefact is to be read.
    public struct Context: Sendable {
        public var vocabulary: EvidenceVocabulary
        public var source: SourceDeclaration?
        public var system: AISystem?
        public var timeZone: TimeZone?
        /// The declaration beside the artefact, with the path that messages name.
        public var declaration: (path: String, bytes: [UInt8])?

        public init(
            vocabulary: EvidenceVocabulary, source: SourceDeclaration? = nil, system: AISystem? = nil, timeZone: TimeZone? = nil,
            declaration: (path: String, bytes: [UInt8])? = nil
        ) {
            self.vocabulary = vocabulary
            self.source = source
            self.system = system
            self.timeZone = timeZone
            self.declaration = declaration
        }
    }

    /// Recognises and reads an artefact.
    public init(of artefact: EvidenceSource, _ context: Context) {
        let declaration = context.declaration.map {
            EvidenceDeclaration(
                $0.bytes, path: $0.path, vocabulary: context.vocabulary, sourceKind: context.source?.kind, timeZone: context.timeZone)
        }
        let source = context.source
        kind = declaration?.kind ?? source?.kind
        method = declaration?.method ?? source?.method ?? .file
        classification = declaration?.classification ?? source?.classification ?? .internal
        producer = declaration?.producer ?? source?.producer
        reviewer = declaration?.reviewer ?? source?.reviewer
        approver = declaration?.approver ?? source?.approver
        reading = Reading()
        if let kind, context.vocabulary[kind] == nil {
            reading = .unreadable([.unknownKind(kind, source?.location, context.vocabulary)])
            self.kind = nil
        } else {
            readArtefact(artefact, declaration, context)
        }
        let declared = declaration?.diagnostics ?? []
        // A declaration that says why its kind cannot be known has said it better.
        if kind == nil, declared.contains(where: { $0.severity == .error }) { reading.diagnostics.removeAll { $0.id == Diagnostic.noKind } }
        reading.diagnostics = declared + reading.diagnostics
        merge(declaration)
        observed = declaration?.observed ?? source?.observed ?? reading.observed
        observedBasis = declaration?.observed != nil ? "declaration" : source?.observed != nil ? "source" : reading.observed != nil ? "artefact" : nil
        producer = producer ?? reading.producer
        sample = declaration?.sample ?? source?.sample ?? reading.sample
    }

    private mutating func readArtefact(_ artefact: EvidenceSource, _ declaration: EvidenceDeclaration?, _ context: Context) {
        if let mapping = declaration?.mapping, let kind, let definition = context.vocabulary[kind] {
            format = "mapped-\(mapping.format)"
            reading = MappedReader(definition: mapping, kind: definition).read(artefact)
            return
        }
        let options = ReadingOptions(
            mapping: (context.source?.mapping ?? [:]).merging(declaration?.roles ?? [:]) { _, own in own },
            attributes: declaration?.attributes.isEmpty == false ? declaration?.attributes ?? [] : context.source?.attributes ?? [],
            externalDatasets: context.system?.externalDatasets ?? [], releasedModel: context.system?.releasedModel,
            trainingDatasets: context.system?.trainingDatasets ?? [])
        switch choose(artefact, named: declaration?.format ?? context.source?.format, declaration, at: declaration?.formatLocation ?? context.source?.location)
        {
        case .reader(let reader):
            format = reader.format
            kind = kind ?? reader.kind
            reading = reader.read(artefact, options)
        case .declaredOnly: format = "declared"
        case .refused(let diagnostic): reading = .unreadable([diagnostic])
        }
    }

    private enum Choice {
        case reader(any EvidenceReader)
        /// The declaration beside it says all that is known.
        case declaredOnly
        case refused(Diagnostic)
    }

    private func choose(_ artefact: EvidenceSource, named name: String?, _ declaration: EvidenceDeclaration?, at location: TextLocation?) -> Choice {
        if let name {
            if let reader = evidenceReaders.first(where: { $0.format == name }) { return .reader(reader) }
            if name == "declared", declaration != nil { return .declaredOnly }
            return .refused(.unknownFormat(name, location))
        }
        let sure = evidenceReaders.map { ($0, $0.recognizes(artefact)) }
        let best = sure.map(\.1).max() ?? .no
        let candidates = sure.filter { $0.1 == best && best > .no }.map(\.0)
        // A declaration that states facts of another kind than a reader would is taken at its word.
        let fitting = candidates.filter { kind == nil || $0.kind == kind }
        if let declaration, fitting.isEmpty || (best == .weak && !declaration.facts.isEmpty) {
            return kind == nil ? .refused(.undeclared(artefact.path)) : .declaredOnly
        }
        if fitting.count > 1 { return .refused(.ambiguous(artefact.path, fitting.map(\.format))) }
        if let reader = fitting.first { return .reader(reader) }
        if let other = candidates.first, let kind { return .refused(.kindMismatch(artefact.path, kind: kind, format: other.format, is: other.kind)) }
        return .refused(UnrecognisedFile.diagnostic(artefact))
    }

    /// Declared facts stand beside those of the artefact; where both state one, the artefact's counts and the difference is told.
    private mutating func merge(_ declaration: EvidenceDeclaration?) {
        guard let declaration else { return }
        for fact in declaration.facts {
            guard let own = reading.facts.first(where: { $0.name == fact.name }) else {
                reading.facts.append(fact)
                continue
            }
            if own.value != fact.value { reading.diagnostics.append(.declaredOtherwise(fact, own)) }
        }
    }
}

extension Diagnostic {
    fileprivate static let noKind = "collection.no-kind"

    fileprivate static func unknownKind(_ kind: String, _ location: TextLocation?, _ vocabulary: EvidenceVocabulary) -> Self {
        Diagnostic(
            id: "collection.unknown-kind", severity: .error, location: location,
            message: "no evidence kind '\(kind)'\(suggestion(for: kind, among: vocabulary.names))", hint: "use one of the kinds in Frameworks/evidence-kinds")
    }

    fileprivate static func unknownFormat(_ name: String, _ location: TextLocation?) -> Self {
        let known = evidenceReaders.map(\.format)
        return Diagnostic(
            id: "collection.unknown-format", severity: .error, location: location, message: "no format '\(name)'\(suggestion(for: name, among: known))",
            hint: "use one of: \(known.joined(separator: ", "))")
    }

    fileprivate static func ambiguous(_ path: String, _ formats: [String]) -> Self {
        Diagnostic(
            id: "collection.ambiguous-format", severity: .error, location: TextLocation(path: path),
            message: "the file may be \(formats.joined(separator: " or "))",
            hint: "say 'format: \(formats.first ?? "")' in its source or declaration, or '--as' on the command line")
    }

    fileprivate static func undeclared(_ path: String) -> Self {
        Diagnostic(
            id: noKind, severity: .error, location: TextLocation(path: path),
            message: "neither the file nor its declaration says what kind of evidence it is",
            hint: "add 'kind: KIND' to its declaration")
    }

    fileprivate static func kindMismatch(_ path: String, kind: String, format: String, is other: String) -> Self {
        Diagnostic(
            id: "collection.kind-mismatch", severity: .error, location: TextLocation(path: path),
            message: "the file is declared as \(kind), but looks like \(format), which is \(other)",
            hint: "correct the kind, or put a mapping into its declaration")
    }

    fileprivate static func declaredOtherwise(_ declared: Fact, _ own: Fact) -> Self {
        Diagnostic(
            id: "collection.declared-otherwise", severity: .warning, location: nil,
            message:
                "the declaration says \(declared.name) is '\(declared.value.text.prefix(60))', the artefact '\(own.value.text.prefix(60))'; the artefact counts",
            hint: "correct the declaration")
    }
}

extension ArtefactReading {
    /// A reading of something that could not be opened at all.
    public init(unreadable diagnostic: Diagnostic) {
        reading = .unreadable([diagnostic])
        method = .file
        classification = .internal
    }
}
