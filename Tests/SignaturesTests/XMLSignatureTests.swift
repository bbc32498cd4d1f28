import Diagnostics
import StructuredText
import TestSupport
import Testing

@testable import Signatures

@Suite struct XMLSignatureTests {
    static let document = """
        <?xml version="1.0" encoding="UTF-8"?>
        <!-- a pack -->
        <pack xmlns="urn:example:pack" xmlns:x="urn:example:extra"   id='p1'>
          <control state="met" x:note="a &amp; b &lt; c">Accuracy\t is stated.</control>
          <gap><![CDATA[1 < 2]]></gap>
        </pack>

        """
    private static let p256 = Result { try SigningKey.generate(.ecdsaP256) }
    private static let rsa = Result { try SigningKey.generate(.rsa) }

    private func key(_ algorithm: KeyAlgorithm) throws -> SigningKey { try (algorithm == .rsa ? Self.rsa : Self.p256).get() }

    private func signed(_ document: String = document, _ algorithm: KeyAlgorithm = .ecdsaP256) throws -> [UInt8] {
        try XMLSignature.sign(Array(document.utf8), path: "pack.xml", key: try key(algorithm))
    }

    private func outcome(_ bytes: [UInt8]) -> String {
        do {
            _ = try XMLSignature.verify(bytes, path: "pack.xml")
            return "good"
        } catch { return error.id }
    }

    private func outcome(_ text: String) -> String { outcome(Array(text.utf8)) }

    @Test(arguments: [KeyAlgorithm.ecdsaP256, .rsa])
    func namesTheKeyThatSigned(algorithm: KeyAlgorithm) throws {
        let verified = try XMLSignature.verify(try signed(Self.document, algorithm), path: "pack.xml")
        #expect(verified.key == (try key(algorithm).publicKey))
        #expect(verified.certificates == nil)
    }

    @Test(arguments: [KeyAlgorithm.ecdsaP256, .rsa])
    func leavesAllOtherBytesAsTheyWere(algorithm: KeyAlgorithm) throws {
        let bytes = try signed(Self.document, algorithm)
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.hasPrefix(String(Self.document.dropLast("</pack>\n".count)) + "<ds:Signature "))
        #expect(text.hasSuffix("</ds:Signature></pack>\n"))
        #expect(try XMLSignature.unsigned(bytes, path: "pack.xml") == Array(Self.document.utf8))
    }

    @Test(arguments: [
        "<a></a>", "<a>text</a >\n\n", "<p:a xmlns:p='urn:x'><p:b/></p:a>", "\u{FEFF}<a>é</a>", "<?xml version='1.0'?><a>\r\n</a>\r\n",
        "<ds:a xmlns:ds='urn:other'></ds:a>", "<a><!-- </a> --></a>", "<?xml version=\"1.0\" encoding='utf-8'?><a xml:lang=\"en\" xml:space='preserve'> </a>",
        "<a><b>" + String(repeating: "<c>", count: 200) + String(repeating: "</c>", count: 200) + "</b></a>",
    ])
    func signsAnyDocumentThatEndsWithItsRoot(document: String) throws {
        let bytes = try signed(document)
        #expect(outcome(bytes) == "good")
        #expect(try XMLSignature.unsigned(bytes, path: "x") == Array(document.utf8))
    }

    @Test(arguments: [
        ("<a/>", "xml-signature.other-end"), ("<a></a><!-- x -->", "xml-signature.other-end"), ("<a></a><?p </a ?>", "xml-signature.other-end"),
        ("<a><b></a>", "xml.malformed"), ("", "xml.malformed"), ("<!DOCTYPE a><a></a>", "xml.document-type"),
        ("<?xml version='1.0' encoding='ISO-8859-1'?><a></a>", "xml-signature.other-encoding"),
        ("<a xmlns='relative'></a>", "xml-signature.no-canonical-form"),
        ("<a xmlns:d='http://www.w3.org/2000/09/xmldsig#'><d:Signature/></a>", "xml-signature.signed-already"),
        ("<a xmlns:d='http://www.w3.org/2000/09/xmldsig#'><b><d:Signature/></b></a>", "xml-signature.misplaced"),
        ("<Signature xmlns='http://www.w3.org/2000/09/xmldsig#'></Signature>", "xml-signature.misplaced"),
        ("<a>" + String(repeating: "<c>", count: 3000) + "</a>", "xml.too-deep"),
    ])
    func refusesToSignWhatCannotBearASignature(document: String, id: String) throws {
        let diagnostic = try #require(throws: Diagnostic.self) { try signed(document) }
        #expect(diagnostic.id == id)
    }

    @Test func refusesUTF16() throws {
        var wide: [UInt8] = [0xFF, 0xFE]
        for byte in "<a></a>".utf8 { wide += [byte, 0] }
        let diagnostic = try #require(throws: Diagnostic.self) { try XMLSignature.sign(wide, path: "x", key: try key(.ecdsaP256)) }
        #expect(diagnostic.id == "xml-signature.other-end")
    }

    @Test func refusesAKeyThatXMLSignaturesDoNotKnow() throws {
        let diagnostic = try #require(throws: Diagnostic.self) {
            try XMLSignature.sign(Array("<a></a>".utf8), path: "x", key: try SigningKey.generate(.ed25519))
        }
        #expect(diagnostic.id == "xml-signature.other-key")
    }

    @Test func refusesToSignTwice() throws {
        let diagnostic = try #require(throws: Diagnostic.self) {
            try XMLSignature.sign(try signed(), path: "x", key: try key(.ecdsaP256))
        }
        #expect(diagnostic.id == "xml-signature.signed-already")
    }

    @Test(arguments: [
        ("Accuracy", "accuracy", "altered"), ("state=\"met\"", "state=\"not-met\"", "altered"), ("1 < 2", "1 < 3", "altered"),
        ("urn:example:pack", "urn:example:other", "altered"), ("<gap>", "<gap extra=''>", "altered"), ("\t is", " is", "altered"),
        ("  <gap>", "<gap>", "altered"), ("</gap>", "</gap><gap/>", "altered"), ("<gap>", "<?run it?><gap>", "altered"),
        ("\n</ds:Signature></pack>", "\n</ds:Signature>\n</pack>", "other-spelling"), ("<ds:KeyInfo>", "<ds:KeyInfo ><!-- -->", "other-spelling"),
        ("<ds:KeyInfo>", "<?p?><ds:KeyInfo>", "other-spelling"), ("<ds:SignedInfo>", "<ds:SignedInfo Id=\"a\">", "other-spelling"),
        ("<ds:KeyInfo>", "<ds:KeyInfo><ds:KeyName>me</ds:KeyName>", "other-spelling"), ("URI=\"\"", "URI=''", "other-spelling"),
        ("</ds:KeyInfo>", "</ds:KeyInfo>\n<ds:Object>more</ds:Object>", "other-spelling"),
        ("<ds:Reference URI", "<ds:Reference Type=\"a\" URI", "other-spelling"),
        ("URI=\"\"", "URI=\"#p1\"", "other-profile"), (" URI=\"\"", "", "other-profile"), ("ecdsa-sha256", "ecdsa-sha1", "other-profile"),
        ("ecdsa-sha256", "rsa-sha256", "other-profile"), ("xmlenc#sha256", "xmlenc#sha512", "other-profile"),
        (
            "Method Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"", "Method Algorithm=\"http://www.w3.org/TR/2001/REC-xml-c14n-20010315\"",
            "other-profile"
        ),
        ("<ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/>", "", "other-profile"),
        ("#enveloped-signature", "#base64", "other-profile"), ("urn:oid:1.2.840.10045.3.1.7", "urn:oid:1.3.132.0.34", "other-spelling"),
        ("</ds:Reference>", "</ds:Reference><ds:Reference URI=\"\"/>", "other-profile"), ("<ds:DigestValue>", "<ds:DigestValue>=", "other-profile"),
        ("ds:SignatureValue", "ds:SignatureWorth", "other-profile"), ("</pack>", "<late/></pack>", "misplaced"),
        ("<gap>", "<gap xmlns:d='http://www.w3.org/2000/09/xmldsig#'><d:Signature/>", "several"), ("</pack>", "text</pack>", "other-spelling"),
        ("<!-- a pack -->", "<!DOCTYPE pack [<!ENTITY e 'x'>]>", "xml.document-type"), ("</pack>\n", "</pack><!-- late -->", "other-end"),
    ])
    func refusesAnAlteredDocument(old: String, new: String, id: String) throws {
        let text = String(decoding: try signed(), as: UTF8.self)
        let altered = text.replacing(old, with: new)
        #expect(altered != text)
        #expect(outcome(altered) == (id.contains(".") ? id : "xml-signature.\(id)"))
    }

    @Test func refusesAStrippedDocument() {
        #expect(outcome(Self.document) == "xml-signature.absent")
        #expect(throws: Diagnostic.self) { try XMLSignature.unsigned(Array(Self.document.utf8), path: "x") }
    }

    /// The signed document hidden inside another, its signature moved to the new root, and the other way round.
    @Test func refusesAWrappedSignature() throws {
        let text = String(decoding: try signed("<a Id=\"x\">good</a>"), as: UTF8.self)
        let start = try #require(text.firstRange(of: "<ds:Signature")?.lowerBound)
        let signature = String(text[start...].dropLast("</a>".count))
        #expect(outcome("<evil>bad<a Id=\"x\">good</a>\(signature)</evil>") == "xml-signature.altered")
        #expect(outcome("<evil>bad<a Id=\"x\">good\(signature)</a></evil>") == "xml-signature.misplaced")
        #expect(
            outcome("<a Id=\"x\">bad\(signature.dropLast("</ds:Signature>".count))<ds:Object><a Id=\"x\">good</a></ds:Object></ds:Signature></a>") != "good")
        #expect(outcome("<a Id=\"x\">good\(signature)\(signature)</a>") == "xml-signature.several")
        #expect(outcome("<a Id=\"x\">good<![CDATA[\(signature)]]></a>") == "xml-signature.absent")
        #expect(outcome("<a Id=\"x\">good<!--\(signature)--></a>") == "xml-signature.absent")
    }

    @Test func refusesTheSignatureOfAnotherKey() throws {
        let ours = String(decoding: try signed(), as: UTF8.self)
        let theirs = String(
            decoding: try XMLSignature.sign(Array(Self.document.utf8), path: "x", key: try SigningKey.generate(.ecdsaP256)), as: UTF8.self)
        func part(_ text: String) throws -> Substring {
            let start = try #require(text.firstRange(of: "<ds:KeyInfo>")?.lowerBound)
            let end = try #require(text.firstRange(of: "</ds:KeyInfo>")?.lowerBound)
            return text[start..<end]
        }
        #expect(outcome(ours.replacing(try part(ours), with: try part(theirs))) == "xml-signature.wrong")
    }

    @Test(arguments: [KeyAlgorithm.ecdsaP256, .rsa])
    func refusesEveryChangedByteOfTheSignature(algorithm: KeyAlgorithm) throws {
        let bytes = try signed("<a>good</a>", algorithm)
        for index in "<a>good".utf8.count..<bytes.count - "</a>".utf8.count {
            var other = bytes
            other[index] ^= 1 << UInt8(index % 8)
            if outcome(other) == "good" { Issue.record("byte \(index) can be changed") }
        }
    }

    @Test func survivesEveryCut() throws {
        let bytes = try signed("<a>good</a>")
        for count in 0..<bytes.count { #expect(outcome(Array(bytes[..<count])) != "good") }
    }

    @Test func doesNotCoverCommentsAndTheSpellingOfTags() throws {
        // Stated in the documentation of the type: this is what canonical forms leave out.
        let text = String(decoding: try signed(), as: UTF8.self)
        #expect(outcome(text.replacing("<!-- a pack -->", with: "<!-- another -->").replacing("   id='p1'", with: " id=\"p1\"")) == "good")
    }
}

/// The same signatures, as other programs make and judge them.
@Suite(
    .enabled(if: ForeignTool.xmlsec1.isInstalled, ForeignTool.xmlsec1.whyNot),
    .enabled(if: ForeignTool.openssl.isInstalled, ForeignTool.openssl.whyNot))
struct ForeignXMLSignatureTests {
    let authority: TestAuthority
    let folder: TemporaryFolder

    init() throws {
        authority = try TestAuthority.shared.get()
        folder = try TemporaryFolder()
    }

    private func sign(_ name: String, certificates: [String] = []) throws -> [UInt8] {
        try XMLSignature.sign(
            Array(XMLSignatureTests.document.utf8), path: "pack.xml", key: try authority.key(name), certificates: try certificates.map(authority.der))
    }

    private func xmlsec1(_ options: String, on bytes: [UInt8]) throws -> ForeignTool.Outcome {
        try folder.write(bytes, to: "signed.xml")
        return try ForeignTool.shell("xmlsec1 --verify \(options) signed.xml", in: folder.path)
    }

    @Test(arguments: ["signer", "rsa"])
    func xmlsecAcceptsABareKey(name: String) throws {
        let home = authority.folder.path
        let bytes = try sign(name)
        let key = try ForeignTool.shell("openssl pkey -in \(home)/\(name).key -pubout -out key.pem", in: folder.path)
        #expect(key.code == 0, "\(key.text)")
        let good = try xmlsec1("--pubkey-pem key.pem", on: bytes)
        #expect(good.code == 0 && good.text.contains("OK"), "\(good.text)")
        let altered = String(decoding: bytes, as: UTF8.self).replacing("Accuracy", with: "accuracy")
        #expect(try xmlsec1("--pubkey-pem key.pem", on: Array(altered.utf8)).code != 0)
    }

    @Test(arguments: [["signer"], ["rsa"], ["deep", "inter"]])
    func xmlsecAcceptsACertificate(names: [String]) async throws {
        let home = authority.folder.path
        let bytes = try sign(names[0], certificates: names)
        let good = try xmlsec1("--trusted-pem \(home)/ca.pem", on: bytes)
        #expect(good.code == 0 && good.text.contains("OK"), "\(good.text)")
        #expect(try xmlsec1("--trusted-pem \(home)/other.pem", on: bytes).code != 0)

        let verified = try XMLSignature.verify(bytes, path: "pack.xml")
        let chain = try #require(verified.certificates)
        #expect(verified.key == (try authority.key(names[0]).publicKey))
        #expect(chain.der == (try names.map(authority.der)))
        guard case .good = await chain.validate(roots: [try authority.der("ca")], at: try authority.now()) else {
            Issue.record("the chain is not good")
            return
        }
    }

    @Test(arguments: [("signer", ["signer"]), ("rsa", ["rsa"]), ("rsa", [])])
    func verifiesWhatXmlsecSigned(name: String, certificates: [String]) throws {
        // The template is our own signature with its values taken out; its document is spelled as libxml2 writes it.
        let document = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<pack><control state=\"met\">stated</control></pack>\n"
        var template = String(
            decoding: try XMLSignature.sign(
                Array(document.utf8), path: "x", key: try authority.key(name), certificates: try certificates.map(authority.der)), as: UTF8.self)
        let emptied = ["ds:DigestValue", "ds:SignatureValue"] + [certificates.isEmpty ? "ds:KeyValue" : "ds:X509Data"]
        for element in emptied {
            let start = try #require(template.firstRange(of: "<\(element)>")?.upperBound)
            let end = try #require(template.firstRange(of: "</\(element)>")?.lowerBound)
            template.removeSubrange(start..<end)
        }
        try folder.write(template, to: "template.xml")
        let home = authority.folder.path
        let key = (["\(home)/\(name).key"] + certificates.map { "\(home)/\($0).pem" }).joined(separator: ",")
        let made = try ForeignTool.shell("xmlsec1 --sign --privkey-pem \(key) --output signed.xml template.xml", in: folder.path)
        try #require(made.code == 0, "\(made.text)")
        let bytes = try folder.read("signed.xml")
        let verified = try XMLSignature.verify(bytes, path: "signed.xml")
        #expect(verified.key == (try authority.key(name).publicKey))
        #expect(try XMLSignature.unsigned(bytes, path: "signed.xml") == Array(document.utf8))
    }

    @Test func refusesACertificateOfAnotherKey() throws {
        let diagnostic = try #require(throws: Diagnostic.self) { try sign("signer", certificates: ["deep", "inter"]) }
        #expect(diagnostic.id == "xml-signature.other-certificate")
    }

    @Test func refusesARootBesideTheSignature() throws {
        let diagnostic = try #require(throws: Diagnostic.self) { try sign("signer", certificates: ["signer", "ca"]) }
        #expect(diagnostic.id == "certificate.root-included")
    }
}
