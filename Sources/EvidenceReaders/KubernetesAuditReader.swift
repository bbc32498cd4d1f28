import Diagnostics
import EvidenceModel

/// Reads Kubernetes audit logs: `audit.k8s.io` Events as JSON lines, or an `EventList`. Up to four stages of one request count once.
struct KubernetesAuditReader: EvidenceReader {
    let format = "k8s-audit"
    let kind = "audit-log"

    func recognizes(_ source: EvidenceSource) -> Recognition {
        guard source.firstByte == UInt8(ascii: "{") else { return .no }
        let head = source.headText
        if head.contains("audit.k8s.io/"), head.contains("\"EventList\"") || head.contains("\"auditID\"") { return .certain }
        return head.contains("\"auditID\"") && head.contains("\"stage\"") ? .likely : .no
    }

    private enum Field: Int, CaseIterable {
        case id, stage, verb, user, impersonated, resource, subresource, code, decision, received, stageTime, oldTime, uri

        var path: [String] {
            switch self {
            case .id: ["auditID"]
            case .stage: ["stage"]
            case .verb: ["verb"]
            case .user: ["user", "username"]
            case .impersonated: ["impersonatedUser", "username"]
            case .resource: ["objectRef", "resource"]
            case .subresource: ["objectRef", "subresource"]
            case .code: ["responseStatus", "code"]
            case .decision: ["annotations", "authorization.k8s.io/decision"]
            case .received: ["requestReceivedTimestamp"]
            case .stageTime: ["stageTimestamp"]
            case .oldTime: ["timestamp"]
            case .uri: ["requestURI"]
            }
        }
    }

    func read(_ source: EvidenceSource, _ options: ReadingOptions) -> Reading {
        var summary = AuditLogSummary()
        var faultyLine: Int?
        let isList = source.headText.prefix(400).contains("EventList")
        let fault = { (diagnostic: Diagnostic) in
            summary.addFault(diagnostic, isNewRecord: diagnostic.location?.line == nil || diagnostic.location?.line != faultyLine)
            faultyLine = diagnostic.location?.line
        }
        JSONRecords(source: source, paths: Field.allCases.map(\.path)).forEach(listKey: isList ? "items" : nil, fault: fault) { record, line in
            add(record, source.path, line, &summary)
        }
        return summary.reading(path: source.path, tellsPrivilege: true)
    }

    private func add(_ record: JSONRecord, _ path: String, _ line: Int, _ summary: inout AuditLogSummary) {
        func value(_ field: Field) -> String? { record[field.rawValue].flatMap { $0.isEmpty ? nil : $0 } }
        guard let verb = value(.verb), let id = value(.id) else {
            summary.addMalformed([.notAnAuditEvent(path, line: line)])
            return
        }
        let stage = value(.stage) ?? ""
        // An earlier stage is kept back by its id: the request is counted when it is over, or when nothing follows a panic.
        guard summary.isNew("\(id)\u{0}\(stage)") else { return }
        guard stage.isEmpty || stage == "ResponseComplete" || stage == "Panic" else { return }
        guard summary.isFirstSight(id) else { return }
        let code = value(.code).flatMap { Int($0) }
        let denied = code == 403 || value(.decision) == "forbid"
        let outcome: AuditEvent.Outcome? = denied ? .denied : code.map { $0 < 400 ? .success : .failure }
        let resource = [value(.resource), value(.subresource)].compactMap { $0 }.joined(separator: "/")
        // A request for no resource is told by its path, without the query.
        let target = resource.isEmpty ? value(.uri).map { String($0.prefix { $0 != "?" }) } ?? "" : resource
        summary.add(
            AuditEvent(
                time: value(.received) ?? value(.stageTime) ?? value(.oldTime), actor: value(.impersonated) ?? value(.user),
                action: target.isEmpty ? verb : "\(verb) \(target)", source: "kube-apiserver", outcomeText: code.map { "HTTP \($0)" }, outcome: outcome,
                isPrivileged: isPrivileged(verb, resource), isModelUse: false,
                isVersionChange: Self.deployments.contains(resource) && Self.writes.contains(verb)),
            path: path, line: line)
    }

    private static let writes: Set<String> = ["create", "update", "patch", "delete", "deletecollection"]
    private static let deployments: Set<String> = ["deployments", "statefulsets", "inferenceservices", "daemonsets"]

    /// Secrets, shells in pods, and changes of roles and their bindings.
    private func isPrivileged(_ verb: String, _ resource: String) -> Bool {
        switch resource {
        case "secrets", "pods/exec", "pods/attach", "pods/portforward": true
        case "roles", "rolebindings", "clusterroles", "clusterrolebindings", "serviceaccounts/token": Self.writes.contains(verb)
        default: false
        }
    }
}

extension Diagnostic {
    fileprivate static func notAnAuditEvent(_ path: String, line: Int) -> Self {
        Diagnostic(
            id: "k8s-audit.not-an-event", severity: .error, location: TextLocation(path: path, line: line),
            message: "the record has no 'auditID' and 'verb'; expected an audit.k8s.io Event", hint: "check whether cluster events were mixed in")
    }
}
