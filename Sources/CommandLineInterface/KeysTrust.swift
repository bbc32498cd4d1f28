import ArgumentParser
import Diagnostics
import DurableStorage
import EvidenceModel
import Glibc
import Signatures
import StructuredText
import TransparencyLog

extension Keys {
    /// Writes what a verifier trusts: made by the verifier, from keys that came from outside of what is verified.
    struct Trust: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add a signer's public key, a ledger's verifier key or a demanded signature to a trust file.",
            discussion: """
                Example: dossier keys trust --file trust.yaml --key claire.pem --person 'Claire Beaudoin' --role compliance-officer --over bundle
                Example: dossier keys trust --file trust.yaml --log 'locker.example.org/acme+d99e438e+AQ…'
                """)

        @Option(help: "The trust file; made when it is not there.", completion: .file())
        var file: String
        @Option(help: "A public key as PEM.", completion: .file())
        var key: String?
        @Option(help: "Whose key it is.")
        var person: String?
        @Option(help: "The role in which it signs, such as compliance-officer.")
        var role: String?
        @Option(help: "What must be signed in that role: bundle, pack, pack-xml, checkpoint or attestation. May be given several times.")
        var over: [String] = []
        @Option(help: "A ledger's verifier key; its signature over the checkpoint is demanded from then on.")
        var log: String?
        @Option(help: "The root certificate (PEM) of an organisation whose certificates hold the role of --role.", completion: .file())
        var authority: String?
        @Option(help: "The root certificate (PEM) of a timestamping authority; its timestamp over the bundle is demanded from then on.", completion: .file())
        var timestampAuthority: String?
        @Option(help: "The first day of the key's life, such as 2026-01-01.")
        var from: String?
        @Option(help: "The last day of the key's life.")
        var until: String?
        @Option(help: "The day from which nothing that the key signed counts.")
        var revoked: String?
        @Flag(help: "Demand that no person signs in two roles.")
        var fourEyes = false

        func validate() throws {
            if authority != nil, role == nil { throw ValidationError("--authority needs --role: the role that its certificates hold") }
            if key != nil, person == nil || role == nil {
                throw ValidationError("--key needs --person and --role: whose key it is, and in which role it signs")
            }
            for target in over where SigningPolicy.Target(rawValue: target) == nil {
                throw ValidationError("no '\(target)' can be signed; use one of: \(SigningPolicy.Target.allCases.map(\.rawValue).joined(separator: ", "))")
            }
        }

        func run() throws {
            do {
                var trust = try existing() ?? TrustFile(policy: SigningPolicy())
                var required: [SigningPolicy.Requirement] = []
                if let key, let person, let role {
                    let text = String(decoding: try readPrefix(of: FileStream(path: key), limit: 1 << 16), as: UTF8.self)
                    let signer = TrustFile.Signer(
                        person: person, role: role, key: try PublicKey(pem: text, location: TextLocation(path: key)), from: try seconds(from),
                        until: try end(until),
                        revoked: try seconds(revoked))
                    trust.signers.removeAll { $0.key == signer.key && $0.role == role }
                    trust.signers.append(signer)
                    required += over.compactMap(SigningPolicy.Target.init).map { .init(over: $0, role: role) }
                }
                if let authority, let role {
                    trust.authorities.append(.init(certificate: try root(authority), roles: [role]))
                    required += over.compactMap(SigningPolicy.Target.init).map { .init(over: $0, role: role) }
                }
                if let timestampAuthority {
                    trust.timestampAuthorities.append(try root(timestampAuthority))
                    required.append(.init(over: .bundle, role: "timestamp"))
                }
                if let log {
                    let key = try NoteKey(log, location: TextLocation(path: "--log"))
                    trust.logs.removeAll { $0.text == key.text }
                    trust.logs.append(.init(text: key.text))
                    required.append(.init(over: .checkpoint, role: "log"))
                }
                trust.policy = trust.policy.tightened(by: SigningPolicy(required: required, fourEyes: fourEyes))
                try OutputPlace.write(Array(trust.yaml.utf8), to: file)
                Console.result("\(file): \(trust.signers.count) signers, \(trust.logs.count) ledgers, \(trust.policy.required.count) demanded signatures")
            } catch let code as ExitCode {
                throw code
            } catch {
                throw ExitCode(Console.status(of: error).rawValue)
            }
        }

        /// The first certificate of a PEM file.
        private func root(_ path: String) throws -> [UInt8] {
            try SigningKeys.certificates(at: path).first ?? []
        }

        private func existing() throws -> TrustFile? {
            guard access(file, F_OK) == 0 else { return nil }
            return try TrustFile.parse(try readPrefix(of: FileStream(path: file), limit: 1 << 22), path: file)
        }

        private func seconds(_ text: String?) throws -> Int? {
            guard let text else { return nil }
            guard let instant = Instant(text) else { throw ValidationError("'\(text)' is not a date that exists; expected 2026-01-01") }
            return Int(instant.seconds)
        }

        /// A day counts to its end.
        private func end(_ text: String?) throws -> Int? { try seconds(text).map { text?.utf8.count == 10 ? $0 + 86_400 : $0 } }
    }
}

extension TrustFile {
    /// The file's text, in a fixed order.
    var yaml: String {
        var lines = ["# Whom a verifier of Dossier bundles trusts. Each key must have come from outside the bundle.", "trust: 1"]
        if let bundle { lines.append("bundle: \(Self.quoted(bundle))") }
        lines += Self.list("logs", logs.map { ["key: \(Self.quoted($0.text))"] })
        lines += Self.list(
            "signers",
            signers.map { signer in
                var rows = ["person: \(Self.quoted(signer.person))", "role: \(Self.quoted(signer.role))"]
                if let from = signer.from { rows.append("from: \(Instant(seconds: Int64(from)).timestamp)") }
                if let until = signer.until { rows.append("until: \(Instant(seconds: Int64(until)).timestamp)") }
                if let revoked = signer.revoked { rows.append("revoked: \(Instant(seconds: Int64(revoked)).timestamp)") }
                return rows + ["key: |"] + signer.key.pem.split(separator: "\n").map { "  \($0)" }
            })
        lines += Self.list(
            "authorities",
            authorities.map { authority in
                var rows = ["roles: [\(authority.roles.joined(separator: ", "))]"]
                if !authority.persons.isEmpty {
                    rows.append("persons:")
                    rows += authority.persons.map { "  \(Self.quoted($0.subject)): \(Self.quoted($0.name))" }
                }
                if !authority.revoked.isEmpty {
                    rows.append("revoked:")
                    rows += authority.revoked.map { "  - { certificate: \($0.certificate), from: \(Instant(seconds: Int64($0.from)).timestamp) }" }
                }
                return rows + ["certificate: |"] + Self.pem(authority.certificate)
            })
        lines += Self.list("timestamp-authorities", timestampAuthorities.map { ["certificate: |"] + Self.pem($0) })
        lines += Self.list("witnesses", witnesses.map { ["key: \(Self.quoted($0.text))"] })
        lines.append("policy:")
        if policy.fourEyes { lines.append("  four-eyes: true") }
        if policy.personalData == .block { lines.append("  personal-data: block") }
        lines.append(policy.required.isEmpty ? "  required: []" : "  required:")
        lines += policy.required.map { "    - { over: \($0.over.rawValue), role: \($0.role), threshold: \($0.threshold) }" }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func list(_ key: String, _ items: [[String]]) -> [String] {
        if items.isEmpty { return [] }
        return ["\(key):"] + items.flatMap { rows in rows.enumerated().map { ($0.offset == 0 ? "  - " : "    ") + $0.element } }
    }

    private static func quoted(_ text: String) -> String {
        var out = ""
        quoteJSON(text, into: &out, forTerminals: true)
        return out
    }

    private static func pem(_ der: [UInt8]) -> [String] {
        let text = BinaryText.base64(der)
        var lines = ["  -----BEGIN CERTIFICATE-----"]
        var rest = Substring(text)
        while !rest.isEmpty {
            lines.append("  \(rest.prefix(64))")
            rest = rest.dropFirst(64)
        }
        return lines + ["  -----END CERTIFICATE-----"]
    }
}
