"""Mutated inventories, reader by reader: what comes out is facts, or a documented refusal, and the copy reads the same.

    python -m tests.fuzz.inventories --count 1000000            # of each reader
    python -m tests.fuzz.inventories --reader lshw --count 1000000 --seed 7

No input may take 5 s of processor time or 300 MB. The default test brings a hundred to each reader, `pytest -m slow`
some thousand; a million to each takes hours of one processor, and is run when a reader was written or changed.
"""

import argparse
import gc
import json
import random
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from filiere.inventories.copies import copy_of
from filiere.inventories.facts import HardwareFacts
from filiere.inventories.reading import read
from filiere.inventories.values import Unreadable
from filiere.testing.inventories import FILES

MOST_SECONDS = 5.0
MOST_MB = 300
LONG = 2000
"""One input in so many is made as long as a file may be."""
MOST_BYTES = 5 * 1024 * 1024
VALUES: list[Any] = [
    None, True, 0, -1, 5, 10**17, 10**30, 1e308, 0.001, "", " ", "\0", "\ud800", "\u202e", "x" * 600, [], {}, [[]],
    {"a": {}}, ["x", 5, None], "999999999999999999", "١٢", "8 GB", "-5", "<filter>", "To be filled by O.E.M.", "é" * 90,
    "{", "[{}]", '{"class":"system"}', "\n\n", "a: b", ";",
]  # fmt: skip
PIECES = [
    b"\0", b"\xff", b"\xed\xa0\x80", b"\n", b"\r", b"\n\n", b":", b";", b"\t", b"  ", b"{", b"]", b"<a>", b"&amp;",
    b"9" * 50,
    b"Handle 0x0001, DMI type 17", b"Machine:", b"ID-1:", b"Size: 99999999 GB", b"size: 4 TiB", b"\xef\xbb\xbf",
    b"<!DOCTYPE a>",
]  # fmt: skip


@dataclass
class Report:
    """What came of one reader's run. `failures`: what went wrong, the input's first bytes."""

    reader: str
    files: int = 0
    refused: int = 0
    failures: list[tuple[str, bytes]] = field(default_factory=list)
    seconds: float = 0.0
    slowest_s: float = 0.0
    grown_mb: float = 0.0

    def lines(self) -> list[str]:
        a_minute = 60 * self.files / max(self.seconds, 1e-9)
        return [
            f"{self.reader}: {self.files} files, {self.refused} refused, {a_minute:.0f} a minute, slowest "
            f"{self.slowest_s:.2f} s, {self.grown_mb:.0f} MB at most, {len(self.failures)} failures",
            *(f"FAILED {self.reader}: {what}: {sample!r}" for what, sample in self.failures[:10]),
        ]


def run(reader: str, seed: int, count: int) -> Report:
    """Bring so many mutations of one tool's file to its reader."""
    chance, report, original = random.Random(f"{reader} {seed}"), Report(reader), FILES[reader]
    check(original)  # nothing that is loaded once is any file's fault
    mutate = _of_tree(original) if original[:1] in (b"{", b"[") else _of_text(original)
    base = _peak_mb()
    for number in range(count):
        raw = mutate(chance)
        if number % LONG == LONG - 1:
            raw = (raw * (1 + MOST_BYTES // max(len(raw), 1)))[:MOST_BYTES]
        began = time.process_time()
        try:
            report.refused += not check(raw)
        except Exception as error:  # whatever comes out is what is looked for
            report.failures.append((repr(error)[:300], raw[:2000]))
        took, report.grown_mb = time.process_time() - began, max(report.grown_mb, _peak_mb() - base)
        report.seconds += took
        report.slowest_s = max(report.slowest_s, took)
        if took > MOST_SECONDS:
            report.failures.append((f"took {took:.1f} s of processor time", raw[:2000]))
        if report.grown_mb > MOST_MB:
            report.failures.append((f"took {report.grown_mb:.0f} MB", raw[:2000]))
            base = _peak_mb()
            report.grown_mb = 0.0
        report.files += 1
    return report


def check(raw: bytes) -> bool:
    """What must hold of any bytes; False for a refusal in words."""
    try:
        facts = read(raw)
    except Unreadable as refused:
        assert str(refused)  # noqa: PT017 - any input may be refused, in words
        return False
    kept = facts.model_dump_json()
    kept.encode()  # no lone surrogate
    assert "\\u0000" not in kept
    assert HardwareFacts.model_validate_json(kept) == facts
    assert all(one.size_gb is None or 0 < one.size_gb <= 100_000 for one in facts.media)
    assert all(len(one.serial or "") <= 100 for one in facts.media)
    copy = copy_of(raw)
    assert read(copy) == facts, "the copy that is kept says something else"
    return True


def _of_tree(original: bytes) -> Callable[[random.Random], bytes]:
    """Values of a tree, one to four at once, put back afterwards; sometimes bytes of its text."""
    tree = json.loads(original)
    places = _places(tree)
    in_text = _of_text(original)

    def mutate(chance: random.Random) -> bytes:
        if chance.random() < 0.1:
            return in_text(chance)
        before = []
        for _ in range(chance.randint(1, 4)):
            container, key = chance.choice(places)
            before.append((container, key, container[key]))
            container[key] = chance.choice(VALUES)
        raw = json.dumps(tree).encode()
        for container, key, value in reversed(before):
            container[key] = value
        return raw

    return mutate


def _of_text(original: bytes) -> Callable[[random.Random], bytes]:
    def mutate(chance: random.Random) -> bytes:
        raw = original
        for _ in range(chance.randint(1, 4)):
            at = chance.randint(0, len(raw))
            kind = chance.random()
            if kind < 0.5:  # something stands there that does not belong
                raw = (
                    raw[:at]
                    + chance.choice(PIECES) * chance.choice([1, 1, 1, 30])
                    + raw[at + chance.choice([0, 1, 9]) :]
                )
            elif kind < 0.7:  # a part is missing
                raw = raw[:at] + raw[at + chance.randint(0, 200) :]
            elif kind < 0.85:  # a part comes twice, elsewhere
                piece = raw[at : at + chance.randint(0, 300)]
                to = chance.randint(0, len(raw))
                raw = raw[:to] + piece + raw[to:]
            else:
                raw = raw[:at] + bytes([chance.randrange(256)]) + raw[at + 1 :]
        return raw

    return mutate


def _places(node: Any) -> list[tuple[Any, Any]]:
    pairs = list(node.items()) if isinstance(node, dict) else list(enumerate(node)) if isinstance(node, list) else []
    return [(node, key) for key, _ in pairs] + [place for _, child in pairs for place in _places(child)]


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reader", choices=sorted(FILES))
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    gc.freeze()
    failed = False
    for reader in [given.reader] if given.reader else FILES:
        report = run(reader, given.seed, given.count)
        print("\n".join(report.lines()), flush=True)
        failed = failed or bool(report.failures)
    return failed


if __name__ == "__main__":
    raise SystemExit(main())
