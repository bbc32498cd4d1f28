public import Diagnostics
import DurableStorage
import StructuredText
import TransparencyLog

extension StorageFault {
    static func needsKey(_ path: String, _ origin: String) -> Self {
        StorageFault(
            kind: .key,
            diagnostic: Diagnostic(
                id: "ledger.needs-key", severity: .error, location: TextLocation(path: path),
                message: "the ledger '\(origin)' is signed, and its key was not given; an unsigned head would look like a removed signature",
                hint: "set DOSSIER_PASSPHRASE for keys/private/ledger.key, or give the key itself in DOSSIER_KEY_LEDGER"))
    }

    static func otherOrigin(_ path: String, _ found: String, _ expected: String) -> Self {
        StorageFault(
            kind: .integrity,
            diagnostic: Diagnostic(
                id: "ledger.other-origin", severity: .error, location: TextLocation(path: path),
                message: "the checkpoint is of the ledger '\(found)'; expected '\(expected)'",
                hint: "put the ledger's name back under 'ledger:' in dossier.yaml; a ledger keeps its name"))
    }
}

extension StorageFault {
    /// The same fault, with the command that mends it as its hint.
    var mendable: Self {
        var copy = self
        copy.diagnostic.hint = "run 'dossier locker rebuild', which makes the tiles again from the entries"
        return copy
    }
}

extension Diagnostic {
    /// The id of the fault that one entry is too long; it costs what the entry tells of and nothing else.
    public static let entryTooLongID = "ledger.entry-too-long"

    static func entryTooLong(_ body: Value, _ type: LedgerEntry.EntryType, _ count: Int) -> Self {
        let path = body["path"]?.string ?? body["file"]?["path"]?.string
        return Diagnostic(
            id: entryTooLongID, severity: .error, location: path.map { TextLocation(path: $0) },
            message: "the \(type.rawValue) would make an entry of \(count) bytes in the ledger; expected at most \(TileLog.maximumEntry)",
            hint: "shorten its producer, reviewer, approver, sample or reason; long texts belong in the file itself")
    }
}
