public import Diagnostics
public import EvidenceModel
import StructuredText

extension AttestationTable {
    /// Reads a table that came back. Every row must be a statement of the workspace, with its words as they are now.
    /// - Parameter at: answers are not dated after this.
    /// - Returns: the rows with an answer, and the ids of those without, in the table's order.
    /// - Throws: a `DiagnosticList` of all faults with line and column; then nothing of the table is to be taken over.
    public static func read(
        _ bytes: [UInt8], path: String, statements: AttestationFiles, at: Instant
    ) throws(DiagnosticList) -> (rows: [Row], open: [String]) {
        guard bytes.count <= maximumBytes else { throw DiagnosticList([.tooLarge(path)]) }
        let delimiter = CSVReader.delimiter(of: Array(bytes.prefix(4096)))
        var found: [CSVRow] = []
        do {
            try CSVReader(MemoryStream(bytes), path: path, delimiter: delimiter).forEachRow { row in
                found.append(row)
                return true
            }
        } catch let diagnostic as Diagnostic {
            throw DiagnosticList([diagnostic])
        } catch {
            throw DiagnosticList([.unreadable(path, "\(error)")])
        }
        let places = CSVPlaces(bytes, delimiter: delimiter, path: path)
        guard let header = found.first, header.fields.count == columns.count, zip(header.fields, columns).allSatisfy(isSame) else {
            throw DiagnosticList([.wrongColumns(found.first, places)])
        }
        var reading = Reading(path: path, places: places, statements: statements, at: at)
        for row in found.dropFirst() { reading.take(row) }
        guard reading.faults.isEmpty else { throw DiagnosticList(reading.faults) }
        return (reading.rows, reading.open)
    }

    /// What has been read of a table so far.
    private struct Reading {
        let path: String
        let places: CSVPlaces
        let statements: AttestationFiles
        let at: Instant
        var rows: [Row] = []
        var open: [String] = []
        var faults: [Diagnostic] = []
        private var lines: [[UInt8]: Int] = [:]

        init(path: String, places: CSVPlaces, statements: AttestationFiles, at: Instant) {
            self.path = path
            self.places = places
            self.statements = statements
            self.at = at
        }

        mutating func take(_ row: CSVRow) {
            // Spreadsheets leave rows of empty cells behind the last one.
            if row.fields.allSatisfy({ $0.utf8.allSatisfy { $0 == 0x20 } }) { return }
            guard row.fields.count == columns.count else {
                faults.append(.wrongCount(places.place(row.line, min(row.fields.count, columns.count)), row.fields.count))
                return
            }
            let cells = row.fields.map(AttestationTable.text)
            if let first = lines.updateValue(row.line, forKey: Array(cells[0].utf8)) {
                faults.append(.twice(places.place(row.line, 0), cells[0], first))
                return
            }
            let statement: RequestedAttestation
            do throws(Diagnostic) {
                statement = try statements.statement(cells[0])
            } catch {
                // A statement whose file has a fault keeps that fault; one that is not there is the row's.
                var copy = error
                if copy.id == "attestation.unknown" { copy.location = places.place(row.line, 0) }
                faults.append(copy)
                return
            }
            let before = faults.count
            for (index, (cell, expected)) in zip(cells, AttestationTable.fixedCells(statement)).enumerated() where !isSame(cell, expected) {
                faults.append(.altered(places.place(row.line, index), columns[index], cell, expected))
            }
            do throws(Diagnostic) {
                let answer = try self.answer(cells, row)
                guard faults.count == before else { return }
                if let answer { rows.append(Row(statement: statement, answer: answer)) } else { open.append(statement.id) }
            } catch {
                faults.append(error)
            }
        }

        /// The answer of a row; `nil` when it is still open.
        private func answer(_ cells: [String], _ row: CSVRow) throws(Diagnostic) -> AttestationRegister.Answer? {
            let word = cells[firstAnswer].trimmingBlanks()
            let reason = cells[firstAnswer + 1].trimmingBlanks()
            let date = cells[firstAnswer + 2].trimmingBlanks()
            if word.isEmpty {
                guard reason.isEmpty else { throw .answerWithoutDecision(places.place(row.line, firstAnswer + 1)) }
                return nil
            }
            guard let decision = RecordedAttestation.Decision(rawValue: word.lowercased()) else {
                throw .unknownDecision(places.place(row.line, firstAnswer), word)
            }
            var decidedOn: Instant?
            if !date.isEmpty {
                guard let instant = Instant(date) else { throw .noDate(places.place(row.line, firstAnswer + 2), date) }
                guard instant <= at else { throw .dateAhead(places.place(row.line, firstAnswer + 2), date, at) }
                decidedOn = instant
            }
            let answer = AttestationRegister.Answer(decision, reason: reason.isEmpty ? nil : reason, decidedOn: decidedOn)
            try AttestationRegister.check(answer, location: places.place(row.line, firstAnswer + 1))
            return answer
        }
    }
}

extension Diagnostic {
    fileprivate static func tooLarge(_ path: String) -> Self {
        Diagnostic(
            id: "attestation-table.too-large", severity: .error, location: TextLocation(path: path),
            message: "the table is larger than \(AttestationTable.maximumBytes >> 20) MiB; expected a table of attestations", hint: "check what the file is")
    }

    fileprivate static func unreadable(_ path: String, _ why: String) -> Self {
        Diagnostic(
            id: "attestation-table.unreadable", severity: .error, location: TextLocation(path: path), message: "the table could not be read: \(why)",
            hint: "check the file and its permissions")
    }

    fileprivate static func wrongColumns(_ header: CSVRow?, _ places: CSVPlaces) -> Self {
        let expected = AttestationTable.columns
        let fields = header?.fields ?? []
        let index = zip(fields, expected).enumerated().first { !isSame($0.element.0, $0.element.1) }?.offset ?? min(fields.count, expected.count)
        let found = fields.indices.contains(index) ? "'\(fields[index])'" : "no more columns"
        let wanted = expected.indices.contains(index) ? "'\(expected[index])'" : "no more columns"
        return Diagnostic(
            id: "attestation-table.wrong-columns", severity: .error, location: places.place(header?.line ?? 1, index),
            message: "found \(found); expected \(wanted)",
            hint: "keep the columns as 'dossier attest export-csv' writes them: \(expected.joined(separator: ","))")
    }

    fileprivate static func wrongCount(_ location: TextLocation, _ count: Int) -> Self {
        Diagnostic(
            id: "attestation-table.wrong-columns", severity: .error, location: location,
            message: "the row has \(count) cells; expected \(AttestationTable.columns.count)", hint: "put a cell that holds commas into quotes")
    }

    fileprivate static func twice(_ location: TextLocation, _ id: String, _ first: Int) -> Self {
        Diagnostic(
            id: "attestation-table.id-twice", severity: .error, location: location, message: "'\(id)' stands here for the second time, after line \(first)",
            hint: "keep the row that holds")
    }

    fileprivate static func altered(_ location: TextLocation, _ column: String, _ found: String, _ expected: String) -> Self {
        let quoted = column == "text" ? "other words than the statement's" : "'\(found.prefix(80))'"
        let wanted = column == "text" ? "the words of attestations/ID.yaml as they are now" : "'\(expected)'"
        return Diagnostic(
            id: "attestation-table.altered", severity: .error, location: location, message: "'\(column)' holds \(quoted); expected \(wanted)",
            hint: "restore the cell; if the statement has changed since, export the table again and ask the person again")
    }

    fileprivate static func unknownDecision(_ location: TextLocation, _ word: String) -> Self {
        let known = RecordedAttestation.Decision.allCases.map(\.rawValue)
        return Diagnostic(
            id: "attestation-table.unknown-decision", severity: .error, location: location,
            message: "the decision is '\(word)'\(suggestion(for: word, among: known)); expected accepted, declined, or nothing while it is open",
            hint: "write one of them")
    }

    fileprivate static func answerWithoutDecision(_ location: TextLocation) -> Self {
        Diagnostic(
            id: "attestation-table.no-decision", severity: .error, location: location,
            message: "a reason stands beside no decision; expected accepted or declined",
            hint: "write 'declined' under 'decision', or delete the reason")
    }

    fileprivate static func noDate(_ location: TextLocation, _ text: String) -> Self {
        Diagnostic(
            id: "attestation-table.not-a-date", severity: .error, location: location, message: "'decided-on' is '\(text)', not a date that exists",
            hint: "write an ISO 8601 date such as 2026-10-02")
    }

    fileprivate static func dateAhead(_ location: TextLocation, _ text: String, _ at: Instant) -> Self {
        Diagnostic(
            id: "attestation-table.date-ahead", severity: .error, location: location,
            message: "'decided-on' is '\(text)', after \(at.text), when the table is read",
            hint: "correct the date")
    }
}
