/// What the values of a log without a known format mean.
///
/// `success`, `denied`, `privileged` and `model-use` in the mapping are lists of values with commas between them; `*` at the end of one matches
/// any ending. Without `success`, only words that mean success or failure anywhere are understood, and HTTP status codes.
final class GenericLogValues {
    private let success: [String]?
    private let denied: [String]
    private let privileged: [String]?
    private let modelUse: [String]?
    /// Meanings by the hash of the value: there are few, and they repeat.
    private var outcomes: [UInt64: Meaning] = [:]
    private var actions: [UInt64: ActionMeaning] = [:]

    private enum Meaning { case success, failure, denied, unknown }

    struct ActionMeaning {
        var isPrivileged: Bool
        var isModelUse: Bool
    }

    init(mapping: [String: String]) {
        func list(_ key: String) -> [String]? {
            mapping[key].map { text in text.split(separator: ",").map { trimmedBlanks($0).lowercased() } }
        }
        success = list("success")
        denied = list("denied") ?? []
        privileged = list("privileged")
        modelUse = list("model-use")
    }

    var knowsPrivileges: Bool { privileged != nil }

    func outcome(_ value: UnsafeBufferPointer<UInt8>) -> AuditOutcome {
        let hash = stableHash(value)
        let meaning: Meaning
        if let known = outcomes[hash] {
            meaning = known
        } else {
            meaning = self.meaning(trimmedBlanks(String(decoding: value.prefix(256), as: UTF8.self)).lowercased())
            if outcomes.count < 10_000 { outcomes[hash] = meaning }
        }
        switch meaning {
        case .success: return .success
        case .failure: return .failure
        case .denied: return .denied
        case .unknown: return .written(value)
        }
    }

    private func meaning(_ text: String) -> Meaning {
        if Self.matches(text, denied) { return .denied }
        let isDenial = Self.denialWords.contains(text)
        if let success {
            if Self.matches(text, success) { return .success }
            return isDenial ? .denied : .failure
        }
        if isDenial { return .denied }
        if Self.successWords.contains(text) { return .success }
        if Self.failureWords.contains(text) { return .failure }
        if text.utf8.count == 3, let code = Int(text) {
            switch code {
            case 100...399: return .success
            case 401, 403: return .denied
            case 400...599: return .failure
            default: return .unknown
            }
        }
        return .unknown
    }

    func action(_ value: UnsafeBufferPointer<UInt8>) -> ActionMeaning {
        let hash = stableHash(value)
        if let known = actions[hash] { return known }
        let text = String(decoding: value.prefix(256), as: UTF8.self).lowercased()
        let meaning = ActionMeaning(
            isPrivileged: privileged.map { Self.matches(text, $0) } ?? false,
            isModelUse: modelUse.map { Self.matches(text, $0) } ?? Self.isModelUse(text))
        if actions.count < 10_000 { actions[hash] = meaning }
        return meaning
    }

    private static func matches(_ text: String, _ patterns: [String]) -> Bool {
        patterns.contains { $0.hasSuffix("*") ? text.hasPrefix($0.dropLast()) : text == $0 }
    }

    /// Words that mean the use of a model, whoever writes the log.
    private static func isModelUse(_ text: String) -> Bool {
        let squeezed = text.filter { $0 != "_" && $0 != "-" && $0 != " " && $0 != "." && $0 != ":" }
        return ["predict", "inference", "invokemodel", "invokeendpoint", "chatcompletion", "generatecontent", "modelinvocation"].contains {
            squeezed.contains($0)
        }
    }

    private static let successWords: Set<String> = [
        "success", "successful", "succeeded", "ok", "true", "allowed", "allow", "granted", "permitted", "passed", "pass", "completed", "complete",
    ]
    private static let failureWords: Set<String> = ["failure", "failed", "fail", "error", "false", "aborted", "timeout", "exception"]
    private static let denialWords: Set<String> = [
        "denied", "deny", "forbidden", "unauthorized", "unauthorised", "refused", "blocked", "rejected", "access denied", "access_denied",
    ]
}

/// A text without blanks at its ends.
func trimmedBlanks(_ text: some StringProtocol) -> String {
    var bytes = Array(text.utf8)[...]
    while let first = bytes.first, first <= 0x20 { bytes.removeFirst() }
    while let last = bytes.last, last <= 0x20 { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
}
