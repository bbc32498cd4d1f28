#!/usr/bin/env python3
"""Edits a good bundle in every way we could think of, and asks every tool at hand whether it sees the edit.

    tamper.py BUNDLE.zip --trust FOLDER --other EARLIER.zip [--rewritten REWRITTEN.zip] [--keys FOLDER]
              [--dossier PROGRAM --trust-file trust.yaml [--dossier-option WORD]...] [--only WORDS] [--keep FOLDER]

FOLDER is the trust folder that Templates/bundle/HOW-TO-VERIFY.md describes. EARLIER is another good bundle of the same log, from which parts are
replayed. REWRITTEN is a bundle whose log was rewritten and everything signed anew with the true keys. With the folder of private keys that
make_bundles.sh leaves (DOSSIER_PASSPHRASE opens them), those edits that contradict other parts of the bundle are tried a second time, signed anew by
the true signers, so that the checks behind the signature are tried as well.

Prints a Markdown table: `seen` or `-` for each tool, for the page the step that saw the edit, for Dossier its exit code. Edits of the ZIP container
alone, which unpack to the same files, are for Dossier alone; they are marked `(zip)`. Exit 1: the page or Dossier missed an edit or refused the good
bundle. The columns: unzip = `unzip -t`; bagit = `bagit.py --validate`; sha256sum = `-c --strict` on both manifests; openssl = the signature of each
signer over the statement; dsse = securesystemslib, all keys of the good envelope as threshold; xmlsec1 = the pack's XML signature with the key it had.
"""
import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from securesystemslib.dsse import Envelope
from securesystemslib.signer import SSlibKey

import container_edits  # noqa: F401  (registers its edits)
import content_edits  # noqa: F401
import proof_edits  # noqa: F401
import sealed_edits  # noqa: F401
from bundle_edits import EDITS, ENVELOPE, Bundle, NotHere, sign_truly
from verify_dsse import decode64, key_id

HERE = Path(__file__).resolve().parent
TOOLS = ["unzip", "bagit", "sha256sum", "openssl", "dsse", "xmlsec1", "page", "dossier"]


def succeeds(*command, folder=None):
    return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode == 0


class Tools:
    """What each tool is given from outside, taken from the trust folder and the good bundle once."""

    def __init__(self, arguments, good, folder):
        self.arguments, self.folder = arguments, folder
        publics = [serialization.load_pem_public_key(path.read_bytes()) for path in sorted(Path(arguments.trust).glob("signers/*/*.pem"))]
        certified = [
            x509.load_der_x509_certificate(decode64(signature["x5c"][0], "a certificate")).public_key()
            for signature in good.envelope()["signatures"] if "x5c" in signature]
        signed = {signature["keyid"] for signature in good.envelope()["signatures"]}
        self.accepted = {key_id(key): key for key in publics + certified if key_id(key) in signed}
        self.pem_files = {}
        for name, key in self.accepted.items():
            self.pem_files[name] = folder / f"{name}.pem"
            self.pem_files[name].write_bytes(key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo))
        self.xml_key = self.key_of_report(good)

    def key_of_report(self, good):
        """The PEM file of the key that signed the XML report, if one did."""
        report = good.files.get("data/pack/report.xml")
        if report is None:
            return None
        place = self.folder / "good.xml"
        place.write_bytes(report)
        certificate = re.search(rb"<ds:X509Certificate>([^<]+)<", report)
        extra = [x509.load_der_x509_certificate(decode64(certificate.group(1).replace(b"\n", b"").decode(), "it")).public_key()] if certificate else []
        for number, key in enumerate([*self.accepted.values(), *extra]):
            pem = self.folder / f"xml{number}.pem"
            pem.write_bytes(key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo))
            if self.xml_is_good(pem, place):
                return pem
        return None

    @staticmethod
    def xml_is_good(key, report):
        return succeeds(
            "xmlsec1", "--verify", "--enabled-reference-uris", "empty", "--enabled-key-data", "key-name", "--pubkey-pem", str(key), str(report))

    def unzip(self, archive, base):
        return succeeds("unzip", "-tqq", str(archive))

    def bagit(self, archive, base):
        return succeeds("bagit.py", "--quiet", "--validate", str(base))

    def sha256sum(self, archive, base):
        return all(succeeds("sha256sum", "-c", "--strict", "--quiet", f"{kind}-sha256.txt", folder=base) for kind in ("manifest", "tagmanifest"))

    def openssl(self, archive, base):
        """The words of section 4 of the formats' description, by hand: Ed25519 and, with a digest, the rest."""
        try:
            envelope = Envelope.from_dict(json.loads((base / ENVELOPE).read_bytes()))
        except (OSError, ValueError, KeyError):
            return False
        with tempfile.TemporaryDirectory() as scratch:
            message, signature = Path(scratch, "pae"), Path(scratch, "sig")
            message.write_bytes(envelope.pae())
            for name, path in self.pem_files.items():
                if name not in envelope.signatures:
                    return False
                signature.write_bytes(bytes.fromhex(envelope.signatures[name].signature))
                pure = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", str(path), "-rawin", "-in", str(message), "-sigfile", str(signature)]
                if not succeeds(*pure) and not succeeds("openssl", "dgst", "-sha256", "-verify", str(path), "-signature", str(signature), str(message)):
                    return False
        return True

    def dsse(self, archive, base):
        keys = [
            SSlibKey.from_crypto(key, name, "rsa-pkcs1v15-sha256" if isinstance(key, rsa.RSAPublicKey) else None) for name, key in self.accepted.items()]
        try:
            Envelope.from_dict(json.loads((base / ENVELOPE).read_bytes())).verify(keys, len(keys))
        except Exception:  # whatever a foreign library raises is a refusal
            return False
        return True

    def xmlsec1(self, archive, base):
        return None if self.xml_key is None else self.xml_is_good(self.xml_key, base / "data/pack/report.xml")

    def page(self, archive, base):
        run = subprocess.run([str(HERE / "follow_how_to_verify.sh"), str(archive), self.arguments.trust], capture_output=True, text=True, check=False)
        if run.returncode == 0:
            return True
        step = re.search(r"^first step that is not good: ([0-9]+)", run.stdout, re.MULTILINE)
        return f"step {step.group(1)}" if step else f"broke off, {run.returncode}"

    def dossier(self, archive, base):
        if not self.arguments.dossier:
            return None
        command = [self.arguments.dossier, "verify", "--trust", self.arguments.trust_file, *self.arguments.dossier_option, str(archive)]
        code = subprocess.run(command, capture_output=True, check=False).returncode
        return True if code == 0 else f"exit {code}"

    def ask_all(self, raw, bundle_id):
        """What each tool says about an archive: True = good, False or words = seen, None = not asked."""
        with tempfile.TemporaryDirectory() as scratch:
            archive = Path(scratch, "bundle.zip")
            archive.write_bytes(raw)
            subprocess.run(["unzip", "-q", "-o", str(archive), "-d", f"{scratch}/out"], capture_output=True, check=False)
            return [getattr(self, tool)(archive, Path(scratch, "out", bundle_id)) for tool in TOOLS]


def edited(action, good, other, keys=None):
    """The archive after one edit, and its folder's name; None when the bundle lacks what the edit needs. With keys it is signed anew."""
    copy = good.copy()
    try:
        raw = action(copy, other)
        if keys:
            sign_truly(copy, keys)
    except (NotHere, IndexError):
        return None
    raw = raw or copy.zip()
    return None if raw == good.zip() else (raw, copy.id)


def cell(answer):
    if answer is None:
        return ""
    return "-" if answer is True else "**seen**" if answer is False else f"**{answer}**"


def rows(arguments, good, other):
    """(words, container only, archive and folder) of the good bundle and of each edit."""
    yield "(the good bundle)", None, (Path(arguments.bundle).read_bytes(), good.id)
    chosen = [row for row in EDITS if arguments.only in row[0]]
    for words, container, _, action in chosen:
        yield words, container, edited(action, good, other)
    if arguments.keys:
        yield "(the good bundle signed anew)", None, edited(lambda b, _: None, good, other, Path(arguments.keys).resolve())
        for words, _, inner, action in chosen:
            if inner:
                yield words + "; SIGNED ANEW by the true signers", False, edited(action, good, other, Path(arguments.keys).resolve())
    if arguments.rewritten and arguments.only in "log rewritten":
        raw = Path(arguments.rewritten).read_bytes()
        yield "log rewritten, everything signed anew with the true keys", False, (raw, Bundle(arguments.rewritten).id)


def report(arguments, tools, good, other):
    """Prints the table; the number of edits that were missed by the page or by Dossier."""
    table = list(rows(arguments, good, other))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        answers = list(pool.map(lambda row: row[2] and tools.ask_all(*row[2]), table))
    print("| Edit | " + " | ".join(TOOLS) + " |\n| --- |" + " --- |" * len(TOOLS))
    missed = made = 0
    for (words, container, archive), said in zip(table, answers, strict=True):
        if said is None:
            print(f"| {words}: not possible here |" + "  |" * len(TOOLS))
            continue
        wrong = [
            tool for tool, answer in zip(TOOLS, said) if tool in ("page", "dossier") and answer is not None
            and (answer is not True if container is None else answer is True and not (container and tool == "page"))]
        missed, made = missed + bool(wrong), made + (container is not None)
        print(f"| {words}{' (zip)' if container else ''} | " + " | ".join(map(cell, said)) + " |" + (f" MISSED by {', '.join(wrong)}" if wrong else ""))
        if arguments.keep and archive:
            Path(arguments.keep, re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")[:90] + ".zip").write_bytes(archive[0])
    print(f"\n{made} edits; {missed} rows where the page or Dossier is wrong")
    return missed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundle")
    parser.add_argument("--trust", required=True)
    parser.add_argument("--other", required=True)
    parser.add_argument("--rewritten")
    parser.add_argument("--keys")
    parser.add_argument("--dossier")
    parser.add_argument("--trust-file")
    parser.add_argument("--dossier-option", action="append", default=[])
    parser.add_argument("--only", default="")
    parser.add_argument("--keep")
    arguments = parser.parse_args()
    if bool(arguments.dossier) != bool(arguments.trust_file):
        parser.error("--dossier goes with --trust-file")
    if arguments.keep:
        Path(arguments.keep).mkdir(parents=True, exist_ok=True)
    good, other = Bundle(arguments.bundle), Bundle(arguments.other)
    with tempfile.TemporaryDirectory() as folder:
        sys.exit(1 if report(arguments, Tools(arguments, good, Path(folder)), good, other) else 0)


if __name__ == "__main__":
    main()
