import Diagnostics
import EvidenceModel
import EvidenceReaders
import StructuredText
import Testing

private func read(_ format: String, _ text: String, _ mapping: [String: String] = [:]) throws -> Reading {
    try read(format, Array(text.utf8), mapping)
}

private func read(_ format: String, _ bytes: [UInt8], _ mapping: [String: String] = [:]) throws -> Reading {
    let reader = try #require(evidenceReaders.first { $0.format == format })
    return reader.read(EvidenceSource(path: "log", bytes: bytes), ReadingOptions(mapping: mapping))
}

extension Reading {
    fileprivate func loggedNumber(_ name: FactName) -> Double? {
        guard case .number(let value) = facts.first(where: { $0.name == name })?.value else { return nil }
        return value
    }

    fileprivate func loggedValue(_ name: FactName) -> String? { facts.first { $0.name == name }?.value.value.canonicalJSON }

    fileprivate func loggedIDs() -> [String] { diagnostics.map(\.id) }
}

/// A CloudTrail record on one line.
private func event(_ id: Int, time: String = "2026-05-01T00:00:00Z", more: String = "") -> String {
    #"{"eventVersion":"1.08","userIdentity":{"type":"IAMUser","arn":"arn:u\#(id % 3)"},"eventTime":"\#(time)","# + ""
        + #""eventSource":"s3.amazonaws.com","eventName":"GetObject","eventID":"id\#(id)","readOnly":true\#(more)}"#
}

@Suite struct CloudTrailReaderTests {
    @Test(arguments: [
        #"{"eventName":"A","eventName":"DeleteTrail","eventID":"q"}"#, #"{"eventName":"A""#, #"{"eventName":"\#u{0}"}"#, "[1]", "xx", "{\"a\":NaN}",
        "{\"a\":1e999}",
        #"{"a":"# + String(repeating: "[", count: 100_000), String(repeating: "x", count: 9 << 20), #"{"eventName":"A"} x"#,
    ])
    func countsABadLineAndReadsOn(line: String) throws {
        let reading = try read("aws-cloudtrail", "\(event(1))\n\(line)\n\(event(2))\n")
        #expect(reading.loggedNumber("events") == 2)
        #expect(reading.loggedNumber("malformed-records") == 1)
        let diagnostic = try #require(reading.diagnostics.first)
        #expect(diagnostic.severity == .error)
        #expect(diagnostic.location?.line == 2)
    }

    @Test func refusesALineThatIsNotUTF8() throws {
        var bytes = Array("\(event(1))\n".utf8)
        bytes += Array(#"{"eventName":""#.utf8) + [0xFF] + Array("\"}\n\(event(2))\n".utf8)
        let reading = try read("aws-cloudtrail", bytes)
        #expect(reading.loggedNumber("events") == 2)
        #expect(reading.loggedIDs() == ["text.invalid-utf8"])
    }

    @Test func seesAnActionBehindAnEscapedKey() throws {
        let reading = try read("aws-cloudtrail", #"{"event\u004eame":"Delete\u0054rail","eventSource":"cloudtrail.amazonaws.com","eventID":"q"}"#)
        #expect(reading.loggedValue("actions") == #"[{"action":"DeleteTrail","events":1}]"#)
        #expect(reading.loggedNumber("privileged-actions") == 1)
    }

    @Test func listsTwentyBadLinesAndCountsTheRest() throws {
        let reading = try read("aws-cloudtrail", event(1) + String(repeating: "\n{bad", count: 50))
        #expect(reading.loggedNumber("malformed-records") == 50)
        #expect(reading.diagnostics.count == 21)
        #expect(reading.diagnostics.last?.message.contains("30") == true)
    }

    @Test func countsAnEventOnce() throws {
        let reading = try read("aws-cloudtrail", [event(1), event(2), event(1)].joined(separator: "\n"))
        #expect(reading.loggedNumber("events") == 2)
        #expect(reading.loggedNumber("duplicate-events") == 1)
    }

    @Test func findsTheLongestSilenceWhateverTheOrder() throws {
        let times = ["2026-05-06T00:00:00Z", "2026-05-01T12:00:00Z", "2026-05-21T01:00:00Z", "2026-05-01T11:00:00Z"]
        let reading = try read("aws-cloudtrail", times.enumerated().map { event($0, time: $1) }.joined(separator: "\n"))
        #expect(reading.loggedValue("largest-hole") == #""P15DT1H""#)
        #expect(
            reading.loggedValue("holes")
                == #"[{"days":4,"from":"2026-05-02","to":"2026-05-06"},{"days":14,"from":"2026-05-07","to":"2026-05-21"}]"#)
        #expect(reading.observed?.from == Instant("2026-05-01T11:00:00Z"))
        #expect(reading.observed?.to == Instant("2026-05-21T01:00:00Z"))
    }

    @Test func oneEventHasNoHole() throws {
        let reading = try read("aws-cloudtrail", event(1))
        #expect(reading.loggedValue("largest-hole") == nil)
        #expect(reading.observed.map { $0.from == $0.to } == true)
    }

    @Test(arguments: ["2026-02-30T00:00:00Z", "2026-02-20T25:00:00Z", "yesterday", ""])
    func countsAnEventWhoseTimeDoesNotExist(time: String) throws {
        let reading = try read("aws-cloudtrail", "\(event(1))\n\(event(2, time: time))\n")
        #expect(reading.loggedNumber("events") == 2)
        #expect(reading.loggedNumber("events-without-time") == 1)
        #expect(reading.loggedNumber("days-with-events") == 1)
    }

    @Test(arguments: [
        (#","errorCode":"AccessDenied""#, 1, 1), (#","errorCode":"Client.UnauthorizedOperation""#, 1, 1), (#","errorCode":"NoSuchKey""#, 0, 1),
        (#","errorMessage":"Failed""#, 0, 1), (#","responseElements":{"ConsoleLogin":"Failure"}"#, 0, 1), ("", 0, 0),
    ])
    func tellsDenialsFromFailures(more: String, denied: Int, failed: Int) throws {
        let reading = try read("aws-cloudtrail", event(1, more: more))
        #expect(reading.loggedNumber("denied-actions") == Double(denied))
        #expect(reading.loggedNumber("failed-actions") == Double(failed))
    }

    @Test func readsTheEventInsideAnEventBridgeDelivery() throws {
        let reading = try read("aws-cloudtrail", #"{"detail-type":"AWS API Call via CloudTrail","detail":\#(event(1))}"#)
        #expect(reading.loggedNumber("events") == 1)
        #expect(reading.loggedValue("first-event") == #""2026-05-01""#)
    }

    @Test func leavesNotificationsOfS3Alone() throws {
        let text = #"{"Records":[{"eventVersion":"2.1","eventSource":"aws:s3","eventTime":"2026-05-01T00:00:00Z","eventName":"ObjectCreated:Put"}]}"#
        let reader = try #require(evidenceReaders.first { $0.format == "aws-cloudtrail" })
        #expect(reader.recognizes(EvidenceSource(path: "log.json", text: text)) == .no)
    }

    @Test func readsOnAfterABadElementOfAList() throws {
        let reading = try read("aws-cloudtrail", #"{"Records":[\#(event(1)),{"eventName":"A","eventName":"B"},\#(event(2))]}"#)
        #expect(reading.loggedNumber("events") == 2)
        #expect(reading.loggedNumber("malformed-records") == 1)
    }

    @Test func keepsWhatStandsBeforeTheCutAndSaysThatItIsCut() throws {
        let whole = #"{"Records":[\#((0..<9).map { event($0) }.joined(separator: ",\n"))]}"#
        let reading = try read("aws-cloudtrail", String(whole.dropLast(60)))
        #expect(reading.loggedNumber("events") == 8)
        #expect(reading.diagnostics.contains { $0.severity == .error })
    }

    @Test func readsALogWhoseFirstLineIsBroken() throws {
        let reading = try read("aws-cloudtrail", "ame\":\"x\"}\n\(event(1))\n\(event(2))\n")
        #expect(reading.loggedNumber("events") == 2)
        #expect(reading.loggedNumber("malformed-records") == 1)
    }

    @Test func anEmptyLogHasNoEventsAndSaysSo() throws {
        let reading = try read("aws-cloudtrail", "{\"Records\":[]}")
        #expect(reading.loggedNumber("events") == 0)
        #expect(reading.loggedValue("first-event") == nil)
        #expect(reading.loggedIDs().contains { $0.hasSuffix("no-events") })
    }

    @Test func useOfAModelIsSeen() throws {
        let line = event(1).replacing("s3.amazonaws.com", with: "bedrock.amazonaws.com").replacing("GetObject", with: "InvokeModel")
        #expect(try read("aws-cloudtrail", line).loggedValue("logs-model-use") == "true")
        #expect(try read("aws-cloudtrail", event(1)).loggedValue("logs-model-use") == nil)
    }
}

/// A Kubernetes audit event on one line.
private func stage(_ id: String, _ stage: String, _ code: Int?, more: String = "") -> String {
    let status = code.map { #","responseStatus":{"code":\#($0)}"# } ?? ""
    return #"{"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"\#(id)","stage":"\#(stage)","verb":"get","user":{"username":"u"},"# + ""
        + #""objectRef":{"resource":"pods"},"requestReceivedTimestamp":"2026-05-01T00:00:00.5Z"\#(status)\#(more)}"#
}

@Suite struct KubernetesAuditReaderTests {
    @Test func oneRequestIsOneEventWithTheOutcomeOfItsLastStage() throws {
        let lines = [stage("a", "RequestReceived", nil), stage("a", "ResponseStarted", 200), stage("a", "Panic", 500)]
        let reading = try read("k8s-audit", lines.joined(separator: "\n"))
        #expect(reading.loggedNumber("events") == 1)
        #expect(reading.loggedNumber("failed-actions") == 1)
        #expect(reading.loggedNumber("duplicate-events") == 0)
    }

    @Test func aRequestWithoutAnAnswerIsAnEventAllTheSame() throws {
        let reading = try read("k8s-audit", "\(stage("a", "RequestReceived", nil))\n\(stage("b", "ResponseStarted", 200))\n")
        #expect(reading.loggedNumber("events") == 2)
        #expect(reading.loggedNumber("failed-actions") == 0)
    }

    @Test func theSameStageTwiceIsADuplicate() throws {
        let reading = try read("k8s-audit", "\(stage("a", "ResponseComplete", 200))\n\(stage("a", "ResponseComplete", 200))\n")
        #expect(reading.loggedNumber("events") == 1)
        #expect(reading.loggedNumber("duplicate-events") == 1)
    }

    @Test(arguments: [(403, "", 1, 1), (401, "", 0, 1), (200, #","annotations":{"authorization.k8s.io/decision":"forbid"}"#, 1, 1), (201, "", 0, 0)])
    func tellsDenialsFromFailures(code: Int, more: String, denied: Int, failed: Int) throws {
        let reading = try read("k8s-audit", stage("a", "ResponseComplete", code, more: more))
        #expect(reading.loggedNumber("denied-actions") == Double(denied))
        #expect(reading.loggedNumber("failed-actions") == Double(failed))
    }

    @Test func theActorIsWhoWasImpersonated() throws {
        let reading = try read("k8s-audit", stage("a", "ResponseComplete", 200, more: #","impersonatedUser":{"username":"bob"}"#))
        #expect(reading.loggedValue("actors") == #"[{"actor":"bob","events":1}]"#)
    }

    @Test func theActorIsThatOfALaterStageWhichKnowsWhoWasImpersonated() throws {
        let later = stage("a", "ResponseComplete", 200, more: #","impersonatedUser":{"username":"bob"}"#)
        let reading = try read("k8s-audit", "\(stage("a", "RequestReceived", nil))\n\(later)\n")
        #expect(reading.loggedValue("actors") == #"[{"actor":"bob","events":1}]"#)
        #expect(reading.loggedNumber("events") == 1)
    }

    @Test func clusterEventsAreNotAudit() throws {
        let reader = try #require(evidenceReaders.first { $0.format == "k8s-audit" })
        let text = #"{"kind":"Event","apiVersion":"v1","reason":"Started","involvedObject":{}}"#
        #expect(reader.recognizes(EvidenceSource(path: "e.json", text: text)) == .no)
    }
}

@Suite struct GenericLogReaderTests {
    @Test func readsOnAfterAStrayQuoteAndAShortRow() throws {
        let rows = ["timestamp,user,action", "2026-05-01T00:00:00Z,a,\"x\"y", "bad,row", "2026-05-01T00:00:01Z,a,\"two\nlines, \"\"q\"\"\""]
        let reading = try read("generic-log-csv", rows.joined(separator: "\r\n"))
        #expect(reading.loggedNumber("events") == 1)
        #expect(reading.loggedNumber("malformed-records") == 2)
        #expect(reading.diagnostics.filter { $0.severity == .error }.compactMap { $0.location?.line } == [2, 3])
    }

    @Test func failuresAreNotStatedWhileAnOutcomeIsUnknown() throws {
        let text = "timestamp,user,action,result\n2026-05-01T00:00:00Z,a,x,ok\n2026-05-01T00:00:00Z,a,x,weird\n"
        let unknown = try read("generic-log-csv", text)
        #expect(unknown.loggedNumber("failed-actions") == nil)
        #expect(unknown.diagnostics.contains { $0.severity == .warning && $0.message.contains("'weird'") })
        let told = try read("generic-log-csv", text, ["success": "ok"])
        #expect(told.loggedNumber("failed-actions") == 1)
    }

    @Test func severalColumnsForTheTimeNeedAMapping() throws {
        let text = "time,timestamp,user,action\n1,2026-05-01T00:00:00Z,a,x\n"
        let reading = try read("generic-log-csv", text)
        #expect(!reading.usable)
        #expect(reading.diagnostics.first?.message.contains("'time'") == true)
        #expect(try read("generic-log-csv", text, ["time": "timestamp"]).loggedValue("first-event") == #""2026-05-01""#)
    }

    @Test(arguments: [
        ("1780000000", "2026-05-28T20:26:40Z"), ("1780000000123", "2026-05-28T20:26:40.123Z"), ("1780000000.5", "2026-05-28T20:26:40.5Z"),
        (#""2026-05-28 22:26:40+0200""#, "2026-05-28T20:26:40Z"), (#""1780000000123456""#, "2026-05-28T20:26:40.123456Z"),
    ])
    func readsTimesAsLogsWriteThem(written: String, time: String) throws {
        let reading = try read("generic-log-jsonl", #"{"t":\#(written),"who":"a","did":"b"}"#, ["time": "t", "actor": "who", "action": "/did"])
        #expect(reading.loggedValue("first-event") == "\"\(time)\"")
    }

    @Test func aLogWithoutAColumnForOutcomesStatesNoFailures() throws {
        let reading = try read("generic-log-jsonl", #"{"ts":1780000000,"user":"a","action":"b"}"#)
        #expect(reading.loggedNumber("events") == 1)
        #expect(reading.loggedNumber("failed-actions") == nil)
        #expect(reading.loggedNumber("duplicate-events") == nil)
    }
}
