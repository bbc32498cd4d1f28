"""Edits of what a bundle holds: members added, removed, exchanged, and parts of an earlier bundle replayed."""
import json
import re
from pathlib import Path

from bundle_edits import ENVELOPE, STAMP, NotHere, edit, flip, plain_zip, take
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
