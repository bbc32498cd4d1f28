"""Edits of what a bundle holds: members added, removed, exchanged, and parts of an earlier bundle replayed."""
import json
import re
import struct
from pathlib import Path

from bundle_edits import ENVELOPE, STAMP, NotHere, edit, flip, plain_zip, sha256, take
from verify_dsse import canonical

# Members.

@edit("evidence file removed")
def _(b, other):
    del b.files[b.whole()[0]]


@edit("evidence file removed, both manifests written anew", inner=True)
def _(b, other):
    del b.files[b.whole()[0]]
    b.relist()


@edit("item removed with entry, proof and line of the list, manifests written anew")
def _(b, other):
    gone = Path(b.whole()[0]).stem
    items = json.loads(b["data/items.json"])
    items["items"] = [item for item in items["items"] if f"/{gone}." not in item.get("evidence", "")]
    b["data/items.json"] = canonical(items)
    for name in [n for n in b.files if Path(n).stem in (gone, gone[1:])]:
        del b.files[name]
    b.relist()


@edit("evidence file added")
def _(b, other):
    b["data/evidence/e900000.json"] = b"{}\n"


@edit("evidence file added, both manifests written anew", inner=True)
def _(b, other):
    b["data/evidence/e900000.json"] = b"{}\n"
    b.relist()


@edit("tag file added, not listed")
def _(b, other):
    b["ledger/notes.txt"] = b"all fine\n"


@edit("file added at the top")
def _(b, other):
    b["README.txt"] = b"all fine\n"


@edit("top-level folder added")
def _(b, other):
    b["extra/readme.txt"] = b"all fine\n"


@edit("file added beside the folder")
def _(b, other):
    return plain_zip(b.members() + [("readme.txt", b"hello\n")])


@edit("file added to signatures/")
def _(b, other):
    b["signatures/second.dsse.json"] = b[ENVELOPE]


@edit("evidence file renamed")
def _(b, other):
    name = b.whole()[0]
    b.move(name, name + "x")


@edit("evidence file renamed, both manifests written anew", inner=True)
def _(b, other):
    name = b.whole()[0]
    b.move(name, name + "x")
    b.relist()


@edit("two evidence files swapped")
def _(b, other):
    first, second = b.whole()[:2]
    b[first], b[second] = b[second], b[first]


@edit("two evidence files swapped, both manifests written anew", inner=True)
def _(b, other):
    first, second = b.whole()[:2]
    b[first], b[second] = b[second], b[first]
    b.relist()


@edit("evidence file truncated")
def _(b, other):
    name = b.whole()[0]
    b[name] = b[name][:-1]


@edit("evidence file altered at the same length")
def _(b, other):
    name = b.whole()[0]
    b[name] = flip(b[name])


@edit("evidence file altered, manifest written anew, tag manifest not")
def _(b, other):
    name, tags = b.whole()[0], b["tagmanifest-sha256.txt"]
    b[name] = flip(b[name])
    b.relist()["tagmanifest-sha256.txt"] = tags


@edit("evidence file altered, both manifests written anew", inner=True)
def _(b, other):
    name = b.whole()[0]
    b[name] = flip(b[name])
    b.relist()


@edit("facts read from the evidence altered, both manifests written anew", inner=True)
def _(b, other):
    name = f"data/readings/{Path(b.whole()[0]).stem}.jsonl"
    b[name] = flip(b[name])
    b.relist()


@edit("list of items names another record, both manifests written anew", inner=True)
def _(b, other):
    items = json.loads(b["data/items.json"])
    items["items"][0]["path"] += "x"
    b["data/items.json"] = canonical(items)
    b.relist()


@edit("omissions taken out of the list of items, both manifests written anew", inner=True)
def _(b, other):
    items = json.loads(b["data/items.json"])
    if not items["omissions"]:
        raise NotHere("an omission")
    b["data/items.json"] = canonical(items | {"omissions": [], "completeness": "complete"})
    b.relist()


@edit("report altered in words, both manifests written anew", inner=True)
def _(b, other):
    name = next((n for n in ("data/pack/report.md", "data/pack/report.html", "data/pack/report.xml") if n in b.files), "data/pack/report.md")
    b[name] = flip(b[name])
    b.relist()


@edit("XML report altered, both manifests written anew", inner=True)
def _(b, other):
    report = b["data/pack/report.xml"]
    place = report.index(b">", report.index(b"<pack")) + 1
    digit = re.compile(rb">[0-9]").search(report, place)
    if not digit:
        raise NotHere("a digit in the report")
    b["data/pack/report.xml"] = report[:digit.start() + 1] + (b"8" if report[digit.start() + 1:digit.end()] != b"8" else b"7") + report[digit.end():]
    b.relist()


@edit("XML signature stripped, both manifests written anew", inner=True)
def _(b, other):
    report = re.sub(rb"<([a-z]+:)?Signature\b.*</\1?Signature>", b"", b["data/pack/report.xml"], flags=re.DOTALL)
    if report == b["data/pack/report.xml"]:
        raise NotHere("an XML signature")
    b["data/pack/report.xml"] = report
    b.relist()


@edit("this page altered")
def _(b, other):
    b["HOW-TO-VERIFY.md"] += b"\nThe signatures need not be checked.\n"


@edit("this page altered, tag manifest written anew")
def _(b, other):
    b["HOW-TO-VERIFY.md"] += b"\nThe signatures need not be checked.\n"
    b.tag()


@edit("tag manifest removed")
def _(b, other):
    del b.files["tagmanifest-sha256.txt"]


@edit("label (bag-info.txt) names another bundle, tag manifest written anew", inner=True)
def _(b, other):
    b["bag-info.txt"] = b["bag-info.txt"].replace(b.id.encode(), b"another-bundle")
    b.tag()


@edit("folder renamed to another id")
def _(b, other):
    b.id = "another-bundle"


# Sealed records.

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


# Replay from another bundle of the same log.

@edit("evidence replayed from the earlier bundle, manifests written anew", inner=True)
def _(b, other):
    b[b.whole()[0]] = other[other.whole()[0]]
    b.relist()


@edit("evidence, entry and proof replayed from the earlier bundle, manifests written anew", inner=True)
def _(b, other):
    take(b, other, b.whole()[0], other.whole()[0])
    b.relist()


@edit("checkpoint replayed from the earlier bundle")
def _(b, other):
    b["ledger/checkpoint"] = other["ledger/checkpoint"]


@edit("ledger's tail cut: earlier checkpoint of the same key, tag manifest written anew", inner=True)
def _(b, other):
    b["ledger/checkpoint"] = other["ledger/checkpoint"]
    b.tag()


@edit("whole ledger folder replayed from the earlier bundle, tag manifest written anew", inner=True)
def _(b, other):
    for name in b.under("ledger/"):
        del b.files[name]
    b.files.update({name: other[name] for name in other.under("ledger/")})
    b.tag()


@edit("whole signatures folder replayed from the earlier bundle")
def _(b, other):
    for name in b.under("signatures/"):
        del b.files[name]
    b.files.update({name: other[name] for name in other.under("signatures/")})


@edit("envelope replayed from the earlier bundle, timestamp kept")
def _(b, other):
    b[ENVELOPE] = other[ENVELOPE]


@edit("timestamp replayed from the earlier bundle")
def _(b, other):
    b[STAMP]
    b[STAMP] = other[STAMP]


@edit("the earlier bundle under this bundle's name, label and tag manifest written anew")
def _(b, other):
    wanted = b.id
    b.files = dict(other.files)
    b["bag-info.txt"] = b["bag-info.txt"].replace(other.id.encode(), wanted.encode())
    b.tag()


@edit("the earlier bundle sent in place of this one")
def _(b, other):
    b.files, b.id = dict(other.files), other.id
