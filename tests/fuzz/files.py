"""Mutated files through each reader: fleets, inventories, erasure reports. Only a documented refusal may come out.

    python -m tests.fuzz.files --seed 7 --seconds 60
    python -m tests.fuzz.files --count 1000000 --only nwipe nwipe-pdf blancco hdparm nvme

No input may take 2 s of processor time or 200 MB. The originals are the files that people sent us where they lie beside
the checkout, and a few of our own.
"""

import argparse
import contextlib
import copy
import gc
import json
import os
import random
import re
import resource
import time
import traceback
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

from collect.imports.kept_copy import opened
from collect.imports.parsing import contents, understood
from collect.imports.reading import Unreadable, fingerprint
from filiere.catalogue.grades import StorageKind
from filiere.inventories.facts import HardwareFacts
from filiere.jobs.process import bound
from filiere.testing.workbooks import ods, xlsx
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

MOST_SECONDS = 2.0
MOST_MB = 200
SMALL = 16 * 1024
LONG = 0.005
LONG_PDF = 0.0005  # a quarter of a second each: ten times as many would be most of what a run does
SHARED = Path(__file__).parents[2].parent / "shared"
TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 28, tzinfo=UTC)
DISK = Medium(UUID(int=1), UUID(int=2), "S29NNXAH146409", StorageKind.SSD, 256, "person")

FLEETS = [
    "Type;Marque;Modèle;N° de série;N° inventaire;Année;RAM (Go);Disque;Utilisateur\n"
    "PC portable;HP;EliteBook 840 G5;5CG8472QX1;INV-001;2021;7,8;256 Go;jdupont\n"
    "Écran;Dell;P2214H;;;2018;;;\n"
    "Smartphone;Samsung;Galaxy A52;356938035643809;;12/03/2021;6;128 Go;\n".encode(),
    b"Asset Tag,Category,Manufacturer,Model,Serial,Purchase Date\nA1,Laptop,Dell,Latitude 5490,640HP72,2021-03-12\n",
    "Quantité\tÉquipement\n10\tÉcran\n".encode("utf-16"),
]
INVENTORIES = [
    json.dumps(
        {
            "class": "system", "vendor": "LENOVO", "product": "20L6S29E00", "serial": "PF1A2B3C",
            "configuration": {"chassis": "notebook"},
            "children": [
                {"id": "memory", "class": "memory", "size": 8589934592},
                {"id": "cpu", "class": "processor", "product": "Intel(R) Core(TM) i5-8250U"},
                {"class": "disk", "serial": "76DXT1234", "size": 1000204886016, "logicalname": ["/dev/sda"],
                 "capabilities": {"5400rpm": "5400 rotations per minute"}},
            ],
        }
    ).encode(),
    b"<REQUEST><CONTENT><BIOS><SSN>640HP72</SSN></BIOS><STORAGES><NAME>sda</NAME><DISKSIZE>256060</DISKSIZE>"
    b"<SERIAL>S29N</SERIAL></STORAGES></CONTENT></REQUEST>",
]  # fmt: skip
LOG = """[2026/11/28 20:01:00]    info: nwipe 0.42
[2026/11/28 20:01:00]  notice: Found /dev/sda, ATA, SAMSUNG MZ7LN256,  256 GB, S/N=S29NNXAH146409
[2026/11/28 20:01:02]  notice: /dev/sda has serial number S29NNXAH146409
[2026/11/28 20:01:02]  notice:   Total device bytes   = 256060514304
[2026/11/28 20:01:02]  notice: Invoking method 'PRNG Stream' on /dev/sda
[2026/11/28 21:19:42]  notice: 256060514304 bytes written to /dev/sda
******************************** Error Summary *********************************
!   Device | Pass Errors | Verifications Errors | Fdatasync I\\O Errors
       sda |           0 |                    0 |                    0
********************************* Drive Status *********************************
!   Device | Status | Thru-put | HH:MM:SS | Model/Serial Number
       sda | Erased |  54 MB/s | 01:18:40 | SAMSUNG MZ7LN256/S29NNXAH146409
"""
CERTIFICATE = """Disc Erasure by NWIPE version 0.42
Make/Model: SAMSUNG MZ7LN256 Serial: S29NNXAH146409
Bus: ATA Size(Apparent): 256 GB, 256060514304 bytes
Start time: 2026/11/28 20:01:02 End time: 2026/11/28 21:19:42
Duration: 01:18:40 Status: ERASED
Method: PRNG Stream PRNG algorithm: SplitMix64
*Bytes Erased: 256060514304, (100.00%) Rounds(completed/requested): 1/1
Errors(pass/sync/verify/retries): 0/0/0/0
"""
# One of each tool: each has a reader of its own.
REPORTS = {
    "nwipe": [LOG.encode()],
    "nwipe-pdf": [],
    "blancco": [
        b"<root><blancco_data><description><product_version>7.12.0</product_version></description>"
        b'<blancco_erasure_report><entries name="erasures"><entries name="erasure">'
        b'<entry name="state">Successful</entry>'
        b'<entry name="end_time">2026-11-28T21:19:42+0100</entry><entry name="elapsed_time">01:18:40</entry>'
        b'<entry name="erasure_standard_name">NIST 800-88 Purge - ATA</entry><entries name="target">'
        b'<entry name="type">SSD</entry><entry name="serial">S29NNXAH146409</entry><entry name="capacity">256060514304'
        b"</entry></entries></entries></entries></blancco_erasure_report></blancco_data></root>"
    ],
    "hdparm": [
        b"# hdparm --security-erase p /dev/sda\nSECURITY_ERASE\nreal\t2m11.4s\nhdparm v9.65\n\tModel Number:  Samsung\n"
        b"\tSerial Number:  S29NNXAH146409\n\tdevice size with M = 1000*1000:  256060 MBytes\n\tnot\tenabled\n"
    ],
    "nvme": [
        b"sn : S29NNXAH146409\nnvme sanitize /dev/nvme0 --sanact=4\nSanitize Progress (SPROG) :  65535\n"
        b"Sanitize Status (SSTAT) :  0x101\nSanitize Command Dword 10 Information (SCDW10):  0x4\n",
        b"# nvme format /dev/nvme0n1 --ses=2\nSuccess formatting namespace:1\n",
        b'{"nvme0":{"sprog":65535,"sstat":{"global_erased":1,"status":"(1) Done"},"cdw10_info":2}}',
    ],
}

# What has broken a reader somewhere: bytes, cells, values.
BYTES = [
    b"\0",
    b"\xff",
    b"\xed\xa0\x80",
    b'"',
    b"\n",
    b"\r",
    b";",
    b",",
    b"\t",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"{",
    b"]",
]
CELLS = [
    "", '"', "=1+1", "1e999", "-1", "9" * 5000, "x" * 3000, "Numero de serye", "٣", "\u202e", "N/A", "2x8 Go", "4096",
    "0000000", "1/1/1", "31/02/2021", "é" * 300, "8 Go + 8 Go" * 20, "\x85", "a@b.fr", "TRUE", "NaN",
]  # fmt: skip
VALUES: list[Any] = [
    None, True, 0, -1, 5, 10**17, 10**30, 1e308, float("nan"), float("inf"), "", "\0", "\ud800", "x" * 5000, [], {},
    [[]], {"a": {}}, ["x", 5, None], "999999999999999999", "١٢",
]  # fmt: skip


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
        reader = chance.choices(chosen, [weights[name] for name in chosen])[0]
        long = LONG_PDF if reader == "nwipe-pdf" else LONG
        mutated = mutate(chance, chance.choice(originals[reader]), is_tree=reader == "inventory", long=long)
        if reader == "blancco" and chance.random() < 0.5:  # XML spoilt itself is seldom opened
            mutated = _leaf(chance, chance.choice(originals[reader]))
        if reader == "apart" and chance.random() < 0.5:  # an archive spoilt itself is seldom opened
            mutated = packed([mutated, mutate(chance, chance.choice(originals["inventory"]), is_tree=True)])
        if reader == "nwipe-pdf" and chance.random() < 0.5:  # a PDF spoilt itself as well
            words = mutate(chance, CERTIFICATE.encode(), is_tree=False, long=long)
            mutated = _pdf(words.decode("ascii", "replace").replace("?", " "))
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


def mutate(chance: random.Random, raw: bytes, *, is_tree: bool, long: float = LONG) -> bytes:
    """One to four changes; one file in two hundred is made long, unless `long` is another share of them."""
    for _ in range(chance.randint(1, 4)):
        change = chance.choice([_bytes, _tree, _tree, _tree, _tree] if is_tree else [_bytes, _lines, _cell])
        raw = change(chance, raw)
    if chance.random() < long and raw:
        raw = raw * chance.randint(2, max(2, 1_000_000 // len(raw)))
    return raw


def _bytes(chance: random.Random, raw: bytes) -> bytes:
    at = chance.randint(0, len(raw))
    to = min(len(raw), at + chance.choice([0, 0, 1, 2, 20]))
    return raw[:at] + chance.choice([*BYTES, bytes([chance.randrange(256)])]) * chance.choice([1, 1, 1, 50]) + raw[to:]


def _lines(chance: random.Random, raw: bytes) -> bytes:
    lines = raw.splitlines(keepends=True) or [raw]
    at = chance.randrange(len(lines))
    lines[at : at + 1] = chance.choice([[], lines[at : at + 1] * chance.choice([2, 30]), [b"\n"] * 5, lines[:at]])
    return b"".join(lines)


def _cell(chance: random.Random, raw: bytes) -> bytes:
    text = raw.decode("utf-8", "replace")
    mark = max(";,\t|", key=text.count)
    cells = text.split(mark)
    cells[chance.randrange(len(cells))] = chance.choice(CELLS)
    return mark.join(cells).encode("utf-8", "replace")


def _tree(chance: random.Random, raw: bytes) -> bytes:
    try:
        tree = json.loads(raw)
    except (ValueError, RecursionError):
        return _cell(chance, raw)
    places = list(_places(tree))
    if places:
        container, key = chance.choice(places)
        container[key] = copy.deepcopy(chance.choice(VALUES))
    return json.dumps(tree).encode()


def _leaf(chance: random.Random, raw: bytes) -> bytes:
    """What stands between two tags, and what stands in one."""
    leaves = list(re.finditer(rb'(?<=>)[^<>]+(?=<)|(?<=name=")[^"]+', raw))
    for leaf in chance.sample(leaves, k=min(len(leaves), chance.randint(1, 3))):
        cell = chance.choice(CELLS).replace("&", "").replace("<", "").replace('"', "")
        if leaf.end() <= len(raw):
            raw = raw[: leaf.start()] + cell.encode() + raw[leaf.end() :]
    return raw


def _places(node: Any) -> Iterator[tuple[Any, Any]]:
    pairs = list(node.items()) if isinstance(node, dict) else list(enumerate(node)) if isinstance(node, list) else []
    for key, child in pairs:
        yield node, key
        yield from _places(child)


def fleets() -> list[bytes]:
    return FLEETS + _found("cases/fleets", "*.csv") + _found("samples/snipeit", "assets*.csv")


def inventories() -> list[bytes]:
    return INVENTORIES + _found("cases/inventories", "*.json") + _found("samples/glpi", "*_*")


def apart() -> list[bytes]:
    """What a process of its own reads: workbooks, inventories of a donor, archives of them."""
    rows = [line.split(";") for line in FLEETS[0].decode().splitlines()]
    return [xlsx(Parc=rows), ods(Parc=rows), packed(inventories()), *inventories()]


def packed(files: list[bytes]) -> bytes:
    """An archive of these, as they are: what is changed in it is read."""
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for number, raw in enumerate(files):
            archive.writestr(f"{number}.json", raw)
    return content.getvalue()


def reports() -> dict[str, list[bytes]]:
    """Of each tool; what lies beside the checkout is nwipe's."""
    found = _found("cases/erasures", "*") + _found("samples/nwipe", "*")
    return REPORTS | {"nwipe": REPORTS["nwipe"] + found, "nwipe-pdf": [_pdf(CERTIFICATE)]}


def _pdf(text: str) -> bytes:
    """One page with a line of text below the other."""
    lines = text.replace("(", "\\(").replace(")", "\\)").splitlines()
    said = "\n".join(f"BT /F1 9 Tf 50 {800 - 14 * n} Td ({line}) Tj ET" for n, line in enumerate(lines))
    bodies = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        "<< /Type /Page /Parent 2 0 R /Resources << /Font << /F1 3 0 R >> >> /MediaBox [0 0 595 842] /Contents 5 0 R >>",  # noqa: E501
        f"<< /Length {len(said)} >>\nstream\n{said}\nendstream",
    ]
    out, table = "%PDF-1.4\n", ""
    for number, body in enumerate(bodies, 1):
        table += f"{len(out):010} 00000 n \n"
        out += f"{number} 0 obj\n{body}\nendobj\n"
    end = f"xref\n0 6\n0000000000 65535 f \n{table}trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
    return (out + end).encode()


def _found(folder: str, pattern: str) -> list[bytes]:
    """Files beside the checkout, cut to what is still a small file."""
    return [path.read_bytes()[:60_000] for path in sorted((SHARED / folder).glob(pattern)) if path.is_file()]


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


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
