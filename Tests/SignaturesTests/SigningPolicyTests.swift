import Diagnostics
import StructuredText
import Testing

@testable import Signatures

@Suite struct SigningPolicyTests {
    private let officer = SigningPolicy.Requirement(over: .bundle, role: "compliance-officer", threshold: 1)
    private let owner = SigningPolicy.Requirement(over: .packXML, role: "model-owner", threshold: 2)

    private func policy(yaml: String) -> (SigningPolicy, [Diagnostic]) {
        let reader = YAMLMapReader(subject: "policy")
        guard let node = try? YAMLNode.parse(Array(yaml.utf8), path: "p.yaml") else { return (SigningPolicy(), []) }
        return (SigningPolicy.read(node, reader, what: "the policy"), reader.diagnostics)
    }

    @Test func canonicalFormIsSortedAndLeavesOutWhatIsNotDemanded() throws {
        let policy = SigningPolicy(required: [owner, officer], fourEyes: true)
        let text =
            #"{"four-eyes":true,"required":[{"over":"bundle","role":"compliance-officer","threshold":1},"#
            + #"{"over":"pack-xml","role":"model-owner","threshold":2}],"v":1}"#
        #expect(String(decoding: policy.bytes, as: UTF8.self) == text)
        #expect(try SigningPolicy.parse(policy.bytes, path: "policy.json") == policy)
        #expect(String(decoding: SigningPolicy().bytes, as: UTF8.self) == #"{"required":[],"v":1}"#)
        let blocking = SigningPolicy(personalData: .block)
        #expect(String(decoding: blocking.bytes, as: UTF8.self) == #"{"personal-data":"block","required":[],"v":1}"#)
        #expect(try SigningPolicy.parse(blocking.bytes, path: "p") == blocking)
    }

    private static let item = #"{"over":"bundle","role":"a","threshold":1}"#

    @Test(arguments: [
        (#"{"required":[]}"#, "policy.missing-field"), (#"{"required":[],"v":2}"#, "policy.other-version"),
        (#"{"required":[],"v":1,"x":1}"#, "policy.unknown-field"), (#"{"four-eyes":false,"required":[],"v":1}"#, "policy.not-a-flag"),
        (#"{"personal-data":"warn","required":[],"v":1}"#, "policy.unknown-word"), (#"{"required":[\#(item),\#(item)],"v":1}"#, "policy.not-in-order"),
        (#"{"required":[{"over":"pack","role":"a","threshold":1},\#(item)],"v":1}"#, "policy.not-in-order"),
        (#"{"required":[{"over":"all","role":"a","threshold":1}],"v":1}"#, "policy.unknown-word"),
        (#"{"required":[{"over":"bundle","role":"A","threshold":1}],"v":1}"#, "policy.bad-role"),
        (#"{"required":[{"over":"bundle","role":"a","threshold":0}],"v":1}"#, "policy.bad-threshold"),
        (#"{"required":[{"over":"bundle","role":"a","threshold":33}],"v":1}"#, "policy.bad-threshold"),
        (#"{"required":[{"over":"bundle","role":"a"}],"v":1}"#, "policy.missing-field"), (#"{"required":[],"v":1} "#, "json.not-canonical"),
    ])
    func otherSpellingsAreRefused(_ text: String, _ id: String) {
        #expect(diagnosticID { _ = try SigningPolicy.parse(Array(text.utf8), path: "p") } == id, "\(text)")
    }

    @Test func tighteningOnlyEverDemandsMore() {
        let log = SigningPolicy.Requirement(over: .checkpoint, role: "log")
        let two = SigningPolicy.Requirement(over: .bundle, role: "compliance-officer", threshold: 2)
        let policies = [
            SigningPolicy(), SigningPolicy(required: [officer]), SigningPolicy(required: [two]), SigningPolicy(required: [owner, log], fourEyes: true),
            SigningPolicy(required: [officer, owner], personalData: .block), SigningPolicy(fourEyes: true, personalData: .block),
        ]
        for a in policies {
            for b in policies {
                let both = a.tightened(by: b)
                #expect(both.isAtLeast(a) && both.isAtLeast(b))
                #expect(both == b.tightened(by: a))
                #expect(both.tightened(by: b) == both)
            }
        }
        #expect(SigningPolicy(required: [officer]).tightened(by: SigningPolicy(required: [two])).required == [two])
        #expect(!SigningPolicy(required: [officer]).isAtLeast(SigningPolicy(required: [two])))
        #expect(!SigningPolicy(required: [officer]).isAtLeast(SigningPolicy(required: [officer], fourEyes: true)))
        #expect(!SigningPolicy().isAtLeast(SigningPolicy(required: [officer])))
    }

    @Test func aWorkspaceWritesItAsYAML() {
        let (policy, faults) = policy(
            yaml: """
                four-eyes: true
                personal-data: block
                required:
                  - { over: pack-xml, role: model-owner, threshold: 2 }
                  - { over: bundle, role: compliance-officer }
                """)
        #expect(faults.isEmpty)
        #expect(policy == SigningPolicy(required: [officer, owner], fourEyes: true, personalData: .block))
    }

    @Test(arguments: [
        ("required: [{ over: bundel, role: a }]", "policy.unknown-word", 1, 20), ("required: [{ role: a }]", "policy.missing-key", 1, 12),
        ("required: [{ over: bundle }]", "policy.missing-key", 1, 12), ("requred: []", "policy.unknown-key", 1, 1),
        ("four-eyes: maybe", "policy.not-a-flag", 1, 12), ("personal-data: hide", "policy.unknown-word", 1, 16),
        ("required: [{ over: bundle, role: a, threshold: 0 }]", "policy.bad-threshold", 1, 48),
        ("required: [{ over: bundle, role: A B }]", "policy.bad-role", 1, 34),
        ("required: [{ over: bundle, role: a }, { over: bundle, role: a, threshold: 2 }]", "policy.demand-twice", 1, 39),
    ])
    func faultsInYAMLHaveAPlace(_ yaml: String, _ id: String, _ line: Int, _ column: Int) {
        let faults = policy(yaml: yaml).1
        #expect(faults.map(\.id) == [id], "\(yaml)")
        #expect(faults.first?.location == TextLocation(path: "p.yaml", line: line, column: column), "\(yaml)")
    }
}
