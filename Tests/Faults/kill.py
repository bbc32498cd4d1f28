#!/usr/bin/env python3
"""Kills dossier with SIGKILL at random moments and checks that nothing that counted is lost.

    Tests/Faults/kill.py PROGRAM [--runs 200] [--seed 1]

Each scenario of SCENARIOS prepares a workspace, runs one command to its end once to learn how long it takes and what it leaves, and then again and again
in fresh copies, killed at a random moment each time. After every kill:

- `gaps` opens the locker, and ends with 5 while a collection is cut short, otherwise as before the command or as after it;
- what a finished command had acknowledged before is still there: every entry, every object, every key and every pack, byte for byte;
- the same command, run again, ends as the undisturbed one did, and leaves the same current evidence.

Prints one line a scenario and exits with 1 when anything was lost. A new command needs one more line in SCENARIOS.
"""
import argparse
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

EPOCH = "1791190800"
PASSPHRASE = "for tests only"

SYSTEM = """name: Credit scoring
purpose: Scores credit applications for the lending desk.
roles: [provider, deployer]
jurisdictions: [US]
frameworks: [nist-ai-rmf]
versions:
  - { version: 1.0.0, released: 2026-01-15 }
sources:
  - { path: evidence/credit/open }
  - { path: evidence/credit/closed, classification: personal }
"""

LINE = '{"ts":"2026-%02d-01T00:00:%02dZ","user":"user-%d","event":"score","status":"success"}\n'

WORKSPACE = """organisation: Acme
ledger: locker.example.org/acme
retention:
  rules:
    - { rule: house-logs, kinds: [audit-log], keep: P1Y, from: collected, source: House rule 4 }
"""

STATEMENT = """attestation: oversight
system: credit
framework: nist-ai-rmf
controls: [GOVERN 1.3]
period: 2026-Q3
person: Claire Beaudoin
role: compliance-officer
text: I have looked at every decision of the quarter.
"""

EXCEPTION = """exception: E-1
system: credit
framework: nist-ai-rmf
controls: [GOVERN 1.3]
reason: The register moves to another tool.
measure: Weekly manual review.
owner: Jo Tan
approver: Ana Ruiz
from: 2026-07-01
to: 2027-01-01
"""


class Lost(Exception):
    """Something that counted is gone, or something half-written counts."""


def records(folder, first, count):
    """Writes log files, half of them personal."""
    for number in range(first, first + count):
        place = folder / "evidence/credit" / ("closed" if number % 2 else "open") / f"log-{number:03}.jsonl"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("".join(LINE % (number % 9 + 1, line, number * 100 + line) for line in range(40)))


def after(earlier):
    """Marks a preparation that goes on where another one ended, so that each is made once."""
    def mark(prepare):
        prepare.earlier = earlier
        return prepare
    return mark


@after(None)
def empty(folder, run):
    """A workspace that was never collected."""
    (folder / "systems").mkdir(parents=True)
    (folder / "dossier.yaml").write_text(WORKSPACE)
    (folder / "systems/credit.yaml").write_text(SYSTEM)
    records(folder, 0, 70)


@after(empty)
def signed(folder, run):
    """The same with a key, so that every head is signed."""
    run("keys", "new", "ledger")


@after(signed)
def collected(folder, run):
    """Evidence in a signed locker."""
    run("collect")


@after(collected)
def grown(folder, run):
    """Evidence in the locker, and more that waits: new files, changed ones, an exception."""
    records(folder, 60, 80)
    (folder / "exceptions").mkdir()
    (folder / "exceptions/e.yaml").write_text(EXCEPTION)


@after(empty)
def unsigned(folder, run):
    """Evidence in a locker that nobody signs."""
    run("collect")


@after(collected)
def named(folder, run):
    """A person's key."""
    run("keys", "new", "claire")


@after(named)
def answered(folder, run):
    """A statement that waits for its answer."""
    (folder / "attestations").mkdir()
    (folder / "attestations/oversight.yaml").write_text(STATEMENT)


@after(named)
def issued(folder, run):
    """A pack that was issued, and whom a receiver trusts."""
    run("keys", "trust", "--file", "trust.yaml", "--key", "keys/claire.pem", "--person", "Claire Beaudoin", "--role", "compliance-officer", "--over", "bundle")
    run(*ISSUE)


def seen(place):
    """What `attest sign` must name of the text that the person saw."""
    _, output, _ = place.run("attest", "show", "oversight")
    return re.search(r"--seen ([0-9a-f]{12})", output).group(1)


def whole_bundle(place):
    """A bundle that is there is a whole one."""
    if (place.folder / "out.zip").exists():
        place.run("verify", "out.zip", "--trust", "trust.yaml")


PACK = ["pack", "--period", "2026-Q3"]
ISSUE = [*PACK, "--issue", "--key", "claire"]
EXPORT = ["export", "--system", "credit", "--period", "2026-Q3", "--key", "claire", "--output", "out.zip"]
RETIRE = ["retire", "--apply", "--as-of", "2060-01-01", "--at", "2060-01-02T00:00:00Z", "--reason", "end of retention", "--by", "Claire Beaudoin"]


@dataclass
class Scenario:
    """A command that is killed, and what it starts from."""
    name: str
    prepare: object
    arguments: list
    # What else must hold after a kill and at the end.
    check: object = lambda place: None
    # Whether the command deletes objects when it does what it is for.
    deletes: bool = False

    def given(self, place):
        """The arguments, those included that only the workspace can tell."""
        return [argument(place) if callable(argument) else argument for argument in self.arguments]


SCENARIOS = [
    Scenario("collect, first", empty, ["collect"]),
    Scenario("collect, signed", signed, ["collect"]),
    Scenario("collect, more", grown, ["collect"]),
    Scenario("keys new ledger", unsigned, ["keys", "new", "ledger"]),
    Scenario("keys new person", collected, ["keys", "new", "claire"]),
    Scenario("attest", answered, ["attest", "sign", "oversight", "--key", "claire", "--accept", "--seen", seen]),
    Scenario("pack", collected, PACK),
    Scenario("pack, issued", issued, ISSUE),
    Scenario("export", issued, EXPORT, check=whole_bundle),
    Scenario("retire", collected, RETIRE, deletes=True),
    Scenario("locker rebuild", collected, ["locker", "rebuild"]),
]

# Ends with these that mean that an earlier, killed run of the command had done it all: a key is made once only.
DONE_BEFORE = {"keys": "key.exists"}


class Workspace:
    def __init__(self, program, folder):
        self.program = program
        self.folder = folder
        self.environment = {"PATH": "/usr/bin:/bin", "SOURCE_DATE_EPOCH": EPOCH, "LC_ALL": "C.UTF-8", "DOSSIER_PASSPHRASE": PASSPHRASE}

    def copy(self, place):
        shutil.copytree(self.folder, place, symlinks=True)
        return Workspace(self.program, place)

    def start(self, arguments):
        return subprocess.Popen(
            [self.program, *arguments], cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def run(self, *arguments, expect=(0,)):
        process = self.start(arguments)
        output, errors = process.communicate(timeout=300)
        if process.returncode not in expect:
            raise Lost(f"'{' '.join(arguments)}' ended with {process.returncode}; expected {sorted(expect)}\n{errors.decode(errors='replace')[:2000]}")
        return process.returncode, output.decode(errors="replace"), errors.decode(errors="replace")

    def gaps(self, expect):
        code, output, _ = self.run("gaps", "--period", "2026-Q3", "--fail-on", "never", "--format", "json", expect=expect)
        return code, json.loads(output)

    def files(self, *tops):
        found = {}
        for top in tops:
            for path in sorted((self.folder / top).rglob("*")):
                if path.is_file():
                    found[str(path.relative_to(self.folder))] = path.read_bytes()
        return found

    def entries(self):
        """The ledger's entries as its checkpoint counts them, read without the program."""
        ledger = self.folder / "locker/ledger"
        checkpoint = ledger / "checkpoint"
        if not checkpoint.exists():
            return []
        size = int(checkpoint.read_bytes().split(b"\n")[1])
        entries = []
        for number in range((size + 255) // 256):
            wanted = min(256, size - number * 256)
            base = ledger / f"tile/entries/{number:03}"
            places = [base, *sorted(base.parent.glob(f"{base.name}.p/*"), key=lambda place: int(place.name) if place.name.isdigit() else 0)]
            place = next(
                (place for place in places if place.is_file() and (place == base or (place.name.isdigit() and int(place.name) >= wanted))), None)
            if place is None:
                raise Lost(f"no bundle {number} for {wanted} entries")
            data, at, found = place.read_bytes(), 0, []
            while at < len(data):
                length = int.from_bytes(data[at:at + 2], "big")
                found.append(data[at + 2:at + 2 + length])
                at += 2 + length
            entries += found[:wanted]
        return entries


def current(place):
    """What counts now, as `gaps` and a rebuilt index tell it."""
    _, gaps = place.gaps({0, 4, 5})
    place.run("locker", "rebuild")
    index = json.loads((place.folder / "locker/index/current.json").read_text())
    return sorted((row["system"], row["path"], row["kind"]) for row in index["current"]), gaps["assessments"]


def verified(place):
    """The whole locker holds, and is signed where it has a key."""
    if not (place.folder / "keys/ledger.pem").exists():
        return
    trust = place.folder / "ledger-trust.yaml"
    if not trust.exists():
        _, keys, _ = place.run("keys", "list", "--format", "json")
        key = next(row["verifier-key"] for row in json.loads(keys)["keys"] if row["id"] == "ledger")
        place.run("keys", "trust", "--file", trust.name, "--log", key)
    place.run("verify", "--locker", "--trust", trust.name)


def without_seed(path, data):
    """A seed that was kept as it is while the ledger had no key is encrypted when it gets one; all else of a sealed record stays."""
    if not path.startswith("locker/sealed"):
        return data
    return {key: value for key, value in json.loads(data).items() if not key.startswith("seed")}


def kept(before, place, entries, deletes):
    """What was acknowledged before is there after a kill, whatever was killed."""
    found = place.entries()
    if found[:len(entries)] != entries:
        raise Lost(f"{len(entries)} entries were acknowledged, and the ledger does not begin with them any more")
    recorded = any(b'"type":"retirement"' in entry for entry in found)
    for path, data in before.items():
        if path.startswith(("locker/objects", "locker/sealed")) and deletes and recorded:
            continue
        file = place.folder / path
        if not file.is_file():
            raise Lost(f"'{path}' is gone")
        if not path.startswith("packs") and without_seed(path, file.read_bytes()) != without_seed(path, data):
            raise Lost(f"'{path}' is no longer what it was")
    for entry in found[len(entries):]:
        json.loads(entry)


def opened(place, arguments):
    """Opens the locker after a kill. Returns how the kill shows, if it does."""
    if arguments[:2] == ["keys", "new"] and (place.folder / "keys/ledger.pem").exists():
        # A key that was made and has not signed yet: the locker says so, and running the command again finishes it.
        code, _, _ = place.run(*"gaps --period 2026-Q3 --fail-on never".split(), expect={0, 3, 4})
        return "with a key that has not signed yet" if code == 3 else None
    code, gaps = place.gaps({0, 4, 5})
    if code != 5:
        return None
    ids = {row["id"] for row in gaps["problems"]}
    if ids != {"collection.interrupted"}:
        raise Lost(f"incomplete for other reasons than the kill: {sorted(ids)}")
    return "told as cut short"


def once(place, scenario, delay, undisturbed, before, entries):
    """One kill and what must hold after it. Returns how it was met."""
    arguments = scenario.given(place)
    process = place.start(arguments)
    time.sleep(delay)
    process.kill()
    process.communicate()
    met = "killed" if process.returncode == -signal.SIGKILL else "ended before"
    kept(before, place, entries, scenario.deletes)
    met = opened(place, arguments) or met
    scenario.check(place)
    again = place.start(arguments)
    _, errors = again.communicate(timeout=300)
    errors = errors.decode(errors="replace")
    if again.returncode != 0 and f"[{DONE_BEFORE.get(arguments[0], 'nothing')}]" not in errors:
        raise Lost(f"run again it ended with {again.returncode}\n{errors[:2000]}")
    kept(before, place, entries, scenario.deletes)
    scenario.check(place)
    found = current(place)
    if found != undisturbed:
        raise Lost(f"run again it left something else than an undisturbed run: {len(found[0])} items; expected {len(undisturbed[0])}")
    verified(place)
    return met


def prepared(program, scratch, prepare):
    """The workspace that a preparation makes; made once."""
    place = scratch / prepare.__name__
    workspace = Workspace(program, place)
    if not place.exists():
        if prepare.earlier:
            prepared(program, scratch, prepare.earlier).copy(place)
        else:
            place.mkdir()
        prepare(place, workspace.run)
    return workspace


def run(program, prepared_in, scenario, count, generator):
    start = prepared(program, prepared_in, scenario.prepare)
    with tempfile.TemporaryDirectory(prefix="dossier-kill-") as temporary:
        scratch = Path(temporary)
        before, entries = start.files("locker/objects", "locker/sealed", "keys", "packs"), start.entries()
        model = start.copy(scratch / "model")
        arguments = scenario.given(model)
        began = time.monotonic()
        model.run(*arguments)
        took = time.monotonic() - began
        scenario.check(model)
        undisturbed = current(model)
        met = {}
        for _ in range(count):
            # A little beyond the end too, so that the last moments are met.
            place = start.copy(scratch / "killed")
            how = once(place, scenario, generator.uniform(0, took * 1.05), undisturbed, before, entries)
            shutil.rmtree(place.folder)
            met[how] = met.get(how, 0) + 1
    words = ", ".join(f"{number} {how}" for how, number in sorted(met.items()))
    print(f"{scenario.name:16} {count:3} kills within {took * 1000:4.0f} ms: {words}; nothing lost", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--seed", type=int, default=None)
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.randrange(1 << 32)
    generator = random.Random(seed)
    program = os.path.abspath(options.program)
    share, rest = divmod(options.runs, len(SCENARIOS))
    failed = 0
    with tempfile.TemporaryDirectory(prefix="dossier-kill-start-") as start:
        for number, scenario in enumerate(SCENARIOS):
            try:
                run(program, Path(start), scenario, share + (number < rest), generator)
            except Lost as lost:
                failed += 1
                print(f"{scenario.name:16} LOST: {lost}", flush=True)
    print(f"{options.runs} kills, seed {seed}: " + (f"{failed} of {len(SCENARIOS)} commands failed" if failed else "nothing lost"))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
