public import Diagnostics
public import StructuredText
import TransparencyLog

/// Checks a redacted view without its original: what is shown is what was committed to, and exactly that is hidden which the register lists.
public enum RedactionProof {
    /// Walks the view and the proof together, in flat memory.
    /// - Parameters:
    ///   - entry: the index of the ledger entry that the view is said to be of.
    ///   - summary: what that entry commits to; the entry's place in the ledger is proven elsewhere.
    ///   - register: the register that the signed statement names.
    ///   - format: how the record was cut, as `Segmentation.Format.recorded` says; `nil` when that is not known.
    /// - Throws: a `Diagnostic` when anything differs, and what the streams throw.
    public static func verify(
        view: any ByteStream, viewPath: String, proof: any ByteStream, proofPath: String, entry: Int, summary: CommitmentSummary,
        register: RedactionRegister, format: Segmentation.Format? = nil
    ) throws {
        var walk = try Walk(
            view: StreamCursor(view), viewPath: viewPath, proof: StreamCursor(proof), proofPath: proofPath, entry: entry, summary: summary,
            hidden: register.entry(entry), actions: register.rules, form: SubstituteForm(format))
        try walk.run()
    }

    /// The same for bytes in memory.
    public static func verify(
        view: [UInt8], viewPath: String, proof: [UInt8], proofPath: String, entry: Int, summary: CommitmentSummary, register: RedactionRegister,
        format: Segmentation.Format? = nil
    ) throws(Diagnostic) {
        do {
            try verify(
                view: MemoryStream(view), viewPath: viewPath, proof: MemoryStream(proof), proofPath: proofPath, entry: entry, summary: summary,
                register: register, format: format)
        } catch let diagnostic as Diagnostic {
            throw diagnostic
        } catch {
            // Bytes in memory can always be read.
            throw .unreadable(viewPath)
        }
    }
}

private struct Walk {
    let view: StreamCursor
    let viewPath: String
    let proof: StreamCursor
    let proofPath: String
    let entry: Int
    let summary: CommitmentSummary
    var hidden: HiddenCursor
    /// What each rule does, by the bytes of its id.
    let actions: [[UInt8]: RedactionAction]
    let form: SubstituteForm
    var tree = MerkleFrontier()
    var line = 0

    init(
        view: StreamCursor, viewPath: String, proof: StreamCursor, proofPath: String, entry: Int, summary: CommitmentSummary,
        hidden: RedactionRegister.Entry?, actions: [RedactionRegister.Rule], form: SubstituteForm
    ) throws(Diagnostic) {
        guard let hidden else { throw .notRegistered(proofPath, entry) }
        guard hidden.segments == summary.segments else { throw .otherCount(proofPath, hidden.segments, summary.segments) }
        self.view = view
        self.viewPath = viewPath
        self.proof = proof
        self.proofPath = proofPath
        self.entry = entry
        self.summary = summary
        self.hidden = HiddenCursor(hidden)
        self.actions = Dictionary(actions.map { (Array($0.id.utf8), $0.action) }, uniquingKeysWith: { first, _ in first })
        self.form = form
    }

    private var place: TextLocation { TextLocation(path: proofPath, line: line) }

    private mutating func next() throws -> ProofLine {
        line += 1
        guard let bytes = try proof.line(limit: ProofLine.maximumLength) else { throw Diagnostic.proofEnds(place) }
        guard let parsed = ProofLine(bytes) else { throw Diagnostic.proofLine(place) }
        return parsed
    }

    mutating func run() throws {
        guard case .header(let stated, let commitment) = try next(), stated == entry, commitment == summary else {
            throw Diagnostic.otherHeader(place, entry)
        }
        for index in 0..<summary.segments {
            switch try next() {
            case .show(index, let kind, let label, let salt, let length):
                if let rule = hidden.rule(of: index) { throw Diagnostic.shownThoughRegistered(place, index, rule) }
                tree.append(try shown(kind, label, salt, length))
            case .hide(index, let leaf, let put, let rule):
                guard let registered = hidden.rule(of: index) else { throw Diagnostic.hiddenBeyondRegister(place, index, rule) }
                guard registered.utf8.elementsEqual(rule.utf8) else { throw Diagnostic.otherRule(place, index, rule, registered) }
                guard let action = actions[Array(rule.utf8)], form.allows(put, by: action, at: index) else {
                    throw Diagnostic.notASubstitute(place, index, rule)
                }
                guard try view.starts(with: put) else { throw Diagnostic.otherSubstitute(viewPath, index) }
                tree.append(leaf)
            default: throw Diagnostic.otherIndex(place, index)
            }
        }
        guard try view.isAtEnd() else { throw Diagnostic.viewGoesOn(viewPath) }
        guard try proof.isAtEnd() else { throw Diagnostic.proofGoesOn(TextLocation(path: proofPath, line: line + 1)) }
        guard tree.root == summary.root else { throw Diagnostic.otherRoot(viewPath, entry) }
    }

    private func shown(_ kind: SegmentKind, _ label: String, _ salt: [UInt8], _ length: Int) throws -> MerkleHash {
        var leaf = SegmentLeaf(kind, label: label, salt: salt)
        guard try view.pass(length, { leaf.update($0) }) else { throw Diagnostic.viewEnds(viewPath, line) }
        return leaf.finish()
    }
}

/// Reads a stream a little at a time, without ever holding more than asked for.
final class StreamCursor {
    private let stream: any ByteStream
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
    private var at = 0
    private var filled = 0

    init(_ stream: any ByteStream) { self.stream = stream }

    deinit { buffer.deallocate() }

    private func fill() throws -> Bool {
        guard at == filled else { return true }
        at = 0
        filled = try stream.read(into: buffer)
        return filled > 0
    }

    func isAtEnd() throws -> Bool { try !fill() }

    /// Hands out the next bytes in pieces; false when there are not so many.
    func pass(_ count: Int, _ body: (UnsafeRawBufferPointer) -> Void) throws -> Bool {
        var left = count
        while left > 0 {
            guard try fill() else { return false }
            let take = min(left, filled - at)
            body(UnsafeRawBufferPointer(rebasing: buffer[at..<(at + take)]))
            at += take
            left -= take
        }
        return true
    }

    /// Passes these bytes if they come next; false when others do.
    func starts(with bytes: [UInt8]) throws -> Bool {
        var seen = 0
        var isEqual = true
        let isLong = try pass(bytes.count) { piece in
            isEqual = isEqual && piece.elementsEqual(bytes[seen..<(seen + piece.count)])
            seen += piece.count
        }
        return isLong && isEqual
    }

    /// The next line without its end, which must be one newline; `nil` at the end, after an unfinished line or beyond the limit.
    func line(limit: Int) throws -> [UInt8]? {
        var line: [UInt8] = []
        while try fill(), line.count <= limit {
            let rest = buffer[at..<filled]
            guard let end = rest.firstIndex(of: 0x0A) else {
                line += rest
                at = filled
                continue
            }
            line += buffer[at..<end]
            at = end + 1
            return line
        }
        return nil
    }
}

extension Diagnostic {
    private static func altered(_ id: String, _ location: TextLocation, _ message: String) -> Self {
        Diagnostic(
            id: "redaction.\(id)", severity: .error, location: location, message: message,
            hint: "ask the sender for the bundle as it was issued; do not rely on this view")
    }

    fileprivate static func unreadable(_ path: String) -> Self { altered("unreadable", TextLocation(path: path), "the view cannot be read") }

    fileprivate static func notRegistered(_ path: String, _ entry: Int) -> Self {
        altered("not-registered", TextLocation(path: path), "the register lists nothing about entry \(entry); expected what is hidden of it")
    }

    fileprivate static func otherCount(_ path: String, _ found: Int, _ expected: Int) -> Self {
        altered("register-differs", TextLocation(path: path), "the register counts \(found) segments and other places among them; the entry has \(expected)")
    }

    fileprivate static func proofEnds(_ place: TextLocation) -> Self {
        altered("proof-ends", place, "the proof ends here; expected a line for each segment, with a newline at its end")
    }

    fileprivate static func proofLine(_ place: TextLocation) -> Self {
        altered("proof-line", place, "the line is not one that a proof has; expected canonical JSON that shows or hides a segment")
    }

    fileprivate static func otherHeader(_ place: TextLocation, _ entry: Int) -> Self {
        altered("other-entry", place, "the proof begins with another entry, root or count; expected those of entry \(entry)")
    }

    fileprivate static func otherIndex(_ place: TextLocation, _ index: Int) -> Self {
        altered("other-segment", place, "the line is about another segment; expected segment \(index)")
    }

    fileprivate static func shownThoughRegistered(_ place: TextLocation, _ index: Int, _ rule: String) -> Self {
        altered("shown", place, "segment \(index) is shown; the register says that rule '\(rule)' hides it")
    }

    fileprivate static func hiddenBeyondRegister(_ place: TextLocation, _ index: Int, _ rule: String) -> Self {
        altered("hidden-beyond-register", place, "segment \(index) is hidden by rule '\(rule)'; the register does not list it")
    }

    fileprivate static func otherRule(_ place: TextLocation, _ index: Int, _ rule: String, _ registered: String) -> Self {
        altered("other-rule", place, "segment \(index) is hidden by rule '\(rule)'; the register says '\(registered)'")
    }

    fileprivate static func notASubstitute(_ place: TextLocation, _ index: Int, _ rule: String) -> Self {
        altered(
            "not-a-substitute", place,
            "what is put in the place of segment \(index) is not what rule '\(rule)' writes; expected one value of the record's format with the rule's mark")
    }

    fileprivate static func otherSubstitute(_ path: String, _ index: Int) -> Self {
        altered("other-substitute", TextLocation(path: path), "the view does not hold the substitute of segment \(index) where the proof puts it")
    }

    fileprivate static func viewEnds(_ path: String, _ line: Int) -> Self {
        altered("view-ends", TextLocation(path: path), "the view ends within what line \(line) of the proof shows")
    }

    fileprivate static func viewGoesOn(_ path: String) -> Self { altered("view-goes-on", TextLocation(path: path), "the view goes on after its last segment") }

    fileprivate static func proofGoesOn(_ place: TextLocation) -> Self { altered("proof-goes-on", place, "the proof goes on after its last segment") }

    fileprivate static func otherRoot(_ path: String, _ entry: Int) -> Self {
        altered("view-altered", TextLocation(path: path), "what is shown is not what was committed to: the root differs from that of entry \(entry)")
    }
}
