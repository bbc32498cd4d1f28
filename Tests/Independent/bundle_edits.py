"""A bundle as files that can be edited, and the tools that edits of it share; content_edits.py and container_edits.py hold the edits."""
import base64
import hashlib
import json
import re
import tempfile
import zipfile
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from make_example_bundle import base64_text, envelope_of, listing, plain_zip, timestamp
from verify_dsse import PAYLOAD_TYPE, canonical, key_id, pae

ENVELOPE, STAMP, POLICY = "signatures/bundle.dsse.json", "signatures/bundle.tsr", "policy.json"
STRANGER = Ed25519PrivateKey.from_private_bytes(bytes(range(0x80, 0xA0)))
EDITS = []


class NotHere(Exception):
    """The edit needs something that this bundle does not have."""


class Bundle:
    """The files of a bundle by their path in its folder, and the edits' small tools."""

    def __init__(self, path):
        with zipfile.ZipFile(path) as archive:
            self.files = {info.filename.partition("/")[2]: archive.read(info) for info in archive.infolist()}
            self.id = archive.namelist()[0].partition("/")[0]

    def copy(self):
        other = object.__new__(Bundle)
        other.files, other.id = dict(self.files), self.id
        return other

    def __getitem__(self, name):
        if name not in self.files:
            raise NotHere(name)
        return self.files[name]

    def __setitem__(self, name, raw):
        self.files[name] = raw

    def move(self, old, new):
        self[new] = self[old]
        del self.files[old]

    def under(self, folder):
        return sorted(name for name in self.files if name.startswith(folder))

    def whole(self):
        """Evidence files whose bytes are the ones collected, not a redacted view."""
        names = [n for n in self.under("data/evidence/") if f"data/redactions/{Path(n).stem}.jsonl" not in self.files]
        if len(names) < 2:
            raise NotHere("two whole evidence files")
        return names

    def tag(self):
        """The tag manifest as it would have to be."""
        self["tagmanifest-sha256.txt"] = listing(self.files, lambda name: not name.startswith(("data/", "signatures/", "tagmanifest-")))
        return self

    def relist(self):
        """Both manifests and the count in bag-info.txt as they would have to be."""
        payload = [raw for name, raw in self.files.items() if name.startswith("data/")]
        oxum = f"Payload-Oxum: {sum(map(len, payload))}.{len(payload)}".encode()
        self["bag-info.txt"] = re.sub(rb"Payload-Oxum: [0-9.]+", oxum, self["bag-info.txt"])
        self["manifest-sha256.txt"] = listing(self.files, lambda name: name.startswith("data/"))
        return self.tag()

    def envelope(self):
        return json.loads(self[ENVELOPE])

    def members(self):
        return sorted(((f"{self.id}/{name}", raw) for name, raw in self.files.items()), key=lambda member: member[0].encode())

    def zip(self):
        return plain_zip(self.members())


def edit(words, container=False, inner=False):
    """Registers an edit; it changes a copy of the good bundle, or returns the bytes of an archive.

    An `inner` edit contradicts other parts of the bundle, so that it must be seen even when the true signers sign what came out.
    """
    def keep(action):
        EDITS.append((words, container, inner, action))
        return action
    return keep


def flip(raw):
    """One letter or digit in the middle changed, so that JSON and text stay readable."""
    for at in [*range(len(raw) // 2, len(raw)), *range(len(raw) // 2)]:
        if chr(raw[at]).isalnum() and raw[at] < 128:
            return raw[:at] + (b"7" if raw[at:at + 1] != b"7" else b"3") + raw[at + 1:]
    return raw + b"x"


def take(b, other, mine, theirs):
    """Puts another bundle's item, entry and proof in the place of ours."""
    b[mine] = other[theirs]
    for folder, end in (("ledger/entries/", ".json"), ("ledger/proofs/", ".tlog-proof")):
        b[f"{folder}{Path(mine).stem[1:]}{end}"] = other[f"{folder}{Path(theirs).stem[1:]}{end}"]


def weaken(b):
    policy = json.loads(b[POLICY])
    policy["required"] = [r for r in policy["required"] if r["over"] == "checkpoint" or r["role"] == "timestamp"]
    b[POLICY] = canonical({key: value for key, value in policy.items() if key != "four-eyes"})


def sign_anew(b):
    """The statement brought up to date and signed by a key that nobody trusts."""
    statement = json.loads(base64.b64decode(b.envelope()["payload"]))
    statement["subject"][0]["digest"]["sha256"] = hashlib.sha256(b["tagmanifest-sha256.txt"]).hexdigest()
    statement["predicate"]["policySha256"] = hashlib.sha256(b[POLICY]).hexdigest()
    raw = canonical(statement)
    signature = {"keyid": key_id(STRANGER.public_key()), "sig": base64_text(STRANGER.sign(pae(PAYLOAD_TYPE, raw)))}
    b[ENVELOPE] = canonical({"payload": base64_text(raw), "payloadType": PAYLOAD_TYPE, "signatures": [signature]})


def sign_truly(b, keys):
    """The statement brought up to date with what the bundle now holds, signed and stamped with the example's own keys."""
    statement = json.loads(base64.b64decode(b.envelope()["payload"]))
    predicate = statement["predicate"]
    statement["subject"][0]["digest"]["sha256"] = hashlib.sha256(b["tagmanifest-sha256.txt"]).hexdigest()
    predicate["policySha256"] = hashlib.sha256(b.files.get(POLICY, b"")).hexdigest()
    predicate["redactions"]["registerSha256"] = hashlib.sha256(b["data/redactions/register.json"]).hexdigest()
    lines = b["ledger/checkpoint"].decode().split("\n")
    predicate["checkpoint"] = {"origin": lines[0], "root": base64.b64decode(lines[2]).hex(), "size": int(lines[1])}
    b[ENVELOPE] = envelope_of(canonical(statement), keys)
    with tempfile.TemporaryDirectory() as scratch:
        b[STAMP] = timestamp(b[ENVELOPE], keys, Path(scratch))


def checkpoint(b, note):
    """Puts a checkpoint into the bundle and into each of its proofs."""
    old = b["ledger/checkpoint"]
    for name in b.under("ledger/"):
        b[name] = b[name].replace(old, note)
    b.tag()
