#!/usr/bin/env python3
"""A DSSE envelope with an in-toto statement, checked without Dossier.

    verify_dsse.py ENVELOPE --key PUBLIC.pem... [--root CA.pem...] [--threshold N] [--time SECONDS] [--subject FILE]
    verify_dsse.py --self-test

Written from the DSSE 1.0.2 protocol and envelope, in-toto Statement v1, RFC 5280 key ids as SHA-256 of SubjectPublicKeyInfo, and RFC 7515
section 4.1.6 (x5c). Needs the standard library, `cryptography` and, for x5c, the program `openssl`. Exit 0: at least N different trusted keys
signed the payload and its one subject is FILE; 1: not, and it is said why. `--time` is the moment at which certificates must be valid.
"""
import argparse
import base64
import hashlib
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

PAYLOAD_TYPE = "application/vnd.in-toto+json"
STATEMENT_TYPE = "https://in-toto.io/Statement/v1"


class Refused(Exception):
    """What is wrong, in one clause."""


def pae(payload_type, body):
    kind = payload_type.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(body), body)


def single(pairs):
    """An object of which no name stands twice."""
    names = [name for name, _ in pairs]
    if len(set(names)) != len(names):
        raise Refused("a name stands twice in one object")
    return dict(pairs)


def canonical(value):
    """RFC 8785 for the values that occur here: ASCII names, no fractions."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def decode64(text, what):
    try:
        raw = base64.b64decode(text, validate=True)
    except (ValueError, TypeError) as fault:
        raise Refused(f"{what} is not Base64") from fault
    if base64.b64encode(raw).decode() != text:
        raise Refused(f"{what} is not spelled as Base64 spells it")
    return raw


def parse_envelope(raw):
    """Payload bytes and signatures of an envelope that has exactly the known fields in their one spelling."""
    try:
        envelope = json.loads(raw.decode(), object_pairs_hook=single)
    except ValueError as fault:
        raise Refused("the envelope is not JSON") from fault
    if not isinstance(envelope, dict) or set(envelope) != {"payload", "payloadType", "signatures"}:
        raise Refused("the envelope has not exactly the fields payload, payloadType, signatures")
    if canonical(envelope) != raw:
        raise Refused("the envelope is not canonical JSON")
    signatures = []
    for entry in envelope["signatures"]:
        if not {"keyid", "sig"} <= set(entry) <= {"keyid", "sig", "x5c"}:
            raise Refused("a signature has not exactly the fields keyid, sig and perhaps x5c")
        chain = [decode64(text, "a certificate") for text in entry.get("x5c", [])]
        signatures.append((entry["keyid"], decode64(entry["sig"], "a signature"), chain))
    ids = [keyid for keyid, _, _ in signatures]
    if ids != sorted(set(ids)):
        raise Refused("the signatures are not sorted by keyid, each once")
    return envelope["payloadType"], decode64(envelope["payload"], "the payload"), signatures


def key_id(public_key):
    der = public_key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).hexdigest()


def is_good(public_key, signature, message):
    try:
        if isinstance(public_key, ed25519.Ed25519PublicKey):
            public_key.verify(signature, message)
        elif isinstance(public_key, ec.EllipticCurvePublicKey):
            public_key.verify(signature, message, ec.ECDSA(hashes.SHA256()))
        elif isinstance(public_key, rsa.RSAPublicKey):
            public_key.verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
        else:
            return False
    except InvalidSignature:
        return False
    return True


def certified_key(chain, roots, moment):
    """The key of the leaf when `openssl verify` finds a way to one of the roots at that moment, else None."""
    with tempfile.TemporaryDirectory() as folder:
        names = []
        for number, der in enumerate(chain):
            try:
                certificate = x509.load_der_x509_certificate(der)
            except ValueError:
                return None
            if number == 0:
                leaf = certificate
            names.append(Path(folder, f"{number}.pem"))
            names[-1].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        between = [part for name in names[1:] for part in ("-untrusted", str(name))]
        try:
            usage = leaf.extensions.get_extension_for_class(x509.KeyUsage).value
            if not usage.digital_signature:
                return None
        except x509.ExtensionNotFound:
            pass
        for root in roots:
            run = subprocess.run(
                ["openssl", "verify", "-no-CApath", "-no-CAstore", "-CAfile", root, "-attime", str(moment), *between, str(names[0])],
                capture_output=True, check=False)
            if run.returncode == 0:
                return leaf.public_key()
    return None


def verify(raw, keys, roots, threshold, moment):
    """The statement when at least `threshold` different keys signed it; the key ids that did."""
    payload_type, payload, signatures = parse_envelope(raw)
    message = pae(payload_type, payload)
    good = set()
    for keyid, signature, chain in signatures:
        tried = list(keys)
        certified = certified_key(chain, roots, moment) if chain else None
        if certified is not None:
            tried.append(certified)
        for key in tried:
            if is_good(key, signature, message):
                if key_id(key) != keyid:
                    raise Refused(f"a good signature stands under the keyid {keyid}; its key has {key_id(key)}")
                good.add(keyid)
    if len(good) < threshold:
        raise Refused(f"{len(good)} trusted keys signed; {threshold} must")
    if payload_type != PAYLOAD_TYPE:
        raise Refused(f"the payload is of type {payload_type}")
    return parse_statement(payload), sorted(good)


def parse_statement(payload):
    statement = json.loads(payload.decode(), object_pairs_hook=single)
    if statement.get("_type") != STATEMENT_TYPE or not statement.get("subject") or not statement.get("predicateType"):
        raise Refused("the payload is not an in-toto Statement v1 with subjects")
    names = [subject["name"] for subject in statement["subject"]]
    if len(set(names)) != len(names) or any("sha256" not in subject["digest"] for subject in statement["subject"]):
        raise Refused("two subjects have one name, or a subject has no SHA-256")
    return statement


def load_key(path):
    return serialization.load_pem_public_key(Path(path).read_bytes())


def check(arguments):
    statement, good = verify(
        Path(arguments.envelope).read_bytes(), [load_key(path) for path in arguments.key], arguments.root, arguments.threshold, arguments.time)
    for keyid in good:
        print(f"signature: good, key {keyid}")
    if arguments.subject:
        digest = hashlib.sha256(Path(arguments.subject).read_bytes()).hexdigest()
        if [(s["name"], s["digest"]) for s in statement["subject"]] != [(Path(arguments.subject).name, {"sha256": digest})]:
            raise Refused(f"the statement is not about {arguments.subject} with SHA-256 {digest}")
        print(f"subject: good, {arguments.subject}")


# The vectors of the formats' description.

PAYLOAD = (
    b'{"_type":"https://in-toto.io/Statement/v1","predicate":{"bundle":"acme-2026-Q3","checkpoint":{"origin":"locker.example.org/acme","root":'
    b'"67fb37d349020c56142a8ed58c1c6b9f18aeade806b88b32df19a5bdbfd71956","size":3},"completeness":"complete","policySha256":'
    b'"33d3e6454ba10fa46ab6004e65338f86a36fe3e67ec19c5ba101703d1a66b143"},"predicateType":"https://dossier.example/attestation/evidence-bundle/v1",'
    b'"subject":[{"digest":{"sha256":"0abd3cdd06c9de619e644e211ed8c2e057cc3a27bbb6cf9d27c614847feed010"},"name":"tagmanifest-sha256.txt"}]}')
OFFICER = "2543b92ff1095511476adc8369db6ddc933665a11978dda1404ee1066ca9559d"
OFFICER_ID = "788de5096f8b530eef97a4015cffb7cfeb260c23795b846bf8112682a93b1101"
OFFICER_SIGNATURE = "zm1HWuWDoNPgMK58ZKtruTtVAb76AmwFooGX0r6CB6QliQnKpHMGl+P9fbaFFr7OlWQJQy6Ey4Ip/UEQ0HZoCA=="
ENVELOPE_DIGEST = "d0fe2234220abb2d0922ef2ad82b6f04baa1eb1fbd81cd102a3b7926ec5a891d"


def envelope_of(payload, signatures):
    return canonical({"payload": base64.b64encode(payload).decode(), "payloadType": PAYLOAD_TYPE, "signatures": signatures})


def must_refuse(what, *given):
    try:
        verify(*given)
    except (Refused, ValueError):
        return
    raise AssertionError(f"accepted: {what}")


def self_test():
    assert pae("http://example.com/HelloWorld", b"hello world") == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    assert len(PAYLOAD) == 528 and hashlib.sha256(PAYLOAD).hexdigest() == "c45e54db70a97d004a355ab88fd810c8f6189181034502526423d48b2d936fc3"
    assert hashlib.sha256(pae(PAYLOAD_TYPE, PAYLOAD)).hexdigest() == "49ca77a0f219e3db8555ddebe26c01a6c5f59659f08a0eb56b64f8c57de463b5"
    officer = ed25519.Ed25519PublicKey.from_public_bytes(bytes.fromhex(OFFICER))
    assert key_id(officer) == OFFICER_ID
    signature = {"keyid": OFFICER_ID, "sig": OFFICER_SIGNATURE}
    good = envelope_of(PAYLOAD, [signature])
    assert len(good) == 952 and hashlib.sha256(good).hexdigest() == ENVELOPE_DIGEST
    statement, signers = verify(good, [officer], [], 1, 0)
    assert signers == [OFFICER_ID] and statement["subject"][0]["name"] == "tagmanifest-sha256.txt"
    other_id = {"keyid": "8" + OFFICER_ID[1:], "sig": OFFICER_SIGNATURE}
    stranger = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key()
    bad = {
        "another payload": envelope_of(PAYLOAD.replace(b"-Q3", b"-Q2"), [signature]),
        "one signature under two ids": envelope_of(PAYLOAD, [signature, other_id]),
        "no signature": envelope_of(PAYLOAD, []),
        "the signature twice": envelope_of(PAYLOAD, [signature, signature]),
        "white space": good + b"\n",
        "an unknown field": good.replace(b'{"payload"', b'{"extra":1,"payload"'),
        "a name twice": good.replace(b'"signatures"', b'"payloadType":"application/vnd.in-toto+json","signatures"'),
        "another spelling of Base64": good.replace(b'oCA=="', b'oCB=="'),
        "another alphabet of Base64": good.replace(b"ZoCA==", b"ZoCA__"),
        "another type": good.replace(b"in-toto+json", b"in-toto+yaml"),
    }
    for what, raw in bad.items():
        must_refuse(what, raw, [officer], [], 1, 0)
    must_refuse("one key for a threshold of two", good, [officer, officer], [], 2, 0)
    must_refuse("a stranger's key", good, [stranger], [], 1, 0)
    print(f"verify_dsse.py: vectors of PAE, payload, key id, signature and envelope hold; {len(bad) + 2} bad envelopes refused")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("envelope", nargs="?")
    parser.add_argument("--key", action="append", default=[])
    parser.add_argument("--root", action="append", default=[])
    parser.add_argument("--threshold", type=int, default=1)
    parser.add_argument("--time", type=int, default=int(time.time()))
    parser.add_argument("--subject")
    parser.add_argument("--self-test", action="store_true")
    arguments = parser.parse_args()
    if arguments.self_test:
        return self_test()
    if not arguments.envelope or arguments.threshold < 1:
        parser.error("give an envelope, keys or roots, and a threshold of at least 1")
    try:
        check(arguments)
    except (Refused, ValueError, KeyError, TypeError) as fault:
        sys.exit(f"refused: {fault}")


if __name__ == "__main__":
    main()
