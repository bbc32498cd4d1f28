import Crypto
import Diagnostics
import LibXML
import StructuredText
import SwiftASN1

/// What a `ds:Signature` says, and the one way in which it is written.
struct XMLSignatureText {
    static let namespace = "http://www.w3.org/2000/09/xmldsig#"
    fileprivate static let namespace11 = "http://www.w3.org/2009/xmldsig11#"
    fileprivate static let canonicalization = "http://www.w3.org/2001/10/xml-exc-c14n#"
    fileprivate static let enveloped = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
    fileprivate static let sha256 = "http://www.w3.org/2001/04/xmlenc#sha256"
    fileprivate static let curve = "urn:oid:1.2.840.10045.3.1.7"

    /// The signature algorithm by its address.
    enum Method: String, CaseIterable {
        case ecdsa = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
        case rsa = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"

        init(_ key: PublicKey, path: String) throws(Diagnostic) {
            switch key.algorithm {
            case .ecdsaP256: self = .ecdsa
            case .rsa: self = .rsa
            case .ed25519: throw .otherKey(path)
            }
        }

        /// A signature as XML Signature writes it: for ECDSA the two numbers of 32 bytes one after the other (RFC 4050, section 3.3).
        func written(_ der: [UInt8]) throws -> [UInt8] {
            self == .rsa ? der : Array(try P256.Signing.ECDSASignature(derRepresentation: der).rawRepresentation)
        }

        /// The reverse; `nil` when it cannot be a signature.
        func der(_ written: [UInt8]) -> [UInt8]? {
            guard self == .ecdsa else { return written }
            return (try? P256.Signing.ECDSASignature(rawRepresentation: written)).map { Array($0.derRepresentation) }
        }
    }

    var method: Method
    /// SHA-256 of the canonical document without the signature.
    var digest: [UInt8]
    /// As written in XML.
    var signature: [UInt8]
    var key: PublicKey
    /// DER; empty when the bare key is named.
    var certificates: [[UInt8]]

    /// The signature's element as text, the same for the same values: a line for each tag, without blanks, broken as `xmlsec1` breaks it.
    func bytes(path: String) throws(Diagnostic) -> [UInt8] {
        let keyInfo =
            certificates.isEmpty
            ? try keyValue(path: path)
            : ["<ds:X509Data>"] + certificates.map { "<ds:X509Certificate>\(wrapped($0))\n</ds:X509Certificate>" } + ["</ds:X509Data>"]
        let lines =
            [
                "<ds:Signature xmlns:ds=\"\(Self.namespace)\">", "<ds:SignedInfo>",
                "<ds:CanonicalizationMethod Algorithm=\"\(Self.canonicalization)\"/>", "<ds:SignatureMethod Algorithm=\"\(method.rawValue)\"/>",
                "<ds:Reference URI=\"\">", "<ds:Transforms>", "<ds:Transform Algorithm=\"\(Self.enveloped)\"/>",
                "<ds:Transform Algorithm=\"\(Self.canonicalization)\"/>", "</ds:Transforms>", "<ds:DigestMethod Algorithm=\"\(Self.sha256)\"/>",
                "<ds:DigestValue>\(wrapped(digest))</ds:DigestValue>", "</ds:Reference>", "</ds:SignedInfo>",
                "<ds:SignatureValue>\(wrapped(signature))</ds:SignatureValue>", "<ds:KeyInfo>",
            ] + keyInfo + ["</ds:KeyInfo>", "</ds:Signature>"]
        return Array(lines.joined(separator: "\n").utf8)
    }

    private func keyValue(path: String) throws(Diagnostic) -> [String] {
        let inner: [String]
        switch method {
        case .ecdsa:
            guard let point = try? P256.Signing.PublicKey(derRepresentation: key.der).x963Representation else { throw .otherKey(path) }
            inner = [
                "<dsig11:ECKeyValue xmlns:dsig11=\"\(Self.namespace11)\">", "<dsig11:NamedCurve URI=\"\(Self.curve)\"/>",
                "<dsig11:PublicKey>\(wrapped(Array(point)))</dsig11:PublicKey>", "</dsig11:ECKeyValue>",
            ]
        case .rsa:
            guard let (modulus, exponent) = try? RSAParameters.read(key.der) else { throw .otherKey(path) }
            inner = [
                "<ds:RSAKeyValue>", "<ds:Modulus>", wrapped(modulus), "</ds:Modulus>", "<ds:Exponent>", wrapped(exponent), "</ds:Exponent>",
                "</ds:RSAKeyValue>",
            ]
        }
        return ["<ds:KeyValue>"] + inner + ["</ds:KeyValue>"]
    }

    /// Base64 in lines of 64 characters.
    private func wrapped(_ bytes: [UInt8]) -> String {
        let text = Array(BinaryText.base64(bytes).utf8)
        let lines = stride(from: 0, to: text.count, by: 64).map { String(decoding: text[$0..<min($0 + 64, text.count)], as: UTF8.self) }
        return lines.joined(separator: "\n")
    }
}

extension XMLSignatureText {
    /// Reads the values of a signature; what else it holds shows when they are written again.
    /// - Throws: when an algorithm, the reference or the key is not of the profile.
    init(_ element: XMLElement, path: String) throws(Diagnostic) {
        let profile = Profile(element: element, path: path)
        let info = try profile.child("SignedInfo", of: element)
        try profile.expectAlgorithm(of: try profile.child("CanonicalizationMethod", of: info), Self.canonicalization)
        let named = try profile.child("SignatureMethod", of: info)
        guard let method = Method.allCases.first(where: { profile.names(named, $0.rawValue) }) else {
            throw profile.other("signature algorithm '\(named.attribute("Algorithm") ?? "")'", "ecdsa-sha256 or rsa-sha256")
        }
        let references = info.children("Reference", in: Self.namespace)
        guard let reference = references.first, references.count == 1 else { throw profile.other("\(references.count) references", "one") }
        guard reference.attribute("URI")?.utf8.isEmpty == true else {
            throw profile.other("a reference to '\(reference.attribute("URI") ?? "nothing")'", "one to the whole document (URI \"\")")
        }
        let transforms = try profile.child("Transforms", of: reference).children("Transform", in: Self.namespace)
        guard transforms.count == 2, profile.names(transforms[0], Self.enveloped), profile.names(transforms[1], Self.canonicalization) else {
            throw profile.other("other transforms", "enveloped-signature, then exclusive canonicalization")
        }
        try profile.expectAlgorithm(of: try profile.child("DigestMethod", of: reference), Self.sha256)
        digest = try profile.binary(try profile.child("DigestValue", of: reference))
        signature = try profile.binary(try profile.child("SignatureValue", of: element))
        self.method = method
        (key, certificates) = try profile.key(try profile.child("KeyInfo", of: element))
        guard try Method(key, path: path) == method else { throw profile.other("a key of another algorithm than the signature's", "one that fits") }
    }
}

/// Reads one signature element, and words what is not of the profile.
private struct Profile {
    var element: XMLElement
    var path: String

    func child(_ name: String, of parent: XMLElement, in namespace: String = XMLSignatureText.namespace) throws(Diagnostic) -> XMLElement {
        guard let found = parent.firstChild(name, in: namespace) else { throw other("no '\(name)' in '\(parent.name)'", "one") }
        return found
    }

    func names(_ element: XMLElement, _ algorithm: String) -> Bool {
        element.attribute("Algorithm")?.utf8.elementsEqual(algorithm.utf8) == true
    }

    func expectAlgorithm(of element: XMLElement, _ algorithm: String) throws(Diagnostic) {
        guard names(element, algorithm) else {
            throw other("\(element.name) '\(element.attribute("Algorithm") ?? "")'", "'\(algorithm)'")
        }
    }

    func binary(_ element: XMLElement) throws(Diagnostic) -> [UInt8] {
        let text = String(decoding: element.text.utf8.filter { $0 != 0x0A }, as: UTF8.self)
        guard let bytes = BinaryText.bytes(base64: text) else { throw other("a \(element.name) that is no Base64", "Base64 in lines of 64") }
        return bytes
    }

    func key(_ info: XMLElement) throws(Diagnostic) -> (PublicKey, [[UInt8]]) {
        if let data = info.firstChild("X509Data", in: XMLSignatureText.namespace) {
            let elements = data.children("X509Certificate", in: XMLSignatureText.namespace)
            guard elements.count <= CertificateChain.maximumCount else { throw other("\(elements.count) certificates", "the signer's chain") }
            var certificates: [[UInt8]] = []
            for element in elements { certificates.append(try binary(element)) }
            return (try CertificateChain(der: certificates, path: path).leafKey, certificates)
        }
        let value = try child("KeyValue", of: info)
        if let rsa = value.firstChild("RSAKeyValue", in: XMLSignatureText.namespace) {
            let modulus = try binary(try child("Modulus", of: rsa))
            let exponent = try binary(try child("Exponent", of: rsa))
            guard let der = try? RSAParameters.key(modulus, exponent) else { throw other("no RSA key", "one of 2048 bits or more") }
            return (try PublicKey(der: der, location: location), [])
        }
        let curve = try child("ECKeyValue", of: value, in: XMLSignatureText.namespace11)
        let point = try binary(try child("PublicKey", of: curve, in: XMLSignatureText.namespace11))
        guard let key = try? P256.Signing.PublicKey(x963Representation: point) else { throw other("a key on another curve", "P-256") }
        return (try PublicKey(der: Array(key.derRepresentation), location: location), [])
    }

    private var location: TextLocation { TextLocation(path: path, line: element.line) }

    func other(_ found: String, _ expected: String) -> Diagnostic { .otherProfile(location, found, expected) }
}

/// The numbers of an RSA key in a SubjectPublicKeyInfo (RFC 8017, appendix A.1.1), big-endian without leading zeros.
private enum RSAParameters {
    static func read(_ der: [UInt8]) throws -> (modulus: [UInt8], exponent: [UInt8]) {
        var info = try DERFields(try StrictDER.parse(der))
        _ = try info.next()
        let inner = try ASN1BitString(derEncoded: try info.next())
        var numbers = try DERFields(try StrictDER.parse(Array(inner.bytes)))
        return (try StrictDER.magnitude(try numbers.next()), try StrictDER.magnitude(try numbers.next()))
    }

    static func key(_ modulus: [UInt8], _ exponent: [UInt8]) throws -> [UInt8] {
        var numbers = DER.Serializer()
        try numbers.appendConstructedNode(identifier: .sequence) { out in
            try out.serialize(modulus[...])
            try out.serialize(exponent[...])
        }
        var info = DER.Serializer()
        try info.appendConstructedNode(identifier: .sequence) { out in
            try out.appendConstructedNode(identifier: .sequence) { out in
                try out.serialize(ASN1ObjectIdentifier.AlgorithmIdentifier.rsaEncryption)
                try out.serialize(ASN1Null())
            }
            try out.serialize(ASN1BitString(bytes: numbers.serializedBytes[...]))
        }
        return info.serializedBytes
    }
}

extension Diagnostic {
    fileprivate static func otherKey(_ path: String) -> Self {
        Diagnostic(
            id: "xml-signature.other-key", severity: .error, location: TextLocation(path: path),
            message: "found a key that XML signatures here are not made with; expected ECDSA P-256 or RSA",
            hint: "make such a key; 'xmlsec1' knows no Ed25519")
    }

    fileprivate static func otherProfile(_ location: TextLocation, _ found: String, _ expected: String) -> Self {
        Diagnostic(
            id: "xml-signature.other-profile", severity: .error, location: location,
            message: "found \(found) in the ds:Signature; expected \(expected)",
            hint: "verify the document with the tool that signed it, or treat it as altered")
    }
}
