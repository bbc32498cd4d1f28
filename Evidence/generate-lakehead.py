#!/usr/bin/env python3
"""Writes the sample workspace Evidence/lakehead: a quarter of records of a managed AI service.

Everything in it is invented. The same script writes the same bytes: one seed, no clock, no network, standard library only
(the bytes of .gz files also depend on the zlib that Python was built with). Usage: generate-lakehead.py [FOLDER]
"""

import csv
import gzip
import io
import json
import random
import shutil
import sys
import textwrap
import uuid
from datetime import datetime, timedelta
from pathlib import Path
from xml.sax.saxutils import escape

ROOT = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent / "lakehead"
SEED = 20260930
QUARTER = "2026-07-01/2026-10-01"
CREDIT = "evidence/credit-scoring"
ASSISTANT = "evidence/support-assistant"
COMMON = "evidence/organisation"

# ---------------------------------------------------------------------------------------------------------------- writing


def write(path, text):
    """Writes text or bytes below the workspace."""
    target = ROOT / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(text if isinstance(text, bytes) else text.encode())


def scalar(value, indent):
    """A YAML scalar: long texts folded, others quoted only where they must be."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    text = str(value)
    if len(text) > 90:
        lines = textwrap.wrap(text, 118 - indent, break_long_words=False, break_on_hyphens=False)
        return ">-\n" + "\n".join(" " * indent + line for line in lines)
    plain = text and text[0].isalnum() and ": " not in text and " #" not in text and not text.endswith(":")
    numeric = text.replace(".", "").replace("-", "").isdigit() or text.lower() in ("true", "false", "yes", "no", "null", "on", "off")
    if plain and (not numeric or (len(text) == 10 and text[4] == "-")) and not set(text) & set('{}[],&*!|>%@`"'):
        return text
    return json.dumps(text, ensure_ascii=False)


def yaml(value, indent=0):
    """Maps, lists and scalars as block YAML."""
    pad = " " * indent
    lines = []
    if isinstance(value, dict):
        for key, inner in value.items():
            if inner is None:
                continue
            if isinstance(inner, list) and inner and not isinstance(inner[0], (dict, list)):
                lines.append(f"{pad}{key}: [{', '.join(flow(item) for item in inner)}]")
            elif isinstance(inner, (dict, list)):
                lines.append(f"{pad}{key}:" if inner else f"{pad}{key}: []")
                if inner:
                    lines.append(yaml(inner, indent + 2))
            else:
                lines.append(f"{pad}{key}: {scalar(inner, indent + 2)}")
        return "\n".join(lines)
    for item in value:
        lines.append(f"{pad}- " + yaml(item, indent + 2).lstrip())
    return "\n".join(lines)


def flow(value):
    """A scalar inside a flow list."""
    if isinstance(value, (int, float)):
        return scalar(value, 0)
    return value if all(c.isalnum() or c in " -_./()'" for c in value) and not value[0].isdigit() else json.dumps(value, ensure_ascii=False)


def sidecar(path, kind, title=None, version=None, observed=None, by=None, read=None, ok=None, on=None, facts=None, mapping=None, **more):
    """The declaration beside an artefact: produced by, read (reviewed) by, approved (ok) by, on a day."""
    declared = {"kind": kind, "title": title, "version": version, "observed": observed, "producer": by, "reviewer": read, "approver": ok, "approved-on": on}
    declared |= more | {"mapping": mapping, "facts": facts}
    write(path + ".evidence.yaml", yaml({k: v for k, v in declared.items() if v is not None}) + "\n")


def heading(name):
    """A fact's name as a heading."""
    return name.replace("-", " ").capitalize()


def cell(value):
    """A value in a Markdown table."""
    return "" if value is None else ("yes" if value is True else "no" if value is False else str(value)).replace("|", "\\|")


def page(path, kind, title, facts, *, intro=None, version="1.0", observed=QUARTER, by=None, read=None, ok=None, on=None, **more):
    """A Markdown document and the declaration of what it states. The document holds every fact that is declared."""
    lines = [f"# {title}", ""]
    rows = [("Version", version), ("Prepared by", by), ("Reviewed by", read), ("Approved by", ok), ("Approved on", on), ("Covers", observed)]
    lines += ["| | |", "| --- | --- |"] + [f"| {name} | {value} |" for name, value in rows if value] + [""]
    if intro:
        lines += textwrap.wrap(intro, 118) + [""]
    short = [(n, v) for n, v in facts.items() if not isinstance(v, (dict, list)) and len(str(v)) <= 40]
    if short:
        lines += ["| Item | Value |", "| --- | --- |"] + [f"| {heading(n)} | {cell(v)} |" for n, v in short] + [""]
    for name, value in facts.items():
        if (name, value) in short:
            continue
        lines += [f"## {heading(name)}", ""]
        if isinstance(value, list) and value and isinstance(value[0], dict):
            columns = list(dict.fromkeys(key for row in value for key in row))
            lines += ["| " + " | ".join(heading(c) for c in columns) + " |", "|" + " --- |" * len(columns)]
            lines += ["| " + " | ".join(cell(row.get(c)) for c in columns) + " |" for row in value]
        elif isinstance(value, list):
            lines += [f"- {item}" for item in value]
        else:
            lines += textwrap.wrap(str(value), 118)
        lines.append("")
    write(path, "\n".join(lines))
    sidecar(path, kind, title, version, observed, by, read, ok, on, facts, **more)


def table(path, kind, title, name, rows, facts, *, counted=None, **more):
    """A CSV register; its rows are mapped, its other facts are declared."""
    columns = list(dict.fromkeys(key for row in rows for key in row))
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    out.writerow(columns)
    for row in rows:
        out.writerow([str(row[c]).lower() if isinstance(row.get(c), bool) else row.get(c) for c in columns])
    write(path, text.getvalue())
    mapping = {"format": "csv", "tables": {name: {"columns": {c: c for c in columns}}}}
    if counted:
        mapping["facts"] = {counted: {"column": columns[0], "aggregate": "count"}}
    sidecar(path, kind, title, facts=facts, mapping=mapping, **more)


def record(path, kind, title, data, facts, tables=None, **more):
    """A JSON report whose facts are mapped by pointer."""
    write(path, json.dumps(data, indent=2, ensure_ascii=False) + "\n")
    mapping = {"format": "json", "facts": facts}
    if tables:
        mapping["tables"] = tables
    sidecar(path, kind, title, mapping=mapping, **more)


class Chance(random.Random):
    """Random numbers by `random()` and `getrandbits()` alone, whose sequences Python keeps the same between versions."""

    def pick(self, items):
        return items[int(self.random() * len(items))]

    def below(self, number):
        return int(self.random() * number)

    def weighted(self, pairs):
        at = self.random() * sum(weight for _, weight in pairs)
        for item, weight in pairs:
            at -= weight
            if at < 0:
                return item
        return pairs[-1][0]

    def identifier(self):
        return str(uuid.UUID(int=self.getrandbits(128), version=4))

    def letters(self, length, alphabet="abcdefghijklmnopqrstuvwxyz0123456789"):
        return "".join(self.pick(alphabet) for _ in range(length))


def gz(text):
    """The same bytes each time: no name and no time in the header."""
    return gzip.compress(text.encode(), compresslevel=9, mtime=0)


def stamp(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


# ----------------------------------------------------------------------------------------------------------- the calendar

HOLIDAYS = {"2026-07-01", "2026-08-03", "2026-09-07"}
LOST_WEEK = 33  # nothing reached the log archive from 10 to 16 August


def weeks():
    """The quarter's ISO weeks with their days, without the lost one."""
    day, found = datetime(2026, 7, 1), {}
    while day < datetime(2026, 10, 1):
        found.setdefault(day.isocalendar()[1], []).append(day)
        day += timedelta(days=1)
    return [(week, days) for week, days in found.items() if week != LOST_WEEK]


def moments(chance, day, count):
    """Times of a day, in order; the first soon after midnight and the last late, as in a service that never sleeps."""
    seconds = sorted([chance.below(900), 86_399 - chance.below(900)] + [int(86_400 * min(0.999, max(0, 0.5 + (chance.random() + chance.random() - 1) * 0.48))) for _ in range(count)])
    return [day + timedelta(seconds=s) for s in seconds]


# ------------------------------------------------------------------------------------------------------------------- logs

ACCOUNT = "418273650912"
REGION = "ca-central-1"


def cloudtrail_event(chance, moment, name, service, role, session, *, read_only, request=None, response=None, error=None, resource=None, region=REGION):
    principal = {
        "type": "AssumedRole",
        "principalId": f"AROA{role.upper().replace('-', '')[:14]}:{session}",
        "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/{role}/{session}",
        "accountId": ACCOUNT,
        "sessionContext": {"sessionIssuer": {"type": "Role", "arn": f"arn:aws:iam::{ACCOUNT}:role/{role}", "userName": role}, "attributes": {"mfaAuthenticated": "true" if "@" in session else "false"}},
    }
    event = {
        "eventVersion": "1.11",
        "userIdentity": principal,
        "eventTime": stamp(moment),
        "eventSource": f"{service}.amazonaws.com",
        "eventName": name,
        "awsRegion": region,
        "sourceIPAddress": f"10.{20 + len(role) % 7}.{len(session) % 16}.{7 + len(session)}",
        "userAgent": "aws-sdk-java/2.31.18" if "@" not in session else "aws-cli/2.27.4",
    }
    if error:
        event |= {"errorCode": error, "errorMessage": f"User is not authorized to perform {service}:{name}" if error == "AccessDenied" else "The request was not accepted"}
    event |= {
        "requestParameters": request, "responseElements": response, "requestID": chance.identifier(), "eventID": chance.identifier(), "readOnly": read_only,
        "eventType": "AwsApiCall", "managementEvent": name != "InvokeEndpoint", "recipientAccountId": ACCOUNT, "eventCategory": "Data" if name.startswith("Invoke") else "Management",
    }
    if resource:
        event["resources"] = [{"ARN": resource, "accountId": ACCOUNT}]
    return event


def cloudtrail_of_day(chance, day):
    """One day of the credit-scoring account."""
    endpoint = "credit-score-prod"
    for moment in moments(chance, day, 44):
        kind = chance.weighted([("invoke", 58), ("get", 12), ("put", 8), ("decrypt", 8), ("describe", 7), ("secret", 2), ("denied", 2), ("error", 3)])
        if kind in ("invoke", "error"):
            variant = "v321" if day >= datetime(2026, 9, 7) else "v320"
            yield cloudtrail_event(
                chance, moment, "InvokeEndpoint", "sagemaker", "credit-gateway", f"gw-{1 + chance.below(4)}", read_only=False,
                request={"endpointName": endpoint, "targetVariant": variant, "inferenceId": f"app-{chance.letters(10)}"},
                error="ModelError" if kind == "error" else None, resource=f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:endpoint/{endpoint}")
        elif kind == "get":
            yield cloudtrail_event(chance, moment, "GetObject", "s3", "feature-store", "fs-batch", read_only=True, request={"bucketName": "lakehead-credit", "key": f"features/{day:%Y/%m/%d}/part-{chance.below(8):02}.parquet"})
        elif kind == "put":
            yield cloudtrail_event(chance, moment, "PutObject", "s3", "credit-gateway", "gw-1", read_only=False, request={"bucketName": "lakehead-credit", "key": f"decisions/{day:%Y/%m/%d}/{chance.letters(8)}.json"})
        elif kind == "decrypt":
            yield cloudtrail_event(chance, moment, "Decrypt", "kms", "credit-gateway", "gw-2", read_only=True, request={"encryptionContext": {"aws:s3:arn": "arn:aws:s3:::lakehead-credit"}})
        elif kind == "describe":
            yield cloudtrail_event(chance, moment, "DescribeEndpoint", "sagemaker", "ml-operations", chance.pick(["a.nkemelu@lakehead.example", "j.kowal@lakehead.example"]), read_only=True, request={"endpointName": endpoint})
        elif kind == "secret":
            yield cloudtrail_event(chance, moment, "GetSecretValue", "secretsmanager", "credit-gateway", "gw-1", read_only=True, request={"secretId": "credit/bureau-token"})
        else:
            yield cloudtrail_event(chance, moment, "GetObject", "s3", "analyst-readonly", "k.wozniak@lakehead.example", read_only=True, request={"bucketName": "lakehead-credit", "key": "applications/raw"}, error="AccessDenied")
    operator = "a.nkemelu@lakehead.example"
    if day == datetime(2026, 8, 9):
        yield cloudtrail_event(
            chance, datetime(2026, 8, 9, 23, 52, 8), "PutKeyPolicy", "kms", "platform-admin", "s.virtanen@lakehead.example", read_only=False,
            request={"keyId": "log-archive", "policyName": "default", "bypassPolicyLockoutSafetyCheck": False})
    if day == datetime(2026, 8, 17):
        yield cloudtrail_event(
            chance, datetime(2026, 8, 17, 0, 3, 41), "PutKeyPolicy", "kms", "platform-admin", "s.virtanen@lakehead.example", read_only=False,
            request={"keyId": "log-archive", "policyName": "default", "bypassPolicyLockoutSafetyCheck": False})
    if day == datetime(2026, 9, 7):
        for minute, name, request in [
            (5, "CreateModel", {"modelName": "credit-score-3-2-1"}), (9, "CreateEndpointConfig", {"endpointConfigName": "credit-score-3-2-1"}),
            (14, "UpdateEndpoint", {"endpointName": endpoint, "endpointConfigName": "credit-score-3-2-1"}),
        ]:
            yield cloudtrail_event(chance, day + timedelta(hours=5, minutes=minute), name, "sagemaker", "release-pipeline", operator, read_only=False, request=request)


def cloudtrail(chance):
    """CloudTrail as S3 delivers it, merged by week."""
    for week, days in weeks():
        events = [event for day in days for event in cloudtrail_of_day(chance, day)]
        events.sort(key=lambda event: event["eventTime"])
        path = f"{CREDIT}/logs/cloudtrail/2026-W{week}.json.gz"
        write(path, gz(json.dumps({"Records": events}, separators=(",", ":"))))
        sidecar(
            path, "audit-log", f"CloudTrail of the credit-scoring account, 2026-W{week}", by="AWS CloudTrail", method="export",
            facts={
                "retention": "P2Y",
                "tamper-protection": "Delivered with log file validation into a versioned bucket of the separate log archive account, under an object lock of two years that no administrator of the service can lift.",
            })


REVIEWERS = ["adj-014", "adj-022", "adj-031", "adj-047"]


def decisions(chance):
    """The service's own decision log: one JSON object a line, one file a week."""
    counts = {}
    for week, days in weeks():
        lines = []
        for day in days:
            version = "3.2.1" if day >= datetime(2026, 9, 7) else "3.2.0"
            for moment in moments(chance, day, 24):
                action = chance.weighted([("decision.scored", 70), ("decision.referred", 12), ("explanation.viewed", 9), ("decision.overridden", 3), ("input.rejected", 4), ("limit.alarm", 2)])
                person = action in ("explanation.viewed", "decision.overridden")
                line = {
                    "time": moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{chance.below(1000):03}Z",
                    "event_id": chance.letters(16, "0123456789abcdef"),
                    "actor": chance.pick(REVIEWERS) if person else "northgate-lending-portal",
                    "action": action,
                    "outcome": "rejected-input" if action == "input.rejected" else "success",
                    "component": chance.weighted([("scoring-api", 4), ("adjudication-desk", 1)]) if not person else "adjudication-desk",
                    "model_version": version,
                    "input_ref": f"app/{day:%Y%m}/{chance.letters(9)}",
                }
                if action == "decision.scored":
                    line["band"] = chance.weighted([("A", 3), ("B", 4), ("C", 3), ("D", 1)])
                counts[action] = counts.get(action, 0) + 1
                lines.append(json.dumps(line, separators=(",", ":")))
        write(f"{CREDIT}/logs/decisions/2026-W{week}.jsonl", "\n".join(lines) + "\n")
    return counts


def kubernetes(chance):
    """Audit events of the cluster that the scoring API runs on."""
    people = ["j.kowal@lakehead.example", "a.nkemelu@lakehead.example", "system:serviceaccount:credit:release-bot", "system:serviceaccount:credit:scaler"]
    for week, days in weeks():
        lines = []
        for day in days:
            for moment in moments(chance, day, 5):
                user = chance.pick(people)
                verb, resource, sub, code = chance.weighted([
                    (("get", "pods", None, 200), 5), (("list", "deployments", None, 200), 3), (("patch", "horizontalpodautoscalers", None, 200), 3),
                    (("get", "secrets", None, 403), 0.4), (("create", "pods", "exec", 101), 0.3), (("update", "deployments", None, 200), 0.4),
                ])
                name = "scoring-api"
                reference = {"resource": resource, "namespace": "credit", "name": name}
                if sub:
                    reference["subresource"] = sub
                lines.append(json.dumps({
                    "kind": "Event", "apiVersion": "audit.k8s.io/v1", "level": "Metadata", "auditID": chance.identifier(), "stage": "ResponseComplete",
                    "requestURI": f"/apis/v1/namespaces/credit/{resource}/{name}", "verb": verb, "user": {"username": user, "groups": ["system:authenticated"]},
                    "sourceIPs": ["10.24.3.11"], "objectRef": reference, "responseStatus": {"code": code},
                    "requestReceivedTimestamp": moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{chance.below(10**6):06}Z", "stageTimestamp": stamp(moment + timedelta(seconds=1)),
                    "annotations": {"authorization.k8s.io/decision": "forbid" if code == 403 else "allow"},
                }, separators=(",", ":")))
        write(f"{CREDIT}/logs/kubernetes/2026-W{week}.jsonl", "\n".join(lines) + "\n")


def reviews(chance):
    """Reviews by people at the adjudication desk, working days only; who verified stands in each row."""
    total = overruled = 0
    for week, days in weeks():
        text = io.StringIO()
        out = csv.writer(text, lineterminator="\n")
        out.writerow(["reviewed_at", "review_id", "application", "opened_by", "step", "result", "verified_by", "score_band", "reason"])
        for day in days:
            if day.weekday() > 4 or day.strftime("%Y-%m-%d") in HOLIDAYS:
                continue
            for number in range(4 + chance.below(3)):
                moment = day + timedelta(hours=13 + number, minutes=chance.below(60), seconds=chance.below(60))
                overrule = chance.random() < 0.14
                total += 1
                overruled += overrule
                out.writerow([
                    stamp(moment), f"RV-{week}{total:04}", f"app/{day:%Y%m}/{chance.letters(9)}", chance.pick(REVIEWERS), "decision.overridden" if overrule else "decision.confirmed", "completed",
                    chance.pick(["l.tremblay", "m.bell", "s.arsenault"]), chance.pick(["B", "C", "D"]),
                    chance.pick(["income proven by other means", "bureau file of a namesake", "recent arrival, foreign history supplied"]) if overrule else "score and file agree",
                ])
        write(f"{CREDIT}/logs/reviews/2026-W{week}.csv", text.getvalue())
    return total, overruled


def assistant_logs(chance):
    """Three months of the assistant's calls. The third file broke off while it was copied."""
    model = "anders-large-2"
    for month, days in ((7, 31), (8, 31), (9, 30)):
        events = []
        if month == 9:
            # The long policy text in the first record is all that arrived, and only in part.
            events.append(cloudtrail_event(
                chance, datetime(2026, 9, 1, 0, 1, 12), "PutBucketPolicy", "s3", "assistant-admin", "j.kowal@lakehead.example", read_only=False,
                request={"bucketName": "assistant-transcripts", "bucketPolicy": {"Statement": [{"Sid": chance.letters(32), "Resource": chance.letters(96)} for _ in range(40)]}}))
        for number in range(days):
            day = datetime(2026, month, 1 + number)
            for moment in moments(chance, day, 12):
                name = chance.weighted([("InvokeModel", 8), ("ApplyGuardrail", 3), ("Retrieve", 3), ("GetObject", 1)])
                service = "s3" if name == "GetObject" else "bedrock"
                events.append(cloudtrail_event(
                    chance, moment, name, service, "support-assistant", f"chat-{1 + chance.below(3)}", read_only=name != "InvokeModel", request={"modelId": model} if service == "bedrock" else {"bucketName": "assistant-articles"},
                    error="ThrottlingException" if chance.random() < 0.01 else None))
        events.sort(key=lambda event: event["eventTime"])
        data = gz(json.dumps({"Records": events}, separators=(",", ":")))
        write(f"{ASSISTANT}/logs/cloudtrail-2026-{month:02}.json.gz", data[:1024] if month == 9 else data)


# ---------------------------------------------------------------------------------------------------------------- fairness

GROUPS = {  # sex, age band: people, share who repaid
    ("F", "18-25"): (390, 0.84), ("M", "18-25"): (410, 0.83), ("F", "26-40"): (820, 0.86), ("M", "26-40"): (860, 0.86),
    ("F", "41-60"): (760, 0.88), ("M", "41-60"): (790, 0.87), ("F", "61+"): (370, 0.89), ("M", "61+"): (400, 0.88),
}


def fairness(chance):
    """Decisions with their outcome twelve months on. Young applicants who repaid were approved less often than others who did."""
    rows = []
    for (sex, age), (count, repaid_share) in GROUPS.items():
        repaid = round(count * repaid_share)
        right, wrong = (0.745, 0.27) if age == "18-25" else (0.885, 0.25)
        right += 0.008 if sex == "M" else 0
        for label, size, rate in ((1, repaid, right), (0, count - repaid, wrong)):
            approved = round(size * rate)
            rows += [(sex, age, label, 1 if index < approved else 0) for index in range(size)]
    keyed = sorted(((chance.random(), row) for row in rows), key=lambda pair: pair[0])
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    out.writerow(["case", "booked", "sex", "age-band", "region", "score", "decision", "repaid"])
    for number, (_, (sex, age, label, approved)) in enumerate(keyed):
        day = datetime(2025, 7, 1) + timedelta(days=chance.below(92))
        score = 560 + chance.below(60) + (90 + chance.below(80) if approved else 0)
        out.writerow([f"bt-{number:05}", day.strftime("%Y-%m-%d"), sex, age, chance.pick(["ON", "ON", "QC", "MB", "EE", "FI"]), score, "approved" if approved else "declined", label])
    path = f"{CREDIT}/fairness/decisions-with-outcome-2026-Q3.csv"
    write(path, text.getvalue())
    sidecar(
        path, "bias-assessment", "Decisions with outcome, version 3.2.1, read in 2026-Q3", "2026-Q3", QUARTER, "Kamila Wozniak", "Tomasz Wierzbicki", "Ingrid Solheim", "2026-09-24",
        {
            "method-description": "Applications booked from July to September 2025 were scored again by the version under report and compared with repayment twelve months on, taken from the bureau for those financed elsewhere. Sex and age band are the attributes that the law of both places protects and that the lender may hold.",
            "representativeness": "The 4,800 cases are a random draw of 38 per cent of all applications of that quarter; shares of sex, age band and region differ from those of the applicants of 2026-Q3 by less than two points each.",
            "conclusions": "Sex shows no disparity above the limits. Applicants aged 18 to 25 who later repaid were approved clearly less often than others who did, because a short credit history weighs too much; the disparity of error rates exceeds the declared limit.",
            "mitigation": "Thin files of applicants under 26 go to a person instead of being declined, from 28 September on; a feature that counts rent payments is in development for version 3.3.",
        }, sample={"population": 12620, "size": 4800, "selection": "random draw without replacement, stratified by week"}, method="export",
        roles={"decision": "decision", "label": "repaid", "favourable": "approved", "positive-label": "1"}, attributes=["sex", "age-band"])


def assistant_fairness():
    page(
        f"{ASSISTANT}/fairness/language-fairness-2025.md", "bias-assessment", "Support assistant: answers by language and age", {
            "method-description": "Two hundred questions about hardship, cards and loans were put in English and French and in plain and formal wording; two readers who did not know the group marked whether the answer led to the right team.",
            "representativeness": "Questions were drawn from the transcripts of spring 2025 in the proportions in which members wrote in English and French; older members are under-represented among those who write.",
            "conclusions": "Answers in French led to the right team slightly less often than in English; no difference by age of the writer was found that exceeds chance.",
            "mitigation": "Forty French articles were added to the knowledge base and the routing rules were translated anew.",
            "attributes": ["language", "age-band"], "group-count": 5, "population": 1000, "smallest-group": 140, "accuracy": 0.91, "dropped-rows": 0,
            "attributes-compared": [
                {"attribute": "language", "groups": 2, "demographic-parity-difference": 0.04, "disparate-impact-ratio": 0.96, "equalized-odds-difference": 0.05},
                {"attribute": "age-band", "groups": 3, "demographic-parity-difference": 0.03, "disparate-impact-ratio": 0.97, "equalized-odds-difference": 0.04},
            ],
            "groups": [
                {"attribute": "language", "group": "en", "count": 640, "selection-rate": 0.92, "accuracy": 0.92}, {"attribute": "language", "group": "fr", "count": 360, "selection-rate": 0.88, "accuracy": 0.89},
                {"attribute": "age-band", "group": "under 40", "count": 520, "selection-rate": 0.91, "accuracy": 0.91}, {"attribute": "age-band", "group": "40 to 64", "count": 340, "selection-rate": 0.91, "accuracy": 0.91},
                {"attribute": "age-band", "group": "65 and over", "count": 140, "selection-rate": 0.88, "accuracy": 0.89},
            ],
        }, version="2025-1", observed="2025-04-01/2025-06-01", by="Elise Marchand", read="Tomasz Wierzbicki", ok="Ingrid Solheim", on="2025-06-11",
        sample={"population": 41200, "size": 1000, "selection": "drawn by language and month"})


# ----------------------------------------------------------------------------------------------------------------- lineage

BUCKET, SCRATCH, MODELS = "s3://lakehead-credit", "s3://lakehead-scratch", "registry://lakehead-models"
APPLICATIONS, BUREAU, ENCODER = ("s3://northgate-export", "applications"), ("sftp://maple-credit-data", "bureau-tradelines"), ("registry://northern-language-lab", "txn-encoder:1.4")


def lineage(chance):
    """OpenLineage events of the pipelines. One feature run in August also read a file that nobody recorded or declared."""
    lines = []

    def event(moment, kind, run, job, reads, writes):
        def sets(pairs):
            return [{"namespace": space, "name": name} for space, name in pairs]

        lines.append(json.dumps({
            "eventType": kind, "eventTime": stamp(moment), "run": {"runId": run}, "job": {"namespace": "lakehead-credit", "name": job}, "inputs": sets(reads), "outputs": sets(writes),
            "producer": "https://lakehead.example/pipelines/2.8", "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
        }, separators=(",", ":")))

    def run(moment, job, reads, writes, minutes=20, end="COMPLETE"):
        identifier = chance.identifier()
        event(moment, "START", identifier, job, reads, [])
        event(moment + timedelta(minutes=minutes, seconds=chance.below(60)), end, identifier, job, reads, writes)

    clean, bureau, text, features = [(BUCKET, name) for name in ("clean/applications", "clean/bureau", "encoded/transactions", "features/applicants")]
    day = datetime(2026, 7, 2, 2)
    while day < datetime(2026, 10, 1):
        run(day, "ingest-applications", [APPLICATIONS], [clean])
        run(day + timedelta(hours=1), "ingest-bureau", [BUREAU], [bureau])
        run(day + timedelta(hours=2), "encode-transactions", [clean, ENCODER], [text], 35)
        reads = [clean, bureau, text]
        if day == datetime(2026, 8, 20, 2):
            reads = reads + [(SCRATCH, "analysts/kw/segment_overrides_v2.csv")]
        run(day + timedelta(hours=3), "build-features", reads, [features], 42)
        day += timedelta(days=7)
    sets = [(BUCKET, f"training/{name}") for name in ("train", "validation", "test")]
    candidate, report, released = (MODELS, "credit-score:3.2.1-rc2"), (BUCKET, "reports/validation-3.2.1"), (MODELS, "credit-score:3.2.1")
    run(datetime(2026, 8, 24, 6), "split-training-data", [features], sets, 12)
    run(datetime(2026, 8, 24, 7), "train-credit-score", sets[:2] + [ENCODER], [candidate], 95, end="FAIL")
    run(datetime(2026, 8, 24, 11), "train-credit-score", sets[:2] + [ENCODER], [candidate], 118)
    run(datetime(2026, 8, 25, 8), "evaluate-candidate", [candidate, sets[2]], [report], 25)
    run(datetime(2026, 9, 4, 9), "release-model", [candidate, report], [released], 6)
    lines.sort(key=lambda line: json.loads(line)["eventTime"])
    write(f"{CREDIT}/lineage/openlineage-2026-Q3.jsonl", "\n".join(lines) + "\n")


def assistant_lineage():
    """Where the assistant's index of articles comes from, as W3C PROV."""
    document = {
        "prefix": {"kb": "https://lakehead.example/assistant/kb#", "ng": "https://northgate.example/articles#", "ex": "https://anders-models.example/models#"},
        "entity": {
            "ng:help-articles": {"prov:label": "Help articles of Northgate Credit Union"}, "ex:embedder-3": {"prov:label": "Embedding model of the supplier"},
            "kb:articles-clean": {"prov:label": "Articles without personal data"}, "kb:assistant-index-2026-09": {"prov:label": "Index used from 14 September"},
        },
        "activity": {
            "kb:clean-0911": {"prov:startTime": "2026-09-11T07:00:00Z", "prov:endTime": "2026-09-11T07:22:00Z"}, "kb:index-0912": {"prov:startTime": "2026-09-12T07:00:00Z", "prov:endTime": "2026-09-12T08:05:00Z"},
        },
        "agent": {"kb:elise-marchand": {"prov:type": {"$": "prov:Person", "type": "prov:QUALIFIED_NAME"}}},
        "used": {
            "_:u1": {"prov:activity": "kb:clean-0911", "prov:entity": "ng:help-articles"}, "_:u2": {"prov:activity": "kb:index-0912", "prov:entity": "kb:articles-clean"},
            "_:u3": {"prov:activity": "kb:index-0912", "prov:entity": "ex:embedder-3"},
        },
        "wasGeneratedBy": {
            "_:g1": {"prov:entity": "kb:articles-clean", "prov:activity": "kb:clean-0911", "prov:time": "2026-09-11T07:22:00Z"},
            "_:g2": {"prov:entity": "kb:assistant-index-2026-09", "prov:activity": "kb:index-0912", "prov:time": "2026-09-12T08:05:00Z"},
        },
        "wasAssociatedWith": {"_:a1": {"prov:activity": "kb:index-0912", "prov:agent": "kb:elise-marchand"}},
    }
    write(f"{ASSISTANT}/lineage/index-2026-09.prov.json", json.dumps(document, indent=2) + "\n")


# ----------------------------------------------------------------------------------------------- records of the organisation

INGRID, CLAIRE, RAJIV, AMARA, TOMASZ = "Ingrid Solheim", "Claire Beaudoin", "Rajiv Menon", "Amara Nkemelu", "Tomasz Wierzbicki"
DANIEL, PRIYA, HANNA, ELISE, KAMILA, LOUISE = "Daniel Fortier", "Priya Raghunathan", "Hanna Lindqvist", "Elise Marchand", "Kamila Wozniak", "Louise Tremblay"


def policies():
    page(
        f"{COMMON}/policies/ai-risk-policy.md", "policy-document", "AI risk policy", {
            "owner": CLAIRE,
            "effective-from": "2026-02-01",
            "next-review": "2027-01-31",
            "scope": "Every AI system that Lakehead AI Services builds, buys or runs for a customer, from the first idea to its retirement, and everyone who works on one.",
            "topics": ["risk management", "accountability", "fairness", "oversight", "suppliers", "retirement"],
            "mission-and-goals": "Lakehead helps lenders and service desks to decide faster without deciding worse. We use AI where it makes a decision more consistent and easier to contest, and we do not use it where nobody can say why it answered as it did.",
            "roles": "The product owner of each system answers for its risks; model development builds, model validation questions, operations watches; the chief risk officer decides on residual risk; compliance keeps this policy and the register of laws.",
            "accountability": "Each system has one accountable person by name, who cannot pass the duty on; managers answer for the training of their staff.",
            "legal-requirements": "The register of laws names for each system the acts that bear on it, among them Regulation (EU) 2024/1689, Regulation (EU) 2016/679, the Consumer Credit Directive and Canada's PIPEDA, how each is met and by whom. Counsel reads it each quarter, and compliance keeps it current.",
            "risk-tolerance": "We accept no unlawful discrimination and no decision that a person cannot contest. For other risks the board sets limits for each system; the nearer a system comes to decisions about people, the more validation, monitoring and review it gets, and a system rated high gets all of them.",
            "risk-management-process": "Product owners find risks with the people affected, rate likelihood and impact on the scales of annex A, choose a treatment, and write both into the register. Validation challenges the entries before each release, the risk committee looks at them every quarter, and whatever is rated high and untreated stops a release.",
            "record-keeping": "Decisions, tests, incidents and changes are kept in the evidence folder of the system for as long as the retention schedule says, at least ten years for the file of a high-risk system, under access control and with a record of who read them.",
            "review-process": "The process itself is reviewed each January by compliance and internal audit, and whenever an incident rated high shows a weakness in it; the risk committee decides on what they propose.",
            "exception-process": "An exception needs a reason, a compensating measure, an owner, another person who approves it, and an end date no more than a year ahead.",
            "inventory-rules": "Every system is in the inventory before its first test with real data; the model risk team of two people keeps it, paid from the risk budget, and checks it against the cloud accounts each month.",
            "decommissioning-rules": "A system is retired by decision of its accountable person after the customer was told three months ahead. Models, features and logs are kept or deleted as the retention schedule says, users get the fallback, and open complaints are closed first.",
            "validity-rules": "Validity and reliability are shown on data that were set aside before development and again in use each month.",
            "safety-rules": "No system may leave a person without a way to money or shelter; urgent cases always reach a human being first.",
            "security-rules": "Least privilege, separate accounts for development and production, and a yearly test by an outside party for every high-risk system.",
            "transparency-rules": "People are told that AI takes part, in plain words and before it matters to them; customers get instructions for use and model cards; changes, limits and incidents are published to the customers they touch within five working days.",
            "explainability-rules": "Every adverse output comes with its main reasons, in words that were tested with people who have no training in statistics.",
            "privacy-rules": "Personal data are used only for the purpose told to people, reduced to what the model needs, and deleted when the schedule says.",
            "fairness-rules": "Outcomes and errors are compared across the protected attributes before each release and each quarter, against limits that the board declared.",
            "safety-culture": "Anyone may stop a release by saying why, without having to prove it. Design reviews begin with the question how the system could hurt somebody, near misses are told in the monthly meeting without blame, and delivery dates move when a doubt is not settled.",
            "diversity-rules": "Risk decisions on systems that touch people are taken by groups with at least four disciplines and with people who know the life of those affected, such as newcomers and people with disabilities; who took part is recorded.",
            "human-oversight-rules": "For each arrangement the file says what the machine proposes, what a person decides and who watches both. A person decides on every refusal of credit; overseers have the training, the time and the authority to overrule, and are not measured by how often they agree.",
            "training-rules": "Developers, reviewers, operators and the customer's adjudicators are trained for the tasks that their role or contract gives them before they begin, and once a year after that; suppliers prove the same.",
            "engagement-rules": "Twice a year the product owner hears people outside the team, borrowers and advocates among them, on effects that nobody planned. What they say is weighed by the risk committee, ranked with the other risks, and answered in writing.",
            "third-party-rules": "Suppliers of models, data and software are vetted before contract for security, rights in data and reliability, and again each year. Data are used only under a licence that allows it, no scraped data are used, and the rights of authors are checked by counsel.",
            "testing-process": "Tests follow the validation plan, whose criteria are fixed before data are seen; development, validation and operations each test what the other built.",
            "monitoring-rules": "Whatever is in use is watched by the monitoring plan of its system; operations reads alarms daily, validation reads results monthly, and both may ask for a stop.",
            "impact-assessment-rules": "An impact assessment comes before the first test with real data and again before a release that changes who is affected.",
            "change-management": "No change goes live without a test against criteria that were fixed before, an approver other than the one who asked, a way back, and notice to users.",
            "standards-applied": "ISO/IEC 42001 and ISO/IEC 23894 guide the management of risk; practitioners who validate hold the certificate of the national actuaries' or statisticians' society. Where a standard is silent on credit decisions, the procedures of the quality manual close the gap.",
        }, intro="Approved by the board's risk committee on 28 January 2026. It binds everyone who works on an AI system of Lakehead AI Services.",
        version="4.1", observed="2026-02-01/2026-10-01", by=CLAIRE, read=PRIYA, ok="Board risk committee", on="2026-01-28")
    page(
        f"{COMMON}/policies/quality-manual.md", "policy-document", "Quality manual for AI systems", {
            "owner": TOMASZ,
            "effective-from": "2026-03-01",
            "next-review": "2027-02-28",
            "compliance-strategy": "High-risk systems follow the conformity assessment based on internal control. Counsel decides with validation whether a modification is substantial, against the list in annex C; a substantial one starts the assessment anew, and the declaration is renewed before release. The technical file, the standards in use and the edition of the law are checked at every release.",
            "design-control": "Design begins with requirements that carry a source and an acceptance criterion. Each design step ends with a review by somebody who did not do it, and verification compares the result with the requirement before the next step begins.",
            "quality-control": "Code and features are reviewed by two people, pipelines run the same tests on every change, and quality assurance takes a sample of releases each quarter and repeats training and evaluation from the recorded inputs.",
            "data-management": "Data are acquired under contract or collected by the customer, analysed on arrival, labelled from repayment twelve months on, cleaned and filtered by recorded jobs, and aggregated to features in one place. Storage is encrypted and regional; retention follows the schedule, and what is past its time is deleted by a job whose runs are recorded.",
            "proportionality": "Lakehead has 140 people and two systems in production. The manual therefore keeps one committee, one register and one archive for all systems, and adds the steps of chapters 7 to 9 only for systems rated high; no step that protects the rights of people is left out for the sake of size.",
            "resource-management": "Each system has a budget for monitoring, validation and support, planned yearly by risk. Two cloud regions and a second bureau contract keep supply secure; if a supplier fails, the continuity plan names what replaces it and who decides. Staff for the inventory and the register are paid from the same budget.",
        }, version="2.3", observed="2026-03-01/2026-10-01", by=TOMASZ, read=CLAIRE, ok=INGRID, on="2026-02-20")
    page(
        f"{COMMON}/policies/incident-and-communication-procedure.md", "policy-document", "Procedure for incidents and communication", {
            "owner": AMARA,
            "effective-from": "2026-02-15",
            "next-review": "2027-02-14",
            "incident-process": "Whoever sees an incident records it within the hour. Operations answers within the time of the service level, compliance judges the same day whether it is serious, and a serious incident goes to the authority of the place within the time that the law sets. Causes are searched for each incident, and what was learned is told in the monthly meeting.",
            "communication-rules": "Compliance speaks with authorities, notified bodies and other operators; product owners speak with the customer and with deployers; support speaks with the people affected. Messages that concern rights or safety go out within one working day, in the language of the contract, and are kept with the incident.",
        }, version="1.6", observed="2026-02-15/2026-10-01", by=AMARA, read=PRIYA, ok=CLAIRE, on="2026-02-10")
    page(
        f"{COMMON}/policies/deployer-procedure.md", "policy-document", "Procedure for AI systems that we run for customers", {
            "owner": HANNA,
            "effective-from": "2026-04-01",
            "next-review": "2027-03-31",
            "use-rules": "Operators run a system only for the purpose and in the way that its instructions for use say. The adjudication desk works with the current version of the instructions, inputs that do not meet the specification are refused, and whoever wants to use the output otherwise asks the product owner first.",
            "deployer-duties": "Duties towards members under consumer credit, privacy and human rights law stay with Northgate and are listed in the service agreement; nothing in this procedure takes the place of them.",
            "code-of-practice": "For text that a machine wrote, the procedure follows the code of practice on marking that the Commission's AI Office published, as far as it concerns those who deploy.",
        }, version="1.2", observed="2026-04-01/2026-10-01", by=HANNA, read=DANIEL, ok=CLAIRE, on="2026-03-20")


def organisation():
    table(
        f"{COMMON}/inventory.csv", "inventory", "Inventory of AI systems and models", "entries-listed", [
            {"id": "M-001", "name": "Lakehead CreditScore", "version": "3.2.1", "description": "Gradient-boosted score of the probability of repayment of consumer loans", "risk-rating": "high", "owner": HANNA, "developer": "Lakehead AI Services", "origin": "internal",
             "approver": INGRID, "approved-uses": "Consumer loans up to CAD 40,000 at Northgate", "users": "Adjudicators of Northgate", "limitations": "Thin files; applicants under 21", "deployed-on": "2026-09-07", "approved-on": "2026-09-03",
             "last-validated-on": "2026-08-28", "next-review-on": "2027-02-28", "monitoring-status": "monthly, last 2026-09", "status": "in use", "dependencies": "M-003, bureau feed", "data-sources": "Applications and bureau files; personal data", "reviewer": TOMASZ},
            {"id": "M-002", "name": "Member support assistant", "version": "2.4", "description": "Retrieval and text generation that drafts answers for members", "risk-rating": "medium", "owner": ELISE, "developer": "Anders Models", "origin": "vendor",
             "approver": INGRID, "approved-uses": "Questions on accounts and routing of hardship requests", "users": "Members of Northgate and support staff", "limitations": "No advice on law or investments", "deployed-on": "2026-06-22", "approved-on": "2026-06-17",
             "last-validated-on": "2026-06-10", "next-review-on": "2026-12-10", "monitoring-status": "weekly sample read", "status": "in use", "dependencies": "Vendor model, knowledge base", "data-sources": "Help articles; transcripts with personal data", "reviewer": TOMASZ},
            {"id": "M-003", "name": "Transaction text encoder", "version": "1.4", "description": "Pre-trained encoder of the text of bank transactions", "risk-rating": "medium", "owner": RAJIV, "developer": "Northern Language Lab", "origin": "open-source",
             "approver": INGRID, "approved-uses": "Features of the credit score only", "users": "Feature pipeline", "limitations": "English and French only", "deployed-on": "2025-11-17", "approved-on": "2025-11-10",
             "last-validated-on": "2026-05-04", "next-review-on": "2027-05-04", "monitoring-status": "drift of embeddings, monthly", "status": "in use", "dependencies": "Releases of the laboratory", "data-sources": "Public text; no personal data", "reviewer": TOMASZ},
        ], {"updated-on": "2026-09-21", "process": "The model risk team compares the list with deployments in the cloud accounts on the first working day of each month and asks owners to confirm their entries each quarter."},
        counted="entries", version="2026-09", observed="2026-07-01/2026-10-01", by="Model risk team", read=TOMASZ, ok=INGRID, on="2026-09-22", method="export")
    page(
        f"{COMMON}/ownership-matrix.md", "ownership-matrix", "Who answers for what", {
            "accountable-person": INGRID, "accountable-role": "Chief risk officer", "oversight-body": "Risk committee of the board",
            "escalation-path": "Operator on duty, then head of operations, then product owner, then chief risk officer, then the risk committee within a day.",
            "roles": [
                {"responsibility": name, "responsible": does, "accountable": answers, "deputy": deputy} for name, does, answers, deputy in [
                    ("Risk management and register", HANNA, INGRID, CLAIRE), ("Compliance strategy", CLAIRE, INGRID, DANIEL), ("Design and design control", RAJIV, HANNA, KAMILA), ("Development and quality control", RAJIV, HANNA, KAMILA),
                    ("Examination, test and validation", TOMASZ, INGRID, "Sanna Virtanen"), ("Standards and specifications", CLAIRE, INGRID, TOMASZ), ("Data management", RAJIV, HANNA, KAMILA), ("Monitoring after release", AMARA, HANNA, "Jan Kowal"),
                    ("Serious incidents", CLAIRE, INGRID, AMARA), ("Communication with authorities and customers", CLAIRE, INGRID, HANNA), ("Records and documentation", CLAIRE, INGRID, DANIEL), ("Resources and supply", AMARA, INGRID, "Jan Kowal"),
                    ("Accountability framework", INGRID, INGRID, CLAIRE), ("Human oversight of credit decisions", LOUISE, HANNA, "Marcus Bell"), ("Stopping or deactivating a system", AMARA, HANNA, "Jan Kowal"), ("Oversight of the support assistant", ELISE, INGRID, "Jan Kowal"),
                ]
            ],
        }, version="2026-07", by=CLAIRE, read=HANNA, ok=INGRID, on="2026-07-06")
    page(
        f"{COMMON}/board/risk-committee-2026-09.md", "board-report", "Report to the risk committee of the board, third quarter 2026", {
            "presented-on": "2026-09-23", "audience": "Risk committee of the board", "systems-covered": 2,
            "risks-reported": "Disparity of error rates for young applicants of the credit score, the week in August for which the log archive holds nothing, dependence on one supplier of the assistant's model, and thin files of newcomers.",
            "decisions": "Send thin files of young applicants to a person at once; fund the rent feature; buy a second archive of logs by December.",
            "appetite-position": "Within appetite on accuracy and security; outside appetite on fairness for applicants under 26 until the measure has worked for a quarter.",
        }, version="2026-Q3", observed="2026-09-23", by=INGRID, read=CLAIRE, ok="Board risk committee", on="2026-09-23")
    page(
        f"{COMMON}/training/training-2026.md", "training-record", "Training in AI risk tasks, 2026", {
            "people-trained": 57, "people-in-scope": 60, "share-trained": 0.95, "completed-on": "2026-09-11", "topics": ["automation bias", "reading the score", "fairness", "incident reporting", "instructions for use"],
            "content": "How the score comes about and where it fails, how to read the reasons, when to overrule it, what over-reliance looks like, how to report an incident, and who holds which role in risk work.",
            "assessment": "A written test of twenty questions and three files to decide, of which one carries a wrong score; eighty per cent to pass, and a second attempt after coaching.",
            "roles-covered": "Adjudicators of Northgate, their supervisors, operators, developers, validators, product owners and support staff.",
        }, version="2026-09", observed="2026-01-12/2026-10-01", by="Learning and development", read=HANNA, ok=CLAIRE, on="2026-09-15",
        sample={"population": 60, "size": 60, "selection": "everyone in scope"})
    page(
        f"{COMMON}/suppliers/assessment-of-suppliers-2026.md", "third-party-assessment", "Yearly assessment of suppliers", {
            "third-party": "Borealis Compute (cloud), Maple Credit Data (bureau), Northern Language Lab (text encoder) and Anders Models (language model)", "assessed-on": "2026-05-29", "open-findings": 1, "independent": True, "certificate": "BQ-2026-0417",
            "scope": "Security, rights in data and software, reliability, change notices and sub-processors of the four suppliers rated critical.",
            "findings": "Three suppliers meet all points. Anders Models announces changes of its model only two weeks ahead, which is shorter than our validation takes; a longer notice is being negotiated.",
            "risks": "Outage of the cloud region, wrong or late bureau files, silent changes of a bought model, and claims of third parties to the text on which the encoder was trained; for each the register holds an entry.",
            "contingency": "A second region stands ready, the bureau of last resort is under contract, the encoder can be frozen, and the assistant falls back to search and people.",
        }, version="2026", observed="2026-05-29", by="Brightwater Assurance", read=PRIYA, ok=INGRID, on="2026-06-10")
    page(
        f"{COMMON}/suppliers/contract-suppliers.md", "contract", "Framework contract with suppliers of data, models and computing", {
            "parties": "Lakehead AI Services and Borealis Compute, Maple Credit Data, Northern Language Lab, Anders Models", "signed-on": "2025-10-01", "ends-on": "2028-09-30", "scope": "Computing, bureau files, the text encoder and the language model.",
            "responsibilities": "Each supplier answers for the security and lawfulness of what it supplies; Lakehead answers for its use in the systems.",
            "data-terms": "Personal data stay in Canada or the Union, are used for the service alone and are deleted on demand.",
            "audit-rights": "Lakehead or an assessor of its choice may audit each supplier once a year and after any incident.",
            "incident-terms": "Suppliers report incidents within 24 hours and changes of models at least two weeks ahead, with their effects.",
            "ip-terms": "Suppliers warrant that they hold the rights in data and models, and keep Lakehead free from claims of third parties.",
            "exit-terms": "Data are returned within thirty days of the end, and help with moving is given for six months.",
        }, version="3", observed="2025-10-01/2026-10-01", by="Procurement", read=DANIEL, ok=INGRID, on="2025-10-01", classification="confidential")
    page(
        f"{COMMON}/continuity/continuity-plan.md", "continuity-plan", "Continuity plan for scoring and assistant", {
            "tested-on": "2026-06-18", "test-result": "passed", "recovery-time": "PT2H", "responsible": AMARA,
            "fallback": "Applications go to manual adjudication with the lender's own scorecard of 2022; bureau files come from the second bureau; the second cloud region takes over within two hours; the assistant is replaced by search and people.",
            "switch-off": "Whoever is on duty may stop scoring with one switch in the operations console; open cases go to people, the last model stays loaded for restart, and only the product owner may start it again.",
        }, version="1.4", observed="2026-06-18/2026-10-01", by=AMARA, read=PRIYA, ok=INGRID, on="2026-06-25")


# --------------------------------------------------------------------------------------------- records of the credit score

PURPOSE = "Lakehead CreditScore estimates the probability that a natural person who applies for a consumer loan of up to CAD 40,000 or EUR 25,000 will repay it, to support adjudicators of Northgate Credit Union in Canada and at its branch in Estonia and Finland. A person decides on every refusal."


def technical_file():
    page(
        f"{CREDIT}/technical-file/technical-documentation.md", "technical-documentation", "Technical documentation of Lakehead CreditScore 3.2.1", {
            "system-name": "Lakehead CreditScore", "system-version": "3.2.1", "provider-name": "Lakehead AI Services Ltd.", "drawn-up-on": "2026-08-31", "legal-edition-checked-on": "2026-08-31",
            "legal-edition": "Regulation (EU) 2024/1689 as amended by Regulation (EU) 2026/1744, Annex IV",
            "intended-purpose": PURPOSE,
            "version-history": "3.1.0 of November 2025 was the first for two countries; 3.2.0 of May 2026 added transaction text; 3.2.1 of September 2026 recalibrates 3.2.0 on data up to June 2026 and changes no feature.",
            "interactions": "The score is called by the lender's application portal over HTTPS and reads bureau files from Maple Credit Data. No other AI system takes its output; the adjudication desk shows it to people, and nothing outside can change the model in use.",
            "software-versions": "Model server 2.11.4, feature pipeline 2.8.0, Python 3.12.6, gradient boosting library 2.1.1, text encoder 1.4. An update of any of them is a change that passes the release gate before it is put in.",
            "supply-forms": "A hosted service behind a programming interface, and the adjudication desk as a web page; no download and no device.",
            "hardware": "General-purpose cloud servers with 8 virtual CPUs and 32 GB of memory; no accelerator is needed in use.",
            "user-interface": "The desk shows band A to D, the score with its range, the four main reasons with the values behind them, a mark for thin files, and the buttons confirm, overrule and ask for more. Refusals cannot be sent without a person's name.",
            "development-methods": "Requirements were gathered with Northgate, then data were prepared by recorded jobs, candidate models were compared on validation data, the best was calibrated, and validation tested it on data set aside before the start. Each step leaves a record of inputs, code version and result, and the release gate reads them all.",
            "third-party-tools": "The transaction text encoder of Northern Language Lab, version 1.4, is used frozen to turn transaction text into 64 numbers; it was tested on our data and not changed.",
            "design-specifications": "A gradient-boosted ensemble of 620 trees of depth four on 118 features estimates the log odds of repayment within twelve months; monotone constraints hold for income, debt and arrears, so that a better file never lowers the score. Trees were preferred to a neural network because reasons can be given exactly and people can check them.",
            "optimisation": "Log loss with weights that give each province and country the same share; the cut-offs between bands weigh a missed repayer and a default one to four.",
            "expected-output": "A probability between 0 and 1, a band from A to D and four reasons; calibrated to within two points in each band.",
            "design-assumptions": "Repayment within twelve months stands for ability to repay; applicants are adults with a bank account; behaviour of the last three years says something about the next one, for people of every age and origin alike.",
            "design-rationale": "Constraints cost half a point of accuracy and were accepted, because they keep the reasons true. Sex and age are not inputs; they are held apart and used only to measure fairness, which protects rights better than ignoring them.",
            "architecture": "Ingestion jobs clean applications and bureau files, the encoder turns transaction text into numbers, the feature job joins the three, the model server scores, and the desk shows the result. A fault in ingestion stops the feature job, and the server then answers that no score is available instead of guessing.",
            "compute": "Training takes two hours on 32 virtual CPUs; all development of 3.2.1 used about 410 CPU hours, validation and testing another 60.",
            "data-requirements": "Supervised training on 214,000 applications of 2021 to 2025 with outcome, split by applicant into training, validation and test before anything else. Labels come from repayment, missing values are kept as missing, outliers beyond the 99.9th percentile are capped, and the data sheets tell source, scope and cleaning of each set.",
            "validation-procedures": "Validation follows the plan of 10 August 2026: discrimination, calibration, stability, fairness by sex and age band, robustness to missing and wrong fields, security, and trials with adjudicators. It uses the test set, the quarter's decisions with outcome, and synthetic files with known faults; results are held against criteria that were fixed before.",
            "capabilities-and-limits": "The score ranks applicants with an area under the curve of 0.83 overall, 0.83 for women, 0.83 for men, 0.79 for those aged 18 to 25 and 0.85 above 40. It cannot judge the self-employed with less than a year of records, it says nothing about fraud, and thin files lower its accuracy.",
            "unintended-outcomes": "Young people and newcomers with short histories may be refused although they would repay, which touches equal treatment; a stressed applicant may take a refusal for a judgement of character; adjudicators may lean on the band; a fault at the bureau may lower many scores at once.",
            "oversight-measures": "A person reads every refusal before it is sent, sees the reasons and the mark for thin files, may overrule with a reason and without asking, and may stop scoring. Operations watches alarms, supervisors read a sample of agreements each week, and the desk hides the band until the file was opened, so that people look first.",
            "input-specifications": "Application form version 7 with at least 14 of 18 required fields, bureau file not older than 30 days, three to twelve months of transactions in English, French, Estonian or Finnish; anything else is refused with a reason.",
            "knowledge-limits": "The model does not know of illness, separation or a job that begins next month, nor of debts outside the bureau. Where files are thin or values lie outside the range of training, the desk says so and the case goes to a person.",
            "tasks-and-methods": "One task, estimation of the probability of repayment, by supervised classification with gradient-boosted trees; reasons by exact contributions of the trees.",
            "predetermined-changes": "Recalibration on newer data with the same features, and moving band cut-offs within two points, were fixed in advance in the validation plan as modifications PM-1 and PM-2, with criteria that must hold before release; everything else is assessed as a change of its own.",
            "standards": ["ISO/IEC 42001:2023", "ISO/IEC 23894:2023", "ISO/IEC TS 12791:2024"],
            "standards-solutions": "No harmonised standard is applied. Article 9 is met by the register and its quarterly review, Article 10 by the data sheets and recorded lineage, Article 12 by the decision log, Article 13 by the instructions for use, Article 14 by the adjudication desk, and Article 15 by the validation plan with its limits for accuracy, robustness and security.",
            "lifecycle-changes": "Since release 3.1.0 the provider added transaction text, moved to a second cloud region, changed the order of the desk's screen after trials, and recalibrated once; none was held to be substantial, for reasons given in the change register.",
            "cybersecurity": "Separate accounts, least privilege, signed model artefacts, checks of training data against poisoning by drift and by source, limits of request rates against extraction, encrypted storage and transport, and a yearly test by an outside party with tests of evasion among them.",
            "robustness": "Two regions, a frozen last good model, refusal instead of guessing when an input is missing, and no feedback loop because the score is not an input of later training before a person decided.",
            "logging-capability": "Every request, refusal of input, referral, explanation, override and alarm writes a record by itself, without a person starting it: time, caller, version, reference of the input, result. If a record cannot be written to the local queue, scoring stops; the queue holds seven days for the archive.",
            "logged-events": [
                {"event": "score returned", "action": "decision.scored", "purpose": "monitoring", "fields": "time, caller, model version, input reference, band"}, {"event": "case sent to a person", "action": "decision.referred", "purpose": "operation", "fields": "time, caller, model version, input reference"},
                {"event": "decision overruled", "action": "decision.overridden", "purpose": "operation", "fields": "time, adjudicator, model version, input reference"}, {"event": "input refused", "action": "input.rejected", "purpose": "risk", "fields": "time, caller, model version, input reference, outcome"},
                {"event": "limit alarm", "action": "limit.alarm", "purpose": "risk", "fields": "time, component, model version, input reference"}, {"event": "new version in use", "action": "UpdateEndpoint", "purpose": "modification", "fields": "time, operator, endpoint name, configuration name"},
            ],
            "monitoring-system": "The monitoring plan is part of this file: accuracy on matured outcomes each month, drift of features and score, fairness each quarter, alarms daily, feedback of adjudicators and members, each with a limit and with who acts when it is passed.",
            "risk-management": "The register holds every risk with likelihood, impact, level, treatment, measure, owner and residual level. It is filled with the people affected and with data from use, challenged by validation, reviewed each quarter by the risk committee, and opened before each release; what remains is accepted by the chief risk officer in writing.",
        }, version="3.2.1", observed="2026-08-31/2026-10-01", by=RAJIV, read=TOMASZ, ok=INGRID, on="2026-09-02", classification="confidential")
    page(
        f"{CREDIT}/technical-file/instructions-for-use.md", "instructions-for-use", "Instructions for use of Lakehead CreditScore 3.2.1", {
            "system-name": "Lakehead CreditScore", "system-version": "3.2.1", "effective-from": "2026-09-07", "language": ["English", "French", "Estonian", "Finnish"], "formats": ["web page", "PDF"],
            "provider-identity": "Lakehead AI Services Ltd., 41 Harbour Street, Thunder Bay, Ontario; care@lakehead.example, +1 807 555 0142",
            "representative-identity": "Kestrel Compliance Europe B.V., Keizersgracht 90, Amsterdam; lakehead@kestrel.example, +31 20 555 0177",
            "intended-purpose": PURPOSE,
            "accuracy-statement": "Area under the curve 0.83 and accuracy 0.85 on decisions with outcome, tested on 4,800 cases. Missing bureau fields lower accuracy by up to four points; the service refuses inputs outside the tested range, and withstood the attacks of the yearly security test. A downturn of the economy may lower accuracy before recalibration.",
            "foreseeable-risks": "Use for business loans, for tenants or for setting prices is misuse and unsafe, because the score was never tested for it. Feeding the score back as an input, sending refusals without reading the file, or using bureau files older than 30 days may lead to unfair refusals. Persons with short histories are at most risk.",
            "explanation-capabilities": "For each case the desk shows the four main reasons with the values behind them and what would have to change; the interface gives all contributions on request, for complaints and for audits.",
            "group-performance": "Area under the curve: women 0.83, men 0.83, aged 18 to 25 0.79, aged 26 to 40 0.83, aged 41 to 60 0.85, over 60 0.84. Young applicants who would repay are approved less often than others.",
            "input-data": "Application form version 7, bureau file not older than 30 days, three to twelve months of transactions. The model was trained on 214,000 applications of 2021 to 2025 in Ontario, Quebec, Manitoba, Estonia and Finland, validated on 26,000 and tested on 27,000 that were set aside.",
            "output-interpretation": "Bands A and B mean that repayment is likely, C that a person must look closer, D that refusal is probable. The score is a likelihood and not a judgement; a difference of less than 15 points means nothing. A thin-file mark means that the score rests on little; then read the file first and the score afterwards.",
            "human-oversight": "The deployer names adjudicators who were trained and passed the test, gives them at least eight minutes for each refusal, and does not measure them by agreement. An adjudicator may overrule or stop at any time; the band stays hidden until the file is open; a supervisor of the deployer reads twenty agreements each week.",
            "resources": "Access to the service over HTTPS; a desk computer with a current browser; no other hardware. A score takes less than one second.",
            "lifetime": "Each version is supported for two years from release.",
            "maintenance": "Recalibration once or twice a year by the provider, security updates monthly, instructions renewed with each version; nothing has to be installed by the deployer.",
            "log-handling": "Records of each use are written by the service. The deployer collects them each week with the export button, stores them for at least six months under its own access rules, and reads them with the viewer on the help page, which explains each field and finds all records of one application.",
            "limitations": "Not for the self-employed with less than a year of records, not for business loans, not for applicants without a bank account. Thin files, applicants under 21 and transaction text in other languages lower accuracy, and the score knows nothing of fraud.",
            "predetermined-changes": "The provider may recalibrate on newer data with the same features (PM-1) and move band cut-offs by up to two points (PM-2). Performance before and after is told ten days ahead, and the deployer may stay on the former version for ninety days.",
            "change-history": "3.2.1 recalibrated on data up to June 2026, accuracy up by half a point; 3.2.0 added transaction text; both were put in by the provider after notice.",
            "deployer-knowledge": "Adjudicators know consumer lending and completed the six-hour course; supervisors know how to read error rates by group; the desk is used in the lender's offices.",
            "declared-levels": [
                {"name": "accuracy", "topic": "accuracy", "level": "0.85, at least 0.82", "lowered-by": "missing bureau fields and thin files"}, {"name": "auc", "topic": "accuracy", "level": "0.83", "lowered-by": "a downturn before the next recalibration"},
                {"name": "missing fields", "topic": "robustness", "level": "accuracy 0.81 with two fields missing", "lowered-by": "more than four missing fields"}, {"name": "attack tests", "topic": "cybersecurity", "level": "no critical or high finding", "lowered-by": "access tokens shared between several callers"},
            ],
        }, version="3.2.1", observed="2026-09-07/2026-10-01", by=HANNA, read=TOMASZ, ok=CLAIRE, on="2026-09-03", classification="public")
    page(
        f"{CREDIT}/technical-file/eu-declaration-of-conformity.md", "declaration", "EU declaration of conformity", {
            "system-name": "Lakehead CreditScore", "system-version": "3.2.1", "system-type": "Credit scoring service for natural persons, type LCS-3, model credit-score:3.2.1", "provider-name": "Lakehead AI Services Ltd.",
            "provider-address": "41 Harbour Street, Thunder Bay, Ontario P7A 0A1, Canada; represented by Kestrel Compliance Europe B.V., Keizersgracht 90, Amsterdam", "sole-responsibility": True,
            "statement": "The AI system named above conforms with Regulation (EU) 2024/1689 and meets the requirements of Chapter III, Section 2, as the technical documentation of the same version shows.",
            "law-reference": "Regulation (EU) 2024/1689, as amended by Regulation (EU) 2026/1744", "law-checked-on": "2026-08-31",
            "data-protection-statement": "Where personal data are processed, the system complies with Regulations (EU) 2016/679 and (EU) 2018/1725 and with Directive (EU) 2016/680.",
            "place": "Thunder Bay", "issued-on": "2026-09-04", "signatory": INGRID, "signatory-function": "Chief risk officer", "on-behalf-of": "Lakehead AI Services Ltd.", "signature": "signed electronically with a qualified certificate",
            "machine-readable": True, "language": ["English", "Estonian", "Finnish"], "member-states": ["EE", "FI"],
        }, version="3.2.1", observed="2026-09-04", by=CLAIRE, read=TOMASZ, ok=INGRID, on="2026-09-04", classification="public")
    page(
        f"{CREDIT}/technical-file/requirements.md", "requirements-specification", "Requirements of Lakehead CreditScore 3", {
            "requirements": 64, "sources-of-requirements": "Northgate's lending policy, workshops with adjudicators, two borrower advocates, counsel on consumer credit and privacy, and incidents of version 2.",
            "acceptance-criteria": "Each requirement names the test that accepts it and the figure that must be reached, such as calibration within two points.",
            "socio-technical": "People open the file before they see the band, refusals carry a name, and reasons are worded for applicants; each of these came from what adjudicators and advocates said about pressure and trust.",
        }, version="3.2", observed="2026-02-16/2026-10-01", by=HANNA, read=RAJIV, ok=LOUISE, on="2026-02-16")


def model_cards():
    write(f"{CREDIT}/model/README.md", textwrap.dedent('''\
        ---
        license: other
        license_name: lakehead-internal
        language:
        - en
        - fr
        library_name: lightgbm
        pipeline_tag: tabular-classification
        base_model: northern-language-lab/txn-encoder-1.4
        datasets:
        - lakehead/applications-2021-2025
        - maple/bureau-tradelines
        tags:
        - credit-scoring
        - consumer-loans
        model-index:
        - name: credit-score-3.2.1
          results:
          - task:
              type: tabular-classification
            dataset:
              name: Applications 2021-2025, test part
              type: lakehead/applications-2021-2025
              split: test
            metrics:
            - type: accuracy
              value: 0.853
            - type: roc_auc
              value: 0.831
            - type: brier_score
              value: 0.104
        ---

        # Credit score 3.2.1

        ## Model Details

        Gradient-boosted trees that estimate the probability that an applicant for a consumer loan repays within twelve months. Monotone
        constraints keep the reasons true: a better file never lowers the score. The output is a probability, a band from A to D and four
        reasons.

        - **Developed by:** Model Development, Lakehead AI Services
        - **Model version:** 3.2.1

        ## Uses

        ### Direct Use

        Support of adjudicators at Northgate Credit Union who decide on consumer loans of up to CAD 40,000 or EUR 25,000 to natural persons
        with a bank account. A person reads the file and decides on every refusal; the score orders the work and shows its reasons.

        ### Out-of-Scope Use

        [More Information Needed]

        ## Bias, Risks, and Limitations

        The score knows nothing of illness, separation or a new job, and rests on little where files are thin. Applicants aged 18 to 25 who would
        repay are approved less often than others, because short histories weigh much. Transaction text in languages other than English and French
        is read less well. A downturn of the economy lowers accuracy until the next recalibration.

        ### Recommendations

        Let a person read thin files before the score is shown, watch error rates by age band each quarter, and do not use bureau files that are
        older than 30 days.

        ## Training Details

        ### Training Data

        214,000 applications for consumer loans of 2021 to 2025 in Ontario, Quebec, Manitoba, Estonia and Finland, with bureau files and up to twelve
        months of transactions, labelled by repayment twelve months on. See the data sheets of the two sets.

        ### Training Procedure

        620 trees of depth four, learning rate 0.05, early stopping on the validation part, isotonic calibration, seed 20260824. The text encoder is
        frozen.

        ## Evaluation

        Accuracy 0.853, area under the curve 0.831 and Brier score 0.104 on 27,000 applications that were set aside before development. Results by
        sex and age band are in the performance report of each month and in the bias assessment of the quarter.

        ## Environmental Impact

        Training takes about two hours on 32 virtual CPUs.

        ## Technical Specifications

        LightGBM 4.6, 118 features, of which 64 come from the text encoder; served on general-purpose CPUs.

        ## Model Card Contact

        model-development@lakehead.example
        '''))
    sidecar(f"{CREDIT}/model/README.md", "model-card", "Model card of credit score 3.2.1", "3.2.1", "2026-08-31/2026-10-01", RAJIV, TOMASZ, HANNA, "2026-09-02")
    card = {
        "schema_version": "0.0.2",
        "model_details": {
            "name": "credit-score", "overview": "Generated by the release pipeline from the run that released the model. Estimates the probability of repayment of a consumer loan within twelve months.",
            "version": {"name": "3.2.1", "date": "2026-09-04", "diff": "Recalibrated on data up to June 2026; same features as 3.2.0."},
            "owners": [{"name": "Model Development", "contact": "model-development@lakehead.example"}], "licenses": [{"custom_text": "Internal use and use by customers under contract"}],
        },
        "model_parameters": {"model_architecture": "Gradient-boosted trees, 620 of depth four, on 118 features", "data": [
            {"name": "applications-2021-2025, training part", "sensitive": {"sensitive_data": ["income", "debts", "transaction text"]}}, {"name": "applications-2021-2025, test part"}]},
        "quantitative_analysis": {"performance_metrics": [
            {"type": "accuracy", "value": "0.853", "slice": "all"}, {"type": "auc", "value": "0.831", "slice": "all"}, {"type": "auc", "value": "0.828", "slice": "sex=F"}, {"type": "auc", "value": "0.833", "slice": "sex=M"},
            {"type": "auc", "value": "0.791", "slice": "age-band=18-25"}, {"type": "auc", "value": "0.846", "slice": "age-band=41-60"}]},
        "considerations": {
            "users": [{"description": "Adjudicators of consumer loans at Northgate Credit Union"}, {"description": "Supervisors who read samples of decisions"}],
            "use_cases": [{"description": "Support of a person's decision on consumer loans to natural persons with a bank account, in Canada, Estonia and Finland"}],
            "limitations": [{"description": "Thin files, applicants under 21 and the self-employed with less than a year of records are scored less well, and no score is given when more than four required fields are missing"}],
            "ethical_considerations": [{"name": "Unequal error rates for young applicants", "mitigation_strategy": "Thin files go to a person; a rent feature is in development"}],
        },
    }
    write(f"{CREDIT}/model/model-card-3.2.1.json", json.dumps(card, indent=2) + "\n")
    sidecar(f"{CREDIT}/model/model-card-3.2.1.json", "model-card", "Model card of the release pipeline", "3.2.1", "2026-09-04/2026-10-01", "Release pipeline 2.8", TOMASZ, HANNA, "2026-09-04")


def data_sheets():
    shared = {"license": "Service agreement with Northgate, clause 12", "personal-data": True, "special-categories": False}
    page(
        f"{CREDIT}/data/data-sheet-applications.md", "data-sheet", "Data sheet: applications 2021 to 2025", {
            "dataset-name": "applications-2021-2025", "dataset-version": "7.2", "records": 267000, "error-rate": 0.006, "completeness": 0.982, "retention": "P7Y", **shared,
            "motivation": "Made to learn which applicants repay. It is assumed that repayment within twelve months stands for ability to repay, and that those financed elsewhere behave like those financed here once income and debt are the same.",
            "composition": "One row for each application with form fields, amount and purpose of the loan, twelve months of transaction text where given, decision and repayment; no names and no contact data.",
            "collection-process": "Exported each week by Northgate from its application system; entered by applicants on the web or by staff in branches, and checked against pay slips.",
            "original-purpose": "First collected by Northgate to decide on the application and to run the loan.",
            "provenance": "Northgate Credit Union, branches and web in five regions, under the service agreement; no bought or scraped data.",
            "preprocessing": "Duplicates are merged by application number, amounts are put into Canadian dollars, missing values stay missing, the top tenth of a per cent of each amount is capped, transaction text is stripped of names and numbers, and one row is made for each applicant and loan.",
            "labelling": "Repaid or not, computed from the loan ledger twelve months after booking, or from the bureau for those financed elsewhere; a sample of 400 labels was checked by two people with agreement of 99 per cent.",
            "selection": "All complete applications of the five regions for loans up to the limit; staff loans and test entries left out.",
            "availability": "About 120,000 applications with outcome are needed for stable bands in each region; 267,000 are there, of which only 9,400 are from Estonia and Finland, which suits calibration but not a model of their own.",
            "representativeness": "Shares by region, age band and sex are within two points of those of the applicants of 2026, apart from newcomers, who are 11 per cent of applicants and 7 per cent of the set.",
            "bias-examination": "Selection rates and label rates were compared by sex, age band and region. Young applicants have shorter histories and were approved less often in the past at the same income; no difference by sex was found beyond two points.",
            "bias-measures": "Past decisions are not used as labels, outcomes of declined applicants come from the bureau, regions are weighted alike, and postal codes were left out because they stand for origin.",
            "feedback-effects": "Approvals by the score decide whose repayment is seen later, which can entrench old patterns; therefore a random two per cent of band C is approved by people without the score.",
            "gaps": "Newcomers and the self-employed are few, and transaction text is missing for a fifth of branch applications. More newcomers are being added from the settlement programme, and branches ask for consent to read statements; both are reviewed each quarter.",
            "geographic-context": "Ontario, Quebec and Manitoba with their seasons of farm and mine work, and the cities of Estonia and Finland where the branch lends.",
            "design-choices": "One set for all regions was chosen instead of one for each, because small regions would have had too few rows; weights make up for size. Five years were chosen instead of ten, since lending rules changed in 2021.",
            "maintenance": "Data engineering renews it each July and January and answers for its checks.",
            "splits": "Applicants are split by a keyed hash into training 80, validation 10 and test 10 per cent before any other step, so that nobody is in two parts.",
            "input-controls": "In use, the service refuses applications with fewer than 14 of 18 required fields or a bureau file older than 30 days, and compares each week's inputs with this set.",
        }, version="7.2", observed="2026-07-20/2026-10-01", by=KAMILA, read=DANIEL, ok=RAJIV, on="2026-07-24", classification="confidential")
    page(
        f"{CREDIT}/data/data-sheet-bureau.md", "data-sheet", "Data sheet: bureau trade lines", {
            "dataset-name": "bureau-tradelines", "dataset-version": "2026-06", "records": 1904000, "error-rate": 0.011, "completeness": 0.957, "retention": "P7Y", **shared, "license": "Contract with Maple Credit Data",
            "motivation": "Adds debts and payments elsewhere to each application. It is assumed that a late payment in the file stands for trouble to pay and not for a billing dispute, which the bureau marks apart.",
            "composition": "One row for each credit line of an applicant with kind, opening, limit, balance and payments of 24 months, keyed by a token instead of a name.",
            "collection-process": "Fetched by secure file transfer from Maple Credit Data for each application with the applicant's consent, and once a quarter for matured outcomes.",
            "original-purpose": "First collected by lenders and the bureau to judge credit standing of consumers.",
            "provenance": "Maple Credit Data for Canada and its partners for Estonia and Finland, under contract with warranty of lawful collection.",
            "preprocessing": "Closed lines older than seven years are dropped, currencies are aligned, disputed lines are marked and not counted as late, balances are aggregated by kind of credit, and files without any line get a mark instead of zeros.",
            "labelling": "Not labelled by us; payment states are those that lenders reported to the bureau, in its code of nine states.",
            "selection": "All lines of all applicants in the set of applications; nobody else's file is fetched.",
            "availability": "A file is needed for every application and found for 94 of 100; the 6 without are mostly newcomers and people under 21, which suits the model only with the thin-file rule.",
            "representativeness": "Coverage is 97 per cent for applicants over 30, 88 per cent for those under 26 and 71 per cent for newcomers in their first two years.",
            "bias-examination": "Missing files were compared by age band, sex and time in the country. Absence is frequent among young people and newcomers and says nothing about repayment, which makes it a source of unfair refusals if read as a fault.",
            "bias-measures": "A missing file is a state of its own and never counts against an applicant; thin files are marked and go to a person when the band is C or D.",
            "feedback-effects": "Loans that are granted come back as new lines within months; features look only at lines opened before the application, so that the score does not read its own results.",
            "gaps": "Rent and phone payments are missing, which disadvantages those without credit cards, and partners abroad report monthly instead of weekly. A rent feature is in development, and foreign files are marked with their age.",
            "geographic-context": "Reporting habits of lenders in Canada, and of those in Estonia and Finland, which report fewer kinds of credit.",
            "design-choices": "Aggregates by kind of credit were chosen instead of single lines, because they are more stable and easier to explain; the bureau's own score was considered and left out, since its reasons cannot be checked.",
            "maintenance": "Data engineering checks each delivery and settles errors with the bureau within ten days.",
            "splits": "Lines follow the applicant's part, training, validation or test, by the same keyed hash, so that no file is in two parts.",
            "input-controls": "A file that is older than 30 days or fails its checksum is refused, and the share of thin files is compared each week with this set.",
        }, version="2026-06", observed="2026-07-13/2026-10-01", by=KAMILA, read=DANIEL, ok=RAJIV, on="2026-07-24", classification="confidential")


def credit_risks():
    rows = [
        # id, risk, kind, likelihood, impact, level, treatment, measure, owner, status, residual, measure kind, design limit, metric
        ("R-001", "Young applicants who would repay are refused more often than others", "bias", "likely", "loss of access to credit", "high", "mitigate", "Thin files of applicants under 26 go to a person; rent feature in development", HANNA, "treated", "medium", "control", "A feature that counts rent needs data that are not there yet", "equalized odds difference by age band, each quarter"),
        ("R-002", "Applicants are refused without a reason that they can understand and contest", "rights", "possible", "loss of remedy for people", "high", "mitigate", "Four exact reasons with each case, worded and tested with applicants", HANNA, "treated", "low", "design", None, "share of refusals with reasons, audited each month"),
        ("R-003", "Transaction text reveals health or belief to people who should not know", "privacy", "possible", "intrusion into private life", "high", "mitigate", "Text is stripped of names and turned into numbers before storage", DANIEL, "treated", "low", "design", None, "findings of the yearly privacy test of stored features"),
        ("R-004", "Training data are poisoned by forged applications that were made for it", "security", "unlikely", "wrong scores for many people", "medium", "mitigate", "Source checks and drift tests before each training run", PRIYA, "treated", "low", "control", "Forged files look like real ones; design cannot tell them apart", "share of applications that fail the source check"),
        ("R-005", "Missing bureau fields lead to scores that rest on too little", "robustness", "likely", "wrong refusals for some", "medium", "mitigate", "Refuse inputs with more than four missing fields and say so", RAJIV, "treated", "low", "design", None, "accuracy with two fields missing, each release"),
        ("R-006", "The bureau delivers wrong files for a region without notice", "third-party", "possible", "wrong scores for a region", "medium", "mitigate", "Compare each delivery with the week before and hold it when it differs", AMARA, "treated", "low", "control", "The files are made by others and cannot be designed here", "deliveries held back, each month"),
        ("R-007", "The text encoder was trained on text to which others have rights", "third-party", "unlikely", "claims and loss of the encoder", "medium", "transfer", "Warranty of the supplier and a frozen copy that can be replaced", CLAIRE, "accepted", "low", "control", "Training of the encoder lies outside our design altogether", "claims notified by the supplier"),
        ("R-008", "A change of consumer credit law makes a feature unlawful", "legal", "possible", "orders to stop and fines", "medium", "mitigate", "Counsel reads drafts each quarter and the feature list with them", CLAIRE, "treated", "low", "control", "Law changes from outside and design can only follow it", "features under review by counsel"),
        ("R-009", "The score is used for tenants, prices or staff, for which it was never tested", "misuse", "possible", "unfair treatment of people", "high", "mitigate", "Contract forbids it, keys are bound to one portal, use is compared with contract", HANNA, "treated", "low", "control", "A number can be read by any reader; design cannot prevent it", "calls from outside the portal, each week"),
        ("R-010", "Adjudicators lean on the band and stop reading files", "rights", "likely", "decisions that nobody took", "medium", "mitigate", "Band hidden until the file is open; weekly sample of agreements", LOUISE, "treated", "low", "design", None, "share of overrules and reading time"),
        ("R-011", "Nobody outside can tell how the score came about or who answers", "transparency", "possible", "loss of trust and remedy", "medium", "mitigate", "Public notice, reasons for applicants and a contact that answers in five days", CLAIRE, "treated", "low", "information", "Openness is owed to people and not a matter of model design", "questions answered in five days"),
        ("R-012", "Records of a week are lost and decisions cannot be traced", "accountability", "possible", "no trace of decisions", "medium", "mitigate", "Second archive in another account and an alarm on missing deliveries", AMARA, "open", "medium", "control", "The archive lies outside the scoring system and its design", "hours since the last delivery to the archive"),
        ("R-013", "A refusal adds to the distress of people who are ill or in debt", "health", "possible", "distress of vulnerable people", "medium", "mitigate", "Wording tested with debt advisers; a person calls in hardship cases", LOUISE, "treated", "low", "information", "The effect comes from the refusal itself and not from its computing", "hardship calls made within two days"),
        ("R-014", "Personal data are used longer or for more than people were told", "legal", "unlikely", "complaints and orders to delete", "medium", "mitigate", "Deletion job by schedule and a yearly check of purposes", DANIEL, "treated", "low", "design", None, "records past their time, each month"),
    ]
    register = []
    for index, (rid, risk, kind, likelihood, impact, level, treatment, measure, owner, status, residual, how, limit, metric) in enumerate(rows):
        register.append({
            "id": rid, "risk": risk, "kind": kind, "likelihood": likelihood, "impact": impact, "level": level, "treatment": treatment, "measure": measure, "owner": owner, "status": status, "residual-level": residual,
            "reviewed-on": "2026-09-16", "priority": f"rank {index + 1} of {len(rows)} by impact and likelihood", "metric": metric, "measure-kind": how, "design-limit": limit,
        })
    table(
        f"{CREDIT}/risk/risk-register.csv", "risk-register", "Risk register of the credit score", "register", register, {
            "owner": HANNA, "open-high-risks": 0, "updated-on": "2026-09-16", "review-frequency": "P3M", "system-name": "Lakehead CreditScore",
            "method-description": "Likelihood in three steps from data of the last two years, impact in three steps by what it does to people first and to the firm second; the level is read from the table in annex A of the policy, and validation challenges each entry.",
            "identification": "Risks to health were looked for with debt advisers, risks to safety with operations, risks to fundamental rights with counsel and two borrower advocates, right by right. No way was found in which the score endangers life or limb, because it neither moves nor controls anything.",
            "scope": "The register holds risks that design, development or information of the score can lower. Left out are the general risk of lending, which Northgate carries in its own register, and the state of the economy, which no design of ours can change.",
            "tolerance": "No open risk rated high, no residual risk above medium, and no disparity of error rates above the declared limit for longer than two quarters.",
            "misuse": "Use for tenants, for prices or for staff, calls from other portals, feeding the score back as an input, and sending refusals without reading the file were considered as misuse that can be foreseen.",
            "vulnerable-groups": "Minors cannot apply and are not scored. Newcomers, young adults, people in debt counselling and people with little English or French were considered as vulnerable; for each group an entry says what the score may do to them and which measure answers it.",
            "unmeasured-risks": "Loss of trust among people who never apply, and discouragement of groups who expect refusal, cannot be measured from our records. Both are tracked through interviews with advocates twice a year and through the feedback page, and are reopened when either changes.",
            "post-market-data-used": "Decisions with outcome of the quarter raised R-001 from medium to high, the lost week of August opened R-012, and complaints that Northgate passed on sharpened the wording under R-013.",
            "interactions": "Privacy and bias testing pull apart, since fairness needs sex and age; both are therefore held in a separate store that training cannot read. Sending thin files to people lowers R-001 and raises the load that feeds R-010, so the weekly sample was doubled. Stricter input checks lower R-005 and send more newcomers to people, which is wanted.",
            "residual-risk": "What remains is medium at two places and low elsewhere. It is acceptable because a person decides on every refusal, the disparity for young applicants is watched and treated with a date, and the gain for applicants with thin but good files outweighs what remains.",
        }, counted="risks", version="2026-Q3", observed=QUARTER, by=HANNA, read=TOMASZ, ok=INGRID, on="2026-09-18", method="export")
    page(
        f"{CREDIT}/risk/impact-assessment.md", "impact-assessment", "Impact assessment of the credit score", {
            "completed-on": "2026-04-22",
            "scope": "Decisions on consumer loans of up to CAD 40,000 or EUR 25,000 at Northgate, every day of the year, about 50,000 applications a year.",
            "affected-groups": "Applicants and their households, guarantors, adjudicators, and people who do not apply because they expect refusal.",
            "harms": "Refusal of credit to people who would repay, most of all young adults and newcomers; distress; use of private transaction text; loss of the chance to contest; debt of people who should have been refused.",
            "benefits": "Faster answers, the same rule for all branches, credit for people with thin but good files, reasons that can be checked, and fewer loans that end in default for those who take them.",
            "likelihood-and-magnitude": "Wrong refusals touch about one in nine who would repay, for young adults one in four, with loss of some months of credit; wrong approvals one in four of those who default; gains in speed touch everyone, and a breach of text data is unlikely but grave.",
            "setting": "Consumer credit law of three provinces and of Estonia and Finland, human rights codes, the Union's rules on credit and on AI; offices and web of a credit union whose members expect to be known and to be heard by a person.",
            "assumptions": "It is assumed that members can reach a person in a branch or by phone, and that the lender keeps the thin-file rule; the assessment covers no other lender and no larger loans.",
            "oversight": "A person decides on each refusal, a supervisor reads samples, and the risk committee reads the figures.",
            "measures": "Thin files go to people, reasons are given in plain words, complaints reach a person within two days, and scoring stops when a limit is passed twice.",
            "vulnerable-groups": "No minors are scored. For newcomers, young adults, people in debt counselling and those with little English or French the file describes what may happen to them, who speaks for them in the yearly round, and which measure answers it.",
            "rights": "Equal treatment, private life, data protection, consumer protection and effective remedy.",
            "consulted": "Two borrower advocates, the settlement agency of Thunder Bay, four adjudicators, the privacy officer and counsel.",
        }, version="3.2", observed="2026-04-22/2026-10-01", by=HANNA, read=DANIEL, ok=INGRID, on="2026-04-28")
    page(
        f"{CREDIT}/risk/privacy-impact-assessment.md", "privacy-impact-assessment", "Privacy impact assessment of the credit score", {
            "completed-on": "2026-04-15",
            "processing": "Scoring of applications with form fields, bureau files and transaction text, and comparison of outcomes by sex and age band.",
            "necessity": "Lending without judging ability to repay is unlawful; each field was kept only where it improved accuracy by a measurable amount.",
            "risks": "Transaction text may show illness, belief or union membership; tokens could be joined with other data; people may not expect their statements to be read; a long retention widens any breach.",
            "measures": "Text is turned into numbers before storage, names are replaced by tokens whose key the lender holds, sex and age are kept in a separate store, access is reviewed, and everything past seven years is deleted.",
            "minimisation": "Of 203 fields 118 features remain; postal code, employer's name and free text of branch staff were dropped.",
            "sensitivity": "High for transaction text, medium for the rest.",
            "residual-risk": "Low for storage and medium for the inference of sensitive traits from text, watched by the yearly test.",
            "provider-information": "The assessment uses what the provider tells under instructions for use, sections on input data and logs, version 3.2.",
        }, version="3.2", observed="2026-04-15/2026-10-01", by=DANIEL, read=PRIYA, ok=CLAIRE, on="2026-04-20", classification="confidential")
    page(
        f"{CREDIT}/risk/security-assessment.md", "security-assessment", "Security assessment of the scoring service", {
            "assessed-on": "2026-06-05", "assessor": "Tamarack Security", "independent": True, "open-critical-findings": 0, "open-high-findings": 0,
            "scope": "Scoring interface, adjudication desk, feature pipeline, model artefacts, cloud accounts and the text encoder.",
            "threats": "Poisoning of training data through forged applications, evasion by adversarial inputs at the edge of bands, extraction of the model by many calls, inference of training records, stolen tokens, and compromise of a supplier.",
            "measures": "Source checks before training, monotone constraints that blunt evasion, limits on calls and coarse scores against extraction, signed artefacts, separate accounts, short-lived tokens, encrypted storage, alarms on unusual use, and a yearly test of all of these.",
            "method-description": "Six weeks of tests with and without knowledge of the code, after the OWASP guide for machine learning and by threat modelling with the team.",
        }, version="2026", observed="2026-06-05", by="Tamarack Security", read=PRIYA, ok=INGRID, on="2026-06-20", classification="confidential")
