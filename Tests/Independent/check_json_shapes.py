#!/usr/bin/env python3
"""Holds what the program prints as JSON against the schemas that ship: check_json_shapes.py DOSSIER WORKSPACE. Needs the Python package jsonschema."""
import json
import pathlib
import subprocess
import sys

import jsonschema

dossier, workspace = sys.argv[1], sys.argv[2]
schemas = pathlib.Path(__file__).resolve().parents[2] / "Templates" / "json"
files = sorted(str(p) for p in pathlib.Path(workspace, "evidence").rglob("*") if p.is_file() and not p.name.endswith(".evidence.yaml"))
commands = {
    "gaps": ["gaps", "--workspace", workspace, "--period", "2026-Q3", "--format", "json"],
    "explain": ["explain", "--workspace", workspace, "--period", "2026-Q3", "MEASURE 2.4", "--format", "json"],
    "attest": ["attest", "list", "--workspace", workspace, "--format", "json"],
    "inspect": ["inspect", "--format", "json", *files],
    "frameworks": ["frameworks", "list", "--format", "json"],
    "framework": ["frameworks", "show", "eu-ai-act", "--format", "json"],
}
faults = 0
for name, command in commands.items():
    output = subprocess.run([dossier, *command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False).stdout
    schema = json.loads((schemas / f"{name}.schema.json").read_text())
    errors = list(jsonschema.Draft202012Validator(schema).iter_errors(json.loads(output)))
    faults += len(errors)
    print(f"{name}: {len(errors)} faults")
    for error in errors[:3]:
        print("  ", list(error.path), error.message[:200])
pack_schema = jsonschema.Draft202012Validator(json.loads((schemas / "pack.schema.json").read_text()))
for pack in sorted(pathlib.Path(workspace, "packs").rglob("report.json")):
    errors = list(pack_schema.iter_errors(json.loads(pack.read_text())))
    faults += len(errors)
    print(f"{pack.relative_to(workspace)}: {len(errors)} faults")
sys.exit(1 if faults else 0)
