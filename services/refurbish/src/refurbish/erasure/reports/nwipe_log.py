"""nwipe's log, from 0.30 to 0.42: lines of a run, then three tables. One log may hold several disks and several runs.

The table alone is not believed: what the lines say of a disk (errors, bytes, passes) is laid beside it.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime

from filiere.catalogue.grades import StorageKind

from refurbish.devices.erasure_levels import ErasureResult, Level
from refurbish.erasure.reports.report import Report, ReportedMedium, clock, moment, number, told, whole

_LONGEST = 400  # what a line is looked at for stands at its beginning, and a pattern's time grows with its length
_STAMP = re.compile(r"^\[(\d{4}/\d\d/\d\d \d\d:\d\d:\d\d)\]\s*(?:nwipe: )?\s*([a-z]{1,10}): ?(.*)$")
_VERSION = re.compile(r"\bnwipe (?:version )?v?(\d{1,3}(?:\.\d{1,3}){1,2})\b", re.IGNORECASE)
_DISK = r"(?:device )?'?/dev/(?P<disk>[\w/-]{1,40})'?"
_SERIAL = re.compile(_DISK + r" has serial number (?P<value>\S.*)")
_FOUND = re.compile(r"Found /dev/(?P<disk>[\w/-]{1,40}),(?P<about>.*?),? S/N=(?P<value>.*)$")
_SIZE_TEXT = re.compile(r"^\d{1,6}(?:\.\d)? ?[KMGTP]?B?$")
_SIZE = re.compile(r"Device '?/dev/(?P<disk>[\w/-]{1,40})'? is size (?P<value>\d{1,20})")
_SECTORS = re.compile(r"/dev/(?P<disk>[\w/-]{1,40}), sect/blk/dev \d+/\d+/(?P<value>\d{1,20})")
_GEOMETRY = re.compile(r"/dev/(?P<disk>[\w/-]{1,40}): Device geometry")
_TOTAL = re.compile(r"Total device bytes\s*= (?P<value>\d{1,20})")
_METHOD = re.compile(r"Invoking method '(?P<value>[^']{1,60})' on " + _DISK)
_PASS = re.compile(r"Starting pass (?P<value>\d{1,3})/(?P<of>\d{1,3}), round \d{1,3}/(?P<rounds>\d{1,3}), on " + _DISK)
_WRITTEN = re.compile(r"(?P<value>\d{1,20}) bytes written to " + _DISK)
_FINISHED = re.compile(r"Finished (?:final )?round (?P<value>\d{1,3}) of (?P<of>\d{1,3}) on " + _DISK)
_NAMES = re.compile(r"'?/dev/(?P<disk>[\w/-]{1,40})'?")
_TABLES = {"Error Summary": "errors", "Erasure Summary": "bytes", "Drive Status": "status"}
_TABLE = re.compile(r"^\*{6,} (Error Summary|Erasure Summary|Drive Status) \*{6,}")
_ENDS_WELL = frozenset({"erased"})


@dataclass
class _Disk:
    """What the lines of one run have said of one disk so far."""

    name: str
    serial: str | None = None
    model: str | None = None
    kind: StorageKind | None = None
    size: int | None = None
    method: str | None = None
    passes: int = 1
    written: int | None = None
    erased: int | None = None
    expected: int | None = None
    began_at: datetime | None = None
    ended_at: datetime | None = None
    seconds: int | None = None
    word: str | None = None
    quote: str | None = None
    complaint: str | None = None
    is_touched: bool = False  # something was done to it: nwipe also lists disks that nobody chose
    doubts: list[str] = field(default_factory=list)


@dataclass
class _Run:
    disks: dict[str, _Disk] = field(default_factory=dict)
    geometry: str | None = None
    total: int | None = None  # of the disk that is named next

    def disk(self, name: str) -> _Disk:
        return self.disks.setdefault(name, _Disk(name))

    def in_table(self, name: str) -> _Disk:
        """Tables cut long names in front."""
        if name not in self.disks:
            ending = [one for one in self.disks if one.endswith(name)]
            if len(ending) == 1:
                return self.disks[ending[0]]
        return self.disk(name)


def looks_like_it(text: str) -> bool:
    return _VERSION.search(text[:200_000]) is not None or "Invoking method '" in text or "* Drive Status *" in text


def read(text: str) -> Report:
    """Every disk to which something was done, run after run. Raises Unreadable."""
    runs = [_Run()]
    version: str | None = None
    table: str | None = None
    for whole_line in text.splitlines():
        line = whole_line[:_LONGEST]
        stamped = _STAMP.match(line)
        said = stamped[3] if stamped else line
        if (found := _VERSION.search(line)) is not None:
            version = version or found[1]
            if "banner" not in line and any(one.is_touched for one in runs[-1].disks.values()):
                runs.append(_Run())  # nwipe adds to a log that is there
        if (title := _TABLE.match(line)) is not None:
            table = _TABLES[title[1]]
        elif stamped is None and table and "|" in line:
            _row(runs[-1], table, line)
        elif stamped is not None:
            table = None
            _line(runs[-1], moment(stamped[1]), stamped[2], said)
        elif "|" not in line:
            _line(runs[-1], None, "", said)
    media = told(_medium(one) for run in runs for one in run.disks.values() if one.is_touched)
    return Report(tool="nwipe", tool_version=version, media=media)


def _line(run: _Run, at: datetime | None, severity: str, said: str) -> None:
    if (found := _FOUND.search(said)) is not None:
        disk = run.disk(found["disk"])
        disk.serial = whole(found["value"]) or disk.serial
        about = [part.strip() for part in found["about"].split(",")]
        disk.kind = kind_of(found["disk"], about[0])
        # Before 0.33 the model stood behind the bus, and the size alone between commas.
        models = [part for part in about[1:] if not _SIZE_TEXT.match(part)]
        disk.model = whole(models[0] if models else about[0].partition(" ")[2])
    elif (found := _SERIAL.search(said)) is not None:
        run.disk(found["disk"]).serial = whole(found["value"])
    elif (found := _SIZE.search(said) or _SECTORS.search(said)) is not None:
        run.disk(found["disk"]).size = number(found["value"])
    elif (found := _GEOMETRY.search(said)) is not None:
        run.geometry = found["disk"]
    elif (found := _TOTAL.search(said)) is not None:
        run.total = number(found["value"])
        if run.geometry:
            run.disk(run.geometry).size, run.total = run.total, None
    elif (found := _METHOD.search(said)) is not None:
        disk = run.disk(found["disk"])
        disk.method, disk.began_at, disk.is_touched = found["value"], at, True
        disk.size, run.total = disk.size or run.total, None
    elif (found := _PASS.search(said)) is not None:
        disk = run.disk(found["disk"])
        disk.passes = int(found["of"]) * int(found["rounds"]) or 1
        disk.began_at, disk.is_touched = disk.began_at or at, True
    elif (found := _WRITTEN.search(said)) is not None:
        disk = run.disk(found["disk"])
        disk.written, disk.ended_at, disk.is_touched = number(found["value"]), at, True
    elif (found := _FINISHED.search(said)) is not None:
        disk = run.disk(found["disk"])
        disk.ended_at, disk.is_touched = at, True
    elif severity in ("error", "fatal") and (found := _NAMES.search(said)) is not None:
        disk = run.disk(found["disk"])
        disk.complaint = disk.complaint or whole(said, 120)


def _row(run: _Run, table: str, line: str) -> None:
    cells = [cell.strip() for cell in line.lstrip("!").split("|")]
    name = cells[0].lstrip("! ").strip()
    if len(cells) < 3 or not name or name == "Device" or " " in name:
        return
    disk = run.in_table(name)
    disk.is_touched = True
    if table == "errors":
        if any(number(cell) for cell in cells[1:]):
            disk.quote = disk.quote or whole(line.replace("|", " | "), 120)
    elif table == "bytes":
        disk.erased, disk.expected = number(cells[1]), number(cells[2])
    elif len(cells) >= 5:
        disk.word = cells[1].strip("- ")
        if disk.word.lower() not in _ENDS_WELL:
            disk.quote = disk.quote or whole(line.replace("|", " | "), 120)
        disk.seconds = clock(cells[3])
        model, _, serial = cells[4].partition("/")
        disk.serial = disk.serial or whole(serial.rpartition("/")[2])
        disk.model = disk.model or whole(model)


def _medium(disk: _Disk) -> ReportedMedium:
    doubts = list(disk.doubts)
    result: ErasureResult | None = None
    if disk.quote is not None:
        result = ErasureResult.FAILURE
    elif disk.word is not None:
        result = ErasureResult.SUCCESS
        if disk.complaint:
            doubts.append(f"Le tableau dit « Erased », mais une ligne dit : « {disk.complaint} ».")
        short = _short(disk)
        if short:
            doubts.append(short)
        if (disk.method or "").lower().startswith("verify"):
            doubts.append("nwipe n'a fait que relire ce disque, il ne l'a pas effacé.")
    elif disk.complaint:
        result = ErasureResult.FAILURE
    return ReportedMedium(
        serial=disk.serial,
        model=disk.model,
        kind=disk.kind,
        size_bytes=disk.size or disk.expected,
        level=Level.CLEAR,
        method=disk.method,
        result=result,
        began_at=disk.began_at,
        ended_at=disk.ended_at,
        seconds=disk.seconds if disk.seconds is not None else _seconds(disk),
        passes=disk.passes,
        quote=disk.quote or (disk.complaint if result is ErasureResult.FAILURE else None),
        doubts=tuple(doubts),
    )


def _short(disk: _Disk) -> str | None:
    """Fewer bytes than the disk holds."""
    expected = disk.expected or disk.size
    done = disk.erased if disk.erased is not None else disk.written
    if expected and done is not None and done < expected:
        return f"{done} octets effacés sur {expected} : le disque n'est pas effacé en entier."
    return None


def _seconds(disk: _Disk) -> int | None:
    if disk.began_at is None or disk.ended_at is None or disk.ended_at < disk.began_at:
        return None
    return int((disk.ended_at - disk.began_at).total_seconds())


def kind_of(name: str, bus: str) -> StorageKind | None:
    word = bus.partition(" ")[0].upper()
    if word == "NVME" or name.startswith("nvme"):
        return StorageKind.NVME
    if name.startswith("mmcblk") or word == "MMC":
        return StorageKind.EMMC
    return StorageKind.SSD if "SSD" in word else None
