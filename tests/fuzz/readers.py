"""So many mutated inputs through each reader of refurbish: `make fuzz READERS=1000000`.

Erasure reports (nwipe's log, its PDF, Blancco, hdparm, nvme), every format of inventories, and what a process of its
own reads. Only a refusal in words may come out, and no input may take 5 s of processor time or 300 MB (of the reports
2 s and 200 MB, by `files`). A million each takes hours of one processor (from half a minute for BOLC's line to half an
hour for PDFs and inxi): readers take turns, a slice each, and say what they have done so far, so that a run that is
ended early has been to all of them. The slow tests bring three hundred to each.
"""

import argparse
import gc
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from filiere.testing.inventories import FILES

from tests.fuzz import files, inventories

MOST_SECONDS = 5.0
MOST_MB = 300.0
SLICE = 50_000
REPORTS = ("hdparm", "nvme", "nwipe", "blancco")
# These take longest: workbooks, archives, PDFs; one in some hundred PDFs is long, and read by a process of its own.
SLOWEST = ("apart", "nwipe-pdf")
READERS = (*REPORTS, *FILES, *SLOWEST)


@dataclass
class Passed:
    """What one reader was given, and what came of it."""

    reader: str
    inputs: int = 0
    refused: int = 0
    slowest_s: float = 0.0
    grown_mb: float = 0.0
    seconds: float = 0.0
    failures: list[tuple[str, bytes]] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not self.failures and self.slowest_s <= MOST_SECONDS and self.grown_mb <= MOST_MB

    def __str__(self) -> str:
        return (
            f"{self.reader}: {self.inputs} inputs, {self.refused} refused in words, slowest {self.slowest_s:.2f} s, "
            f"{self.grown_mb:.0f} MB at most, {len(self.failures)} failures, {self.seconds:.0f} s"
        )


def passes(reader: str, count: int, seed: int) -> Iterator[Passed]:
    """The sum so far, after each slice of the inputs; the same for the same seed."""
    so_far = Passed(reader)
    while so_far.inputs < count:
        size = min(SLICE, count - so_far.inputs)
        began = time.monotonic()
        _add(so_far, reader, size, seed + so_far.inputs)
        so_far.seconds += time.monotonic() - began
        yield so_far


def _add(so_far: Passed, reader: str, size: int, seed: int) -> None:
    if reader in FILES:
        one = inventories.run(reader, seed, size)
        so_far.inputs, so_far.refused = so_far.inputs + one.files, so_far.refused + one.refused
        so_far.failures += one.failures
        so_far.slowest_s, so_far.grown_mb = max(so_far.slowest_s, one.slowest_s), max(so_far.grown_mb, one.grown_mb)
        return
    found = files.run(seed, count=size, only=(reader,))
    so_far.inputs, so_far.refused = so_far.inputs + found.files[reader], so_far.refused + found.refused[reader]
    so_far.failures += [(what, raw) for _, what, raw in found.failures]
    so_far.slowest_s, so_far.grown_mb = max(so_far.slowest_s, found.slowest_s), max(so_far.grown_mb, found.most_mb)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.readers", description=__doc__)
    parser.add_argument("--count", type=int, default=1_000_000, help="of each reader")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help=f"some of {'; '.join(READERS)}")
    wanted = parser.parse_args()
    chosen = [one for one in wanted.only.split(";") if one] or list(READERS)
    if unknown := set(chosen) - set(READERS):
        parser.error(f"unknown readers: {', '.join(sorted(unknown))}")
    gc.freeze()
    turns = [passes(reader, wanted.count, wanted.seed) for reader in chosen]
    holds = True
    while turns:
        for turn in list(turns):
            so_far = next(turn, None)
            if so_far is None:
                turns.remove(turn)
                continue
            print(so_far, flush=True)
            for what, raw in so_far.failures[:5]:
                print(f"  FAILED {what}: {raw[:300]!r}", flush=True)
            holds = holds and so_far.holds
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
