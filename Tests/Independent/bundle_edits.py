"""A bundle as files that can be edited, and the tools that edits of it share; content_edits.py and its neighbours hold the edits."""
import base64
import hashlib
import json
import os
import re
import struct
import subprocess
import tempfile
import zipfile
import zlib
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from verify_dsse import PAYLOAD_TYPE, canonical, key_id, pae
from verify_notes import key_id as note_key_id

ENVELOPE, STAMP, POLICY = "signatures/bundle.dsse.json", "signatures/bundle.tsr", "policy.json"
STRANGER_SEED = bytes(range(0x80, 0xA0))
STRANGER = Ed25519PrivateKey.from_private_bytes(STRANGER_SEED)
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
EDITS = []


def base64_text(raw):
    return base64.b64encode(raw).decode()


def sha256(raw):
    return hashlib.sha256(raw).hexdigest()


def plain_zip(members):
    """A list of (name, bytes) as a ZIP with one spelling: stored, sorted, no times, no extra fields."""
    body, directory = b"", b""
    for name, raw in members:
        path = name.encode()
        fields = struct.pack("<HHHHHIIIHH", 20, 0, 0, 0, 0x21, zlib.crc32(raw), len(raw), len(raw), len(path), 0)
        directory += b"PK\1\2" + struct.pack("<H", 0x0314) + fields + struct.pack("<HHHII", 0, 0, 0, 0x81A40000, len(body)) + path
        body += b"PK\3\4" + fields + path + raw
    end = b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, len(members), len(members), len(directory), len(body), 0)
    return body + directory + end


def listing(files, wanted):
    names = sorted((name for name in files if wanted(name)), key=str.encode)
    return "".join(f"{sha256(files[name])}  {name}\n" for name in names).encode()


def sign_checkpoint(origin, size, root, seed):
    """A checkpoint with the signature of the Ed25519 key of a seed."""
    text = f"{origin}\n{size}\n{base64_text(root)}\n".encode()
    key = Ed25519PrivateKey.from_private_bytes(seed)
    public = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    signature = note_key_id(origin.encode(), b"\1" + public) + key.sign(text)
    return text + f"\n\u2014 {origin} {base64_text(signature)}\n".encode()


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
    """The statement brought up to date with what the bundle now holds, signed and stamped with the keys that signed it before."""
    envelope = b.envelope()
    statement = json.loads(base64.b64decode(envelope["payload"]))
    predicate = statement["predicate"]
    statement["subject"][0]["digest"]["sha256"] = sha256(b["tagmanifest-sha256.txt"])
    predicate["policySha256"] = sha256(b.files.get(POLICY, b""))
    predicate["redactions"]["registerSha256"] = sha256(b["data/redactions/register.json"])
    lines = b["ledger/checkpoint"].decode().split("\n")
    predicate["checkpoint"] = {"origin": lines[0], "root": base64.b64decode(lines[2]).hex(), "size": int(lines[1])}
    raw = canonical(statement)
    known = private_keys(keys)
    for signature in envelope["signatures"]:
        signature["sig"] = base64_text(signed_by(known[signature["keyid"]], pae(PAYLOAD_TYPE, raw)))
    b[ENVELOPE] = canonical(envelope | {"payload": base64_text(raw)})
    if STAMP in b.files:
        b[STAMP] = timestamp(b[ENVELOPE], keys)


def private_keys(folder):
    """The private keys in a folder by the ids of their public halves; DOSSIER_PASSPHRASE opens those that are encrypted."""
    keys = {}
    for path in sorted(folder.glob("*.key")):
        raw = path.read_bytes()
        secret = os.environ.get("DOSSIER_PASSPHRASE", "").encode() if b"ENCRYPTED" in raw else None
        key = serialization.load_pem_private_key(raw, secret)
        keys[key_id(key.public_key())] = key
    return keys


def signed_by(key, message):
    if isinstance(key, Ed25519PrivateKey):
        return key.sign(message)
    if isinstance(key, ec.EllipticCurvePrivateKey):
        r, s = decode_dss_signature(key.sign(message, ec.ECDSA(hashes.SHA256())))
        return encode_dss_signature(r, min(s, P256_ORDER - s))
    return key.sign(message, padding.PKCS1v15(), hashes.SHA256())


def timestamp(raw, keys):
    """An RFC 3161 response over some bytes, by the authority whose tsa.cnf lies in the folder of keys."""
    with tempfile.TemporaryDirectory() as scratch:
        data, query, reply = (f"{scratch}/{name}" for name in ("data", "query", "reply"))
        Path(data).write_bytes(raw)
        for words in (["-query", "-data", data, "-sha256", "-cert", "-out", query],
                      ["-reply", "-config", "tsa.cnf", "-section", "one", "-queryfile", query, "-out", reply]):
            subprocess.run(["openssl", "ts", *words], cwd=keys, capture_output=True, check=True)
        return Path(reply).read_bytes()


def checkpoint(b, note):
    """Puts a checkpoint into the bundle and into each of its proofs."""
    old = b["ledger/checkpoint"]
    for name in b.under("ledger/"):
        b[name] = b[name].replace(old, note)
    b.tag()
