import StructuredText

/// A figure as a model card writes it: `0.91`, `91 %`, `0.9 ± 0.1`.
struct ModelCardFigure: Equatable {
    var value: Double
    /// The text as written, when it states a spread about the value.
    var interval: String?
    /// True when the metric can only be a share of one, and the figure was more: then it was taken as a percentage.
    var wasPercentage = false

    /// - Parameter metric: the metric's name; a few are known to be shares of one.
    /// - Returns: `nil` for text that is no finite number, and for shares above 100 %.
    init?(_ text: String, metric: String) {
        let whole = text.trimmingBlanks()
        guard whole.utf8.count <= 200 else { return nil }
        var number = Substring(whole)
        if let mark = number.firstIndex(of: "±") {
            number = number[..<mark]
            interval = whole
        } else if let mark = number.firstRange(ofText: "+/-") {
            number = number[..<mark]
            interval = whole
        }
        var digits = number.trimmingBlanks()
        let hasSign = digits.hasSuffix("%") || whole.hasSuffix("%")
        if digits.hasSuffix("%") { digits = String(digits.dropLast()).trimmingBlanks() }
        guard let plain = Self.decimal(digits) else { return nil }
        value = plain
        let isAboveOne = Self.shares.contains(Self.normalized(metric)) && plain > 1
        if hasSign || isAboveOne {
            value = Self.decimal(digits + "e-2") ?? plain / 100
            wasPercentage = !hasSign
            if isAboveOne, value > 1 { return nil }
        }
    }

    /// A finite decimal number; no hexadecimal, no `nan`, no `inf`.
    static func decimal(_ text: String) -> Double? {
        let allowed = text.utf8.allSatisfy { ($0 >= 0x30 && $0 <= 0x39) || [0x2B, 0x2D, 0x2E, 0x45, 0x65].contains($0) }
        guard allowed, let value = Double(text), value.isFinite else { return nil }
        return value
    }

    private static func normalized(_ metric: String) -> String {
        String(metric.lowercased().map { $0 == " " || $0 == "-" ? "_" : $0 })
    }

    /// Metrics that are shares of one by their definition.
    private static let shares: Set<String> = [
        "accuracy", "acc", "balanced_accuracy", "f1", "f1_score", "precision", "recall", "auc", "roc_auc", "auroc", "sensitivity", "specificity",
        "exact_match", "top_1_accuracy", "top_5_accuracy",
    ]
}

extension Substring {
    fileprivate func firstRange(ofText text: String) -> Index? { indices.first { self[$0...].hasPrefix(text) } }
}
