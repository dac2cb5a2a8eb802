"""Mutated files through each reader: fleets, inventories, erasure reports. Only a documented refusal may come out.

    python -m tests.fuzz.files --seed 7 --seconds 60
    python -m tests.fuzz.files --count 1000000 --only nwipe nwipe-pdf blancco hdparm nvme

No input may take 2 s of processor time or 200 MB. The originals are the files that people sent us where they lie beside
the checkout, and a few of our own.
"""

import argparse
import contextlib
import gc
import json
import os
import random
import re
import resource
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from uuid import UUID

from collect.imports.kept_copy import opened
from collect.imports.parsing import contents, understood
from collect.imports.reading import Unreadable, fingerprint
from filiere.catalogue.grades import StorageKind
from filiere.inventories.facts import HardwareFacts
from filiere.jobs.process import bound
from refurbish.audits.errors import InventoryTooLarge, UnreadableInventory
from refurbish.audits.reading import read_inventory
from refurbish.devices.device import Medium
from refurbish.devices.erasure_levels import Level
from refurbish.erasure.reports.questions import questions, refusal
from refurbish.erasure.reports.reading import MOST_CPU_S, MOST_MEMORY
from refurbish.erasure.reports.reading import read as read_erasures
from refurbish.erasure.reports.report import Report as Erasures
from refurbish.erasure.reports.report import Unreadable as NoErasures
from refurbish.grading.rules import known_facts

from tests.fuzz.mutations import LONG, mutate, spoilt_leaf
from tests.fuzz.originals import (
    CERTIFICATE,
    apart,
    fleets,
    inventories,
    packed,
    pdf,
    reports,
)

MOST_SECONDS = 2.0
MOST_MB = 200
SMALL = 16 * 1024
LONG_PDF = 0.0005  # a quarter of a second each: ten times as many would be most of what a run does
TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 28, tzinfo=UTC)
DISK = Medium(UUID(int=1), UUID(int=2), "S29NNXAH146409", StorageKind.SSD, 256, "person")


@dataclass
class Report:
    """What came of a run. `failures`: reader, what went wrong, the input's first bytes."""

    seed: int
    files: dict[str, int] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)
    failures: list[tuple[str, str, bytes]] = field(default_factory=list)
    small: dict[str, int] = field(default_factory=dict)
    small_seconds: dict[str, float] = field(default_factory=dict)
    slowest_s: float = 0.0
    most_mb: float = 0.0

    def per_minute(self, reader: str) -> float:
        """Small files that one processor takes through a reader in a minute."""
        return 60 * self.small.get(reader, 0) / max(self.small_seconds.get(reader, 0.0), 1e-9)

    def lines(self) -> Iterator[str]:
        for reader, files in self.files.items():
            refused, speed = self.refused.get(reader, 0), self.per_minute(reader)
            yield f"{reader}: {files} files, {refused} refused, {speed:.0f} small ones a minute"
        yield f"slowest {self.slowest_s:.2f} s, {self.most_mb:.0f} MB at most, seed {self.seed}"
        yield from (f"FAILED {reader}: {what}: {sample!r}" for reader, what, sample in self.failures[:20])


def run(seed: int, count: int | None = None, seconds: float | None = None, only: Sequence[str] = ()) -> Report:
    """Mutate and read `count` files, or as many as `seconds` of the clock hold; of both, what ends first.

    `only`: readers; all of them when it is left out.
    """
    chance, report = random.Random(seed), Report(seed)
    erasures = reports()
    readers = {
        "fleet": read_fleet,
        "apart": read_fleet,
        "inventory": read_audit,
        **dict.fromkeys(erasures, read_report),
    }
    originals = {"fleet": fleets(), "apart": apart(), "inventory": inventories(), **erasures}
    weights = {"fleet": 6, "apart": 1, "inventory": 3} | dict.fromkeys(erasures, 0.5)
    chosen = [name for name in readers if not only or name in only]
    for reader in chosen:  # nothing that is loaded once is any file's fault
        for original in originals[reader]:
            readers[reader](original)
    base, until = _peak_mb(), time.monotonic() + seconds if seconds is not None else None
    done = 0
    while (count is None or done < count) and (until is None or time.monotonic() < until):
        reader, highest = chance.choices(chosen, [weights[name] for name in chosen])[0], _peak_mb()
        long = LONG_PDF if reader == "nwipe-pdf" else LONG
        mutated = mutate(chance, chance.choice(originals[reader]), is_tree=reader == "inventory", long=long)
        if reader == "blancco" and chance.random() < 0.5:  # XML spoilt itself is seldom opened
            mutated = spoilt_leaf(chance, chance.choice(originals[reader]))
        if reader == "apart" and chance.random() < 0.5:  # an archive spoilt itself is seldom opened
            mutated = packed([mutated, mutate(chance, chance.choice(originals["inventory"]), is_tree=True)])
        if reader == "nwipe-pdf" and chance.random() < 0.5:  # a PDF spoilt itself as well
            words = mutate(chance, CERTIFICATE.encode(), is_tree=False, long=long)
            mutated = pdf(words.decode("ascii", "replace").replace("?", " "))
        if _peak_mb() > highest:  # making an input took that, which is not its reader's
            base = _forgotten_peak_mb()
        _read(report, reader, readers[reader], mutated, base)
        done += 1
    return report


def _read(report: Report, reader: str, read_one: Callable[[bytes], bool], raw: bytes, base: float) -> None:
    before, apart = time.process_time(), _of_children_s()
    try:
        is_read = read_one(raw)
    except Exception as error:  # whatever comes out is what is looked for
        report.failures.append((reader, repr(error)[:300], raw[:500]))
        is_read = False
    took, grown = time.process_time() - before, _peak_mb() - base
    apart = _of_children_s() - apart
    report.files[reader] = report.files.get(reader, 0) + 1
    report.refused[reader] = report.refused.get(reader, 0) + (not is_read)
    if len(raw) <= SMALL:
        report.small[reader] = report.small.get(reader, 0) + 1
        report.small_seconds[reader] = report.small_seconds.get(reader, 0.0) + took
    report.slowest_s = max(report.slowest_s, took + apart)  # what is read apart has bounds of its own
    if took > MOST_SECONDS:
        report.failures.append((reader, f"took {took:.1f} s of processor time", raw[:500]))
    if grown > MOST_MB and grown > report.most_mb:
        report.failures.append((reader, f"took {grown:.0f} MB", raw[:500]))
    report.most_mb = max(report.most_mb, grown)


def read_fleet(raw: bytes) -> bool:
    """Collect's reader, with what it keeps; False for a documented refusal."""
    try:
        found = understood(raw, fingerprint(BytesIO(raw))[1], TODAY, 100_000)
        rows = b"".join(contents(found.pieces)).decode()
        kept = json.dumps([found.layout, rows], ensure_ascii=False)
        if found.copy is not None:
            list(opened(found.copy.finish(), {}).rows)
    except Unreadable as refused:
        return _refuses(str(refused))
    kept.encode()  # no lone surrogate
    assert "\\u0000" not in kept
    return True


def read_audit(raw: bytes) -> bool:
    """Refurbish's reader of inventories, with what it keeps and begins the grade with."""
    try:
        facts = read_inventory(raw)
    except (UnreadableInventory, InventoryTooLarge) as refused:
        return _refuses(refused.sentence)
    kept = facts.model_dump_json()
    kept.encode()
    assert "\\u0000" not in kept
    known_facts([], HardwareFacts.model_validate_json(kept))
    assert all(one.size_gb is None or 0 < one.size_gb <= 100_000 for one in facts.media)
    assert all(len(one.serial or "") <= 100 for one in facts.media)
    return True


def read_report(raw: bytes) -> bool:
    """Refurbish's reader of erasure reports, with what it keeps and what it asks of a disk."""
    if raw.startswith(b"%PDF-") and len(raw) > SMALL:
        return _read_apart(raw)
    try:
        said = read_erasures(raw)
    except NoErasures as refused:
        return _refuses(str(refused))
    kept = said.model_dump_json()
    kept.encode()
    assert "\\u0000" not in kept
    again = Erasures.model_validate_json(kept)
    assert again == said
    for level in Level:
        refusal(again, DISK.serial, level)
    assert all(one.sentence and one.code for one in questions(again, DISK, arrived_at=NOW, now=NOW, tool="nwipe"))
    return bool(said.media)


def _read_apart(raw: bytes) -> bool:
    """A long PDF as the service reads it: by a process that may take 5 s and 280 MB, and else is refused with it.

    A fork of this one, which has loaded all it needs: to begin a process anew takes longer than to read the file.
    """
    child = os.fork()
    if child == 0:
        os._exit(_said_apart(raw))
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):  # out of time
        return False
    told = os.WEXITSTATUS(status)
    assert told in {_READ, _REFUSED}, f"the reader's process ended with {told}"
    return told == _READ


_READ, _REFUSED, _FELL_OVER = 0, 10, 11


def _said_apart(raw: bytes) -> int:
    """The process's side."""
    try:
        # As much as a process of its own has: what this one has already, it has too.
        bound(cpu_s=MOST_CPU_S, memory_bytes=MOST_MEMORY + _data_bytes())
        return _READ if read_erasures(raw).media else _REFUSED
    except (NoErasures, MemoryError, RecursionError):
        return _REFUSED
    except BaseException:
        traceback.print_exc()
        return _FELL_OVER


def _data_bytes() -> int:
    """What counts against a limit of memory so far, of this process."""
    kilobytes = re.search(r"VmData:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(kilobytes[1]) * 1024 if kilobytes else 0


def _refuses(sentence: str) -> bool:
    assert sentence
    return False


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _forgotten_peak_mb() -> float:
    """The mark of the highest resident size begun anew (proc_pid_clear_refs(5)): what is resident now."""
    Path("/proc/self/clear_refs").write_text("5")
    return _peak_mb()


def _of_children_s() -> float:
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int)
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--only", nargs="*", default=(), help="readers: fleet, inventory, nwipe, blancco…")
    given = parser.parse_args()
    gc.freeze()
    report = run(given.seed, given.count, given.seconds if given.seconds or given.count else 60, given.only)
    with contextlib.suppress(BrokenPipeError):
        print("\n".join(report.lines()))
    return bool(report.failures)


if __name__ == "__main__":
    raise SystemExit(main())
