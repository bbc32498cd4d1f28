import Diagnostics
import Testing

@testable import TransparencyLog

@Suite struct CheckpointTests {
    private let root = "Z/s300kCDFYUKo7VjBxrnxiuregGuIsy3xmlvb/XGVY="
    private func parse(_ text: String) throws -> Checkpoint { try Checkpoint(parsing: Array(text.utf8), path: "checkpoint") }

    @Test func `The example is read and written back`() throws {
        let checkpoint = try parse(Vectors.body)
        #expect(checkpoint.origin == Vectors.origin)
        #expect(checkpoint.size == 3)
        #expect(checkpoint.root.hex == Vectors.root)
        #expect(checkpoint.text == Vectors.body)
    }

    @Test func `The empty log has the root of nothing`() throws {
        let empty = try parse("log\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n")
        #expect(empty == Checkpoint(origin: "log", size: 0, root: .empty))
        let error = #expect(throws: Diagnostic.self) { try parse("log\n0\n\(root)\n") }
        #expect(error?.location?.line == 3)
    }

    static let malformed: [(text: String, line: Int)] = [
        ("", 1), ("\n", 2), ("log\n", 2), ("log\n3\n", 3), ("log\n3\nROOT", 3), ("log\n3\nROOT\nextension\n", 4), ("log\n3\nROOT\n\n", 4), ("\n3\nROOT\n", 1),
        ("lo g\n3\nROOT\n", 1), ("lo+g\n3\nROOT\n", 1), ("log\r\n3\nROOT\n", 1), ("log\n+3\nROOT\n", 2), ("log\n03\nROOT\n", 2), ("log\n-3\nROOT\n", 2),
        ("log\n-0\nROOT\n", 2), ("log\n\nROOT\n", 2), ("log\n 3\nROOT\n", 2), ("log\n3 \nROOT\n", 2), ("log\n0x3\nROOT\n", 2), ("log\n3.0\nROOT\n", 2),
        ("log\n٣\nROOT\n", 2), ("log\n9223372036854775807\nROOT\n", 2), ("log\n99999999999999999999\nROOT\n", 2), ("log\n281474976710657\nROOT\n", 2),
        ("log\n3\nROO\n", 3), ("log\n3\n ROOT\n", 3), ("log\n3\nROOT \n", 3), ("log\n3\n\n", 3), ("log\n3\nAAAA\n", 3),
    ]

    @Test(arguments: malformed)
    func `A malformed checkpoint is refused at its line`(text: String, line: Int) {
        let error = #expect(throws: Diagnostic.self) { try parse(text.replacing("ROOT", with: root)) }
        #expect(error?.id == "checkpoint.malformed")
        #expect(error?.location?.line == line, "\(text)")
    }

    @Test func `The largest size is counted with, and no more`() throws {
        #expect(try parse("log\n281474976710656\n\(root)\n").size == Checkpoint.maximumSize)
    }

    @Test func `Bytes that are no UTF-8 are refused`() {
        #expect(throws: Diagnostic.self) { try Checkpoint(parsing: [0xFF, 0x0A] + Array("3\n\(root)\n".utf8), path: "checkpoint") }
    }
}
