#!/usr/bin/env python3
"""Figures of the model card samples, read without any of Dossier's code: PyYAML and the standard library only.

Usage: model_cards.py SAMPLES-FOLDER. Prints one JSON object per file, to compare with ModelCardSamplesTests.
"""
import json
import re
import sys
from pathlib import Path

import yaml


def front(text):
    found = re.match(r"\ufeff?---[ \t]*\r?\n(.*?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)(.*)", text, re.S)
    return (found.group(1), found.group(2), text[: found.start(2)].count("\n") + 1) if found else ("", text, 1)


def headings(body, first):
    """Headings with their lines, by blanking fences, comments and styles while keeping line breaks."""
    blank = lambda m: re.sub(r"[^\n]", " ", m.group(0))
    body = re.sub(r"^ {0,3}(`{3,}|~{3,})[^\n]*\n.*?^ {0,3}\1[`~]*[ \t]*\r?$", blank, body, flags=re.S | re.M)
    body = re.sub(r"<!--.*?-->", blank, body, flags=re.S)
    body = re.sub(r"<(style|script)\b.*?</\1", blank, body, flags=re.S | re.I)
    out = []
    for number, line in enumerate(body.split("\n"), first):
        found = re.match(r" {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*\r?$", line)
        if found:
            out.append([number, len(found.group(1)), (found.group(2) or "").strip()])
    return out


def hugging_face(path):
    text = path.read_bytes().decode("utf-8")
    head, body, first = front(text)
    result = {"file": path.name, "headings": len(headings(body, first)), "last-heading-line": (headings(body, first) or [[0]])[-1][0]}
    try:
        data = yaml.load(head, Loader=yaml.BaseLoader) or {}
    except yaml.YAMLError as error:
        result["yaml"] = str(error).split("\n")[0]
        return result
    as_list = lambda value: value if isinstance(value, list) else [value] if value else []
    result["license"] = as_list(data.get("license"))
    result["languages"] = as_list(data.get("language"))
    result["datasets"] = as_list(data.get("datasets"))
    result["base-models"] = as_list(data.get("base_model"))
    emissions = data.get("co2_eq_emissions")
    result["co2-emissions"] = float(emissions["emissions"] if isinstance(emissions, dict) else emissions) if emissions else None
    result["metrics"] = [
        [metric.get("type"), float(metric["value"]), result_.get("dataset", {}).get("name"), result_.get("dataset", {}).get("split"), metric.get("verified")]
        for model in data.get("model-index", [])
        for result_ in model.get("results", [])
        for metric in result_.get("metrics", [])
    ]
    return result


def google(path):
    data = json.loads(path.read_text())
    details, data_sets = data["model_details"], data.get("model_parameters", {}).get("data", [])
    text = lambda item: item if isinstance(item, str) else item.get("description") or item.get("name")
    return {
        "file": path.name,
        "model-name": details["name"],
        "owners": [owner["name"] for owner in details["owners"]],
        "license": [details["license"]] if "license" in details else [x.get("identifier") or x["custom_text"] for x in details["licenses"]],
        "datasets": [x["name"] for x in (data_sets.values() if isinstance(data_sets, dict) else data_sets) if "name" in x],
        "considerations": {key: [text(item) for item in items] for key, items in data["considerations"].items()},
        "metrics": [
            [m["type"], float(m["value"]), m.get("slice"), float(m["threshold"]), (m.get("confidence_interval") or {}).get("lower_bound")]
            for m in data["quantitative_analysis"]["performance_metrics"]
        ],
    }


samples = Path(sys.argv[1])
for path in sorted((samples / "hf-model-card").glob("*.md")):
    print(json.dumps(hugging_face(path), ensure_ascii=False))
for path in sorted((samples / "google-model-card-toolkit").glob("*.json")):
    print(json.dumps(google(path), ensure_ascii=False))
