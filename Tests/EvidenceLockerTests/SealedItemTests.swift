import Diagnostics
import DurableStorage
import EvidenceModel
import Glibc
import Redaction
import StructuredText
import TestSupport
import Testing

@testable import EvidenceLocker

/// What is confidential, personal or under redaction rules leaves nothing in the ledger that could be guessed at.
@Suite struct SealedItemTests {
    private static let record = "{\"user\":\"anna@example.org\",\"event\":\"score\"}\n{\"user\":\"bo@example.org\",\"event\":\"override\"}\n"
    private static let rules = RedactionRules(rules: [
        RedactionRule(id: "users", field: RedactionField(text: "pointer /user"), action: .drop, reason: "customers are not part of the report")
    ])

    /// Why an item is sealed.
    enum Reason: String, CaseIterable, Sendable { case confidential, personal, rules }

    private struct Sealed {
        var ledger: LedgerFiles
        var item: EvidenceItem
        /// The sealed record's file, relative to the folder.
        var path: String
    }

    private func sealed(_ reason: Reason, author: LedgerAuthor = .unsigned) throws -> Sealed {
        let folder = try TemporaryFolder()
        let locker = try Locker(writing: folder.place("l"), as: author)
        var item = try LockerTests.item(
            locker, "log.jsonl", text: Self.record,
            facts: [Fact("actors", .list(["anna@example.org", "nobody"]), at: .whole), Fact("events", .number(2), at: .whole)])
        if let classification = Classification(rawValue: reason.rawValue) { item.classification = classification }
        item.basis = "sha256:" + String(repeating: "b", count: 64)
        let kept = try locker.append(item, rules: reason == .rules ? Self.rules : nil)
        try locker.flush()
        let blinded = try #require(kept.blinded)
        return Sealed(ledger: LedgerFiles(folder), item: kept, path: "l/sealed/\(blinded.prefix(2))/\(blinded.dropFirst(2)).json")
    }

    @Test(arguments: Reason.allCases) func noPlainDigestSizeOrBasisIsInAnyEntry(reason: Reason) throws {
        let sealed = try sealed(reason)
        let text = try sealed.ledger.text()
        let reading = RunningDigest.of(ItemCoding.reading(sealed.item))
        for hidden in [sealed.item.digest, reading, sealed.item.basis ?? ""] { #expect(!text.contains(hidden.dropFirst(7))) }
        let item = try #require(try sealed.ledger.node(0)["item"])
        #expect(item["sha256"] == nil && item["size"] == nil && item["basis"] == nil && item["reading"]?["sha256"] == nil)
        #expect(item["blinded"]?.string == sealed.item.blinded && item["commit"]?["root"] != nil)
        #expect(!text.contains("anna@example.org"))
    }

    @Test func theSameBytesGiveAnotherBlindedDigestEachTime() throws {
        let first = try sealed(.confidential).item
        let second = try sealed(.confidential).item
        #expect(first.digest == second.digest)
        #expect(first.blinded != second.blinded)
    }

    @Test(arguments: [Classification.public, .internal]) func anythingElseIsNotSealed(classification: Classification) throws {
        let folder = try TemporaryFolder()
        let locker = try Locker(writing: folder.place("l"))
        var item = try LockerTests.item(locker, "a")
        item.classification = classification
        #expect(try locker.append(item).blinded == nil)
        #expect(folder.names("l/sealed") == [])
    }

    @Test(arguments: Reason.allCases) func theSealedRecordIsItsOwnersAlone(reason: Reason) throws {
        let sealed = try sealed(reason)
        var status = stat()
        #expect(stat(sealed.ledger.folder.place(sealed.path), &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
        #expect(stat(sealed.ledger.folder.place("l/sealed"), &status) == 0)
        #expect(status.st_mode & 0o777 == 0o700)
    }

    @Test func theSeedIsEncryptedWhenThereIsAKey() throws {
        let author = try TestAuthor.signed(random: .demonstration("x"))
        let sealed = try sealed(.personal, author: author)
        let node = try #require(JSONParser.parse(try sealed.ledger.folder.read(sealed.path), path: "sealed").node)
        #expect(node["seed"] == nil && node["seed-encrypted"]?.string != nil)
        let seed = RandomSource.demonstration("x").bytes(32, for: "\(TestAuthor.origin)/seed/0")
        let text = try sealed.ledger.folder.text(sealed.path)
        #expect(!text.contains(BinaryText.base64(seed)) && !text.contains(BinaryText.hex(seed)))
        // Without a key it stands there as it is, and the file says so.
        let open = try self.sealed(.personal)
        #expect(try open.ledger.folder.text(open.path).contains("\"seed\":"))
    }

    @Test(arguments: Reason.allCases, [false, true]) func opensAgain(reason: Reason, signed: Bool) throws {
        let sealed = try sealed(reason, author: signed ? try TestAuthor.signed() : .unsigned)
        let read = try #require(try Locker(reading: sealed.ledger.folder.place("l")).contents.items.first)
        #expect(read == sealed.item)
        #expect(read.fact("events")?.value == .number(2))
        #expect(read.publicDigest == "blinded:\(sealed.item.blinded ?? "")")
    }

    @Test func theOpeningNeedsTheKeyThatSealed() throws {
        let sealed = try sealed(.rules, author: try TestAuthor.signed())
        let path = sealed.ledger.folder.place("l")
        #expect(throws: Never.self) { try Locker(writing: path, as: try TestAuthor.signed()).opening(of: sealed.item) }
        let fault = #expect(throws: StorageFault.self) { try Locker(reading: path).opening(of: sealed.item) }
        #expect(fault?.kind == .key)
    }

    @Test func rulesCountWhatTheyHideAndWithholdFactsThatWouldTell() throws {
        let sealed = try sealed(.rules)
        #expect(
            sealed.item.redactions == [RedactionCount(rule: "users", action: "drop", reason: "customers are not part of the report", count: 2)])
        #expect(sealed.item.withheld == ["anna@example.org"])
    }

    // MARK: Damage

    private func verification(_ sealed: Sealed) -> StorageFault? {
        do {
            let locker = try Locker(reading: sealed.ledger.folder.place("l"))
            for item in locker.contents.items { try locker.verify(item) }
            return nil
        } catch {
            return error as? StorageFault
        }
    }

    @Test func aChangedArtefactIsSeen() throws {
        let sealed = try sealed(.personal)
        let hex = sealed.item.digest.dropFirst(7)
        let path = "l/objects/sha256/\(hex.prefix(2))/\(hex.dropFirst(2))"
        #expect(verification(sealed) == nil)
        try sealed.ledger.folder.write(Self.record.replacing("bo@", with: "al@"), to: path)
        let fault = verification(sealed)
        #expect(fault?.kind == .integrity && fault?.diagnostic.location?.path == sealed.ledger.folder.place(path))
    }

    /// An artefact that was changed, with a sealed record that was changed to fit it: the ledger's blinded digest shows it.
    @Test func anExchangedArtefactWithAFittingSealedRecordIsSeen() throws {
        let sealed = try sealed(.personal)
        let other = Array(Self.record.replacing("bo@", with: "al@").utf8)
        let digest = RunningDigest.of(other)
        let hex = digest.dropFirst(7)
        try sealed.ledger.folder.write(other, to: "l/objects/sha256/\(hex.prefix(2))/\(hex.dropFirst(2))")
        let text = try sealed.ledger.folder.text(sealed.path)
        try sealed.ledger.folder.write(text.replacing(sealed.item.digest, with: digest), to: sealed.path)
        let fault = verification(sealed)
        #expect(fault?.kind == .integrity && fault?.diagnostic.location?.path == sealed.ledger.folder.place(sealed.path))
    }

    @Test(arguments: ["sha256", "reading", "size", "blind", "reading-blind", "seed"]) func aChangedSealedRecordIsSeen(key: String) throws {
        let sealed = try sealed(.personal)
        let text = try sealed.ledger.folder.text(sealed.path)
        let node = try #require(JSONParser.parse(Array(text.utf8), path: "sealed").node?[key])
        let old = try node.string ?? "\(#require(node.int))"
        // The first character: the last of Base64 may hold bits that count for nothing.
        let new =
            key == "size"
            ? "\(old)0"
            : old.hasPrefix("sha256:")
                ? "sha256:\(old.hasPrefix("sha256:0") ? "1" : "0")\(old.dropFirst(8))" : "\(old.hasPrefix("0") ? "1" : "0")\(old.dropFirst())"
        let quote = node.string == nil ? "" : "\""
        let changed = text.replacing("\"\(key)\": \(quote)\(old)\(quote)", with: "\"\(key)\": \(quote)\(new)\(quote)")
        #expect(changed != text)
        try sealed.ledger.folder.write(changed, to: sealed.path)
        #expect(verification(sealed)?.kind == .integrity)
    }

    @Test func aMissingSealedRecordIsNamed() throws {
        let sealed = try sealed(.confidential)
        try sealed.ledger.folder.remove(sealed.path)
        let fault = verification(sealed)
        #expect(fault?.kind == .integrity && fault?.diagnostic.location?.path == sealed.ledger.folder.place(sealed.path))
    }

    @Test(arguments: ["", "{", "{}", "[]", "{\"sha256\":1}"]) func aSealedRecordThatIsNoneIsNamed(text: String) throws {
        let sealed = try sealed(.confidential)
        try sealed.ledger.folder.write(text, to: sealed.path)
        let fault = verification(sealed)
        #expect(fault?.kind == .integrity && fault?.diagnostic.location?.path == sealed.ledger.folder.place(sealed.path))
    }
}

@Suite struct LedgerEntryTests {
    private func ledger(_ random: RandomSource) throws -> LedgerFiles {
        let folder = try TemporaryFolder()
        let locker = try Locker(writing: folder.place("l"), as: LedgerAuthor(origin: "dossier.local/locker", signer: nil, random: random))
        try locker.append(try LockerTests.item(locker, "a"))
        try locker.append(LockerTests.unread("b"), at: LockerTests.noon)
        try locker.flush()
        return LedgerFiles(folder)
    }

    @Test func aDemonstrationSeedGivesTheSameEntriesTwiceAndEachSaysSo() throws {
        let first = try ledger(.demonstration("sample"))
        #expect(try first.entries() == ledger(.demonstration("sample")).entries())
        #expect(try first.entries() != ledger(.demonstration("another")).entries())
        for index in 0..<2 { #expect(try first.node(index)["demonstration"]?.bool == true) }
        #expect(try Locker(reading: first.folder.place("l")).contents.isDemonstration)
    }

    @Test func entriesOfTheSameThingsDifferOtherwise() throws {
        let first = try ledger(.system)
        #expect(try first.entries()[0] != ledger(.system).entries()[0])
        #expect(try first.node(0)["demonstration"] == nil)
        #expect(try !Locker(reading: first.folder.place("l")).contents.isDemonstration)
    }

    @Test func noNonceIsUsedTwice() throws {
        for random in [RandomSource.system, .demonstration("x")] {
            let ledger = try ledger(random)
            #expect(try ledger.node(0)["nonce"]?.string != ledger.node(1)["nonce"]?.string)
        }
    }

    @Test func anEntryThatIsTooLongIsRefusedAndCostsNothingElse() throws {
        let folder = try TemporaryFolder()
        let locker = try Locker(writing: folder.place("l"))
        try locker.append(try LockerTests.item(locker, "a"))
        var long = try LockerTests.item(locker, "b")
        long.producer = String(repeating: "x", count: 16 << 10)
        let diagnostic = #expect(throws: Diagnostic.self) { try locker.append(long) }
        #expect(diagnostic?.id == Diagnostic.entryTooLongID && diagnostic?.location?.path == "b" && diagnostic?.hint != nil)
        try locker.append(try LockerTests.item(locker, "c"))
        try locker.flush()
        #expect(try Locker(reading: folder.place("l")).contents.items.map(\.path) == ["a", "c"])
    }
}
