import StructuredText
import TestSupport
import Testing

/// `retire` and `hold` as a user meets them.
@Suite struct RetireTests {
    /// The organisation keeps logs for a day after their end, so that those of the sample are due when they are collected.
    private static let retention = """
        organisation: Acme
        retention:
          rules:
            - { rule: policy-4, kinds: [audit-log], keep: P1D, from: observed-end, source: Records policy 4 }

        """
    private static let log = "evidence/credit/audit.jsonl"
    private static let apply = ["retire", "--apply", "--reason", "end of retention", "--by", "Claire"]

    /// A collected workspace whose system is outside the laws that ship rules for logs.
    private func workspace() throws -> TemporaryFolder {
        let sample = try SampleWorkspace()
        try sample.folder.write(Self.retention, to: "dossier.yaml")
        let answers = "risk: minimal\njurisdictions: [CH]\ntraits: { personal-data: false, decides-about-people: false, medical-device: false }\n"
        try sample.folder.write(SampleWorkspace.system + answers, to: "systems/credit.yaml")
        let outcome = try DossierProgram.run(["collect"], in: sample.folder.path)
        try #require(outcome.code == 0, "\(outcome.errors)")
        return sample.folder
    }

    private func listing(_ arguments: [String], in folder: TemporaryFolder) throws -> JSONNode {
        let outcome = try DossierProgram.run(arguments + ["--format", "json"], in: folder.path)
        try #require(outcome.code == 0, "\(outcome.errors)")
        return try #require(JSONParser.parse(outcome.output, path: "output").node)
    }

    private func paths(_ node: JSONNode?) -> [String] { (node?.array ?? []).compactMap { $0["path"]?.string } }

    @Test func nothingIsDeletedWithoutApply() throws {
        let folder = try workspace()
        let before = try folder.snapshot("locker")
        let listing = try listing(["retire"], in: folder)
        #expect(paths(listing["due"]) == [Self.log])
        #expect(listing["due"]?.array?.first?["rules"]?.array?.first?["source"]?.string == "Records policy 4")
        #expect(try folder.snapshot("locker") == before)
    }

    @Test func whatIsDueIsDeletedAndGapsAndPacksSayByWhichRule() throws {
        let folder = try workspace()
        let size = try folder.snapshot("locker/objects").count
        let listing = try listing(Self.apply, in: folder)
        #expect(paths(listing["retired"]) == [Self.log] && paths(listing["due"]).isEmpty)
        #expect(listing["sources-still-there"]?.array?.compactMap(\.string) == [Self.log])
        #expect(try folder.snapshot("locker/objects").count == size - 2)
        let pack = try DossierProgram.run(["pack", "--period", "2026-Q3", "--output", "out"], in: folder.path)
        #expect(pack.code == 0, "\(pack.errors)")
        let report = try folder.text("out/report.json")
        #expect(report.contains("its bytes were deleted on 2026-10-05 under rule policy-4 (Records policy 4)"))
        #expect(try DossierProgram.run(["gaps", "--period", "2026-Q3", "--fail-on", "never"], in: folder.path).code == 0)
        #expect(paths(try self.listing(["retire"], in: folder)["retired-before"]) == [Self.log])
    }

    @Test func aHoldKeepsUntilItIsReleased() throws {
        let folder = try workspace()
        let held = try listing(["hold", "add", "--kind", "audit-log", "--reason", "claim 114", "--by", "Daniel"], in: folder)
        let entry = try #require(held["holds"]?.array?.first?["hold"]?["entry"]?.int)
        let first = try listing(Self.apply, in: folder)
        #expect(paths(first["held"]) == [Self.log] && paths(first["retired"]).isEmpty)
        let release = try DossierProgram.run(["hold", "release", "\(entry)", "--reason", "settled", "--by", "Daniel"], in: folder.path)
        #expect(release.code == 0, "\(release.errors)")
        #expect(try listing(["hold", "list"], in: folder)["holds"]?.array?.isEmpty == true)
        #expect(paths(try listing(Self.apply, in: folder)["retired"]) == [Self.log])
    }

    /// What a person may get wrong, and the exit code that tells so.
    static let slips: [([String], Int32)] = [
        (["retire", "--apply"], 64), (["retire", "--apply", "--reason", " ", "--by", "Claire"], 64), (["retire", "--reason", "r"], 64),
        (["retire", "--apply", "--reason", "r", "--by", "b", "--as-of", "2036-01-01"], 64), (["retire", "--as-of", "soon"], 64),
        (["retire", "--item", "nothing.log"], 66), (["retire", "--system", "nope"], 66), (["hold", "add", "--reason", "r", "--by", "b"], 64),
        (["hold", "add", "--all", "--kind", "audit-log", "--reason", "r", "--by", "b"], 64),
        (["hold", "add", "--kind", "audit-lag", "--reason", "r", "--by", "b"], 65),
        (["hold", "add", "--item", "nothing.log", "--reason", "r", "--by", "b"], 66),
        (["hold", "add", "--all", "--reason", "r", "--by", "b", "--until", "2020-01-01"], 64), (["hold", "release", "0", "--reason", "r", "--by", "b"], 66),
        (["hold", "release", "0", "--client", "x", "--reason", "r", "--by", "b"], 66),
    ]

    @Test(arguments: slips)
    func aSlipIsToldAndChangesNothing(arguments: [String], code: Int32) throws {
        let folder = try workspace()
        func bytes() throws -> [String: [UInt8]] { try folder.snapshot("locker").filter { $0.key != "locker/lock" } }
        let before = try bytes()
        let outcome = try DossierProgram.run(arguments, in: folder.path)
        #expect(outcome.code == code && !outcome.errors.isEmpty)
        #expect(try bytes() == before)
    }

    @Test func aRuleThatShortensALawStopsRetirement() throws {
        let folder = try workspace()
        try folder.write(Self.retention + "    - { rule: eu-ai-act-19-1, keep: P1M, source: x }\n", to: "dossier.yaml")
        let outcome = try DossierProgram.run(Self.apply, in: folder.path)
        #expect(outcome.code == 65)
        #expect(outcome.errors.contains("dossier.yaml:5:37: error:") && outcome.errors.contains("[retention.shorter-than-law]"), "\(outcome.errors)")
    }
}
