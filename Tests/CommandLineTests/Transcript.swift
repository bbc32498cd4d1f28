import Foundation

/// A Markdown file that shows commands with what they print, and is run as a test; the manual quotes it.
///
/// A block `console`, with `exit=N` for any code but 0 and `in=FOLDER` for any folder but the top one, holds lines of shell after `$ `. The blocks `stdout` and
/// `stderr` behind it say what is printed there; a missing block stands for nothing printed. A block `file=PATH` writes a file before the commands that follow.
/// In what is printed `…` stands for any text of a line, a line that is `…` for any lines, and `TMP` for the test's folder.
struct Transcript {
    struct Step {
        var line: Int
        var script = ""
        var code: Int32 = 0
        var folder = ""
        var output = ""
        var errors = ""
    }

    enum Part {
        case file(path: String, text: String)
        case step(Step)
    }

    struct Malformed: Error, CustomStringConvertible { var description: String }

    var parts: [Part] = []

    init(_ text: String, name: String) throws {
        var block: (info: String, line: Int, lines: [Substring])?
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            guard line.hasPrefix("```") else {
                block?.lines.append(line)
                continue
            }
            if let open = block {
                try add(open.info, open.line, open.lines, name)
                block = nil
            } else {
                block = (String(line.dropFirst(3)), index + 1, [])
            }
        }
        if let block { throw Malformed(description: "\(name):\(block.line): a block has no end") }
    }

    private mutating func add(_ info: String, _ line: Int, _ lines: [Substring], _ name: String) throws {
        let words = info.split(separator: " ")
        let text = lines.map { $0 + "\n" }.joined()
        let value = { (key: String) in words.first { $0.hasPrefix("\(key)=") }.map { String($0.dropFirst(key.count + 1)) } }
        if let path = value("file") {
            parts.append(.file(path: path, text: text))
            return
        }
        switch words.first {
        case "console":
            guard lines.allSatisfy({ $0.hasPrefix("$ ") }) else { throw Malformed(description: "\(name):\(line): a line does not begin with '$ '") }
            var step = Step(line: line)
            step.script = lines.map { $0.dropFirst(2) + "\n" }.joined()
            step.code = value("exit").flatMap { Int32($0) } ?? 0
            step.folder = value("in") ?? ""
            parts.append(.step(step))
        case "stdout", "stderr":
            guard case .step(var step) = parts.last else { throw Malformed(description: "\(name):\(line): a block stands before any command") }
            if words.first == "stdout" { step.output = text } else { step.errors = text }
            parts[parts.count - 1] = .step(step)
        default: break
        }
    }

    /// Whether a printed text is what a block shows.
    static func matches(_ printed: String, _ shown: String) -> Bool {
        let printed = printed.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let shown = shown.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        return matches(printed[...], shown[...])
    }

    private static func matches(_ printed: ArraySlice<String>, _ shown: ArraySlice<String>) -> Bool {
        guard let first = shown.first else { return printed.isEmpty }
        if first == "…" {
            return printed.indices.contains { matches(printed[$0...], shown.dropFirst()) } || matches([], shown.dropFirst())
        }
        guard let line = printed.first, lineMatches(line, first) else { return false }
        return matches(printed.dropFirst(), shown.dropFirst())
    }

    private static func lineMatches(_ line: String, _ pattern: String) -> Bool {
        let pieces = pattern.components(separatedBy: "…")
        guard pieces.count > 1, let first = pieces.first, let last = pieces.last else { return line == pattern }
        guard line.hasPrefix(first), line.count >= first.count + last.count, line.hasSuffix(last) else { return false }
        var rest = line.dropFirst(first.count).dropLast(last.count)
        for piece in pieces.dropFirst().dropLast() where !piece.isEmpty {
            guard let found = rest.range(of: piece) else { return false }
            rest = rest[found.upperBound...]
        }
        return true
    }
}
