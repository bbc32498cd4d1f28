"""Edits of what proves a bundle: signatures, policy, ledger."""
import base64
import hashlib
import json
import re
from pathlib import Path

from bundle_edits import (
    ENVELOPE, POLICY, STAMP, STRANGER, STRANGER_SEED, NotHere, base64_text, checkpoint, edit, flip, sign_anew, sign_checkpoint, weaken)
from verify_dsse import PAYLOAD_TYPE, canonical, pae
from verify_notes import parse_checkpoint

# Signatures.

@edit("envelope removed")
def _(b, other):
    del b.files[ENVELOPE]


@edit("all signatures stripped")
def _(b, other):
    b[ENVELOPE] = canonical(b.envelope() | {"signatures": []})


@edit("first signature stripped")
def _(b, other):
    b[ENVELOPE] = canonical(b.envelope() | {"signatures": b.envelope()["signatures"][1:]})


@edit("last of several signatures stripped")
def _(b, other):
    signatures = b.envelope()["signatures"]
    if len(signatures) < 2:
        raise NotHere("two signatures")
    b[ENVELOPE] = canonical(b.envelope() | {"signatures": signatures[:-1]})


@edit("last of several signatures and the timestamp stripped")
def _(b, other):
    signatures = b.envelope()["signatures"]
    if len(signatures) < 2 or STAMP not in b.files:
        raise NotHere("two signatures and a timestamp")
    b[ENVELOPE] = canonical(b.envelope() | {"signatures": signatures[:-1]})
    del b.files[STAMP]


@edit("one signature twice, under two key ids")
def _(b, other):
    signatures = b.envelope()["signatures"]
    second = signatures[0] | {"keyid": "f" * 64}
    b[ENVELOPE] = canonical(b.envelope() | {"signatures": signatures[:1] + [second]})


@edit("timestamp removed")
def _(b, other):
    b[STAMP]
    del b.files[STAMP]


@edit("a bit of a signature flipped")
def _(b, other):
    envelope = b.envelope()
    raw = bytearray(base64.b64decode(envelope["signatures"][0]["sig"]))
    raw[9] ^= 1
    envelope["signatures"][0]["sig"] = base64_text(bytes(raw))
    b[ENVELOPE] = canonical(envelope)


@edit("statement altered, signatures kept")
def _(b, other):
    envelope = b.envelope()
    payload = base64.b64decode(envelope["payload"]).replace(b'"tool":"', b'"tool":"x')
    b[ENVELOPE] = canonical(envelope | {"payload": base64_text(payload)})


@edit("envelope spelled with white space")
def _(b, other):
    b[ENVELOPE] = json.dumps(b.envelope()).encode()


@edit("unknown field in the envelope")
def _(b, other):
    b[ENVELOPE] = canonical(b.envelope() | {"note": "checked"})


@edit("stranger's signature in place of the first, same key id")
def _(b, other):
    envelope = b.envelope()
    envelope["signatures"][0]["sig"] = base64_text(STRANGER.sign(pae(PAYLOAD_TYPE, base64.b64decode(envelope["payload"]))))
    b[ENVELOPE] = canonical(envelope)


@edit("everything altered and signed anew by a stranger")
def _(b, other):
    b[b.whole()[0]] = b"{}\n"
    sign_anew(b.relist())


# Policy.

@edit("policy weakened")
def _(b, other):
    weaken(b)


@edit("policy weakened, tag manifest written anew")
def _(b, other):
    weaken(b)
    b.tag()


@edit("policy weakened, tag manifest and statement written anew, signed by a stranger")
def _(b, other):
    weaken(b)
    sign_anew(b.tag())


@edit("policy removed, tag manifest written anew", inner=True)
def _(b, other):
    del b.files[POLICY]
    b.tag()


# The ledger.

@edit("checkpoint of a log of the same name, signed by another key, tag manifest written anew", inner=True)
def _(b, other):
    origin, size, root = parse_checkpoint(b["ledger/checkpoint"].partition(b"\n\n")[0] + b"\n")
    checkpoint(b, sign_checkpoint(origin, size, root, STRANGER_SEED))


@edit("checkpoint of another log, tag manifest written anew", inner=True)
def _(b, other):
    _, size, root = parse_checkpoint(b["ledger/checkpoint"].partition(b"\n\n")[0] + b"\n")
    checkpoint(b, sign_checkpoint("locker.example.org/other", size, root, STRANGER_SEED))


@edit("checkpoint's signature stripped, tag manifest written anew", inner=True)
def _(b, other):
    checkpoint(b, b["ledger/checkpoint"].partition(b"\n\n")[0] + b"\n\n")


@edit("entry altered, tag manifest written anew", inner=True)
def _(b, other):
    name = b.under("ledger/entries/")[0]
    b[name] = re.sub(rb'"nonce":"(.)', lambda m: b'"nonce":"' + (b"1" if m.group(1) == b"0" else b"0"), b[name])
    b.tag()


@edit("evidence and its entry altered together, manifests written anew", inner=True)
def _(b, other):
    evidence = b.whole()[0]
    entry, old = f"ledger/entries/{Path(evidence).stem[1:]}.json", hashlib.sha256(b[evidence]).hexdigest()
    b[evidence] = flip(b[evidence])
    b[entry] = b[entry].replace(old.encode(), hashlib.sha256(b[evidence]).hexdigest().encode())
    b.relist()


@edit("proof of another entry, tag manifest written anew", inner=True)
def _(b, other):
    first, second = b.under("ledger/proofs/")[:2]
    b[first], b[second] = b[second], b[first]
    b.tag()


@edit("entries and proofs of two items exchanged, tag manifest written anew", inner=True)
def _(b, other):
    for folder in ("ledger/entries/", "ledger/proofs/"):
        first, second = b.under(folder)[:2]
        b[first], b[second] = b[second], b[first]
    b.tag()


@edit("proof cut short, tag manifest written anew", inner=True)
def _(b, other):
    name = b.under("ledger/proofs/")[0]
    b[name] = re.sub(rb"\n[^\n]+\n\n", b"\n\n", b[name], count=1)
    b.tag()


@edit("ledger's tail cut in checkpoint and proofs, tag manifest written anew", inner=True)
def _(b, other):
    checkpoint(b, other["ledger/checkpoint"])


@edit("consistency file altered, tag manifest written anew", inner=True)
def _(b, other):
    lines = b["ledger/since"].split(b"\n")
    lines[1] = base64_text(bytes(32)).encode()
    b["ledger/since"] = b"\n".join(lines)
    b.tag()


@edit("consistency file removed, tag manifest written anew", inner=True)
def _(b, other):
    b["ledger/since"]
    del b.files["ledger/since"]
    b.tag()
