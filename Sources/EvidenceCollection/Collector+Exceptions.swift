public import Diagnostics
import EvidenceLocker
import EvidenceModel
import StructuredText
public import Workspaces

extension Collector {
    /// Records what came in, was mended or ended among the accepted gaps of some systems.
    /// - Returns: what could not be recorded; an exception that is too long for the ledger costs itself and nothing else.
    /// - Throws: a `StorageFault` when the locker cannot be written.
    @discardableResult
    public func recordExceptions(of systems: [AISystem]) throws -> [Diagnostic] {
        var diagnostics: [Diagnostic] = []
        let current = locker.contents.records(of: .exception)
        let declared = workspace.exceptions.filter { exception in systems.contains { $0.id == exception.system } }
        for exception in declared {
            let known = current.filter { isSame($0.entry.body["id"]?.string, exception.id) }
            let record = exception.record
            let same = known.last { $0.entry.body.canonicalJSON == record.canonicalJSON }
            if same == nil {
                try begin()
                do {
                    try locker.record(.exception, record, at: now)
                } catch let diagnostic as Diagnostic where diagnostic.id == Diagnostic.entryTooLongID {
                    diagnostics.append(diagnostic.at(exception.location))
                    continue
                }
            }
            for old in known where old.index != same?.index {
                try begin()
                try locker.withdraw(entry: old.index, reason: "superseded", at: now)
            }
        }
        // What could not be read may still be an exception: nobody withdrew it.
        if workspace.diagnostics.contains(where: { $0.severity == .error && $0.location?.path.hasPrefix("exceptions/") == true }) { return diagnostics }
        for old in current where !declared.contains(where: { isSame(old.entry.body["id"]?.string, $0.id) }) {
            guard systems.contains(where: { isSame(old.entry.body["system"]?.string, $0.id) }) else { continue }
            try begin()
            try locker.withdraw(entry: old.index, reason: "removed from the workspace", at: now)
        }
        return diagnostics
    }

    private func isSame(_ a: String?, _ b: String) -> Bool { a.map { $0.utf8.elementsEqual(b.utf8) } ?? false }
}

extension GapException {
    /// What the ledger records of it.
    fileprivate var record: Value {
        .object([
            ("id", .string(id)), ("system", .string(system)), ("framework", .string(framework)), ("controls", .list(controls.map { .string($0) })),
            ("reason", .string(reason)), ("measure", .string(measure)), ("owner", .string(owner)), ("approver", .string(approver)),
            ("from", .string(from.text)), ("to", .string(to.text)),
        ])
    }
}

extension Diagnostic {
    fileprivate func at(_ location: TextLocation) -> Self {
        var copy = self
        copy.location = location
        return copy
    }
}
