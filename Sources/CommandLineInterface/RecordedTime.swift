import ArgumentParser
import EvidenceModel

/// The time that new entries of the ledger record.
struct RecordedTime: ParsableArguments {
    @Option(help: "The time to record for new entries, such as 2026-10-05T09:00:00Z; SOURCE_DATE_EPOCH or the clock when left out.")
    var at: String?

    func instant() throws -> Instant { try Collect.recordedTime(at) }
}
