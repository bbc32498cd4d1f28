import Diagnostics
import EvidenceModel
import Foundation
import Testing

@testable import EvidenceReaders

/// The reading of a table given as text.
private func read(_ text: String, mapping: [String: String] = [:], attributes: [String] = []) -> Reading {
    PredictionsCSVReader().read(EvidenceSource(path: "p.csv", text: text), ReadingOptions(mapping: mapping, attributes: attributes))
}

/// A table of sex, label and decision: `count` rows for each line.
private func table(_ lines: [(sex: String, label: String, decision: String, count: Int)]) -> String {
    "y_true,y_pred,sex\n" + lines.map { String(repeating: "\($0.label),\($0.decision),\($0.sex)\n", count: $0.count) }.joined()
}

extension Reading {
    fileprivate func value(_ name: FactName) -> FactValue? { facts.first { $0.name == name }?.value }
    fileprivate func rows(_ name: FactName) -> [FactRow] { if case .table(let rows)? = value(name) { rows } else { [] } }
    fileprivate var ids: [String] { diagnostics.map(\.id) }
    fileprivate func row(_ table: FactName, attribute: String, group: String? = nil) -> FactRow? {
        rows(table).first { row in row["attribute"] == .text(attribute) && (group.map { row["group"] == .text($0) } ?? true) }
    }
}

extension FactRow {
    fileprivate func number(_ column: FactName) -> Double? { if case .number(let number)? = self[column] { number } else { nil } }
}

@Suite struct PredictionsCSVReaderTests {
    @Test func computesRatesAndDifferencesOfTwoGroups() throws {
        // f: 40 of 100 selected, TPR 30/50, FPR 10/50. m: 60 of 100, TPR 45/50, FPR 15/50.
        let reading = read(
            table([
                ("f", "1", "1", 30), ("f", "1", "0", 20), ("f", "0", "1", 10), ("f", "0", "0", 40),
                ("m", "1", "1", 45), ("m", "1", "0", 5), ("m", "0", "1", 15), ("m", "0", "0", 35),
            ]))
        #expect(reading.diagnostics.isEmpty)
        #expect(reading.sample == Sample(size: 200))
        #expect(reading.value("favourable-outcome") == .text("y_pred = 1"))
        let expected: [(FactName, Double)] = [
            ("population", 200), ("group-count", 2), ("smallest-group", 100), ("demographic-parity-difference", 0.2),
            ("demographic-parity-ratio", 2.0 / 3), ("disparate-impact-ratio", 2.0 / 3), ("equal-opportunity-difference", 0.3),
            ("equalized-odds-difference", 0.3), ("accuracy", 0.75), ("dropped-rows", 0),
        ]
        for (name, number) in expected { #expect(abs(try #require(reading.number(name)) - number) < 1e-12, "\(name)") }
        #expect(reading.value("four-fifths-rule") == .flag(false))
        let row = try #require(reading.row("groups", attribute: "sex", group: "f"))
        #expect(
            row.cells.map(\.column) == [
                "attribute", "group", "count", "selected", "selection-rate", "true-positive-rate", "false-positive-rate", "accuracy", "selection-ratio",
            ])
        #expect(reading.row("attributes-compared", attribute: "sex")?["least-selected-group"] == .text("f"))
    }

    @Test func keepsFourFifthsExactAtTheBoundary() {
        // 0.24 / 0.3 is 0.7999999999999999 in binary fractions.
        let reading = read(table([("f", "1", "1", 24), ("f", "1", "0", 76), ("m", "1", "1", 30), ("m", "1", "0", 70)]))
        #expect(reading.value("four-fifths-rule") == .flag(true))
        #expect(reading.number("disparate-impact-ratio") == 0.8)
    }

    @Test func leavesOutRatesThatNobodyCanKnow() throws {
        let reading = read(table([("f", "0", "1", 15), ("f", "0", "0", 20), ("m", "1", "1", 30), ("m", "0", "0", 30)]))
        let row = try #require(reading.row("groups", attribute: "sex", group: "f"))
        #expect(row["true-positive-rate"] == nil)
        #expect(row["false-positive-rate"] != nil)
        #expect(reading.number("equal-opportunity-difference") == nil)
        #expect(reading.number("equalized-odds-difference") == nil)
        #expect(reading.ids == ["predictions-csv.undefined-rate"])
    }

    @Test func comparesNothingWhenNobodyWasSelected() {
        let reading = read(table([("f", "0", "0", 40), ("m", "1", "0", 40)]))
        #expect(reading.number("demographic-parity-difference") == 0)
        #expect(reading.number("demographic-parity-ratio") == nil)
        #expect(reading.value("four-fifths-rule") == nil)
    }

    @Test func findsNoFairnessInASingleGroup() {
        let reading = read(table([("f", "1", "1", 40)]))
        #expect(reading.value("four-fifths-rule") == nil)
        #expect(reading.number("demographic-parity-difference") == nil)
        #expect(reading.ids.contains("predictions-csv.one-group"))
    }

    @Test func countsRowsWithoutALabelForSelectionOnly() {
        // Those who were refused have no label: leaving them out would make every rate 1.
        let reading = read(table([("f", "", "0", 30), ("f", "1", "1", 30), ("m", "1", "1", 50), ("m", "", "0", 10)]))
        #expect(reading.number("population") == 120)
        #expect(reading.number("dropped-rows") == 0)
        #expect(abs((reading.number("disparate-impact-ratio") ?? 0) - 0.6) < 1e-12)
        #expect(reading.ids.contains("predictions-csv.unlabelled"))
    }

    @Test func flagsGroupsUnderThirty() {
        let reading = read(table([("f", "1", "1", 15), ("f", "0", "0", 14), ("m", "1", "1", 15), ("m", "0", "0", 15)]))
        #expect(reading.diagnostics.map(\.message) == ["group 'f' of 'sex' has 29 rows; rates under 30 rows tell little"])
    }

    @Test func comparesIntersectionsOnRequest() {
        let text = "y_pred,sex,race\n1,f,a\n0,f,b\n1,m,a\n1,m,b\n"
        let reading = read(text, attributes: ["sex", "sex * race"])
        #expect(reading.value("attributes") == .list(["sex", "sex*race"]))
        #expect(reading.rows("groups").compactMap { $0["group"]?.text } == ["f", "m", "f*a", "f*b", "m*a", "m*b"])
        #expect(reading.number("group-count") == 6)
        #expect(reading.number("accuracy") == nil)
    }

    @Test func takesOneRowOutForEachProblemAndSaysWhere() {
        let reading = read("y_true,y_pred,sex\n1,1,f\n1,,f\n1,1\n1,1,NA\n0,perhaps,m\nmaybe,1,m\n0,0,m\n")
        #expect(reading.number("dropped-rows") == 5)
        #expect(reading.number("population") == 2)
        let places = reading.diagnostics.filter { !$0.id.hasSuffix("small-group") && !$0.id.hasSuffix("undefined-rate") }.map {
            "\($0.location?.line ?? 0) \($0.severity.rawValue) \($0.id.dropFirst("predictions-csv.".count))"
        }
        #expect(
            places == [
                "3 warning missing-value", "4 error wrong-width", "5 warning missing-value", "6 error unreadable-value", "7 error unreadable-value",
            ])
    }

    @Test func readsTheObservedPeriodFromTheTimeColumn() {
        let text = "y_pred,sex,day\n1,f,2026-03-04\n0,m,2026-01-02\n1,m,2026-02-30\n"
        let reading = read(text, mapping: ["time": "day"])
        #expect(reading.observed?.from == Instant("2026-01-02"))
        #expect(reading.observed?.to == Instant("2026-03-04"))
        #expect(reading.number("population") == 3)
        #expect(reading.diagnostics.first { $0.id == "predictions-csv.bad-time" }?.location?.line == 4)
        #expect(read(text).observed == nil)
    }
}

/// What must be said by a mapping is asked for, never guessed.
@Suite struct PredictionsCSVMappingTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var header: String
        var row: String
        var mapping: [String: String] = [:]
        var id: String
        var says: String
        var testDescription: String { "\(id) \(header)" }
    }

    @Test(arguments: [
        Case(header: "decision,sex", row: "approved,f", id: "needs-favourable", says: "'favourable: VALUE'"),
        Case(header: "y_pred,sex", row: ">50K,f", id: "needs-favourable", says: "'favourable: VALUE'"),
        Case(header: "y_pred,sex", row: "0.73,f", id: "needs-favourable", says: "'score: y_pred' and 'threshold: NUMBER'"),
        Case(header: "score,label,sex", row: "0.73,1,f", id: "needs-threshold", says: "'threshold: NUMBER'"),
        Case(header: "y_pred,y_true,sex", row: "1,repaid,f", id: "needs-positive-label", says: "'positive-label: VALUE'"),
        Case(header: "y_pred,y_true,sex", row: "1,1,f", mapping: ["favourable": "0"], id: "unsaid-label", says: "'positive-label: 0'"),
        Case(header: "a,sex", row: "1,f", id: "no-decision", says: "decision: COLUMN"),
        Case(header: "y_pred,prediction,sex", row: "1,1,f", id: "ambiguous-columns", says: "mapping: { decision: y_pred }"),
        Case(header: "y_pred,team", row: "1,f", id: "no-attribute", says: "attributes: [COLUMN]"),
        Case(header: "y_pred,sex,sex", row: "1,f,f", id: "repeated-column", says: "rename"),
        Case(header: "y_pred,sex", row: "1,f", mapping: ["decision": "y_predd"], id: "unknown-column", says: "mapping: { decision: COLUMN }"),
        Case(header: "score,sex", row: "1,f", mapping: ["threshold": "half"], id: "bad-threshold", says: "threshold"),
        Case(header: "score,sex", row: "1,f", mapping: ["threshold": "1e999"], id: "bad-threshold", says: "threshold"),
        Case(header: "y_pred,sex", row: "1,f", mapping: ["label": "y_pred"], id: "same-column", says: "label"),
        Case(
            header: "decision,sex", row: "approved,f", mapping: ["favourable": "aproved"], id: "value-never-found", says: "correct 'favourable'"),
        Case(
            header: "y_pred,score,sex", row: "1,1,f", mapping: ["decision": "y_pred", "threshold": "0.5"], id: "two-decisions",
            says: "remove 'decision' or 'threshold'"),
    ])
    func asksForWhatItMayNotGuess(test: Case) throws {
        let reading = read("\(test.header)\n\(test.row)\n", mapping: test.mapping)
        let diagnostic = try #require(reading.diagnostics.first { $0.id == "predictions-csv.\(test.id)" })
        #expect(diagnostic.severity == .error)
        #expect(diagnostic.hint?.contains(test.says) == true)
        #expect(!reading.usable)
        #expect(reading.facts.isEmpty)
    }

    @Test func readsWordsOnceTheyAreMapped() {
        let text = "decision,outcome_later,gender\napproved,repaid,f\ndenied,default,m\n"
        let reading = read(text, mapping: ["favourable": "approved", "label": "outcome_later", "positive-label": "repaid"])
        #expect(reading.value("favourable-outcome") == .text("decision = approved"))
        #expect(reading.number("accuracy") == 1)
    }

    @Test func readsScoresOnceAThresholdIsGiven() {
        let text = "y_prob,sex\n0.5,f\n0.49,m\n"
        let above = read(text, mapping: ["threshold": "0.5"])
        #expect(above.value("favourable-outcome") == .text("y_prob >= 0.5"))
        #expect(above.row("groups", attribute: "sex", group: "f")?.number("selected") == 1)
        let below = read(text, mapping: ["threshold": "0.5", "favourable": "0"])
        #expect(below.value("favourable-outcome") == .text("y_prob < 0.5"))
        #expect(below.row("groups", attribute: "sex", group: "m")?.number("selected") == 1)
    }

    @Test func refusesAScoreThatLooksLikeADecisionAtFirst() {
        let reading = read("score,label,sex\n0,0,f\n1,1,m\n7,1,m\n")
        #expect(reading.diagnostics.last?.id == "predictions-csv.needs-threshold")
        #expect(reading.diagnostics.last?.location?.line == 4)
        #expect(!reading.usable)
    }

    @Test func readsTrueAndFalseWithoutAMapping() {
        let reading = read("y_true,y_pred,sex\nTrue,TRUE,f\nfalse,False,m\n")
        #expect(reading.number("accuracy") == 1)
    }

    @Test func warnsAboutAMisspeltMappingKey() {
        let reading = read("y_pred,sex\n1,f\n0,m\n", mapping: ["favorable": "1"])
        #expect(reading.diagnostics.first?.message.hasSuffix("did you mean 'favourable'?") == true)
        #expect(reading.usable)
    }

    @Test func missesAnAttributeWithoutLosingTheOthers() {
        let reading = read("y_pred,sex\n1,f\n0,m\n", attributes: ["race", "sex"])
        #expect(reading.value("attributes") == .list(["sex"]))
        #expect(reading.diagnostics.first?.id == "predictions-csv.unknown-column")
    }
}

@Suite struct PredictionsCSVHostileTests {
    @Test(arguments: [
        "", "\n\n", "y_true,y_pred,sex\n1,1,\"f\n", "y_true,y_pred,sex\n1,1,f\0\n", "y_true,y_pred,sex\n1,1,\"f\"x\n",
        "y_true,y_pred,sex\n1,1," + String(repeating: "x", count: 10 << 20), String(repeating: "[", count: 100_000),
    ])
    func refusesWhatIsNoTable(text: String) {
        let reading = read(text)
        #expect(!reading.usable)
        #expect(reading.facts.isEmpty)
        #expect(reading.diagnostics.contains { $0.severity == .error })
    }

    @Test func refusesInvalidUTF8WithItsPlace() {
        let bytes = Array("y_pred,sex\n1,f\n0,m".utf8) + [0xFF, 0x0A]
        let reading = PredictionsCSVReader().read(EvidenceSource(path: "p.csv", bytes: bytes), ReadingOptions())
        #expect(!reading.usable)
        #expect(reading.diagnostics.last?.location?.line == 3)
    }

    @Test(arguments: ["1e999", "0x1p3", "--1", "∞", "1,5e"])
    func takesNoNumberFromWhatIsNone(score: String) {
        let reading = read("score,sex\n0.9,f\n\"\(score)\",f\n0.1,m\n", mapping: ["threshold": "0.5"])
        #expect(reading.number("dropped-rows") == 1)
        #expect(reading.number("population") == 2)
    }

    @Test func treatsNaNAsMissing() {
        let reading = read("score,sex\n0.9,f\nNaN,f\n0.1,m\n", mapping: ["threshold": "0.5"])
        #expect(reading.ids.first == "predictions-csv.missing-value")
    }

    @Test func givesUpOnAnAttributeWithTooManyGroups() {
        let lines = (0...AttributeCounts.maximumGroups).map { "\($0 % 2),\($0 % 3),id\($0)\n" }.joined()
        let reading = read("y_pred,sex,religion\n" + lines)
        #expect(reading.value("attributes") == .list(["sex"]))
        #expect(reading.diagnostics.contains { $0.id == "predictions-csv.too-many-groups" && $0.severity == .error })
    }

    @Test func keepsDiagnosticsToTwentyOfAKind() {
        let reading = read("y_pred,sex\n1,f\n0,m\n" + String(repeating: "1\n", count: 50))
        #expect(reading.ids.filter { $0 == "predictions-csv.wrong-width" }.count == 21)
        #expect(reading.number("dropped-rows") == 50)
    }

    @Test func statesAnEmptyTableAsEmpty() {
        let reading = read("y_true,y_pred,sex\n")
        #expect(reading.number("population") == 0)
        #expect(reading.value("four-fifths-rule") == nil)
        #expect(reading.number("smallest-group") == nil)
        #expect(reading.ids == ["predictions-csv.no-rows"])
    }

    @Test(arguments: [
        ("y_true,y_pred,sex\n", Recognition.likely), ("\u{FEFF}Y True;Y-Pred;Gender\n", .likely), ("score,label_value,race\n", .likely),
        ("decision,sex\n", .weak), ("time,user,outcome\n", .no), ("{\"y_true\": 1}", .no), ("", .no), ("sex,count,selection_rate\n", .no),
        ("model_id,attribute_name,attribute_value,tpr\n", .no),
    ])
    func recognisesItsHeader(text: String, expected: Recognition) {
        #expect(PredictionsCSVReader().recognizes(EvidenceSource(path: "x.csv", text: text)) == expected)
    }
}

/// Fairlearn 0.15.0's figures for the shared samples, as `Tests/Independent/fairlearn_figures.py` prints them.
@Suite struct FairlearnFigureTests {
    struct Figures: CustomTestStringConvertible, Sendable {
        var file: String
        var attribute: String
        /// Demographic parity difference and ratio, equalised odds difference, equal opportunity difference.
        var measures: [Double]
        /// Count, selection rate, TPR, FPR and accuracy by group.
        var groups: [String: [Double]]
        var testDescription: String { "\(file) \(attribute)" }
    }

    private static var samples: String {
        ProcessInfo.processInfo.environment["DOSSIER_SHARED"] ?? "\(#filePath.split(separator: "/").dropLast(3).map { "/\($0)" }.joined())/../shared"
    }

    static func source(_ file: String) -> EvidenceSource? {
        guard let data = FileManager.default.contents(atPath: "\(samples)/samples/predictions-csv/\(file)") else { return nil }
        return EvidenceSource(path: file, bytes: Array(data))
    }

    @Test(.enabled("the shared samples are not here; set DOSSIER_SHARED") { source(german) != nil }, arguments: figures)
    func agreesWithFairlearn(expected: Figures) throws {
        let source = try #require(Self.source(expected.file))
        let reading = PredictionsCSVReader().read(source, ReadingOptions(attributes: [expected.attribute]))
        let row = try #require(reading.row("attributes-compared", attribute: expected.attribute))
        let columns: [FactName] = [
            "demographic-parity-difference", "demographic-parity-ratio", "equalized-odds-difference", "equal-opportunity-difference",
        ]
        for (column, figure) in zip(columns, expected.measures) {
            #expect(abs(try #require(row.number(column)) - figure) < 1e-12, "\(column)")
            #expect(row.number(column) == reading.number(column))
        }
        #expect(reading.number("group-count") == Double(expected.groups.count))
        #expect(reading.number("accuracy") == (expected.file == german ? 0.7275 : 0.6636666666666666))
        let rates: [FactName] = ["count", "selection-rate", "true-positive-rate", "false-positive-rate", "accuracy"]
        for (group, figures) in expected.groups {
            let row = try #require(reading.row("groups", attribute: expected.attribute, group: group))
            for (column, figure) in zip(rates, figures) { #expect(abs(try #require(row.number(column)) - figure) < 1e-12, "\(group) \(column)") }
        }
    }
}

private let german = "german_credit_predictions.csv"
private let compas = "compas_for_aequitas_3000.csv"

private let figures: [FairlearnFigureTests.Figures] = [
    .init(
        file: compas, attribute: "race", measures: [0.3404977881049198, 0.4156889809063722, 0.4785714285714286, 0.4785714285714286],
        groups: [
            "African-American": [1529, 0.5827338129496403, 0.7301173402868318, 0.4343832020997375, 0.6481360366252452],
            "Asian": [12, 0.4166666666666667, 0.8, 0.14285714285714285, 0.8333333333333334],
            "Caucasian": [1020, 0.32745098039215687, 0.5241730279898219, 0.20414673046251994, 0.6911764705882353],
            "Hispanic": [267, 0.3258426966292135, 0.4725274725274725, 0.25, 0.6554307116104869],
            "Native American": [11, 0.45454545454545453, 0.75, 0.2857142857142857, 0.7272727272727273],
            "Other": [161, 0.2422360248447205, 0.32142857142857145, 0.2, 0.6335403726708074],
        ]),
    .init(
        file: compas, attribute: "sex", measures: [0.06016478252538798, 0.8704954374387792, 0.039084507042253525, 0.039084507042253525],
        groups: [
            "Female": [544, 0.40441176470588236, 0.6, 0.3076923076923077, 0.6617647058823529],
            "Male": [2456, 0.46457654723127034, 0.6390845070422535, 0.3143939393939394, 0.6640879478827362],
        ]),
    .init(
        file: compas, attribute: "age_cat", measures: [0.39108420649118325, 0.39680232558139533, 0.36382469654528476, 0.2958587879115532],
        groups: [
            "25 - 45": [1675, 0.4602985074626866, 0.6384105960264901, 0.3141304347826087, 0.6644776119402985],
            "Greater than 45": [688, 0.25726744186046513, 0.44339622641509435, 0.17436974789915966, 0.7078488372093024],
            "Less than 25": [637, 0.6483516483516484, 0.7392550143266475, 0.5381944444444444, 0.6138147566718996],
        ]),
    .init(
        file: compas, attribute: "race*sex", measures: [0.5066666666666666, 0.24000000000000002, 0.8, 0.8],
        groups: [
            "African-American*Female": [255, 0.5019607843137255, 0.7415730337078652, 0.37349397590361444, 0.6666666666666666],
            "African-American*Male": [1274, 0.5989010989010989, 0.7286135693215339, 0.4513422818791946, 0.6444270015698587],
            "Asian*Male": [12, 0.4166666666666667, 0.8, 0.14285714285714285, 0.8333333333333334],
            "Caucasian*Female": [220, 0.3409090909090909, 0.463768115942029, 0.2847682119205298, 0.6363636363636364],
            "Caucasian*Male": [800, 0.32375, 0.5370370370370371, 0.17857142857142858, 0.70625],
            "Hispanic*Female": [41, 0.2682926829268293, 0.4666666666666667, 0.15384615384615385, 0.7073170731707317],
            "Hispanic*Male": [226, 0.336283185840708, 0.47368421052631576, 0.26666666666666666, 0.6460176991150443],
            "Native American*Female": [3, 0.6666666666666666, 1.0, 0.0, 1.0],
            "Native American*Male": [8, 0.375, 0.5, 0.3333333333333333, 0.625],
            "Other*Female": [25, 0.16, 0.2, 0.15, 0.72],
            "Other*Male": [136, 0.25735294117647056, 0.3333333333333333, 0.21176470588235294, 0.6176470588235294],
        ]),
    .init(
        file: german, attribute: "sex", measures: [0.0603636363636364, 0.9242009132420091, 0.14799154334038056, 0.007267799950726794],
        groups: [
            "female": [125, 0.736, 0.8658536585365854, 0.4883720930232558, 0.744],
            "male": [275, 0.7963636363636364, 0.8585858585858586, 0.6363636363636364, 0.72],
        ]),
    .init(
        file: german, attribute: "age_group", measures: [0.14766081871345027, 0.8166969147005445, 0.16500776184823296, 0.16500776184823296],
        groups: [
            "25_or_younger": [76, 0.6578947368421053, 0.723404255319149, 0.5517241379310345, 0.618421052631579],
            "over_25": [324, 0.8055555555555556, 0.8884120171673819, 0.5934065934065934, 0.7530864197530864],
        ]),
    .init(
        file: german, attribute: "foreign_worker", measures: [0.12308329879817659, 0.8624363131079202, 0.08547008547008539, 0.08143939393939392],
        groups: [
            "no": [19, 0.8947368421052632, 0.9375, 0.6666666666666666, 0.8421052631578947],
            "yes": [381, 0.7716535433070866, 0.8560606060606061, 0.5811965811965812, 0.7217847769028871],
        ]),
    .init(
        file: german, attribute: "sex*age_group", measures: [0.21930373149885352, 0.7354790042745788, 0.25017341040462426, 0.25017341040462426],
        groups: [
            "female*25_or_younger": [35, 0.7142857142857143, 0.8181818181818182, 0.5384615384615384, 0.6857142857142857],
            "female*over_25": [90, 0.7444444444444445, 0.8833333333333333, 0.4666666666666667, 0.7666666666666667],
            "male*25_or_younger": [41, 0.6097560975609756, 0.64, 0.5625, 0.5609756097560976],
            "male*over_25": [234, 0.8290598290598291, 0.8901734104046243, 0.6557377049180327, 0.7478632478632479],
        ]),
]
