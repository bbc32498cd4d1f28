"""Edits of sealed records: what is shown of them, their proofs, and the register of what is hidden."""
import json
import struct
from pathlib import Path

from bundle_edits import NotHere, edit, flip, sha256
from verify_dsse import canonical


def sealed(b, letter="e"):
    """The proofs of sealed records (`e`) or of their readings (`r`), and the files that they are about."""
    names = [name for name in b.under("data/redactions/") if Path(name).name.startswith(letter) and name.endswith(".jsonl")]
    if not names:
        raise NotHere("a sealed record")
    folder = "data/evidence/" if letter == "e" else "data/readings/"
    return [(name, next(view for view in b.under(folder) if Path(view).stem[1:] == Path(name).stem[1:])) for name in names]


@edit("a shown part of a sealed record altered, manifests written anew", inner=True)
def _(b, other):
    _, view = sealed(b)[0]
    b[view] = flip(b[view])
    b.relist()


@edit("a shown fact of a sealed record's reading altered, manifests written anew", inner=True)
def _(b, other):
    _, view = sealed(b, "r")[0]
    b[view] = flip(b[view])
    b.relist()


@edit("a sealed record made whole: its proofs taken out of bundle and list, manifests written anew", inner=True)
def _(b, other):
    proof, _ = sealed(b)[0]
    items = json.loads(b["data/items.json"])
    row = next(item for item in items["items"] if item.get("redaction") == proof)
    for key in ("redaction", "reading-redaction"):
        del b.files[row.pop(key)]
    b["data/items.json"] = canonical(items | {"items": [item if item["entry"] != row["entry"] else row | {"state": "whole"} for item in items["items"]]})
    b.relist()


@edit("two sealed records exchanged with their proofs, manifests written anew", inner=True)
def _(b, other):
    (first, one), (second, two) = sealed(b)[:2] if len(sealed(b)) > 1 else 2 * [("", "")]
    if not first:
        raise NotHere("two sealed records")
    b[first], b[second], b[one], b[two] = b[second], b[first], b[two], b[one]
    b.relist()


@edit("more hidden in a sealed record than registered, manifests written anew", inner=True)
def _(b, other):
    proof, view = sealed(b)[0]
    head, *lines = b[proof].splitlines()
    line = json.loads(lines[0])
    if "show" not in line:
        raise NotHere("a record that begins with a shown part")
    raw = b[view]
    hashed = b"\0dossier/seg1/leaf\0" + line["kind"].encode() + bytes.fromhex(line["salt"]) + struct.pack(">I", len(line["label"].encode()))
    leaf = sha256(hashed + line["label"].encode() + raw[:line["length"]])
    lines[0] = canonical({"hide": 0, "leaf": leaf, "put": '"***"', "rule": "R1"})
    b[view] = b'"***"' + raw[line["length"]:]
    b[proof] = b"\n".join([head, *lines]) + b"\n"
    b.relist()


@edit("register of redactions emptied, manifests written anew", inner=True)
def _(b, other):
    register = json.loads(b["data/redactions/register.json"])
    if not register["rules"]:
        raise NotHere("a redaction")
    entries = [entry | {"hidden": []} for entry in register["entries"]]
    b["data/redactions/register.json"] = canonical(register | {"entries": entries, "rules": [], "totals": []})
    b.relist()


@edit("register of redactions altered, manifests written anew")
def _(b, other):
    b["data/redactions/register.json"] = flip(b["data/redactions/register.json"])
    b.relist()
