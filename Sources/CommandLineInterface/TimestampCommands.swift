import ArgumentParser
import BagArchives
import Diagnostics
import EvidenceBundles
import EvidenceModel
import Signatures
import StructuredText

/// Has a bundle's signatures dated by an authority. The program itself never goes to the network.
struct TimestampCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "timestamp", abstract: "Have a bundle's signatures dated by a timestamping authority (RFC 3161).",
        discussion: """
            Example: dossier timestamp request northgate-2026-q3.zip -o request.tsq
            Example: curl -sS -H 'Content-Type: application/timestamp-query' --data-binary @request.tsq https://tsa.example.org -o reply.tsr
            Example: dossier timestamp attach northgate-2026-q3.zip --response reply.tsr --authority root.pem

            The timestamp is over the bytes of signatures/bundle.dsse.json, and through it over every file: it proves that all signatures existed then. \
            Collect all signatures first.
            """,
        subcommands: [TimestampRequestCommand.self, TimestampAttach.self])
}

/// Writes the request for an authority.
struct TimestampRequestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "request", abstract: "Write the request that is sent to an authority by HTTP POST as application/timestamp-query.",
        discussion: "Example: dossier timestamp request northgate-2026-q3.zip -o request.tsq")

    @Argument(help: "The bundle's file.", completion: .file())
    var bundle: String
    @Option(name: .shortAndLong, help: "The file to write.", completion: .file())
    var output: String
    // An old reply over these very bytes is as true as a new one, so that none is needed.
    @Option(help: "A number that the reply must repeat, in hexadecimal digits; none when left out.")
    var nonce: String?

    func run() async throws {
        try await BundleFile.ending {
            let opened = try await BundleFile.open(bundle)
            if opened.hasTimestamp { throw Diagnostic.hasTimestamp(bundle) }
            let digest = ContentDigest.of(opened.envelopeBytes)
            guard let request = TimestampRequest(digest: digest.bytes, nonce: try nonceBytes()) else {
                throw ValidationError("--nonce has more than \(TimestampRequest.maximumNonceBytes) bytes or none")
            }
            try OutputPlace.write(request.der, to: output)
            let count = opened.envelope.signatures.count
            Console.result("\(output): a request over \(count) \(count == 1 ? "signature" : "signatures"), sha256 \(digest.hex)")
        }
    }

    private func nonceBytes() throws -> [UInt8]? {
        guard let nonce else { return nil }
        let text = nonce.lowercased()
        guard let bytes = BinaryText.bytes(hex: text.utf8.count % 2 == 0 ? text : "0" + text), !bytes.isEmpty else {
            throw ValidationError("--nonce is '\(nonce)'; expected hexadecimal digits such as 0123456789abcdef")
        }
        return bytes
    }
}

/// Checks a reply and puts it into the bundle.
struct TimestampAttach: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attach", abstract: "Check an authority's reply, and put it into the bundle as signatures/bundle.tsr.",
        discussion: """
            Example: dossier timestamp attach northgate-2026-q3.zip --response reply.tsr --authority root.pem -o dated.zip

            The reply must be over this bundle's signatures, granted, and lead to the given root. It is stored in a strict spelling: what the authority did not sign \
            is left out.
            """)

    @Argument(help: "The bundle's file.", completion: .file())
    var bundle: String
    @Option(help: "The authority's reply.", completion: .file())
    var response: String
    @Option(help: "The PEM certificate of the authority's root, which you compared with what the authority publishes.", completion: .file())
    var authority: String
    @Option(help: "The request that was sent, to compare its nonce.", completion: .file())
    var request: String?
    @Option(name: .shortAndLong, help: "The file to write; the bundle itself is replaced when left out.", completion: .file())
    var output: String?

    func run() async throws {
        try await BundleFile.ending(altered: ["timestamp.bad-signature"]) {
            let opened = try await BundleFile.open(bundle)
            if opened.hasTimestamp { throw Diagnostic.hasTimestamp(bundle) }
            try BundleFile.mustExist(authority)
            let roots = try SigningKeys.certificates(at: authority)
            let bytes = try BundleFile.bytes(response, limit: TimestampResponse.maximumBytes)
            let reply = try TimestampResponse.normalized(bytes, path: response)
            let stamp = try await reply.verify(overDigest: ContentDigest.of(opened.envelopeBytes).bytes, nonce: try nonce(), roots: roots)
            let path = output ?? bundle
            try OutputPlace.making(path) { try opened.write(envelope: opened.envelope, timestamp: reply, to: path, cores: 2) }
            let time = Instant(seconds: Int64(stamp.seconds)).timestamp
            Console.result(
                """
                \(path): dated \(time) by '\(Diagnostic.printable(stamp.authority))', serial \(stamp.serial), policy \(stamp.policy)
                  root sha256 \(stamp.rootFingerprint)
                """)
        }
    }

    private func nonce() throws -> [UInt8]? {
        guard let request else { return nil }
        guard let sent = TimestampRequest(der: try BundleFile.bytes(request, limit: 4096)) else { throw Diagnostic.notARequest(request) }
        return sent.nonce
    }
}

extension Diagnostic {
    fileprivate static func hasTimestamp(_ path: String) -> Self {
        Diagnostic(
            id: "timestamp.has-one", severity: .error, location: TextLocation(path: path),
            message: "the bundle has a timestamp already; an older one proves more",
            hint: "keep it, or take the bundle as it was before")
    }

    fileprivate static func notARequest(_ path: String) -> Self {
        Diagnostic(
            id: "timestamp.not-a-request", severity: .error, location: TextLocation(path: path),
            message: "the file is no request that 'dossier timestamp request' wrote", hint: "give the request that was sent, or leave --request out")
    }
}
