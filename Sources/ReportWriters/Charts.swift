import EvidenceModel
import StructuredText

/// A stacked bar of verdicts as inline SVG, in percent of the width it is given. Each part says its symbol and count where there is room, and
/// the title says all of them; the counts also stand beside every bar as text.
enum VerdictBar {
    /// - Parameter counts: maps with `verdict` and `count`, in any order.
    static func markup(_ counts: [Value], title: String) -> String {
        let parts = VerdictWords.all.compactMap { verdict -> (verdict: String, count: Int)? in
            guard let count = counts.first(where: { $0["verdict"]?.string == verdict })?["count"]?.int, count > 0 else { return nil }
            return (verdict, count)
        }
        let total = parts.reduce(0) { $0 + $1.count }
        guard total > 0 else { return "" }
        let words = parts.map { "\($0.count) \($0.verdict)" }.joined(separator: ", ")
        var out = "<svg class=\"bar\" role=\"img\" width=\"100%\" height=\"20\"><title>\(HTMLEscaping.escaped("\(title): \(words), of \(total)"))</title>"
        var before = 0
        for part in parts {
            let x = percent(before, of: total)
            let width = percent(part.count, of: total)
            out += "<rect class=\"v-\(VerdictWords.name(part.verdict))\" x=\"\(x)%\" width=\"\(width)%\" height=\"20\"/>"
            if part.count * 100 >= total * 9 {
                let middle = percent(before * 2 + part.count, of: total * 2)
                out += "<text x=\"\(middle)%\" y=\"14.5\" text-anchor=\"middle\" class=\"t-\(VerdictWords.name(part.verdict))\">"
                out += "\(VerdictWords.symbol(part.verdict)) \(part.count)</text>"
            }
            before += part.count
        }
        return out + "</svg>"
    }

    /// With two digits after the point at most, as an SVG length.
    static func percent(_ part: Int, of whole: Int) -> String {
        guard whole > 0 else { return "0" }
        return jsonNumber((Double(part) * 10_000 / Double(whole)).rounded() / 100)
    }
}

/// The evidence of each kind over the reporting period, with the holes that requirements found: one row and one bar for each kind.
struct EvidenceTimeline {
    private let from: Instant
    private let to: Instant
    private let items: [String: [Value]]
    private let holes: [String: [Value]]
    private let shares: [String: Double]

    init(_ tree: Value) {
        from = Self.instant(tree["cover"]?["period"]?["from"]) ?? Instant(seconds: 0)
        to = Self.instant(tree["cover"]?["period"]?["to"]) ?? Instant(seconds: 0)
        var items: [String: [Value]] = [:]
        for item in tree["evidence"]?.list ?? [] { items[item["kind"]?.string ?? "", default: []].append(item) }
        var holes: [String: [Value]] = [:]
        var shares: [String: Double] = [:]
        for requirement in (tree["controls"]?.list ?? []).flatMap({ $0["requirements"]?.list ?? [] }) {
            guard let coverage = requirement["coverage"], let share = coverage["share"]?.double else { continue }
            for kind in (requirement["kinds"]?.list ?? []).compactMap(\.string) where items[kind] != nil {
                shares[kind] = min(shares[kind] ?? 1, share)
                for hole in coverage["holes"]?.list ?? [] where !holes[kind, default: []].contains(hole) { holes[kind, default: []].append(hole) }
            }
        }
        self.items = items
        self.holes = holes
        self.shares = shares
    }

    /// Rows by kind, in byte order.
    var view: Value {
        .object([("ticks", .string(ticks)), ("rows", .list(items.keys.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }.map(row)))])
    }

    private func row(_ kind: String) -> Value {
        let items = items[kind] ?? []
        let dated = items.compactMap { item in Self.span(item, "observed-from", "observed-to") }
        let holes = (holes[kind] ?? []).sorted { ($0["from"]?.string ?? "") < ($1["from"]?.string ?? "") }
        let inside = dated.filter { $0.from < to && ($0.to > from || $0.to == $0.from && $0.from >= from) }
        return .object([
            ("kind", .string(kind)), ("items", .int(items.count)), ("undated", .int(items.count - dated.count)),
            ("any-undated", .bool(items.count > dated.count)),
            ("first", .text(dated.map(\.from).min()?.day)), ("last", .string(dated.map(\.to).max()?.day ?? "")), ("outside", .bool(inside.isEmpty)),
            ("bar", .string(bar(kind, inside, holes.compactMap { Self.span($0, "from", "to") }))), ("holes", .list(holes)),
            ("percent", shares[kind].map { .string(jsonNumber(($0 * 1000).rounded() / 10) + " %") }),
        ])
    }

    private func bar(_ kind: String, _ spans: [(from: Instant, to: Instant)], _ holes: [(from: Instant, to: Instant)]) -> String {
        let words = "\(kind): \(spans.count) observed in the period, \(holes.count) hole\(holes.count == 1 ? "" : "s") longer than allowed"
        var out = "<svg class=\"track\" role=\"img\" width=\"100%\" height=\"16\"><title>\(HTMLEscaping.escaped(words))</title>"
        out += "<rect class=\"ground\" width=\"100%\" height=\"16\"/>" + ticks
        for span in spans {
            let (x, width) = place(span)
            out += "<rect class=\"seen\" x=\"\(x)%\" y=\"4\" width=\"\(width)%\" height=\"8\"/>"
        }
        for hole in holes {
            let (x, width) = place(hole)
            out += "<rect class=\"hole\" x=\"\(x)%\" y=\"1\" width=\"\(width)%\" height=\"14\"/>"
        }
        return out + "</svg>"
    }

    /// Thin lines at the start of each month within the period.
    private var ticks: String {
        var out = ""
        var (year, month, _) = from.civil
        for _ in 0..<120 {
            (year, month) = month == 12 ? (year + 1, 1) : (year, month + 1)
            guard let start = Instant(year: year, month: month, day: 1), start < to else { break }
            let x = VerdictBar.percent(Int(start.seconds - from.seconds), of: Int(to.seconds - from.seconds))
            out += "<line class=\"tick\" x1=\"\(x)%\" x2=\"\(x)%\" y1=\"0\" y2=\"16\"/>"
        }
        return out
    }

    /// Start and width in percent of the period, cut to it; never thinner than can be seen.
    private func place(_ span: (from: Instant, to: Instant)) -> (x: String, width: String) {
        let whole = Int(to.seconds - from.seconds)
        let start = max(0, Int(span.from.seconds - from.seconds))
        let end = min(whole, Int(span.to.seconds - from.seconds))
        let width = max(end - start, whole / 200)
        return (VerdictBar.percent(min(start, whole - width), of: whole), VerdictBar.percent(width, of: whole))
    }

    private static func instant(_ value: Value?) -> Instant? { value?.string.flatMap { Instant($0) } }

    private static func span(_ value: Value, _ from: String, _ to: String) -> (from: Instant, to: Instant)? {
        guard let from = instant(value[from]), let to = instant(value[to]) else { return nil }
        return (from, to)
    }
}
