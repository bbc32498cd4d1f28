import Diagnostics
import EvidenceModel
import StructuredText

/// Reads AWS CloudTrail: `{"Records":[…]}` files as S3 delivers them, one event a line, and the records of `lookup-events`.
struct CloudTrailReader: EvidenceReader {
    let format = "aws-cloudtrail"
    let kind = "audit-log"

    func recognizes(_ source: EvidenceSource) -> Recognition {
        guard source.firstByte == UInt8(ascii: "{") else { return .no }
        let head = source.headText
        if head.contains("\"CloudTrailEvent\"") { return .certain }
        if head.contains("\"Records\""), head.contains("\"Records\": []") || head.contains("\"Records\":[]") { return .certain }
        return head.contains("\"eventSource\"") && head.contains("\"eventVersion\"") && (head.contains("\"eventName\"") || head.contains("\"insightDetails\""))
            ? .certain : .no
    }

    private enum Field: Int, CaseIterable {
        case time, name, source, id, error, type, arn, userName, invokedBy, principal, readOnly, lookup, timestamp, insight, detail

        var path: [String] {
            switch self {
            case .time: ["eventTime"]
            case .name: ["eventName"]
            case .source: ["eventSource"]
            case .id: ["eventID"]
            case .error: ["errorCode"]
            case .type: ["userIdentity", "type"]
            case .arn: ["userIdentity", "arn"]
            case .userName: ["userIdentity", "userName"]
            case .invokedBy: ["userIdentity", "invokedBy"]
            case .principal: ["userIdentity", "principalId"]
            case .readOnly: ["readOnly"]
            case .lookup: ["CloudTrailEvent"]
            case .timestamp: ["@timestamp"]
            case .insight: ["insightDetails", "eventName"]
            case .detail: ["insightDetails", "eventSource"]
            }
        }
    }

    func read(_ source: EvidenceSource, _ options: ReadingOptions) -> Reading {
        var summary = AuditLogSummary()
        var faultyLine: Int?
        let fault = { (diagnostic: Diagnostic) in
            summary.addFault(diagnostic, isNewRecord: diagnostic.location?.line == nil || diagnostic.location?.line != faultyLine)
            faultyLine = diagnostic.location?.line
        }
        let records = JSONRecords(source: source, paths: Field.allCases.map(\.path))
        records.forEach(listKey: isList(source) ? "Records" : nil, fault: fault) { record, line in
            if let inner = record[Field.lookup.rawValue] {
                // The outer record's time is local and its name abridged: the real record is the text inside.
                let parsed = JSONParser.parse(Array(inner.utf8), path: source.path, firstLine: line)
                guard let node = parsed.node, parsed.diagnostics.isEmpty else {
                    summary.addMalformed(parsed.diagnostics)
                    return
                }
                add(values(node), source.path, line, &summary)
            } else {
                add(record, source.path, line, &summary)
            }
        }
        return summary.reading(path: source.path, tellsPrivilege: true)
    }

    private func isList(_ source: EvidenceSource) -> Bool {
        let head = source.head.prefix(4096).filter { $0 != 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D }
        return head.starts(with: Array("{\"Records\":[".utf8))
    }

    private func values(_ node: JSONNode) -> JSONRecord {
        JSONRecord(
            texts: Field.allCases.map { field in
                var at: JSONNode? = node
                for key in field.path { at = at?[key] }
                return at?.scalarText
            })
    }

    private func add(_ record: JSONRecord, _ path: String, _ line: Int, _ summary: inout AuditLogSummary) {
        func value(_ field: Field) -> String? { record[field.rawValue].flatMap { $0.isEmpty ? nil : $0 } }
        guard let name = value(.name) ?? value(.insight) else {
            summary.addMalformed([.noEventName(path, line: line)])
            return
        }
        if let id = value(.id), !summary.isNew(id) { return }
        let source = value(.source) ?? value(.detail)
        let error = value(.error)
        let isRoot = value(.type) == "Root"
        summary.add(
            AuditEvent(
                time: value(.time) ?? value(.timestamp),
                actor: value(.arn) ?? value(.userName) ?? value(.invokedBy) ?? value(.principal) ?? value(.type),
                action: name, source: source, outcomeText: error, outcome: error.map { isDenial($0) ? .denied : .failure } ?? .success,
                isPrivileged: isRoot || isPrivileged(name, source ?? "", readOnly: value(.readOnly) == "true"),
                isModelUse: Self.modelUse.contains(name), isVersionChange: Self.versionChanges.contains(name)),
            path: path, line: line)
    }

    private func isDenial(_ code: String) -> Bool {
        code.contains("AccessDenied") || code.contains("Unauthorized") || code.contains("Forbidden") || code.contains("NotAuthorized")
    }

    /// Changes of permissions, keys, logging or secrets.
    private func isPrivileged(_ name: String, _ source: String, readOnly: Bool) -> Bool {
        if name == "GetSecretValue" { return true }
        if readOnly || name.hasPrefix("Get") || name.hasPrefix("List") || name.hasPrefix("Describe") { return false }
        switch source {
        case "iam.amazonaws.com", "cloudtrail.amazonaws.com", "organizations.amazonaws.com", "secretsmanager.amazonaws.com": return true
        case "kms.amazonaws.com":
            return !["Encrypt", "Decrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "ReEncrypt", "Sign", "Verify"].contains(name)
        default: return false
        }
    }

    /// API calls by which a model is used, in Amazon Bedrock and SageMaker.
    private static let modelUse: Set<String> = [
        "InvokeModel", "InvokeModelWithResponseStream", "Converse", "ConverseStream", "InvokeAgent", "InvokeFlow", "InvokeEndpoint", "InvokeEndpointAsync",
        "InvokeEndpointWithResponseStream", "RetrieveAndGenerate",
    ]
    /// API calls that change which model version runs.
    private static let versionChanges: Set<String> = [
        "CreateModel", "UpdateEndpoint", "CreateEndpoint", "CreateEndpointConfig", "UpdateModelPackage", "CreateModelPackage",
        "UpdateEndpointWeightsAndCapacities",
        "CreateProvisionedModelThroughput", "UpdateProvisionedModelThroughput",
    ]
}

extension Diagnostic {
    fileprivate static func noEventName(_ path: String, line: Int) -> Self {
        Diagnostic(
            id: "cloudtrail.no-event-name", severity: .error, location: TextLocation(path: path, line: line),
            message: "the record has no 'eventName'; expected a CloudTrail event", hint: "check whether another log was mixed in")
    }
}
