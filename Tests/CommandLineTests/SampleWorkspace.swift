import StructuredText
import TestSupport
import Testing

/// A workspace with one system and three good pieces of evidence, for a test to spoil.
struct SampleWorkspace {
    let folder: TemporaryFolder

    /// Where the system's records are.
    static let records = "evidence/credit"
    static let goodPaths = ["evidence/credit/audit.jsonl", "evidence/credit/card.md", "evidence/credit/policy.txt"]

    init() throws {
        folder = try TemporaryFolder()
        try folder.write("organisation: Acme\n", to: "dossier.yaml")
        try folder.write(Self.system, to: "systems/credit.yaml")
        try folder.write(Self.log, to: "evidence/credit/audit.jsonl")
        try folder.write(Self.card, to: "evidence/credit/card.md")
        try folder.write("The policy.\n", to: "evidence/credit/policy.txt")
        try folder.write(Self.declaration, to: "evidence/credit/policy.txt.evidence.yaml")
    }

    static let system = """
        name: Credit scoring
        purpose: Scores credit applications for the lending desk.
        roles: [provider, deployer]
        frameworks: [nist-ai-rmf]
        versions:
          - { version: 1.0.0, released: 2026-01-15 }
        sources:
          - path: evidence/credit

        """

    static let line = #"{"ts":"2026-07-01T00:00:00Z","user":"anna","event":"score","status":"success"}"# + "\n"
    static let log = line + #"{"ts":"2026-09-30T00:00:00Z","user":"bo","event":"override","status":"denied"}"# + "\n"

    static let card = """
        ---
        license: apache-2.0
        library_name: sklearn
        pipeline_tag: tabular-classification
        ---
        # Credit model

        ## Intended use

        Scores credit applications of private customers, for the lending desk only.

        ## Limitations

        Accuracy is lower for applicants under 21, as measured on the hold-out set.

        """

    static let declaration = """
        kind: policy-document
        title: AI risk policy
        version: "2.1"
        observed: 2026-01-15/2027-01-15
        producer: Model Risk
        approver: R. Osei
        approved-on: 2026-01-12
        facts:
          scope: All AI systems that decide about customers, in every business line of the company.

        """

    func dossier(_ arguments: String..., output: String? = nil, seconds: Double = 120) throws -> DossierProgram.Outcome {
        try DossierProgram.run(arguments, in: folder.path, output: output, seconds: seconds)
    }

    /// What `gaps --format json` prints.
    func gaps(_ arguments: [String] = []) throws -> (outcome: DossierProgram.Outcome, json: JSONNode) {
        let outcome = try DossierProgram.run(["gaps", "--period", "2026-Q3", "--format", "json"] + arguments, in: folder.path)
        let parsed = JSONParser.parse(outcome.output, path: "gaps.json")
        return (outcome, try #require(parsed.node, "gaps printed no JSON: \(outcome.text.prefix(200)) \(outcome.errors.prefix(400))"))
    }

    /// Renders the pack and reads its report.json.
    func pack(_ arguments: [String] = []) throws -> (outcome: DossierProgram.Outcome, json: JSONNode) {
        let outcome = try DossierProgram.run(["pack", "--period", "2026-Q3"] + arguments, in: folder.path)
        let parsed = JSONParser.parse(try folder.read("packs/credit/2026-Q3/report.json"), path: "report.json")
        return (outcome, try #require(parsed.node))
    }

    /// The paths of the items that the pack lists as evidence.
    static func evidencePaths(_ report: JSONNode) -> [String] { (report["evidence"]?.array ?? []).compactMap { $0["path"]?.string } }
}
