#!/usr/bin/env python3
"""Counts in lineage samples, worked out without Dossier: lineage.py SAMPLES-FOLDER prints one JSON object a file.

For comparison with what the readers give (LineageSampleTests). Only the standard library is used.
"""
import json
import sys
import xml.etree.ElementTree as tree
from datetime import datetime, timezone
from pathlib import Path

PROV = "{http://www.w3.org/ns/prov#}"
DERIVED = {"wasDerivedFrom", "wasRevisionOf", "wasQuotedFrom", "hadPrimarySource"}


def moment(text):
    time = datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
    return time.astimezone(timezone.utc) if time.tzinfo else time.replace(tzinfo=timezone.utc)


def span(times):
    times = sorted(times)
    return [t.strftime("%Y-%m-%dT%H:%M:%S.%f").rstrip("0").rstrip(".") + "Z" for t in (times[0], times[-1])] if times else []


def open_lineage(path):
    text = path.read_text()
    try:
        whole = json.loads(text)
        events = whole if isinstance(whole, list) else [whole]
    except json.JSONDecodeError:
        events = [json.loads(line) for line in text.splitlines() if line.strip()]
    runs, jobs, datasets, edges, times = {}, set(), set(), set(), []
    read, written = set(), {}
    for event in events:
        times.append(moment(event["eventTime"]))
        job = (event["job"]["namespace"], event["job"]["name"])
        jobs.add(job)
        run = runs.setdefault(event["run"]["runId"], [])
        run.append((moment(event["eventTime"]), event.get("eventType")))
        for side in ("inputs", "outputs"):
            for item in event.get(side) or []:
                name = (item["namespace"], item["name"])
                datasets.add(name)
                edges.add((side, job, name))
                if side == "inputs":
                    read.add(name)
                else:
                    written.setdefault(name, set()).add(event["run"]["runId"])
    ends = {"COMPLETE", "FAIL", "ABORT"}
    outcome = {r: max((e for e in es if e[1] in ends), default=(None, None))[1] for r, es in runs.items()}
    good = {n for n, rs in written.items() if any(outcome[r] not in ("FAIL", "ABORT") for r in rs)}
    return {
        "runs": len(runs), "jobs": len(jobs), "dataset-count": len(datasets), "edges": len(edges),
        "failed-runs": sum(o in ("FAIL", "ABORT") for o in outcome.values()),
        "unfinished-runs": sum(outcome[r] is None and any(t in ("START", "RUNNING") for _, t in es) for r, es in runs.items()),
        "root-datasets": len(read - good), "span": span(times),
    }


def prov_json(path):
    statements = []

    def walk(document):
        for kind, section in document.items():
            if kind == "bundle":
                for inner in section.values():
                    walk(inner)
            elif kind != "prefix":
                for name, values in section.items():
                    for value in values if isinstance(values, list) else [values]:
                        plain = {}
                        for key, item in value.items():
                            first = item[0] if isinstance(item, list) else item
                            plain[key.removeprefix("prov:")] = str(first.get("$") if isinstance(first, dict) else first)
                        statements.append((kind, name, plain))

    walk(json.loads(path.read_text()))
    return prov(statements)


def prov_xml(path):
    statements = []
    same = {"plan": "entity", "collection": "entity", "person": "agent", "organization": "agent", "softwareAgent": "agent"}

    def walk(holder):
        for element in holder:
            if not element.tag.startswith(PROV):
                continue
            kind = element.tag.removeprefix(PROV)
            if kind == "bundleContent":
                walk(element)
                continue
            plain = {}
            for child in element:
                if child.tag.startswith(PROV):
                    plain.setdefault(child.tag.removeprefix(PROV), child.get(PROV + "ref") or (child.text or "").strip())
            statements.append((same.get(kind, kind), element.get(PROV + "id"), plain))

    walk(tree.parse(path).getroot())
    return prov(statements)


def prov(statements):
    entities, activities, agents, read, made, edges, times = set(), set(), set(), set(), set(), set(), []
    for kind, name, values in statements:
        if kind == "entity":
            entities.add(name)
        elif kind == "activity":
            activities.add(name)
        elif kind == "agent":
            agents.add(name)
    for kind, _, values in statements:
        for key in ("time", "startTime", "endTime"):
            if values.get(key):
                times.append(moment(values[key]))
        for key in ("generatedEntity", "usedEntity", "specificEntity", "generalEntity", "alternate1", "alternate2", "collection"):
            if key in values:
                entities.add(values[key])
        if kind not in ("entity", "activity", "agent") and "entity" in values:
            entities.add(values["entity"])
        if kind in ("used", "wasGeneratedBy"):
            if values.get("activity"):
                activities.add(values["activity"])
            if values.get("activity") and values.get("entity"):
                edges.add((kind, values["activity"], values["entity"]))
                (read if kind == "used" else made).add(values["entity"])
        if kind in DERIVED and "generatedEntity" in values and "usedEntity" in values:
            read.add(values["usedEntity"])
            made.add(values["generatedEntity"])
        if kind in ("wasAssociatedWith", "wasAttributedTo") and "agent" in values:
            agents.add(values["agent"])
        if kind == "actedOnBehalfOf":
            agents |= {values[k] for k in ("delegate", "responsible") if k in values}
    return {
        "runs": len(activities), "dataset-count": len(entities), "edges": len(edges), "root-datasets": len(read - made),
        "agents": len(agents), "span": span(times),
    }


def main():
    samples = Path(sys.argv[1])
    for path in sorted((samples / "openlineage").glob("*.json*")):
        print(path.name, json.dumps(open_lineage(path)))
    for path in sorted((samples / "prov").glob("*.json")):
        print(path.name, json.dumps(prov_json(path)))
    for path in sorted((samples / "prov").glob("*.xml")):
        print(path.name, json.dumps(prov_xml(path)))


if __name__ == "__main__":
    main()
