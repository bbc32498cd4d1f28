import SwiftASN1
import TestSupport
import Testing

@testable import Signatures

/// A certificate authority in a temporary folder, made by openssl: roots, an intermediate, signers and timestamping authorities.
final class TestAuthority: Sendable {
    let folder: TemporaryFolder

    /// One for all tests; they write no file of its names.
    static let shared = Result { try TestAuthority() }

    private init() throws {
        folder = try TemporaryFolder()
        let made = try ForeignTool.shell(Self.script, in: folder.path)
        try #require(made.code == 0, "openssl could not make the test authority: \(made.text)")
    }

    /// The DER of a certificate or key by its name.
    func der(_ name: String) throws -> [UInt8] {
        let pem = try folder.text("\(name).pem")
        return try PEMDocument(pemString: pem).derBytes
    }

    func key(_ name: String) throws -> SigningKey { try SigningKey(pem: try folder.text("\(name).key")) }

    func shell(_ script: String) throws -> ForeignTool.Outcome { try ForeignTool.shell(script, in: folder.path) }

    /// The middle of the time in which all certificates are valid but `short`, in seconds since 1970.
    func now() throws -> Int { try CertificateChain.certificateStart(try der("signer")) + 86_400 }

    private static let script = """
        ec() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:$2 -out $1.key 2>/dev/null; }
        rsa() { openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:$2 -out $1.key 2>/dev/null; }
        root() { openssl req -x509 -new -key $1.key -sha256 -days 3650 -subj "/O=Example Test/CN=$2" \
            -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign -out $1.pem; }
        # issue NAME SUBJECT ISSUER DAYS EXTENSIONS
        issue() { openssl req -new -key $1.key -subj "/O=Example Test/CN=$2" -out $1.csr
            printf "$5" > $1.ext
            openssl x509 -req -in $1.csr -CA $3.pem -CAkey $3.key -set_serial 0x$(openssl rand -hex 8) -days $4 -sha256 \
                -extfile $1.ext -out $1.pem 2>/dev/null; }
        person='basicConstraints=critical,CA:FALSE\\nkeyUsage=critical,digitalSignature,nonRepudiation\\nextendedKeyUsage=emailProtection\\n'
        tsa='basicConstraints=critical,CA:FALSE\\nkeyUsage=critical,digitalSignature\\nextendedKeyUsage=critical,timeStamping\\n'
        ec ca P-256; root ca "Example Test Root"
        ec other P-256; root other "Other Root"
        ec inter P-256; issue inter "Example Intermediate" ca 3000 'basicConstraints=critical,CA:TRUE\\nkeyUsage=critical,keyCertSign\\n'
        ec signer P-256; issue signer "Compliance Officer" ca 825 "$person"
        ec deep P-256; issue deep "Deep Signer" inter 825 "$person"
        rsa rsa 2048; issue rsa "RSA Signer" ca 825 "$person"
        ec short P-256; issue short "Short Signer" ca 3 "$person"
        ec cipher P-256; issue cipher "Cipher Only" ca 825 'keyUsage=critical,keyEncipherment\\n'
        ec strange P-256; issue strange "Strange" ca 825 '1.2.3.4.5=critical,ASN1:NULL\\n'
        ec undersigner P-256; issue undersigner "Under a Signer" signer 825 "$person"
        ec p384 P-384; issue p384 "Other Curve" ca 825 "$person"
        openssl genpkey -algorithm ED25519 -out ed.key; issue ed "Edwards" ca 825 "$person"
        ec tsa P-256; issue tsa "Example TSA" ca 3650 "$tsa"
        ec tsainter P-256; issue tsainter "Deep TSA" inter 3000 "$tsa"
        ec tsa384 P-384; issue tsa384 "P-384 TSA" ca 3650 "$tsa"
        rsa tsarsa 2048; issue tsarsa "RSA TSA" ca 3650 "$tsa"
        ec tsaloose P-256; issue tsaloose "Loose TSA" ca 3650 'extendedKeyUsage=timeStamping\\n'
        ec tsatwo P-256; issue tsatwo "Two Purposes" ca 3650 'extendedKeyUsage=critical,timeStamping,emailProtection\\n'
        ec nosign P-256; issue nosign "May Not Issue" ca 3000 'basicConstraints=critical,CA:TRUE\\nkeyUsage=critical,digitalSignature\\n'
        ec undernosign P-256; issue undernosign "Under It" nosign 825 "$person"
        rsa tsaweak 1024; issue tsaweak "Weak TSA" ca 3650 "$tsa"
        rsa weak 1024; issue weak "Weak Signer" ca 825 "$person"
        cp ca.key cross.key; issue cross "Example Test Root" other 3000 'basicConstraints=critical,CA:TRUE\\nkeyUsage=critical,keyCertSign\\n'
        cat inter.pem ca.pem > chain.pem
        cat ca.pem other.pem > unneeded.pem
        printf 'hello evidence\\n' > data
        """
}

extension CertificateChain {
    /// When a certificate begins, in seconds since 1970.
    static func certificateStart(_ der: [UInt8]) throws -> Int { try StrictCertificate(der: der).notBefore }
}
