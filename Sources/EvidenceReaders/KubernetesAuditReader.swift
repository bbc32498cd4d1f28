import Diagnostics
import EvidenceModel
import StructuredText

/// Reads Kubernetes audit logs (`audit.k8s.io`): one event a line, or an EventList.
///
/// One request is one `auditID` with up to four stages, and counts as one event; its outcome is that of its last stage. The actor is the impersonated user
/// where there is one. Plain cluster events (`kind: Event` of another API) are no audit events.
struct KubernetesAuditReader: EvidenceReader {
    let format = "k8s-audit"
    let kind = "audit-log"

    func recognizes(_ source: EvidenceSource) -> Recognition {
        guard source.firstByte == UInt8(ascii: "{") || source.firstByte == UInt8(ascii: "[") else { return .no }
        var seen = 0
        var fitting = 0
        JSONLogRecords(source, paths: Field.paths, containers: Field.containers).forEachRecordInHead(20) { record in
            seen += 1
            if Self.isAudit(record) { fitting += 1 }
        }
        if fitting > 0 { return fitting * 5 >= seen * 4 ? .certain : .no }
        return seen == 0 && source.headText.contains("audit.k8s.io/") && source.headText.contains("\"EventList\"") ? .certain : .no
    }

    /// Old writers leave `apiVersion` out; then `auditID` and `stage` tell.
    fileprivate static func isAudit(_ record: JSONFieldScanner) -> Bool {
        if let version = record.string(Field.apiVersion.rawValue) {
            return version.starts(with: "audit.k8s.io/".utf8)
        }
        return record.field(Field.auditID.rawValue).kind != .absent && record.field(Field.stage.rawValue).kind != .absent
    }

    func read(_ source: EvidenceSource, _ options: ReadingOptions) -> Reading {
        var summary = AuditLogSummary(path: source.path)
        let interpreter = KubernetesAuditInterpreter(path: source.path)
        let records = JSONLogRecords(source, paths: Field.paths, containers: Field.containers)
        let opened = records.read(into: &summary) { record, place, line, summary in
            interpreter.add(record, place: place, line: line, to: &summary)
        }
        guard opened else { return .unreadable(summary.diagnostics.diagnostics(path: source.path)) }
        interpreter.finish(&summary)
        return summary.reading()
    }

    /// What is looked for in an event. The first is the list of an EventList.
    enum Field: Int, CaseIterable {
        case items
        case apiVersion, auditID, stage, verb, user, groups, impersonated, requestURI, resource, subresource, group, code, decision
        case received, stageTime, timestamp

        static let containers = 1
        static let paths = allCases.map(\.path)

        var path: [String] {
            switch self {
            case .items: ["items"]
            case .apiVersion: ["apiVersion"]
            case .auditID: ["auditID"]
            case .stage: ["stage"]
            case .verb: ["verb"]
            case .user: ["user", "username"]
            case .groups: ["user", "groups"]
            case .impersonated: ["impersonatedUser", "username"]
            case .requestURI: ["requestURI"]
            case .resource: ["objectRef", "resource"]
            case .subresource: ["objectRef", "subresource"]
            case .group: ["objectRef", "apiGroup"]
            case .code: ["responseStatus", "code"]
            case .decision: ["annotations", "authorization.k8s.io/decision"]
            case .received: ["requestReceivedTimestamp"]
            case .stageTime: ["stageTimestamp"]
            case .timestamp: ["timestamp"]
            }
        }
    }
}

/// Turns the stages of requests into events.
private final class KubernetesAuditInterpreter {
    private typealias Field = KubernetesAuditReader.Field

    private enum Stage {
        case last, responseStarted, received
    }

    /// Requests whose response has begun and whose end has not come yet, with the outcome so far.
    private var open: [UInt64: (code: Int, forbidden: Bool, place: Int)] = [:]
    private static let maximumOpen = 50_000

    /// A request of which only the first stage was met so far.
    private struct Received {
        var time: [UInt8]?
        var user: [UInt8]?
        var action: [UInt8]
        var isPrivileged: Bool
        var place: Int
        var line: Int
    }

    private var received: [UInt64: Received] = [:]
    private let path: String
    private var action: [UInt8] = []

    init(path: String) { self.path = path }

    func add(_ record: JSONFieldScanner, place: Int, line: Int, to summary: inout AuditLogSummary) {
        guard KubernetesAuditReader.isAudit(record), let verb = record.nonEmpty(Field.verb.rawValue) else {
            return summary.malformed([.notAnAuditEvent(path, line)])
        }
        let stage = Self.stage(record)
        guard let id = record.nonEmpty(Field.auditID.rawValue) else {
            addRequest(record, verb, place: place, line: line, to: &summary)
            return addOutcome(record, stage, id: nil, place: place, to: &summary)
        }
        let request = stableHash(id)
        // The same stage of the same request twice is a duplicate; another stage of it is not.
        let stageHash = record.string(Field.stage.rawValue).map { stableHash($0, seed: request) } ?? ~request
        let first = summary.insert(request)
        if summary.insert(stageHash) == .seen {
            summary.duplicates += 1
            return
        }
        if stage == .received, first == .new, received.count < Self.maximumOpen {
            // Who is impersonated is known only from the next stage on.
            writeAction(record, verb)
            received[request] = Received(
                time: Self.time(record).map(Array.init), user: record.nonEmpty(Field.user.rawValue).map(Array.init), action: action,
                isPrivileged: Self.changesControls(record, verb) || Self.isMaster(record), place: place, line: line)
            return
        }
        // Beyond the set's size only last stages count, so that no request counts twice.
        if first == .new || received.removeValue(forKey: request) != nil || (first == .full && stage == .last) {
            addRequest(record, verb, place: place, line: line, to: &summary)
        }
        addOutcome(record, stage, id: request, place: place, to: &summary)
    }

    /// Requests of which the log holds no answer are events all the same; those that never ended have the outcome with which their response began.
    func finish(_ summary: inout AuditLogSummary) {
        for request in received.values.sorted(by: { $0.place < $1.place }) {
            var event = AuditLogEvent()
            event.time = (request.time ?? []).withUnsafeBufferPointer { EventTime.read($0, &summary) }
            event.isPrivileged = request.isPrivileged
            (request.user ?? []).withUnsafeBufferPointer { user in
                event.actor = user
                add(event, request.action, place: request.place, line: request.line, to: &summary)
            }
        }
        for request in open.values.sorted(by: { $0.place < $1.place }) {
            summary.add(Self.outcome(request.code, request.forbidden), place: request.place)
        }
        (received, open) = ([:], [:])
    }

    private static func stage(_ record: JSONFieldScanner) -> Stage {
        guard let stage = record.string(Field.stage.rawValue) else { return .last }
        if stage.elementsEqual("RequestReceived".utf8) { return .received }
        return stage.elementsEqual("ResponseStarted".utf8) ? .responseStarted : .last
    }

    private func addRequest(
        _ record: JSONFieldScanner, _ verb: UnsafeBufferPointer<UInt8>, place: Int, line: Int, to summary: inout AuditLogSummary
    ) {
        var event = AuditLogEvent()
        event.time = EventTime.read(Self.time(record), &summary)
        let impersonated = record.nonEmpty(Field.impersonated.rawValue)
        event.actor = impersonated ?? record.nonEmpty(Field.user.rawValue)
        event.isPrivileged = Self.changesControls(record, verb) || (impersonated == nil && Self.isMaster(record))
        event.isVersionChange = Self.changesVersion(record, verb)
        writeAction(record, verb)
        add(event, action, place: place, line: line, to: &summary)
    }

    private func add(_ event: AuditLogEvent, _ action: [UInt8], place: Int, line: Int, to summary: inout AuditLogSummary) {
        var event = event
        action.withUnsafeBufferPointer { action in
            event.action = action
            // Events of this API are written by the API server and nothing else (Kubernetes documentation, "Auditing").
            Self.server.withUTF8Buffer { server in
                event.source = server
                summary.add(event, place: place, line: line)
            }
        }
    }

    private static func time(_ record: JSONFieldScanner) -> UnsafeBufferPointer<UInt8>? {
        record.nonEmpty(Field.received.rawValue) ?? record.nonEmpty(Field.stageTime.rawValue) ?? record.nonEmpty(Field.timestamp.rawValue)
    }

    private func addOutcome(_ record: JSONFieldScanner, _ stage: Stage, id: UInt64?, place: Int, to summary: inout AuditLogSummary) {
        let forbidden = record.string(Field.decision.rawValue)?.elementsEqual("forbid".utf8) ?? false
        let code = record.scalar(Field.code.rawValue).flatMap { Int(String(decoding: $0, as: UTF8.self)) }
        guard stage != .received, code != nil || forbidden else { return }
        if stage == .responseStarted, let id {
            if open.count < Self.maximumOpen { open[id] = (code ?? 403, forbidden, place) }
            return
        }
        if let id { open[id] = nil }
        summary.add(Self.outcome(code ?? 403, forbidden), place: place)
    }

    private static func outcome(_ code: Int, _ forbidden: Bool) -> AuditOutcome {
        if code == 403 || forbidden { return .denied }
        return code >= 400 ? .failure : .success
    }

    /// `create pods/exec`, or `get /healthz` for what is no resource, without the query.
    private func writeAction(_ record: JSONFieldScanner, _ verb: UnsafeBufferPointer<UInt8>) {
        action.removeAll(keepingCapacity: true)
        action.append(contentsOf: verb)
        if let resource = record.nonEmpty(Field.resource.rawValue) {
            action.append(0x20)
            action.append(contentsOf: resource)
            if let part = record.nonEmpty(Field.subresource.rawValue) {
                action.append(UInt8(ascii: "/"))
                action.append(contentsOf: part)
            }
        } else if let uri = record.nonEmpty(Field.requestURI.rawValue) {
            action.append(0x20)
            action.append(contentsOf: uri.prefix { $0 != UInt8(ascii: "?") })
        }
    }

    /// A write to what rules access, keys or the audit itself, a verb that lends rights, a shell in a pod, or any look at a secret.
    private static func changesControls(_ record: JSONFieldScanner, _ verb: UnsafeBufferPointer<UInt8>) -> Bool {
        func `is`(_ field: Field, oneOf names: [String]) -> Bool {
            guard let text = record.string(field.rawValue) else { return false }
            return names.contains { text.elementsEqual($0.utf8) }
        }
        if `is`(.verb, oneOf: lendingVerbs) || `is`(.resource, oneOf: ["secrets"]) { return true }
        if `is`(.resource, oneOf: ["pods"]), `is`(.subresource, oneOf: ["exec", "attach", "portforward"]) { return true }
        guard `is`(.verb, oneOf: writingVerbs) else { return false }
        if `is`(.group, oneOf: controlGroups) || `is`(.resource, oneOf: controlResources) { return true }
        return `is`(.resource, oneOf: ["serviceaccounts"]) && `is`(.subresource, oneOf: ["token"])
    }

    /// A write to what runs models and other programs.
    private static func changesVersion(_ record: JSONFieldScanner, _ verb: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let resource = record.string(Field.resource.rawValue), record.string(Field.subresource.rawValue) == nil else { return false }
        return deployments.contains { resource.elementsEqual($0.utf8) } && writingVerbs.contains { verb.elementsEqual($0.utf8) }
    }

    /// A member of `system:masters` passes every check, as root does.
    private static func isMaster(_ record: JSONFieldScanner) -> Bool {
        guard let groups = record.bytes(Field.groups.rawValue) else { return false }
        return String(decoding: groups.prefix(8_192), as: UTF8.self).contains("\"system:masters\"")
    }

    private static let server: StaticString = "kube-apiserver"
    private static let writingVerbs = ["create", "update", "patch", "delete", "deletecollection"]
    private static let lendingVerbs = ["impersonate", "escalate", "bind"]
    private static let controlGroups = ["rbac.authorization.k8s.io", "certificates.k8s.io", "admissionregistration.k8s.io", "auditregistration.k8s.io"]
    private static let controlResources = [
        "roles", "rolebindings", "clusterroles", "clusterrolebindings", "certificatesigningrequests", "podsecuritypolicies",
    ]
    private static let deployments = ["deployments", "statefulsets", "daemonsets", "inferenceservices"]
}

extension Diagnostic {
    fileprivate static func notAnAuditEvent(_ path: String, _ line: Int) -> Self {
        Diagnostic(
            id: "k8s-audit.not-an-event", severity: .error, location: TextLocation(path: path, line: line),
            message: "the record is no audit event; expected 'apiVersion: audit.k8s.io/…' or 'auditID' and 'stage', and a 'verb'",
            hint: "keep cluster events and other records in files of their own")
    }
}
