import Crypto
public import Diagnostics
import LibXML

/// An enveloped XML signature (W3C XML Signature 1.1) of one fixed profile, which `xmlsec1 --verify` accepts.
///
/// One `ds:Signature`, the last thing in the root element; one reference, to the whole document; exclusive canonicalization; SHA-256; ECDSA P-256
/// or RSA. Nothing else is taken, so that no element can be moved under a signature that was made for another. What stands in the signature but is
/// not signed has one spelling.
///
/// A signature covers what the canonical form keeps: not comments, and not how tags and the XML declaration are spelled.
public struct XMLSignature: Hashable, Sendable {
    /// The key that made the signature; whether to trust it is for others to say.
    public let key: PublicKey
    /// The certificates that came with it, when the key is named by them; whether they are worth something is for `CertificateChain.validate`.
    public let certificates: CertificateChain?

    /// The document with a signature before the end of its root element; every other byte stays what it was.
    ///
    /// - Parameters:
    ///   - path: where the document comes from, for what is reported.
    ///   - certificates: the DER of the signer's certificate and those between it and the root; empty to name the bare key.
    /// - Throws: when the document is no XML in UTF-8 that ends with its root, is signed already, or the key is of another algorithm.
    public static func sign(
        _ document: [UInt8], path: String, key: SigningKey, certificates: [[UInt8]] = []
    ) throws(Diagnostic) -> [UInt8] {
        let unsigned = try SignableDocument(document, path: path)
        guard try unsigned.signature(at: path) == nil else { throw .signedAlready(path) }
        let method = try XMLSignatureText.Method(key.publicKey, path: path)
        let chain: CertificateChain? = certificates.isEmpty ? nil : try CertificateChain(der: certificates, path: path)
        if let chain, chain.leafKey != key.publicKey { throw .otherCertificate(chain, path) }
        guard let whole = unsigned.tree.canonicalForm() else { throw .noCanonicalForm(path) }
        var text = XMLSignatureText(
            method: method, digest: Array(SHA256.hash(data: whole)), signature: [], key: key.publicKey, certificates: certificates)

        let draft = try SignableDocument(unsigned.with(try text.bytes(path: path)), path: path)
        guard let signed = try draft.signature(at: path)?.firstChild("SignedInfo", in: XMLSignatureText.namespace)?.canonicalForm else {
            throw .noCanonicalForm(path)
        }
        do { text.signature = try method.written(try key.sign(signed)) } catch { throw .notSigned(path) }
        let result = unsigned.with(try text.bytes(path: path))
        _ = try verify(result, path: path)
        return result
    }

    /// Whose signature the document bears, after checking that it covers all of it.
    /// - Throws: when there is none, more than one, one of another profile or spelling, or when the document or the signature was altered.
    public static func verify(_ bytes: [UInt8], path: String) throws(Diagnostic) -> XMLSignature {
        let document = try SignableDocument(bytes, path: path)
        let (element, text) = try signature(in: document, path: path)
        var whole = SHA256()
        guard document.tree.writeCanonicalForm(without: element, to: { whole.update(bufferPointer: $0) }) else { throw .noCanonicalForm(path) }
        guard whole.finalize().elementsEqual(text.digest) else { throw .altered(path) }
        guard let signed = element.firstChild("SignedInfo", in: XMLSignatureText.namespace)?.canonicalForm else { throw .noCanonicalForm(path) }
        guard let signature = text.method.der(text.signature), text.key.isValid(signature: signature, for: signed) else {
            throw .badSignature(path, element.line)
        }
        let chain: CertificateChain? = text.certificates.isEmpty ? nil : try CertificateChain(der: text.certificates, path: path)
        return XMLSignature(key: text.key, certificates: chain)
    }

    /// The document's bytes as they were before signing. The signature must have our spelling; it is not verified.
    public static func unsigned(_ bytes: [UInt8], path: String) throws(Diagnostic) -> [UInt8] {
        let document = try SignableDocument(bytes, path: path)
        let (_, text) = try signature(in: document, path: path)
        return document.without(try text.bytes(path: path))
    }

    /// The signature of a document and what it says, when its bytes are exactly those that the same values give again.
    private static func signature(
        in document: SignableDocument, path: String
    ) throws(Diagnostic) -> (element: XMLElement, text: XMLSignatureText) {
        guard let element = try document.signature(at: path) else { throw .absent(path) }
        let text = try XMLSignatureText(element, path: path)
        guard document.endsContent(with: try text.bytes(path: path)) else { throw .otherSpelling(path, element.line) }
        return (element, text)
    }
}

/// A document in UTF-8 that ends with its root's end tag, so that the place of a signature in its bytes is known.
private struct SignableDocument {
    let tree: XMLTree
    private let bytes: [UInt8]
    /// Where the root's end tag begins.
    private let end: Int

    init(_ bytes: [UInt8], path: String) throws(Diagnostic) {
        let (tree, diagnostics) = XMLTree.parse(bytes, path: path)
        guard let tree else { throw diagnostics.first { $0.severity == .error } ?? .otherEnd(path) }
        guard Self.isDeclaredUTF8(bytes) else { throw .otherEncoding(path) }
        guard let end = Self.endTag(of: tree.root, in: bytes) else { throw .otherEnd(path) }
        self.tree = tree
        self.bytes = bytes
        self.end = end
    }

    /// The one signature, which must be the root's last element; `nil` when there is none.
    func signature(at path: String) throws(Diagnostic) -> XMLElement? {
        let root = tree.root
        var last: XMLElement?
        for child in root.children { last = child }
        var found: XMLElement?
        for element in root.descendants where element.isNamed("Signature", in: XMLSignatureText.namespace) {
            if found != nil { throw .several(path, element.line) }
            found = element
        }
        if root.isNamed("Signature", in: XMLSignatureText.namespace) { throw .misplaced(path, root.line) }
        guard let found else { return nil }
        guard found == last else { throw .misplaced(path, found.line) }
        return found
    }

    func with(_ signature: [UInt8]) -> [UInt8] { bytes[..<end] + signature + bytes[end...] }

    func endsContent(with signature: [UInt8]) -> Bool { bytes[..<end].suffix(signature.count).elementsEqual(signature) }

    func without(_ signature: [UInt8]) -> [UInt8] { Array(bytes[..<end].dropLast(signature.count) + bytes[end...]) }

    /// No declaration, or one that names UTF-8. In other encodings the same bytes could be other text.
    private static func isDeclaredUTF8(_ bytes: [UInt8]) -> Bool {
        let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
        guard text.starts(with: "<?xml".utf8) else { return true }
        let declaration = String(decoding: text.prefix(256).prefix { $0 != UInt8(ascii: ">") }, as: UTF8.self).lowercased()
        guard declaration.contains("encoding") else { return true }
        return declaration.contains("\"utf-8\"") || declaration.contains("'utf-8'")
    }

    /// Where the root's end tag begins, when nothing but white space follows it: then no comment or CDATA section can hold what looks like it.
    private static func endTag(of root: XMLElement, in bytes: [UInt8]) -> Int? {
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }
        var at = bytes.count
        while at > 0, isBlank(bytes[at - 1]) { at -= 1 }
        guard at > 0, bytes[at - 1] == UInt8(ascii: ">") else { return nil }
        at -= 1
        while at > 0, isBlank(bytes[at - 1]) { at -= 1 }
        let name = Array(((root.prefix.map { $0 + ":" } ?? "") + root.name).utf8)
        let tag = Array("</".utf8) + name
        guard bytes[..<at].suffix(tag.count).elementsEqual(tag) else { return nil }
        return at - tag.count
    }
}

extension Diagnostic {
    private static func signature(_ id: String, _ path: String, line: Int? = nil, _ message: String, _ hint: String) -> Self {
        Diagnostic(
            id: "xml-signature.\(id)", severity: .error, location: TextLocation(path: path, line: line), message: message, hint: hint)
    }

    fileprivate static func absent(_ path: String) -> Self {
        signature("absent", path, "the document bears no signature; expected a ds:Signature at the end of its root", "ask the issuer for the signed document")
    }

    fileprivate static func several(_ path: String, _ line: Int?) -> Self {
        signature("several", path, line: line, "found a second ds:Signature; expected one", "treat the document as altered")
    }

    fileprivate static func misplaced(_ path: String, _ line: Int?) -> Self {
        signature("misplaced", path, line: line, "the ds:Signature is not the last element of the root", "treat the document as altered")
    }

    fileprivate static func otherSpelling(_ path: String, _ line: Int?) -> Self {
        signature(
            "other-spelling", path, line: line, "the ds:Signature is not spelled as its values are written here, or something follows it in the root",
            "treat the document as altered, or verify it with the tool that signed it")
    }

    fileprivate static func altered(_ path: String) -> Self {
        signature("altered", path, "the document is not the one that was signed: its digest differs", "ask the issuer for the document again")
    }

    fileprivate static func badSignature(_ path: String, _ line: Int?) -> Self {
        signature("wrong", path, line: line, "the signature was not made over this by the key that it names", "treat the document as altered")
    }

    fileprivate static func signedAlready(_ path: String) -> Self {
        signature("signed-already", path, "the document bears a signature; expected none", "sign the document as it was before")
    }

    fileprivate static func otherCertificate(_ chain: CertificateChain, _ path: String) -> Self {
        signature(
            "other-certificate", path, "the certificate of '\(chain.subject)' is for another key than the one that signs",
            "give the certificate that belongs to the key")
    }

    fileprivate static func notSigned(_ path: String) -> Self {
        signature("not-signed", path, "the key could not make a signature", "check the key, such as with 'openssl pkey -check'")
    }

    fileprivate static func noCanonicalForm(_ path: String) -> Self {
        signature(
            "no-canonical-form", path, "the document has no canonical form, as with a namespace that is a relative address, or one that is too long",
            "give every namespace an absolute address")
    }

    fileprivate static func otherEncoding(_ path: String) -> Self {
        signature("other-encoding", path, line: 1, "the document declares another encoding than UTF-8", "convert it to UTF-8")
    }

    fileprivate static func otherEnd(_ path: String) -> Self {
        signature(
            "other-end", path, "the document does not end with its root's end tag", "write the root with an end tag, and leave out what follows it")
    }
}
