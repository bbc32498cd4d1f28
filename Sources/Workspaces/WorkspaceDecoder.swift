public import Diagnostics
import EvidenceModel
import Foundation
import Glibc
import Redaction
public import StructuredText

/// Decodes the workspace's own files.
struct WorkspaceDecoder {
    let reader = YAMLMapReader(subject: "workspace")
    var timeZone: TimeZone?
    var defaults = Workspace.Defaults()

    func workspace(_ node: YAMLNode, files: WorkspaceFiles) -> Workspace? {
        guard let map = reader.map(node, keys: ["organisation", "time-zone", "defaults", "signers", "ledger", "signing", "retention"], what: "the workspace"),
            let organisation = reader.text(map["organisation"], "organisation", in: node)
        else { return nil }
        var zone: TimeZone?
        if let name = reader.optionalText(map["time-zone"], "time-zone") {
            zone = TimeZone(identifier: name)
            if zone == nil {
                reader.report(
                    "unknown-time-zone", map["time-zone"]?.location, "no time zone '\(name)'",
                    hint: "use an IANA name such as America/Toronto, or leave it out for UTC")
            }
        }
        var defaults = Workspace.Defaults()
        if let node = map["defaults"], let values = reader.map(node, keys: ["frameworks", "period", "classification"], what: "'defaults'") {
            defaults.frameworks = reader.texts(values["frameworks"], "frameworks")
            defaults.period = reader.optionalText(values["period"], "period")
            defaults.classification = reader.choice(values["classification"], "classification", as: Classification.self) ?? .internal
        }
        let signers = reader.list(map["signers"], "signers").compactMap { item -> Workspace.Signer? in
            guard let map = reader.map(item, keys: ["name", "role"], what: "a signer"), let name = reader.text(map["name"], "name", in: item),
                let role = reader.text(map["role"], "role", in: item)
            else { return nil }
            return Workspace.Signer(name: name, role: role)
        }
        var ledger = "dossier.local/locker"
        if let name = reader.optionalText(map["ledger"], "ledger") {
            if isLedgerName(name) {
                ledger = name
            } else {
                reader.report(
                    "not-a-ledger-name", map["ledger"]?.location, "'\(name)' is no name of a ledger; expected a URL without its scheme, without blanks and '+'",
                    hint: "write a name such as locker.example.org/acme; it need not resolve")
            }
        }
        return Workspace(
            files: files, organisation: organisation, timeZone: zone, defaults: defaults, ledger: ledger, signing: map["signing"],
            retention: map["retention"], signers: signers, systems: [], exceptions: [],
            diagnostics: [])
    }

    /// C2SP signed-note asks that a key's name is not empty and has neither blanks nor '+'.
    private func isLedgerName(_ name: String) -> Bool {
        name.utf8.count <= 200 && !name.hasPrefix("/") && !name.hasSuffix("/")
            && name.utf8.allSatisfy { ($0 > 0x20 && $0 < 0x7F) && $0 != UInt8(ascii: "+") }
    }

    /// A client's id becomes a folder and a part of the ledger's name.
    private func client(_ node: YAMLNode?) -> String? {
        guard let text = reader.optionalText(node, "client") else { return nil }
        let isID = text.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
        }
        if isID, text.utf8.count <= 60 { return text }
        reader.report(
            "not-a-client", node?.location, "'\(text)' is no client id; expected lower-case letters, digits and hyphens",
            hint: "write an id such as northgate-cu")
        return nil
    }

    static let systemKeys = [
        "name", "client", "purpose", "roles", "risk", "annex", "sector", "jurisdictions", "traits", "placed-on-market", "versions", "version", "residency",
        "ownership", "frameworks", "protected-attributes", "external-datasets", "training-datasets", "released-model", "limits", "sources",
    ]

    func system(_ node: YAMLNode, id: String) -> AISystem? {
        guard let map = reader.map(node, keys: Self.systemKeys, what: "a system"), let name = reader.text(map["name"], "name", in: node),
            let purpose = reader.text(map["purpose"], "purpose", in: node)
        else { return nil }
        var risk: [String: String] = [:]
        if let node = map["risk"] {
            if node.text != nil {
                risk["*"] = reader.optionalText(node, "risk")
            } else if node.members == nil {
                reader.report(
                    "not-a-map", node.location, "'risk' is \(node.kindName); expected a text or a map", hint: "write 'risk: high' or 'FRAMEWORK: high' lines")
            }
            for member in node.members ?? [] { risk[member.key] = reader.optionalText(member.value, member.key) }
        }
        var traits: [String: Bool] = [:]
        for member in reader.members(map["traits"], "traits") { traits[member.key] = reader.flag(member.value, member.key) }
        let versions = reader.list(map["versions"], "versions").compactMap(release)
        let ownership = reader.members(map["ownership"], "ownership").compactMap { member in
            reader.optionalText(member.value, member.key).map { AISystem.Ownership(responsibility: member.key, person: $0) }
        }
        let version = reader.optionalText(map["version"], "version")
        if let version, !versions.contains(where: { $0.version == version }) {
            reader.report(
                "unknown-version", map["version"]?.location,
                "version '\(version)' is not among the versions\(suggestion(for: version, among: versions.map(\.version)))", hint: "list it under 'versions'")
        }
        var system = AISystem(
            id: id, name: name, client: client(map["client"]), purpose: purpose, roles: reader.texts(map["roles"], "roles"), risk: risk,
            annex: reader.optionalText(map["annex"], "annex"), sectors: reader.texts(map["sector"], "sector"),
            jurisdictions: reader.texts(map["jurisdictions"], "jurisdictions"), traits: traits,
            placedOnMarket: date(map["placed-on-market"], "placed-on-market"),
            versions: versions, version: version ?? versions.max { $0.released < $1.released }?.version, residency: reader.texts(map["residency"], "residency"),
            ownership: ownership, frameworks: map["frameworks"] == nil ? defaults.frameworks : reader.texts(map["frameworks"], "frameworks"),
            protectedAttributes: reader.texts(map["protected-attributes"], "protected-attributes"),
            externalDatasets: reader.texts(map["external-datasets"], "external-datasets"),
            trainingDatasets: reader.texts(map["training-datasets"], "training-datasets"),
            releasedModel: reader.optionalText(map["released-model"], "released-model"), limits: limits(map["limits"]),
            sources: reader.list(map["sources"], "sources").compactMap(source), location: node.location)
        system.frameworksLocation = map["frameworks"]?.location ?? TextLocation(path: Workspace.marker)
        return reader.diagnostics.contains { $0.severity == .error } ? nil : system
    }

    private func release(_ node: YAMLNode) -> AISystem.Release? {
        guard let map = reader.map(node, keys: ["version", "released"], what: "a version"), let version = reader.text(map["version"], "version", in: node),
            reader.text(map["released"], "released", in: node) != nil, let released = date(map["released"], "released")
        else { return nil }
        return AISystem.Release(version: version, released: released)
    }

    private func date(_ node: YAMLNode?, _ key: String) -> Instant? {
        guard let node, let text = reader.optionalText(node, key) else { return nil }
        if let instant = Instant(text) { return instant }
        reader.report("not-a-date", node.location, "'\(key)' is '\(text)', not a date that exists", hint: "write an ISO 8601 date such as 2026-06-15")
        return nil
    }

    func limits(_ node: YAMLNode?) -> [DeclaredLimit] {
        var names: Set<String> = []
        return reader.members(node, "limits").compactMap { member in
            let keys = ["at-least", "at-most", "approved-by", "approved-on", "why"]
            guard let map = reader.map(member.value, keys: keys, what: "limit '\(member.key)'") else { return nil }
            if !names.insert(member.key.lowercased()).inserted {
                reader.report("duplicate-limit", member.keyLocation, "limit '\(member.key)' is declared twice", hint: "keep one of them")
            }
            let low = bound(map["at-least"], "at-least")
            let high = bound(map["at-most"], "at-most")
            if low == nil, high == nil {
                reader.report("no-bound", member.keyLocation, "limit '\(member.key)' has neither at-least nor at-most", hint: "add one of them")
                return nil
            }
            return DeclaredLimit(
                name: member.key, atLeast: low, atMost: high, approvedBy: reader.optionalText(map["approved-by"], "approved-by"),
                approvedOn: date(map["approved-on"], "approved-on"), why: reader.optionalText(map["why"], "why"), location: member.keyLocation)
        }
    }

    private func bound(_ node: YAMLNode?, _ key: String) -> DeclaredLimit.Bound? {
        guard let node, let text = reader.optionalText(node, key) else { return nil }
        if let number = Double(text), number.isFinite { return .number(number) }
        if let duration = CalendarDuration(text) { return .duration(duration) }
        reader.report("not-a-bound", node.location, "'\(key)' is '\(text)'; expected a number or a duration", hint: "write 0.8 or P10Y")
        return nil
    }

    static let sourceKeys = [
        "path", "kind", "format", "producer", "reviewer", "approver", "method", "classification", "observed", "sample", "mapping", "attributes",
        "redaction", "personal-fields",
    ]

    private func source(_ node: YAMLNode) -> SourceDeclaration? {
        guard let map = reader.map(node, keys: Self.sourceKeys, what: "a source"), let path = reader.text(map["path"], "path", in: node) else { return nil }
        guard !path.hasPrefix("/"), !path.split(separator: "/").contains("..") else {
            reader.report(
                "path-outside", map["path"]?.location, "source '\(path)' leads out of the workspace; expected a path inside it",
                hint: "copy or mount the records into the workspace")
            return nil
        }
        let first = path.split(separator: "/").first { $0 != "." }.map(String.init)
        guard let first, fnmatch(first, "locker", 0) != 0, fnmatch(first, "packs", 0) != 0 else {
            reader.report(
                "path-is-ours", map["path"]?.location, "source '\(path)' takes in the locker or the packs; expected a folder of records",
                hint: "put the records into a folder such as evidence/, and name that")
            return nil
        }
        var mapping: [String: String] = [:]
        for member in reader.members(map["mapping"], "mapping") { mapping[member.key] = reader.optionalText(member.value, member.key) }
        var redaction: RedactionRules?
        if let node = map["redaction"] {
            let read = RedactionRules.read(node)
            redaction = read.rules
            reader.append(read.diagnostics)
        }
        var declaration = SourceDeclaration(
            path: path, kind: reader.optionalText(map["kind"], "kind"), format: reader.optionalText(map["format"], "format"),
            producer: reader.optionalText(map["producer"], "producer"), reviewer: reader.optionalText(map["reviewer"], "reviewer"),
            approver: reader.optionalText(map["approver"], "approver"),
            method: reader.choice(map["method"], "method", as: CollectionMethod.self) ?? .file,
            classification: reader.choice(map["classification"], "classification", as: Classification.self) ?? defaults.classification,
            observed: period(map["observed"], "observed"), sample: sample(map["sample"]), mapping: mapping,
            attributes: reader.texts(map["attributes"], "attributes"), location: node.location)
        declaration.redaction = redaction
        if let node = map["personal-fields"] {
            let read = RedactionRules.readFields(node, what: "'personal-fields'")
            declaration.personalFields = read.fields
            reader.append(read.diagnostics)
        }
        return declaration
    }

    func period(_ node: YAMLNode?, _ key: String) -> Period? {
        guard let node, let text = reader.optionalText(node, key) else { return nil }
        if let period = Period(text, timeZone: timeZone) { return period }
        reader.report(
            "not-a-period", node.location, "'\(key)' is '\(text)', not a period", hint: "write 2026-Q3, 2026-09 or 2026-07-01/2026-10-01 (end not included)")
        return nil
    }

    func sample(_ node: YAMLNode?) -> Sample? {
        guard let node, let map = reader.map(node, keys: ["population", "size", "selection"], what: "'sample'") else { return nil }
        return Sample(
            population: reader.integer(map["population"], "population"), size: reader.integer(map["size"], "size"),
            selection: reader.optionalText(map["selection"], "selection"))
    }

    static let exceptionKeys = ["exception", "system", "framework", "controls", "reason", "measure", "owner", "approver", "from", "to"]

    /// A file holds one exception, or a list of them.
    func exceptions(_ node: YAMLNode) -> [GapException] {
        (node.list ?? [node]).compactMap { item in
            guard let map = reader.map(item, keys: Self.exceptionKeys, what: "an exception"), let id = reader.text(map["exception"], "exception", in: item),
                let system = reader.text(map["system"], "system", in: item), let framework = reader.text(map["framework"], "framework", in: item),
                let reason = reader.text(map["reason"], "reason", in: item), let measure = reader.text(map["measure"], "measure", in: item),
                let owner = reader.text(map["owner"], "owner", in: item), let approver = reader.text(map["approver"], "approver", in: item)
            else { return nil }
            guard let from = date(map["from"], "from"), let to = date(map["to"], "to"), from < to else {
                reader.report(
                    "no-end", item.location, "exception '\(id)' has no start before its end", hint: "add 'from:' and 'to:' with the start before the end")
                return nil
            }
            let controls = reader.texts(map["controls"], "controls")
            guard !controls.isEmpty else {
                reader.report("missing-key", item.location, "exception '\(id)' names no controls", hint: "add 'controls: [ NUMBER ]'")
                return nil
            }
            guard owner.lowercased() != approver.lowercased() else {
                reader.report(
                    "self-approved", map["approver"]?.location, "exception '\(id)' is approved by its own owner '\(owner)'; expected somebody else",
                    hint: "have another person approve it")
                return nil
            }
            return GapException(
                id: id, system: system, framework: framework, controls: controls, reason: reason, measure: measure,
                owner: owner, approver: approver, from: from, to: to, location: item.location)
        }
    }
}

extension DeclaredLimit {
    /// Decodes a map of limits, as system files and examples write it.
    public static func decode(_ node: YAMLNode) -> (limits: [DeclaredLimit], diagnostics: [Diagnostic]) {
        let decoder = WorkspaceDecoder()
        let limits = decoder.limits(node)
        return (limits, decoder.reader.diagnostics)
    }
}
