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

ACCOUNT = "111122223333"
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
        path = f"{ASSISTANT}/logs/cloudtrail-2026-{month:02}.json.gz"
        write(path, data[:1024] if month == 9 else data)
        sidecar(path, "audit-log", f"CloudTrail of the assistant's account, 2026-{month:02}", by="AWS CloudTrail", method="export", facts={
            "retention": "P1Y", "tamper-protection": "Delivered with log file validation into a versioned bucket of the supplier's archive account, under an object lock of one year.",
        })


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
        }, sample={"population": 12620, "size": 4800, "selection": "random draw without replacement, stratified by week"}, method="export", format="predictions-csv",
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


def validation():
    page(
        f"{CREDIT}/validation/validation-plan-3.2.md", "validation-plan", "Validation plan for releases 3.2.x", {
            "fixed-on": "2026-08-10", "data-from": "2026-08-24",
            "scope": "Each release of the score from 3.2.1 on, before it goes live and each month after it.",
            "metrics": "Area under the curve for ranking, accuracy and calibration in each band for what adjudicators see, equalized odds and selection rates for fairness, stability index for drift; each was chosen because an error there changes what happens to a person.",
            "acceptance-criteria": "Accuracy at least 0.82, calibration within two points in each band, accuracy with two fields missing at least 0.80, no failed security test, and fairness figures reported to the risk committee.",
            "data-plan": "The test part was set aside by keyed hash before development; decisions with outcome are drawn anew each quarter, labels come from ledger and bureau, and nobody in development may read either.",
            "context": "Consumer loans at Northgate in five regions, decided by trained adjudicators at the desk with reasons shown, for applicants of all ages above 18 with and without long histories.",
            "retraining-plan": "Recalibration at most twice a year, by the recorded pipeline from recorded inputs.",
            "performance-evaluation": "Against the criteria and against the released version on the same data.",
            "update-procedure": "Notice to the deployer ten days ahead, staged release, return to the former version on alarm.",
            "independence": "Validation reports to the chief risk officer, has its own accounts and takes no part in development.",
            "protocols": [
                {"id": "VP-1", "modification": "PM-1 recalibration on newer data", "criteria": "calibration within two points, accuracy not lower than before", "fixed-on": "2026-08-10"}, {"id": "VP-2", "modification": "PM-2 moving band cut-offs", "criteria": "at most two points, selection rates within one point", "fixed-on": "2026-08-10"},
            ],
            "activities": [
                {"activity": "Review of requirements and data", "stage": "before", "frequency": "each release"}, {"activity": "Comparison of candidate models", "stage": "during", "frequency": "each training run"}, {"activity": "Trials with adjudicators", "stage": "before", "frequency": "each release"},
                {"activity": "Performance and drift reports", "stage": "after", "frequency": "monthly"}, {"activity": "Decisions with outcome", "stage": "after", "frequency": "quarterly"},
            ],
        }, version="3.2-1", observed="2026-08-10/2026-10-01", by=TOMASZ, read=PRIYA, ok=INGRID, on="2026-08-10")
    report = {
        "report": "VAL-2026-07", "subject": "credit-score 3.2.1-rc2", "validator": TOMASZ, "independent": True, "validated": "2026-08-28", "criteria_fixed": "2026-08-10", "data_from": "2026-08-24", "conclusion": "approved-with-conditions",
        "scope": "Recalibrated candidate 3.2.1-rc2: ranking, calibration, stability, missing fields, security of the artefact",
        "findings": "The candidate meets every criterion of the plan. Calibration in band C was one point off at first and was mended; thin files remain the weak place, and the condition is that they go to a person.",
        "open_findings": 1,
        "generalisability": "Results hold for the five regions and the loans tested; they say nothing about larger loans, other lenders, or an economy with unemployment above what the data of 2021 to 2026 saw.",
        "tevv": "The metrics ranked the three candidates as the adjudicators did. They missed the disparity for young applicants on the test set, where outcomes of the declined are rare; since then decisions with outcome are drawn each quarter, and the criteria will name a figure for fairness from 3.3 on.",
        "comparison": "Area under the curve 0.831 against 0.829 of 3.2.0 on the same data; calibration better in bands B and C.",
        "results": [
            {"criterion": "accuracy at least 0.82", "value": 0.853, "outcome": "passed", "change": "CHG-2026-118"}, {"criterion": "calibration within two points", "value": 0.014, "outcome": "passed", "change": "CHG-2026-118"},
            {"criterion": "accuracy with two fields missing at least 0.80", "value": 0.812, "outcome": "passed", "change": "CHG-2026-118"}, {"criterion": "artefact signature and scan", "value": 1, "outcome": "passed", "change": "CHG-2026-118"},
        ],
    }
    record(
        f"{CREDIT}/validation/validation-report-3.2.1.json", "validation-report", "Validation report of release 3.2.1", report, {
            "scope": "/scope", "validator": "/validator", "independent": "/independent", "validated-on": "/validated", "criteria-fixed-on": "/criteria_fixed", "data-from": "/data_from", "conclusion": "/conclusion", "findings": "/findings",
            "open-findings": "/open_findings", "generalisability": "/generalisability", "tevv-effectiveness": "/tevv", "comparison": "/comparison",
        }, {"results": {"rows": "/results/*", "columns": {"criterion": "/criterion", "value": "/value", "outcome": "/outcome", "change": "/change"}}},
        version="3.2.1", observed="2026-08-24/2026-08-29", by="Model Validation", read=PRIYA, ok=INGRID, on="2026-09-03", method="export")
    tests = [
        ("acceptance", "Acceptance and robustness tests of 3.2.1", {
            "tests": 412, "passed": 409, "failed": 0, "skipped": 3, "tested-on": "2026-08-27", "criteria-fixed-on": "2026-08-10", "signed-by": TOMASZ, "signed-on": "2026-08-28", "tester": "Model Validation", "independent": True, "system-version": "3.2.1",
            "scope": "Scoring, refusal of inputs, reasons, calibration and behaviour with missing, wrong and extreme fields",
            "criteria": "Accuracy at least 0.82; with two fields missing at least 0.80; no crash in 10,000 faulty inputs; reasons equal to recomputed contributions",
            "data-description": "27,000 applications of the test part, set aside by keyed hash before development, and 10,000 synthetic files with known faults in one to six fields.",
            "conclusions": "All criteria hold. Accuracy falls evenly with missing fields, so the refusal at more than four was confirmed as the right measure.",
            "fail-safe": "Beyond its limits the service answered with a refusal and its reason in every case; it never returned a score for a faulty file.",
            "tools": "Test runner 8.3, fault generator 1.2, comparison notebook 3.2.1", "topics": ["accuracy", "robustness", "safety", "privacy"],
            "participants": "None of these tests involved people; the trials with adjudicators are reported apart, with who took part and how they compare with those who use the desk.",
            "results": [
                {"name": "accuracy", "topic": "accuracy", "value": 0.853, "outcome": "passed"}, {"name": "two fields missing", "topic": "robustness", "value": 0.812, "outcome": "passed"}, {"name": "faulty inputs refused", "topic": "safety", "value": 1.0, "outcome": "passed"},
                {"name": "names found in stored features", "topic": "privacy", "value": 0, "outcome": "passed"}, {"name": "reasons recomputed", "topic": "transparency", "value": 1.0, "outcome": "passed"},
            ],
        }),
        ("security", "Security tests of 3.2.1", {
            "tests": 88, "passed": 88, "failed": 0, "skipped": 0, "tested-on": "2026-08-26", "criteria-fixed-on": "2026-06-05", "signed-by": PRIYA, "signed-on": "2026-08-27", "tester": "Tamarack Security", "independent": True, "system-version": "3.2.1",
            "scope": "Evasion, extraction, membership inference, poisoned training rows and stolen tokens against the candidate",
            "criteria": "No evasion with fewer than 3 changed fields; extraction below 0.6 agreement after 5,000 calls; no call accepted with a stolen token",
            "data-description": "Synthetic applications made for the attacks, and a copy of the training part with 1 per cent of poisoned rows.",
            "conclusions": "The limits of calls and the monotone constraints hold; no new measure is needed for this release, and the next test is due in June 2027.",
            "fail-safe": "Under load of attack the service slowed down and then refused calls, and went on serving the portal through its own queue.",
            "tools": "Attack library 1.18, own scripts for tokens", "topics": ["security", "robustness"],
            "participants": "None of these tests involved people; attacks were run by two testers of the outside firm against synthetic applications only.",
            "results": [
                {"name": "evasion", "topic": "security", "value": 0.02, "outcome": "passed"}, {"name": "extraction agreement", "topic": "security", "value": 0.41, "outcome": "passed"}, {"name": "membership inference", "topic": "privacy", "value": 0.52, "outcome": "passed"},
                {"name": "poisoned rows found", "topic": "security", "value": 0.97, "outcome": "passed"},
            ],
        }),
        ("oversight", "Trials of the adjudication desk with people", {
            "tests": 36, "passed": 36, "failed": 0, "skipped": 0, "tested-on": "2026-08-21", "criteria-fixed-on": "2026-08-10", "signed-by": HANNA, "signed-on": "2026-08-24", "tester": "Model Validation", "independent": True, "system-version": "3.2.1",
            "scope": "Whether adjudicators read files first, notice wrong scores, understand reasons, overrule and stop",
            "criteria": "At least 8 of 10 planted wrong scores overruled; reasons restated rightly in 9 of 10 cases; stop found within 30 seconds",
            "data-description": "Thirty-six files from the test part, of which ten carried a score that was made wrong on purpose.",
            "conclusions": "Hiding the band until the file is open raised overruled wrong scores from six to nine of ten, so this measure was kept and the wording of two reasons was changed.",
            "fail-safe": "When scoring was stopped in the trial, all open cases went to people with their files, and nobody could send a refusal from the stopped screen.",
            "tools": "Adjudication desk 5.4 in its training mode", "topics": ["oversight", "transparency"],
            "participants": "Nine adjudicators of Northgate with one to twelve years of practice, four of them women, and three borrowers who read reasons; they stand for the 31 people who use the desk.",
            "results": [
                {"name": "wrong scores overruled", "topic": "oversight", "value": 0.9, "outcome": "passed"}, {"name": "reasons restated", "topic": "transparency", "value": 0.94, "outcome": "passed"}, {"name": "stop found", "topic": "oversight", "value": 1.0, "outcome": "passed"},
            ],
        }),
    ]
    for name, title, facts in tests:
        page(f"{CREDIT}/validation/test-report-{name}-3.2.1.md", "test-report", title, facts, version="3.2.1", observed="2026-08-17/2026-08-29", by=facts["tester"], read=RAJIV, ok=INGRID, on="2026-08-31")


def monitoring():
    months = [("07", 0.851, 0.849, 0.829, 6120, 0.9994, 214, None), ("08", 0.847, 0.851, 0.827, 5980, 0.9991, 231, "the lost week of logs did not touch scores, which are kept by the portal as well"), ("09", 0.856, 0.847, 0.833, 6240, 0.9996, 209, "recalibration of 7 September")]
    for month, accuracy, before, auc, size, available, latency, why in months:
        data = {
            "report": f"PERF-2026-{month}", "model": "credit-score", "version": "3.2.1" if month == "09" else "3.2.0", "sample_size": size, "availability": available, "latency_p95_ms": latency,
            "metric_choice": "Accuracy tells how often the decision that followed the band was right, area under the curve how well applicants are ranked, and the Brier score how far probabilities can be believed. Harm lies in wrong refusals and wrong approvals, benefit in right ones; these figures count both, overall and by group.",
            "setting": "Decisions of the month whose outcome matured, financed here or elsewhere, scored by the version in use under the conditions of use, and compared with the bureau after twelve months.",
            "uncertainty": "Intervals of 95 per cent by resampling; the benchmark is the lender's scorecard of 2022, which reaches an accuracy of 0.79 on the same cases.",
            "robustness": "With two bureau fields missing accuracy fell by four points; faulty inputs were refused and none was scored in the month.",
            "changes": f"Accuracy {accuracy} after {before} the month before, area under the curve {auc}; {why or 'nothing changed in model or input'}. Young applicants remain the weakest group.",
            "experts": "Two senior adjudicators and the head of validation read fifty cases of the month: they agree with the ranking, and ask that thin files of young people be read first.",
            "conclusions": "Performance stays above the declared limits in every figure; the disparity for applicants under 26 is followed in the bias assessment of the quarter.",
            "metrics": [
                {"name": "accuracy", "value": accuracy, "lower": round(accuracy - 0.009, 3), "upper": round(accuracy + 0.009, 3), "previous": before, "slice": None, "dataset": f"matured decisions 2026-{month}"},
                {"name": "auc", "value": auc, "lower": round(auc - 0.011, 3), "upper": round(auc + 0.011, 3), "previous": round(auc - 0.002, 3), "slice": None, "dataset": f"matured decisions 2026-{month}"},
                {"name": "brier", "value": round(0.955 - accuracy, 3), "previous": round(0.955 - before, 3), "slice": None, "dataset": f"matured decisions 2026-{month}"},
            ] + [{"name": "auc", "value": round(auc + by, 3), "slice": group, "dataset": f"matured decisions 2026-{month}"} for group, by in [("sex=F", -0.002), ("sex=M", 0.002), ("age-band=18-25", -0.041), ("age-band=26-40", 0.001), ("age-band=41-60", 0.016), ("age-band=61+", 0.008)]],
        }
        columns = {name: f"/{name}" for name in ("name", "value", "slice", "dataset", "lower", "upper", "previous")}
        record(
            f"{CREDIT}/monitoring/performance-2026-{month}.json", "performance-report", f"Performance of the credit score, 2026-{month}", data, {
                "metric-choice": "/metric_choice", "evaluation-setting": "/setting", "sample-size": "/sample_size", "uncertainty": "/uncertainty", "robustness": "/robustness", "conclusions": "/conclusions", "latency-p95": "/latency_p95_ms",
                "availability": "/availability", "changes-since-last": "/changes", "expert-review": "/experts", "system-version": "/version",
            }, {"metrics": {"rows": "/metrics/*", "columns": columns}},
            version=f"2026-{month}", observed=f"2026-{month}", by="Monitoring service 2.4", read=TOMASZ, ok=HANNA, on=f"2026-{int(month) + 1:02}-05" if month != "09" else "2026-10-01", method="export", sample={"population": size, "size": size, "selection": "all matured decisions"})
    chance = Chance(SEED + 7)
    names = ["income", "debt-to-income", "months-in-job", "bureau-lines", "bureau-limit-use", "arrears-24m", "months-of-history", "loan-amount", "loan-term", "salary-regularity", "rent-share", "text-embedding-norm", "accounts-elsewhere", "score"]
    drift = [("2026-07", "2026-07", 0.071, 0, "Monitoring service 2.4", "No action was needed; the report was read by validation."), ("2026-08", "2026-08", 0.083, 0, "Monitoring service 2.4", "No action was needed; the report was read by validation."),
             ("2026-09", "2026-09", 0.094, 0, "Monitoring service 2.4", "No action was needed; the report was read by validation."), ("2026-09-rerun", "2026-09-14/2026-10-01", 0.274, 1, "Kamila Wozniak", "A ticket was opened; which of the two runs holds has not been settled yet.")]
    for name, observed, worst, drifted, by, action in drift:
        features = []
        for index, feature in enumerate(names):
            top = feature == ("salary-regularity" if drifted else "bureau-limit-use")
            score = worst if top else round(0.01 + chance.random() * 0.055, 3)
            features.append({"name": feature, "score": score, "method": "PSI, ten bins", "drifted": score > 0.2})
        data = {
            "run": f"drift-{name}", "reference": "training part of 3.2.1, applications of 2021 to 2025", "method": "Population stability index over ten bins of the reference; a feature has drifted above 0.2", "psi_max": worst, "drifted": drifted,
            "checked": len(names), "share_drifted": round(drifted / len(names), 3), "concept_drift": "Calibration of matured decisions stays within two points in each band, so no change of the relation was found.", "action": action, "features": features,
        }
        record(
            f"{CREDIT}/monitoring/drift-{name}.json", "drift-report", f"Drift of inputs and score, {name}", data, {
                "psi-max": "/psi_max", "drifted-features": "/drifted", "features-checked": "/checked", "share-drifted": "/share_drifted", "concept-drift": "/concept_drift", "reference-period": "/reference", "method-description": "/method", "action-taken": "/action",
            }, {"features": {"rows": "/features/*", "columns": {"name": "/name", "score": "/score", "method": "/method", "drifted": "/drifted"}}}, observed=observed, by=by, read=TOMASZ, ok=HANNA, method="export")
    page(
        f"{CREDIT}/monitoring/monitoring-plan.md", "monitoring-plan", "Monitoring plan of the credit score", {
            "system-name": "Lakehead CreditScore", "effective-from": "2026-05-18", "next-review": "2027-05-01", "frequency": "P1M", "responsible": AMARA, "metrics-reviewed-on": "2026-09-16",
            "metrics-watched": "Accuracy, area under the curve, calibration, stability index of 14 inputs, equalized odds by sex and age band, latency, availability, overrules and complaints.",
            "thresholds": "The declared limits of the system file; half a limit gives a warning, a limit passed gives an alarm to operations and validation.",
            "escalation": "Operations checks an alarm within the hour, validation judges within a day, the product owner decides on a measure, and the chief risk officer on a stop.",
            "data-collected": "Decision log, matured outcomes, bureau deliveries, drift runs, overrules with their reasons, and feedback of members and adjudicators, joined each night and analysed each month by validation.",
            "interaction": "The score meets the bureau feed and the text encoder; changes there are watched with it.",
            "user-feedback-channel": "A button at the desk for adjudicators, a page and a telephone line for members, both read by the product owner each week.",
            "deactivation-criteria": "Accuracy below 0.80 in two months, a limit passed twice in a row without a measure, or any sign of harm that nobody can explain.",
            "appeal-and-override": "Members ask for another look by a person who did not take part; adjudicators overrule with a reason at the desk.",
            "pre-trained-models": "The text encoder stays frozen; drift of its outputs is reported each month, its maker's notices are read weekly, and a new version passes the release gate like a model of our own.",
            "metrics-review": "Errors by group were missed by accuracy alone, and advocates told of newcomers who gave up early. Equalized odds by age band became a metric of its own with a limit, early abandonment is counted from October, and overrules stay because they caught what others did not.",
            "proportionality": "The plan watches each month because some fifty thousand people are scored a year and a wrong refusal is hard to mend, and it uses the existing night jobs instead of people where figures suffice; what touches rights is read by a person.",
            "instructions-followed": "Operations checks each quarter that use follows the instructions of version 3.2.1.",
            "provider-feedback": "What operators see of risks and faults goes to development each week, with the log and the case numbers.",
        }, version="3.2", observed="2026-05-18/2026-10-01", by=AMARA, read=TOMASZ, ok=INGRID, on="2026-05-12")
    page(
        f"{CREDIT}/monitoring/user-feedback-2026-Q3.md", "user-feedback", "Feedback of members and adjudicators, third quarter 2026", {
            "reports": 143, "affected-people-heard": True,
            "channel": "Button at the desk, web page and telephone line for members, and two evenings in branches.",
            "themes": "Reasons are clear but short history feels unfair to the young; newcomers do not know that foreign files count; adjudicators want rent to count.",
            "actions": "Thin files of applicants under 26 go to a person since 28 September, the page now says that foreign files count, and a rent feature is in development.",
        }, version="2026-Q3", by=HANNA, read=LOUISE, ok=AMARA, on="2026-09-30")
    page(
        f"{CREDIT}/monitoring/engagement-2026.md", "engagement-record", "Round table on the score and its instructions, June 2026", {
            "held-on": "2026-06-11", "external": True, "topic": "Effects of refusals on newcomers and young adults, and whether the instructions for use and the reasons are understood",
            "participants": "Two borrower advocates, the settlement agency of Thunder Bay, three members, four adjudicators of Northgate, and a credit economist of Superior College.",
            "method-description": "Half a day in mixed groups across disciplines with real but altered files, led by somebody outside the team.",
            "expertise": "Law, social work, lending, statistics, design and the experience of having been refused.",
            "feedback": "People who were refused want to know what would change the answer; short histories of the young are read as a fault; the instructions bury the thin-file rule on page nine.",
            "result": "The thin-file rule moved to the first page of the instructions, reasons say what would have to change, and the rent feature was put on the plan.",
        }, version="2026-1", observed="2026-06-11", by=HANNA, read=DANIEL, ok=INGRID, on="2026-06-24")


def oversight(reviewed, overruled):
    week = 26
    page(
        f"{CREDIT}/oversight/human-oversight-2026-Q3.md", "human-oversight-record", "Human oversight of the credit score, third quarter 2026", {
            "decisions-reviewed": reviewed + week, "decisions-overridden": overruled + 3, "stops": 0,
            "measures": "Band hidden until the file is open, a name on each refusal, thin files to a person, weekly sample of agreements by a supervisor, alarms to operations, and one switch that stops scoring.",
            "oversight-persons": "Thirty-one adjudicators and four supervisors of Northgate, trained, tested and free to overrule, and the operators on duty.",
            "competence": "Two years of consumer lending, the six-hour course on the score, a passed test, and for supervisors the course on error rates by group.",
            "intervention-means": "Any adjudicator overrules with one click and a reason and sends the case on as a person's own decision; supervisors send back whole batches; the operator on duty stops scoring at the console, and the product owner alone restarts it.",
            "interpretation-aids": "Four reasons with values, what would have to change, a range around the score, and a mark for thin files and for values outside training.",
            "automation-bias": "The band is hidden until the file is open, ten planted wrong scores a month show who still looks, results are discussed without blame, and nobody is measured by agreement.",
            "monitoring-means": "Screens of operations show alarms, refusals of input, overrules by hour and by region, and drift; supervisors see each adjudicator's reading time and sample, so that anomalies and malfunctions are seen the same day.",
            "assessment": "From the register, R-001, R-002 and R-010 call for a person at each refusal who is able and willing to disagree. Trials showed that this works only when people read first and have eight minutes. Technical aids were chosen for reading the output, organisational ones for time and authority, and a stop for faults that touch many cases at once.",
            "support": "Northgate gives eight minutes for each refusal, a colleague to ask, and leave from targets in the first two months.",
            "persons": [
                {"name": LOUISE, "competence": "director of lending, fifteen years of practice", "training": "course on the score and on error rates", "trained-on": "2026-05-06", "authority": "may stop use at Northgate at once"},
                {"name": "Marcus Bell", "competence": "head of adjudication, nine years of practice", "training": "course on the score and on error rates", "trained-on": "2026-05-06", "authority": "may overrule and send back batches"},
                {"name": AMARA, "competence": "head of operations, engineer of eleven years", "training": "course on alarms and stopping", "trained-on": "2026-04-21", "authority": "may stop scoring for everyone"},
            ],
            "measures-listed": [
                {"measure": "band hidden until the file is open", "answers-risk": "R-010", "placed-with": "provider", "reason": "people who see the band first read less", "fixed-on": "2026-04-30"}, {"measure": "four exact reasons", "answers-risk": "R-002", "placed-with": "provider", "reason": "a person can contest only what is said", "fixed-on": "2026-04-30"},
                {"measure": "thin files to a person", "answers-risk": "R-001", "placed-with": "deployer", "reason": "only the lender can ask the applicant for more", "fixed-on": "2026-08-26"}, {"measure": "weekly sample of agreements", "answers-risk": "R-010", "placed-with": "deployer", "reason": "supervisors of the lender know the files best", "fixed-on": "2026-04-30"},
            ],
        }, intro=f"Counts come from the adjudication desk's own database. The review logs hold {reviewed} of the reviews; the other {week} fall in the week of 10 August, for which the log archive holds nothing.",
        version="2026-Q3", by=LOUISE, read=TOMASZ, ok=INGRID, on="2026-09-30")
    page(
        f"{CREDIT}/oversight/notice-to-applicants.md", "public-notice", "Notice to applicants", {
            "audience": "Everyone who applies for a consumer loan at Northgate", "published-on": "2026-05-18", "ai-disclosed": True, "accessible": True, "contact": "members@northgate.example, 807 555 0190",
            "place": "On the application page before the first question, and in branches on paper",
            "text": "An AI system estimates how likely it is that you repay. It may be wrong, most of all when your credit history is short. A person reads every file before it is refused, tells you the main reasons, and looks again if you ask.",
            "rights": "To know the main reasons, to have the file looked at again by another person, to correct data, and to complain to the privacy commissioner or the data protection authority.",
            "purposes": "To judge whether a loan can be repaid.",
            "notices": [{
                "id": "N-1", "kind": "affected-people", "text": "We use a high-risk AI system to help decide on your application. A person decides on every refusal, tells you the main reasons and explains what the system contributed.", "audience": "applicants",
                "shown-at": "application page, before the first question", "told-on": "2026-05-18", "used-from": "2026-05-18", "ai-disclosed": True, "at-first-contact": True, "accessible": True, "contact": "members@northgate.example",
            }],
        }, version="2", observed="2026-05-18/2026-10-01", by=LOUISE, read=DANIEL, ok=CLAIRE, on="2026-05-12", classification="public")


def operations():
    changes = []
    for number, day, what, why, kind, before, after, tested, approved, substantial_words in [
        ("CHG-2026-097", "2026-07-09", "Bureau file parser accepts the new code for disputed lines", "Maple Credit Data announced the code for 1 July", "software", "2.7.9", "2.8.0", "2026-07-06", "2026-07-07", None),
        ("CHG-2026-103", "2026-07-23", "Reasons on the desk say what would have to change", "Borrowers asked for it at the round table in June", "software", "5.3", "5.4", "2026-07-20", "2026-07-21", "EN-2026-1"),
        ("CHG-2026-111", "2026-08-18", "Key policy of the log archive put back, alarm on missing deliveries added", "The archive refused deliveries for a week after a key policy change", "process", "2026-08-09", "2026-08-17", "2026-08-17", "2026-08-17", None),
        ("CHG-2026-118", "2026-09-07", "Recalibration of the score on data up to June 2026", "Planned recalibration; calibration in band C had moved by a point", "model", "3.2.0", "3.2.1", "2026-08-28", "2026-09-03", None),
        ("CHG-2026-124", "2026-09-28", "Thin files of applicants under 26 go to a person when band C or D", "Error rates for young applicants passed the declared limit", "process", "desk rules 11", "desk rules 12", "2026-09-25", "2026-09-26", "UF-2026-Q3"),
    ]:
        model = kind == "model"
        changes.append({
            "id": number, "what": what, "why": why, "kind": kind, "from-version": before, "to-version": after, "modification": "PM-1" if model else None, "protocol": "VP-1" if model else None, "requested-by": RAJIV if kind != "process" else AMARA,
            "approved-by": INGRID if model else HANNA, "approved-on": approved, "criteria-fixed-on": "2026-08-10" if model else "2026-07-01", "data-from": "2026-08-24" if model else None, "tested-on": tested, "test-result": "passed", "released-on": day,
            "rollback-plan": "Return to the former version with one switch", "users-informed-on": "2026-08-27" if model else day, "substantial": False, "answers-feedback": substantial_words, "trigger": "calendar" if model else "complaint" if substantial_words else "observed fault",
        })
    table(f"{CREDIT}/operations/changes-2026-Q3.csv", "change-record", "Change register, third quarter 2026", "register", changes, {
        "change-description": "Five changes went live in the quarter; each was tested, approved by somebody other than the one who asked, and told to Northgate.", "impact": "Accuracy rose by half a point; refusals of young applicants with thin files are read by a person.", "substantial": False,
    }, counted="changes", version="2026-Q3", observed=QUARTER, by="Change desk", read=AMARA, ok=HANNA, on="2026-09-30", method="export")
    incidents = []
    for number, title, severity, kind, occurred, aware, closed, people, response, cause, action, owner, risk in [
        ("INC-2026-028", "Scores delayed for 40 minutes", "medium", "performance", "2026-07-14", "2026-07-14", "2026-07-16", 0, "PT12M", "A feature job ran twice and filled the queue", "Jobs take a lock before they start", AMARA, None),
        ("INC-2026-031", "Log archive refused all deliveries for a week", "high", "malfunction", "2026-08-10", "2026-08-17", "2026-08-20", 0, "PT9M", "A key policy change on 9 August took the archive's right to encrypt", "Policy put back, alarm on missing deliveries, second archive ordered", AMARA, "R-012"),
        ("INC-2026-033", "Bureau files of one branch read as empty", "high", "malfunction", "2026-08-21", "2026-08-21", "2026-08-28", 23, "PT18M", "A renamed column was taken as missing by the parser", "Parser checks names, 23 applicants were assessed anew by a person", RAJIV, None),
        ("INC-2026-036", "An analyst asked for raw applications without need", "low", "security", "2026-09-02", "2026-09-03", "2026-09-08", 0, "PT55M", "A notebook pointed to the raw folder by mistake", "Access was denied as designed, the notebook was corrected", PRIYA, None),
        ("INC-2026-038", "Unrecorded file read by a feature run", "medium", "misuse", "2026-08-20", "2026-09-24", None, 0, "PT3H", "An analyst's file was read by one run, origin still under inquiry", "Run is being repeated without the file, scratch folder closed", RAJIV, None),
    ]:
        incidents.append({
            "id": number, "title": title, "severity": severity, "serious": False, "kind": kind, "harm": "none", "occurred-on": occurred, "aware-on": aware, "individuals-notified-on": "2026-08-26" if people else None, "deployers-informed-on": aware, "closed-on": closed,
            "individuals-affected": people, "cause": cause, "corrective-action": action, "owner": owner, "new-risk": risk, "response-time": response, "record-kept-until": "2036-10-01", "real-risk": False, "presents-risk": False, "non-conformity": False,
            "decision": "Not serious in the sense of Article 3(49): no harm to health, property or rights followed",
        })
    table(f"{CREDIT}/operations/incidents-2026-Q3.csv", "incident-record", "Incident register, third quarter 2026", "register", incidents, {
        "open-incidents": 1, "deviations": 0, "guidance-used": "The Commission's draft guidance on serious incidents of September 2025.",
        "process": "Whoever sees an incident records it; operations answers within the service level, compliance judges the same day whether it is serious, causes are searched for each one, risks that nobody foresaw are entered in the register, and what was learned is told each month.",
    }, counted="incidents", version="2026-Q3", observed=QUARTER, by="Service desk", read=CLAIRE, ok=INGRID, on="2026-09-30", method="export")
    page(
        f"{CREDIT}/operations/release-decision-3.2.1.md", "approval-record", "Decision on release 3.2.1", {
            "subject": "Release of Lakehead CreditScore 3.2.1", "decision": "approved-with-conditions", "decided-on": "2026-09-03", "decided-by": INGRID, "decider-role": "Chief risk officer", "requested-by": HANNA, "independent": True,
            "conditions": "Thin files of applicants under 26 go to a person by the end of September.",
            "rationale": "The candidate meets the criteria of the plan and is better calibrated than the version in use; the disparity for young applicants is no worse than before, known to the committee, and met by a measure with a date.",
            "residual-risk-accepted": "Medium residual risk of unequal error rates for young applicants, for two quarters and with a person reading thin files.",
            "alternatives": "Keeping 3.2.0, the lender's scorecard of 2022 without AI, and manual adjudication of every file were weighed; the scorecard errs more often in all groups, and manual work alone would take eleven days.",
        }, version="3.2.1", observed="2026-09-03", by=HANNA, read=TOMASZ, ok=INGRID, on="2026-09-03")
    page(
        f"{CREDIT}/operations/retention.md", "retention-record", "Retention of the records of the credit score", {
            "scope": "All records of Lakehead CreditScore, all versions.", "retention": "P10Y", "kept-until": "2036-09-07", "disposals": 18240,
            "legal-basis": "Regulation (EU) 2024/1689, Articles 18, 19 and 26, and the retention schedule of the firm",
            "storage": "Separate archive account in Canada with a copy in Finland, encrypted, under object lock, readable by compliance alone.",
            "holder": "Compliance; if the firm ceases to exist or becomes insolvent, the archive passes to the authorised representative under escrow until the end of the period.",
            "classes": [
                {"class": "Technical documentation", "retention": "P10Y", "basis": "Article 18(1)(a) of the Regulation", "counted-from": "2026-09-07", "kept-until": "2036-09-07", "place": "archive account, file LCS-3.2.1"}, {"class": "Quality management system", "retention": "P10Y", "basis": "Article 18(1)(b) of the Regulation", "counted-from": "2026-09-07", "kept-until": "2036-09-07", "place": "archive account, folder quality manual"},
                {"class": "EU declaration of conformity", "retention": "P10Y", "basis": "Articles 18(1)(e) and 47(1)", "counted-from": "2026-09-07", "kept-until": "2036-09-07", "place": "archive account, file LCS-3.2.1"}, {"class": "Logs of use", "retention": "P2Y", "basis": "Articles 19 and 26(6) of the Regulation", "place": "log archive account, one bucket each"},
                {"class": "Incident and change registers", "retention": "P10Y", "basis": "Retention schedule, line 14", "counted-from": "2026-09-07", "kept-until": "2036-09-07", "place": "archive account, folder operations"},
            ],
            "disposal-runs": [{"class": "Logs of use", "newest-record": "2024-06-30", "disposed-on": "2026-07-03", "basis": "two years have passed"}],
        }, version="2026-07", observed=QUARTER, by="Records office", read=DANIEL, ok=CLAIRE, on="2026-07-06")
    rows = [("availability", 0.995, 0.9994), ("scores within one second", 0.99, 0.9971), ("incidents answered in time", 0.95, 1.0), ("refusals with reasons", 1.0, 1.0)]
    for month, shift in (("07", 0.0), ("08", -0.0004), ("09", 0.0001)):
        body = "\n".join(f'    <target name="{escape(n)}"><promised>{p}</promised><delivered>{min(1.0, round(d + shift, 4))}</delivered><met>true</met></target>' for n, p, d in rows)
        path = f"{CREDIT}/operations/service-levels-2026-{month}.xml"
        write(path, f'<?xml version="1.0" encoding="UTF-8"?>\n<serviceReport month="2026-{month}" customer="Northgate Credit Union">\n  <availability>{round(0.9994 + shift, 4)}</availability>\n  <targets>\n{body}\n  </targets>\n</serviceReport>\n')
        sidecar(
            path, "sla-report", f"Service levels for Northgate Credit Union, 2026-{month}", version=f"2026-{month}", observed=f"2026-{month}", by="Service desk", read=AMARA, ok=HANNA, method="export",
            mapping={
                "format": "xml", "facts": {"availability": "/serviceReport/availability", "customer": "/serviceReport/@customer", "breaches": "count(//target[met='false'])"},
                "tables": {"targets": {"rows": "//target", "columns": {"name": "@name", "promised": "promised", "delivered": "delivered", "met": "met"}}},
            })
    page(
        f"{CREDIT}/operations/service-agreement-northgate.md", "contract", "Service agreement with Northgate Credit Union", {
            "parties": "Lakehead AI Services and Northgate Credit Union", "signed-on": "2025-11-03", "ends-on": "2028-10-31", "scope": "Scoring of consumer loan applications and the member support assistant, monitored and reported each month.",
            "responsibilities": "Lakehead builds, runs and watches the systems; Northgate decides on credit, names adjudicators and hears members.",
            "data-terms": "Northgate stays in control of members' data; Lakehead uses them for the service and for recalibration of the score alone.",
            "audit-rights": "Northgate and its auditors may see all records of the service at any time.",
            "incident-terms": "Incidents are told within four hours and explained in writing within five working days.",
            "ip-terms": "Models belong to Lakehead, data and decisions to Northgate, and reasons may be used by both.",
            "exit-terms": "Six months of help and return of all data in open formats.",
        }, version="2", observed="2025-11-03/2026-10-01", by="Procurement", read=DANIEL, ok=INGRID, on="2025-11-03", classification="confidential")
    page(
        f"{CREDIT}/operations/eu-database-entry.md", "registration-record", "Entry in the EU database", {
            "register": "EU database for high-risk AI systems", "status": "pending", "registrant": "Kestrel Compliance Europe B.V.", "information-complete": True, "annex": "Annex VIII, Section A",
            "entries": [{"system": "Lakehead CreditScore", "section": "A", "register": "EU database for high-risk AI systems", "registrant": "Kestrel Compliance Europe B.V.", "status": "pending", "information-complete": True, "checked-on": "2026-09-21"}],
        }, version="1", observed="2026-09-21", by=CLAIRE, read=DANIEL, ok=INGRID, on="2026-09-21")


# ----------------------------------------------------------------------------------------------- records of the assistant


def assistant():
    write(f"{ASSISTANT}/model/README.md", textwrap.dedent('''\
        ---
        license: other
        license_name: anders-commercial
        language:
        - en
        - fr
        pipeline_tag: text-generation
        base_model: anders-models/anders-large-2
        tags:
        - support
        - retrieval
        ---

        # Member support assistant 2.4

        ## Model Details

        A bought language model answers questions of members from Northgate's help articles, which are found by search in an index, and drafts
        where a hardship request should go. Staff read every draft that concerns hardship.

        - **Model version:** 2.4

        ## Uses

        ### Direct Use

        Questions of members of Northgate about accounts, cards and opening hours, and routing of hardship requests to the right team, in English
        and French, at the web page and in the mobile application.

        ### Out-of-Scope Use

        Advice on law, tax or investments, decisions on credit, and any question of members of other institutions are out of scope.

        ## Users

        Members of Northgate and the staff of its support desk.

        ## Bias, Risks, and Limitations

        The assistant may state what no article says, reads slang less well in French, and does not know what happened after the index was built.
        Long questions with several topics are routed less well. It cannot see accounts.

        ## Training Data

        The supplier trained the model on licensed and public text up to 2025 and gives a summary of it; Lakehead trains nothing.

        ## Evaluation

        Of 400 sampled answers of the second quarter 94 per cent were right and 3 per cent were harmless but wrong, by two readers.

        ## Model Card Contact

        assistant@lakehead.example
        '''))
    sidecar(f"{ASSISTANT}/model/README.md", "model-card", "Model card of the support assistant", "2.4", "2026-06-17/2026-10-01", ELISE, TOMASZ, INGRID, "2026-06-17")
    page(
        f"{ASSISTANT}/risk/risk-register.md", "risk-register", "Risk register of the support assistant", {
            "owner": ELISE, "risks": 5, "open-high-risks": 0, "updated-on": "2026-09-16", "review-frequency": "P3M", "system-name": "Member support assistant",
            "method-description": "Likelihood and impact in three steps each; the level is read from the table in annex A of the policy, and validation challenges each entry before release.",
            "tolerance": "No open risk rated high, and no answer on law, tax or investment.",
            "misuse": "Attempts to make the assistant give away other members' data, to make it abuse others, or to use it as a free writing tool were considered.",
            "post-market-data-used": "Weekly samples of answers and complaints of members led to the new French articles and to the rule that hardship drafts are read by staff.",
            "residual-risk": "What remains is low or medium, acceptable because people read what matters and members can always reach a person.",
            "register": [
                {"id": "A-001", "risk": "The assistant states something that no article says", "kind": "robustness", "likelihood": "likely", "impact": "wrong steps by members", "level": "medium", "treatment": "mitigate", "measure": "Answers only from articles, with the article shown beside", "owner": ELISE, "status": "treated", "residual-level": "low", "reviewed-on": "2026-09-16", "priority": "rank 2 of 5 by impact"},
                {"id": "A-002", "risk": "Hardship requests in French are routed to the wrong team more often", "kind": "bias", "likelihood": "possible", "impact": "late help for people", "level": "medium", "treatment": "mitigate", "measure": "Staff read each hardship draft before it is sent on", "owner": ELISE, "status": "treated", "residual-level": "medium", "reviewed-on": "2026-09-16", "priority": "rank 1 of 5 by impact"},
                {"id": "A-003", "risk": "Members write personal data that reach the supplier of the model", "kind": "privacy", "likelihood": "likely", "impact": "disclosure to a supplier", "level": "medium", "treatment": "mitigate", "measure": "Numbers and names are masked before the call", "owner": DANIEL, "status": "treated", "residual-level": "low", "reviewed-on": "2026-09-16", "priority": "rank 3 of 5 by impact"},
                {"id": "A-004", "risk": "The supplier changes the model without enough notice", "kind": "third-party", "likelihood": "possible", "impact": "answers change overnight", "level": "medium", "treatment": "mitigate", "measure": "Version is pinned and tested before each move", "owner": AMARA, "status": "treated", "residual-level": "low", "reviewed-on": "2026-09-16", "priority": "rank 4 of 5 by impact"},
                {"id": "A-005", "risk": "Members do not notice that they talk to a machine", "kind": "transparency", "likelihood": "unlikely", "impact": "loss of trust", "level": "low", "treatment": "mitigate", "measure": "Notice at the first message and a way to a person", "owner": ELISE, "status": "treated", "residual-level": "low", "reviewed-on": "2026-09-16", "priority": "rank 5 of 5 by impact"},
            ],
        }, version="2026-Q3", by=ELISE, read=TOMASZ, ok=INGRID, on="2026-09-18")
    page(
        f"{ASSISTANT}/operations/notice-to-members.md", "public-notice", "Notice at the start of a conversation", {
            "audience": "Members who write to the assistant", "published-on": "2026-06-22", "ai-disclosed": True, "accessible": True, "contact": "members@northgate.example", "place": "Above the first message, on the web page and in the application",
            "text": "You are writing with an AI system. It answers from our help articles and can be wrong, above all on several questions at once. Write 'person' at any time and one of us takes over.",
            "notices": [{"id": "N-2", "kind": "interaction", "text": "You are writing with an AI system, not with a person.", "audience": "members", "shown-at": "above the first message", "told-on": "2026-06-22", "ai-disclosed": True, "at-first-contact": True, "accessible": True, "contact": "members@northgate.example"}],
        }, version="2", observed="2026-06-22/2026-10-01", by=ELISE, read=DANIEL, ok=CLAIRE, on="2026-06-19", classification="public")
    page(
        f"{ASSISTANT}/operations/feedback-2026-Q3.md", "user-feedback", "Feedback on the assistant, third quarter 2026", {
            "reports": 212, "affected-people-heard": True, "channel": "Thumbs under each answer, a free text field and the telephone line.",
            "themes": "Quick answers are liked; several questions in one message confuse it; some French wording is stiff.", "actions": "Messages with several questions are split and answered one by one since 2 September.",
        }, version="2026-Q3", by=ELISE, read=LOUISE, ok=AMARA, on="2026-09-30")
    page(
        f"{ASSISTANT}/operations/privacy-impact-assessment.md", "privacy-impact-assessment", "Privacy impact assessment of the assistant", {
            "completed-on": "2026-06-12", "processing": "Messages of members, masked, are sent to the supplier's model; transcripts are kept for ninety days.",
            "necessity": "Answers in the evening would otherwise need a second shift; nothing but the masked message leaves the firm.",
            "risks": "Members may write about health or money troubles in free words that masking does not find; the supplier may keep messages; staff may read more than they need; transcripts may leak.",
            "measures": "Masking before the call, no keeping of messages at the supplier by contract, role-based access, and deletion after ninety days by a recorded job.",
            "minimisation": "Account data are never joined with messages, and the index holds articles only.", "residual-risk": "Low, apart from free words about health that masking misses, which is medium.",
        }, version="2.4", observed="2026-06-12/2026-10-01", by=DANIEL, read=PRIYA, ok=CLAIRE, on="2026-06-15", classification="confidential")
    page(
        f"{ASSISTANT}/operations/monitoring-plan.md", "monitoring-plan", "Monitoring plan of the assistant", {
            "system-name": "Member support assistant", "effective-from": "2026-06-22", "next-review": "2026-12-10", "frequency": "P7D", "responsible": ELISE, "metrics-reviewed-on": "2026-09-16",
            "metrics-watched": "Share of right answers in a weekly sample of fifty, share routed to the right team, drift of topics, complaints, and calls for a person.",
            "thresholds": "Fewer than 46 right answers of 50, or a drift of topics above the declared limit, gives an alarm to the product owner.",
            "escalation": "The product owner reads the sample within two days, takes articles out or stops a topic, and tells the head of operations and Northgate.",
            "data-collected": "Masked transcripts, call logs of the model, thumbs and comments of members, and routing results.",
            "user-feedback-channel": "Thumbs under each answer, a free text field, and the telephone line of the support desk.",
            "deactivation-criteria": "Two alarms in a row, or one answer that harmed somebody, until the cause is mended.",
            "appeal-and-override": "Members write 'person' at any time; staff change or discard any draft.",
            "pre-trained-models": "The supplier's model is pinned to a version, its notices are read weekly, and two hundred fixed questions are asked again before each move to a newer one.",
            "metrics-review": "The sample missed questions with several topics, which members told of in comments; since July ten of the fifty sampled messages are chosen among long ones.",
        }, version="2.4", observed="2026-06-22/2026-10-01", by=ELISE, read=AMARA, ok=INGRID, on="2026-06-17")
    page(
        f"{ASSISTANT}/operations/human-oversight-2026-Q3.md", "human-oversight-record", "Human oversight of the assistant, third quarter 2026", {
            "decisions-reviewed": 318, "decisions-overridden": 27, "stops": 1,
            "measures": "Staff read every draft that concerns hardship before it goes on, and the product owner reads a sample of fifty answers a week.",
            "oversight-persons": "Six people of the support desk in two shifts, and the product owner with her deputy.",
            "competence": "A day's course on the assistant, a test on twenty drafts, and practice of at least one year at the support desk.",
            "intervention-means": "Any of the six may change or discard a draft and take a conversation over; the product owner may stop a topic or the whole assistant.",
            "automation-bias": "Two wrong drafts a day are planted, and who lets them pass is spoken with the same week.",
            "assessment": "Hardship is the only place where a wrong draft can hurt, so people read there, and samples suffice elsewhere.",
        }, version="2026-Q3", by=ELISE, read=TOMASZ, ok=INGRID, on="2026-09-30")
    page(
        f"{ASSISTANT}/operations/release-decision-2.4.md", "approval-record", "Decision on release 2.4 of the assistant", {
            "subject": "Release of member support assistant 2.4", "decision": "approved", "decided-on": "2026-06-17", "decided-by": INGRID, "decider-role": "Chief risk officer", "requested-by": ELISE,
            "rationale": "Answers were right in 94 of 100 cases, drafts that concern hardship are read by staff, members are told of the machine at once and can reach a person, and the supplier keeps no messages.",
            "residual-risk-accepted": "Medium residual risk that French hardship requests wait longer, until the next fairness assessment.",
            "alternatives": "A second evening shift at the support desk and a plain search over the articles were weighed; the shift could not be staffed, and search alone was used by few.",
        }, version="2.4", observed="2026-06-17", by=ELISE, read=TOMASZ, ok=INGRID, on="2026-06-17")
    page(
        f"{ASSISTANT}/operations/test-report-2.4.md", "test-report", "Tests of the assistant 2.4", {
            "tests": 640, "passed": 640, "failed": 0, "skipped": 0, "tested-on": "2026-06-10", "criteria-fixed-on": "2026-05-28", "signed-by": TOMASZ, "signed-on": "2026-06-12", "tester": "Model Validation", "independent": True, "system-version": "2.4",
            "scope": "Right answers, routing, refusal of topics out of scope, masking of personal data, notice, and answers in both languages",
            "criteria": "At least 93 of 100 answers right, no masked item let through in 200 tries, difference between languages at most 5 points",
            "data-description": "Two hundred fixed questions in each language, 140 attempts to break the rules and 100 messages with invented personal data.",
            "conclusions": "All criteria hold; questions with several topics are the weak place and are now watched apart.",
            "fail-safe": "When the index or the model did not answer, the assistant said so and offered a person in every one of thirty tries.",
            "tools": "Question runner 3.1, own scripts for masking", "topics": ["accuracy", "privacy", "security", "safety", "transparency", "bias"],
            "results": [
                {"name": "right answers", "topic": "accuracy", "value": 0.94, "outcome": "passed"}, {"name": "masking", "topic": "privacy", "value": 1.0, "outcome": "passed"}, {"name": "attempts to break rules", "topic": "security", "value": 0.99, "outcome": "passed"},
                {"name": "harmful advice", "topic": "safety", "value": 0, "outcome": "passed"}, {"name": "notice shown", "topic": "transparency", "value": 1.0, "outcome": "passed"}, {"name": "difference between languages", "topic": "bias", "value": 0.03, "outcome": "passed"},
                {"name": "no answer from the model", "topic": "robustness", "value": 1.0, "outcome": "passed"},
            ],
        }, version="2.4", observed="2026-06-10", by="Model Validation", read=ELISE, ok=INGRID, on="2026-06-15")
    for month, worst in (("07", 0.061), ("08", 0.087), ("09", 0.104)):
        topics = [("accounts", 0.02), ("cards", 0.031), ("loans", 0.044), ("hardship", worst), ("branches", 0.018), ("other", 0.036)]
        data = {
            "run": f"topics-2026-{month}", "reference": "questions of members in April to June 2026", "method": "Population stability index over the topics of all questions, and over their length", "psi_max": worst, "drifted": 0, "checked": len(topics), "share_drifted": 0,
            "concept_drift": "Routing stays right in the weekly samples, so no change of meaning was found.", "action": "No action was needed; the figures were read by the product owner.",
            "topics": [{"name": name, "score": score, "method": "PSI", "drifted": False} for name, score in topics],
        }
        record(
            f"{ASSISTANT}/operations/drift-2026-{month}.json", "drift-report", f"Drift of members' questions, 2026-{month}", data, {
                "psi-max": "/psi_max", "drifted-features": "/drifted", "features-checked": "/checked", "share-drifted": "/share_drifted", "concept-drift": "/concept_drift", "reference-period": "/reference", "method-description": "/method", "action-taken": "/action",
            }, {"features": {"rows": "/topics/*", "columns": {"name": "/name", "score": "/score", "method": "/method", "drifted": "/drifted"}}}, observed=f"2026-{month}", by="Monitoring service 2.4", read=TOMASZ, ok=ELISE, method="export")
    for month, right, before in (("07", 0.935, 0.94), ("08", 0.93, 0.935), ("09", 0.945, 0.93)):
        data = {
            "report": f"SAMPLE-2026-{month}", "sample": 217, "availability": 0.9982, "metric_choice": "The share of right answers and of messages routed to the right team is what members depend on; both are judged by readers because no label comes by itself.",
            "setting": "A random sample of the month's conversations in both languages, read by two people of the support desk under the conditions of use, who did not write the articles.",
            "uncertainty": "Three points each way at 95 per cent; the benchmark is search over the same articles, with 71 of 100 questions answered.", "robustness": "Messages with several topics are answered wrongly about twice as often as others; spelling faults do no harm.",
            "changes": f"Right answers {right} after {before} the month before; answers to messages with several topics improved after they were split in September, and French answers are level.",
            "experts": "Two senior people of the support desk agree with the marks, and ask for more articles on hardship in French.", "conclusions": "The assistant stays above its limits in each month and in both languages; long questions remain its weak place.",
            "metrics": [
                {"name": "accuracy", "value": right, "previous": before, "slice": None, "dataset": f"sample of 2026-{month}"}, {"name": "right team", "value": round(right + 0.02, 3), "previous": round(before + 0.02, 3), "slice": None, "dataset": f"sample of 2026-{month}"},
                {"name": "right answers in French", "value": round(right - 0.012, 3), "slice": "language=fr", "dataset": f"sample of 2026-{month}"}, {"name": "right answers in English", "value": round(right + 0.006, 3), "slice": "language=en", "dataset": f"sample of 2026-{month}"},
            ],
        }
        record(
            f"{ASSISTANT}/operations/sample-of-answers-2026-{month}.json", "performance-report", f"Sample of answers, 2026-{month}", data, {
                "metric-choice": "/metric_choice", "evaluation-setting": "/setting", "sample-size": "/sample", "uncertainty": "/uncertainty", "robustness": "/robustness", "conclusions": "/conclusions", "availability": "/availability", "changes-since-last": "/changes",
                "expert-review": "/experts",
            }, {"metrics": {"rows": "/metrics/*", "columns": {"name": "/name", "value": "/value", "slice": "/slice", "dataset": "/dataset", "previous": "/previous"}}},
            observed=f"2026-{month}", by="Support desk", read=TOMASZ, ok=ELISE, method="export", sample={"population": 9400, "size": 217, "selection": "random, by language"})
    incidents = [{
        "id": "INC-2026-029", "title": "The assistant named a fee that was abolished in May", "severity": "low", "serious": False, "kind": "malfunction", "harm": "none", "occurred-on": "2026-07-21", "aware-on": "2026-07-22", "closed-on": "2026-07-24", "individuals-affected": 0,
        "cause": "An old article was still in the index", "corrective-action": "Article removed and the index rebuilt weekly", "owner": ELISE, "response-time": "PT40M", "deployers-informed-on": "2026-07-22",
    }]
    table(f"{ASSISTANT}/operations/incidents-2026-Q3.csv", "incident-record", "Incidents of the assistant, third quarter 2026", "register", incidents, {
        "open-incidents": 0, "process": "As in the procedure for incidents and communication: record, answer within the service level, judge the same day, search the cause, enter new risks, and tell what was learned each month.",
    }, counted="incidents", version="2026-Q3", observed=QUARTER, by="Service desk", read=CLAIRE, ok=INGRID, on="2026-09-30", method="export")


# ---------------------------------------------------------------------------------------------------------- the workspace


def workspace():
    write("dossier.yaml", textwrap.dedent('''\
        # Sample workspace: everything in it is invented. See README.md, and Evidence/generate-lakehead.py, which writes it.
        organisation: Lakehead AI Services
        defaults:
          frameworks: [nist-ai-rmf, eu-ai-act]
          period: 2026-Q3
          classification: internal
        signers:
          - { name: Claire Beaudoin, role: Compliance officer }
          - { name: Ingrid Solheim, role: Chief risk officer }
        ledger: locker.lakehead.example/evidence
        # Who must sign what leaves the house, and that nobody signs in two roles.
        signing:
          four-eyes: true
          required:
            - { over: bundle, role: compliance-officer }
            - { over: bundle, role: chief-risk-officer }
            - { over: pack, role: compliance-officer }
            - { over: checkpoint, role: log }
        '''))
    limits = [
        ("audit-log.share-of-days-with-events", "at-least", 0.95, "A day without any record must be explained."), ("audit-log.malformed-records", "at-most", 5, "A few torn lines a week are known from restarts."),
        ("audit-log.duplicate-events", "at-most", 20, "Deliveries may repeat events at the hour."), ("audit-log.events-without-actor", "at-most", 0, "Each record names who or what acted."),
        ("bias-assessment.demographic-parity-difference", "at-most", 0.15, "Board decision 2026-02 on fairness."), ("bias-assessment.disparate-impact-ratio", "at-least", 0.8, "Four fifths, as in the lender's policy."),
        ("bias-assessment.equalized-odds-difference", "at-most", 0.1, "Board decision 2026-02 on fairness."), ("bias-assessment.accuracy", "at-least", 0.7, "No group may be decided much worse than by the scorecard of 2022."),
        ("bias-assessment.smallest-group", "at-least", 100, "Smaller groups tell chance from difference too badly."), ("bias-assessment.dropped-rows", "at-most", 50, "One per cent of the draw."),
        ("consent-record.consents", "at-least", 12, "Everyone who takes part in a trial."), ("continuity-plan.recovery-time", "at-most", "PT4H", "What branches can bridge on paper."),
        ("data-sheet.completeness", "at-least", 0.95, "Below, the thin-file rule would catch too many."), ("data-sheet.error-rate", "at-most", 0.02, "Twice what double entry finds."),
        ("drift-report.psi-max", "at-most", 0.2, "Common practice in credit scoring."), ("drift-report.share-drifted", "at-most", 0.15, "Two of fourteen inputs."), ("explainability-report.fidelity", "at-least", 0.95, "Reasons must be those of the model."),
        ("incident-record.response-time", "at-most", "PT1H", "Service level of the contract."), ("incident-record.days-to-action", "at-most", 10, "Procedure for incidents, step 6."), ("incident-record.days-to-inform", "at-most", 2, "Procedure for incidents, step 4."),
        ("lineage.unfinished-runs", "at-most", 0, "A run without an end leaves the origin open."), ("performance-report.accuracy", "at-least", 0.82, "Three points above the scorecard of 2022."), ("performance-report.availability", "at-least", 0.995, "Service level of the contract."),
        ("performance-report.sample-size", "at-least", 5000, "Intervals of one point need as much."), ("risk-register.open-high-risks", "at-most", 0, "AI risk policy, risk tolerance."), ("security-assessment.open-critical-findings", "at-most", 0, "AI risk policy."),
        ("security-assessment.open-high-findings", "at-most", 0, "AI risk policy."), ("third-party-assessment.open-findings", "at-most", 2, "More would need another assessment."), ("training-record.share-trained", "at-least", 0.9, "Leave and arrivals are always some."),
        ("validation-report.open-findings", "at-most", 2, "More would stop a release."), ("traceability-matrix.untraced", "at-most", 0, "Quality manual, chapter 8."),
    ]
    text = "\n".join(f"  {name}:\n    {{ {bound}: {value}, approved-by: Ingrid Solheim, approved-on: 2026-02-18, why: {json.dumps(why)} }}" for name, bound, value, why in limits)
    write("systems/credit-scoring.yaml", textwrap.dedent('''\
        name: Lakehead CreditScore
        purpose: >-
          Estimates the probability that an applicant for a consumer loan repays, to support adjudicators of Northgate Credit Union; a person
          decides on every refusal.
        roles: [provider, deployer]
        risk: { eu-ai-act: high, nist-ai-rmf: high, osfi-e23: high, fda-pccp: low, pipeda: high }
        annex: III, point 5(b)
        sector: [banking]
        jurisdictions: [CA, EU]
        placed-on-market: 2025-11-17
        residency: [CA, FI]
        frameworks: [nist-ai-rmf, eu-ai-act]
        version: 3.2.1
        versions:
          - { version: 3.1.0, released: 2025-11-17 }
          - { version: 3.2.0, released: 2026-05-18 }
          - { version: 3.2.1, released: 2026-09-07 }
        ownership:
          accountable: Hanna Lindqvist
          risk: Ingrid Solheim
          compliance: Claire Beaudoin
          development: Rajiv Menon
          validation: Tomasz Wierzbicki
          operations: Amara Nkemelu
          privacy: Daniel Fortier
        protected-attributes: [sex, age-band]
        external-datasets:
          - s3://northgate-export/applications
          - sftp://maple-credit-data/bureau-tradelines
          - registry://northern-language-lab/*
        training-datasets:
          - s3://lakehead-credit/training/train
        released-model: registry://lakehead-models/credit-score:3.2.1
        traits:
          affects-people: true
          authorised-representative: true
          common-specifications: false
          continues-learning: false
          controls-input-data: true
          critical-infrastructure: false
          decides-about-people: true
          deep-fake: false
          deployer-training: true
          disclosure-excepted: false
          editorial-responsibility: false
          emotion-recognition: false
          equivalent-incident-duties: false
          financial-institution: false
          frfi: false
          generates-content: false
          harmonised-standards: false
          has-pccp: false
          held-not-high-risk: false
          human-subjects: true
          integrated-monitoring: false
          interacts-with-people: false
          law-enforcement: false
          medical-device: false
          model-retired: false
          non-conformity-found: false
          notified-body: false
          other-risk-procedures: false
          other-union-law: false
          personal-data: true
          post-remote-biometric: false
          pre-trained-model: true
          predetermined-changes: true
          presents-risk: false
          product-component: false
          provider-holds-logs: true
          public-authority: false
          publishes-text: false
          reaches-minors: false
          real-world-testing: false
          remote-biometric-identification: false
          sectoral-qms: false
          serious-incident: false
          special-categories: false
          third-party-components: true
          trained-on-data: true
          workplace: true
        limits:
        LIMITS
        sources:
          - { path: evidence/credit-scoring/logs/cloudtrail, kind: audit-log, format: aws-cloudtrail, method: export }
          - path: evidence/credit-scoring/logs/kubernetes
            kind: audit-log
            format: k8s-audit
            producer: kube-apiserver
            method: export
            redaction:
              rules:
                - { id: staff, pointer: /user/username, pattern: email, action: pseudonym, reason: Names of staff are no evidence; that one person acted twice is. }
          - path: evidence/credit-scoring/logs/decisions
            kind: audit-log
            format: generic-log-jsonl
            producer: Scoring service 5.4
            method: export
            mapping: { time: time, actor: actor, action: action, outcome: outcome, id: event_id, source: component, input: input_ref, version: model_version, success: success }
          - path: evidence/credit-scoring/logs/reviews
            kind: audit-log
            format: generic-log-csv
            producer: Adjudication desk 5.4
            method: export
            mapping: { time: reviewed_at, actor: opened_by, action: step, outcome: result, id: review_id, verifier: verified_by }
          - { path: evidence/credit-scoring/fairness, kind: bias-assessment, method: export }
          - { path: evidence/credit-scoring }
          - { path: evidence/organisation }
        ''').replace("LIMITS", text))
    own = {"performance-report.accuracy": (0.9, "Nine in ten, as promised to Northgate."), "performance-report.sample-size": (200, "Three points each way.")}
    limits = [(name, bound, *own.get(name, (value, why))) for name, bound, value, why in limits]
    few = [entry for entry in limits if entry[0].split(".")[0] not in ("consent-record", "data-sheet", "explainability-report", "lineage")]
    text = "\n".join(f"  {name}:\n    {{ {bound}: {value}, approved-by: Ingrid Solheim, approved-on: 2026-02-18, why: {json.dumps(why)} }}" for name, bound, value, why in few)
    write("systems/support-assistant.yaml", textwrap.dedent('''\
        name: Member support assistant
        purpose: >-
          Answers questions of Northgate's members from its help articles and drafts where a hardship request should go; staff read every draft
          that concerns hardship.
        roles: [deployer]
        risk: { eu-ai-act: limited, nist-ai-rmf: medium, osfi-e23: low, fda-pccp: low, pipeda: medium }
        annex: none
        sector: [banking]
        jurisdictions: [CA, EU]
        placed-on-market: 2026-06-22
        residency: [CA]
        frameworks: [nist-ai-rmf, eu-ai-act]
        version: "2.4"
        versions:
          - { version: "2.4", released: 2026-06-22 }
        ownership:
          accountable: Elise Marchand
          risk: Ingrid Solheim
          compliance: Claire Beaudoin
          operations: Amara Nkemelu
          privacy: Daniel Fortier
        protected-attributes: [language, age-band]
        external-datasets:
          - https://northgate.example/articles#*
          - https://anders-models.example/models#*
        released-model: kb:assistant-index-2026-09
        traits:
          affects-people: true
          authorised-representative: false
          common-specifications: false
          continues-learning: false
          controls-input-data: true
          critical-infrastructure: false
          decides-about-people: false
          deep-fake: false
          deployer-training: false
          disclosure-excepted: false
          editorial-responsibility: false
          emotion-recognition: false
          equivalent-incident-duties: false
          financial-institution: false
          frfi: false
          generates-content: true
          harmonised-standards: false
          has-pccp: false
          held-not-high-risk: false
          human-subjects: false
          integrated-monitoring: false
          interacts-with-people: true
          law-enforcement: false
          medical-device: false
          model-retired: false
          non-conformity-found: false
          notified-body: false
          other-risk-procedures: false
          other-union-law: false
          personal-data: true
          post-remote-biometric: false
          pre-trained-model: true
          predetermined-changes: false
          presents-risk: false
          product-component: false
          provider-holds-logs: true
          public-authority: false
          publishes-text: false
          reaches-minors: false
          real-world-testing: false
          remote-biometric-identification: false
          sectoral-qms: false
          serious-incident: false
          special-categories: false
          third-party-components: true
          trained-on-data: false
          workplace: false
        limits:
        LIMITS
        sources:
          - { path: evidence/support-assistant/logs, kind: audit-log, format: aws-cloudtrail, producer: AWS CloudTrail, method: export }
          - { path: evidence/support-assistant/fairness, kind: bias-assessment }
          - { path: evidence/support-assistant }
          - { path: evidence/organisation }
        ''').replace("LIMITS", text))
    write("exceptions/2026.yaml", textwrap.dedent('''\
        - exception: EXC-2026-04
          system: credit-scoring
          framework: nist-ai-rmf
          controls: [MEASURE 2.12]
          reason: The cloud supplier gives no figures of energy for shared servers yet; its first report was announced for August 2026.
          measure: Computing hours of training are counted and kept below 600 a year.
          owner: Amara Nkemelu
          approver: Ingrid Solheim
          from: 2026-03-01
          to: 2026-09-01
        - exception: EXC-2026-09
          system: credit-scoring
          framework: eu-ai-act
          controls: [Article 49(1)]
          reason: The entry in the EU database is drawn up and waits for the account of the authorised representative.
          measure: The data of the entry are published on the provider's own page and kept current until the entry is made.
          owner: Claire Beaudoin
          approver: Ingrid Solheim
          from: 2026-08-01
          to: 2027-02-01
        '''))


def main():
    if ROOT.exists():
        shutil.rmtree(ROOT)
    workspace()
    policies()
    organisation()
    technical_file()
    model_cards()
    data_sheets()
    credit_risks()
    validation()
    monitoring()
    cloudtrail(Chance(SEED + 1))
    decisions(Chance(SEED + 2))
    kubernetes(Chance(SEED + 3))
    oversight(*reviews(Chance(SEED + 4)))
    fairness(Chance(SEED + 5))
    lineage(Chance(SEED + 6))
    operations()
    assistant_logs(Chance(SEED + 8))
    assistant_fairness()
    assistant_lineage()
    assistant()
    readme()


README = """\
# Lakehead: a sample workspace

A managed AI service and its records of the third quarter of 2026. **Everything here is invented**: the firms, the people, the figures.
`Evidence/generate-lakehead.py` writes all of it, the same bytes each time; change the script, not the files.

| System | What it is | Roles | EU AI Act |
| --- | --- | --- | --- |
| `credit-scoring` | Lakehead CreditScore 3.2.1 scores consumer loan applications for Northgate Credit Union; a person decides on refusals | provider, deployer | high risk, Annex III, point 5(b) |
| `support-assistant` | A bought language model answers members' questions and routes hardship requests | deployer | limited risk |

`evidence/organisation/` holds what both systems share. Try it on a copy, since `collect` makes a locker:

```
cp -r Evidence/lakehead /tmp/lakehead && cd /tmp/lakehead
dossier collect                       # ends with 5: one file is cut short
dossier gaps --system credit-scoring
dossier explain --system credit-scoring --framework nist-ai-rmf 'MEASURE 2.4'
```

## Planted shortfalls

At as-of 2026-10-01, for the period 2026-Q3, with the frameworks as shipped. Reasons are all that the control shows.

PLANTED

What is behind them:

1. **A week without logs.** A change of the archive's key policy on 9 August took its right to encrypt; nothing was delivered from 10 to 16
   August. No log folder has a file for week 33. Incident INC-2026-031 tells it.
2. **A stale bias assessment.** That of the assistant ends in May 2025; a year is asked for.
3. **A limit exceeded in one group.** Applicants aged 18 to 25 who repaid were approved in 75 of 100 cases, others in 89. The equalized odds
   difference is 0.14, the declared limit 0.1. No other limit of fairness is passed.
4. **An expired exception.** EXC-2026-04 accepted the missing environmental report until 1 September. (EXC-2026-09 still runs, and excepts the
   missing entry in the EU database.)
5. **A contradicting run.** Two drift runs cover the end of September: one finds a stability index of 0.094, the other 0.274; the limit is 0.2.
6. **Placeholder text.** The model card's section on use out of scope was never written.
7. **An unreadable file.** The assistant's CloudTrail of September broke off after 1,024 bytes; what it held cannot be told, so nothing is said
   about September, and `collect` and `gaps` end with 5.
8. **A lineage input from nowhere.** The feature run of 20 August read `s3://lakehead-scratch/analysts/kw/segment_overrides_v2.csv`, which no
   run made and nobody declared.

## Also open, not planted

No real file is complete. These are short of met because a record was never made, or is kept by somebody else.

OPEN

The assistant has few records, which is what its file shows.

These are met as far as records go, and wait for a person or an authority:

WAITING
"""


LOGS = "`evidence/credit-scoring/logs/`"
DRIFT = "`evidence/credit-scoring/monitoring/drift-2026-09-rerun.json`"
LINEAGE = "`evidence/credit-scoring/lineage/openlineage-2026-Q3.jsonl`"
CARD = "`evidence/credit-scoring/model/README.md`"
GROUP = "`evidence/credit-scoring/fairness/decisions-with-outcome-2026-Q3.csv`"
CUT = "`evidence/support-assistant/logs/cloudtrail-2026-09.json.gz`"
PLANTED = [  # number, shortfall, framework, system, control, verdict, reasons, file
    (1, "a week without logs (beside 5)", "nist-ai-rmf", "credit-scoring", "MEASURE 2.4", "conflict", "check-failed, contradicted, period-hole", LOGS),
    (1, "a week without logs", "nist-ai-rmf", "credit-scoring", "MEASURE 3.1", "partly met", "period-hole", LOGS),
    (1, "a week without logs", "eu-ai-act", "credit-scoring", "Article 12(1)", "partly met", "period-hole", LOGS),
    (1, "a week without logs", "eu-ai-act", "credit-scoring", "Article 19(1)", "partly met", "period-hole", LOGS),
    (1, "a week without logs", "eu-ai-act", "credit-scoring", "Article 26(6)", "partly met", "period-hole", LOGS),
    (2, "a stale bias assessment", "nist-ai-rmf", "support-assistant", "MEASURE 2.11", "partly met", "stale", "`evidence/support-assistant/fairness/language-fairness-2025.md`"),
    (3, "a limit exceeded in one group", "nist-ai-rmf", "credit-scoring", "MEASURE 2.11", "partly met", "check-failed", GROUP),
    (3, "a limit exceeded in one group", "eu-ai-act", "credit-scoring", "Article 10(2)(g)", "partly met", "check-failed", GROUP),
    (4, "an expired exception", "nist-ai-rmf", "credit-scoring", "MEASURE 2.12", "not met", "missing, exception-expired", "`exceptions/2026.yaml`, EXC-2026-04"),
    (4, "a running exception", "eu-ai-act", "credit-scoring", "Article 49(1)", "excepted", "check-failed", "`exceptions/2026.yaml`, EXC-2026-09"),
    (5, "a contradicting run (beside 1)", "nist-ai-rmf", "credit-scoring", "MEASURE 2.4", "conflict", "check-failed, contradicted, period-hole", DRIFT),
    (5, "a contradicting run", "eu-ai-act", "credit-scoring", "Article 72(2)", "conflict", "check-failed, contradicted", DRIFT),
    (6, "placeholder text", "nist-ai-rmf", "credit-scoring", "MAP 3.3", "partly met", "missing", CARD),
    (6, "placeholder text", "eu-ai-act", "credit-scoring", "Article 13(3)(b)(i)", "partly met", "missing", CARD),
    (7, "an unreadable file", "nist-ai-rmf", "support-assistant", "MEASURE 2.4", "not assessed", "period-hole, unreadable", CUT),
    (7, "an unreadable file", "nist-ai-rmf", "support-assistant", "MEASURE 3.1", "not assessed", "period-hole, unreadable", CUT),
    (8, "a lineage input from nowhere", "nist-ai-rmf", "credit-scoring", "MANAGE 3.2", "partly met", "check-failed", LINEAGE),
    (8, "a lineage input from nowhere", "nist-ai-rmf", "credit-scoring", "MAP 4.1", "partly met", "check-failed", LINEAGE),
    (8, "a lineage input from nowhere", "eu-ai-act", "credit-scoring", "Article 10(2)(b)", "partly met", "check-failed", LINEAGE),
]
OPEN = [  # system, framework, what is missing, controls
    ("credit-scoring", "nist-ai-rmf", "decommissioning record", "GOVERN 1.7, MANAGE 4.1"),
    ("credit-scoring", "nist-ai-rmf", "plan of action and milestones", "MANAGE 1.2, MANAGE 4.2"),
    ("credit-scoring", "nist-ai-rmf", "cost report", "MANAGE 2.1, MANAGE 2.2, MAP 1.4, MAP 3.2"),
    ("credit-scoring", "nist-ai-rmf", "requirements specification", "MAP 1.6"),
    ("credit-scoring", "nist-ai-rmf", "consent record of those who took part in trials", "MEASURE 2.2"),
    ("credit-scoring", "nist-ai-rmf", "explainability report", "MEASURE 2.9"),
    ("credit-scoring", "nist-ai-rmf", "traceability matrix", "MEASURE 2.13"),
    ("credit-scoring", "nist-ai-rmf", "complaint record (Northgate keeps it)", "MEASURE 3.3"),
    ("credit-scoring", "eu-ai-act", "traceability matrix", "Article 9(6), Article 17(1)(b)"),
    ("credit-scoring", "eu-ai-act", "explainability report", "Article 13(3)(b)(iv), Article 14(4)(c)"),
    ("credit-scoring", "eu-ai-act", "correspondence with authorities", "Article 17(1)(j), Article 26(12)"),
    ("credit-scoring", "eu-ai-act", "access review", "Article 26(1)"),
    ("credit-scoring", "eu-ai-act", "notice to workers and their representatives", "Article 26(7)"),
    ("support-assistant", "nist-ai-rmf", "few records: no validation report, impact assessment, data sheet and others",
     "GOVERN 1.1, GOVERN 1.7, GOVERN 3.1, GOVERN 4.1, GOVERN 4.2, GOVERN 5.1, GOVERN 5.2, MANAGE 1.1, MANAGE 1.2, MANAGE 2.1, "
     "MANAGE 2.2, MANAGE 4.1, MANAGE 4.2, MAP 1.1, MAP 1.2, MAP 1.4, MAP 1.6, MAP 2.1, MAP 2.2, MAP 2.3, MAP 3.1, MAP 3.2, MAP "
     "3.3, MAP 4.1, MAP 4.2, MAP 5.1, MAP 5.2, MEASURE 1.1, MEASURE 1.3, MEASURE 2.1, MEASURE 2.5, MEASURE 2.6, MEASURE 2.7, "
     "MEASURE 2.9, MEASURE 2.12, MEASURE 2.13, MEASURE 3.2, MEASURE 3.3, MEASURE 4.1, MEASURE 4.2"),
]
WAITING = [
    ("credit-scoring", "nist-ai-rmf", "GOVERN 2.3, GOVERN 4.1, MANAGE 1.1, MEASURE 4.2"),
    ("credit-scoring", "eu-ai-act", "Annex IV(4), Annex V(4), Article 9(3), Article 9(4), Article 9(5)(b), Article 13(2), Article 17(2), Article 26(3), "
     "Article 26(4), Article 72(1), Article 73(7)"),
    ("support-assistant", "nist-ai-rmf", "GOVERN 2.3"),
    ("support-assistant", "eu-ai-act", "Article 50(6)"),
]


def readme():
    """The page that says what must show where."""

    def rows(head, body):
        return "\n".join(["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)] + ["| " + " | ".join(str(c) for c in row) + " |" for row in body])

    text = README.replace("PLANTED", rows(["No", "Shortfall", "Framework", "System", "Control", "Verdict", "Reasons", "File"], PLANTED))
    text = text.replace("OPEN", rows(["System", "Framework", "What is missing", "Controls"], OPEN))
    write("README.md", text.replace("WAITING", rows(["System", "Framework", "Controls"], WAITING)))


if __name__ == "__main__":
    main()
