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


def table(path, kind, title, name, rows, facts, **more):
    """A CSV register; its rows are mapped, its other facts are declared."""
    columns = list(dict.fromkeys(key for row in rows for key in row))
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    out.writerow(columns)
    for row in rows:
        out.writerow([cell(row.get(c)) if not isinstance(row.get(c), bool) else str(row[c]).lower() for c in columns])
    write(path, text.getvalue())
    mapping = {"format": "csv", "tables": {name: {"columns": {c: c for c in columns}}}}
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
