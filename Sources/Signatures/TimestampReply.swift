public import Diagnostics
import SwiftASN1
import X509

/// The outer form of an authority's reply: its status, and the token if there is one.
struct TimestampReply {
    /// 0 granted, 1 granted with changes, 2 and more: no token (RFC 3161, section 2.4.2).
    var status: Int
    var texts: [String] = []
    /// Numbers of the bits that say why it failed.
    var failures: [Int] = []
    var hasRemarks = false
    var token: ASN1Node?

    /// - Throws: `DERFault` or an error of SwiftASN1.
    init(der: [UInt8]) throws {
        guard der.count <= TimestampResponse.maximumBytes else {
            throw DERFault("it has \(der.count) bytes; expected at most \(TimestampResponse.maximumBytes)")
        }
        var fields = try DERFields(try StrictDER.parse(der))
        var head = try DERFields(try fields.next())
        status = try Int(derEncoded: try head.next())
        if let texts = head.next(if: .sequence) {
            hasRemarks = true
            self.texts = try DERFields.all(texts).prefix(4).map { String(decoding: try ASN1UTF8String(derEncoded: $0).bytes.prefix(200), as: UTF8.self) }
        }
        if let bits = head.next(if: .bitString) {
            hasRemarks = true
            let bytes = try ASN1BitString(derEncoded: bits).bytes.prefix(8)
            for (index, byte) in bytes.enumerated() {
                for bit in 0..<8 where byte & (0x80 >> UInt8(bit)) != 0 { failures.append(index * 8 + bit) }
            }
        }
        try head.end()
        token = fields.next(if: .sequence)
        try fields.end()
    }

    /// The authority's reasons, each led by a comma.
    var remarks: String {
        failures.map { ", \(Self.names[$0] ?? "failure \($0)")" }.joined() + texts.map { ", '\($0)'" }.joined()
    }

    private static let names = [
        0: "unknown algorithm", 2: "bad request", 5: "bad data format", 14: "no time available", 15: "unaccepted policy", 16: "unaccepted extension",
        17: "no additional information", 25: "system failure",
    ]
}

extension TimestampResponse {
    /// A granted reply in the one spelling that `init` and `verify` take: without remarks and unsigned attributes, certificates in the order of the chain.
    ///
    /// Authorities differ in what they put beside their signature. None of it is signed, so leaving it out changes nothing that the authority stated.
    /// - Throws: when the authority refused, or the reply is malformed in what the signature does cover.
    public static func normalized(_ reply: [UInt8], path: String) throws(Diagnostic) -> TimestampResponse {
        // A reply that is refused as it stands may only need rewriting; if that fails, the first words count.
        guard let found = try? TimestampReply(der: reply), found.status == 0 || found.status == 1, let token = found.token,
            let rewritten = try? rewrite(token)
        else { return try TimestampResponse(der: reply, path: path) }
        return try TimestampResponse(der: rewritten, path: path)
    }

    private static func rewrite(_ token: ASN1Node) throws -> [UInt8] {
        var outer = try DERFields(token)
        let type = try outer.next()
        var data = try DERFields(try DERFields.only(try outer.next(), .context(0)))
        let (version, digests, content) = (try data.next(), try data.next(), try data.next())
        let certificates = try data.next(if: .context(0)).map { try DERFields.all($0, .context(0)) } ?? []
        _ = data.next(if: .context(1))
        let signer = try DERFields.all(try DERFields.only(try data.next(), .set)).filter { $0.identifier != .context(1) }
        let ordered = try inOrder(certificates, signer: signer)

        var out = DER.Serializer()
        out.appendConstructedNode(identifier: .sequence) { out in
            out.appendConstructedNode(identifier: .sequence) { $0.appendPrimitiveNode(identifier: .integer) { $0.append(0) } }
            out.appendConstructedNode(identifier: .sequence) { out in
                StrictDER.write(type, to: &out)
                out.appendConstructedNode(identifier: .context(0)) { out in
                    out.appendConstructedNode(identifier: .sequence) { out in
                        for node in [version, digests, content] { StrictDER.write(node, to: &out) }
                        out.appendConstructedNode(identifier: .context(0)) { out in
                            for node in ordered { StrictDER.write(node, to: &out) }
                        }
                        out.appendConstructedNode(identifier: .set) { out in
                            out.appendConstructedNode(identifier: .sequence) { out in
                                for node in signer { StrictDER.write(node, to: &out) }
                            }
                        }
                    }
                }
            }
        }
        return out.serializedBytes
    }

    /// The signer's certificate, then who issued each, as far as they are there.
    private static func inOrder(_ nodes: [ASN1Node], signer: [ASN1Node]) throws -> [ASN1Node] {
        guard nodes.count <= 64, signer.count > 1 else { throw DERFault("it carries too many certificates") }
        var left = nodes.compactMap { node in (try? StrictCertificate(der: Array(node.encodedBytes))).map { (node, $0) } }
        var name = try DERFields(signer[1])
        let issuer = try name.next().encodedBytes
        let serial = try StrictDER.magnitude(try name.next())
        var ordered: [(ASN1Node, StrictCertificate)] = []
        var wanted = left.firstIndex { _, one in
            (try? StrictDER.bytes(one.certificate.issuer))?.elementsEqual(issuer) == true
                && one.certificate.serialNumber.bytes.drop { $0 == 0 }.elementsEqual(serial)
        }
        while let index = wanted, ordered.count < TimestampToken.maximumCertificates {
            let found = left.remove(at: index)
            ordered.append(found)
            wanted = found.1.isSelfIssued ? nil : left.firstIndex { found.1.isIssued(by: $0.1) }
        }
        return ordered.map(\.0)
    }
}
