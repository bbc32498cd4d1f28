/// The YAML between the first two lines `---` of a Markdown file, and what comes after.
struct FrontMatter {
    /// The YAML's bytes, from line 2; empty when there is none.
    var yaml: ArraySlice<UInt8>
    var body: ArraySlice<UInt8>
    /// The line number of the body's first byte.
    var bodyLine: Int
    /// True when the front matter has no end.
    var isOpen: Bool

    static func split(_ text: [UInt8]) -> FrontMatter {
        let none = FrontMatter(yaml: [], body: text[...], bodyLine: 1, isOpen: false)
        guard let first = text.firstIndex(of: 0x0A) ?? (text.isEmpty ? nil : text.endIndex), isMark(text[..<first], dots: false) else { return none }
        var start = min(first + 1, text.endIndex)
        let yamlStart = start
        var line = 2
        while start < text.endIndex {
            let end = text[start...].firstIndex(of: 0x0A) ?? text.endIndex
            let next = min(end + 1, text.endIndex)
            if isMark(text[start..<end], dots: true) {
                return FrontMatter(yaml: text[yamlStart..<start], body: text[next...], bodyLine: line + 1, isOpen: false)
            }
            start = next
            line += 1
        }
        return FrontMatter(yaml: text[yamlStart...], body: [], bodyLine: line, isOpen: true)
    }

    private static func isMark(_ line: ArraySlice<UInt8>, dots: Bool) -> Bool {
        var line = line
        while let last = line.last, last == 0x20 || last == 0x09 || last == 0x0D { line.removeLast() }
        return line.elementsEqual("---".utf8) || (dots && line.elementsEqual("...".utf8))
    }

    /// The keys that stand at the start of a line: enough to recognise a card by.
    static func topKeys(_ yaml: ArraySlice<UInt8>) -> Set<String> {
        var keys: Set<String> = []
        for line in yaml.split(separator: 0x0A) {
            guard let colon = line.prefix(64).firstIndex(of: 0x3A), let first = line.first, ![0x20, 0x2D, 0x23, 0x7B].contains(first) else { continue }
            keys.insert(String(decoding: line[..<colon], as: UTF8.self))
        }
        return keys
    }

    static func isDatasetCard(_ keys: Set<String>) -> Bool { !keys.isDisjoint(with: datasetKeys) && keys.isDisjoint(with: ["model-index", "base_model"]) }

    /// Keys that only model cards have.
    static let certainKeys: Set<String> = ["model-index", "pipeline_tag", "library_name", "base_model", "co2_eq_emissions", "base_model_relation"]
    /// Keys that model cards share with other front matter.
    static let likelyKeys: Set<String> = ["license", "language", "datasets", "metrics", "model_name", "widget", "new_version"]
    private static let datasetKeys: Set<String> = [
        "task_categories", "task_ids", "size_categories", "dataset_info", "annotations_creators", "language_creators", "source_datasets", "multilinguality",
        "configs",
    ]
}
