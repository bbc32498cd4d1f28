#!/usr/bin/env python3
"""Makes the files of a large bundle: 10,000 files, 2 GB in all, most of them small and a few large, as evidence is. The same bytes in every run.

usage: make-bag.py FOLDER [FILES] [BYTES]
"""
import os
import random
import sys

folder = sys.argv[1]
files = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
total = int(sys.argv[3]) if len(sys.argv) > 3 else 2_000_000_000

rng = random.Random(20261001)
block = rng.randbytes(16 << 20)
large = [total // 4, total // 10, total // 20]
rest = files - len(large)
weights = [rng.paretovariate(1.3) for _ in range(rest)]
share = (total - sum(large)) / sum(weights)
sizes = large + [int(weight * share) for weight in weights]
sizes[-1] += total - sum(sizes)

for number, size in enumerate(sizes):
    place = f"{folder}/evidence/{number % 100:02d}"
    os.makedirs(place, exist_ok=True)
    with open(f"{place}/e{number:06d}.bin", "wb") as out:
        out.write(f"{number}\n".encode()[:size])
        left = size - out.tell()
        while left > 0:
            start = rng.randrange(len(block))
            piece = block[start:start + left]
            out.write(piece)
            left -= len(piece)
print(f"{len(sizes)} files, {sum(sizes)} bytes, largest {max(sizes)}")
