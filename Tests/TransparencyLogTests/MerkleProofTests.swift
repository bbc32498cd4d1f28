import Testing

@testable import TransparencyLog

@Suite struct MerkleHashTests {
    @Test func `A leaf and a node hash as published`() {
        #expect(MerkleHash.leaf(Array("L123456".utf8)).hex == "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56")
        #expect(MerkleHash.node(Array("N123".utf8), Array("N456".utf8)).hex == "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb")
        #expect(MerkleHash.empty.base64 == "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")
    }

    @Test func `Each published range has its root`() throws {
        let tree = NaiveTree(Vectors.leaves)
        #expect(Vectors.ranges.count == 20)
        for (name, root) in Vectors.ranges {
            let bounds = name.split(separator: "-").compactMap { Int($0) }
            try #require(bounds.count == 2)
            #expect(tree.root(bounds[0], bounds[1]).hex == root, "\(name)")
            #expect(MerkleProof.root(of: bounds[0]..<bounds[1]) { tree.root($0.lowerBound, $0.upperBound) }.hex == root, "\(name)")
        }
    }

    @Test func `The frontier has the published root of each size`() {
        var frontier = MerkleFrontier()
        #expect(frontier.root == .empty)
        for (index, leaf) in Vectors.leaves.enumerated() {
            frontier.append(.leaf(leaf))
            #expect(frontier.root.hex == Vectors.ranges["0-\(index + 1)"])
        }
    }

    @Test(arguments: ["", "00", String(repeating: "0", count: 62), String(repeating: "0", count: 66), String(repeating: "A", count: 64)])
    func `A hash is 32 bytes in lower-case digits`(text: String) {
        #expect(MerkleHash(hex: text) == nil)
    }

    @Test func `Base64 of a hash has one spelling`() throws {
        let text = try #require(MerkleHash(hex: Vectors.root)).base64
        #expect(MerkleHash(base64: text)?.hex == Vectors.root)
        // The last digit before the padding has two bits that mean nothing.
        for changed in [text.replacing("Y=", with: "Z="), String(text.dropLast()), text + "=", " " + text, text.replacing("/", with: "_")] {
            #expect(MerkleHash(base64: changed) == nil, "\(changed)")
        }
    }
}

@Suite struct MerkleProofTests {
    let published = NaiveTree(Vectors.leaves)

    @Test func `Inclusion proofs are the published ones`() {
        for (size, text) in Vectors.inclusion {
            let proofs = Vectors.proofs(text)
            #expect(proofs.map(\.number) == Array(0..<size))
            for (index, hashes) in proofs {
                let proof = MerkleProof.inclusion(of: index, in: size) { published.root($0.lowerBound, $0.upperBound) }
                #expect(proof.map(\.hex) == hashes, "\(index) of \(size)")
            }
        }
    }

    @Test func `Consistency proofs are the published ones`() {
        for (size, text) in Vectors.consistency {
            let proofs = Vectors.proofs(text)
            #expect(proofs.map(\.number) == Array(1..<size))
            for (old, hashes) in proofs {
                let proof = MerkleProof.consistency(from: old, to: size) { published.root($0.lowerBound, $0.upperBound) }
                #expect(proof.map(\.hex) == hashes, "\(old) to \(size)")
            }
        }
    }

    /// Ways to spoil a proof, each with its name.
    private func spoiled(_ proof: [MerkleHash]) -> [(String, [MerkleHash])] {
        var out: [(String, [MerkleHash])] = [
            ("longer", proof + [.empty]), ("longer at the front", [.empty] + proof), ("last twice", proof + proof.suffix(1) + (proof.isEmpty ? [.empty] : [])),
        ]
        if !proof.isEmpty {
            out.append(("cut", Array(proof.dropLast())))
            out.append(("cut at the front", Array(proof.dropFirst())))
            out.append(("nothing", []))
            for place in proof.indices {
                var changed = proof
                changed[place] = .node(proof[place], proof[place])
                out.append(("hash \(place) changed", changed))
            }
        }
        if proof.count > 1 { out.append(("turned", proof.reversed())) }
        return out
    }

    @Test func `Every inclusion proof of sizes 1 to 70 holds, and no spoiled one`() {
        let tree = NaiveTree((0..<70).map(testEntry))
        var checked = 0
        for size in 1...70 {
            let root = tree.root(0, size)
            for index in 0..<size {
                let proof = MerkleProof.inclusion(of: index, in: size) { tree.root($0.lowerBound, $0.upperBound) }
                #expect(proof == tree.inclusion(index, 0, size))
                let leaf = tree.leaves[index]
                func holds(_ proof: [MerkleHash], leaf: MerkleHash = leaf, index: Int = index, size: Int = size, root: MerkleHash = root) -> Bool {
                    MerkleProof.holdsInclusion(leaf: leaf, index: index, size: size, proof: proof, root: root)
                }
                #expect(holds(proof))
                for (how, changed) in spoiled(proof) where holds(changed) { Issue.record("\(how): \(index) of \(size)") }
                for moved in [index - 1, index + 1, -1, size, size + index, Int.max] where moved != index && holds(proof, index: moved) {
                    Issue.record("\(index) of \(size) moved to \(moved)")
                }
                #expect(!holds(proof, leaf: .leaf([0xFF])))
                #expect(!holds(proof, root: .leaf([0xFF])))
                #expect(!holds(proof, size: 0))
                #expect(!holds(proof, size: -1))
                checked += 1
            }
        }
        #expect(checked == 70 * 71 / 2)
    }

    @Test func `Every consistency proof of sizes 1 to 70 holds, and no spoiled one`() {
        let tree = NaiveTree((0..<70).map(testEntry))
        var checked = 0
        for size in 1...70 {
            for old in 1...size {
                let proof = MerkleProof.consistency(from: old, to: size) { tree.root($0.lowerBound, $0.upperBound) }
                #expect(proof == tree.consistency(old, 0, size))
                let oldRoot = tree.root(0, old)
                let newRoot = tree.root(0, size)
                func holds(_ proof: [MerkleHash], _ from: Int = old, _ to: Int = size, oldRoot: MerkleHash = oldRoot, newRoot: MerkleHash = newRoot) -> Bool {
                    MerkleProof.holdsConsistency(from: from, to: to, proof: proof, oldRoot: oldRoot, newRoot: newRoot)
                }
                #expect(holds(proof))
                for (how, changed) in spoiled(proof) where holds(changed) { Issue.record("\(how): \(old) to \(size)") }
                #expect(!holds(proof, oldRoot: .leaf([0xFF])))
                #expect(!holds(proof, newRoot: .leaf([0xFF])))
                #expect(!holds(proof, -1))
                if old < size {
                    #expect(!holds(proof, size, old), "cut: \(size) to \(old)")
                    #expect(!holds(proof, size, size))
                    #expect(!holds(proof, 0, size))
                }
                checked += 1
            }
        }
        #expect(checked == 70 * 71 / 2)
    }

    @Test func `From nothing there is nothing to prove`() {
        let root = published.root(0, 8)
        #expect(MerkleProof.holdsConsistency(from: 0, to: 8, proof: [], oldRoot: .empty, newRoot: root))
        #expect(!MerkleProof.holdsConsistency(from: 0, to: 8, proof: [root], oldRoot: .empty, newRoot: root))
        #expect(!MerkleProof.holdsConsistency(from: 0, to: 8, proof: [], oldRoot: root, newRoot: root))
        #expect(MerkleProof.holdsConsistency(from: 0, to: 0, proof: [], oldRoot: .empty, newRoot: .empty))
        #expect(!MerkleProof.holdsConsistency(from: 0, to: 0, proof: [], oldRoot: root, newRoot: root))
    }

    @Test func `The largest numbers end in a no, not in a trap`() {
        let proof = [MerkleHash](repeating: .empty, count: 63)
        for (index, size) in [(Int.max - 1, Int.max), (0, Int.max), (Int.max, Int.max), (Int.min, Int.max), (0, Int.min)] {
            #expect(!MerkleProof.holdsInclusion(leaf: .empty, index: index, size: size, proof: proof, root: .empty))
            #expect(!MerkleProof.holdsConsistency(from: index, to: size, proof: proof, oldRoot: .empty, newRoot: .leaf([])))
        }
        #expect(MerkleProof.inclusion(of: 8, in: 8) { _ in .empty }.isEmpty)
        #expect(MerkleProof.inclusion(of: -1, in: 8) { _ in .empty }.isEmpty)
        #expect(MerkleProof.inclusion(of: Int.max - 1, in: Int.max) { _ in .empty }.count <= 63)
        #expect(MerkleProof.consistency(from: Int.max - 1, to: Int.max) { _ in .empty }.count <= 64)
    }
}
