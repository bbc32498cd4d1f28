import Foundation
import TestSupport
import Testing

/// Dating a bundle with an authority that openssl plays.
@Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl"), "openssl is not installed"))
struct TimestampCommandTests {
    /// Roots `ca` and `other`, the authority `tsa` under the first, and one that refuses.
    private static let authority = """
        mkdir tsa && cd tsa || exit 80
        ec() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out $1.key 2>/dev/null; }
        for r in ca other; do ec $r; openssl req -x509 -new -key $r.key -sha256 -days 3650 -subj "/O=Example Test/CN=$r" \
            -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign -out $r.pem; done
        ec tsa; openssl req -new -key tsa.key -subj "/O=Example Test/CN=TSA" -out tsa.csr
        printf 'basicConstraints=critical,CA:FALSE\\nkeyUsage=critical,digitalSignature\\nextendedKeyUsage=critical,timeStamping\\n' > tsa.ext
        openssl x509 -req -in tsa.csr -CA ca.pem -CAkey ca.key -set_serial 7 -days 3000 -sha256 -extfile tsa.ext -out tsa.pem 2>/dev/null
        printf '[tsa]\\nserial = serial\\ncrypto_device = builtin\\nsigner_cert = tsa.pem\\nsigner_key = tsa.key\\ncerts = ca.pem\\nsigner_digest = sha256\\n' > tsa.cnf
        printf 'default_policy = 1.2.3.4.1\\ndigests = sha256\\naccuracy = secs:1\\nordering = no\\ntsa_name = yes\\ness_cert_id_alg = sha256\\n' >> tsa.cnf
        sed 's/digests = sha256/digests = sha512/' tsa.cnf > refusing.cnf; echo 01A7 > serial
        """

    private static let reply = "(cd tsa; openssl ts -reply -config tsa.cnf -section tsa -queryfile r.tsq -out r.tsr 2>/dev/null)"

    /// A bundle and an authority's reply to the request over it.
    private func answered() throws -> IssuedSample.Away {
        let away = try IssuedSample.shared.get().away()
        try #require(try away.run("(\(Self.authority))").code == 0)
        let made = try away.run("dossier timestamp request b.zip -o tsa/r.tsq --nonce 0123abc && \(Self.reply)")
        try #require(made.code == 0, "\(made.errors)")
        return away
    }

    private static let attach = "dossier timestamp attach b.zip --response tsa/r.tsr --authority tsa/ca.pem"

    @Test func theReplyToTheRequestIsAttachedAndVerifies() throws {
        let away = try answered()
        let outcome = try away.run("\(Self.attach) --request tsa/r.tsq -o dated.zip")
        #expect(outcome.code == 0 && outcome.text.contains("by 'CN=TSA,O=Example Test'"), "\(outcome.errors)")
        try away.folder.write(
            try away.folder.text("trust.yaml").replacing(
                "policy:\n", with: "timestamp-authorities:\n  - certificate: |\n\(indented(try away.folder.text("tsa/ca.pem")))policy:\n"),
            to: "trust.yaml")
        let verified = try away.run("dossier verify dated.zip --trust trust.yaml")
        #expect(verified.code == 0, "\(verified.text)\(verified.errors)")
        #expect(
            try away.run("unzip -p dated.zip credit-2026-q3/signatures/bundle.dsse.json > e; openssl ts -verify -data e -in tsa/r.tsr -CAfile tsa/ca.pem").code
                == 0)
    }

    private func indented(_ pem: String) -> String { pem.split(separator: "\n").map { "      \($0)\n" }.joined() }

    @Test func theRequestIsTheSameWithoutANonceAndReadByOpenSSL() throws {
        let away = try IssuedSample.shared.get().away()
        let outcome = try away.run(
            "dossier timestamp request b.zip -o 1.tsq && dossier timestamp request b.zip -o 2.tsq && cmp 1.tsq 2.tsq && openssl ts -query -in 1.tsq -text")
        #expect(outcome.code == 0 && outcome.text.contains("Hash Algorithm: sha256") && outcome.text.contains("Nonce: unspecified"), "\(outcome.errors)")
    }

    @Test(arguments: [
        ("dossier timestamp attach b.zip --response tsa/r.tsr --authority tsa/other.pem -o x.zip", 65, "timestamp.unknown-authority"),
        (
            "dossier sign b.zip --key daniel --keys keys --seen SEEN >/dev/null; dossier timestamp attach b.zip --response tsa/r.tsr --authority tsa/ca.pem -o x.zip",
            65,
            "timestamp.other-data"
        ),
        (
            "dossier timestamp request b.zip -o o.tsq --nonce 99; dossier timestamp attach b.zip --response tsa/r.tsr --authority tsa/ca.pem --request o.tsq -o x.zip",
            65,
            "timestamp.other-nonce"
        ),
        (
            "(cd tsa; openssl ts -reply -config refusing.cnf -section tsa -queryfile r.tsq -out r.tsr 2>/dev/null); dossier timestamp attach b.zip --response tsa/r.tsr --authority tsa/ca.pem -o x.zip",
            65, "timestamp.rejected"
        ),
        ("dossier timestamp attach b.zip --response trust.yaml --authority tsa/ca.pem -o x.zip", 65, "timestamp.malformed"),
        ("dossier timestamp attach b.zip --response none --authority tsa/ca.pem -o x.zip", 66, "dossier.no-such-file"),
        ("dossier timestamp attach b.zip --response tsa/r.tsr --authority tsa/r.tsr -o x.zip", 65, "sign.no-certificates"),
    ]) func aReplyThatDoesNotFitIsRefused(script: String, code: Int32, id: String) throws {
        let away = try answered()
        let outcome = try away.run(script.replacing("SEEN", with: try away.seen()))
        #expect(outcome.code == code && outcome.errors.contains("[\(id)]"), "\(outcome.errors)")
        #expect(!away.folder.names().contains("x.zip"))
    }

    @Test func aForgedSignatureOfTheAuthorityIsIntegrity() throws {
        let away = try answered()
        var bytes = try away.folder.read("tsa/r.tsr")
        bytes[bytes.count - 1] ^= 1
        try away.folder.write(bytes, to: "tsa/r.tsr")
        let outcome = try away.run("\(Self.attach) -o x.zip")
        #expect(outcome.code == 3 && outcome.errors.contains("[timestamp.bad-signature]"), "\(outcome.errors)")
    }

    @Test func nothingIsSignedOrDatedBehindATimestamp() throws {
        let away = try answered()
        let seen = try away.seen()
        #expect(try away.run("\(Self.attach) -o dated.zip").code == 0)
        for (script, id) in [
            ("dossier sign dated.zip --key daniel --keys keys --seen \(seen) -o x.zip", "sign.has-timestamp"),
            ("dossier timestamp request dated.zip -o x.zip", "timestamp.has-one"),
            ("dossier timestamp attach dated.zip --response tsa/r.tsr --authority tsa/ca.pem -o x.zip", "timestamp.has-one"),
        ] {
            let outcome = try away.run(script)
            #expect(outcome.code == 65 && outcome.errors.contains("[\(id)]"), "\(outcome.errors)")
        }
        #expect(!away.folder.names().contains("x.zip"))
    }

    @Test(arguments: ["", "xyz", String(repeating: "0", count: 66)]) func aNonceIsHexadecimalDigits(nonce: String) throws {
        let away = try IssuedSample.shared.get().away()
        #expect(try away.run("dossier timestamp request b.zip -o r.tsq --nonce '\(nonce)'").code == 64)
    }
}
