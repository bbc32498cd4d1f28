import BagArchives
import Diagnostics
import DurableStorage
import StructuredText

/// The members of a bundle with the digests that were computed of their bytes, found by name.
///
/// What is judged later is compared with these digests again, so that a file that changes meanwhile is told and never judged in two versions.
struct BundleMembers {
    let source: any MemberSource
    private let places: [[UInt8]: Int]
    private let digests: [[UInt8]: MemberDigest]

    init(_ source: any MemberSource, digests: [MemberDigest]) {
        self.source = source
        places = Dictionary(source.members.enumerated().map { (Array($0.element.name.utf8), $0.offset) }, uniquingKeysWith: { first, _ in first })
        self.digests = Dictionary(digests.map { (Array($0.name.utf8), $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// How messages name a member: with the bundle's folder before it.
    func path(_ name: String) -> String { "\(source.base)/\(name)" }

    func member(_ name: String) -> ArchiveMember? { places[Array(name.utf8)].map { source.members[$0] } }

    func digest(_ name: String) -> ContentDigest? { digests[Array(name.utf8)]?.digest }

    /// The names below a folder, which ends in `/`, in byte order.
    func names(under folder: String) -> [String] { source.members.map(\.name).filter { $0.utf8.starts(with: folder.utf8) } }

    /// The bytes of a member that fits into memory.
    /// - Throws: a `Diagnostic` when it is not there, larger than the limit, not readable, or altered since it was hashed.
    func bytes(_ name: String, limit: Int) throws(Diagnostic) -> [UInt8] {
        guard let member = member(name) else { throw .memberMissing(path(name)) }
        let bytes: [UInt8]
        do { bytes = try member.bytes(limit: limit) } catch { throw Diagnostic.cause(of: error, at: path(name)) }
        guard let known = digest(name), ContentDigest.of(bytes) == known else { throw .memberUnstable(path(name)) }
        return bytes
    }
}

extension Diagnostic {
    /// What an error says, placed in the file that it is about.
    static func cause(of error: any Error, at path: String) -> Diagnostic {
        switch error {
        case var diagnostic as Diagnostic:
            if diagnostic.location == nil { diagnostic.location = TextLocation(path: path) }
            return diagnostic
        case let fault as StorageFault: return fault.diagnostic
        case let list as DiagnosticList where !list.diagnostics.isEmpty: return cause(of: list.diagnostics[0], at: path)
        default:
            return Diagnostic(
                id: "verify.unreadable", severity: .error, location: TextLocation(path: path), message: "the file cannot be read: \(error)",
                hint: "ask for the bundle as it was issued")
        }
    }

    /// Something that stands in a file of a bundle and should not.
    static func bundleFault(_ id: String, _ path: String, _ message: String, hint: String = "ask for the bundle as it was issued") -> Self {
        Diagnostic(id: "verify.\(id)", severity: .error, location: TextLocation(path: path), message: message, hint: hint)
    }

    static func memberMissing(_ path: String) -> Self { bundleFault("member-missing", path, "the file is not in the bundle; expected it") }

    fileprivate static func memberUnstable(_ path: String) -> Self {
        bundleFault(
            "altered-since", path, "the file was altered, or could not be read, while it was checked",
            hint: "verify again while nothing else writes to the bundle")
    }
}

/// Texts of an input are compared by their bytes: Swift takes different bytes for the same text.
func isSame(_ a: String?, _ b: String?) -> Bool {
    guard let a, let b else { return a == nil && b == nil }
    return a.utf8.elementsEqual(b.utf8)
}
