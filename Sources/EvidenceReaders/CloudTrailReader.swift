import Diagnostics
import EvidenceModel
import StructuredText

/// Reads AWS CloudTrail: log files (`{"Records": […]}`), one record a line, EventBridge deliveries, and what LookupEvents returns.
///
/// The actor is the first stated of `userIdentity` `arn`, `userName`, `invokedBy`, `principalId`, `type` (AWS CloudTrail user guide, "CloudTrail
/// userIdentity element"). An event with an `errorCode` failed. Events are told apart by `eventID`.
struct CloudTrailReader: EvidenceReader {
    let format = "aws-cloudtrail"
    let kind = "audit-log"

    func recognizes(_ source: EvidenceSource) -> Recognition {
        guard source.firstByte == UInt8(ascii: "{") || source.firstByte == UInt8(ascii: "[") else { return .no }
        var seen = 0
        var fitting = 0
        let records = JSONLogRecords(source, paths: Field.paths, containers: Field.containers)
        records.forEachRecordInHead(20) { record in
            seen += 1
            if Self.isCloudTrail(record) { fitting += 1 }
        }
        if seen == 0, records.isEmptyList { return .likely }
        return fitting > 0 && fitting * 5 >= seen * 4 ? .certain : .no
    }

    /// An S3 notification has the same list, with an `eventSource` that begins with `aws:`.
    private static func isCloudTrail(_ record: JSONFieldScanner) -> Bool {
        let lookup = record.field(Field.innerEvent.rawValue).kind != .absent && record.field(Field.outerID.rawValue).kind != .absent
        if lookup || record.field(Field.detailName.rawValue).kind != .absent { return true }
        guard record.field(Field.id.rawValue).kind != .absent || record.field(Field.version.rawValue).kind != .absent else { return false }
        if record.field(Field.insight.rawValue).kind != .absent { return true }
        guard let source = record.string(Field.source.rawValue), record.field(Field.name.rawValue).kind != .absent else {
            return record.field(Field.name.rawValue).kind != .absent && record.field(Field.identity.rawValue).kind != .absent
        }
        return !source.starts(with: "aws:".utf8)
    }

    func read(_ source: EvidenceSource, _ options: ReadingOptions) -> Reading {
        var summary = AuditLogSummary(path: source.path)
        let interpreter = CloudTrailInterpreter(path: source.path)
        let records = JSONLogRecords(source, paths: Field.paths, containers: Field.containers)
        let opened = records.read(into: &summary) { record, place, line, summary in
            interpreter.add(record, place: place, line: line, to: &summary)
        }
        guard opened else { return .unreadable(summary.diagnostics.diagnostics(path: source.path)) }
        return summary.reading()
    }

    /// What is looked for in a record. The first two are lists of records.
    enum Field: Int, CaseIterable {
        case records, events
        case time, timestamp, source, name, id, type, readOnly, errorCode, errorMessage, arn, userName, invokedBy, principal, identityType
        case consoleLogin, modelID, version, insight, identity
        case innerEvent, outerID, outerTime, outerName, outerSource, outerUser, outerReadOnly
        case detailName, detail

        static let containers = 2
        static let paths = allCases.map(\.path)

        var path: [String] {
            switch self {
            case .records: ["Records"]
            case .events: ["Events"]
            case .time: ["eventTime"]
            case .timestamp: ["@timestamp"]
            case .source: ["eventSource"]
            case .name: ["eventName"]
            case .id: ["eventID"]
            case .type: ["eventType"]
            case .readOnly: ["readOnly"]
            case .errorCode: ["errorCode"]
            case .errorMessage: ["errorMessage"]
            case .arn: ["userIdentity", "arn"]
            case .userName: ["userIdentity", "userName"]
            case .invokedBy: ["userIdentity", "invokedBy"]
            case .principal: ["userIdentity", "principalId"]
            case .identityType: ["userIdentity", "type"]
            case .consoleLogin: ["responseElements", "ConsoleLogin"]
            case .modelID: ["requestParameters", "modelId"]
            case .version: ["eventVersion"]
            case .insight: ["insightDetails"]
            case .identity: ["userIdentity"]
            case .innerEvent: ["CloudTrailEvent"]
            case .outerID: ["EventId"]
            case .outerTime: ["EventTime"]
            case .outerName: ["EventName"]
            case .outerSource: ["EventSource"]
            case .outerUser: ["Username"]
            case .outerReadOnly: ["ReadOnly"]
            case .detailName: ["detail", "eventName"]
            case .detail: ["detail"]
            }
        }
    }
}

/// Turns CloudTrail records into events.
private final class CloudTrailInterpreter {
    private typealias Field = CloudTrailReader.Field

    private let path: String
    /// For the record inside a LookupEvents or EventBridge record.
    private let inside = JSONFieldScanner(Field.paths)
    /// What an action is, by the hash of its source and name: there are few, and they repeat.
    private var natures: [UInt64: CloudTrailAction] = [:]

    init(path: String) { self.path = path }

    func add(_ record: JSONFieldScanner, place: Int, line: Int, to summary: inout AuditLogSummary) {
        if let text = record.nonEmpty(Field.innerEvent.rawValue) {
            guard case .end(let end) = inside.scan(text), text[end...].allSatisfy({ $0 <= 0x20 }) else {
                return summary.malformed([.innerEvent(path, line)])
            }
            return addRecord(inside, place: place, line: line, to: &summary)
        }
        if record.field(Field.detail.rawValue).kind == .object, record.field(Field.name.rawValue).kind == .absent,
            let detail = record.bytes(Field.detail.rawValue), case .end = inside.scan(detail)
        {
            return addRecord(inside, place: place, line: line, to: &summary)
        }
        if record.field(Field.outerName.rawValue).kind != .absent, record.field(Field.name.rawValue).kind == .absent {
            return addLookup(record, place: place, line: line, to: &summary)
        }
        addRecord(record, place: place, line: line, to: &summary)
    }

    /// A LookupEvents record that came without the event itself.
    private func addLookup(_ record: JSONFieldScanner, place: Int, line: Int, to summary: inout AuditLogSummary) {
        if let id = record.nonEmpty(Field.outerID.rawValue), !summary.isNew(id: id) {
            summary.duplicates += 1
            return
        }
        var event = AuditLogEvent()
        event.time = EventTime.read(record.scalar(Field.outerTime.rawValue), &summary)
        event.actor = record.nonEmpty(Field.outerUser.rawValue)
        event.action = record.nonEmpty(Field.outerName.rawValue)
        event.source = record.nonEmpty(Field.outerSource.rawValue)
        let nature = nature(event.source, event.action)
        event.isPrivileged = nature.readsSecrets || nature.changesControls && !isTrue(record.scalar(Field.outerReadOnly.rawValue))
        event.isModelUse = nature.isModelUse
        summary.add(event, place: place, line: line)
    }

    private func addRecord(_ record: JSONFieldScanner, place: Int, line: Int, to summary: inout AuditLogSummary) {
        guard let action = record.nonEmpty(Field.name.rawValue) ?? record.nonEmpty(Field.type.rawValue) else {
            return summary.malformed([.notAnEvent(path, line)])
        }
        if let id = record.nonEmpty(Field.id.rawValue), !summary.isNew(id: id) {
            summary.duplicates += 1
            return
        }
        var event = AuditLogEvent()
        event.time = EventTime.read(record.scalar(Field.time.rawValue) ?? record.scalar(Field.timestamp.rawValue), &summary)
        event.actor = Self.actor(record)
        event.action = action
        event.source = record.nonEmpty(Field.source.rawValue)
        if record.field(Field.insight.rawValue).kind == .absent { event.outcome = Self.outcome(record) }
        let nature = nature(event.source, action)
        let byRoot = record.string(Field.identityType.rawValue)?.elementsEqual("Root".utf8) ?? false
        event.isPrivileged = byRoot || nature.readsSecrets || (nature.changesControls && !isTrue(record.scalar(Field.readOnly.rawValue)))
        event.isModelUse = nature.isModelUse
        if nature.isModelUse {
            event.namesVersion = record.nonEmpty(Field.modelID.rawValue) != nil
        }
        event.isVersionChange = nature.changesVersion
        summary.add(event, place: place, line: line)
    }

    private static func actor(_ record: JSONFieldScanner) -> UnsafeBufferPointer<UInt8>? {
        record.nonEmpty(Field.arn.rawValue) ?? record.nonEmpty(Field.userName.rawValue) ?? record.nonEmpty(Field.invokedBy.rawValue)
            ?? record.nonEmpty(Field.principal.rawValue) ?? record.nonEmpty(Field.identityType.rawValue)
    }

    private static func outcome(_ record: JSONFieldScanner) -> AuditOutcome {
        if let code = record.nonEmpty(Field.errorCode.rawValue) { return CloudTrailAction.isDenial(code) ? .denied : .failure }
        if record.nonEmpty(Field.errorMessage.rawValue) != nil { return .failure }
        if record.string(Field.consoleLogin.rawValue)?.elementsEqual("Failure".utf8) ?? false { return .failure }
        return .success
    }

    /// `readOnly` is a flag in log files and a text in what LookupEvents returns.
    private func isTrue(_ text: UnsafeBufferPointer<UInt8>?) -> Bool { text?.elementsEqual("true".utf8) ?? false }

    private func nature(_ source: UnsafeBufferPointer<UInt8>?, _ action: UnsafeBufferPointer<UInt8>?) -> CloudTrailAction {
        guard let action else { return CloudTrailAction(source: "", action: "") }
        let key = stableHash(action, seed: source.map { stableHash($0) } ?? 0)
        if let known = natures[key] { return known }
        let source = source.map { String(decoding: $0.prefix(256), as: UTF8.self) } ?? ""
        let nature = CloudTrailAction(source: source, action: String(decoding: action.prefix(256), as: UTF8.self))
        if natures.count < TextCounts.maximumTexts { natures[key] = nature }
        return nature
    }
}

/// What an AWS action does, as far as its service and name tell.
struct CloudTrailAction {
    /// Changes permissions, keys, logging or secrets, when it is no reading.
    var changesControls: Bool
    var readsSecrets: Bool
    var isModelUse: Bool
    /// Changes which version of a model runs.
    var changesVersion: Bool

    init(source: String, action: String) {
        let readings = ["Get", "List", "Describe", "Lookup", "Head", "Simulate", "Search", "BatchGet"]
        let reads = readings.contains { action.hasPrefix($0) }
        let service = source.split(separator: ".").first.map(String.init) ?? ""
        let named = Self.controlWords.contains { action.contains($0) }
        changesControls = !reads && (Self.controlServices.contains(service) && !Self.uses.contains(action) || named)
        readsSecrets = action == "GetSecretValue" || action == "BatchGetSecretValue"
        changesVersion = Self.versionActions.contains(action)
        isModelUse = Self.modelServices.contains { service.hasPrefix($0) } && Self.modelActions.contains { action.hasPrefix($0) }
    }

    private static let controlServices: Set<String> = [
        "iam", "kms", "cloudtrail", "secretsmanager", "organizations", "sso", "sso-directory", "identitystore", "access-analyzer", "acm-pca",
        "cloudhsm", "cloudhsmv2", "config", "guardduty", "securityhub", "ram", "lakeformation", "rolesanywhere",
    ]
    /// Uses of a key or secret that change nothing.
    private static let uses: Set<String> = [
        "Decrypt", "Encrypt", "ReEncrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "GenerateDataKeyPair", "GenerateRandom",
        "GenerateDataKeyPairWithoutPlaintext", "Sign", "Verify", "GenerateMac", "VerifyMac", "GenerateCredentialReport",
        "GenerateServiceLastAccessedDetails", "BatchGetSecretValue",
    ]
    private static let controlWords = [
        "Policy", "Permission", "Acl", "AccessKey", "SecurityGroup", "Grant", "BucketLogging", "LoggingConfiguration", "DeleteLogGroup",
        "FlowLogs", "Trail", "Secret", "Password", "MFADevice", "PublicAccessBlock", "KeyPair", "BucketEncryption",
    ]
    private static let modelServices = ["bedrock", "sagemaker", "machinelearning", "frauddetector", "qbusiness"]
    private static let modelActions = ["Invoke", "Converse", "RetrieveAndGenerate", "Predict", "GetEventPrediction", "ChatSync", "Rerank"]

    private static let versionActions: Set<String> = [
        "CreateModel", "UpdateEndpoint", "CreateEndpoint", "CreateEndpointConfig", "UpdateModelPackage", "CreateModelPackage",
        "UpdateEndpointWeightsAndCapacities", "CreateProvisionedModelThroughput", "UpdateProvisionedModelThroughput",
    ]

    /// Error codes that AWS services give for want of permission.
    static func isDenial(_ code: UnsafeBufferPointer<UInt8>) -> Bool {
        let text = String(decoding: code.prefix(128), as: UTF8.self)
        return ["AccessDenied", "Unauthorized", "NotAuthorized", "Forbidden", "AuthFailure", "AuthorizationError"].contains { text.contains($0) }
    }
}

extension Diagnostic {
    fileprivate static func notAnEvent(_ path: String, _ line: Int) -> Self {
        Diagnostic(
            id: "aws-cloudtrail.not-an-event", severity: .error, location: TextLocation(path: path, line: line),
            message: "the record has neither 'eventName' nor 'eventType'; expected a CloudTrail record",
            hint: "keep other records in a file of their own")
    }

    fileprivate static func innerEvent(_ path: String, _ line: Int) -> Self {
        Diagnostic(
            id: "aws-cloudtrail.inner-event", severity: .error, location: TextLocation(path: path, line: line),
            message: "the text in 'CloudTrailEvent' is no JSON; expected the event as CloudTrail wrote it",
            hint: "export the events again; a text of limited length may have been cut off")
    }
}
