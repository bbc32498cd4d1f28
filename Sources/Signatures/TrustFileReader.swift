import Diagnostics
import StructuredText
import SwiftASN1
import X509

/// Reads the YAML of a trust file and gathers every fault.
struct TrustFileReader {
    /// So many keys of one kind, roles or persons are read at most.
    private static let maximumItems = 1000

    private let reader = YAMLMapReader(subject: "trust")

    var diagnostics: [Diagnostic] { reader.diagnostics }

    func read(_ root: YAMLNode) -> TrustFile? {
        let keys = ["trust", "bundle", "logs", "signers", "authorities", "timestamp-authorities", "witnesses", "policy"]
        guard let map = map(root, keys: keys, what: "a trust file") else { return nil }
        guard let version = reader.text(map["trust"], "trust", in: root) else { return nil }
        guard version == "1" else {
            reader.report("other-version", map["trust"]?.location, "version '\(version)' is not supported; expected '1'", hint: "write 'trust: 1'")
            return nil
        }
        var file = TrustFile(bundle: reader.optionalText(map["bundle"], "bundle"), policy: SigningPolicy())
        file.logs = items(map["logs"], "logs").compactMap { noteKey($0, what: "a log") }
        file.signers = items(map["signers"], "signers").compactMap(signer)
        refuseSharedKeys(file.signers, map["signers"])
        file.authorities = items(map["authorities"], "authorities").compactMap(authority)
        refuseSharedRoots(file.authorities, map["authorities"])
        file.timestampAuthorities = items(map["timestamp-authorities"], "timestamp-authorities").compactMap(timestampAuthority)
        file.witnesses = items(map["witnesses"], "witnesses").compactMap { noteKey($0, what: "a witness") }
        guard let policy = map["policy"] else {
            reader.report("no-policy", root.location, "'policy' is missing: nothing would have to be signed", hint: "add 'policy:' with what must be signed")
            return nil
        }
        file.policy = SigningPolicy.read(policy, reader, what: "the policy")
        if file.policy.required.isEmpty, diagnostics.isEmpty {
            reader.report(
                "no-policy", policy.location, "the policy demands no signature; expected one or more", hint: "add 'required:' with what must be signed")
        }
        return file
    }

    private func map(_ node: YAMLNode, keys: [String], what: String) -> [String: YAMLNode]? { reader.filledMap(node, keys: keys, what: what) }

    private func items(_ node: YAMLNode?, _ key: String) -> [YAMLNode] {
        let items = reader.list(node, key)
        guard items.count > Self.maximumItems else { return items }
        reader.report(
            "too-many", node?.location, "'\(key)' has \(items.count) items; expected at most \(Self.maximumItems)", hint: "leave out what is not needed")
        return []
    }

    // MARK: - Keys

    /// The shape of `name+8 hexadecimal digits+Base64`; the log's own code reads what the parts mean.
    private func noteKey(_ node: YAMLNode, what: String) -> TrustFile.NoteKey? {
        guard let map = map(node, keys: ["key"], what: what), let text = reader.text(map["key"], "key", in: node) else { return nil }
        let parts = text.utf8.split(separator: UInt8(ascii: "+"), maxSplits: 2, omittingEmptySubsequences: false).map { String(Substring($0)) }
        guard parts.count == 3, !parts[0].isEmpty, text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }), parts[1].utf8.count == 8,
            BinaryText.bytes(hex: parts[1]) != nil, let bytes = BinaryText.bytes(base64: parts[2]), bytes.count > 1
        else {
            reader.report(
                "not-a-verifier-key", map["key"]?.location, "found '\(text)'; expected a verifier key such as 'locker.example.org/acme+d99e438e+AQ…'",
                hint: "copy the line that 'dossier key' prints for the log")
            return nil
        }
        return TrustFile.NoteKey(text: text, location: map["key"]?.location)
    }

    private func signer(_ node: YAMLNode) -> TrustFile.Signer? {
        guard let map = map(node, keys: ["person", "role", "key", "from", "until", "revoked"], what: "a signer") else { return nil }
        let person = reader.text(map["person"], "person", in: node)
        let role = role(map["role"], in: node)
        let pem = reader.text(map["key"], "key", in: node)
        let from = time(map["from"], "from")
        let until = time(map["until"], "until", toEndOfDay: true)
        if let from, let until, until <= from {
            reader.report("ends-before-it-begins", map["until"]?.location, "'until' is not after 'from'", hint: "correct one of the two dates")
        }
        let revoked = time(map["revoked"], "revoked")
        guard let person, let role, let pem else { return nil }
        do {
            let key = try PublicKey(pem: pem, location: map["key"]?.location)
            return TrustFile.Signer(person: person, role: role, key: key, from: from, until: until, revoked: revoked)
        } catch {
            reader.append([error])
            return nil
        }
    }

    /// A role that persons hold.
    private func role(_ node: YAMLNode?, in owner: YAMLNode) -> String? {
        guard let role = SigningPolicy.readRole(node, in: owner, reader) else { return nil }
        guard SigningPolicy.services.contains(role) else { return role }
        reader.report(
            "role-of-a-service", node?.location, "found the role '\(role)', which is that of a service; expected a role of persons",
            hint: "list logs, witnesses and timestamp authorities under their own keys")
        return nil
    }

    /// A key proves who signed only when it is one person's.
    private func refuseSharedKeys(_ signers: [TrustFile.Signer], _ node: YAMLNode?) {
        var owners: [PublicKey: String] = [:]
        for signer in signers {
            if let owner = owners[signer.key], !samePerson(owner, signer.person) {
                reader.report(
                    "key-of-two-persons", node?.location,
                    "the key \(signer.key.keyID) is listed for '\(owner)' and for '\(signer.person)'; expected one person",
                    hint: "give each person a key of their own")
            }
            owners[signer.key] = signer.person
        }
    }

    /// A day or a second of UTC. The end of a life that is given as a day is the end of that day.
    private func time(_ node: YAMLNode?, _ key: String, toEndOfDay: Bool = false) -> Int? {
        guard let node, let text = reader.optionalText(node, key) else { return nil }
        guard let time = UTCTime.parse(text) else {
            reader.report(
                "not-a-date", node.location, "'\(key)' is '\(text)'; expected a day such as 2026-01-01, or a time such as 2026-01-01T12:00:00Z",
                hint: "write the day, or the time in UTC")
            return nil
        }
        return toEndOfDay && time.isDay ? time.seconds + 86_400 : time.seconds
    }

    // MARK: - Certificates

    private func authority(_ node: YAMLNode) -> TrustFile.Authority? {
        guard let map = map(node, keys: ["certificate", "roles", "persons", "revoked"], what: "an authority") else { return nil }
        let certificate = certificate(map["certificate"], in: node)
        let roles = items(map["roles"], "roles").compactMap { role($0, in: node) }
        if map["roles"] == nil { _ = reader.text(nil, "roles", in: node) }
        let persons = reader.members(map["persons"], "persons").compactMap { member -> TrustFile.Authority.Person? in
            guard let name = reader.text(member.value, member.key, in: node) else { return nil }
            return TrustFile.Authority.Person(subject: member.key, name: name)
        }
        let revoked = items(map["revoked"], "revoked").compactMap(revocation)
        guard let certificate else { return nil }
        return TrustFile.Authority(certificate: certificate, roles: roles, persons: persons, revoked: revoked)
    }

    /// Two entries for one root would leave open which roles count.
    private func refuseSharedRoots(_ authorities: [TrustFile.Authority], _ node: YAMLNode?) {
        guard Set(authorities.map(\.certificate)).count < authorities.count else { return }
        reader.report("root-twice", node?.location, "a root certificate stands in two authorities; expected each once", hint: "join their roles and persons")
    }

    private func revocation(_ node: YAMLNode) -> TrustFile.Authority.Revocation? {
        guard let map = map(node, keys: ["certificate", "from"], what: "a revocation") else { return nil }
        let digest = reader.text(map["certificate"], "certificate", in: node)
        if map["from"] == nil { _ = reader.text(nil, "from", in: node) }
        guard let digest, let from = time(map["from"], "from") else { return nil }
        guard isSHA256(digest) else {
            reader.report(
                "not-a-digest", map["certificate"]?.location, "found '\(digest)'; expected the SHA-256 of the certificate: 64 lower-case hexadecimal digits",
                hint: "take the digest from 'openssl x509 -outform DER | sha256sum'")
            return nil
        }
        return TrustFile.Authority.Revocation(certificate: digest, from: from)
    }

    private func timestampAuthority(_ node: YAMLNode) -> [UInt8]? {
        guard let map = map(node, keys: ["certificate"], what: "a timestamp authority") else { return nil }
        return certificate(map["certificate"], in: node)
    }

    private func certificate(_ node: YAMLNode?, in owner: YAMLNode) -> [UInt8]? {
        guard let pem = reader.text(node, "certificate", in: owner) else { return nil }
        guard let document = PublicKey.document(pem), document.discriminator.utf8.elementsEqual("CERTIFICATE".utf8),
            (try? Certificate(derEncoded: document.derBytes)) != nil
        else {
            reader.report(
                "not-a-certificate", node?.location, "found a text that is no certificate; expected one block '-----BEGIN CERTIFICATE-----'",
                hint: "paste the root certificate as 'openssl x509' prints it")
            return nil
        }
        return document.derBytes
    }
}
