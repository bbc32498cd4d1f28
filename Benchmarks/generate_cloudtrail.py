#!/usr/bin/env python3
"""Writes CloudTrail-like JSON lines: generate_cloudtrail.py FILE [BYTES]. Seeded, so that every run gives the same file."""
import json
import random
import sys

path, size = sys.argv[1], int(float(sys.argv[2])) if len(sys.argv) > 2 else 1_000_000_000
rng = random.Random(20260921)
names = [
    ("bedrock.amazonaws.com", "InvokeModel"), ("bedrock.amazonaws.com", "Converse"), ("s3.amazonaws.com", "GetObject"),
    ("s3.amazonaws.com", "PutObject"), ("sagemaker.amazonaws.com", "InvokeEndpoint"), ("iam.amazonaws.com", "AttachRolePolicy"),
    ("kms.amazonaws.com", "Decrypt"), ("sts.amazonaws.com", "AssumeRole"), ("ec2.amazonaws.com", "DescribeInstances"),
    ("logs.amazonaws.com", "PutLogEvents"), ("cloudtrail.amazonaws.com", "LookupEvents"), ("secretsmanager.amazonaws.com", "GetSecretValue"),
]
actors = [f"arn:aws:iam::123456789012:user/analyst-{n:04d}" for n in range(5000)]
written, count = 0, 0
with open(path, "w", encoding="utf-8") as out:
    while written < size:
        source, name = names[rng.randrange(len(names))]
        seconds = count * 7_948_800 // 700_000
        day, rest = divmod(seconds, 86_400)
        month, date = (7, day + 1) if day < 31 else (8, day - 30) if day < 62 else (9, min(day - 61, 30))
        time = f"2026-{month:02d}-{date:02d}T{rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}Z"
        record = {
            "eventVersion": "1.09",
            "userIdentity": {
                "type": "IAMUser", "principalId": f"AIDA{rng.getrandbits(64):016X}", "arn": actors[rng.randrange(len(actors))],
                "accountId": "123456789012", "sessionContext": {"attributes": {"creationDate": time, "mfaAuthenticated": "true"}},
            },
            "eventTime": time, "eventSource": source, "eventName": name, "awsRegion": "ca-central-1",
            "sourceIPAddress": f"10.{rng.randrange(256)}.{rng.randrange(256)}.{rng.randrange(256)}",
            "userAgent": "aws-sdk-rust/1.3.3 os/linux lang/rust/1.79 – prüf \"quoted\"",
            "requestParameters": {"bucketName": "records", "key": "x" * 700, "filters": [{"name": "state", "values": ["a", "b"]}]},
            "responseElements": None, "requestID": f"{rng.getrandbits(128):032x}", "eventID": f"{rng.getrandbits(128):032x}",
            "readOnly": name.startswith(("Get", "Describe", "Lookup")), "eventType": "AwsApiCall", "managementEvent": True,
            "recipientAccountId": "123456789012", "eventCategory": "Management",
        }
        if rng.random() < 0.01:
            record["errorCode"] = "AccessDenied"
        line = json.dumps(record, ensure_ascii=False) + "\n"
        out.write(line)
        written += len(line.encode("utf-8"))
        count += 1
print(count, "events,", written, "bytes")
