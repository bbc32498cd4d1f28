import Diagnostics
import EvidenceModel
import LibXML
import StructuredText

extension MappedReader {
    func readXML(_ source: EvidenceSource, _ outcome: inout MappedOutcome) throws {
        let (tree, diagnostics) = XMLTree.parse(try source.wholeBytes(), path: source.path)
        guard let tree else {
            outcome.tally.add(diagnostics.dropFirst())
            throw diagnostics.first ?? Diagnostic.noXML(source.path)
        }
        outcome.tally.add(diagnostics)
        let evaluator = XPathEvaluator(tree, namespaces: definition.namespaces)
        for (rule, expression) in placed {
            if let (value, locator) = value(of: rule, expression, evaluator, at: nil, &outcome) {
                outcome.state(rule, value, at: locator)
            }
        }
        for table in definition.tables { readTable(table, evaluator, &outcome) }
    }

    private func readTable(_ table: MappingDefinition.TableRule, _ evaluator: XPathEvaluator, _ outcome: inout MappedOutcome) {
        let expression = table.rows ?? ""
        var rows: [FactRow] = []
        do throws(XPathFault) {
            for (index, node) in try evaluator.select(expression).enumerated() {
                guard rows.count < MappedOutcome.maximumRows else {
                    outcome.tooManyRows(table)
                    break
                }
                guard let element = node.element else {
                    outcome.tally.add(.rowIsNoElement(TextLocation(path: outcome.path, line: node.line), table))
                    break
                }
                let cells = table.columns.compactMap { rule -> FactRow.Cell? in
                    switch rule.source {
                    case .constant(let value): return .init(rule.definition.name, value)
                    case .place(let place):
                        return value(of: rule, place, evaluator, at: element, &outcome).map { .init(rule.definition.name, $0.0) }
                    }
                }
                rows.append(FactRow(cells, locator: .xpath("(\(expression))[\(index + 1)]")))
            }
        } catch {
            outcome.tally.add(.expressionFailed(table.location, error))
            return
        }
        outcome.state(table, rows)
    }

    private func value(
        of rule: MappingDefinition.Rule, _ expression: String, _ evaluator: XPathEvaluator, at row: XMLElement?,
        _ outcome: inout MappedOutcome
    ) -> (FactValue, Locator)? {
        let result: XPathValue
        do throws(XPathFault) {
            result = try evaluator.evaluate(expression, at: row)
        } catch {
            outcome.tally.add(.expressionFailed(rule.location, error))
            return nil
        }
        let line = row?.line
        let found: (FactValue, Locator)?
        var isFaulty = false
        switch result {
        case .nodes(let nodes):
            found = value(of: rule, nodes, expression, &outcome, &isFaulty)
        case .text(let text):
            isFaulty = text.contains { !$0.isWhitespace }
            found = outcome.value(text, rule, at: TextLocation(path: outcome.path, line: line)).map { ($0, .xpath(expression)) }
        case .number(let number):
            // A sum over nothing readable is no number, and states nothing.
            isFaulty = number.isFinite
            found =
                number.isFinite
                ? outcome.value(jsonNumber(number), rule, at: TextLocation(path: outcome.path, line: line)).map {
                    ($0, .xpath(expression))
                } : nil
        case .flag(let flag):
            isFaulty = true
            found = outcome.value(flag ? "true" : "false", rule, at: TextLocation(path: outcome.path, line: line)).map {
                ($0, .xpath(expression))
            }
        }
        if found == nil, !isFaulty, row == nil { outcome.absent(rule, expression) }
        return found
    }

    private func value(
        of rule: MappingDefinition.Rule, _ nodes: [XPathNode], _ expression: String, _ outcome: inout MappedOutcome,
        _ isFaulty: inout Bool
    ) -> (FactValue, Locator)? {
        func location(_ node: XPathNode) -> TextLocation { TextLocation(path: outcome.path, line: node.line) }
        if rule.definition.type == .list, rule.aggregate == nil {
            let items = nodes.map { $0.text.trimmingBlanks() }.filter { !$0.isEmpty }
            return items.isEmpty ? nil : (.list(items), .xpath(expression))
        }
        if let how = rule.aggregate {
            var aggregate = MappedAggregate(how)
            for (index, node) in nodes.enumerated() {
                // A position in what was selected is found at once; an element's own path would be counted anew for each.
                let locator = Locator.xpath("(\(expression))[\(index + 1)]")
                if how == .count {
                    aggregate.take(.number(1), at: locator)
                } else if let value = outcome.value(node.text, rule, at: location(node)) {
                    aggregate.take(value, at: locator)
                } else if node.text.contains(where: { !$0.isWhitespace }) {
                    aggregate.isDamaged = true
                }
            }
            isFaulty = aggregate.isDamaged
            return aggregate.value(whole: .xpath(expression))
        }
        guard let only = nodes.first else { return nil }
        guard nodes.count == 1 else {
            isFaulty = true
            outcome.tally.add(.severalMapped(location(only), rule, nodes.count))
            return nil
        }
        isFaulty = only.text.contains { !$0.isWhitespace }
        return outcome.value(only.text, rule, at: location(only)).map { ($0, .xpath(only.xpath)) }
    }
}

extension Diagnostic {
    fileprivate static func noXML(_ path: String) -> Self {
        Diagnostic(
            id: "mapped.no-xml", severity: .error, location: TextLocation(path: path, line: 1, column: 1),
            message: "found no XML document",
            hint: "export the file again")
    }

    fileprivate static func expressionFailed(_ location: TextLocation, _ fault: XPathFault) -> Self {
        Diagnostic(
            id: "mapped.bad-xpath", severity: .error, location: location,
            message: "'\(fault.expression.prefix(80))' cannot be used: \(fault.message)",
            hint: "correct the expression, or declare its prefix under 'namespaces'")
    }

    fileprivate static func rowIsNoElement(_ location: TextLocation, _ table: MappingDefinition.TableRule) -> Self {
        Diagnostic(
            id: "mapped.row-is-no-element", severity: .error, location: location,
            message: "the rows of '\(table.definition.name)' are attributes or texts; expected elements",
            hint: "correct the expression at \(table.location)")
    }
}
