#!/usr/bin/env python3
"""Signed notes, checkpoints, single proofs and consistency files, checked without Dossier.

    verify_notes.py --vkey KEY CHECKPOINT [--proof FILE --entry FILE]... [--since FILE --old CHECKPOINT]
    verify_notes.py --self-test

Written from RFC 6962 section 2, RFC 9162 section 2.1 and C2SP signed-note, tlog-checkpoint, tlog-cosignature, tlog-proof and tlog-witness.
Needs the standard library and `cryptography` (for Ed25519). Exit 0: everything holds; 1: something does not, and it is said what.
"""
import argparse
import base64
import hashlib
import re
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

NOTE_KEY, COSIGNATURE_KEY = 1, 4
MOST_SIGNATURES = 100
DASH = "\u2014 ".encode()


class Refused(Exception):
    """What is wrong, in one clause."""


def decode64(text, what):
    """Padded standard Base64 that encodes back to itself."""
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError as fault:
        raise Refused(f"{what} is not Base64") from fault
    if base64.b64encode(raw).decode() != text:
        raise Refused(f"{what} is not spelled as Base64 spells it")
    return raw


def number(text, what):
    if not re.fullmatch(r"0|[1-9][0-9]{0,15}", text):
        raise Refused(f"{what} '{text}' is not a plain decimal number")
    return int(text)


# The Merkle tree.

def leaf_hash(entry):
    return hashlib.sha256(b"\0" + entry).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def split(size):
    """The largest power of two below size."""
    return 1 << (size - 1).bit_length() - 1


def root_hash(leaves):
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return node_hash(root_hash(leaves[:k]), root_hash(leaves[k:]))


def inclusion_proof(index, leaves):
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if index < k:
        return inclusion_proof(index, leaves[:k]) + [root_hash(leaves[k:])]
    return inclusion_proof(index - k, leaves[k:]) + [root_hash(leaves[:k])]


def consistency_proof(old, leaves, whole=True):
    if old == len(leaves):
        return [] if whole else [root_hash(leaves)]
    k = split(len(leaves))
    if old <= k:
        return consistency_proof(old, leaves[:k], whole) + [root_hash(leaves[k:])]
    return consistency_proof(old - k, leaves[k:], False) + [root_hash(leaves[:k])]


def holds_inclusion(leaf, index, size, proof, root):
    if not 0 <= index < size:
        return False
    low, last, seen = index, size - 1, leaf
    for other in proof:
        if last == 0:
            return False
        if low & 1 or low == last:
            seen = node_hash(other, seen)
            while not low & 1 and low:
                low, last = low >> 1, last >> 1
        else:
            seen = node_hash(seen, other)
        low, last = low >> 1, last >> 1
    return last == 0 and seen == root


def holds_consistency(old, new, proof, old_root, new_root):
    if old == new:
        return not proof and old_root == new_root
    if not 0 < old < new or not proof:
        return False
    hashes = ([old_root] if old & (old - 1) == 0 else []) + proof
    low, last = old - 1, new - 1
    while low & 1:
        low, last = low >> 1, last >> 1
    before = after = hashes[0]
    for other in hashes[1:]:
        if last == 0:
            return False
        if low & 1 or low == last:
            before, after = node_hash(other, before), node_hash(other, after)
            while not low & 1 and low:
                low, last = low >> 1, last >> 1
        else:
            after = node_hash(after, other)
        low, last = low >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root


# Notes.

class VerifierKey:
    """`name+key id+Base64(type, public key)`; the id is worked out again."""

    def __init__(self, text):
        parts = text.strip().split("+", 2)
        if len(parts) != 3 or not re.fullmatch("[0-9a-f]{8}", parts[1]):
            raise Refused("the verifier key is not name+8 hex digits+Base64")
        self.name, key = parts[0].encode(), decode64(parts[2], "the verifier key")
        if not self.name or re.search(r"\s", parts[0]) or len(key) != 33 or key[0] not in (NOTE_KEY, COSIGNATURE_KEY):
            raise Refused("the verifier key has no name, or is neither an Ed25519 log key nor a witness key")
        self.type, self.public, self.id = key[0], key[1:], key_id(self.name, key)
        if self.id.hex() != parts[1]:
            raise Refused(f"the verifier key says id {parts[1]}, its key has id {self.id.hex()}")

    def accepts(self, signature, text):
        """The time that a witness states, 0 for a log's signature; refuses a signature that does not fit."""
        time, message = 0, text
        if self.type == COSIGNATURE_KEY:
            time, signature = int.from_bytes(signature[:8], "big"), signature[8:]
            message = b"cosignature/v1\ntime %d\n" % time + text
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError) as fault:
            raise Refused(f"the signature of {self.name.decode()} is wrong") from fault
        return time


def key_id(name, typed_key):
    return hashlib.sha256(name + b"\n" + typed_key).digest()[:4]


def split_note(note):
    """The signed text and the list of (name, id, signature)."""
    if any(byte < 0x20 and byte != 0x0A for byte in note):
        raise Refused("the note holds a control character")
    try:
        note.decode()
    except UnicodeDecodeError as fault:
        raise Refused("the note is not UTF-8") from fault
    at = note.rfind(b"\n\n")
    if at < 0 or not note.endswith(b"\n") or at + 2 == len(note):
        raise Refused("the note has no text, empty line and signature lines")
    lines = note[at + 2:-1].split(b"\n")
    if len(lines) > MOST_SIGNATURES:
        raise Refused(f"the note has {len(lines)} signatures; at most {MOST_SIGNATURES} are read")
    signatures = []
    for line in lines:
        words = line[len(DASH):].split(b" ")
        if not line.startswith(DASH) or len(words) != 2 or not words[0] or b"+" in words[0]:
            raise Refused("a signature line is not a dash, a name and Base64")
        raw = decode64(words[1].decode(), "a signature line")
        if len(raw) < 5:
            raise Refused("a signature line is too short for a key id and a signature")
        signatures.append((words[0], raw[:4], raw[4:]))
    return note[:at + 1], signatures


def open_note(note, keys):
    """The text when at least one of the keys signed it; a known key whose signature is wrong refuses the note."""
    text, signatures = split_note(note)
    good = {}
    for name, ident, signature in signatures:
        for key in keys:
            if (key.name, key.id) == (name, ident):
                good[key.name] = key.accepts(signature, text)
    if not good:
        raise Refused("no key that was given signed the note")
    return text, good


def parse_checkpoint(text):
    lines = text.decode().split("\n")
    if len(lines) != 4 or lines[3] or not lines[0]:
        raise Refused("the checkpoint is not the three lines origin, size, root")
    size, root = number(lines[1], "the tree size"), decode64(lines[2], "the root")
    if len(root) != 32 or size == 0 and root != root_hash([]):
        raise Refused("the root is not a SHA-256 hash, or not that of an empty log")
    return lines[0], size, root


def open_checkpoint(note, log_key):
    text, _ = open_note(note, [log_key])
    origin, size, root = parse_checkpoint(text)
    if origin.encode() != log_key.name:
        raise Refused(f"the checkpoint is of the log {origin}; expected {log_key.name.decode()}")
    return size, root


def split_proof(file):
    """The index, the hashes and the checkpoint of a single proof file."""
    head, gap, note = file.partition(b"\n\n")
    lines = head.decode("ascii").split("\n")
    if not gap or lines[0] != "c2sp.org/tlog-proof@v1":
        raise Refused("the proof does not start with c2sp.org/tlog-proof@v1")
    rest = lines[2:] if len(lines) > 1 and lines[1].startswith("extra ") else lines[1:]
    if not rest or not rest[0].startswith("index "):
        raise Refused("the proof has no index")
    return number(rest[0][6:], "the index"), [decode_hash(line) for line in rest[1:]], note


def split_consistency(file):
    head, gap, note = file.partition(b"\n\n")
    lines = head.decode("ascii").split("\n")
    if not gap or not lines[0].startswith("old ") or len(lines) > 64:
        raise Refused("the consistency file is not 'old SIZE', at most 63 hashes, an empty line and a checkpoint")
    return number(lines[0][4:], "the old size"), [decode_hash(line) for line in lines[1:]], note


def decode_hash(line):
    raw = decode64(line, "a hash of the proof")
    if len(raw) != 32:
        raise Refused("a hash of the proof is not 32 bytes")
    return raw


def check(arguments):
    key = VerifierKey(arguments.vkey)
    note = read(arguments.checkpoint)
    size, root = open_checkpoint(note, key)
    print(f"checkpoint: good, {key.name.decode()}, {size} entries, root {root.hex()}")
    for proof_path, entry_path in zip(arguments.proof, arguments.entry, strict=True):
        index, hashes, inside = split_proof(read(proof_path))
        if inside != note:
            raise Refused(f"{proof_path}: the checkpoint inside is not the one given")
        if not holds_inclusion(leaf_hash(read(entry_path)), index, size, hashes, root):
            raise Refused(f"{proof_path}: does not prove {entry_path} to be entry {index}")
        print(f"entry {index}: good, {entry_path}")
    if arguments.since:
        old_size, old_root = open_checkpoint(read(arguments.old), key)
        said, hashes, inside = split_consistency(read(arguments.since))
        if said != old_size or inside != note or not holds_consistency(old_size, size, hashes, old_root, root):
            raise Refused(f"{arguments.since}: does not prove that entries 0 to {old_size - 1} are still there unchanged")
        print(f"since {old_size}: good")


def read(path):
    with open(path, "rb") as file:
        return file.read()


# The vectors of the formats' description.

TREE_LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
TREE_ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    4: "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    6: "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}
LOG_VKEY = "locker.example.org/acme+d99e438e+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
WITNESS_VKEY = "witness.example.org/w1+f3c080b6+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X"
LOG_NOTE = (
    "locker.example.org/acme\n3\nZ/s300kCDFYUKo7VjBxrnxiuregGuIsy3xmlvb/XGVY=\n\n"
    "\u2014 locker.example.org/acme 2Z5Djs4vrbVriFLBTd8cbcPGrJwK5sQyx4ATIwEtrf2cs7MoZWCuLpgk3+d5j1Z8gB55tPlwTcQoTclD08dNiDTHKA4=\n"
).encode()
WITNESS_LINE = (
    "\u2014 witness.example.org/w1 88CAtgAAAABqvaKAP+YBstNilv0FMlRuj28U76lyjvPLzMFyTFfsHV6Mr9S25XPAHPpnsef4Kmyr4qvo8DmTcoH0YRwT+WlIYhk6Bw==\n"
).encode()
LOG_ENTRIES = [
    b'{"at":"2026-07-02T08:00:00Z","item":{"class":"internal","kind":"drift-report","sha256":'
    b'"f4eab126b08a3127cdee762278b83c412d66583acfd8a3b914b6ee8a25f0cac5"},"nonce":"000102030405060708090a0b0c0d0e0f","type":"item","v":1}',
    b'{"at":"2026-07-02T08:00:01Z","item":{"blinded":"bcc7ca483673f8bcb039785a2767c041467027333c244dc1536b599a83f76053","class":"personal",'
    b'"commit":{"root":"8866408a6b79ee76a6661c4cc2b542773e1ce2d7363b9bd7e71d81e126ff9bea","scheme":"dossier/seg1","segments":5},'
    b'"kind":"consent"},"nonce":"101112131415161718191a1b1c1d1e1f","type":"item","v":1}',
    b'{"at":"2026-10-01T09:00:00Z","nonce":"202122232425262728292a2b2c2d2e2f","text-sha256":'
    b'"e3da6e8096da2b5c29d11195617873fbddc0a134a5c669142636f8aa7df0e2a8","type":"attestation","v":1,"who":"officer"}',
]
LOG_PROOF = b"c2sp.org/tlog-proof@v1\nindex 1\n+GmfvmLa+C0yCyiCCtR7JcUfjJLfvBQBI+H5DPIFLzY=\noI4/m1ifAh1XRzQcbM+inoPpyKNF7Ym7Vzjex6kd0TE=\n\n"


def must_refuse(what, action, *given):
    try:
        action(*given)
    except Refused:
        return
    raise AssertionError(f"accepted: {what}")


def self_test():
    leaves = [leaf_hash(bytes.fromhex(text)) for text in TREE_LEAVES]
    for size, root in TREE_ROOTS.items():
        assert root_hash(leaves[:size]).hex() == root, f"root of {size}"
    assert leaf_hash(b"L123456").hex() == "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56"
    assert node_hash(b"N123", b"N456").hex() == "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb"
    probes = 0
    grown = [leaf_hash(b"%d" % i) for i in range(40)]
    for size in range(1, len(grown) + 1):
        tree, root = grown[:size], root_hash(grown[:size])
        for other in range(size):
            proof = inclusion_proof(other, tree)
            assert holds_inclusion(tree[other], other, size, proof, root)
            assert not proof or not holds_inclusion(tree[other], other, size, proof[:-1], root)
            assert not holds_inclusion(tree[other], other, size, proof + [root], root)
            assert not holds_inclusion(tree[other], other + 1, size, proof, root)
            probes += 4
        for old in range(1, size):
            proof, before = consistency_proof(old, tree), root_hash(tree[:old])
            assert holds_consistency(old, size, proof, before, root)
            assert not holds_consistency(old, size, proof[:-1], before, root)
            assert not holds_consistency(old, size, proof + [root], before, root)
            assert not holds_consistency(old, size, proof, root, root)
            probes += 4
    log, witness = VerifierKey(LOG_VKEY), VerifierKey(WITNESS_VKEY)
    assert hashlib.sha256(LOG_NOTE).hexdigest() == "8825a2dde7b0ff9d14b033d104568fbf3381773514a231c510cd9ab212cd6e8c" and len(LOG_NOTE) == 193
    size, root = open_checkpoint(LOG_NOTE, log)
    assert size == 3 and root == root_hash([leaf_hash(entry) for entry in LOG_ENTRIES])
    assert open_note(LOG_NOTE + WITNESS_LINE, [log, witness])[1] == {log.name: 0, witness.name: 1790812800}
    index, hashes, note = split_proof(LOG_PROOF + LOG_NOTE)
    assert note == LOG_NOTE and holds_inclusion(leaf_hash(LOG_ENTRIES[index]), index, size, hashes, root)
    must_refuse("a changed size", open_checkpoint, LOG_NOTE.replace(b"\n3\n", b"\n4\n"), log)
    must_refuse("a witness line that is wrong", open_note, LOG_NOTE + WITNESS_LINE.replace(b"6Bw==", b"6Bg=="), [log, witness])
    must_refuse("a note of unknown keys only", open_note, LOG_NOTE, [witness])
    must_refuse("101 signatures", open_note, LOG_NOTE + WITNESS_LINE * 100, [log])
    must_refuse("a key under another id", VerifierKey, LOG_VKEY.replace("d99e438e", "d99e438f"))
    must_refuse("a size with a leading zero", parse_checkpoint, LOG_NOTE[:72].replace(b"\n3\n", b"\n03\n"))
    must_refuse("an empty log with another root", parse_checkpoint, b"a\n0\n" + base64.b64encode(root) + b"\n")
    must_refuse("a carriage return", split_note, LOG_NOTE.replace(b"\n3\n", b"\r\n3\n"))
    must_refuse("a proof without an index", split_proof, LOG_PROOF.replace(b"index 1\n", b"") + LOG_NOTE)
    assert len(open_note(LOG_NOTE + WITNESS_LINE * 15, [log])[1]) == 1
    print(f"verify_notes.py: vectors of trees, notes, cosignatures and proofs hold; {probes} proofs made and probed, 9 bad inputs refused")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", nargs="?")
    parser.add_argument("--vkey")
    parser.add_argument("--proof", action="append", default=[])
    parser.add_argument("--entry", action="append", default=[])
    parser.add_argument("--since")
    parser.add_argument("--old")
    parser.add_argument("--self-test", action="store_true")
    arguments = parser.parse_args()
    if arguments.self_test:
        return self_test()
    if not arguments.checkpoint or not arguments.vkey or bool(arguments.since) != bool(arguments.old):
        parser.error("give --vkey and a checkpoint; --since goes with --old")
    try:
        check(arguments)
    except (Refused, UnicodeDecodeError) as fault:
        sys.exit(f"refused: {fault}")


if __name__ == "__main__":
    main()
