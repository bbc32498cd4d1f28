import Foundation
import TestSupport
import Testing

/// Each transcript is a story: its steps run one after the other in a folder of their own.
@Suite struct TranscriptTests {
    private static let folder = DossierProgram.package.appending(path: "Tests/CommandLineTests/Transcripts")

    static let names: [String] = {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: folder.path())) ?? []
        return all.filter { $0.hasSuffix(".md") }.sorted()
    }()

    @Test func thereAreTranscripts() { #expect(!Self.names.isEmpty) }

    @Test(arguments: names) func printsWhatTheTranscriptShows(name: String) throws {
        let text = try String(contentsOf: Self.folder.appending(path: name), encoding: .utf8)
        let place = try TemporaryFolder()
        for part in try Transcript(text, name: name).parts {
            switch part {
            case .file(let path, let text): try place.write(text, to: path)
            case .step(let step):
                let outcome = try DossierProgram.shell(step.script, in: step.folder.isEmpty ? place.path : place.place(step.folder))
                let output = outcome.text.replacing(place.path, with: "TMP")
                let errors = outcome.errors.replacing(place.path, with: "TMP")
                let here = "\(name):\(step.line)"
                #expect(outcome.code == step.code, "\(here): exit code; stderr: \(errors.prefix(1000))")
                #expect(Transcript.matches(output, step.output), "\(here): standard output:\n\(output.prefix(3000))")
                #expect(Transcript.matches(errors, step.errors), "\(here): standard error:\n\(errors.prefix(3000))")
            }
        }
    }

    @Test(arguments: [
        ("a\nb\nc\n", "a\n…\nc\n", true), ("a\nc\n", "a\n…\nc\n", true), ("a\nb\n", "a\n…\nc\n", false), ("12 added, 3 x\n", "… added, … x\n", true),
        ("a", "a", true), ("ab", "a", false), ("", "", true), ("x\n", "", false),
    ])
    func readsEllipses(printed: String, shown: String, same: Bool) { #expect(Transcript.matches(printed, shown) == same) }
}
