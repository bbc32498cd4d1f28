import SwiftASN1

/// What a timestamping authority states (TSTInfo, RFC 3161, section 2.4.2).
struct StampInfo: Sendable {
    /// Object identifier in dots.
    var policy: String
    /// True when the digest is SHA-256.
    var isSHA256: Bool
    var digest: [UInt8]
    /// Big-endian, without leading zeros.
    var serial: [UInt8]
    /// Seconds since 1970; a fraction is cut off.
    var seconds: Int
    var nonce: [UInt8]?

    /// - Throws: `DERFault` or an error of SwiftASN1.
    init(der: [UInt8]) throws {
        var fields = try DERFields(try StrictDER.parse(der))
        guard try Int(derEncoded: try fields.next()) == 1 else { throw DERFault("its statement is not of version 1") }
        policy = try ASN1ObjectIdentifier(derEncoded: try fields.next()).description
        var imprint = try DERFields(try fields.next())
        isSHA256 = try DigestAlgorithm(try imprint.next()) == .sha256
        digest = Array(try ASN1OctetString(derEncoded: try imprint.next()).bytes)
        try imprint.end()
        serial = try StrictDER.magnitude(try fields.next())
        guard serial.count <= 20 else { throw DERFault("its serial number has more than 160 bits") }
        seconds = try Self.seconds(try fields.next())
        _ = fields.next(if: .sequence)
        if let ordering = fields.next(if: .boolean) { _ = try Bool(derEncoded: ordering) }
        nonce = try fields.next(if: .integer).map(StrictDER.magnitude)
        _ = fields.next(if: .context(0))
        if let extensions = fields.next(if: .context(1)) { try Self.refuseCritical(extensions) }
        try fields.end()
    }

    /// An extension that must be understood is not: none is known here.
    private static func refuseCritical(_ extensions: ASN1Node) throws {
        for one in try DERFields.all(extensions, .context(1)) {
            var fields = try DERFields(one)
            let name = try ASN1ObjectIdentifier(derEncoded: try fields.next())
            if let critical = fields.next(if: .boolean), try Bool(derEncoded: critical) {
                throw DERFault("its statement demands an extension that is not known here (\(name))")
            }
        }
    }

    /// Seconds since 1970 of a GeneralizedTime in UTC, whose fraction is cut off.
    private static func seconds(_ node: ASN1Node) throws -> Int {
        _ = try GeneralizedTime(derEncoded: node)
        guard case .primitive(let bytes) = node.content, bytes.count >= 15 else { throw DERFault("its time cannot be read") }
        let digits = String(decoding: bytes.prefix(14), as: UTF8.self)
        var text = ""
        for (index, digit) in digits.enumerated() {
            text += [4: "-", 6: "-", 8: "T", 10: ":", 12: ":"][index] ?? ""
            text.append(digit)
        }
        guard let moment = UTCTime.parse(text + "Z"), moment.seconds >= 0 else { throw DERFault("its time '\(text)' is no moment since 1970") }
        return moment.seconds
    }
}
