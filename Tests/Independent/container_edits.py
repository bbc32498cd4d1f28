"""Edits of the ZIP file around a bundle's members."""
import struct
import zlib

from bundle_edits import edit, plain_zip

@edit("ZIP: a name twice, same bytes", container=True)
def _(b, other):
    members = b.members()
    return plain_zip(members[:1] + members)


@edit("ZIP: a name twice, other bytes first")
def _(b, other):
    members = b.members()
    at = next(i for i, (name, _) in enumerate(members) if name.endswith(b.whole()[0]))
    return plain_zip(members[:at] + [(members[at][0], b"{}\n")] + members[at:])


@edit("ZIP: comment", container=True)
def _(b, other):
    return b.zip()[:-2] + struct.pack("<H", 5) + b"hello"


@edit("ZIP: extra field in the directory", container=True)
def _(b, other):
    return with_first(b, extra=b"UT\x05\0\x01\0\0\0\0")


@edit("ZIP: member with a Unicode path extra that renames it")
def _(b, other):
    name = f"{b.id}/{b.under('data/evidence/')[0]}".encode()
    new = name + b"x"
    return with_first(b, extra=struct.pack("<HHBI", 0x7075, 5 + len(new), 1, zlib.crc32(name)) + new)


@edit("ZIP: bytes in front", container=True)
def _(b, other):
    return b"#!/bin/sh\n" + b.zip()


@edit("ZIP: bytes behind", container=True)
def _(b, other):
    return b.zip() + b"\0"


@edit("ZIP: order of members changed", container=True)
def _(b, other):
    members = b.members()
    return plain_zip([members[1], members[0]] + members[2:])


@edit("ZIP: a member compressed", container=True)
def _(b, other):
    return with_first(b, compress=True)


@edit("ZIP: time of a member set", container=True)
def _(b, other):
    return with_first(b, time=0x6000)


@edit("ZIP: permissions of a member changed to a program's", container=True)
def _(b, other):
    return with_first(b, mode=0o100755)


@edit("ZIP: a member turned into a symbolic link by its mode")
def _(b, other):
    return with_first(b, mode=0o120777)


@edit("ZIP: local name differs from the directory's", container=True)
def _(b, other):
    raw = b.zip()
    return raw[:30 + len(b.id) + 1] + b"X" + raw[30 + len(b.id) + 2:]


@edit("ZIP: directory entry for a folder", container=True)
def _(b, other):
    return plain_zip(sorted(b.members() + [(f"{b.id}/data/", b"")], key=lambda m: m[0].encode()))


@edit("ZIP: a member that the directory does not list", container=True)
def _(b, other):
    secret = plain_zip([(f"{b.id}/secret.txt", b"hello\n")])
    record = secret[:secret.index(b"PK\1\2")]
    return with_gap(b, record)


@edit("ZIP: bytes between the last member and the directory", container=True)
def _(b, other):
    return with_gap(b, b"hello")


# `with_first` and `with_gap` write one unusual thing into an otherwise plain archive.

def with_first(b, extra=b"", compress=False, time=0, mode=0o100644):
    """The archive with the first member under data/ written in another way."""
    chosen = next(name for name, _ in b.members() if name.startswith(f"{b.id}/data/evidence/"))
    body, directory = b"", b""
    for name, raw in b.members():
        path, odd = name.encode(), name == chosen
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        stored = packer.compress(raw) + packer.flush() if odd and compress else raw
        fields = struct.pack("<HHHHHIII", 20, 0, 8 if odd and compress else 0, time if odd else 0, 0x21, zlib.crc32(raw), len(stored), len(raw))
        more = extra if odd else b""
        attributes = (mode if odd else 0o100644) << 16
        tail = struct.pack("<HHHHHII", len(path), len(more), 0, 0, 0, attributes, len(body))
        directory += b"PK\1\2" + struct.pack("<H", 0x0314) + fields + tail + path + more
        body += b"PK\3\4" + fields + struct.pack("<HH", len(path), 0) + path + stored
    count = len(b.files)
    return body + directory + b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), len(body), 0)


def with_gap(b, filling):
    raw = b.zip()
    start = struct.unpack("<I", raw[-6:-2])[0]
    return raw[:start] + filling + raw[start:-6] + struct.pack("<I", start + len(filling)) + raw[-2:]
