#!/usr/bin/env python3
"""Makes small good bundles and the trust that belongs to them, without Dossier: make_example_bundle.py OUTPUT-FOLDER

In OUTPUT-FOLDER afterwards: the bundles of two quarters of one log; `rewritten/`, the second quarter again after its log was rewritten and everything
signed anew with the true keys; `trust/`, what an auditor holds from outside; `trust.yaml`, the same for `dossier verify --trust`; `keys/`, private
keys. The Ed25519 seeds are the published test seeds, so nothing here protects anything. The P-256 certificates come from the program `openssl`, the
XML signature from `xmlsec1`.
"""
import base64
import hashlib
import hmac
import json
import struct
import subprocess
import sys
import zlib
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from verify_dsse import PAYLOAD_TYPE, canonical, key_id, pae
from verify_notes import consistency_proof, inclusion_proof, key_id as note_key_id, leaf_hash, root_hash

ORIGIN = "locker.example.org/acme"
LOG_SEED, OFFICER_SEED = bytes(range(0x00, 0x20)), bytes(range(0x40, 0x60))
SYSTEM = "northgate-credit-scoring"
PREDICATE = "https://dossier.example/attestation/evidence-bundle/v1"
TEMPLATE = Path(__file__).resolve().parents[2] / "Templates/bundle/HOW-TO-VERIFY.md"
POLICY = {
    "four-eyes": True,
    "required": [
        {"over": "bundle", "role": "compliance-officer", "threshold": 1},
        {"over": "bundle", "role": "model-owner", "threshold": 1},
        {"over": "bundle", "role": "timestamp", "threshold": 1},
        {"over": "checkpoint", "role": "log", "threshold": 1},
        {"over": "pack-xml", "role": "model-owner", "threshold": 1},
    ],
    "v": 1,
}
SCHEMA = """<?xml version="1.0" encoding="UTF-8"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:example:pack:1" elementFormDefault="qualified">
  <xs:element name="pack">
    <xs:complexType>
      <xs:sequence>
        <xs:element name="period" type="xs:string"/>
        <xs:element name="met" type="xs:nonNegativeInteger"/>
        <xs:any namespace="http://www.w3.org/2000/09/xmldsig#" processContents="skip" minOccurs="0"/>
      </xs:sequence>
    </xs:complexType>
  </xs:element>
</xs:schema>
"""
REPORT = """<?xml version="1.0" encoding="UTF-8"?>
<pack xmlns="urn:example:pack:1"><period>@PERIOD@</period><met>4</met>@SIGNATURE@</pack>
"""
XML_SIGNATURE = (
    '<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo>'
    '<ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>'
    '<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"/><ds:Reference URI=""><ds:Transforms>'
    '<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/><ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>'
    '</ds:Transforms><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue/></ds:Reference></ds:SignedInfo>'
    "<ds:SignatureValue/><ds:KeyInfo><ds:X509Data><ds:X509Certificate/></ds:X509Data></ds:KeyInfo></ds:Signature>")
LEAF = "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature,nonRepudiation\n"
STAMPER = "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=critical,timeStamping\n"
TSA_SETTINGS = """[one]
serial=./tsa.serial
crypto_device=builtin
signer_cert=./tsa.pem
signer_key=./tsa.key
signer_digest=sha256
default_policy=1.2.3.4.1
digests=sha256
accuracy=secs:1
ordering=no
tsa_name=yes
ess_cert_id_chain=no
ess_cert_id_alg=sha256
"""


def sha256(raw):
    return hashlib.sha256(raw).hexdigest()


def base64_text(raw):
    return base64.b64encode(raw).decode()


def run(*command, folder):
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}: {done.stderr.strip()}")


def make_keys(folder):
    """A root, a model owner's certificate and a timestamp authority under it; all P-256."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "leaf.ext").write_text(LEAF)
    (folder / "tsa.ext").write_text(STAMPER)
    (folder / "tsa.cnf").write_text(TSA_SETTINGS)
    (folder / "tsa.serial").write_text("01\n")
    for name in ("ca", "owner", "tsa"):
        run("openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", f"{name}.key", folder=folder)
    run("openssl", "req", "-x509", "-new", "-key", "ca.key", "-sha256", "-days", "3650", "-subj", "/O=Example Test/CN=Example Test Root",
        "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign", "-out", "ca.pem", folder=folder)
    for name, subject, extension in (("owner", "Marc Tremblay", "leaf.ext"), ("tsa", "Example TSA", "tsa.ext")):
        run("openssl", "req", "-new", "-key", f"{name}.key", "-subj", f"/O=Example Test/CN={subject}", "-out", f"{name}.csr", folder=folder)
        run("openssl", "x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "825", "-sha256",
            "-extfile", extension, "-out", f"{name}.pem", folder=folder)
    (folder / "officer.pub").write_bytes(spki(Ed25519PrivateKey.from_private_bytes(OFFICER_SEED).public_key()))


def spki(public_key):
    return public_key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


# The log.

def raw_public(seed):
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def verifier_key(origin, seed):
    typed = b"\1" + raw_public(seed)
    return f"{origin}+{note_key_id(origin.encode(), typed).hex()}+{base64_text(typed)}"


def sign_checkpoint(origin, size, root, seed):
    text = f"{origin}\n{size}\n{base64_text(root)}\n".encode()
    signature = note_key_id(origin.encode(), b"\1" + raw_public(seed)) + Ed25519PrivateKey.from_private_bytes(seed).sign(text)
    return text + f"\n\u2014 {origin} {base64_text(signature)}\n".encode()


def single_proof(index, leaves, note):
    lines = ["c2sp.org/tlog-proof@v1", f"index {index}"] + [base64_text(part) for part in inclusion_proof(index, leaves)]
    return "\n".join(lines).encode() + b"\n\n" + note


def since_file(old, leaves, note):
    return "\n".join([f"old {old}"] + [base64_text(part) for part in consistency_proof(old, leaves)]).encode() + b"\n\n" + note


# Redaction by salted commitments, scheme dossier/seg1.

def commit(seed, segments):
    """Salts, leaf hashes, root and blinded digest of a file cut into (kind, label, bytes)."""
    salts = [hmac.digest(seed, b"dossier/seg1/salt" + struct.pack(">Q", i), "sha256")[:16] for i in range(len(segments))]
    leaves = [
        hashlib.sha256(b"\0dossier/seg1/leaf\0" + kind.encode() + salt + struct.pack(">I", len(label)) + label.encode() + raw).digest()
        for salt, (kind, label, raw) in zip(salts, segments, strict=True)]
    blind = hmac.digest(seed, b"dossier/seg1/blind", "sha256")
    blinded = sha256(b"dossier/seg1/file\0" + blind + b"".join(raw for _, _, raw in segments))
    return salts, leaves, root_hash(leaves), blinded


def redact(entry, seed, segments, hidden, rule):
    """The view with the hidden segments replaced, its proof lines, and what the entry commits to."""
    salts, leaves, root, blinded = commit(seed, segments)
    lines = [{"entry": entry, "root": root.hex(), "scheme": "dossier/seg1", "segments": len(segments)}]
    view = b""
    for i, (kind, label, raw) in enumerate(segments):
        if i in hidden:
            view += b'"***"'
            lines.append({"hide": i, "leaf": leaves[i].hex(), "put": '"***"', "rule": rule})
        else:
            view += raw
            lines.append({"kind": kind, "label": label, "length": len(raw), "salt": salts[i].hex(), "show": i})
    commitment = {"root": root.hex(), "scheme": "dossier/seg1", "segments": len(segments)}
    return view, b"".join(canonical(line) + b"\n" for line in lines), blinded, commitment


CONSENT = [
    ("G", "", b'{"id":7,"dob":'), ("V", "/dob", b'"1980-02-01"'), ("G", "", b',"a\\"\\\\b":'), ("V", '/a"\\b', b'"caf\xc3\xa9"'),
    ("G", "", b',"sin":'), ("V", "/sin", b'"046 454 286"'), ("G", "", b"}\n"),
]
HIDDEN = {1, 5}


class Item:
    """One artefact of the example, and the ledger entry that names it."""

    def __init__(self, number, path, raw, kind, at, personal=False):
        self.number, self.path, self.raw, self.personal = number, path, raw, personal
        extension = path.rpartition(".")[2]
        self.evidence = f"data/evidence/e{number:06d}.{extension}"
        self.reading = canonical({"facts": [{"locator": "1", "name": "records", "value": "1"}], "schema": "dossier/reading/1"})
        self.proof = None
        body = {
            "class": "personal" if personal else "internal", "collected-by": "dossier", "format": extension, "kind": kind,
            "method": "exported-by-owner", "observed-from": "2026-07-01", "observed-to": "2026-09-30", "path": path, "producer": "example",
            "reading": "sha256:" + sha256(self.reading), "system": SYSTEM,
        }
        if personal:
            self.raw, self.proof, body["blinded"], body["commit"] = redact(number, bytes([number]) * 32, CONSENT, HIDDEN, "R1")
        else:
            body["sha256"], body["size"] = sha256(raw), len(raw)
        self.entry = canonical({"at": at, "item": body, "nonce": sha256(b"nonce %d" % number)[:32], "type": "item", "v": 1})


def attestation(number, who):
    text = sha256(b"I have read it.")
    return canonical({"at": "2026-10-01T09:00:00Z", "nonce": sha256(b"nonce %d" % number)[:32], "text-sha256": text, "type": "attestation", "v": 1, "who": who})


def log_of_two_quarters(psi):
    """(items, entries) of a log of nine entries; the first four are the first quarter's."""
    items = {
        0: Item(0, "drift-2026-06.json", b'{"psi":"%s"}\n' % psi, "drift-report", "2026-07-02T08:00:00Z"),
        1: Item(1, "consent-7.json", b"", "consent", "2026-07-02T08:00:01Z", personal=True),
        2: Item(2, "reviews.csv", b"id,by\n1,amara\n", "review", "2026-07-02T08:00:02Z"),
        4: Item(4, "drift-2026-09.json", b'{"psi":"0.11"}\n', "drift-report", "2026-10-02T08:00:00Z"),
        5: Item(5, "reviews.csv", b"id,by\n2,jonas\n3,amara\n", "review", "2026-10-02T08:00:01Z"),
        6: Item(6, "consent-8.json", b"", "consent", "2026-10-02T08:00:02Z", personal=True),
        7: Item(7, "fairness.json", b'{"gap":"0.02","groups":2}\n', "fairness-report", "2026-10-02T08:00:03Z"),
    }
    entries = [items[n].entry if n in items else attestation(n, "claire") for n in range(9)]
    return items, entries


# The bundle.

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


def manifests(files):
    """The two manifests over all files but the signatures, put into `files`."""
    payload = [raw for name, raw in files.items() if name.startswith("data/")]
    info = f"External-Identifier: {files['bag-info.txt'].decode()}\nPayload-Oxum: {sum(map(len, payload))}.{len(payload)}\n"
    files["bag-info.txt"] = info.encode()
    files["manifest-sha256.txt"] = listing(files, lambda name: name.startswith("data/"))
    files["tagmanifest-sha256.txt"] = listing(files, lambda name: not name.startswith(("data/", "signatures/", "tagmanifest-")))


def sign_report(text, keys, scratch):
    (scratch / "report.xml").write_text(text)
    run("xmlsec1", "--sign", "--privkey-pem", f"{keys}/owner.key,{keys}/owner.pem", "--output", "signed.xml", "report.xml", folder=scratch)
    return (scratch / "signed.xml").read_bytes()


def payload_files(period, items, keys, scratch):
    hidden = [{"count": len(HIDDEN), "rule": "R1", "segments": ",".join(map(str, sorted(HIDDEN)))}]
    register = {
        "entries": [{"entry": item.number, "hidden": hidden, "segments": len(CONSENT)} for item in items if item.personal],
        "rules": [{"action": "mask", "id": "R1", "reason": "birth dates are not needed to judge consent"}], "schema": "dossier/redactions/1",
        "totals": [{"count": len(HIDDEN) * sum(item.personal for item in items), "rule": "R1"}],
    }
    files = {
        "data/pack/report.xml": sign_report(REPORT.replace("@PERIOD@", period).replace("@SIGNATURE@", XML_SIGNATURE), keys, scratch),
        "data/pack/pack.xsd": SCHEMA.encode(),
        "data/pack/report.md": f"# Evidence pack, {period}\n\n4 of 4 controls are met.\n".encode(),
        "data/redactions/register.json": canonical(register),
        "data/workspace/dossier.yaml": b"workspace: 1\n",
    }
    listed = []
    for item in items:
        files[item.evidence], files[f"data/readings/e{item.number:06d}.json"] = item.raw, item.reading
        line = {
            "entry": item.number, "evidence": item.evidence, "path": item.path, "reading": f"data/readings/e{item.number:06d}.json",
            "state": "redacted" if item.personal else "whole"}
        if item.proof:
            line["redaction"] = f"data/redactions/e{item.number:06d}.jsonl"
            files[line["redaction"]] = item.proof
        listed.append(line)
    files["data/items.json"] = canonical({"completeness": "complete", "items": listed, "omissions": [], "schema": "dossier/items/1"})
    return files


def statement_of(bundle, period, files, items, checkpoints):
    predicate = {
        "asOf": "2026-10-05T09:00:00Z", "bundle": bundle, "checkpoint": checkpoints[-1], "completeness": "complete", "counts": {"controls": 4, "met": 4},
        "frameworks": [{"edition": "2024", "id": "eu-ai-act", "sha256": sha256(files["frameworks/eu-ai-act/framework.yaml"])}], "omissions": [],
        "period": period, "policySha256": sha256(files["policy.json"]),
        "redactions": {"count": len(HIDDEN) * sum(item.personal for item in items), "registerSha256": sha256(files["data/redactions/register.json"])},
        "system": SYSTEM, "tool": "make_example_bundle.py",
    }
    if len(checkpoints) > 1:
        predicate["previousCheckpoint"] = checkpoints[0]
    subject = {"digest": {"sha256": sha256(files["tagmanifest-sha256.txt"])}, "name": "tagmanifest-sha256.txt"}
    return canonical({"_type": "https://in-toto.io/Statement/v1", "predicate": predicate, "predicateType": PREDICATE, "subject": [subject]})


def envelope_of(statement, keys):
    message = pae(PAYLOAD_TYPE, statement)
    officer = Ed25519PrivateKey.from_private_bytes(OFFICER_SEED)
    owner = serialization.load_pem_private_key((keys / "owner.key").read_bytes(), None)
    chain = subprocess.run(["openssl", "x509", "-in", str(keys / "owner.pem"), "-outform", "DER"], capture_output=True, check=True).stdout
    signatures = [
        {"keyid": key_id(officer.public_key()), "sig": base64_text(officer.sign(message))},
        {"keyid": key_id(owner.public_key()), "sig": base64_text(owner.sign(message, ec.ECDSA(hashes.SHA256()))), "x5c": [base64_text(chain)]},
    ]
    signatures.sort(key=lambda signature: signature["keyid"])
    return canonical({"payload": base64_text(statement), "payloadType": PAYLOAD_TYPE, "signatures": signatures})


def timestamp(raw, keys, scratch):
    (scratch / "stamped").write_bytes(raw)
    run("openssl", "ts", "-query", "-data", f"{scratch}/stamped", "-sha256", "-cert", "-out", f"{scratch}/query", folder=keys)
    run("openssl", "ts", "-reply", "-config", "tsa.cnf", "-section", "one", "-queryfile", f"{scratch}/query", "-out", f"{scratch}/reply", folder=keys)
    return (scratch / "reply").read_bytes()


def make_bundle(period, first, size, previous, log, keys, scratch):
    """The files of one quarter's bundle: entries `first`..<`size` of the log, anchored at `previous` entries."""
    items, entries = log
    bundle = f"{SYSTEM}-{period.lower()}"
    chosen = [items[n] for n in range(first, size) if n in items]
    leaves = [leaf_hash(entry) for entry in entries[:size]]
    note = sign_checkpoint(ORIGIN, size, root_hash(leaves), LOG_SEED)
    files = payload_files(period, chosen, keys, scratch)
    files |= {
        "HOW-TO-VERIFY.md": TEMPLATE.read_text().replace("{{bundle}}", bundle).encode(),
        "bagit.txt": b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n", "bag-info.txt": bundle.encode(),
        "frameworks/eu-ai-act/framework.yaml": b"framework: 1\nid: eu-ai-act\n", "policy.json": canonical(POLICY), "ledger/checkpoint": note,
    }
    for item in chosen:
        files[f"ledger/entries/{item.number:06d}.json"] = item.entry
        files[f"ledger/proofs/{item.number:06d}.tlog-proof"] = single_proof(item.number, leaves, note)
    checkpoints = [{"origin": ORIGIN, "root": root_hash(leaves[:n]).hex(), "size": n} for n in (previous, size) if n]
    if previous:
        files["ledger/since"] = since_file(previous, leaves, note)
    manifests(files)
    files["signatures/bundle.dsse.json"] = envelope_of(statement_of(bundle, period, files, chosen, checkpoints), keys)
    files["signatures/bundle.tsr"] = timestamp(files["signatures/bundle.dsse.json"], keys, scratch)
    return bundle, files


def write_zip(folder, bundle, files):
    members = sorted(((f"{bundle}/{name}", raw) for name, raw in files.items()), key=lambda member: member[0].encode())
    (folder / f"{bundle}.zip").write_bytes(plain_zip(members))


def write_trust(output, keys, bundle, previous):
    trust = output / "trust"
    places = {
        "bundle-id": bundle.encode() + b"\n", "log.vkey": verifier_key(ORIGIN, LOG_SEED).encode() + b"\n", "previous-checkpoint": previous,
        "policy": b"four-eyes\n" + b"".join(b"%s %s %d\n" % (r["over"].encode(), r["role"].encode(), r["threshold"]) for r in POLICY["required"]),
        "signers/compliance-officer/claire-beaudoin.pem": (keys / "officer.pub").read_bytes(),
        "authorities/model-owner/example-test-root.pem": (keys / "ca.pem").read_bytes(),
        "timestamp-authorities/example-test-root.pem": (keys / "ca.pem").read_bytes(),
    }
    for name, raw in places.items():
        (trust / name).parent.mkdir(parents=True, exist_ok=True)
        (trust / name).write_bytes(raw)

    def block(path):
        return "|\n" + "".join(f"      {line}\n" for line in path.read_text().splitlines())
    required = "".join(f"    - {json.dumps(r)}\n" for r in POLICY["required"])
    (output / "trust.yaml").write_text(
        f"trust: 1\nbundle: {bundle}\nlogs:\n  - key: {verifier_key(ORIGIN, LOG_SEED)}\n"
        f"signers:\n  - person: Claire Beaudoin\n    role: compliance-officer\n    key: {block(keys / 'officer.pub')}"
        f"authorities:\n  - roles: [model-owner]\n    certificate: {block(keys / 'ca.pem')}"
        f"timestamp-authorities:\n  - certificate: {block(keys / 'ca.pem')}policy:\n  four-eyes: true\n  required:\n{required}")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    output = Path(sys.argv[1]).resolve()
    keys, scratch = output / "keys", output / "keys" / "scratch"
    if not (keys / "owner.pem").exists():
        make_keys(keys)
    scratch.mkdir(exist_ok=True)
    true_log, false_log = log_of_two_quarters(b"0.31"), log_of_two_quarters(b"0.09")
    earlier, files = make_bundle("2026-Q2", 0, 4, 0, true_log, keys, scratch)
    write_zip(output, earlier, files)
    previous = files["ledger/checkpoint"]
    later, files = make_bundle("2026-Q3", 4, 9, 4, true_log, keys, scratch)
    write_zip(output, later, files)
    (output / "rewritten").mkdir(exist_ok=True)
    write_zip(output / "rewritten", *make_bundle("2026-Q3", 4, 9, 4, false_log, keys, scratch))
    write_trust(output, keys, later, previous)
    print(f"{output}: {earlier}.zip, {later}.zip ({len(files)} files), rewritten/{later}.zip, trust/, trust.yaml")


if __name__ == "__main__":
    main()
