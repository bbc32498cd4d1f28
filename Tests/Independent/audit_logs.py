#!/usr/bin/env python3
"""The figures of audit logs, worked out without Dossier: json, csv and datetime only.

Usage: audit_logs.py SAMPLES   prints one JSON object a file, for the folders aws-cloudtrail, k8s-audit and generic-log-csv;
       audit_logs.py --cloudtrail FILE | --k8s FILE   for one file, plain or gzip.
"""
import collections
import csv
import datetime as dt
import gzip
import io
import json
import os
import re
import sys

UTC = dt.timezone.utc


def text(path):
    data = open(path, "rb").read()
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    return data.decode("utf-8-sig")


def records(path, *lists):
    """Records of a file that is one JSON value or JSON lines, and how many lines are none."""
    whole = text(path)
    try:
        value = json.loads(whole)
        for key in lists:
            if isinstance(value, dict) and isinstance(value.get(key), list):
                return value[key], 0
        return (value if isinstance(value, list) else [value]), 0
    except ValueError:
        pass
    found, bad = [], 0
    for line in whole.split("\n"):
        if not line.strip():
            continue
        try:
            found.append(json.loads(line))
        except ValueError:
            bad += 1
    return found, bad


def moment(written):
    if not written:
        return None
    written = re.sub(r"(\.\d{6})\d+", r"\1", str(written).replace("Z", "+00:00"))
    try:
        when = dt.datetime.fromisoformat(written)
    except ValueError:
        return None
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def figures(events, bad, duplicates):
    """Facts of a list of (time, actor, action, outcome, source)."""
    times = sorted(e[0].astimezone(UTC) for e in events if e[0])
    days = {t.date() for t in times}
    span = (times[-1].date() - times[0].date()).days + 1 if times else 0
    hole = max((int(b.timestamp()) - int(a.timestamp()) for a, b in zip(times, times[1:])), default=None)
    outcomes = collections.Counter(e[3] for e in events if e[3])
    return {
        "events": len(events), "malformed-records": bad, "duplicate-events": duplicates,
        "first-event": times[0].isoformat() if times else None, "last-event": times[-1].isoformat() if times else None,
        "distinct-actors": len({e[1] for e in events if e[1]}), "distinct-actions": len({e[2] for e in events if e[2]}),
        "largest-hole-seconds": hole, "days-with-events": len(days), "days-in-span": span,
        "denied-actions": outcomes["denied"], "failed-actions": outcomes["denied"] + outcomes["failure"],
        "successes": outcomes["success"], "events-without-actor": sum(1 for e in events if not e[1]),
        "events-without-time": sum(1 for e in events if not e[0]), "sources": sorted({e[4] for e in events if e[4]}),
    }


def cloudtrail(path):
    found, bad = records(path, "Records", "Events")
    seen, events, duplicates = set(), [], 0
    for record in found:
        if isinstance(record.get("CloudTrailEvent"), str):
            record = json.loads(record["CloudTrailEvent"])
        record = record.get("detail", record)
        if record.get("eventID") in seen:
            duplicates += 1
            continue
        if record.get("eventID"):
            seen.add(record["eventID"])
        who = record.get("userIdentity") or {}
        actor = next((who[k] for k in ("arn", "userName", "invokedBy", "principalId", "type") if who.get(k)), None)
        code = record.get("errorCode")
        outcome = "success"
        if code:
            outcome = "denied" if re.search("AccessDenied|Unauthorized|Forbidden", code) else "failure"
        elif record.get("errorMessage") or (record.get("responseElements") or {}).get("ConsoleLogin") == "Failure":
            outcome = "failure"
        if "insightDetails" in record:
            outcome = None
        when = moment(record.get("eventTime") or record.get("@timestamp"))
        events.append((when, actor, record.get("eventName") or record.get("eventType"), outcome, record.get("eventSource")))
    return figures(events, bad, duplicates)


def kubernetes(path):
    found, bad = records(path, "items")
    stages, order, duplicates = collections.OrderedDict(), ["RequestReceived", "ResponseStarted", "ResponseComplete", "Panic"], 0
    for record in found:
        held = stages.setdefault(record["auditID"], {})
        if record["stage"] in held:
            duplicates += 1
            continue
        held[record["stage"]] = record
    events = []
    for held in stages.values():
        first = next(iter(held.values()))
        last = held[max(held, key=order.index)]
        code = (last.get("responseStatus") or {}).get("code")
        outcome = None if code is None else "denied" if code == 403 else "failure" if code >= 400 else "success"
        if (last.get("annotations") or {}).get("authorization.k8s.io/decision") == "forbid":
            outcome = "denied"
        ref = first.get("objectRef") or {}
        what = ref.get("resource") or first.get("requestURI", "").split("?")[0]
        if ref.get("subresource"):
            what += "/" + ref["subresource"]
        actor = (first.get("impersonatedUser") or {}).get("username") or first["user"].get("username")
        when = moment(first.get("requestReceivedTimestamp") or first.get("stageTimestamp") or first.get("timestamp"))
        events.append((when, actor, first["verb"] + " " + what, outcome, None))
    return figures(events, bad, duplicates)


def table(path, time, actor, action, identifier):
    rows = list(csv.DictReader(io.StringIO(text(path), newline="")))
    seen, events, duplicates = set(), [], 0
    for row in rows:
        if row[identifier] in seen:
            duplicates += 1
            continue
        seen.add(row[identifier])
        events.append((moment(row[time]), row[actor], row[action], None, None))
    return figures(events, 0, duplicates)


def main(arguments):
    if arguments[:1] == ["--cloudtrail"]:
        return print(json.dumps(cloudtrail(arguments[1])))
    if arguments[:1] == ["--k8s"]:
        return print(json.dumps(kubernetes(arguments[1])))
    samples = arguments[0]
    work = [("aws-cloudtrail", cloudtrail), ("k8s-audit", kubernetes)]
    for folder, read in work:
        for name in sorted(os.listdir(os.path.join(samples, folder))):
            print(json.dumps({"file": folder + "/" + name, **read(os.path.join(samples, folder, name))}))
    honey = os.path.join(samples, "generic-log-csv", "aws_s3_honeybucket.csv")
    print(json.dumps({"file": "generic-log-csv/aws_s3_honeybucket.csv", **table(honey, "Event DateTime", "User ID", "Event Name", "Event ID")}))


main(sys.argv[1:])
